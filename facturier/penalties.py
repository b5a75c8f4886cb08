"""Late-payment interest between professionals, day by day and half-year by half-year.

The default rate is the ECB's refinancing rate of 1 January or 1 July plus 10 points and holds
for that half-year; for a public buyer it is that rate plus 8 points as of the day interest
starts, and never changes (C. com. art. L441-10 II; CCP art. R2192-31). Interest runs from the
day after the due date to the day of payment, both included, over 365 days; each segment is
rounded half-up.

Nothing is booked by computing it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from facturier.money import HUNDRED, ZERO, half_up

_DAYS_A_YEAR = Decimal(365)
_ONE_DAY = timedelta(days=1)
_SECOND_HALF = 7

RateOn = Callable[[date], Decimal]


class Receipt(NamedTuple):
    """A payment received late."""

    day: date
    amount: Decimal


class Segment(NamedTuple):
    """Days over which principal and rate do not change.

    Attributes:
        first: First day counted.
        last: Last day counted.
        days: How many.
        principal: What was owed on those days.
        rate: Percent a year.
        interest: principal × rate × days ÷ 365, rounded half-up.
    """

    first: date
    last: date
    days: int
    principal: Decimal
    rate: Decimal
    interest: Decimal


class LateInterest(NamedTuple):
    """The interest on one debt.

    Attributes:
        segments: How it was reckoned.
        interest: Their sum.
        principal: What is left of the debt, unpaid interest apart.
        unpaid_interest: Interest no receipt has paid; all of it unless receipts pay interest first.
    """

    segments: tuple[Segment, ...]
    interest: Decimal
    principal: Decimal
    unpaid_interest: Decimal


def late_interest(
    amount: Decimal,
    due: date,
    receipts: Sequence[Receipt],
    until: date,
    rate_on: RateOn,
    *,
    is_public: bool = False,
    interest_first: bool = False,
    after: date | None = None,
) -> LateInterest:
    """Reckon the interest on a debt.

    Args:
        amount: The debt, tax included.
        due: Its due date; interest starts the day after.
        receipts: What was received, in any order; receipts up to the due date bear no interest.
        until: The last day counted.
        rate_on: The yearly rate in percent in force on a day.
        is_public: The rate of the first day holds throughout.
        interest_first: Receipts pay the interest accrued before the principal (C. civ. art.
            1343-1), instead of the principal alone as parties may agree.
        after: Days up to this one are left out: their interest was claimed before.
    """
    before = due if after is None else max(due, after)
    principal = amount - sum((receipt.amount for receipt in receipts if receipt.day <= before), ZERO)
    late = sorted(receipt for receipt in receipts if before < receipt.day <= until)
    segments: list[Segment] = []
    unpaid = ZERO
    first = before + _ONE_DAY
    for receipt in [*late, Receipt(until, ZERO)]:
        for segment in _segments(first, receipt.day, principal, rate_on, due + _ONE_DAY if is_public else None):
            segments.append(segment)
            unpaid += segment.interest
        first = max(first, receipt.day + _ONE_DAY)
        to_interest = min(unpaid, receipt.amount) if interest_first else ZERO
        unpaid -= to_interest
        principal -= receipt.amount - to_interest
    return LateInterest(tuple(segments), sum((one.interest for one in segments), ZERO), principal, unpaid)


def _segments(first: date, last: date, principal: Decimal, rate_on: RateOn, fixed_on: date | None) -> list[Segment]:
    """Split days at the half-years, where the rate may change."""
    found: list[Segment] = []
    while first <= last and principal > ZERO:
        end = last if fixed_on else min(last, _end_of_half_year(first))
        rate = rate_on(fixed_on or first)
        days = (end - first).days + 1
        interest = half_up(principal * rate / HUNDRED * days / _DAYS_A_YEAR)
        found.append(Segment(first, end, days, principal, rate, interest))
        first = end + _ONE_DAY
    return found


def _end_of_half_year(day: date) -> date:
    return date(day.year, 12, 31) if day.month >= _SECOND_HALF else date(day.year, 6, 30)
