"""Lines that say by themselves what their page shows, so that no later directive changes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from beancount.core.amount import Amount

from facturier.documents import Document, Line
from facturier.money import half_up

# A price given for several (@@) may have no end of digits.
_PRICE_PLACES = Decimal("1e-10")


def line_keys(line: Line, document: Document) -> dict[str, Any]:
    """Return the keys that make a line say by itself what the catalogue, the client and the seller say of it."""
    stated = line.meta
    found: dict[str, Any] = {}
    if line.product:
        found |= {"product": line.product, "item": line.item}
        if line.description:
            found["description"] = line.description
    if line.quantity != 1 or line.product:
        found["quantity"] = line.quantity
    if line.unit:
        found["unit"] = line.unit
    if len(found) or "discount" in stated or document.rate is not None or document.prices_include_tax:
        places = line.price.as_tuple().exponent
        is_long = isinstance(places, int) and -places > -_PRICE_PLACES.adjusted()
        found["price"] = Amount(half_up(line.price, _PRICE_PLACES) if is_long else line.price, document.currency)
    if line.discount_percent:
        found["discount"] = line.discount_percent
    return found | {"vat": line.tax.treatment or line.tax.percent, "nature": line.nature}
