"""``facturier seal`` and what ``facturier check`` says of seals, through the program."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from commands import contents, demo_books, run, run_json
from ledgers import HEADER, bean_check, refund, sale

from facturier.seals import FIRST


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three invoices and a credit note, the last invoice in a file of its own."""
    path = tmp_path / "main.beancount"
    text = HEADER + sale("F2026-0001", "2026-01-10") + "\n" + sale("F2026-0002", "2026-02-10")
    text += '\ninclude "march.beancount"\n'
    path.write_text(text, encoding="utf-8")
    march = sale("F2026-0003", "2026-03-10") + "\n" + refund("A2026-0001", "2026-03-20", "F2026-0001", "40.00")
    (tmp_path / "march.beancount").write_text(march.replace("\n", "\r\n"), encoding="utf-8", newline="")
    return path


def seals_in(path: Path) -> dict[str, str]:
    return dict(re.findall(r'custom "seal" "([^"]+)" "([0-9a-f]{64})"', path.read_text(encoding="utf-8")))


def test_all_documents_are_sealed_each_in_its_file(ledger: Path) -> None:
    done = run("seal", "--all", "--yes", "-f", ledger, code=0)
    assert "4 documents sealed." in done.stdout
    assert '+2026-01-10 custom "seal" "F2026-0001"' in done.stdout
    assert list(seals_in(ledger)) == ["F2026-0001", "F2026-0002"]
    march = ledger.parent / "march.beancount"
    assert sorted(seals_in(march)) == ["A2026-0001", "F2026-0003"]
    assert march.read_bytes().count(b"\n") == march.read_bytes().count(b"\r\n")
    assert bean_check(ledger).returncode == 0
    assert "errors: 0; notices: 0." in run("check", "-f", ledger, code=0).stdout


def test_again_it_seals_nothing(ledger: Path) -> None:
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    before = contents(ledger.parent)
    done = run("seal", "--all", "--yes", "-f", ledger, code=0)
    assert "Nothing to seal" in done.stdout
    assert run_json("seal", "F2026-0002", "--yes", "-f", ledger) == []
    assert contents(ledger.parent) == before


@pytest.mark.parametrize("options", [["--dry-run"], ["--dry-run", "--yes"], []])
def test_nothing_is_written_unless_asked(ledger: Path, options: list[str]) -> None:
    before = contents(ledger.parent)
    done = run("seal", "--all", *options, "-f", ledger, code=0)
    assert 'custom "seal"' in done.stdout
    assert "Nothing was written." in done.stdout
    assert contents(ledger.parent) == before


def test_in_steps_and_at_once_give_the_same_seals(ledger: Path) -> None:
    at_once = run_json("seal", "--all", "--dry-run", "-f", ledger)
    for number in ("F2026-0001", "F2026-0002", "F2026-0003", "A2026-0001"):
        run("seal", number, "--yes", "-f", ledger, code=0)
    written = {**seals_in(ledger), **seals_in(ledger.parent / "march.beancount")}
    assert {one["document"]: one["hash"] for one in at_once} == written


def test_json_tells_the_chain(ledger: Path) -> None:
    found = run_json("seal", "--all", "--dry-run", "-f", ledger)
    by_number = {one["document"]: one for one in found}
    assert by_number["F2026-0001"]["previous"] == by_number["A2026-0001"]["previous"] == FIRST
    assert by_number["F2026-0002"]["previous"] == by_number["F2026-0001"]["hash"]
    assert by_number["F2026-0003"]["previous"] == by_number["F2026-0002"]["hash"]
    assert by_number["F2026-0003"]["date"] == "2026-03-10"
    assert by_number["F2026-0003"]["place"].endswith("march.beancount:1")


def test_what_is_shown_is_what_is_hashed(ledger: Path) -> None:
    before = run("seal", "--show", "F2026-0002", "-f", ledger, code=0).stdout
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    for number, own in {**seals_in(ledger), **seals_in(ledger.parent / "march.beancount")}.items():
        shown = run("seal", "--show", number, "-f", ledger, code=0).stdout
        assert sha256(shown.encode()).hexdigest() == own
    assert before.splitlines()[2:] == run("seal", "--show", "F2026-0002", "-f", ledger, code=0).stdout.splitlines()[2:]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name the documents to seal, or add --all."),
        (["F2026-0001", "--all"], "Name the documents to seal, or add --all."),
        (["F2026-0004"], "There is no invoice or credit note F2026-0004; did you mean F2026-000"),
        (["nothing"], "There is no invoice or credit note nothing."),
        (["F2026-0002"], "F2026-0001 comes before F2026-0002 and is not sealed; name it too, or seal --all."),
        (["--show"], "Name the one document to show."),
    ],
)
def test_what_cannot_be_sealed_is_refused(ledger: Path, arguments: list[str], sentence: str) -> None:
    before = contents(ledger.parent)
    done = run("seal", *arguments, "--yes", "-f", ledger, code=2)
    assert sentence in done.stderr
    assert contents(ledger.parent) == before


def test_a_document_with_an_error_is_not_sealed(ledger: Path) -> None:
    text = ledger.read_text(encoding="utf-8")
    wrong = text.replace("120.00 EUR", "110.00 EUR", 1).replace("-20.00 EUR", "-10.00 EUR", 1)
    ledger.write_text(wrong, encoding="utf-8")
    before = contents(ledger.parent)
    done = run("seal", "--all", "--yes", "-f", ledger, code=1)
    assert "F2026-0001" in done.stderr or "AMOUNT-" in done.stderr
    assert "Nothing was sealed" in done.stderr
    assert contents(ledger.parent) == before


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ("    vat: 20\n", "    vat: 20\n    quantty: 1\n"),
        ('  client: "martin"\n', '  client: "martin"\n  due: 31/12/2026\n'),
    ],
)
def test_a_document_with_a_slip_in_a_key_is_not_sealed_and_its_pdf_says_so(ledger: Path, right: str, slip: str) -> None:
    text = ledger.read_text(encoding="utf-8")
    at = text.index('invoice: "F2026-0001"')
    ledger.write_text(text[:at] + text[at:].replace(right, slip, 1), encoding="utf-8")
    done = run("seal", "F2026-0001", "--yes", "-f", ledger, code=1)
    assert "[LEDGER-" in done.stderr
    assert "Nothing was sealed" in done.stderr
    done = run("pdf", "F2026-0001", "-f", ledger, "-o", ledger.parent / "pages", code=1)
    assert done.stderr.count("[LEDGER-") == 1


def test_check_names_in_one_notice_what_is_not_sealed(ledger: Path) -> None:
    done = run("check", "-f", ledger, code=0)
    assert "note: 3 documents from F2026-0001 to F2026-0003 are not sealed; facturier seal --all" in done.stderr
    assert "note: A2026-0001 is not sealed; facturier seal A2026-0001 seals it." in done.stderr
    run("seal", "F2026-0001", "F2026-0002", "A2026-0001", "--yes", "-f", ledger, code=0)
    done = run("check", "-f", ledger, code=0)
    assert done.stderr.count("not sealed") == 1
    assert "F2026-0003 is not sealed" in done.stderr


def test_a_change_is_found_by_bean_check_and_check(ledger: Path) -> None:
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    text = ledger.read_text(encoding="utf-8")
    back_dated = text + '\n2026-02-01 custom "client" "martin"\n  street: "9 avenue du Prado"\n'
    ledger.write_text(back_dated, encoding="utf-8")
    done = bean_check(ledger)
    assert done.returncode == 1
    assert "3 documents from F2026-0002 to A2026-0001 are not as they were sealed: its client" in done.stderr
    found = run_json("check", "-f", ledger, code=1)["findings"]
    assert [(one["rule"], one["document"], one["severity"]) for one in found] == [
        ("SEAL-CHANGED", "F2026-0002", "error")
    ]
    alone = text.replace('plugin "facturier.plugins"', 'plugin "facturier.plugins.seals"')
    ledger.write_text(alone.replace('item: "Prestation"', 'item: "Conseil"', 1), encoding="utf-8")
    done = bean_check(ledger)
    assert done.stderr.count("SEAL-") == 1
    assert "F2026-0001 is not as it was sealed: its lines changed." in done.stderr


def test_a_seal_cannot_be_waived_and_check_says_so(ledger: Path) -> None:
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    text = ledger.read_text(encoding="utf-8").replace('item: "Prestation"', 'item: "Conseil"', 1)
    waived = text.replace('  client: "martin"', '  client: "martin"\n  waive: "SEAL-CHANGED a slip"', 1)
    ledger.write_text(waived, encoding="utf-8")
    done = run("check", "-f", ledger, code=1)
    assert "[SEAL-CHANGED]" in done.stderr
    assert "waive: SEAL-CHANGED cannot be waived: mend what it names" in done.stderr


def test_archived_files_are_compared_with_their_seals(ledger: Path) -> None:
    archived = ledger.parent / "factures" / "2026" / "F2026-0001.pdf"
    archived.parent.mkdir(parents=True)
    archived.write_bytes(b"%PDF as sent")
    archived.with_suffix(".xml").write_bytes(b"<xml/>")
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    text = ledger.read_text(encoding="utf-8")
    assert f'pdf: "{sha256(b"%PDF as sent").hexdigest()}"' in text
    assert f'xml: "{sha256(b"<xml/>").hexdigest()}"' in text
    assert "errors: 0; notices: 0." in run("check", "-f", ledger, code=0).stdout
    other = sha256(b"%PDF rendered again").hexdigest()
    ledger.write_text(text.replace(sha256(b"%PDF as sent").hexdigest(), other), encoding="utf-8")
    done = bean_check(ledger)
    assert "F2026-0001 is not as it was sealed: the hashes of its archived files changed." in done.stderr
    ledger.write_text(text, encoding="utf-8")
    archived.write_bytes(b"%PDF rendered again")
    done = run("check", "-f", ledger, code=1)
    assert "factures/2026/F2026-0001.pdf is not the file that was archived when F2026-0001 was sealed" in done.stderr
    archived.unlink()
    done = run("check", "-f", ledger, code=0)
    assert "note: factures/2026/F2026-0001.pdf is not there" in done.stderr


def test_sealing_the_demo_books_again_gives_the_seals_they_have(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books")
    kept = main.with_name("sceaux.beancount").read_text(encoding="utf-8")
    text, include = main.read_text(encoding="utf-8"), 'include "sceaux.beancount"\n'
    assert include in text
    main.write_text(text.replace(include, ""), encoding="utf-8")
    sealed = run_json("seal", "--all", "--yes", "-f", main)
    documents = json.loads(run("check", "--json", "-f", main, code=0).stdout)["documents"]
    assert len(sealed) == documents
    # Our templates may have changed since the demo was sealed; nothing else may.
    again = "\n".join(path.read_text(encoding="utf-8") for path in main.parent.glob("20*.beancount"))
    assert _sealed_parts(again) == _sealed_parts(kept)


def _sealed_parts(text: str) -> dict[str, list[str]]:
    """Return what was hashed of each document sealed in a text, but for the template and the link before."""
    seals = re.findall(r'custom "seal" "(\S+)" "\w{64}"\n  parts: "([^"]+)"', text)
    return {
        number: [part for part in parts.split() if not part.startswith(("previous:", "template:"))]
        for number, parts in seals
    }
