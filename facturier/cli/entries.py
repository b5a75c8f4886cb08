"""What pay, write-off, refund, reallocate and doubtful share: options, lock, diff, question, check, telling."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    Command,
    echo,
    fail,
    ledger_option,
    say,
    shown_path,
    shown_place,
    today,
)
from facturier.cli.issuance import held
from facturier.cli.targets import file_of_payments
from facturier.cli.writing import confirmed, write_checked
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.payments import (
    ROLE_OF_METHOD,
    Entry,
    NothingToDoError,
    OpenAccounts,
    Owed,
    PaymentRefusedError,
    Sum,
    read_sum,
)
from facturier.workspace import Workspace
from facturier.writer import append_text, unified_diff

Maker = Callable[[Owed, OpenAccounts], Entry]


class SumType(click.ParamType[Sum]):
    """An amount as typed: ``1200``, ``1 200,50``, ``1200.50 USD``; a rate where a command takes one."""

    name = "AMOUNT"

    def __init__(self, *, percent: bool = False) -> None:
        self.percent = percent

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Sum:
        """Read an amount, or tell how it is written."""
        found = value if isinstance(value, Sum) else read_sum(str(value))
        if found is None or (found.unit == "%" and not self.percent):
            self.fail(f"{value!r} is no amount; write for example 1200.50 or 1200.50 EUR.", param, ctx)
        return found


SUM, SUM_OR_RATE = SumType(), SumType(percent=True)


@dataclass(frozen=True, slots=True)
class Writing:
    """How an entry is written.

    Attributes:
        ledger: The top file.
        on: Its date as typed, or None for today.
        into: The file to add it to, or None for that of the last payment.
        yes: Whether to write without asking.
        dry_run: Whether to show it only.
        as_json: Whether to tell it as JSON.
        again: Whether to write it though the books hold the same.
    """

    ledger: Path
    on: str | None
    into: Path | None
    yes: bool
    dry_run: bool
    as_json: bool
    again: bool


def entry_options(command: Command) -> Command:
    """Add the options that all of them have; the command gets them as ``how``, a ``Writing``."""

    @wraps(command)
    def bundled(
        *,
        ledger: Path,
        on: str | None,
        into: Path | None,
        yes: bool,
        dry_run: bool,
        as_json: bool,
        again: bool,
        **own: Any,
    ) -> None:
        command(how=Writing(ledger, on, into, yes, dry_run, as_json, again), **own)

    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the entry as JSON on stdout."),
        click.option("--dry-run", is_flag=True, help="Show what would be written, and stop."),
        click.option("--yes", is_flag=True, help="Write without asking."),
        click.option("--again", is_flag=True, help="Write it though the ledger holds the very same entry."),
        click.option(
            "--into", type=click.Path(path_type=Path), help="Ledger file to add to; else that of the last payment."
        ),
        click.option("--date", "on", metavar="DATE", help="Date of the entry; today if not given."),
    ):
        bundled = option(bundled)
    return ledger_option(bundled)


def money_options(command: Command) -> Command:
    """Add ``--account`` and ``--method``."""
    chosen = click.option(
        "--method",
        type=click.Choice(list(ROLE_OF_METHOD)),
        default="bank",
        show_default=True,
        help="How it is paid: picks the account of role bank, cash, cheques or clearing.",
    )
    named = click.option("--account", default="", help="The account of the money, where a role has several.")
    return named(chosen(command))


def book(how: Writing, make: Maker) -> NoReturn:
    """Make an entry, show it, ask, write it and check the result, and exit."""
    with held(how.ledger, reading_only=how.dry_run) as workspace:
        owed = Owed(workspace.books, _day(workspace, how.on))
        try:
            entry = make(owed, OpenAccounts(workspace.books, workspace.entries, owed.day))
            _refuse_twin(workspace, entry, how)
        except NothingToDoError as found:
            _nothing(workspace, found, how)
        except PaymentRefusedError as error:
            fail(f"{shown_place(error.place)}: {error.message.text(workspace.books.language)}", VIOLATIONS_FOUND)
        changes = [append_text(file_of_payments(workspace, how.into), entry.text)]
        echo(unified_diff(changes, workspace.folder), err=how.as_json)
        _tell(workspace, owed, entry, how)
        written = not how.dry_run and (how.yes or confirmed(workspace.books, to_stderr=how.as_json))
        if written:
            write_checked(workspace, changes, locked=True)
        if how.as_json:
            file = shown_path(str(changes[0].path))
            told = _as_json(owed, entry) | {"file": file, "written": written}
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        elif written:
            say(workspace.books, message("Written to {file}.", file=shown_path(str(changes[0].path))))
        if not written:
            say(workspace.books, message("Nothing was written."), err=how.as_json)
    sys.exit(DONE)


def _day(workspace: Workspace, on: str | None) -> date:
    language, now = workspace.books.language, today()
    try:
        day = date.fromisoformat(on) if on else now
    except ValueError:
        fail(message("{text} is no date; write for example {day}.", text=on, day=now).text(language))
    if day > now:
        fail(message("{day} is in the future; money is booked on the day it came or went.", day=day).text(language))
    return day


def _refuse_twin(workspace: Workspace, entry: Entry, how: Writing) -> None:
    place = None if how.again else entry.twin(workspace.books)
    if place is not None:
        raise NothingToDoError(
            place,
            message(
                "This very entry of {day} is in the ledger already; add --again if it happened twice.", day=entry.day
            ),
        )


def _nothing(workspace: Workspace, found: NothingToDoError, how: Writing) -> NoReturn:
    """Say that all is booked: no fault, so the exit code is that of a command that did its work."""
    text = found.message.text(workspace.books.language)
    echo(f"{shown_place(found.place)}: {text}", err=how.as_json)
    if how.as_json:
        told = {"documents": [], "written": False, "reason": text, "place": shown_place(found.place)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    say(workspace.books, message("Nothing was written."), err=how.as_json)
    sys.exit(DONE)


def _tell(workspace: Workspace, owed: Owed, entry: Entry, how: Writing) -> None:
    """Say what is left of each document, and what is to be done besides."""
    told: list[Message] = []
    credits_ = {part.item.number for part in entry.parts if part.item.amount < 0}
    for number, (amount, left) in _documents(owed, entry).items():
        facts = {"number": number, "amount": abs(amount), "left": abs(left), "currency": entry.currency}
        if not entry.settles:
            told.append(message("{number}: {amount} {currency}, nothing of it is settled.", **facts))
        elif number in credits_:
            told.append(message("{number}: {amount} {currency} used, {left} {currency} left to the client.", **facts))
        elif amount < 0:
            told.append(message("{number}: {left} {currency} is left to settle again.", **facts))
        elif left:
            told.append(message("{number}: {amount} {currency} settled, {left} {currency} left.", **facts))
        else:
            told.append(message("{number}: {amount} {currency} settled, nothing left.", **facts))
    for one in (*told, *entry.notes):
        say(workspace.books, one, err=how.as_json)


def _documents(owed: Owed, entry: Entry) -> dict[str, tuple[Decimal, Decimal]]:
    """Return what an entry takes off each document, and what is left of it then."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for part in entry.parts:
        number = part.item.number
        taken = found.get(number, (ZERO, ZERO))[0] + part.amount
        items = owed.books.settlements.of_document(number)
        left = sum((owed.remaining(item) for item in items), ZERO) - (taken if entry.settles else ZERO)
        found[number] = taken, left
    return found


def _as_json(owed: Owed, entry: Entry) -> dict[str, object]:
    return {
        "date": entry.day.isoformat(),
        "payee": entry.payee,
        "title": entry.title,
        "currency": entry.currency,
        "documents": [
            {"number": number, "amount": str(amount), "left": str(left), "settled": entry.settles}
            for number, (amount, left) in _documents(owed, entry).items()
        ],
        "notes": [note.text(owed.books.language) for note in entry.notes],
        "text": entry.text,
    }
