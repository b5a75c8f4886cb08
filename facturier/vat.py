"""VAT of a document: how each line is taxed, the breakdown per rate, and when it falls due.

VAT is rounded once per rate over the whole document, never per line (BR-CO-17, worked case 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from facturier.law.law import Law
from facturier.law.tables import law_of_france
from facturier.money import CENT, HUNDRED, ZERO, half_up, percent_of

STANDARD = "S"
ZERO_RATED = "Z"
# The treatment whose rate is another country's: 20 % of Austria never shares a row with 20 % of France.
ONE_STOP_SHOP = "oss"
# Greece writes EL before its VAT numbers; the tables have the code of ISO 3166.
ISO_OF_VAT_PREFIX = {"EL": "GR"}


class Tax(NamedTuple):
    """How a line is taxed.

    Attributes:
        category: EN 16931 VAT category (BT-151).
        percent: The rate (BT-152), in percent.
        treatment: Name of the treatment typed, or "" for a plain rate.
        key: What lines must share to stand in one row of the VAT breakdown (BG-23).
    """

    category: str
    percent: Decimal
    treatment: str
    key: str

    @classmethod
    def of(cls, category: str, percent: Decimal, treatment: str = "") -> Tax:
        """Make a tax with its key: works-10 and a plain 10 share a row, two exemptions do not."""
        key = f"{category} {percent.normalize():f}"
        alone = category != STANDARD or treatment == ONE_STOP_SHOP
        return cls(category, percent, treatment, f"{key} {treatment}" if alone else key)


class TaxSubtotal(NamedTuple):
    """A row of the VAT breakdown (BG-23), in the document's currency.

    Attributes:
        tax: The category, rate and treatment.
        base: Taxable amount (BT-116).
        amount: Tax (BT-117), rounded half-up once.
    """

    tax: Tax
    base: Decimal
    amount: Decimal


class Exigibility(Enum):
    """When the VAT of a line falls due (CGI art. 269); its value is the BT-8 code (UNTDID 2475)."""

    INVOICE = "5"
    DELIVERY = "29"
    RECEIPT = "72"


@lru_cache(maxsize=4096)
def tax_of(vat: Decimal | str, day: date, law: Law | None = None, country: str = "") -> Tax | None:
    """Return how ``vat:`` taxes a line on a day; None when no such treatment is in force then.

    Args:
        vat: A rate in percent or the name of a treatment.
        day: The day of the document.
        law: The tables to look in; the program's own if None.
        country: The consumer's country, whose rate some treatments take; without its rate the answer is None.

    >>> tax_of("export", date(2026, 1, 1))
    Tax(category='G', percent=Decimal('0'), treatment='export', key='G 0 export')
    """
    if isinstance(vat, Decimal):
        return Tax.of(STANDARD if vat else ZERO_RATED, vat)
    known = law or law_of_france()
    row = known.treatment(vat, day)
    if row is None:
        return None
    abroad = ISO_OF_VAT_PREFIX.get(country, country)
    percent = known.figure("oss-rate", abroad, day) if row.country_rate else row.percent
    return None if percent is None else Tax.of(row.category, percent, vat)


def exigibility(nature: str, vat_on: str, *, is_deposit: bool) -> Exigibility:
    """Return when the VAT of a line falls due.

    Services: on receipt, or with the invoice when the seller opted for debits. Goods: on
    delivery. A deposit: on receipt, for goods too (CGI art. 269-2 a, since 1 January 2023).
    """
    if nature == "goods":
        return Exigibility.RECEIPT if is_deposit else Exigibility.DELIVERY
    return Exigibility.INVOICE if vat_on == "debits" else Exigibility.RECEIPT


def breakdown(amounts: Iterable[tuple[Tax, Decimal]], step: Decimal = CENT) -> tuple[TaxSubtotal, ...]:
    """Return the VAT breakdown of net amounts, in order of appearance."""
    bases: dict[str, tuple[Tax, Decimal]] = {}
    for tax, amount in amounts:
        known = bases.get(tax.key)
        bases[tax.key] = (tax, amount) if known is None else (known[0], known[1] + amount)
    return tuple(TaxSubtotal(tax, base, percent_of(base, tax.percent, step)) for tax, base in bases.values())


def net_of_gross(gross: Decimal, percent: Decimal, step: Decimal = CENT) -> Decimal:
    """Return the net part of a price with tax; the tax is the rest.

    >>> net_of_gross(Decimal("100.00"), Decimal(20))
    Decimal('83.33')
    """
    return half_up(gross * HUNDRED / (HUNDRED + percent), step)


def total_tax(subtotals: Iterable[TaxSubtotal]) -> Decimal:
    """Return the tax of a document (BT-110)."""
    total = ZERO
    for subtotal in subtotals:
        total += subtotal.amount
    return total
