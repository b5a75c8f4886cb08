"""Changing ledger files: show a diff, lock, replace atomically, check the result, roll back.

A change is computed from the bytes that were read; if the file is not as it was read, nothing
is written. A reader sees the old file or the new one, never a part of it.
"""

from __future__ import annotations

import difflib
import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from facturier.messages import Message, message

LOCK_NAME = ".facturier.lock"


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
    gap = b"" if not before else ending if before.endswith(ending) else ending * 2
    return Change(path, before, before + gap + text.strip("\n").encode().replace(b"\n", ending) + ending)


def unified_diff(changes: Sequence[Change], folder: Path) -> str:
    """Return what changes would do, file names relative to a folder."""
    parts: list[str] = []
    for change in changes:
        name = os.path.relpath(change.path, folder)
        before = (change.before or b"").decode("utf-8", "replace").splitlines(keepends=True)
        after = change.after.decode("utf-8", "replace").splitlines(keepends=True)
        parts += difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(parts)


def write(changes: Sequence[Change], folder: Path, faults: Callable[[], list[str]]) -> None:
    """Make changes, or none of them.

    Args:
        changes: What to write.
        folder: Where the lock is: the ledger's folder.
        faults: Loads the result and returns what is wrong with it that was not before.

    Raises:
        WriteRefusedError: Another process is writing, a file changed meanwhile or cannot be
            written, or the result has new faults; then all files are put back.
    """
    with locked(folder):
        for change in changes:
            _refuse_stale(change)
        done: list[Change] = []
        try:
            for change in changes:
                replace(change.path, change.after)
                done.append(change)
            found = faults()
        except BaseException:
            _put_back(done)
            raise
        if found:
            _put_back(done)
            raise WriteRefusedError(
                changes[0].path,
                message("The change would bring new errors and was taken back:\n{errors}", errors="\n".join(found)),
            )


def replace(path: Path, content: bytes) -> None:
    """Replace a file's content in one step that cannot be seen half done, keeping its permissions.

    Raises:
        WriteRefusedError: The folder or the disk does not allow it.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
    except OSError as failure:
        raise _refused(path, failure) from failure


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the ledger's lock; the system lets go of it when the process ends, however it ends.

    Raises:
        WriteRefusedError: Another process holds it.
    """
    path = folder / LOCK_NAME
    try:
        file = path.open("a")
    except OSError as failure:
        raise _refused(path, failure) from failure
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            raise WriteRefusedError(
                path, message("Another command is writing to this ledger; wait until it is done.")
            ) from failure
        yield


def _refuse_stale(change: Change) -> None:
    if change.path.is_symlink():
        raise WriteRefusedError(change.path, message("This file is a symbolic link; write to the file it points to."))
    now = change.path.read_bytes() if change.path.exists() else None
    if now != change.before:
        raise WriteRefusedError(change.path, message("The file was edited meanwhile; run the command again."))
    if now is not None and not os.access(change.path, os.W_OK):
        raise WriteRefusedError(change.path, message("The file is read-only."))


def _put_back(done: Sequence[Change]) -> None:
    for change in reversed(done):
        if change.before is None:
            change.path.unlink()
        else:
            replace(change.path, change.before)


def _refused(path: Path, failure: OSError) -> WriteRefusedError:
    return WriteRefusedError(
        path, message("The file cannot be used: {reason}.", reason=failure.strerror or type(failure).__name__)
    )
