"""Settling: every movement counted towards its items, in the order of time, each to the cent.

One pass, day by day: first the items of the day, then its operations in the order of the ledger. What a
day decides is never changed by a later one, so the same history answers for every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from facturier.money import ZERO
from facturier.open_items.items import (
    Fault,
    FaultKind,
    Item,
    Movement,
    Nature,
    OnAccount,
    Operation,
    Settled,
    Shares,
)
from facturier.open_items.natures import split, still_counted, take_back

_Pool = tuple[str, str, str]


class _Part(NamedTuple):
    """A part of a movement on its way to an item, or to the money on account (no item)."""

    movement: Movement
    item: Item | None
    amount: Decimal


class _Waiting(NamedTuple):
    """Money that names a document of a later day."""

    movement: Movement
    shares: Shares


class Settling:
    """The history of all items, while it is made.

    Attributes:
        remaining: What is left of each item, by its id.
        named: The items by what ``settles:`` may call them: their number, and their id.
        log: What was counted towards items, in the order of time.
        history: The same by item.
        on_account: What came to, and left, the money on account, in the order of time.
        faults: Movements that could not be counted as written.
        waiting: By the name that no item has yet, the money that names it.
    """

    def __init__(self) -> None:
        self.remaining: dict[str, Decimal] = {}
        self.named: dict[str, tuple[Item, ...]] = {}
        self.log: list[Settled] = []
        self.history: dict[str, list[Settled]] = {}
        self.on_account: list[OnAccount] = []
        self.pools: dict[_Pool, list[OnAccount]] = {}
        self.faults: list[Fault] = []
        self.waiting: dict[str, list[_Waiting]] = {}
        self._left: dict[int, Decimal] = {}  # of waiting movements, by their identity

    def run(self, items: Iterable[Item], operations: Iterable[Operation]) -> None:
        """Count everything; both arguments in the order of time."""
        coming = iter(items)
        item = next(coming, None)
        for operation in operations:
            while item is not None and item.since <= operation.day:
                item = self._open_day(item, coming)
            self._count(operation)
        while item is not None:
            item = self._open_day(item, coming)

    # --- Items

    def _open_day(self, item: Item, coming: Iterator[Item]) -> Item | None:
        """Open the items of one day, then let money that waited for them settle them; return the next item."""
        day, remaining, named = item.since, self.remaining, self.named
        arrived = []
        following: Item | None = item
        while following is not None and following.since == day:
            own, number = following.id, following.number
            remaining[own] = following.amount
            for name in (number,) if own == number else (number, own):
                known = named.get(name)
                named[name] = (following,) if known is None else (*known, following)
            arrived.append(following)
            following = next(coming, None)
        if self.waiting:
            self._catch_up(arrived, day)
        return following

    def _catch_up(self, arrived: Iterable[Item], day: date) -> None:
        """Count money that came before its document, now that the document is there."""
        found: dict[int, _Waiting] = {}
        for item in arrived:
            for name in (item.number, item.id):
                found.update((id(one.movement), one) for one in self.waiting.pop(name, ()))
        for movement, shares in found.values():
            before = left = self._left.pop(id(movement), ZERO)
            targets = self._targets(movement)
            for item in targets:
                part = self._fitting(item, movement, left)
                for nature, amount in split([part], shares, item.currency)[0] if part else ():
                    self._add(Settled(item.id, amount, movement, day, nature))
                    if movement.source:
                        self._add(Settled(movement.source, -amount, movement, day, nature))
                    else:
                        self._put_on_account(movement, -amount, nature, day)
                left -= part
            if left:
                self._wait_or_fault(movement, left, shares, targets, untouched=left == before == movement.amount)

    def _fitting(self, item: Item, movement: Movement, left: Decimal) -> Decimal:
        """Return how much of what is left of a movement an item takes; a document gives no more than it still has."""
        if item.currency != movement.currency:
            return ZERO
        part = item.fitting(self.remaining[item.id], left)
        if movement.source:
            own = self.remaining[movement.source]
            return max(part, min(own, ZERO)) if part < 0 else min(part, max(own, ZERO))
        return part

    # --- Operations

    def _count(self, operation: Operation) -> None:
        movements = operation.movements
        if len(movements) == 1 and len(operation.shares) == 1:
            # Nearly every payment: one posting, one document, nothing but money beside it.
            movement = movements[0]
            day, amount, currency, _, settles, _, source, _, _, _ = movement
            named = self.named.get(settles[0], ()) if len(settles) == 1 and not source else ()
            if len(named) == 1:
                item = named[0]
                owed, own = item.amount, item.id
                if item.currency == currency and owed > 0 and 0 <= self.remaining[own] + amount <= owed:
                    self._add(Settled(own, amount, movement, day, operation.shares[0][0]))
                    return
        if movements[0].source:
            self._count_document(movements[0], operation.shares)
        else:
            self._count_together(operation)

    def _count_document(self, movement: Movement, shares: Shares) -> None:
        """Move an amount from a document's own leg to the documents it names."""
        own = movement.source
        left = movement.amount
        targets = []
        for item in self._targets(movement):
            if item.id == own:
                self.faults.append(Fault(FaultKind.CIRCLE, movement, (item.number, item.number), left))
                return
            targets.append(item)
        for item in targets:
            part = self._fitting(item, movement, left)
            if part:
                left -= part
                nature = shares[0][0]
                self._add(Settled(item.id, part, movement, movement.day, nature))
                self._add(Settled(own, -part, movement, movement.day, nature))
        if left:
            self._wait_or_fault(movement, left, shares, targets, untouched=left == movement.amount)

    def _count_together(self, operation: Operation) -> None:
        """Count the movements of a transaction: within an item first, then what raises, then what lowers."""
        movements = operation.movements
        targets = [self._targets(movement) for movement in movements]
        left = [movement.amount for movement in movements]
        parts = [*self._count_moves(movements, targets, left)]
        reserved: dict[str, Decimal] = {}
        for raising in (True, False):
            for index, movement in enumerate(movements):
                for item in targets[index]:
                    if item.currency != movement.currency or (item.amount * left[index] > 0) is not raising:
                        continue
                    before = self.remaining[item.id] + reserved.get(item.id, ZERO)
                    part = item.fitting(before, left[index])
                    if part:
                        reserved[item.id] = reserved.get(item.id, ZERO) + part
                        left[index] -= part
                        parts.append(_Part(movement, item, part))
        parts += [_Part(movement, None, rest) for movement, rest in zip(movements, left, strict=True) if rest]
        for counted, shares in self._with_natures(parts, operation.shares):
            self._keep(counted, shares)
        for movement, rest, named in zip(movements, left, targets, strict=True):
            if rest:
                self._wait_or_fault(movement, rest, operation.shares, named, untouched=rest == movement.amount)

    def _keep(self, part: _Part, shares: Shares) -> None:
        movement = part.movement
        for nature, amount in shares:
            if part.item is None:
                self._put_on_account(movement, amount, nature, movement.day)
            else:
                self._add(Settled(part.item.id, amount, movement, movement.day, nature))

    # --- Which items a movement means

    def _targets(self, movement: Movement) -> list[Item]:
        """Return the items a movement fills, in this order."""
        if movement.settles:
            targets: list[Item] = []
            for name in movement.settles:
                named = self.named.get(name, ())
                targets += named if len(named) < 2 else self._in_order(named, movement.account)
            return targets
        return self._linked(movement) if movement.links else []

    def _linked(self, movement: Movement) -> list[Item]:
        """Return the items of the only open document that the transaction links to."""
        numbers = sorted(
            link
            for link in movement.links
            if any(item.number == link and self.remaining[item.id] for item in self.named.get(link, ()))
        )
        if len(numbers) > 1:
            self.faults.append(Fault(FaultKind.CANDIDATES, movement, tuple(numbers), movement.amount))
        return self._in_order(self.named[numbers[0]], movement.account) if len(numbers) == 1 else []

    def _in_order(self, items: Sequence[Item], account: str) -> list[Item]:
        """Order a document's items: those on the posting's account first, then the oldest due."""
        return sorted(items, key=lambda item: (not self._stands_on(item, account), item.due or date.max))

    def _stands_on(self, item: Item, account: str) -> Decimal:
        """Return how much of an item stands on an account, in the direction of the item; at least nothing."""
        stands = item.amount if item.account == account else ZERO
        for one in self.history.get(item.id, ()):
            if one.movement.account == account:
                stands += one.amount
        return abs(stands) if stands * item.amount > 0 else ZERO

    def _count_moves(
        self, movements: Sequence[Movement], targets: Sequence[list[Item]], left: list[Decimal]
    ) -> Iterator[_Part]:
        """Count what a transaction takes off an item and puts back to it on another account: doubtful, bills.

        Yields what it would take off an account where the item does not stand: that is kept on account.
        """
        for giving, one in enumerate(movements):
            for taking, other in enumerate(movements):
                if one.amount >= 0 or other.amount <= 0 or one.currency != other.currency:
                    continue
                meant = {item.id for item in targets[taking] if item.currency == one.currency}
                shared = [item for item in targets[giving] if item.id in meant]
                for item in shared:
                    amount = min(-left[giving], left[taking], self._stands_on(item, one.account))
                    if not amount:
                        continue
                    if one.account == other.account:
                        self.faults.append(Fault(FaultKind.CIRCLE, other, (item.number, item.number), amount))
                    left[giving] += amount
                    left[taking] -= amount
                    self._add(Settled(item.id, -amount, one, one.day, Nature.MOVED))
                    self._add(Settled(item.id, amount, other, other.day, Nature.MOVED))
                missing = min(-left[giving], left[taking]) if shared else ZERO
                if missing:
                    left[giving] += missing
                    left[taking] -= missing
                    self.faults.append(Fault(FaultKind.MORE, one, one.settles, -missing, self._last(shared)))
                    yield _Part(one, None, -missing)
                    yield _Part(other, None, missing)

    # --- What it was

    def _with_natures(self, parts: Sequence[_Part], shares: Shares) -> Iterator[tuple[_Part, Shares]]:
        """Give each part its natures: those of the other legs, or of what was taken back elsewhere."""
        for currency in sorted({part.movement.currency for part in parts}):
            of_currency = [part for part in parts if part.movement.currency == currency]
            debits = [part for part in of_currency if part.amount > 0]
            credits_ = [part for part in of_currency if part.amount < 0]
            if debits and credits_:
                yield from self._carried(debits, credits_, shares, currency)
            else:
                natures = split([part.amount for part in of_currency], shares, currency)
                yield from zip(of_currency, natures, strict=True)

    def _carried(
        self, debits: Sequence[_Part], credits_: Sequence[_Part], shares: Shares, currency: str
    ) -> Iterator[tuple[_Part, Shares]]:
        """Carry natures from what is taken back over to what is settled with it."""
        carried: list[tuple[Nature, Decimal]] = []
        room = -sum((part.amount for part in credits_), ZERO)
        for debit in debits:
            amount = min(room, debit.amount)
            room -= amount
            taken = self._taken_off(debit, amount)
            carried += taken
            natures = list(taken)
            if debit.amount > amount:
                natures += split([debit.amount - amount], shares, currency)[0]
            yield debit, tuple(natures)
        for credit in credits_:
            left = -credit.amount
            natures = []
            while left and carried:
                nature, amount = carried.pop(0)
                part = min(left, amount)
                natures.append((nature, -part))
                left -= part
                if amount > part:
                    carried.insert(0, (nature, amount - part))
            if left:
                natures += split([-left], shares, currency)[0]
            yield credit, tuple(natures)

    def _taken_off(self, debit: _Part, amount: Decimal) -> list[tuple[Nature, Decimal]]:
        """Return what a debit takes back: payments of an invoice, credit of a credit note, money on account."""
        if not amount:
            return []
        if debit.item is None:
            movement = debit.movement
            pool = self.pools.get((movement.client, movement.account, movement.currency), [])
            taken = take_back(still_counted(pool, lowering=True), amount)
        elif debit.item.amount < 0:
            return [(Nature.DOCUMENT, amount)]
        else:
            taken = take_back(still_counted(self.history.get(debit.item.id, ()), lowering=True), amount)
        missing = amount - sum((part for _, part in taken), ZERO)
        return [*taken, (Nature.OTHER, missing)] if missing else taken

    # --- Keeping it

    def _add(self, settled: Settled) -> None:
        item = settled.item
        self.remaining[item] += settled.amount
        self.log.append(settled)
        history = self.history.get(item)
        if history is None:
            self.history[item] = [settled]
        else:
            history.append(settled)

    def _put_on_account(self, movement: Movement, amount: Decimal, nature: Nature, day: date) -> None:
        one = OnAccount(movement.client, movement.account, amount, movement, day, nature)
        self.on_account.append(one)
        self.pools.setdefault((movement.client, movement.account, movement.currency), []).append(one)

    def _wait_or_fault(
        self, movement: Movement, left: Decimal, shares: Shares, targets: Sequence[Item], *, untouched: bool
    ) -> None:
        """Let what is left wait for a document named that is not there yet; else say that it is too much."""
        names = movement.settles or (() if targets else tuple(movement.links))
        unknown = [name for name in names if name not in self.named]
        for name in unknown:
            self.waiting.setdefault(name, []).append(_Waiting(movement, shares))
            self._left[id(movement)] = left
        if unknown or not movement.settles or any(item.currency != movement.currency for item in targets):
            return
        if movement.source and any(item.amount * movement.amount < 0 for item in targets):
            return  # what a credit note has more than its invoice can take stays to the client's credit
        if not movement.source and self._covered(movement, left):
            return
        kind = FaultKind.EXHAUSTED if untouched else FaultKind.MORE
        self.faults.append(Fault(kind, movement, movement.settles, left, self._last(targets)))

    def _last(self, items: Sequence[Item]) -> Movement | None:
        """Return the last posting that settled something of these items."""
        return next((self.history[item.id][-1].movement for item in reversed(items) if item.id in self.history), None)

    def _covered(self, movement: Movement, left: Decimal) -> bool:
        """Tell whether what is too much takes back money on account: the bank returns an overpayment, too."""
        pool = self.pools.get((movement.client, movement.account, movement.currency), ())
        after = sum((one.amount for one in pool), ZERO)
        return (after - left) * left < 0 and after * left <= 0


IN_TIME = attrgetter("day")
SINCE = attrgetter("since")
