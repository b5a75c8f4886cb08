"""``facturier close DATE``: close the books up to a date, when all that must hold first holds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import click

from facturier.books import Books
from facturier.cli.console import (
    DONE,
    UNUSABLE_INPUT,
    VIOLATIONS_FOUND,
    beancount_lines,
    echo,
    fail,
    ledger_option,
    open_or_exit,
    say,
    shown_path,
    shown_place,
    today,
    user_language,
    violation_line,
)
from facturier.cli.writing import confirmed, write_checked
from facturier.closing import close_text, closed_until, closes
from facturier.messages import Message, message
from facturier.periods import parse_period
from facturier.rules.pack import CHECK_SETS, check_all
from facturier.seals import read_chains, unsealed
from facturier.vat_receipts import read_receipts_vat
from facturier.violations import Place, Severity
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, append_text, unified_diff


@click.command()
@ledger_option
@click.argument("until", metavar="DATE")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the closing as JSON on stdout.")
def close(ledger: Path, until: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Close the books up to DATE (2026-12-31, or 2026-12 for its last day).

    Up to that date there may be no error, no VAT left to transfer, no document without a seal. From then on, any
    change of a transaction up to that date is an error; corrections are new entries. docs/closing.md tells how to
    recompute the hash.
    """
    last = _last_day(until)
    workspace = open_or_exit(ledger)
    books = workspace.books
    before = closed_until(books)
    if before is not None and last <= before:
        say(books, message("Nothing to close: the books are closed up to {day}.", day=before), err=as_json)
        sys.exit(DONE)
    if last >= today():
        _refuse(books, message("{day} is not over: close it from {next} on.", day=last, next=last + timedelta(days=1)))
    in_the_way = list(_in_the_way(workspace, last))
    if in_the_way:
        for line in in_the_way:
            echo(line, err=True)
        say(books, message("Nothing was closed: put these right first."), err=True)
        sys.exit(VIOLATIONS_FOUND)
    text, digest = close_text(books, last, today())
    if as_json:
        stated = {"until": last.isoformat(), "entries": digest.entries, "hash": digest.hash}
        click.echo(json.dumps(stated, indent=2))
    try:
        changes = [append_text(_target(workspace), text)]
        echo(unified_diff(changes, workspace.folder), err=as_json)
        if dry_run or not (yes or confirmed(books, to_stderr=as_json)):
            say(books, message("Nothing was written."), err=as_json)
            sys.exit(DONE)
        write_checked(workspace, changes)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    closed = message("The books are closed up to {day}: {count} entries.", day=last, count=digest.entries)
    say(books, closed, err=as_json, bold=True)


def _last_day(text: str) -> date:
    """Return the day typed, or the last one of the month, quarter or year typed."""
    months = parse_period(text)
    if months is not None:
        return months[-1].last_day
    try:
        return date.fromisoformat(text)
    except ValueError:
        found = message('"{text}" is no date; type for example 2026-12-31.', text=text)
        fail(found.text(user_language()))


def _refuse(books: Books, found: Message) -> None:
    say(books, found, err=True)
    sys.exit(UNUSABLE_INPUT)


def _in_the_way(workspace: Workspace, last: date) -> Iterator[str]:
    """Yield what must be put right before the books are closed up to a day, a line each."""
    books = workspace.books
    language = books.language
    yield from beancount_lines(workspace.errors)
    for violation in sorted(check_all(books, CHECK_SETS, today=last), key=lambda one: one.place):
        if violation.rule.severity is Severity.ERROR and getattr(violation.entry, "date", last) <= last:
            yield violation_line(violation, language)
    found = read_receipts_vat(books)
    for month in found.months:
        rows = found.rows([month]) if month.last_day <= last and found.missing(month) else []
        place = rows[-1].place if rows else Place(str(workspace.path), 0)
        if month.last_day <= last and found.missing(month):
            missing = message(
                "VAT that fell due in {month} is not transferred: {amount} {currency}. Type: facturier vat transfer "
                "{month}",
                month=month,
                amount=sum(found.missing(month).values()),
                currency=books.currency,
            )
            yield f"{shown_place(place)}: {missing.text(language)}"
    for chain in read_chains(books).chains:
        for document in unsealed(chain):
            if document.date <= last:
                without = message(
                    "{number} is not sealed. Type: facturier seal {number}, or facturier seal --all",
                    number=document.number,
                )
                yield f"{shown_place(document.place)}: {without.text(language)}"


def _target(workspace: Workspace) -> Path:
    """Choose the file: that of the last closing, else the top file."""
    stated = closes(workspace.books)
    last = Path(stated[-1].record.place.filename) if stated else workspace.path
    return (last if last.is_file() else workspace.path).resolve()
