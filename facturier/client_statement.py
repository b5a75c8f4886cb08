"""A client's statement of account: what is open, or what happened since a day, as of any day.

    statement = statement_of(books, "martin", date(2026, 11, 22), begins=date(2026, 1, 1))

The activity is read from the settlements, so its closing balance is what the aged balance says. What only moved between
accounts or items of the client (a doubtful debt, a credit note used on an invoice) changes no balance and is no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from facturier.books import Books
from facturier.documents import Kind
from facturier.money import ZERO
from facturier.open_items import Nature, OpenItems
from facturier.pdf.statement_page import StatementAccount, StatementBucket, StatementItem, StatementRow
from facturier.receivables import BUCKETS, ClientBalance, aged_balance

_DOCUMENTS = {Kind.CREDIT_NOTE: "credit-note", Kind.CLAIM: "claim"}
# In the order of a day: what is owed before what is paid.
_FIRST = ("invoice", "claim", "credit-note")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement.

    Attributes:
        client: Id of the client.
        day: The day at whose end it looks.
        begins: First day of the activity; None where only what is open is asked for.
        accounts: One for each currency that has anything, by currency.
    """

    client: str
    day: date
    begins: date | None
    accounts: tuple[StatementAccount, ...]


class _Event(NamedTuple):
    """A part of a row: rows are the events of one transaction, kind and currency."""

    day: date
    kind: str
    entry: int
    number: str
    currency: str
    amount: Decimal


def statement_of(books: Books, client: str, day: date, begins: date | None = None) -> Statement:
    """Return the statement of a client.

    Args:
        books: The books.
        client: Its id.
        day: The day at whose end to look.
        begins: First day of the activity; None for none.
    """
    found = books.open_items(day)
    balances = {one.currency: one for one in aged_balance(books, day).clients if one.client == client}
    rows: dict[str, list[StatementRow]] = {}
    opening: dict[str, Decimal] = {}
    if begins is not None:
        opening = _activity(_events(books, found, client), begins, rows)
    accounts = [
        _account(currency, balances.get(currency), opening.get(currency, ZERO), rows.get(currency, ()))
        for currency in sorted({*balances, *rows, *(key for key, amount in opening.items() if amount)})
    ]
    return Statement(client, day, begins, tuple(accounts))


def _account(
    currency: str, balance: ClientBalance | None, opening: Decimal, rows: Iterable[StatementRow]
) -> StatementAccount:
    entries = balance.open_amounts if balance else ()
    buckets: Mapping[str, Decimal] = balance.buckets if balance else dict.fromkeys(BUCKETS, ZERO)
    return StatementAccount(
        currency=currency,
        opening=opening,
        rows=tuple(rows),
        closing=balance.total if balance else ZERO,
        overdue=sum((one.remaining for one in entries if one.days_late > 0), ZERO),
        on_account=balance.on_account if balance else ZERO,
        items=tuple(
            StatementItem(
                number=one.item.id,
                issued=one.item.issued,
                due=one.item.due,
                days_late=max(one.days_late, 0),
                amount=one.item.amount,
                remaining=one.remaining,
                disputed=bool(one.disputed),
            )
            for one in entries
        ),
        buckets=tuple(StatementBucket(name=name, amount=buckets[name]) for name in BUCKETS),
    )


def _activity(events: Iterable[_Event], begins: date, rows: dict[str, list[StatementRow]]) -> dict[str, Decimal]:
    """Fill in the rows by currency and return the balances before them."""
    grouped: dict[tuple[date, str, int, str], list[_Event]] = {}
    for event in events:
        grouped.setdefault((event.day, event.kind, event.entry, event.currency), []).append(event)
    balance: dict[str, Decimal] = {}
    opening: dict[str, Decimal] = {}
    for (day, kind, _, currency), parts in sorted(grouped.items(), key=lambda one: _order(one[0])):
        amount = sum((part.amount for part in parts), ZERO)
        if not amount:
            continue
        before = balance.get(currency, ZERO)
        balance[currency] = before + amount
        if day < begins:
            opening[currency] = balance[currency]
            continue
        numbers = tuple(dict.fromkeys(part.number for part in parts if part.number))
        shown = "payment-back" if kind == "payment" and amount > 0 else kind
        row = StatementRow(day=day, kind=shown, numbers=numbers, amount=amount, balance=balance[currency])
        rows.setdefault(currency, []).append(row)
    return opening


def _order(key: tuple[date, str, int, str]) -> tuple[date, int, int]:
    day, kind, entry, _ = key
    return day, _FIRST.index(kind) if kind in _FIRST else len(_FIRST), entry


def _events(books: Books, found: OpenItems, client: str) -> Iterator[_Event]:
    """Yield all that ever changed what the client owes, up to the day."""
    ranks: dict[int, int] = {}

    def rank(entry: object) -> int:
        return ranks.setdefault(id(entry), len(ranks))

    for item in found.items.values():
        if item.client == client:
            document = books.document(item.number)
            kind = _DOCUMENTS.get(document.kind, "invoice") if document else "invoice"
            yield _Event(item.since, kind, rank(item.entry), item.number, item.currency, item.amount)
    for document in books.documents:
        # Paid on the spot: it never was an item, but the client did pay it.
        if document.paid and document.client and document.client.id == client and document.date <= found.day:
            kind = _DOCUMENTS.get(document.kind, "invoice")
            entry, own, currency = rank(document.entry), document.number, document.currency
            yield _Event(document.date, kind, entry, own, currency, document.paid)
            yield _Event(document.date, "payment", entry, own, currency, -document.paid)
    for one in found.settled:
        item = found.items[one.item]
        if item.client == client and one.nature is not Nature.MOVED:
            kind = "credit-note" if one.nature is Nature.DOCUMENT else one.nature.value
            yield _Event(one.day, kind, rank(one.movement.entry), item.number, item.currency, one.amount)
    for part in found.settlements.on_account:
        if part.client == client and part.day <= found.day:
            kind = "credit-note" if part.nature is Nature.DOCUMENT else part.nature.value
            kind = "other" if part.nature is Nature.MOVED else kind
            yield _Event(part.day, kind, rank(part.movement.entry), "", part.movement.currency, part.amount)
