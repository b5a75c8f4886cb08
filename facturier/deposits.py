"""What is left to deduct of the deposit invoices of a quote or order.

Source: BOI-TVA-DECLA-30-20-20-10 § 60: the final invoice states the deposits invoiced before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from facturier.documents import Document, Kind
from facturier.money import ZERO
from facturier.vat import Tax


class Deposit(NamedTuple):
    """What is left to deduct of a deposit invoice at one rate."""

    number: str
    account: str
    tax: Tax
    net: Decimal


def deposits_left(document: Document, everything: Sequence[Document]) -> Iterator[Deposit]:
    """Yield what is left, rate by rate, of the deposits that come from what a document comes from.

    Args:
        document: The document that may deduct them.
        everything: All documents that were issued, which may have deducted or credited some of it.
    """
    cited = set(str(document.values.get("from", "")).split())
    for deposit in everything if cited else ():
        if deposit.kind is not Kind.DEPOSIT or not cited & set(str(deposit.values.get("from", "")).split()):
            continue
        if deposit.client is None or document.client is None or deposit.client.id != document.client.id:
            continue
        for tax in {line.tax.key: line.tax for line in deposit.lines}.values():
            account = next(line.account for line in deposit.lines if line.tax.key == tax.key)
            left = _net_at(deposit, tax) - _used(deposit, tax, everything)
            if left > ZERO:
                yield Deposit(deposit.number, account, tax, left)


def _net_at(document: Document, tax: Tax) -> Decimal:
    return sum((line.net for line in document.lines if line.tax.key == tax.key), ZERO)


def _used(deposit: Document, tax: Tax, documents: Sequence[Document]) -> Decimal:
    """Return what was deducted of a deposit at a rate, or credited."""
    used = ZERO
    for document in documents:
        for part in document.deductions:
            if part.number == deposit.number and part.tax.key == tax.key:
                used += -part.net if document.is_credit_note else part.net
        if document.is_credit_note and deposit.number in document.numbers_corrected:
            used += _net_at(document, tax)
    return used
