"""The figures of a page: lines, VAT, totals, and what was deducted (BG-20 to BG-25)."""

from __future__ import annotations

from typing import TypedDict

from facturier.documents import Document, Line, Totals, vat_in_books
from facturier.einvoice.tax_rows import tax_rows
from facturier.law.law import Law
from facturier.pages.payment import EURO
from facturier.pdf.page import PageAdjustment, PageDeposit, PageLine, PageTax, PageTotals


class Figures(TypedDict):
    """The fields of a page that hold amounts."""

    lines: tuple[PageLine, ...]
    taxes: tuple[PageTax, ...]
    totals: PageTotals
    adjustments: tuple[PageAdjustment, ...]
    deposits: tuple[PageDeposit, ...]


def page_figures(document: Document, totals: Totals, law: Law | None) -> Figures:
    """Return all figures of a document; none is computed here."""
    return Figures(
        lines=tuple(page_line(line, includes_tax=document.prices_include_tax) for line in document.lines),
        taxes=tuple(
            PageTax(category=row.category, rate=row.percent, base=row.base, amount=row.amount, reason=row.reason)
            for row in tax_rows(totals.taxes, document.date, document.language, law)
        ),
        totals=page_totals(document, totals),
        adjustments=page_adjustments(document),
        deposits=tuple(
            PageDeposit(number=part.number, date=part.issued, net=part.net, vat=part.vat, gross=part.net + part.vat)
            for part in document.deductions
        ),
    )


def page_line(line: Line, *, includes_tax: bool) -> PageLine:
    """Return a line; on a page of consumer prices its amount is with tax."""
    return PageLine(
        item=line.item,
        amount=line.gross if includes_tax else line.net,
        description=line.description,
        product=line.product,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        discount=line.discount or None,
        # A discount of less than a cent takes nothing off and is not shown.
        discount_percent=line.discount_percent if line.discount else None,
        category=line.tax.category,
        rate=line.tax.percent,
        period_start=line.period_start,
        period_end=line.period_end,
    )


def page_totals(document: Document, totals: Totals) -> PageTotals:
    """Return the totals; in another currency with the VAT in euros (CGI ann. II art. 242 nonies A I-11°)."""
    foreign = document.currency != EURO
    return PageTotals(
        lines=totals.lines,
        net=totals.net,
        vat=totals.vat,
        gross=totals.gross,
        due=totals.payable,
        vat_in_euro=vat_in_books(document, totals) if foreign and totals.vat else None,
        exchange_rate=document.rate if foreign else None,
    )


def page_adjustments(document: Document) -> tuple[PageAdjustment, ...]:
    """Return the discounts and charges on the whole document, each per VAT rate."""
    return tuple(
        PageAdjustment(amount=-part.amount, percent=part.percent, rate=part.tax.percent)
        for part in document.allowances()
    )
