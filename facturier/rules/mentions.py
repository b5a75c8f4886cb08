"""Mentions: every text and fact that the law wants on an invoice, row by row.

Sources: CGI ann. II art. 242 nonies A; C. com. art. L441-9; each rule names its own. What an
ordinary invoice between known parties can lack is decided once per version of the two parties;
only what is unusual is looked at document by document, so that large books load quickly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from beancount.core import data

from facturier.books import Books, is_line
from facturier.documents import Document, Kind
from facturier.messages import message
from facturier.money import CENT, ONE
from facturier.parties import Client, Seller
from facturier.rules import (
    mentions_client,
    mentions_early,
    mentions_franchise,
    mentions_identifiers,
    mentions_particular,
    mentions_seller,
    mentions_terms,
    mentions_vat,
)
from facturier.rules.mention_case import Case, Found, PartyFound, new_mentions_day, sector_of
from facturier.terms import TermsError, later, parse_terms
from facturier.vat import Tax
from facturier.violations import Place, Rule, Severity, Violation

FUTURE = Rule(
    id="FR-MENTION-DATE",
    title=message("No document from the future"),
    wants=message("An invoice bears the day on which it is issued, not one to come."),
    law="CGI ann. II art. 242 nonies A I-6°; CGI art. 289-I-3",
    example='  invoice: "F2026-0042"',
    severity=Severity.NOTICE,
)
NUMBER = Rule(
    id="FR-MENTION-NUMBER",
    title=message("A sale has its number"),
    wants=message("Lines with item: or product: stand on a document: invoice: or credit-note: gives its number."),
    law="CGI art. 289-I-1; CGI ann. II art. 242 nonies A I-7°",
    example='  invoice: "F2026-0042"\n  client: "martin"',
    severity=Severity.NOTICE,
)
RULES = (
    FUTURE,
    NUMBER,
    *mentions_seller.RULES,
    *mentions_client.RULES,
    *mentions_identifiers.RULES,
    *mentions_terms.RULES,
    *mentions_vat.RULES,
    *mentions_franchise.RULES,
    *mentions_particular.RULES,
    *mentions_early.RULES,
)

# Keys that make a document worth a full look.
_TELLING = frozenset({
    "kind", "terms", "from", "period-start", "period-end", "delivery-address", "vat-country", "language", "attestation",
})  # fmt: skip
_PAPERS = frozenset({Kind.QUOTE, Kind.ORDER})


class _Pair(NamedTuple):
    """What is known of a seller and a client, in one version each.

    Attributes:
        faults: What they lack.
        calm: Whether an ordinary document between them needs no look of its own.
        short_terms: Whether the terms in force without others are within every ceiling.
    """

    faults: tuple[PartyFound, ...]
    calm: bool
    short_terms: bool


def check(books: Books) -> Iterator[Violation]:
    """Check the mentions of every invoice and quote."""
    checking = _Checking(books)
    for document in books.documents:
        if document.kind.is_invoice and not checking.is_plain(document):
            yield from checking.invoice(document)
    for paper in books.papers:
        if paper.kind in _PAPERS:
            yield from checking.paper(paper)
    yield from map(_unnumbered, books.unnumbered)


def check_dates(books: Books, today: date) -> Iterator[Violation]:
    """Report the invoices dated after a day."""
    for document in books.documents:
        if document.date > today and document.kind.is_invoice:
            found = message(
                "It is dated {day}, and today is {today}; an invoice bears the day it is issued.",
                day=document.date,
                today=today,
            )
            yield Violation(FUTURE, found, document.place, document.entry, document.number)


class _Checking:
    """The check of one set of books, with what it found out about their parties."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.pairs: dict[tuple[int, int, bool], _Pair] = {}
        self.duty: dict[int, date] = {}
        self.told: set[tuple[int, str]] = set()
        self.usual: Tax | None = None  # of the last line of a plain rate
        self.plain_numbers: set[Decimal] = set()
        self.day = self.latest = date.min  # of the last document, and the latest due date that is short for it
        self.turnover = mentions_franchise.Turnover()

    def is_plain(self, document: Document) -> bool:
        """Tell at little cost that an everyday invoice between everyday parties is right: nearly all are."""
        seller, client = document.seller, document.client
        if seller is None or client is None:
            return False
        pair = self.pair(seller, client, document.date)
        return pair.calm and not pair.faults and self._is_ordinary(document, short_terms=pair.short_terms)

    def invoice(self, document: Document) -> Iterator[Violation]:
        """Check an invoice or credit note."""
        seller, client = document.seller, document.client
        if seller is None or client is None:
            return  # told where it is read
        pair = self.pair(seller, client, document.date)
        if pair.faults:
            yield from self._of_parties(document, pair.faults)
        if not (pair.calm and self._is_ordinary(document, short_terms=pair.short_terms)):
            yield from self._in_full(document, seller, client)

    def paper(self, paper: Document) -> Iterator[Violation]:
        """Check a quote or an order."""
        if paper.seller is not None and paper.client is not None:
            case = Case(paper, paper.seller, paper.client, self.books)
            for found in mentions_particular.particular_faults(case):
                yield _violation(found, paper)

    def pair(self, seller: Seller, client: Client, day: date) -> _Pair:
        """Return what is known of two parties on a day."""
        start = self.duty.get(id(seller))
        if start is None:
            start = self.duty[id(seller)] = new_mentions_day(seller, self.books.law)
        key = (id(seller), id(client), day >= start)
        known = self.pairs.get(key)
        if known is None:
            known = self.pairs[key] = _pair(seller, client, day, self.books)
        return known

    def _is_ordinary(self, document: Document, *, short_terms: bool) -> bool:
        """Tell whether nothing on a document between calm parties can be wrong: all of it is of the usual kind."""
        if document.kind is not Kind.INVOICE or not _TELLING.isdisjoint(document.further_keys):
            return False
        if document.date != self.day:
            self.day, self.latest = document.date, later(document.date, mentions_terms.SHORT)
        for leg in document.instalments:
            due = leg.due
            if due is None:
                if not short_terms:
                    return False
            elif due > self.latest and leg.role != "retention":
                return False
        lines = document.lines
        for line in lines:
            tax = line.tax
            if tax is not self.usual:
                if tax.category != "S" or tax.treatment:
                    return False
                self.usual = tax
            if not line.item.strip() or line.period_end is not None or line.delivery:
                return False
            quantity, price = line.quantity, line.price
            if not (quantity.same_quantum(ONE) or self._is_short(quantity)):
                return False
            if not (price.same_quantum(CENT) or self._is_short(price)):
                return False
        return bool(lines)

    def _is_short(self, number: Decimal) -> bool:
        """Tell whether a quantity or a price has no more decimals than may be written."""
        known = number in self.plain_numbers
        if not known and mentions_early.fits(number, mentions_early.QUANTITY_STEP):
            self.plain_numbers.add(number)
            known = True
        return known

    def _in_full(self, document: Document, seller: Seller, client: Client) -> Iterator[Violation]:
        case = Case(document, seller, client, self.books)
        for check_of_subject in _SUBJECTS:
            for found in check_of_subject(case):
                yield _violation(found, document)
        for found in self.turnover.add(case):
            yield _violation(found, document)

    def _of_parties(self, document: Document, faults: tuple[PartyFound, ...]) -> Iterator[Violation]:
        """Tell what parties lack: once, at their directive, unless a document waives it for itself."""
        waived = str(document.values.get("waive", ""))
        for rule, found, party in faults:
            key = (id(party), rule.id)
            if key in self.told:
                continue
            if rule.id not in waived:
                self.told.add(key)
            yield Violation(rule, found, self._stated(party, document), document.entry, document.number)

    def _stated(self, party: Seller | Client, document: Document) -> Place:
        """Return where a party is stated last before a document."""
        word = "seller" if isinstance(party, Seller) else "client"
        places = [place for day, place in self.books.stated.get((word, party.id), ()) if day <= document.date]
        return places[-1] if places else document.place


_SUBJECTS = (
    mentions_seller.vat_number_faults,
    mentions_terms.terms_faults,
    mentions_vat.vat_faults,
    mentions_particular.particular_faults,
    mentions_early.early_faults,
)


def _pair(seller: Seller, client: Client, day: date, books: Books) -> _Pair:
    law = books.law
    faults = (
        *mentions_seller.seller_faults(seller, law),
        *mentions_client.client_faults(client, seller, day, law),
    )
    calm = (
        client.kind == "business"
        and seller.vat_on != "franchise"
        and bool(seller.vat_number)
        and seller.penalty_rate == "legal"
        and not sector_of(seller)
    )
    return _Pair(faults, calm, _are_short(client.terms or seller.terms, day))


def _are_short(terms: str, day: date) -> bool:
    """Tell whether terms never give a due date beyond any ceiling."""
    try:
        parsed = parse_terms(terms) if terms else None
    except TermsError:
        return False
    if parsed is None:
        return False
    simple = all(not delay.end_of_month and not delay.day for _, delay in parsed.instalments)
    return simple and max(parsed.due_dates(day)) <= later(day, mentions_terms.SHORT)


def _violation(found: Found, document: Document) -> Violation:
    return Violation(found.rule, found.message, found.place or document.place, document.entry, document.number)


def _unnumbered(entry: data.Transaction) -> Violation:
    """Report a line of a sale on a transaction that is no document."""
    line = next((posting.meta for posting in entry.postings if is_line(posting.meta)), None) or entry.meta
    found = message(
        "This line stands on no document; add invoice: (or credit-note:) with its number and client: to the "
        "transaction."
    )
    return Violation(NUMBER, found, Place.of(line), entry)
