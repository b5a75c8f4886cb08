"""Writing XML elements: qualified names, and text that XML can hold."""

from __future__ import annotations

import re
from functools import cache

from lxml import etree

from facturier.einvoice.schemas import CAC, CBC, QDT, RAM, RSM, UDT

CII_NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}
UBL_NAMESPACES = {"cac": CAC, "cbc": CBC}
_NAMESPACES = {**CII_NAMESPACES, **UBL_NAMESPACES}

# Characters that XML 1.0 has no way to write (section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Append an element, such as ``ram:Name``, with its text; its line ends are those of XML.

    Elements that end up without text or children are dropped when the document is done.
    """
    element = etree.SubElement(parent, qualified(name), attributes)
    if text:
        element.text = _UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return element


def finished(root: etree._Element, keep: str = "") -> bytes:
    """Return a document as UTF-8 with an XML declaration, without elements that say nothing (PEPPOL-EN16931-R008).

    Args:
        root: The document.
        keep: The one element that the schema wants even when it is empty.
    """
    kept = qualified(keep) if keep else ""
    # Children before parents: what loses its last child says nothing either.
    for element in reversed(list(root.iter())):
        parent = element.getparent()
        if parent is not None and not len(element) and not element.text and element.tag != kept:
            parent.remove(element)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


@cache
def qualified(name: str) -> str:
    """Return a name with its namespace written out.

    >>> qualified("qdt:DateTimeString")
    '{urn:un:unece:uncefact:data:standard:QualifiedDataType:100}DateTimeString'
    """
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
