"""VAT rates are those of the law on the document's date (CGI art. 278 to 281 octies, 296, 297)."""

from __future__ import annotations

from collections.abc import Iterator

from facturier.books import Books
from facturier.messages import message
from facturier.vat import STANDARD
from facturier.violations import Rule, Violation

UNLAWFUL = Rule(
    id="FR-VAT-RATE",
    title=message("A lawful VAT rate"),
    wants=message("A rate in percent is one of those in force in a French territory on that date."),
    law="CGI art. 278, 278-0 bis, 278 bis, 279, 281 octies, 296, 297",
    example="    vat: 20",
)
RULES = (UNLAWFUL,)


def check(books: Books) -> Iterator[Violation]:
    """Check the rate of each line."""
    for document in books.documents:
        lawful = books.law.rates_on(document.date)
        for line in document.lines:
            tax = line.tax
            if tax.category == STANDARD and tax.percent not in lawful and not tax.treatment:
                found = message(
                    "{percent} % is no VAT rate in France on {day}; lawful are {rates}.",
                    percent=format(tax.percent, "f"),
                    day=document.date,
                    rates=", ".join(format(rate, "f") for rate in sorted(lawful, reverse=True)),
                )
                yield Violation(UNLAWFUL, found, line.place, document.entry, document.number)
