"""An invoice as UBL 2.1, customisation EN 16931: the other syntax of the French exchange.

Invoices and credit notes have roots of their own, whose elements are named and ordered a little
differently. The same invoice gives the same bytes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import NamedTuple

from facturier.einvoice.elements import UBL_NAMESPACES, Element, add, add_text, finished
from facturier.einvoice.figures import dashed_date
from facturier.einvoice.invoice import EN16931_PROFILE, Invoice, Note
from facturier.einvoice.schemas import UBL_CREDIT_NOTE, UBL_INVOICE
from facturier.einvoice.ubl_dates import add_date
from facturier.einvoice.ubl_lines import add_adjustment, add_line
from facturier.einvoice.ubl_parties import add_delivery, add_party
from facturier.einvoice.ubl_settlement import add_payment, add_period, add_taxes, add_totals

_LOOKS_LIKE_SUBJECT = re.compile(r"#(?=[A-Z]*#)")


class Root(NamedTuple):
    """What differs between an invoice and a credit note."""

    namespace: str
    name: str
    type: str
    line: str
    quantity: str


INVOICE = Root(UBL_INVOICE, "Invoice", "cbc:InvoiceTypeCode", "cac:InvoiceLine", "cbc:InvoicedQuantity")
CREDIT_NOTE = Root(
    UBL_CREDIT_NOTE, "CreditNote", "cbc:CreditNoteTypeCode", "cac:CreditNoteLine", "cbc:CreditedQuantity"
)


def write_ubl(invoice: Invoice) -> bytes:
    """Write an invoice or credit note as UBL XML.

    Returns:
        UTF-8 with an XML declaration.

    Raises:
        UnwritableError: If a number has more decimals than the standard has, or a date lies too far.
    """
    kind = CREDIT_NOTE if invoice.is_credit_note else INVOICE
    root = Element(kind.name)
    _add_header(root, invoice, kind)
    _add_references(root, invoice)
    add_party(root, "cac:AccountingSupplierParty", invoice.seller, creditor=invoice.payment.creditor)
    add_party(root, "cac:AccountingCustomerParty", invoice.buyer)
    add_delivery(root, invoice.delivery)
    add_payment(root, invoice.payment, is_credit_note=invoice.is_credit_note)
    for adjustment in invoice.adjustments:
        add_adjustment(root, adjustment, invoice.currency, with_tax=True)
    add_taxes(root, invoice)
    add_totals(root, invoice.totals, invoice.currency)
    for line in invoice.lines:
        add_line(root, line, invoice.currency, kind.line, kind.quantity)
    return finished(root, {"": kind.namespace, **UBL_NAMESPACES})


def _add_header(root: Element, invoice: Invoice, kind: Root) -> None:
    add_text(root, "cbc:CustomizationID", EN16931_PROFILE)  # BT-24
    add_text(root, "cbc:ProfileID", invoice.process)  # BT-23
    add_text(root, "cbc:ID", invoice.number)  # BT-1
    add_text(root, "cbc:IssueDate", dashed_date(invoice.issued))  # BT-2
    if kind is INVOICE:
        add_date(root, "cbc:DueDate", invoice.payment.due)  # BT-9
    add_text(root, kind.type, invoice.type)  # BT-3
    for note in invoice.notes:
        add_text(root, "cbc:Note", _written(note))  # BG-1
    add_text(root, "cbc:DocumentCurrencyCode", invoice.currency)  # BT-5
    add_text(root, "cbc:TaxCurrencyCode", invoice.tax_currency)  # BT-6
    add_text(root, "cbc:BuyerReference", invoice.buyer_reference)  # BT-10
    add_period(root, invoice.period_start, invoice.period_end, invoice.vat_due)


def _add_references(root: Element, invoice: Invoice) -> None:
    add_text(add(root, "cac:OrderReference"), "cbc:ID", invoice.order)  # BT-13
    for preceding in invoice.preceding:
        reference = add(add(root, "cac:BillingReference"), "cac:InvoiceDocumentReference")
        add_text(reference, "cbc:ID", preceding.number)  # BT-25
        add_date(reference, "cbc:IssueDate", preceding.issued)  # BT-26
    add_text(add(root, "cac:ContractDocumentReference"), "cbc:ID", invoice.contract)  # BT-12
    for supporting in invoice.supporting:
        reference = add(root, "cac:AdditionalDocumentReference")
        add_text(reference, "cbc:ID", supporting.reference)  # BT-122
        add_text(reference, "cbc:DocumentDescription", supporting.description)  # BT-123
        file = {"mimeCode": supporting.media_type, "filename": supporting.name}
        content = b64encode(supporting.content).decode()
        add_text(add(reference, "cac:Attachment"), "cbc:EmbeddedDocumentBinaryObject", content, **file)  # BT-125


def _written(note: Note) -> str:
    """Return a note behind its subject, as XP Z12-012 writes it in UBL: ``#PMT#text`` (BT-21, BT-22).

    Several notes may share an element, so text that looks like another subject gets a blank.
    """
    return f"#{note.subject}#{_LOOKS_LIKE_SUBJECT.sub('# ', note.text)}"
