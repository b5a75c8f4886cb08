"""``facturier pdf``: what is written, what is left alone, what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from commands import contents, demo_books, run
from ledgers import line_of, refund, sale, write_ledger

from facturier.cli.made_files import INDEX
from facturier.workspace import open_ledger

BOOKS = "\n".join(
    (
        sale("F2026-0001", "2026-01-05"),
        sale("F2026-0002", "2026-01-06", client="durand"),
        refund("A2026-0001", "2026-01-07", "F2026-0001"),
        '2026-01-08 Q "martin" "Devis"\n  quote: "D2026-0001"\n  Income:Prestations  -1 DEV-DAY\n',
        '2026-01-09 D "martin" "Brouillon"\n  Income:Prestations  -1 DEV-DAY\n',
        '2026-01-09 D "martin" "Un autre"\n  Income:Prestations  -2 DEV-DAY\n',
    )
)
LEG = "  Liabilities:TVA:EnAttente  -20.00 EUR\n    vat: 20\n"
ALL = {"F2026-0001.pdf", "F2026-0002.pdf", "A2026-0001.pdf"}
PAPERS = {"D2026-0001.pdf", "draft-2026-01-09-martin.pdf", "draft-2026-01-09-martin-2.pdf"}


@pytest.fixture
def books(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    return write_ledger(folder, BOOKS).parent


def outcome(*arguments: str | Path, cwd: Path, code: int = 0) -> tuple[int, int, int]:
    """Run and return how many were written, up to date, failed."""
    words = run("pdf", *arguments, cwd=cwd, code=code).stdout.split()
    return int(words[0]), int(words[words.index("up") - 1]), int(words[words.index("failed.") - 1])


def pdfs(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.pdf")}


def times(folder: Path) -> dict[str, int]:
    """When each file was written; replaced files have another inode, too."""
    return {path.name: path.stat().st_ino for path in folder.glob("*.pdf")}


def test_invoices_and_credit_notes_are_written_papers_with_all(books: Path) -> None:
    done = run("pdf", cwd=books, code=0)
    assert done.stdout == "3 written to pdf, 0 up to date, 0 failed.\n"
    assert done.stderr == ""
    assert pdfs(books / "pdf") == ALL
    assert all(path.read_bytes().startswith(b"%PDF-1.7") for path in (books / "pdf").glob("*.pdf"))
    assert outcome("--all", cwd=books) == (3, 3, 0)
    assert pdfs(books / "pdf") == ALL | PAPERS


def test_only_the_numbers_named_each_once(books: Path) -> None:
    assert outcome("A2026-0001", "D2026-0001", "A2026-0001", cwd=books) == (2, 0, 0)
    assert pdfs(books / "pdf") == {"A2026-0001.pdf", "D2026-0001.pdf"}


def test_a_second_run_writes_nothing(books: Path) -> None:
    outcome("--all", cwd=books)
    before, inodes = contents(books), times(books / "pdf")
    assert outcome("--all", cwd=books) == (0, 6, 0)
    assert contents(books) == before
    assert times(books / "pdf") == inodes
    assert outcome(cwd=books) == (0, 3, 0)


def test_after_a_back_dated_address_only_that_clients_documents_are_written_again(books: Path) -> None:
    outcome("--all", cwd=books)
    before, inodes = contents(books / "pdf"), times(books / "pdf")
    with (books / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('\n2025-06-01 custom "client" "durand"\n  street: "5 rue Basse"\n')
    assert outcome("--all", cwd=books) == (1, 5, 0)
    after = contents(books / "pdf")
    assert {name for name in before if before[name] != after[name]} == {"F2026-0002.pdf", INDEX}
    assert {name for name, inode in times(books / "pdf").items() if inode != inodes[name]} == {"F2026-0002.pdf"}
    assert outcome("--all", cwd=books) == (0, 6, 0)


def test_a_file_that_was_changed_or_taken_away_is_written_again(books: Path) -> None:
    outcome(cwd=books)
    before = contents(books / "pdf")
    with (books / "pdf" / "F2026-0001.pdf").open("ab") as file:
        file.write(b"x")
    (books / "pdf" / "A2026-0001.pdf").unlink()
    assert outcome(cwd=books) == (2, 1, 0)
    assert contents(books / "pdf") == before


def test_a_file_that_was_only_touched_is_left_alone(books: Path) -> None:
    outcome(cwd=books)
    os.utime(books / "pdf" / "F2026-0001.pdf", (1, 1))
    (books / "main.beancount").touch()
    assert outcome(cwd=books) == (0, 3, 0)


def test_force_writes_all_again_the_same_bytes(books: Path) -> None:
    outcome(cwd=books)
    before = contents(books / "pdf")
    assert outcome("--force", cwd=books) == (3, 0, 0)
    assert contents(books / "pdf") == before
    assert outcome("--force", "F2026-0001", cwd=books) == (1, 0, 0)


@pytest.mark.parametrize("index", [b"", b"[]", b'{"F2026-0001.pdf": 3}', b'{"F2026-0001.pdf": [null]}', b"\xff"])
def test_a_damaged_index_only_costs_rendering_again(books: Path, index: bytes) -> None:
    outcome(cwd=books)
    before = contents(books / "pdf")
    (books / "pdf" / INDEX).write_bytes(index)
    assert outcome(cwd=books) == (3, 0, 0)
    assert contents(books / "pdf") == before


def test_the_books_may_move_and_the_files_with_them(books: Path) -> None:
    outcome(cwd=books)
    moved = books.parent / "moved"
    shutil.move(books, moved)
    assert outcome(cwd=moved) == (0, 3, 0)
    assert outcome("-f", moved / "main.beancount", "-o", moved / "pdf", cwd=books.parent) == (0, 3, 0)


def test_the_output_folder_is_made_where_it_is_named(books: Path) -> None:
    assert outcome("-f", "books/main.beancount", "-o", "out/of/here", cwd=books.parent) == (3, 0, 0)
    assert pdfs(books.parent / "out" / "of" / "here") == ALL
    assert not (books / "pdf").exists()


@pytest.mark.parametrize(
    ("typed", "meant"), [("F2026-001", "F2026-0001"), ("f2026-0001", "F2026-0001"), ("A2026-0010", "A2026-0001")]
)
def test_an_unknown_number_is_answered_with_what_was_meant(books: Path, typed: str, meant: str) -> None:
    done = run("pdf", typed, cwd=books, code=2)
    assert done.stdout == ""
    assert done.stderr == f"main.beancount: There is no document {typed}; did you mean {meant}?\n"
    assert not (books / "pdf").exists()


def test_an_unknown_number_like_no_other(books: Path) -> None:
    done = run("pdf", "F2026-0001", "xyz", cwd=books, code=2)
    assert done.stderr == "main.beancount: There is no document xyz.\n"
    assert not (books / "pdf").exists()


def test_a_folder_that_cannot_be_written_to_is_told(books: Path) -> None:
    (books / "file").write_text("", encoding="utf-8")
    done = run("pdf", "-o", "file", cwd=books, code=2)
    assert done.stderr == "file: File exists\n"
    assert run("pdf", "-o", "file/below", cwd=books, code=2).stderr == "file/below: Not a directory\n"
    (books / "locked").mkdir(mode=0o555)
    done = run("pdf", "-o", "locked", cwd=books, ordinary_user=True, code=1)
    assert len(done.stderr.splitlines()) == 3
    assert done.stderr.splitlines()[0].startswith("main.beancount:")
    assert "Permission denied" in done.stderr
    assert "0 written to locked, 0 up to date, 3 failed." in done.stdout
    assert list((books / "locked").iterdir()) == []


def test_a_folder_in_a_files_place_fails_that_one(books: Path) -> None:
    (books / "pdf" / "F2026-0001.pdf").mkdir(parents=True)
    done = run("pdf", cwd=books, code=1)
    line = line_of(books / "main.beancount", '2026-01-05 * "martin"')
    assert done.stderr == f"main.beancount:{line}: The file cannot be used: Is a directory.\n"
    assert done.stdout == "2 written to pdf, 0 up to date, 1 failed.\n"
    assert {path.name for path in (books / "pdf").iterdir()} == {*ALL, INDEX}


def test_what_is_wrong_with_a_chosen_document_is_told_with_its_file(books: Path) -> None:
    ledger = books / "main.beancount"
    text = ledger.read_text(encoding="utf-8")
    assert LEG in text
    ledger.write_text(text.replace(LEG, LEG.replace("vat: 20", "vat: 10"), 1), encoding="utf-8")
    done = run("pdf", "F2026-0001", cwd=books, code=1)
    assert "[AMOUNT-VAT]" in done.stderr
    assert "1 written" in done.stdout
    assert "[AMOUNT-VAT]" not in run("pdf", "F2026-0002", cwd=books).stderr


def test_a_number_twice_makes_one_file_and_says_so(books: Path) -> None:
    ledger = books / "main.beancount"
    with ledger.open("a", encoding="utf-8") as file:
        file.write("\n" + sale("F2026-0001", "2026-01-10", net="500.00"))
    done = run("pdf", cwd=books, code=1)
    assert "[FR-NUM-DUPLICATE]" in done.stderr
    assert "Its file would be F2026-0001.pdf, as that of F2026-0001 at main.beancount:" in done.stderr
    assert done.stdout == "3 written to pdf, 0 up to date, 1 failed.\n"
    assert run("pdf", cwd=books, code=1).stdout == "0 written to pdf, 3 up to date, 1 failed.\n"


def test_the_demos_files_are_up_to_date_after_the_demo(tmp_path: Path) -> None:
    run("demo", "demo", cwd=tmp_path, code=0)
    done = run("pdf", "--all", cwd=tmp_path / "demo", code=0)
    books = open_ledger(tmp_path / "demo" / "main.beancount").books
    count = len(books.documents) + len(books.papers)
    stored = json.loads((tmp_path / "demo" / "pdf" / INDEX).read_text(encoding="utf-8"))
    assert len(stored) == count
    assert str(count) in done.stdout
    assert done.stderr == ""
    inodes = times(tmp_path / "demo" / "pdf")
    run("pdf", cwd=tmp_path / "demo", code=0)
    assert times(tmp_path / "demo" / "pdf") == inodes


def test_no_cache_of_beancounts_appears(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books")
    run("pdf", "-f", main, "-o", tmp_path / "pdf", "F2026-0077", code=0)
    assert [name for name in contents(tmp_path) if "picklecache" in name] == []
