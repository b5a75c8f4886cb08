"""References: whatever a document, payment or event names exists, fits and came before.

Sources: CGI art. 289-I-5 and BOI-TVA-DECLA-30-20-20-20 § 220 to 260 (a credit note refers to
its invoice, specifically and without ambiguity); BR-FR-CO-05 and BR-FR-CO-07.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facturier.assets import no_template, template_folder
from facturier.books import Books
from facturier.directives.spelling import not_there
from facturier.documents import Document, Kind
from facturier.messages import Message, message
from facturier.rules import settling
from facturier.violations import Rule, Violation

CORRECTS = Rule(
    id="FR-CREDIT-REFERENCE",
    title=message("A credit note names its invoice"),
    wants=message("A credit note says with corrects: which invoice of the same client it reduces, issued before it."),
    law="CGI art. 289-I-5; BOI-TVA-DECLA-30-20-20-20 § 220-260; BR-FR-CO-05",
    example='  credit-note: "A2026-0012"\n  corrects: "F2026-0042"',
)
NAMED = Rule(
    id="REF-DOCUMENT",
    title=message("A document that is named exists"),
    wants=message(
        "What from:, replaces:, series: or an event names is a document, a paper, a series or a client of these books."
    ),
    law="",
    example='  from: "D2026-0017"',
    waivable=False,
)
DUE = Rule(
    id="FR-DUE-DATE",
    title=message("Due on or after the invoice's date"),
    wants=message("An amount is not due before its document is issued."),
    law="C. com. art. L441-10; BR-FR-CO-07",
    example="  due: 2026-12-31",
)
FITS = Rule(
    id="REF-FITS",
    title=message("A document that is named fits"),
    wants=message(
        "What from: and replaces: name is of the same client and currency as the document, and not dated after it."
    ),
    law="",
    example='  replaces: "F2026-0042"',
)
TEMPLATE = Rule(
    id="REF-TEMPLATE",
    title=message("A template that is named exists"),
    wants=message(
        "What template: or a theme names is a template of facturier, or a folder of templates/ beside the ledger."
    ),
    law="",
    example='  template: "studio"',
    waivable=False,
)
RULES = (*settling.RULES, CORRECTS, NAMED, FITS, DUE, TEMPLATE)

# The keys with which an invoice or a credit note names another document; it has none of them, or all are looked at.
_NAMING = frozenset({"credit-note", "corrects", "from", "replaces"})


def check(books: Books) -> Iterator[Violation]:
    """Check what documents, payments and events name."""
    for document in books.documents:
        if document.kind.is_invoice and not (_NAMING.isdisjoint(document.further_keys) and _is_due_later(document)):
            yield from _check_document(document, books)
    for paper in books.papers:
        yield from _check_named(paper, "from", books)
    yield from _check_series(books)
    yield from settling.check(books)
    yield from _check_events(books)
    yield from _check_templates(books)


def _check_templates(books: Books) -> Iterator[Violation]:
    """Check each name of a template where it is first written."""
    named = dict(books.appearance.themed)
    for seller in books.sellers:
        for day, place in books.stated.get(("seller", seller), ()):
            stated = books.sellers.at(seller, day)
            if stated is not None and stated.template:
                named.setdefault(stated.template, place)
    of_documents = [one for one in (*books.documents, *books.papers) if "template" in one.further_keys]
    for document in of_documents:
        named.setdefault(document.values["template"], document.place)
    folder = Path(books.filename).parent
    for name, place in named.items():
        if name and template_folder(name, folder) is None:
            yield Violation(TEMPLATE, no_template(name, folder), place)


def _is_due_later(document: Document) -> bool:
    """Tell whether no leg is due before the document's date."""
    day = document.date
    for leg in document.instalments:
        due = leg.due
        if due is not None and due < day:
            return False
    return True


def _check_document(document: Document, books: Books) -> Iterator[Violation]:
    if document.is_credit_note or "corrects" in document.values:
        yield from _check_corrects(document, books)
    if "from" in document.values:
        yield from _check_named(document, "from", books)
    if "replaces" in document.values:
        yield from _check_named(document, "replaces", books)
    if document.kind is Kind.DEPOSIT or document.paid:
        return  # due as soon as asked for, or paid already
    for leg in document.instalments:
        if leg.due is not None and leg.due < document.date:
            found = message(
                "It is due on {due}, before its date {day}; write a due date on or after it.",
                due=leg.due,
                day=document.date,
            )
            yield Violation(DUE, found, document.place, document.entry, document.number)


def _check_corrects(document: Document, books: Books) -> Iterator[Violation]:
    numbers = str(document.values.get("corrects", "")).split()
    if not numbers:
        found = message('A credit note names its invoice: add corrects: "…" with its number.')
        yield Violation(CORRECTS, found, document.place, document.entry, document.number)
    for number in numbers:
        invoice = books.document(number)
        fault: Message | None = None
        if invoice is None or not invoice.kind.is_invoice:
            if number in books.settlements.taken_over:
                continue
            fault = not_there("corrects", number, [one.number for one in books.documents])
        elif invoice.date > document.date:
            fault = message("{number} is dated {day}, after this credit note.", number=number, day=invoice.date)
        elif invoice.client is not None and document.client is not None and invoice.client.id != document.client.id:
            fault = message("{number} belongs to the client {client}.", number=number, client=invoice.client.id)
        elif invoice.currency != document.currency:
            fault = _other_currency(number, invoice, document)
        if fault is not None:
            yield Violation(CORRECTS, fault, document.place, document.entry, document.number)


def _check_series(books: Books) -> Iterator[Violation]:
    """Check the series that documents and clients name."""
    known = [series.id for series in books.series]
    for document in (*books.documents, *books.papers):
        if "series" not in document.further_keys:
            continue
        named = document.values["series"]
        if named not in known:
            found = not_there("series", named, known)
            yield Violation(NAMED, found, document.place, document.entry, document.number)
    for client_id in books.clients:
        client = books.clients.latest(client_id)
        if client is not None and client.series and client.series not in known:
            found = not_there("series", client.series, known)
            yield Violation(NAMED, found, books.stated["client", client_id][-1][1])


def _check_named(document: Document, key: str, books: Books) -> Iterator[Violation]:
    for number in str(document.values.get(key, "")).split():
        named = books.document(number)
        if named is None:
            if key != "replaces" or number not in books.settlements.taken_over:
                found = not_there(key, number, books.by_number)
                yield Violation(NAMED, found, document.place, document.entry, document.number)
            continue
        fault = _misfit(key, named, document)
        if fault is not None:
            yield Violation(FITS, fault, document.place, document.entry, document.number)


def _misfit(key: str, named: Document, document: Document) -> Message | None:
    """Say why a document cannot come from another, or replace it."""
    if named.client is not None and document.client is not None and named.client.id != document.client.id:
        return message(
            "{key}: {number} belongs to the client {other}, not {client}.",
            key=key,
            number=named.number,
            other=named.client.id,
            client=document.client.id,
        )
    if named.currency != document.currency:
        return _other_currency(named.number, named, document)
    if named.date > document.date:
        return message(
            "{key}: {number} is dated {day}, after this document.", key=key, number=named.number, day=named.date
        )
    return None


def _other_currency(number: str, named: Document, document: Document) -> Message:
    return message(
        "{number} is in {currency}, this document in {other}.",
        number=number,
        currency=named.currency,
        other=document.currency,
    )


def _check_events(books: Books) -> Iterator[Violation]:
    for event in books.events:
        subject = event.arguments[0]
        if event.directive.name == "close" or subject in books.by_number or subject in books.clients:
            continue
        if subject not in books.settlements.taken_over:
            found = not_there(event.directive.name, subject, [*books.by_number, *books.clients])
            yield Violation(NAMED, found, event.place, event.entry)
