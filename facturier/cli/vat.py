"""``facturier vat``: what falls due on receipts, and the entry that transfers it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import click
from babel.numbers import format_decimal
from beancount.core import data
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    echo,
    fail,
    ledger_option,
    open_for_report,
    plain,
    plain_console,
    say,
    shown_path,
    shown_place,
    today,
    user_language,
)
from facturier.cli.targets import named_file
from facturier.cli.writing import confirmed, write_checked
from facturier.messages import message
from facturier.money import ZERO
from facturier.periods import Month, parse_period
from facturier.spreadsheet import csv_text
from facturier.vat_receipts import Due, ReceiptsVat, read_receipts_vat
from facturier.vat_transfer import NotTransferableError, TransferEntry, transfer_entries
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, append_text, unified_diff

_HEADINGS = (
    message("Date"),
    message("Document"),
    message("Client"),
    message("By"),
    message("Base"),
    message("Rate"),
    message("VAT"),
)


@click.group()
def vat() -> None:
    """VAT on receipts: what falls due as clients pay, and its transfer (CGI art. 269-2)."""


@vat.command()
@ledger_option
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
def due(ledger: Path, period: str, as_json: bool, as_csv: bool) -> None:
    """List the VAT that fell due in PERIOD (2026-11, 2026-Q4, 2026), with the payment that caused it."""
    months = _months(period)
    if as_json and as_csv:
        raise click.UsageError("--json or --csv, not both.")
    workspace = open_for_report(ledger)
    books, found = workspace.books, read_receipts_vat(workspace.books)
    rows = found.rows(months)
    if as_json:
        click.echo(json.dumps(as_document(period, months, found, rows, books), ensure_ascii=False, indent=2))
    elif as_csv:
        headings = [heading.text(books.language) for heading in _HEADINGS]
        cells = [
            (row.day, row.number, row.client, _cause(row), row.base, row.rate, row.vat) for row in rows
        ]  # fmt: skip
        click.echo(csv_text(headings, cells, books.language), nl=False)
    else:
        if rows:
            plain_console().print(_table(books, period, rows))
        else:
            say(books, message("No VAT fell due on receipts in {period}.", period=period))
        _tell_missing(books, found, months)
    sys.exit(VIOLATIONS_FOUND if workspace.errors else DONE)


@vat.command()
@ledger_option
@click.argument("period")
@click.option("--into", type=click.Path(path_type=Path), help="Ledger file to add to; else one of that month.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print what is transferred as JSON on stdout.")
def transfer(ledger: Path, period: str, into: Path | None, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Write the entry that moves what fell due in PERIOD to the VAT collected; an entry for each month.

    Written again, it adds what changed since, or nothing. What changed in a closed month is corrected by an entry
    with the first open date.
    """
    months = _months(period)
    workspace = open_for_report(ledger)
    books = workspace.books
    try:
        entries = transfer_entries(read_receipts_vat(books), months, books, workspace.entries)
    except NotTransferableError as error:
        fail(f"{shown_path(str(workspace.path))}: {error.message.text(books.language)}")
    if as_json:
        click.echo(json.dumps([_entry_json(one) for one in entries], ensure_ascii=False, indent=2))
    if not entries:
        say(books, message("Nothing to transfer: {period} is as it should be.", period=period), err=as_json)
        sys.exit(DONE)
    if any(one.month >= Month.of(today()) for one in entries):
        say(books, message("The period is not over: a later payment needs another transfer."), err=True)
    try:
        texts: dict[Path, list[str]] = {}
        for one in entries:
            texts.setdefault(_target(workspace, one, into), []).append(one.text)
        changes = [append_text(path, "\n".join(written)) for path, written in texts.items()]
        echo(unified_diff(changes, workspace.folder), err=as_json)
        if dry_run or not (yes or confirmed(books, to_stderr=as_json)):
            say(books, message("Nothing was written."), err=as_json)
            sys.exit(DONE)
        write_checked(workspace, changes)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    say(books, message("Transfers written: {count}.", count=len(entries)), err=as_json, bold=True)


def _months(period: str) -> Sequence[Month]:
    months = parse_period(period)
    if months is None:
        found = message(
            '"{period}" is no period; type a month, quarter or year: 2026-11, 2026-Q4, 2026.', period=period
        )
        fail(found.text(user_language()))
    return months


def _target(workspace: Workspace, entry: TransferEntry, into: Path | None) -> Path:
    """Choose the file: the one named; a file of that month alone; that of the last transfer; the top file."""
    if into is not None:
        return named_file(workspace, into)
    months: dict[str, set[Month]] = {}
    last = ""
    for one in workspace.entries:
        if isinstance(one, data.Transaction):
            filename = str(one.meta["filename"])
            months.setdefault(filename, set()).add(Month.of(one.date))
            last = filename if "vat-due" in one.meta else last
    of_month = next((name for name, held in months.items() if held == {Month.of(entry.day)}), "")
    for candidate in (of_month, last):
        if candidate and Path(candidate).is_file():
            return Path(candidate).resolve()
    return workspace.path.resolve()


def _cause(row: Due) -> str:
    return row.cause.payee or row.cause.narration or ""


def as_document(
    period: str, months: Sequence[Month], found: ReceiptsVat, rows: Sequence[Due], books: Books
) -> dict[str, object]:
    """Return what fell due as JSON values; amounts are strings, so that no cent is lost."""
    return {
        "period": period,
        "currency": books.currency,
        "total": str(sum((row.vat for row in rows), ZERO)),
        "rates": [
            {"rate": str(rate), "base": str(base), "vat": str(amount)} for rate, (base, amount) in _totals(rows).items()
        ],
        "months": [
            {
                "month": str(month),
                "rate": str(rate),
                "due": str(found.due.get((month, rate), ZERO)),
                "transferred": str(found.transferred.get((month, rate), ZERO)),
            }
            for month in months
            for rate in found.rates(month)
        ],
        "rows": [
            {
                "date": row.day.isoformat(),
                "document": row.number,
                "client": row.client,
                "rate": str(row.rate),
                "base": str(row.base),
                "vat": str(row.vat),
                "by": _cause(row),
                "by_date": row.cause.date.isoformat(),
                "place": shown_place(row.place),
            }
            for row in rows
        ],
    }


def _entry_json(entry: TransferEntry) -> dict[str, object]:
    return {
        "month": str(entry.month),
        "date": entry.day.isoformat(),
        "rates": [{"rate": str(rate), "vat": str(amount)} for rate, amount in entry.amounts.items()],
    }


def _totals(rows: Sequence[Due]) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Return the base and the VAT of each rate, the highest first."""
    found: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for row in sorted(rows, key=lambda one: -one.rate):
        base, amount = found.get(row.rate, (ZERO, ZERO))
        found[row.rate] = base + row.base, amount + row.vat
    return found


def _table(books: Books, period: str, rows: Sequence[Due]) -> Table:
    language = books.language
    title = message("VAT that fell due on receipts in {period}", period=period).text(language)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for rank, heading in enumerate(_HEADINGS):
        is_amount = rank >= len(_HEADINGS) - 3
        table.add_column(
            heading.text(language), justify="right" if is_amount else "left", no_wrap=rank != len(_HEADINGS) - 4,
            overflow="ellipsis",
        )  # fmt: skip
    for row in rows:
        texts = (row.day.isoformat(), row.number, row.client, _cause(row))
        amounts = (_money(row.base, language), _rate(row.rate, language), _money(row.vat, language))
        table.add_row(*(escape(plain(text)) for text in texts), *amounts)
    table.add_section()
    for rate, (base, amount) in _totals(rows).items():
        cells = (_money(base, language), _rate(rate, language), _money(amount, language))
        table.add_row(message("Total").text(language), "", "", "", *cells, style="bold")
    return table


def _tell_missing(books: Books, found: ReceiptsVat, months: Sequence[Month]) -> None:
    """Say month by month what is still to be transferred."""
    for month in months:
        missing = found.missing(month)
        if missing:
            amounts = ", ".join(
                f"{_money(amount, books.language)} ({_rate(rate, books.language)})" for rate, amount in missing.items()
            )
            say(
                books,
                message(
                    "Still to be transferred for {month}: {amounts}. Type: facturier vat transfer {month}",
                    month=month,
                    amounts=amounts,
                ),
            )


def _rate(rate: Decimal, language: str) -> str:
    return f"{format_decimal(rate, '#,##0.##', locale=language)} %"


def _money(amount: Decimal, language: str) -> str:
    shown: str = format_decimal(amount, "#,##0.00", locale=language)
    return shown
