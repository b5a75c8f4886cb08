"""facturier check --einvoice: anyone's Factur-X, CII or UBL file, and whatever else a user may give it."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from commands import run, run_json
from invoice_samples import sample

from facturier.rendering import render
from facturier.structured import Syntax, structured, written

DATA = Path(__file__).parent / "data" / "einvoice"
XML = (DATA / "minimal-cii.xml").read_bytes()
UBL = (DATA / "minimal-ubl.xml").read_bytes()


def pdf_with(name: str, data: bytes, **saved: object) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if name:
            pdf.attachments[name] = data
        target = io.BytesIO()
        pdf.save(target, **saved)  # type: ignore[arg-type]
        return target.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    document, books = sample("rich")
    (tmp_path / "ours.pdf").write_bytes(render(document, books, tmp_path).pdf)
    (tmp_path / "ours.cii.xml").write_bytes(written(structured(document, books), Syntax.CII))
    (tmp_path / "ours.ubl.xml").write_bytes(written(structured(document, books), Syntax.UBL))
    (tmp_path / "theirs.xml").write_bytes(UBL)
    (tmp_path / "theirs.pdf").write_bytes(pdf_with("factur-x.xml", XML))
    return tmp_path


def test_valid_files_of_any_kind_and_anyone(files: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    names = ("ours.pdf", "ours.cii.xml", "ours.ubl.xml", "theirs.xml", "theirs.pdf")
    done = run("check", "--einvoice", *names, cwd=files, code=0)
    syntaxes = ("CII", "CII", "UBL", "UBL", "CII")
    assert done.stdout.splitlines() == [
        f"{name}: Valid: EN 16931, {syntax}; rules run: XSD, EN 16931, BR-FR."
        for name, syntax in zip(names, syntaxes, strict=True)
    ]
    assert done.stderr == (
        "theirs.pdf: note: The PDF's metadata do not say that it is Factur-X (XMP, fx:ConformanceLevel). [PDF]\n"
    )


def test_a_pdf_that_claims_another_profile_is_told(files: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with pikepdf.open(files / "ours.pdf") as pdf:
        metadata = pdf.Root.Metadata.read_bytes()
        assert b"EN 16931</fx:ConformanceLevel>" in metadata
        pdf.Root.Metadata.write(metadata.replace(b"EN 16931</fx:Conf", b"BASIC</fx:Conf"))
        pdf.save(files / "claims.pdf")
    done = run("check", "--einvoice", "claims.pdf", cwd=files, code=0)
    assert done.stderr == (
        "claims.pdf: note: The PDF says it is Factur-X of the profile BASIC, its XML is EN 16931. [PDF]\n"
    )


def test_a_finding_has_line_term_text_path_and_rule(files: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    text = (files / "ours.ubl.xml").read_text("utf-8").replace(">F2026-0042<", ">F 2026<")
    (files / "wrong.xml").write_text(text, encoding="utf-8")
    done = run("check", "--einvoice", "wrong.xml", cwd=files, code=1)
    line = 1 + text[: text.index("<cbc:ID>F 2026")].count("\n")
    first, *_ = done.stderr.splitlines()
    assert first.startswith(f"wrong.xml:{line}: BT-1: L'identifiant de facture")
    assert first.endswith("(/Invoice/ID) [BR-FR-01_BT-1-2]")
    assert done.stdout.startswith("wrong.xml: Not valid: EN 16931, UBL; ")


def test_json_says_the_same(files: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    (files / "wrong.xml").write_bytes(XML.replace(b">F2026-0042<", b">F 2026<"))
    good, wrong = run_json("check", "--einvoice", "ours.pdf", "wrong.xml", cwd=files, code=1)
    assert good == {
        "file": "ours.pdf", "profile": "EN 16931", "syntax": "CII", "verdict": "valid",
        "rules_run": ["XSD", "EN 16931", "BR-FR"], "not_validated": None, "findings": [],
    }  # fmt: skip
    assert wrong["verdict"] == "invalid"
    (finding,) = wrong["findings"]
    assert (finding["rule"], finding["business_term"]) == ("BR-FR-02_BT-1", "BT-1")
    assert finding["line"] == 1 + XML[: XML.index(b"<ram:ID>F2026-0042")].count(b"\n")


def test_the_usage_of_another_country_is_held_to_en_16931(files: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    peppol = b"urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    (files / "peppol.xml").write_bytes(UBL.replace(b"urn:cen.eu:en16931:2017", peppol))
    done = run("check", "--einvoice", "peppol.xml", cwd=files, code=0)
    assert done.stdout == "peppol.xml: Valid: EN 16931, UBL; rules run: XSD, EN 16931, BR-FR.\n"


BOMB = (
    b'<!DOCTYPE bomb [<!ENTITY a "' + b"lol" * 1000 + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><bomb>" + b"&j;" * 1_000_000 + b"</bomb>"
)  # fmt: skip
LATIN = XML.replace("Atelier Numérique".encode(), "Atelier Numérique".encode("latin-1"))
HUGE = XML.replace("Atelier Numérique".encode(), b"x" * 3_000_000)
HOSTILE = {
    "bomb of three megabytes": (BOMB, "The XML has a DOCTYPE (bomb), which an invoice never has; it is not read."),
    "outside entity": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "has a DOCTYPE (x)"),
    "outside DTD": (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', "has a DOCTYPE (x)"),
    "undefined entity": (XML.replace(b">F2026-0042<", b">&number;<"), "The XML is not well formed"),
    "huge and deep": (b"<a>" * 1_000_000, "The XML is not well formed"),
    "a million elements": (b"<a>" + b"<b/>" * 1_000_000 + b"</a>", "the root element is a"),
    "eleven megabytes": (b"<a>" + b" " * 11_000_000 + b"</a>", "has 11000007 bytes; at most 10000000 are read."),
    "wrong encoding": (LATIN, "The XML is not well formed"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "The XML is not well formed"),
    "text": (b"Facture F2026-0042, 1801,40 EUR", "The XML is not well formed"),
    "empty": (b"", "The XML is not well formed"),
    "another document": (b"<Order xmlns='urn:x'/>", "no invoice of a known profile: the root element is Order"),
    "profile of no invoice": (
        XML.replace(b"urn:cen.eu:en16931:2017", b"urn:factur-x.eu:1p0:minimum"), "BT-24 is “urn:factur-x"
    ),
    "broken PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 20, "The PDF cannot be read"),
    "PDF without attachment": (pdf_with("", b""), "The PDF carries no file named factur-x.xml; it is no Factur-X"),
    "PDF with other files": (pdf_with("plan.dwg", b"x"), "carries no file named factur-x.xml, only plan.dwg."),
    "encrypted PDF": (
        pdf_with("factur-x.xml", XML, encryption=pikepdf.Encryption(owner="o", user="u")), "The PDF is encrypted"
    ),
    "PDF with a bomb": (pdf_with("factur-x.xml", BOMB), "has a DOCTYPE (bomb)"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), HOSTILE.values(), ids=HOSTILE)
def test_bad_input_gets_one_clear_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "given").write_bytes(content)
    done = run("check", "--einvoice", "given", cwd=tmp_path, code=1)
    (found,) = done.stderr.splitlines()
    assert found.startswith("given: ")
    assert words in found
    assert len(found) < 400
    assert done.stdout == "given: Not valid: it is no invoice that can be checked.\n"


def test_huge_text_in_an_invoice_is_checked_or_refused_in_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    (tmp_path / "huge.xml").write_bytes(HUGE)
    done = run("check", "--einvoice", "huge.xml", cwd=tmp_path, code=0)
    assert done.stdout == "huge.xml: Valid: EN 16931, CII; rules run: XSD, EN 16931, BR-FR.\n"


def test_a_file_that_is_not_there_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "there.xml").write_bytes(b"<x/>")
    done = run("check", "--einvoice", "gone.xml", "folder", "there.xml", cwd=tmp_path, code=2)
    assert "gone.xml: It cannot be read: No such file or directory." in done.stderr
    assert "folder: It cannot be read: Is a directory." in done.stderr
    assert "there.xml: Not valid" in done.stdout


def test_control_characters_of_a_file_never_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "odd.pdf").write_bytes(pdf_with("\x1b[31mred", b"x"))
    done = run("check", "--einvoice", "odd.pdf", cwd=tmp_path, code=1)
    assert "\x1b" not in done.stderr


def test_files_and_option_go_together(tmp_path: Path) -> None:
    for arguments in (("--einvoice",), ("file.xml",)):
        done = run("check", *arguments, cwd=tmp_path, code=2)
        assert "facturier check --einvoice FILE…" in done.stderr


def test_a_file_full_of_faults_prints_a_page_and_no_more(tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    text = written(structured(*sample("rich")), Syntax.UBL).decode()
    line = text[text.index("  <cac:InvoiceLine>") : text.index("</Invoice>")]
    (tmp_path / "many.xml").write_text(
        text.replace(line, line * 40).replace('unitCode="DAY"', 'unitCode="JOUR"'), encoding="utf-8"
    )
    done = run("check", "--einvoice", "many.xml", cwd=tmp_path, code=1)
    lines = done.stderr.splitlines()
    assert len(lines) <= 51
