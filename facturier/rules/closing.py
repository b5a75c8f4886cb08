"""Closed periods: what was closed stays as it was.

Sources: PCG art. 1031-3 and 1031-4 (validated entries are not changed, periods are closed); LPF art. A47 A-1.
What the hash covers, and how anyone recomputes it: docs/closing.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import reduce

from facturier.books import Books
from facturier.closing import Close, Covered, Digest, closes
from facturier.messages import Message, message
from facturier.rules import vat_due
from facturier.violations import Place, Rule, Violation

_LAW = "PCG art. 1031-3, 1031-4"
_EXAMPLE = '2027-01-05 custom "close" 2026-12-31\n  entries: 412\n  hash: "7be1…"'

CHANGED = Rule(
    id="CLOSE-CHANGED",
    title=message("What is closed stays as it was"),
    wants=message(
        "No transaction dated in a closed period is changed, added or taken away: a correction is a new entry with a "
        "later date."
    ),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
UNREAD = Rule(
    id="CLOSE-HASH",
    title=message("A closing states its hash"),
    wants=message("A closing says how many transactions it covers and their hash; facturier close writes both."),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
RULES = (CHANGED, UNREAD, vat_due.CLOSED)
_NAMED = 5


def check(books: Books) -> Iterator[Violation]:
    """Compare the transactions up to the last closing with what each closing says of them; then its VAT."""
    stated = closes(books)
    if not stated:
        return
    covered = Covered(books.booked, stated[-1].until)
    broken = False
    since: date | None = None
    for close, digest in zip(stated, covered.digests([one.until for one in stated]), strict=True):
        if not close.hash or close.entries is None:
            yield _unread(close)
            broken = True
        elif (close.entries, close.hash) != digest:
            found = list(_changed_days(close, since, covered)) if close.days else []
            # A change before the closing before this one breaks both; it was told.
            if found or not broken:
                yield _violation(close, digest, found, covered)
            broken = True
        since = close.until
    # What fell due by a day no later day changes: where the closing holds, its VAT is as it was when it was closed.
    until = stated[-1].until
    if broken or vat_due.is_corrected(books, until):
        yield from vat_due.closed_months(books, until)


def _changed_days(close: Close, since: date | None, covered: Covered) -> Iterator[tuple[str, Message, int | None]]:
    """Yield the days, or months, that are not as a closing states them: what is wrong, and the first entry there."""
    present = covered.by_day(since, close.until)
    for day in sorted(close.days.keys() | present.keys()):
        ranks = present.get(day, [])
        count, short = close.days.get(day, (0, ""))
        if len(ranks) != count:
            found = message("entries of {day}: {count} instead of {stated}", day=day, count=len(ranks), stated=count)
        elif covered.short(ranks) != short:
            found = message("an entry of {day} was changed", day=day)
        else:
            continue
        yield day, found, ranks[0] if ranks else None


def _violation(
    close: Close, digest: Digest, days: list[tuple[str, Message, int | None]], covered: Covered
) -> Violation:
    what: Message
    if days:
        what = reduce(
            lambda first, more: message("{first}; {more}", first=first, more=more), [one for _, one, _ in days[:_NAMED]]
        )
        if len(days) > _NAMED:
            what = message("{first}; and {count} other days", first=what, count=len(days) - _NAMED)
    elif digest.entries != close.entries:
        what = message("entries: {count} instead of {stated}", count=digest.entries, stated=close.entries)
    else:
        what = message("an entry was changed")
    first = next((rank for _, _, rank in days if rank is not None), None)
    entry = (covered.entry(first) if first is not None else None) or close.record.entry
    found = message(
        "The books were closed up to {until} and are not as they were: {what}. Put it back as it was (git diff shows "
        "the change), and write the correction as a new entry dated after {until}.",
        until=close.until,
        what=what,
    )
    return Violation(CHANGED, found, Place.of(entry.meta), entry)


def _unread(close: Close) -> Violation:
    found = message(
        "This closing says no entries: and hash:, so it protects nothing; take it away and type: facturier close "
        "{until}.",
        until=close.until,
    )
    return Violation(UNREAD, found, close.record.place, close.record.entry)
