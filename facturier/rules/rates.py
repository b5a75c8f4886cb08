"""VAT rates are those of the law on the day of the supply (CGI art. 269-1, 278 to 281 octies, 296, 297)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from facturier.books import Books
from facturier.documents import Document, Kind
from facturier.messages import message
from facturier.vat import STANDARD, Tax
from facturier.violations import Rule, Violation

UNLAWFUL = Rule(
    id="FR-VAT-RATE",
    title=message("A lawful VAT rate"),
    wants=message(
        "A rate in percent is one of those in force in a French territory on the day of the supply: the end of its "
        "period, delivery-date:, or else the date of the document; of a credit note, that of its invoice."
    ),
    law="CGI art. 269-1, 278, 278-0 bis, 278 bis, 279, 281 octies, 296, 297",
    example="    vat: 20",
)
RULES = (UNLAWFUL,)

_OF_SUPPLY = frozenset({"period-end", "delivery-date"})


def check(books: Books) -> Iterator[Violation]:
    """Check the rate of each line."""
    day_before: date | None = None
    usual: Tax | None = None
    lawful_then: frozenset[Decimal] = frozenset()
    for document in books.documents:
        moved = document.kind is Kind.CREDIT_NOTE or not _OF_SUPPLY.isdisjoint(document.further_keys)
        supplied = _supply_day(document, books) if moved else document.date
        if supplied != day_before:
            lawful_then, usual, day_before = books.law.rates_on(supplied), None, supplied
        for line in document.lines:
            tax = line.tax
            # The lines of a day mostly share one tax, looked up once.
            if line.period_end is None and (tax is usual or tax.percent in lawful_then):
                usual = tax
                continue
            day = line.period_end or supplied
            lawful = books.law.rates_on(day)
            if tax.category == STANDARD and tax.percent not in lawful and not tax.treatment:
                found = message(
                    "{percent} % is no VAT rate in France on {day}; lawful are {rates}.",
                    percent=format(tax.percent, "f"),
                    day=day,
                    rates=", ".join(format(rate, "f") for rate in sorted(lawful, reverse=True)),
                )
                yield Violation(UNLAWFUL, found, line.place, document.entry, document.number)


def _supply_day(document: Document, books: Books) -> date:
    """Return the day of what a document supplies; a credit note takes back what its invoice supplied."""
    values = document.values
    stated = values.get("period-end") or values.get("delivery-date")
    if isinstance(stated, date):
        return stated
    if document.is_credit_note:
        invoice = next(
            (found for number in str(values.get("corrects", "")).split() if (found := books.document(number))), None
        )
        if invoice is not None and not invoice.is_credit_note:
            return _supply_day(invoice, books)
    return document.date
