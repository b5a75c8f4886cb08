"""Slabs: the horizontal strips a body is cut into, and how they fill pages.

Everything that flows becomes a list of slabs, each with a height and its marks relative to its own top. Filling
pages is then one pass over the list: glued slabs stay together, a table that is cut gets its carried-forward total
at the foot, and the total brought forward with the table's head at the top of the next page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from facturier.messages import message
from facturier.pdf.drawing import Shifted
from facturier.pdf.faults import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from facturier.pdf.drawing import Mark

MOST_PAGES = 3000


@dataclass(eq=False)
class Continuation:
    """What a table needs when a page ends inside it.

    Attributes:
        head: The head as slabs, repeated on each page.
        total: Makes the line of a carried-forward total: text of the foot or of the head, and the sum.
        total_height: The height of that line; 0 where the table carries nothing.
    """

    head: tuple[Slab, ...]
    foot_line: Callable[[Decimal], Slab] | None = None
    head_line: Callable[[Decimal], Slab] | None = None
    total_height: float = 0.0


class Slab(NamedTuple):
    """One strip of the body.

    Attributes:
        height: Its height in points.
        marks: What is drawn, measured from its top; x from the page's left edge.
        glued: Whether the next slab must stand on the same page.
        droppable: Whether it vanishes at the top of a page (space).
        table: The table it continues: a page break before it is a break inside that table.
        more: Whether the table goes on after it, so that room is kept for the carried total.
        value: What it adds to the table's carried total.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    glued: bool = False
    droppable: bool = False
    table: Continuation | None = None
    more: Continuation | None = None
    value: Decimal | None = None


@dataclass
class _Pages:
    """The pages being filled: the marks of each, and how far the last one is filled."""

    first_top: float
    later_top: float
    bottom: float
    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = 0.0
    sums: dict[Continuation, Decimal] = field(default_factory=dict)
    empty: bool = True

    def put(self, slab: Slab) -> None:
        """Place a slab at the current height."""
        if slab.droppable and self.empty and len(self.pages) > 1:
            return
        if slab.marks:
            self.pages[-1].append(Shifted(self.y, slab.marks))
        self.y += slab.height
        self.empty = self.empty and slab.droppable
        if slab.value is None:
            return
        continuation = slab.table or slab.more
        if continuation is not None:
            self.sums[continuation] = self.sums.get(continuation, Decimal(0)) + slab.value

    def turn(self, table: Continuation | None) -> None:
        """Begin a new page; inside a table, carry its total over and repeat its head."""
        carried = self.sums.get(table) if table is not None else None
        if table is not None and carried is not None and table.foot_line is not None:
            self.put(table.foot_line(carried))
        if len(self.pages) >= MOST_PAGES:
            raise TemplateError("", 0, message("The document would have more than {most} pages.", most=MOST_PAGES))
        self.pages.append([])
        self.y = self.later_top
        self.empty = True
        if table is None:
            return
        for slab in table.head:
            self.put(slab)
        if carried is not None and table.head_line is not None:
            self.put(table.head_line(carried))
        self.empty = True


def fill_pages(slabs: Sequence[Slab], first_top: float, later_top: float, bottom: float) -> list[list[Mark]]:
    """Place slabs on as many pages as they need and return the marks of each page; at least one page.

    Slabs glued together move to the next page together, unless they are higher than a whole page: then they are
    placed one by one. A single slab higher than a page overflows it at the foot (its maker avoids that).
    """
    pages = _Pages(first_top, later_top, bottom, y=first_top)
    for group in _groups(slabs):
        reserve = group[-1].more.total_height if group[-1].more is not None else 0.0
        height = sum([slab.height for slab in group]) + reserve
        table = group[0].table
        room = bottom - later_top - _head_height(table)
        if height <= room or len(group) == 1:
            _place(pages, group, height, table)
            continue
        for slab in group:
            kept = slab.more.total_height if slab.more is not None else 0.0
            _place(pages, (slab,), slab.height + kept, slab.table)
    return pages.pages


def _place(pages: _Pages, group: Sequence[Slab], height: float, table: Continuation | None) -> None:
    """Put a group on the current page if it fits there or the page is still empty, else on the next."""
    if group[0].droppable and all(slab.droppable for slab in group):
        if pages.y + height <= pages.bottom:
            pages.put(group[0])
        return
    if pages.y + height > pages.bottom + 0.01 and not (pages.empty and len(pages.pages) > 1):
        pages.turn(table)
    for slab in group:
        pages.put(slab)


def _head_height(table: Continuation | None) -> float:
    """Return the height that a repeated head and a brought-forward total take."""
    return 0.0 if table is None else sum(slab.height for slab in table.head) + table.total_height


def _groups(slabs: Iterable[Slab]) -> Iterator[tuple[Slab, ...]]:
    """Yield runs of slabs that belong together; room after a glued slab belongs to it."""
    group: list[Slab] = []
    for slab in slabs:
        room_inside = slab.droppable and bool(group)
        group.append(slab)
        if not slab.glued and not room_inside:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def stacked(slabs: Iterable[Slab]) -> tuple[float, tuple[Mark, ...]]:
    """Return the height of slabs one above the other, and their marks from the top of the first."""
    marks: list[Mark] = []
    y = 0.0
    for slab in slabs:
        if slab.marks:
            marks.append(Shifted(y, slab.marks))
        y += slab.height
    return y, tuple(marks)


def glued_together(slabs: Sequence[Slab]) -> list[Slab]:
    """Return slabs that all stay on one page."""
    return [slab._replace(glued=True) for slab in slabs[:-1]] + list(slabs[-1:])
