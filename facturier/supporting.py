"""The supporting documents of a document (EN 16931 BG-24): the files that its ``attach:`` and its seller's name.

    2026-01-01 custom "seller" "atelier"
      attach: "pieces/decennale-2026.pdf"        on each quote and invoice (C. assur. art. L243-2)
    2026-11-03 * "Martin Bâtiment SAS" "Refonte"
      invoice: "F2026-0042"
      attach: "BON_LIVRAISON pieces/bon-4711.pdf"

Names come from the ledger, so nothing outside its folder is read. What a file is, its content must say too: whoever
receives it opens it by its ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile, ZipFile

from facturier.directives.attachments import LEGIBLE, Attached, parse_attached
from facturier.documents import Document, Kind
from facturier.messages import Message, message

# All files of one document. Chorus Pro takes 10 MB, and readers of XML built on libxml2 take as much; written in
# base64 a file grows by a third, and the invoice itself stands beside it.
MOST_BYTES = 7_000_000
_MEGABYTE = 1_000_000
_HEAD = 1 << 16
_PDF_HEAD = 1024
# On which documents the seller's own files go: those by which a builder offers or bills works.
_WITH_SELLERS_FILES = frozenset({
    Kind.INVOICE, Kind.DEPOSIT, Kind.PROGRESS, Kind.FINAL, Kind.DRAFT, Kind.QUOTE, Kind.ORDER, Kind.PROFORMA,
})  # fmt: skip
_TEXT_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f")
_ODS_HEAD = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_ODS_NAME_AT = 30  # of the first entry of a ZIP file (APPNOTE 4.3.7)


class Wrong(Enum):
    """What kind of fault a supporting document has."""

    FILE = "file"
    SIZE = "size"
    TWICE = "twice"


class SupportingFault(NamedTuple):
    """Why a file cannot go with a document: the kind of fault, and a sentence with what to type."""

    wrong: Wrong
    message: Message


class SupportingError(ValueError):
    """A supporting document that cannot be used, with the reason for the user."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class SupportingFile(NamedTuple):
    """A supporting document, read.

    Attributes:
        attached: How the ledger names it.
        content: Its bytes.
    """

    attached: Attached
    content: bytes


def of_seller(document: Document) -> tuple[Attached, ...]:
    """Return the files that a document's seller has go with documents of its kind."""
    seller = document.seller
    if seller is None or not seller.attach or document.kind not in _WITH_SELLERS_FILES:
        return ()
    return parse_attached(seller.attach)


def of_document(document: Document) -> tuple[Attached, ...]:
    """Return the files that a document itself names."""
    return parse_attached(document.values.get("attach", ""))


def attached_to(document: Document) -> tuple[Attached, ...]:
    """Return all files that go with a document, its own first."""
    return of_document(document) + of_seller(document)


def read_supporting(document: Document, folder: Path) -> tuple[SupportingFile, ...]:
    """Read the files that go with a document.

    Args:
        document: The document.
        folder: The ledger's folder.

    Raises:
        SupportingError: One cannot be used.
    """
    files = attached_to(document)
    for fault in (*(found for one in files if (found := file_fault(one, folder))), *together_faults(files, folder)):
        raise SupportingError(fault.message)
    return tuple(SupportingFile(one, _content(one, folder)) for one in files)


def file_fault(one: Attached, folder: Path) -> SupportingFault | None:
    """Return why a file cannot go with a document; it is not read to its end."""
    path, outside = folder / one.path, False
    try:
        there = path.resolve(strict=True)
        outside = not there.is_relative_to(folder.resolve())
        if not outside and there.is_file():
            with there.open("rb") as file:
                return _content_fault(one, file, there.stat().st_size)
    # A name with a zero byte is a ValueError, a circle of links a RuntimeError before Python 3.13.
    except FileNotFoundError:
        return _missing(one, folder)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        found = message("The attachment {path} cannot be read: {reason}.", path=one.path, reason=reason)
        return SupportingFault(Wrong.FILE, found)
    if outside:
        found = message(
            "The attachment {path} is a link that leads out of the ledger's folder; copy the file itself there.",
            path=one.path,
        )
    else:
        found = message("The attachment {path} is no file; name a file in it.", path=one.path)
    return SupportingFault(Wrong.FILE, found)


def together_faults(files: Sequence[Attached], folder: Path) -> Iterator[SupportingFault]:
    """Yield what is wrong with files that go with one document together."""
    names: set[str] = set()
    for one in files:
        if one.name.casefold() in names:
            found = message(
                "Two attachments are called {name}, one of them the seller's; name each file once, by a name of its "
                "own.",
                name=one.name,
            )
            yield SupportingFault(Wrong.TWICE, found)
        names.add(one.name.casefold())
    if sum(one.qualifier == LEGIBLE for one in files) > 1:
        found = message("Two attachments are LISIBLE, one of them the seller's; leave LISIBLE before one file alone.")
        yield SupportingFault(Wrong.TWICE, found)
    size = sum(_size(folder / one.path) for one in files)
    if size > MOST_BYTES:
        found = message(
            "The attachments have {size:.1f} MB, and {most} MB go with one document, since platforms take 10 MB as it "
            "is sent; make them smaller, or attach fewer.",
            size=size / _MEGABYTE,
            most=MOST_BYTES // _MEGABYTE,
        )
        yield SupportingFault(Wrong.SIZE, found)


def _missing(one: Attached, folder: Path) -> SupportingFault:
    near = get_close_matches(one.name, _names_beside(one, folder), n=1, cutoff=0.8)
    if near:
        meant = PurePosixPath(one.path).with_name(near[0]).as_posix()
        found = message("The attachment {path} is not there; did you mean {meant}?", path=one.path, meant=meant)
    else:
        found = message(
            "The attachment {path} is not there; put the file at that place, counted from the ledger's folder.",
            path=one.path,
        )
    return SupportingFault(Wrong.FILE, found)


def _names_beside(one: Attached, folder: Path) -> list[str]:
    """Return the names of the files in the folder of a file, if it lies in the ledger's."""
    parent = (folder / one.path).parent
    try:
        if not parent.resolve().is_relative_to(folder.resolve()):
            return []
        return [path.name for path in parent.iterdir() if path.is_file()]
    except (OSError, RuntimeError):
        return []


def _content_fault(one: Attached, file: BinaryIO, size: int) -> SupportingFault | None:
    if not size:
        return SupportingFault(Wrong.FILE, message("The attachment {path} is empty; save it again.", path=one.path))
    if _is_what_it_says(one.media_type, file):
        return None
    found = message(
        "The attachment {path} is not what its ending says ({type}); save it again in that format, or give it the "
        "ending of what it is.",
        path=one.path,
        type=one.media_type,
    )
    return SupportingFault(Wrong.FILE, found)


def _is_what_it_says(media_type: str, file: BinaryIO) -> bool:
    """Tell whether the content of a file is of a media type, by what its beginning or its list of entries says."""
    head = file.read(_HEAD)
    is_pdf = b"%PDF-" in head[:_PDF_HEAD]
    if media_type == "application/pdf":
        return is_pdf
    if media_type == "image/png":
        return head.startswith(b"\x89PNG\r\n\x1a\n")
    if media_type == "image/jpeg":
        return head.startswith(b"\xff\xd8\xff")
    if media_type == "text/csv":
        return _TEXT_CONTROLS.isdisjoint(head) and not is_pdf
    if media_type == "application/vnd.oasis.opendocument.spreadsheet":
        return head.startswith(b"PK\x03\x04") and head[_ODS_NAME_AT:].startswith(_ODS_HEAD)
    return _is_workbook(file)


def _is_workbook(file: BinaryIO) -> bool:
    """Tell whether a file is a workbook of Office Open XML; its list of entries is read, none of them unpacked."""
    try:
        with ZipFile(file) as archive:
            return {"[Content_Types].xml", "xl/workbook.xml"}.issubset(archive.namelist())
    except (BadZipFile, NotImplementedError, ValueError):
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0  # told as a fault of that file


def _content(one: Attached, folder: Path) -> bytes:
    try:
        return (folder / one.path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        found = message("The attachment {path} cannot be read: {reason}.", path=one.path, reason=reason)
        raise SupportingError(found) from error
