"""The files of a ledger, looked at before beancount reads them.

beancount stops with a traceback at an included folder, waits for ever at a named pipe, and its
parser brings the whole process down at a division by zero. What cannot be read is told here,
with the file and the line.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from pathlib import Path

from facturier.directives.source import is_code
from facturier.messages import Message, message
from facturier.violations import Place

# The precision with which Python's decimals, and so beancount, calculate.
MOST_DIGITS = 28
_INCLUDE = re.compile(r'^include[ \t]+"(?P<name>[^"\n]+)"', re.MULTILINE)
_ZERO_DIVISOR = re.compile(r"/[ \t]*[-+(]*0+(?:\.0*)?(?![\d.])")
_LONG_NUMBER = re.compile(rf"(?<=[\s(])[-+]?\d(?:[,.]?\d){{{MOST_DIGITS},}}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ENCRYPTED = {".gpg", ".asc"}


class LedgerError(Exception):
    """The ledger cannot be opened at all."""

    def __init__(self, place: Place, found: Message) -> None:
        super().__init__(str(found))
        self.place = place
        self.message = found


def check_files(top: Path) -> None:
    """Refuse a ledger of which a file cannot be read, its includes too.

    Raises:
        LedgerError: A file is missing, a folder, unreadable, empty (the top file), not UTF-8, or holds what
            beancount's parser does not survive.
    """
    waiting = [(top, Place(str(top), 0))]
    seen = set()
    while waiting:
        path, place = waiting.pop()
        if path in seen or path.suffix in _ENCRYPTED:
            continue
        seen.add(path)
        text = _text(path, place)
        if path == top and not text.strip():
            raise LedgerError(place, message("The ledger is empty."))
        _refuse_deadly(path, text)
        waiting += _included(path, text)


def included_names(text: str) -> Iterator[tuple[str, int]]:
    """Yield what the include directives of a text name, patterns as written, and where each directive starts."""
    for directive in _INCLUDE.finditer(text):
        yield directive["name"], directive.start()


def _included(path: Path, text: str) -> Iterator[tuple[Path, Place]]:
    """Yield the files that one includes, found as beancount finds them, with the line that names each."""
    for included, offset in included_names(text):
        place = _place(path, text, offset)
        # beancount calls glob, which also takes absolute patterns; Path.glob does not.
        names = glob.glob(str(path.parent / included), recursive=True)  # noqa: PTH207
        if not names:
            raise LedgerError(
                place,
                message('There is no file "{name}"; write it, or delete this include.', name=included),
            )
        for name in names:
            yield Path(name), place


def _text(path: Path, place: Place) -> str:
    """Return a file's text; ``place`` is where it is named."""
    is_top = place.line == 0
    try:
        if path.is_dir():
            raise LedgerError(
                place,
                message("This is a folder; name the ledger file in it.")
                if is_top
                else message('"{name}" is a folder; include the files in it: "{name}/*.beancount".', name=path.name),
            )
        if path.exists() and not path.is_file():
            raise LedgerError(place, message('"{name}" is no file that can be read as a ledger.', name=path.name))
        content = path.read_bytes()
    except FileNotFoundError:
        raise LedgerError(
            place, message("There is no ledger here; name one with -f, or make the demo with: facturier demo.")
        ) from None
    except OSError as failure:
        raise LedgerError(
            place,
            message(
                'The ledger file "{name}" cannot be read: {reason}.',
                name=path.name,
                reason=failure.strerror or type(failure).__name__,
            ),
        ) from failure
    if content.startswith(_BYTE_ORDER_MARK):
        raise LedgerError(
            Place(str(path), 1),
            message("The file begins with a byte-order mark, which beancount refuses; save it as UTF-8 without BOM."),
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise LedgerError(
            Place(str(path), line), message("The ledger is not UTF-8 text; save it as UTF-8 in your editor.")
        ) from failure


def _refuse_deadly(path: Path, text: str) -> None:
    """Refuse numbers that end beancount's parser or its booking without a place."""
    for divisor in _ZERO_DIVISOR.finditer(text):
        if is_code(text, divisor.start()):
            raise LedgerError(
                _place(path, text, divisor.start()),
                message("A division by zero: beancount cannot read this file; write a number."),
            )
    for number in _LONG_NUMBER.finditer(text):
        if is_code(text, number.start()):
            raise LedgerError(
                _place(path, text, number.start()),
                message(
                    "This number has {digits} digits; beancount calculates with {most} at most.",
                    digits=sum(character.isdigit() for character in number[0]),
                    most=MOST_DIGITS,
                ),
            )


def _place(path: Path, text: str, offset: int) -> Place:
    return Place(str(path), text.count("\n", 0, offset) + 1)
