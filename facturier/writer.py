"""Changing ledger files: show a diff, lock, replace atomically, check the result, roll back.

A change is computed from the bytes that were read; if the file is not as it was read, nothing
is written. A reader sees the old file or the new one, never a part of it. A change of several
files that was cut short is taken back by the next command that writes (write_journal.py).
"""

from __future__ import annotations

import difflib
import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from facturier.messages import Message, message
from facturier.write_journal import JOURNAL, Journalled, half_done, journal_text

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ANYONES = 0o666  # less what the user's umask takes away
_BINARY = (b"%PDF-", b"<?xml")
_PATIENCE = 0.05  # seconds between two looks at a lock that another command holds


class WriteRefusedError(Exception):
    """A change was not made; all files are as they were."""

    def __init__(self, path: Path, found: Message) -> None:
        super().__init__(str(found))
        self.path = path
        self.message = found


@dataclass(frozen=True, slots=True)
class Change:
    """A file's bytes as they were read and as they are to be.

    Attributes:
        path: The file.
        before: What was read; None for a file that is not there yet.
        after: What is to be written.
    """

    path: Path
    before: bytes | None
    after: bytes


def append_text(path: Path, text: str) -> Change:
    """Return the change that adds text at a file's end, one blank line apart, with its line endings.

    Raises:
        WriteRefusedError: The file cannot be read.
    """
    try:
        before = path.read_bytes()
    except OSError as failure:
        raise _refused(path, failure) from failure
    ending = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before or before.endswith(ending * 2) else ending if before.endswith(ending) else ending * 2
    return Change(path, before, before + gap + text.strip("\n").encode().replace(b"\n", ending) + ending)


def unified_diff(changes: Sequence[Change], folder: Path) -> str:
    """Return what changes would do, file names relative to a folder; of a file that is no text, its name alone."""
    parts: list[str] = []
    for change in changes:
        name = os.path.relpath(change.path, folder)
        if b"\0" in change.after or change.after.startswith(_BINARY):
            parts.append(f"new file {name}\n" if change.before is None else f"changed file {name}\n")
            continue
        before, after = _lines(change.before or b""), _lines(change.after)
        parts += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
        )
    return "".join(parts)


def write(changes: Sequence[Change], folder: Path, faults: Callable[[], list[str]]) -> None:
    """Make changes, or none of them.

    Args:
        changes: What to write.
        folder: The ledger's folder, which is locked meanwhile.
        faults: Loads the result and returns what is wrong with it that was not before.

    Raises:
        WriteRefusedError: Another process is writing, a file changed meanwhile or cannot be
            written, or the result has new faults; then all files are put back.
    """
    with locked(folder):
        write_locked(changes, folder, faults)


def write_locked(changes: Sequence[Change], folder: Path, faults: Callable[[], list[str]]) -> None:
    """Make changes, or none of them, under a lock that the caller holds.

    The files are replaced in the order given; new files and their folders are taken away again
    when a later one cannot be written.

    Raises:
        WriteRefusedError: As for ``write``.
    """
    for change in changes:
        _refuse_stale(change)
    done: list[Change] = []
    made: list[Path] = []
    journal = folder / JOURNAL
    try:
        if len(changes) > 1:
            replace(journal, journal_text(_journalled(changes), folder))
        for change in changes:
            if change.before is None:
                made += _make_folders(change.path.parent)
            done.append(change)
            replace(change.path, change.after)
        found = faults()
    except BaseException:
        _take_back(done, made, journal)
        raise
    if found:
        _take_back(done, made, journal)
        raise WriteRefusedError(
            next((change.path for change in changes if change.before is not None), changes[0].path),
            message("The change would bring new errors and was taken back:\n{errors}", errors="\n".join(found)),
        )
    journal.unlink(missing_ok=True)


def replace(path: Path, content: bytes) -> None:
    """Replace a file's content in one step that cannot be seen half done, keeping its permissions and owner.

    Raises:
        WriteRefusedError: The folder or the disk does not allow it.
    """
    beside = path.with_name(f".facturier-{token_hex(8)}.tmp")
    try:
        before = path.stat() if path.exists() else None
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ANYONES if before is None else 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if before is not None:
                # Only root may give a file away; anyone else owns what they replace, or loses nothing by it.
                with suppress(OSError):
                    os.chown(beside, before.st_uid, before.st_gid)
                beside.chmod(stat.S_IMODE(before.st_mode))
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as failure:
        raise _refused(path, failure) from failure


@contextmanager
def locked(folder: Path, wait: float = 0) -> Iterator[None]:
    """Hold the lock on a ledger's folder; the system lets go of it when the process ends, however it ends.

    The folder itself is locked: no file is left behind. What a command that was killed left half
    done is put right first.

    Args:
        folder: The ledger's folder.
        wait: Seconds to wait for another command to end.

    Raises:
        WriteRefusedError: Another process holds it.
    """
    deadline = time.monotonic() + wait
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as failure:
        raise _refused(folder, failure) from failure
    try:
        while not _taken(handle, folder):
            if time.monotonic() >= deadline:
                raise WriteRefusedError(
                    folder, message("Another command is writing to this ledger; wait until it is done.")
                )
            time.sleep(_PATIENCE)
        _recover(folder)
        yield
    finally:
        os.close(handle)


def _taken(handle: int, folder: Path) -> bool:
    """Take the lock; False while another process holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as failure:
        raise _refused(folder, failure) from failure
    return True


def _journalled(changes: Sequence[Change]) -> list[Journalled]:
    return [Journalled(change.path, change.before, change.after) for change in changes]


def _recover(folder: Path) -> None:
    """Take back a change of several files that a killed command left half done; keep one that was complete."""
    content = _content(folder / JOURNAL)
    if content is None:
        return
    for path, before in half_done(content, folder, _content):
        if before is None:
            path.unlink(missing_ok=True)
        else:
            replace(path, before)
    (folder / JOURNAL).unlink(missing_ok=True)


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; return those made, the deepest first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    try:
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
    except OSError as failure:
        raise _refused(missing[0], failure) from failure
    return missing


def _take_back(begun: Sequence[Change], made: Sequence[Path], journal: Path) -> None:
    _put_back(begun)
    for path in made:
        # Someone else may have put a file there meanwhile.
        with suppress(OSError):
            path.rmdir()
    journal.unlink(missing_ok=True)


def _lines(content: bytes) -> list[str]:
    """Split at line feeds only: other separators of Unicode may stand inside a bank's text."""
    return _LINE.findall(content.decode("utf-8", "replace"))


def _refuse_stale(change: Change) -> None:
    if change.path.is_symlink():
        raise WriteRefusedError(change.path, message("This file is a symbolic link; write to the file it points to."))
    if _content(change.path) != change.before:
        raise WriteRefusedError(change.path, message("The file was edited meanwhile; run the command again."))
    if change.before is not None and not os.access(change.path, os.W_OK):
        raise WriteRefusedError(change.path, message("The file is read-only."))


def _put_back(begun: Sequence[Change]) -> None:
    """Undo changes, but not what someone else wrote over them meanwhile."""
    edited: Path | None = None
    for change in reversed(begun):
        now = _content(change.path)
        if now == change.before:
            continue
        if now != change.after:
            edited = change.path
        elif change.before is None:
            change.path.unlink()
        else:
            replace(change.path, change.before)
    if edited is not None:
        raise WriteRefusedError(
            edited, message("The file was edited while it was checked; it is left as it is now: look at it.")
        )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise _refused(path, failure) from failure


def _refused(path: Path, failure: OSError) -> WriteRefusedError:
    return WriteRefusedError(
        path, message("The file cannot be used: {reason}.", reason=failure.strerror or type(failure).__name__)
    )
