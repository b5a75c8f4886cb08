"""The ledger's own text: where a key is written, and what beancount swallows or garbles.

beancount keeps the last of two equal keys on a ``custom`` or an ``open`` without a word, and
answers a decimal comma or a blank line between keys with "unexpected INDENT". These are found
in the text itself, so that each gets its own sentence with its line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from facturier.directives.faults import KEY_TWICE, PAPER, SYNTAX
from facturier.directives.transactions import PAPER_FLAGS
from facturier.messages import Message, message
from facturier.violations import Place, Violation

_KEY_LINE = re.compile(r"[ \t]+([a-z][A-Za-z0-9_-]*):")
_KEY_LINES = re.compile(r"^[ \t]+([a-z][A-Za-z0-9_-]*):", re.MULTILINE)
_END_OF_DIRECTIVE = re.compile(r"\n(?![ \t])")
_KEY_OR_POSTING = re.compile(r"[ \t]+(?:[a-z][A-Za-z0-9_-]*:|[^\Wa-z\d_][\w-]*:)")
_DECIMAL_COMMA = re.compile(r"\d,(?!\d{3}(?!\d))\d")
_PERCENT = re.compile(r"(?P<number>\d+(?:\.\d+)?)[ \t]*\Z")
_ODD_LINK = re.compile(r"\^(?P<link>[^\s\"]*[^\x00-\x7f\s\"][^\s\"]*)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n(?=[ \t])")
_DIRECTIVE_START = re.compile(r"^\d{4}[-/]", re.MULTILINE)
# A seal as this program writes it, its keys in their order: none can stand twice. There is one for each document.
_PLAIN_SEAL = r'seal" "[^"\n]*" "[^"\n]*"{keys}\n(?![ \t])'.format(
    keys="".join(
        rf'(?:\n  {key}: "[^"\n]*")?' for key in ("parts", "seller", "pdf", "xml", "attached", "template", "made-with")
    )
)
# It begins with the line end before it: Python's search jumps from one to the next.
_LOOKED_INTO = re.compile(
    r"\n\d{4}[-/]\d{1,2}[-/]\d{1,2}[ \t]+"
    rf'(?:custom[ \t]+"(?!{_PLAIN_SEAL})|open[ \t]|(?P<paper>[{"".join(PAPER_FLAGS)}])[ \t])'
)
_POSTING_WITHOUT_AMOUNT = re.compile(
    r'[ \t]+(?:[!*][ \t]+)?[^\Wa-z_][^\s:;"]*(?::[^\s:;"]+)+[ \t\r]*(?:;[^\n]*)?(?=\n|\Z)'
)
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


class _Strings:
    """Where the strings and comments of a text are, each directive looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = 0
        self._tokens: list[tuple[int, int]] = []

    def hold(self, offset: int) -> bool:
        """Tell whether an offset lies in a string or a comment, counting from its directive's first line."""
        if not self._start <= offset < self._end:
            self._look_at(offset)
        index = bisect_right(self._tokens, (offset, len(self._text))) - 1
        return index >= 0 and offset < self._tokens[index][1]

    def _look_at(self, offset: int) -> None:
        start = self._text.rfind("\n", 0, offset) + 1
        while start > 0 and not _DIRECTIVE_START.match(self._text, start):
            start = self._text.rfind("\n", 0, start - 1) + 1
        following = _DIRECTIVE_START.search(self._text, offset + 1)
        self._start, self._end = start, following.start() if following else len(self._text) + 1
        self._tokens = []
        for token in _STRING_OR_COMMENT.finditer(self._text, start):
            if token.start() >= self._end:
                break
            self._tokens.append(token.span())
            self._end = max(self._end, token.end())  # a line of a string may begin like a directive


def scan(filename: str, text: str) -> Iterator[Violation]:
    """Find what beancount swallows or answers without help in one ledger file."""
    strings = _Strings(text)
    for is_paper, start in _directives(text):
        if is_paper:
            yield from _lines_without_amount(filename, text, start, strings)
        else:
            yield from _keys_twice(filename, text, start, strings)
    yield from _decimal_commas(filename, text, strings)
    yield from _percent_signs(filename, text, strings)
    yield from _odd_links(filename, text, strings)
    yield from _blank_lines(filename, text, strings)


def _directives(text: str) -> Iterator[tuple[bool, int]]:
    """Yield where the customs, opens and papers of a text begin, and whether it is a paper."""
    first = _LOOKED_INTO.match("\n" + text[: text.find("\n")] + " ")
    if first is not None:
        yield first["paper"] is not None, 0
    for found in _LOOKED_INTO.finditer(text):
        yield found["paper"] is not None, found.start() + 1


def _keys_twice(filename: str, text: str, start: int, strings: _Strings) -> Iterator[Violation]:
    """Compare the keys of the directive that begins at an offset."""
    end = _END_OF_DIRECTIVE.search(text, start)
    names = _KEY_LINES.findall(text, start, end.start() if end else len(text))
    if len(names) == len(set(names)):
        return
    seen: dict[str, int] = {}
    line_start = text.find("\n", start) + 1
    while line_start and text[line_start : line_start + 1] in (" ", "\t"):
        key = _KEY_LINE.match(text, line_start)
        if key is not None and not strings.hold(key.start(1)):
            name = key[1]
            if name in seen:
                found = message(
                    "The key {key} stands twice here, on lines {first} and {second}; beancount keeps the last in "
                    "silence. Delete the one that is wrong.",
                    key=name,
                    first=_line_of(text, seen[name]),
                    second=_line_of(text, line_start),
                )
                yield Violation(KEY_TWICE, found, Place(filename, _line_of(text, line_start)))
            seen.setdefault(name, line_start)
        line_start = text.find("\n", line_start) + 1


def _decimal_commas(filename: str, text: str, strings: _Strings) -> Iterator[Violation]:
    for offset in _offsets(text, ","):
        if _DECIMAL_COMMA.match(text, offset - 1) and _is_code(text, strings, offset):
            right = _word_around(text, offset).replace(",", ".")
            found = message("Numbers take a point, not a comma: write {right}.", right=right)
            yield _syntax(filename, text, offset, found)


def _percent_signs(filename: str, text: str, strings: _Strings) -> Iterator[Violation]:
    for offset in _offsets(text, "%"):
        start = text.rfind("\n", 0, offset) + 1
        number = _PERCENT.search(text, start, offset)
        if number is not None and _KEY_LINE.match(text, start) and _is_code(text, strings, offset):
            found = message("A rate is written without the % sign: {right}.", right=number["number"])
            yield _syntax(filename, text, offset, found)


def _odd_links(filename: str, text: str, strings: _Strings) -> Iterator[Violation]:
    for offset in _offsets(text, "^"):
        link = _ODD_LINK.match(text, offset)
        if link is not None and _is_code(text, strings, offset):
            found = message(
                "The link ^{link} may hold only letters without accents, digits and - _ / . ; "
                "beancount drops the whole transaction.",
                link=link["link"],
            )
            yield _syntax(filename, text, offset, found)


def _blank_lines(filename: str, text: str, strings: _Strings) -> Iterator[Violation]:
    """Find a key or posting behind a blank line, which for beancount belongs to nothing."""
    for blank in _BLANK_LINE.finditer(text):
        start = blank.end()
        if _KEY_OR_POSTING.match(text, start) and not strings.hold(start):
            found = message("A blank line ends a directive; remove the blank line above this one.")
            yield _syntax(filename, text, start, found)


def _lines_without_amount(filename: str, text: str, start: int, strings: _Strings) -> Iterator[Violation]:
    """Find the lines of a draft or quote that beancount drops, fills in or refuses."""
    line_start = text.find("\n", start) + 1
    while line_start and text[line_start : line_start + 1] in (" ", "\t"):
        if _POSTING_WITHOUT_AMOUNT.match(text, line_start) and not strings.hold(line_start):
            found = message(
                "This line has no amount; a line of a paper states its own amount or quantity, "
                "such as -2 DEV-DAY or -100.00 EUR."
            )
            yield Violation(PAPER, found, Place(filename, _line_of(text, line_start)))
        line_start = text.find("\n", line_start) + 1


def _offsets(text: str, word: str) -> Iterator[int]:
    """Yield where a short word stands. A search of this kind costs next to nothing on megabytes."""
    offset = text.find(word)
    while offset >= 0:
        yield offset
        offset = text.find(word, offset + 1)


def _syntax(filename: str, text: str, offset: int, found: Message) -> Violation:
    return Violation(SYNTAX, found, Place(filename, _line_of(text, offset)))


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def is_code(text: str, offset: int) -> bool:
    """Tell whether an offset lies outside strings and comments, in a dated directive."""
    return _is_code(text, _Strings(text), offset)


def _is_code(text: str, strings: _Strings, offset: int) -> bool:
    first = text[text.rfind("\n", 0, offset) + 1]
    return (first.isdigit() or first in " \t") and not strings.hold(offset)


def _word_around(text: str, offset: int) -> str:
    start = offset
    while start > 0 and text[start - 1] in "0123456789,.-":
        start -= 1
    end = offset
    while end < len(text) and text[end] in "0123456789,.":
        end += 1
    return text[start:end]
