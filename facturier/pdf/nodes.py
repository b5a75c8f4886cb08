"""The elements of a page description as immutable values, checked and with their defaults filled in.

Lengths are points here (the dialect's are millimetres); colours are PDF operands; styles are resolved. What a long
document has thousands of is a named tuple, which is made several times as fast as a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from facturier.pdf.theme import TableLook, TextStyle

Align = Literal["left", "center", "right"]
VerticalAlign = Literal["top", "middle", "bottom"]


class TextRun(NamedTuple):
    """A piece of text in one style; ``bold`` picks the style's bold face."""

    text: str
    style: TextStyle
    bold: bool


@dataclass(frozen=True, slots=True)
class LineBreak:
    """``<br/>``."""


@dataclass(frozen=True, slots=True)
class PageField:
    """``<page-number/>`` or ``<page-count/>``: known once the body is laid out."""

    which: Literal["number", "count"]
    style: TextStyle
    bold: bool


Inline = TextRun | LineBreak | PageField


class Paragraph(NamedTuple):
    """``<p>`` and ``<heading>``; a heading stays with what follows and is a bookmark."""

    inlines: tuple[Inline, ...]
    style: TextStyle
    align: Align
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """``<space>``: vertical room, dropped at the top of a page."""

    height: float


@dataclass(frozen=True, slots=True)
class Rule:
    """``<rule>``: a line over the full width."""

    colour: str
    thickness: float


@dataclass(frozen=True, slots=True)
class Image:
    """``<image>``: a picture fitted into its frame without distortion."""

    name: str
    width: float
    height: float
    radius: float
    align: Align


@dataclass(frozen=True, slots=True)
class EpcCode:
    """``<epc>``: the payment code, quiet zone included in ``size``."""

    payload: str
    size: float
    colour: str
    paper: str
    align: Align


class Cell(NamedTuple):
    """One cell of a table row: a main text and detail texts below it, each with its style."""

    paragraphs: tuple[Paragraph, ...]


class Row(NamedTuple):
    """One row; ``value`` is added to the carried-forward total."""

    cells: tuple[Cell, ...]
    value: Decimal | None
    strong: bool


@dataclass(frozen=True, slots=True)
class ColumnWidth:
    """A column's width in points, or None for a share of what remains."""

    points: float | None
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """``<table>``: rows under a head that repeats on each page, with carried-forward totals if asked for."""

    widths: tuple[ColumnWidth, ...]
    aligns: tuple[Align, ...]
    look: TableLook
    head: tuple[Cell, ...]
    rows: tuple[Row, ...]
    carry: str
    brought: str
    tie: bool


@dataclass(frozen=True, slots=True)
class ColumnCell:
    """One ``<cell>`` of ``<columns>``."""

    content: tuple[Block, ...]
    valign: VerticalAlign


@dataclass(frozen=True, slots=True)
class Columns:
    """``<columns>``: cells side by side, kept on one page."""

    widths: tuple[ColumnWidth, ...]
    gap: float
    cells: tuple[ColumnCell, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a box: fill, outline, rounded corners, inner padding."""

    fill: str | None
    stroke: str | None
    stroke_width: float
    radius: float
    padding: float


@dataclass(frozen=True, slots=True)
class Box:
    """``<box>``: content on a tint or inside an outline, kept on one page."""

    frame: Frame
    content: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    """``<keep>``: content that stays together on one page."""

    content: tuple[Block, ...]


Block = Paragraph | Space | Rule | Image | EpcCode | Table | Columns | Box | Keep


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """``<block>`` in a layer: content at a fixed place of the page."""

    x: float
    y: float
    width: float
    height: float
    valign: VerticalAlign
    shrink: bool
    frame: Frame
    content: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """``<line>`` in a layer."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    thickness: float


@dataclass(frozen=True, slots=True)
class Watermark:
    """``<watermark>`` in a layer: a large text across the page, under everything else."""

    text: str
    style: TextStyle
    degrees: float


@dataclass(frozen=True, slots=True)
class Layer:
    """``<layer>``: what stands at fixed places of the first page, the later pages, or all."""

    pages: Literal["all", "first", "later"]
    items: tuple[PlacedBlock | PlacedLine | Watermark, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``<document>``: page size, the frame of the flowing body on first and later pages, layers and body."""

    page_width: float
    page_height: float
    left: float
    right: float
    first_top: float
    later_top: float
    bottom: float
    layers: tuple[Layer, ...]
    body: tuple[Block, ...]
