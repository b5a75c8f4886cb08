"""An invoice as UN/CEFACT Cross Industry Invoice D22B, profile EN 16931: the XML inside a Factur-X file.

The same invoice gives the same bytes.
"""

from __future__ import annotations

from base64 import b64encode

from facturier.einvoice.cii_dates import add_date
from facturier.einvoice.cii_lines import add_line
from facturier.einvoice.cii_parties import add_delivery, add_party
from facturier.einvoice.cii_settlement import add_settlement
from facturier.einvoice.elements import CII_NAMESPACES, Element, add, add_text, finished
from facturier.einvoice.invoice import EN16931_PROFILE, Invoice

# Of UNTDID 1001: what is referred to is a supporting document (BG-24).
SUPPORTING_TYPE = "916"


def write_cii(invoice: Invoice) -> bytes:
    """Write an invoice or credit note as CII XML.

    Returns:
        UTF-8 with an XML declaration.

    Raises:
        UnwritableError: If a number has more decimals than the standard has, or a date lies too far.
    """
    root = Element("rsm:CrossIndustryInvoice")
    context = add(root, "rsm:ExchangedDocumentContext")
    add_text(add(context, "ram:BusinessProcessSpecifiedDocumentContextParameter"), "ram:ID", invoice.process)  # BT-23
    add_text(add(context, "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", EN16931_PROFILE)  # BT-24
    _add_header(root, invoice)
    transaction = add(root, "rsm:SupplyChainTradeTransaction")
    for line in invoice.lines:
        add_line(transaction, line)
    _add_agreement(transaction, invoice)
    add_delivery(transaction, invoice.delivery)
    add_settlement(transaction, invoice)
    return finished(root, CII_NAMESPACES, keep="ram:ApplicableHeaderTradeDelivery")


def _add_header(root: Element, invoice: Invoice) -> None:
    header = add(root, "rsm:ExchangedDocument")
    add_text(header, "ram:ID", invoice.number)  # BT-1
    add_text(header, "ram:TypeCode", invoice.type)  # BT-3
    add_date(header, "ram:IssueDateTime", invoice.issued)  # BT-2
    for note in invoice.notes:
        included = add(header, "ram:IncludedNote")
        add_text(included, "ram:Content", note.text)  # BT-22
        add_text(included, "ram:SubjectCode", note.subject)  # BT-21


def _add_agreement(transaction: Element, invoice: Invoice) -> None:
    agreement = add(transaction, "ram:ApplicableHeaderTradeAgreement")
    add_text(agreement, "ram:BuyerReference", invoice.buyer_reference)  # BT-10
    add_party(agreement, "ram:SellerTradeParty", invoice.seller)
    add_party(agreement, "ram:BuyerTradeParty", invoice.buyer)
    add_text(add(agreement, "ram:BuyerOrderReferencedDocument"), "ram:IssuerAssignedID", invoice.order)  # BT-13
    add_text(add(agreement, "ram:ContractReferencedDocument"), "ram:IssuerAssignedID", invoice.contract)  # BT-12
    for supporting in invoice.supporting:
        reference = add(agreement, "ram:AdditionalReferencedDocument")
        add_text(reference, "ram:IssuerAssignedID", supporting.reference)  # BT-122
        add_text(reference, "ram:TypeCode", SUPPORTING_TYPE)
        add_text(reference, "ram:Name", supporting.description)  # BT-123
        file = {"mimeCode": supporting.media_type, "filename": supporting.name}
        add_text(reference, "ram:AttachmentBinaryObject", b64encode(supporting.content).decode(), **file)  # BT-125
