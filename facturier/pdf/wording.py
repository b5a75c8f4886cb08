"""The words and the number formats of a page's language, read from ``wording/<language>.toml``.

    [numbers]
    decimal = ","
    thousands = "\\u202f"
    money = "{amount}\\u00a0{currency}"
    [title]
    invoice = "Facture"

One more file is one more language; no Python knows the words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

from facturier.messages import message
from facturier.money import smallest_unit
from facturier.pdf.faults import TemplateError, unknown_name

_HOLE = re.compile(r"\{(\w+)\}")
_MINUS = "\u2212"
_GROUP = 3  # digits between two separators of thousands


class CurrencyFormat(NamedTuple):
    """How amounts in a currency are written: at least so many decimals, and what stands around the number."""

    decimals: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language.

    Attributes:
        language: Such as "fr".
        filename: Where its words are, for errors.
        texts: Every text by its dotted name, such as "title.invoice".
        months: The names of the months.
        currencies: How amounts in a currency are written, once they have been.
    """

    language: str
    filename: str
    texts: Mapping[str, str]
    months: tuple[str, ...]
    currencies: dict[str, CurrencyFormat] = field(default_factory=dict, init=False, compare=False, repr=False)

    def has(self, name: str) -> bool:
        """Return whether there is a text of this name."""
        return name in self.texts

    def text(self, name: str, **values: object) -> str:
        """Return a text with its holes filled.

        Raises:
            TemplateError: There is no such text.
        """
        template = self.texts.get(name)
        if template is None:
            raise TemplateError(self.filename, 0, unknown_name(message("text"), name, self.texts))
        return _filled(template, values) if values else template

    def number(self, value: Decimal, decimals: int | None = None) -> str:
        """Return a number: with so many decimals, or with those it has, without trailing zeros.

        Nothing is rounded away: a value with more decimals than asked for keeps them.
        """
        if not value.is_finite():
            return str(value)
        text = str(abs(value))
        if "E" in text:
            text = format(abs(value), "f")
        text, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0")
        if decimals is not None:
            fraction = fraction.ljust(decimals, "0")
        if len(text) > _GROUP:  # Python's own grouping takes several times as long as this test
            text = f"{Decimal(text):,f}".replace(",", self.texts["numbers.thousands"])
        if fraction:
            text += self.texts["numbers.decimal"] + fraction
        return _MINUS + text if value < 0 else text

    def money(self, value: Decimal, currency: str, *, whole: bool = False) -> str:
        """Return an amount in its currency, with the currency's decimals at least.

        With ``whole``, an amount without cents is written without decimals (a share capital).
        """
        written = self.currencies.get(currency)
        if written is None:
            written = self.currencies[currency] = self.currency(currency)
        decimals = 0 if whole and value == value.to_integral_value() else written.decimals
        text = f"{written.before}{self.number(abs(value), decimals)}{written.after}"
        return _MINUS + text if value < 0 else text

    def currency(self, code: str) -> CurrencyFormat:
        """Return how amounts in a currency are written."""
        known = f"currencies.{code}"
        template = self.texts["numbers.money" if known in self.texts else "numbers.other-money"]
        before, _, after = template.partition("{amount}")
        symbol = {"currency": self.texts.get(known, code)}
        decimals = max(-_exponent(smallest_unit(code)), 0)
        return CurrencyFormat(decimals, _filled(before, symbol), _filled(after, symbol))

    def percent(self, value: Decimal) -> str:
        """Return a rate in percent."""
        return _filled(self.texts["numbers.percent"], {"number": self.number(value)})

    def date(self, day: date) -> str:
        """Return a date."""
        parts = {
            "day": day.day,
            "dd": f"{day.day:02}",
            "mm": f"{day.month:02}",
            "month": self.months[day.month - 1],
            "yyyy": f"{day.year:04}",
        }
        return _filled(self.texts["numbers.date"], parts)


def read_wording(language: str, text: str, filename: str, over: str = "", over_filename: str = "") -> Wording:
    """Read a language's file, with a template's own words laid over it.

    Raises:
        TemplateError: A file is not TOML, or a value is not text.
    """
    texts = dict(_flattened(text, filename))
    if over:
        texts.update(_flattened(over, over_filename))
    months = tuple(texts.get("numbers.months", "").split())
    needed = ("decimal", "thousands", "money", "other-money", "percent", "date")
    missing = [name for name in needed if f"numbers.{name}" not in texts]
    if missing or len(months) != 12:
        raise TemplateError(
            filename, 0, message("[numbers] needs {names}.", names=", ".join(missing) or "twelve months")
        )
    return Wording(language, over_filename or filename, texts, months)


@lru_cache(maxsize=64)
def _flattened(text: str, filename: str) -> tuple[tuple[str, str], ...]:
    """Return the texts of a file by dotted names."""
    try:
        values: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise TemplateError(
            filename, int(found[1]) if found else 0, message("This is not valid TOML: {error}.", error=error)
        ) from error
    flat: list[tuple[str, str]] = []
    for section, entries in values.items():
        if not isinstance(entries, Mapping):
            raise TemplateError(filename, 0, message("{name} must stand in a section.", name=section))
        for key, value in entries.items():
            if not isinstance(value, str):
                raise TemplateError(filename, 0, message("{name} must be text.", name=f"{section}.{key}"))
            flat.append((f"{section}.{key}", value))
    return tuple(flat)


def _filled(template: str, values: Mapping[str, object]) -> str:
    """Fill the holes of a template by name; no format specifications, no attributes."""
    return "".join([f"{before}{values.get(name, f'{{{name}}}') if name else ''}" for before, name in _split(template)])


@cache
def _split(template: str) -> tuple[tuple[str, str], ...]:
    """Return the texts of a template, each with the name of the hole behind it; the last one has none."""
    parts = [*_HOLE.split(template), ""]
    return tuple(zip(parts[::2], parts[1::2], strict=True))


def _exponent(step: Decimal) -> int:
    """Return the exponent of a power of ten."""
    exponent = step.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
