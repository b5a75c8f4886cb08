"""The books as they stood at a git revision: read from git's objects, nothing checked out."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from commands import run
from ledgers import SETUP, sale

from facturier.ledger_files import LedgerError
from facturier.revisions import ledger_files_at, open_ledger_at
from facturier.workspace import Workspace, open_ledger

PAID = (
    '2026-02-01 * "VIR"\n  Assets:Banque:Qonto  120.00 EUR\n'
    '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
)


class Repository:
    """A real git repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        identity = {
            f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        command = ["git", "-C", str(self.folder), "-c", "commit.gpgsign=false", *arguments]
        environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    def commit(self, files: dict[str, str]) -> None:
        """Write files and commit all there is."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "step")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "books")


@pytest.fixture
def history(repository: Repository) -> Repository:
    """Three commits: an invoice; its payment in a file of its own; the setup in a folder, included by a pattern."""
    repository.commit({"main.beancount": SETUP + sale("F2026-0001", "2026-01-05")})
    repository.commit(
        {
            "main.beancount": SETUP + 'include "2026/*.beancount"\n' + sale("F2026-0001", "2026-01-05"),
            "2026/02.beancount": PAID,
        }
    )
    (repository.folder / "2026" / "02.beancount").unlink()
    repository.commit(
        {
            "main.beancount": 'include "setup/**/*.beancount"\ninclude "2026/0?.beancount"\n',
            "setup/deep/all.beancount": SETUP,
            "2026/01.beancount": sale("F2026-0001", "2026-01-05", "200.00"),
        }
    )
    return repository


def left(workspace: Workspace) -> dict[str, str]:
    assert not workspace.errors, workspace.errors
    found = workspace.books.open_items(date(2026, 12, 31))
    return {item.id: str(found.remaining[item.id]) for item in found.open()}


def test_each_revision_says_what_was_known_then(history: Repository) -> None:
    main = history.folder / "main.beancount"
    assert left(open_ledger_at(main, "HEAD~2")) == {"F2026-0001": "120.00"}
    assert left(open_ledger_at(main, "HEAD~1")) == {}
    assert left(open_ledger_at(main, "main")) == {"F2026-0001": "240.00"} == left(open_ledger(main))


def test_nothing_is_checked_out_and_what_is_not_committed_is_not_read(history: Repository) -> None:
    main = history.folder / "main.beancount"
    main.write_text("this is no ledger", encoding="utf-8")
    assert history.git("status", "--porcelain") == "M main.beancount"
    before = {path: path.stat().st_mtime_ns for path in sorted(history.folder.rglob("*"))}
    assert left(open_ledger_at(main, "HEAD")) == {"F2026-0001": "240.00"}
    assert {path: path.stat().st_mtime_ns for path in sorted(history.folder.rglob("*"))} == before
    assert history.git("status", "--porcelain") == "M main.beancount"


def test_the_private_folder_is_gone_afterwards(history: Repository) -> None:
    with ledger_files_at(history.folder / "main.beancount", "HEAD") as snapshot:
        assert snapshot.path.is_file()
        assert snapshot.folder.stat().st_mode & 0o077 == 0
        assert sorted(path.name for path in snapshot.folder.rglob("*.*")) == [
            "01.beancount",
            "all.beancount",
            "main.beancount",
        ]
    assert not snapshot.folder.exists()


def test_places_are_told_as_git_names_them(history: Repository) -> None:
    history.commit({"2026/03.beancount": "2026-03-01 balance Assets:Caisse  5.00 EUR\n" + "2026-03-02 *"})
    workspace = open_ledger_at(history.folder / "main.beancount", "HEAD")
    assert {error.source["filename"] for error in workspace.errors} == {"HEAD:2026/03.beancount"}
    (item,) = workspace.books.items
    assert str(item.place).startswith("HEAD:2026/01.beancount:")
    assert "HEAD:main.beancount" in {str(name) for name in workspace.files}
    assert not any("/tmp" in str(fault) for fault in workspace.books.faults)


def test_a_ledger_in_a_folder_of_the_repository(repository: Repository) -> None:
    repository.commit(
        {
            "compta/livres/main.beancount": 'include "../commun/setup.beancount"\n' + sale("F2026-0001", "2026-01-05"),
            "compta/commun/setup.beancount": SETUP,
        }
    )
    workspace = open_ledger_at(repository.folder / "compta" / "livres" / "main.beancount", "HEAD")
    assert left(workspace) == {"F2026-0001": "120.00"}
    assert workspace.books.documents[0].place.filename == "HEAD:compta/livres/main.beancount"


def test_links_within_the_tree_are_followed(repository: Repository) -> None:
    repository.commit({"2026/all.beancount": SETUP + sale("F2026-0001", "2026-01-05")})
    (repository.folder / "current").symlink_to("2026")
    (repository.folder / "one.beancount").symlink_to("current/all.beancount")
    repository.commit({"main.beancount": 'include "one.beancount"\n', "by-folder.beancount": 'include "current/*"\n'})
    for name in ("main.beancount", "by-folder.beancount", "one.beancount"):
        assert left(open_ledger_at(repository.folder / name, "HEAD")) == {"F2026-0001": "120.00"}


def refused(path: Path, revision: str) -> tuple[str, str]:
    with pytest.raises(LedgerError) as failure:
        open_ledger_at(path, revision)
    return str(failure.value.place), str(failure.value.message)


OUTSIDE = (
    "leads out of the repository: what git does not keep cannot be read as it was. Move the file into the repository "
    "and include it by a path relative to this file."
)


@pytest.mark.parametrize("name", ["../secret.beancount", "/etc/passwd", "a/../../secret.beancount"])
def test_an_include_out_of_the_repository_is_refused(repository: Repository, name: str) -> None:
    (repository.folder.parent / "secret.beancount").write_text(SETUP, encoding="utf-8")
    repository.commit({"main.beancount": f'; ours\ninclude "{name}"\n', "a/b.beancount": ""})
    assert refused(repository.folder / "main.beancount", "HEAD") == ("HEAD:main.beancount:2", f'"{name}" {OUTSIDE}')


@pytest.mark.parametrize("target", ["../secret.beancount", "/etc/passwd"])
def test_a_link_out_of_the_repository_is_refused(repository: Repository, target: str) -> None:
    (repository.folder.parent / "secret.beancount").write_text(SETUP, encoding="utf-8")
    (repository.folder / "link.beancount").symlink_to(target)
    repository.commit({"main.beancount": 'include "link.beancount"\n'})
    assert refused(repository.folder / "main.beancount", "HEAD") == (
        "HEAD:main.beancount:1",
        f'"link.beancount" {OUTSIDE}',
    )


def test_links_in_a_circle_are_no_file(repository: Repository) -> None:
    (repository.folder / "a.beancount").symlink_to("b.beancount")
    (repository.folder / "b.beancount").symlink_to("a.beancount")
    repository.commit({"main.beancount": 'include "a.beancount"\n'})
    place, found = refused(repository.folder / "main.beancount", "HEAD")
    assert (place, found) == (
        "HEAD:main.beancount:1",
        'There is no file "a.beancount"; write it, or delete this include.',
    )


@pytest.mark.parametrize("revision", ["v9", "HEAD~99", "--help", "-x", "", "main:main.beancount", "a b\n"])
def test_a_revision_that_does_not_exist(history: Repository, revision: str) -> None:
    main = history.folder / "main.beancount"
    place, found = refused(main, revision)
    assert place == f"{main}:0"
    assert found.startswith(
        f'git knows no revision "{revision}"; git log shows the commits, and --rev "$(git rev-list '
    )


def test_a_file_that_did_not_exist_yet(history: Repository) -> None:
    late = history.folder / "late.beancount"
    late.write_text(SETUP, encoding="utf-8")
    assert refused(late, "HEAD")[1].startswith('The revision "HEAD" has no file "late.beancount"; git log --follow')


def test_a_file_that_was_missing_then(repository: Repository) -> None:
    repository.commit({"main.beancount": '\ninclude "gone/*.beancount"\n'})
    assert refused(repository.folder / "main.beancount", "HEAD") == (
        "HEAD:main.beancount:2",
        'There is no file "gone/*.beancount"; write it, or delete this include.',
    )


def test_without_a_repository(tmp_path: Path) -> None:
    main = tmp_path / "main.beancount"
    main.write_text(SETUP, encoding="utf-8")
    assert refused(main, "HEAD")[1].startswith("git finds no repository around this ledger")


def test_without_git(history: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(history.folder))
    found = refused(history.folder / "main.beancount", "HEAD")[1]
    assert found == "--rev needs git, and it cannot be run: No such file or directory."


def test_from_within_a_hook_of_another_repository(history: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere/.git")
    assert left(open_ledger_at(history.folder / "main.beancount", "HEAD~1")) == {}


# --- The command


def receivables(repository: Repository, *arguments: str, code: int = 0) -> str:
    done = run("receivables", "-f", repository.folder / "main.beancount", *arguments, code=code)
    return done.stdout if code == 0 else done.stderr


def test_the_command_reads_a_revision(history: Repository) -> None:
    assert "120.00" in receivables(history, "--rev", "HEAD~2", "--as-of", "2026-03-01")
    assert receivables(history, "--rev", "HEAD~1", "--as-of", "2026-03-01") == "Nothing is owed on 2026-03-01.\n"
    assert "120.00" in receivables(history, "--rev", "HEAD~1", "--as-of", "2026-01-31")
    assert "240.00" in receivables(history, "--as-of", "2026-03-01")


def test_the_command_says_one_sentence_of_a_revision_it_cannot_read(history: Repository) -> None:
    said = receivables(history, "--rev", "v9", code=2)
    assert 'main.beancount: git knows no revision "v9"' in said
    assert len(said.strip().split("\n")) == 1


def test_the_command_says_one_sentence_of_a_revision_that_does_not_parse(history: Repository) -> None:
    history.commit({"main.beancount": "2026-01-01 this is\n2026-01-02 no ledger\n"})
    history.commit({"main.beancount": SETUP})
    said = receivables(history, "--rev", "HEAD~1", code=2)
    assert said.startswith("HEAD~1:main.beancount:1: ")
    assert len(said.strip().split("\n")) == 1
