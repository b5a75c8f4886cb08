"""A notification (camt.054) tells what a collective line of a statement is made of.

A statement may book a batch as one line without details; these come in a notification of the
same day. The two are joined by the bank's reference. A notification books nothing itself:
its movements are those of the statement, and importing both would count them twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from facturier.statements.line import Kind, Payment, Statement, StatementLine


def with_details(line: StatementLine, notified: dict[tuple[str, str], StatementLine]) -> StatementLine:
    """Return a line completed by its notification; the line itself if there is none or it has details."""
    if line.batch or line.payment.texts or line.payment.counterparty_name:
        return line
    found = next((notified[key] for key in _references(line) if key in notified), None)
    if found is None or (found.amount, found.currency) != (line.amount, line.currency):
        return line
    payment: Payment = replace(found.payment, amount=line.amount, currency=line.currency)
    return replace(line, payment=payment, batch=found.batch, batch_agrees=found.batch_agrees)


def notified_lines(statements: Iterable[Statement]) -> dict[tuple[str, str], StatementLine]:
    """Return the lines of all notifications, by account and reference."""
    return {
        key: line
        for statement in statements
        if statement.kind is Kind.NOTIFICATION
        for line in statement.booked
        for key in _references(line)
    }


def _references(line: StatementLine) -> list[tuple[str, str]]:
    return [(line.account, reference) for reference in (line.bank_reference, line.entry_reference) if reference]
