"""The file: PDF/A-3b by our own structural check and by veraPDF, attachments, metadata, the same bytes again."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree
from pdf_pages import FACTUR_X, all_kinds, page_of
from PIL import Image
from verapdf_engine import validate_pdfa

from facturier.pdf.pdfa import Attachment
from facturier.pdf.pictures import Bitmap, read_picture
from facturier.pdf.render import render_pdf
from facturier.pdf.template import packaged_template

_DC = "{http://purl.org/dc/elements/1.1/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


def logo() -> Bitmap:
    """Return a picture with an alpha channel."""
    buffer = io.BytesIO()
    Image.new("RGBA", (60, 30), (10, 90, 110, 128)).save(buffer, "PNG")
    picture = read_picture("logo", buffer.getvalue())
    assert isinstance(picture, Bitmap)
    return picture


def lint(pdf: bytes) -> Iterator[str]:
    """Yield what is wrong with the structure of a PDF/A-3b with one Factur-X attachment."""
    if not pdf.startswith(b"%PDF-1.7\n%") or max(pdf[10:14]) < 128:
        yield "no binary header"
    if len(re.findall(rb"\nendstream", pdf)) != pdf.count(b"endstream"):
        yield "no line end before endstream"
    document = pikepdf.open(io.BytesIO(pdf))
    root = document.Root
    if root.OutputIntents[0].DestOutputProfile.N != 3:
        yield "no RGB output intent"
    if "/ID" not in document.trailer or "/Encrypt" in document.trailer:
        yield "no identifier, or encrypted"
    if list(root.AF) != [root.Names.EmbeddedFiles.Names[1]] or root.AF[0].AFRelationship != "/Data":
        yield "the attachment is not associated"
    for page in document.pages:
        for font in page.Resources.Font.values():
            if "/FontFile2" not in font.FontDescriptor:
                yield f"{font.BaseFont} is not embedded"
            if "/ToUnicode" not in font:
                yield f"{font.BaseFont} cannot be searched"
        for annotation in page.get("/Annots", []):
            if annotation.get("/F") != 4:
                yield "an annotation without the print flag"
        if re.search(rb"(^|\s)[kK](\s|$)", page.Contents.read_bytes()):
            yield "a CMYK colour"
    yield from _metadata_differences(document)


def _metadata_differences(document: pikepdf.Pdf) -> Iterator[str]:
    """Yield where XMP and the information dictionary disagree."""
    xmp = etree.fromstring(document.Root.Metadata.read_bytes())

    def text(path: str) -> str:
        return "".join(str(part) for element in xmp.iterfind(f".//{path}") for part in element.itertext())

    information = document.docinfo
    pairs = {
        "/Title": text(f"{_DC}title"),
        "/Author": text(f"{_DC}creator"),
        "/Subject": text(f"{_DC}description"),
        "/Producer": text("{http://ns.adobe.com/pdf/1.3/}Producer"),
        "/Creator": text("{http://ns.adobe.com/xap/1.0/}CreatorTool"),
    }
    for key, value in pairs.items():
        if str(information[key]) != value:
            yield f"{key} {information[key]} is {value} in XMP"
    created = re.sub(r"\D", "", text("{http://ns.adobe.com/xap/1.0/}CreateDate"))
    if re.sub(r"\D", "", str(information["/CreationDate"])) != created:
        yield "the dates differ"
    if text("{http://www.aiim.org/pdfa/ns/id/}part") != "3":
        yield "not part 3"
    values = [text(f"{_FX}{name}") for name in ("DocumentFileName", "DocumentType", "Version", "ConformanceLevel")]
    if values != ["factur-x.xml", "INVOICE", "1.0", "EN 16931"]:
        yield f"Factur-X metadata {values}"


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_every_kind_of_page_has_the_structure_of_a_pdfa(kind: str) -> None:
    assert list(lint(render_pdf(all_kinds()[kind], attachments=[FACTUR_X]).pdf)) == []


def test_the_check_sees_what_is_missing() -> None:
    pdf = render_pdf(page_of(), attachments=[FACTUR_X]).pdf
    document = pikepdf.open(io.BytesIO(pdf))
    document.docinfo["/Title"] = "Other"
    del document.pages[0].Resources.Font.F1.FontDescriptor["/FontFile2"]
    broken = io.BytesIO()
    document.save(broken)
    assert {problem.split()[0] for problem in lint(broken.getvalue())} >= {"/Title"}
    assert any("not embedded" in problem for problem in lint(broken.getvalue()))


@pytest.mark.java
def test_verapdf_accepts_every_kind_of_page(tmp_path: Path) -> None:
    hostile = "<b>&amp;\x00\u202e שלום 😀 " + "é" * 300
    pages = {
        **all_kinds(),
        "hostile": page_of(title=hostile, notes=(hostile,), order=hostile),
        "greek": page_of(notes=("Ελληνικά кириллица " + "".join(map(chr, range(0x100, 0x250))),)),
        "empty": page_of(0),
    }
    paths: list[Path] = []
    for name, page in pages.items():
        pictures = {"logo": logo()} if name in ("invoice", "long") else None
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(render_pdf(page, attachments=[FACTUR_X], pictures=pictures).pdf)
        paths.append(path)
    assert {path.stem: failures for path, failures in validate_pdfa(paths).items() if failures} == {}


def test_the_attachment_comes_out_as_it_went_in() -> None:
    data = bytes(range(256)) * 40
    other = Attachment("bon de livraison é.pdf", data, "application/pdf", "Signé", "Supplement")
    document = pikepdf.open(io.BytesIO(render_pdf(page_of(), attachments=[FACTUR_X, other]).pdf))
    files = {name: document.attachments[name] for name in document.attachments}
    assert set(files) == {"factur-x.xml", "bon de livraison é.pdf"}
    assert files["factur-x.xml"].get_file().read_bytes() == FACTUR_X.data
    stored = files["bon de livraison é.pdf"].get_file()
    assert stored.read_bytes() == data
    assert stored.mime_type == "application/pdf"
    assert stored.md5 == md5(data, usedforsecurity=False).digest()


def test_a_paper_without_xml_claims_no_factur_x() -> None:
    pdf = render_pdf(page_of(kind="quote")).pdf
    document = pikepdf.open(io.BytesIO(pdf))
    assert "/AF" not in document.Root
    assert b"factur-x" not in document.Root.Metadata.read_bytes()


def test_language_and_title_are_stated_for_screen_readers() -> None:
    french = pikepdf.open(io.BytesIO(render_pdf(page_of()).pdf))
    assert str(french.Root.Lang) == "fr-FR"
    assert french.Root.ViewerPreferences.DisplayDocTitle
    english = pikepdf.open(io.BytesIO(render_pdf(page_of(language="en")).pdf))
    assert str(english.Root.Lang) == "en-GB"
    with english.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Invoice", "PAYMENT BY BANK TRANSFER"]


_PROGRAM = """
import sys
from hashlib import sha256
from pdf_pages import FACTUR_X, all_kinds
from facturier.pdf.render import render_pdf
from facturier.pdf.template import packaged_template
kinds = all_kinds()
names = sorted(kinds, reverse=sys.argv[1] == "reverse")
digests = {name: sha256(render_pdf(kinds[name], attachments=[FACTUR_X]).pdf).hexdigest() for name in names}
sys.stdout.write(repr(sorted(digests.items())))
"""


def test_the_same_bytes_in_another_process_time_zone_locale_and_order() -> None:
    outputs: set[bytes] = set()
    for order, zone, language, seed in (
        ("forward", "Asia/Tokyo", "C", "1"),
        ("reverse", "America/Lima", "fr_FR.UTF-8", "2"),
    ):
        environment = {
            **os.environ,
            "TZ": zone,
            "LC_ALL": language,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(Path(__file__).parent),
            "SOURCE_DATE_EPOCH": seed,
            **({"RL_pdfComments": "1", "RL_pdfMultiLine": "0", "RL_invariant": "1"} if seed == "2" else {}),
        }
        run = subprocess.run(
            [sys.executable, "-c", _PROGRAM, order], env=environment, capture_output=True, check=True, timeout=120
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert b"credit-note" in outputs.pop()


def test_several_threads_render_the_same_bytes() -> None:
    pages = [page_of(3, title=f"Objet {chr(200 + number)} {number}") for number in range(24)]
    alone = [render_pdf(page).pdf for page in pages]
    for face in (packaged_template().theme.styles["body"].face, packaged_template().theme.styles["strong"].face):
        face.subset.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda page: render_pdf(page).pdf, pages))
    assert together == alone


def test_other_content_has_another_identifier() -> None:
    def identifier(**changes: Any) -> bytes:
        document = pikepdf.open(io.BytesIO(render_pdf(page_of(**changes)).pdf))
        return bytes(document.trailer.ID[0])

    assert identifier() == identifier()
    assert identifier() != identifier(order="BC-1")
