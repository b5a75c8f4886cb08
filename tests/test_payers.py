"""How clients pay: weighted delay, share in time, trend, by numbers one can check by hand."""

from __future__ import annotations

from datetime import date

from ledgers import books_of
from test_dso import opened, paid

from facturier.books import Books
from facturier.payers import Payer, payers

END = date(2026, 11, 30)


def only(books: Books, day: date = END) -> Payer:
    (found,) = payers(books, day)
    return found


TWO = (
    opened("A", "900.00", "2026-01-05", "2026-02-05") + paid("2026-02-15", "900.00", "A")
    + opened("B", "100.00", "2026-08-05", "2026-09-05") + paid("2026-10-05", "100.00", "B")
)  # fmt: skip


def test_37_average_days_to_pay_weighted_by_amount() -> None:
    """OCA/account-invoice-reporting#52, invoiceninja#2869: (900 × 10 + 100 × 30) ÷ 1000."""
    found = only(books_of(TWO))
    assert (found.settled, str(found.paid), str(found.delay), found.worst) == (2, "1000.00", "12.0", 30)
    assert found.few


def test_the_trend_compares_two_half_years() -> None:
    found = only(books_of(TWO))
    assert (str(found.recent), str(found.before), str(found.trend)) == ("30.0", "10.0", "20.0")


def test_the_share_in_time_counts_the_due_date_in_and_early_days_lower_the_delay() -> None:
    source = TWO + opened("C", "1000.00", "2026-08-05", "2026-09-05") + paid("2026-09-05", "1000.00", "C")
    found = only(books_of(source))
    assert (str(found.on_time), str(found.delay)) == ("50.0", "6.0")
    early = only(books_of(opened("C", "10.00", "2026-08-05", "2026-09-05") + paid("2026-09-01", "10.00", "C")))
    assert (str(early.delay), str(early.on_time)) == ("-4.0", "100.0")


def test_part_payments_count_each_with_its_own_delay() -> None:
    source = opened("A", "100.00", "2026-01-05", "2026-02-05") + paid("2026-02-05", "50.00", "A")
    assert payers(books_of(source), date(2026, 2, 6))[0].settled == 0
    assert str(only(books_of(source + paid("2026-02-25", "50.00", "A"))).delay) == "10.0"


def test_a_returned_direct_debit_was_no_payment() -> None:
    source = opened("A", "100.00", "2026-01-05", "2026-02-05") + paid("2026-02-05", "100.00", "A")
    back = (
        paid("2026-02-10", "100.00", "A")
        .replace("  100.00 EUR", "  -100.00 EUR")
        .replace("-100.00 EUR\n    s", "100.00 EUR\n    s")
    )
    found = only(books_of(source + back + paid("2026-03-07", "100.00", "A")))
    assert (str(found.delay), str(found.on_time)) == ("30.0", "0.0")


def test_what_was_settled_longer_ago_does_not_count() -> None:
    assert payers(books_of(TWO), date(2027, 10, 5)) == ()
    assert only(books_of(TWO), date(2027, 10, 4)).settled == 1


def test_what_was_disputed_is_counted_apart() -> None:
    found = only(books_of(TWO + '2026-03-01 custom "dispute" "B" "open"\n2026-04-01 custom "dispute" "B" "rejected"\n'))
    assert (found.settled, found.disputed, str(found.delay)) == (1, 1, "10.0")


def test_promises_kept_and_broken_and_what_is_overdue_now() -> None:
    source = opened("A", "100.00", "2026-01-05", "2026-02-05") + paid("2026-03-01", "40.00", "A")
    source += '2026-02-10 custom "promise" "A" 40.00 EUR 2026-03-01\n'
    source += '2026-03-10 custom "promise" "A" 60.00 EUR 2026-03-20\n'
    found = only(books_of(source))
    assert (found.promises, found.promises_kept) == (2, 1)
    assert (str(found.overdue), found.oldest) == ("60.00", 298)


def test_without_money_nothing_is_measured() -> None:
    source = opened("A", "100.00", "2026-01-05", "2026-02-05")
    source += (
        '2026-05-01 * "Perte"\n  Expenses:Pertes  100.00 EUR\n  Assets:Clients:Martin  -100.00 EUR\n    settles: "A"\n'
    )
    assert payers(books_of(source), END) == ()
