"""What is owed and what is posted about it: the values of the open-item kernel.

An *item* is the receivable, doubtful, retention or bill leg of a document, or an unpaid document
taken over with ``opens:``. A *movement* is any other posting on such an account. The movements of one
transaction make an *operation*, because only its other legs tell whether it was a payment.

Amounts are as posted: what a client owes is positive, a payment negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from beancount.core import data

from facturier.violations import Place


class Nature(Enum):
    """How a part of an item was settled, by the roles of the transaction's other legs; the value is for reports.

    Attributes:
        PAYMENT: Money (bank, cash, cheques, clearing), with fees, rounding and exchange differences beside it;
            and money kept on an account of role customer-credit.
        ESCOMPTE: A discount for early payment, with its VAT.
        BAD_DEBT: Written off as lost, with its VAT.
        DOCUMENT: A credit note, or the credit it left.
        ADJUSTMENT: Rounding, fees or exchange differences with no money beside them.
        MOVED: From one account of the item to another (doubtful, bill, retention): nothing was settled.
        OTHER: Any other account. Not a payment.
    """

    PAYMENT = "payment"
    ESCOMPTE = "escompte"
    BAD_DEBT = "bad-debt"
    DOCUMENT = "document"
    ADJUSTMENT = "adjustment"
    MOVED = "moved"
    OTHER = "other"


# Natures with the amount of each, all of one sign; a single one stands for the whole amount.
Shares = tuple[tuple[Nature, Decimal], ...]


class Item(NamedTuple):
    """An amount owed.

    Attributes:
        id: The document's number, with #1, #2… when it has several. A number given twice by mistake gets a
            blank and a rank behind it, which no ``settles:`` can name, so that no item is lost.
        number: The document's number, as written.
        client: Id of the client, or "" when unknown.
        account: Where it was booked; the items as of a day tell where it stands by then.
        role: The role of that account.
        currency: Of the amount.
        amount: What was owed at first; negative on a credit note.
        issued: Date of the document.
        due: When it is due, or None.
        meta: Metadata of its posting: where it is written.
        since: The first day it is on the books: later than ``issued`` for a document taken over.
        entry: Its transaction.
    """

    id: str
    number: str
    client: str
    account: str
    role: str
    currency: str
    amount: Decimal
    issued: date
    due: date | None
    meta: Mapping[str, Any]
    since: date
    entry: data.Transaction

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place.of(self.meta)

    def fitting(self, remaining: Decimal, amount: Decimal) -> Decimal:
        """Return how much of an amount the item takes: never below nothing, never above what it was at first."""
        low, high = (_ZERO, self.amount) if self.amount > 0 else (self.amount, _ZERO)
        return min(max(remaining + amount, low), high) - remaining


_ZERO = Decimal(0)


class Movement(NamedTuple):
    """A posting that settles or raises items, or stays on account.

    Attributes:
        day: Its date.
        amount: As posted: a payment is negative.
        currency: Of the amount.
        client: Id of the client whose account it is, or "".
        settles: The items or documents named, in the order to fill them.
        links: The links of its transaction, when it is no document.
        source: The id of the item it takes the amount from, for a leg of a document; or "".
        account: Where it is booked.
        meta: Metadata of its posting: where it is written.
        entry: The transaction.
    """

    day: date
    amount: Decimal
    currency: str
    client: str
    settles: tuple[str, ...]
    links: frozenset[str]
    source: str
    account: str
    meta: Mapping[str, Any]
    entry: data.Transaction

    @property
    def place(self) -> Place:
        """Where it is written."""
        return Place.of(self.meta)


class Operation(NamedTuple):
    """The movements of one transaction, or of one leg of a document, and what they were by its other legs.

    Attributes:
        day: Its date.
        movements: Its postings on accounts of clients.
        shares: Natures of the other legs; empty when the movements add up to nothing.
    """

    day: date
    movements: tuple[Movement, ...]
    shares: Shares


class Settled(NamedTuple):
    """A part of a movement that was counted towards an item.

    Attributes:
        item: Id of the item.
        amount: What it adds to what remains: a payment of an invoice is negative, its return positive.
        movement: The posting; its account is where the amount stands.
        day: The day from which it counts: the movement's, or the item's first day when that is later.
        nature: How it was settled.
    """

    item: str
    amount: Decimal
    movement: Movement
    day: date
    nature: Nature


class OnAccount(NamedTuple):
    """What a client paid that settles nothing yet (negative), or was booked without a document.

    Attributes:
        client: Id of the client, or "".
        account: Where it is booked.
        amount: As posted.
        movement: The posting.
        day: The day from which it counts.
        nature: How it came there.
    """

    client: str
    account: str
    amount: Decimal
    movement: Movement
    day: date
    nature: Nature


class FaultKind(Enum):
    """Why a movement could not be counted as it is written."""

    MORE = "more"
    EXHAUSTED = "exhausted"
    CANDIDATES = "candidates"
    CIRCLE = "circle"


class Fault(NamedTuple):
    """A movement that could not be counted as written; its money is on account all the same.

    Attributes:
        kind: What is wrong.
        movement: The posting.
        names: The documents concerned: those named, the candidates, or the way round the circle.
        amount: What could not be counted, as posted.
        other: The last posting that settled what is exhausted, or None.
    """

    kind: FaultKind
    movement: Movement
    names: tuple[str, ...]
    amount: Decimal
    other: Movement | None = None
