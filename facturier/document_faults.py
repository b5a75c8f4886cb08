"""The rules that reading a document enforces: without them it cannot be computed at all."""

from __future__ import annotations

from datetime import date

from facturier.law.law import Law
from facturier.messages import Message, message
from facturier.violations import Rule

LINE_PRICE = Rule(
    id="AMOUNT-PRICE",
    title=message("Every line has a price"),
    wants=message(
        "A line has a price of its own, a product with a price on that date, or an amount that is the price of one."
    ),
    law="CGI ann. II art. 242 nonies A I-8°",
    example='  Income:Prestations  -1300.00 EUR\n    item: "Conseil"\n    quantity: 2\n    price: 650.00 EUR',
    waivable=False,
)
LINE_VAT = Rule(
    id="AMOUNT-VAT-MISSING",
    title=message("Every line says its VAT"),
    wants=message("A line states its VAT rate or treatment, itself or through its product."),
    law="CGI ann. II art. 242 nonies A I-8°",
    example='  Income:Prestations  -20.00 EUR\n    item: "Nom de domaine"\n    vat: 20',
    waivable=False,
)
LEG = Rule(
    id="AMOUNT-LEG",
    title=message("Every leg of a document has a meaning"),
    wants=message(
        "Each posting of a document is a line, a VAT leg, a receivable, a payment or a deduction, by its role."
    ),
    law="",
    example='2026-01-01 custom "role" "receivable" Assets:Clients',
    waivable=False,
)
READING_FAULTS = (LINE_PRICE, LINE_VAT, LEG)


def no_tax(vat: str, day: date, country: str, law: Law) -> Message:
    """Say why a treatment taxes no line: it is not in force that day, or its country has no rate."""
    if law.treatment(vat, day) is None:
        return message('The VAT treatment "{vat}" is not in force on {day}.', vat=vat, day=day)
    if not country:
        return message(
            'With vat: "{vat}" the rate is that of the consumer\'s country; add vat-country: "DE" (or another) to the '
            "transaction.",
            vat=vat,
        )
    return message(
        'No VAT rate of the country "{country}" is known on {day}; known are {countries}. Add one with: {day} custom '
        '"law" "oss-rate" "{country}".',
        country=country,
        day=day,
        countries=", ".join(sorted(law.figures["oss-rate"])),
    )
