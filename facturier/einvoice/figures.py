"""Numbers and dates of an e-invoice, as the French rules want them written."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from facturier.einvoice.invoice import UnwritableError
from facturier.messages import message
from facturier.money import CENT, LARGEST_AMOUNT

_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_PRICE_DECIMALS = 6
_QUANTITY_DECIMALS = 4


def amount(number: Decimal) -> str:
    """Write an amount with two decimals (BR-FR-DEC-01).

    Raises:
        UnwritableError: If it has more, as amounts of a few currencies do, or is too large.
    """
    rounded = _rounded(number, CENT)
    if rounded != number:
        raise UnwritableError(
            message("The amount {number} has more than the two decimals of an e-invoice.", number=number)
        )
    return format(abs(rounded) if rounded.is_zero() else rounded, "f")  # never "-0.00"


def price(number: Decimal) -> str:
    """Write a unit price with two to six decimals (BR-FR-DEC-03)."""
    written = _decimals(number, 2, _PRICE_DECIMALS)
    if written is None:
        raise UnwritableError(
            message("The price {number} has more than the 6 decimals of an e-invoice.", number=number)
        )
    return written


def quantity(number: Decimal) -> str:
    """Write a quantity with up to four decimals (BR-FR-DEC-02)."""
    written = _decimals(number, 0, _QUANTITY_DECIMALS)
    if written is None:
        raise UnwritableError(
            message("The quantity {number} has more than the 4 decimals of an e-invoice.", number=number)
        )
    return written


def rate(percent: Decimal) -> str:
    """Write a VAT rate with two decimals, as the list of BR-FR-16 spells them."""
    return format(_rounded(percent, CENT), "f")


def percentage(number: Decimal) -> str:
    """Write the percentage of a discount or charge (BT-94, BT-101, BT-138) with all its decimals."""
    written = _decimals(number, 2, _PRICE_DECIMALS)
    if written is None:
        raise UnwritableError(
            message("The percentage {number} has more than the 6 decimals of an e-invoice.", number=number)
        )
    return written


def compact_date(day: date) -> str:
    """Write a date in eight digits, as CII has it (format 102).

    Raises:
        UnwritableError: If its year is none that BR-FR-03 allows.
    """
    return _allowed(day).strftime("%Y%m%d")


def dashed_date(day: date) -> str:
    """Write a date as UBL has it, such as 2026-11-03.

    Raises:
        UnwritableError: If its year is none that BR-FR-03 allows.
    """
    return _allowed(day).isoformat()


def _allowed(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UnwritableError(message("An e-invoice bears dates of the years 2000 to 2099, not {day}.", day=day))
    return day


def _decimals(number: Decimal, fewest: int, most: int) -> str | None:
    """Return a number with so many decimals, or None if it has more."""
    whole, _, decimals = format(_within_limits(number), "f").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > most:
        return None
    decimals = decimals.ljust(fewest, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _rounded(number: Decimal, step: Decimal) -> Decimal:
    """Round a number of an e-invoice."""
    number = _within_limits(number)
    return number if number.same_quantum(step) else number.quantize(step, ROUND_HALF_UP)


def _within_limits(number: Decimal) -> Decimal:
    """Return a number that an e-invoice can hold and its official rules calculate with."""
    if abs(number) > LARGEST_AMOUNT:
        raise UnwritableError(message("The number {number} is too large for an e-invoice.", number=number))
    return number
