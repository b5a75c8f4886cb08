"""``facturier new CLIENT LINE…``: a draft, added to the ledger."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

import click
from beancount.core import data

from facturier.cli.console import (
    DONE,
    echo,
    fail,
    ledger_option,
    open_for_report,
    say,
    shown_path,
    today,
)
from facturier.cli.targets import file_of_documents
from facturier.cli.writing import confirmed, write_checked
from facturier.directives.kinds import VAT
from facturier.drafting import Drafting, DraftRefusedError, usual_account
from facturier.messages import Message, message
from facturier.parties import Client, party_meant
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, append_text, unified_diff


@click.command()
@ledger_option
@click.argument("client")
@click.argument("lines", metavar="LINE...", nargs=-1, required=True)
@click.option("--title", default="", help="What the invoice is about.")
@click.option("--date", "on", metavar="DATE", help="Date of the draft; today if not given.")
@click.option("--account", default="", help="Income account of lines that name no product; else the usual one.")
@click.option("--vat", help="VAT rate or treatment of those lines; 20 if not given.")
@click.option("--from", "source", metavar="QUOTE", help="Number of the quote or order it comes from.")
@click.option("--rate", help="Value in the currency of the books of one unit of the draft's currency.")
@click.option("--into", type=click.Path(path_type=Path), help="Ledger file to add to; else that of the last document.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the draft as JSON on stdout.")
def new(
    ledger: Path,
    client: str,
    lines: tuple[str, ...],
    title: str,
    on: str | None,
    account: str,
    vat: str | None,
    source: str | None,
    rate: str | None,
    into: Path | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add a draft for CLIENT. It has no number until it is issued.

    A LINE is "2 DEV-DAY", "1 DEV-DAY @ 600 EUR", "Nom de domaine 20 EUR" or "3 x Affiche 12.50 EUR 5.5%";
    prices are net.
    """
    workspace = open_for_report(ledger)
    books = workspace.books
    day = _day(workspace, on)
    known = _client(workspace, client, day)
    opened = [entry.account for entry in workspace.entries if isinstance(entry, data.Open)]
    if account and account not in opened:
        _stop(workspace, message("The account {account} is not open.", account=account))
    usual = account or usual_account((*books.documents, *books.papers), books, opened)
    drafting = Drafting(books, known, usual, _vat(workspace, vat))
    try:
        keys = ({"from": source} if source else {}) | ({"rate": _rate(workspace, rate)} if rate else {})
        text = drafting.draft(day, title, lines, keys)
    except DraftRefusedError as error:
        _stop(workspace, error.message)
    try:
        changes = [append_text(file_of_documents(workspace, into), text)]
        echo(unified_diff(changes, workspace.folder), err=as_json)
        written = not dry_run and (yes or confirmed(books, to_stderr=as_json))
        if written:
            write_checked(workspace, changes)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    if as_json:
        told = {"client": known.id, "date": day.isoformat(), "draft": text, "written": written}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    outcome = message("Nothing was written.")
    if written:
        outcome = message(
            "Draft written to {file}; issue it with: facturier issue", file=shown_path(str(changes[0].path))
        )
    say(books, outcome, err=as_json)
    sys.exit(DONE)


def _day(workspace: Workspace, on: str | None) -> date:
    try:
        return date.fromisoformat(on) if on else today()
    except ValueError:
        _stop(workspace, message("{text} is no date; write for example {day}.", text=on, day=today()))


def _client(workspace: Workspace, identifier: str, day: date) -> Client:
    known = workspace.books.clients.at(identifier, day) if identifier in workspace.books.clients else None
    if known is None:
        _stop(workspace, _unknown_client(workspace, identifier, day))
    return known


def _unknown_client(workspace: Workspace, identifier: str, day: date) -> Message:
    clients = workspace.books.clients
    if identifier in clients:
        return message(
            'The client "{named}" is first stated on {first}, after {day}; date its directive earlier.',
            named=identifier,
            first=clients.first_day(identifier),
            day=day,
        )
    meant = party_meant(identifier, clients)
    if meant is not None:
        return message('There is no client "{named}"; did you mean "{meant}"?', named=identifier, meant=meant)
    return message('There is no client "{named}"; add: {day} custom "client" "{named}".', named=identifier, day=day)


def _vat(workspace: Workspace, typed: str | None) -> Decimal | str | None:
    if typed is None:
        return None
    vat: Decimal | str = typed
    with suppress(InvalidOperation):
        vat = Decimal(typed.rstrip("% ").replace(",", "."))
    fault = VAT.fault(vat)
    if fault is not None:
        _stop(workspace, fault)
    return vat


def _rate(workspace: Workspace, typed: str) -> Decimal:
    try:
        rate = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or rate <= 0:
        _stop(workspace, message("{text} is no rate; write for example 0.9214.", text=typed))
    return rate


def _stop(workspace: Workspace, found: Message) -> NoReturn:
    fail(f"{shown_path(str(workspace.path))}: {found.text(workspace.books.language)}")
