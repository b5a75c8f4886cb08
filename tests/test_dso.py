"""Days sales outstanding: worked case 17, from figures and from books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ledgers import books_of

from facturier.books import Books
from facturier.dso import Outstanding, count_back, outstanding, simple
from facturier.money import ZERO, half_up

END = date(2026, 11, 30)


def opened(name: str, amount: str, issued: str, due: str, currency: str = "EUR", account: str = "Martin") -> str:
    return (
        f'{issued} * "Reprise"\n  Assets:Clients:{account}  {amount} {currency}\n    opens: "{name}"\n'
        f"    due: {due}\n  Equity:Reprise  -{amount} {currency}\n\n"
    )


def paid(day: str, amount: str, name: str) -> str:
    return (
        f'{day} * "VIR"\n  Assets:Banque:Qonto  {amount} EUR\n'
        f'  Assets:Clients:Martin  -{amount} EUR\n    settles: "{name}"\n\n'
    )


def only(books: Books, day: date = END, days: int = 90) -> Outstanding:
    (found,) = outstanding(books, day, days)
    return found


def test_worked_case_17_simple() -> None:
    assert str(simple(Decimal(30000), Decimal(60000), 90)) == "45.0"


def test_worked_case_17_count_back() -> None:
    sales = {date(2026, 11, 1): Decimal(1200), date(2026, 10, 1): Decimal(800), date(2026, 9, 1): Decimal(700)}
    months, left = count_back(Decimal(2500), sales, END)
    assert [str(half_up(month.days)) for month in months] == ["30.00", "31.00", "21.43"]
    assert (str(half_up(sum((month.days for month in months), ZERO), Decimal("0.1"))), left) == ("82.4", ZERO)


def test_worked_case_17_count_back_from_books() -> None:
    source = opened("S1", "200.00", "2026-09-05", "2026-10-05") + opened("S2", "500.00", "2026-09-06", "2026-10-06")
    source += opened("O1", "800.00", "2026-10-05", "2026-11-05") + opened("N1", "1200.00", "2026-11-05", "2026-12-05")
    found = only(books_of(source + paid("2026-11-20", "200.00", "S1")))
    assert (str(found.receivables), str(found.count_back.dso)) == ("2500.00", "82.4")
    assert (str(found.not_due), str(found.count_back.best)) == ("1200.00", "30.0")
    assert str(found.count_back.delinquent) == "52.4"


def test_worked_case_17_best_possible_and_average_days_delinquent() -> None:
    source = opened("A", "84000.00", "2026-11-01", "2026-12-31") + opened("B", "36000.00", "2026-09-15", "2026-10-15")
    source += opened("C", "240000.00", "2026-10-01", "2026-10-31") + paid("2026-11-02", "240000.00", "C")
    found = only(books_of(source))
    assert str(found.sales) == "360000.00"
    assert [str(value) for value in (found.simple.dso, found.simple.best, found.simple.delinquent)] == [
        "30.0", "21.0", "9.0",
    ]  # fmt: skip


def test_the_month_asked_in_counts_up_to_its_day() -> None:
    source = opened("A", "100.00", "2026-11-05", "2026-12-05")
    assert str(only(books_of(source), date(2026, 11, 10)).count_back.dso) == "10.0"


def test_what_is_older_than_all_sales_is_told_and_adds_no_days() -> None:
    months, left = count_back(Decimal(150), {date(2026, 11, 1): Decimal(100)}, END)
    assert ([month.days for month in months], left) == ([Decimal(30)], Decimal(50))


def test_without_sales_in_the_period_there_is_no_simple_figure() -> None:
    found = only(books_of(opened("A", "100.00", "2026-01-05", "2026-02-05")), days=30)
    assert (found.simple.dso, found.simple.delinquent) == (None, None)
    assert found.count_back.dso is not None


def test_currencies_are_measured_apart_and_money_on_account_is_left_out() -> None:
    source = opened("A", "100.00", "2026-11-05", "2026-12-05") + opened(
        "B", "300.00", "2026-11-05", "2026-12-05", "USD", "Acme"
    )
    source += '2026-11-06 * "VIR"\n  Assets:Banque:Qonto  70.00 EUR\n  Assets:Clients:Martin  -70.00 EUR\n'
    found = {one.currency: str(one.receivables) for one in outstanding(books_of(source), END)}
    assert found == {"EUR": "100.00", "USD": "300.00"}


def test_as_of_a_past_day_later_payments_do_not_count() -> None:
    source = opened("A", "100.00", "2026-09-05", "2026-10-05")
    before = only(books_of(source), date(2026, 10, 31))
    assert only(books_of(source + paid("2026-11-20", "100.00", "A")), date(2026, 10, 31)) == before


def test_what_is_doubtful_is_no_receivable_any_more() -> None:
    """Account 416 is not in the DSO; what came back from it is."""
    source = opened("A", "900.00", "2026-10-01", "2026-10-31") + opened("B", "300.00", "2026-10-02", "2026-11-01")
    doubtful = (
        '2026-11-10 * "Douteuse"\n  Assets:Douteux:Martin  300.00 EUR\n    settles: "B"\n'
        '  Assets:Clients:Martin  -300.00 EUR\n    settles: "B"\n\n'
    )
    assert str(only(books_of(source)).receivables) == "1200.00"
    found = only(books_of(source + doubtful))
    assert (str(found.receivables), str(found.not_due), str(found.sales)) == ("900.00", "0", "1200.00")
    assert str(only(books_of(source + doubtful), date(2026, 11, 9)).receivables) == "1200.00"
    dividend = (
        '2026-11-12 * "Liquidateur"\n  Assets:Banque:Qonto  50.00 EUR\n'
        '  Assets:Douteux:Martin  -50.00 EUR\n    settles: "B"\n\n'
    )
    assert str(only(books_of(source + doubtful + dividend)).receivables) == "900.00"
