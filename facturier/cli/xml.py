"""``facturier xml``: invoices as CII or UBL files, for platforms and clients that take no PDF."""

from __future__ import annotations

import sys
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
    shown_place,
)
from facturier.cli.pdf import chosen_documents, tell_violations
from facturier.documents import Document
from facturier.einvoice.validation import schema_findings
from facturier.messages import Message, message
from facturier.rendering import RenderingError, file_name, render_xml
from facturier.structured import Syntax
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, replace


@click.command()
@ledger_option
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1)
@click.option(
    "--format",
    "syntax",
    type=click.Choice([syntax.value for syntax in Syntax]),
    default=Syntax.CII.value,
    show_default=True,
    help="CII, as inside a Factur-X PDF, or UBL 2.1.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(readable=False, path_type=Path),
    default=Path("xml"),
    show_default=True,
    help="Folder to write to.",
)
def xml(ledger: Path, numbers: tuple[str, ...], syntax: str, output: Path) -> None:
    """Write invoices and credit notes as XML of EN 16931: NUMBER.cii.xml or NUMBER.ubl.xml.

    Without NUMBER, all of them. Each file is held to its XML schema; “facturier check --einvoice”
    holds it to all rules.
    """
    workspace = open_for_report(ledger)
    documents = chosen_documents(workspace, numbers, everything=False)
    wrong = tell_violations(workspace, documents)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        fail(f"{shown_path(str(output))}: {failure.strerror or failure}")
    taken: dict[str, str] = {}
    written = 0
    for document in documents:
        found = _write(workspace, document, Syntax(syntax), output, taken)
        if found is None:
            written += 1
        else:
            echo(f"{shown_place(document.place)}: {found.text(workspace.books.language)}", err=True)
    failed = len(documents) - written
    folder = shown_path(str(output))
    say(
        workspace.books,
        message("{written} written to {folder}, {failed} failed.", written=written, folder=folder, failed=failed),
        bold=True,
    )
    sys.exit(VIOLATIONS_FOUND if failed or wrong or workspace.errors else DONE)


def _write(
    workspace: Workspace, document: Document, syntax: Syntax, output: Path, taken: dict[str, str]
) -> Message | None:
    """Write one file; return why it is not there, or None."""
    try:
        content = render_xml(document, workspace.books, syntax)
        if content is None:
            return message("{number} is no invoice; it has no XML.", number=document.number)
        objections = schema_findings(content)
        if objections:
            first = objections[0]
            return message(
                "Its file would not keep to the XML schema: {text} ({path})", text=first.text, path=first.location
            )
        name = f"{file_name(document)}.{syntax.value}.xml"
        # Some file systems do not tell capitals from small letters.
        other = taken.setdefault(name.casefold(), document.number)
        if other != document.number:
            return message(
                "Its file would be {name}, as that of {other}; give each a number of its own.", name=name, other=other
            )
        replace(output / name, content)
    except (RenderingError, WriteRefusedError) as error:
        return error.message
    return None
