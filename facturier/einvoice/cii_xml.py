"""Writing CII elements: its namespaces, and dates and numbers as BR-FR wants them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from facturier.einvoice.element import Element, add
from facturier.einvoice.schemas import QDT, RAM, RSM, UDT
from facturier.messages import Message, message
from facturier.money import CENT, LARGEST_AMOUNT

NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}

_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_PRICE_DECIMALS = 6
_QUANTITY_DECIMALS = 4


class UnwritableError(ValueError):
    """A document that the EN 16931 profile cannot say, with the reason for the user."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def add_date(parent: Element, name: str, day: date | None, kind: str = "udt") -> None:
    """Append a date in format 102 (eight digits); nothing without a date.

    Raises:
        UnwritableError: If its year is none that BR-FR-03 allows.
    """
    if day is not None:
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise UnwritableError(message("An e-invoice bears dates of the years 2000 to 2099, not {day}.", day=day))
        add(add(parent, name), f"{kind}:DateTimeString", day.strftime("%Y%m%d"), format="102")


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
    return _decimals(number, 2, _PRICE_DECIMALS, "price")


def quantity(number: Decimal) -> str:
    """Write a quantity with up to four decimals (BR-FR-DEC-02)."""
    return _decimals(number, 0, _QUANTITY_DECIMALS, "quantity")


def rate(percent: Decimal) -> str:
    """Write a VAT rate with two decimals, as the list of BR-FR-16 spells them."""
    return format(_rounded(percent, CENT), "f")


def percentage(number: Decimal) -> str:
    """Write the percentage of a discount or charge (BT-94, BT-101, BT-138) with all its decimals."""
    return _decimals(number, 2, _PRICE_DECIMALS, "percentage")


def _decimals(number: Decimal, fewest: int, most: int, what: str) -> str:
    rounded = _rounded(number, Decimal(1).scaleb(-most))
    if rounded != number:
        raise UnwritableError(
            message(
                "The {what} {number} has more than the {most} decimals of an e-invoice.",
                what=what,
                number=number,
                most=most,
            )
        )
    whole, _, decimals = format(rounded, "f").partition(".")
    decimals = decimals.rstrip("0").ljust(fewest, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _rounded(number: Decimal, step: Decimal) -> Decimal:
    """Round a number that an e-invoice can hold and its official rules calculate with."""
    if abs(number) > LARGEST_AMOUNT:
        raise UnwritableError(message("The number {number} is too large for an e-invoice.", number=number))
    return number.quantize(step, ROUND_HALF_UP)
