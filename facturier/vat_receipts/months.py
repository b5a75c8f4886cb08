"""All of it together: what fell due and what was transferred, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from facturier.money import ZERO
from facturier.periods import Month
from facturier.vat_receipts.bases import base_of
from facturier.vat_receipts.falling_due import due_of, falls_due, unpaid
from facturier.vat_receipts.values import ByRate, Due, Sale, Stray, Transfer


class ReceiptsVat:
    """VAT on receipts of the books.

    Attributes:
        sales: The invoices with VAT that waits for payment, each with its credit notes.
        transfers: What was moved to vat-collected accounts, in the order of the ledger.
        strays: Postings on vat-pending accounts that belong to nothing.
    """

    def __init__(self, sales: Iterable[Sale], transfers: Iterable[Transfer], strays: Iterable[Stray]) -> None:
        self.sales = tuple(sales)
        self.transfers: Sequence[Transfer] = tuple(transfers)
        self.strays: Sequence[Stray] = tuple(strays)

    @cached_property
    def due(self) -> Mapping[tuple[Month, Decimal], Decimal]:
        """What fell due, by month and rate."""
        found: dict[tuple[int, int, Decimal], Decimal] = {}
        for sale in self.sales:
            for change, rate, amount, _, _ in falls_due(sale):
                day = change.day
                key = day.year, day.month, rate
                found[key] = found.get(key, ZERO) + amount
        return {(Month(year, month), rate): amount for (year, month, rate), amount in found.items()}

    @cached_property
    def transferred(self) -> Mapping[tuple[Month, Decimal], Decimal]:
        """What was transferred, by the month for which it was and rate."""
        found: dict[tuple[Month, Decimal], Decimal] = {}
        for one in self.transfers:
            key = one.month, one.rate
            found[key] = found.get(key, ZERO) + one.amount
        return found

    @property
    def months(self) -> list[Month]:
        """The months in which anything fell due or for which anything was transferred."""
        return sorted({month for month, _ in (*self.due, *self.transferred)})

    def rates(self, month: Month) -> list[Decimal]:
        """Return the rates of a month, the highest first."""
        return sorted({rate for one, rate in (*self.due, *self.transferred) if one == month}, reverse=True)

    def missing(self, month: Month) -> ByRate:
        """Return what fell due in a month and was not transferred, by rate; too much is negative."""
        found: ByRate = {}
        for rate in self.rates(month):
            amount = self.due.get((month, rate), ZERO) - self.transferred.get((month, rate), ZERO)
            if amount:
                found[rate] = amount
        return found

    def rows(self, months: Iterable[Month]) -> list[Due]:
        """Return each amount that fell due in some months with its cause, in the order of time."""
        wanted = set(months)
        found = [due for sale in self.sales for due in _rows(sale, wanted)]
        return sorted(found, key=lambda due: (due.day, due.number, -due.rate))

    def until(self, day: date) -> ReceiptsVat:
        """Return the same from what happened by the end of a day."""
        sales = (
            Sale(one.number, one.client, one.currency, [change for change in one.changes if change.day <= day])
            for one in self.sales
        )
        return ReceiptsVat(
            (sale for sale in sales if sale.changes),
            (one for one in self.transfers if one.day <= day),
            (one for one in self.strays if one.entry.date <= day),
        )

    def unpaid(self) -> ByRate:
        """Return the VAT that is not due since it is not paid, by rate."""
        found: ByRate = {}
        for sale in self.sales:
            for rate, amount in unpaid(sale).items():
                found[rate] = found.get(rate, ZERO) + amount
        return found

    def to_transfer(self) -> ByRate:
        """Return all that fell due less all that was transferred, by rate."""
        found: ByRate = {}
        for (_, rate), amount in self.due.items():
            found[rate] = found.get(rate, ZERO) + amount
        for one in self.transfers:
            found[one.rate] = found.get(one.rate, ZERO) - one.amount
        return found


def _rows(sale: Sale, months: set[Month]) -> Iterable[Due]:
    """Yield the rows of a sale. The base is cumulative as the VAT is, so that it ends at the document's own."""
    if not any(Month.of(change.day) in months for change in sale.changes):
        return
    bases: ByRate = {}
    given: ByRate = {}
    coming = iter(sale.changes)
    added = None
    for fallen in falls_due(sale):
        while added is not fallen.change:
            added = next(coming)
            for rate in added.vat:
                bases[rate] = bases.get(rate, ZERO) + base_of(added, rate)
        reached = due_of(bases.get(fallen.rate, ZERO), fallen.part, fallen.whole)
        base = reached - given.get(fallen.rate, ZERO)
        given[fallen.rate] = reached
        if Month.of(fallen.change.day) in months:
            yield Due(
                fallen.change.day, sale.number, sale.client, fallen.rate, base, fallen.amount, fallen.change.entry
            )
