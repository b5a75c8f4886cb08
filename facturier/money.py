"""Rounding money: always half-up, always Decimal.

The decimal module rounds half to even by default; invoices round half up
(EN 16931 part 1, section 6.5 on calculations; BR-CO-17 for VAT). Nothing in
facturier turns money into a float.

>>> half_up(Decimal("2369.625"))
Decimal('2369.63')
>>> share(Decimal("200.00"), Decimal("875"), Decimal("1750"))
Decimal('100.00')
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

ZERO = Decimal(0)
ONE = Decimal(1)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)

# The official schematrons calculate in binary floating point: beyond fifteen digits they lose cents
# and refuse an invoice that is right (BR-CO-10, BR-DEC-13).
LARGEST_AMOUNT = Decimal("9999999999999.99")

# ISO 4217 minor units that are not two digits.
_MINOR_UNITS = {
    "BHD": 3, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0,
    "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0,
    "XOF": 0, "XPF": 0,
}  # fmt: skip


@cache
def smallest_unit(currency: str) -> Decimal:
    """Return the step in which a currency is paid, such as 0.01 for EUR and 1 for JPY (ISO 4217)."""
    return Decimal(1).scaleb(-_MINOR_UNITS.get(currency, 2))


def half_up(number: Decimal, step: Decimal = CENT) -> Decimal:
    """Round half away from zero to a multiple of ``step`` (a power of ten).

    A number too large to round is given back as it is: it is refused elsewhere, with its place.
    """
    if number.same_quantum(step):
        return number
    try:
        return number.quantize(step, ROUND_HALF_UP)
    except InvalidOperation:
        return number


def percent_of(base: Decimal, rate_percent: Decimal, step: Decimal = CENT) -> Decimal:
    """Return ``rate_percent`` percent of ``base``, rounded half-up once."""
    return half_up(base * rate_percent / HUNDRED, step)


def share(amount: Decimal, part: Decimal, whole: Decimal, step: Decimal = CENT) -> Decimal:
    """Return ``amount`` × ``part`` ÷ ``whole``, rounded half-up; all of it when ``whole`` is nothing."""
    return half_up(amount * part / whole, step) if whole else amount


def spread(amount: Decimal, weights: Sequence[Decimal], step: Decimal = CENT) -> list[Decimal]:
    """Split an amount in proportion to weights so that the parts add up to it to the cent.

    Each running total is rounded, not each part, so no part is more than one step off
    (worked case 8 b: 166.67 over three payments is 55.56, 55.55, 55.56).
    """
    whole = sum(weights, ZERO)
    parts: list[Decimal] = []
    running = given = ZERO
    for weight in weights:
        running += weight
        reached = share(amount, running, whole, step) if whole else ZERO
        parts.append(reached - given)
        given = reached
    if parts and not whole:
        parts[-1] = amount
    return parts
