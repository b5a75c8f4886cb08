"""One movement told by two formats, each in words of its own: camt first, CFONB of the same month later.

Their keys differ, so account, day and amount are compared, one to one, and the words only
where these leave a choice:

- no more movements in the file than the books have of that account, day and amount: they
  are the same, since statements tell whole days;
- more of them: those that share most words with what the books hold are the same. Where
  all read alike it does not matter which; where words do not decide, nothing is guessed;
- on another day, at most three apart, the same reference: not decided either. The bank may
  date its formats differently, or two movements may look alike.

A line that is not decided is not booked, and the user is told what to write.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from beancount.core import data

from facturier.statements.keys import BANK_LINE, BANK_REFERENCE, folded, key_format
from facturier.statements.transactions import COUNTERPARTY

WINDOW = timedelta(days=3)
_WORD = re.compile(r"[^\W_]+")
# A word tells something if it is long enough and not what every line says.
_SHORTEST = 4
_SAID_EVERYWHERE = frozenset(
    {"SEPA", "VIREMENT", "VIRT", "RECU", "EMIS", "FACTURE", "REGLEMENT", "PAIEMENT", "CARTE", "PRLV", "PRELEVEMENT"}
)


class Held(NamedTuple):
    """A leg of the books on a bank account, imported before.

    Attributes:
        entry: Its transaction.
        keys: The ``bank-line:`` of the leg.
    """

    entry: data.Transaction
    keys: frozenset[str]


class Told(NamedTuple):
    """What the comparison gives, by position: the same movement, or one that may be the same."""

    same: dict[int, data.Transaction]
    unclear: dict[int, data.Transaction]


Positioned = tuple[int, data.Transaction]


def compare(new: Sequence[Positioned], held: Iterable[Held]) -> Told:
    """Compare new transactions of one account and amount with what the books have of other formats.

    Args:
        new: Position and transaction, of one file; no key of theirs is in the books.
        held: Legs of that account and amount that no key of the file names.
    """
    told = Told({}, {})
    formats = {key_format(str(entry.meta[BANK_LINE])) for _, entry in new}
    days: dict[date, list[data.Transaction]] = defaultdict(list)
    for one in held:
        if formats.isdisjoint(map(key_format, one.keys)):
            days[one.entry.date].append(one.entry)
    left: list[data.Transaction] = []
    for day, of_day in days.items():
        left += _compare_day([one for one in new if one[1].date == day], of_day, told)
    for position, entry in new:
        if position not in told.same and position not in told.unclear:
            near = (
                one for one in left if abs(one.date - entry.date) <= WINDOW and _references(entry) & _references(one)
            )
            told.unclear.update((position, one) for one in near)
    return told


def _compare_day(new: list[Positioned], held: list[data.Transaction], told: Told) -> list[data.Transaction]:
    """Tell the movements of one day, account and amount; return what the books have beyond them."""
    if len(new) > len(held) and len({_said(entry) for _, entry in new}) > 1:
        _by_words(new, held, told)
        return []
    rest = list(held)
    for position, entry in new[: len(held)]:
        closest = max(rest, key=lambda one: len(_words(one) & _words(entry)))
        rest.remove(closest)
        told.same[position] = closest
    return rest


def _by_words(new: list[Positioned], held: list[data.Transaction], told: Told) -> None:
    """Find for each held movement the new one that shares most words; where that is no single one, nothing is told."""
    best = [_closest(new, one) for one in held]
    for one, position in zip(held, best, strict=True):
        if position is not None and best.count(position) == 1:
            told.same[position] = one
    undecided = [one for one in held if all(one is not same for same in told.same.values())]
    if undecided:
        told.unclear.update((position, undecided[0]) for position, _ in new if position not in told.same)


def _closest(new: list[Positioned], held: data.Transaction) -> int | None:
    """Return the position of the one that shares most words, None where none does or several do."""
    shared = {position: len(_words(held) & _words(entry)) for position, entry in new}
    most = max(shared.values())
    closest = [position for position, count in shared.items() if count == most]
    return closest[0] if most and len(closest) == 1 else None


def _said(entry: data.Transaction) -> str:
    return folded(" ".join(filter(None, (entry.payee, entry.narration))))


def _words(entry: data.Transaction) -> set[str]:
    """Return the words that tell something: the names, the references, the other party's account."""
    written = (entry.payee, entry.narration, entry.meta.get(BANK_REFERENCE), entry.meta.get(COUNTERPARTY))
    words = {folded(word) for text in written if text for word in _WORD.findall(str(text))}
    return {word for word in words if len(word) >= _SHORTEST and word not in _SAID_EVERYWHERE} | _references(entry)


def _references(entry: data.Transaction) -> set[str]:
    """Return the words with a digit in them, as document numbers and references have; F2026-0042 is one."""
    words = {folded(word) for word in f"{entry.payee or ''} {entry.narration or ''}".split()}
    return {word for word in words if len(word) >= _SHORTEST and any(map(str.isdecimal, word))}
