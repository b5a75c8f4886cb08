"""What all reports share: as of when, as known when, and whether as a table, as CSV or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

import click
from babel.numbers import format_decimal
from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

from facturier.books import Books
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    Command,
    fail,
    ledger_option,
    plain,
    plain_console,
    revision_option,
    shown_path,
    today,
)
from facturier.messages import Message, message
from facturier.parties import Client, party_meant
from facturier.spreadsheet import Cell, csv_text
from facturier.workspace import Workspace


def report_options(command: Command) -> Command:
    """Add what every report takes: -f, --as-of, --rev, --csv, --json."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout."),
        click.option(
            "--csv",
            "as_csv",
            is_flag=True,
            help="Print CSV for a spreadsheet on stdout: ; and decimal comma in French, else , and point.",
        ),
        revision_option,
        click.option(
            "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day at whose end to look; today if not given."
        ),
        ledger_option,
    ):
        command = option(command)
    return command


def day_of(as_of: datetime | None) -> date:
    """Return the day a report is of."""
    return as_of.date() if as_of else today()


def print_csv(books: Books, heading: Iterable[Message], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a table as CSV in UTF-8, whatever the terminal's own encoding."""
    safe = ([plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    text = csv_text([word.text(books.language) for word in heading], safe, books.language)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def print_json(document: Any) -> None:
    """Print JSON."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_table(table: Table) -> None:
    """Print a table; on a narrow terminal its lines run over rather than a figure be cut."""
    console = plain_console()
    needed = sum(_least_width(column) + 2 for column in table.columns) + 2
    if needed > console.width:
        console.width = needed
    console.print(table)


def _least_width(column: Column) -> int:
    """Return the width a column needs: of what may wrap its least, else that of its widest cell."""
    if not column.no_wrap:
        return column.min_width or 0
    return max(cell_len(Text.from_markup(str(cell)).plain) for cell in (column.header, *column.cells))


def money(amount: Decimal | None, language: str) -> str:
    """Return an amount as a table shows it; nothing for nothing."""
    return format_decimal(amount, "#,##0.00", locale=language) if amount else ""


def decimal(number: Decimal | None, language: str) -> str:
    """Return a number as a table shows it; a dash where there is none."""
    return "–" if number is None else format_decimal(number, "#,##0.0", locale=language)


def ended(workspace: Workspace) -> NoReturn:
    """Exit as a report does: 1 where the ledger has errors."""
    sys.exit(VIOLATIONS_FOUND if workspace.errors else DONE)


def client_named(workspace: Workspace, named: str) -> Client:
    """Return a client as it is now known, by its id; exit where there is none."""
    books = workspace.books
    found = books.clients.latest(named) if named in books.clients else None
    if found is None:
        meant = party_meant(named, books.clients)
        unknown = message('There is no client "{named}".', named=named)
        if meant is not None:
            unknown = message('There is no client "{named}"; did you mean "{meant}"?', named=named, meant=meant)
        fail(f"{shown_path(str(workspace.path))}: {unknown.text(books.language)}")
    return found
