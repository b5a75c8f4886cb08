"""Settlements: nothing is settled beyond its amount, and nothing is guessed.

Source: C. civ. art. 1342-10: the debtor says which debt he pays; without that, debts due come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from facturier.books import Books
from facturier.messages import Message, message
from facturier.open_items import Fault, FaultKind, Movement
from facturier.violations import Rule, Violation

MORE = Rule(
    id="SETTLE-MORE",
    title=message("Nothing is settled beyond its amount"),
    wants=message(
        "A posting with settles: is at most what is left of the documents it names; one that takes a settlement back "
        "is at most what was settled. What a client pays too much stands on a posting of its own, without settles:."
    ),
    law="C. civ. art. 1342-10",
    example='  Assets:Clients:Martin  -765.00 EUR\n    settles: "F2026-0042"\n  Assets:Clients:Martin   -10.00 EUR',
    waivable=False,
)
LINK = Rule(
    id="SETTLE-LINK",
    title=message("A link names one open document"),
    wants=message("A payment without settles: links to one open document; with several, it says which it settles."),
    law="C. civ. art. 1342-10",
    example='  Assets:Clients:Martin  -1605.00 EUR\n    settles: "F2026-0042 F2026-0043"',
    waivable=False,
)
CIRCLE = Rule(
    id="SETTLE-CIRCLE",
    title=message("Nothing settles itself"),
    wants=message(
        "An amount is moved from one document to another, or from one account to another, never in a circle."
    ),
    law="",
    example='  Assets:Clients:Martin   765.00 EUR\n    settles: "F2026-0042"\n'
    '  Assets:Clients:Martin  -765.00 EUR\n    settles: "F2026-0043"',
    waivable=False,
)
RULES = (MORE, LINK, CIRCLE)


def check(books: Books) -> Iterator[Violation]:
    """Check what settles documents."""
    for fault in books.unusual_settlements.faults:
        rule, found = _told(fault)
        yield Violation(rule, found, fault.movement.place, fault.movement.entry, _document(books, fault.movement))


def _document(books: Books, movement: Movement) -> str:
    return books.unusual_settlements.by_id[movement.source].number if movement.source else ""


def _told(fault: Fault) -> tuple[Rule, Message]:
    match fault.kind:
        case FaultKind.CANDIDATES:
            return LINK, message(
                'The links name several open documents: {names}. Say which is meant: settles: "{first}" on the '
                "posting, or both in the order to fill them.",
                names=", ".join(fault.names),
                first=fault.names[0],
            )
        case FaultKind.CIRCLE:
            return CIRCLE, _circle(fault)
        case _:
            return MORE, _too_much(fault)


def _circle(fault: Fault) -> Message:
    if len(set(fault.names)) > 1:
        return message(
            "These documents settle one another in a circle, {way}; name an invoice that is still open.",
            way=" → ".join(fault.names),
        )
    if fault.movement.source:
        return message(
            "{number} settles itself; name the document it settles, or delete settles:.", number=fault.names[0]
        )
    return message(
        "{amount} {currency} is taken off {number} and put back on the same account; name the document it is meant "
        "for, or delete both postings.",
        amount=abs(fault.amount),
        currency=fault.movement.currency,
        number=fault.names[0],
    )


def _too_much(fault: Fault) -> Message:
    movement, rest = fault.movement, fault.amount
    fits = movement.amount - rest
    facts = {
        "names": ", ".join(fault.names),
        "fits": fits,
        "rest": rest,
        "currency": movement.currency,
        "place": fault.other.place if fault.other else movement.place,
    }
    if fits:
        return message(
            "{names} takes only {fits} {currency} of this; write {fits} {currency} here, and {rest} {currency} on a "
            "posting of its own without settles: (money on account).",
            **facts,
        )
    if movement.source:
        return message("{names} can take nothing of this document; name an invoice that is still open.", **facts)
    if rest > 0:
        return message(
            "Nothing of {names} is settled that {rest} {currency} could take back; name the document that was paid, "
            "or delete settles:.",
            **facts,
        )
    if fault.other is None:
        return message("{names} takes no payment; name an invoice that is still open, or delete settles:.", **facts)
    return message(
        "{names} is settled already, last at {place}; name another document, or delete settles: and {rest} {currency} "
        "is money on account.",
        **facts,
    )
