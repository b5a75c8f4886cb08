"""How a page is paid: the account and the code (BG-16), what is paid already, the instalments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from facturier.documents import Document, Totals
from facturier.money import ZERO
from facturier.parties import Client, Seller
from facturier.pdf.epc_qr import epc_payload
from facturier.pdf.page import PageInstalment, PagePaid, PagePayment
from facturier.references import creditor_reference

EURO = "EUR"
# Accounts of these roles say how something was paid on the spot.
_METHODS: Mapping[str, str] = {"bank": "transfer", "cash": "cash", "cheques": "cheque", "clearing": "card"}


def page_payment(document: Document, seller: Seller, client: Client, totals: Totals) -> PagePayment:
    """How to pay: the account and code only where something is owed and paid by transfer."""
    method = document.values.get("method") or ("direct-debit" if client.mandate else "transfer")
    if totals.payable <= ZERO:
        return PagePayment(method=document.values.get("method", ""))
    if method == "direct-debit":
        return PagePayment(method=method, mandate=client.mandate, creditor_id=seller.creditor_id)
    if method != "transfer":
        return PagePayment(method=method)
    if not document.kind.on_books or document.is_credit_note or not seller.iban:
        return PagePayment(method=method)
    reference = creditor_reference(document.number) or document.number
    payable_now = _payable_by_transfer(document, totals.payable)
    payload = (
        epc_payload(seller.name, seller.iban, payable_now, seller.bic, reference)
        if document.currency == EURO and payable_now > ZERO
        else None
    )
    return PagePayment(
        method=method,
        holder=seller.name,
        iban=seller.iban,
        bic=seller.bic,
        reference=reference,
        epc=payload or "",
    )


def _payable_by_transfer(document: Document, payable: Decimal) -> Decimal:
    """What the payment code asks for: the first instalment where there are several."""
    legs = [leg for leg in document.instalments if leg.role != "retention"]
    return legs[0].amount if len(document.instalments) > 1 and legs else payable


def page_paid(document: Document, role: str) -> tuple[PagePaid, ...]:
    """Return what was paid on the spot."""
    if not document.paid:
        return ()
    method = document.values.get("method") or _METHODS.get(role, "")
    return (PagePaid(amount=document.paid, date=document.date, method=method),)


def page_instalments(document: Document) -> tuple[PageInstalment, ...]:
    """Return the dates of payment where there are several."""
    if len(document.instalments) < 2:
        return ()
    return tuple(
        PageInstalment(amount=leg.amount, due=leg.due, retention=leg.role == "retention")
        for leg in document.instalments
    )
