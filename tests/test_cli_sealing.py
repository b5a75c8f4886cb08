"""issue and credit seal what they write, over the seal before it in its series."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import run, run_json
from ledgers import HEADER, bean_check, sale

DRAFT = '\n2026-11-19 D "martin" "Régie"\n  Income:Prestations  -2 DEV-DAY\n'
DAY = "2026-11-20"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "main.beancount"
    path.write_text(HEADER + DRAFT + DRAFT.replace("Régie", "Suite"), encoding="utf-8")
    run("issue", "--all", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    run("credit", "F2026-0001", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    return path


def test_what_was_issued_is_sealed_and_checked(ledger: Path) -> None:
    text = ledger.read_text(encoding="utf-8")
    assert all(number in text for number in ('"seal" "F2026-0001"', '"seal" "F2026-0002"', '"seal" "A2026-0001"'))
    assert text.count('custom "seal"') == 3
    assert run_json("check", cwd=ledger.parent)["findings"] == []
    assert (ledger.parent / "factures" / "2026" / "F2026-0002.pdf").is_file()


def test_an_issued_invoice_that_is_edited_is_named(ledger: Path) -> None:
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace('"Suite"', '"Suite et fin"'), encoding="utf-8")
    checked = bean_check(ledger)
    assert checked.returncode == 1
    assert "[SEAL-CHANGED]" in checked.stderr
    assert "F2026-0002" in checked.stderr


def test_an_archived_pdf_that_is_replaced_is_named(ledger: Path) -> None:
    (ledger.parent / "factures" / "2026" / "F2026-0001.pdf").write_bytes(b"%PDF-1.7 another")
    (found,) = run_json("check", cwd=ledger.parent, code=1)["findings"]
    assert (found["rule"], found["document"]) == ("SEAL-FILE", "F2026-0001")


def test_books_without_seals_go_on_without(tmp_path: Path) -> None:
    path = tmp_path / "main.beancount"
    path.write_text(HEADER + sale("F2026-0001", "2026-11-01") + DRAFT, encoding="utf-8")
    run("issue", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    assert 'custom "seal"' not in path.read_text(encoding="utf-8")
    assert (bean_check(path).returncode, bean_check(path).stderr) == (0, "")
