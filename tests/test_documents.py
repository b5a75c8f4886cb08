"""Documents: totals, dates and wording that follow from what the transaction and its day say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from ledgers import books_of, refund, sale

from facturier.documents import Document, Kind, vat_in_books


def document(source: str) -> Document:
    return books_of(source).documents[0]


def test_what_the_law_calls_an_invoice() -> None:
    invoices = {kind for kind in Kind if kind.is_invoice}
    assert {kind.value for kind in invoices} == {
        "invoice", "deposit", "progress", "final", "self-billed", "credit-note",
    }  # fmt: skip
    assert {kind for kind in Kind if kind.on_books} == invoices | {Kind.CLAIM}


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("", Kind.INVOICE),
        ('kind: "deposit"', Kind.DEPOSIT),
        ('kind: "progress"', Kind.PROGRESS),
        ('kind: "final"', Kind.FINAL),
        ('kind: "self-billed"', Kind.SELF_BILLED),
    ],
)
def test_the_kind_of_an_invoice(keys: str, kind: Kind) -> None:
    assert document(sale("F2026-0001", "2026-01-05", keys=keys)).kind is kind


@pytest.mark.parametrize(
    ("keys", "due"),
    [
        ("", date(2026, 2, 4)),  # the seller's 30 days
        ("due: 2026-03-01", date(2026, 3, 1)),
        ('terms: "end of month + 45 days"', date(2026, 3, 17)),
        ('terms: "30% on receipt, 70% 60 days"', date(2026, 3, 6)),
        ('terms: "on receipt"\ndue: 2026-01-20', date(2026, 1, 20)),
    ],
)
def test_the_due_date_is_stated_or_follows_from_the_terms(keys: str, due: date) -> None:
    assert document(sale("F2026-0001", "2026-01-05", keys=keys)).due == due


def test_the_clients_terms_come_before_the_sellers() -> None:
    client = '2026-01-01 custom "client" "martin"\n  terms: "60 days"\n'
    found = document(client + sale("F2026-0001", "2026-01-05"))
    assert (found.terms, found.due) == ("60 days", date(2026, 3, 6))


def test_changing_the_terms_later_does_not_move_an_old_due_date() -> None:
    later = '2026-02-01 custom "client" "martin"\n  terms: "60 days"\n'
    assert document(sale("F2026-0001", "2026-01-05") + later).due == date(2026, 2, 4)


def test_the_language_of_a_document() -> None:
    english = '2026-01-01 custom "client" "martin"\n  language: "en"\n'
    assert document(sale("F2026-0001", "2026-01-05")).language == "fr"
    assert document(english + sale("F2026-0001", "2026-01-05")).language == "en"
    assert document(english + sale("F2026-0001", "2026-01-05", keys='language: "de"')).language == "de"


@pytest.mark.parametrize(("lines", "nature"), [("goods", "goods"), ("services", "services"), ("both", "both")])
def test_the_nature_of_what_is_sold(lines: str, nature: str) -> None:
    natures = ["goods", "services"] if lines == "both" else [lines]
    text = "".join(f'  Income:Ventes  -1.00 EUR\n    vat: 20\n    nature: "{one}"\n' for one in natures)
    source = (
        f'2026-01-05 * "m" "V"\n  invoice: "F2026-0001"\n  client: "martin"\n{text}  Assets:Clients:Martin  2 EUR\n'
    )
    assert document(source).nature == nature


def test_a_credit_note_is_positive_for_what_it_is_about() -> None:
    found = document(refund("A2026-0001", "2026-01-05", "F2025-0009", "250.00"))
    totals = found.totals()
    assert (totals.net, totals.vat, totals.gross) == (Decimal("250.00"), Decimal("50.00"), Decimal("300.00"))
    assert found.instalments[0].amount == Decimal("-300.00")
    assert found.numbers_corrected == ("F2025-0009",)


def test_prepaid_and_payable() -> None:
    source = sale("F2026-0001", "2026-01-05").replace(
        "  Assets:Clients:Martin  120.00 EUR\n", "  Assets:Clients:Martin  70.00 EUR\n  Assets:Caisse  50.00 EUR\n"
    )
    totals = document(source).totals()
    assert (totals.gross, totals.prepaid, totals.payable) == (Decimal("120.00"), Decimal(50), Decimal("70.00"))


def test_an_allowance_is_split_over_rates_to_the_cent() -> None:
    lines = "".join(
        f'  Income:Prestations  -{net} EUR\n    item: "X"\n    vat: {rate}\n'
        for net, rate in (("33.33", "20"), ("33.33", "10"), ("33.34", "5.5"))
    )
    source = (
        f'2026-01-05 * "m" "V"\n  invoice: "F2026-0001"\n  client: "martin"\n  discount: 10.00 EUR\n{lines}'
        "  Assets:Clients:Martin  1.00 EUR\n"
    )
    found = document(source)
    parts = [part.amount for part in found.allowances()]
    assert sum(parts) == Decimal("10.00")
    assert parts == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    totals = found.totals()
    assert (totals.lines, totals.allowances, totals.charges, totals.net) == (
        Decimal("100.00"), Decimal("10.00"), Decimal(0), Decimal("90.00"),
    )  # fmt: skip


def test_vat_of_an_invoice_in_dollars_in_euro() -> None:
    source = (
        '2026-11-26 * "Acme" "C"\n  invoice: "F2026-0001"\n  client: "acme"\n  rate: 0.9214\n'
        "  Assets:Clients:Acme  120.00 USD @@ 110.57 EUR\n"
        '  Income:Prestations  -92.14 EUR\n    item: "C"\n    price: 100.00 USD\n    vat: 20\n'
        "  Liabilities:TVA:EnAttente  -18.43 EUR\n"
    )
    found = document(source)
    assert found.totals().vat == Decimal("20.00")
    assert vat_in_books(found, found.totals()) == Decimal("18.43")
    assert vat_in_books(document(sale("F2026-0001", "2026-01-05")), found.totals()) == Decimal("20.00")


def test_an_invoice_in_yen_has_no_decimals() -> None:
    source = (
        '2026-11-26 * "Acme" "C"\n  invoice: "F2026-0001"\n  client: "acme"\n  rate: 0.006\n'
        "  Assets:Clients:Acme  1234 JPY @@ 7.40 EUR\n"
        '  Income:Prestations  -6.17 EUR\n    item: "C"\n    price: 1028 JPY\n    vat: 20\n'
        "  Liabilities:TVA:EnAttente  -1.24 EUR\n"
    )
    totals = document(source).totals()
    assert (totals.net, totals.vat, totals.gross) == (Decimal(1028), Decimal(206), Decimal(1234))
