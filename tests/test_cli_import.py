"""``facturier import``: bank lines into the ledger; shown first, checked after, never twice."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from camt_files import PAYER, Entry, camt, write
from cfonb_files import Movement, cfonb, write_cfonb
from commands import PROGRAM, contents, demo_books, run, run_json
from ledgers import HEADER, bean_check, load, sale, write_ledger

from facturier.workspace import open_ledger

NOVEMBER = "bank/camt053-2026-11.xml"
PAID = Entry("120.00", text="VIR F2026-0001", name="MARTIN", iban=PAYER, bank_reference="B1")
BOUGHT = Entry("-30.00", text="PAPETERIE", name="SHOP", bank_reference="B2", day="2026-11-12")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return demo_books(tmp_path / "books").parent


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """One open invoice, a bank account with the opening balance of the test files."""
    opening = '2026-10-31 * "Reprise" "Solde"\n  Assets:Banque:Qonto  1000.00 EUR\n  Equity:Reprise\n'
    write_ledger(tmp_path, sale("F2026-0001", "2026-10-05") + "\n" + opening)
    return tmp_path


def bank(folder: Path, *entries: Entry, name: str = "bank.xml", closing: str | None = None) -> Path:
    return write(folder / name, camt(*entries, closing=closing))


# --- The demo's November --------------------------------------------------------------------------


def test_november_is_recognised_as_the_demo_says(demo: Path) -> None:
    rows = run_json("import", NOVEMBER, "--dry-run", cwd=demo)
    assert len(rows) == 16
    assert [row["settles"] for row in rows if row["outcome"] == "settled"] == [
        ["F2026-0089"], ["F2026-0091#1"], ["F2026-0095"], ["F2026-0093"], ["F2026-0103"], ["F2026-0096"],
    ]  # fmt: skip
    on_account = [(row["counterparty"], row["amount"]) for row in rows if row["outcome"] == "on account"]
    assert on_account == [("HOTEL DE LA ROCHE NOIRE", "1000.00"), ("ASS AMIS DU PHARE DE KERZAVEL", "174.00")]
    assert sum(row["outcome"] == "waiting" for row in rows) == 8
    assert set(rows[0]) == {
        "file", "date", "amount", "currency", "counterparty", "label", "outcome", "settles", "known_at",
    }  # fmt: skip


def test_dry_run_and_no_terminal_show_the_diff_and_write_nothing(demo: Path) -> None:
    before = contents(demo)
    dry = run("import", NOVEMBER, "--dry-run", cwd=demo, code=0)
    asked = run("import", NOVEMBER, cwd=demo, code=0)
    both = run("import", NOVEMBER, "--dry-run", "--yes", cwd=demo, code=0)
    assert contents(demo) == before
    for done in (dry, asked, both):
        assert "--- a/2026-11.beancount\n+++ b/2026-11.beancount\n" in done.stdout
        assert '+    settles: "F2026-0091#1"\n' in done.stdout
        assert done.stdout.endswith("Nothing was written.\n")
    assert asked.stderr == "Add --yes to write without being asked.\n"
    assert dry.stderr == ""


def test_yes_writes_what_was_shown_and_the_books_stay_clean(demo: Path) -> None:
    before = contents(demo)
    shown = run("import", NOVEMBER, "--dry-run", cwd=demo, code=0).stdout
    done = run("import", NOVEMBER, "--yes", cwd=demo, code=0)
    assert done.stderr == ""
    assert done.stdout.endswith("17 entries written to 2026-11.beancount.\n")
    after = contents(demo)
    assert {name for name in after if after[name] != before.get(name)} == {"2026-11.beancount"}
    assert set(after) == set(before)
    added = after["2026-11.beancount"].decode().removeprefix(before["2026-11.beancount"].decode())
    assert added == "".join(f"{line[1:]}\n" for line in shown.split("@@")[2].splitlines() if line.startswith("+"))
    checked = bean_check(demo / "main.beancount")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    open_items = open_ledger(demo / "main.beancount").books.open_items(date(2026, 11, 30))
    for number in ("F2026-0089", "F2026-0095", "F2026-0093", "F2026-0103", "F2026-0096"):
        assert open_items.balance(number) == 0
    assert open_items.remaining["F2026-0091#1"] == 0
    assert open_items.remaining["F2026-0091#2"] > 0


def test_importing_again_adds_nothing_whatever_the_files(demo: Path) -> None:
    run("import", NOVEMBER, "--yes", cwd=demo, code=0)
    before = contents(demo)
    for files in ([NOVEMBER], sorted(str(path) for path in (demo / "bank").glob("*.xml")), [NOVEMBER, f"./{NOVEMBER}"]):
        done = run("import", *files, "--yes", cwd=demo, code=0)
        assert done.stdout.endswith("Nothing new: everything in these files is already in the books.\n")
        assert "@@" not in done.stdout
    assert contents(demo) == before
    known = run_json("import", NOVEMBER, cwd=demo)
    assert {row["outcome"] for row in known} == {"known"}
    assert all(re.fullmatch(r"2026-11\.beancount:\d+", row["known_at"]) for row in known)


def test_a_file_named_twice_or_copied_is_one(demo: Path) -> None:
    (demo / "copy.xml").write_bytes((demo / NOVEMBER).read_bytes())
    once = run_json("import", NOVEMBER, cwd=demo)
    assert run_json("import", NOVEMBER, f"./{NOVEMBER}", demo / NOVEMBER, cwd=demo) == once
    twice = run_json("import", NOVEMBER, "copy.xml", cwd=demo)
    assert [row["outcome"] for row in twice[16:]] == ["known"] * 16
    assert [row["outcome"] for row in twice[:16]] == [row["outcome"] for row in once]


def test_months_that_were_booked_before_add_nothing(demo: Path) -> None:
    before = contents(demo)
    run("import", "bank/camt053-2026-09.xml", "bank/camt053-2026-10.xml", "--yes", cwd=demo, code=0)
    assert contents(demo) == before


def test_cfonb_settles_what_it_names(books: Path) -> None:
    paid = Movement("120.00", label="VIR SEPA MARTIN", details=(("NPY", "MARTIN"), ("LCC", "VIR F2026-0001")))
    write_cfonb(books / "releve", cfonb(paid, Movement("-30.00", label="CB PAPETERIE", code="11")))
    done = run("import", "releve", "--yes", cwd=books, code=0)
    assert done.stderr == ""
    ledger = (books / "main.beancount").read_text(encoding="utf-8")
    assert '    settles: "F2026-0001"\n' in ledger
    assert re.search(r"2026-12-01 balance Assets:Banque:Qonto +1090\.00 EUR", ledger)
    assert run("import", "releve", cwd=books, code=0).stdout.endswith("already in the books.\n")
    (books / "releve").write_bytes(b"0430006" + (books / "releve").read_bytes()[7:])
    done = run("import", "releve", cwd=books, code=2)
    assert done.stderr.startswith("releve:1: column 1: A movement (record 04) outside a statement")


# --- Where, and what if ---------------------------------------------------------------------------


def test_files_that_overlap_are_counted_once(books: Path) -> None:
    first = bank(books, PAID, BOUGHT, name="first.xml")
    second = write(
        books / "second.xml", camt(BOUGHT, Entry("-5.00", bank_reference="B3", day="2026-11-20"), opening="1120.00")
    )
    rows = run_json("import", first, second, "--yes", cwd=books)
    assert [row["outcome"] for row in rows] == ["settled", "waiting", "known", "waiting"]
    references = [entry.meta.get("bank-ref") for entry in load(books / "main.beancount").entries]
    assert sorted(filter(None, references)) == ["B1", "B2", "B3"]
    before = contents(books)
    run("import", second, "--yes", cwd=books, code=0)
    run("import", first, "--yes", cwd=books, code=0)
    assert contents(books) == before


def test_into_names_a_file_of_the_ledger(books: Path) -> None:
    bank(books, PAID)
    (books / "bank.beancount").write_text("; the bank\n", encoding="utf-8")
    before = contents(books)
    done = run("import", "bank.xml", "--yes", "--into", "bank.beancount", cwd=books, code=2)
    assert done.stderr == (
        'bank.beancount: This file is not part of the ledger; add include "bank.beancount" to main.beancount first.\n'
    )
    assert contents(books) == before
    with (books / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('include "bank.beancount"\n')
    main = (books / "main.beancount").read_bytes()
    run("import", "bank.xml", "--yes", "--into", "bank.beancount", cwd=books, code=0)
    assert (books / "main.beancount").read_bytes() == main
    assert b'settles: "F2026-0001"' in (books / "bank.beancount").read_bytes()
    bank(books, BOUGHT, name="bought.xml")
    assert "not part of the ledger" in run("import", "bought.xml", "--into", "gone", cwd=books, code=2).stderr


def test_a_link_to_a_ledger_file_is_written_through(books: Path) -> None:
    bank(books, PAID)
    (books / "real").mkdir()
    (books / "main.beancount").rename(books / "real" / "main.beancount")
    (books / "main.beancount").symlink_to(books / "real" / "main.beancount")
    run("import", "bank.xml", "--yes", cwd=books, code=0)
    assert (books / "main.beancount").is_symlink()
    assert b'settles: "F2026-0001"' in (books / "real" / "main.beancount").read_bytes()


def test_windows_line_endings_and_permissions_are_kept(books: Path) -> None:
    bank(books, PAID)
    ledger = books / "main.beancount"
    ledger.write_bytes(ledger.read_bytes().replace(b"\n", b"\r\n"))
    ledger.chmod(0o600)
    run("import", "bank.xml", "--yes", cwd=books, code=0)
    content = ledger.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b'settles: "F2026-0001"\r\n' in content
    assert ledger.stat().st_mode & 0o777 == 0o600


def test_a_change_that_would_bring_errors_is_taken_back_byte_for_byte(tmp_path: Path) -> None:
    header = HEADER.replace("open Assets:Paiements:Carte", "open Assets:Paiements:Carte USD")
    write_ledger(tmp_path, sale("F2026-0001", "2026-10-05"), header=header)
    bank(tmp_path, PAID, BOUGHT)
    before = contents(tmp_path)
    done = run("import", "bank.xml", "--yes", cwd=tmp_path, code=2)
    assert "The change would bring new errors and was taken back:" in done.stderr
    assert re.search(r"(?m)^main\.beancount:\d+: .*Assets:Paiements:Carte", done.stderr)
    assert contents(tmp_path) == before


def test_errors_that_were_there_before_do_not_stop_an_import(books: Path) -> None:
    with (books / "main.beancount").open("a", encoding="utf-8") as ledger:
        # Its message holds the balance, which the import moves: it is the same error all the same.
        ledger.write("\n2026-12-31 balance Assets:Banque:Qonto  7.00 EUR\n" + sale("F2026-0003", "2026-10-06"))
    bank(books, PAID)
    done = run("import", "bank.xml", "--yes", cwd=books)
    assert done.stdout.endswith("2 entries written to main.beancount.\n"), done.stderr
    assert "Balance failed" in done.stderr


def test_json_alone_is_on_stdout(books: Path) -> None:
    bank(books, PAID)
    done = run("import", "bank.xml", "--json", cwd=books, code=0)
    assert done.stdout.startswith("[\n")
    assert done.stdout.endswith("]\n")
    assert "+++ b/main.beancount" in done.stderr
    assert run_json("import", "bank.xml", "--yes", cwd=books)[0]["settles"] == ["F2026-0001"]
    assert run_json("import", "bank.xml", cwd=books)[0]["outcome"] == "known"


def on_a_terminal(answer: str, cwd: Path) -> tuple[int, str]:
    """Run the command on a terminal and answer its question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(PROGRAM), "import", "bank.xml"],
        cwd=cwd, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, answer.encode())
    said, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, said


def test_on_a_terminal_it_asks(books: Path) -> None:
    bank(books, PAID)
    before = contents(books)
    code, said = on_a_terminal("n\n", books)
    assert (code, contents(books)) == (0, before)
    assert "Write this? [y/N]: " in said
    assert "Nothing was written." in said
    code, said = on_a_terminal("y\n", books)
    assert code == 0
    assert "2 entries written to main.beancount." in said
    assert contents(books) != before


# --- Refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.xml", None, "gone.xml: "),
        ("empty.xml", b"", "empty.xml"),
        ("photo.pdf", b"%PDF-1.4", "This is a PDF"),
        ("other.xml", b"<a/>", "no camt.052, camt.053 or camt.054"),
        ("broken.xml", b"<Document", "broken.xml:1: "),
        ("entity.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]><a>&b;</a>', "entity.xml"),
    ],
)
def test_a_file_that_is_no_statement_is_told(books: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (books / name).write_bytes(content)
    before = contents(books)
    done = run("import", name, "--yes", cwd=books, code=2)
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.startswith(name)
    assert "root:" not in done.stderr
    assert contents(books) == before


def test_one_bad_file_among_good_ones_stops_all(books: Path) -> None:
    bank(books, PAID)
    (books / "bad.xml").write_bytes(b"<a/>")
    before = contents(books)
    run("import", "bank.xml", "bad.xml", "--yes", cwd=books, code=2)
    assert contents(books) == before


def test_a_folder_is_no_statement(books: Path) -> None:
    (books / "folder").mkdir()
    done = run("import", "folder", cwd=books, code=2)
    assert done.stderr.startswith("folder: ")


def test_the_account_for_other_lines_is_named_or_must_exist(books: Path) -> None:
    bank(books, BOUGHT)
    run("import", "bank.xml", "--yes", "--other", "Expenses:Pertes", cwd=books, code=0)
    assert re.search(r"Expenses:Pertes +30\.00 EUR", (books / "main.beancount").read_text(encoding="utf-8"))
    bank(books, Entry("-7.00", bank_reference="B9"), name="more.xml")
    assert "Expenses:Nothing" in run("import", "more.xml", "--other", "Expenses:Nothing", cwd=books, code=2).stderr


def test_a_remark_names_its_file_once_more_than_its_line(books: Path) -> None:
    bank(books, PAID, closing="5.00")
    done = run("import", "bank.xml", "--dry-run", cwd=books, code=0)
    assert done.stderr.startswith("bank.xml: ")
    assert ":0:" not in done.stderr


def test_hostile_text_from_the_bank_is_quoted_and_shown_as_it_is(books: Path) -> None:
    text = 'x" \\\n2026-01-01 open Assets:Injected ; [bold]y[/bold] \u202e\u0085\u009b31m'
    bank(books, Entry("-9.00", text=text, name='[red]N"ame\\', bank_reference='"] \\'))
    done = run("import", "bank.xml", "--yes", cwd=books, code=0)
    assert "\u009b" not in done.stdout
    assert "[red]N" in done.stdout
    loaded = load(books / "main.beancount")
    assert loaded.errors == []
    assert not any(getattr(entry, "account", "") == "Assets:Injected" for entry in loaded.entries)
    before = contents(books)
    run("import", "bank.xml", "--yes", cwd=books, code=0)
    assert contents(books) == before
