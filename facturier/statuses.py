"""The status of a document as of a day: computed from what settled it, never stored."""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import Enum

from facturier.documents import Document
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.open_items import Item, Nature, OpenItems


class Status(Enum):
    """What has become of a document; the value is the word of reports.

    Attributes:
        DRAFT: Off the books.
        UPCOMING: Dated after the day asked for.
        ISSUED: Nothing was paid, nothing is due yet.
        PARTLY_PAID: A part is settled, the rest is not due yet.
        OVERDUE: Something is past its due date.
        DISPUTED: Something is left, and the client contests it.
        PAID: Nothing is left, and money came (with a discount, a credit note for a part, or alone).
        CREDITED: Nothing is left, and no money came: a credit note cleared it. Of a credit note: it was used.
        WRITTEN_OFF: Nothing is left, and a part was lost.
        CREDIT: A credit note of which something is left to use or to pay back.
    """

    DRAFT = "draft"
    UPCOMING = "upcoming"
    ISSUED = "issued"
    PARTLY_PAID = "partly paid"
    OVERDUE = "overdue"
    DISPUTED = "disputed"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written off"
    CREDIT = "credit"


WORDS: Mapping[Status, Message] = {
    Status.DRAFT: message("to issue"),
    Status.UPCOMING: message("upcoming"),
    Status.ISSUED: message("issued"),
    Status.PARTLY_PAID: message("partly paid"),
    Status.OVERDUE: message("overdue"),
    Status.DISPUTED: message("disputed"),
    Status.PAID: message("paid"),
    Status.CREDITED: message("credited"),
    Status.WRITTEN_OFF: message("written off"),
    Status.CREDIT: message("credit to use"),
}


def status_of_open(item: Item, found: OpenItems, disputed: Container[str] = ()) -> Status:
    """Return the status of an item of which something is left at the end of a day.

    Args:
        item: The item, one instalment of a document or all of it.
        found: What is open on that day.
        disputed: Numbers and clients with an open dispute (``disputes.open_disputes``).
    """
    if item.amount < 0:
        return Status.CREDIT
    if item.number in disputed or item.client in disputed:
        return Status.DISPUTED
    if item.due is not None and item.due < found.day:
        return Status.OVERDUE
    return Status.ISSUED if found.remaining[item.id] == item.amount else Status.PARTLY_PAID


def status_of(document: Document, found: OpenItems, disputed: Container[str] = ()) -> Status:
    """Return the status of a document at the end of a day.

    Args:
        document: On the books, or a paper.
        found: What is open on that day.
        disputed: Numbers and clients with an open dispute (``disputes.open_disputes``).
    """
    if not document.kind.on_books:
        return Status.DRAFT
    if document.date > found.day:
        return Status.UPCOMING
    items = [item for item in found.of_document(document.number) if item.entry is document.entry]
    left = [item for item in items if found.remaining[item.id]]
    if not left:
        return _closed(document, found)
    if document.is_credit_note:
        return Status.CREDIT
    statuses = {status_of_open(item, found, disputed) for item in left}
    for worst in (Status.DISPUTED, Status.OVERDUE):
        if worst in statuses:
            return worst
    # Paid on the spot counts: it never was an item.
    untouched = all(found.remaining[item.id] == item.amount for item in items) and not document.paid
    return Status.ISSUED if untouched else Status.PARTLY_PAID


def _closed(document: Document, found: OpenItems) -> Status:
    natures = found.by_nature(document.number)
    if Nature.BAD_DEBT in natures:
        return Status.WRITTEN_OFF
    only_documents = set(natures) == {Nature.DOCUMENT} and document.paid == ZERO
    return Status.CREDITED if only_documents else Status.PAID
