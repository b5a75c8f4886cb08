"""The aged balance of worked case 16."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from ledgers import books_of, sale

from facturier.receivables import AgedBalance, aged_balance, bucket_of

AS_OF = date(2026, 11, 22)
CASE_16 = [
    ("F1", "1200.00", "2026-11-30", -8, "not_due"),
    ("F2", "600.00", "2026-11-22", 0, "not_due"),
    ("F3", "240.00", "2026-11-21", 1, "days_1_30"),
    ("F4", "960.00", "2026-10-23", 30, "days_1_30"),
    ("F5", "480.00", "2026-10-22", 31, "days_31_60"),
    ("F6", "360.00", "2026-09-23", 60, "days_31_60"),
    ("F7", "720.00", "2026-09-22", 61, "days_61_90"),
    ("F8", "120.00", "2026-08-24", 90, "days_61_90"),
    ("F9", "84.00", "2026-08-23", 91, "over_90"),
]


def taken_over(name: str, amount: str, due: str, client: str = "Martin", day: str = "2026-07-01") -> str:
    return (
        f'{day} * "Reprise" "{name}"\n'
        f'  Assets:Clients:{client}  {amount} EUR\n    opens: "{name}"\n    due: {due}\n'
        f"  Equity:Reprise  -{amount} EUR\n\n"
    )


@pytest.fixture(scope="module")
def aged() -> AgedBalance:
    return aged_balance(books_of("".join(taken_over(name, amount, due) for name, amount, due, _, _ in CASE_16)), AS_OF)


def test_worked_case_16_by_bucket(aged: AgedBalance) -> None:
    assert [str(amount) for amount in aged.clients[0].buckets.values()] == [
        "1800.00",
        "1200.00",
        "840.00",
        "840.00",
        "84.00",
    ]
    assert aged.clients[0].total == Decimal("4764.00")


def test_worked_case_16_by_item_oldest_due_first(aged: AgedBalance) -> None:
    found = [(one.item.id, str(one.remaining), one.days_late, one.bucket) for one in aged.clients[0].open_amounts]
    assert found == [(name, amount, days, bucket) for name, amount, _, days, bucket in reversed(CASE_16)]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-400, "not_due"), (0, "not_due"), (1, "days_1_30"), (60, "days_31_60"), (90, "days_61_90"), (91, "over_90")],
)
def test_bounds_of_the_buckets(days: int, bucket: str) -> None:
    assert bucket_of(days) == bucket


def test_as_of_an_earlier_day_later_entries_do_not_count() -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + "\n"
        + (
            '2026-02-20 * "VIR"\n  Assets:Banque:Qonto  120.00 EUR\n'
            '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
        )
    )
    books = books_of(source)
    assert [client.total for client in aged_balance(books, date(2026, 2, 19)).clients] == [Decimal("120.00")]
    assert aged_balance(books, date(2026, 2, 20)).clients == ()


def test_money_on_account_is_shown_apart_and_lowers_the_total() -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + "\n"
        + ('2026-02-20 * "VIR"\n  Assets:Banque:Qonto  50.00 EUR\n  Assets:Clients:Martin  -50.00 EUR\n')
    )
    client = aged_balance(books_of(source), AS_OF).clients[0]
    assert (client.buckets["over_90"], client.on_account, client.total) == (
        Decimal("120.00"),
        Decimal("-50.00"),
        Decimal("70.00"),
    )


def test_clients_by_name_and_currencies_apart() -> None:
    dollars = (
        '2026-11-03 * "Acme Inc" "Consulting"\n  invoice: "F2026-0001"\n  client: "acme"\n  rate: 0.9\n'
        "  Assets:Clients:Acme  100.00 USD @@ 90.00 EUR\n"
        '  Income:Prestations  -90.00 EUR\n    item: "X"\n    price: 100.00 USD\n    vat: "services-outside-eu"\n'
    )
    books = books_of(
        dollars + "\n" + taken_over("A", "10.00", "2026-11-30", "Acme") + taken_over("B", "5.00", "2026-11-30")
    )
    found = aged_balance(books, AS_OF)
    assert [(client.name, client.currency, client.total) for client in found.clients] == [
        ("Acme Inc", "EUR", Decimal("10.00")),
        ("Acme Inc", "USD", Decimal("100.00")),
        ("Martin Bâtiment SAS", "EUR", Decimal("5.00")),
    ]
    assert found.totals()["EUR"]["total"] == Decimal("15.00")
    assert found.totals()["USD"]["not_due"] == Decimal("100.00")


def test_an_instalment_ages_by_its_own_due_date() -> None:
    source = sale("F2026-0001", "2026-01-05").replace(
        "  Assets:Clients:Martin  120.00 EUR\n",
        "  Assets:Clients:Martin  20.00 EUR\n    due: 2026-11-01\n"
        "  Assets:Clients:Martin  100.00 EUR\n    due: 2026-12-01\n",
    )
    client = aged_balance(books_of(source), AS_OF).clients[0]
    assert (client.buckets["days_1_30"], client.buckets["not_due"]) == (Decimal("20.00"), Decimal("100.00"))
