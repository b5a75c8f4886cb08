"""Moving what was counted: from one document to another, from the money on account to a document, or back.

    2026-03-01 * "Martin Bâtiment SAS" "Réaffectation F2026-0001 F2026-0002"
      Assets:Clients:Martin           600.00 EUR
        settles: "F2026-0001"
      Assets:Clients:Martin          -600.00 EUR
        settles: "F2026-0002"

The past stays as it was told: the money counts for the other document from the day of this entry on.

Source: C. civ. art. 1342-10 (the debtor says which debt he pays).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from facturier.draft_text import Leg, money
from facturier.messages import message
from facturier.money import ZERO
from facturier.open_items import Item
from facturier.payments.entry import Entry, client_leg, filled, payee_of, title_of, whose
from facturier.payments.faults import PaymentRefusedError
from facturier.payments.money_accounts import OpenAccounts
from facturier.payments.owed import Owed, Part, movement_value
from facturier.payments.returning import credit_leg, credit_parts
from facturier.payments.sums import Sum
from facturier.violations import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Reallocation:
    """What is to count for something else.

    Attributes:
        source: Number of the document it counts for now; or a client's id, for his money on account.
        targets: Numbers of the documents it is for, in the order to fill them; or a client's id.
        amount: How much; as much as fits if None.
        payer: Id of the client whose money it is, if he pays for another; or "".
    """

    source: str
    targets: tuple[str, ...]
    amount: Sum | None = None
    payer: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """What can be moved: how much in all, in which currency, and whose it is."""

    client: str
    currency: str
    place: Place
    whole: Decimal


def reallocate(owed: Owed, accounts: OpenAccounts, order: Reallocation) -> Entry:
    """Return the entry that moves an amount.

    Raises:
        NothingToDoError: What it is for is settled already.
        PaymentRefusedError: It cannot be booked.
    """
    if order.source in order.targets:
        raise PaymentRefusedError(
            Place(owed.books.filename, 0),
            message("{number} cannot be moved to itself; name another document.", number=order.source),
        )
    to_client = _is_client(owed, order.targets[0])
    items = [] if to_client else owed.unsettled(order.targets, order.amount.number if order.amount else None)
    source = _source(owed, order)
    _refuse_others(source, order, items)
    number = _amount(owed, order, source, items)
    given, back, taken = _taken(owed, order.source, number, source.currency)
    parts = filled(owed, items, number) if items else []
    legs = [*given, *(client_leg(owed, part) for part in parts)]
    value = sum((part.value for part in parts), ZERO)
    if to_client:
        legs.append(_to_account(owed, accounts, order.targets[0], number, taken, source.currency))
        value = taken
    legs += _difference(owed, accounts, legs, value - taken)
    names = [name for name in (order.source, *order.targets) if not _is_client(owed, name)]
    keys = {"payer": order.payer} if order.payer else {}
    title, payee = title_of("moved", owed.books, names), payee_of(owed, source.client)
    return Entry(owed.day, payee, title, keys, tuple(legs), (*back, *parts), source.currency)


def _refuse_others(source: _Source, order: Reallocation, items: Sequence[Item]) -> None:
    """Refuse what is another client's, unless it is said who paid, and what is in another currency."""
    for client in [item.client for item in items] or [order.targets[0]]:
        if client != source.client and order.payer != source.client:
            raise PaymentRefusedError(
                source.place,
                message(
                    "This is the money of {client}, and what it is for belongs to {other}; add --payer {client} if "
                    "{client} paid for {other}.",
                    client=source.client,
                    other=client,
                ),
            )
    for item in items:
        if item.currency != source.currency:
            raise PaymentRefusedError(
                item.place,
                message(
                    "{number} is in {currency}, and {source} in {other}; they cannot settle each other.",
                    number=item.number,
                    currency=item.currency,
                    source=order.source,
                    other=source.currency,
                ),
            )


def _amount(owed: Owed, order: Reallocation, source: _Source, items: Sequence[Item]) -> Decimal:
    """Return how much is moved: what is asked for, else as much as fits."""
    fits = sum(map(owed.remaining, items), ZERO) if items else source.whole
    number = order.amount.of(source.currency, source.place) if order.amount else min(source.whole, fits)
    if number > source.whole:
        raise PaymentRefusedError(
            source.place,
            message(
                "Only {open} {currency} of {source} can be moved.",
                open=source.whole,
                currency=source.currency,
                source=order.source,
            ),
        )
    return number


def _is_client(owed: Owed, name: str) -> bool:
    return name in owed.books.clients and not owed.books.settlements.of_document(name)


def _source(owed: Owed, order: Reallocation) -> _Source:
    """Return what can be moved; credit notes and money on account by what is left, invoices by what was paid."""
    if _is_client(owed, order.source):
        credit = owed.credit(order.source)
        place = credit[0].movement.place if credit else Place(owed.books.filename, 0)
        if not credit:
            raise PaymentRefusedError(place, message("{client} has no money on account.", client=order.source))
        currency = credit[0].movement.currency
        whole = sum((-one.amount for one in credit if one.movement.currency == currency), ZERO)
        return _Source(order.source, currency, place, whole)
    items = owed.named([order.source])[order.source]
    whole = ZERO
    for item in items:
        whole += max(-owed.remaining(item), ZERO)
        whole += sum((amount for _, amount in owed.counted(item)), ZERO) if item.amount > 0 else ZERO
    if not whole:
        raise PaymentRefusedError(
            items[0].place,
            message("Nothing counts for {number} that could be moved.", number=order.source),
        )
    return _Source(items[0].client, items[0].currency, items[0].place, whole)


def _taken(owed: Owed, name: str, amount: Decimal, currency: str) -> tuple[list[Leg], list[Part], Decimal]:
    """Return the legs that take an amount off its source, the latest payment of an invoice first, parts and value."""
    if _is_client(owed, name):
        credit = [one for one in owed.credit(name) if one.movement.currency == currency]
        found = list(credit_parts(credit, amount, owed.books.currency))
        value = sum((worth for _, _, worth in found), ZERO)
        return [credit_leg(owed, one, part, worth) for one, part, worth in found], [], value
    left, parts = amount, list[Part]()
    for item in owed.named([name])[name]:
        if item.amount < 0:
            part = min(left, -owed.remaining(item))
            left -= part
            parts += owed.parts(item, -part) if part else ()
            continue
        for one, counted in reversed(owed.counted(item)):
            part = min(left, counted)
            left -= part
            if part:
                worth = part if owed.is_plain(item) else abs(movement_value(one.movement, part))
                parts.append(Part(item, one.movement.account, -part, -worth))
    parts = _joined(parts)
    return [client_leg(owed, part) for part in parts], parts, -sum((part.value for part in parts), ZERO)


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Return parts of one item on one account as one."""
    found: dict[tuple[str, str], Part] = {}
    for part in parts:
        key = part.item.id, part.account
        known = found.get(key)
        found[key] = (
            part if known is None else part._replace(amount=known.amount + part.amount, value=known.value + part.value)
        )
    return list(found.values())


def _to_account(owed: Owed, accounts: OpenAccounts, client: str, amount: Decimal, value: Decimal, currency: str) -> Leg:
    known = owed.client(client)
    account = known.account if known and known.account else accounts.of_role("receivable")
    price = "" if currency == owed.books.currency else f"@@ {money(value, owed.books.currency)}"
    return Leg(account, money(-amount, currency), price, whose(owed.books, account, client))


def _difference(owed: Owed, accounts: OpenAccounts, legs: Sequence[Leg], gone: Decimal) -> list[Leg]:
    """Return the leg of the exchange difference between two documents of other rates."""
    if not gone or not any(leg.price for leg in legs):
        return []
    roles = ("fx",) if gone > 0 else ("fx-gain", "fx")
    return [Leg(accounts.of_first_role(*roles), money(gone, owed.books.currency))]
