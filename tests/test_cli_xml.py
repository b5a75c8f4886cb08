"""facturier xml: invoices as CII or UBL files."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import contents, demo_books, run
from ledgers import refund, sale, write_ledger
from lxml import etree

from facturier.einvoice.validation import schema_findings
from facturier.rendering import render_xml
from facturier.workspace import open_ledger


@pytest.mark.parametrize(("syntax", "root"), [("cii", "CrossIndustryInvoice"), ("ubl", "Invoice")])
def test_an_invoice_is_written_in_the_syntax_asked_for(tmp_path: Path, syntax: str, root: str) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    done = run("xml", "-f", ledger, "F2026-0001", "--format", syntax, "-o", "out", cwd=tmp_path, code=0)
    assert done.stdout == "1 written to out, 0 failed.\n"
    (name, content), *others = contents(tmp_path / "out").items()
    assert (name, others) == (f"F2026-0001.{syntax}.xml", [])
    assert etree.QName(etree.fromstring(content)).localname == root
    assert schema_findings(content) == ()


def test_a_credit_note_has_a_root_of_its_own_in_ubl(tmp_path: Path) -> None:
    source = sale("F2026-0001", "2026-01-05") + "\n" + refund("A2026-0001", "2026-01-09", "F2026-0001")
    run("xml", "-f", write_ledger(tmp_path, source), "--format", "ubl", cwd=tmp_path, code=0)
    assert sorted(contents(tmp_path / "xml")) == ["A2026-0001.ubl.xml", "F2026-0001.ubl.xml"]
    assert b"<CreditNote " in (tmp_path / "xml" / "A2026-0001.ubl.xml").read_bytes()


def test_cii_is_the_one_inside_the_pdf_and_the_same_each_time(tmp_path: Path) -> None:
    ledger = demo_books(tmp_path / "books")
    workspace = open_ledger(ledger)
    for _ in range(2):
        run("xml", "-f", ledger, "-o", tmp_path / "out", code=0)
        made = contents(tmp_path / "out")
        expected = {f"{one.number}.cii.xml": render_xml(one, workspace.books) for one in workspace.books.documents}
        assert made == {name: xml for name, xml in expected.items() if xml is not None}


def test_a_quote_has_no_xml(tmp_path: Path) -> None:
    source = sale("F2026-0001", "2026-01-05") + (
        '\n2026-01-06 Q "martin" "Devis"\n  quote: "D2026-0001"\n  Income:Prestations  -1 DEV-DAY\n'
    )
    ledger = write_ledger(tmp_path, source)
    done = run("xml", "-f", ledger, "D2026-0001", cwd=tmp_path, code=1)
    assert "D2026-0001 is no invoice; it has no XML." in done.stderr
    assert contents(tmp_path / "xml") == {}


def test_an_unknown_number_is_told_with_the_one_meant(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    done = run("xml", "-f", ledger, "F2026-001", cwd=tmp_path, code=2)
    assert "did you mean F2026-0001?" in done.stderr
    assert not (tmp_path / "xml").exists()


def test_what_no_file_can_hold_is_told_with_its_place(tmp_path: Path) -> None:
    source = sale("F2026-0001", "2026-01-05").replace("    vat: 20\n", "    vat: 20\n    quantity: 1.33333\n", 1)
    ledger = write_ledger(tmp_path, source.replace('    item: "Prestation"\n', '    item: "P"\n    price: 75.00 EUR\n'))
    done = run("xml", "-f", ledger, cwd=tmp_path, code=1)
    assert "main.beancount:" in done.stderr
    assert "The quantity 1.33333 has more than the 4 decimals of an e-invoice." in done.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = run("xml", "-f", ledger, "-o", "taken", cwd=tmp_path, code=2)
    assert done.stderr == "taken: File exists\n"
