"""The structured invoice of a document of the books: its business terms with the words that its page prints.

AFNOR XP Z12-012 wants the readable document to hold all that the structured one holds. It holds in
turn every figure of the page: those that EN 16931 has no term for stand in its notes and terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path

from facturier.books import Books
from facturier.documents import Document
from facturier.einvoice.cii import write_cii
from facturier.einvoice.invoice import Invoice, Note, UnwritableError
from facturier.einvoice.semantic import GENERAL_NOTE, Wording, invoice_of
from facturier.einvoice.ubl import write_ubl
from facturier.figure_texts import deposit_texts, instalments_text, line_with_tax_text, rate_text
from facturier.mentions import (
    further_mentions,
    legal_notes,
    mentions_of_the_page,
    printed_language,
    seller_legal,
    terms_text,
    wording,
)
from facturier.supporting import SupportingError, SupportingFile, read_supporting


class Syntax(Enum):
    """The two syntaxes of EN 16931; the value is what a user types."""

    CII = "cii"
    UBL = "ubl"


def structured(document: Document, books: Books, supporting: tuple[SupportingFile, ...] | None = None) -> Invoice:
    """Return an invoice or credit note in the terms of EN 16931.

    Args:
        document: The document.
        books: The books it stands in.
        supporting: The files that go with it; read from the ledger's folder if None.

    Raises:
        UnwritableError: The document holds what no EN 16931 file can, or a file that goes with it cannot be used.
    """
    if supporting is None:
        try:
            supporting = read_supporting(document, Path(books.filename).parent)
        except SupportingError as error:
            raise UnwritableError(error.reason) from error
    return invoice_of(document, _wording(document, books), dates_cited(document, books), books.law, supporting)


def written(invoice: Invoice, syntax: Syntax) -> bytes:
    """Write an invoice in a syntax.

    Raises:
        UnwritableError: It holds a number or a date that no EN 16931 file can.
    """
    return write_ubl(invoice) if syntax is Syntax.UBL else write_cii(invoice)


def dates_cited(document: Document, books: Books) -> Mapping[str, date]:
    """Return the issue dates of the documents that a document corrects or replaces."""
    found = {}
    for number in document.numbers_corrected:
        other = books.document(number)
        if other is not None:
            found[number] = other.date
    return found


def _wording(document: Document, books: Books) -> Wording:
    law = books.law
    language = printed_language(document)
    texts = [Note(note.subject, note.text) for note in legal_notes(document, law)]
    more = (
        *further_mentions(document, law),
        *mentions_of_the_page(document, law),
        *deposit_texts(document, law),
        rate_text(document, law),
    )
    texts += [Note(GENERAL_NOTE, text) for text in more if text]
    return Wording(
        notes=tuple(texts),
        terms="\n".join(filter(None, (terms_text(document, law), instalments_text(document, law)))),
        seller_legal=seller_legal(document.seller, language) if document.seller else "",
        discount=wording("discount", language),
        charge=wording("charge", language),
        line_notes=tuple(line_with_tax_text(line, document, law) for line in document.lines),
    )
