"""Amounts as they are typed on the command line: ``1200``, ``1200,50``, ``1 200.50 EUR``, ``2%``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from facturier.messages import message
from facturier.money import smallest_unit
from facturier.payments.faults import PaymentRefusedError
from facturier.violations import Place

_SUM = re.compile(r"(?P<number>\d[\d \u00a0\u202f]*(?:[.,]\d+)?) *(?P<unit>[A-Z][A-Z0-9'._-]*|%|€)?")
_EURO = "€"


class Sum(NamedTuple):
    """An amount, or a rate in percent.

    Attributes:
        number: Above nothing.
        unit: The currency, "%" for a rate, or "" where none is typed.
    """

    number: Decimal
    unit: str

    def of(self, currency: str, place: Place) -> Decimal:
        """Return the number of an amount that must be in a currency.

        Raises:
            PaymentRefusedError: It is in another, or has more digits than the currency.
        """
        if self.unit not in ("", currency):
            raise PaymentRefusedError(
                place,
                message(
                    "This is owed in {currency}, and {number} {unit} was typed; write the amount in {currency}.",
                    currency=currency,
                    number=self.number,
                    unit=self.unit,
                ),
            )
        step = smallest_unit(currency)
        if self.number % step:
            raise PaymentRefusedError(
                place,
                message("{number} {currency} has more digits than {currency} is paid in.", number=self.number,
                        currency=currency),
            )  # fmt: skip
        return self.number.quantize(step)


def read_sum(text: str) -> Sum | None:
    """Read an amount; None when it is none.

    >>> read_sum("1 200,5 EUR")
    Sum(number=Decimal('1200.5'), unit='EUR')
    >>> read_sum("-3")
    """
    found = _SUM.fullmatch(text.strip())
    if found is None:
        return None
    number = Decimal("".join(found["number"].replace(",", ".").split()))
    unit = found["unit"] or ""
    return Sum(number, "EUR" if unit == _EURO else unit) if number else None
