"""What may stand in the attributes of the page dialect, converted; None where it cannot be read.

Lengths are written in millimetres and kept in points.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from facturier.pdf import nodes
from facturier.pdf.drawing import POINTS_PER_MM

_PAPERS = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
_LARGEST_LENGTH = 2000.0
_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,6})?")


def read_number(text: str) -> float | None:
    """Return a number with a decimal point; None if it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def read_length(text: str) -> float | None:
    """Return millimetres as points; None if it is no length from 0 to 2 metres."""
    if not _NUMBER.fullmatch(text):
        return None
    length = float(text)
    return length * POINTS_PER_MM if 0 <= length <= _LARGEST_LENGTH else None


def read_amount(text: str) -> Decimal | None:
    """Return an amount as written; None if it is not a finite number."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def read_widths(text: str) -> tuple[nodes.ColumnWidth, ...] | None:
    """Return column widths; None if a word is neither a length nor ``*`` with an optional factor."""
    widths: list[nodes.ColumnWidth] = []
    for word in text.split():
        if word.endswith("*"):
            factor = word[:-1] or "1"
            if not _NUMBER.fullmatch(factor) or float(factor) <= 0:
                return None
            widths.append(nodes.ColumnWidth(None, float(factor)))
            continue
        length = read_length(word)
        if not length:
            return None
        widths.append(nodes.ColumnWidth(length))
    return tuple(widths) or None


def read_page(text: str) -> tuple[float, float] | None:
    """Return width and height of a named or measured paper in points."""
    if text in _PAPERS:
        width, height = _PAPERS[text]
        return width * POINTS_PER_MM, height * POINTS_PER_MM
    lengths = [read_length(word) for word in text.split()]
    if len(lengths) == 2 and lengths[0] and lengths[1]:
        return lengths[0], lengths[1]
    return None
