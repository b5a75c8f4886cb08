"""The journal of a change of several files: what lets the next command take back one cut short.

A single file is replaced in one step. Several cannot be: while they are, a file beside the
ledger holds what they were. It is gone as soon as all are written or put back.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

JOURNAL = ".facturier-journal.json"


class Journalled(NamedTuple):
    """A file as it was (None: not there) and as it is to be."""

    path: Path
    before: bytes | None
    after: bytes


def journal_text(changes: Sequence[Journalled], folder: Path) -> bytes:
    """Return the journal of changes to files below a folder; files elsewhere are left out."""
    kept = [
        {
            "file": str(change.path.relative_to(folder)),
            "before": None if change.before is None else b64encode(change.before).decode(),
            "after": sha256(change.after).hexdigest(),
        }
        for change in changes
        if change.path.is_relative_to(folder)
    ]
    return json.dumps({"changes": kept}, indent=1).encode()


def half_done(
    journal: bytes, folder: Path, content: Callable[[Path], bytes | None]
) -> Iterator[tuple[Path, bytes | None]]:
    """Yield the files to put back, and what they held; none when all had been written.

    Only files below the folder that are as the cut-short command wrote them: a journal that came
    with someone else's files can reach nothing else.
    """
    entries = [(path, before, after, content(path)) for path, before, after in _entries(journal, folder)]
    # A file that is neither as it was nor as it was to be was edited since: the command had reached it.
    if all(now != before or _digest(now) == after for _, before, after, now in entries):
        return
    for path, before, after, now in entries:
        if _digest(now) == after:
            yield path, before


def _entries(journal: bytes, folder: Path) -> Iterator[tuple[Path, bytes | None, str]]:
    """Read a journal; one that is damaged says nothing, since it was never complete."""
    try:
        stored = json.loads(journal)["changes"]
        for one in stored:
            path = folder / str(one["file"])
            if path.resolve().is_relative_to(folder.resolve()) and not path.is_symlink():
                yield path, None if one["before"] is None else b64decode(one["before"], validate=True), one["after"]
    except (ValueError, KeyError, TypeError, NotBase64Error):
        return


def _digest(content: bytes | None) -> str:
    return "" if content is None else sha256(content).hexdigest()
