"""Circles: documents whose own legs settle one another round and round, so that nothing is settled at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from facturier.open_items.items import Fault, FaultKind, Item, Movement, Operation


def circles(items: Mapping[str, Item], operations: Iterable[Operation]) -> list[Fault]:
    """Return a fault for each circle, at the document of it that comes first.

    Args:
        items: The items by id.
        operations: In the order of time.
    """
    moves: dict[str, list[Movement]] = {}
    for operation in operations:
        first = operation.movements[0]
        if first.source:
            moves.setdefault(items[first.source].number, []).append(first)
    found: list[Fault] = []
    done: set[str] = set()
    for number, legs in moves.items():
        way = _way_back(number, moves) if number not in done else None
        if way is not None and len(way) > 2:
            done |= set(way)
            found.append(Fault(FaultKind.CIRCLE, legs[0], way, legs[0].amount))
    return found


def _way_back(start: str, moves: Mapping[str, list[Movement]]) -> tuple[str, ...] | None:
    """Return the shortest way from a document back to itself, both ends named, or None."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = set()
    for way in ways:
        for leg in moves.get(way[-1], ()):
            for name in leg.settles:
                number = name.partition("#")[0]
                if number == start:
                    return (*way, start)
                if number not in seen:
                    seen.add(number)
                    ways.append((*way, number))
    return None
