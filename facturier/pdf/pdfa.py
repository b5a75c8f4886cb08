"""PDF/A-3b with an embedded Factur-X, its objects written one behind the other.

What ISO 19005-3 demands beyond an ordinary PDF is put in while writing, so no second pass over the file is needed:
an sRGB output intent, XMP metadata equal to the document information, the attachments in ``/AF`` and in the name
tree, a line feed before each ``endstream`` (6.1.7.1), a file identifier. Nothing depends on the clock or the
machine: the same arguments give the same bytes. Clause numbers of three digits are those of ISO 19005-3, 7.x those
of ISO 32000-1.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import md5
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

from facturier.pdf.svg import Drawing
from facturier.pdf.xmp import Metadata, xmp_packet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from facturier.pdf.paint import EmbeddedFont, Painted
    from facturier.pdf.pictures import Picture

PRODUCER = "facturier"
_TO_ESCAPE = re.compile(r"[()\\]")
# Half the time of zlib's own choice, for a twentieth more bytes.
_COMPRESSION = 3

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


class _Stream(NamedTuple):
    """A stream; its data ends with a line feed that ``Length`` does not count (ISO 19005-3, 6.1.7.1)."""

    entries: Mapping[str, object]
    data: bytes


class _Objects:
    """The numbered objects of a file."""

    def __init__(self) -> None:
        self.bodies: list[Mapping[str, object] | _Stream] = []

    def add(self, body: Mapping[str, object] | _Stream) -> str:
        """Number an object, which may still change until the file is written, and return the reference to it."""
        self.bodies.append(body)
        return f"{len(self.bodies)} 0 R"

    def write(self, catalog: str, information: str, identifier: bytes) -> bytes:
        """Return the file: header, every object in the order of its number, cross-references, trailer (7.5)."""
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        position = len(parts[0])
        offsets = ["0000000000 65535 f \n"]
        for number, body in enumerate(self.bodies, 1):
            offsets.append(f"{position:010} 00000 n \n")
            if isinstance(body, _Stream):
                head = _written({**body.entries, "Length": len(body.data)})
                part = b"".join(
                    (f"{number} 0 obj\n{head}\nstream\n".encode("ascii"), body.data, b"\nendstream\nendobj\n")
                )
            else:
                part = f"{number} 0 obj\n{_written(body)}\nendobj\n".encode("ascii")
            parts.append(part)
            position += len(part)
        code = f"<{identifier.hex()}>"
        trailer = {"Size": len(offsets), "Root": catalog, "Info": information, "ID": [code, code]}
        parts.append(f"xref\n0 {len(offsets)}\n{''.join(offsets)}".encode("ascii"))
        parts.append(f"trailer\n{_written(trailer)}\nstartxref\n{position}\n%%EOF\n".encode("ascii"))
        return b"".join(parts)


def _written(value: object) -> str:
    """Return a value as PDF writes it (7.3): texts are syntax already, see ``_string`` for those that are read."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "<<" + "".join([f" /{key} {_written(one)}" for key, one in value.items()]) + " >>"
    if isinstance(value, list):
        return "[" + " ".join([_written(one) for one in value]) + "]"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _string(text: str) -> str:
    """Return a text that is read as PDF writes it (7.9.2): plain, or as the hexadecimal digits of UTF-16."""
    if text.isascii() and text.isprintable():
        escaped = _TO_ESCAPE.sub(r"\\\g<0>", text)
        return f"({escaped})"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


class _Pages(NamedTuple):
    """The page tree and the pages in it, as references."""

    tree: str
    references: list[str]


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
        self.objects = _Objects()
        self.digest = md5(usedforsecurity=False)

    def write(self) -> bytes:
        """Return the file; its identifier is the digest of its content."""
        pages = self.pages()
        entries: dict[str, object] = {
            "Type": "/Catalog",
            "Pages": pages.tree,
            "Metadata": self.stream(self.packet(), {"Type": "/Metadata", "Subtype": "/XML"}, compress=False),
            "Lang": _string(self.metadata.language),
            "ViewerPreferences": {"DisplayDocTitle": "true"},
            "OutputIntents": [self.output_intent()],
            **self.outline(pages.references),
            **self.attach(),
        }
        information = self.objects.add(self.information())
        return self.objects.write(self.dictionary(entries), information, self.digest.digest())

    def stream(self, data: bytes, entries: Mapping[str, object], compress: bool = True) -> str:
        """Register a stream and return the reference to it."""
        values = dict(entries)
        if compress:
            data = zlib.compress(data, _COMPRESSION)
            values["Filter"] = "/FlateDecode"
        self.digest.update(data)
        return self.objects.add(_Stream(values, data))

    def deflated(self, data: bytes, entries: Mapping[str, object]) -> str:
        """Register a stream that is compressed already."""
        return self.stream(data, {**entries, "Filter": "/FlateDecode"}, compress=False)

    def dictionary(self, entries: Mapping[str, object]) -> str:
        """Register a dictionary and return the reference to it."""
        return self.objects.add(entries)

    def output_intent(self) -> dict[str, object]:
        """Return the output intent (6.2.3)."""
        return {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": _string("sRGB"),
            "RegistryName": _string("http://www.color.org"),
            "Info": _string("sRGB IEC61966-2.1"),
            "DestOutputProfile": self.deflated(_output_profile(), {"N": 3}),
        }

    # Pages

    def pages(self) -> _Pages:
        """Add every page, all with the same resources."""
        fonts = {font.resource: self.font(font) for font in self.painted.fonts}
        pictures = {
            f"P{number}": self.picture(self.pictures[name]) for number, name in enumerate(self.painted.pictures, 1)
        }
        entries: dict[str, object] = {"Font": fonts}
        if pictures:
            entries["XObject"] = pictures
        resources = self.dictionary(entries)
        media_box = [0, 0, round(self.paper[0], 2), round(self.paper[1], 2)]
        tree: dict[str, object] = {"Type": "/Pages", "Count": len(self.painted.contents)}
        parent = self.objects.add(tree)
        common = {"Type": "/Page", "Parent": parent, "MediaBox": media_box, "Resources": resources}
        references = [
            self.dictionary({**common, "Contents": self.stream(content, {})}) for content in self.painted.contents
        ]
        tree["Kids"] = references
        return _Pages(parent, references)

    def font(self, font: EmbeddedFont) -> str:
        """Add an embedded TrueType subset; its own code table is the encoding, hence "symbolic" (9.6.6.4)."""
        subset = font.subset
        name = f"/{subset.tag}+{font.face.name}"
        descriptor: dict[str, object] = {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 4,
            "FontFile2": self.deflated(subset.program, {"Length1": subset.program_length}),
        }
        descriptor.update(font.face.descriptor)
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

    def picture(self, picture: Picture) -> str:
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

    def drawing(self, drawing: Drawing) -> str:
        """Add a vector drawing as a form of the size of one unit, like an image."""
        scale = (1 / drawing.width, 1 / drawing.height)
        return self.stream(
            drawing.operators,
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": f"[0 0 {drawing.width:.4f} {drawing.height:.4f}]",
                "Matrix": f"[{scale[0]:.8f} 0 0 {scale[1]:.8f} 0 0]",
                "Resources": {},
            },
        )

    def outline(self, pages: Sequence[str]) -> dict[str, object]:
        """Return the catalog's entry for the reader's outline, one level, where the page has headings."""
        bookmarks = self.painted.bookmarks
        if not bookmarks:
            return {}
        root: dict[str, object] = {"Type": "/Outlines", "Count": len(bookmarks)}
        parent = self.objects.add(root)
        entries: list[dict[str, object]] = []
        for title, number, y in bookmarks:
            place = [pages[number], "/XYZ", "null", round(y, 1), "null"]
            entries.append({"Title": _string(title), "Parent": parent, "Dest": place})
        references = [self.objects.add(entry) for entry in entries]
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
            names += [_string(attachment.name), specification]
        tree = {"Names": names}
        return {"Names": {"EmbeddedFiles": tree}, "AF": specifications}

    def file(self, attachment: Attachment) -> str:
        """Add one embedded file and its specification."""
        date = _pdf_date(self.metadata.date)
        checksum = md5(attachment.data, usedforsecurity=False).hexdigest()
        parameters = {"ModDate": _string(date), "Size": len(attachment.data), "CheckSum": f"<{checksum}>"}
        kind = "/" + attachment.mime_type.replace("/", "#2F")
        embedded = self.stream(attachment.data, {"Type": "/EmbeddedFile", "Subtype": kind, "Params": parameters})
        name = _string(attachment.name)
        return self.dictionary(
            {
                "Type": "/Filespec",
                "F": name,
                "UF": name,
                "Desc": _string(attachment.description or attachment.name),
                "AFRelationship": f"/{attachment.relationship}",
                "EF": {"F": embedded, "UF": embedded},
            }
        )

    def packet(self) -> bytes:
        """Return the XMP, equal to the information dictionary."""
        invoices = [(attachment.name, attachment.profile) for attachment in self.attachments if attachment.profile]
        return xmp_packet(self.metadata, PRODUCER, invoices[0] if invoices else None)

    def information(self) -> dict[str, object]:
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
        return {key: _string(text) for key, text in texts.items() if text}


def _pdf_date(moment: datetime) -> str:
    """Return a date as PDF writes it, in UTC."""
    return moment.strftime("D:%Y%m%d%H%M%S+00'00'")
