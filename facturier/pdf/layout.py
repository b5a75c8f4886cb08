"""From the page description to pages of marks: one pass over the body, then the layers of each page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from facturier.messages import message
from facturier.pdf import nodes
from facturier.pdf.drawing import Bookmark, Code, Line, PlacedPicture, Rectangle, Shifted, Text, Turned
from facturier.pdf.epc_qr import qr_rows
from facturier.pdf.faults import TemplateError
from facturier.pdf.slabs import Slab, fill_pages, glued_together, stacked
from facturier.pdf.tables import shared_widths, table_slabs
from facturier.pdf.wrapping import Setting, set_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from facturier.pdf.drawing import Mark
    from facturier.pdf.fonts import MissingGlyph
    from facturier.pdf.pictures import Picture

_SHRINKING = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)


class LaidOut(NamedTuple):
    """A document as pages of marks.

    Attributes:
        pages: The marks of each page, in drawing order.
        missing: The characters that no face has.
        cut: The beginnings of texts that did not fit into their block and were cut.
    """

    pages: tuple[tuple[Mark, ...], ...]
    missing: tuple[MissingGlyph, ...]
    cut: tuple[str, ...]


def lay_out(
    document: nodes.Document, pictures: Mapping[str, Picture], amount_text: Callable[[Decimal], str]
) -> LaidOut:
    """Lay out a document.

    Args:
        document: The page description.
        pictures: The pictures it may name.
        amount_text: Writes a carried-forward total.

    Raises:
        TemplateError: It names a picture that was not given, or would fill thousands of pages.
    """
    return _Layout(document, pictures, amount_text).pages()


class _Layout:
    """Lays out one document."""

    def __init__(
        self, document: nodes.Document, pictures: Mapping[str, Picture], amount_text: Callable[[Decimal], str]
    ) -> None:
        self.document = document
        self.pictures = pictures
        self.amount_text = amount_text
        self.missing: dict[str, MissingGlyph] = {}
        self.cut: list[str] = []
        self.capacity = document.bottom - document.later_top

    def pages(self) -> LaidOut:
        document = self.document
        width = document.page_width - document.left - document.right
        slabs = self.flow(document.body, document.left, width, Setting(self.missing))
        bodies = fill_pages(slabs, document.first_top, document.later_top, document.bottom)
        pages: list[tuple[Mark, ...]] = []
        constant: dict[int, list[Mark]] = {}
        for number, body in enumerate(bodies, 1):
            marks: list[Mark] = []
            setting = Setting(self.missing, page=(number, len(bodies)))
            for layer in document.layers:
                if layer.pages == "all" or (layer.pages == "first") == (number == 1):
                    for item in layer.items:
                        key = id(item)
                        if key not in constant or _counts_pages(item):
                            constant[key] = self.item(item, setting)
                        marks.extend(constant[key])
            pages.append((*marks, *body))
        missing = tuple(self.missing[character] for character in sorted(self.missing))
        return LaidOut(tuple(pages), missing, tuple(dict.fromkeys(self.cut)))

    # Layers

    def item(self, item: nodes.PlacedBlock | nodes.PlacedLine | nodes.Watermark, setting: Setting) -> list[Mark]:
        """Return the marks of what stands in a layer."""
        if isinstance(item, nodes.PlacedLine):
            return [Line(item.x1, item.y1, item.x2, item.y2, item.colour, item.thickness)]
        if isinstance(item, nodes.Watermark):
            return self.watermark(item)
        frame = item.frame
        marks = _frame_marks(frame, item.x, item.y, item.width, item.height)
        left, width = item.x + frame.padding, item.width - 2 * frame.padding
        room = item.height - 2 * frame.padding
        slabs = self.fitted(item, left, width, room, setting)
        height, content = stacked(slabs)
        spare = max(room - height, 0.0)
        offset = {"top": 0.0, "middle": spare / 2, "bottom": spare}[item.valign]
        if content:
            marks.append(Shifted(item.y + frame.padding + offset, content))
        return marks

    def fitted(self, item: nodes.PlacedBlock, left: float, width: float, room: float, setting: Setting) -> list[Slab]:
        """Return a block's content: smaller if it may shrink and must, cut with a note where it still does not fit."""
        slabs: list[Slab] = []
        for scale in _SHRINKING if item.shrink else _SHRINKING[:1]:
            slabs = self.flow(item.content, left, width, setting._replace(scale=scale))
            if sum(slab.height for slab in slabs) <= room + 0.01:
                return slabs
        kept: list[Slab] = []
        used = 0.0
        for slab in slabs:
            if used + slab.height > room + 0.01:
                self.cut.append(_first_text(slab.marks))
                break
            kept.append(slab)
            used += slab.height
        return kept

    def watermark(self, item: nodes.Watermark) -> list[Mark]:
        """Return a text across the middle of the page, narrowed to the page's width."""
        face = item.style.face
        text = face.shown(item.text.upper() if item.style.capitals else item.text, self.missing)
        document = self.document
        room = document.page_width * 0.95
        size = min(item.style.size, room * 1000 / max(face.width(text), 1.0))
        return [
            Turned(document.page_width / 2, document.page_height / 2, item.degrees, text, face, size, item.style.colour)
        ]

    # Flow

    def flow(self, blocks: Sequence[nodes.Block], left: float, width: float, setting: Setting) -> list[Slab]:
        """Return blocks one below the other as slabs."""
        slabs: list[Slab] = []
        for block in blocks:
            slabs.extend(self.block(block, left, max(width, 1.0), setting))
        return slabs

    def block(self, block: nodes.Block, left: float, width: float, setting: Setting) -> list[Slab]:
        """Return one block as slabs."""
        match block:
            case nodes.Paragraph():
                return _paragraph(block, left, width, setting)
            case nodes.Space():
                return [Slab(block.height * setting.scale, droppable=True)]
            case nodes.Rule():
                line = Line(left, block.thickness / 2, left + width, block.thickness / 2, block.colour, block.thickness)
                return [Slab(block.thickness, (line,))]
            case nodes.Image():
                return [self.image(block, left, width)]
            case nodes.EpcCode():
                return self.epc(block, left, width)
            case nodes.Table():
                return table_slabs(block, left, width, setting, self.amount_text)
            case nodes.Columns():
                return self.columns(block, left, width, setting)
            case nodes.Box():
                return self.box(block, left, width, setting)
            case nodes.Keep():
                return glued_together(self.flow(block.content, left, width, setting))

    def image(self, image: nodes.Image, left: float, width: float) -> Slab:
        """Return a picture as large as fits into its frame."""
        picture = self.pictures.get(image.name)
        if picture is None:
            raise TemplateError("", 0, message('<image name="{name}">: there is no such picture.', name=image.name))
        frame_width = min(image.width, width)
        factor = min(frame_width / picture.width, image.height / picture.height)
        shown_width, shown_height = picture.width * factor, picture.height * factor
        x = left + _indent(image.align, width, shown_width)
        return Slab(shown_height, (PlacedPicture(x, 0, shown_width, shown_height, image.radius, image.name),))

    def epc(self, code: nodes.EpcCode, left: float, width: float) -> list[Slab]:
        """Return a payment code; nothing where there is nothing to pay."""
        if not code.payload:
            return []
        x = left + _indent(code.align, width, code.size)
        mark = Code(x, 0, code.size, qr_rows(code.payload), code.colour, code.paper)
        return [Slab(code.size, (mark,))]

    def columns(self, columns: nodes.Columns, left: float, width: float, setting: Setting) -> list[Slab]:
        """Return cells side by side; one below the other where they are higher than a page."""
        gap = columns.gap
        widths = shared_widths(columns.widths, width - gap * (len(columns.cells) - 1))
        stacks: list[tuple[float, tuple[Mark, ...]]] = []
        x = left
        for cell, cell_width in zip(columns.cells, widths, strict=True):
            stacks.append(stacked(self.flow(cell.content, x, cell_width, setting)))
            x += cell_width + gap
        height = max(stack[0] for stack in stacks)
        if height > self.capacity:
            return [slab for cell in columns.cells for slab in self.flow(cell.content, left, width, setting)]
        marks: list[Mark] = []
        for cell, (used, content) in zip(columns.cells, stacks, strict=True):
            offset = {"top": 0.0, "middle": (height - used) / 2, "bottom": height - used}[cell.valign]
            if content:
                marks.append(Shifted(offset, content))
        return [Slab(height, tuple(marks))] if height else []

    def box(self, box: nodes.Box, left: float, width: float, setting: Setting) -> list[Slab]:
        """Return content on its ground; without the ground where it is higher than a page."""
        padding = box.frame.padding
        slabs = self.flow(box.content, left + padding, width - 2 * padding, setting)
        content_height, content = stacked(slabs)
        height = content_height + 2 * padding
        if height > self.capacity:
            return slabs
        return [Slab(height, (*_frame_marks(box.frame, left, 0, width, height), Shifted(padding, content)))]


def _counts_pages(item: nodes.PlacedBlock | nodes.PlacedLine | nodes.Watermark) -> bool:
    """Return whether an item of a layer looks different on each page."""
    return isinstance(item, nodes.PlacedBlock) and any(map(_has_page_field, item.content))


def _has_page_field(block: nodes.Block) -> bool:
    """Return whether a block shows the page's number or the number of pages."""
    match block:
        case nodes.Paragraph():
            return any(isinstance(inline, nodes.PageField) for inline in block.inlines)
        case nodes.Table():
            cells = [cell for row in block.rows for cell in row.cells] + list(block.head)
            return any(_has_page_field(paragraph) for cell in cells for paragraph in cell.paragraphs)
        case nodes.Columns():
            return any(_has_page_field(inner) for cell in block.cells for inner in cell.content)
        case nodes.Box() | nodes.Keep():
            return any(map(_has_page_field, block.content))
        case _:
            return False


def _paragraph(paragraph: nodes.Paragraph, left: float, width: float, setting: Setting) -> list[Slab]:
    """Return a paragraph's lines; its first two and last two stay together, a heading stays with what follows."""
    lines = set_lines(paragraph.inlines, paragraph.style, width, setting)
    slabs: list[Slab] = []
    for index, line in enumerate(lines):
        marks = line.marks(left, 0, width, paragraph.align)
        if paragraph.heading and index == 0:
            marks.insert(0, Bookmark(0, " ".join(piece.text for _, piece in line.pieces)))
        glued = paragraph.heading or (len(lines) > 1 and index in (0, len(lines) - 2))
        slabs.append(Slab(line.height, tuple(marks), glued=glued))
    return slabs


def _frame_marks(frame: nodes.Frame, x: float, y: float, width: float, height: float) -> list[Mark]:
    """Return the ground and outline of a box."""
    if frame.fill is None and frame.stroke is None:
        return []
    return [Rectangle(x, y, width, height, frame.radius, frame.fill, frame.stroke, frame.stroke_width)]


def _indent(align: nodes.Align, room: float, used: float) -> float:
    """Return how far content is moved right for its alignment."""
    return {"left": 0.0, "center": (room - used) / 2, "right": room - used}[align]


def _first_text(marks: Sequence[Mark]) -> str:
    """Return the first text among marks, to name what was cut."""
    for mark in marks:
        if isinstance(mark, Shifted):
            found = _first_text(mark.marks)
            if found:
                return found
        elif isinstance(mark, Text):
            return mark.text
    return ""
