"""Which format a bank file has, told by its content, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path

from facturier.messages import Message, message
from facturier.statements.camt import TAGS, container_kind, read_camt
from facturier.statements.cfonb120 import read_cfonb120
from facturier.statements.cfonb120_record import looks_like_records
from facturier.statements.errors import UnknownFormatError
from facturier.statements.hardened_xml import chunks, elements
from facturier.statements.line import Statement


class Format(Enum):
    """The bank formats read here, by the name their users know."""

    CAMT = "camt"
    CFONB120 = "CFONB 120"


READERS: Mapping[Format, Callable[[Path], tuple[Statement, ...]]] = {
    Format.CAMT: read_camt,
    Format.CFONB120: read_cfonb120,
}

# What people drop here by mistake, by how it begins, and what to do about it.
_OTHERS: tuple[tuple[bytes, Message], ...] = (
    (b"PK\x03\x04", message("This is a zip archive: unpack it and import the files in it.")),
    (b"\x1f\x8b", message("This is a gzip archive: unpack it and import the file in it.")),
    (b"%PDF", message("This is a PDF: ask the bank for the statement as camt.053 (XML).")),
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def identify(path: Path) -> Format:
    """Return the format of a bank file.

    Raises:
        StatementError: If the file cannot be read at all, or is broken XML.
        UnknownFormatError: If it is none of the formats read here; the message says what it is instead.
    """
    head = next(chunks(path), b"")
    for beginning, fault in _OTHERS:
        if head.startswith(beginning):
            raise UnknownFormatError(str(path), 0, fault)
    if looks_like_records(head):
        return Format.CFONB120
    if not _looks_like_xml(head):
        raise UnknownFormatError(
            str(path),
            0,
            message(
                "This is no bank file of a format read here ({formats}).",
                formats=", ".join(known.value for known in Format),
            ),
        )
    for event, element in elements(path, TAGS):
        if event == "start" and container_kind(element, str(path)) is not None:
            return Format.CAMT
    raise UnknownFormatError(str(path), 0, message("This is XML, but no camt.052, camt.053 or camt.054 message."))


def read_statements(path: Path) -> tuple[Statement, ...]:
    """Read a bank file of any format known here: all its records, or a ``StatementError``."""
    return READERS[identify(path)](path)


def _looks_like_xml(head: bytes) -> bool:
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.lstrip(b" \t\r\n\x00").startswith(b"<")
