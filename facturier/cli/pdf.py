"""``facturier pdf``: the documents as Factur-X PDF files; those that are up to date are skipped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    echo,
    fail,
    ledger_option,
    open_for_report,
    say,
    shown_path,
    violation_line,
)
from facturier.cli.pdf_run import render_documents
from facturier.directives.faults import INTERNAL
from facturier.directives.spelling import nearest
from facturier.documents import Document
from facturier.messages import message
from facturier.rules.pack import check_all
from facturier.violations import Severity
from facturier.workspace import Workspace


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
    is left alone. What was issued and sealed is given as it was sent: the archived file, byte for byte.
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
