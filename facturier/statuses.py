"""The status of a document as of a day: computed from what settled it, never stored."""

from __future__ import annotations

from collections.abc import Container
from enum import Enum

from facturier.documents import Document
from facturier.money import ZERO
from facturier.open_items import Nature, OpenItems


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
    if document.number in disputed or (document.client is not None and document.client.id in disputed):
        return Status.DISPUTED
    if any(item.due is not None and item.due < found.day for item in left):
        return Status.OVERDUE
    # Paid on the spot counts: it never was an item.
    untouched = all(found.remaining[item.id] == item.amount for item in items) and not document.paid
    return Status.ISSUED if untouched else Status.PARTLY_PAID


def _closed(document: Document, found: OpenItems) -> Status:
    natures = found.by_nature(document.number)
    if Nature.BAD_DEBT in natures:
        return Status.WRITTEN_OFF
    only_documents = set(natures) == {Nature.DOCUMENT} and document.paid == ZERO
    return Status.CREDITED if only_documents else Status.PAID
