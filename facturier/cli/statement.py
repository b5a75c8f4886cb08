"""``facturier statement CLIENT``: what a client owes, or what happened on its account, here or as a PDF for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.cli.console import echo, fail, open_for_report, plain, say, shown_path, shown_place
from facturier.cli.reports import (
    client_named,
    day_of,
    ended,
    money,
    print_csv,
    print_json,
    print_table,
    report_options,
)
from facturier.client_statement import Statement, statement_of
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.parties import Client
from facturier.pdf.faults import TemplateError
from facturier.pdf.statement_page import StatementAccount, StatementItem, StatementRow
from facturier.rendering import RenderingError
from facturier.spreadsheet import Cell
from facturier.statement_rendering import render_statement
from facturier.violations import Place
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, replace

_KINDS = {
    "invoice": message("Invoice"),
    "credit-note": message("Credit note"),
    "claim": message("Penalties"),
    "payment": message("Payment"),
    "payment-back": message("Payment returned or refunded"),
    "escompte": message("Early-payment discount"),
    "bad-debt": message("Written off"),
    "adjustment": message("Adjustment"),
    "other": message("Other"),
}
_CURRENCY = message("Currency")
_ITEMS = (
    message("Number"), message("Issued"), message("Due"), message("Days late"), message("Amount"), message("Left"),
)  # fmt: skip
_ROWS = (message("Date"), message("Entry"), message("Documents"), message("Amount"), message("Balance"))
# How many columns of each come first and are text.
_TEXTS, _FIRST_YEAR = 3, date(1, 1, 1)


@click.command()
@report_options
@click.argument("client")
@click.option("--activity", is_flag=True, help="Show what happened on the account, instead of what is open.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="First day of the activity; implies it.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Write a PDF in the client's language to this file.")
def statement(
    ledger: Path,
    as_of: datetime | None,
    revision: str | None,
    client: str,
    activity: bool,
    since: datetime | None,
    pdf: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show the account of CLIENT: what is open, or with --activity what happened.

    Each currency has an account of its own. A credit note used on an invoice, or a debt that became
    doubtful, changes no balance and is no row.
    """
    workspace = open_for_report(ledger, revision)
    books, party = workspace.books, client_named(workspace, client)
    begins = since.date() if since else _first_day(books, party, day_of(as_of)) if activity else None
    found = statement_of(books, party.id, day_of(as_of), begins)
    if pdf is not None:
        _write_pdf(workspace, found, pdf)
    elif as_csv:
        heading = (_CURRENCY, *(_ITEMS if begins is None else _ROWS))
        print_csv(books, heading, _cells(books, found))
    elif not as_json:
        _print(books, party, found)
    if as_json:
        print_json(as_document(books, party, found))
    ended(workspace)


def as_document(books: Books, client: Client, found: Statement) -> dict[str, object]:
    """Return a statement as JSON values; amounts are strings, so that no cent is lost."""
    totals = {one.currency: one.closing for one in found.accounts}
    return {
        "as_of": found.day.isoformat(),
        "from": found.begins.isoformat() if found.begins else None,
        "client": client.id,
        "name": client.name,
        "currency": books.currency,
        "total": str(totals.get(books.currency, ZERO)),
        "accounts": [
            {
                "currency": one.currency,
                "opening": str(one.opening),
                "closing": str(one.closing),
                "overdue": str(one.overdue),
                "on_account": str(one.on_account),
                "rows": [_row(row) for row in one.rows],
                "items": [_item(item) for item in one.items],
            }
            for one in found.accounts
        ],
    }


def _row(row: StatementRow) -> dict[str, object]:
    return {
        "date": row.day.isoformat(),
        "kind": row.kind,
        "documents": list(row.numbers),
        "amount": str(row.amount),
        "balance": str(row.balance),
    }


def _item(item: StatementItem) -> dict[str, object]:
    return {
        "id": item.number,
        "issued": item.issued.isoformat(),
        "due": item.due.isoformat() if item.due else None,
        "days_late": item.days_late,
        "amount": str(item.amount),
        "remaining": str(item.remaining),
        "disputed": item.disputed,
    }


def _first_day(books: Books, client: Client, day: date) -> date:
    """Return the first day on which anything happened on a client's account."""
    accounts = statement_of(books, client.id, day, _FIRST_YEAR).accounts
    return min((row.day for one in accounts for row in one.rows), default=day)


def _cells(books: Books, found: Statement) -> Iterator[Sequence[Cell]]:
    for account in found.accounts:
        yield from ((account.currency, *cells) for cells in _lines(account, found.begins, books.language))


def _lines(account: StatementAccount, begins: date | None, language: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of an account: its open items and money on account, or its opening balance and activity."""
    if begins is None:
        for item in account.items:
            yield item.number, item.issued, item.due, item.days_late or None, item.amount, item.remaining
        if account.on_account:
            yield message("On account").text(language), None, None, None, None, account.on_account
        return
    yield begins, message("Opening balance").text(language), "", None, account.opening
    for row in account.rows:
        yield row.day, _KINDS[row.kind].text(language), " ".join(row.numbers), row.amount, row.balance


def _print(books: Books, client: Client, found: Statement) -> None:
    language = books.language
    if not found.accounts:
        say(books, message("{name} owes nothing on {day}.", name=client.name, day=found.day))
    for account in found.accounts:
        print_table(_table(account, found, _title(client, found, account.currency), language))


def _title(client: Client, found: Statement, currency: str) -> Message:
    if found.begins is None:
        return message("{name}: open on {day}, in {currency}", name=client.name, day=found.day, currency=currency)
    return message(
        "{name}: {begins} to {day}, in {currency}",
        name=client.name,
        begins=found.begins,
        day=found.day,
        currency=currency,
    )


def _table(account: StatementAccount, found: Statement, title: Message, language: str) -> Table:
    table = Table(
        title=escape(plain(title.text(language))), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for rank, heading in enumerate(_ITEMS if found.begins is None else _ROWS):
        table.add_column(heading.text(language), justify="left" if rank < _TEXTS else "right", no_wrap=rank != 2)
    for cells in _lines(account, found.begins, language):
        texts = [str(cell or "") if rank < _TEXTS else "" for rank, cell in enumerate(cells)]
        for rank, cell in enumerate(cells):
            if rank >= _TEXTS and isinstance(cell, Decimal):
                texts[rank] = money(cell, language) or "0"
            elif rank >= _TEXTS and cell is not None:
                texts[rank] = str(cell)
        table.add_row(*(escape(plain(text)) for text in texts))
    table.add_section()
    total = message("Balance").text(language), *[""] * (len(table.columns) - 2), money(account.closing, language) or "0"
    table.add_row(*total, style="bold")
    return table


def _write_pdf(workspace: Workspace, found: Statement, path: Path) -> None:
    books = workspace.books
    try:
        rendered, warnings = render_statement(found, books, workspace.folder)
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        replace(path.absolute(), rendered.pdf)
    except TemplateError as error:
        fail(f"{shown_place(Place(error.filename, error.line))}: {error.message.text(books.language)}")
    except RenderingError as error:
        fail(f"{shown_path(str(workspace.path))}: {error.message.text(books.language)}")
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    except OSError as failure:
        fail(f"{shown_path(str(path))}: {failure.strerror or failure}")
    for warning in warnings:
        echo(warning.text(books.language), err=True)
    say(books, message("Written: {file}", file=shown_path(str(path))), err=True)
