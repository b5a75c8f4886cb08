"""``facturier pdf``: the documents as Factur-X PDF files; those that are up to date are skipped."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    fail,
    ledger_option,
    open_or_exit,
    plain_console,
    say,
    shown_path,
)
from facturier.directives.spelling import nearest
from facturier.documents import Document
from facturier.messages import message
from facturier.pdf.faults import TemplateError
from facturier.rendering import RenderingError, lay_out, prepare
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, replace

_INDEX = ".facturier-pdf.json"


@click.command()
@ledger_option
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All documents, drafts and quotes too.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("pdf"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--force", is_flag=True, help="Render also what is up to date.")
def pdf(ledger: Path, numbers: tuple[str, ...], everything: bool, output: Path, force: bool) -> None:
    """Render documents as PDF: invoices and credit notes with their Factur-X XML inside."""
    workspace = open_or_exit(ledger)
    documents = _chosen(workspace, numbers, everything)
    written, skipped, failed = render_documents(workspace, documents, output, force=force)
    say(
        workspace.books,
        message(
            "{written} written to {folder}, {skipped} up to date, {failed} failed.",
            written=written,
            folder=shown_path(str(output)),
            skipped=skipped,
            failed=failed,
        ),
        bold=True,
    )
    sys.exit(VIOLATIONS_FOUND if failed else DONE)


def render_documents(
    workspace: Workspace, documents: Sequence[Document], output: Path, *, force: bool = False
) -> tuple[int, int, int]:
    """Render documents into a folder; return how many were written, skipped and failed."""
    written = skipped = failed = 0
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        fail(f"{output}: {failure.strerror}")
    made = MadeFiles(output)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=plain_console(), transient=True) as progress:
        task = progress.add_task("PDF", total=len(documents))
        for document in documents:
            progress.update(task, advance=1, description=document.number or "PDF")
            try:
                prepared = prepare(document, workspace.books, workspace.folder)
                path = output / f"{prepared.name}.pdf"
                fingerprint = prepared.fingerprint()
                if not force and made.holds(path, fingerprint):
                    skipped += 1
                    continue
                rendered = lay_out(prepared)
                replace(path, rendered.pdf)
                made.note(path, fingerprint, rendered.pdf)
                written += 1
            except (RenderingError, TemplateError, WriteRefusedError) as error:
                failed += 1
                click.echo(f"{_place(document)}: {error.message.text(workspace.books.language)}", err=True)
                continue
            for warning in rendered.warnings:
                click.echo(f"{_place(document)}: {warning.text(workspace.books.language)}", err=True)
    made.save()
    return written, skipped, failed


class MadeFiles:
    """What was rendered into a folder, and from what: losing it only costs rendering again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _INDEX
        self._known: dict[str, list[str]] = {}
        # A damaged index is as good as none.
        with suppress(OSError, ValueError):
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(stored, dict):
                self._known = stored

    def holds(self, path: Path, fingerprint: str) -> bool:
        """Tell whether a file is there, unchanged, as it would be made again."""
        if self._known.get(path.name, [""])[0] != fingerprint:
            return False
        try:
            return sha256(path.read_bytes()).hexdigest() == self._known[path.name][1]
        except (OSError, IndexError):
            return False

    def note(self, path: Path, fingerprint: str, content: bytes) -> None:
        """Remember a file that was made."""
        self._known[path.name] = [fingerprint, sha256(content).hexdigest()]

    def save(self) -> None:
        """Write the index."""
        replace(self._path, json.dumps(self._known, indent=0, sort_keys=True).encode())


def _chosen(workspace: Workspace, numbers: Sequence[str], everything: bool) -> list[Document]:
    """Return the documents named; without names all invoices and credit notes, with --all the papers too."""
    books = workspace.books
    if not numbers:
        return [*books.documents, *(books.papers if everything else ())]
    found = []
    for number in numbers:
        document = books.document(number)
        if document is None:
            meant = nearest(number, books.by_number)
            unknown = message("There is no document {number}.", number=number)
            if meant is not None:
                unknown = message("There is no document {number}; did you mean {meant}?", number=number, meant=meant)
            fail(f"{shown_path(str(workspace.path))}: {unknown.text(books.language)}")
        found.append(document)
    return found


def _place(document: Document) -> str:
    return f"{shown_path(document.place.filename)}:{document.place.line}"
