"""Dates of a UBL file."""

from __future__ import annotations

from datetime import date

from facturier.einvoice.elements import Element, add_text
from facturier.einvoice.figures import dashed_date


def add_date(parent: Element, name: str, day: date | None) -> None:
    """Append a date; nothing without one.

    Raises:
        UnwritableError: If its year is none that BR-FR-03 allows.
    """
    if day is not None:
        add_text(parent, name, dashed_date(day))
