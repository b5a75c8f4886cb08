"""The invoice lines of a CII file (BG-25), and its discounts and charges."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from facturier.einvoice import figures
from facturier.einvoice.cii_dates import add_date
from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.invoice import Adjustment, InvoiceLine


def add_line(parent: Element, line: InvoiceLine) -> None:
    """Append a line to the trade transaction."""
    item = add(parent, "ram:IncludedSupplyChainTradeLineItem")
    document = add(item, "ram:AssociatedDocumentLineDocument")
    add_text(document, "ram:LineID", line.id)  # BT-126
    if line.note:
        add_text(add(document, "ram:IncludedNote"), "ram:Content", line.note)  # BT-127
    product = add(item, "ram:SpecifiedTradeProduct")
    add_text(product, "ram:SellerAssignedID", line.product)  # BT-155
    add_text(product, "ram:Name", line.item)  # BT-153
    add_text(product, "ram:Description", line.description)  # BT-154
    agreement = add(item, "ram:SpecifiedLineTradeAgreement")
    add_text(add(agreement, "ram:NetPriceProductTradePrice"), "ram:ChargeAmount", figures.price(line.price))  # BT-146
    delivery = add(item, "ram:SpecifiedLineTradeDelivery")
    add_text(delivery, "ram:BilledQuantity", figures.quantity(line.quantity), unitCode=line.unit)  # BT-129, BT-130
    _add_settlement(item, line)


def _add_settlement(item: Element, line: InvoiceLine) -> None:
    settlement = add(item, "ram:SpecifiedLineTradeSettlement")
    settlement.children.append(_category_of_lines(line.category, line.rate))  # BT-151, BT-152
    if line.period_start or line.period_end:
        period = add(settlement, "ram:BillingSpecifiedPeriod")
        add_date(period, "ram:StartDateTime", line.period_start)  # BT-134
        add_date(period, "ram:EndDateTime", line.period_end)  # BT-135
    if line.adjustment is not None:
        add_adjustment(settlement, line.adjustment)  # BG-27, BG-28
    totals = add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    add_text(totals, "ram:LineTotalAmount", figures.amount(line.net))  # BT-131


@lru_cache(maxsize=64)
def _category_of_lines(category: str, rate: Decimal | None) -> Element:
    """Return the VAT category of a line: one element, never changed, for all the lines that have it."""
    tax = Element("ram:ApplicableTradeTax")
    add_category(tax, category, rate)
    return tax


def add_category(tax: Element, category: str, rate: Decimal | None) -> None:
    """Fill an element with a VAT category and its rate."""
    add_text(tax, "ram:TypeCode", "VAT")
    add_text(tax, "ram:CategoryCode", category)
    if rate is not None:
        add_text(tax, "ram:RateApplicablePercent", figures.rate(rate))


def add_adjustment(parent: Element, adjustment: Adjustment) -> Element:
    """Append a discount or a charge (BG-20, BG-21, BG-27, BG-28)."""
    element = add(parent, "ram:SpecifiedTradeAllowanceCharge")
    indicator = "true" if adjustment.is_charge else "false"
    add_text(add(element, "ram:ChargeIndicator"), "udt:Indicator", indicator)
    if adjustment.percent:
        add_text(element, "ram:CalculationPercent", figures.percentage(adjustment.percent))
        add_text(element, "ram:BasisAmount", figures.amount(adjustment.base))
    add_text(element, "ram:ActualAmount", figures.amount(adjustment.amount))
    add_text(element, "ram:ReasonCode", adjustment.code)
    add_text(element, "ram:Reason", adjustment.reason)
    return element
