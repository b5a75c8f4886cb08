"""The rows of the law tables: each says from when, until when, and where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EARLIEST = date.min
LATEST = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has.

    Attributes:
        id: Its name; rows of one name follow one another in time.
        first: First day on which it applies.
        last: Last day on which it applies.
        source: The article.
        verified: Whether the source was read first hand.
    """

    id: str
    first: date = EARLIEST
    last: date = LATEST
    source: str
    verified: bool = True

    def holds_on(self, day: date) -> bool:
        """Tell whether it applies on a day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRate(Row):
    """A VAT rate of a territory.

    Attributes:
        territory: "FR" (métropole), "FR-COR" (Corse), "FR-DOM" (Guadeloupe, Martinique, Réunion).
        percent: The rate, in percent.
    """

    territory: str = "FR"
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VatTreatment(Row):
    """A named way of taxing a line: its EN 16931 category, its wording and what it demands.

    Attributes:
        category: EN 16931 VAT category code (BT-151, BT-118).
        percent: The rate applied, in percent; zero when no VAT is charged.
        vatex: VAT exemption reason code (BT-121), empty for taxed lines.
        mention: Text of the exemption reason (BT-120) by language; empty for taxed lines.
        mention_cibs: The same citing the CIBS, for when the CGI may no longer be cited; empty where not known.
        customer_owes: Whether the customer owes the tax ("Autoliquidation").
        country_rate: Whether the rate is that of the consumer's country.
        nature: What the line must be: "goods", "services", or "" for either.
        place: Where the client must be: "fr", "eu" (another member state), "outside-eu", "dom", or "".
        buyer: "business" (taxable or public), "consumer", or "".
        needs_vat_number: Whether the client's VAT number must stand on the document.
        needs_attestation: Whether the client certifies the conditions of the rate.
    """

    category: str
    percent: Decimal = Decimal(0)
    vatex: str = ""
    mention: Mapping[str, str]
    mention_cibs: Mapping[str, str]
    customer_owes: bool = False
    country_rate: bool = False
    nature: str = ""
    place: str = ""
    buyer: str = ""
    needs_vat_number: bool = False
    needs_attestation: bool = False

    @property
    def cites_cgi(self) -> bool:
        """Whether its wording names an article of the CGI."""
        return "CGI" in self.mention.get("fr", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Row):
    """A text the law wants on a document.

    Attributes:
        subject: EN 16931 note code (BT-21), or "" for a text that is no note.
        text: The wording by language, with named holes.
        verbatim: Whether the law fixes the words, not only what they say.
    """

    subject: str = ""
    text: Mapping[str, str]
    verbatim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Row):
    """A number of the law; its table says of what: percent, days, euro.

    Attributes:
        value: The number.
    """

    value: Decimal
