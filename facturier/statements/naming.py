"""Which of our documents a payer's words name: whole tokens only, never a part of one.

"VIR F2026-0042 MERCI" names F2026-0042. "F2026-00421", "AF2026-0042" and "F2026-0042-1"
do not: a number inside another number is how payments end up with the wrong client.
RF references (ISO 11649) name the document they are derived from, with or without blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from facturier.references import creditor_reference

# What a document number may hold (BR-FR-02), and the link characters of beancount.
_RUN = re.compile(r"[A-Z0-9][A-Z0-9+\-_/.]*", re.ASCII)
_CUT = re.compile(r"([/.]+)")
# Beside a cut, a word such as REF/ or /MOTIF is no part of a number; 12/ or A/ may be.
_WORD = re.compile(r"[A-Z]{3,}", re.ASCII)
_RF = re.compile(r"(?<![A-Z0-9])RF[0-9]{2}", re.ASCII)
_LONGEST_RF = 25
_PUNCTUATION = "+-_/."
_SHORT = re.compile(r"[0-9\W_]{1,6}", re.ASCII)


def is_weak(number: str) -> bool:
    """Tell whether a number is so short and plain that other numbers look like it.

    >>> is_weak("118"), is_weak("2025-118"), is_weak("F42")
    (True, False, False)
    """
    return _SHORT.fullmatch(number) is not None


class Names:
    """Finds document numbers in texts, among the numbers of the books."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers: dict[str, set[str]] = {}
        self._references: dict[str, set[str]] = {}
        for number in numbers:
            self._numbers.setdefault(number.upper(), set()).add(number)
            reference = creditor_reference(number)
            if reference:
                self._references.setdefault(reference, set()).add(number)

    def named(self, texts: Iterable[str]) -> frozenset[str]:
        """Return every document that some text names. Two that share a spelling are both named."""
        found: set[str] = set()
        for text in texts:
            capitals = text.upper()
            for token in _tokens(capitals):
                found |= self._numbers.get(token, set())
            for start in _RF.finditer(capitals):
                for reference in _references_at(capitals, start.start()):
                    found |= self._references.get(reference, set())
        return frozenset(found)


def _tokens(text: str) -> Iterator[str]:
    """Yield each run of number characters, and what remains of it without the words around a cut."""
    for run in _RUN.findall(text):
        token = run.rstrip(_PUNCTUATION)
        yield token
        parts = _CUT.split(token)
        if len(parts) > 1:
            yield from _inner(parts)


def _inner(parts: list[str]) -> Iterator[str]:
    """Yield the stretches between cuts whose neighbours are words; ``parts`` alternates pieces and cuts."""
    pieces = parts[0::2]
    for first in range(len(pieces)):
        if first and not _WORD.fullmatch(pieces[first - 1]):
            continue
        for last in range(first, len(pieces)):
            whole = first == 0 and last == len(pieces) - 1
            after = pieces[last + 1] if last + 1 < len(pieces) else ""
            if not whole and (not after or _WORD.fullmatch(after)):
                yield "".join(parts[2 * first : 2 * last + 1]).strip(_PUNCTUATION)


def _references_at(text: str, start: int) -> Iterator[str]:
    """Yield what an RF reference beginning here may be: it ends where a group of characters ends."""
    reference = ""
    for here, after in pairwise(text[start:] + "\n\n"):
        if here.isascii() and here.isalnum():
            reference += here
            if len(reference) > _LONGEST_RF:
                return
            if not (after.isascii() and after.isalnum()):
                yield reference
        elif here != " ":
            return
