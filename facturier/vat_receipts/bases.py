"""Taxable amounts: the net of what falls due on receipt, for the VAT return; read only when it is shown."""

from __future__ import annotations

from decimal import Decimal

from facturier.documents import Document, Kind
from facturier.money import CENT, HUNDRED, ZERO, half_up, percent_of, share
from facturier.vat import Exigibility, exigibility
from facturier.vat_receipts.values import ByRate, Change


def at_once(document: Document) -> ByRate:
    """Return the net amounts of a document whose VAT does not wait for payment, by rate."""
    vat_on = document.seller.vat_on if document.seller else "receipts"
    is_deposit = document.kind is Kind.DEPOSIT
    found: ByRate = {}
    for line in document.lines:
        if exigibility(line.nature, vat_on, is_deposit=is_deposit) is not Exigibility.RECEIPT:
            rate = line.tax.percent
            found[rate] = found.get(rate, ZERO) + line.net
    return found


def taken_off_collected(document: Document) -> ByRate:
    """Return by rate how much VAT of deposits was taken off what an invoice makes due at once.

    A deposit's VAT is taken off what is pending first; what remains belongs to goods delivered (CGI art. 269-2-a).
    """
    found: ByRate = {}
    for rate, net in at_once(document).items():
        deducted = sum((part.vat for part in document.deductions if part.tax.percent == rate), ZERO)
        if deducted:
            booked = sum(
                (leg.amount for leg in document.vat_legs if leg.role == "vat-collected" and leg.vat in (rate, None)),
                ZERO,
            )
            vat = percent_of(net, rate)
            found[rate] = min(max(vat - booked, ZERO), deducted)
    return found


def receipts_base(document: Document, rate: Decimal) -> Decimal:
    """Return the taxable amount of what waits for payment at a rate, in the books' currency."""
    whole = sum((row.base for row in document.totals().taxes if row.tax.percent == rate), ZERO)
    base = whole - at_once(document).get(rate, ZERO)
    deductions = [part for part in document.deductions if part.tax.percent == rate]
    vat = sum((part.vat for part in deductions), ZERO)
    pending = vat - taken_off_collected(document).get(rate, ZERO)
    base -= share(sum((part.net for part in deductions), ZERO), pending, vat) if vat else ZERO
    return base if document.rate is None else half_up(base * document.rate, CENT)


def base_of(change: Change, rate: Decimal) -> Decimal:
    """Return what a change adds to the taxable amount of a sale: a document's own, else the amount of its VAT."""
    vat = change.vat.get(rate, ZERO)
    if not vat:
        return ZERO
    if change.part is not None:
        document, numerator, denominator = change.part
        base = receipts_base(document, rate)
        if base:
            sign = -1 if document.is_credit_note else 1
            return sign * share(base, numerator, denominator)
    return half_up(vat * HUNDRED / rate) if rate else ZERO
