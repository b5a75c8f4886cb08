"""What the rules on mentions look at: one document with its parties, and what they report."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import NamedTuple

from facturier.books import Books
from facturier.documents import Document, Line
from facturier.law.law import Law
from facturier.messages import Message
from facturier.parties import Client, Seller
from facturier.vat import ISO_OF_VAT_PREFIX
from facturier.violations import Place, Rule

# Overseas departments: third countries for goods, France for services (CGI art. 294, 256).
DOM_COUNTRIES = frozenset({"GP", "MQ", "RE", "GF", "YT"})
DOM_POSTCODES = ("971", "972", "973", "974", "976")
_FRANCE = frozenset({"FR", "MC"}) | DOM_COUNTRIES
# NAF divisions and classes with rules of their own.
_SECTORS = (
    ("construction", ("41", "42", "43")),
    ("transport", ("4941", "771", "5229")),
)


class Found(NamedTuple):
    """A breach of a rule by a document: what is wrong, and the line if it is not the document's own."""

    rule: Rule
    message: Message
    place: Place | None = None


class PartyFound(NamedTuple):
    """A breach by a party of a document: told once, at the party's directive."""

    rule: Rule
    message: Message
    party: Seller | Client


class Case:
    """A document with its parties, both known.

    Attributes:
        document: The document.
        seller: Its seller on its day.
        client: Its client on its day.
        books: The books it stands in.
        law: The tables of the law.
    """

    def __init__(self, document: Document, seller: Seller, client: Client, books: Books) -> None:
        self.document = document
        self.seller = seller
        self.client = client
        self.books = books
        self.law = books.law

    @property
    def day(self) -> date:
        """The day of the document."""
        return self.document.date

    @cached_property
    def treatments(self) -> Collection[str]:
        """The named treatments of its lines."""
        return {line.tax.treatment for line in self.document.lines if line.tax.treatment}

    @cached_property
    def is_domestic(self) -> bool:
        """Whether the client is in France, overseas departments included."""
        return is_french(self.client.country)

    def lines_with(self, *treatments: str) -> list[Line]:
        """Return the lines taxed by some treatments."""
        return [line for line in self.document.lines if line.tax.treatment in treatments]


def is_french(country: str) -> bool:
    """Tell whether a country code is France for services: Monaco and the overseas departments are."""
    return country in _FRANCE or not country


def is_member_state(country: str, law: Law) -> bool:
    """Tell whether a country code is another member state of the Union."""
    return ISO_OF_VAT_PREFIX.get(country, country) in law.figures["oss-rate"]


def is_overseas(country: str, postcode: str) -> bool:
    """Tell whether an address lies in an overseas department."""
    return country in DOM_COUNTRIES or (country in {"FR", ""} and postcode.startswith(DOM_POSTCODES))


def sector_of(seller: Seller) -> str:
    """Return the sector a seller states, or that its APE code tells; "" for one without rules of its own."""
    if seller.sector:
        return "" if seller.sector == "other" else seller.sector
    code = "".join(seller.ape.split()).replace(".", "")
    return next((sector for sector, prefixes in _SECTORS if code.startswith(prefixes)), "")


def new_mentions_day(seller: Seller, law: Law) -> date:
    """Return from when the four mentions of décret 2022-1299 are compulsory for a seller of that size."""
    return law.first_day("duty", f"new-mentions-{seller.size}") or date.max
