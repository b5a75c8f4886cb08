"""What a load of the ledger gave: the books, or why they cannot be read. Made once per load."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from beancount.core import data

from facturier.beancount_errors import ERROR_CLASSES
from facturier.books import PAPERS_OPTION, Books, read_books
from facturier.language import ledger_language
from facturier.messages import Message, message

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One load of a ledger, as the pages need it.

    Attributes:
        books: What the ledger says, or None when it could not be read.
        failure: Why it could not be read, or None.
        language: "fr" or "en".
        pack_ran: Whether our plugin checked this load and took the papers off the books.
        violations: Errors that our plugin reported.
    """

    books: Books | None
    failure: Message | None
    language: str
    pack_ran: bool
    violations: int


def take_snapshot(
    entries: Iterable[data.Directive], options: Mapping[str, Any], errors: Iterable[object], fava_language: str | None
) -> Snapshot:
    """Read a ledger that Fava has loaded; nothing is raised.

    Args:
        entries: All of its entries.
        options: beancount's option map.
        errors: What loading found.
        fava_language: Fava's ``language`` option, used when the books cannot be read.
    """
    books: Books | None = None
    failure: Message | None = None
    try:
        books = read_books(entries, options)
    # Fava runs this while it loads: an exception here would take all of its pages down.
    except Exception as error:
        LOG.exception("The books could not be read.")
        failure = failure_message(error)
    language = books.language if books else ledger_language([("language", fava_language or "")], None)
    violations = sum(isinstance(error, ERROR_CLASSES) for error in errors)
    return Snapshot(books, failure, language, PAPERS_OPTION in options, violations)


def failure_message(error: Exception) -> Message:
    """Return the sentence for a failure of ours that no ledger should cause."""
    return message(
        "facturier failed here ({failure}); the log of Fava says where. Please report it with the lines that cause it.",
        failure=f"{type(error).__name__}: {error}" if str(error) else type(error).__name__,
    )
