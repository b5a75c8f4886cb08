"""The invoice lines of a CII file (BG-25)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from facturier.documents import Document, Line
from facturier.einvoice import cii_xml
from facturier.einvoice.cii_xml import add_date
from facturier.einvoice.codes import unit_code
from facturier.einvoice.element import Element, add
from facturier.money import HUNDRED, ZERO, half_up, smallest_unit

DISCOUNT_CODE = "95"  # UNTDID 5189: discount
CHARGE_CODE = "ZZZ"  # UNTDID 7161: mutually defined
NOT_SUBJECT = "O"
_PRICE_STEP = Decimal("0.000001")


class LineFigures(NamedTuple):
    """What a line says in figures, without tax and with a price that is never negative (BR-27).

    Attributes:
        quantity: BT-129.
        price: BT-146.
        base: Quantity × price (BT-137).
        allowance: What is taken off (BT-136); negative when something is added on.
        percent: The same in percent (BT-138), or None.
        net: BT-131.
    """

    quantity: Decimal
    price: Decimal
    base: Decimal
    allowance: Decimal
    percent: Decimal | None
    net: Decimal


class AllowanceFigures(NamedTuple):
    """What a discount (positive) or charge (negative) takes off, from what, and how it was stated in percent."""

    taken_off: Decimal
    base: Decimal
    percent: Decimal | None


def line_figures(line: Line, document: Document) -> LineFigures:
    """Return the figures of a line; the net amount is the document's own, whatever the price.

    Prices with tax lose it here: to six decimals, in such a way that quantity × price gives the net.
    """
    step = smallest_unit(document.currency)
    price, quantity = line.price, line.quantity
    if document.prices_include_tax:
        price = _price_without_tax(line)
    if price < 0:
        price, quantity = -price, -quantity
    base = half_up(quantity * price, step)
    allowance = base - line.net if line.discount else ZERO
    return LineFigures(quantity, price, base, allowance, line.discount_percent, line.net)


def add_line(parent: Element, number: int, line: Line, document: Document, reason: str) -> None:
    """Append a line.

    Args:
        parent: The trade transaction.
        number: The line's number (BT-126).
        line: The line.
        document: Its document.
        reason: What a discount is called (BT-139); empty to give its code only.
    """
    figures = line_figures(line, document)
    item = add(parent, "ram:IncludedSupplyChainTradeLineItem")
    add(add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(number))
    product = add(item, "ram:SpecifiedTradeProduct")
    add(product, "ram:SellerAssignedID", line.product)  # BT-155
    add(product, "ram:Name", line.item)  # BT-153
    add(product, "ram:Description", line.description)  # BT-154
    agreement = add(item, "ram:SpecifiedLineTradeAgreement")
    add(add(agreement, "ram:NetPriceProductTradePrice"), "ram:ChargeAmount", cii_xml.price(figures.price))
    delivery = add(item, "ram:SpecifiedLineTradeDelivery")
    add(delivery, "ram:BilledQuantity", cii_xml.quantity(figures.quantity), unitCode=unit_code(line.unit))
    _add_settlement(item, line, figures, reason)


def _add_settlement(item: Element, line: Line, figures: LineFigures, reason: str) -> None:
    settlement = add(item, "ram:SpecifiedLineTradeSettlement")
    tax = add(settlement, "ram:ApplicableTradeTax")
    add(tax, "ram:TypeCode", "VAT")
    add(tax, "ram:CategoryCode", line.tax.category)  # BT-151
    if line.tax.category != NOT_SUBJECT:
        add(tax, "ram:RateApplicablePercent", cii_xml.rate(line.tax.percent))  # BT-152
    period = add(settlement, "ram:BillingSpecifiedPeriod")
    add_date(period, "ram:StartDateTime", line.period_start)  # BT-134
    add_date(period, "ram:EndDateTime", line.period_end)  # BT-135
    if figures.allowance:
        # On a line of negative quantity a discount is negative too.
        is_charge = (figures.allowance < 0) != (figures.base < 0)
        add_allowance(settlement, AllowanceFigures(figures.allowance, figures.base, figures.percent), reason, is_charge)
    totals = add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    add(totals, "ram:LineTotalAmount", cii_xml.amount(figures.net))  # BT-131


def add_allowance(parent: Element, figures: AllowanceFigures, reason: str, is_charge: bool) -> Element:
    """Append a discount or a charge (BG-20, BG-21, BG-27, BG-28)."""
    allowance = add(parent, "ram:SpecifiedTradeAllowanceCharge")
    add(add(allowance, "ram:ChargeIndicator"), "udt:Indicator", "true" if is_charge else "false")
    if figures.percent:
        add(allowance, "ram:CalculationPercent", cii_xml.percentage(abs(figures.percent)))
        add(allowance, "ram:BasisAmount", cii_xml.amount(figures.base))
    add(allowance, "ram:ActualAmount", cii_xml.amount(-figures.taken_off if is_charge else figures.taken_off))
    add(allowance, "ram:ReasonCode", CHARGE_CODE if is_charge else DISCOUNT_CODE)
    add(allowance, "ram:Reason", reason)
    return allowance


def _price_without_tax(line: Line) -> Decimal:
    if not line.discount and line.quantity:
        return (line.net / line.quantity).quantize(_PRICE_STEP, ROUND_HALF_UP)
    return (line.price * HUNDRED / (HUNDRED + line.tax.percent)).quantize(_PRICE_STEP, ROUND_HALF_UP)
