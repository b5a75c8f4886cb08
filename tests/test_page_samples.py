"""Every kind of document and layout in every template of facturier: line by line, as files, scanned by a phone."""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pdf_pages import page_of
from sample_pages import GOLDEN, TEMPLATES, golden_text, rendered, samples, text_of
from verapdf_engine import validate_pdfa

from facturier.pdf.page import PageLine, PageTax, PageTotals
from facturier.pdf.render import render_pdf
from facturier.pdf.template import packaged_template
from facturier.rules.pack import check_all
from facturier.violations import Severity

MILLIMETRE = 72 / 25.4
NAMES = sorted(path.stem for path in (GOLDEN / "default").glob("*.txt"))
# Across the others lies a watermark: they are not posted.
POSTED = [name for name in NAMES if not name.startswith(("draft", "P2026")) and not name.endswith("duplicata")]


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
def test_there_is_a_golden_text_of_every_sample(template: str) -> None:
    assert {path.stem for path in (GOLDEN / template).glob("*.txt")} == set(rendered(template))


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_what_its_golden_text_says(template: str, name: str) -> None:
    """After a change that is meant: python tests/sample_pages.py, and look at the difference."""
    expected = (GOLDEN / template / f"{name}.txt").read_text(encoding="utf-8")
    assert golden_text(rendered(template)[name].pdf) == expected


def test_the_samples_are_books_without_a_fault() -> None:
    workspace = samples()
    assert workspace.errors == ()
    wrong = [one for one in check_all(workspace.books) if one.rule.severity is Severity.ERROR]
    assert [str(one.message) for one in wrong] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_of_a_sample_is_cut_or_missing(template: str) -> None:
    for name, document in rendered(template).items():
        assert [str(warning) for warning in document.warnings] == [], name


@pytest.mark.java
def test_every_sample_is_a_pdfa(tmp_path: Path) -> None:
    paths = []
    for template in TEMPLATES:
        for name, document in rendered(template).items():
            paths.append(tmp_path / f"{template}-{name}.pdf")
            paths[-1].write_bytes(document.pdf)
    assert {str(path): found for path, found in validate_pdfa(paths).items() if found} == {}


# --- Where things stand -------------------------------------------------------------------------


def words_of(pdf: bytes) -> list[tuple[float, float, float, float, str]]:
    """Return the words of the first page with left, top, right and foot in millimetres."""
    shown = text_of(pdf, "-bbox", "-l", "1")
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)', shown)
    return [(*(float(edge) / MILLIMETRE for edge in edges), word) for *edges, word in found]


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", POSTED)
def test_nothing_but_the_recipient_stands_in_the_window(template: str, name: str) -> None:
    """85 × 33 mm at 110 mm and 55 mm, the window of a French C5/C6 envelope."""
    window = []
    for left, top, right, foot, word in words_of(rendered(template)[name].pdf):
        if right > 110 and left < 195 and foot > 55 and top < 88:
            assert left >= 109.9
            assert right <= 195
            assert top >= 55
            assert foot <= 88
            window.append(word)
    document = samples().books.document(name)
    assert document is not None
    assert document.client is not None
    assert " ".join(window).startswith(document.client.name)
    last = f"{document.client.postcode} {document.client.city}".upper()
    assert last in " ".join(window)


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("count", [0, 1, *range(10, 24), 150, 500])
def test_totals_payment_and_notes_stay_together_and_every_page_is_counted(template: str, count: int) -> None:
    pages = text_of(render_pdf(page_of(count), packaged_template(template)).pdf, "-layout").split("\f")[:-1]
    for index, text in enumerate(pages, 1):
        assert f"Page {index}/{len(pages)}" in text
        assert ("À reporter" in text) is (index < len(pages))
    last = pages[-1]
    for word in ("Net à payer TTC", "Pas d’escompte", *(["Montant", "IBAN"] if count else [])):
        assert word in last or word.upper() in last, word
        assert not any(word in text for text in pages[:-1])
    if len(pages) > 1:
        assert sum(f"n° {count}" in text for text in pages) == 1
        assert f"n° {count}" in last  # never totals alone


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
def test_carried_totals_are_sums_of_the_lines_before(template: str) -> None:
    page = page_of(150)
    total, number = Decimal(0), 0
    texts = text_of(render_pdf(page, packaged_template(template)).pdf, "-layout").split("\f")[:-1]
    for index, text in enumerate(texts):
        brought = re.findall(r"Report +([\d ]+,\d\d) €", text)
        assert brought == ([f"{total:,.2f}".replace(",", " ").replace(".", ",")] if index else [])
        assert "désignation" in text.casefold()
        for found in re.findall(r"n° (\d+) ", text):
            number += 1
            assert int(found) == number
            total += page.lines[number - 1].amount
        carried = re.findall(r"À reporter +([\d ]+,\d\d) €", text)
        assert carried == ([f"{total:,.2f}".replace(",", " ").replace(".", ",")] if index < len(texts) - 1 else [])
    assert (number, total) == (150, page.totals.net)


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", ["fr", "en", "nl", "de"])
def test_amounts_of_fifteen_digits_stay_on_one_line(template: str, language: str) -> None:
    net, vat = Decimal("8333333333333.31"), Decimal("1666666666666.66")
    gross = net + vat
    page = page_of(
        lines=(PageLine(item="Ouvrage", amount=net, quantity=Decimal(1), price=net, rate=Decimal(20)),),
        taxes=(PageTax(category="S", rate=Decimal(20), base=net, amount=vat),),
        totals=PageTotals(lines=net, net=net, vat=vat, gross=gross, due=gross),
        language=language,
    )
    found = render_pdf(page, packaged_template(template))
    wording = packaged_template(template).wording(language)
    text = text_of(found.pdf, "-raw")
    for amount in (net, vat, gross):
        assert re.sub("[\u00a0\u202f]", " ", wording.money(amount, "EUR")) in text, amount
    assert found.cut == ()


# --- The payment code ---------------------------------------------------------------------------


def scanned(pdf: bytes, folder: Path) -> str:
    """Return what a phone reads from the last page; "" where there is no code."""
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", folder / "page.pdf", folder / "page"], check=True, timeout=60)
    picture = max(folder.glob("page*.png"))
    run = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, check=False, timeout=60)
    return run.stdout.decode("utf-8").strip()


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("F2026-0001", "EUR2583.00"), ("F2026-0003", "EUR6840.00"), ("F2026-0009", "EUR840.00"),
        ("F2026-0012", "EUR360.00"), ("F2026-0006", ""), ("F2026-0007", ""), ("F2026-0011", ""), ("F2026-0015", ""),
        ("A2026-0001", ""), ("D2026-0017", ""), ("BL2026-0009", ""),
    ],
)  # fmt: skip
def test_the_code_asks_for_what_is_due_and_is_absent_where_nothing_is(
    template: str, name: str, amount: str, tmp_path: Path
) -> None:
    try:
        subprocess.run(["zbarimg", "--version"], capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("zbar: zbarimg is not installed")
    payload = scanned(rendered(template)[name].pdf, tmp_path)
    assert (payload.split("\n")[7] if amount else payload) == amount


# --- Read by everybody --------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_reader_is_told_language_title_and_places(template: str) -> None:
    languages = {"F2026-0001": "fr-FR", "F2026-0004": "de-DE", "F2026-0005": "nl-NL", "F2026-0006": "en-GB"}
    titles = {"F2026-0001": "Facture", "F2026-0004": "Rechnung", "F2026-0005": "Factuur", "F2026-0006": "Invoice"}
    for name, language in languages.items():
        pdf = pikepdf.open(BytesIO(rendered(template)[name].pdf))
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo.Title).startswith(f"{titles[name]} {name}")
        with pdf.open_outline() as outline:
            marks = [item.title for item in outline.root]
        assert marks[0].casefold().startswith(titles[name].casefold())
        assert len(marks) >= 2
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.poppler
@pytest.mark.parametrize(
    ("template", "order"),
    [
        (
            "default",
            ["Atelier Exemple", "Facture", "Martin Bâtiment", "DÉSIGNATION", "Guide", "Net à payer TTC", "IBAN"],
        ),
        (
            "studio",
            ["Facture", "Atelier Exemple", "Martin Bâtiment", "Désignation", "Guide", "Net à payer TTC", "IBAN"],
        ),
    ],
)
def test_text_comes_out_in_the_order_it_is_read(template: str, order: list[str]) -> None:
    text = text_of(rendered(template)["F2026-0001"].pdf, "-raw")
    places = [text.index(word) for word in order]
    assert places == sorted(places)
