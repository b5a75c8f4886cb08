"""References: whatever a document, payment or event names exists, fits and came before.

Sources: CGI art. 289-I-5 and BOI-TVA-DECLA-30-20-20-20 § 220 to 260 (a credit note refers to
its invoice, specifically and without ambiguity); BR-FR-CO-05 and BR-FR-CO-07.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from beancount.core import data
from beancount.core.amount import Amount

from facturier.assets import no_template, template_folder
from facturier.books import Books
from facturier.directives.spelling import nearest
from facturier.documents import Document, Kind
from facturier.messages import Message, message
from facturier.roles import OWED
from facturier.violations import Place, Rule, Violation

SETTLES = Rule(
    id="REF-SETTLES",
    title=message("A payment settles what exists"),
    wants=message("What settles: names is a document on the books, or one of its instalments, in the same currency."),
    law="C. civ. art. 1342-10",
    example='  Assets:Clients:Martin  -765.00 EUR\n    settles: "F2026-0042"',
    waivable=False,
)
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
    wants=message("What from:, replaces: or an event names is a document, a paper or a client of these books."),
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
RULES = (SETTLES, CORRECTS, NAMED, DUE, TEMPLATE)


def check(books: Books) -> Iterator[Violation]:
    """Check what documents, payments and events name."""
    for document in books.documents:
        if document.kind.is_invoice:
            yield from _check_document(document, books)
    for paper in books.papers:
        yield from _check_named(paper, "from", books)
    yield from _check_settling(books)
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
    of_documents = [one for one in (*books.documents, *books.papers) if "template" in one.values]
    for document in of_documents:
        named.setdefault(document.values["template"], document.place)
    folder = Path(books.filename).parent
    for name, place in named.items():
        if name and template_folder(name, folder) is None:
            yield Violation(TEMPLATE, no_template(name, folder), place)


def _check_document(document: Document, books: Books) -> Iterator[Violation]:
    if document.is_credit_note:
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
            if number in dict(_taken_over(books)):
                continue
            fault = _missing("corrects", number, [one.number for one in books.documents])
        elif invoice.date > document.date:
            fault = message("{number} is dated {day}, after this credit note.", number=number, day=invoice.date)
        elif invoice.client is not None and document.client is not None and invoice.client.id != document.client.id:
            fault = message("{number} belongs to the client {client}.", number=number, client=invoice.client.id)
        if fault is not None:
            yield Violation(CORRECTS, fault, document.place, document.entry, document.number)


def _check_named(document: Document, key: str, books: Books) -> Iterator[Violation]:
    for number in str(document.values.get(key, "")).split():
        if number not in books.by_number:
            found = _missing(key, number, books.by_number)
            yield Violation(NAMED, found, document.place, document.entry, document.number)


class _Settling(NamedTuple):
    """A posting with ``settles:``, its own or its transaction's."""

    names: str
    currency: str
    meta: Mapping[str, Any]
    entry: data.Transaction


def _check_settling(books: Books) -> Iterator[Violation]:
    """Check the names after ``settles:``, read from the postings: open items need not be computed for that."""
    currencies: dict[str, str] = {}
    for document in books.documents:
        for leg in document.instalments:
            currencies[leg.id] = currencies[document.number] = document.currency
    currencies |= dict(_taken_over(books))
    for one in _settling(books):
        for name in one.names.split():
            currency = currencies.get(name)
            if currency is None:
                fault = _missing("settles", name, currencies)
            elif currency != one.currency:
                fault = message(
                    "{number} is in {currency}, and this amount in {other}; write {currency} with @@ and the amount "
                    "in {other}.",
                    number=name,
                    currency=currency,
                    other=one.currency,
                )
            else:
                continue
            yield Violation(SETTLES, fault, Place.of(one.meta), one.entry)


def _settling(books: Books) -> Iterator[_Settling]:
    for document in books.documents:
        for leg in document.instalments:
            if leg.settles:
                yield _Settling(leg.settles, document.currency, leg.meta, document.entry)
    for entry in books.settling:
        whole = entry.meta.get("settles")
        for posting in entry.postings:
            meta = posting.meta or entry.meta
            names = meta.get("settles", whole)
            owed = names is not None and books.roles.of(posting.account).name in OWED
            if owed and isinstance(names, str) and isinstance(posting.units, Amount):
                yield _Settling(names, str(posting.units.currency), meta, entry)


def _taken_over(books: Books) -> Iterator[tuple[str, str]]:
    """Yield the numbers of other programs' documents (``opens:``) with their currencies."""
    for entry in books.settling:
        for posting in entry.postings:
            if posting.meta and "opens" in posting.meta and isinstance(posting.units, Amount):
                yield str(posting.meta["opens"]), str(posting.units.currency)


def _check_events(books: Books) -> Iterator[Violation]:
    opened = dict(_taken_over(books))
    for event in books.events:
        subject = event.arguments[0]
        # What a seal names is checked with the seals.
        if event.directive.name in ("close", "seal") or subject in books.by_number or subject in books.clients:
            continue
        if subject not in opened:
            found = _missing(event.directive.name, subject, [*books.by_number, *books.clients])
            yield Violation(NAMED, found, event.place, event.entry)


def _missing(key: str, number: str, known: Collection[str]) -> Message:
    meant = nearest(number, known)
    if meant is not None:
        return message('{key}: there is no "{number}"; did you mean "{meant}"?', key=key, number=number, meant=meant)
    return message('{key}: there is no "{number}" in these books.', key=key, number=number)
