"""The dated tables of the law: each row says from when, until when, and where it is written.

The rows live in TOML files beside this module, so that an accountant can read and check
them. A row whose source could not be read first hand says ``verified = false``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

EARLIEST = date.min
LATEST = date.max


@dataclass(frozen=True, slots=True)
class VatRate:
    """A VAT rate of a territory.

    Attributes:
        territory: "FR" (métropole), "FR-COR" (Corse), "FR-DOM" (Guadeloupe, Martinique, Réunion).
        percent: The rate, in percent.
        first: First day on which it applies.
        last: Last day on which it applies.
        source: The article.
        verified: Whether the source was read.
    """

    territory: str
    percent: Decimal
    first: date
    last: date
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class VatTreatment:
    """A named way of taxing a line: its EN 16931 category, its wording and what it demands.

    Attributes:
        id: The name typed after ``vat:``.
        first: First day on which it applies.
        last: Last day on which it applies.
        category: EN 16931 VAT category code (BT-151, BT-118).
        percent: The rate applied, in percent; zero when no VAT is charged.
        vatex: VAT exemption reason code (BT-121), empty for taxed lines.
        mention: Text of the exemption reason (BT-120) by language; empty for taxed lines.
        customer_owes: Whether the customer owes the tax ("Autoliquidation").
        source: The article.
        verified: Whether the source was read.
    """

    id: str
    first: date
    last: date
    category: str
    percent: Decimal
    vatex: str
    mention: Mapping[str, str]
    customer_owes: bool
    source: str
    verified: bool


@cache
def vat_rates() -> tuple[VatRate, ...]:
    """Return every VAT rate, of every territory and time."""
    return tuple(
        VatRate(
            territory=row["territory"],
            percent=Decimal(row["percent"]),
            first=row.get("from", EARLIEST),
            last=row.get("to", LATEST),
            source=row["source"],
            verified=row.get("verified", True),
        )
        for row in _rows("vat_rates", "rate")
    )


@cache
def vat_treatments() -> Mapping[str, tuple[VatTreatment, ...]]:
    """Return every VAT treatment, by id, earliest row first."""
    treatments: dict[str, tuple[VatTreatment, ...]] = {}
    for row in _rows("vat_treatments", "treatment"):
        treatment = VatTreatment(
            id=row["id"],
            first=row.get("from", EARLIEST),
            last=row.get("to", LATEST),
            category=row["category"],
            percent=Decimal(row.get("percent", "0")),
            vatex=row.get("vatex", ""),
            mention=row.get("mention", {}),
            customer_owes=row.get("customer-owes", False),
            source=row["source"],
            verified=row.get("verified", True),
        )
        treatments[treatment.id] = (*treatments.get(treatment.id, ()), treatment)
    return treatments


@cache
def rates_in_force(day: date) -> frozenset[Decimal]:
    """Return the VAT rates, in percent, lawful on a day in some French territory."""
    return frozenset(rate.percent for rate in vat_rates() if rate.first <= day <= rate.last)


@cache
def treatment_in_force(name: str, day: date) -> VatTreatment | None:
    """Return the row of a treatment that applies on a day, or None."""
    return next((row for row in vat_treatments().get(name, ()) if row.first <= day <= row.last), None)


@dataclass(frozen=True, slots=True)
class Mention:
    """A text the law wants on a document.

    Attributes:
        id: Its name.
        subject: EN 16931 note code (BT-21), or "" for a text that is no note.
        text: The wording by language, with named holes.
        source: The article.
    """

    id: str
    subject: str
    text: Mapping[str, str]
    source: str


@cache
def mentions() -> Mapping[str, Mention]:
    """Return the wordings by id."""
    return {
        row["id"]: Mention(row["id"], row.get("subject", ""), row["text"], row["source"])
        for row in _rows("mentions", "mention")
    }


def _rows(table: str, key: str) -> list[dict[str, Any]]:
    text = (files("facturier.law") / f"{table}.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)[key]
    return rows
