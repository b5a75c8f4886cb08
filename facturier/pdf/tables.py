"""Lay out one table: column widths, rows as slabs, the head and the carried-forward lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from facturier.pdf.drawing import Line, Rectangle
from facturier.pdf.nodes import Cell, Paragraph, Row, TextRun
from facturier.pdf.slabs import Continuation, Slab
from facturier.pdf.wrapping import SetLine, Setting, natural_line, natural_width, set_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from facturier.pdf.drawing import Mark
    from facturier.pdf.nodes import Align, ColumnWidth, Table
    from facturier.pdf.theme import Stroke, TextStyle

# A row of more lines than this may be cut at the end of a page; a shorter one moves as a whole.
_LONGEST_WHOLE_ROW = 8
# Least room between a column and its right-aligned neighbour, in points.
_COLUMN_GAP = 8.0
# A right-aligned column never grows beyond this share of the table, by the number of its columns.
_GREATEST_SHARES = {2: 0.75, 3: 0.42}
_GREATEST_SHARE = 0.3


class _Column(NamedTuple):
    """One column: where its text begins, how wide it is, how it is aligned."""

    x: float
    width: float
    align: Align


def shared_widths(widths: Sequence[ColumnWidth], room: float) -> list[float]:
    """Return column widths that fill the room: fixed ones as written, the rest by shares.

    Fixed widths that are too wide together are narrowed in proportion.
    """
    fixed = sum(width.points or 0.0 for width in widths)
    shares = sum(width.share for width in widths if width.points is None)
    smallest = room * 0.1 if shares else 0.0
    factor = min(1.0, (room - smallest) / fixed) if fixed else 1.0
    rest = room - fixed * factor
    return [width.points * factor if width.points is not None else rest * width.share / shares for width in widths]


def table_slabs(
    table: Table, left: float, width: float, setting: Setting, amount_text: Callable[[Decimal], str]
) -> list[Slab]:
    """Return a table as slabs.

    Args:
        table: The table.
        left: Its left edge on the page.
        width: Its width.
        setting: How text is set.
        amount_text: Writes a carried-forward total in the document's language and currency.
    """
    return _TableSetter(table, left, width, setting, amount_text).slabs()


class _TableSetter:
    """Sets one table."""

    def __init__(
        self, table: Table, left: float, width: float, setting: Setting, amount_text: Callable[[Decimal], str]
    ) -> None:
        self.table = table
        self.look = table.look
        self.left = left
        self.width = width
        self.setting = setting
        self.amount_text = amount_text
        self.natural: dict[int, SetLine | None] = {}  # by the identity of paragraphs, which many rows share
        self.columns = self.place_columns()

    def place_columns(self) -> list[_Column]:
        """Return the columns; a right-aligned one is widened to its widest cell, at the cost of the first shares."""
        side = self.look.padding_side * self.setting.scale
        widths = shared_widths(self.table.widths, self.width)
        greatest = self.width * _GREATEST_SHARES.get(len(widths), _GREATEST_SHARE)
        grown = 0.0
        for index, align in enumerate(self.table.aligns):
            if align != "right" or self.table.widths[index].points is None:
                continue
            needed = self.widest(index) + 2 * side + (_COLUMN_GAP if index else 0)
            if needed > widths[index]:
                wanted = min(needed, max(greatest, widths[index]))
                grown += wanted - widths[index]
                widths[index] = wanted
        if grown:
            shares = [index for index, width in enumerate(self.table.widths) if width.points is None] or [0]
            for index in shares:
                widths[index] = max(widths[index] - grown / len(shares), self.width * 0.1)
        columns: list[_Column] = []
        x = self.left
        last = len(widths) - 1
        for index, (width, align) in enumerate(zip(widths, self.table.aligns, strict=True)):
            # Text of a left-aligned column keeps clear of its neighbour; the outer edges stay on the margins.
            gap = 3.0 if align == "left" and index != last else 0.0
            columns.append(_Column(x + side, max(width - 2 * side - gap, 1.0), align))
            x += width
        return columns

    def widest(self, index: int) -> float:
        """Return the natural width of a column's widest main text."""
        cells = [row.cells[index] for row in self.table.rows]
        if self.table.head:
            cells.append(self.table.head[index])
        return max([self.natural_width(cell.paragraphs[0]) for cell in cells], default=0.0)

    def natural_width(self, paragraph: Paragraph) -> float:
        """Return the width of a text set on one line."""
        line = self.natural_line(paragraph)
        return natural_width(paragraph.inlines, self.setting) if line is None else line.width

    def natural_line(self, paragraph: Paragraph) -> SetLine | None:
        """Return a text of one style on one line, however long, set once for all the rows that share it; else None."""
        key = id(paragraph)
        try:
            return self.natural[key]
        except KeyError:
            line = self.natural[key] = natural_line(paragraph.inlines, paragraph.style, self.setting)
            return line

    def slabs(self) -> list[Slab]:
        """Return head and rows; each row knows whether a break before or after it is inside the table."""
        head = self.head_slabs()
        continuation = self.continuation(head)
        slabs: list[Slab] = [slab._replace(glued=True) for slab in head]
        rows = self.table.rows
        for index, row in enumerate(rows):
            first, last = index == 0, index == len(rows) - 1
            parts = self.row_slabs(row)
            for number, part in enumerate(parts):
                opening = number == 0
                before = None if first and opening else continuation
                after = None if last and number == len(parts) - 1 else continuation
                value = row.value if opening else None
                slabs.append(Slab(part.height, part.marks, part.glued, False, before, after, value))
        if self.table.tie and len(rows) >= 3 and not slabs[-1].glued:
            slabs[-1] = slabs[-1]._replace(glued=True)
        return slabs

    def head_slabs(self) -> tuple[Slab, ...]:
        """Return the head with its rule."""
        if not self.table.head:
            return ()
        return tuple(self.row_parts(self.table.head, self.look.head_rule, whole=True))

    def row_slabs(self, row: Row) -> list[Slab]:
        """Return a row: one slab, or one per line where it is too long to move as a whole."""
        fill = self.look.strong_fill if row.strong else None
        rule = None if row.strong else self.look.row_rule
        return self.row_parts(row.cells, rule, fill=fill)

    def row_parts(
        self, cells: Sequence[Cell], rule: Stroke | None, fill: str | None = None, whole: bool = False
    ) -> list[Slab]:
        """Return the slabs of cells side by side, with their paddings, ground and rule."""
        if fill is None:
            plain = self.plain_row(cells, rule)
            if plain is not None:
                return [plain]
        stacks = [self.cell_lines(cell, column.width) for cell, column in zip(cells, self.columns, strict=True)]
        scale = self.setting.scale
        top, bottom = self.look.padding_top * scale, self.look.padding_bottom * scale
        longest = max((len(stack) for stack in stacks), default=0)
        if whole or fill is not None or longest <= _LONGEST_WHOLE_ROW:
            return [self.whole_row(stacks, top, bottom, rule, fill)]
        slabs: list[Slab] = []
        for index in range(longest):
            marks: list[Mark] = []
            heights = [stack[index].height for stack in stacks if index < len(stack)]
            height = max(heights)
            above = top if index == 0 else 0.0
            below = bottom if index == longest - 1 else 0.0
            for stack, column in zip(stacks, self.columns, strict=True):
                if index < len(stack):
                    marks.extend(stack[index].marks(column.x, above, column.width, column.align))
            total = above + height + below
            if below and rule is not None:
                marks.append(Line(self.left, total, self.left + self.width, total, rule.colour, rule.width))
            glued = index in (0, longest - 2)
            slabs.append(Slab(total, tuple(marks), glued=glued))
        return slabs

    def plain_row(self, cells: Sequence[Cell], rule: Stroke | None) -> Slab | None:
        """Return a row whose cells have one line at most, as nearly all do; None for any other."""
        scale = self.setting.scale
        top = height = self.look.padding_top * scale
        marks: list[Mark] = []
        natural = self.natural
        for cell, (x, width, align) in zip(cells, self.columns, strict=True):
            paragraphs = cell.paragraphs
            line = natural.get(id(paragraphs[0])) or self.natural_line(paragraphs[0])
            if len(paragraphs) > 1 or line is None or line.width > width:
                return None
            if line.pieces:
                marks += line.marks(x, top, width, align)
                if top + line.height > height:
                    height = top + line.height
        height += self.look.padding_bottom * scale
        if rule is not None:
            marks.append(Line(self.left, height, self.left + self.width, height, rule.colour, rule.width))
        return Slab(height, tuple(marks))

    def whole_row(
        self,
        stacks: Sequence[Sequence[SetLine]],
        top: float,
        bottom: float,
        rule: Stroke | None,
        fill: str | None,
    ) -> Slab:
        """Return a row as one slab."""
        marks: list[Mark] = []
        height = 0.0
        for stack, (x, width, align) in zip(stacks, self.columns, strict=True):
            y = top
            for line in stack:
                marks += line.marks(x, y, width, align)
                y += line.height
            if y > height:
                height = y
        height += bottom
        if fill is not None:
            ground = Rectangle(self.left, 0, self.width, height, self.look.strong_radius, fill, None, 0)
            marks.insert(0, ground)
        if rule is not None:
            marks.append(Line(self.left, height, self.left + self.width, height, rule.colour, rule.width))
        return Slab(height, tuple(marks))

    def cell_lines(self, cell: Cell, width: float) -> list[SetLine]:
        """Return the lines of a cell, main text first, then its details."""
        lines: list[SetLine] = []
        for paragraph in cell.paragraphs:
            natural = self.natural_line(paragraph)
            if natural is None or natural.width > width:
                lines.extend(set_lines(paragraph.inlines, paragraph.style, width, self.setting))
            elif natural.pieces:
                lines.append(natural)
        return lines

    def continuation(self, head: tuple[Slab, ...]) -> Continuation:
        """Return what is drawn where a page ends inside the table."""
        carries = bool(self.table.carry) and any(row.value is not None for row in self.table.rows)
        if not carries:
            return Continuation(head)

        def line_of(label: str) -> Callable[[Decimal], Slab]:
            return lambda total: self.total_slab(label, self.amount_text(total))

        foot, top = line_of(self.table.carry), line_of(self.table.brought or self.table.carry)
        probe = self.total_slab(self.table.carry, "0")
        return Continuation(head, foot, top, probe.height)

    def total_slab(self, label: str, amount: str) -> Slab:
        """Return the line of a carried total: the label over the columns before, the amount in the last."""
        style: TextStyle = self.look.row
        last = self.columns[-1]
        room = last.x + last.width - self.left
        scale = self.setting.scale
        top, bottom = self.look.padding_top * scale, self.look.padding_bottom * scale
        marks: list[Mark] = []
        height = top
        paragraph = Paragraph((TextRun(f"{label}\u00a0\u00a0\u00a0{amount}", style, bold=True),), style, "right")
        for line in set_lines(paragraph.inlines, style, room, self.setting):
            marks.extend(line.marks(self.left, height, room, "right"))
            height += line.height
        return Slab(height + bottom, tuple(marks))
