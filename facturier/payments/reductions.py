"""The VAT of a reduction: what an escompte or a loss takes off the VAT of its document, rate by rate.

The VAT kept is that of the price kept, rounded once for all reductions so far: 24.00 off 1 200.00 with 200.00 of
VAT keeps 196.00 and takes off 4.00 (worked case 11.3). Where payments were counted in the same way, the last entry
clears the VAT to the cent.

Sources: CGI art. 267-II-1° (discounts), art. 272-1 (what is lost), art. 269-2 c (VAT on receipts).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from beancount.core import data
from beancount.core.amount import Amount

from facturier.books import Books
from facturier.money import ZERO, share, smallest_unit
from facturier.open_items import Nature
from facturier.payments.owed import Owed
from facturier.roles import MONEY, OWED, VAT_DUE

_REDUCTIONS = (Nature.ESCOMPTE, Nature.BAD_DEBT)
_PAID = MONEY | {"fees"}
Vat = Decimal | str | None


class VatPart(NamedTuple):
    """VAT taken off, in the currency of the books.

    Attributes:
        account: The account it was booked on.
        role: Its role: "vat-pending" (never due so far) or "vat-collected" (due already).
        vat: The rate or treatment, or None where the posting does not say.
        amount: Positive.
    """

    account: str
    role: str
    vat: Vat
    amount: Decimal


def reduced_vat(owed: Owed, number: str, amount: Decimal) -> list[VatPart]:
    """Return the VAT that a reduction takes off a document.

    Args:
        owed: What is owed on the day of the reduction.
        number: The document.
        amount: The reduction with its VAT, positive, in the document's currency.
    """
    items = owed.books.settlements.of_document(number)
    taxes, whole = _of_entry(owed.books, items[0].entry, items[0].currency)
    for one in owed.books.settlements.settled_of(number):
        if one.day <= owed.day and one.movement.source:
            credited, of = _of_entry(owed.books, one.movement.entry, one.movement.currency)
            taken = abs(one.amount)
            whole -= taken
            for key, vat in credited.items():
                taxes[key] = taxes.get(key, ZERO) + share(vat, taken, abs(of))
    before = owed.lowered(number, *_REDUCTIONS)
    step = smallest_unit(owed.books.currency)
    found = []
    for (account, rate), vat in taxes.items():
        kept, keeps = (share(-vat, whole - gone, whole, step) for gone in (before, before + amount))
        if kept != keeps:
            found.append(VatPart(account, owed.books.roles.of(account).name, rate, kept - keeps))
    return found


def _of_entry(books: Books, entry: data.Transaction, currency: str) -> tuple[dict[tuple[str, Vat], Decimal], Decimal]:
    """Return the VAT of an entry as posted, by account and rate, and what it makes clients owe or pay in all."""
    taxes: dict[tuple[str, Vat], Decimal] = {}
    whole = ZERO
    for posting in entry.postings:
        if not isinstance(posting.units, Amount) or posting.units.number is None:
            continue
        role = books.roles.of(posting.account)
        if role.name in VAT_DUE:
            stated: Mapping[str, object] = posting.meta or {}
            said = stated.get("vat", role.vat)
            key = posting.account, said if isinstance(said, Decimal | str) else None
            taxes[key] = taxes.get(key, ZERO) + posting.units.number
        elif role.name in OWED | _PAID and posting.units.currency == currency:
            whole += posting.units.number
    return taxes, whole
