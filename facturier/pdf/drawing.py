"""What a laid-out page consists of: a list of marks, in points from the page's top left corner.

The layout makes these values, :mod:`facturier.pdf.paint` turns them into PDF operators; nothing else passes
between the two, so a page can be tested without a PDF. Colours are PDF operands, "r g b" between 0 and 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from facturier.pdf.fonts import Face

POINTS_PER_MM = 72 / 25.4


class Text(NamedTuple):
    """A piece of one line of text; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: str


class Rectangle(NamedTuple):
    """A filled or outlined rectangle, with rounded corners if it has a radius."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    fill: str | None
    stroke: str | None
    stroke_width: float


class Line(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float


class Code(NamedTuple):
    """A QR symbol: one string of 0 and 1 per row, drawn inside a white square with its quiet zone."""

    x: float
    y: float
    size: float
    rows: tuple[str, ...]
    ink: str
    paper: str


class PlacedPicture(NamedTuple):
    """A picture of the document, by name, stretched to the given frame; ``radius`` rounds its corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    name: str


class Turned(NamedTuple):
    """A text turned around its centre (the watermark)."""

    x: float
    y: float
    degrees: float
    text: str
    face: Face
    size: float
    colour: str


class Shifted(NamedTuple):
    """Marks moved down together."""

    dy: float
    marks: tuple[Mark, ...]


class Bookmark(NamedTuple):
    """A place of the page that the reader's outline leads to."""

    y: float
    title: str


Mark = Text | Rectangle | Line | Code | PlacedPicture | Turned | Shifted | Bookmark
