"""From a document of the books to the files that are sent: the PDF page and the XML inside it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from zlib import ZLIB_RUNTIME_VERSION

from facturier.assets import no_template, safe_name, template_folder
from facturier.books import Books
from facturier.documents import Document
from facturier.einvoice.invoice import UnwritableError
from facturier.mentions import printed_language
from facturier.messages import Message, message
from facturier.pages import page_of
from facturier.pdf.page import Page
from facturier.pdf.pdfa import Attachment
from facturier.pdf.pictures import MOST_BYTES, Picture, read_picture
from facturier.pdf.render import render_pdf
from facturier.pdf.shelf import Choice, choose, chosen_notices, chosen_template
from facturier.seals import template_name
from facturier.structured import Syntax, dates_cited, structured, written
from facturier.supporting import SupportingError, SupportingFile, read_supporting

XML_NAME = "factur-x.xml"
# What the name of a duplicate's file ends in.
DUPLICATE = "-duplicata"


class RenderingError(Exception):
    """A document cannot be rendered; the message says what is missing in the ledger."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that makes a document's files, before they are laid out.

    Attributes:
        name: File name without ending.
        page: What the page shows.
        xml: The CII XML, or None.
        logo: The seller's logo, or None.
        warnings: What could not be used.
        template: What it is laid out with.
        supporting: The files that go with it.
    """

    name: str
    page: Page
    xml: bytes | None
    logo: Picture | None
    warnings: tuple[Message, ...]
    template: Choice
    supporting: tuple[SupportingFile, ...] = ()

    def fingerprint(self) -> str:
        """Return a hash of all that decides the PDF's bytes: the same hash, the same file."""
        looks = repr(self.logo).encode(), self.template.look.encode()
        parts = (repr(self.page).encode(), self.xml or b"", *looks, *(file.content for file in self.supporting))
        digest = sha256(made_with().encode())
        for part in parts:
            digest.update(sha256(part).digest())
        return digest.hexdigest()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Let the garbage collector rest: a long page is ten thousands of values in no circle, which it would look through.

    It is switched back on by whoever switched it off, so pages rendered in several threads leave it on.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_collector_paused()
def prepare(document: Document, books: Books, folder: Path) -> Prepared:
    """Compute everything a document's files say.

    Args:
        document: What to render.
        books: The books it stands in.
        folder: The ledger's folder, for its logo and templates.

    Raises:
        RenderingError: The document has no seller, no client, no line, names no template, a file that goes with it
            cannot be used, or it holds what no XML can.
        TemplateError: The template cannot be used.
    """
    _refuse_incomplete(document)
    template = _template(document, books, folder)
    supporting = _supporting(document, folder)
    xml = _xml(document, books, Syntax.CII, supporting)
    logo, warnings = read_logo(document.seller.logo if document.seller else "", folder)
    warnings += chosen_notices(template)
    page = page_of(document, dates_cited(document, books), books.roles.of(document.paid_account).name, books.law)
    return Prepared(file_name(document), page, xml, logo, tuple(warnings), template, supporting)


@_collector_paused()
def lay_out(prepared: Prepared) -> RenderedDocument:
    """Make the PDF of a prepared document; a Factur-X file when it has XML."""
    attachments = (
        [
            Attachment(
                name=XML_NAME,
                data=prepared.xml,
                mime_type="text/xml",
                description="Factur-X",
                relationship="Data",
                profile="EN 16931",
            )
        ]
        if prepared.xml is not None
        else []
    )
    pictures = {"logo": prepared.logo} if prepared.logo else {}
    template = chosen_template(prepared.template)
    for file in prepared.supporting:
        attached = file.attached
        words = template.wording(prepared.page.language)
        described = words.text(f"attachment.{attached.qualifier}") if attached.qualifier else attached.name
        attachments.append(Attachment(attached.name, file.content, attached.media_type, described, "Supplement"))
    rendered = render_pdf(prepared.page, template, attachments, pictures)
    warnings = [
        message(
            "The font has no glyph for {character} ({code} {name}), in “{text}”; a question mark stands in its place.",
            character=missing.character,
            code=missing.code,
            name=missing.name,
            text=missing.text,
        )
        for missing in rendered.missing_glyphs
    ]
    warnings += [message("A text is too long for its place and was cut: {text}…", text=text) for text in rendered.cut]
    return RenderedDocument(prepared.name, rendered.pdf, prepared.xml, (*prepared.warnings, *warnings))


def as_duplicate(prepared: Prepared) -> Prepared:
    """Return a document that says across the page that it is a duplicate, without the XML: it was sent before."""
    page = replace(prepared.page, duplicate=True)
    return replace(prepared, name=f"{prepared.name}{DUPLICATE}", page=page, xml=None)


def render(document: Document, books: Books, folder: Path) -> RenderedDocument:
    """Render a document: prepare it and lay it out.

    Raises:
        RenderingError: The document has no seller, no client, no line, or holds what no XML can.
    """
    return lay_out(prepare(document, books, folder))


def render_xml(document: Document, books: Books, syntax: Syntax = Syntax.CII) -> bytes | None:
    """Return the XML of an invoice or credit note, by default the one inside its PDF; None for any other paper.

    Raises:
        RenderingError: The document holds what no EN 16931 file can.
    """
    if not document.kind.is_invoice:
        return None
    _refuse_incomplete(document)
    return _xml(document, books, syntax, _supporting(document, Path(books.filename).parent))


def _xml(document: Document, books: Books, syntax: Syntax, supporting: tuple[SupportingFile, ...]) -> bytes | None:
    if not document.kind.is_invoice:
        return None
    try:
        return written(structured(document, books, supporting), syntax)
    except UnwritableError as error:
        raise RenderingError(error.reason) from error


def file_name(document: Document) -> str:
    """Return a file name for a document: its number, or for a draft its kind, date and client.

    Only letters, digits, dots, dashes and underscores: no text of the ledger makes a path.
    """
    client = safe_name(document.client.id) if document.client else ""
    return safe_name(document.number) or safe_name(f"{document.kind.value}-{document.date.isoformat()}-{client}")


@cache
def made_with() -> str:
    """Return the versions of all that decides the bytes of a page besides its content and its template."""
    versions = [f"{name} {version(name)}" for name in ("facturier", "reportlab", "pillow", "jinja2")]
    return ", ".join([*versions, f"zlib {ZLIB_RUNTIME_VERSION}"])


def _refuse_incomplete(document: Document) -> None:
    if document.seller is None:
        raise RenderingError(message('There is no seller: add a custom "seller" directive dated before the document.'))
    if document.client is None:
        raise RenderingError(message('The document names no known client: add client: and its custom "client".'))
    if not document.lines:
        raise RenderingError(message("The document has no line."))


def _supporting(document: Document, folder: Path) -> tuple[SupportingFile, ...]:
    try:
        return read_supporting(document, folder)
    except SupportingError as error:
        raise RenderingError(error.reason) from error


def _template(document: Document, books: Books, folder: Path) -> Choice:
    """Return the template a document names, with the theme and the words of its day laid over it."""
    name = template_name(document)
    found = template_folder(name, folder)
    if found is None:
        raise RenderingError(no_template(name, folder))
    look = books.appearance
    words = look.words(printed_language(document), document.date)
    return choose(found, folder, look.theme(name, document.date), words)


def read_logo(name: str, folder: Path) -> tuple[Picture | None, list[Message]]:
    """Read a seller's logo; without a usable one the page is rendered without it, and says so."""
    if not name:
        return None, []
    try:
        path = (folder / name).resolve(strict=True)
        if not path.is_relative_to(folder.resolve()):
            return None, [message("The logo {name} lies outside the ledger's folder; move it there.", name=name)]
        if not path.is_file():
            return None, [message("The logo {name} is not a picture file.", name=name)]
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    # A name with a zero byte is a ValueError, a circle of links a RuntimeError before Python 3.13.
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return None, [message("The logo {name} cannot be read: {reason}.", name=name, reason=reason)]
    picture = read_picture(name, content)
    if isinstance(picture, Message):
        return None, [picture]
    return picture, []
