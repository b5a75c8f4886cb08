"""Dates of a CII file."""

from __future__ import annotations

from datetime import date

from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.figures import compact_date


def add_date(parent: Element, name: str, day: date | None, kind: str = "udt") -> None:
    """Append a date in format 102 (eight digits); nothing without a date.

    Args:
        parent: Where it goes.
        name: The element around it.
        day: The date.
        kind: Prefix of its data type: BT-26 alone has a qualified one.

    Raises:
        UnwritableError: If its year is none that BR-FR-03 allows.
    """
    if day is not None:
        add_text(add(parent, name), f"{kind}:DateTimeString", compact_date(day), format="102")
