"""``facturier import FILE…``: bank files into the ledger, payments recognised, nothing twice."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from beancount.core import data
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.cli.console import (
    DONE,
    echo,
    entry_text,
    fail,
    ledger_option,
    open_for_report,
    plain,
    plain_console,
    say,
    shown_path,
    shown_place,
)
from facturier.cli.targets import named_file
from facturier.cli.writing import confirmed, write_checked
from facturier.messages import Message, message
from facturier.statements.entries import Imported, ImportedLine, import_statements
from facturier.statements.errors import StatementError
from facturier.statements.identify import read_statements
from facturier.statements.known import How
from facturier.violations import Place
from facturier.workspace import Workspace
from facturier.writer import Change, WriteRefusedError, append_text, unified_diff


@click.command("import")
@ledger_option
@click.argument("files", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(readable=False, path_type=Path),
    help="Ledger file to add to; else where that bank stood last.",
)
@click.option("--other", metavar="ACCOUNT", help="Account for lines that concern no client.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each line as JSON on stdout.")
def import_(
    ledger: Path,
    files: tuple[Path, ...],
    into: Path | None,
    other: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import bank files (camt.052, 053, 054; CFONB 120).

    A payment whose label or reference names exactly one open invoice of that amount settles it;
    what else a known client pays goes on account; all other lines wait for you, flagged "!".
    Importing again adds nothing.
    """
    workspace = open_for_report(ledger)
    books = workspace.books
    try:
        # A file named twice would look like a bank that booked every line twice.
        once = {file.resolve(): file for file in reversed(files)}
        statements = [statement for file in reversed(once.values()) for statement in read_statements(file)]
        imported = import_statements(statements, books, workspace.entries, other)
    except StatementError as error:
        fail(error.text(books.language))
    _tell(books, imported, as_json=as_json)
    if not imported.entries:
        unclear = any(_outcome(line) == "unclear" for line in imported.lines)
        nothing = message("Nothing new: everything in these files is already in the books.")
        say(books, message("Nothing was written.") if unclear else nothing, err=as_json)
        sys.exit(DONE)
    text = "\n".join(entry_text(entry) for entry in imported.entries)
    try:
        changes = [append_text(_target(workspace, imported, into), text)]
        echo(unified_diff(changes, workspace.folder), err=as_json)
        if dry_run or not (yes or confirmed(books, to_stderr=as_json)):
            say(books, message("Nothing was written."), err=as_json)
            sys.exit(DONE)
        write_checked(workspace, changes)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    written = message("{count} entries written to {file}.", count=len(imported.entries), file=_shown(changes))
    say(books, written, err=as_json, bold=True)


def _shown(changes: Sequence[Change]) -> str:
    return ", ".join(shown_path(str(change.path)) for change in changes)


def _target(workspace: Workspace, imported: Imported, into: Path | None) -> Path:
    """Choose the file to add to, links followed.

    The one named; else where the bank account has entries of that month; else a file of that
    month alone, for people who keep a file a month; else where the account stood last.

    Raises:
        WriteRefusedError: The file named is not one of the ledger: what is written there would not be read.
    """
    if into is not None:
        return named_file(workspace, into)
    accounts = {entry.postings[0].account for entry in imported.new}
    accounts |= {balance.account for balance in imported.balances}
    month = _month(
        max(entry.date for entry in imported.entries if not isinstance(entry, data.Balance) or not imported.new)
    )
    months: dict[str, set[str]] = {}
    by_bank: dict[str, str] = {}
    for entry in workspace.entries:
        if isinstance(entry, data.Transaction):
            filename = str(entry.meta["filename"])
            months.setdefault(filename, set()).add(_month(entry.date))
            if any(posting.account in accounts for posting in entry.postings):
                by_bank[_month(entry.date)] = filename
    of_month = next((filename for filename, held in months.items() if held == {month}), None)
    last_of_bank = by_bank[max(by_bank)] if by_bank else None
    for candidate in (by_bank.get(month), of_month, last_of_bank):
        if candidate is not None and Path(candidate).is_file():
            return Path(candidate).resolve()
    return workspace.path.resolve()


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _tell(books: Books, imported: Imported, *, as_json: bool) -> None:
    for file, remark in imported.remarks:
        echo(f"{shown_place(Place(file, remark.line))}: {remark.message.text(books.language)}", err=True)
    if as_json:
        click.echo(json.dumps([_as_json(line) for line in imported.lines], ensure_ascii=False, indent=2))
        return
    table = Table(title=message("Bank lines").text(books.language), title_justify="left", box=box.SIMPLE_HEAD)
    headings = (message("Date"), message("Amount"), message("From or to"), message("What became of it"))
    for rank, heading in enumerate(headings):
        is_amount = rank == 1
        table.add_column(heading.text(books.language), justify="right" if is_amount else "left", no_wrap=is_amount)
    for one in imported.lines:
        day = one.line.booking_date.isoformat() if one.line.booking_date else ""
        who = one.entry.payee or one.entry.narration or ""
        outcome = _outcome_text(one).text(books.language)
        table.add_row(day, f"{one.line.amount} {one.line.currency}", escape(plain(who)), escape(plain(outcome)))
    plain_console().print(table)


def _as_json(imported: ImportedLine) -> dict[str, object]:
    line = imported.line
    return {
        "file": imported.file,
        "date": line.booking_date.isoformat() if line.booking_date else None,
        "amount": str(line.amount),
        "currency": line.currency,
        "counterparty": imported.entry.payee or "",
        "label": imported.entry.narration or "",
        "outcome": _outcome(imported),
        "settles": _settled(imported),
        "known_at": shown_place(Place.of(imported.twin.entry.meta)) if imported.twin else None,
    }


def _settled(imported: ImportedLine) -> list[str]:
    """Return the items that a line pays."""
    return [
        str(posting.meta["settles"])
        for posting in imported.entry.postings
        if posting.meta and "settles" in posting.meta and imported.twin is None
    ]


def _outcome(imported: ImportedLine) -> str:
    """Return what became of a line: "known", "unclear", "settled", "waiting" or "on account"."""
    if imported.twin is not None:
        return "unclear" if imported.twin.how is How.UNCLEAR else "known"
    if _settled(imported):
        return "settled"
    return "waiting" if imported.entry.flag == "!" else "on account"


def _outcome_text(imported: ImportedLine) -> Message:
    match _outcome(imported):
        case "known":
            return message("already in the books")
        case "unclear":
            return message("perhaps in the books: not booked")
        case "settled":
            return message("settles {numbers}", numbers=", ".join(_settled(imported)))
        case "waiting":
            return message("to be looked at")
        case _:
            return message("on account of its client")
