"""What can still be settled of a document from a day on: how much, on which accounts, and worth how much.

An entry dated back must leave what was booked after it standing. So what is open is the least that is left on
its day and on every later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from beancount.core import data

from facturier.books import Books
from facturier.directives.spelling import nearest
from facturier.messages import Message, message
from facturier.money import ZERO, half_up, share, smallest_unit
from facturier.open_items import Item, Movement, Nature, OnAccount, OpenItems, Settled
from facturier.open_items.natures import still_counted
from facturier.parties import Client
from facturier.payments.faults import NothingToDoError, PaymentRefusedError
from facturier.violations import Place

# What a payment was, for those who take it back: discounts and losses are no money.
_MOVABLE = frozenset({Nature.PAYMENT, Nature.DOCUMENT})


class Part(NamedTuple):
    """An amount of an item on one of its accounts.

    Attributes:
        item: The item.
        account: Where it stands.
        amount: In the item's currency; negative what a client has to his credit.
        value: What it is worth in the books, the same unless the item is in another currency.
    """

    item: Item
    account: str
    amount: Decimal
    value: Decimal


class Owed:
    """What clients owe from a day on.

    Attributes:
        books: The books.
        day: The day of the entry to write.
    """

    def __init__(self, books: Books, day: date) -> None:
        self.books = books
        self.day = day

    @cached_property
    def on_the_day(self) -> OpenItems:
        """What is open at the end of the day."""
        return self.books.open_items(self.day)

    def named(self, names: Iterable[str]) -> dict[str, list[Item]]:
        """Return the items that each number means, the oldest due of a document first.

        Raises:
            PaymentRefusedError: A number is unknown or its document is of a later day; the items
                are of several currencies.
        """
        found = {name: self._named(name) for name in names}
        items = [item for of_name in found.values() for item in of_name]
        for item in items[1:]:
            if item.currency != items[0].currency:
                raise PaymentRefusedError(
                    item.place,
                    message(
                        "{number} is in {currency}, and {other} in {other_currency}; run the command for each.",
                        number=item.number,
                        currency=item.currency,
                        other=items[0].number,
                        other_currency=items[0].currency,
                    ),
                )
        return found

    def unsettled(self, names: Iterable[str], amount: Decimal | None) -> list[Item]:
        """Return the items that numbers mean and of which something is left, each once.

        Args:
            names: The numbers.
            amount: What is to be settled, or None for all that is left.

        Raises:
            NothingToDoError: They are settled, and no other amount than that is asked for.
            PaymentRefusedError: One of them is settled; or as ``named``.
        """
        named = self.named(names)
        settled = {name: items for name, items in named.items() if not any(map(self.remaining, items))}
        for name, items in settled.items():
            last = self.last(items)
            place = last.movement.place if last else items[0].place
            facts = {"number": name, "day": last.day if last else items[0].since}
            everything = [item for of_name in named.values() for item in of_name]
            asked_again = last is not None and last.day == self.day and self._settled_with(last, everything) == amount
            if asked_again or (amount is None and len(settled) == len(named)):
                found = message("{number} is settled already, since {day}; nothing is left to write.", **facts)
                raise NothingToDoError(place, found)
            raise PaymentRefusedError(
                place,
                message("{number} is settled already, since {day}; leave it out, or name another document.", **facts),
            )
        return list({item.id: item for items in named.values() for item in items if self.remaining(item)}.values())

    def _settled_with(self, last: Settled, items: Iterable[Item]) -> Decimal:
        """Return what the transaction of a settlement took off items in all."""
        entry = last.movement.entry
        history = [one for item in items for one in self._history(item) if one.movement.entry is entry]
        return abs(sum((one.amount for one in history), ZERO))

    def same_client(self, items: Sequence[Item], payer: str | None = None) -> None:
        """Refuse items of several clients, unless it is said who pays for them.

        Args:
            items: The items.
            payer: Who pays for them, "" if that is not said, None where nobody pays.

        Raises:
            PaymentRefusedError: They are of several clients.
        """
        for item in items[1:]:
            if item.client == items[0].client or payer:
                continue
            facts = {
                "number": item.number,
                "client": item.client,
                "other": items[0].number,
                "other_client": items[0].client,
            }
            found = message(
                "{number} belongs to the client {client}, and {other} to {other_client}; run the command for each.",
                **facts,
            )
            if payer is not None:
                found = message(
                    "{number} belongs to the client {client}, and {other} to {other_client}; run the command for "
                    "each, or add --payer and the id of the client who pays for both.",
                    **facts,
                )
            raise PaymentRefusedError(item.place, found)

    def currency(self, names: Sequence[str]) -> str:
        """Return the currency of the first document named, or that of the books."""
        found = self.books.settlements.of_document(names[0].partition("#")[0])
        return found[0].currency if found else self.books.currency

    def client(self, identifier: str) -> Client | None:
        """Return a client as of the day."""
        clients = self.books.clients
        return clients.at(identifier, self.day) if identifier in clients else None

    def remaining(self, item: Item) -> Decimal:
        """Return what is left of an item from the day on; negative on a credit note."""
        amount = self.on_the_day.remaining.get(item.id, ZERO)
        least = amount
        for one in self._history(item):
            if one.day > self.day:
                amount += one.amount
                least = min(least, amount, key=abs)
        return least

    def parts(self, item: Item, amount: Decimal, accounts: Callable[[str], bool] | None = None) -> list[Part]:
        """Return an amount of an item, account by account, where it was booked first.

        Args:
            item: The item.
            amount: What to take of it, at most ``remaining``, in its direction.
            accounts: Which accounts to take it from; all if None.
        """
        standing = self.on_the_day.standing(item)
        left, parts = amount, []
        values = self.value(item)
        remaining = self.on_the_day.remaining.get(item.id, ZERO)
        step = smallest_unit(self.books.currency)
        for account, stands in sorted(standing.items(), key=lambda one: one[0] != item.account):
            part = min(left, stands, key=abs) if stands * left > 0 else ZERO
            if part and (accounts is None or accounts(account)):
                value = part if self.is_plain(item) else share(values, part, remaining, step)
                values, remaining, left = values - value, remaining - part, left - part
                parts.append(Part(item, account, part, value))
        return parts

    def counted(self, item: Item) -> list[tuple[Settled, Decimal]]:
        """Return the payments and credits that stand of an item on the day, the latest last, each with its amount."""
        until = [one for one in self._history(item) if one.day <= self.day]
        by_nature = still_counted(until, lowering=item.amount > 0)
        left = sum((amount for nature, amount in by_nature if nature in _MOVABLE), ZERO)
        # A later entry may have taken some of it back already.
        left = min(left, abs(item.amount) - abs(self.books.settlements.remaining.get(item.id, ZERO)))
        found: list[tuple[Settled, Decimal]] = []
        for one in reversed(until):
            amount = min(abs(one.amount), left) if one.amount * item.amount < 0 and one.nature in _MOVABLE else ZERO
            if amount:
                found.append((one, amount))
                left -= amount
        return found[::-1]

    def credit(self, client: str) -> list[OnAccount]:
        """Return the money a client has on account from the day on, the oldest first."""
        later = {id(one.movement): one for one in self.books.open_items(date.max).on_account if one.amount < 0}
        found = []
        for one in self.on_the_day.on_account:
            still = later.get(id(one.movement))
            if one.client == client and one.amount < 0 and still is not None:
                found.append(one._replace(amount=max(one.amount, still.amount)))
        return found

    def last(self, items: Iterable[Item]) -> Settled | None:
        """Return what was last counted towards items."""
        found = [one for item in items for one in self._history(item) if one.nature is not Nature.MOVED]
        return max(found, key=lambda one: (one.day, one.movement.place.line), default=None)

    def lowered(self, number: str, *natures: Nature) -> Decimal:
        """Return how much of a document was settled in these ways on the day."""
        by_nature = self.on_the_day.by_nature(number)
        return sum((by_nature.get(nature, ZERO) for nature in natures), ZERO)

    def is_plain(self, item: Item) -> bool:
        """Tell whether an item's amounts are its values: it is in the currency of the books, or no rate is known."""
        return price_of(item.entry, item.meta, item.account, item.amount) is None

    def value(self, item: Item) -> Decimal:
        """Return what is left of an item on the day at the rates it was booked at."""
        found = value_of(item.entry, item.meta, item.account, item.amount)
        for one in self._history(item):
            if one.day <= self.day:
                found += movement_value(one.movement, one.amount)
        return found

    def _history(self, item: Item) -> Sequence[Settled]:
        return self.books.settlements.history.get(item.id, ())

    def _named(self, name: str) -> list[Item]:
        settlements = self.books.settlements
        named = list(settlements.of_document(name)) or [one for one in [settlements.by_id.get(name)] if one]
        if not named:
            raise PaymentRefusedError(Place(self.books.filename, 0), self._unknown(name))
        named = [item for item in named if " " not in item.id] or named[:1]
        for item in named:
            if self.day < max(item.issued, item.since):
                raise PaymentRefusedError(
                    item.place,
                    message(
                        "{number} is dated {day}, and this entry {date}; give a --date from {day} on.",
                        number=name,
                        day=max(item.issued, item.since),
                        date=self.day,
                    ),
                )
        return sorted(named, key=lambda item: (item.due or date.max, item.id))

    def _unknown(self, name: str) -> Message:
        document = self.books.document(name)
        if document is None:
            meant = nearest(name, [*self.books.settlements.by_id, *self.books.by_number])
            if meant is not None:
                return message("There is no document {number}; did you mean {meant}?", number=name, meant=meant)
            return message("There is no document {number}.", number=name)
        if document.kind.on_books:
            return message("{number} makes nobody owe anything: it was paid on the spot.", number=name)
        return message("{number} is not on the books: it is no invoice.", number=name)


def price_of(entry: data.Transaction, meta: object, account: str, amount: Decimal) -> Decimal | None:
    """Return the price of the posting that stands for an item or a movement, or None."""
    for posting in entry.postings:
        units, price = posting.units, posting.price
        own = posting.account == account and (posting.meta is meta or posting.meta is None)
        if own and units is not None and units.number == amount:
            return None if price is None else price.number
    return None


def value_of(entry: data.Transaction, meta: object, account: str, amount: Decimal) -> Decimal:
    """Return what a posting weighs in the currency of the books."""
    price = price_of(entry, meta, account, amount)
    return amount if price is None else half_up(amount * price)


def movement_value(movement: Movement, part: Decimal) -> Decimal:
    """Return what a part of a movement weighs in the currency of the books.

    What a document's own leg moves is on the other document at the rate of its own.
    """
    whole = value_of(movement.entry, movement.meta, movement.account, movement.amount)
    return whole if part == movement.amount else share(whole, part, movement.amount)
