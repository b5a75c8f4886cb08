"""Days sales outstanding: how many days of sales are still to be paid.

- Simple: receivables ÷ sales of the period × days of the period.
- Count-back: each month's sales are taken off the receivables, newest month first, and its days added; the last month
  counts in proportion. It does not move when sales do.
- Best possible: the same with what is not due yet. Average days delinquent: what lies between the two.

Sales are invoiced amounts, VAT included, less credit notes. Receivables are what is left of invoices and credit notes,
the disputed ones too, without what stands on a doubtful account; money on account and penalties are in neither. Days
are rounded half-up to a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from facturier.books import Books
from facturier.documents import Kind
from facturier.money import ZERO, half_up

DAYS = 90
_TENTH = Decimal("0.1")
_ONE_DAY = timedelta(days=1)
_DOUBTFUL = "doubtful"  # a sale that may never be paid would lengthen the days of all others


class Sale(NamedTuple):
    """An amount invoiced on a day, VAT included; credit notes are negative."""

    day: date
    currency: str
    amount: Decimal


class Month(NamedTuple):
    """A month of a count-back.

    Attributes:
        first: Its first day.
        sales: What was invoiced in it.
        days: What it adds: all its days, those up to the day asked for, or a part in proportion.
    """

    first: date
    sales: Decimal
    days: Decimal


class Measure(NamedTuple):
    """One way to count, in days; None where there are no sales to compare with.

    Attributes:
        dso: Of all that is owed.
        best: Of what is not due yet.
    """

    dso: Decimal | None
    best: Decimal | None

    @property
    def delinquent(self) -> Decimal | None:
        """Average days delinquent: the difference."""
        return None if self.dso is None or self.best is None else self.dso - self.best


@dataclass(frozen=True, slots=True)
class Outstanding:
    """The measures of one currency at the end of a day, with the figures they are made from.

    Attributes:
        currency: Of the amounts.
        receivables: What is owed.
        not_due: The part that is not due yet.
        sales: Sales of the period.
        simple: By the sales of the period.
        count_back: By the sales of each month.
        months: The count-back of the receivables, newest month first.
        uncovered: What no month's sales explain: owed since before the ledger begins.
    """

    currency: str
    receivables: Decimal
    not_due: Decimal
    sales: Decimal
    simple: Measure
    count_back: Measure
    months: tuple[Month, ...]
    uncovered: Decimal


def outstanding(books: Books, as_of: date, days: int = DAYS) -> tuple[Outstanding, ...]:
    """Return the measures of each currency at the end of a day.

    Args:
        books: The books.
        as_of: The day.
        days: Length of the period of the simple measure, which ends on that day.
    """
    sales = [one for one in sales_of(books) if one.day <= as_of]
    owed, not_due = _receivables(books, as_of)
    found = []
    for currency in sorted({*owed, *(one.currency for one in sales)}):
        own = [one for one in sales if one.currency == currency]
        found.append(_measured(currency, own, owed.get(currency, ZERO), not_due.get(currency, ZERO), as_of, days))
    return tuple(found)


def simple(receivables: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Return receivables ÷ sales × days; None without sales.

    >>> simple(Decimal(30000), Decimal(60000), 90)
    Decimal('45.0')
    """
    return half_up(receivables / sales * days, _TENTH) if sales > 0 else None


def count_back(receivables: Decimal, by_month: Mapping[date, Decimal], as_of: date) -> tuple[list[Month], Decimal]:
    """Take each month's sales off what is owed, newest month first.

    Args:
        receivables: What is owed.
        by_month: Sales by the first day of their month.
        as_of: The day; its month counts up to it.

    Returns:
        The months, and what is left after the oldest.
    """
    found: list[Month] = []
    earliest = min(by_month, default=as_of)
    first, length, left = as_of.replace(day=1), as_of.day, receivables
    while left > 0 and first >= earliest:
        sold = by_month.get(first, ZERO)
        part = Decimal(length) if left >= sold else left / sold * length
        found.append(Month(first, sold, part))
        left = max(left - sold, ZERO)
        last = first - _ONE_DAY
        first, length = last.replace(day=1), last.day
    return found, max(left, ZERO)


def sales_of(books: Books) -> list[Sale]:
    """Return what was invoiced, and what was taken over unpaid, by the day of its document."""
    found = [
        Sale(one.date, one.currency, sum((leg.amount for leg in one.instalments), one.paid))
        for one in books.documents
        if one.kind.is_invoice
    ]
    found += [Sale(item.issued, item.currency, item.amount) for item in books.items if "opens" in item.meta]
    return found


def _receivables(books: Books, as_of: date) -> tuple[Mapping[str, Decimal], Mapping[str, Decimal]]:
    """Return what is owed, and the part that is not due yet, by currency."""
    claims = {document.number for document in books.documents if document.kind is Kind.CLAIM}
    found = books.open_items(as_of)
    owed: dict[str, Decimal] = {}
    not_due: dict[str, Decimal] = {}
    for item in found.open():
        if item.number in claims:
            continue
        standing = found.standing(item).items()
        remaining = sum((amount for account, amount in standing if books.roles.of(account).name != _DOUBTFUL), ZERO)
        owed[item.currency] = owed.get(item.currency, ZERO) + remaining
        if item.due is None or item.due >= as_of:
            not_due[item.currency] = not_due.get(item.currency, ZERO) + remaining
    return owed, not_due


def _measured(
    currency: str, sales: Sequence[Sale], owed: Decimal, not_due: Decimal, as_of: date, days: int
) -> Outstanding:
    begins = as_of - timedelta(days=min(days, as_of.toordinal() - 1))
    period = sum((one.amount for one in sales if one.day > begins), ZERO)
    by_month: dict[date, Decimal] = {}
    for one in sales:
        first = one.day.replace(day=1)
        by_month[first] = by_month.get(first, ZERO) + one.amount
    months, uncovered = count_back(owed, by_month, as_of)
    current, _ = count_back(not_due, by_month, as_of)
    counted = Measure(_days(months), _days(current)) if by_month else Measure(None, None)
    by_period = Measure(simple(owed, period, days), simple(not_due, period, days))
    return Outstanding(currency, owed, not_due, period, by_period, counted, tuple(months), uncovered)


def _days(months: Sequence[Month]) -> Decimal:
    return half_up(sum((one.days for one in months), ZERO), _TENTH)
