"""The ledger's own text: where a key is written, and what beancount swallows or garbles.

beancount keeps the last of two equal keys on a ``custom`` or an ``open`` without a word, and
answers a decimal comma or a blank line between keys with "unexpected INDENT". These are found
in the text itself, so that each gets its own sentence with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from facturier.directives.faults import KEY_TWICE, SYNTAX
from facturier.messages import Message, message
from facturier.violations import Place, Violation

_KEY_LINE = re.compile(r"^[ \t]+([a-z][A-Za-z0-9_-]*):", re.MULTILINE)
_SINGLE_VALUED = re.compile(
    r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}[ \t]+(?:custom|open)\b[^\n]*\n(?P<body>(?:[ \t]+\S[^\n]*\n?)+)", re.MULTILINE
)
_BLANK_INSIDE = re.compile(
    r"^[ \t]+\S[^\n]*\n(?:[ \t]*\n)+(?P<rest>[ \t]+(?:[a-z][A-Za-z0-9_-]*:|[A-Z][\w-]*:)[^\n]*)", re.MULTILINE
)
_DECIMAL_COMMA = re.compile(r"\d,(?!\d{3}(?!\d))\d")
_PERCENT = re.compile(r":[ \t]*(?P<number>\d+(?:\.\d+)?)[ \t]*%")
_ODD_LINK = re.compile(r"\^(?P<link>[^\s\"]*[^\x00-\x7f\s\"][^\s\"]*)")
_DIRECTIVE_START = re.compile(r"^\d{4}[-/]", re.MULTILINE)
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|;[^\n]*')


def read_source(filename: str) -> str | None:
    """Return a ledger file's text, or None where there is no such file or no text in it."""
    try:
        return Path(filename).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        return None


def place_of_key(place: Place, key: str) -> Place:
    """Return the line on which a key of the directive or posting at a place is written.

    beancount records a line for the directive and for each posting, not for each key.
    """
    text = read_source(place.filename)
    if text is None:
        return place
    lines = text.split("\n")
    for index in range(place.line, min(place.line + 200, len(lines))):
        line = lines[index]
        if line[:1].isdigit():
            break
        if line.lstrip().startswith(f"{key}:"):
            return Place(place.filename, index + 1)
    return place


def scan(filename: str, text: str) -> Iterator[Violation]:
    """Find what beancount swallows or answers without help in one ledger file."""
    yield from _keys_twice(filename, text)
    yield from _decimal_commas(filename, text)
    yield from _percent_signs(filename, text)
    yield from _odd_links(filename, text)
    yield from _blank_lines(filename, text)


def _keys_twice(filename: str, text: str) -> Iterator[Violation]:
    for directive in _SINGLE_VALUED.finditer(text):
        seen: dict[str, int] = {}
        for key in _KEY_LINE.finditer(text, directive.start("body"), directive.end("body")):
            if _inside_string(text, key.start(1)):
                continue
            line = _line_of(text, key.start(1))
            name = key[1]
            if name in seen:
                found = message(
                    "The key {key} stands twice here, on lines {first} and {second}; beancount keeps the last in "
                    "silence. Delete the one that is wrong.",
                    key=name,
                    first=seen[name],
                    second=line,
                )
                yield Violation(KEY_TWICE, found, Place(filename, line))
            seen.setdefault(name, line)


def _decimal_commas(filename: str, text: str) -> Iterator[Violation]:
    for comma in _DECIMAL_COMMA.finditer(text):
        if _is_code(text, comma.start()):
            number = _word_around(text, comma.start())
            yield _syntax(
                filename,
                text,
                comma.start(),
                message("Numbers take a point, not a comma: write {right}.", right=number.replace(",", ".")),
            )


def _percent_signs(filename: str, text: str) -> Iterator[Violation]:
    for percent in _PERCENT.finditer(text):
        if _is_code(text, percent.start("number")):
            yield _syntax(
                filename,
                text,
                percent.start("number"),
                message("A rate is written without the % sign: {right}.", right=percent["number"]),
            )


def _odd_links(filename: str, text: str) -> Iterator[Violation]:
    for link in _ODD_LINK.finditer(text):
        if _is_code(text, link.start()):
            found = message(
                "The link ^{link} may hold only letters without accents, digits and - _ / . ; "
                "beancount drops the whole transaction.",
                link=link["link"],
            )
            yield _syntax(filename, text, link.start(), found)


def _blank_lines(filename: str, text: str) -> Iterator[Violation]:
    for blank in _BLANK_INSIDE.finditer(text):
        if _is_code(text, blank.start("rest")) and not _inside_string(text, blank.start("rest")):
            yield _syntax(
                filename,
                text,
                blank.start("rest"),
                message("A blank line ends a directive; remove the blank line above this one."),
            )


def _syntax(filename: str, text: str, offset: int, found: Message) -> Violation:
    return Violation(SYNTAX, found, Place(filename, _line_of(text, offset)))


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _is_code(text: str, offset: int) -> bool:
    """Tell whether an offset lies outside strings and comments, on a line of a dated directive."""
    start = text.rfind("\n", 0, offset) + 1
    if text[start : start + 1] in ("*", "#", ";", ""):
        return False
    return not _inside_string(text, offset)


def _inside_string(text: str, offset: int) -> bool:
    """Tell whether an offset lies in a string or a comment, counting from its directive's first line."""
    line_start = text.rfind("\n", 0, offset) + 1
    while line_start > 0 and not _DIRECTIVE_START.match(text, line_start):
        line_start = text.rfind("\n", 0, line_start - 1) + 1
    for token in _STRING_OR_COMMENT.finditer(text, line_start):
        if token.start() > offset:
            return False
        if offset < token.end():
            return True
    return False


def _word_around(text: str, offset: int) -> str:
    start = offset
    while start > 0 and text[start - 1] in "0123456789,.-":
        start -= 1
    end = offset
    while end < len(text) and text[end] in "0123456789,.":
        end += 1
    return text[start:end]
