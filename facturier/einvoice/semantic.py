"""From a document of the books to the invoice that EN 16931 describes.

    invoice = invoice_of(document, wording, {"F2026-0042": date(2026, 11, 3)})

Every figure is computed from the document by the rules of EN 16931; none is read from a VAT
posting. Whether the result satisfies all rules is for `facturier.einvoice.validation` to say: a
document with missing facts is written all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain, repeat
from types import MappingProxyType
from typing import NamedTuple

from facturier.documents import Document
from facturier.einvoice.codes import audience, frame, type_code
from facturier.einvoice.invoice import BOOKS_CURRENCY, Invoice, Note, Preceding, Supporting, UnwritableError
from facturier.einvoice.semantic_lines import document_adjustments, line_of
from facturier.einvoice.semantic_parties import buyer_of, delivery_of, is_not_subject, seller_of
from facturier.einvoice.semantic_settlement import payment_of, totals_of, vat_due_code
from facturier.einvoice.tax_rows import tax_rows
from facturier.law.law import Law
from facturier.messages import message
from facturier.supporting import SupportingFile

GENERAL_NOTE = "AAI"
AUDIENCE_NOTE = "BAR"
_NO_DATES: Mapping[str, date] = MappingProxyType({})


class Wording(NamedTuple):
    """The words that the page prints and the file repeats, in the document's language.

    Attributes:
        notes: Notes with their subjects. BR-FR-05 wants exactly one each of PMT (recovery
            indemnity), PMD (late-payment penalties) and AAB (early-payment discount, or none).
            The ledger's ``note:`` and the note BAR are added here.
        terms: Payment terms (BT-20). A credit note needs them, having no due date (BR-CO-25).
        seller_legal: Legal form, capital, register of the seller (BT-33).
        discount: What a discount is called (BT-97, BT-139); its code is given in any case.
        charge: What a charge on the document is called (BT-104).
        line_notes: A note for each line (BT-127), in their order.
    """

    notes: tuple[Note, ...] = ()
    terms: str = ""
    seller_legal: str = ""
    discount: str = ""
    charge: str = ""
    line_notes: tuple[str, ...] = ()


def invoice_of(
    document: Document,
    wording: Wording,
    cited: Mapping[str, date] = _NO_DATES,
    law: Law | None = None,
    supporting: Iterable[SupportingFile] = (),
) -> Invoice:
    """Return an invoice or credit note in the terms of EN 16931.

    Args:
        document: The document; its own totals are used.
        wording: Texts that are the business of the page.
        cited: Issue dates of the invoices it corrects or replaces, by number (BT-26).
        law: The tables of the law; the program's own if None.
        supporting: The files that go with it.

    Raises:
        UnwritableError: If it is no invoice, names no seller or client, or is in a foreign currency
            without its rate.
    """
    seller, client, values = document.seller, document.client, document.values
    if seller is None or client is None:
        raise UnwritableError(message("An invoice needs a seller and a client."))
    totals = document.totals()
    outside_vat = is_not_subject(document)
    own = (Note(GENERAL_NOTE, values.get("note", "")), Note(AUDIENCE_NOTE, audience(client)))
    line_notes = chain(wording.line_notes, repeat(""))
    return Invoice(
        number=document.number,
        issued=document.date,
        type=type_code(document),
        currency=document.currency,
        tax_currency=BOOKS_CURRENCY if document.currency != BOOKS_CURRENCY else "",
        vat_due=vat_due_code(document),
        buyer_reference=values.get("service-code") or client.service_code,
        contract=values.get("contract-ref", ""),
        # A public buyer's engagement number stands where others put their order number.
        order=values.get("engagement") or values.get("order-ref", ""),
        notes=tuple(note for note in (*wording.notes, *own) if note.text),
        process=frame(document, totals),
        preceding=_preceding(document, cited),
        seller=seller_of(seller, wording.seller_legal, without_vat_number=outside_vat),
        buyer=buyer_of(client, without_vat_number=outside_vat),
        delivery=delivery_of(document, client),
        period_start=values.get("period-start"),
        period_end=values.get("period-end"),
        payment=payment_of(document, totals, wording.terms),
        adjustments=document_adjustments(document, wording.discount, wording.charge),
        totals=totals_of(document, totals),
        taxes=tuple(tax_rows(totals.taxes, document.date, document.language, law)),
        lines=tuple(
            line_of(number, line, document, wording.discount, note)
            for (number, line), note in zip(enumerate(document.lines, 1), line_notes, strict=False)
        ),
        supporting=tuple(_supporting(file) for file in supporting),
    )


def _supporting(file: SupportingFile) -> Supporting:
    """Return a file as a supporting document; its name is its reference too, which no other of the document has."""
    attached = file.attached
    return Supporting(attached.name, attached.qualifier, attached.media_type, attached.name, file.content)


def _preceding(document: Document, cited: Mapping[str, date]) -> tuple[Preceding, ...]:
    """Return the invoices it corrects, replaces or deducts, with their dates where known."""
    days = {part.number: part.issued for part in document.deductions}
    numbers = dict.fromkeys((*document.numbers_corrected, *days))
    return tuple(Preceding(number, cited.get(number) or days.get(number)) for number in numbers)
