"""What has become of a document by a day."""

from __future__ import annotations

from datetime import date

import pytest
from ledgers import books_of, refund, sale

from facturier.disputes import open_disputes
from facturier.statuses import status_of

BEFORE_DUE, DUE, LATE = date(2026, 1, 31), date(2026, 2, 4), date(2026, 2, 5)
SALE = sale("F2026-0001", "2026-01-05") + "\n"
PAID = '  Assets:Banque:Qonto  {0} EUR\n  Assets:Clients:Martin  -{0} EUR\n    settles: "F2026-0001"\n'
PART = '2026-01-20 * "VIR"\n' + PAID.format("20.00") + "\n"
WHOLE = '2026-01-20 * "VIR"\n' + PAID.format("120.00") + "\n"
RETURNED = '2026-01-28 * "REJET"\n' + PAID.format("-120.00").replace("--", "") + "\n"
ESCOMPTE = """\
2026-01-12 * "Escompte"
  Assets:Banque:Qonto  117.60 EUR
  Expenses:Escomptes  2.00 EUR
  Liabilities:TVA:EnAttente  0.40 EUR
    vat: 20
  Assets:Clients:Martin  -120.00 EUR
    settles: "F2026-0001"
"""
LOST = """\
2026-01-25 * "Irrécouvrable"
  Expenses:Pertes  100.00 EUR
  Liabilities:TVA:EnAttente  20.00 EUR
    vat: 20
  Assets:Clients:Martin  -120.00 EUR
    settles: "F2026-0001"
"""
LOST_REST = LOST.replace("100.00", "83.33").replace("20.00 EUR", "16.67 EUR").replace("-120.00", "-100.00")
CREDITED = refund("A2026-0001", "2026-01-15", "F2026-0001") + "\n"
HALF_CREDITED = refund("A2026-0001", "2026-01-15", "F2026-0001", "50.00") + "\n"
REST_PAID = '2026-01-20 * "VIR"\n' + PAID.format("60.00") + "\n"
CONTESTED = '2026-01-15 custom "dispute" "F2026-0001" "open" "quantité"\n'


def status(source: str, day: date, number: str = "F2026-0001") -> str:
    books = books_of(source)
    document = books.document(number)
    assert document is not None
    return status_of(document, books.open_items(day), open_disputes(books.events, day)).value


@pytest.mark.parametrize(
    ("after", "day", "expected"),
    [
        ("", date(2026, 1, 4), "upcoming"),
        ("", date(2026, 1, 10), "issued"),
        ("", DUE, "issued"),
        ("", LATE, "overdue"),
        (PART, BEFORE_DUE, "partly paid"),
        (PART, LATE, "overdue"),
        (WHOLE, BEFORE_DUE, "paid"),
        (WHOLE, date(2026, 1, 19), "issued"),
        (WHOLE + RETURNED, date(2026, 1, 27), "paid"),
        (WHOLE + RETURNED, BEFORE_DUE, "issued"),
        (ESCOMPTE, BEFORE_DUE, "paid"),
        (CREDITED, BEFORE_DUE, "credited"),
        (HALF_CREDITED, BEFORE_DUE, "partly paid"),
        (HALF_CREDITED + REST_PAID, BEFORE_DUE, "paid"),
        (LOST, BEFORE_DUE, "written off"),
        (PART + LOST_REST, BEFORE_DUE, "written off"),
        (CONTESTED, BEFORE_DUE, "disputed"),
        (CONTESTED, date(2026, 1, 14), "issued"),
        (CONTESTED, LATE, "disputed"),
        (CONTESTED + WHOLE, BEFORE_DUE, "paid"),
        (CONTESTED + '2026-01-16 custom "dispute" "F2026-0001" "resolved" "avoir"\n', BEFORE_DUE, "issued"),
        (CONTESTED + '2026-01-16 custom "dispute" "F2026-0001" "rejected"\n', LATE, "overdue"),
        (CONTESTED + '2026-01-16 custom "void" "F2026-0001" "dispute"\n', BEFORE_DUE, "issued"),
        (CONTESTED.replace("F2026-0001", "martin"), BEFORE_DUE, "disputed"),
        (CONTESTED.replace("F2026-0001", "acme"), BEFORE_DUE, "issued"),
    ],
)
def test_the_status_of_an_invoice_is_computed_for_a_day(after: str, day: date, expected: str) -> None:
    assert status(SALE + after, day) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (SALE, "", "credited"),
        (SALE + WHOLE, "", "credit"),
        (
            SALE + WHOLE,
            '2026-01-30 * "Remboursement"\n  Assets:Clients:Martin  120.00 EUR\n    settles: "A2026-0001"\n'
            "  Assets:Banque:Qonto  -120.00 EUR\n",
            "paid",
        ),
    ],
    ids=["used", "to use", "paid back"],
)
def test_the_status_of_a_credit_note(before: str, after: str, expected: str) -> None:
    source = before + refund("A2026-0001", "2026-01-25", "F2026-0001") + "\n" + after
    assert status(source, BEFORE_DUE, "A2026-0001") == expected


def test_what_was_paid_on_the_spot_is_paid() -> None:
    assert status(SALE.replace("Assets:Clients:Martin", "Assets:Caisse"), LATE) == "paid"


def test_a_paper_is_a_draft() -> None:
    books = books_of('2026-01-05 D "martin" "X"\n  Income:Prestations  -100.00 EUR\n    item: "X"\n    vat: 20\n')
    assert status_of(books.papers[0], books.open_items(LATE)).value == "draft"
