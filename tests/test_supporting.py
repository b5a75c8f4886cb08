"""Supporting documents (BG-24): named with attach:, checked, in the XML, in the PDF, on the page, under the seal."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
from commands import run
from ledgers import HEADER, SETUP, findings, line_of, sale
from lxml import etree
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from sample_pages import TEMPLATES, text_of
from sealed_books import books_in, told
from verapdf_engine import validate_pdfa

from facturier.books import Books
from facturier.directives.attachments import ATTACH, LONGEST_NAME, MEDIA_TYPES, QUALIFIERS, parse_attached
from facturier.einvoice.business_terms import values_of
from facturier.einvoice.validation import SchematronEngine, validate
from facturier.rendering import XML_NAME, RenderedDocument, RenderingError, prepare, render, render_xml
from facturier.rules.pack import ALL_RULES, CHECK_SETS, check_all
from facturier.structured import Syntax
from facturier.supporting import MOST_BYTES
from facturier.violations import Severity

INSURED = SETUP.replace("  mediator:", '  attach: "pieces/decennale.pdf"\n  mediator:', 1)
BOTH = 'attach: "BON_LIVRAISON pieces/bon-4711.pdf; pieces/heures.csv"'
QUOTE = '2026-10-01 Q "martin" "Devis"\n  quote: "D1"\n  client: "martin"\n  Income:Prestations  -1 DEV-DAY\n'


def pdf_of(text: str) -> bytes:
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(300, 150), invariant=1)
    canvas.drawString(20, 100, text)
    canvas.save()
    return page.getvalue()


def picture(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "#0b5c6b").save(content, kind)
    return content.getvalue()


def archive(*entries: tuple[str, str]) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as made:
        for name, text in entries:
            made.writestr(name, text)
    return content.getvalue()


CONTENTS: dict[str, Callable[[], bytes]] = {
    ".pdf": lambda: pdf_of("Bon de livraison 4711"),
    ".png": lambda: picture("PNG"),
    ".jpg": lambda: picture("JPEG"),
    ".jpeg": lambda: picture("JPEG"),
    ".csv": lambda: "jour;heures\n2026-10-05;7,5\n".encode("cp1252"),
    ".xlsx": lambda: archive(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")),
    ".ods": lambda: archive(("mimetype", MEDIA_TYPES[".ods"]), ("content.xml", "<content/>")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pieces = tmp_path / "pieces"
    pieces.mkdir()
    for name in ("bon-4711.pdf", "rib.pdf", "decennale.pdf"):
        (pieces / name).write_bytes(pdf_of(name))
    (pieces / "heures.csv").write_bytes(CONTENTS[".csv"]())
    return tmp_path


def books(folder: Path, keys: str = BOTH, setup: str = SETUP, more: str = "") -> Books:
    return books_in(folder, setup + sale("F2026-0001", "2026-11-03", keys=keys) + more)


def rendered(folder: Path, keys: str = BOTH, setup: str = SETUP) -> RenderedDocument:
    found = books(folder, keys, setup)
    return render(found.documents[0], found, folder)


def errors(found: Books) -> list[tuple[str, str]]:
    return [(one.rule.id, str(one.message)) for one in check_all(found) if one.rule.severity is Severity.ERROR]


# What may be typed.


@pytest.mark.parametrize("word", QUALIFIERS)
def test_every_word_of_br_fr_17_may_stand_before_a_file(word: str) -> None:
    assert ATTACH.fault(f"{word} pieces/a.pdf") is None
    assert parse_attached(f"{word} pieces/a.pdf")[0] == (word, "pieces/a.pdf")


@pytest.mark.parametrize(
    ("value", "files"),
    [
        ("", []),
        ("pieces/a.pdf", [("", "pieces/a.pdf")]),
        ("pieces/a.pdf;  RIB b.pdf ;", [("", "pieces/a.pdf"), ("RIB", "b.pdf")]),
        ("PJA a.pdf\n  b.csv", [("PJA", "a.pdf"), ("", "b.csv")]),
        ("bon de livraison 4711.PDF", [("", "bon de livraison 4711.PDF")]),
    ],
)
def test_files_stand_between_semicolons_or_on_lines(value: str, files: list[tuple[str, str]]) -> None:
    assert ATTACH.fault(value) is None
    assert list(parse_attached(value)) == files


@pytest.mark.parametrize(
    ("value", "told_with"),
    [
        (";", "it names no file; write for example"),
        ("../bon.pdf", "leads out of the ledger's folder; copy the file into it"),
        ("pieces/../../bon.pdf", "leads out of"),
        ("/bon.pdf", "leads out of"),
        ("~/bon.pdf", "leads out of"),
        ("C:bon.pdf", "leads out of"),
        ("pieces\\bon.pdf", 'write "pieces/bon.pdf", with / between folders'),
        ("pieces/bon\x07.pdf", "cannot be printed"),
        ("pieces/bon.docx", "name a file that ends in .pdf, .png"),
        ("pieces/bon", "name a file that ends in"),
        ("pieces/" + "x" * 47 + ".pdf", "has 51 characters, and platforms take 50"),
        ("a/bon.pdf; b/Bon.pdf", '"Bon.pdf" stands there twice'),
        ("BON_LIVRAISSON bon.pdf", "did you mean BON_LIVRAISON?"),
        ("rib bon.pdf", "did you mean RIB?"),
        ("XYZ bon.pdf", "write one of RIB, LISIBLE"),
        ("LISIBLE a.pdf; LISIBLE b.pdf", "LISIBLE stands there twice"),
    ],
)
def test_a_slip_is_told_where_it_is_typed(folder: Path, value: str, told_with: str) -> None:
    if "\x07" not in value:
        escaped = value.replace("\\", "\\\\")
        found = books(folder, f'attach: "{escaped}"')
        assert [(rule, fault.startswith("attach: ")) for rule, fault in errors(found)] == [("LEDGER-VALUE", True)]
        (fault,) = found.faults
        assert fault.place.line == line_of(folder / "main.beancount", "  attach:")
        assert told_with in str(fault.message)
    assert told_with in str(ATTACH.fault(value))


def test_a_name_may_have_as_many_characters_as_platforms_take() -> None:
    assert ATTACH.fault("pieces/" + "x" * (LONGEST_NAME - len(".pdf")) + ".pdf") is None


# What the files must be.


@pytest.mark.parametrize("ending", CONTENTS)
def test_a_file_of_each_type_goes_into_the_xml_as_it_is(folder: Path, ending: str) -> None:
    content = CONTENTS[ending]()
    (folder / f"piece{ending}").write_bytes(content)
    found = books(folder, f'attach: "piece{ending}"')
    assert errors(found) == []
    for syntax in Syntax:
        xml = render_xml(found.documents[0], found, syntax)
        assert xml
        values = values_of(etree.fromstring(xml))
        assert values["BT-122"] == [f"piece{ending}"]
        assert "BT-123" not in values
        assert b64decode(values["BT-125"][0]) == content
        assert f'mimeCode="{MEDIA_TYPES[ending]}" filename="piece{ending}"' in xml.decode()


@pytest.mark.parametrize("ending", CONTENTS)
@pytest.mark.parametrize("other", CONTENTS)
def test_a_file_is_what_its_ending_says(folder: Path, ending: str, other: str) -> None:
    (folder / f"piece{ending}").write_bytes(CONTENTS[other]())
    rules = [rule for rule, _ in errors(books(folder, f'attach: "piece{ending}"'))]
    assert rules == ([] if MEDIA_TYPES[ending] == MEDIA_TYPES[other] else ["ATTACH-FILE"])


def test_a_zip_that_is_broken_is_no_workbook(folder: Path) -> None:
    (folder / "piece.xlsx").write_bytes(CONTENTS[".xlsx"]()[:-9])
    assert [rule for rule, _ in errors(books(folder, 'attach: "piece.xlsx"'))] == ["ATTACH-FILE"]


def _missing(folder: Path) -> None:
    (folder / "pieces" / "bon-4711.pdf").unlink()


def _renamed(folder: Path) -> None:
    (folder / "pieces" / "bon-4711.pdf").rename(folder / "pieces" / "bon-4712.pdf")


def _folder(folder: Path) -> None:
    _missing(folder)
    (folder / "pieces" / "bon-4711.pdf").mkdir()


def _empty(folder: Path) -> None:
    (folder / "pieces" / "bon-4711.pdf").write_bytes(b"")


def _link_out(folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-outside.pdf"
    outside.write_bytes(pdf_of("secret"))
    _missing(folder)
    (folder / "pieces" / "bon-4711.pdf").symlink_to(outside)


def _folder_out(folder: Path) -> None:
    """What lies outside is not even named."""
    outside = folder.parent / f"{folder.name}-outside"
    outside.mkdir()
    (outside / "bon-4712.pdf").write_bytes(pdf_of("secret"))
    for path in (folder / "pieces").iterdir():
        path.unlink()
    (folder / "pieces").rmdir()
    (folder / "pieces").symlink_to(outside)


def _circle(folder: Path) -> None:
    _missing(folder)
    (folder / "pieces" / "bon-4711.pdf").symlink_to("bon-4711.pdf")


@pytest.mark.parametrize(
    ("change", "told_with"),
    [
        (_missing, "pieces/bon-4711.pdf is not there; put the file at that place"),
        (_renamed, "pieces/bon-4711.pdf is not there; did you mean pieces/bon-4712.pdf?"),
        (_folder, "is no file; name a file in it"),
        (_empty, "is empty; save it again"),
        (_link_out, "is a link that leads out of the ledger's folder; copy the file itself there"),
        (_folder_out, "is not there; put the file at that place"),
        (_circle, "cannot be read: "),
    ],
)
def test_a_file_that_cannot_go_is_an_error_at_its_key(
    folder: Path, change: Callable[[Path], None], told_with: str
) -> None:
    change(folder)
    found = books(folder, 'attach: "pieces/bon-4711.pdf"')
    (violation,) = check_all(found)
    assert violation.rule.id == "ATTACH-FILE"
    assert told_with in str(violation.message)
    assert violation.place.line == line_of(folder / "main.beancount", "  attach:")
    for make in (lambda: render(found.documents[0], found, folder), lambda: render_xml(found.documents[0], found)):
        with pytest.raises(RenderingError, match="attachment"):
            make()


def test_the_files_of_a_document_have_a_limit_together(folder: Path) -> None:
    half = MOST_BYTES // 2
    for name in ("one", "two"):
        (folder / f"{name}.pdf").write_bytes(pdf_of(name).ljust(half, b"\n"))
    assert errors(books(folder, 'attach: "one.pdf; two.pdf"')) == []
    (folder / "two.pdf").write_bytes(pdf_of("two").ljust(half + 1, b"\n"))
    ((rule, found),) = errors(books(folder, 'attach: "one.pdf; two.pdf"'))
    assert rule == "ATTACH-SIZE"
    assert "The attachments have 7.0 MB, and 7 MB go with one document" in found


def test_the_largest_files_still_make_an_xml_that_can_be_checked(folder: Path) -> None:
    """What goes out must come in again: at our own limit, and at that of libxml2 for one text."""
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    (folder / "one.pdf").write_bytes(pdf_of("one").ljust(MOST_BYTES, b"\n"))
    found = books(folder, 'attach: "one.pdf"')
    with SchematronEngine() as engine:
        for syntax in Syntax:
            xml = render_xml(found.documents[0], found, syntax)
            assert xml
            assert validate(xml, engine).valid


# The seller's own.


def test_the_sellers_file_goes_with_each_quote_and_invoice(folder: Path) -> None:
    """C. assur. art. L243-2."""
    credit = (
        '2026-11-20 * "martin" "Avoir"\n  credit-note: "A2026-0001"\n  corrects: "F2026-0001"\n  client: "martin"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n  Income:Prestations  100.00 EUR\n'
        '    item: "Prestation"\n    vat: 20\n  Liabilities:TVA:EnAttente  20.00 EUR\n    vat: 20\n'
    )
    found = books(folder, "", INSURED, credit + QUOTE)
    assert errors(found) == []
    names = {
        one.kind.value: [file.name for file in prepare(one, found, folder).page.attachments]
        for one in (*found.documents, *found.papers)
    }
    assert names == {"invoice": ["decennale.pdf"], "credit-note": [], "quote": ["decennale.pdf"]}


def test_the_sellers_fault_is_told_once_at_the_seller(folder: Path) -> None:
    (folder / "pieces" / "decennale.pdf").unlink()
    found = books(folder, "", INSURED, sale("F2026-0002", "2026-11-04"))
    (violation,) = check_all(found)
    assert violation.rule.id == "ATTACH-FILE"
    assert violation.place.line == line_of(folder / "main.beancount", '  attach: "pieces/decennale.pdf"')


def test_a_document_and_its_seller_name_different_files(folder: Path) -> None:
    (folder / "decennale.pdf").write_bytes(pdf_of("other"))
    ((rule, found),) = errors(books(folder, 'attach: "decennale.pdf"', INSURED))
    assert rule == "ATTACH-ONCE"
    assert "Two attachments are called decennale.pdf, one of them the seller's" in found
    legible = INSURED.replace('"pieces/dec', '"LISIBLE pieces/dec')
    ((rule, found),) = errors(books(folder, 'attach: "LISIBLE pieces/rib.pdf"', legible))
    assert rule == "ATTACH-ONCE"
    assert "Two attachments are LISIBLE" in found


def test_a_builder_without_certificate_gets_a_notice(folder: Path) -> None:
    builder = SETUP.replace("  mediator:", '  insurer: "MAAF"\n  sector: "construction"\n  mediator:', 1)
    rule = ALL_RULES["FR-MENTION-CERTIFICATE"]
    assert rule.severity is Severity.NOTICE
    assert (rule.id, "F2026-0001") in findings(books(folder, "", builder))
    for keys, setup in (
        ("", builder.replace("  insurer", '  attach: "pieces/decennale.pdf"\n  insurer')),
        (BOTH, builder),
    ):
        assert findings(books(folder, keys, setup)) == []


# In the files.


def test_both_syntaxes_say_it_and_pass_all_rules(folder: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    found = books(folder, BOTH, INSURED)
    with SchematronEngine() as engine:
        for syntax in Syntax:
            xml = render_xml(found.documents[0], found, syntax)
            assert xml
            values = values_of(etree.fromstring(xml))
            assert values["BT-122"] == ["bon-4711.pdf", "heures.csv", "decennale.pdf"]
            assert values["BT-123"] == ["BON_LIVRAISON"]
            report = validate(xml, engine)
            assert report.valid
            # BG-24 may stand any number of times (EN 16931-1, 0..n); the schematron warns of the second (CII-SR-476).
            assert {one.rule for one in report.findings} <= {"CII-SR-476"}


def test_the_pdf_holds_them_beside_the_invoice(folder: Path) -> None:
    made = rendered(folder)
    assert made == rendered(folder)
    document = pikepdf.open(io.BytesIO(made.pdf))
    inside = {name: spec.get_file() for name, spec in document.attachments.items()}
    assert sorted(inside) == ["bon-4711.pdf", XML_NAME, "heures.csv"]
    for name in ("bon-4711.pdf", "heures.csv"):
        assert inside[name].read_bytes() == (folder / "pieces" / name).read_bytes()
        assert document.attachments[name].relationship == pikepdf.Name("/Supplement")
    assert inside["bon-4711.pdf"].mime_type == "application/pdf"
    assert inside["heures.csv"].mime_type == "text/csv"
    assert document.attachments["bon-4711.pdf"].description == "bon de livraison"
    assert len(document.Root.AF) == len(inside)


def test_another_file_makes_another_pdf(folder: Path) -> None:
    found = books(folder, "", INSURED, QUOTE)
    (quote,) = found.papers
    before = prepare(quote, found, folder).fingerprint()
    (folder / "pieces" / "decennale.pdf").write_bytes(pdf_of("next year's"))
    assert prepare(quote, found, folder).fingerprint() != before


@pytest.mark.java
def test_verapdf_accepts_a_pdf_with_attachments(folder: Path) -> None:
    names = [f"piece{ending}" for ending in CONTENTS if ending != ".jpeg"]
    for ending, make in CONTENTS.items():
        (folder / f"piece{ending}").write_bytes(make())
    paths = []
    for number, keys in enumerate((BOTH, f'attach: "{"; ".join(dict.fromkeys(names))}"')):
        paths.append(folder / f"{number}.pdf")
        # The names of the files differ by their endings alone.
        paths[-1].write_bytes(rendered(folder, keys, INSURED).pdf)
    assert validate_pdfa(paths) == {path: [] for path in paths}


@pytest.mark.poppler
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fr", "Pièces jointes : bon-4711.pdf (bon de livraison), heures.csv"),
        ("en", "Attachments: bon-4711.pdf (delivery note), heures.csv"),
        ("nl", "Bijlagen: bon-4711.pdf (leveringsbon), heures.csv"),
        ("de", "Anlagen: bon-4711.pdf (Lieferschein), heures.csv"),
    ],
)
def test_the_page_lists_them(folder: Path, template: str, language: str, line: str) -> None:
    made = rendered(folder, f'{BOTH}\nlanguage: "{language}"\ntemplate: "{template}"')
    assert line in " ".join(text_of(made.pdf).split())
    without = rendered(folder, f'language: "{language}"\ntemplate: "{template}"')
    assert line.split(":")[0].strip() not in text_of(without.pdf)


# Under the seal.


@pytest.fixture
def sealed(folder: Path) -> Path:
    text = HEADER.replace("  mediator:", '  attach: "pieces/decennale.pdf"\n  mediator:', 1)
    text += sale("F2026-0001", "2026-11-03", keys=BOTH) + sale("F2026-0002", "2026-11-04")
    (folder / "main.beancount").write_text(text, encoding="utf-8")
    run("seal", "--all", "--yes", cwd=folder, code=0)
    return folder


def ledger_text(folder: Path) -> str:
    return (folder / "main.beancount").read_text(encoding="utf-8")


def again(folder: Path, old: str = "", new: str = "") -> Books:
    """Read the books once more, their text changed."""
    text = ledger_text(folder)
    assert old in text
    return books_in(folder, text.replace(old, new, 1) if old else text)


def test_a_seal_states_the_hash_of_each_file(sealed: Path) -> None:
    text = ledger_text(sealed)
    assert text.count("  attached: ") == 2
    shown = run("seal", "--show", "F2026-0001", cwd=sealed, code=0).stdout.splitlines()[-1]
    for name in ("pieces/bon-4711.pdf", "pieces/heures.csv", "pieces/decennale.pdf"):
        assert f"{sha256((sealed / name).read_bytes()).hexdigest()} {name}" in shown
    assert check_all(again(sealed), CHECK_SETS) == []


def test_a_file_changed_after_the_seal_is_told_by_its_name(sealed: Path) -> None:
    (sealed / "pieces" / "bon-4711.pdf").write_bytes(pdf_of("another"))
    ((rule, found),) = [(one.rule.id, str(one.message)) for one in check_all(again(sealed), CHECK_SETS)]
    assert rule == "SEAL-FILE"
    assert found.startswith("pieces/bon-4711.pdf is not the file that was attached to F2026-0001 when it was sealed.")


def test_the_sellers_file_changed_is_told_once(sealed: Path) -> None:
    (sealed / "pieces" / "decennale.pdf").write_bytes(pdf_of("next year's"))
    ((rule, found),) = [(one.rule.id, str(one.message)) for one in check_all(again(sealed), CHECK_SETS)]
    assert rule == "SEAL-FILE"
    assert "attached to 2 documents from F2026-0001 to F2026-0002" in found


def test_what_is_attached_stays_as_it_was_sealed(sealed: Path) -> None:
    """At each load, without reading a file: the names and the hashes are in the seal."""
    assert told(again(sealed, "; pieces/heures.csv", "")) == [("SEAL-CHANGED", "F2026-0001")]


def test_the_hash_of_a_file_cannot_be_exchanged_in_the_seal(sealed: Path) -> None:
    text = ledger_text(sealed)
    stated = next(line for line in text.splitlines() if line.startswith("  attached: "))
    assert told(again(sealed, stated, stated.replace(stated[13:21], "0" * 8))) == [("SEAL-CHANGED", "F2026-0001")]


def test_nothing_is_sealed_while_a_file_is_missing(folder: Path) -> None:
    text = HEADER.replace("  mediator:", '  attach: "pieces/decennale.pdf"\n  mediator:', 1)
    text += sale("F2026-0001", "2026-11-03") + sale("F2026-0002", "2026-11-04")
    (folder / "main.beancount").write_text(text, encoding="utf-8")
    run("seal", "F2026-0001", "--yes", cwd=folder, code=0)
    (folder / "pieces" / "decennale.pdf").unlink()
    before = ledger_text(folder)
    done = run("seal", "F2026-0002", "--yes", cwd=folder, code=2)
    assert "The attachment pieces/decennale.pdf is not there" in done.stderr
    assert ledger_text(folder) == before


def test_issue_seals_what_is_attached_and_gives_it_again_as_sent(folder: Path) -> None:
    draft = f'\n2026-11-19 D "martin" "Régie"\n  {BOTH}\n  Income:Prestations  -2 DEV-DAY\n'
    (folder / "main.beancount").write_text(HEADER + draft, encoding="utf-8")
    run("issue", "--all", "--date", "2026-11-20", "--yes", cwd=folder, code=0)
    assert "  attached: " in ledger_text(folder)
    assert run("check", cwd=folder, code=0).stdout.count("errors: 0;")
    (sent,) = (folder / "factures").rglob("*.pdf")
    content = sent.read_bytes()
    sent.unlink()
    run("pdf", "F2026-0001", cwd=folder, code=0)
    assert (folder / "pdf" / "F2026-0001.pdf").read_bytes() == content
    (folder / "pieces" / "heures.csv").write_text("jour;heures\n", encoding="utf-8")
    (folder / "pdf" / "F2026-0001.pdf").unlink()
    done = run("pdf", "F2026-0001", cwd=folder)
    assert done.returncode
    assert "the attachment pieces/heures.csv was changed" in done.stderr


def test_a_draft_is_not_issued_while_a_file_is_missing(folder: Path) -> None:
    draft = '\n2026-11-19 D "martin" "Régie"\n  attach: "pieces/none.pdf"\n  Income:Prestations  -2 DEV-DAY\n'
    (folder / "main.beancount").write_text(HEADER + draft, encoding="utf-8")
    done = run("issue", "--all", "--date", "2026-11-20", "--yes", cwd=folder)
    assert done.returncode
    assert "The attachment pieces/none.pdf is not there" in done.stderr
    assert not (folder / "factures").exists()
