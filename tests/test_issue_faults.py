"""What may go wrong while issuing: two at once, a kill at every step, a full disk, files that cannot be written."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from commands import PROGRAM, contents, run, run_json
from ledgers import HEADER, bean_check, ledger_of

from facturier.cli import issuance, main
from facturier.documents import Kind

DRAFT = '\n2026-11-20 D "martin" "{title}"\n  Income:Prestations  -1 DEV-DAY ; one\n'
DAY = "2026-11-20"


def books(folder: Path, *titles: str) -> Path:
    """Write a ledger with one draft a title."""
    path = folder / "main.beancount"
    path.write_text(HEADER + "".join(DRAFT.format(title=title) for title in titles), encoding="utf-8")
    return path


def numbers(path: Path) -> list[str]:
    return [document.number for document in ledger_of(path).books.documents]


def left(path: Path) -> int:
    return sum(paper.kind is Kind.DRAFT for paper in ledger_of(path).books.papers)


def assert_clean(path: Path) -> None:
    checked = bean_check(path)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_several_at_once_never_share_a_number(tmp_path: Path) -> None:
    titles = ["alpha", "beta", "gamma", "delta"]
    path = books(tmp_path, *titles)
    running = [
        subprocess.Popen(
            [str(PROGRAM), "issue", title, "--date", DAY, "--yes"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for title in titles
    ]
    for process in running:
        out, error = process.communicate(timeout=120)
        # One waits for the other, or gives way and says so.
        assert process.returncode == 0 or "Another command is writing" in error, out + error
    issued = sorted(numbers(path))
    assert issued
    assert issued == [f"F2026-{rank:04}" for rank in range(1, len(issued) + 1)]
    assert len(issued) + left(path) == len(titles)
    assert_clean(path)


def test_who_waits_too_long_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from facturier.writer import locked

    path = books(tmp_path, "alpha")
    before = contents(tmp_path)
    monkeypatch.setattr(issuance, "PATIENCE", 0.1)
    with locked(tmp_path), pytest.raises(SystemExit) as refused:
        main(["issue", "-f", str(path), "--yes"], standalone_mode=False)
    assert refused.value.code == 2
    assert contents(tmp_path) == before


def test_a_kill_at_any_step_leaves_the_old_text_or_the_new(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    path = books(folder, "alpha")
    path.write_text(path.read_text(encoding="utf-8") + 'include "more.beancount"\n', encoding="utf-8")
    (folder / "more.beancount").write_text(DRAFT.format(title="beta"), encoding="utf-8")
    old = contents(folder)
    command = ["issue", "--all", "--date", DAY, "--yes"]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killed_commands.py")), str(folder), *command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    new = _decoded(runs[-1]["after"])
    assert runs[-1]["status"] == 0
    assert len(runs) > 30  # six files written and replaced, each in several steps
    assert {"factures/2026/F2026-0001.pdf", "factures/2026/F2026-0002.xml"} <= new.keys()
    seen = set()
    for one in runs:
        after = _decoded(one["after"])
        written = [name for name in old if after[name] != old[name]]
        seen.add(len(written))
        for name in written:
            assert after[name] == new[name], "a ledger file is neither the old text nor the new"
        if written:
            # The ledger is written last: what it names is archived.
            assert all(after[name] == new[name] for name in new if name not in old)
        # The next command takes back what was half done and finishes, or finds all of it done.
        then = _decoded(one["then"])
        assert then in (old, new), one["again"]
    assert seen == {0, 1, 2}
    assert_clean(path)


def _decoded(files: dict[str, str]) -> dict[str, bytes]:
    """Return what stands in a folder; the temporary files of a killed process are no one's."""
    return {name: bytes.fromhex(text) for name, text in files.items() if not name.endswith(".tmp")}


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    path = books(tmp_path, "alpha")
    before = contents(tmp_path)
    for most in (1_000, 20_000):  # the XML does not fit; the PDF does not fit
        done = subprocess.run(
            [str(PROGRAM), "issue", "--yes", "--date", DAY],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most)),
        )
        assert done.returncode == 2, done.stdout
        assert "cannot be used: File too large" in done.stderr
        assert contents(tmp_path) == before
        assert not (tmp_path / "factures").exists()
    assert left(path) == 1


def test_a_full_disk_at_the_ledger_takes_the_archive_away_again(tmp_path: Path) -> None:
    path = books(tmp_path, "alpha")
    # The ledger is the largest file: all others fit.
    path.write_text(path.read_text(encoding="utf-8") + ";" * 900_000 + "\n", encoding="utf-8")
    before = contents(tmp_path)
    done = subprocess.run(
        [str(PROGRAM), "issue", "--yes", "--date", DAY],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (850_000, 850_000)),
    )
    assert done.returncode == 2, done.stdout
    assert contents(tmp_path) == before
    assert not (tmp_path / "factures").exists()


AS_NOBODY = """
import os, sys
from facturier.cli import main
def issue(*options):
    try:
        main(["issue", "--date", "2026-11-20", *options], standalone_mode=False)
    except SystemExit as ended:
        return ended.code
issue("--dry-run")  # all of it imported while files may be read
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(issue("--yes"))
"""


def test_a_read_only_file_is_refused_with_a_reason(tmp_path: Path) -> None:
    """Root may write anything, so rights are given up."""
    folder = tmp_path / "books"
    folder.mkdir()
    path = books(folder, "alpha")
    path.chmod(0o444)
    folder.chmod(0o777)
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o055)
    before = contents(folder)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "The file is read-only." in done.stderr
    assert contents(folder) == before


def test_a_symlinked_include_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = books(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "drafts.txt").write_text(DRAFT.format(title="alpha"), encoding="utf-8")
    (tmp_path / "drafts.beancount").symlink_to(tmp_path / "real" / "drafts.txt")
    path.write_text(path.read_text(encoding="utf-8") + 'include "drafts.beancount"\n', encoding="utf-8")
    before = contents(tmp_path)
    done = run("issue", "--yes", "--date", DAY, cwd=tmp_path, code=2)
    assert "symbolic link" in done.stderr
    assert "drafts.beancount" in done.stderr
    assert contents(tmp_path) == before


def test_line_endings_of_windows_stay(tmp_path: Path) -> None:
    path = books(tmp_path, "alpha", "beta")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [one["number"] for one in run_json("issue", "--all", "--date", DAY, "--yes", cwd=tmp_path)] == [
        "F2026-0001",
        "F2026-0002",
    ]
    run("credit", "F2026-0001", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    run("new", "martin", "1 CHAISE", "--yes", cwd=tmp_path, code=0)
    text = path.read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n")
    assert_clean(path)


def test_a_file_edited_meanwhile_is_left_alone_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = books(tmp_path, "alpha")

    def editor(_: object) -> issuance.Finisher:
        path.write_bytes(path.read_bytes() + b"; my own words\n")
        return lambda document, _books, _file: f"; {document.number}"

    monkeypatch.setattr(issuance, "FINISHERS", (editor,))
    with pytest.raises(SystemExit) as refused:
        main(["issue", "-f", str(path), "--yes", "--date", DAY], standalone_mode=False)
    assert refused.value.code == 2
    assert "main.beancount: The file was edited meanwhile" in capsys.readouterr().err
    assert path.read_bytes().endswith(b"; my own words\n")
    assert left(path) == 1
    assert not (tmp_path / "factures").exists()


def test_another_file_in_the_archive_is_never_replaced(tmp_path: Path) -> None:
    books(tmp_path, "alpha")
    archived = tmp_path / "factures" / "2026" / "F2026-0001.pdf"
    archived.parent.mkdir(parents=True)
    archived.write_bytes(b"sent last year")
    before = contents(tmp_path)
    done = run("issue", "--yes", "--date", DAY, cwd=tmp_path, code=2)
    assert "Another file is archived" in done.stderr
    assert contents(tmp_path) == before


def test_what_brings_errors_is_taken_back(tmp_path: Path) -> None:
    """The client's account takes no euro: only beancount, loading the result, can tell."""
    path = books(tmp_path, "alpha")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("open Assets:Clients:Martin\n", "open Assets:Clients:Martin USD\n"), encoding="utf-8")
    before = contents(tmp_path)
    done = run("issue", "--yes", "--date", DAY, cwd=tmp_path, code=2)
    assert "was taken back" in done.stderr
    assert contents(tmp_path) == before
    assert not (tmp_path / "factures").exists()


def test_a_damaged_journal_reaches_nothing(tmp_path: Path) -> None:
    """A journal that came with someone else's files names a file outside: it is not touched."""
    from hashlib import sha256

    folder = tmp_path / "books"
    folder.mkdir()
    books(folder, "alpha")
    outside = tmp_path / "precious"
    outside.write_bytes(b"mine")
    entries = [
        {"file": "../precious", "before": None, "after": sha256(b"mine").hexdigest()},
        {"file": "absent", "before": None, "after": "0"},
    ]
    for journal in (json.dumps({"changes": entries}), "{", "[]", '{"changes": [{}]}'):
        (folder / ".facturier-journal.json").write_text(journal, encoding="utf-8")
        run("issue", "nothing", "--yes", cwd=folder, code=2)
        assert outside.read_bytes() == b"mine"
        assert not (folder / ".facturier-journal.json").exists()


def test_dry_run_and_no_answer_write_nothing(tmp_path: Path) -> None:
    books(tmp_path, "alpha")
    before = contents(tmp_path)
    for options in (["--dry-run"], ["--dry-run", "--yes"], []):
        done = run("issue", *options, "--date", DAY, cwd=tmp_path, code=0)
        assert '+  invoice: "F2026-0001"' in done.stdout
        assert contents(tmp_path) == before
