"""Placing: where the number of each invoice and credit note stands in its series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


class _Expected(NamedTuple):
    """The number that comes next, and the kind and seller of the document before it."""

    series: Series
    position: Position
    kind: Kind
    seller: Seller | None


def place_documents(documents: Iterable[Document], stated: Sequence[Series]) -> list[Placed]:
    """Place each invoice and credit note, in the order given; a number too long is of no series."""
    placed: list[Placed] = []
    # Most numbers are the ones expected next: comparing texts is cheaper than reading patterns.
    expected: dict[str, _Expected] = {}
    for document in documents:
        kind, number, seller = document.kind, document.number, document.seller
        if not kind.is_invoice:
            continue
        found: tuple[Series, Position] | None = None
        if len(number) <= LONGEST_NUMBER:
            seller_id = seller.id if seller else ""
            known = expected.pop(number, None)
            if known is not None and (
                (known.kind is kind and known.seller is seller) or known.series.takes(kind.series, seller_id)
            ):
                found = known.series, known.position
            else:
                found = place_of_number(stated, kind.series, seller_id, number)
        if found is None:
            placed.append(Placed(document, None, None))
            continue
        series, position = found
        placed.append(Placed(document, series, position))
        following = Position(position.year, position.number + 1)
        expected[series.pattern.format(*following)] = _Expected(series, following, kind, seller)
    return placed
