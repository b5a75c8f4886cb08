"""An entry to write: its legs, its text, and whether the books hold it already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from beancount.core.amount import Amount

from facturier.books import Books
from facturier.draft_text import Keys, Leg, money, transaction_text
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.open_items import Item
from facturier.payments.faults import PaymentRefusedError
from facturier.payments.owed import Owed, Part
from facturier.payments.reductions import VatPart
from facturier.roles import OWED, Role
from facturier.text_edit import quoted
from facturier.violations import Place

# What entries are called in the ledger, in its language.
_TITLES = {
    "payment": {"fr": "Règlement {numbers}", "en": "Payment of {numbers}"},
    "on-account": {"fr": "Règlement en compte", "en": "Payment on account"},
    "escompte": {"fr": "Règlement {numbers}, escompte déduit", "en": "Payment of {numbers} less discount"},
    "recovery": {"fr": "Rentrée sur créance perdue {numbers}", "en": "Recovery of the debt written off, {numbers}"},
    "loss": {"fr": "Créance irrécouvrable {numbers}", "en": "Bad debt written off, {numbers}"},
    "doubtful": {"fr": "Créance douteuse {numbers}", "en": "Doubtful debt {numbers}"},
    "refund": {"fr": "Remboursement {numbers}", "en": "Refund of {numbers}"},
    "refund-on-account": {"fr": "Remboursement du compte", "en": "Refund of money on account"},
    "returned": {"fr": "Règlement rejeté {numbers}", "en": "Payment returned, {numbers}"},
    "moved": {"fr": "Réaffectation {numbers}", "en": "Reallocation {numbers}"},
}


class Entry(NamedTuple):
    """A transaction to write.

    Attributes:
        day: Its date.
        payee: Whom it concerns.
        title: Its narration.
        keys: Keys of the transaction.
        legs: Its postings.
        parts: What it takes off items; negative what it gives back to them.
        currency: Of the parts.
        notes: What the user should know or do besides.
        links: Links of the transaction.
        settles: Whether the parts are settled; False where they only change their account, or were lost before.
    """

    day: date
    payee: str
    title: str
    keys: Keys
    legs: tuple[Leg, ...]
    parts: tuple[Part, ...]
    currency: str
    notes: tuple[Message, ...] = ()
    links: tuple[str, ...] = ()
    settles: bool = True

    @property
    def text(self) -> str:
        """The transaction as it is typed."""
        header = f"{self.day} * {quoted(self.payee)} {quoted(self.title)}" + "".join(f" ^{link}" for link in self.links)
        return transaction_text(header, self.keys, self.legs)

    def twin(self, books: Books) -> Place | None:
        """Return where the books hold an entry of this day that books the same for the same documents, or None.

        The legs of the client may be cut in another way: what the first entry settled, the second finds settled.
        """
        role_of = books.roles.of
        mine = _Likeness.of(role_of, [(leg.account, leg.amount, str(leg.keys.get("settles", ""))) for leg in self.legs])
        for entry in books.settling:
            if entry.date != self.day:
                continue
            held = [
                (
                    posting.account,
                    money(posting.units.number, posting.units.currency),
                    str((posting.meta or {}).get("settles", entry.meta.get("settles", ""))),
                )
                for posting in entry.postings
                if isinstance(posting.units, Amount) and posting.units.number is not None
            ]
            if _Likeness.of(role_of, held) == mine:
                return Place.of(entry.meta)
        return None


class _Likeness(NamedTuple):
    """What two entries that book the same have in common.

    Attributes:
        others: The legs on other accounts than clients'; where there are none, those.
        documents: The documents they settle.
    """

    others: Counter[tuple[str, str]]
    documents: frozenset[str]

    @classmethod
    def of(cls, role_of: Callable[[str], Role], legs: Sequence[tuple[str, str, str]]) -> _Likeness:
        """Return the likeness of legs: account, amount, and what they settle."""
        others = [(account, amount) for account, amount, _ in legs if role_of(account).name not in OWED]
        documents = {name.partition("#")[0] for _, _, names in legs for name in names.split()}
        return cls(Counter(others or [(account, amount) for account, amount, _ in legs]), frozenset(documents))


def title_of(kind: str, books: Books, names: Iterable[str] = ()) -> str:
    """Return what an entry is called in the language of the books."""
    titles = _TITLES[kind]
    return titles.get(books.language, titles["en"]).format(numbers=" ".join(dict.fromkeys(names)))


def payee_of(owed: Owed, client: str, otherwise: str = "") -> str:
    """Return the name of a client on the day of an entry."""
    known = owed.client(client)
    return known.name if known and known.name else client or otherwise


def client_leg(owed: Owed, part: Part, *, sign: int = -1) -> Leg:
    """Return the leg on a client's account.

    Args:
        owed: What is owed on the day.
        part: The amount, and the item it is of.
        sign: -1 to take the amount off the item, 1 to give it back.
    """
    item = part.item
    price = "" if owed.is_plain(item) else f"@@ {money(abs(part.value), owed.books.currency)}"
    return Leg(part.account, money(sign * part.amount, item.currency), price, {"settles": item.id})


def whose(books: Books, account: str, client: str) -> dict[str, object]:
    """Return the key that says whose a posting is, where its account does not."""
    return {"client": client} if client and books.client_accounts.get(account) != client else {}


def vat_legs(parts: Iterable[VatPart], currency: str, sign: int = 1) -> list[Leg]:
    """Return the legs of VAT taken off; those of one account and rate as one."""
    sums: dict[tuple[str, object], Decimal] = {}
    for part in parts:
        key = part.account, part.vat
        sums[key] = sums.get(key, ZERO) + sign * part.amount
    return [
        Leg(account, money(amount, currency), keys={} if vat is None else {"vat": vat})
        for (account, vat), amount in sums.items()
        if amount
    ]


def filled(owed: Owed, items: Sequence[Item], amount: Decimal | None) -> list[Part]:
    """Return an amount taken off items, in their order; all that is left of them if None.

    Raises:
        PaymentRefusedError: One is a credit note, or the amount is more than what is left.
    """
    whole = ZERO
    for item in items:
        remaining = owed.remaining(item)
        whole += remaining
        if remaining < 0:
            raise PaymentRefusedError(
                item.place,
                message(
                    "{number} is to the client's credit; pay it back with facturier refund {number}, or use it with "
                    "facturier reallocate {number} and the number of an invoice.",
                    number=item.number,
                ),
            )
    if amount is not None and amount > whole:
        raise more_than_open(items, amount, whole)
    left = whole if amount is None else amount
    parts: list[Part] = []
    for item in items:
        part = min(left, owed.remaining(item))
        left -= part
        parts += owed.parts(item, part) if part else ()
    return parts


def more_than_open(items: Sequence[Item], amount: Decimal, whole: Decimal) -> PaymentRefusedError:
    """Return the refusal of an amount that is more than what is left."""
    return PaymentRefusedError(
        items[0].place,
        message(
            "Only {open} {currency} is left of {numbers}, less than {amount} {currency}; leave --amount out to take "
            "all that is left.",
            open=whole,
            currency=items[0].currency,
            numbers=", ".join(dict.fromkeys(item.number for item in items)),
            amount=amount,
        ),
    )
