"""A ledger as it stood at a git revision: what was known then.

    workspace = open_ledger_at(Path("books/main.beancount"), "HEAD~12")

beancount reads files, so the ledger and all that it includes are written from git's objects into a
private folder, loaded there, and the folder is gone again. The user's own files are neither read nor
touched. Every place in what is found is told as git would name it: ``HEAD~12:books/main.beancount``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from beancount.core import data

from facturier.beancount_errors import ERROR_CLASSES
from facturier.books import is_paper, read_books
from facturier.directives.source import read_source, scan
from facturier.git_tree import GitError, GitTree, OutsideError
from facturier.ledger_files import LedgerError, included_names
from facturier.messages import message
from facturier.violations import Place
from facturier.workspace import Workspace, has_pack, load_entries

_TOP = Place("", 0)


class Snapshot(NamedTuple):
    """A ledger of a revision, written to a private folder.

    Attributes:
        path: The top file there.
        folder: The folder that stands for the repository.
        revision: As the user typed it.
    """

    path: Path
    folder: Path
    revision: str

    def told(self, filename: str) -> str:
        """Return how a file of the folder is told to the user; any other name as it is."""
        inside = f"{self.folder}/"
        return filename.replace(inside, f"{self.revision}:") if inside in filename else filename


def open_ledger_at(path: Path, revision: str) -> Workspace:
    """Load a ledger as it stood at a revision and read its books.

    Args:
        path: The top file, as it is named today.
        revision: What git calls a revision.

    Raises:
        LedgerError: The ledger is not in git, there is no such revision, it had no such file then, an include
            leads out of the repository, or a file of it cannot be read.
    """
    with ledger_files_at(path, revision) as snapshot:
        try:
            entries, errors, options = load_entries(snapshot.path)
        except LedgerError as failure:
            place = failure.place._replace(filename=snapshot.told(failure.place.filename))
            raise LedgerError(place, failure.message) from failure
        faults = [fault for name in options["include"] for fault in scan(name, read_source(name) or "")]
    _rename(entries, snapshot)
    filename = snapshot.told(str(snapshot.path))
    told_options = {**options, "filename": filename, "include": []}
    books = read_books(entries, told_options)
    told_faults = tuple(
        fault._replace(place=fault.place._replace(filename=snapshot.told(fault.place.filename))) for fault in faults
    )
    told_options["include"] = [snapshot.told(name) for name in options["include"]]
    return Workspace(
        Path(filename),
        replace(books, faults=(*told_faults, *books.faults)),
        [entry for entry in entries if not is_paper(entry)],
        told_options,
        tuple(_told(error, snapshot) for error in errors if not isinstance(error, ERROR_CLASSES)),
        has_pack(options),
    )


@contextmanager
def ledger_files_at(path: Path, revision: str) -> Iterator[Snapshot]:
    """Write a ledger and its includes as of a revision into a private folder, for as long as the block runs.

    Raises:
        LedgerError: As ``open_ledger_at``, before anything is loaded.
    """
    path = path.absolute()
    try:
        tree = GitTree(path.parent, revision)
        top = (*tree.folder, path.name)
        with tempfile.TemporaryDirectory(prefix="facturier-") as name:
            snapshot = Snapshot(Path(name).resolve().joinpath(*top), Path(name).resolve(), revision)
            _write(tree, top, snapshot)
            yield snapshot
    except GitError as failure:
        raise LedgerError(Place(str(path), 0), failure.message) from failure


def _write(tree: GitTree, top: tuple[str, ...], snapshot: Snapshot) -> None:
    """Write the top file and, one level of includes after the other, all that it includes."""
    waiting = {top: (_TOP, "")}
    written: set[tuple[str, ...]] = set()
    while waiting:
        objects: dict[tuple[str, ...], str] = {}
        for parts, (place, name) in waiting.items():
            objects[parts] = _object(tree, parts, place, name, snapshot)
        contents = tree.contents(objects.values())
        written |= waiting.keys()
        waiting = {}
        for parts, found in objects.items():
            target = snapshot.folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents[found])
            for include, place in _includes(contents[found], parts, snapshot):
                for one in _expanded(tree, parts[:-1], include, place):
                    if one not in written:
                        waiting[one] = place, include
                # A pattern with .. in it is walked through folder by folder.
                _make_folders(snapshot.folder.joinpath(*parts[:-1]), include, snapshot.folder)


def _object(tree: GitTree, parts: tuple[str, ...], place: Place, name: str, snapshot: Snapshot) -> str:
    try:
        found = tree.find(parts)
    except OutsideError:
        raise _outside(place, name) from None
    if found is None:
        path = "/".join(parts)
        raise LedgerError(
            Place(f"{snapshot.revision}:{path}", 0),
            message(
                'The revision "{revision}" has no file "{path}"; git log --follow -- "{path}" shows since when it is '
                "kept, and under which names.",
                revision=snapshot.revision,
                path=path,
            ),
        )
    return found


def _includes(content: bytes, parts: tuple[str, ...], snapshot: Snapshot) -> Iterator[tuple[str, Place]]:
    """Yield what a file includes; one that is no text is told when it is loaded."""
    told = f"{snapshot.revision}:{'/'.join(parts)}"
    text = content.decode("utf-8", "replace")
    for name, offset in included_names(text):
        yield name, Place(told, text.count("\n", 0, offset) + 1)


def _expanded(tree: GitTree, folder: tuple[str, ...], include: str, place: Place) -> list[tuple[str, ...]]:
    try:
        return tree.expand(folder, include)
    except OutsideError:
        raise _outside(place, include) from None


def _outside(place: Place, name: str) -> LedgerError:
    return LedgerError(
        place,
        message(
            '"{name}" leads out of the repository: what git does not keep cannot be read as it was. Move the file into '
            "the repository and include it by a path relative to this file.",
            name=name,
        ),
    )


def _make_folders(folder: Path, pattern: str, root: Path) -> None:
    steps = pattern.split("/")[:-1]
    if ".." not in steps:
        return
    for step in steps:
        if step == "..":
            folder = folder.parent
        elif not set(step) & set("*?["):
            folder /= step
            if folder.is_relative_to(root):
                folder.mkdir(exist_ok=True)


def _rename(entries: Iterable[data.Directive], snapshot: Snapshot) -> None:
    """Let the metadata of all entries name the files of the revision: places are read from it."""
    known: dict[str, str] = {}

    def rename(meta: dict[str, Any] | None) -> None:
        if meta and "filename" in meta:
            name = meta["filename"]
            meta["filename"] = known.setdefault(name, snapshot.told(name))

    for entry in entries:
        rename(entry.meta)
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            rename(posting.meta)


def _told(error: Any, snapshot: Snapshot) -> Any:
    source = {**error.source, "filename": snapshot.told(str(error.source.get("filename", "")))}
    return error._replace(source=source, message=snapshot.told(str(error.message)))
