"""Closing a period: the hash of all transactions up to a date, and what of them changed.

    2027-01-05 custom "close" 2026-12-31
      entries: 412
      hash: "7be1…"
      days: "2026-12 03:2:5d0a 04:1:99c1 …"

The hash covers every transaction on the books up to the date as it is written: flag, texts, tags, links, all keys,
all legs. It does not cover its place in the files, comments, spaces and the order of entries. docs/closing.md
recomputes it without facturier. Source: PCG art. 1031-3 (validated entries are not changed).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from beancount.core import data
from beancount.core.flags import FLAG_PADDING
from beancount.core.position import Cost

from facturier.books import Books
from facturier.directives.reading import Record

# Days are named one by one for a year before a closing, months before that.
_NAMED_DAYS = 366
_DAY, _MONTH = len("2026-12-31"), len("2026-12")
_SHORT = 4
_OF_BEANCOUNT = len(("filename", "lineno"))  # the keys that every directive and posting has
_NEW_LINE = "\n"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})


class Close(NamedTuple):
    """A closing as the ledger states it.

    Attributes:
        until: The last day of the period.
        entries: How many transactions it covers, or None where that is not said.
        hash: Their hash, or "".
        days: What it says of single days and months: how many, and the beginning of their hash.
        record: The directive.
    """

    until: date
    entries: int | None
    hash: str
    days: Mapping[str, tuple[int, str]]
    record: Record


class Digest(NamedTuple):
    """How many transactions there are up to a date, and their hash."""

    entries: int
    hash: str


class Covered:
    """The transactions that closings cover, each as its line of text, in the order of date and text."""

    def __init__(self, booked: Iterable[data.Transaction], until: date) -> None:
        self._booked = booked
        self.lines = sorted([line_of(entry) for entry in booked if entry.date <= until and entry.flag != FLAG_PADDING])

    def entry(self, rank: int) -> data.Transaction | None:
        """Return the transaction of a line."""
        line = self.lines[rank]
        return next((entry for entry in self._booked if line_of(entry) == line), None)

    def digests(self, days: Sequence[date]) -> Iterator[Digest]:
        """Yield the hash up to each of some days, which are in the order of time."""
        running, reached = sha256(), 0
        for day in days:
            end = self._end(day)
            if end > reached:
                running.update(f"{_NEW_LINE.join(self.lines[reached:end])}\n".encode())
            reached = end
            yield Digest(end, running.copy().hexdigest())

    def by_day(self, since: date | None, until: date) -> dict[str, list[int]]:
        """Return the ranks of the lines of each day after one day and up to another, of each month for older ones."""
        old = (until - timedelta(days=_NAMED_DAYS)).isoformat()[:_MONTH]
        found: dict[str, list[int]] = {}
        for rank in range(self._end(since) if since else 0, self._end(until)):
            line = self.lines[rank]
            found.setdefault(line[:_DAY] if line[:_MONTH] > old else line[:_MONTH], []).append(rank)
        return found

    def short(self, ranks: Iterable[int]) -> str:
        """Return the beginning of the hash of some lines."""
        return sha256("".join(f"{self.lines[rank]}\n" for rank in ranks).encode()).hexdigest()[:_SHORT]

    def _end(self, day: date) -> int:
        """Return how many lines there are up to a day."""
        return bisect_right(self.lines, f"{day}~")  # a line has a space there, which comes before


def line_of(entry: data.Transaction) -> str:
    """Return a transaction as one line of text that begins with its date: its parts, a tab between them.

    It runs over all transactions of the books at each load once a period is closed: ``!s`` writes a number four
    times as fast as a format does.
    """
    own, day, sign, payee, narration, tags, links, postings = entry
    parts = [f"{day.isoformat()} {sign}", payee or "", narration or ""]
    if tags:
        parts += sorted([f"#{tag}" for tag in tags])
    if links:
        parts += sorted([f"^{link}" for link in links])
    if len(own) > _OF_BEANCOUNT:
        parts += _keys(own)
    for account, units, cost, price, flag, meta in postings:
        number, currency = (None, None) if units is None else units
        parts.append(f"{account} {number!s} {currency}")
        if flag:
            parts.append(f"flag {flag}")
        if isinstance(cost, Cost):
            parts.append(f"cost {cost.number!s} {cost.currency} {cost.date} {cost.label or ''}")
        if price is not None:
            parts.append(f"price {price.number!s} {price.currency}")
        if meta and len(meta) > _OF_BEANCOUNT:
            parts += _keys(meta)
    line = "\t".join(parts)
    if "\n" in line or "\\" in line or line.count("\t") >= len(parts):
        line = "\t".join([part.translate(_ESCAPES) for part in parts])
    return line


def _keys(meta: Mapping[str, Any]) -> list[str]:
    """Return the keys that the ledger states, in order, without those of beancount."""
    found = [
        f"{key}: {value!s}"
        for key, value in meta.items()
        if key != "filename" and key != "lineno" and key[:2] != "__"  # a set takes longer
    ]
    if len(found) > 1:
        found.sort()
    return found


def closes(books: Books) -> list[Close]:
    """Return the closings, in the order of the days they close."""
    found = []
    for event in books.events:
        if event.directive.name == "close":
            number, values = event.values.get("entries"), event.values
            found.append(
                Close(
                    event.arguments[0],
                    int(number) if number is not None else None,
                    values.get("hash", ""),
                    _read_days(values.get("days", "")),
                    event,
                )
            )
    return sorted(found, key=lambda one: one.until)


def closed_until(books: Books) -> date | None:
    """Return the last day that is closed, or None."""
    return max((one.until for one in closes(books)), default=None)


def close_text(books: Books, until: date, today: date) -> tuple[str, Digest]:
    """Return the directive that closes the books up to a day, and what it states."""
    covered = Covered(books.booked, until)
    (digest,) = covered.digests([until])
    named = _days_text(covered, covered.by_day(closed_until(books), until))
    text = f'{today} custom "close" {until}\n  entries: {digest.entries}\n  hash: "{digest.hash}"\n'
    return text + (f'  days: "{named}"\n' if named else ""), digest


def _days_text(covered: Covered, days: Mapping[str, list[int]]) -> str:
    """Write what tells changed days: a line a month, with ``DAY:COUNT:SHORT`` for each day, or ``COUNT:SHORT``."""
    months: dict[str, list[str]] = {}
    for day, ranks in days.items():
        word = f"{len(ranks)}:{covered.short(ranks)}"
        months.setdefault(day[:_MONTH], []).append(f"{day[_MONTH + 1 :]}:{word}" if len(day) == _DAY else word)
    return "\n        ".join(f"{month} {' '.join(words)}" for month, words in months.items())


def _read_days(text: str) -> dict[str, tuple[int, str]]:
    """Read what a closing says of single days; what cannot be read says nothing."""
    found = {}
    for line in text.splitlines():
        month, *words = line.split() or [""]
        for word in words:
            *day, count, short = ["", *word.split(":")]
            if count.isdecimal():
                found["-".join([month, *day[1:]])] = int(count), short
    return found
