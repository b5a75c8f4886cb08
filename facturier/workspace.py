"""Opening a ledger from the disk: the edge between files and the pure core.

Our commands load without beancount's cache: it does not see a change of plugin code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core import data

from facturier.beancount_errors import ERROR_CLASSES
from facturier.books import Books, is_paper, read_books
from facturier.ledger_files import LedgerError, check_files
from facturier.messages import message
from facturier.violations import Place

__all__ = ["LedgerError", "Workspace", "open_ledger"]

_PACK = "facturier.plugins"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A ledger that was opened.

    Attributes:
        path: The top file.
        books: What it says.
        entries: beancount's entries, papers taken off.
        options: beancount's option map.
        errors: beancount's own errors, and other plugins'; ours are found by the rules.
        has_pack: Whether the ledger names our plugin.
    """

    path: Path
    books: Books
    entries: list[data.Directive]
    options: Mapping[str, Any]
    errors: tuple[Any, ...]
    has_pack: bool

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the ledger, by name."""
        return tuple(Path(name) for name in self.options["include"])

    @property
    def folder(self) -> Path:
        """The folder relative names in the ledger start from."""
        return self.path.parent


def open_ledger(path: Path) -> Workspace:
    """Load a ledger and read its books.

    Raises:
        LedgerError: A file of it is missing, unreadable, not UTF-8, or more than beancount survives.
    """
    path = path.absolute()
    entries, errors, options = load_entries(path)
    books = read_books(entries, options)
    others = tuple(error for error in errors if not isinstance(error, ERROR_CLASSES))
    entries = [entry for entry in entries if not is_paper(entry)]
    return Workspace(path, books, entries, options, others, has_pack(options))


def has_pack(options: Mapping[str, Any]) -> bool:
    """Tell whether a ledger names our plugin."""
    return any(name.startswith(_PACK) for name, _ in options.get("plugin", ()))


def load_entries(path: Path) -> tuple[list[data.Directive], list[Any], Mapping[str, Any]]:
    """Load a ledger through beancount: its entries, errors and option map.

    Raises:
        LedgerError: As ``open_ledger``.
    """
    check_files(path)
    loader.initialize(use_cache=False)
    try:
        return loader.load_file(str(path))
    # What beancount lets escape: a file taken away meanwhile, sums and nestings beyond its limits.
    except (OSError, ArithmeticError, MemoryError, RecursionError) as failure:
        found = message("beancount cannot load this ledger: {failure}.", failure=f"{type(failure).__name__}: {failure}")
        raise LedgerError(Place(str(path), 0), found) from failure
