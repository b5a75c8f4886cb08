"""The aged balance: who owes what, since when, as of a date.

Buckets by days past due (worked case 16): not due (0 days or none), 1–30, 31–60, 61–90, over 90.
Money on account is shown apart and lowers the client's total; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facturier.books import Books
from facturier.disputes import open_disputes
from facturier.money import ZERO
from facturier.open_items import Item
from facturier.statuses import Status, status_of_open

BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "over_90")
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
    """

    item: Item
    remaining: Decimal
    days_late: int
    bucket: str
    status: Status


@dataclass(frozen=True, slots=True)
class ClientBalance:
    """What one client owes in one currency.

    Attributes:
        client: Its id, or "" where the ledger does not say.
        name: Its name on that date.
        currency: Of the amounts.
        buckets: Amount by bucket.
        on_account: Money received that settles nothing yet, negative.
        total: Sum of all.
        open_amounts: The items behind the figures, oldest due first.
    """

    client: str
    name: str
    currency: str
    buckets: Mapping[str, Decimal]
    on_account: Decimal
    total: Decimal
    open_amounts: tuple[OpenAmount, ...]


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """The aged balance of all clients."""

    as_of: date
    clients: tuple[ClientBalance, ...]

    def totals(self) -> Mapping[str, Mapping[str, Decimal]]:
        """Return the sums of all clients by currency: each bucket, ``on_account`` and ``total``."""
        sums: dict[str, dict[str, Decimal]] = {}
        for client in self.clients:
            row = sums.setdefault(client.currency, dict.fromkeys((*BUCKETS, "on_account", "total"), ZERO))
            for bucket, amount in client.buckets.items():
                row[bucket] += amount
            row["on_account"] += client.on_account
            row["total"] += client.total
        return sums


def aged_balance(books: Books, as_of: date) -> AgedBalance:
    """Compute the aged balance at the end of a day, clients by name."""
    found = books.open_items(as_of)
    disputed = open_disputes(books.events, as_of)
    amounts: dict[tuple[str, str], list[OpenAmount]] = {}
    for item in found.open():
        days = (as_of - item.due).days if item.due else 0
        entry = OpenAmount(item, found.remaining[item.id], days, bucket_of(days), status_of_open(item, found, disputed))
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


def _client_balance(
    books: Books, key: tuple[str, str], amounts: Iterable[OpenAmount], on_account: Decimal, as_of: date
) -> ClientBalance:
    client, currency = key
    ordered = tuple(sorted(amounts, key=lambda one: (one.item.due or date.max, one.item.id)))
    buckets = dict.fromkeys(BUCKETS, ZERO)
    for one in ordered:
        buckets[one.bucket] += one.remaining
    total = sum(buckets.values(), on_account)
    return ClientBalance(client, _name(books, client, as_of), currency, buckets, on_account, total, ordered)


def _name(books: Books, client: str, as_of: date) -> str:
    party = books.clients.at(client, as_of) if client else None
    return party.name if party else client
