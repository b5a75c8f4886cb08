"""Money that goes back: a credit note or money on account paid out, or a payment that the bank took back.

    2026-02-01 * "Martin Bâtiment SAS" "Remboursement A2026-0001"
      Assets:Clients:Martin           300.00 EUR
        settles: "A2026-0001"
      Assets:Banque:Qonto            -300.00 EUR

An invoice is paid back by way of a credit note. One whose payment the bank returned (a direct debit refused, a
cheque without cover) is open again, with its old due date.

Source: CGI art. 272-1: the price is given back against a credit note, which takes its VAT off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from facturier.draft_text import Leg, money
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.open_items import Item, OnAccount
from facturier.payments.entry import Entry, client_leg, payee_of, title_of, whose
from facturier.payments.faults import PaymentRefusedError
from facturier.payments.money_accounts import OpenAccounts
from facturier.payments.owed import Owed, Part, movement_value
from facturier.payments.sums import Sum
from facturier.violations import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What goes back to a client.

    Attributes:
        names: Numbers of credit notes, or of invoices whose payment came back; or a client's id, for money on account.
        account: Where the money goes from.
        amount: How much; all there is if None.
        value: What it is worth in the currency of the books, where it is in another.
        fee: What the bank takes for it.
        returned: Whether the bank took a payment back.
    """

    names: tuple[str, ...]
    account: str
    amount: Sum | None = None
    value: Sum | None = None
    fee: Sum | None = None
    returned: bool = False


def pay_back(owed: Owed, accounts: OpenAccounts, refund: Refund) -> Entry:
    """Return the entry of money that goes back.

    Raises:
        NothingToDoError: It went back already.
        PaymentRefusedError: It cannot be booked.
    """
    name = refund.names[0]
    if name in owed.books.clients and not owed.books.settlements.of_document(name):
        legs, amount, gone, currency = _credit_legs(owed, name, refund)
        back = _Back("refund-on-account", name, legs, (), amount, gone, currency, _top(owed))
        return _entry(owed, accounts, refund, back)
    parts = _taken_back(owed, refund) if refund.returned else _of_credit_notes(owed, refund)
    item = parts[0].item
    owed.same_client([part.item for part in parts])
    amount = sum((abs(part.amount) for part in parts), ZERO)
    gone = sum((abs(part.value) for part in parts), ZERO)
    legs = [client_leg(owed, part) for part in parts]
    kind = "returned" if refund.returned else "refund"
    return _entry(
        owed, accounts, refund, _Back(kind, item.client, legs, parts, amount, gone, item.currency, item.place)
    )


@dataclass(frozen=True, slots=True)
class _Back:
    """What goes back, and where it stood: the amount in its currency, and its value in the books."""

    kind: str
    client: str
    legs: Sequence[Leg]
    parts: Sequence[Part]
    amount: Decimal
    value: Decimal
    currency: str
    place: Place


def _entry(owed: Owed, accounts: OpenAccounts, refund: Refund, back: _Back) -> Entry:
    """Add the money, the fee and the exchange difference to the legs of the client."""
    priced = any(leg.price for leg in back.legs)
    base = owed.books.currency if priced else back.currency
    paid = back.amount
    if priced and refund.value is None:
        raise PaymentRefusedError(
            back.place,
            message(
                "{amount} {currency} is in another currency; add --value and what it is worth in {base}, as the bank "
                "tells.",
                amount=back.amount,
                currency=back.currency,
                base=base,
            ),
        )
    if refund.value is not None:
        if not priced:
            found = message("--value is for money in another currency than that of the books.")
            raise PaymentRefusedError(back.place, found)
        paid = refund.value.of(base, back.place)
    fee = refund.fee.of(base, back.place) if refund.fee else ZERO
    foreign = priced and not accounts.takes(refund.account, base)
    if not accounts.takes(refund.account, back.currency if foreign else base) or (foreign and fee):
        raise PaymentRefusedError(
            back.place,
            message(
                "The account {account} is not opened for {currency}; name another with --account.",
                account=refund.account,
                currency=base,
            ),
        )
    legs = list(back.legs)
    if fee:
        legs.append(Leg(accounts.of_role("fees"), money(fee, base)))
    difference = paid - (back.value if priced else back.amount)
    if difference:
        roles = ("fx",) if difference > 0 else ("fx-gain", "fx")
        legs.append(Leg(accounts.of_first_role(*roles), money(difference, base)))
    out = Leg(refund.account, money(-paid - fee, base))
    if foreign:
        out = Leg(refund.account, money(-back.amount, back.currency), f"@@ {money(paid, base)}")
    title = title_of(back.kind, owed.books, [part.item.number for part in back.parts])
    payee = payee_of(owed, back.client)
    return Entry(owed.day, payee, title, {}, (*legs, out), tuple(back.parts), back.currency)


def _of_credit_notes(owed: Owed, refund: Refund) -> list[Part]:
    """Return what is left of credit notes, in their order."""
    for of_name in owed.named(refund.names).values():
        for item in of_name:
            if item.amount > 0:
                raise PaymentRefusedError(item.place, _needs_credit_note(item))
    items = owed.unsettled(refund.names, refund.amount.number if refund.amount else None)
    return _taken(owed, items, refund, [-owed.remaining(item) for item in items])


def _needs_credit_note(item: Item) -> Message:
    return message(
        "{number} is an invoice: issue its credit note first (facturier credit {number}) and pay that back, or add "
        "--returned if the bank took its payment back.",
        number=item.number,
    )


def _taken(owed: Owed, items: Sequence[Item], refund: Refund, open_: Sequence[Decimal]) -> list[Part]:
    whole = sum(open_, ZERO)
    left = refund.amount.of(items[0].currency, items[0].place) if refund.amount else whole
    if left > whole:
        raise _more_than_there_is(items[0], dict.fromkeys(item.number for item in items), whole, left)
    parts: list[Part] = []
    for item, there in zip(items, open_, strict=True):
        part = min(left, there)
        left -= part
        parts += owed.parts(item, -part) if part else ()
    return parts


def _more_than_there_is(item: Item, numbers: Iterable[str], whole: Decimal, amount: Decimal) -> PaymentRefusedError:
    return PaymentRefusedError(
        item.place,
        message(
            "Only {open} {currency} of {numbers} can go back, less than {amount} {currency}.",
            open=whole,
            currency=item.currency,
            numbers=", ".join(numbers),
            amount=amount,
        ),
    )


def _taken_back(owed: Owed, refund: Refund) -> list[Part]:
    """Return the payment that came back: the only one, or the one of the amount given."""
    named = owed.named(refund.names)
    parts: list[Part] = []
    items = [item for of_name in named.values() for item in of_name]
    counted = [(item, one, amount) for item in items for one, amount in owed.counted(item) if item.amount > 0]
    whole = sum((amount for _, _, amount in counted), ZERO)
    if not counted:
        raise PaymentRefusedError(
            items[0].place,
            message("No payment of {numbers} is left that could come back.", numbers=", ".join(refund.names)),
        )
    entries = {id(one.movement.entry) for _, one, _ in counted}
    if refund.amount is None and len(entries) > 1:
        raise PaymentRefusedError(
            items[0].place,
            message(
                "Several payments of {numbers} stand: {payments}; add --amount for the one that came back.",
                numbers=", ".join(refund.names),
                payments=", ".join(f"{amount} {item.currency} ({one.day})" for item, one, amount in counted),
            ),
        )
    left = refund.amount.of(items[0].currency, items[0].place) if refund.amount else whole
    if left > whole:
        raise _more_than_there_is(items[0], refund.names, whole, left)
    for item, one, amount in sorted(counted, key=lambda found: (found[2] == left, found[1].day), reverse=True):
        part = min(left, amount)
        left -= part
        if part:
            value = part if owed.is_plain(item) else abs(movement_value(one.movement, part))
            parts.append(Part(item, one.movement.account, -part, -value))
    return parts


def _credit_legs(owed: Owed, client: str, refund: Refund) -> tuple[list[Leg], Decimal, Decimal, str]:
    """Return the legs that take money off a client's credit, the oldest first, and their sums."""
    credit = owed.credit(client)
    currency = (refund.amount.unit if refund.amount else "") or (
        credit[0].movement.currency if credit else owed.books.currency
    )
    credit = [one for one in credit if one.movement.currency == currency]
    whole = sum((-one.amount for one in credit), ZERO)
    left = amount = refund.amount.of(currency, _top(owed)) if refund.amount else whole
    if left > whole or not whole:
        raise PaymentRefusedError(
            credit[-1].movement.place if credit else _top(owed),
            message(
                "{client} has {open} {currency} on account, less than {amount} {currency}.",
                client=client,
                open=whole,
                currency=currency,
                amount=left,
            )
            if whole
            else message("{client} has no money on account.", client=client),
        )
    legs: list[Leg] = []
    value = ZERO
    for one, part, worth in credit_parts(credit, left, owed.books.currency):
        value += worth
        legs.append(credit_leg(owed, one, part, worth))
    return legs, amount, value, currency


def credit_parts(
    credit: Sequence[OnAccount], amount: Decimal, base: str
) -> Iterator[tuple[OnAccount, Decimal, Decimal]]:
    """Yield an amount of money on account, the oldest first: each with its amount and its value, positive."""
    for one in credit:
        part = min(amount, -one.amount)
        amount -= part
        if part:
            worth = part if one.movement.currency == base else abs(movement_value(one.movement, part))
            yield one, part, worth


def credit_leg(owed: Owed, one: OnAccount, part: Decimal, worth: Decimal) -> Leg:
    """Return the leg that takes an amount off a client's money on account."""
    price = "" if one.movement.currency == owed.books.currency else f"@@ {money(worth, owed.books.currency)}"
    return Leg(one.account, money(part, one.movement.currency), price, whose(owed.books, one.account, one.client))


def _top(owed: Owed) -> Place:
    return Place(owed.books.filename, 0)
