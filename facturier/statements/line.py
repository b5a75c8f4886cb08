"""The one shape every bank format is read into: a statement, its balances and its lines.

A parser knows the bank's format and nothing of beancount; what turns a line into a
transaction knows beancount and nothing of the bank's format. This module is where
they meet. Amounts are ``Decimal`` exactly as the file writes them: five decimals
occur, yen and Pacific francs have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from facturier.messages import Message
from facturier.money import ZERO


class Status(Enum):
    """Whether the bank has booked a movement. Only booked ones ever reach the books."""

    BOOKED = "booked"
    PENDING = "pending"
    INFORMATION = "information"


class Kind(Enum):
    """What a message is: a statement of an account, a report within the day, or a notification.

    A notification (camt.054) tells the details of movements which the statement books:
    it is never a source of movements of its own.
    """

    STATEMENT = "statement"
    REPORT = "report"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True)
class Payment:
    """Who paid whom, and what for: the inside of a statement line.

    Attributes:
        amount: Signed, a credit of the account positive; None where the file gives none.
        currency: ISO 4217 code of ``amount``; empty with None.
        counterparty_name: The other party as the bank writes it.
        counterparty_iban: Its IBAN, or its other account number where it has no IBAN.
        ultimate_party: On whose behalf the other party paid or is paid.
        remittance: The payer's free words, piece by piece as the file cuts them.
        references: Structured references: RF (ISO 11649), Belgian or Swiss ones, document numbers.
        end_to_end_id: The payer's own identification; empty where it is NOTPROVIDED.
        mandate_id: The mandate of a direct debit (RUM).
        bank_reference: The bank's identification of this payment within a batch.
        return_reason: ISO 20022 code of a return, such as AC04 or MD06.
        instructed_amount: The amount as ordered, where it was ordered in another currency.
        instructed_currency: The currency of the order.
        exchange_rate: The rate between the two.
        charges: What the bank took for it, as the bank states it; never part of ``amount`` here.
        label: Further words of the bank about this payment.
    """

    amount: Decimal | None = None
    currency: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    ultimate_party: str = ""
    remittance: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    bank_reference: str = ""
    return_reason: str = ""
    instructed_amount: Decimal | None = None
    instructed_currency: str = ""
    exchange_rate: Decimal | None = None
    charges: Decimal | None = None
    label: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything a payer or a bank wrote about it, most telling first, nothing twice."""
        end_to_end = (self.end_to_end_id,) if self.end_to_end_id else ()
        return tuple(dict.fromkeys(self.remittance + self.references + end_to_end + self.label))


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on a bank account, whatever format told of it.

    Attributes:
        account: IBAN of the account, or its other number.
        currency: ISO 4217 code of ``amount``.
        booking_date: When the bank booked it; the date that tells lines apart.
        value_date: From when it bears interest; information only.
        amount: What moved on the account: a credit positive, a debit negative.
        payment: Who and what for; with several payments in one movement, what they share.
        batch: The payments of which a collective movement is made, if the file lists several.
        batch_agrees: Whether those add up to ``amount``. Where they do not (charges, totals
            repeated on each), the movement is booked as one and they are only shown.
        status: Booked, pending or information.
        reversal: Whether it undoes an earlier movement. The sign of ``amount`` already says how.
        bank_reference: The bank's own identification of the movement within the account.
        entry_reference: The bank's number of the line, unique in its statement at most.
        operation_code: The bank's code for the kind of operation, such as PMNT/RCDT/ESCT.
        label: The bank's own words.
        statement_id: The statement it was found in.
        record: Its rank among the lines of that statement, counted from one.
        line: The line of the file where it begins, counted from one.
        format: The format that told of it, as its key names it; empty for camt.
    """

    account: str
    currency: str
    booking_date: date
    amount: Decimal
    payment: Payment = Payment()
    value_date: date | None = None
    batch: tuple[Payment, ...] = ()
    batch_agrees: bool = False
    status: Status = Status.BOOKED
    reversal: bool = False
    bank_reference: str = ""
    entry_reference: str = ""
    operation_code: str = ""
    label: tuple[str, ...] = ()
    statement_id: str = ""
    record: int = 0
    line: int = 0
    format: str = ""

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments to account for one by one: those of a batch that adds up, else the movement as one."""
        return self.batch if self.batch_agrees else (self.payment,)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every word about the movement, from its payments to the bank's label, nothing twice."""
        words = [*self.payment.texts, *(text for payment in self.batch for text in payment.texts), *self.label]
        return tuple(dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class Balance:
    """What was on the account at the end of a day (or, for an opening balance, at its beginning)."""

    amount: Decimal
    currency: str
    date: date


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd in a file that was read all the same, with its line."""

    line: int
    message: Message


@dataclass(frozen=True, slots=True)
class Statement:
    """The movements of one account over one period, with the balances that frame them.

    Attributes:
        account: IBAN of the account, or its other number.
        currency: Currency of the account; empty where the file does not tell.
        id: The bank's identification of the statement.
        kind: Statement, report within the day, or notification.
        opening: Balance before the first line, if the file gives one.
        closing: Balance after the last line, if the file gives one.
        lines: The movements in the order of the file, pending ones among them.
        remarks: What is odd and was read all the same.
        file: The name of the file it came from.
    """

    account: str
    currency: str
    id: str
    kind: Kind
    opening: Balance | None = None
    closing: Balance | None = None
    lines: tuple[StatementLine, ...] = ()
    remarks: tuple[Remark, ...] = ()
    file: str = ""

    @property
    def booked(self) -> tuple[StatementLine, ...]:
        """The lines the bank has booked."""
        return tuple(line for line in self.lines if line.status is Status.BOOKED)


def balance_difference(statement: Statement) -> Decimal | None:
    """Return closing balance − (opening balance + booked lines): zero where the statement agrees.

    None where it cannot be told: a balance is missing, or not all is in one currency.
    A difference is for a warning, never for a refusal: users crop files, and about
    half of the published samples do not agree.
    """
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        return None
    booked = statement.booked
    if {opening.currency, closing.currency, *(line.currency for line in booked)} != {opening.currency}:
        return None
    return closing.amount - opening.amount - sum((line.amount for line in booked), ZERO)
