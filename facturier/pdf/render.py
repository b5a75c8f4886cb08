"""From a page to a PDF/A-3b: template, dialect, layout, operators, file. The way in to this package."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from facturier.pdf.dialect import read_document
from facturier.pdf.faults import TemplateError
from facturier.pdf.layout import lay_out
from facturier.pdf.paint import paint
from facturier.pdf.pdfa import Attachment, write_pdf
from facturier.pdf.template import PageTemplate, packaged_template
from facturier.pdf.xmp import Metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from facturier.pdf.fonts import MissingGlyph
    from facturier.pdf.pictures import Picture
    from facturier.pdf.template import AnyPage
    from facturier.pdf.wording import Wording

_REGIONS = {"fr": "fr-FR", "en": "en-GB", "nl": "nl-NL", "de": "de-DE"}


class Rendered(NamedTuple):
    """A document as a file.

    Attributes:
        pdf: PDF/A-3b.
        pages: How many pages it has.
        missing_glyphs: Characters the font lacks, shown as question marks; report them.
        cut: The beginnings of texts that did not fit at their fixed place; report them.
    """

    pdf: bytes
    pages: int
    missing_glyphs: tuple[MissingGlyph, ...]
    cut: tuple[str, ...]


def render_pdf(
    page: AnyPage,
    template: PageTemplate | None = None,
    attachments: Sequence[Attachment] = (),
    pictures: Mapping[str, Picture] | None = None,
) -> Rendered:
    """Render a page.

    The same arguments give the same bytes, whatever the day, the machine's language or its time zone.

    Args:
        page: What to show.
        template: How; the default template where None.
        attachments: Files to embed, the Factur-X XML among them.
        pictures: Pictures by the names the template uses; the default template knows "logo".

    Raises:
        TemplateError: The template is wrong, or the page's language has no words.
    """
    template = template or packaged_template()
    pictures = pictures or {}
    wording = template.wording(page.language)
    text = template.render(page, {name: picture.width / picture.height for name, picture in pictures.items()})
    document = read_document(text, template.theme, template.filename)
    try:
        laid_out = lay_out(document, pictures, lambda amount: wording.money(amount, page.currency))
    except TemplateError as error:
        if error.filename:
            raise
        raise TemplateError(template.filename, 0, error.message) from error
    painted = paint(laid_out.pages, document.page_height)
    pdf = write_pdf(
        painted, (document.page_width, document.page_height), metadata_of(page, wording), pictures, attachments
    )
    return Rendered(pdf, len(laid_out.pages), laid_out.missing, laid_out.cut)


def metadata_of(page: AnyPage, wording: Wording) -> Metadata:
    """Return what the file says about itself; its date is the document's, at noon UTC."""
    title = wording.text(f"title.{page.kind}")
    numbered = f"{title} {page.number}".strip() if page.number else title
    return Metadata(
        title=_plain(f"{numbered} – {page.seller.name}"),
        author=_plain(page.seller.name),
        subject=_plain(page.title or numbered),
        language=_REGIONS.get(page.language, page.language),
        date=datetime.combine(page.date, time(12), tzinfo=UTC),
    )


def _plain(text: str) -> str:
    """Return text fit for metadata: one line, printable characters only, of a sensible length."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:500]
