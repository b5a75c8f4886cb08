"""Amounts as the pages print them.

Fava's own formatting follows the precision most used in the ledger, so a ledger written in
whole euros would lose the cents of an invoice; here the currency decides.
"""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal

from facturier.money import half_up, smallest_unit


def money_text(number: Decimal, currency: str, locale: str | None = None) -> str:
    """Print an amount with the digits of its currency (ISO 4217).

    Args:
        number: The amount; rounded half-up to the currency's smallest unit.
        currency: Its currency, which is not printed.
        locale: Fava's ``locale`` option, for separators; plain digits without it.

    >>> money_text(Decimal("1506"), "EUR")
    '1506.00'
    >>> money_text(Decimal("-1506.5"), "EUR", "en")
    '-1,506.50'
    """
    step = smallest_unit(currency)
    rounded = half_up(number, step)
    if locale is None:
        return f"{rounded:f}"
    digits = -int(step.as_tuple().exponent)
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(rounded, format=pattern, locale=locale))
