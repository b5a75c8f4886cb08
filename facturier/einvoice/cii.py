"""A document as EN 16931 XML: UN/CEFACT Cross Industry Invoice D22B, profile EN 16931.

    build_cii(document, wording, {"F2026-0042": date(2026, 11, 3)})

Every figure is computed from the document by the rules of EN 16931; none is read from a VAT
posting. The same document gives the same bytes. Whether the result satisfies all rules is for
`facturier.einvoice.validation` to say: a document with missing facts is written all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from facturier.documents import Document
from facturier.einvoice.cii_lines import add_line
from facturier.einvoice.cii_parties import add_buyer, add_delivery, add_seller, is_not_subject
from facturier.einvoice.cii_settlement import Reasons, add_settlement
from facturier.einvoice.cii_xml import NAMESPACES, UnwritableError, add_date
from facturier.einvoice.codes import audience, frame, type_code
from facturier.einvoice.element import Element, add, written
from facturier.einvoice.schemas import EN16931_PROFILE
from facturier.law.law import Law
from facturier.messages import message

GENERAL_NOTE = "AAI"
AUDIENCE_NOTE = "BAR"
_NO_DATES: Mapping[str, date] = MappingProxyType({})


class Note(NamedTuple):
    """A note on the document (BG-1): its subject (BT-21, UNTDID 4451) and its text (BT-22)."""

    subject: str
    text: str


class Wording(NamedTuple):
    """The words that the page prints and the file repeats, in the document's language.

    Attributes:
        notes: Notes with their subjects. BR-FR-05 wants exactly one each of PMT (recovery
            indemnity), PMD (late-payment penalties) and AAB (early-payment discount, or none).
            The ledger's ``note:`` and the note BAR are added by the builder.
        terms: Payment terms (BT-20). A credit note needs them, having no due date (BR-CO-25).
        seller_legal: Legal form, capital, register of the seller (BT-33).
        discount: What a discount is called (BT-97, BT-139); its code is given in any case.
        charge: What a charge on the document is called (BT-104).
    """

    notes: tuple[Note, ...] = ()
    terms: str = ""
    seller_legal: str = ""
    discount: str = ""
    charge: str = ""


def build_cii(
    document: Document, wording: Wording, cited: Mapping[str, date] = _NO_DATES, law: Law | None = None
) -> bytes:
    """Write an invoice or credit note as CII XML.

    Args:
        document: The document; its own totals are used.
        wording: Texts that are the business of the page.
        cited: Issue dates of the invoices it corrects or replaces, by number (BT-26).
        law: The tables of the law; the program's own if None.

    Returns:
        UTF-8 with an XML declaration.

    Raises:
        UnwritableError: If it is no invoice, names no seller or client, or holds a number with more
            decimals than the standard has.
    """
    if document.seller is None or document.client is None:
        raise UnwritableError(message("An invoice needs a seller and a client."))
    totals = document.totals()
    root = Element("rsm:CrossIndustryInvoice")
    context = add(root, "rsm:ExchangedDocumentContext")
    business_process = add(context, "ram:BusinessProcessSpecifiedDocumentContextParameter")
    add(business_process, "ram:ID", frame(document, totals))  # BT-23
    add(add(context, "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", EN16931_PROFILE)  # BT-24
    _add_header(root, document, wording.notes, audience(document.client))
    transaction = add(root, "rsm:SupplyChainTradeTransaction")
    for number, line in enumerate(document.lines, 1):
        add_line(transaction, number, line, document, wording.discount)
    _add_agreement(transaction, document, wording.seller_legal)
    add_delivery(transaction, document, document.client)
    reasons = Reasons(wording.discount, wording.charge)
    add_settlement(transaction, document, totals, wording.terms, reasons, cited, law)
    return written(root, NAMESPACES, keep="ram:ApplicableHeaderTradeDelivery")


def _add_header(root: Element, document: Document, notes: tuple[Note, ...], treated_as: str) -> None:
    header = add(root, "rsm:ExchangedDocument")
    add(header, "ram:ID", document.number)  # BT-1
    add(header, "ram:TypeCode", type_code(document))  # BT-3
    add_date(header, "ram:IssueDateTime", document.date)  # BT-2
    own = (Note(GENERAL_NOTE, document.values.get("note", "")), Note(AUDIENCE_NOTE, treated_as))
    for note in (*notes, *own):
        if note.text:
            included = add(header, "ram:IncludedNote")
            add(included, "ram:Content", note.text)
            add(included, "ram:SubjectCode", note.subject)


def _add_agreement(transaction: Element, document: Document, seller_legal: str) -> None:
    seller, client, values = document.seller, document.client, document.values
    if seller is None or client is None:
        return
    outside_vat = is_not_subject(document)
    agreement = add(transaction, "ram:ApplicableHeaderTradeAgreement")
    add(agreement, "ram:BuyerReference", values.get("service-code") or client.service_code)  # BT-10
    add_seller(agreement, seller, seller_legal, without_vat_number=outside_vat)
    add_buyer(agreement, client, without_vat_number=outside_vat)
    order = add(agreement, "ram:BuyerOrderReferencedDocument")
    # A public buyer's engagement number stands where others put their order number.
    add(order, "ram:IssuerAssignedID", values.get("engagement") or values.get("order-ref", ""))  # BT-13
    contract = add(agreement, "ram:ContractReferencedDocument")
    add(contract, "ram:IssuerAssignedID", values.get("contract-ref", ""))  # BT-12
