"""Payment terms: the grammar users type and the due dates that follow.

    N days                    30 days after the invoice
    N days end of month       add N days, then go to the end of that month
    end of month + N days     go to the end of the month, then add N days
    on receipt                the day of the invoice
    N days the D              add N days, then go to the next D of a month
    30% on receipt, 70% 30 days     instalments; the last one takes the cents

The first two readings of "45 jours fin de mois" differ (worked case 6); both are lawful
(C. com. art. L441-10 I), so the ledger says which one is meant.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from facturier.money import HUNDRED, spread

_DELAY = re.compile(
    r"(?:(?P<receipt>on receipt)"
    r"|end of month \+ (?P<after_end>\d{1,3}) days?"
    r"|(?P<days>\d{1,3}) days?(?: (?P<end>end of month)| the (?P<day>\d{1,2}))?)$"
)
# A discount for early payment: so many percent when paid within so many days.
EARLY_PAYMENT = re.compile(r"(?P<percent>\d{1,2}(?:\.\d+)?) ?% (?P<days>\d{1,3}) days?")
_INSTALMENT = re.compile(r"(?P<percent>\d{1,3}(?:\.\d+)?) ?% (?P<delay>.+)$")


class TermsError(ValueError):
    """The words are not payment terms."""


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after the invoice an amount is due.

    Attributes:
        days: Days to add.
        end_of_month: "" (none), "after" (add the days, then go to the month's end) or "before".
        day: Day of the month to move forward to, or 0.
    """

    days: int = 0
    end_of_month: str = ""
    day: int = 0

    def due(self, issued: date) -> date:
        """Return the due date of a document issued on a date.

        >>> parse_terms("45 days end of month").due_dates(date(2026, 1, 31))
        [datetime.date(2026, 3, 31)]
        """
        start = _end_of_month(issued) if self.end_of_month == "before" else issued
        reached = later(start, self.days)
        if self.end_of_month == "after":
            return _end_of_month(reached)
        return _next_day(reached, self.day) if self.day else reached


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms: one delay for the whole amount, or several instalments in percent."""

    instalments: tuple[tuple[Decimal, Delay], ...]

    def due_dates(self, issued: date) -> list[date]:
        """Return the due date of each instalment, in the order written."""
        return [delay.due(issued) for _, delay in self.instalments]

    def schedule(self, amount: Decimal, issued: date) -> list[tuple[date, Decimal]]:
        """Split an amount over the instalments; the parts sum to it to the cent."""
        parts = spread(amount, [percent for percent, _ in self.instalments])
        return list(zip(self.due_dates(issued), parts, strict=True))


@lru_cache(maxsize=1024)
def parse_terms(text: str) -> Terms:
    """Read payment terms.

    Raises:
        TermsError: The text is none of the forms above, or its instalments do not make 100 %.
    """
    parts = [" ".join(part.split()) for part in text.split(",")]
    if len(parts) == 1 and "%" not in text:
        return Terms(((HUNDRED, _parse_delay(parts[0])),))
    instalments = [_parse_instalment(part) for part in parts]
    if sum(percent for percent, _ in instalments) != HUNDRED:
        raise TermsError(text)
    return Terms(tuple(instalments))


class Escompte(NamedTuple):
    """A discount for early payment: so many percent within so many days."""

    percent: Decimal
    days: str


def read_escompte(text: str) -> Escompte | None:
    """Read ``escompte:``; None for "none".

    >>> read_escompte("2% 10 days")
    Escompte(percent=Decimal('2'), days='10')
    """
    matched = EARLY_PAYMENT.fullmatch(text)
    return Escompte(Decimal(matched["percent"]), matched["days"]) if matched else None


def later(day: date, days: int) -> date:
    """Add days; the last day that a date can hold where there are no more, so that no ledger stops the reading."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def single_due_date(dates: Sequence[date]) -> date | None:
    """Return the last of several due dates, or None when there is none."""
    return max(dates, default=None)


def _parse_instalment(text: str) -> tuple[Decimal, Delay]:
    matched = _INSTALMENT.match(text)
    if matched is None:
        raise TermsError(text)
    return Decimal(matched["percent"]), _parse_delay(matched["delay"])


def _parse_delay(text: str) -> Delay:
    matched = _DELAY.match(text)
    if matched is None:
        raise TermsError(text)
    if matched["receipt"]:
        return Delay()
    if matched["after_end"]:
        return Delay(int(matched["after_end"]), "before")
    day = int(matched["day"] or 0)
    if matched["day"] and not 1 <= day <= 31:
        raise TermsError(text)
    return Delay(int(matched["days"]), "after" if matched["end"] else "", day)


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _next_day(start: date, day: int) -> date:
    """Return the next such day of a month, the month's last day where it is shorter."""
    this_month = start.replace(day=min(day, _end_of_month(start).day))
    if this_month >= start:
        return this_month
    following = later(_end_of_month(start), 1)
    if following <= start:
        return start  # the last month of all
    return following.replace(day=min(day, _end_of_month(following).day))
