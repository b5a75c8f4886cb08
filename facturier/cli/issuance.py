"""What issue and credit share: render and archive, finish, show, ask, write, tell."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import click
from beancount.core import data
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.archive import archive_changes, rendered_issues
from facturier.books import Books
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    echo,
    fail,
    open_for_report,
    plain,
    plain_console,
    say,
    shown_path,
    shown_place,
    today,
    user_language,
    violation_line,
)
from facturier.cli.sealing import sealing
from facturier.cli.writing import confirmed, write_checked
from facturier.documents import Document
from facturier.issuing import Issued, Issuer, NotIssuableError
from facturier.messages import message
from facturier.pdf.faults import TemplateError
from facturier.rendering import RenderedDocument, RenderingError
from facturier.rules.pack import check_all
from facturier.violations import Place, Severity
from facturier.workspace import Workspace
from facturier.writer import Change, WriteRefusedError, locked, unified_diff

# How long one command waits for another that is writing, in seconds.
PATIENCE = 10.0

# What is written below each issued document, such as its seal: made from the document, the books
# that hold it and all issued before it, and its files. One maker per command, so that it may
# remember what it wrote before.
Finisher = Callable[[Document, Books, RenderedDocument], str]
FINISHERS: tuple[Callable[[Books], Finisher], ...] = (sealing,)

# From what was issued and its final text, the changes of ledger files.
Placing = Callable[[Sequence[tuple[Issued, str]]], list[Change]]


@contextmanager
def held(ledger: Path, *, reading_only: bool) -> Iterator[Workspace]:
    """Open a ledger under its lock, so that no other command draws the same number."""
    folder = ledger.absolute().parent
    try:
        with nullcontext() if reading_only or not folder.is_dir() else locked(folder, PATIENCE):
            yield open_for_report(ledger)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(user_language())}")


def issuer_for(workspace: Workspace, on: str | None, *, future: bool) -> Issuer:
    """Return what issues documents on a day; exit where the day cannot be."""
    language = workspace.books.language
    try:
        day = date.fromisoformat(on) if on else today()
    except ValueError:
        fail(message("{text} is no date; write for example {day}.", text=on, day=today()).text(language))
    if day > today() and not future:
        found = message("{day} is in the future; add --future if the document is to have that date.", day=day)
        fail(found.text(language))
    opened = {entry.account for entry in workspace.entries if isinstance(entry, data.Open) and entry.date <= day}
    opened -= {entry.account for entry in workspace.entries if isinstance(entry, data.Close) and entry.date <= day}
    return Issuer(workspace.books, opened, day)


def complete(
    workspace: Workspace,
    issued: Sequence[Issued],
    placing: Placing,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> NoReturn:
    """Render, archive and finish what was issued, show it, ask, write all or nothing, and exit."""
    books = workspace.books
    after = replace(
        books,
        documents=(*books.documents, *(one.document for one in issued)),
        papers=tuple(paper for paper in books.papers if all(paper is not one.origin for one in issued)),
    )
    _refuse_unlawful(books, after, issued)
    try:
        files = rendered_issues([one.document for one in issued], after, workspace.folder)
        archived = [
            archive_changes(one.document, file, workspace.folder) for one, file in zip(issued, files, strict=True)
        ]
        changes = [*_unique(archived), *placing(_finished(after, issued, files))]
    except TemplateError as error:
        fail(f"{shown_place(Place(error.filename, error.line))}: {error.message.text(books.language)}")
    except RenderingError as error:
        fail(f"{shown_path(str(workspace.path))}: {error.message.text(books.language)}")
    echo(unified_diff(changes, workspace.folder), err=as_json)
    written = False
    if not dry_run and (yes or confirmed(books, to_stderr=as_json)):
        write_checked(workspace, changes, locked=True)
        written = True
    _tell(workspace, issued, files, archived, written=written, as_json=as_json)
    sys.exit(DONE)


def refuse(workspace: Workspace, error: NotIssuableError) -> NoReturn:
    """Say why a document cannot be issued, and exit; nothing was written."""
    fail(f"{shown_place(error.place)}: {error.message.text(workspace.books.language)}", VIOLATIONS_FOUND)


def _finished(books: Books, issued: Sequence[Issued], files: Sequence[RenderedDocument]) -> list[tuple[Issued, str]]:
    finishers = [maker(books) for maker in FINISHERS]
    found = []
    for one, file in zip(issued, files, strict=True):
        below = [text.strip("\n") for text in (finish(one.document, books, file) for finish in finishers) if text]
        found.append((one, "\n\n".join([one.text, *below])))
    return found


def _refuse_unlawful(before: Books, after: Books, issued: Sequence[Issued]) -> None:
    """Exit where a rule is broken by what is to be written, before anything is."""
    numbers = {one.document.number for one in issued}
    known = {(found.rule.id, found.document) for found in check_all(before)}
    wrong = [
        found
        for found in check_all(after)
        if found.rule.severity is Severity.ERROR
        and found.document in numbers
        and (found.rule.id, found.document) not in known
    ]
    if wrong:
        origins = {one.document.number: one.origin.place for one in issued}
        lines = [violation_line(one._replace(place=origins[one.document]), before.language) for one in wrong]
        fail("\n".join([*lines, message("Nothing was written.").text(before.language)]), VIOLATIONS_FOUND)


def _unique(archived: Sequence[Sequence[Change]]) -> Iterator[Change]:
    """Yield the files to archive, refusing two documents that would share one."""
    taken: set[str] = set()
    for changes in archived:
        for change in changes:
            name = str(change.path).casefold()
            if name in taken:
                raise WriteRefusedError(change.path, message("Two documents would be archived under this name."))
            taken.add(name)
            yield change


def _tell(
    workspace: Workspace,
    issued: Sequence[Issued],
    files: Sequence[RenderedDocument],
    archived: Sequence[Sequence[Change]],
    *,
    written: bool,
    as_json: bool,
) -> None:
    books = workspace.books
    for one, file in zip(issued, files, strict=True):
        for warning in file.warnings:
            echo(f"{shown_place(one.origin.place)}: {warning.text(books.language)}", err=True)
    if as_json:
        told = [_as_json(workspace, one, paths, written) for one, paths in zip(issued, archived, strict=True)]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(books, issued)
    if not written:
        say(books, message("Nothing was written."), err=as_json)


def _as_json(workspace: Workspace, one: Issued, archived: Sequence[Change], written: bool) -> dict[str, object]:
    document = one.document
    totals = document.totals()
    return {
        "number": document.number,
        "kind": document.kind.value,
        "client": document.client.id if document.client else None,
        "date": document.date.isoformat(),
        "due": document.due.isoformat() if document.due else None,
        "currency": document.currency,
        "total": str(totals.gross),
        "payable": str(totals.payable),
        "origin": shown_place(one.origin.place),
        "files": [os.path.relpath(change.path, workspace.folder) for change in archived],
        "written": written,
    }


def _print(books: Books, issued: Sequence[Issued]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for rank, heading in enumerate((message("Number"), message("Client"), message("Total"), message("Due"))):
        table.add_column(heading.text(books.language), justify="right" if rank == 2 else "left", no_wrap=rank != 1)
    for one in issued:
        document = one.document
        due = document.due.isoformat() if document.due and not document.is_credit_note else ""
        name = document.client.name if document.client else ""
        total = f"{document.totals().gross} {document.currency}"
        table.add_row(escape(plain(document.number)), escape(plain(name)), total, due)
    plain_console().print(table)
