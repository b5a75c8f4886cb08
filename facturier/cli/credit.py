"""``facturier credit NUMBER``: a credit note that takes a whole invoice back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from facturier.cli.console import fail, ledger_option, shown_path
from facturier.cli.issuance import complete, held, issuer_for, refuse
from facturier.cli.targets import file_of_documents
from facturier.crediting import credit_whole
from facturier.directives.spelling import nearest
from facturier.issuing import Issued, NotIssuableError
from facturier.messages import message
from facturier.writer import Change, append_text


@click.command()
@ledger_option
@click.argument("number")
@click.option("--date", "on", metavar="DATE", help="Date of the credit note; today if not given.")
@click.option("--future", is_flag=True, help="Let that date be in the future.")
@click.option("--into", type=click.Path(path_type=Path), help="Ledger file to add to; else that of the last document.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print what was issued as JSON on stdout.")
def credit(
    ledger: Path,
    number: str,
    on: str | None,
    future: bool,
    into: Path | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Issue a credit note for the whole of invoice NUMBER.

    It has a number of its own series, names the invoice, and settles what is still open of it.
    """
    with held(ledger, reading_only=dry_run) as workspace:
        invoice = workspace.books.document(number)
        if invoice is None:
            meant = nearest(number, workspace.books.by_number)
            unknown = message("There is no document {number}.", number=number)
            if meant is not None:
                unknown = message("There is no document {number}; did you mean {meant}?", number=number, meant=meant)
            fail(f"{shown_path(str(workspace.path))}: {unknown.text(workspace.books.language)}")
        issuer = issuer_for(workspace, on, future=future)
        try:
            issued = credit_whole(issuer, invoice)
        except NotIssuableError as error:
            refuse(workspace, error)
        target = file_of_documents(workspace, into)

        def placed(finished: Sequence[tuple[Issued, str]]) -> list[Change]:
            return [append_text(target, text) for _, text in finished]

        complete(workspace, [issued], placed, yes=yes, dry_run=dry_run, as_json=as_json)
