"""The contender: the same invoice as a PDF/A-3b by WeasyPrint, everything that can be made once made once.

Font configuration, style sheet and compiled Jinja2 template are kept; the fonts are the two static Inter files that
our own pages embed; the payment code is our own matrix as one SVG path. The XML is attached; the XMP schema of
Factur-X is left out, so the contender has a little less to write.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import cache, partial
from io import BytesIO
from itertools import accumulate
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from benchmarks.code_path import code_path
from facturier.pdf.epc_qr import qr_rows
from facturier.pdf.fonts import packaged_fonts
from facturier.pdf.qr import QUIET_ZONE
from facturier.pdf.template import packaged_template
from facturier.rendering import XML_NAME, Prepared

_HERE = Path(__file__).parent
_FACE = '@font-face {{ font-family: Inter; font-weight: {weight}; src: url("{uri}") }}\n'
_FILTERS = ("grouped", "siret", "initials")
_WEIGHTS = {"Inter-Regular.ttf": 400, "Inter-SemiBold.ttf": 600}


def lay_out(prepared: Prepared) -> bytes:
    """Return the PDF/A-3b of a prepared invoice, its XML attached."""
    fonts, style = _style()
    moment = datetime.combine(prepared.page.date, time(12))
    attachment = Attachment(
        file_obj=BytesIO(prepared.xml or b""),
        name=XML_NAME,
        description="Factur-X",
        relationship="Data",
        created=moment,
        modified=moment,
    )
    pdf: bytes = HTML(string=html_of(prepared)).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3b", attachments=[attachment]
    )
    return pdf


def html_of(prepared: Prepared) -> str:
    """Return the page as HTML."""
    page = prepared.page
    wording = packaged_template().wording(page.language)
    rows = qr_rows(page.payment.epc)
    return _template().render(
        page=page,
        lines=list(zip(page.lines, accumulate(line.amount for line in page.lines), strict=True)),
        code=code_path(rows),
        modules=len(rows) + 2 * QUIET_ZONE,
        t=wording.text,
        money=partial(wording.money, currency=page.currency),
        number=wording.number,
        percent=wording.percent,
        date=wording.date,
    )


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters.update({name: packaged_template().environment.filters[name] for name in _FILTERS})
    return environment.get_template("weasyprint_invoice.html")


@cache
def _style() -> tuple[FontConfiguration, CSS]:
    """Return the style sheet with the two faces, parsed once."""
    fonts = FontConfiguration()
    faces = "".join(
        _FACE.format(weight=weight, uri=(packaged_fonts() / name).as_uri()) for name, weight in _WEIGHTS.items()
    )
    sheet = (_HERE / "weasyprint_invoice.css").read_text(encoding="utf-8")
    return fonts, CSS(string=faces + sheet, font_config=fonts)
