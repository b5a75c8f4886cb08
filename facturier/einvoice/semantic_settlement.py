"""Payment, totals and the due date of VAT of an invoice (BT-8, BG-16, BG-22), worked out from a document."""

from __future__ import annotations

from datetime import date

from facturier.documents import Document, Kind, Totals, vat_in_books
from facturier.einvoice.codes import (
    SEPA_DEBIT,
    SEPA_TRANSFER,
    TRANSFER,
    UNDEFINED,
    compact,
    paid_in_full,
    payment_means,
)
from facturier.einvoice.invoice import BOOKS_CURRENCY, InvoiceTotals, Payment, UnwritableError
from facturier.messages import message
from facturier.references import creditor_reference
from facturier.vat import STANDARD, exigibility


def payment_of(document: Document, totals: Totals, terms: str) -> Payment:
    """Return how and when to pay (BG-16): the account to pay to or to debit, the reference, the terms."""
    seller, client = document.seller, document.client
    due = _due(document, totals)
    means = payment_means(document, totals) or (UNDEFINED if document.is_credit_note and due else "")
    by_transfer = seller is not None and means in {SEPA_TRANSFER, TRANSFER}
    by_debit = seller is not None and client is not None and means == SEPA_DEBIT
    asks = not document.is_credit_note and totals.payable > 0
    return Payment(
        means=means,
        # A reference is part of the payment instructions, which the means of payment begin (BR-49).
        reference=(creditor_reference(document.number) or document.number) if asks and means else "",
        iban=compact(seller.iban) if seller and by_transfer else "",
        holder=seller.name if seller and by_transfer else "",
        bic=compact(seller.bic) if seller and by_transfer else "",
        mandate=client.mandate if client and by_debit else "",
        creditor=compact(seller.creditor_id) if seller and by_debit else "",
        debited_iban=compact(client.iban) if client and by_debit else "",
        terms=terms,
        due=due,
    )


def totals_of(document: Document, totals: Totals) -> InvoiceTotals:
    """Return the totals (BG-22).

    Raises:
        UnwritableError: If it is in a foreign currency and does not say at which rate.
    """
    in_books = None
    if document.currency != BOOKS_CURRENCY:
        if document.rate is None:
            raise UnwritableError(message("An invoice in {currency} needs rate:.", currency=document.currency))
        in_books = vat_in_books(document, totals)
    return InvoiceTotals(
        lines=totals.lines,
        allowances=totals.allowances,
        charges=totals.charges,
        net=totals.net,
        vat=totals.vat,
        vat_in_books=in_books,
        gross=totals.gross,
        prepaid=totals.prepaid,
        payable=totals.payable,
    )


def vat_due_code(document: Document) -> str:
    """Return BT-8, the same for the whole document (S1.13); nothing if its taxed lines differ or none is taxed."""
    vat_on = document.seller.vat_on if document.seller else "receipts"
    is_deposit = document.kind is Kind.DEPOSIT
    codes = {
        exigibility(line.nature, vat_on, is_deposit=is_deposit).value
        for line in document.lines
        if line.tax.category == STANDARD
    }
    return codes.pop() if len(codes) == 1 else ""


def _due(document: Document, totals: Totals) -> date | None:
    """Return BT-9: the day of payment when paid at issue (BR-FR-CO-09); on a credit note only a stated date."""
    if paid_in_full(document, totals):
        return document.date
    if document.is_credit_note:
        stated = [leg.due for leg in document.instalments if leg.due is not None]
        return max(stated, default=None)
    return document.due
