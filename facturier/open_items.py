"""Open items: what each document still makes its client owe, as of any date.

*Items* are the receivable, doubtful, retention and bill legs of documents. A posting on such
an account with ``settles:`` lowers (a credit) or raises (a debit) the item it names; without
it, a transaction that is no document and links to exactly one open document settles that one;
all else is on account of its client, shown and never lost. Nothing about it is ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from beancount.core import data

from facturier.money import ZERO
from facturier.violations import Place


class Item(NamedTuple):
    """An amount owed.

    Attributes:
        id: The document's number, with #1, #2… when it has several.
        number: The document's number.
        client: Id of the client, or "" when unknown.
        account: Where it is booked.
        role: The role of that account.
        currency: Of the amount.
        amount: What was owed at first; negative on a credit note.
        issued: Date of the document.
        due: When it is due, or None.
        meta: Metadata of its posting: where it is written.
    """

    id: str
    number: str
    client: str
    account: str
    role: str
    currency: str
    amount: Decimal
    issued: date
    due: date | None
    meta: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place.of(self.meta)


class Movement(NamedTuple):
    """A posting that settles or raises items, or stays on account.

    Attributes:
        day: Its date.
        amount: As posted: a payment is negative.
        currency: Of the amount.
        client: Id of the client whose account it is, or "".
        settles: The items or documents named, in the order to fill them.
        links: The links of its transaction, when it is no document.
        source: The id of the item it takes the amount from, for a leg of a document; or "".
        account: Where it is booked.
        meta: Metadata of its posting: where it is written.
        entry: The transaction.
    """

    day: date
    amount: Decimal
    currency: str
    client: str
    settles: tuple[str, ...]
    links: frozenset[str]
    source: str
    account: str
    meta: Mapping[str, Any]
    entry: data.Transaction

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place.of(self.meta)


class Settled(NamedTuple):
    """A part of a movement that was counted towards an item."""

    item: str
    amount: Decimal
    movement: Movement


class OnAccount(NamedTuple):
    """What a client paid that settles nothing yet (negative), or was booked without a document."""

    client: str
    account: str
    amount: Decimal
    movement: Movement


@dataclass(slots=True)
class OpenItems:
    """The items as of a date: what remains of each, how it got there, what is on account."""

    items: Mapping[str, Item]
    remaining: dict[str, Decimal]
    settled: list[Settled] = field(default_factory=list)
    on_account: list[OnAccount] = field(default_factory=list)
    unknown: list[tuple[Movement, str]] = field(default_factory=list)
    by_number: dict[str, list[Item]] = field(default_factory=dict)

    def open(self) -> list[Item]:
        """Return the items that are not settled, in date order."""
        return [item for item in self.items.values() if self.remaining[item.id]]

    def balance(self, number: str) -> Decimal:
        """Return what remains of a document."""
        return sum((self.remaining[item.id] for item in self.by_number.get(number, ())), ZERO)


def open_items(items: Sequence[Item], movements: Sequence[Movement], as_of: date) -> OpenItems:
    """Compute what is open at the end of a day.

    Args:
        items: All items of the books.
        movements: All movements of the books.
        as_of: The last day whose entries count.
    """
    known = {item.id: item for item in items if item.issued <= as_of}
    found = OpenItems(known, {item.id: item.amount for item in known.values()})
    for item in known.values():
        found.by_number.setdefault(item.number, []).append(item)
    for movement in sorted((one for one in movements if one.day <= as_of), key=lambda one: one.day):
        _apply(found, movement)
    return found


def _apply(found: OpenItems, movement: Movement) -> None:
    targets, unknown = _targets(found, movement)
    found.unknown += [(movement, name) for name in unknown]
    left = movement.amount
    for item in targets:
        if item.currency != movement.currency:
            continue  # what was paid in euro lowers no debt in dollars: it stays on account
        part = _fitting(item, found.remaining[item.id], left)
        if part:
            found.remaining[item.id] += part
            found.settled.append(Settled(item.id, part, movement))
            left -= part
        if not left:
            break
    if movement.source:
        # The leg of a document: its own item gives up what was moved to the others.
        moved = movement.amount - left
        if moved and movement.source in found.remaining:
            found.remaining[movement.source] -= moved
            found.settled.append(Settled(movement.source, -moved, movement))
    elif left:
        found.on_account.append(OnAccount(movement.client, movement.account, left, movement))


def _targets(found: OpenItems, movement: Movement) -> tuple[list[Item], list[str]]:
    """Return the items a movement fills, and the names it gives that no item has."""
    if movement.settles:
        targets: list[Item] = []
        unknown = []
        for name in movement.settles:
            named = [found.items[name]] if name in found.items else found.by_number.get(name, [])
            if not named:
                unknown.append(name)
            targets += _oldest_first(named)
        return targets, unknown
    linked = {
        number
        for number in movement.links & found.by_number.keys()
        if any(found.remaining[item.id] for item in found.by_number[number])
    }
    return (_oldest_first(found.by_number[linked.pop()]), []) if len(linked) == 1 else ([], [])


def _oldest_first(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.due or date.max)


def _fitting(item: Item, remaining: Decimal, left: Decimal) -> Decimal:
    """Return how much of a movement an item takes: all that raises it, never more than it still owes."""
    if item.amount * left > 0:
        return left
    if remaining * left >= 0:
        return ZERO
    return max(left, -remaining) if left < 0 else min(left, -remaining)
