"""The table of documents: what each says, what is left of it, where to look at it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beancount.core import data

from facturier.books import Books
from facturier.disputes import open_disputes
from facturier.documents import Document, Kind
from facturier.money import ZERO
from facturier.open_items import OpenItems
from facturier.statuses import Status, status_of

# A page with more rows is slow to read and to send; the newest are shown, the rest on demand.
ROWS_SHOWN = 500
_AMOUNTS = ("net", "vat", "total", "balance")

Filter = Callable[[Sequence[data.Transaction]], Iterable[data.Transaction]]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document.

    Attributes:
        document: What the row is about.
        client: The client's name on the document's date, or the payee.
        net: Net amount that the document adds, deposits deducted; negative on a credit note.
        vat: The same for VAT.
        total: The same with VAT.
        deducted: Deposits deducted, with VAT.
        balance: What remains to be paid on the day asked for; None for papers and upcoming documents.
        state: A key of ``wording.STATES``, or "" where the ledger does not tell.
        due: When it is due, None for a credit note; the last day of a quote or an agreement.
    """

    document: Document
    client: str
    net: Decimal
    vat: Decimal
    total: Decimal
    deducted: Decimal
    balance: Decimal | None
    state: str
    due: date | None

    @property
    def linked(self) -> bool:
        """Whether the journal finds the document, and what settles it, by its link."""
        return self.document.number in (self.document.entry.links or ())


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """The documents that pass Fava's filters, newest first.

    Attributes:
        rows: Documents on the books, at most as many as asked for.
        count: How many there are in all.
        totals: Sums of all of them by currency: net, vat, total, balance.
        papers: Documents off the books.
    """

    rows: tuple[DocumentRow, ...]
    count: int
    totals: Mapping[str, Mapping[str, Decimal]]
    papers: tuple[DocumentRow, ...]


def document_table(books: Books, as_of: date, passes: Filter, limit: int | None = ROWS_SHOWN) -> DocumentTable:
    """List the documents.

    What is open is computed from all entries; only the documents shown are filtered, since a
    payment dated outside Fava's time filter still counts.

    Args:
        books: The books.
        as_of: The day whose balances and states are shown.
        passes: Fava's filters.
        limit: How many documents to show, or None for all.
    """
    found = books.open_items(as_of)
    disputed = open_disputes(books.events, as_of)
    rows = [_row(document, found, disputed) for document in _passing(books.documents, passes)]
    papers = [_paper_row(paper, books, as_of) for paper in _passing(books.papers, passes)]
    return DocumentTable(tuple(_newest(rows)[:limit]), len(rows), _totals(rows), tuple(_newest(papers)))


def _passing(documents: Sequence[Document], passes: Filter) -> list[Document]:
    kept = {id(entry) for entry in passes([document.entry for document in documents])}
    return [document for document in documents if id(document.entry) in kept]


def _newest(rows: list[DocumentRow]) -> list[DocumentRow]:
    return sorted(rows, key=lambda row: (row.document.date, row.document.number), reverse=True)


def _row(document: Document, found: OpenItems, disputed: Container[str]) -> DocumentRow:
    status = status_of(document, found, disputed)
    # A style sheet's class has no blank.
    state = status.value.replace(" ", "-")
    balance = None if status is Status.UPCOMING else found.balance(document.number)
    due = None if document.is_credit_note and balance is not None else document.due
    return _with_amounts(document, balance, state, due)


def _paper_row(paper: Document, books: Books, as_of: date) -> DocumentRow:
    until: date | None = paper.values.get("until" if paper.kind is Kind.AGREEMENT else "valid-until")
    match paper.kind:
        case Kind.DRAFT:
            state = "draft"
        case Kind.AGREEMENT:
            state = "ended" if until is not None and until < as_of else "running"
        case _:
            state = _answered(paper, books, as_of)
    if not state and paper.kind is Kind.QUOTE:
        state = "expired" if until is not None and until < as_of else "pending"
    return _with_amounts(paper, None, state, until)


def _answered(paper: Document, books: Books, as_of: date) -> str:
    """Return what became of a paper: an invoice drawn from it, or the client's last answer; "" for neither."""
    if not paper.number:
        return ""
    if any(document.values.get("from") == paper.number for document in books.documents if document.date <= as_of):
        return "invoiced"
    answers = [
        event
        for event in books.events
        if event.directive.name in ("accepted", "refused")
        and event.arguments[0] == paper.number
        and event.date <= as_of
    ]
    return max(answers, key=lambda event: event.date).directive.name if answers else ""


def _with_amounts(document: Document, balance: Decimal | None, state: str, due: date | None) -> DocumentRow:
    totals = document.totals()
    sign = -1 if document.is_credit_note else 1
    net = sum((part.net for part in document.deductions), ZERO)
    vat = sum((part.vat for part in document.deductions), ZERO)
    return DocumentRow(
        document,
        document.client.name if document.client else document.entry.payee or "",
        sign * (totals.net - net),
        sign * (totals.vat - vat),
        sign * (totals.gross - net - vat),
        net + vat,
        balance,
        state,
        due,
    )


def _totals(rows: Iterable[DocumentRow]) -> Mapping[str, Mapping[str, Decimal]]:
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        by_name = sums.setdefault(row.document.currency, dict.fromkeys(_AMOUNTS, ZERO))
        for name in _AMOUNTS:
            by_name[name] += getattr(row, name) or ZERO
    return sums
