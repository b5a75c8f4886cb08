"""All rules together: run them, look one up, and let none stop another."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from facturier.books import Books
from facturier.directives.faults import FAULTS, INTERNAL
from facturier.document_faults import READING_FAULTS
from facturier.messages import message
from facturier.rules import (
    amounts,
    archive,
    attachments,
    balances,
    closing,
    mentions,
    numbering,
    rates,
    references,
    seals,
    settlements,
    vat_due,
)
from facturier.rules import waivers as waiver_rules
from facturier.violations import Place, Rule, Violation

Check = Callable[[Books], Iterable[Violation]]


class RuleSet(NamedTuple):
    """The rules of one subject and the function that checks them."""

    name: str
    rules: tuple[Rule, ...]
    check: Check
    check_dates: Callable[[Books, date], Iterable[Violation]] | None = None  # what depends on the day of the check


def _check_waivers(books: Books) -> Iterator[Violation]:
    return waiver_rules.check(books, ALL_RULES)


RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet("numbering", numbering.RULES, numbering.check),
    RuleSet("amounts", amounts.RULES, amounts.check),
    RuleSet("rates", rates.RULES, rates.check),
    RuleSet("references", references.RULES, references.check),
    RuleSet("settlements", settlements.RULES, settlements.check),
    RuleSet("mentions", mentions.RULES, mentions.check, mentions.check_dates),
    RuleSet("attachments", attachments.RULES, attachments.check),
    RuleSet("seals", seals.RULES, seals.check),
    RuleSet("vat_due", vat_due.RULES, vat_due.check),
    RuleSet("closing", closing.RULES, closing.check),
    RuleSet("waivers", waiver_rules.RULES, _check_waivers),
)
# What reads many files, adds up all postings again, or is no more than a notice: facturier check alone looks at it.
CHECK_SETS: tuple[RuleSet, ...] = (
    *RULE_SETS,
    RuleSet("balances", balances.RULES, balances.check),
    RuleSet("archive", archive.RULES, archive.check),
    RuleSet("vat_receipts", vat_due.CHECKED, vat_due.check_books, vat_due.check_dates),
)
ALL_RULES: Mapping[str, Rule] = {
    rule.id: rule for rule in (*FAULTS, *READING_FAULTS, *(rule for one in CHECK_SETS for rule in one.rules))
}


def check_all(books: Books, sets: Iterable[RuleSet] = RULE_SETS, today: date | None = None) -> list[Violation]:
    """Return the faults of reading and the breaches of all rules, without those waived.

    Args:
        books: The books.
        sets: The rules.
        today: The day of the check; without it nothing is said of documents dated in the future.
    """
    found = list(books.faults)
    for one in sets:
        found += run(one, books, today)
    waived = waivers(books)
    return [
        violation
        for violation in found
        if not (violation.rule.waivable and (violation.document, violation.rule.id) in waived)
    ]


def run(rules: RuleSet, books: Books, today: date | None = None) -> Iterator[Violation]:
    """Run the rules of one subject; a failure of theirs becomes a violation of its own."""
    try:
        yield from rules.check(books)
        if today is not None and rules.check_dates is not None:
            yield from rules.check_dates(books, today)
    # A rule must never take the others down, whatever the ledger holds: all of it is reported.
    except Exception as failure:
        yield internal_fault(rules.name, failure, books.filename)


def internal_fault(subject: str, failure: Exception, filename: str) -> Violation:
    """Report that a part of facturier itself failed, and where."""
    last = traceback.extract_tb(failure.__traceback__)[-1]
    found = message(
        "The check of {subject} failed: {failure} ({where}); the other rules went on.",
        subject=subject,
        failure=f"{type(failure).__name__}: {failure}",
        where=f"{last.name}, {last.lineno}",
    )
    return Violation(INTERNAL, found, Place(filename, 0))


def waivers(books: Books) -> Mapping[tuple[str, str], str]:
    """Return the reasons of ``waive: "ID reason"`` by document number and rule id."""
    found: dict[tuple[str, str], str] = {}
    for document in (*books.documents, *books.papers):
        if "waive" not in document.further_keys:
            continue
        for line in str(document.values["waive"]).splitlines():
            identifier, _, reason = line.strip().partition(" ")
            if identifier and reason.strip():
                found[document.number, identifier] = reason.strip()
    return found


def rule_set(name: str) -> RuleSet:
    """Return the rules of one subject."""
    return next(one for one in RULE_SETS if one.name == name)
