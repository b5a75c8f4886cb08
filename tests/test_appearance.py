"""``custom "theme"`` and ``custom "wording"``: how pages look from a day on, and what is told of wrong values."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import reportlab
from ledgers import books_of, line_of, sale, write_ledger
from verapdf_engine import validate_pdfa

from facturier.assets import Assets
from facturier.directives.appearance import COLUMNS_OF_LAW, FURTHER_COLUMNS
from facturier.pdf.faults import TemplateError
from facturier.rendering import RenderedDocument, prepare, render
from facturier.rules.pack import check_all
from facturier.seal_form import Printed
from facturier.seals import FIRST, canonical, seal_hash
from facturier.workspace import open_ledger

TWO = sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0002", "2026-02-05")


def shown(document: RenderedDocument) -> str:
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document.pdf, capture_output=True, check=True)
    return re.sub("[\u00a0\u202f]", " ", run.stdout.decode("utf-8"))


def pages(folder: Path, source: str) -> dict[str, RenderedDocument]:
    workspace = open_ledger(write_ledger(folder, source))
    assert workspace.errors == ()
    assert [str(found.message) for found in workspace.books.faults] == []
    return {one.number: render(one, workspace.books, folder) for one in workspace.books.documents}


def fault(source: str) -> str:
    found = check_all(books_of(source))
    return " / ".join(str(one.message) for one in found)


@pytest.mark.poppler
def test_a_look_holds_from_its_day_on(tmp_path: Path) -> None:
    source = (
        '2026-02-01 custom "theme" "default"\n  accent: "#7a1f3d"\n  footer: "Depuis février"\n'
        '2026-02-01 custom "wording" "fr" "title.invoice" "Note d’honoraires"\n'
    )
    before = {number: one.pdf for number, one in pages(tmp_path, TWO).items()}
    after = pages(tmp_path, source + TWO)
    assert after["F2026-0001"].pdf == before["F2026-0001"]
    assert "Note d’honoraires" in shown(after["F2026-0002"])
    assert "Depuis février" in shown(after["F2026-0002"])


@pytest.mark.poppler
def test_a_later_word_takes_an_earlier_ones_place_and_an_empty_one_gives_ours_back(tmp_path: Path) -> None:
    words = (
        '2026-01-01 custom "wording" "fr" "title.invoice" "Note"\n'
        '2026-02-01 custom "wording" "fr" "title.invoice" ""\n'
        '2026-01-01 custom "wording" "en" "title.invoice" "Bill"\n'
    )
    found = pages(tmp_path, words + TWO)
    assert "Note" in shown(found["F2026-0001"])
    assert "Bill" not in shown(found["F2026-0001"])
    assert "Facture" in shown(found["F2026-0002"])


@pytest.mark.poppler
def test_a_theme_is_of_its_template_only(tmp_path: Path) -> None:
    other = '2026-01-01 custom "theme" "studio"\n  footer: "Studio"\n'
    assert "Studio" not in shown(pages(tmp_path, other + TWO)["F2026-0001"])
    chosen = TWO.replace('client: "martin"', 'client: "martin"\n  template: "studio"', 1)
    found = pages(tmp_path, other + chosen)
    assert "Studio" in shown(found["F2026-0001"])
    assert "Studio" not in shown(found["F2026-0002"])


@pytest.mark.poppler
@pytest.mark.parametrize("template", ["default", "studio"])
def test_columns_stand_in_the_order_asked_for(tmp_path: Path, template: str) -> None:
    line = '    product: "DEV-DAY"\n    quantity: 2\n    discount: 5\n'
    source = (
        f'2021-01-01 custom "seller" "atelier"\n  template: "{template}"\n'
        f'2026-01-01 custom "theme" "{template}"\n  columns: "number product unit quantity price discount vat total"\n'
        '2026-01-05 * "martin" "x"\n  invoice: "F2026-0001"\n  client: "martin"\n'
        f"  Assets:Clients:Martin  1482.00 EUR\n  Income:Prestations  -1235.00 EUR\n{line}"
        "  Liabilities:TVA:EnAttente  -247.00 EUR\n    vat: 20\n"
    )
    text = shown(pages(tmp_path, source)["F2026-0001"])
    head = next(line for line in text.casefold().splitlines() if "désignation" in line)
    words = ("n°", "désignation", "réf.", "unité", "qté", "prix unit. ht", "remise", "tva", "total ht")
    places = [head.index(word) for word in words]
    assert places == sorted(places)
    row = next(line for line in text.splitlines() if "Journée" in line)
    assert "".join(row.split()) == "1JournéededéveloppementDEV-DAYj2650,00€5%20%1235,00€"
    assert "Réf. DEV-DAY" not in text


WRONG = {
    'theme" "default"\n  accent: "teal"': 'a colour is written "#0b5c6b"',
    'theme" "default"\n  acent: "#0b5c6b"': "accent",
    'theme" "default"\n  columns: "quantity price total"': "an invoice must show vat (CGI ann. II art. 242",
    'theme" "default"\n  columns: "quantity price vat totl"': 'did you mean "total"?',
    'theme" "default"\n  columns: "quantity price vat total vat"': "a column stands there twice",
    'theme" "default"\n  font: "../x.ttf"': "write the name of a .ttf file",
    'theme" "default"\n  font: "x.otf"': "write the name of a .ttf file",
    'theme" "defualt"\n  accent: "#0b5c6b"': "There is no template “defualt”: did you mean “default”?",
    'wording" "fr" "title.invoise" "x"': 'did you mean "title.invoice"?',
    f'wording" "fr" "text.closing" "{"x" * 10_000}"': "it has 10000 characters, and stands on every page",
    'wording" "it" "title.invoice" "x"': "it",
    'wording" "fr" "label.self-billed" "x"': 'is a mention of the law; custom "law" "mention" changes it',
    'wording" "fr" "numbers.decimal" ";"': "no text of a page is called",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), WRONG.items(), ids=range(len(WRONG)))
def test_a_wrong_value_gets_its_own_sentence(typed: str, said: str) -> None:
    assert said in fault(f'2026-01-01 custom "{typed}\n')


def test_every_column_of_the_law_must_be_there_and_every_other_may() -> None:
    every = " ".join((*COLUMNS_OF_LAW, *FURTHER_COLUMNS))
    assert "columns" not in fault(f'2026-01-01 custom "theme" "default"\n  columns: "{every}"\n')
    for name in COLUMNS_OF_LAW:
        fewer = " ".join(word for word in COLUMNS_OF_LAW if word != name)
        assert f"must show {name}" in fault(f'2026-01-01 custom "theme" "default"\n  columns: "{fewer}"\n')


# --- Fonts --------------------------------------------------------------------------------------


def own_font(folder: Path, name: str = "Vera.ttf") -> None:
    (folder / "fonts").mkdir()
    shutil.copy(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf", folder / "fonts" / name)


FONT = '2026-01-01 custom "theme" "default"\n  font: "Vera.ttf"\n'


@pytest.mark.poppler
@pytest.mark.java
def test_a_font_beside_the_ledger_is_used_and_what_it_lacks_is_told(tmp_path: Path) -> None:
    own_font(tmp_path)
    found = pages(tmp_path, FONT + TWO.replace('item: "Prestation"', 'item: "Лампа"'))["F2026-0001"]
    assert b"BitstreamVeraSans" in found.pdf
    assert b"Inter" not in found.pdf
    assert any("CYRILLIC CAPITAL LETTER EL" in str(warning) for warning in found.warnings)
    text = shown(found)
    assert "?????" in text
    assert "100,00 €" in text  # its narrow spaces are those it has
    path = tmp_path / "font.pdf"
    path.write_bytes(found.pdf)
    assert not any(validate_pdfa([path]).values())


def test_a_font_that_is_not_there_is_named_with_the_folders(tmp_path: Path) -> None:
    workspace = open_ledger(write_ledger(tmp_path, FONT + TWO))
    with pytest.raises(TemplateError, match=r"There is no font Vera\.ttf: put it into the folder fonts/"):
        prepare(workspace.books.documents[0], workspace.books, tmp_path)


def test_another_font_of_the_same_name_is_another_page(tmp_path: Path) -> None:
    own_font(tmp_path)
    workspace = open_ledger(write_ledger(tmp_path, FONT + TWO))
    before = prepare(workspace.books.documents[0], workspace.books, tmp_path).fingerprint()
    shutil.copy(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf", tmp_path / "fonts" / "Vera.ttf")
    assert prepare(workspace.books.documents[0], workspace.books, tmp_path).fingerprint() != before


# --- Seals --------------------------------------------------------------------------------------


def test_a_later_version_of_our_templates_breaks_no_seal(tmp_path: Path) -> None:
    """Sealed with a version of a template of ours that no longer exists: the seal holds."""
    source = sale("F2026-0001", "2026-01-05")
    document = books_of(source).documents[0]
    printed = Printed("", "default 00000000")
    own = seal_hash(canonical(document, printed), FIRST)
    seal = f'2026-01-05 custom "seal" "F2026-0001" "{own}"\n  template: "default 00000000"\n'
    ledger = write_ledger(tmp_path, f"{source}\n{seal}")
    assert Assets(tmp_path).template("default") != "default 00000000"
    told = [one.rule.id for one in check_all(open_ledger(ledger).books)]
    assert [rule for rule in told if rule.startswith("SEAL")] == []
    broken = write_ledger(tmp_path, f"{source}\n{seal}".replace("00000000", "11111111"))
    told = [one.rule.id for one in check_all(open_ledger(broken).books)]
    assert "SEAL-CHANGED" in told


def test_the_place_of_a_wrong_colour_is_its_line(tmp_path: Path) -> None:
    source = '2026-01-01 custom "theme" "default"\n  accent: "teal"\n' + TWO
    ledger = write_ledger(tmp_path, source)
    found = [one for one in check_all(open_ledger(ledger).books) if "colour" in str(one.message)]
    assert [one.place.line for one in found] == [line_of(ledger, 'accent: "teal"')]
