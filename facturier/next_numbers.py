"""The next number of a series, drawn from the ledger itself and from nowhere else.

Source: CGI ann. II art. 242 nonies A I-7°; BOI-TVA-DECLA-30-20-20-10 § 70 to 110: a number is
given when the invoice is issued, without gaps, in the order of the dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from facturier.directives.spelling import nearest
from facturier.documents import Document, Kind
from facturier.messages import Message, message
from facturier.series import Position, Series

# What the numbers of a series begin with, where none is declared yet.
_LETTERS = {"credit-note": "A", "claim": "PR"}


class NumberRefusedError(Exception):
    """No number can be given."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


class _Last(NamedTuple):
    rank: int
    day: date


class NextNumbers:
    """The numbers that come next, series by series; each one drawn moves its series on."""

    def __init__(self, series: Sequence[Series], documents: Iterable[Document]) -> None:
        self._series = series
        self._last: dict[tuple[str, int], _Last] = {}
        for document in documents:
            if document.kind.on_books and document.number:
                self._count(document)

    def draw(self, kind: Kind, named: str, seller: str, day: date) -> str:
        """Return the next number.

        Args:
            kind: What is issued.
            named: Id of the series that the document or its client names, or "".
            seller: Id of the seller.
            day: The date of issue.

        Raises:
            NumberRefusedError: There is no such series, or its last number has a later date.
        """
        series = self._find(kind, named, seller, day)
        year = day.year if series.pattern.yearly else 0
        last = self._last.get((series.id, year))
        if last is not None and day < last.day:
            raise NumberRefusedError(
                message(
                    "The last number of the series, {number}, is dated {last}: a higher number cannot have the earlier "
                    "date {day}. Issue on {last} or after it.",
                    number=series.pattern.format(year, last.rank),
                    last=last.day,
                    day=day,
                )
            )
        rank = series.first_number(year) if last is None else last.rank + 1
        self._last[series.id, year] = _Last(rank, day)
        return series.pattern.format(year, rank)

    def _find(self, kind: Kind, named: str, seller: str, day: date) -> Series:
        fitting = [
            series
            for word in kind.series
            for series in self._series
            if series.kind == word and (not series.seller or not seller or series.seller == seller)
        ]
        if named:
            chosen = next((series for series in fitting if series.id == named), None)
            if chosen is None:
                raise NumberRefusedError(self._unknown(kind, named, fitting))
            return chosen
        if not fitting:
            wanted = kind.series[0]
            raise NumberRefusedError(
                message(
                    'No series of kind {kind} is declared; add: {day} custom "series" "{kind}" "{kind}" "{pattern}".',
                    kind=wanted,
                    day=day.replace(month=1, day=1),
                    pattern=f"{_LETTERS.get(wanted, 'F')}{{year}}-{{number:04}}",
                )
            )
        return fitting[0]

    def _unknown(self, kind: Kind, named: str, fitting: Sequence[Series]) -> Message:
        meant = nearest(named, [series.id for series in fitting])
        if meant is not None:
            return message('There is no series "{named}"; did you mean "{meant}"?', named=named, meant=meant)
        return message('There is no series "{named}" of kind {kind}.', named=named, kind=kind.series[0])

    def _count(self, document: Document) -> None:
        placed = self._place(document)
        if placed is None:
            return
        series, position = placed
        last = self._last.get((series.id, position.year))
        if last is None:
            self._last[series.id, position.year] = _Last(position.number, document.date)
        else:
            self._last[series.id, position.year] = _Last(max(last.rank, position.number), max(last.day, document.date))

    def _place(self, document: Document) -> tuple[Series, Position] | None:
        seller = document.seller.id if document.seller else ""
        for word in document.kind.series:
            for series in self._series:
                if series.kind == word and (not series.seller or not seller or series.seller == seller):
                    position = series.pattern.read(document.number)
                    if position is not None:
                        return series, position
        return None
