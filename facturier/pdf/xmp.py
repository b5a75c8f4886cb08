"""XMP metadata of a PDF/A-3b (ISO 19005-3, 6.6.2), with the Factur-X extension schema where an invoice is embedded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says about itself, in the information dictionary and in XMP alike.

    Attributes:
        title: Shown in the reader's title bar.
        author: The seller.
        subject: One line.
        language: Such as "fr-FR".
        date: Creation and modification: the document's date, never the clock's.
    """

    title: str
    author: str
    subject: str
    language: str
    date: datetime


_FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "The conformance level of the embedded XML document"),
)


def xmp_packet(metadata: Metadata, producer: str, invoice: tuple[str, str] | None) -> bytes:
    """Return the XMP packet.

    Args:
        metadata: As in the information dictionary.
        producer: The program, as producer and as creator tool.
        invoice: File name and conformance level of the embedded invoice, or None.
    """
    date = metadata.date.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    title, author, subject = (escape(text) for text in (metadata.title, metadata.author, metadata.subject))
    alternative = '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
    core = [
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        "<dc:format>application/pdf</dc:format>",
        f"<dc:title>{alternative.format(title)}</dc:title>",
        f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>" if author else "",
        f"<dc:description>{alternative.format(subject)}</dc:description>" if subject else "",
        f"<dc:language><rdf:Bag><rdf:li>{escape(metadata.language)}</rdf:li></rdf:Bag></dc:language>",
        f"<xmp:CreatorTool>{producer}</xmp:CreatorTool>",
        f"<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>",
        f"<pdf:Producer>{producer}</pdf:Producer>",
    ]
    descriptions = [
        '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/">' + "".join(core) + "</rdf:Description>"
    ]
    if invoice is not None:
        descriptions.append(_factur_x(*invoice))
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        + "\n".join(descriptions)
        + '\n</rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    )
    return packet.encode("utf-8")


def _factur_x(name: str, level: str) -> str:
    """Return the extension schema of Factur-X and its four values (Factur-X 1.08, 6.3)."""
    values = (name, "INVOICE", "1.0", level)
    written = "".join(
        f"<fx:{key}>{escape(value)}</fx:{key}>" for (key, _), value in zip(_PROPERTIES, values, strict=True)
    )
    declared = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{key}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        f"<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for key, meaning in _PROPERTIES
    )
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{_FACTUR_X}">{written}</rdf:Description>\n'
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_FACTUR_X}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{declared}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    )
