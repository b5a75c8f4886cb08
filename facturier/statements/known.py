"""Telling new transactions from those the books already hold.

In this order, each existing transaction answering for one new one only:

1. by ``bank-line:``, on the transaction or on one of its postings;
2. by ``bank-ref:`` with the same account and amount, where there is no ``bank-line:``;
3. a transaction without either, typed by hand or by another program: same bank account,
   same amount, at most three days apart, the nearest first.

The third is a pairing, not a proof, and is reported with the place of its twin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from beancount.core import data
from beancount.core.amount import Amount

from facturier.statements.keys import BANK_LINE, BANK_REFERENCE

WINDOW = timedelta(days=3)


class How(Enum):
    """How an existing transaction was recognised."""

    IMPORTED = "imported before"
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
    by_line: dict[str, data.Transaction] = {}
    by_reference: dict[tuple[_Leg, str], list[data.Transaction]] = defaultdict(list)
    by_leg: dict[_Leg, list[data.Transaction]] = defaultdict(list)
    accounts = {entry.postings[0].account for entry in new}
    for entry in existing:
        if isinstance(entry, data.Transaction):
            _index(entry, accounts, by_line, by_reference, by_leg)
    found: dict[int, Twin] = {}
    for position, entry in enumerate(new):
        twin = by_line.get(str(entry.meta.get(BANK_LINE, "")))
        leg = _leg(entry.postings[0])
        if twin is None and leg is not None and entry.meta.get(BANK_REFERENCE):
            same = by_reference.get((leg, str(entry.meta[BANK_REFERENCE])))
            twin = same.pop(0) if same else None
        if twin is not None:
            found[position] = Twin(twin, How.IMPORTED)
    _pair_typed(new, by_leg, found)
    return found


def _index(
    entry: data.Transaction,
    accounts: set[str],
    by_line: dict[str, data.Transaction],
    by_reference: dict[tuple[_Leg, str], list[data.Transaction]],
    by_leg: dict[_Leg, list[data.Transaction]],
) -> None:
    on_entry = _keys(entry.meta)
    for key in on_entry:
        by_line[key] = entry
    for posting in entry.postings:
        meta = posting.meta or {}
        on_posting = _keys(meta)
        for key in on_posting:
            by_line[key] = entry
        leg = _leg(posting)
        if on_entry or on_posting or posting.account not in accounts or leg is None:
            continue
        references = [str(held[BANK_REFERENCE]) for held in (entry.meta, meta) if held.get(BANK_REFERENCE)]
        for reference in references:
            by_reference[leg, reference].append(entry)
        if not references:
            by_leg[leg].append(entry)


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
