"""The dated tables of the law as the program knows them, read from the TOML files beside this module.

They are text so that an accountant can read and check them. A row whose source could not be
read first hand says ``verified = false``. A ledger may lay its own rows over them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from facturier.law.law import Law
from facturier.law.rows import EARLIEST, LATEST, Figure, Mention, Row, VatRate, VatTreatment

__all__ = ["EARLIEST", "LATEST", "Mention", "VatRate", "VatTreatment", "law_of_france", "vat_rates", "vat_treatments"]

# The files of the tables of figures.
_FIGURES = {
    "interest": "interest",
    "terms": "terms",
    "franchise": "franchise",
    "oss-rate": "oss_rates",
    "duty": "duties",
}
R = TypeVar("R", bound=Row)


@cache
def law_of_france() -> Law:
    """Return the law as the program knows it, without the rows of any ledger."""
    return Law(
        vat_rates=_table("vat_rates", "rate", _vat_rate),
        treatments=_table("vat_treatments", "treatment", _treatment),
        mentions=_table("mentions", "mention", _mention),
        figures={name: _table(file, "figure", _figure) for name, file in _FIGURES.items()},
    )


def vat_rates() -> tuple[VatRate, ...]:
    """Return every VAT rate of the program, of every territory and time."""
    return tuple(row for rows in law_of_france().vat_rates.values() for row in rows)


def vat_treatments() -> Mapping[str, tuple[VatTreatment, ...]]:
    """Return every VAT treatment of the program, by id, earliest row first."""
    return law_of_france().treatments


def mentions() -> Mapping[str, Mention]:
    """Return the wordings of the program by id, of each the last."""
    return {identifier: rows[-1] for identifier, rows in law_of_france().mentions.items()}


def rates_in_force(day: date) -> frozenset[Decimal]:
    """Return the VAT rates, in percent, lawful on a day in some French territory."""
    return law_of_france().rates_on(day)


def treatment_in_force(name: str, day: date) -> VatTreatment | None:
    """Return the row of a treatment that applies on a day, or None."""
    return law_of_france().treatment(name, day)


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "first": row.get("from", EARLIEST),
        "last": row.get("to", LATEST),
        "source": row["source"],
        "verified": row.get("verified", True),
    }


def _vat_rate(row: Mapping[str, Any]) -> VatRate:
    return VatRate(**_common(row), territory=row["territory"], percent=Decimal(row["percent"]))


def _treatment(row: Mapping[str, Any]) -> VatTreatment:
    return VatTreatment(
        **_common(row),
        category=row["category"],
        percent=Decimal(row.get("percent", "0")),
        vatex=row.get("vatex", ""),
        mention=row.get("mention", {}),
        mention_cibs=row.get("mention-cibs", {}),
        customer_owes=row.get("customer-owes", False),
        country_rate=row.get("country-rate", False),
        nature=row.get("nature", ""),
        place=row.get("place", ""),
        buyer=row.get("buyer", ""),
        needs_vat_number=row.get("vat-number", False),
        needs_attestation=row.get("attestation", False),
    )


def _mention(row: Mapping[str, Any]) -> Mention:
    return Mention(
        **_common(row), subject=row.get("subject", ""), text=row["text"], verbatim=row.get("verbatim", False)
    )


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(**_common(row), value=Decimal(row["value"]))


def _table(file: str, key: str, make: Callable[[Mapping[str, Any]], R]) -> dict[str, tuple[R, ...]]:
    return _by_id(make(row) for row in _rows(file, key))


def _by_id(rows: Iterable[R]) -> dict[str, tuple[R, ...]]:
    found: dict[str, tuple[R, ...]] = {}
    for row in rows:
        found[row.id] = (*found.get(row.id, ()), row)
    return found


def _rows(table: str, key: str) -> list[dict[str, Any]]:
    text = (files("facturier.law") / f"{table}.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)[key]
    return rows
