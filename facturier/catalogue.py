"""The catalogue: products and their prices, as they stand on a day.

2026-01-01 custom "product" "DEV-DAY"
  name: "Journée de développement"
  price: 650.00 EUR
  unit: "day"
  vat: 20
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from beancount.core.amount import Amount

from facturier.versions import Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An item of the catalogue. Empty text means: not stated."""

    code: str
    name: str = ""  # BT-153
    description: str = ""  # BT-154
    account: str = ""
    price: Amount | None = None  # BT-148, net, of one unit
    unit: str = ""  # BT-130
    vat: Decimal | str | None = None  # BT-151, BT-152
    nature: str = ""


def products() -> Versions[Product]:
    """Return an empty catalogue."""
    return Versions(_product)


def _product(code: str, values: Mapping[str, Any]) -> Product:
    return Product(code=code, **values)
