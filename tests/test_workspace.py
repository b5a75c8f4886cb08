"""Opening a ledger from the disk: what is in it, and what is refused before beancount reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import demo_books
from ledgers import SETUP, sale, write_ledger

from facturier.ledger_files import MOST_DIGITS, LedgerError, check_files
from facturier.workspace import open_ledger

PAIR = "2020-01-01 open Assets:A\n2020-01-01 open Equity:B\n"


def test_the_demo_is_opened_whole(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books")
    workspace = open_ledger(main)
    assert workspace.path == main
    assert workspace.folder == main.parent
    assert {path.name for path in workspace.files} == {path.name for path in main.parent.glob("*.beancount")}
    assert all(path.is_absolute() for path in workspace.files)
    assert workspace.errors == ()
    assert workspace.has_pack
    assert {Path(document.place.filename) for document in workspace.books.documents} <= set(workspace.files)
    assert len(workspace.books.documents) > 100


def test_papers_are_off_the_entries_and_in_the_books_with_the_plugin_or_without(tmp_path: Path) -> None:
    draft = '2026-01-07 D "martin" "draft"\n  Income:Prestations  -1 DEV-DAY\n'
    for name, header in (("with", 'plugin "facturier.plugins"\n' + SETUP), ("without", SETUP)):
        (tmp_path / name).mkdir()
        workspace = open_ledger(write_ledger(tmp_path / name, draft, header=header))
        assert [paper.kind.value for paper in workspace.books.papers] == ["draft"]
        assert all(getattr(entry, "flag", "*") != "D" for entry in workspace.entries)
        assert workspace.has_pack is (name == "with")


def test_errors_are_those_of_beancount_ours_are_found_by_the_rules(tmp_path: Path) -> None:
    source = sale("F2026-0002", "2026-01-05") + "\n2026-02-01 balance Assets:Caisse  5.00 EUR\n"
    workspace = open_ledger(write_ledger(tmp_path, source))
    assert [type(error).__name__ for error in workspace.errors] == ["BalanceError"]


def test_a_relative_name_is_of_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    monkeypatch.chdir(tmp_path)
    assert open_ledger(Path("main.beancount")).path == tmp_path / "main.beancount"


def test_a_link_is_followed(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    link = tmp_path / "link.beancount"
    link.symlink_to(ledger)
    assert len(open_ledger(link).books.documents) == 1


def test_windows_line_endings_change_nothing(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05", keys='note: "one"'))
    content = ledger.read_bytes()
    unix = open_ledger(ledger).books.documents[0]
    ledger.write_bytes(content.replace(b"\n", b"\r\n"))
    windows = open_ledger(ledger).books.documents[0]
    assert windows.totals() == unix.totals()
    assert windows.values["note"] == "one"


@pytest.mark.parametrize(
    "name", ["year/*.beancount", "year/../year/01.beancount", "{folder}/year/01.beancount", "y[e]ar/0?.beancount"]
)
def test_includes_are_found_as_beancount_finds_them(tmp_path: Path, name: str) -> None:
    (tmp_path / "year").mkdir()
    (tmp_path / "year" / "01.beancount").write_text("2020-01-01 open Assets:C\n", encoding="utf-8")
    main = tmp_path / "main.beancount"
    main.write_text(f'{PAIR}include "{name.replace("{folder}", str(tmp_path))}"\n', encoding="utf-8")
    workspace = open_ledger(main)
    assert workspace.errors == ()
    assert len(workspace.entries) == 3


def test_a_circle_of_includes_ends(tmp_path: Path) -> None:
    (tmp_path / "main.beancount").write_text(f'{PAIR}include "b.beancount"\n', encoding="utf-8")
    (tmp_path / "b.beancount").write_text('include "main.beancount"\n', encoding="utf-8")
    check_files(tmp_path / "main.beancount")
    assert len(open_ledger(tmp_path / "main.beancount").errors) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        f"2020-01-03 price EUR  {'9' * (MOST_DIGITS - 2)}.99 USD",
        "2020-01-03 price EUR  1/0.1 USD",
        "2020-01-03 price EUR  1/01 USD",
        '2020-01-03 note Assets:A "1/0"',
        "2020/01/03 open Assets:D",
        "; 1/0",
        "* 1/0",
        f'2020-01-03 note Assets:A "{"1" * 40}"',
        f'2020-01-03 note Assets:A "x" ^link-{"1" * 40}',
    ],
)
def test_what_beancount_reads_is_let_through(tmp_path: Path, harmless: str) -> None:
    main = tmp_path / "main.beancount"
    main.write_text(f"{PAIR}{harmless}\n", encoding="utf-8")
    check_files(main)
    assert open_ledger(main).errors == ()


@pytest.mark.parametrize(
    "deadly", ["1/0", "1 / 0", "1/-0", "1/00.0", "1/(0)", "-(3/0)", f"{'9' * 29}", f"{'9' * 20}.{'9' * 9}"]
)
def test_what_ends_beancount_is_stopped_with_its_line(tmp_path: Path, deadly: str) -> None:
    main = tmp_path / "main.beancount"
    main.write_text(f"{PAIR}2020-01-03 price EUR  {deadly} USD\n", encoding="utf-8")
    with pytest.raises(LedgerError) as refused:
        open_ledger(main)
    assert refused.value.place == (str(main), 3)
