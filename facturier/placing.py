"""Placing: where the number of each invoice and credit note stands in its series."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from facturier.documents import Document, Kind
from facturier.parties import Seller
from facturier.series import LONGEST_NUMBER, Position, Series, place_of_number


class Placed(NamedTuple):
    """An invoice or credit note, and where its number stands.

    Attributes:
        document: The document.
        series: The series its number is of, or None.
        position: Where it stands there, or None.
    """

    document: Document
    series: Series | None
    position: Position | None


# Records are made past the constructors that NamedTuple writes in Python: there is one for each document.
_as_placed: Callable[[tuple[Document, Series, Position]], Placed] = partial(tuple.__new__, Placed)
_as_position: Callable[[tuple[int, int]], Position] = partial(tuple.__new__, Position)


def place_documents(documents: Iterable[Document], stated: Sequence[Series]) -> list[Placed]:
    """Place each invoice and credit note, in the order given; a number too long is of no series."""
    placed: list[Placed] = []
    # Most numbers are the ones expected next, after a document of the same kind and seller: comparing texts is
    # cheaper than reading patterns.
    expected: dict[str, tuple[Series, Position, Kind, Seller | None]] = {}
    for document in documents:
        kind, number, seller = document.kind, document.number, document.seller
        if not kind.is_invoice:
            continue
        found: tuple[Series, Position] | None = None
        if len(number) <= LONGEST_NUMBER:
            known = expected.pop(number, None)
            if known is not None:
                series, position, kind_before, seller_before = known
                is_alike = kind_before is kind and seller_before is seller
                if is_alike or series.takes(kind.series, seller.id if seller else ""):
                    found = series, position
            if found is None:
                found = place_of_number(stated, kind.series, seller.id if seller else "", number)
        if found is None:
            placed.append(Placed(document, None, None))
            continue
        series, position = found
        year, rank = position
        placed.append(_as_placed((document, series, position)))
        following = _as_position((year, rank + 1))
        expected[series.pattern.format(year, rank + 1)] = series, following, kind, seller
    return placed
