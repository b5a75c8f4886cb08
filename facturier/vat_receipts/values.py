"""What VAT on receipts is made of: sales, what changes them, what fell due, what was transferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from beancount.core import data

from facturier.documents import Document
from facturier.money import ZERO
from facturier.periods import Month
from facturier.violations import Place

# Amounts of VAT by rate, in the currency of the books.
ByRate = dict[Decimal, Decimal]
NO_AMOUNTS: ByRate = {}


class Part(NamedTuple):
    """A document, or the share of a credit note that concerns one of several invoices."""

    document: Document
    numerator: Decimal
    denominator: Decimal


@dataclass(slots=True)
class Change:
    """What one transaction does to a sale.

    Attributes:
        day: The day from which it counts.
        entry: The transaction: the document, the payment, the loss.
        paid: Money towards the sale, in its currency; what goes back is negative.
        gross: What it adds to the amount to be paid.
        vat: What it adds to the VAT on receipts, by rate.
        delivered: VAT of a deposit that is due though it is not paid, since the goods are delivered.
        part: The document that it is, for the taxable amounts.
    """

    day: date
    entry: data.Transaction
    paid: Decimal = ZERO
    gross: Decimal = ZERO
    vat: ByRate = field(default_factory=lambda: NO_AMOUNTS)
    delivered: ByRate = field(default_factory=lambda: NO_AMOUNTS)
    part: Part | None = None


@dataclass(slots=True)
class Sale:
    """An invoice with the credit notes that correct it, or a document taken over, and all that changes it.

    Attributes:
        number: Of the invoice.
        client: Id of the client, or "".
        currency: In which it is paid.
        changes: In the order of time.
    """

    number: str
    client: str
    currency: str
    changes: list[Change]


class Due(NamedTuple):
    """VAT that fell due.

    Attributes:
        day: When.
        number: The document.
        client: Id of the client, or "".
        rate: In percent.
        base: The taxable amount.
        vat: The VAT; what falls due the other way, after a credit note or a returned payment, is negative.
        cause: The transaction that made it fall due.
    """

    day: date
    number: str
    client: str
    rate: Decimal
    base: Decimal
    vat: Decimal
    cause: data.Transaction

    @property
    def place(self) -> Place:
        """Where its cause is written."""
        return Place.of(self.cause.meta)


class Transfer(NamedTuple):
    """VAT moved from a vat-pending to a vat-collected account.

    Attributes:
        month: The month for which, by ``vat-due:``; of a pair of legs beside a payment, the month of its date.
        day: The date of the entry.
        rate: In percent; nothing where neither the leg nor the books tell.
        amount: The VAT.
        entry: The transaction.
        meta: Metadata of a leg: where it is written.
    """

    month: Month
    day: date
    rate: Decimal
    amount: Decimal
    entry: data.Transaction
    meta: Mapping[str, Any]


class Stray(NamedTuple):
    """A posting on a vat-pending account that is of no document, loss or transfer; VAT owed is positive."""

    rate: Decimal
    amount: Decimal
    posting: data.Posting
    entry: data.Transaction

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place.of(self.posting.meta or self.entry.meta)
