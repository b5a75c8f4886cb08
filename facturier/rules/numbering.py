"""Numbering: one continuous, chronological sequence per series, no number twice in a year.

Source: CGI ann. II art. 242 nonies A I-7°; BOI-TVA-DECLA-30-20-20-10 § 70 to 110; the
characters and the length: BR-FR-01 and BR-FR-02 of AFNOR XP Z12-012.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from facturier.books import Books
from facturier.documents import Document
from facturier.messages import message
from facturier.series import ALLOWED_CHARACTERS, LONGEST_NUMBER, Series
from facturier.violations import Place, Rule, Severity, Violation

_ARTICLE = "CGI ann. II art. 242 nonies A I-7°; BOI-TVA-DECLA-30-20-20-10 § 70-110"
_MISSING_SHOWN = 3
_EXAMPLE = '2026-01-01 custom "series" "main" "invoice" "F{year}-{number:04}"'

DUPLICATE = Rule(
    id="FR-NUM-DUPLICATE",
    title=message("No number twice"),
    wants=message("Two invoices of one seller and year never carry the same number, over all series."),
    law=_ARTICLE,
    example='  invoice: "F2026-0043"',
    waivable=False,
)
GAP = Rule(
    id="FR-NUM-GAP",
    title=message("No gap"),
    wants=message("The numbers of a series follow one another without a gap."),
    law=_ARTICLE,
    example='  invoice: "F2026-0043"',
)
CHRONOLOGY = Rule(
    id="FR-NUM-CHRONOLOGY",
    title=message("Numbers follow dates"),
    wants=message("In a series a higher number never has an earlier date."),
    law=_ARTICLE,
    example='2026-11-03 * "Martin" "…" ^F2026-0042\n  invoice: "F2026-0042"',
)
START = Rule(
    id="FR-NUM-START",
    title=message("A series starts at its first number"),
    wants=message("The first number of a year is 1, or the start: of its series when another program came before."),
    law=_ARTICLE,
    example=f"{_EXAMPLE}\n  start: 12",
)
YEAR = Rule(
    id="FR-NUM-YEAR",
    title=message("The year of the number is the year of the date"),
    wants=message("A number that holds a year is given in that year."),
    law=_ARTICLE,
    example='2026-01-02 * "Martin" "…"\n  invoice: "F2026-0001"',
)
LENGTH = Rule(
    id="FR-NUM-LENGTH",
    title=message("At most 35 characters"),
    wants=message("A document number has between 1 and 35 characters."),
    law="BR-FR-01 (AFNOR XP Z12-012)",
    example='  invoice: "F2026-0042"',
    waivable=False,
)
CHARACTERS = Rule(
    id="FR-NUM-CHARACTERS",
    title=message("Plain characters"),
    wants=message("A document number holds only letters without accents, digits and + - _ / ."),
    law="BR-FR-02 (AFNOR XP Z12-012)",
    example='  invoice: "F2026-0042"',
    waivable=False,
)
OUTSIDE = Rule(
    id="FR-NUM-SERIES",
    title=message("Every number belongs to a series"),
    wants=message("The number of an invoice or credit note is of the pattern of a declared series of its kind."),
    law=_ARTICLE,
    example=_EXAMPLE,
)
SECOND_SERIES = Rule(
    id="FR-NUM-SECOND-SERIES",
    title=message("A second series has a reason"),
    wants=message("Several series of one kind are allowed where the conditions of the business justify them."),
    law=_ARTICLE,
    example='2026-01-01 custom "series" "shop" "invoice" "B{year}-{number:04}"\n  reason: "caisse du magasin"',
)
DRAFT = Rule(
    id="FR-NUM-DRAFT",
    title=message("A draft has no number"),
    wants=message("A number is given when an invoice is issued, never to a draft."),
    law=_ARTICLE,
    example='2026-11-30 D "martin" "Régie de novembre"\n  Income:Prestations  -2 DEV-DAY',
    waivable=False,
)
TWO_KEYS = Rule(
    id="FR-NUM-ONE",
    title=message("One number, one kind"),
    wants=message("A transaction is an invoice or a credit note, never both."),
    law=_ARTICLE,
    example='  invoice: "F2026-0043"',
    waivable=False,
)
PAPER_TWICE = Rule(
    id="PAPER-NUMBER",
    title=message("A paper's number stands once"),
    wants=message("Quotes, orders and delivery notes have numbers of their own, each given once."),
    law="",
    example='  quote: "D2026-0018"',
    severity=Severity.ERROR,
)
RULES = (
    DUPLICATE, GAP, CHRONOLOGY, START, YEAR, LENGTH, CHARACTERS, OUTSIDE, SECOND_SERIES, DRAFT, TWO_KEYS, PAPER_TWICE,
)  # fmt: skip


@dataclass(slots=True)
class _Sequence:
    """The documents of a series, of one year if it restarts, with their ranks."""

    series: Series
    year: int
    numbered: list[tuple[int, Document]] = field(default_factory=list)


def check(books: Books) -> Iterator[Violation]:
    """Check the numbers of all documents."""
    yield from _check_series(books)
    yield from _check_papers(books)
    sequences: dict[tuple[str, int], _Sequence] = {}
    seen: dict[str, Document] = {}
    for document, series, position in books.placed:
        if "credit-note" in document.further_keys and not document.is_credit_note:
            found = message("It has both invoice: and credit-note:; keep the one that it is.")
            yield Violation(TWO_KEYS, found, document.place, document.entry, document.number)
        first = seen.setdefault(document.number, document)
        if first is not document and _share_numbers(first, document):
            yield _duplicate(document, first)
        elif series is None or position is None:
            yield from _misfit(books, document)
        else:
            year, rank = position
            sequence = sequences.get((series.id, year))
            if sequence is None:
                sequence = sequences[series.id, year] = _Sequence(series, year)
            if year and year != document.date.year:
                yield _wrong_year(document, year)
            sequence.numbered.append((rank, document))
    for sequence in sequences.values():
        yield from _check_sequence(sequence)


def _share_numbers(first: Document, second: Document) -> bool:
    """Tell whether two documents may not carry one number: those of one seller and year."""
    same_seller = (first.seller.id if first.seller else "") == (second.seller.id if second.seller else "")
    return same_seller and first.date.year == second.date.year


def _check_series(books: Books) -> Iterator[Violation]:
    first: dict[tuple[str, str], Series] = {}
    for series in books.series:
        before = first.setdefault((series.seller, series.kind), series)
        if before is not series and not series.reason:
            found = message(
                'The series "{series}" is the second one of kind {kind}, after "{first}"; say why with reason: "…".',
                series=series.id,
                kind=series.kind,
                first=before.id,
            )
            yield Violation(SECOND_SERIES, found, series.place)


def _check_papers(books: Books) -> Iterator[Violation]:
    seen: dict[str, Document] = {}
    for paper in books.papers:
        for key in ("invoice", "credit-note"):
            if key in paper.values:
                found = message(
                    "{key}: on a draft: a draft has no number. Delete the line; issuing gives the next number.", key=key
                )
                yield Violation(DRAFT, found, paper.place, paper.entry)
        if paper.number and paper.number in seen:
            found = message(
                "The number {number} is already used at {place}; give this paper its own.",
                number=paper.number,
                place=seen[paper.number].place,
            )
            yield Violation(PAPER_TWICE, found, paper.place, paper.entry, paper.number)
        seen.setdefault(paper.number, paper)


def _duplicate(document: Document, first: Document) -> Violation:
    found = message(
        "The number {number} is already used at {place}; the later invoice takes the next free number.",
        number=document.number,
        place=first.place,
    )
    return Violation(DUPLICATE, found, document.place, document.entry, document.number)


def _misfit(books: Books, document: Document) -> Iterator[Violation]:
    """Say why a number is of no series: its length, its characters, or its pattern."""
    number = document.number
    if not 1 <= len(number) <= LONGEST_NUMBER:
        found = message(
            "The number has {length} characters; it must have from 1 to {longest}.",
            length=len(number),
            longest=LONGEST_NUMBER,
        )
        yield Violation(LENGTH, found, document.place, document.entry, number)
    elif not ALLOWED_CHARACTERS.match(number):
        wrong = sorted({character for character in number if not ALLOWED_CHARACTERS.match(character)})
        found = message(
            "The number {number} holds {wrong}; only letters without accents, digits and + - _ / may stand in it.",
            number=number,
            wrong=" ".join(f"“{character}”" for character in wrong),
        )
        yield Violation(CHARACTERS, found, document.place, document.entry, number)
    else:
        kinds = document.kind.series
        patterns = [series.pattern.text for series in books.series if series.kind in kinds]
        if patterns:
            found = message(
                "The number {number} is of no series; write one of the pattern {patterns}, or declare its series.",
                number=number,
                patterns=", ".join(patterns),
            )
        else:
            found = message(
                'No series of kind {kind} is declared; add: {day} custom "series" "{kind}" "{kind}" "{pattern}".',
                kind=kinds[0],
                day=document.date.replace(month=1, day=1),
                pattern="F{year}-{number:04}" if kinds[0] != "credit-note" else "A{year}-{number:04}",
            )
        yield Violation(OUTSIDE, found, document.place, document.entry, number)


def _wrong_year(document: Document, year: int) -> Violation:
    found = message(
        "{number} is dated {day}: its number says {year}. Give it a number of its own year.",
        number=document.number,
        day=document.date,
        year=year,
    )
    return Violation(YEAR, found, document.place, document.entry, document.number)


def _check_sequence(sequence: _Sequence) -> Iterator[Violation]:
    series, year = sequence.series, sequence.year
    # Stable: documents of one rank stay in the order of the ledger.
    numbered = sorted(sequence.numbered, key=itemgetter(0))
    rank, before = numbered[0]
    start = series.first_number(year)
    if rank != start:
        found = message(
            'The series "{series}" starts at {number}; its first number is {expected}. If another program gave the '
            "numbers before, add start: {rank} to the series.",
            series=series.id,
            number=before.number,
            expected=series.pattern.format(year, start),
            rank=rank,
        )
        yield Violation(START, found, before.place, before.entry, before.number)
    day = before.date
    for next_rank, document in numbered[1:]:
        if next_rank > rank + 1:
            yield _gap(sequence, rank, before, next_rank, document)
        elif next_rank == rank:
            yield _duplicate(document, before)
        next_day = document.date
        if next_day < day:
            yield _backwards(before, document)
        rank, before, day = next_rank, document, next_day


def _gap(sequence: _Sequence, rank: int, before: Document, next_rank: int, after: Document) -> Violation:
    count = next_rank - rank - 1
    pattern = sequence.series.pattern
    missing = [pattern.format(sequence.year, rank + step) for step in range(1, min(count, _MISSING_SHOWN) + 1)]
    found = message(
        "{number} follows {before}: {count} number(s) are missing ({missing}). Number without gaps, or restore what "
        "was deleted.",
        number=after.number,
        before=before.number,
        count=count,
        missing=", ".join(missing) + (", …" if count > len(missing) else ""),
    )
    return Violation(GAP, found, after.place, after.entry, after.number)


def _backwards(before: Document, after: Document) -> Violation:
    found = message(
        "{number} is dated {day}, before {previous} of {previous_day} ({place}). A higher number cannot have an "
        "earlier date.",
        number=after.number,
        day=after.date,
        previous=before.number,
        previous_day=before.date,
        place=Place(before.place.filename, before.place.line),
    )
    return Violation(CHRONOLOGY, found, after.place, after.entry, after.number)
