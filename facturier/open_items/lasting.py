"""How an item was paid down in the end: what was counted towards it, less what was taken back later.

A direct debit that came back, a cheque without funds or an allocation that was undone raises the item again: the
payment it takes back never counted, so the debt was late all along. The last one is taken back first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from facturier.open_items.items import Item, Nature, Settled


def lasting(item: Item, history: Iterable[Settled], until: date = date.max) -> list[Settled]:
    """Return what lowered an item and was not taken back by a day, in the order of time.

    Args:
        item: The item.
        history: What was counted towards it, in the order of time.
        until: The last day looked at.

    Returns:
        The parts that stay, their amounts signed as posted; moves between accounts are left out.
    """
    kept: list[Settled] = []
    for one in history:
        if one.day > until or one.nature is Nature.MOVED:
            continue
        if one.amount * item.amount < 0:
            kept.append(one)
        else:
            _take_back(kept, one)
    return kept


def _take_back(kept: list[Settled], one: Settled) -> None:
    """Take an amount off what lowered the item: of its own nature first, the last one first."""
    left = one.amount
    for same in (True, False):
        for rank in range(len(kept) - 1, -1, -1):
            before = kept[rank]
            if not left or (before.nature is one.nature) is not same:
                continue
            part = min(left, -before.amount) if left > 0 else max(left, -before.amount)
            left -= part
            kept[rank] = before._replace(amount=before.amount + part)
    kept[:] = [other for other in kept if other.amount]
