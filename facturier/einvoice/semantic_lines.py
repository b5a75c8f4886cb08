"""Lines, discounts and charges of an invoice (BG-20, BG-21, BG-25), worked out from a document."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from facturier.documents import Document, Line
from facturier.einvoice.codes import unit_code
from facturier.einvoice.invoice import NOT_SUBJECT, Adjustment, InvoiceLine
from facturier.money import HUNDRED, half_up, smallest_unit
from facturier.vat import Tax, breakdown

DISCOUNT_CODE = "95"  # UNTDID 5189: discount
CHARGE_CODE = "ZZZ"  # UNTDID 7161: mutually defined
_PRICE_STEP = Decimal("0.000001")


def line_of(number: int, line: Line, document: Document, reason: str, note: str) -> InvoiceLine:
    """Return a line; its net amount is the document's own, whatever the price.

    Prices with tax lose it here: to six decimals, in such a way that quantity × price gives the net.

    Args:
        number: The line's number (BT-126).
        line: The line.
        document: Its document.
        reason: What a discount is called (BT-139); empty to give its code only.
        note: A note on the line (BT-127).
    """
    price, quantity = line.price, line.quantity
    if document.prices_include_tax:
        price = _price_without_tax(line)
    if price < 0:
        price, quantity = -price, -quantity
    return InvoiceLine(
        id=str(number),
        note=note,
        quantity=quantity,
        unit=unit_code(line.unit),
        net=line.net,
        period_start=line.period_start,
        period_end=line.period_end,
        adjustment=_line_adjustment(line, half_up(quantity * price, smallest_unit(document.currency)), reason),
        price=price,
        category=line.tax.category,
        rate=rate_of(line.tax),
        item=line.item,
        description=line.description,
        product=line.product,
    )


def document_adjustments(document: Document, discount: str, charge: str) -> tuple[Adjustment, ...]:
    """Return the discounts and charges on the whole document, one per VAT row (BG-20, BG-21).

    Args:
        document: The document.
        discount: What a discount is called (BT-97).
        charge: What a charge is called (BT-104).
    """
    bases = {row.tax.key: row.base for row in breakdown((line.tax, line.net) for line in document.lines)}
    found = []
    for part in document.allowances():
        is_charge = part.amount < 0
        base = bases[part.tax.key]
        percent = part.percent if base > 0 else None
        reason = charge if is_charge else discount
        found.append(_adjustment(part.tax, part.amount, percent, base, reason, is_charge=is_charge))
    return tuple(found)


def rate_of(tax: Tax) -> Decimal | None:
    """Return the rate to state; None outside VAT (BR-O-05)."""
    return None if tax.category == NOT_SUBJECT else tax.percent


def _line_adjustment(line: Line, base: Decimal, reason: str) -> Adjustment | None:
    taken_off = base - line.net if line.discount else None
    if not taken_off:
        return None
    # On a line of negative quantity a discount is negative too.
    is_charge = (taken_off < 0) != (base < 0)
    return _adjustment(line.tax, taken_off, line.discount_percent, base, reason, is_charge=is_charge)


def _adjustment(
    tax: Tax, taken_off: Decimal, percent: Decimal | None, base: Decimal, reason: str, *, is_charge: bool
) -> Adjustment:
    return Adjustment(
        is_charge=is_charge,
        amount=-taken_off if is_charge else taken_off,
        percent=abs(percent) if percent else None,
        base=base,
        code=CHARGE_CODE if is_charge else DISCOUNT_CODE,
        reason=reason,
        category=tax.category,
        rate=rate_of(tax),
    )


def _price_without_tax(line: Line) -> Decimal:
    if not line.discount and line.quantity:
        return (line.net / line.quantity).quantize(_PRICE_STEP, ROUND_HALF_UP)
    return (line.price * HUNDRED / (HUNDRED + line.tax.percent)).quantize(_PRICE_STEP, ROUND_HALF_UP)
