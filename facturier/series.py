"""Numbering series and their small grammar of patterns.

    2026-01-01 custom "series" "main" "invoice" "F{year}-{number:04}"

A pattern is literal characters, ``{year}`` (restarts the series each year) and ``{number}`` or
``{number:04}`` (the running number, padded). It is read by hand: Python's own format language
would let a ledger reach into objects.

>>> pattern = parse_pattern("F{year}-{number:04}")
>>> pattern.format(2026, 42)
'F2026-0042'
>>> pattern.read("F2026-0042")
Position(year=2026, number=42)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from facturier.violations import Place

# BR-FR-01 and BR-FR-02: at most 35 characters, of these only.
LONGEST_NUMBER = 35
ALLOWED_CHARACTERS = re.compile(r"[A-Za-z0-9+\-_/]*\Z")

_TOKEN = re.compile(r"\{(?P<name>[a-z]+)(?::(?P<width>0\d{1,2}))?\}|(?P<literal>[^{}]+)")


class PatternError(ValueError):
    """The pattern is not of the grammar above."""


class Position(NamedTuple):
    """Where a number stands in its series: its year (0 when the series never restarts) and its rank."""

    year: int
    number: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A number pattern, ready to write and to read numbers."""

    text: str
    template: str  # for the % operator, made from the tokens read by hand
    expression: re.Pattern[str]
    yearly: bool
    year_first: bool

    def format(self, year: int, number: int) -> str:
        """Write the number of a rank in a year."""
        if not self.yearly:
            return self.template % number
        return self.template % ((year, number) if self.year_first else (number, year))

    def read(self, text: str) -> Position | None:
        """Read a document number; None when it is not of this pattern."""
        matched = self.expression.match(text)
        if matched is None:
            return None
        position = Position(int(matched["year"]) if self.yearly else 0, int(matched["number"]))
        # One rank has one spelling: F2026-00042 is not F2026-0042.
        return position if self.format(*position) == text else None


@dataclass(frozen=True, slots=True)
class Series:
    """A numbering series as declared."""

    id: str
    kind: str
    pattern: Pattern
    stated: date
    start: int
    reason: str
    seller: str
    place: Place

    def first_number(self, year: int) -> int:
        """Return the first rank of a year: ``start:`` in the year of the directive, then 1."""
        return self.start if year in (0, self.stated.year) else 1

    def takes(self, kinds: Collection[str], seller: str) -> bool:
        """Tell whether documents of some kinds of series and of a seller ("" where unknown) may be numbered in it."""
        return self.kind in kinds and (not self.seller or not seller or self.seller == seller)


def place_of_number(
    stated: Sequence[Series], kinds: Sequence[str], seller: str, number: str
) -> tuple[Series, Position] | None:
    """Return the series that a number is of, the kinds tried in their order, and where it stands there."""
    for kind in kinds:
        for series in stated:
            if series.takes((kind,), seller):
                position = series.pattern.read(number)
                if position is not None:
                    return series, position
    return None


@lru_cache(maxsize=256)
def parse_pattern(text: str) -> Pattern:
    """Read a pattern.

    Raises:
        PatternError: It has braces other than {year} and {number}, no {number}, or one twice; or its numbers
            would hold characters that no number may hold, or too many.
    """
    template = expression = ""
    seen: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            raise PatternError(text)
        end = token.end()
        name = token["name"]
        if name is None:
            if not ALLOWED_CHARACTERS.match(token["literal"]):
                raise PatternError(text)
            template += token["literal"].replace("%", "%%")
            expression += re.escape(token["literal"])
            continue
        seen.append(name)
        if name == "year" and token["width"] is None:
            template += "%04d"
            expression += r"(?P<year>\d{4})"
        elif name == "number":
            template += f"%0{int(token['width'] or 1)}d"
            expression += r"(?P<number>\d{1,18})"
        else:
            raise PatternError(text)
    if end != len(text) or seen.count("number") != 1 or seen.count("year") > 1:
        raise PatternError(text)
    pattern = Pattern(text, template, re.compile(expression + r"\Z", re.ASCII), "year" in seen, seen[0] == "year")
    if len(pattern.format(1, 1)) > LONGEST_NUMBER:
        raise PatternError(text)
    return pattern
