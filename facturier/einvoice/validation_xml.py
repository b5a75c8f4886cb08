"""Reading XML that somebody else wrote.

A DOCTYPE is refused by name before anything in it is read: an invoice has none, and it is
where entity bombs and requests to other machines live.
"""

from __future__ import annotations

from typing import Any, NoReturn

from lxml import etree

from facturier.messages import Message, message

# An invoice of 500 lines takes about half a megabyte.
LARGEST_XML = 10_000_000


class RefusedFileError(ValueError):
    """A file that is not read, with the reason for the user."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def read_xml(data: bytes, largest: int = LARGEST_XML) -> etree._Element:
    """Parse XML without entities, network or document types.

    Args:
        data: The file.
        largest: The size in bytes beyond which it is refused unread.

    Raises:
        RefusedFileError: If it is too large, has a DOCTYPE or is not well formed.
    """
    if len(data) > largest:
        raise RefusedFileError(
            message("The XML has {size} bytes; at most {largest} are read.", size=len(data), largest=largest)
        )
    try:
        # The first pass builds nothing and stops at a DOCTYPE before its declarations are read.
        etree.fromstring(data, _parser(target=_DoctypeGuard()))
        return etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise RefusedFileError(message("The XML is not well formed: {problem}", problem=error.msg)) from error


class _DoctypeGuard:
    """A parser target that builds no tree."""

    def doctype(self, name: str, *_identifiers: str | None) -> NoReturn:
        raise RefusedFileError(
            message("The XML has a DOCTYPE ({name}), which an invoice never has; it is not read.", name=name)
        )

    def close(self) -> None:
        """Finish: nothing was built."""


def _parser(**options: Any) -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, **options)
