"""Franchise en base: the turnover of the year against its upper thresholds (CGI art. 293 B).

Invoices are counted as they come, deposits left out because the final invoice holds them. What is
passed is told once a year, on the document that passes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from facturier.documents import Kind
from facturier.messages import message
from facturier.money import ZERO
from facturier.rules.mention_case import Case, Found
from facturier.violations import Rule, Severity

THRESHOLD = Rule(
    id="FR-VAT-FRANCHISE-THRESHOLD",
    title=message("The franchise ends at its threshold"),
    wants=message("A seller under franchise stays below the upper thresholds of the year; from the day on VAT is due."),
    law="CGI art. 293 B; BOI-TVA-DECLA-40-10-10",
    example='2026-10-01 custom "seller" "roux"\n  vat-on: "receipts"\n  vat-number: "FR44732829320"',
    severity=Severity.NOTICE,
)
RULES = (THRESHOLD,)


class Turnover:
    """The turnover of sellers under franchise, by calendar year: goods and services."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, int], tuple[Decimal, Decimal]] = {}
        self.told: set[tuple[str, int]] = set()

    def add(self, case: Case) -> Iterator[Found]:
        """Count a document; report the first that passes a threshold."""
        if case.seller.vat_on != "franchise" or case.document.kind is Kind.DEPOSIT:
            return
        key = (case.seller.id, case.day.year)
        goods, services = self.sums.get(key, (ZERO, ZERO))
        sign = -1 if case.document.is_credit_note else 1
        rate = case.document.rate or 1
        for line in case.document.lines:
            amount = sign * line.net * rate
            if line.nature == "goods":
                goods += amount
            else:
                services += amount
        self.sums[key] = (goods, services)
        if key not in self.told:
            for passed, threshold in _passed(case, goods, services):
                self.told.add(key)
                found = message(
                    "With this document the turnover of {year} is {turnover} EUR, above {threshold} EUR: VAT is due "
                    'from this day on; state vat-on: "receipts" (or "debits") on the seller.',
                    year=case.day.year,
                    turnover=passed,
                    threshold=threshold,
                )
                yield Found(THRESHOLD, found)
                return


def _passed(case: Case, goods: Decimal, services: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield turnover and threshold passed: services alone, then all together where goods are sold."""
    of_services = case.law.figure("franchise", "services-upper", case.day)
    of_goods = case.law.figure("franchise", "goods-upper", case.day)
    if of_services is not None and services > of_services:
        yield services, of_services
    if of_goods is not None and goods and goods + services > of_goods:
        yield goods + services, of_goods
