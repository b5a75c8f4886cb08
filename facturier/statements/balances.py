"""The balance the bank states becomes a ``balance`` directive, where the books agree with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from beancount.core import data
from beancount.core.amount import Amount

from facturier.money import ZERO
from facturier.statements.line import Kind, Statement


def balance_assertion(statement: Statement, account: str) -> data.Balance | None:
    """Return the ``balance`` of the day after the closing date, or None without a closing balance.

    beancount checks a balance at the beginning of its day, so the closing one belongs to the next.
    """
    closing = statement.closing
    if closing is None or statement.kind is Kind.NOTIFICATION or closing.date == datetime.date.max:
        return None
    meta = data.new_metadata(statement.file, 0)
    day = closing.date + datetime.timedelta(days=1)
    return data.Balance(meta, day, account, Amount(closing.amount, closing.currency), None, None)


def stated_balance(assertion: data.Balance, entries: Iterable[data.Directive]) -> Decimal | None:
    """Return the balance the ledger already asserts for that account and day, or None."""
    for entry in entries:
        if (
            isinstance(entry, data.Balance)
            and (entry.date, entry.account) == (assertion.date, assertion.account)
            and entry.amount.currency == assertion.amount.currency
        ):
            return entry.amount.number
    return None


def balance_before(assertion: data.Balance, entries: Iterable[data.Directive]) -> Decimal:
    """Return what the books have on the account and below it at the beginning of a day."""
    below = assertion.account + ":"
    return sum(
        (
            posting.units.number
            for entry in entries
            if isinstance(entry, data.Transaction) and entry.date < assertion.date
            for posting in entry.postings
            if (posting.account == assertion.account or posting.account.startswith(below))
            and isinstance(posting.units, Amount)
            and posting.units.currency == assertion.amount.currency
            and posting.units.number is not None
        ),
        ZERO,
    )
