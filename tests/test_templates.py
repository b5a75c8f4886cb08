"""The default template: what each kind of document shows, how many pages it takes, what hostile text does."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pdf_pages import CLIENT, FACTUR_X, SELLER, all_kinds, page_of, totals_of
from PIL import Image

from facturier.pdf.page import PageLine, PageParty, PagePayment
from facturier.pdf.pictures import Bitmap, read_picture
from facturier.pdf.render import Rendered, render_pdf
from facturier.pdf.template import packaged_template

HOSTILE = "<b>&amp;{{ 7 * 7 }}]]></p>\x00\x07\u202eשלום 😀 "


def shown(pdf: bytes, *options: str) -> str:
    """Return the text of a PDF with ordinary spaces."""
    run = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub("[\u00a0\u202f]", " ", run.stdout.decode("utf-8"))


def text_of(kind: str) -> str:
    pdf = render_pdf(all_kinds()[kind], attachments=[FACTUR_X]).pdf
    turned = re.sub(r"\s", "", shown(pdf, "-raw"))  # a turned text comes out letter by letter
    return " ".join(f"{shown(pdf, '-layout')} {shown(pdf)} {turned}".split())


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (8, 1), (30, 2), (150, 6), (500, 19)])
def test_how_many_pages(count: int, pages: int) -> None:
    assert render_pdf(page_of(count)).pages == pages


@pytest.mark.poppler
def test_carried_totals_of_a_long_invoice_are_sums_of_its_lines() -> None:
    page = page_of(150)
    pdf = render_pdf(page).pdf
    total = Decimal(0)
    number = 0
    texts = shown(pdf, "-layout").split("\f")[:-1]
    for index, text in enumerate(texts):
        brought = re.findall(r"Report +([\d ]+,\d\d) €", text)
        assert brought == ([f"{total:,.2f}".replace(",", " ").replace(".", ",")] if index else [])
        for found in re.findall(r"n° (\d+) ", text):
            number += 1
            assert int(found) == number
            total += page.lines[number - 1].amount
        carried = re.findall(r"À reporter +([\d ]+,\d\d) €", text)
        assert carried == ([f"{total:,.2f}".replace(",", " ").replace(".", ",")] if index < len(texts) - 1 else [])
        assert f"Page {index + 1}/{len(texts)}" in text
        assert "DÉSIGNATION" in text
    assert number == 150
    assert total == page.totals.net


@pytest.mark.poppler
def test_an_invoice_shows_what_the_law_wants() -> None:
    text = text_of("invoice")
    for mention in (
        "Facture", "F2026-0042", "03/11/2026", "14/01/2027", "fin de mois + 45 jours",
        "Atelier Numérique", "12 rue des Lilas", "69003 Lyon", "SARL au capital de 10 000 €", "RCS Lyon 732 829 320",
        "SIRET 732 829 320 00074", "TVA FR44732829320", "APE 6201Z",
        "Martin Bâtiment SAS", "4 quai du Port", "13002 MARSEILLE", "SIREN 552 100 554", "TVA FR96552100554",
        "BC-7917", "Prestation de services", "0,5 j", "49,45 €", "5,5 %", "Total HT", "Net à payer TTC",
        "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "RF83FA20260042", "Pas d’escompte", "Page 1/1",
    ):  # fmt: skip
        assert mention in text, mention


@pytest.mark.poppler
@pytest.mark.parametrize(
    ("kind", "mentions"),
    [
        ("english", ["Invoice", "3 November 2026", "Amount due", "€24.73", "5.5%", "SARL, share capital €10,000"]),
        ("deposit", ["Facture d’acompte", "D2026-0017"]),
        ("progress", ["Facture de situation", "M-2026-01"]),
        ("final", ["Facture de solde", "ACOMPTES DÉDUITS", "F2026-0039", "21/10/2026", "−300,00 €", "−60,00 €"]),
        ("final", ["Acompte F2026-0039", "−360,00 €"]),
        ("credit-note", ["Avoir", "A2026-0012", "FACTURE RECTIFIÉE", "F2026-0042", "À votre crédit"]),
        ("self-billed", ["Autofacture", "Autofacturation"]),
        ("quote", ["Devis", "D2026-0017", "VALABLE JUSQU’AU", "12/11/2026", "BON POUR ACCORD", "Total TTC"]),
        ("order", ["Confirmation de commande", "BON POUR ACCORD"]),
        ("delivery", ["Bon de livraison", "02/11/2026", "0,5 j"]),
        ("proforma", ["Facture proforma", "PROFORMA"]),
        ("draft", ["Facture", "BROUILLON"]),
        ("duplicate", ["DUPLICATA", "F2026-0042"]),
        ("paid", ["Payé 03/11/2026", "Carte bancaire", "Net à payer"]),
        ("instalments", ["ÉCHÉANCIER", "30 %", "100,00 €", "03/12/2026", "Retenue de garantie"]),
        ("instalments", ["Remise 5 %", "−12,50 €", "Frais de port"]),
        ("dollars", ["USD 24.73", "No VAT", "VAT not applicable", "UNITED STATES"]),
        ("dollars", ["0.9214", "ECB, 26 November 2026", "€0.00"]),
        ("details", ["Refonte du site vitrine", "30/10/2026", "Chantier Confluence", "12 quai Perrache"]),
        ("details", ["du 01/10/2026 au 31/10/2026", "Annule et remplace F2026-0041", "PRIX UNIT. TTC"]),
        ("details", ["C-12", "EJ-2026-01", "SRV-7", "après les débits"]),
    ],
)  # fmt: skip
def test_every_kind_shows_its_own(kind: str, mentions: list[str]) -> None:
    text = text_of(kind)
    for mention in mentions:
        assert mention in text, mention


@pytest.mark.poppler
def test_what_must_not_be_there() -> None:
    assert "€" not in text_of("delivery").split("Page")[0].replace("10 000 €", "")
    assert "F2026" not in text_of("draft")
    for kind in ("credit-note", "quote", "delivery", "proforma", "paid"):
        assert "IBAN" not in text_of(kind), kind


def decoded(pdf: bytes, folder: Path) -> list[str]:
    """Return the payloads of the QR codes on the first page, as a phone would read them from a print."""
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(file), str(folder / "page")], check=True, timeout=60)
    picture = min(folder.glob("page*.png"))
    run = subprocess.run(["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, check=False, timeout=60)
    return [run.stdout.decode("utf-8").rstrip("\n")] if run.stdout else []


@pytest.mark.poppler
def test_the_payment_code_reads_back(tmp_path: Path) -> None:
    try:
        subprocess.run(["zbarimg", "--version"], capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("zbar: zbarimg is not installed")
    page = page_of()
    assert decoded(render_pdf(page).pdf, tmp_path) == [page.payment.epc]
    empty = tmp_path / "none"
    empty.mkdir()
    assert decoded(render_pdf(all_kinds()["paid"]).pdf, empty) == []


def hostile_fields(text: str) -> Rendered:
    """Render a page with the same text in every free field."""
    party = PageParty(
        name=text, trade_name=text, address=(text, text, text), country=text, contact=text, email=text, phone=text,
        website=text, siren=text, siret=text, vat_number=text, legal_form=text, rcs=text, rna=text, ape=text,
        further=(text,),
    )  # fmt: skip
    line = PageLine(
        item=text, description=f"{text}\n{text}", product=text, unit=text, quantity=Decimal(1), price=Decimal(1),
        amount=Decimal(1), rate=Decimal(20),
    )  # fmt: skip
    totals, taxes = totals_of([line])
    page = page_of(
        lines=(line, line), totals=totals, taxes=tuple(replace(tax, reason=text) for tax in taxes), number=text,
        seller=party, client=party, title=text, terms=text, order=text, contract=text, engagement=text,
        service_code=text, quote=text, delivery_name=text, delivery_address=(text,), notes=(text, text),
        payment=PagePayment(method="transfer", holder=text, iban=text, bic=text, reference=text, epc=""),
    )  # fmt: skip
    return render_pdf(page, attachments=[FACTUR_X])


@pytest.mark.poppler
def test_hostile_text_in_every_field_is_only_text() -> None:
    rendered = hostile_fields(HOSTILE)
    text = shown(rendered.pdf)
    assert "<b>&amp;{{ 7 * 7 }}]]></p>" in text
    assert "49" not in text
    assert "&lt;" not in text
    assert {glyph.character for glyph in rendered.missing_glyphs} == set("שלוםQ😀") - {"Q"}
    assert {glyph.name for glyph in rendered.missing_glyphs} >= {"HEBREW LETTER SHIN", "GRINNING FACE"}


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "mot " * 2_500, "\n" * 10_000, "e\u0301" * 5_000, "", " ", "\u202e\u2066"]
)
def test_extreme_text_in_every_field(text: str) -> None:
    rendered = hostile_fields(text)
    assert rendered.pages >= 1
    assert rendered.missing_glyphs == ()


def test_what_is_cut_at_a_fixed_place_is_reported() -> None:
    client = replace(CLIENT, address=("ligne " * 400,))
    assert any("LIGNE" in text for text in render_pdf(page_of(client=client)).cut)
    assert render_pdf(page_of()).cut == ()


@pytest.mark.poppler
def test_the_address_stands_in_the_window() -> None:
    """The window of a French C5/C6 envelope: 85 × 33 mm at 110 mm and 55 mm (pdf.md, section 12)."""
    client = replace(
        CLIENT, contact="Mme Roy", address=("Bâtiment C", "4 quai du Port", "13002 Marseille"), country="France"
    )
    run = shown(render_pdf(page_of(client=client)).pdf, "-bbox")
    millimetre = 72 / 25.4
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)', run)
    window: list[str] = []
    for x_min, y_min, x_max, y_max, word in words:
        left, top, right, foot = (float(edge) / millimetre for edge in (x_min, y_min, x_max, y_max))
        if right > 105 and top < 92 and foot > 50:
            assert left >= 109.9
            assert top >= 55
            assert right <= 195
            assert foot <= 88
            window.append(word)
    assert " ".join(window) == "Martin Bâtiment SAS Mme Roy Bâtiment C 4 quai du Port 13002 MARSEILLE FRANCE"


@pytest.mark.poppler
def test_the_monogram_is_two_letters_of_the_trade_name() -> None:
    seller = replace(SELLER, trade_name="Les beaux sites")
    assert shown(render_pdf(page_of(seller=seller)).pdf, "-raw").split("\n")[0] == "LB"


def test_a_logo_stands_in_for_the_monogram(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), (200, 30, 30)).save(file)
    picture = read_picture("logo.png", file.read_bytes())
    assert isinstance(picture, Bitmap)
    rendered = render_pdf(page_of(40), pictures={"logo": picture})
    assert rendered.pdf.count(b"/Subtype /Image") == 1
    assert b"/Image" not in render_pdf(page_of()).pdf


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.1)."""

    def luminance(operands: str) -> float:
        parts = [float(part) for part in operands.split()]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ink", ["ink", "grey", "accent"])
@pytest.mark.parametrize("paper", ["white", "tint"])
def test_every_text_has_enough_contrast(ink: str, paper: str) -> None:
    colours = packaged_template().theme.colours
    assert contrast(colours[ink], colours[paper]) >= 4.5


@pytest.mark.poppler
def test_the_text_comes_out_in_reading_order() -> None:
    text = shown(render_pdf(page_of()).pdf, "-raw")
    order = ["Atelier Numérique", "Facture", "Martin Bâtiment", "DATE D’ÉMISSION", "DÉSIGNATION", "n° 1", "n° 3"]
    order += ["Net à payer TTC", "IBAN"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_a_page_with_one_date_for_everything() -> None:
    page = page_of(date=date(2026, 12, 31), due=date(2026, 12, 31))
    assert render_pdf(page).pages == 1
    assert SELLER.name in packaged_template().render(page)
