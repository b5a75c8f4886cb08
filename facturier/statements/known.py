"""Telling new transactions from those the books already hold.

In this order, each existing transaction answering for one new one only:

1. by ``bank-line:``, on the transaction or on one of its postings;
2. by ``bank-ref:`` with the same account and amount, where there is no ``bank-line:``;
3. by account, day and amount, and by the words where these leave a choice, where it was imported
   from a file of another format (``channels``);
4. a transaction without any key, typed by hand or by another program: same bank account,
   same amount, at most three days apart, the nearest first.

The last two are pairings, not proofs, and are reported with the place of their twin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from beancount.core import data
from beancount.core.amount import Amount

from facturier.statements.channels import WINDOW, Held, compare
from facturier.statements.keys import BANK_LINE, BANK_REFERENCE


class How(Enum):
    """How an existing transaction was recognised."""

    IMPORTED = "imported before"
    OTHER_FORMAT = "imported before from another format"
    UNCLEAR = "perhaps imported before from another format"
    TYPED = "typed by hand"


class Twin(NamedTuple):
    """The transaction that already stands for a new one, and how it was recognised."""

    entry: data.Transaction
    how: How


_Leg = tuple[str, Decimal, str]


def twins(new: Sequence[data.Transaction], existing: Iterable[data.Directive]) -> dict[int, Twin]:
    """Return the transactions already there, by the position of the new one.

    Args:
        new: Imported transactions, each with ``bank-line:`` and with its bank leg first.
        existing: The entries of the ledger.
    """
    index = _Index({entry.postings[0].account for entry in new})
    for entry in existing:
        if isinstance(entry, data.Transaction):
            index.add(entry)
    found: dict[int, Twin] = {}
    for position, entry in enumerate(new):
        twin = index.by_line.get(str(entry.meta.get(BANK_LINE, "")))
        leg = _leg(entry.postings[0])
        if twin is None and leg is not None and entry.meta.get(BANK_REFERENCE):
            same = index.by_reference.get((leg, str(entry.meta[BANK_REFERENCE])))
            twin = same.pop(0) if same else None
        if twin is not None:
            found[position] = Twin(twin, How.IMPORTED)
    _compare_formats(new, index.imported, found)
    _pair_typed(new, index.typed, found)
    return found


@dataclass(slots=True)
class _Index:
    """What the books hold of some bank accounts, by all that a movement is recognised by."""

    accounts: set[str]
    by_line: dict[str, data.Transaction] = field(default_factory=dict)
    by_reference: dict[tuple[_Leg, str], list[data.Transaction]] = field(default_factory=lambda: defaultdict(list))
    imported: dict[_Leg, list[Held]] = field(default_factory=lambda: defaultdict(list))
    typed: dict[_Leg, list[data.Transaction]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: data.Transaction) -> None:
        on_entry = _keys(entry.meta)
        self.by_line.update(dict.fromkeys(on_entry, entry))
        for posting in entry.postings:
            meta = posting.meta or {}
            on_posting = _keys(meta)
            self.by_line.update(dict.fromkeys(on_posting, entry))
            leg = _leg(posting)
            if posting.account in self.accounts and leg is not None:
                self._add_leg(leg, entry, meta, on_posting or on_entry)

    def _add_leg(self, leg: _Leg, entry: data.Transaction, meta: data.Meta, keys: list[str]) -> None:
        if keys:
            self.imported[leg].append(Held(entry, frozenset(keys)))
            return
        references = [str(held[BANK_REFERENCE]) for held in (entry.meta, meta) if held.get(BANK_REFERENCE)]
        for reference in references:
            self.by_reference[leg, reference].append(entry)
        if not references:
            self.typed[leg].append(entry)


def _compare_formats(new: Sequence[data.Transaction], imported: dict[_Leg, list[Held]], found: dict[int, Twin]) -> None:
    """Compare what no key was found for with what other formats told of the same account and amount."""
    named = {str(entry.meta.get(BANK_LINE, "")) for entry in new}
    by_leg: dict[_Leg, list[tuple[int, data.Transaction]]] = defaultdict(list)
    for position, entry in enumerate(new):
        leg = _leg(entry.postings[0])
        if position not in found and leg in imported and entry.meta.get(BANK_LINE):
            by_leg[leg].append((position, entry))
    for leg, entries in by_leg.items():
        told = compare(entries, [held for held in imported[leg] if named.isdisjoint(held.keys)])
        found.update((position, Twin(entry, How.OTHER_FORMAT)) for position, entry in told.same.items())
        found.update((position, Twin(entry, How.UNCLEAR)) for position, entry in told.unclear.items())


def _pair_typed(
    new: Sequence[data.Transaction], by_leg: dict[_Leg, list[data.Transaction]], found: dict[int, Twin]
) -> None:
    """Pair the rest one to one, nearest dates first, so that no new line takes the twin of a nearer one."""
    distances = []
    for position, entry in enumerate(new):
        leg = _leg(entry.postings[0])
        if position in found or leg is None:
            continue
        for rank, candidate in enumerate(by_leg.get(leg, ())):
            apart = abs(candidate.date - entry.date)
            if apart <= WINDOW:
                distances.append((apart, position, rank, leg))
    used: set[tuple[_Leg, int]] = set()
    for _, position, rank, leg in sorted(distances):
        if position not in found and (leg, rank) not in used:
            used.add((leg, rank))
            found[position] = Twin(by_leg[leg][rank], How.TYPED)


def _leg(posting: data.Posting) -> _Leg | None:
    units = posting.units
    if not isinstance(units, Amount) or units.number is None:
        return None
    return posting.account, units.number, units.currency


def _keys(meta: data.Meta) -> list[str]:
    """Return the line keys in some metadata; a transaction that gathers several lines parts them with blanks."""
    value = meta.get(BANK_LINE)
    return value.split() if isinstance(value, str) else []
