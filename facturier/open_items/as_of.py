"""What is open at the end of a day: what remains of each item, where it stands, what is on account.

found = books.open_items(date(2026, 3, 31))
for item in found.open():
    print(item.id, found.remaining[item.id], found.standing(item))
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from facturier.money import ZERO
from facturier.open_items.circles import circles
from facturier.open_items.items import Fault, Item, Movement, Nature, OnAccount, Operation, Settled
from facturier.open_items.settling import IN_TIME, SINCE, Settling


class Settlements:
    """All items and all that ever settled them. Made once per load; every question is asked of it.

    Attributes:
        items: The items, in the order of their first day.
        operations: What settles them, in the order of time.
        remaining: What is left of each item after the last entry, by id.
        settled: All that was counted towards items, in the order of time.
        history: The same by id of the item; not there for one untouched.
        on_account: What came to the money on account (credits negative) and left it, in the order of time.
        named: The items by what ``settles:`` may call them: their number, and their id.
    """

    def __init__(self, items: Iterable[Item], operations: Iterable[Operation]) -> None:
        self.items = tuple(sorted(items, key=SINCE))
        self.operations = tuple(sorted(operations, key=IN_TIME))
        settling = Settling()
        settling.run(self.items, self.operations)
        self.remaining: Mapping[str, Decimal] = settling.remaining
        self.settled: Sequence[Settled] = settling.log
        self.history: Mapping[str, Sequence[Settled]] = settling.history
        self.on_account: Sequence[OnAccount] = settling.on_account
        self._faults = settling.faults
        self.named: Mapping[str, tuple[Item, ...]] = settling.named

    @cached_property
    def faults(self) -> Sequence[Fault]:
        """Movements that could not be counted as written; documents in a circle once for all."""
        found = circles(self.by_id, self.operations) if any(one.movement.source for one in self._faults) else []
        round_about = {number for one in found for number in one.names}
        return [
            *found,
            *(
                one
                for one in self._faults
                if not (one.movement.source and self.by_id[one.movement.source].number in round_about)
            ),
        ]

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def taken_over(self) -> frozenset[str]:
        """The numbers of other programs' documents that were taken over (``opens:``)."""
        return frozenset(item.number for item in self.items if "opens" in item.meta)

    def of_document(self, number: str) -> Sequence[Item]:
        """Return the items of a document, in the order written; none for an unknown number."""
        return [item for item in self.named.get(number, ()) if item.number == number]

    def settled_of(self, number: str) -> Sequence[Settled]:
        """Return what was counted towards a document, in the order of time.

        What only moved from one account to another (``Nature.MOVED``) is among it and adds up to nothing.
        """
        return sorted((one for item in self.of_document(number) for one in self.history.get(item.id, ())), key=IN_TIME)

    def unknown(self, until: date = date.max) -> Sequence[tuple[Movement, str]]:
        """Return the names after ``settles:`` that no item has by a day, with the movement that names each."""
        return [
            (movement, name)
            for operation in self.operations
            if operation.day <= until
            for movement in operation.movements
            for name in movement.settles
            if not any(item.since <= until for item in self.named.get(name, ()))
        ]

    def as_of(self, day: date) -> OpenItems:
        """Return what is open at the end of a day."""
        return OpenItems(self, day)


class OpenItems:
    """What is open at the end of a day, computed from the history of all days.

    Attributes:
        day: The day.
        settlements: The history.
        remaining: What is left of each item on the books by then, by id.
    """

    def __init__(self, settlements: Settlements, day: date) -> None:
        self.day = day
        self.settlements = settlements
        self.remaining = self._remaining()

    def _remaining(self) -> dict[str, Decimal]:
        day, history, final = self.day, self.settlements.history, self.settlements.remaining
        found: dict[str, Decimal] = {}
        for item in self.settlements.items:
            if item.since > day:
                break
            counted = history.get(item.id)
            if counted is None:
                found[item.id] = item.amount
            elif counted[-1].day <= day:
                found[item.id] = final[item.id]
            else:
                remaining = item.amount
                for one in counted:
                    if one.day <= day:
                        remaining += one.amount
                found[item.id] = remaining
        return found

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The items on the books by then, by id, in the order of their first day."""
        return dict(zip(self.remaining, self.settlements.items, strict=False))

    def open(self) -> list[Item]:
        """Return the items that are not settled, in the order of their first day."""
        left = zip(self.settlements.items, self.remaining.values(), strict=False)
        return [item for item, remaining in left if remaining]

    @cached_property
    def by_number(self) -> Mapping[str, list[Item]]:
        """The items on the books by then, by the number of their document."""
        found: dict[str, list[Item]] = {}
        for item in self.items.values():
            found.setdefault(item.number, []).append(item)
        return found

    def of_document(self, number: str) -> list[Item]:
        """Return the items of a document that are on the books by then."""
        return [item for item in self.settlements.of_document(number) if item.id in self.remaining]

    def balance(self, number: str) -> Decimal:
        """Return what remains of a document."""
        return sum((self.remaining[item.id] for item in self.of_document(number)), ZERO)

    @property
    def settled(self) -> Sequence[Settled]:
        """What was counted towards items by then, in the order of time."""
        return self.settlements.settled[: bisect_right(self.settlements.settled, self.day, key=IN_TIME)]

    def settled_of(self, number: str) -> Sequence[Settled]:
        """Return what was counted towards a document by then, in the order of time."""
        return [one for one in self.settlements.settled_of(number) if one.day <= self.day]

    def by_nature(self, number: str) -> Mapping[Nature, Decimal]:
        """Return how a document was settled by then: the amount of each nature, payments of an invoice positive."""
        found: dict[Nature, Decimal] = {}
        for one in self.settled_of(number):
            if one.nature is not Nature.MOVED:
                found[one.nature] = found.get(one.nature, ZERO) - one.amount
        return {nature: amount for nature, amount in found.items() if amount}

    def standing(self, item: Item) -> Mapping[str, Decimal]:
        """Return the accounts on which an item stands, such as a doubtful one, with the amount on each."""
        found = {item.account: item.amount}
        for one in self.settlements.history.get(item.id, ()):
            if one.day <= self.day:
                account = one.movement.account
                found[account] = found.get(account, ZERO) + one.amount
        return {account: amount for account, amount in found.items() if amount}

    @cached_property
    def on_account(self) -> Sequence[OnAccount]:
        """The money that settles nothing by then: what came first was used first.

        Each is a movement with what is left of it, negative when the client has it to his credit.
        """
        pools: dict[tuple[str, str, str], list[OnAccount]] = {}
        for one in self.settlements.on_account:
            if one.day <= self.day:
                pool = pools.setdefault((one.client, one.account, one.movement.currency), [])
                _offset(pool, one)
        return [one for pool in pools.values() for one in pool]

    @property
    def unknown(self) -> Sequence[tuple[Movement, str]]:
        """The names after ``settles:`` that no item has by then."""
        return self.settlements.unknown(self.day)

    def by_account(self) -> Mapping[tuple[str, str], Decimal]:
        """Return what items and money on account add up to, by account and currency: the accounts' balances."""
        found: dict[tuple[str, str], Decimal] = {}

        def add(account: str, currency: str, amount: Decimal) -> None:
            found[account, currency] = found.get((account, currency), ZERO) + amount

        for item in self.items.values():
            add(item.account, item.currency, item.amount)
        for one in self.settled:
            add(one.movement.account, one.movement.currency, one.amount)
        for part in self.on_account:
            add(part.account, part.movement.currency, part.amount)
        return {key: amount for key, amount in found.items() if amount}


def _offset(pool: list[OnAccount], one: OnAccount) -> None:
    """Add to the money of one client on one account; what goes the other way uses up the oldest."""
    left = one.amount
    # What leaves because its document came is taken off the very movement it came with.
    own = [other for other in pool if other.movement is one.movement]
    for other in [*own, *pool]:
        if not left:
            break
        index = next((index for index, there in enumerate(pool) if there is other), None)
        if index is None or other.amount * left >= 0:
            continue
        part = max(other.amount, -left) if other.amount < 0 else min(other.amount, -left)
        left += part
        rest = other.amount - part
        if rest:
            pool[index] = other._replace(amount=rest)
        else:
            del pool[index]
    if left:
        same = next((index for index, other in enumerate(pool) if other.movement is one.movement), None)
        if same is None:
            pool.append(one._replace(amount=left))
        else:
            pool[same] = pool[same]._replace(amount=pool[same].amount + left)
