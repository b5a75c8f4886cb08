"""Changing ledger files: all or nothing, seen whole by everybody, put back where it went wrong."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from commands import obey_permissions
from hypothesis import given
from hypothesis import strategies as st

from facturier.writer import Change, WriteRefusedError, append_text, locked, replace, unified_diff, write

OLD = b"old\n"
NEW = b"new\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "main.beancount"
    path.write_bytes(OLD)
    return path


def no_faults() -> list[str]:
    return []


def run_python(source: str, *arguments: Path, as_anyone: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a program of its own: another process, which may be killed or be denied rights."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)],
        capture_output=True,
        text=True,
        preexec_fn=obey_permissions if as_anyone else None,
        timeout=60,
        check=False,
    )


# --- What is written ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"2026-01-01 x\n"),
        (b"a\n", b"a\n\n2026-01-01 x\n"),
        (b"a", b"a\n\n2026-01-01 x\n"),
        (b"a\n\n", b"a\n\n2026-01-01 x\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n\r\n2026-01-01 x\r\n"),
        (b"a\r\nb", b"a\r\nb\r\n\r\n2026-01-01 x\r\n"),
        (b"a\r\n\r\n", b"a\r\n\r\n2026-01-01 x\r\n"),
    ],
)
def test_text_goes_to_the_end_one_blank_line_apart_in_the_files_line_endings(
    file: Path, before: bytes, after: bytes
) -> None:
    file.write_bytes(before)
    change = append_text(file, "\n2026-01-01 x\n\n")
    assert change == Change(file, before, after)
    write([change], file.parent, no_faults)
    assert file.read_bytes() == after


@given(before=st.binary(max_size=60), text=st.text("ab\n", min_size=1, max_size=20))
def test_what_stood_there_stays(tmp_path_factory: pytest.TempPathFactory, before: bytes, text: str) -> None:
    path = tmp_path_factory.mktemp("append") / "x"
    path.write_bytes(before)
    assert append_text(path, text).after.startswith(before)


def test_several_lines_get_the_files_line_ending(file: Path) -> None:
    file.write_bytes(b"a\r\n")
    assert append_text(file, "one\ntwo").after == b"a\r\n\r\none\r\ntwo\r\n"


def test_a_file_that_is_not_there_is_refused_or_made(tmp_path: Path) -> None:
    path = tmp_path / "new.beancount"
    with pytest.raises(WriteRefusedError, match="No such file"):
        append_text(path, "x")
    write([Change(path, None, NEW)], tmp_path, no_faults)
    assert path.read_bytes() == NEW


def test_the_diff_names_files_from_the_ledgers_folder(file: Path) -> None:
    (file.parent / "bank").mkdir()
    other = file.parent / "bank" / "x.beancount"
    assert unified_diff([Change(file, b"a\nb\n", b"a\nc\n"), Change(other, None, b"new\n")], file.parent) == (
        "--- a/main.beancount\n+++ b/main.beancount\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        "--- a/bank/x.beancount\n+++ b/bank/x.beancount\n@@ -0,0 +1 @@\n+new\n"
    )


def test_the_diff_says_where_a_last_line_has_no_end(file: Path) -> None:
    assert unified_diff([Change(file, b"a", b"a\n")], file.parent).endswith(
        "-a\n\\ No newline at end of file\n+a\n"
    )  # fmt: skip


def test_the_diff_applies(file: Path) -> None:
    """What is shown is what will be written: patch, given the diff, makes the same file."""
    before = "".join(f"line {number}\n" for number in range(30)).encode() + b"last \xe2\x80\xa8 one"
    after = before.replace(b"line 7\n", b"line seven\n").replace(b"line 20\n", b"") + b"\nmore\n"
    file.write_bytes(before)
    difference = unified_diff([Change(file, before, after)], file.parent)
    patched = subprocess.run(
        ["git", "apply", "--no-index", "-p1", "-"],
        cwd=file.parent, input=difference.encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert patched.returncode == 0, patched.stderr
    assert file.read_bytes() == after


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_permissions_and_owner_are_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    if os.geteuid() == 0:
        os.chown(file, 12345, 54321)
    owner = file.stat()
    replace(file, NEW)
    now = file.stat()
    assert file.read_bytes() == NEW
    assert stat.S_IMODE(now.st_mode) == mode
    assert (now.st_uid, now.st_gid) == (owner.st_uid, owner.st_gid)


def test_a_new_file_obeys_the_umask(tmp_path: Path) -> None:
    done = run_python(
        """
        import os, sys
        from pathlib import Path
        from facturier.writer import replace
        os.umask(0o077)
        replace(Path(sys.argv[1]), b"new")
        """,
        tmp_path / "new",
    )
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


# --- Refused ------------------------------------------------------------------------------------


def refused(changes: list[Change], folder: Path) -> WriteRefusedError:
    with pytest.raises(WriteRefusedError) as caught:
        write(changes, folder, no_faults)
    return caught.value


def test_while_another_process_writes_nothing_is_written(file: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys; from pathlib import Path; from facturier.writer import locked\n"
            "with locked(Path(sys.argv[1])): print('locked', flush=True); sys.stdin.read()",
            str(file.parent),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "locked\n"
        error = refused([Change(file, OLD, NEW)], file.parent)
        assert "Another command is writing to this ledger" in str(error.message)
        assert file.read_bytes() == OLD
    finally:
        # However it ends, the system lets go of its lock.
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    write([Change(file, OLD, NEW)], file.parent, no_faults)
    assert file.read_bytes() == NEW


def test_the_lock_leaves_no_file_behind(file: Path) -> None:
    with locked(file.parent):
        assert [path.name for path in file.parent.iterdir()] == ["main.beancount"]
    write([Change(file, OLD, NEW)], file.parent, no_faults)
    assert [path.name for path in file.parent.iterdir()] == ["main.beancount"]


def test_a_file_edited_meanwhile_is_left_as_it_is(file: Path) -> None:
    change = append_text(file, "more")
    file.write_bytes(b"edited\n")
    assert "edited meanwhile" in str(refused([change], file.parent).message)
    assert file.read_bytes() == b"edited\n"
    file.unlink()
    assert "edited meanwhile" in str(refused([change], file.parent).message)
    assert not file.exists()


def test_a_file_made_meanwhile_is_left_as_it_is(file: Path) -> None:
    assert "edited meanwhile" in str(refused([Change(file, None, NEW)], file.parent).message)
    assert file.read_bytes() == OLD


def test_a_symbolic_link_is_neither_followed_nor_replaced(file: Path) -> None:
    link = file.parent / "link.beancount"
    link.symlink_to(file)
    assert "symbolic link" in str(refused([Change(link, OLD, NEW)], file.parent).message)
    assert link.is_symlink()
    assert file.read_bytes() == OLD


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "Is a directory" in str(refused([Change(tmp_path / "folder", OLD, NEW)], tmp_path).message)
    with pytest.raises(WriteRefusedError, match="Is a directory"):
        append_text(tmp_path / "folder", "x")
    with pytest.raises(WriteRefusedError, match="cannot be used"):
        replace(tmp_path / "folder", NEW)
    assert list(tmp_path.rglob("*")) == [tmp_path / "folder"]


def test_a_ledger_folder_that_is_gone_or_a_file_is_refused(file: Path) -> None:
    assert "No such file" in str(refused([Change(file, OLD, NEW)], file.parent / "gone").message)
    assert "Not a directory" in str(refused([Change(file, OLD, NEW)], file).message)


TRY_TO_WRITE = """
    import sys
    from pathlib import Path
    from facturier.writer import Change, WriteRefusedError, write
    path = Path(sys.argv[1])
    try:
        write([Change(path, b"old\\n", b"new\\n")], path.parent, list)
    except WriteRefusedError as error:
        print(error.message)
"""


def test_a_read_only_file_is_refused(file: Path) -> None:
    file.chmod(0o444)
    assert run_python(TRY_TO_WRITE, file, as_anyone=True).stdout == "The file is read-only.\n"
    assert file.read_bytes() == OLD


def test_a_read_only_folder_is_refused_and_nothing_is_left_in_it(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        done = run_python(TRY_TO_WRITE, file, as_anyone=True)
        assert done.stdout == "The file cannot be used: Permission denied.\n"
        assert file.read_bytes() == OLD
    finally:
        file.parent.chmod(0o755)
    assert list(file.parent.iterdir()) == [file]
    assert run_python(TRY_TO_WRITE, file, as_anyone=True).stdout == ""
    assert file.read_bytes() == NEW


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
def test_a_full_disk_is_refused_and_nothing_is_left(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def full(path: object, flags: int, mode: int = 0o777) -> int:
        # The temporary file is made, and writing to it fails as on a full disk.
        os.close(real(str(path), flags, mode))
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("facturier.writer.os.open", full)
    with pytest.raises(WriteRefusedError, match="No space left"):
        replace(file, NEW)
    assert list(file.parent.iterdir()) == [file]
    assert file.read_bytes() == OLD


# --- Taken back ---------------------------------------------------------------------------------


def test_new_faults_take_everything_back_byte_for_byte(file: Path) -> None:
    new = file.parent / "new.beancount"
    other = file.parent / "other.beancount"
    other.write_bytes(b"a\r\nno end")
    other.chmod(0o600)
    seen: list[bytes] = []

    def faults() -> list[str]:
        seen.extend(path.read_bytes() for path in (file, new, other))
        return ["main.beancount:3: bad"]

    changes = [Change(file, OLD, NEW), Change(new, None, NEW), Change(other, b"a\r\nno end", NEW)]
    with pytest.raises(WriteRefusedError, match=r"(?s)was taken back.*main.beancount:3: bad"):
        write(changes, file.parent, faults)
    assert seen == [NEW, NEW, NEW]
    assert (file.read_bytes(), other.read_bytes(), new.exists()) == (OLD, b"a\r\nno end", False)
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert sorted(path.name for path in file.parent.iterdir()) == ["main.beancount", "other.beancount"]


@pytest.mark.parametrize("failure", [ValueError("bug"), KeyboardInterrupt(), SystemExit(3)])
def test_a_failing_check_takes_everything_back(file: Path, failure: BaseException) -> None:
    def faults() -> list[str]:
        raise failure

    with pytest.raises(type(failure)):
        write([Change(file, OLD, NEW)], file.parent, faults)
    assert file.read_bytes() == OLD
    assert list(file.parent.iterdir()) == [file]


def test_what_cannot_be_written_takes_back_what_was(file: Path) -> None:
    (file.parent / "taken").write_bytes(OLD)
    impossible = Change(file.parent / "taken" / "x", None, NEW)
    with pytest.raises(WriteRefusedError):
        write([Change(file, OLD, NEW), impossible], file.parent, no_faults)
    assert file.read_bytes() == OLD


def test_an_edit_during_the_check_is_not_overwritten(file: Path) -> None:
    other = file.parent / "other.beancount"
    other.write_bytes(OLD)

    def faults() -> list[str]:
        file.write_bytes(b"edited while it was checked\n")
        return ["bad"]

    with pytest.raises(WriteRefusedError, match="left as it is now"):
        write([Change(other, OLD, NEW), Change(file, OLD, NEW)], file.parent, faults)
    assert file.read_bytes() == b"edited while it was checked\n"
    assert other.read_bytes() == OLD


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from facturier import writer
    step, path = int(sys.argv[1]), Path(sys.argv[2])
    steps = 0

    def dying(module, name):
        real = getattr(module, name)
        def call(*arguments, **keywords):
            global steps
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **keywords)
        setattr(module, name, call)

    for module, name in ((os, "open"), (os, "fdopen"), (os, "fsync"), (os, "chown"), (os, "chmod"), (os, "replace")):
        dying(module, name)

    def faults():
        global steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return []

    writer.write([writer.Change(path, b"old\\n", b"new\\n" * 100000)], path.parent, faults)
    print(steps)
"""


def test_killed_between_any_two_steps_it_leaves_the_old_file_or_the_new_one(file: Path) -> None:
    outcomes = []
    for step in range(1, 20):
        file.write_bytes(OLD)
        done = run_python(KILLED, Path(str(step)), file)
        content = file.read_bytes()
        assert content in (OLD, b"new\n" * 100000)
        outcomes.append((done.returncode, content == OLD))
        # The lock of the one that was killed holds up nobody.
        with locked(file.parent):
            pass
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    # Killed before the replacement, killed after it, and at last not killed at all.
    assert (-signal.SIGKILL, True) in outcomes
    assert (-signal.SIGKILL, False) in outcomes
    assert outcomes[-1] == (0, False)


def test_a_reader_never_sees_half_a_file(file: Path) -> None:
    contents = [bytes([65 + rank]) * 200_000 for rank in range(3)]
    file.write_bytes(contents[0])
    reader = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys\nfrom pathlib import Path\nseen = set()\nprint('ready', flush=True)\n"
            "path = Path(sys.argv[1])\nwhile not path.with_name('stop').exists():\n"
            "    content = path.read_bytes()\n    seen.add((len(content), len(set(content))))\nprint(seen)",
            str(file),
        ],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    for rank in range(60):
        replace(file, contents[rank % 3])
    (file.parent / "stop").touch()
    rest, _ = reader.communicate(timeout=60)
    assert rest == "{(200000, 1)}\n"
