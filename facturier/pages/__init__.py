"""From a document to the page that shows it: every figure and text, computed, nothing laid out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from facturier.documents import Document, Kind
from facturier.einvoice.codes import paid_in_full
from facturier.law.law import Law
from facturier.mentions import further_mentions, legal_notes, opted_for_debits, printed_language, terms_text
from facturier.pages.figures import page_figures
from facturier.pages.parties import page_client, page_seller
from facturier.pages.payment import page_instalments, page_paid, page_payment
from facturier.pages.stated import page_references, page_supply
from facturier.pdf.page import Nature, Page, PageAttachment, PageKind
from facturier.supporting import attached_to

_KINDS: Mapping[Kind, PageKind] = {
    Kind.INVOICE: "invoice",
    Kind.DEPOSIT: "deposit",
    Kind.PROGRESS: "progress",
    Kind.FINAL: "final",
    Kind.SELF_BILLED: "self-billed",
    Kind.CREDIT_NOTE: "credit-note",
    Kind.CLAIM: "claim",
    Kind.DRAFT: "invoice",
    Kind.QUOTE: "quote",
    Kind.ORDER: "order",
    Kind.DELIVERY: "delivery",
    Kind.PROFORMA: "proforma",
    Kind.AGREEMENT: "quote",
}
_NATURES: Mapping[str, Nature] = {"goods": "goods", "services": "services"}


def page_of(document: Document, cited: Mapping[str, date], paid_role: str = "", law: Law | None = None) -> Page:
    """Return everything a document shows.

    Args:
        document: It must have a seller and a client.
        cited: Issue dates of documents it corrects or replaces, by number.
        paid_role: Role of the account on which it was paid on the spot.
        law: The tables of the law; the program's own if None.

    Raises:
        ValueError: The document has no seller or no client.
    """
    seller, client = document.seller, document.client
    if seller is None or client is None:
        raise ValueError(document.number)
    totals = document.totals()
    language = printed_language(document)
    return Page(
        kind=_KINDS[document.kind],
        number=document.number,
        date=document.date,
        language=language,
        currency=document.currency,
        seller=page_seller(seller, client, language),
        client=page_client(client, seller, language),
        title=document.title,
        draft=document.kind is Kind.DRAFT,
        prices_include_tax=document.prices_include_tax,
        hide_prices=document.kind is Kind.DELIVERY,
        due=document.date if paid_in_full(document, totals) else document.due,
        terms=terms_text(document, law),
        nature="" if document.kind is Kind.CLAIM else _NATURES.get(document.nature, "both"),
        vat_on_debits=opted_for_debits(document),
        paid=page_paid(document, paid_role),
        instalments=page_instalments(document),
        payment=page_payment(document, seller, client, totals),
        notes=_notes(document, law),
        attachments=tuple(PageAttachment(name=one.name, qualifier=one.qualifier) for one in attached_to(document)),
        **page_figures(document, totals, law),
        **page_supply(document, client),
        **page_references(document, client, cited),
    )


def _notes(document: Document, law: Law | None) -> tuple[str, ...]:
    found = []
    if document.values.get("note"):
        found.append(document.values["note"])
    if document.kind.is_invoice or document.kind is Kind.DRAFT:
        found.append(" ".join(note.text for note in legal_notes(document, law)))
    found += further_mentions(document, law)
    return tuple(found)
