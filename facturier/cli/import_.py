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
    beancount_lines,
    entry_text,
    fail,
    ledger_option,
    open_or_exit,
    plain_console,
    say,
    shown_path,
    violation_line,
)
from facturier.messages import Message, message
from facturier.rules.pack import check_all
from facturier.statements.entries import Imported, ImportedLine, import_statements
from facturier.statements.errors import StatementError
from facturier.statements.identify import read_statements
from facturier.violations import Severity
from facturier.workspace import Workspace, open_ledger
from facturier.writer import Change, WriteRefusedError, append_text, unified_diff, write


@click.command("import")
@ledger_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="Ledger file to add to; else where that bank stood last.")
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
    """Import bank files (camt.052, 053, 054).

    A payment whose label or reference names exactly one open invoice of that amount settles it;
    what else a known client pays goes on account; all other lines wait for you, flagged "!".
    Importing again adds nothing.
    """
    workspace = open_or_exit(ledger)
    books = workspace.books
    try:
        statements = [statement for file in files for statement in read_statements(file)]
        imported = import_statements(statements, books, workspace.entries, other)
    except StatementError as error:
        fail(error.text(books.language))
    _tell(books, imported, as_json=as_json)
    if not imported.entries:
        say(books, message("Nothing new: everything in these files is already in the books."), err=as_json)
        sys.exit(DONE)
    text = "\n".join(entry_text(entry) for entry in imported.entries)
    try:
        changes = [append_text(_target(workspace, imported, into), text)]
        click.echo(unified_diff(changes, workspace.folder), err=as_json)
        if dry_run or not (yes or _confirmed(books)):
            say(books, message("Nothing was written."), err=as_json)
            sys.exit(DONE)
        _write(workspace, changes)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    written = message("{count} entries written to {file}.", count=len(imported.entries), file=_shown(changes))
    say(books, written, err=as_json, bold=True)


def _shown(changes: Sequence[Change]) -> str:
    return ", ".join(shown_path(str(change.path)) for change in changes)


def _confirmed(books: Books) -> bool:
    """Ask on a terminal; without one, nothing is written unless --yes says so."""
    if not sys.stdin.isatty():
        say(books, message("Add --yes to write without being asked."), err=True)
        return False
    return click.confirm(message("Write this?").text(books.language))


def _write(workspace: Workspace, changes: Sequence[Change]) -> None:
    before = _faults(workspace)

    def new_faults() -> list[str]:
        return [fault for fault in _faults(open_ledger(workspace.path)) if fault not in before]

    write(changes, workspace.folder, new_faults)


def _faults(workspace: Workspace) -> list[str]:
    ours = [
        violation_line(violation, workspace.books.language)
        for violation in check_all(workspace.books)
        if violation.rule.severity is Severity.ERROR
    ]
    return [*beancount_lines(workspace.errors), *ours]


def _target(workspace: Workspace, imported: Imported, into: Path | None) -> Path:
    """Choose the file to add to.

    The one named; else where the bank account has entries of that month; else a file of that
    month alone, for people who keep a file a month; else where the account stood last.
    """
    if into is not None:
        return into.absolute()
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
            return Path(candidate)
    return workspace.path


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _tell(books: Books, imported: Imported, *, as_json: bool) -> None:
    for file, remark in imported.remarks:
        click.echo(f"{shown_path(file)}:{remark.line}: {remark.message.text(books.language)}", err=True)
    if as_json:
        click.echo(json.dumps([_row(books, line) for line in imported.lines], ensure_ascii=False, indent=2))
        return
    table = Table(title=message("Bank lines").text(books.language), title_justify="left", box=box.SIMPLE_HEAD)
    headings = (message("Date"), message("Amount"), message("From or to"), message("What became of it"))
    for rank, heading in enumerate(headings):
        is_amount = rank == 1
        table.add_column(heading.text(books.language), justify="right" if is_amount else "left", no_wrap=is_amount)
    for line in imported.lines:
        row = _row(books, line)
        table.add_row(row["date"], row["amount"], escape(row["counterparty"]), escape(row["outcome"]))
    plain_console().print(table)


def _row(books: Books, imported: ImportedLine) -> dict[str, str]:
    line = imported.line
    return {
        "date": line.booking_date.isoformat() if line.booking_date else "",
        "amount": f"{line.amount} {line.currency}",
        "counterparty": imported.entry.payee or "",
        "outcome": _outcome(imported).text(books.language),
    }


def _outcome(imported: ImportedLine) -> Message:
    if imported.twin is not None:
        return message("already in the books")
    settled = [
        str(posting.meta["settles"])
        for posting in imported.entry.postings
        if posting.meta and "settles" in posting.meta
    ]
    if settled:
        return message("settles {numbers}", numbers=", ".join(settled))
    if imported.entry.flag == "!":
        return message("to be looked at")
    return message("on account of its client")
