"""What all commands share: the ledger option, the language, errors as ``file:line: message``."""

from __future__ import annotations

import os
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
from facturier.messages import LANGUAGES, Message
from facturier.violations import Severity, Violation
from facturier.workspace import LedgerError, Workspace, open_ledger

DONE, VIOLATIONS_FOUND, UNUSABLE_INPUT = 0, 1, 2
_DEFAULT_LEDGER = "main.beancount"
_PIPE_WIDTH = 132

Command = Callable[..., Any]


def ledger_option(command: Command) -> Command:
    """Add ``-f/--ledger``, by default ``$BEANCOUNT_FILE``, then ``main.beancount`` in this folder."""
    return click.option(
        "-f",
        "--ledger",
        type=click.Path(path_type=Path),
        envvar="BEANCOUNT_FILE",
        default=_DEFAULT_LEDGER,
        show_default=True,
        help="The ledger's top file; $BEANCOUNT_FILE if set.",
    )(command)


def open_or_exit(ledger: Path) -> Workspace:
    """Open a ledger; where it cannot be opened, say why and exit."""
    try:
        return open_ledger(ledger)
    except LedgerError as error:
        fail(f"{error.place if error.place.line else error.place.filename}: {error.message.text(user_language())}")


def user_language() -> str:
    """Return the language of the terminal: what a user reads before a ledger says its own."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")[:2]
        if value in LANGUAGES:
            return value
        if value in ("C", "C."):
            return "en"
    return DEFAULT


def fail(text: str, code: int = UNUSABLE_INPUT) -> NoReturn:
    """Print a sentence on stderr and exit."""
    click.echo(text, err=True)
    sys.exit(code)


def say(books: Books, found: Message, **style: Any) -> None:
    """Print a sentence in the ledger's language."""
    click.secho(found.text(books.language), **style)


def shown_path(filename: str) -> str:
    """Return a path as short as it can be typed from here."""
    try:
        relative = os.path.relpath(filename)
    except ValueError:
        return filename
    return relative if not relative.startswith("..") else filename


def violation_line(violation: Violation, language: str) -> str:
    """Return a violation as ``file:line: message [ID]``."""
    place = f"{shown_path(violation.place.filename)}:{violation.place.line}"
    mark = "" if violation.rule.severity is Severity.ERROR else "note: "
    return f"{place}: {mark}{violation.message.text(language)} [{violation.rule.id}]"


def beancount_lines(errors: Iterable[Any]) -> list[str]:
    """Return beancount's own errors as ``file:line: message``."""
    lines = []
    for error in errors:
        filename, line = error.source.get("filename", "?"), error.source.get("lineno", 0)
        text = " ".join(str(error.message).strip().splitlines()[:1])
        lines.append(f"{shown_path(str(filename))}:{line}: {text}")
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
