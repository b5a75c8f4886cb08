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
from facturier.messages import Message, message
from facturier.violations import Place

_PACK = "facturier.plugins"


class LedgerError(Exception):
    """The ledger cannot be opened at all."""

    def __init__(self, place: Place, found: Message) -> None:
        super().__init__(str(found))
        self.place = place
        self.message = found


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
    def folder(self) -> Path:
        """The folder relative names in the ledger start from."""
        return self.path.parent


def open_ledger(path: Path) -> Workspace:
    """Load a ledger and read its books.

    Raises:
        LedgerError: The file is missing, unreadable, empty or not UTF-8.
    """
    path = path.absolute()
    _refuse_unusable(path)
    loader.initialize(use_cache=False)
    entries, errors, options = loader.load_file(str(path))
    books = read_books(entries, options)
    others = tuple(error for error in errors if not isinstance(error, ERROR_CLASSES))
    named = [name for name, _ in options.get("plugin", ())]
    entries = [entry for entry in entries if not is_paper(entry)]
    return Workspace(path, books, entries, options, others, any(name.startswith(_PACK) for name in named))


def _refuse_unusable(path: Path) -> None:
    place = Place(str(path), 0)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise LedgerError(
            place, message("There is no ledger here; name one with -f, or make the demo with: facturier demo.")
        ) from None
    except IsADirectoryError:
        raise LedgerError(place, message("This is a folder; name the ledger file in it.")) from None
    except OSError as failure:
        raise LedgerError(
            place, message("The ledger cannot be read: {reason}.", reason=failure.strerror or str(failure))
        ) from failure
    if not text.strip():
        raise LedgerError(place, message("The ledger is empty."))
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = text.count(b"\n", 0, failure.start) + 1
        raise LedgerError(
            Place(str(path), line), message("The ledger is not UTF-8 text; save it as UTF-8 in your editor.")
        ) from failure
