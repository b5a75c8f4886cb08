"""Tables as CSV text that a spreadsheet opens as it is meant.

The separator and the decimal sign are those a spreadsheet of the language expects: ``;`` and ``,`` in French,
``,`` and ``.`` in English. Lines end in CR LF, quotes are doubled (RFC 4180), and a byte order mark comes first,
without which Excel takes UTF-8 for an old Windows encoding. Programs are better served by JSON.

A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection); numbers are ours
and stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

Cell = str | int | Decimal | date | None

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# The first characters of formulas, and their wide forms; tabs and line ends may hide one.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_HIDING = ("\t", "\r", "\n")


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[Cell]], language: str) -> str:
    """Return a table as CSV, with its byte order mark.

    >>> csv_text(["Client", "Total"], [["=1+1", Decimal("-1234.50")]], "fr")
    "\\ufeffClient;Total\\r\\n'=1+1;-1234,50\\r\\n"
    """
    french = language == "fr"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([safe_text(word) for word in heading])
    for row in rows:
        writer.writerow([_cell(value, "," if french else ".") for value in row])
    return BYTE_ORDER_MARK + text.getvalue()


def safe_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> [safe_text(text) for text in ("Martin", "-1", " =A1")]
    ['Martin', "'-1", "' =A1"]
    """
    risky = text.startswith(_HIDING) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if risky else text


def _cell(value: Cell, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", decimal)
    return str(value)
