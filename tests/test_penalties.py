"""Worked cases 2 to 5: late-payment interest to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from facturier.law.tables import law_of_france
from facturier.money import ZERO, half_up
from facturier.penalties import Receipt, late_interest

RECOVERY_INDEMNITY = law_of_france().recovery_indemnity(date(2026, 5, 16)) or ZERO


def legal_rate(day: date) -> Decimal:
    """ECB 2.15 in the first half of 2026, 2.40 in the second, plus 10 points."""
    return Decimal("12.40") if day >= date(2026, 7, 1) else Decimal("12.15")


def public_rate(day: date) -> Decimal:
    return legal_rate(day) - 2


def test_worked_case_2_the_rate_changes_on_1_july() -> None:
    found = late_interest(
        Decimal("12000.00"),
        date(2026, 5, 15),
        [Receipt(date(2026, 8, 31), Decimal("12000.00"))],
        date(2026, 8, 31),
        legal_rate,
    )
    assert [(one.first, one.last, one.days, one.interest) for one in found.segments] == [
        (date(2026, 5, 16), date(2026, 6, 30), 46, Decimal("183.75")),
        (date(2026, 7, 1), date(2026, 8, 31), 62, Decimal("252.76")),
    ]
    assert found.interest == Decimal("436.51")
    assert found.interest + RECOVERY_INDEMNITY == Decimal("476.51")
    assert found.principal == ZERO


def test_worked_case_3_a_part_payment_meanwhile() -> None:
    receipts = [Receipt(date(2026, 7, 1), Decimal("4000.00"))]
    found = late_interest(Decimal("10000.00"), date(2026, 5, 1), receipts, date(2026, 9, 3), legal_rate)
    assert [(one.days, one.principal, one.interest) for one in found.segments] == [
        (60, Decimal("10000.00"), Decimal("199.73")),
        (1, Decimal("10000.00"), Decimal("3.40")),
        (64, Decimal("6000.00"), Decimal("130.45")),
    ]
    assert found.interest == Decimal("333.58")
    assert found.principal == Decimal("6000.00")
    assert found.principal + found.unpaid_interest + RECOVERY_INDEMNITY == Decimal("6373.58")


def test_worked_case_3_interest_paid_first() -> None:
    receipts = [Receipt(date(2026, 7, 1), Decimal("4000.00"))]
    found = late_interest(
        Decimal("10000.00"), date(2026, 5, 1), receipts, date(2026, 9, 3), legal_rate, interest_first=True
    )
    assert found.principal == Decimal("6203.13")
    assert found.unpaid_interest == Decimal("134.87")
    assert found.principal + found.unpaid_interest + RECOVERY_INDEMNITY == Decimal("6378.00")


def test_worked_case_4_a_public_buyer_keeps_the_rate_of_the_first_day() -> None:
    found = late_interest(
        Decimal("12000.00"),
        date(2026, 5, 15),
        [Receipt(date(2026, 8, 31), Decimal("12000.00"))],
        date(2026, 8, 31),
        public_rate,
        is_public=True,
    )
    assert [one.days for one in found.segments] == [108]
    assert found.interest == Decimal("360.39")


def test_worked_case_5_92_days_at_one_rate() -> None:
    due = date(2026, 1, 10)
    found = late_interest(Decimal("4800.00"), due, [], due + timedelta(days=92), legal_rate)
    assert found.interest == Decimal("147.00")


def test_paid_on_the_due_date_bears_nothing() -> None:
    due = date(2026, 5, 15)
    found = late_interest(Decimal("100.00"), due, [Receipt(due, Decimal("100.00"))], date(2026, 12, 31), legal_rate)
    assert found.segments == ()
    assert found.principal == ZERO


@given(
    amount=st.decimals("1", "99999", places=2),
    late=st.integers(0, 900),
    parts=st.lists(st.tuples(st.integers(-30, 900), st.integers(1, 30)), max_size=4),
)
def test_every_day_counts_once_and_principal_never_grows(
    amount: Decimal, late: int, parts: list[tuple[int, int]]
) -> None:
    due = date(2025, 3, 31)
    receipts = [Receipt(due + timedelta(days=day), half_up(amount * share / 120)) for day, share in parts]
    until = due + timedelta(days=late)
    found = late_interest(amount, due, receipts, until, legal_rate)
    days = [one.first + timedelta(days=step) for one in found.segments for step in range(one.days)]
    assert days == [due + timedelta(days=step) for step in range(1, late + 1)]
    owed = [one.principal for one in found.segments]
    assert owed == sorted(owed, reverse=True)
    assert found.principal == amount - sum((one.amount for one in receipts if one.day <= until), ZERO)
