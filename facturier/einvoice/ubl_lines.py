"""The invoice lines of a UBL file (BG-25), and its discounts and charges."""

from __future__ import annotations

from decimal import Decimal

from facturier.einvoice import figures
from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.invoice import Adjustment, InvoiceLine
from facturier.einvoice.ubl_dates import add_date


def add_line(root: Element, line: InvoiceLine, currency: str, name: str, quantity: str) -> None:
    """Append a line.

    Args:
        root: The document.
        line: The line.
        currency: Of the document.
        name: The element of a line of this kind of document.
        quantity: The element of its quantity.
    """
    element = add(root, name)
    add_text(element, "cbc:ID", line.id)  # BT-126
    add_text(element, "cbc:Note", line.note)  # BT-127
    add_text(element, quantity, figures.quantity(line.quantity), unitCode=line.unit)  # BT-129, BT-130
    add_text(element, "cbc:LineExtensionAmount", figures.amount(line.net), currencyID=currency)  # BT-131
    period = add(element, "cac:InvoicePeriod")
    add_date(period, "cbc:StartDate", line.period_start)  # BT-134
    add_date(period, "cbc:EndDate", line.period_end)  # BT-135
    if line.adjustment is not None:
        add_adjustment(element, line.adjustment, currency, with_tax=False)  # BG-27, BG-28
    item = add(element, "cac:Item")
    add_text(item, "cbc:Description", line.description)  # BT-154
    add_text(item, "cbc:Name", line.item)  # BT-153
    add_text(add(item, "cac:SellersItemIdentification"), "cbc:ID", line.product)  # BT-155
    add_category(item, "cac:ClassifiedTaxCategory", line.category, line.rate)  # BT-151, BT-152
    add_text(add(element, "cac:Price"), "cbc:PriceAmount", figures.price(line.price), currencyID=currency)  # BT-146


def add_category(
    parent: Element, name: str, category: str, rate: Decimal | None, reason: str = "", code: str = ""
) -> None:
    """Append a VAT category with its rate and, in the breakdown, why there is no tax (BT-120, BT-121)."""
    element = add(parent, name)
    add_text(element, "cbc:ID", category)
    if rate is not None:
        add_text(element, "cbc:Percent", figures.rate(rate))
    add_text(element, "cbc:TaxExemptionReasonCode", code)
    add_text(element, "cbc:TaxExemptionReason", reason)
    add_text(add(element, "cac:TaxScheme"), "cbc:ID", "VAT")


def add_adjustment(parent: Element, adjustment: Adjustment, currency: str, *, with_tax: bool) -> None:
    """Append a discount or a charge (BG-20, BG-21, BG-27, BG-28); on the document it says how it is taxed."""
    element = add(parent, "cac:AllowanceCharge")
    add_text(element, "cbc:ChargeIndicator", "true" if adjustment.is_charge else "false")
    add_text(element, "cbc:AllowanceChargeReasonCode", adjustment.code)
    add_text(element, "cbc:AllowanceChargeReason", adjustment.reason)
    if adjustment.percent:
        add_text(element, "cbc:MultiplierFactorNumeric", figures.percentage(adjustment.percent))
    add_text(element, "cbc:Amount", figures.amount(adjustment.amount), currencyID=currency)
    if adjustment.percent:
        add_text(element, "cbc:BaseAmount", figures.amount(adjustment.base), currencyID=currency)
    if with_tax:
        add_category(element, "cac:TaxCategory", adjustment.category, adjustment.rate)
