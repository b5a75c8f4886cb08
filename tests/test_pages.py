"""From a document to its page: every figure and fact, none invented, none against the XML."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from commands import BOOKS
from ledgers import books_of, refund, sale
from stdnum import iso11649

from facturier.books import Books
from facturier.documents import Document, Kind
from facturier.money import ZERO
from facturier.pages import page_of
from facturier.pdf.page import Page
from facturier.structured import dates_cited
from facturier.workspace import Workspace, open_ledger


@pytest.fixture(scope="module")
def demo() -> Workspace:
    return open_ledger(BOOKS / "main.beancount")


def shown(document: Document, books: Books) -> Page:
    return page_of(document, dates_cited(document, books), books.roles.of(document.paid_account).name)


def page(source: str, number: str = "") -> Page:
    books = books_of(source)
    document = books.document(number) if number else (*books.documents, *books.papers)[0]
    assert document is not None
    return shown(document, books)


def page_with(keys: str = "", *, seller: str = "", client: str = "", of: str = "martin") -> Page:
    more = "".join(
        f'2021-01-01 custom "{kind}" "{name}"\n  {added}\n'
        for kind, name, added in (("seller", "atelier", seller), ("client", of, client))
        if added
    )
    return page(more + sale("F2026-0001", "2026-01-05", keys=keys, client=of))


def test_every_figure_of_every_demo_page_adds_up(demo: Workspace) -> None:
    for document in (*demo.books.documents, *demo.books.papers):
        found = shown(document, demo.books)
        totals = found.totals
        expected = document.totals()
        assert (totals.net, totals.vat, totals.gross) == (expected.net, expected.vat, expected.gross)
        assert totals.due == expected.payable
        taxed = sum((adjustment.amount for adjustment in found.adjustments), ZERO)
        if found.prices_include_tax:
            assert sum((line.amount for line in found.lines), ZERO) + taxed == totals.gross
        else:
            assert sum((line.amount for line in found.lines), ZERO) + taxed == totals.net
        assert sum((tax.base for tax in found.taxes), ZERO) == totals.net
        assert sum((tax.amount for tax in found.taxes), ZERO) == totals.vat
        paid = sum((part.amount for part in found.paid), ZERO)
        deducted = sum((part.gross for part in found.deposits), ZERO)
        assert totals.gross - paid - deducted == totals.due
        if found.instalments:
            assert sum((part.amount for part in found.instalments), ZERO) == totals.due


def test_a_page_needs_a_seller_and_a_client() -> None:
    books = books_of(sale("F2026-0001", "2026-01-05").replace('client: "martin"', 'client: "nobody"'))
    with pytest.raises(ValueError, match="F2026-0001"):
        page_of(books.documents[0], {})


def test_it_shows_the_parties_as_they_stood_on_its_date() -> None:
    move = '2026-02-01 custom "client" "martin"\n  street: "9 avenue du Prado"\n  postcode: "13008"\n'
    source = move + sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0002", "2026-02-01")
    assert page(source, "F2026-0001").client.address == ("4 quai du Port", "13002 Marseille")
    assert page(source, "F2026-0002").client.address == ("9 avenue du Prado", "13008 Marseille")


def test_a_country_is_shown_to_clients_abroad_only_in_the_documents_language() -> None:
    assert page_with().client.country == ""
    assert page_with(client='country: "US"').client.country == "États-Unis"
    assert page_with('language: "en"', client='country: "US"').client.country == "United States"
    assert page_with().seller.country == ""
    assert page_with(client='country: "US"').seller.country == "France"
    assert page_with('language: "de"', client='country: "DE"').seller.country == "Frankreich"


def test_a_sole_trader_is_called_so_once() -> None:
    assert page_with(seller='name: "Jeanne Morel"\n  ei: TRUE').seller.name == "Jeanne Morel EI"
    assert page_with(seller='name: "Jeanne Morel EI"\n  ei: TRUE').seller.name == "Jeanne Morel EI"
    assert page_with().seller.name == "Atelier Numérique"


def test_an_address_of_several_lines_keeps_them_without_blanks() -> None:
    address = 'street: "Bâtiment B\n\n   12 rue des Lilas  "'
    assert page_with(client=address).client.address == ("Bâtiment B", "12 rue des Lilas", "13002 Marseille")
    delivered = page_with('delivery-address: "Chantier\n  1 rue Neuve\n  69001 Lyon"')
    assert delivered.delivery_address == ("Chantier", "1 rue Neuve", "69001 Lyon")
    assert page_with(client='delivery-address: "Dépôt"').delivery_address == ("Dépôt",)


def test_references_and_dates() -> None:
    found = page_with(
        'order-ref: "BC-1"\ncontract-ref: "C-2"\nengagement: "E-3"\nservice-code: "S-4"\ndelivery-date: 2026-01-04\n'
        "period-start: 2026-01-01\nperiod-end: 2026-01-31"
    )
    assert (found.order, found.contract, found.engagement, found.service_code) == ("BC-1", "C-2", "E-3", "S-4")
    assert found.delivery_date == date(2026, 1, 4)
    assert (found.period_start, found.period_end) == (date(2026, 1, 1), date(2026, 1, 31))
    assert page_with(client='service-code: "S-5"').service_code == "S-5"


def test_a_credit_note_cites_its_invoice_with_its_date_and_asks_for_nothing() -> None:
    source = sale("F2026-0001", "2026-01-05") + "\n" + refund("A2026-0001", "2026-01-06", "F2026-0001")
    found = page(source, "A2026-0001")
    assert found.kind == "credit-note"
    assert [(one.number, one.date) for one in found.corrects] == [("F2026-0001", date(2026, 1, 5))]
    assert found.totals.due == Decimal("120.00")
    assert (found.payment.iban, found.payment.epc) == ("", "")


def test_a_number_cited_that_does_not_exist_has_no_date() -> None:
    assert [(one.number, one.date) for one in page_with('replaces: "F2025-0007"').replaces] == [("F2025-0007", None)]


# --- Payment ------------------------------------------------------------------------------------


def test_a_transfer_has_account_reference_and_code() -> None:
    payment = page_with().payment
    assert (payment.method, payment.holder) == ("transfer", "Atelier Numérique")
    assert (payment.iban, payment.bic) == ("FR7630006000011234567890189", "AGRIFRPP")
    assert iso11649.is_valid(payment.reference)
    assert payment.reference.endswith("F20260001")
    lines = payment.epc.split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert lines[4:8] == ["AGRIFRPP", "Atelier Numerique", payment.iban, "EUR120.00"]
    assert lines[9] == payment.reference


@pytest.mark.parametrize("method", ["card", "cheque", "cash", "direct-debit"])
def test_another_method_shows_no_account_to_pay_to(method: str) -> None:
    payment = page_with(f'method: "{method}"', client='mandate: "RUM-1"', seller='creditor-id: "FR12ZZZ123456"').payment
    assert (payment.method, payment.iban, payment.epc) == (method, "", "")
    assert (payment.mandate, payment.creditor_id) == (
        ("RUM-1", "FR12ZZZ123456") if method == "direct-debit" else ("", "")
    )


def test_a_mandate_means_direct_debit_unless_the_document_says_otherwise() -> None:
    assert page_with(client='mandate: "RUM-1"').payment.method == "direct-debit"
    assert page_with('method: "transfer"', client='mandate: "RUM-1"').payment.method == "transfer"


def test_without_an_iban_there_is_no_code() -> None:
    assert page_with(seller='iban: ""').payment.epc == ""


@pytest.mark.parametrize(("account", "method"), [("Assets:Caisse", "cash"), ("Assets:Paiements:Carte", "card")])
def test_paid_on_the_spot_it_is_due_on_its_day_as_in_the_xml(account: str, method: str) -> None:
    found = page(sale("F2026-0001", "2026-01-05").replace("Assets:Clients:Martin", account))
    assert [(part.amount, part.date, part.method) for part in found.paid] == [
        (Decimal("120.00"), date(2026, 1, 5), method)
    ]
    assert found.totals.due == ZERO
    assert found.due == date(2026, 1, 5)
    assert found.terms == "payé comptant"
    assert found.payment.epc == ""


def test_the_code_asks_for_the_first_instalment_and_never_for_the_retention() -> None:
    def legs(*owed: str) -> str:
        return sale("F2026-0001", "2026-01-05").replace("  Assets:Clients:Martin  120.00 EUR\n", "".join(owed))

    first = "  Assets:Clients:Martin  50.00 EUR\n    due: 2026-02-04\n"
    found = page(legs(first, "  Assets:Clients:Martin  70.00 EUR\n    due: 2026-03-06\n"))
    assert "\nEUR50.00\n" in found.payment.epc
    assert [(part.amount, part.retention) for part in found.instalments] == [
        (Decimal(50), False),
        (Decimal(70), False),
    ]
    retained = page(
        legs("  Assets:Retenues:Martin  6.00 EUR\n    due: 2027-01-05\n", "  Assets:Clients:Martin  114.00 EUR\n")
    )
    assert "\nEUR114.00\n" in retained.payment.epc
    assert [part.retention for part in retained.instalments] == [True, False]
    assert retained.due == date(2026, 2, 4)


def test_papers_ask_for_no_payment(demo: Workspace) -> None:
    for paper in demo.books.papers:
        found = shown(paper, demo.books)
        assert (found.payment.iban, found.payment.epc, found.payment.reference) == ("", "", ""), paper.number
        assert found.draft is (paper.kind is Kind.DRAFT)
        assert found.hide_prices is (paper.kind is Kind.DELIVERY)


def test_in_a_foreign_currency_the_vat_is_told_in_euros_and_no_euro_code_is_shown(demo: Workspace) -> None:
    document = demo.books.document("F2026-0087")
    assert document is not None
    found = shown(document, demo.books)
    assert (found.currency, found.language) == ("USD", "en")
    assert found.payment.epc == ""
    assert found.payment.iban
    assert found.totals.exchange_rate == document.rate
    taxed = sale("F2026-0001", "2026-01-05", client="acme", keys="rate: 0.5").replace(
        "Assets:Clients:Acme  120.00 EUR", "Assets:Clients:Acme  240.00 USD @@ 120.00 EUR"
    )
    totals = page(taxed).totals
    assert (totals.vat, totals.vat_in_euro, totals.exchange_rate) == (Decimal(40), Decimal(20), Decimal("0.5"))


def test_notes_are_those_of_the_ledger_then_those_of_the_law() -> None:
    found = page_with('note: "Merci de votre confiance."')
    assert found.notes[0] == "Merci de votre confiance."
    assert "40 €" in found.notes[1]
    quote = page('2026-01-07 Q "martin" "Devis"\n  quote: "D1"\n  Income:Prestations  -1 DEV-DAY\n')
    assert quote.notes == ()


def test_vat_on_debits_is_said_where_vat_is_charged() -> None:
    assert page_with().vat_on_debits is False
    assert page_with(seller='vat-on: "debits"').vat_on_debits is True
