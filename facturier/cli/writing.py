"""What all commands that change a ledger share: asking first, and checking the result."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

import click

from facturier.books import Books
from facturier.cli.console import beancount_lines, say, shown_place, violation_line
from facturier.messages import message
from facturier.rules.pack import check_all
from facturier.violations import Place, Severity
from facturier.workspace import LedgerError, Workspace, open_ledger
from facturier.writer import Change, write, write_locked


def confirmed(books: Books, *, to_stderr: bool = False) -> bool:
    """Ask on a terminal; without one, nothing is written unless --yes says so."""
    if not sys.stdin.isatty():
        say(books, message("Add --yes to write without being asked."), err=True)
        return False
    return click.confirm(message("Write this?").text(books.language), err=to_stderr)


def write_checked(workspace: Workspace, changes: Sequence[Change], *, locked: bool = False) -> None:
    """Make changes to a ledger, unless it then has errors that it has not now.

    Args:
        workspace: The ledger as it is.
        changes: What to write.
        locked: Whether the caller holds the ledger's lock, as one must who draws a number.

    Raises:
        WriteRefusedError: Nothing was written; the reason is in it.
    """
    before = Counter(fault for fault, _ in _faults(workspace))

    def new_faults() -> list[str]:
        try:
            after = _faults(open_ledger(workspace.path))
        except LedgerError as error:
            return [f"{shown_place(error.place)}: {error.message.text(workspace.books.language)}"]
        new = Counter(fault for fault, _ in after) - before
        return [line for fault, line in after if fault in new]

    (write_locked if locked else write)(changes, workspace.folder, new_faults)


def _faults(workspace: Workspace) -> list[tuple[tuple[str, Place], str]]:
    """Return what is wrong with a ledger, each as what it is and where, and as a line to print.

    What it is and where tells an old fault from a new one: its words may hold a figure that the change moves.
    """
    found = [
        ((type(error).__name__, Place.of(error.source)), line)
        for error, line in zip(workspace.errors, beancount_lines(workspace.errors), strict=True)
    ]
    for violation in check_all(workspace.books):
        if violation.rule.severity is Severity.ERROR:
            fault = f"{violation.rule.id} {violation.document}", violation.place
            found.append((fault, violation_line(violation, workspace.books.language)))
    return found
