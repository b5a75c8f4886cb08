"""What the page shows for one request: which view, as of which day, the table, what to say above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fava.core import FilteredLedger
from fava.helpers import FavaAPIError

from facturier.books import Books
from facturier.messages import Message, message
from facturier.receivables import OpenAmount

from .aged_table import AgedTable, aged_table
from .document_table import ROWS_SHOWN, DocumentTable, document_table
from .filters import fava_filter
from .money_text import money_text
from .snapshot import LOG, Snapshot, failure_message
from .wording import KINDS, STATES, due_text, words

DOCUMENTS = "documents"
AGED = "aged"
VIEWS = (DOCUMENTS, AGED)
# Fava's own parameters, which a form of ours must carry along.
CARRIED = ("time", "account", "filter", "conversion", "interval")


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the table.

    Attributes:
        text: The sentence.
        is_error: Whether something is wrong, not merely worth knowing.
        to_errors: Whether to link to Fava's own page of errors.
    """

    text: str
    is_error: bool = False
    to_errors: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the extension's page.

    Attributes:
        language: "fr" or "en".
        view: One of VIEWS.
        as_of: The day shown.
        chosen: Whether the reader chose that day.
        locale: Fava's ``locale`` option.
        currency: The currency that amounts are in where they do not say so.
        carried: Fava's filters in the page's address.
        notices: What to say above the table.
        is_empty: Whether the ledger holds nothing of ours yet.
        documents: The table of documents, for that view.
        aged: The aged balance, for that view.
        all_rows: Whether the reader asked for every row.
    """

    language: str
    view: str
    as_of: date
    chosen: bool = False
    locale: str | None = None
    currency: str = ""
    carried: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()
    is_empty: bool = False
    documents: DocumentTable | None = None
    aged: AgedTable | None = None
    all_rows: bool = False

    @property
    def say(self) -> Mapping[str, str]:
        """The words of the page."""
        return words(self.language)

    def money(self, number: Decimal, currency: str) -> str:
        """Print an amount; with its currency where that is not the page's."""
        text = money_text(number, currency, self.locale)
        return text if currency == self.currency else f"{text} {currency}"

    def kind(self, kind: object) -> str:
        """Return the name of a kind of document."""
        return next((name.text(self.language) for known, name in KINDS.items() if known is kind), "")

    def state(self, state: str) -> str:
        """Return the name of a state."""
        return STATES[state].text(self.language)

    def due(self, one: OpenAmount) -> str:
        """Return when an amount is due and how late it is."""
        return due_text(one.item.due, one.days_late).text(self.language)


def make_page(
    snapshot: Snapshot, arguments: Mapping[str, str], filtered: FilteredLedger, locale: str | None, today: date
) -> Page:
    """Answer a request for the page; a failure becomes a notice on it.

    Args:
        snapshot: The last load of the ledger.
        arguments: The query of the page's address: ``view``, ``as_of``, ``order``, ``rows``, and Fava's filters.
        filtered: What Fava made of its filters.
        locale: Fava's ``locale`` option.
        today: Today's date.
    """
    view = arguments.get("view", DOCUMENTS)
    view = view if view in VIEWS else DOCUMENTS
    chosen, fault = _chosen_day(arguments.get("as_of", ""))
    page = Page(
        snapshot.language,
        view,
        chosen or _usual_day(view, filtered, today),
        chosen is not None,
        locale,
        carried=tuple((name, arguments[name]) for name in CARRIED if arguments.get(name)),
        all_rows=arguments.get("rows") == "all",
    )
    notices = [*_notices(snapshot)]
    if fault is not None:
        notices.append(Notice(fault.text(page.language), is_error=True))
    page = replace(page, notices=tuple(notices))
    if snapshot.books is None:
        return page
    try:
        return _with_table(page, snapshot.books, arguments, filtered)
    # The table of one strange document must not take the page down: the reader would not know why.
    except Exception as error:
        LOG.exception("The page could not be made.")
        failure = Notice(failure_message(error).text(page.language), is_error=True)
        return replace(page, notices=(*page.notices, failure))


def broken_filter_page(snapshot: Snapshot, error: FavaAPIError, today: date) -> Page:
    """Return the page that says that one of Fava's filters cannot be read."""
    found = message("Fava cannot read the filter: {fault}", fault=error.message)
    return Page(snapshot.language, DOCUMENTS, today, notices=(Notice(found.text(snapshot.language), is_error=True),))


def _with_table(page: Page, books: Books, arguments: Mapping[str, str], filtered: FilteredLedger) -> Page:
    if not (books.documents or books.papers or books.items):
        return replace(page, is_empty=True)
    page = replace(page, currency=books.currency)
    if page.view == AGED:
        return replace(page, aged=aged_table(books, page.as_of, arguments.get("order", "")))
    passes = fava_filter(arguments.get("account", ""), arguments.get("filter", ""), filtered.date_range)
    limit = None if page.all_rows else ROWS_SHOWN
    return replace(page, documents=document_table(books, page.as_of, passes, limit))


def _notices(snapshot: Snapshot) -> list[Notice]:
    found: list[tuple[Message, bool]] = []
    if snapshot.failure is not None:
        found.append((snapshot.failure, False))
    if not snapshot.pack_ran:
        text = message(
            "The plugin did not run on this ledger, so nothing was checked and drafts and quotes are on the books: "
            'make plugin "facturier.plugins" the first plugin line of the top file.'
        )
        found.append((text, False))
    if snapshot.violations == 1:
        found.append((message("facturier found 1 error in the ledger."), True))
    elif snapshot.violations:
        found.append((message("facturier found {count} errors in the ledger.", count=snapshot.violations), True))
    return [Notice(text.text(snapshot.language), True, to_errors) for text, to_errors in found]


def _chosen_day(text: str) -> tuple[date | None, Message | None]:
    if not text:
        return None, None
    try:
        return date.fromisoformat(text), None
    except ValueError:
        found = message("“{text}” is no date; write it as in 2026-12-31.", text=text)
        return None, found


def _usual_day(view: str, filtered: FilteredLedger, today: date) -> date:
    """Return the day to show when the reader chose none.

    The aged balance of a past period is that of its end. Documents show what is open today,
    whichever of them Fava's time filter lets through.
    """
    end = filtered.end_date
    return min(end, today) if view == AGED and end is not None else today
