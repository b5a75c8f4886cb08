"""Doubtful debts and losses.

    2026-12-20 * "Martin Bâtiment SAS" "Créance irrécouvrable F2026-0045"
      Expenses:Pertes                 100.00 EUR
      Liabilities:TVA:EnAttente        20.00 EUR
        vat: 20
      Assets:Douteux:Martin          -120.00 EUR
        settles: "F2026-0045"

VAT on receipts was never due: its share is taken off vat-pending. VAT that was due already (goods, or the option for
debits) is lost with the price, unless it may be recovered: the debt is lost for good, proved by a failed action or
the judgment opening liquidation, and the client was sent a duplicate of the invoice with the sentence of the law.

Sources: PCG, accounts 416 and 654; CGI art. 272-1; BOI-TVA-DED-40-10-20; BOI-TVA-BASE-20-20 (VAT on receipts).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from facturier.draft_text import Leg, money
from facturier.messages import Message, message
from facturier.money import ZERO, share, smallest_unit
from facturier.open_items import Item, Nature
from facturier.payments.entry import Entry, client_leg, filled, payee_of, title_of, vat_legs
from facturier.payments.faults import NothingToDoError, PaymentRefusedError
from facturier.payments.money_accounts import OpenAccounts
from facturier.payments.owed import Owed, Part, value_of
from facturier.payments.reductions import VatPart, reduced_vat
from facturier.payments.sums import Sum

_DUE = "vat-collected"
# What CGI art. 272-1 and BOI-TVA-DED-40-10-20 have printed over the duplicate of the invoice, word for word.
_SENTENCE = (
    "Facture demeurée impayée pour la somme de {net} euros (prix net) et pour la somme de {vat} euros (TVA "
    "correspondante) qui ne peut faire l'objet d'une déduction (article 272 du CGI)."
)


def write_off(
    owed: Owed, accounts: OpenAccounts, names: Sequence[str], amount: Sum | None, *, recover_vat: bool
) -> Entry:
    """Return the entry of a loss.

    Args:
        owed: What is owed on the day.
        accounts: The open accounts.
        names: The documents, in the order to fill them.
        amount: What is lost, with its VAT; all that is left if None.
        recover_vat: Whether VAT that was due already is recovered.

    Raises:
        NothingToDoError: Nothing is left of them.
        PaymentRefusedError: It cannot be booked.
    """
    items, number = _meant(owed, names, amount)
    parts = filled(owed, items, number)
    currency = owed.books.currency if not owed.is_plain(items[0]) else items[0].currency
    lost: list[VatPart] = []
    kept: list[VatPart] = []
    notes: list[Message] = []
    for document, of_document in _by_document(parts).items():
        gross = sum((part.amount for part in of_document), ZERO)
        vat = reduced_vat(owed, document, gross)
        due = [one for one in vat if one.role == _DUE]
        lost += [one for one in vat if one.role != _DUE]
        if recover_vat:
            lost += due
            value = sum((part.value for part in of_document), ZERO)
            notes += _duplicate(document, value, sum((one.amount for one in vat), ZERO)) if due else ()
        else:
            kept += due
    if recover_vat and not any(one.role == _DUE for one in lost):
        raise PaymentRefusedError(
            items[0].place,
            message(
                "No VAT of {numbers} was due yet, so none is recovered; leave --recover-vat out.",
                numbers=", ".join(_by_document(parts)),
            ),
        )
    if kept:
        notes.append(
            message(
                "{vat} {currency} of VAT that was due already is lost with it; once the debt is lost for good (failed "
                "action, judgment opening liquidation) add --recover-vat (CGI art. 272-1).",
                vat=sum((one.amount for one in kept), ZERO),
                currency=currency,
            )
        )
    net = sum((part.value for part in parts), ZERO) - sum((one.amount for one in lost), ZERO)
    legs = [Leg(accounts.of_role("bad-debt"), money(net, currency)), *vat_legs(lost, currency)]
    legs += [client_leg(owed, part) for part in parts]
    return _entry("loss", owed, parts, legs, notes)


def make_doubtful(owed: Owed, accounts: OpenAccounts, names: Sequence[str], amount: Sum | None) -> Entry:
    """Return the entry that moves documents to the account of doubtful debts; nothing of them is settled.

    Raises:
        NothingToDoError: They stand there already.
        PaymentRefusedError: It cannot be booked.
    """
    items, number = _meant(owed, names, amount)
    role_of = owed.books.roles.of
    movable: list[Part] = []
    for item in items:
        # What is already doubtful stays; the rest is what may move.
        movable += owed.parts(item, owed.remaining(item), lambda account: role_of(account).name != "doubtful")
    if not movable:
        raise NothingToDoError(
            items[0].place,
            message("{numbers} is doubtful already; nothing is left to write.", numbers=", ".join(names)),
        )
    whole = sum((part.amount for part in movable), ZERO)
    if number is not None and number > whole:
        filled(owed, items, number)  # more than is left is refused there
        raise PaymentRefusedError(
            items[0].place,
            message(
                "Only {open} {currency} of {numbers} is not doubtful yet.",
                open=whole,
                currency=items[0].currency,
                numbers=", ".join(names),
            ),
        )
    parts = _first(movable, whole if number is None else number)
    account = accounts.doubtful(owed.client(items[0].client), items[0].place)
    legs = []
    for part in parts:
        legs += [client_leg(owed, part._replace(account=account), sign=1), client_leg(owed, part)]
    return _entry("doubtful", owed, parts, legs, [])._replace(settles=False)


def recover(owed: Owed, accounts: OpenAccounts, names: Sequence[str], amount: Sum | None, account: str) -> Entry:
    """Return the entry of money that came after all for a document written off.

    Its VAT is due again in proportion, so far as the write-off took VAT off (CGI art. 272-1).

    Raises:
        PaymentRefusedError: It was not written off, or for less.
    """
    item = next(item for of_name in owed.named(names).values() for item in of_name)
    facts = {"number": item.number, "currency": item.currency}
    if len(names) > 1:
        raise PaymentRefusedError(item.place, message("Run the command for each document that was written off."))
    lost, vat = _written_off(owed, item)
    left = lost - _recovered(owed, item)
    if amount is None:
        raise PaymentRefusedError(
            item.place, message("Add --amount: how much came for {number} after all.", number=item.number)
        )
    number = amount.of(owed.books.currency, item.place)
    if number > left:
        found = message("Nothing of {number} was written off that money could come for.", **facts)
        if left > 0:
            found = message("Only {open} {currency} of {number} is written off.", open=left, **facts)
        raise PaymentRefusedError(item.place, found)
    taxes = [
        VatPart(accounts.of_role(_DUE, rate), _DUE, rate, share(part, number, lost, smallest_unit(item.currency)))
        for rate, part in vat.items()
    ]
    net = number - sum((one.amount for one in taxes), ZERO)
    base = owed.books.currency
    legs = [Leg(account, money(number, base)), Leg(accounts.of_role("recoveries"), money(-net, base))]
    legs += vat_legs(taxes, base, sign=-1)
    entry = _entry("recovery", owed, [Part(item, account, number, number)], legs, [])
    return entry._replace(settles=False, links=(item.number,))


def _meant(owed: Owed, names: Sequence[str], amount: Sum | None) -> tuple[list[Item], Decimal | None]:
    """Return the items of one client that are meant, and the amount in their currency."""
    items = owed.unsettled(names, amount.number if amount else None)
    owed.same_client(items)
    return items, amount.of(items[0].currency, items[0].place) if amount else None


def _entry(kind: str, owed: Owed, parts: Sequence[Part], legs: Sequence[Leg], notes: Sequence[Message]) -> Entry:
    numbers = [part.item.number for part in parts]
    item = parts[0].item
    title, payee = title_of(kind, owed.books, numbers), payee_of(owed, item.client, item.number)
    return Entry(owed.day, payee, title, {}, tuple(legs), tuple(parts), item.currency, tuple(notes))


def _by_document(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.item.number, []).append(part)
    return found


def _first(parts: Sequence[Part], amount: Decimal) -> list[Part]:
    """Return an amount of parts, in their order."""
    found = []
    left = amount
    for part in parts:
        taken = min(left, part.amount)
        left -= taken
        if taken:
            found.append(part._replace(amount=taken, value=share(part.value, taken, part.amount)))
    return found


def _duplicate(number: str, value: Decimal, vat: Decimal) -> list[Message]:
    sentence = _SENTENCE.format(net=_french(value - vat), vat=_french(vat))
    return [
        message(
            "Send the client a duplicate of {number} (facturier pdf --duplicate) that says in conspicuous letters: "
            "“{sentence}”",
            number=number,
            sentence=sentence,
        )
    ]


def _french(number: Decimal) -> str:
    return f"{number:.2f}".replace(".", ",")


def _written_off(owed: Owed, item: Item) -> tuple[Decimal, dict[Decimal | str | None, Decimal]]:
    """Return what was written off of a document on the day, and the VAT that was taken off with it, by rate."""
    books = owed.books
    lost, taxes = ZERO, dict[Decimal | str | None, Decimal]()
    seen: set[int] = set()
    for one in books.settlements.settled_of(item.number):
        entry = one.movement.entry
        if one.day > owed.day or one.nature is not Nature.BAD_DEBT:
            continue
        value = abs(value_of(entry, one.movement.meta, one.movement.account, one.movement.amount))
        lost += share(value, abs(one.amount), abs(one.movement.amount))
        if id(entry) in seen:
            continue
        seen.add(id(entry))
        own, whole = _of_document(owed, entry, item.number)
        for posting in entry.postings:
            role = books.roles.of(posting.account)
            if role.name in ("vat-pending", _DUE) and posting.units is not None and posting.units.number is not None:
                said = (posting.meta or {}).get("vat", role.vat)
                taxes[said] = taxes.get(said, ZERO) + share(posting.units.number, own, whole)
    return lost, taxes


def _of_document(owed: Owed, entry: object, number: str) -> tuple[Decimal, Decimal]:
    """Return what a transaction settled of a document, and of all documents."""
    of_entry = [one for one in owed.books.settlements.settled if one.movement.entry is entry]
    by_id = owed.books.settlements.by_id
    whole = sum((one.amount for one in of_entry), ZERO)
    return sum((one.amount for one in of_entry if by_id[one.item].number == number), ZERO), whole


def _recovered(owed: Owed, item: Item) -> Decimal:
    """Return what came for a document after it was written off, with its VAT: entries on recoveries that link to it."""
    roles, found = owed.books.roles, ZERO
    for entry in owed.books.settling:
        if item.number in (entry.links or ()) and any(
            roles.of(one.account).name == "recoveries" for one in entry.postings
        ):
            found += sum(
                (
                    -posting.units.number
                    for posting in entry.postings
                    if roles.of(posting.account).name in ("recoveries", _DUE)
                    and posting.units is not None
                    and posting.units.number is not None
                ),
                ZERO,
            )
    return found
