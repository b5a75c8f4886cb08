"""Into which file of a ledger new text goes."""

from __future__ import annotations

import os
from pathlib import Path

from facturier.cli.console import shown_path
from facturier.messages import message
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError


def named_file(workspace: Workspace, into: Path) -> Path:
    """Return the file that a user named, links followed.

    Raises:
        WriteRefusedError: It is not one of the ledger: what is written there would not be read.
    """
    if into.resolve() not in {file.resolve() for file in workspace.files}:
        found = message(
            'This file is not part of the ledger; add include "{name}" to {ledger} first.',
            name=os.path.relpath(into.absolute(), workspace.folder),
            ledger=shown_path(str(workspace.path)),
        )
        raise WriteRefusedError(into, found)
    return into.resolve()


def file_of_documents(workspace: Workspace, into: Path | None) -> Path:
    """Return where a new document goes: the file named, else that of the latest document or draft, else the top file.

    Raises:
        WriteRefusedError: The file named is not one of the ledger.
    """
    if into is not None:
        return named_file(workspace, into)
    everything = (*workspace.books.documents, *workspace.books.papers)
    latest = max(everything, key=lambda one: (one.date, one.place.line), default=None)
    if latest is not None and Path(latest.place.filename).is_file():
        return Path(latest.place.filename)
    return workspace.path


def file_of_payments(workspace: Workspace, into: Path | None) -> Path:
    """Return where an entry about what clients owe goes: the file named, else that of the latest one, else as above.

    Raises:
        WriteRefusedError: The file named is not one of the ledger.
    """
    if into is None:
        operations = [one for one in workspace.books.settlements.operations if not one.movements[0].source]
        if operations:
            file = Path(operations[-1].movements[0].place.filename)
            if file.is_file():
                return file
    return file_of_documents(workspace, into)
