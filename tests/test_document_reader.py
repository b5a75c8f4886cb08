"""Reading a transaction as a document: each posting by its account's role and its keys."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ledgers import SETUP, Ledger, books_of, line_of, sale

from facturier.documents import Document

DRAFT = '2026-11-30 D "martin" "Régie de novembre"\n'


def paper(source: str) -> Document:
    return books_of(source).papers[0]


def faults(source: str) -> list[str]:
    return [f"{one.rule.id}: {one.message}" for one in books_of(source).faults]


def test_a_document_knows_the_keys_it_has_beside_the_usual_ones() -> None:
    plain, more = books_of(
        sale("F2026-0001", "2026-01-05", keys="due: 2026-02-04")
        + "\n"
        + sale("F2026-0002", "2026-01-06", keys='order-ref: "B12"\n  my-own: "x"')
    ).documents
    assert plain.further_keys == frozenset()
    assert more.further_keys == {"order-ref"}  # keys of the user's own are none of ours


# --- Who


def test_a_client_that_does_not_exist() -> None:
    source = sale("F2026-0001", "2026-01-05").replace('client: "martin"', 'client: "martn"')
    assert faults(source) == ['LEDGER-REFERENCE: There is no client "martn"; did you mean "martin"?']
    source = source.replace("martn", "dupont")
    assert faults(source) == [
        'LEDGER-REFERENCE: There is no client "dupont"; add: 2026-01-05 custom "client" "dupont".'
    ]


def test_a_client_stated_after_its_document() -> None:
    late = '2026-02-01 custom "client" "late"\n  name: "Late"\n'
    source = late + sale("F2026-0001", "2026-01-05").replace('client: "martin"', 'client: "late"')
    assert faults(source) == [
        'LEDGER-REFERENCE: The client "late" is first stated on 2026-02-01, after this document; '
        "date its directive earlier."
    ]


def test_an_invoice_without_a_client_key_takes_none_from_its_payee() -> None:
    source = sale("F2026-0001", "2026-01-05").replace('  client: "martin"\n', "")
    assert faults(source) == [
        'LEDGER-REFERENCE: It names no client; add client: "…" with the id of a client directive.'
    ]


def test_the_payee_of_a_paper_may_be_the_clients_id_and_the_key_comes_first() -> None:
    assert paper(DRAFT + "  Income:Prestations  -1 DEV-DAY\n").client is not None
    named = paper(DRAFT + '  client: "durand"\n  Income:Prestations  -1 DEV-DAY\n').client
    assert named is not None
    assert named.id == "durand"
    assert faults(DRAFT.replace("martin", "Martin Bâtiment SAS") + "  Income:Prestations  -1 DEV-DAY\n")


def test_the_parties_stand_as_on_the_day_of_the_document() -> None:
    moved = (
        '2026-06-01 custom "client" "martin"\n  city: "Nice"\n2026-06-01 custom "seller" "atelier"\n  city: "Paris"\n'
    )
    books = books_of(moved + sale("F2026-0001", "2026-05-31") + "\n" + sale("F2026-0002", "2026-06-01"))
    cities = [(one.client.city, one.seller.city) for one in books.documents if one.client and one.seller]
    assert cities == [("Marseille", "Lyon"), ("Nice", "Paris")]


# --- Lines


def test_a_line_takes_from_its_product_what_it_does_not_state() -> None:
    line = paper(DRAFT + '  Income:Prestations  -2 DEV-DAY\n    item: "Audit"\n    unit: "hour"\n').lines[0]
    assert (line.item, line.unit, line.product, line.price, line.tax.percent, line.nature) == (
        "Audit", "hour", "DEV-DAY", Decimal("650.00"), Decimal(20), "services",
    )  # fmt: skip
    goods = paper(DRAFT + "  Income:Ventes  -3 CHAISE\n").lines[0]
    assert (goods.item, goods.quantity, goods.net, goods.nature) == ("Chaise", Decimal(3), Decimal("120.00"), "goods")


def test_the_price_after_an_at_sign_comes_before_the_catalogue() -> None:
    client = '2026-01-01 custom "client" "martin"\n  discount: 10\n'
    lines = paper(
        client + DRAFT + "  Income:Prestations  -1 DEV-DAY @ 600.00 EUR\n  Income:Prestations  -1 DEV-DAY\n"
    ).lines
    assert [(line.price, line.net) for line in lines] == [
        (Decimal("600.00"), Decimal("600.00")),
        (Decimal("650.00"), Decimal("585.00")),
    ]


def test_a_total_price_after_two_at_signs_is_the_price_of_all() -> None:
    line = paper(DRAFT + "  Income:Prestations  -2 DEV-DAY @@ 1300.00 EUR\n").lines[0]
    assert (line.quantity, line.net) == (Decimal(2), Decimal("1300.00"))


@pytest.mark.parametrize("keys", ['item: "Débours"\n    vat: "disbursement"', 'product: "DEV-DAY"'])
def test_a_posting_elsewhere_than_income_is_a_line_by_its_keys(keys: str) -> None:
    books = books_of(
        '2020-01-01 open Liabilities:Debours\n2026-01-05 * "m" "V"\n  invoice: "F2026-0001"\n  client: "martin"\n'
        f"  Assets:Clients:Martin  650.00 EUR\n  Liabilities:Debours  -650.00 EUR\n    {keys}\n"
    )
    assert [line.account for line in books.documents[0].lines] == ["Liabilities:Debours"]


def test_a_description_may_run_over_lines_and_a_period_may_be_given() -> None:
    line = paper(
        DRAFT
        + '  Income:Prestations  -1 DEV-DAY\n    description: "Premier\n      Second"\n'
        + "    period-start: 2026-11-01\n    period-end: 2026-11-30\n"
    ).lines[0]
    assert line.description.split() == ["Premier", "Second"]
    assert (str(line.period_start), str(line.period_end)) == ("2026-11-01", "2026-11-30")


def test_an_income_account_of_role_fx_is_no_line() -> None:
    source = sale("F2026-0001", "2026-01-05").replace(
        "  Liabilities:TVA:EnAttente",
        "  Income:Change  -0.01 EUR\n  Expenses:Ecarts  0.01 EUR\n  Liabilities:TVA:EnAttente",
    )
    books = books_of(source)
    assert not books.faults
    assert len(books.documents[0].lines) == 1


def test_a_document_without_lines() -> None:
    source = '2026-01-05 * "m" "V"\n  invoice: "F2026-0001"\n  client: "martin"\n  Assets:Clients:Martin  0.00 EUR\n'
    assert faults(source) == [
        "AMOUNT-PRICE: This document has no line; add a posting on an income account, or one with item:."
    ]


def test_each_fault_of_a_posting_has_its_line(ledger: Ledger) -> None:
    """
    2026-11-03 * "Martin" "Vente"
      invoice: "F2026-0001"
      client: "martin"
      Assets:Clients:Martin    120.00 EUR
      Income:Prestations       -50.00 EUR
        product: "INCONNU"
        vat: 20
      Income:Prestations       -50.00 EUR
        item: "Sans TVA"
      Liabilities:TVA:EnAttente -20.00 EUR
    """
    places = [(one.rule.id, one.place.line) for one in ledger.books.faults]
    postings = [line_of(ledger.path, "Income:Prestations       -50.00", which) for which in (1, 2)]
    assert places == [("LEDGER-REFERENCE", postings[0]), ("AMOUNT-VAT-MISSING", postings[1])]


def test_instalments_are_numbered_in_the_order_written_with_their_due_dates() -> None:
    source = sale("F2026-0001", "2026-01-05", keys="due: 2026-03-01").replace(
        "  Assets:Clients:Martin  120.00 EUR\n",
        "  Assets:Clients:Martin  20.00 EUR\n    due: 2026-02-01\n  Assets:Clients:Martin  100.00 EUR\n",
    )
    assert [(one.id, str(one.due)) for one in books_of(source).documents[0].instalments] == [
        ("F2026-0001#1", "2026-02-01"),
        ("F2026-0001#2", "2026-03-01"),
    ]


# --- Papers


def test_a_quote_in_dollars() -> None:
    quote = '2026-11-30 Q "acme" "C"\n  quote: "D2026-0001"\n'
    found = paper(quote + '  Income:Prestations  -1 DEV-DAY @ 700.00 USD\n    vat: "export"\n')
    assert (found.currency, found.totals().payable) == ("USD", Decimal("700.00"))


def test_a_paper_may_show_what_will_be_owed() -> None:
    source = DRAFT + "  Assets:Clients:Martin  780.00 EUR\n  Income:Prestations  -1 DEV-DAY @ 650.00 EUR\n"
    assert faults(source) == []


def test_a_treatment_with_a_slip() -> None:
    source = sale("F2026-0001", "2026-01-05").replace("vat: 20", 'vat: "exprot"', 1)
    assert faults(source)[0] == 'LEDGER-VALUE: vat: no VAT treatment is called "exprot"; did you mean "export"?.'


def test_the_franchise_is_the_sellers_own_default_and_a_rate_overrides_it() -> None:
    setup = SETUP.replace('vat-on: "receipts"', 'vat-on: "franchise"')
    books = books_of(DRAFT + '  Income:Prestations  -1.00 EUR\n    item: "X"\n', setup=setup)
    assert not books.faults
    assert books.papers[0].lines[0].tax.treatment == "franchise"
