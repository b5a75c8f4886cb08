"""Editing ledger text: where a directive stands, and putting other text in its place.

Lines are those that beancount counts. What is not edited keeps every byte: comments, order,
indentation, line endings, and a last line without an end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|;[^\n]*|[^";\n]+|\n|"', re.DOTALL)
_CONTINUES = re.compile(r"[ \t]+[^\s]")


class Block(NamedTuple):
    """The text of one directive, its keys, postings and inner comments.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character, before the end of its last line.
        text: Its text with plain line feeds.
        ending: The line ending it is written with.
    """

    start: int
    end: int
    text: str
    ending: str


class Edit(NamedTuple):
    """Other text, with plain line feeds, for the place of a block."""

    block: Block
    text: str


class SourceText:
    """The text of a ledger file, ready to find directives by their line."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8")
        self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def block(self, line: int) -> Block | None:
        """Return the directive that begins on a line, counted from one; None where the text has no such line."""
        if not 1 <= line <= len(self._starts):
            return None
        start = self._starts[line - 1]
        end = _end_of_block(self.text, start)
        raw = self.text[start:end]
        following = self.text[end : end + 2]
        ending = "\r\n" if "\r\n" in raw or following == "\r\n" else "\n"
        return Block(start, end, raw.replace("\r\n", "\n"), ending)

    def line_of(self, offset: int) -> int:
        """Return the line, counted from one, on which an offset lies."""
        return bisect_right(self._starts, offset)

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """Return the content with blocks replaced."""
        parts: list[str] = []
        reached = 0
        for block, text in sorted(edits, key=lambda edit: edit.block.start):
            parts += (self.text[reached : block.start], text.strip("\n").replace("\n", block.ending))
            reached = block.end
        return "".join([*parts, self.text[reached:]]).encode()


def first_line_end(text: str) -> int:
    """Return the offset at which the first line of a directive ends; its strings may run over lines."""
    for token in _TOKEN.finditer(text):
        if token[0] == "\n":
            return token.start()
    return len(text)


def comment_lines(text: str) -> set[int]:
    """Return the lines of a directive, counted from zero, that hold nothing but a comment."""
    found = set()
    line, said = 0, False
    for token in _TOKEN.finditer(text):
        if token[0] == "\n":
            line, said = line + 1, False
        elif token[0][0] == ";":
            if not said:
                found.add(line)
        else:
            line += token[0].count("\n")
            said = said or bool(token[0].strip())
    return found


def quoted(text: str) -> str:
    r"""Return text as a string of the ledger on one line.

    >>> quoted('5" pipe')
    '"5\\" pipe"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r\n", "\n")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _end_of_block(text: str, start: int) -> int:
    for token in _TOKEN.finditer(text, start):
        if token[0] == "\n" and not _CONTINUES.match(text, token.end()):
            end = token.start()
            return end - 1 if text[end - 1 : end] == "\r" and end > start else end
    return len(text)
