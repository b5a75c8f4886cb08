"""Months, and the periods that a user names: ``2026-11``, ``2026-Q4``, ``2026``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

_PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:-(?:(?P<month>0[1-9]|1[0-2])|[QqTt](?P<quarter>[1-4])))?")


class Month(NamedTuple):
    """A month; sorts by time."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of a day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        if self.month == 12:  # December; the year 9999 has no next one
            return date(self.year, 12, 31)
        return date(self.year, self.month + 1, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def parse_month(text: str) -> Month | None:
    """Return the month written as ``2026-11``, or None.

    >>> parse_month("2026-11"), parse_month("11/2026")
    (Month(year=2026, month=11), None)
    """
    found = parse_period(text)
    return found[0] if found is not None and len(found) == 1 else None


def parse_period(text: str) -> tuple[Month, ...] | None:
    """Return the months of a month, quarter (Q or T) or year, or None.

    >>> [str(month) for month in parse_period("2026-Q4")]
    ['2026-10', '2026-11', '2026-12']
    """
    found = _PERIOD.fullmatch(text.strip())
    if found is None or found["year"] == "0000":
        return None
    year = int(found["year"])
    if found["month"]:
        return (Month(year, int(found["month"])),)
    first, count = (int(found["quarter"]) * 3 - 2, 3) if found["quarter"] else (1, 12)
    return tuple(Month(year, first + later) for later in range(count))
