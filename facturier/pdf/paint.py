"""Marks to PDF operators (ISO 32000-1, chapters 8 and 9).

A first pass collects the characters of each face, so that each document embeds what it shows; a second one
writes one content stream per page. The layout measures from the top, PDF from the bottom: only this module knows.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from facturier.pdf.drawing import Bookmark, Code, Line, PlacedPicture, Rectangle, Shifted, Text, Turned
from facturier.pdf.qr import QUIET_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from facturier.pdf.drawing import Mark
    from facturier.pdf.fonts import Face, Subset

_RUN = re.compile("1+")
# Control points of a quarter circle as a cubic curve, as a share of the radius.
_CURVE = 0.5523


class EmbeddedFont(NamedTuple):
    """One subset of one face under its name in the page resources."""

    resource: str
    face: Face
    subset: Subset


class Painted(NamedTuple):
    """What the writer needs besides the metadata.

    Attributes:
        contents: One content stream per page.
        fonts: The fonts to embed.
        pictures: The names of the pictures used, in the order of use.
        bookmarks: Title, page counted from zero, height from the page's foot.
    """

    contents: tuple[bytes, ...]
    fonts: tuple[EmbeddedFont, ...]
    pictures: tuple[str, ...]
    bookmarks: tuple[tuple[str, int, float], ...]


def paint(pages: Sequence[Sequence[Mark]], height: float) -> Painted:
    """Turn the marks of each page into operators.

    Args:
        pages: The marks of each page.
        height: The paper's height in points.
    """
    painter = _Painter(pages, height)
    contents = tuple(painter.page(number, marks) for number, marks in enumerate(pages))
    return Painted(contents, painter.embedded, tuple(painter.pictures), tuple(painter.bookmarks))


class _Painter:
    """Writes the operators of one document."""

    def __init__(self, pages: Iterable[Iterable[Mark]], height: float) -> None:
        self.height = height
        used: defaultdict[Face, list[str]] = defaultdict(list)
        for marks in pages:
            _collect(marks, used)
        fonts: list[EmbeddedFont] = []
        self.fonts: dict[Face, list[EmbeddedFont]] = {}
        for face, texts in used.items():
            for subset in face.subsets(set("".join(texts))):
                font = EmbeddedFont(f"F{len(fonts) + 1}", face, subset)
                fonts.append(font)
                self.fonts.setdefault(face, []).append(font)
        self.embedded = tuple(fonts)
        self.pictures: dict[str, None] = {}
        self.bookmarks: list[tuple[str, int, float]] = []
        self.out: list[str] = []
        self.number = 0
        self.in_text = False
        self.font: tuple[str, float] = ("", 0.0)
        self.fill = ""
        self.stroke = ""
        self.line_width = -1.0

    def page(self, number: int, marks: Iterable[Mark]) -> bytes:
        """Return the content stream of a page."""
        self.out = []
        self.number = number
        self.in_text = False
        self.font, self.fill, self.stroke, self.line_width = ("", 0.0), "", "", -1.0
        self.marks(marks, 0.0)
        self.end_text()
        return "\n".join(self.out).encode("latin-1")

    def marks(self, marks: Iterable[Mark], dy: float) -> None:
        """Write marks moved down by ``dy``."""
        for mark in marks:
            match mark:
                case Text():
                    self.text(mark, dy)
                case Shifted():
                    self.marks(mark.marks, dy + mark.dy)
                case Line():
                    self.line(mark, dy)
                case Rectangle():
                    self.rectangle(mark, dy)
                case Code():
                    self.code(mark, dy)
                case PlacedPicture():
                    self.picture(mark, dy)
                case Turned():
                    self.turned(mark, dy)
                case Bookmark():
                    self.bookmarks.append((mark.title, self.number, self.height - dy - mark.y))

    # State

    def end_text(self) -> None:
        """Close the text object, if one is open."""
        if self.in_text:
            self.out.append("ET")
            self.in_text = False

    def fill_with(self, colour: str) -> None:
        """Set the fill colour, if it is another."""
        if colour != self.fill:
            self.out.append(f"{colour} rg")
            self.fill = colour

    def stroke_with(self, colour: str, width: float) -> None:
        """Set colour and thickness of lines, if they are others."""
        if colour != self.stroke:
            self.out.append(f"{colour} RG")
            self.stroke = colour
        if width != self.line_width:
            self.out.append(f"{width:.2f} w")
            self.line_width = width

    # Marks

    def text(self, mark: Text, dy: float) -> None:
        """Write one piece of text."""
        if not self.in_text:
            self.out.append("BT")
            self.in_text = True
            self.font = ("", 0.0)
        x, y, text, face, size, colour = mark
        if colour != self.fill:
            self.fill_with(colour)
        fonts = self.fonts[face]
        if len(fonts) == 1 and self.font == (fonts[0].resource, size):  # nearly always
            shown = text.translate(fonts[0].subset.encode)
            self.out.append(f"1 0 0 1 {x:.2f} {self.height - dy - y:.2f} Tm\n({shown}) Tj")
            return
        self.out.append(f"1 0 0 1 {x:.2f} {self.height - dy - y:.2f} Tm")
        self.show(text, face, size)

    def show(self, text: str, face: Face, size: float) -> None:
        """Write the operators that show a text at the current place."""
        fonts = self.fonts[face]
        if len(fonts) == 1:
            self.select(fonts[0], size)
            self.out.append(f"({text.translate(fonts[0].subset.encode)}) Tj")
            return
        start = 0
        while start < len(text):
            font = next(font for font in fonts if ord(text[start]) in font.subset.encode)
            end = start + 1
            while end < len(text) and ord(text[end]) in font.subset.encode:
                end += 1
            self.select(font, size)
            self.out.append(f"({text[start:end].translate(font.subset.encode)}) Tj")
            start = end

    def select(self, font: EmbeddedFont, size: float) -> None:
        """Set the font, if it is another."""
        if self.font != (font.resource, size):
            self.out.append(f"/{font.resource} {size:.2f} Tf")
            self.font = (font.resource, size)

    def line(self, mark: Line, dy: float) -> None:
        """Write a line."""
        self.end_text()
        self.stroke_with(mark.colour, mark.width)
        base = self.height - dy
        self.out.append(f"{mark.x1:.2f} {base - mark.y1:.2f} m {mark.x2:.2f} {base - mark.y2:.2f} l S")

    def rectangle(self, mark: Rectangle, dy: float) -> None:
        """Write a rectangle."""
        self.end_text()
        if mark.fill is not None:
            self.fill_with(mark.fill)
        if mark.stroke is not None:
            self.stroke_with(mark.stroke, mark.stroke_width)
        operator = "B" if mark.fill and mark.stroke else "f" if mark.fill else "S"
        path = _rectangle_path(mark.x, self.height - dy - mark.y - mark.height, mark.width, mark.height, mark.radius)
        self.out.append(f"{path} {operator}")

    def code(self, mark: Code, dy: float) -> None:
        """Write a QR symbol: its white ground, then each run of dark modules as one rectangle of one path."""
        self.end_text()
        module = mark.size / (len(mark.rows) + 2 * QUIET_ZONE)
        top = self.height - dy - mark.y
        self.fill_with(mark.paper)
        self.out.append(f"{mark.x:.2f} {top - mark.size:.2f} {mark.size:.2f} {mark.size:.2f} re f")
        self.fill_with(mark.ink)
        # Whole numbers in a scaled coordinate system: exact edges and a short path.
        left, foot = mark.x + QUIET_ZONE * module, top - (QUIET_ZONE + len(mark.rows)) * module
        self.out.append(f"q {module:.4f} 0 0 {module:.4f} {left:.3f} {foot:.3f} cm")
        last = len(mark.rows) - 1
        for row, modules in enumerate(mark.rows):
            y = last - row
            spans = [run.span() for run in _RUN.finditer(modules)]
            runs = [f"{start} {y} {end - start} 1 re" for start, end in spans]
            if runs:
                self.out.append(" ".join(runs))
        self.out.append("f Q")

    def picture(self, mark: PlacedPicture, dy: float) -> None:
        """Write a picture, clipped to rounded corners if it has any."""
        self.end_text()
        self.pictures[mark.name] = None
        resource = f"P{list(self.pictures).index(mark.name) + 1}"
        foot = self.height - dy - mark.y - mark.height
        clip = ""
        if mark.radius:
            clip = _rectangle_path(mark.x, foot, mark.width, mark.height, mark.radius) + " W n "
        self.out.append(f"q {clip}{mark.width:.2f} 0 0 {mark.height:.2f} {mark.x:.2f} {foot:.2f} cm /{resource} Do Q")

    def turned(self, mark: Turned, dy: float) -> None:
        """Write a turned text, centred on its point."""
        self.end_text()
        self.fill_with(mark.colour)
        cosine, sine = math.cos(math.radians(mark.degrees)), math.sin(math.radians(mark.degrees))
        half = mark.face.width(mark.text) * mark.size / 2000
        drop = mark.face.capital_height * mark.size / 2
        x = mark.x - half * cosine + drop * sine
        y = self.height - dy - mark.y - half * sine - drop * cosine
        self.out.append("BT")
        self.font = ("", 0.0)
        self.out.append(f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f} Tm")
        self.show(mark.text, mark.face, mark.size)
        self.out.append("ET")


def _collect(marks: Iterable[Mark], used: defaultdict[Face, list[str]]) -> None:
    """Note the texts of each face, faces in the order of their first use."""
    for mark in marks:
        if isinstance(mark, Text) or isinstance(mark, Turned):  # noqa: SIM101 (a union is told at several times the cost)
            used[mark.face].append(mark.text)
        elif isinstance(mark, Shifted):
            _collect(mark.marks, used)


def _rectangle_path(x: float, y: float, width: float, height: float, radius: float) -> str:
    """Return the path of a rectangle from its lower left corner, with corners as curves where they are round."""
    if not radius:
        return f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
    radius = min(radius, width / 2, height / 2)
    near = radius * (1 - _CURVE)
    right, top = x + width, y + height
    return " ".join(
        (
            f"{x + radius:.2f} {y:.2f} m {right - radius:.2f} {y:.2f} l",
            f"{right - near:.2f} {y:.2f} {right:.2f} {y + near:.2f} {right:.2f} {y + radius:.2f} c",
            f"{right:.2f} {top - radius:.2f} l",
            f"{right:.2f} {top - near:.2f} {right - near:.2f} {top:.2f} {right - radius:.2f} {top:.2f} c",
            f"{x + radius:.2f} {top:.2f} l",
            f"{x + near:.2f} {top:.2f} {x:.2f} {top - near:.2f} {x:.2f} {top - radius:.2f} c",
            f"{x:.2f} {y + radius:.2f} l",
            f"{x:.2f} {y + near:.2f} {x + near:.2f} {y:.2f} {x + radius:.2f} {y:.2f} c h",
        )
    )
