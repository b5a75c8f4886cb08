"""Taking the invoice XML out of a Factur-X PDF that somebody else made."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from facturier.einvoice.validation_xml import RefusedFileError, read_xml
from facturier.messages import message

FACTUR_X_NAME = "factur-x.xml"
_DESCRIPTION = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
_LEVEL = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel"
_LARGEST_METADATA = 1_000_000
LARGEST_PDF = 100_000_000
# A name tree this deep or wide is no invoice.
_DEEPEST = 20
_MOST_NODES = 1000
_MOST_NAMES = 5

# What pypdf raises on damaged files besides its own errors.
_DAMAGED = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, NotImplementedError,
    OverflowError, RecursionError, OSError, struct.error, zlib.error,
)  # fmt: skip


class FacturX(NamedTuple):
    """What a Factur-X PDF carries.

    Attributes:
        xml: The embedded invoice.
        level: The profile that the PDF's metadata claim, such as ``EN 16931``; empty if they claim none.
    """

    xml: bytes
    level: str


def extract_xml(pdf: bytes) -> bytes:
    """Return the file ``factur-x.xml`` embedded in a PDF.

    Raises:
        RefusedFileError: If the PDF is too large, damaged, encrypted or carries no such file.
    """
    return read_factur_x(pdf).xml


def read_factur_x(pdf: bytes) -> FacturX:
    """Return the invoice inside a PDF, and what the PDF says of it.

    It is looked for in the catalog's embedded files and, as PDF/A-3 also lists it there, among
    the associated files.

    Raises:
        RefusedFileError: If the PDF is too large, damaged, encrypted or carries no such file.
    """
    if len(pdf) > LARGEST_PDF:
        raise RefusedFileError(
            message("The PDF has {size} bytes; at most {largest} are read.", size=len(pdf), largest=LARGEST_PDF)
        )
    try:
        return _carried(pdf)
    except RefusedFileError:
        raise
    except _DAMAGED as error:
        problem = f"{type(error).__name__}: {error}"
        raise RefusedFileError(message("The PDF cannot be read: {problem}", problem=problem)) from error


def _carried(pdf: bytes) -> FacturX:
    encrypted = message("The PDF is encrypted, which Factur-X does not allow.")
    try:
        reader = PdfReader(BytesIO(pdf))
    except DependencyError as error:
        # Opening tries the empty password, for which pypdf wants a cipher library.
        raise RefusedFileError(encrypted) from error
    if reader.is_encrypted:
        raise RefusedFileError(encrypted)
    catalog = reader.root_object
    return FacturX(_embedded(catalog), _claimed_level(catalog))


def _embedded(catalog: DictionaryObject) -> bytes:
    others: list[str] = []
    for specification in _file_specifications(catalog):
        names = (specification.get("/UF"), specification.get("/F"))
        if FACTUR_X_NAME not in names:
            others.append(str(names[0] or names[1]))
            continue
        embedded = _resolved(specification.get("/EF"))
        stream = (
            _resolved(embedded.get("/UF") or embedded.get("/F")) if isinstance(embedded, DictionaryObject) else None
        )
        if isinstance(stream, StreamObject):
            return bytes(stream.get_data())
    if others:
        found = message(
            "The PDF carries no file named {name}, only {others}.",
            name=FACTUR_X_NAME,
            others=", ".join(dict.fromkeys(others[:_MOST_NAMES])),
        )
    else:
        found = message("The PDF carries no file named {name}; it is no Factur-X invoice.", name=FACTUR_X_NAME)
    raise RefusedFileError(found)


def _claimed_level(catalog: DictionaryObject) -> str:
    """Return the conformance level of the Factur-X extension schema in the XMP metadata."""
    metadata = _resolved(catalog.get("/Metadata"))
    if not isinstance(metadata, StreamObject):
        return ""
    try:
        root = read_xml(bytes(metadata.get_data()), _LARGEST_METADATA)
    except RefusedFileError:
        return ""
    for element in root.iter(_DESCRIPTION):
        level = element.get(_LEVEL) or element.findtext(_LEVEL)
        if level:
            return str(level).strip()
    return ""


def _file_specifications(catalog: DictionaryObject) -> Iterator[DictionaryObject]:
    """Walk the tree of embedded files, then the associated files."""
    names = _resolved(catalog.get("/Names"))
    tree = _resolved(names.get("/EmbeddedFiles")) if isinstance(names, DictionaryObject) else None
    waiting = [(tree, 0)]
    seen = 0
    while waiting and seen < _MOST_NODES:
        node, depth = waiting.pop()
        seen += 1
        if not isinstance(node, DictionaryObject):
            continue
        pairs = _resolved(node.get("/Names"))
        yield from _dictionaries(pairs[1::2] if isinstance(pairs, ArrayObject) else ())
        kids = _resolved(node.get("/Kids"))
        if isinstance(kids, ArrayObject) and depth < _DEEPEST:
            waiting.extend((_resolved(kid), depth + 1) for kid in kids[:_MOST_NODES])
    associated = _resolved(catalog.get("/AF"))
    yield from _dictionaries(associated if isinstance(associated, ArrayObject) else ())


def _dictionaries(values: Any) -> Iterator[DictionaryObject]:
    for value in values:
        resolved = _resolved(value)
        if isinstance(resolved, DictionaryObject):
            yield resolved


def _resolved(value: Any) -> Any:
    """Follow an indirect reference; pypdf types its objects loosely."""
    return value.get_object() if value is not None else None
