"""Rows of the law that a ledger states: ``custom "law" TABLE ID`` laid over the program's tables.

    2026-12-28 custom "law" "interest" "ecb"
      from: 2027-01-01
      to: 2027-06-30
      value: 2.65
      source: "BCE, 16/09/2026"

What a row leaves out it takes from the row of its id that it lies over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from facturier.directives.faults import ARGUMENTS
from facturier.directives.kinds import OWN_TREATMENT
from facturier.directives.reading import Record, Report
from facturier.law.law import Law
from facturier.law.rows import LATEST, Figure, Mention, Row, VatRate, VatTreatment
from facturier.messages import Message, message
from facturier.violations import Violation

_TEXT_KEYS = {"text-fr": "fr", "text-en": "en"}
_TAXED = "S"


class _MissingError(ValueError):
    """The row lacks a key that its table needs."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


def with_ledger_row(law: Law, record: Record, report: Report) -> Law:
    """Return the law with the row that a directive states; a row that cannot stand is reported and left out."""
    table, identifier = record.arguments
    try:
        row = _row(law, table, identifier, record)
    except _MissingError as missing:
        report(Violation(ARGUMENTS, missing.message, record.place, record.entry))
        return law
    return law.with_row(table, row)


def _row(law: Law, table: str, identifier: str, record: Record) -> Row:
    values = record.values
    first, last = values.get("from", record.date), values.get("to", LATEST)
    if last < first:
        raise _MissingError(message("to: {last} is before its first day {first}.", last=last, first=first))
    common = {
        "id": identifier,
        "first": first,
        "last": last,
        "source": _needed(values, "source", '"CGI art. 278"'),
        "verified": values.get("verified", True),
    }
    known = law.tables()[table].get(identifier, ())
    before: Any = next((row for row in reversed(known) if row.first <= first), known[-1] if known else None)
    match table:
        case "vat-rate":
            return _vat_rate(common, values, before)
        case "vat-treatment":
            return _treatment(common, values, before)
        case "mention":
            return _mention(common, values, before)
        case _:
            return _figure(common, values)


def _vat_rate(common: dict[str, Any], values: Mapping[str, Any], before: VatRate | None) -> Row:
    territory = values.get("territory") or (before.territory if before else "FR")
    return VatRate(**common, territory=territory, percent=_needed(values, "value", "20"))


def _figure(common: dict[str, Any], values: Mapping[str, Any]) -> Row:
    return Figure(**common, value=_needed(values, "value", "2.65"))


def _mention(common: dict[str, Any], values: Mapping[str, Any], before: Mention | None) -> Row:
    """Make a wording; its holes must be those of the wording it replaces, or nothing could fill them."""
    if before is None:
        raise _MissingError(
            message('There is no wording "{name}"; only wordings of the table can be replaced.', name=common["id"])
        )
    text = _texts(values, before.text)
    for language in ("fr", "en"):
        if language in text and not _can_be_filled(text[language], before.text[language]):
            raise _MissingError(
                message(
                    "text-{language}: its holes in braces must be among those of the wording it replaces: {wording}",
                    language=language,
                    wording=before.text[language],
                )
            )
    return replace(before, **common, text=text)


def _treatment(common: dict[str, Any], values: Mapping[str, Any], before: VatTreatment | None) -> Row:
    if before is None and not common["id"].startswith(OWN_TREATMENT):
        raise _MissingError(
            message(
                'A VAT treatment of your own has an id that begins with "{prefix}"; write "{prefix}{name}".',
                prefix=OWN_TREATMENT,
                name=common["id"],
            )
        )
    base = before or VatTreatment(**common, category=_needed(values, "category", '"E"'), mention={}, mention_cibs={})
    category = values.get("category", base.category)
    text = _texts(values, base.mention)
    if category != _TAXED and not text:
        _needed(values, "text-fr", '"Exonération de TVA, art. … du CGI"')
    # What the user writes is what is printed, whatever the code it cites.
    own_words = any(key in values for key in _TEXT_KEYS)
    return replace(
        base,
        **common,
        category=category,
        percent=values.get("value", base.percent) if category == _TAXED else Decimal(0),
        vatex=values.get("vatex", base.vatex),
        mention=text,
        mention_cibs={} if own_words else base.mention_cibs,
        customer_owes=category == "AE",
    )


def _texts(values: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
    """Return the words by language; the one language stated stands for the other where that was never known."""
    stated = {language: values[key] for key, language in _TEXT_KEYS.items() if values.get(key)}
    found = {**before, **stated}
    if stated and "en" not in found:
        found["en"] = found["fr"]
    return found


def _can_be_filled(text: str, before: str) -> bool:
    """Tell whether a text can be filled like another: plain names in braces, only those of the other."""
    names = _holes(text)
    return names is not None and names <= (_holes(before) or set())


def _holes(text: str) -> set[str] | None:
    """Return the names in braces, or None where braces hold anything else."""
    found = set()
    for part in text.split("{")[1:]:
        name, closed, rest = part.partition("}")
        if not closed or not name.isidentifier() or "}" in rest:
            return None
        found.add(name)
    return None if "}" in text.split("{")[0] else found


def _needed(values: Mapping[str, Any], key: str, example: str) -> Any:
    value = values.get(key)
    if value is None or value == "":
        raise _MissingError(
            message("A row of this table needs {key}: — write for example {key}: {example}.", key=key, example=example)
        )
    return value
