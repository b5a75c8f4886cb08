"""``facturier demo``: the books to try everything on, in a folder of one's own."""

from __future__ import annotations

import re
import shlex
import stat
import subprocess
from pathlib import Path

import pytest
from commands import BOOKS, PROGRAM, contents, run

from facturier.workspace import open_ledger


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo, made once, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    done = run("demo", cwd=folder, code=0)
    assert done.stderr == ""
    return folder, done.stdout


def test_it_copies_the_books_and_renders_them(made: tuple[Path, str]) -> None:
    folder, _ = made
    found = open_ledger(folder / "demo" / "main.beancount").books
    books = {name: content for name, content in contents(BOOKS).items() if not re.search(r"\.py|__pycache__", name)}
    copied = contents(folder / "demo")
    assert {name: content for name, content in copied.items() if not name.startswith("pdf/")} == books
    assert len([name for name in copied if name.endswith(".pdf")]) == len(found.documents) + len(found.papers)


def test_the_files_belong_to_the_user_and_may_be_changed(made: tuple[Path, str]) -> None:
    folder, _ = made
    for path in (folder / "demo").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & stat.S_IWUSR, path


def test_it_says_what_was_made_and_what_to_try_next(made: tuple[Path, str]) -> None:
    folder, said = made
    found = open_ledger(folder / "demo" / "main.beancount").books
    for count in (len(found.documents), len(found.papers), len(found.documents) + len(found.papers)):
        assert re.search(rf"(?<!\d){count}(?!\d)", said), count
    assert "Noctiluque SARL" in said
    for command in ("bean-check", "facturier receivables", "facturier import", "facturier explain", "fava"):
        assert command in said


def test_what_it_says_to_try_works_as_it_is_typed(made: tuple[Path, str]) -> None:
    folder, said = made
    tried = []
    for line in said.splitlines():
        found = re.search(r"(?:^|\s)((?:facturier|bean-check) .*)$", line)
        if not found or "DOSSIER" in line:
            continue
        words = shlex.split(found[1])
        done = subprocess.run(
            [str(PROGRAM.parent / words[0]), *words[1:]],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (found[1], done.stderr)
        tried.append(words[:2])
    assert [words[1] for words in tried if words[0] == "facturier"] == ["receivables", "import", "explain"]
    assert "bean-check" in [words[0] for words in tried]


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine", encoding="utf-8")
    before = contents(tmp_path)
    done = run("demo", cwd=tmp_path, code=2)
    assert done.stderr == "demo is not empty; name another folder: facturier demo FOLDER.\n"
    assert done.stdout == ""
    assert contents(tmp_path) == before


def test_an_empty_folder_the_one_one_stands_in_and_one_below_others_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run("demo", "empty", cwd=tmp_path, code=0)
    here = tmp_path / "here"
    here.mkdir()
    said = run("demo", ".", cwd=here, code=0).stdout
    assert "fava main.beancount" in said
    run("demo", "new/one/below", cwd=tmp_path, code=0)
    for folder in (tmp_path / "empty", here, tmp_path / "new" / "one" / "below"):
        assert (folder / "main.beancount").is_file()
        assert (folder / "pdf").is_dir()


def test_an_absolute_folder_from_anywhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    said = run("demo", tmp_path / "books", cwd=elsewhere, code=0).stdout
    assert str(tmp_path / "books" / "main.beancount") in said
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_its_place_or_above_is_told(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("", encoding="utf-8")
    assert run("demo", cwd=tmp_path, code=2).stderr == "demo: File exists\n"
    assert run("demo", "demo/below", cwd=tmp_path, code=2).stderr == "demo/below: Not a directory\n"


def test_a_folder_one_may_not_write_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    done = run("demo", "locked/demo", cwd=tmp_path, ordinary_user=True, code=2)
    assert done.stderr == "locked/demo: Permission denied\n"
