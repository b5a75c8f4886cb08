"""What payments and documents settle: it exists, is the same client's, in the same currency, and came before.

Who pays is another question: a firm may pay the invoice of its subsidiary. The amount then still
stands on the account of the client who owed it, and ``payer:`` names who paid.
"""

from __future__ import annotations

from collections.abc import Iterator

from facturier.books import Books
from facturier.directives.spelling import not_there
from facturier.messages import Message, message
from facturier.open_items import Item, Movement
from facturier.violations import Rule, Severity, Violation

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


def check(books: Books) -> Iterator[Violation]:
    """Check the names after ``settles:`` against the items that they name."""
    named = books.unusual_settlements.named
    for operation in books.unusual_settlements.operations:
        for movement in operation.movements:
            for name in movement.settles:
                items = named.get(name)
                if items is None:
                    yield _violation(SETTLES, not_there("settles", name, list(books.settlements.named)), movement)
                    continue
                item = items[0]
                if item.currency != movement.currency:
                    yield _violation(SETTLES, _other_currency(name, item, movement), movement)
                elif item.client != movement.client and item.client and movement.client:
                    yield _violation(SETTLES, _other_client(name, item, movement), movement)
                elif movement.day < item.issued:
                    yield _early(name, item, movement)


def _other_currency(number: str, item: Item, one: Movement) -> Message:
    return message(
        "{number} is in {currency}, and this amount in {other}; write {currency} with @@ and the amount in {other}.",
        number=number,
        currency=item.currency,
        other=one.currency,
    )


def _other_client(number: str, item: Item, one: Movement) -> Message:
    if one.source:
        return message(
            "{number} belongs to the client {client}, this document to {other}: it cannot settle it.",
            number=number,
            client=item.client,
            other=one.client,
        )
    return message(
        "{number} belongs to the client {client}, and this amount is on the account of {other}; write the account of "
        '{client} (or client: "{client}" below the posting), and payer: "{other}" on the transaction if {other} paid.',
        number=number,
        client=item.client,
        other=one.client,
    )


def _early(number: str, item: Item, one: Movement) -> Violation:
    if one.source:
        found = message("{number} is dated {day}, after this document.", number=number, day=item.issued)
        return _violation(SETTLES, found, one)
    found = message(
        "{number} is dated {day}, after this payment: what is paid before the sale is an advance, with an invoice of "
        'its own (kind: "deposit").',
        number=number,
        day=item.issued,
    )
    return _violation(ADVANCE, found, one)


def _violation(rule: Rule, found: Message, one: Movement) -> Violation:
    return Violation(rule, found, one.place, one.entry)
