"""The invoice lines of a CII file (BG-25), and its discounts and charges."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from facturier.einvoice import figures
from facturier.einvoice.cii_dates import add_date
from facturier.einvoice.elements import Element, add, add_text, add_written, content, lines_of
from facturier.einvoice.invoice import Adjustment, InvoiceLine
from facturier.money import ZERO

# A character of the private use area, in no text that is made here.
_HOLE = "\ue000"
_INDENT = "    "  # of what stands in rsm:SupplyChainTradeTransaction


class _Texts(NamedTuple):
    """What is another text on each line."""

    id: str  # BT-126
    product: str  # BT-155
    item: str  # BT-153
    description: str  # BT-154
    price: str  # BT-146
    quantity: str  # BT-129
    net: str  # BT-131


def add_line(parent: Element, line: InvoiceLine) -> None:
    """Append a line to the trade transaction.

    Lines differ in a few texts only. One without note, period and discount is filled into the words of the
    first line of its kind: a third of the time that a long invoice takes otherwise.
    """
    texts = _Texts(
        line.id,
        line.product,
        line.item,
        line.description,
        figures.price(line.price),
        figures.quantity(line.quantity),
        figures.amount(line.net),
    )
    if line.note or line.period_start or line.period_end or line.adjustment is not None:
        parent.children.append(_element(line, texts))
        return
    written = [content(text) for text in texts]
    holes = _Texts(*[_HOLE if text else "" for text in written])
    pattern = _pattern(holes, line.unit, line.category, line.rate)
    add_written(parent, pattern % tuple(filter(None, written)))


@lru_cache(maxsize=256)
def _pattern(holes: _Texts, unit: str, category: str, rate: Decimal | None) -> str:
    """Return the words of a plain line of one unit and one VAT category, with a hole for each of its texts."""
    line = InvoiceLine(
        id="", note="", quantity=ZERO, unit=unit, net=ZERO, period_start=None, period_end=None, adjustment=None,
        price=ZERO, category=category, rate=rate, item="", description="", product="",
    )  # fmt: skip
    return lines_of(_element(line, holes), _INDENT).replace("%", "%%").replace(_HOLE, "%s")


def _element(line: InvoiceLine, texts: _Texts) -> Element:
    item = Element("ram:IncludedSupplyChainTradeLineItem")
    document = add(item, "ram:AssociatedDocumentLineDocument")
    add_text(document, "ram:LineID", texts.id)
    if line.note:
        add_text(add(document, "ram:IncludedNote"), "ram:Content", line.note)  # BT-127
    product = add(item, "ram:SpecifiedTradeProduct")
    add_text(product, "ram:SellerAssignedID", texts.product)
    add_text(product, "ram:Name", texts.item)
    add_text(product, "ram:Description", texts.description)
    agreement = add(item, "ram:SpecifiedLineTradeAgreement")
    add_text(add(agreement, "ram:NetPriceProductTradePrice"), "ram:ChargeAmount", texts.price)
    delivery = add(item, "ram:SpecifiedLineTradeDelivery")
    add_text(delivery, "ram:BilledQuantity", texts.quantity, unitCode=line.unit)  # BT-130
    settlement = add(item, "ram:SpecifiedLineTradeSettlement")
    add_category(add(settlement, "ram:ApplicableTradeTax"), line.category, line.rate)  # BT-151, BT-152
    if line.period_start or line.period_end:
        period = add(settlement, "ram:BillingSpecifiedPeriod")
        add_date(period, "ram:StartDateTime", line.period_start)  # BT-134
        add_date(period, "ram:EndDateTime", line.period_end)  # BT-135
    if line.adjustment is not None:
        add_adjustment(settlement, line.adjustment)  # BG-27, BG-28
    totals = add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    add_text(totals, "ram:LineTotalAmount", texts.net)
    return item


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
