"""The aged balance: who owes what, since when, as of a date.

Buckets by days past due (worked case 16): not due (0 days or none), 1–30, 31–60, 61–90, over 90.
Money on account is shown apart and lowers the client's total. What is disputed and what is promised is told
apart beside the buckets: a part of them, since it is owed all the same. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facturier.books import Books
from facturier.disputes import Dispute, open_disputes
from facturier.money import ZERO
from facturier.open_items import Item, Nature, OpenItems
from facturier.promises import Payment, Promise, kept, promises_given
from facturier.statuses import Status, status_of_open

BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "over_90")
# What an aged row holds, in the order of a table.
FIGURES = (*BUCKETS, "disputed", "promised", "on_account", "total")
_UPPER_BOUNDS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """An item that is not settled.

    Attributes:
        item: The item.
        remaining: What is left of it, in its currency.
        days_late: Days past its due date; zero or less when it is not due.
        bucket: One of BUCKETS.
        status: What has become of it.
        disputed: The part of what is left that the client contests.
        promised: The part, not disputed, that is promised for a day that has not passed.
    """

    item: Item
    remaining: Decimal
    days_late: int
    bucket: str
    status: Status
    disputed: Decimal = ZERO
    promised: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ClientBalance:
    """What one client owes in one currency.

    Attributes:
        client: Its id, or "" where the ledger does not say.
        name: Its name on that date.
        profile: Its collection profile on that date, or "".
        currency: Of the amounts.
        buckets: Amount by bucket.
        on_account: Money received that settles nothing yet, negative.
        total: Sum of the buckets and of the money on account.
        open_amounts: The items behind the figures, oldest due first.
    """

    client: str
    name: str
    profile: str
    currency: str
    buckets: Mapping[str, Decimal]
    on_account: Decimal
    total: Decimal
    open_amounts: tuple[OpenAmount, ...]

    @property
    def disputed(self) -> Decimal:
        """What it contests, a part of the buckets."""
        return sum((one.disputed for one in self.open_amounts), ZERO)

    @property
    def promised(self) -> Decimal:
        """What it promised to pay by a day that has not passed, a part of the buckets."""
        return sum((one.promised for one in self.open_amounts), ZERO)

    def figures(self) -> dict[str, Decimal]:
        """Return all figures by name, in the order of FIGURES."""
        apart = {"disputed": self.disputed, "promised": self.promised}
        return {**self.buckets, **apart, "on_account": self.on_account, "total": self.total}


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """The aged balance of all clients."""

    as_of: date
    clients: tuple[ClientBalance, ...]

    def totals(self) -> Mapping[str, Mapping[str, Decimal]]:
        """Return the sums of all clients by currency: each of FIGURES."""
        return {currency: sums for (_, currency), sums in self._sums(lambda _: "").items()}

    def by_profile(self) -> Mapping[tuple[str, str], Mapping[str, Decimal]]:
        """Return the sums by collection profile ("" for none) and currency."""
        return dict(sorted(self._sums(lambda client: client.profile).items()))

    def _sums(self, group: Callable[[ClientBalance], str]) -> dict[tuple[str, str], dict[str, Decimal]]:
        sums: dict[tuple[str, str], dict[str, Decimal]] = {}
        for client in self.clients:
            row = sums.setdefault((group(client), client.currency), dict.fromkeys(FIGURES, ZERO))
            for name, amount in client.figures().items():
                row[name] += amount
        return sums


def aged_balance(books: Books, as_of: date) -> AgedBalance:
    """Compute the aged balance at the end of a day, clients by name."""
    found = books.open_items(as_of)
    disputed = open_disputes(books.events, as_of)
    apart = _Apart(found, disputed, promises_given(books.events, as_of))
    amounts: dict[tuple[str, str], list[OpenAmount]] = {}
    for item in found.open():
        days = (as_of - item.due).days if item.due else 0
        remaining = found.remaining[item.id]
        status = status_of_open(item, found, disputed)
        entry = OpenAmount(item, remaining, days, bucket_of(days), status, *apart.of(item))
        amounts.setdefault((item.client, item.currency), []).append(entry)
    on_account: dict[tuple[str, str], Decimal] = {}
    for part in found.on_account:
        key = (part.client, part.movement.currency)
        on_account[key] = on_account.get(key, ZERO) + part.amount
    keys = sorted({*amounts, *on_account}, key=lambda key: (_name(books, key[0], as_of).casefold(), key[1]))
    balances = (_client_balance(books, key, amounts.get(key, []), on_account.get(key, ZERO), as_of) for key in keys)
    return AgedBalance(as_of, tuple(one for one in balances if one.total or one.open_amounts or one.on_account))


def bucket_of(days_late: int) -> str:
    """Return the bucket of an amount so many days past due.

    >>> [bucket_of(days) for days in (0, 1, 30, 31, 90, 91)]
    ['not_due', 'days_1_30', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90']
    """
    for bucket, bound in zip(BUCKETS, _UPPER_BOUNDS, strict=False):
        if days_late <= bound:
            return bucket
    return BUCKETS[-1]


class _Apart:
    """What is disputed and what is promised, spread over the open items: the first due first."""

    def __init__(
        self, found: OpenItems, disputes: Mapping[str, Dispute], promises: Mapping[str, Iterable[Promise]]
    ) -> None:
        self._parts: dict[str, tuple[Decimal, Decimal]] = {}
        if not disputes and not promises:
            return
        self._found = found
        items = sorted(
            (item for item in found.open() if item.amount > 0), key=lambda one: (one.due or date.max, one.id)
        )
        for subject, dispute in disputes.items():
            amount = dispute.amount
            limit = None if amount is None or amount.number is None else amount.number
            currency = "" if amount is None else str(amount.currency)
            self._spread(0, [item for item in items if subject in (item.number, item.client)], limit, currency)
        for subject, given in promises.items():
            concerned = [item for item in items if subject in (item.number, item.client)]
            for one in kept(given, self._payments(subject)):
                if one.promise.day >= found.day:
                    self._spread(1, concerned, one.left, one.promise.currency)

    def of(self, item: Item) -> tuple[Decimal, Decimal]:
        """Return what is disputed and what is promised of an item."""
        return self._parts.get(item.id, (ZERO, ZERO))

    def _spread(self, place: int, items: Iterable[Item], limit: Decimal | None, currency: str) -> None:
        for item in items:
            if currency and item.currency != currency:
                continue
            parts = list(self.of(item))
            free = self._found.remaining[item.id] - sum(parts)
            part = free if limit is None else min(free, limit)
            parts[place] += part
            self._parts[item.id] = parts[0], parts[1]
            if limit is not None:
                limit -= part

    def _payments(self, subject: str) -> list[Payment]:
        """Return what came for a document, or for a client on its items and on account."""
        found = self._found
        settled = found.settled_of(subject) or [one for one in found.settled if found.items[one.item].client == subject]
        money = [Payment(one.day, -one.amount) for one in settled if one.nature is Nature.PAYMENT]
        return money + [Payment(one.day, -one.amount) for one in found.on_account if one.client == subject]


def _client_balance(
    books: Books, key: tuple[str, str], amounts: Iterable[OpenAmount], on_account: Decimal, as_of: date
) -> ClientBalance:
    client, currency = key
    ordered = tuple(sorted(amounts, key=lambda one: (one.item.due or date.max, one.item.id)))
    buckets = dict.fromkeys(BUCKETS, ZERO)
    for one in ordered:
        buckets[one.bucket] += one.remaining
    total = sum(buckets.values(), on_account)
    party = books.clients.at(client, as_of) if client else None
    profile = party.profile if party else ""
    return ClientBalance(client, _name(books, client, as_of), profile, currency, buckets, on_account, total, ordered)


def _name(books: Books, client: str, as_of: date) -> str:
    party = books.clients.at(client, as_of) if client else None
    return party.name if party else client
