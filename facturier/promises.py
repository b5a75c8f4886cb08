"""Promises to pay: what a client said it would pay, and by when.

2026-11-29 custom "promise" "F2026-0042" 765.00 EUR 2026-12-03
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from facturier.directives.reading import Record
from facturier.money import ZERO


class Promise(NamedTuple):
    """A promise.

    Attributes:
        subject: Number of the document, or id of the client.
        said: The day on which it was given.
        amount: What was promised.
        currency: Of the amount.
        day: The day by which it is to be paid.
    """

    subject: str
    said: date
    amount: Decimal
    currency: str
    day: date


class Payment(NamedTuple):
    """Money that came for what a promise is about."""

    day: date
    amount: Decimal


class Kept(NamedTuple):
    """What became of a promise by a day.

    Attributes:
        promise: The promise.
        received: What came between the two days it was given and due, at most what was promised.
    """

    promise: Promise
    received: Decimal

    @property
    def left(self) -> Decimal:
        """What is still to come."""
        return self.promise.amount - self.received


def promises_given(events: Iterable[Record], day: date) -> Mapping[str, Sequence[Promise]]:
    """Return the promises given by a day, by what they are about, in the order given; ``void`` takes the last back."""
    found: dict[str, list[Promise]] = {}
    for event in events:
        if event.date > day:
            continue
        subject = event.arguments[0]
        if event.directive.name == "promise":
            amount, by = event.arguments[1], event.arguments[2]
            promise = Promise(subject, event.date, amount.number or ZERO, str(amount.currency), by)
            found.setdefault(subject, []).append(promise)
        elif event.directive.name == "void" and event.arguments[1:] == ("promise",) and found.get(subject):
            found[subject].pop()
    return {subject: promises for subject, promises in found.items() if promises}


def kept(promises: Iterable[Promise], payments: Iterable[Payment]) -> list[Kept]:
    """Tell what came for each promise; a payment counts once, for the promise that is due first.

    >>> day = date(2026, 11, 29)
    >>> given = Promise("F1", day, Decimal(100), "EUR", date(2026, 12, 3))
    >>> kept([given], [Payment(date(2026, 12, 1), Decimal(60))])[0].left
    Decimal('40')
    """
    money = sorted(payments)
    left = [payment.amount for payment in money]
    found = []
    for promise in sorted(promises, key=lambda one: (one.day, one.said)):
        received = ZERO
        for rank, payment in enumerate(money):
            if promise.said <= payment.day <= promise.day and left[rank] > 0:
                part = min(left[rank], promise.amount - received)
                left[rank] -= part
                received += part
        found.append(Kept(promise, received))
    return found
