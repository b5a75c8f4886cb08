"""The arithmetic: how much of a sale's VAT is due after each thing that happens to it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from facturier.money import ZERO, share
from facturier.vat_receipts.values import ByRate, Change, Sale


class Fallen(NamedTuple):
    """VAT that fell due by a change, and the share of the sale that is due after it: ``part`` ÷ ``whole``."""

    change: Change
    rate: Decimal
    amount: Decimal
    part: Decimal
    whole: Decimal


def falls_due(sale: Sale) -> Iterator[Fallen]:
    """Yield what falls due of a sale, in the order of time."""
    gross = paid = ZERO
    vat: ByRate = {}
    delivered: ByRate = {}
    reached: ByRate = {}
    for change in sale.changes:
        gross += change.gross
        paid += change.paid
        for rate, amount in change.vat.items():
            vat[rate] = vat.get(rate, ZERO) + amount
        for rate, amount in change.delivered.items():
            delivered[rate] = delivered.get(rate, ZERO) + amount
        for rate, whole in vat.items():
            now, share_of = due_of(whole, paid, gross), (paid, gross)
            if delivered and now < min(delivered.get(rate, ZERO), whole):
                now = min(delivered[rate], whole)
                share_of = now, whole
            before = reached.get(rate, ZERO)
            if now != before:
                reached[rate] = now
                yield Fallen(change, rate, now - before, *share_of)


def due_of(amount: Decimal, paid: Decimal, gross: Decimal) -> Decimal:
    """Return how much of a sale's VAT, or of its taxable amount, is due when so much is paid.

    Of what is paid too much no more than all of it is due. Where credit notes come to more than the invoice, nothing
    is left to wait for: the excess is due the other way.

    >>> [due_of(Decimal("166.67"), Decimal(paid), Decimal(1000)) for paid in ("333.33", "666.66", "1000", "1100")]
    [Decimal('55.56'), Decimal('111.11'), Decimal('166.67'), Decimal('166.67')]
    """
    if gross < 0 or paid >= gross > 0:
        return amount
    if not paid:
        return ZERO
    return share(amount, paid, gross)


def unpaid(sale: Sale) -> ByRate:
    """Return the VAT of a sale that is not due yet after all that happened to it, by rate."""
    left: ByRate = {}
    for change in sale.changes:
        for rate, amount in change.vat.items():
            left[rate] = left.get(rate, ZERO) + amount
    for fallen in falls_due(sale):
        left[fallen.rate] -= fallen.amount
    return left
