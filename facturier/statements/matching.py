"""What a payment received pays: one open document, something on account, or nothing we know.

A decision is a rule over evidence, never a score:

- The words or an RF reference name exactly one document of ours, that document is open, and
  what remains of it (or of one instalment) is exactly the amount, in the same currency:
  the payment settles it.
- Otherwise, the payer is a client the ledger knows by IBAN or alias: it is on account of
  that client, to be allocated by hand.
- Otherwise it is nobody's, and waits.

A payment naming one client's document from another client's IBAN settles it, and asks to be
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from facturier.books import Books
from facturier.money import ZERO
from facturier.open_items import Item
from facturier.parties import Client
from facturier.statements.line import Payment, StatementLine
from facturier.statements.naming import Names, is_weak
from facturier.statements.payers import Payers


class Outcome(Enum):
    """What became of a line."""

    SETTLES = "settles"
    ON_ACCOUNT = "on account"
    OTHER = "other"


class Match(NamedTuple):
    """What a payment pays.

    Attributes:
        outcome: Settled, on account, or neither.
        account: The receivable account; empty for neither.
        client: Id of the client; empty for neither.
        settles: What ``settles:`` names; empty unless settled.
        doubtful: Whether a person should look at it.
        named: The documents of ours that its words name, for the explanation.
    """

    outcome: Outcome
    account: str = ""
    client: str = ""
    settles: str = ""
    doubtful: bool = False
    named: frozenset[str] = frozenset()


class Matcher:
    """Matches the payments of one import, one after the other: a document is paid once."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._payers = Payers(books)
        # Whatever its date, a payment already in the books has paid its document.
        self._open = books.open_items(date.max)
        # A number with a blank cannot stand in settles:, where blanks part numbers.
        self._names = Names(number for number in self._open.by_number if not any(map(str.isspace, number)))

    def match(self, payment: Payment, texts: Iterable[str], day: date) -> Match:
        """Decide what a payment pays, and remember that it did.

        Args:
            payment: With its signed amount; a debit never settles anything here.
            texts: Every word about it.
            day: When it was booked; only documents issued until then count.
        """
        amount = payment.amount
        if amount is None or amount <= 0:
            return Match(Outcome.OTHER)
        payer = self._payers.client(payment, day)
        named = self._names.named(texts)
        items = self._items(named, amount, payment.currency, day, payer)
        if items:
            for item in items:
                self._open.remaining[item.id] = ZERO
            first = items[0]
            doubtful = payer is not None and payer.id != first.client
            settles = first.number if len(items) == len(self._open.by_number[first.number]) else first.id
            return Match(Outcome.SETTLES, first.account, first.client, settles, doubtful, named)
        if payer is not None and payer.account:
            return Match(Outcome.ON_ACCOUNT, payer.account, payer.id, named=named)
        return Match(Outcome.OTHER, named=named)

    def _items(
        self, named: frozenset[str], amount: Decimal, currency: str, day: date, payer: Client | None
    ) -> list[Item]:
        """Return the items which the payment pays to the cent: all of one document, or one of its instalments."""
        if len(named) != 1:
            return []
        (number,) = named
        of_document = self._open.by_number[number]
        if is_weak(number) and (payer is None or payer.id != of_document[0].client):
            return []
        if any(item.issued > day or item.currency != currency for item in of_document):
            return []
        left = {item.id: self._open.remaining[item.id] for item in of_document}
        one_account = len({item.account for item in of_document}) == 1
        if one_account and sum(left.values(), ZERO) == amount and min(left.values()) >= ZERO:
            return of_document
        exact = [item for item in of_document if left[item.id] == amount]
        return exact if len(exact) == 1 else []

    def match_line(self, line: StatementLine) -> tuple[Match, ...]:
        """Decide for each payment of a line; the bank's words count where there is but one."""
        if line.batch_agrees:
            return tuple(self.match(payment, payment.texts, line.booking_date) for payment in line.batch)
        return (self.match(line.payment, line.texts, line.booking_date),)

    def needs_client(self, match: Match) -> bool:
        """Whether the account alone does not tell the client, so that the posting says ``client:``."""
        if not match.client:
            return False
        sharing = {
            latest.id
            for identifier in self._books.clients
            if (latest := self._books.clients.latest(identifier)) is not None and latest.account == match.account
        }
        return sharing != {match.client}
