"""The table of the aged balance: the core's figures, in the order asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facturier.books import Books
from facturier.money import ZERO
from facturier.receivables import BUCKETS, AgedBalance, ClientBalance, OpenAmount, aged_balance

BY_CLIENT = "client"
COLUMNS = (*BUCKETS, "on_account", "total")


@dataclass(frozen=True, slots=True)
class BarSegment:
    """A part of the bar above the table: a bucket and its share of what is owed, in percent."""

    bucket: str
    amount: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class AgedTable:
    """The aged balance, ready to print.

    Attributes:
        aged: The figures.
        clients: Its clients in the order asked for.
        order: The column they are sorted by: BY_CLIENT, or one of COLUMNS, largest first.
        links: Numbers of documents that the journal finds by their link.
    """

    aged: AgedBalance
    clients: tuple[ClientBalance, ...]
    order: str
    links: frozenset[str]

    def bar(self, currency: str) -> tuple[BarSegment, ...]:
        """Return the shares of the buckets; credits are left out of a bar."""
        amounts = {bucket: max(self.aged.totals()[currency][bucket], ZERO) for bucket in BUCKETS}
        whole = sum(amounts.values(), ZERO)
        return tuple(
            BarSegment(bucket, amount, (100 * amount / whole).quantize(Decimal("0.01")))
            for bucket, amount in amounts.items()
            if amount
        )


def aged_table(books: Books, as_of: date, order: str) -> AgedTable:
    """Compute the aged balance; an unknown order is the alphabet."""
    aged = aged_balance(books, as_of)
    clients = aged.clients
    if order in COLUMNS:
        clients = tuple(sorted(clients, key=lambda one: _column(one, order), reverse=True))
    else:
        order = BY_CLIENT
    links = frozenset(
        document.number for document in books.documents if document.number in (document.entry.links or ())
    )
    return AgedTable(aged, clients, order, links)


def amount_in(one: OpenAmount, bucket: str) -> Decimal | None:
    """Return what an open amount adds to a bucket, or None for the buckets it is not in."""
    return one.remaining if one.bucket == bucket else None


def _column(client: ClientBalance, name: str) -> Decimal:
    if name == "total":
        return client.total
    return client.on_account if name == "on_account" else client.buckets[name]
