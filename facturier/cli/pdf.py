"""``facturier pdf``: the documents as Factur-X PDF files; those that are up to date are skipped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    echo,
    fail,
    ledger_option,
    open_for_report,
    plain_console,
    say,
    shown_path,
    shown_place,
    violation_line,
)
from facturier.cli.made_files import MadeFiles
from facturier.directives.faults import INTERNAL
from facturier.directives.spelling import nearest
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.pdf.faults import TemplateError
from facturier.rendering import RenderingError, as_duplicate, lay_out, prepare
from facturier.rules.pack import check_all
from facturier.violations import Place, Severity
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, replace


@click.command()
@ledger_option
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All documents, drafts and quotes too.")
@click.option(
    "-o",
    "--output",
    type=click.Path(readable=False, path_type=Path),
    default=Path("pdf"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--force", is_flag=True, help="Render also what is up to date.")
@click.option("--duplicate", is_flag=True, help="Mark the pages as duplicates, for a client who lost the invoice.")
def pdf(ledger: Path, numbers: tuple[str, ...], everything: bool, output: Path, force: bool, duplicate: bool) -> None:
    """Render documents as PDF: invoices and credit notes with their Factur-X XML inside.

    Without NUMBER, all invoices and credit notes. A file that is there and would come out the same
    is left alone.
    """
    workspace = open_for_report(ledger)
    documents = chosen_documents(workspace, numbers, everything)
    wrong = tell_violations(workspace, documents)
    outcome = render_documents(workspace, documents, output, force=force, duplicate=duplicate)
    say(
        workspace.books,
        message(
            "{written} written to {folder}, {skipped} up to date, {failed} failed.",
            written=outcome.written,
            folder=shown_path(str(output)),
            skipped=outcome.skipped,
            failed=outcome.failed,
        ),
        bold=True,
    )
    sys.exit(VIOLATIONS_FOUND if outcome.failed or wrong or workspace.errors else DONE)


@dataclass(slots=True)
class Outcome:
    """How many files were written, were up to date, and could not be made."""

    written: int = 0
    skipped: int = 0
    failed: int = 0


def render_documents(
    workspace: Workspace,
    documents: Sequence[Document],
    output: Path,
    *,
    force: bool = False,
    duplicate: bool = False,
) -> Outcome:
    """Render documents into a folder and tell what is wrong with each; exit where the folder cannot be used."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        fail(f"{shown_path(str(output))}: {failure.strerror or failure}")
    run = _Run(workspace, output, MadeFiles(output), force, duplicate)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = plain_console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("PDF", total=len(documents))
        try:
            for document in documents:
                progress.update(task, advance=1, description=document.number or "PDF")
                run.make(document)
        finally:
            run.close()
    return run.outcome


@dataclass(slots=True)
class _Run:
    """One run of rendering: what was made, and which names are taken."""

    workspace: Workspace
    output: Path
    made: MadeFiles
    force: bool
    duplicate: bool = False
    outcome: Outcome = field(default_factory=Outcome)
    taken: dict[str, Document] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def make(self, document: Document) -> None:
        """Make a document's file unless it is there as it would be made."""
        try:
            prepared = prepare(document, self.workspace.books, self.workspace.folder)
            if self.duplicate and document.number:
                prepared = as_duplicate(prepared)
            self._tell(document, prepared.warnings)
            path = self.output / f"{self._free_name(document, prepared.name)}.pdf"
            fingerprint = prepared.fingerprint()
            if not self.force and self.made.holds(path, fingerprint):
                self.outcome.skipped += 1
                return
            rendered = lay_out(prepared)
            replace(path, rendered.pdf)
        except TemplateError as error:
            self._failed(shown_place(Place(error.filename, error.line)), error.message)
        except (RenderingError, WriteRefusedError) as error:
            self._failed(shown_place(document.place), error.message)
        else:
            self.made.note(path, fingerprint, rendered.pdf)
            self.outcome.written += 1
            self._tell(document, rendered.warnings)

    def close(self) -> None:
        """Keep the index of what was made; without it all is rendered again the next time."""
        try:
            self.made.save()
        except WriteRefusedError as error:
            if self.outcome.written:
                echo(f"{shown_path(str(error.path))}: {error.message.text(self.language)}", err=True)

    @property
    def language(self) -> str:
        """The language of messages."""
        return self.workspace.books.language

    def _free_name(self, document: Document, name: str) -> str:
        """Return a name that no other document of this run has; two numbers never share a file."""
        # Some file systems do not tell capitals from small letters.
        other = self.taken.setdefault(name.casefold(), document)
        if other is document:
            return name
        if document.number:
            raise RenderingError(
                message(
                    "Its file would be {name}.pdf, as that of {other} at {place}; give each a number of its own.",
                    name=name,
                    other=other.number,
                    place=shown_place(other.place),
                )
            )
        rank = 2
        while f"{name}-{rank}".casefold() in self.taken:
            rank += 1
        self.taken[f"{name}-{rank}".casefold()] = document
        return f"{name}-{rank}"

    def _tell(self, document: Document, warnings: Iterable[Message]) -> None:
        """Print warnings, each once: a missing logo is missing on all pages."""
        for warning in warnings:
            text = warning.text(self.language)
            if text not in self.told:
                self.told.add(text)
                echo(f"{shown_place(document.place)}: {text}", err=True)

    def _failed(self, place: str, found: Message) -> None:
        self.outcome.failed += 1
        echo(f"{place}: {found.text(self.language)}", err=True)


def tell_violations(workspace: Workspace, documents: Iterable[Document]) -> bool:
    """Print what is wrong with the chosen documents: a page whose figures are not booked should not be sent."""
    numbers = {document.number for document in documents if document.number}
    wrong = False
    for violation in check_all(workspace.books):
        concerns = violation.document in numbers or violation.rule is INTERNAL
        if concerns and violation.rule.severity is Severity.ERROR:
            wrong = True
            echo(violation_line(violation, workspace.books.language), err=True)
    return wrong


def chosen_documents(workspace: Workspace, numbers: Sequence[str], everything: bool) -> list[Document]:
    """Return the documents named; without names all invoices and credit notes, with --all the papers too."""
    books = workspace.books
    if not numbers:
        return [*books.documents, *(books.papers if everything else ())]
    found: dict[str, Document] = {}
    for number in numbers:
        document = books.document(number)
        if document is None:
            meant = nearest(number, books.by_number)
            unknown = message("There is no document {number}.", number=number)
            if meant is not None:
                unknown = message("There is no document {number}; did you mean {meant}?", number=number, meant=meant)
            fail(f"{shown_path(str(workspace.path))}: {unknown.text(books.language)}")
        found[number] = document
    return list(found.values())
