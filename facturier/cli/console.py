"""What all commands share: the ledger option, the language, errors as ``file:line: message``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from beancount.parser import printer
from rich.console import Console

from facturier.books import Books
from facturier.language import DEFAULT
from facturier.messages import LANGUAGES, Message, message
from facturier.revisions import open_ledger_at
from facturier.violations import Place, Severity, Violation
from facturier.workspace import LedgerError, Workspace, open_ledger

DONE, VIOLATIONS_FOUND, UNUSABLE_INPUT = 0, 1, 2
_DEFAULT_LEDGER = "main.beancount"
_PIPE_WIDTH = 132
# Ledgers and bank files may hold sequences that move a terminal's cursor or change its title.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")

Command = Callable[..., Any]


def ledger_option(command: Command) -> Command:
    """Add ``-f/--ledger``, by default ``$BEANCOUNT_FILE``, then ``main.beancount`` in this folder."""
    return click.option(
        "-f",
        "--ledger",
        type=click.Path(readable=False, path_type=Path),
        envvar="BEANCOUNT_FILE",
        default=_DEFAULT_LEDGER,
        show_default=True,
        help="The ledger's top file; $BEANCOUNT_FILE if set.",
    )(command)


def open_or_exit(ledger: Path, revision: str | None = None) -> Workspace:
    """Open a ledger, as it is or as of a revision; where it cannot be, or nothing in it be understood, say why."""
    try:
        workspace = open_ledger(ledger) if revision is None else open_ledger_at(ledger, revision)
    except LedgerError as error:
        fail(f"{shown_place(error.place)}: {error.message.text(user_language())}")
    if workspace.errors and not workspace.entries:
        books = workspace.books
        ours = [violation_line(fault, books.language) for fault in books.faults]
        fail("\n".join([*beancount_lines(workspace.errors), *ours][: 1 if revision else None]))
    return workspace


def revision_option(command: Command) -> Command:
    """Add ``--rev``: read the ledger as it stood at a git revision."""
    return click.option(
        "--rev",
        "revision",
        metavar="REV",
        help="Read the ledger as it stood at a git revision: what was known then. Nothing is checked out.",
    )(command)


def open_for_report(ledger: Path, revision: str | None = None) -> Workspace:
    """Open a ledger; tell beancount's errors, since figures from a ledger that has some may be wrong.

    Of a revision the first one is told: it cannot be mended any more.
    """
    workspace = open_or_exit(ledger, revision)
    if workspace.errors:
        for line in beancount_lines(workspace.errors)[: 1 if revision else None]:
            echo(line, err=True)
        warning = message("The ledger has {count} errors: what follows may be wrong.", count=len(workspace.errors))
        say(workspace.books, warning, err=True)
    return workspace


def user_language() -> str:
    """Return the language of the terminal: what a user reads before a ledger says its own."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value[:2] in LANGUAGES:
            return value[:2]
        if value.partition(".")[0] in ("C", "POSIX"):
            return "en"
    return DEFAULT


def fail(text: str, code: int = UNUSABLE_INPUT) -> NoReturn:
    """Print a sentence on stderr and exit."""
    echo(text, err=True)
    sys.exit(code)


def say(books: Books, found: Message, **style: Any) -> None:
    """Print a sentence in the ledger's language."""
    echo(found.text(books.language), **style)


def echo(text: str, **style: Any) -> None:
    """Print text, control characters made visible: all that commands print passes here or through ``plain``."""
    click.secho(plain(text), **style)


def plain(text: str) -> str:
    """Return text without characters that a terminal obeys instead of showing them.

    >>> plain("a\\x1b[31mb")
    'a�[31mb'
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def shown_path(filename: str) -> str:
    """Return a path as short as it can be typed from here."""
    try:
        relative = os.path.relpath(filename)
    except (ValueError, OSError):
        return filename
    return relative if not relative.startswith("..") else os.path.normpath(filename)


def shown_place(place: Place) -> str:
    """Return a place as ``file:line``; the file alone where no line is meant."""
    shown = shown_path(place.filename)
    return f"{shown}:{place.line}" if place.line else shown


def violation_line(violation: Violation, language: str) -> str:
    """Return a violation as ``file:line: message [ID]``."""
    mark = "" if violation.rule.severity is Severity.ERROR else "note: "
    return f"{shown_place(violation.place)}: {mark}{violation.message.text(language)} [{violation.rule.id}]"


def beancount_lines(errors: Iterable[Any]) -> list[str]:
    """Return beancount's own errors as ``file:line: message``."""
    lines = []
    for error in errors:
        place = Place(str(error.source.get("filename", "?")), int(error.source.get("lineno") or 0))
        text = " ".join(str(error.message).strip().splitlines()[:1])
        lines.append(f"{shown_place(place)}: {text}")
    return lines


def entry_text(entry: Any) -> str:
    """Return a directive as it is typed."""
    text: str = printer.format_entry(entry)
    return text


def plain_console() -> Console:
    """Return the console for tables and progress bars, on stdout."""
    console = Console(highlight=False)
    # A pipe has no width of its own; rich would squeeze tables into 80 columns.
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def today() -> date:
    """Return the day it is here: the one place where commands look at the clock."""
    return datetime.now().astimezone().date()
