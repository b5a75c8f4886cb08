"""Waivers: ``waive: "ID reason"`` on a document names a rule that may be waived, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from facturier.books import Books
from facturier.directives.spelling import nearest
from facturier.messages import Message, message
from facturier.violations import Rule, Violation

WAIVER = Rule(
    id="LEDGER-WAIVE",
    title=message("A waiver names a rule and its reason"),
    wants=message(
        "After waive: stand the id of a rule and the reason, several on a line each. Duplicate numbers, broken seals, "
        "closed periods and slips of typing cannot be waived."
    ),
    law="CGI ann. II art. 242 nonies A I-7°; PCG art. 1031-3",
    example='  waive: "FR-NUM-GAP facture perdue au sinistre du 6"',
    waivable=False,
)
RULES = (WAIVER,)


def check(books: Books, known: Mapping[str, Rule]) -> Iterator[Violation]:
    """Check the waivers of all documents and papers.

    Args:
        books: The books.
        known: All rules by their id.
    """
    for document in (*books.documents, *books.papers):
        if "waive" not in document.further_keys:
            continue
        for line in str(document.values["waive"]).splitlines():
            found = _fault(line.strip(), known) if line.strip() else None
            if found is not None:
                yield Violation(WAIVER, found, document.place, document.entry, document.number)


def unknown_rule(identifier: str, known: Mapping[str, Rule]) -> Message:
    """Return the sentence for a rule's id that does not exist, with the nearest one that does."""
    by_lower = {name.lower(): name for name in known}
    meant = nearest(identifier.lower(), by_lower)
    if meant is None:
        return message("There is no rule {rule}; facturier explain lists them all.", rule=identifier)
    return message("There is no rule {rule}; did you mean {meant}?", rule=identifier, meant=by_lower[meant])


def _fault(line: str, known: Mapping[str, Rule]) -> Message | None:
    identifier, _, reason = line.partition(" ")
    rule = known.get(identifier)
    if rule is None:
        return message("waive: {fault}", fault=unknown_rule(identifier, known))
    if not rule.waivable:
        return message("waive: {rule} cannot be waived: mend what it names, and take this away.", rule=identifier)
    if not reason.strip():
        return message('waive: say why: "{rule} reason".', rule=identifier)
    return None
