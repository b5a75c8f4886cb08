"""What payments and documents settle: it exists, is the same client's, in the same currency, and came before.

Who pays is another question: a firm may pay the invoice of its subsidiary. The amount then still
stands on the account of the client who owed it, and ``payer:`` names who paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from beancount.core import data
from beancount.core.amount import Amount

from facturier.books import Books
from facturier.directives.spelling import not_there
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.roles import OWED
from facturier.violations import Place, Rule, Severity, Violation

SETTLES = Rule(
    id="REF-SETTLES",
    title=message("A payment settles what exists"),
    wants=message(
        "What settles: names is a document on the books, or one of its instalments, of the same client and in the "
        "same currency; a document settles none that is dated after it."
    ),
    law="C. civ. art. 1342-10",
    example='  Assets:Clients:Martin  -765.00 EUR\n    settles: "F2026-0042"',
    waivable=False,
)
ADVANCE = Rule(
    id="REF-SETTLES-EARLY",
    title=message("An advance has its own invoice"),
    wants=message(
        "A payment is not dated before the invoice it settles: what is paid before the sale is an advance, invoiced "
        "when it is received."
    ),
    law="CGI art. 289-I-1-c",
    example='  kind: "deposit"',
    severity=Severity.NOTICE,
)
RULES = (SETTLES, ADVANCE)


class _Named(NamedTuple):
    """What may be settled, by its number: its currency, its client ("" if not known) and its date."""

    currency: str
    client: str
    issued: date


class _Settling(NamedTuple):
    """A posting with ``settles:``, its own or its transaction's.

    Attributes:
        names: The numbers after ``settles:``.
        currency: Of the posting.
        client: Whose account it is on, or "" if that cannot be told.
        meta: Where it is written.
        entry: Its transaction.
        of_document: Whether it is the leg of a document.
    """

    names: str
    currency: str
    client: str
    meta: Mapping[str, Any]
    entry: data.Transaction
    of_document: bool


def check(books: Books) -> Iterator[Violation]:
    """Check the names after ``settles:``, read from the postings: open items need not be computed for that."""
    documents: dict[str, Document] = {}
    for document in books.documents:
        for leg in document.instalments:
            documents[leg.id] = documents[document.number] = document
    others = dict(taken_over(books))
    for one in _settling(books):
        for name in one.names.split():
            document_named = documents.get(name)
            named = others.get(name) if document_named is None else _named(document_named)
            if named is None:
                yield _violation(SETTLES, not_there("settles", name, [*documents, *others]), one)
            elif named.currency != one.currency:
                yield _violation(SETTLES, _other_currency(name, named, one), one)
            elif one.client and named.client and one.client != named.client:
                yield _violation(SETTLES, _other_client(name, named, one), one)
            elif one.entry.date < named.issued:
                yield _early(name, named, one)


def _named(document: Document) -> _Named:
    return _Named(document.currency, document.client.id if document.client else "", document.date)


def taken_over(books: Books) -> Iterator[tuple[str, _Named]]:
    """Yield the numbers of other programs' documents (``opens:``)."""
    for entry in books.settling:
        for posting in entry.postings:
            meta = posting.meta
            if meta and "opens" in meta and isinstance(posting.units, Amount):
                client = _client(meta, entry, posting.account, books)
                issued = meta.get("issued")
                day = issued if isinstance(issued, date) else entry.date
                yield str(meta["opens"]), _Named(str(posting.units.currency), client, day)


def _settling(books: Books) -> Iterator[_Settling]:
    for document in books.documents:
        for leg in document.instalments:
            if leg.settles:
                client = document.client.id if document.client else ""
                yield _Settling(leg.settles, document.currency, client, leg.meta, document.entry, True)
    for entry in books.settling:
        whole = entry.meta.get("settles")
        for posting in entry.postings:
            meta = posting.meta or entry.meta
            names = meta.get("settles", whole)
            owed = names is not None and books.roles.of(posting.account).name in OWED
            if owed and isinstance(names, str) and isinstance(posting.units, Amount):
                client = _client(meta, entry, posting.account, books)
                yield _Settling(names, str(posting.units.currency), client, meta, entry, False)


def _client(meta: Mapping[str, Any], entry: data.Transaction, account: str, books: Books) -> str:
    """Return whose account a posting is on: as it says, or the only client of the account."""
    return str(meta.get("client") or books.client_accounts.get(account) or entry.meta.get("client") or "")


def _other_currency(number: str, named: _Named, one: _Settling) -> Message:
    return message(
        "{number} is in {currency}, and this amount in {other}; write {currency} with @@ and the amount in {other}.",
        number=number,
        currency=named.currency,
        other=one.currency,
    )


def _other_client(number: str, named: _Named, one: _Settling) -> Message:
    if one.of_document:
        return message(
            "{number} belongs to the client {client}, this document to {other}: it cannot settle it.",
            number=number,
            client=named.client,
            other=one.client,
        )
    return message(
        "{number} belongs to the client {client}, and this amount is on the account of {other}; write the account of "
        '{client} (or client: "{client}" below the posting), and payer: "{other}" on the transaction if {other} paid.',
        number=number,
        client=named.client,
        other=one.client,
    )


def _early(number: str, named: _Named, one: _Settling) -> Violation:
    if one.of_document:
        found = message("{number} is dated {day}, after this document.", number=number, day=named.issued)
        return _violation(SETTLES, found, one)
    found = message(
        "{number} is dated {day}, after this payment: what is paid before the sale is an advance, with an invoice of "
        'its own (kind: "deposit").',
        number=number,
        day=named.issued,
    )
    return _violation(ADVANCE, found, one)


def _violation(rule: Rule, found: Message, one: _Settling) -> Violation:
    return Violation(rule, found, Place.of(one.meta), one.entry)
