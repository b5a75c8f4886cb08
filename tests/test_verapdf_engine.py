"""The PDF/A validator of the tests is itself tested: it passes a good file and names what is wrong in bad ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import reportlab
from PIL import ImageCms
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from verapdf_engine import validate_pdfa

pytestmark = pytest.mark.java

XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def page(font: str) -> bytes:
    """A page of text with ReportLab, without anything PDF/A asks for."""
    target = io.BytesIO()
    canvas = Canvas(target, initialFontName=font)
    canvas.setFont(font, 9)
    for line in range(70):
        canvas.setFillColorRGB(0.04, 0.36, 0.42)
        canvas.drawString(50, 800 - line * 11, f"Ligne {line} : prestation de développement, 650,00 €")
    canvas.save()
    return target.getvalue()


def archived(source: bytes, change: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """The page with an output intent and XMP, which makes it PDF/A-3b if its fonts are embedded."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with pikepdf.open(io.BytesIO(source)) as pdf:
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB",
            DestOutputProfile=pdf.make_stream(profile, N=3),
        )
        pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
        pdf.Root.Metadata = pdf.make_stream(XMP, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        del pdf.docinfo
        if change is not None:
            change(pdf)
        target = io.BytesIO()
        pdf.save(target, min_version="1.7", deterministic_id=True)
        return target.getvalue()


@pytest.fixture(scope="module")
def embedded_font() -> str:
    pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    return "Vera"


def add_link(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(link)])


def drop_metadata(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def clauses(failures: list[str]) -> set[str]:
    return {failure.partition(":")[0] for failure in failures}


def test_good_file_passes_and_each_fault_is_named(tmp_path: Path, embedded_font: str) -> None:
    files = {
        "good": archived(page(embedded_font)),
        "plain": page("Helvetica"),
        "font": archived(page("Helvetica")),
        "link": archived(page(embedded_font), add_link),
        "metadata": archived(page(embedded_font), drop_metadata),
        "garbage": b"%PDF-1.7 and nothing else",
    }
    paths = {name: tmp_path / f"{name}.pdf" for name in files}
    for name, data in files.items():
        paths[name].write_bytes(data)
    failures = validate_pdfa(list(paths.values()))
    found = {name: clauses(failures[path]) for name, path in paths.items()}
    assert found == {
        "good": set(),
        "plain": {"6.1.7.1 t2", "6.2.11.4.1 t1", "6.2.4.3 t2", "6.6.2.1 t1"},
        "font": {"6.2.11.4.1 t1"},
        "link": {"6.3.2 t1"},
        "metadata": {"6.6.2.1 t1"},
        "garbage": {"- t0"},
    }


def test_no_files_no_verdicts() -> None:
    assert validate_pdfa([]) == {}


def test_missing_file_is_a_failure(tmp_path: Path) -> None:
    (failure,) = validate_pdfa([tmp_path / "absent.pdf"]).values()
    assert "FileNotFoundException" in failure[0]
