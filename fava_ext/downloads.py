"""Documents as files: what the PDF and XML links answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from beancount.core.compare import hash_entry
from flask import Response, render_template, send_file
from markupsafe import Markup

from facturier.archive import Archive, NotAsSentError
from facturier.books import Books
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.pdf.faults import TemplateError
from facturier.rendering import RenderingError, render, render_xml

from .snapshot import LOG, failure_message
from .wording import words

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 100

Refusal = tuple[int, Message]


def find_document(books: Books, number: str, entry_hash: str) -> Document | None:
    """Return a document by its number, or a paper that has none by the hash of its entry."""
    if number:
        return books.document(number)
    if entry_hash:
        return next((paper for paper in books.papers if hash_entry(paper.entry) == entry_hash), None)
    return None


def pdf_of(document: Document, books: Books, folder: Path) -> Response | Refusal:
    """Return the page of a document as a download, as it was sent if it was sealed; or why there is none."""

    def make() -> Response:
        sent = Archive(books, folder).sent(document, "pdf")
        if sent is not None:
            return _download(sent.content, document.number, "pdf", "application/pdf")
        rendered = render(document, books, folder)
        return _download(rendered.pdf, rendered.name, "pdf", "application/pdf")

    return _guarded(make)


def xml_of(document: Document, books: Books, folder: Path) -> Response | Refusal:
    """Return the CII XML of an invoice as a download, as it was sent if it was sealed; or why there is none."""

    def make() -> Response | Refusal:
        sent = Archive(books, folder).sent(document, "xml")
        if sent is not None:
            return _download(sent.content, document.number, "xml", "application/xml")
        xml = render_xml(document, books)
        if xml is None:
            found = message(
                "{number} is no invoice; only invoices and credit notes have an XML.", number=document.number
            )
            return 404, found
        return _download(xml, document.number, "xml", "application/xml")

    return _guarded(make)


def refusal_page(refusal: Refusal, language: str) -> tuple[str, int]:
    """Return a page of Fava's that says why there is no file."""
    status, found = refusal
    say = words(language)
    content = Markup('<p>{}</p>\n<p><a href="./">{}</a></p>').format(found.text(language), say["back"])
    return render_template("_layout.html", content=content, page_title=say["documents"]), status


def file_name(name: str, ending: str) -> str:
    """Return a file name made of letters, digits, dots and dashes only.

    >>> file_name('../F"2026/0042\\r\\n', "pdf")
    'F-2026-0042.pdf'
    """
    safe = _UNSAFE.sub("-", name).strip(".-_")[:_LONGEST_NAME]
    return f"{safe or 'document'}.{ending}"


def _guarded(make: Callable[[], Response | Refusal]) -> Response | Refusal:
    try:
        return make()
    except (RenderingError, NotAsSentError) as fault:
        return 422, fault.message
    except TemplateError as fault:
        return 422, message("{file}, line {line}: {fault}", file=fault.filename, line=fault.line, fault=fault.message)
    # A link of a page answers with a sentence, whatever the ledger or a template of the user's holds.
    except Exception as error:
        LOG.exception("A document could not be rendered.")
        return 422, failure_message(error)


def _download(content: bytes, name: str, ending: str, media_type: str) -> Response:
    response = send_file(
        BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=file_name(name, ending),
        max_age=0,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
