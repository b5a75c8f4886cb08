"""Break text into lines: greedily at spaces, inside a word only where it alone is wider than the line.

No kerning, no hyphenation, no bidirectional reordering; no-break spaces (U+00A0, U+202F) hold, and so does the space
before a colon or after « of a text typed without them. Widths are exact
because a line's width is the sum of its characters'.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from facturier.pdf.drawing import Text
from facturier.pdf.nodes import LineBreak, PageField, TextRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from facturier.pdf.drawing import Mark
    from facturier.pdf.fonts import Face, MissingGlyph
    from facturier.pdf.nodes import Align, Inline
    from facturier.pdf.theme import TextStyle

_SPACES = re.compile(r"[ \t\r\n]+")
# French sets a space before these marks and after those; typed as an ordinary one, it is no place to break.
_HELD = re.compile(" (?=[:;!?»%€])")
_UNEVEN_SPACES = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")  # all but a single space: in most texts there are none
_BREAK_INSIDE = "-/._@:,;"


class Setting(NamedTuple):
    """What setting text depends on besides the text.

    Attributes:
        missing: Collects the characters without a glyph, by character.
        scale: Factor on all sizes (content that is shrunk into its block).
        page: The page's number and the number of pages, in layers only.
    """

    missing: dict[str, MissingGlyph]
    scale: float = 1.0
    page: tuple[int, int] | None = None


class Piece(NamedTuple):
    """Characters of one style without a place to break."""

    text: str
    face: Face
    size: float
    colour: str
    width: float


class SetLine(NamedTuple):
    """One line: its height, and its pieces with their distance from the line's left end."""

    height: float
    width: float
    pieces: tuple[tuple[float, Piece], ...]

    def marks(self, x: float, y: float, width: float, align: Align) -> list[Mark]:
        """Return the line's text with the line's top at ``y``, aligned between ``x`` and ``x + width``."""
        if align == "right":
            x += width - self.width
        elif align == "center":
            x += (width - self.width) / 2
        middle = y + self.height / 2
        return [
            Text(x + offset, middle + face.capital_height * size / 2, text, face, size, colour)
            for offset, (text, face, size, colour, _) in self.pieces
        ]


def natural_width(inlines: Sequence[Inline], setting: Setting) -> float:
    """Return the width of text set on one line (of its longest line where it has breaks)."""
    widest = width = 0.0
    for inline in inlines:
        if isinstance(inline, LineBreak):
            widest, width = max(widest, width), 0.0
            continue
        text, face, size = _drawn(inline, setting)
        width += face.width(_UNEVEN_SPACES.sub(" ", text)) * size / 1000
    return max(widest, width)


def natural_line(inlines: Sequence[Inline], style: TextStyle, setting: Setting) -> SetLine | None:
    """Set a text of one style on one line, however long; None if it is of several styles or has breaks."""
    if len(inlines) != 1 or type(inlines[0]) is not TextRun:
        return None
    run = inlines[0]
    text, face, size = _drawn(run, setting)
    if _SPACES.search(text):
        if _UNEVEN_SPACES.search(text):
            text = _UNEVEN_SPACES.sub(" ", text)
        text = text.strip(" ")
    height = style.leading * setting.scale
    if not text:
        return SetLine(height, 0.0, ())
    taken = face.width(text) * size / 1000
    return SetLine(height, taken, ((0.0, Piece(text, face, size, run.style.colour, taken)),))


def set_lines(inlines: Sequence[Inline], style: TextStyle, width: float, setting: Setting) -> list[SetLine]:
    """Break text into lines no wider than ``width``; a text without words gives no line."""
    line = natural_line(inlines, style, setting)
    if line is not None and line.width <= width:
        return [line] if line.pieces else []
    return _Setter(style, width, setting).lines(inlines)


def _drawn(inline: TextRun | PageField, setting: Setting) -> tuple[str, Face, float]:
    """Return the text as the face can draw it, the face and the size."""
    if isinstance(inline, TextRun):
        text, style, bold = inline
        if " " in text:
            text = _HELD.sub("\u00a0", text).replace("« ", "«\u00a0").replace("° ", "°\u00a0")
    else:
        number, count = setting.page or (1, 1)
        text, style, bold = str(number if inline.which == "number" else count), inline.style, inline.bold
    if style.capitals:
        text = text.upper()
    face = style.bold_face if bold else style.face
    if not face.characters.issuperset(text):
        text = face.shown(text, setting.missing)
    return text, face, style.size * setting.scale


class _Setter:
    """Fills lines word by word. A word is a list of pieces that must stay together, of any styles."""

    def __init__(self, style: TextStyle, width: float, setting: Setting) -> None:
        self.style = style
        self.width = width
        self.setting = setting
        self.done: list[SetLine] = []
        self.line: list[tuple[float, Piece]] = []
        self.used = 0.0
        self.open_style: tuple[Face, float, str] | None = None
        self.open_texts: list[str] = []
        self.open_start = 0.0

    def lines(self, inlines: Iterable[Inline]) -> list[SetLine]:
        word: list[Piece] = []
        gap: Piece | None = None
        for inline in inlines:
            if isinstance(inline, LineBreak):
                self.place(word, gap)
                word, gap = [], None
                self.end_line(forced=True)
                continue
            text, face, size = _drawn(inline, self.setting)
            colour = inline.style.colour
            space = Piece(" ", face, size, colour, face.width(" ") * size / 1000)
            for index, part in enumerate(_SPACES.split(text)):
                if index:
                    self.place(word, gap)
                    word, gap = [], space
                if part:
                    word.append(Piece(part, face, size, colour, face.width(part) * size / 1000))
        self.place(word, gap)
        self.end_line(forced=False)
        return self.done

    def place(self, word: list[Piece], gap: Piece | None) -> None:
        """Put a word on the line, or on the next one where it does not fit."""
        if not word:
            return
        needed = sum(piece.width for piece in word)
        between = gap.width if gap is not None and self.used else 0.0
        if self.used + between + needed <= self.width + 0.001:
            if between and gap is not None:
                self.join(gap)
            for piece in word:
                self.join(piece)
            return
        if needed > self.width:
            if between and gap is not None and self.used + between < self.width * 0.7:
                self.join(gap)
            elif self.used:
                self.end_line(forced=False)
            for piece in word:
                self.place_broken(piece)
            return
        self.end_line(forced=False)
        for piece in word:
            self.join(piece)

    def place_broken(self, piece: Piece) -> None:
        """Put a piece that is wider than a line on as many lines as it needs."""
        rest = piece.text
        while rest:
            count = self.fitting(piece, rest)
            if count == 0:
                if self.used:
                    self.end_line(forced=False)
                    continue
                count = 1
            part, rest = rest[:count], rest[count:]
            self.join(piece._replace(text=part, width=piece.face.width(part) * piece.size / 1000))
            if rest:
                self.end_line(forced=False)

    def fitting(self, piece: Piece, text: str) -> int:
        """Return how many characters of a text fit on the rest of the line, preferring to end after punctuation."""
        room = self.width - self.used
        count = 0
        taken = 0.0
        for character in text:
            taken += piece.face.width(character) * piece.size / 1000
            if taken > room + 0.001:
                break
            count += 1
        if count < len(text):
            for end in range(count, max(count // 2, 0), -1):
                if text[end - 1] in _BREAK_INSIDE:
                    return end
        return count

    def join(self, piece: Piece) -> None:
        """Append a piece to the line, in one with the piece before where the style is the same."""
        style = (piece.face, piece.size, piece.colour)
        if style != self.open_style:
            self.close_piece()
            self.open_style = style
            self.open_start = self.used
        self.open_texts.append(piece.text)
        self.used += piece.width

    def close_piece(self) -> None:
        """Put the texts joined so far on the line as one piece."""
        if self.open_style is None:
            return
        face, size, colour = self.open_style
        piece = Piece("".join(self.open_texts), face, size, colour, self.used - self.open_start)
        self.line.append((self.open_start, piece))
        self.open_texts = []
        self.open_style = None

    def end_line(self, forced: bool) -> None:
        """Close the line; an empty one counts only where the text asked for it."""
        self.close_piece()
        if not self.line and not forced:
            return
        scale = self.setting.scale
        height = self.style.leading * scale
        largest = max((piece.size for _, piece in self.line), default=0.0)
        if largest > self.style.size * scale:
            height *= largest / (self.style.size * scale)
        self.done.append(SetLine(height, self.used, tuple(self.line)))
        self.line = []
        self.used = 0.0
