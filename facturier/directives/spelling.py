"""Did you mean…: the declared word nearest to what was typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import lru_cache

from facturier.messages import Message, message

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CLOSE_ENOUGH = 0.8


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate a typing slip away from a word, or None.

    Underscores, capitals and camelCase count as slips of their own.

    >>> nearest("order_ref", ["order-ref", "order"])
    'order-ref'
    >>> nearest("vendorCode", ["vendor"]) is None
    True
    """
    return _nearest(word, tuple(sorted(candidates)))


@lru_cache(maxsize=4096)
def _nearest(word: str, candidates: tuple[str, ...]) -> str | None:
    dashed = _CAMEL.sub("-", word).replace("_", "-").lower()
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    if dashed in by_lower:
        return by_lower[dashed]
    found = get_close_matches(dashed, by_lower, n=1, cutoff=_CLOSE_ENOUGH)
    return by_lower[found[0]] if found else None


def not_there(key: str, number: str, known: Collection[str]) -> Message:
    """Say that a number after a key names nothing, with the nearest one that does."""
    meant = nearest(number, known)
    if meant is not None:
        return message('{key}: there is no "{number}"; did you mean "{meant}"?', key=key, number=number, meant=meant)
    return message('{key}: there is no "{number}" in these books.', key=key, number=number)
