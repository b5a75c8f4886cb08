"""From a document of the books to the files that are sent: the PDF page and the XML inside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from facturier.books import Books
from facturier.documents import Document
from facturier.messages import Message


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A document as it is sent.

    Attributes:
        name: File name without ending, safe on any file system.
        pdf: The page; a Factur-X file when ``xml`` is not None.
        xml: The CII XML, or None for papers that are no invoices.
        warnings: What could not be shown as asked: a logo, a glyph.
    """

    name: str
    pdf: bytes
    xml: bytes | None
    warnings: tuple[Message, ...]


def render(document: Document, books: Books, folder: Path) -> RenderedDocument:
    """Render a document.

    Args:
        document: What to render.
        books: The books it stands in.
        folder: The ledger's folder, for its logo and templates.
    """
    raise NotImplementedError


def render_xml(document: Document, books: Books) -> bytes | None:
    """Return the CII XML of an invoice or credit note; None for any other paper."""
    raise NotImplementedError
