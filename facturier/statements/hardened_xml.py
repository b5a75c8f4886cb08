"""XML from strangers, read piece by piece.

Bank files come by mail and download. No entity is ever expanded, no network touched,
no document type declaration accepted, and a file beyond ``LARGEST_FILE`` is refused
before it is read. Elements are given out as they end, so that the reader can forget
them: memory stays flat however long the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from facturier.messages import message
from facturier.statements.errors import StatementError, UnknownFormatError

# 100 000 camt entries take about 30 MB; nothing a small company's bank sends is larger.
LARGEST_FILE = 64 * 1024 * 1024
_CHUNK = 64 * 1024
# An envelope and a group header take a few kilobytes; beyond this a file is something else.
_LONGEST_HEAD = 1024 * 1024
# libxml2 repeats the place at the end of its sentence.
_PLACE = re.compile(r", line \d+, column \d+$")
_ELEMENT = re.compile(r"<[^\W\d]")


def source_name(source: Path | BinaryIO) -> str:
    """Return the name to quote in messages about a source."""
    return str(source) if isinstance(source, Path) else str(getattr(source, "name", "<stream>"))


def chunks(source: Path | BinaryIO) -> Iterator[bytes]:
    """Read a file in pieces, up to ``LARGEST_FILE``.

    Raises:
        StatementError: If the file is absent, unreadable, empty or too large.
    """
    name = source_name(source)
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from _chunks(stream, name)
        else:
            yield from _chunks(source, name)
    except OSError as error:
        raise StatementError(
            name, 0, message("The file cannot be read: {reason}.", reason=error.strerror or str(error))
        ) from error


def _chunks(stream: BinaryIO, name: str) -> Iterator[bytes]:
    read = 0
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > LARGEST_FILE:
            megabytes = LARGEST_FILE // (1024 * 1024)
            raise StatementError(
                name,
                0,
                message(
                    "The file is larger than {megabytes} MB; ask the bank for a shorter period.", megabytes=megabytes
                ),
            )
        yield chunk
    if not read:
        raise StatementError(name, 0, message("The file is empty."))


def elements(source: Path | BinaryIO, tags: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    """Yield ``("start", element)`` and ``("end", element)`` for the local names in ``tags``, in the file's order.

    Raises:
        StatementError: If the file is unreadable, too large, not well-formed, or has a
            document type declaration (the door to entity bombs and to foreign files).
        UnknownFormatError: If none of the names occurs near the beginning.
    """
    name = source_name(source)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
    )
    seen, fed = False, 0
    try:
        for chunk in chunks(source):
            if not fed and _declares_doctype(chunk):
                raise _doctype_refused(name)
            parser.feed(chunk)
            fed += len(chunk)
            for event, element in _events(parser):
                if not seen:
                    _refuse_doctype(element, name)
                    seen = True
                yield event, element
            if not seen and fed > _LONGEST_HEAD:
                raise UnknownFormatError(name, 0, message("This is XML, but of no kind read here."))
        _refuse_doctype(parser.close(), name)
        yield from _events(parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise StatementError(
            name,
            line,
            message("This is not well-formed XML: {reason}.", reason=_PLACE.sub("", error.msg or "?")),
            column,
        ) from error


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    for event, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield event, element


def _declares_doctype(head: bytes) -> bool:
    """Whether a declaration stands before the first element, so that the parser never sees it."""
    prolog = head.decode("utf-16", "ignore") if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else head.decode("latin-1")
    first_element = _ELEMENT.search(prolog)
    return "<!DOCTYPE" in prolog[: first_element.start() if first_element else None]


def _refuse_doctype(element: etree._Element, name: str) -> None:
    """Refuse a declaration which ``_declares_doctype`` could not see, behind a comment or in a rare encoding."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise _doctype_refused(name)


def _doctype_refused(name: str) -> StatementError:
    return StatementError(
        name, 1, message("The file has a document type declaration (DOCTYPE): no bank sends one; it is refused.")
    )


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return _local(element.tag)


@lru_cache(maxsize=1024)  # names are the file's: a hostile one must not fill the memory
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """Return the first child of each local name: one walk instead of a search per name."""
    found: dict[str, etree._Element] = {}
    if element is not None:
        for part in element:
            found.setdefault(_local(part.tag), part)
    return found


def namespace(element: etree._Element) -> str:
    """Return an element's namespace, empty without one."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first element down a path of local names, whatever their namespace."""
    for name in names:
        if element is None:
            return None
        element = next(element.iterchildren("{*}" + name), None)
    return element


def text(element: etree._Element | None, *names: str) -> str:
    """Return the text down a path of local names, blanks around it removed; empty without it."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""


def text_of(parts: dict[str, etree._Element], name: str) -> str:
    """Return the text of one of ``children``, blanks around it removed; empty without it."""
    found = parts.get(name)
    return (found.text or "").strip() if found is not None else ""
