"""Early warnings for the electronic invoice: what a platform would refuse, told before it does.

Sources: AFNOR XP Z12-012 (BR-FR-11, -12, BR-FR-DEC), EN 16931 (BR-IC-11, BR-O-11 to 14).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from facturier.messages import message
from facturier.money import CENT
from facturier.rules.mention_case import Case, Found
from facturier.violations import Rule, Severity

DECIMALS = Rule(
    id="FR-EINVOICE-DECIMALS",
    title=message("Quantities and prices that a file can hold"),
    wants=message("A quantity has at most 4 decimals, a price at most 6."),
    law="BR-FR-DEC-02, BR-FR-DEC-03",
    example="    quantity: 1.3333\n    price: 0.123456 EUR",
    severity=Severity.NOTICE,
)
NOT_SUBJECT = Rule(
    id="FR-EINVOICE-NOT-SUBJECT",
    title=message("Outside VAT stands alone"),
    wants=message("A line outside VAT (category O, such as services-outside-eu) shares no document with other lines."),
    law="EN 16931 BR-O-11 to BR-O-14",
    example='    vat: "services-outside-eu"',
    severity=Severity.NOTICE,
)
DELIVERY_DATE = Rule(
    id="FR-EINVOICE-DELIVERY-DATE",
    title=message("Intra-EU goods have a delivery date"),
    wants=message("An intra-EU sale of goods states delivery-date:, or a period."),
    law="EN 16931 BR-IC-11; CGI ann. II art. 242 nonies A I-10°",
    example="  delivery-date: 2026-11-02",
    severity=Severity.NOTICE,
)
RULES = (DECIMALS, NOT_SUBJECT, DELIVERY_DATE)

QUANTITY_STEP = Decimal("0.0001")
PRICE_STEP = Decimal("0.000001")
_OUTSIDE = "O"
_INTRA_EU = "K"


def early_faults(case: Case) -> Iterator[Found]:
    """Check what an electronic invoice could not hold."""
    document = case.document
    categories = {line.tax.category for line in document.lines}
    if _OUTSIDE in categories and len(categories) > 1:
        found = message(
            "A line outside VAT cannot share an electronic invoice with others; write two invoices, or take another "
            "treatment for it."
        )
        yield Found(NOT_SUBJECT, found)
    if _INTRA_EU in categories and document.values.keys().isdisjoint({"delivery-date", "period-start", "period-end"}):
        yield Found(DELIVERY_DATE, message("An intra-EU sale of goods needs the day of delivery; add delivery-date:."))
    for line in document.lines:
        if not fits(line.quantity, QUANTITY_STEP):
            found = message(
                "The quantity {quantity} has more than 4 decimals; round it, or sell in a smaller unit.",
                quantity=format(line.quantity, "f"),
            )
            yield Found(DECIMALS, found, line.place)
        if not fits(line.price, PRICE_STEP):
            found = message(
                "The price {price} has more than 6 decimals; round it, or price a larger unit.",
                price=format(line.price, "f"),
            )
            yield Found(DECIMALS, found, line.place)


def fits(number: Decimal, step: Decimal) -> bool:
    """Tell whether a number is a multiple of a step, zeros behind it not counted.

    >>> fits(Decimal("1.50000"), QUANTITY_STEP), fits(Decimal("0.33333"), QUANTITY_STEP)
    (True, False)
    """
    try:
        return number % CENT == 0 or number % step == 0
    except InvalidOperation:
        return True  # more digits before the point than Python divides; none behind it
