"""What a template looks like: colours, text styles, table looks and fonts, read from ``theme.toml``.

A theme is data; a user's own values are laid over the template's file key by key, so changing the accent colour
is one line. Nothing visual is fixed in Python but these defaults of the *reader*: a missing key is an error.

    [colours]
    accent = "#0b5c6b"
    [text.body]
    size = 8.5          # points
    leading = 11.5      # from one baseline to the next
    colour = "ink"
    [table.lines]
    head = "label"
    row = "body"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.ttfonts import TTFError

from facturier.messages import message
from facturier.pdf.faults import TemplateError, unknown_name
from facturier.pdf.fonts import Face, load_face, packaged_fonts

if TYPE_CHECKING:
    from pathlib import Path

    from facturier.messages import Message

Option = str | int | float | bool | tuple[str, ...]
# Text stands on the paper, and in the boxes of the default template on the tint.
_USUAL_GROUNDS = ("white", "tint")
_HEX_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text is set.

    Attributes:
        face: The face of plain text in this style.
        bold_face: The face inside ``<b>``.
        size: Font size in points.
        leading: Height of a line in points.
        colour: PDF operands.
        capitals: Whether the text is shown in capitals.
    """

    face: Face
    bold_face: Face
    size: float
    leading: float
    colour: str
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A rule's colour and thickness in points."""

    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class TableLook:
    """How a table is set: styles of its parts, rules between them, paddings in points."""

    head: TextStyle
    row: TextStyle
    detail: TextStyle
    strong: TextStyle
    head_rule: Stroke | None
    row_rule: Stroke | None
    padding_top: float
    padding_bottom: float
    padding_side: float
    strong_fill: str | None
    strong_radius: float


@dataclass(frozen=True, slots=True)
class Theme:
    """The values of one ``theme.toml``, checked and resolved.

    Attributes:
        colours: PDF operands by name.
        styles: Text styles by name.
        looks: Table looks by name.
        options: What the template itself reads.
        grounds: The names of the colours on which a style's text stands, by style.
        start_tags: What the dialect's reader made of start tags under this theme; a template writes the same ones
            in every document.
    """

    colours: Mapping[str, str]
    styles: Mapping[str, TextStyle]
    looks: Mapping[str, TableLook]
    options: Mapping[str, Option]
    grounds: Mapping[str, tuple[str, ...]]
    start_tags: dict[tuple[object, ...], dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)


def colour_operands(text: str) -> str | None:
    """Return "#0b5c6b" as PDF operands, or None if it is no colour.

    >>> colour_operands("#ff0080")
    '1 0 0.502'
    """
    found = _HEX_COLOUR.fullmatch(text)
    if found is None:
        return None
    return " ".join(f"{int(part, 16) / 255:.3f}".rstrip("0").rstrip(".") for part in found.groups())


def merged(values: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table of a theme over another, key by key, tables inside tables too."""
    result = dict(values)
    for key, value in over.items():
        below = result.get(key)
        both_tables = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[key] = merged(below, value) if both_tables else value  # type: ignore[arg-type]
    return result


def read_theme(text: str, filename: str, over: Mapping[str, Any] | None = None, fonts: Sequence[Path] = ()) -> Theme:
    """Read a theme.

    Args:
        text: The TOML.
        filename: How errors call the file.
        over: The user's own values, laid over the file's.
        fonts: Folders of fonts, searched before the ones that come with facturier.

    Raises:
        TemplateError: The TOML cannot be read, a value is missing, or has the wrong type.
    """
    try:
        values: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise TemplateError(
            filename, int(found[1]) if found else 0, message("This is not valid TOML: {error}.", error=error)
        ) from error
    return _Reader(filename, merged(values, over or {}), fonts).theme()


class _Reader:
    """Reads one merged theme; keeps the file's name for its errors."""

    def __init__(self, filename: str, values: Mapping[str, Any], fonts: Sequence[Path]) -> None:
        self.filename = filename
        self.values = values
        self.fonts = fonts
        self.colours: dict[str, str] = {}
        self.styles: dict[str, TextStyle] = {}

    def fault(self, text: Message) -> TemplateError:
        return TemplateError(self.filename, 0, text)

    def theme(self) -> Theme:
        for name in self.table("colours"):
            written = str(self.table("colours")[name])
            operands = colour_operands(written)
            if operands is None:
                raise self.fault(
                    message("The colour {name} is “{written}”: write it as #rrggbb.", name=name, written=written)
                )
            self.colours[name] = operands
        regular, bold = (self.face(name) for name in ("regular", "bold"))
        for name, style in self.table("text").items():
            self.styles[name] = self.style(f"text.{name}", style, regular, bold)
        if "body" not in self.styles:
            raise self.fault(message("The theme needs a text style named body."))
        looks = {name: self.look(f"table.{name}", look) for name, look in self.table("table").items()}
        options = {name: self.option(name, value) for name, value in self.table("options").items()}
        grounds = {name: self.grounds(f"text.{name}", style) for name, style in self.table("text").items()}
        return Theme(self.colours, self.styles, looks, options, grounds)

    def option(self, name: str, value: object) -> Option:
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        if isinstance(value, str | int | float):
            return value
        raise self.fault(message("options.{name} must be a text, a number, true, false or a list of texts.", name=name))

    def grounds(self, where: str, table: Mapping[str, Any]) -> tuple[str, ...]:
        stated = table.get("on")
        if stated is None:
            return tuple(name for name in _USUAL_GROUNDS if name in self.colours)
        if not isinstance(stated, list):
            raise self.fault(message('{where}.on must be a list of colours, such as ["accent"].', where=where))
        for name in stated:
            self.colour(name)
        return tuple(stated)

    def table(self, name: str) -> Mapping[str, Any]:
        value = self.values.get(name, {})
        if not isinstance(value, Mapping):
            raise self.fault(message("{name} must be a table.", name=name))
        return value

    def face(self, role: str) -> Face:
        name = self.table("fonts").get(role)
        if not isinstance(name, str) or not re.fullmatch(r"[\w-][\w .-]*\.ttf", name):
            raise self.fault(message("fonts.{role} must be the name of a .ttf file, without a folder.", role=role))
        for folder in (*self.fonts, packaged_fonts()):
            if (folder / name).is_file():
                try:
                    return load_face(folder / name)
                except (TTFError, OSError) as error:
                    raise self.fault(
                        message("The font {name} cannot be used: {error}.", name=name, error=error)
                    ) from error
        raise self.fault(
            message(
                "There is no font {name}: put it into the folder fonts/ of the template, or beside the ledger.",
                name=name,
            )
        )

    def number(
        self, where: str, table: Mapping[str, Any], key: str, low: float, high: float, default: float | None = None
    ) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.fault(
                message(
                    "{where}.{key} must be a number from {low} to {high}.", where=where, key=key, low=low, high=high
                )
            )
        return float(value)

    def colour(self, name: object) -> str:
        if isinstance(name, str) and name in self.colours:
            return self.colours[name]
        raise self.fault(unknown_name(message("colour"), str(name), self.colours))

    def named_style(self, name: object) -> TextStyle:
        if isinstance(name, str) and name in self.styles:
            return self.styles[name]
        raise self.fault(unknown_name(message("text style"), str(name), self.styles))

    def style(self, where: str, table: object, regular: Face, bold: Face) -> TextStyle:
        if not isinstance(table, Mapping):
            raise self.fault(message("{name} must be a table.", name=where))
        size = self.number(where, table, "size", 3, 200)
        return TextStyle(
            face=bold if table.get("bold") is True else regular,
            bold_face=bold,
            size=size,
            leading=self.number(where, table, "leading", 3, 300),
            colour=self.colour(table.get("colour", "ink")),
            capitals=table.get("capitals") is True,
        )

    def stroke(self, where: str, value: object) -> Stroke | None:
        if value is None:
            return None
        if isinstance(value, list) and len(value) == 2 and isinstance(value[1], int | float):
            return Stroke(self.colour(value[0]), float(value[1]))
        raise self.fault(message('{where} must be a colour and a thickness, such as ["rule", 0.4].', where=where))

    def look(self, where: str, table: object) -> TableLook:
        if not isinstance(table, Mapping):
            raise self.fault(message("{name} must be a table.", name=where))
        row = self.named_style(table.get("row", "body"))
        fill = table.get("strong-fill")
        return TableLook(
            head=self.named_style(table.get("head", "body")),
            row=row,
            detail=self.named_style(table.get("detail", "body")),
            strong=self.named_style(table["strong"]) if "strong" in table else row,
            head_rule=self.stroke(f"{where}.head-rule", table.get("head-rule")),
            row_rule=self.stroke(f"{where}.row-rule", table.get("row-rule")),
            padding_top=self.number(where, table, "padding-top", 0, 100, 0),
            padding_bottom=self.number(where, table, "padding-bottom", 0, 100, 0),
            padding_side=self.number(where, table, "padding-side", 0, 100, 0),
            strong_fill=self.colour(fill) if fill is not None else None,
            strong_radius=self.number(where, table, "strong-radius", 0, 100, 0),
        )
