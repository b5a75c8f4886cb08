"""PDF/A-3b with an embedded Factur-X, written directly from ReportLab's PDF objects.

What ISO 19005-3 demands beyond an ordinary PDF is put in while writing, so no second pass over the file is needed:
an sRGB output intent, XMP metadata equal to the document information, the attachments in ``/AF`` and in the name
tree, a line feed before each ``endstream`` (6.1.7.1), a file identifier. Nothing depends on the clock, the machine
or ReportLab's global settings: the same arguments give the same bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import md5
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reportlab.pdfbase import pdfdoc

from facturier.pdf.svg import Drawing
from facturier.pdf.xmp import Metadata, xmp_packet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from facturier.pdf.paint import EmbeddedFont, Painted
    from facturier.pdf.pictures import Picture

PRODUCER = "facturier"

Relationship = Literal["Data", "Source", "Alternative", "Supplement", "Unspecified"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF.

    Attributes:
        name: Its file name; "factur-x.xml" for the invoice itself (Factur-X 1.08, 6.2).
        data: Its bytes.
        mime_type: Such as "text/xml".
        description: One line for the reader's list of attachments.
        relationship: How it relates to the page; Data in France.
        profile: For the invoice's own XML, the Factur-X conformance level, such as "EN 16931"; else empty.
    """

    name: str
    data: bytes
    mime_type: str = "text/xml"
    description: str = ""
    relationship: Relationship = "Data"
    profile: str = ""


def write_pdf(
    painted: Painted,
    paper: tuple[float, float],
    metadata: Metadata,
    pictures: Mapping[str, Picture],
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return a PDF/A-3b.

    Args:
        painted: The pages' operators and what they use.
        paper: Width and height in points.
        metadata: What the file says about itself.
        pictures: The pictures by name.
        attachments: Files to embed; at most one with a Factur-X profile.
    """
    return _Writer(painted, paper, metadata, pictures, attachments).write()


@cache
def _output_profile() -> bytes:
    """Return the sRGB profile, deflated; its bytes are frozen in the package."""
    return zlib.compress((files("facturier.pdf") / "sRGB.icc").read_bytes())


class _Dictionary(pdfdoc.PDFDictionary):
    """A dictionary written the same way whatever ReportLab's settings."""

    multiline = "forced"


class _Array(pdfdoc.PDFArray):
    """An array written the same way whatever ReportLab's settings."""

    multiline = False


class _Stream(pdfdoc.PDFStream):
    """A stream whose data ends with a line feed that ``Length`` does not count (ISO 19005-3, 6.1.7.1)."""

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """Return dictionary and data."""
        self.dictionary["Length"] = len(self.content)
        head: bytes = self.dictionary.format(document)
        return b"".join((head, b"\nstream\n", self.content, b"\nendstream\n"))


class _Document(pdfdoc.PDFDocument):
    """ReportLab's table of objects, without its clock, its comments, its fonts and its catalog."""

    def __init__(self) -> None:
        self.objectcounter = 0
        self.idToObject: dict[str, Any] = {}
        self.idToObjectNumberAndVersion: dict[str, tuple[int, int]] = {}
        self.numberToId: dict[int, str] = {}

    def write(self, catalog: object, information: object, identifier: bytes) -> bytes:
        """Return the file: header, every object in the order of its number, cross-references, trailer (7.5)."""
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        offsets: list[int] = []
        position = len(parts[0])
        while len(offsets) < self.objectcounter:  # writing an object may register others
            number = len(offsets) + 1
            body = self.idToObject[self.numberToId[number]].format(self)
            part = b"%d 0 obj\n%s\nendobj\n" % (number, body.rstrip(b"\n"))
            offsets.append(position)
            position += len(part)
            parts.append(part)
        code = identifier.hex().encode("ascii")
        trailer = _Dictionary({"Size": len(offsets) + 1, "Root": catalog, "Info": information})
        trailer["ID"] = b"[<%s><%s>]" % (code, code)
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        parts += [b"%010d 00000 n \n" % offset for offset in offsets]
        parts.append(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer.format(self), position))
        return b"".join(parts)


class _Pages(NamedTuple):
    """The page tree and the pages in it, as references."""

    tree: pdfdoc.PDFObjectReference
    references: list[pdfdoc.PDFObjectReference]


class _Writer:
    """Writes one document."""

    def __init__(
        self,
        painted: Painted,
        paper: tuple[float, float],
        metadata: Metadata,
        pictures: Mapping[str, Picture],
        attachments: Sequence[Attachment],
    ) -> None:
        self.painted = painted
        self.paper = paper
        self.metadata = metadata
        self.pictures = pictures
        self.attachments = attachments
        self.document = _Document()
        self.digest = md5(usedforsecurity=False)

    def write(self) -> bytes:
        """Return the file; its identifier is the digest of its content."""
        pages = self.pages()
        entries: dict[str, object] = {
            "Type": "/Catalog",
            "Pages": pages.tree,
            "Metadata": self.stream(self.packet(), {"Type": "/Metadata", "Subtype": "/XML"}, compress=False),
            "Lang": pdfdoc.PDFString(self.metadata.language),
            "ViewerPreferences": _Dictionary({"DisplayDocTitle": "true"}),
            "OutputIntents": _Array([self.output_intent()]),
            **self.outline(pages.references),
            **self.attach(),
        }
        information = self.document.Reference(self.information())
        return self.document.write(self.dictionary(entries), information, self.digest.digest())

    def stream(self, data: bytes, entries: Mapping[str, object], compress: bool = True) -> pdfdoc.PDFObjectReference:
        """Register a stream and return the reference to it."""
        self.digest.update(data)
        values = dict(entries)
        if compress:
            data = zlib.compress(data)
            values["Filter"] = "/FlateDecode"
        return self.document.Reference(_Stream(_Dictionary(values), data))

    def deflated(self, data: bytes, entries: Mapping[str, object]) -> pdfdoc.PDFObjectReference:
        """Register a stream that is compressed already."""
        return self.stream(data, {**entries, "Filter": "/FlateDecode"}, compress=False)

    def dictionary(self, entries: Mapping[str, object]) -> pdfdoc.PDFObjectReference:
        """Register a dictionary and return the reference to it."""
        return self.document.Reference(_Dictionary(dict(entries)))

    def output_intent(self) -> pdfdoc.PDFDictionary:
        """Return the output intent (6.2.3)."""
        return _Dictionary(
            {
                "Type": "/OutputIntent",
                "S": "/GTS_PDFA1",
                "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
                "RegistryName": pdfdoc.PDFString("http://www.color.org"),
                "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
                "DestOutputProfile": self.deflated(_output_profile(), {"N": 3}),
            }
        )

    # Pages

    def pages(self) -> _Pages:
        """Add every page, all with the same resources."""
        fonts = {font.resource: self.font(font) for font in self.painted.fonts}
        pictures = {
            f"P{number}": self.picture(self.pictures[name]) for number, name in enumerate(self.painted.pictures, 1)
        }
        entries: dict[str, object] = {"Font": _Dictionary(fonts)}
        if pictures:
            entries["XObject"] = _Dictionary(pictures)
        resources = self.dictionary(entries)
        media_box = _Array([0, 0, round(self.paper[0], 2), round(self.paper[1], 2)])
        tree = _Dictionary({"Type": "/Pages", "Count": len(self.painted.contents)})
        parent = self.document.Reference(tree)
        common = {"Type": "/Page", "Parent": parent, "MediaBox": media_box, "Resources": resources}
        references = [
            self.dictionary({**common, "Contents": self.stream(content, {})}) for content in self.painted.contents
        ]
        tree["Kids"] = _Array(references)
        return _Pages(parent, references)

    def font(self, font: EmbeddedFont) -> pdfdoc.PDFObjectReference:
        """Add an embedded TrueType subset; its own code table is the encoding, hence "symbolic" (9.6.6.4)."""
        subset = font.subset
        name = f"/{subset.tag}+{font.face.name}"
        descriptor: dict[str, object] = {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 4,
            "FontFile2": self.deflated(subset.program, {"Length1": subset.program_length}),
        }
        for key, value in font.face.descriptor.items():
            descriptor[key] = _Array(value) if isinstance(value, list) else value
        return self.dictionary(
            {
                "Type": "/Font",
                "Subtype": "/TrueType",
                "BaseFont": name,
                "FirstChar": 0,
                "LastChar": subset.last_code,
                "Widths": subset.widths,
                "FontDescriptor": self.dictionary(descriptor),
                "ToUnicode": self.deflated(subset.unicode_map, {}),
            }
        )

    def picture(self, picture: Picture) -> pdfdoc.PDFObjectReference:
        """Add a picture: a drawing as a form, pixels as an image with a soft mask where it is not opaque."""
        if isinstance(picture, Drawing):
            return self.drawing(picture)
        entries: dict[str, object] = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": picture.width,
            "Height": picture.height,
            "BitsPerComponent": 8,
        }
        colours: dict[str, object] = {**entries, "ColorSpace": f"/{picture.colour_space}"}
        if picture.alpha is not None:
            colours["SMask"] = self.deflated(picture.alpha, {**entries, "ColorSpace": "/DeviceGray"})
        return self.deflated(picture.pixels, colours)

    def drawing(self, drawing: Drawing) -> pdfdoc.PDFObjectReference:
        """Add a vector drawing as a form of the size of one unit, like an image."""
        scale = (1 / drawing.width, 1 / drawing.height)
        return self.stream(
            drawing.operators,
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": f"[0 0 {drawing.width:.4f} {drawing.height:.4f}]",
                "Matrix": f"[{scale[0]:.8f} 0 0 {scale[1]:.8f} 0 0]",
                "Resources": _Dictionary(),
            },
        )

    def outline(self, pages: Sequence[pdfdoc.PDFObjectReference]) -> dict[str, object]:
        """Return the catalog's entry for the reader's outline, one level, where the page has headings."""
        bookmarks = self.painted.bookmarks
        if not bookmarks:
            return {}
        root = _Dictionary({"Type": "/Outlines", "Count": len(bookmarks)})
        parent = self.document.Reference(root)
        entries: list[pdfdoc.PDFDictionary] = []
        for title, number, y in bookmarks:
            place = _Array([pages[number], "/XYZ", "null", round(y, 1), "null"])
            entries.append(_Dictionary({"Title": pdfdoc.PDFString(title), "Parent": parent, "Dest": place}))
        references = [self.document.Reference(entry) for entry in entries]
        for index, entry in enumerate(entries):
            if index:
                entry["Prev"] = references[index - 1]
            if index + 1 < len(entries):
                entry["Next"] = references[index + 1]
        root["First"], root["Last"] = references[0], references[-1]
        return {"Outlines": parent}

    # Attachments and metadata

    def attach(self) -> dict[str, object]:
        """Return the catalog's entries for attachments: the name tree and the associated files (6.8)."""
        if not self.attachments:
            return {}
        ordered = sorted(self.attachments, key=lambda attachment: attachment.name)
        specifications = [self.file(attachment) for attachment in ordered]
        names: list[object] = []
        for attachment, specification in zip(ordered, specifications, strict=True):
            names += [pdfdoc.PDFString(attachment.name), specification]
        tree = _Dictionary({"Names": _Array(names)})
        return {"Names": _Dictionary({"EmbeddedFiles": tree}), "AF": _Array(specifications)}

    def file(self, attachment: Attachment) -> pdfdoc.PDFObjectReference:
        """Add one embedded file and its specification."""
        date = _pdf_date(self.metadata.date)
        checksum = md5(attachment.data, usedforsecurity=False).hexdigest()
        parameters = _Dictionary(
            {"ModDate": pdfdoc.PDFString(date), "Size": len(attachment.data), "CheckSum": f"<{checksum}>"}
        )
        kind = pdfdoc.PDFName(attachment.mime_type.replace("/", "#")).replace("#23", "#2F")
        embedded = self.stream(attachment.data, {"Type": "/EmbeddedFile", "Subtype": kind, "Params": parameters})
        name = pdfdoc.PDFString(attachment.name)
        return self.dictionary(
            {
                "Type": "/Filespec",
                "F": name,
                "UF": name,
                "Desc": pdfdoc.PDFString(attachment.description or attachment.name),
                "AFRelationship": f"/{attachment.relationship}",
                "EF": _Dictionary({"F": embedded, "UF": embedded}),
            }
        )

    def packet(self) -> bytes:
        """Return the XMP, equal to the information dictionary."""
        invoices = [(attachment.name, attachment.profile) for attachment in self.attachments if attachment.profile]
        return xmp_packet(self.metadata, PRODUCER, invoices[0] if invoices else None)

    def information(self) -> pdfdoc.PDFDictionary:
        """Return the information dictionary, equal to the XMP."""
        metadata = self.metadata
        date = _pdf_date(metadata.date)
        texts = {
            "Title": metadata.title,
            "Author": metadata.author,
            "Subject": metadata.subject,
            "Creator": PRODUCER,
            "Producer": PRODUCER,
            "CreationDate": date,
            "ModDate": date,
        }
        return _Dictionary({key: pdfdoc.PDFString(text) for key, text in texts.items() if text})


def _pdf_date(moment: datetime) -> str:
    """Return a date as PDF writes it, in UTC."""
    return moment.strftime("D:%Y%m%d%H%M%S+00'00'")
