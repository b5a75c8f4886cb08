"""A contender: the same invoice as a PDF/A-3b by typst, its compiler and fonts made once and kept.

The fonts are the two static Inter files that our own pages embed, the payment code is our own matrix as an SVG; the
values come formatted, as text. The XML is attached; the XMP schema of Factur-X is left out, and tags are switched
off, so the contender has a little less to write.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import typst

from benchmarks.code_path import code_path
from facturier.pdf.epc_qr import qr_rows
from facturier.pdf.fonts import packaged_fonts
from facturier.pdf.qr import QUIET_ZONE
from facturier.pdf.template import packaged_template
from facturier.pdf.wording import Wording
from facturier.rendering import Prepared

_SVG = "http://www.w3.org/2000/svg"


def lay_out(prepared: Prepared) -> bytes:
    """Return the PDF/A-3b of a prepared invoice, its XML attached."""
    pdf = _compiler().compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data_of(prepared))},
        pdf_standards=["a-3b"],
        timestamp=int(datetime.combine(prepared.page.date, time(12), tzinfo=UTC).timestamp()),
        pdf_tags=False,
    )
    if not isinstance(pdf, bytes):
        raise TypeError(pdf)
    return pdf


@cache
def _compiler() -> typst.Compiler:
    here = Path(__file__).parent
    return typst.Compiler(
        str(here / "typst_invoice.typ"), root=str(here), font_paths=[str(packaged_fonts())], ignore_system_fonts=True
    )


def data_of(prepared: Prepared) -> dict[str, Any]:
    """Return all that the page shows, as text."""
    page = prepared.page
    template = packaged_template()
    wording = template.wording(page.language)
    filters, say = template.environment.filters, wording.text
    seller, client, payment = page.seller, page.client, page.payment

    rows = qr_rows(payment.epc)
    edge = len(rows) + 2 * QUIET_ZONE
    capital = wording.money(seller.capital, page.currency, whole=True) if seller.capital else ""
    return {
        "document-title": f"{say('title.invoice')} {page.number} – {seller.name}",
        "kind": say("title.invoice"),
        "number": page.number,
        "title": page.title,
        "date": wording.date(page.date),
        "day": {"year": page.date.year, "month": page.date.month, "day": page.date.day},
        "words": {"number": say("label.number"), "client": say("label.client")},
        "initials": filters["initials"](seller.name),
        "seller": {"name": seller.name, "address": list(seller.address)},
        "client": {
            "name": client.name,
            "identity": f"{say('label.siren')} {filters['grouped'](client.siren, 3)}",
            "address": [*client.address[:-1], client.address[-1].upper()],
        },
        "footer": [
            f"{seller.name} · {say('footer.capital', form=seller.legal_form, capital=capital)} · "
            f"{say('footer.rcs', town=seller.rcs)} {filters['grouped'](seller.siren, 3)}",
            f"{say('label.siret')} {filters['siret'](seller.siret)} · {say('label.vat-number')} {seller.vat_number}",
        ],
        **_figures(prepared, wording),
        "payment": {
            "head": say("payment.transfer"),
            "rows": [
                [say("payment.iban"), filters["grouped"](payment.iban)],
                [say("payment.reference"), payment.reference],
            ],
            "scan": say("payment.scan"),
        },
        "code": f'<svg xmlns="{_SVG}" viewBox="0 0 {edge} {edge}"><path d="{code_path(rows)}"/></svg>',
        "notes": list(page.notes),
        "xml": (prepared.xml or b"").decode(),
    }


def _figures(prepared: Prepared, wording: Wording) -> dict[str, Any]:
    """Return the dates, the lines and the sums of the page."""
    page, say = prepared.page, wording.text

    def money(value: Any) -> str:
        return wording.money(value, page.currency)

    return {
        "band": [
            [say("label.date"), wording.date(page.date)],
            [say("label.due"), wording.date(page.due) if page.due else ""],
            [say("label.method"), say(f"method.{page.payment.method}")],
            [say("label.payable"), money(page.totals.due)],
        ],
        "facts": [
            [say("label.subject"), page.title],
            [say("label.nature"), say(f"nature.{page.nature}")],
            [say("label.terms"), page.terms],
        ],
        "head": [
            say("table.item"),
            say("table.quantity"),
            f"{say('table.price')} {say('table.without-tax')}",
            say("table.vat"),
            f"{say('table.total')} {say('table.without-tax')}",
        ],
        "lines": _lines(prepared, wording),
        "taxes-head": [say("table.vat"), say("totals.base"), say("totals.tax")],
        "taxes": [[wording.percent(tax.rate), money(tax.base), money(tax.amount)] for tax in page.taxes],
        "totals": [
            [say("totals.net"), money(page.totals.net)],
            [say("totals.vat"), money(page.totals.vat)],
            [say("totals.payable-gross"), money(page.totals.due)],
        ],
    }


def _lines(prepared: Prepared, wording: Wording) -> list[list[str]]:
    """Return the cells of each line, and what the foot of a page carries forward after it."""
    page = prepared.page
    sums = list(accumulate(line.amount for line in page.lines))
    cells = []
    for line, total in zip(page.lines, sums, strict=True):
        carried = f"{wording.text('table.carry')}  {wording.money(total, page.currency)}"
        cells.append(
            [
                line.item,
                line.description,
                f"{wording.number(line.quantity or total)}\u00a0{wording.text(f'unit.{line.unit}')}",
                wording.money(line.price or total, page.currency),
                wording.percent(line.rate),
                wording.money(line.amount, page.currency),
                "" if line is page.lines[-1] else carried,
            ]
        )
    return cells
