"""Values that change on given days: a later version states only what differs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Versions(Generic[T]):
    """The versions of every party or product by id, and the one in force on a day.

    Each version is what was known before, with the keys of its directive laid over it; an
    empty string removes a key. A directive that comes late for an early date takes its place
    by its date, so recomputing an old document gives the old answer.

    Attributes:
        sole: The id, when there is only one; else None.
    """

    def __init__(self, build: Callable[[str, Mapping[str, Any]], T]) -> None:
        self._build = build
        self._stated: dict[str, list[tuple[date, Mapping[str, Any]]]] = {}
        self._in_force: dict[str, tuple[list[date], list[T]]] = {}
        self.sole: str | None = None

    def state(self, identifier: str, day: date, values: Mapping[str, Any]) -> None:
        """Add what a directive of a day states."""
        self._stated.setdefault(identifier, []).append((day, values))
        self.sole = identifier if len(self._stated) == 1 else None
        self._in_force.pop(identifier, None)

    def at(self, identifier: str, day: date) -> T | None:
        """Return the version in force on a day; None when the id is unknown then."""
        days, versions = self._in_force.get(identifier) or self._merge(identifier)
        if days and days[-1] <= day:  # nearly always: most parties never change
            return versions[-1]
        index = bisect_right(days, day)
        return versions[index - 1] if index else None

    def latest(self, identifier: str) -> T | None:
        """Return the last version of an id, whatever its date."""
        return self.at(identifier, date.max)

    def first_day(self, identifier: str) -> date | None:
        """Return the day on which an id is first known."""
        days, _ = self._in_force.get(identifier) or self._merge(identifier)
        return days[0] if days else None

    def __iter__(self) -> Any:
        return iter(self._stated)

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._stated

    def __len__(self) -> int:
        return len(self._stated)

    def _merge(self, identifier: str) -> tuple[list[date], list[T]]:
        days: list[date] = []
        versions: list[T] = []
        merged: dict[str, Any] = {}
        for day, values in sorted(self._stated.get(identifier, ()), key=lambda stated: stated[0]):
            # beancount's Amount cannot be compared with a text, hence the type first.
            merged = {
                key: value for key, value in {**merged, **values}.items() if not (isinstance(value, str) and not value)
            }
            version = self._build(identifier, merged)
            if days and days[-1] == day:
                versions[-1] = version
            else:
                days.append(day)
                versions.append(version)
        self._in_force[identifier] = (days, versions)
        return days, versions
