"""An XML document to be written: elements that are cheap to make, and their text.

An invoice of 150 lines has 3000 elements. Here one with text is a line of text as soon as it is added, and only one
with children an object: a tenth of what a node of libxml2 and its namespaces cost. Nothing reads the tree but the
function that writes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from facturier.einvoice.schemas import CAC, CBC, QDT, RAM, RSM, UDT

CII_NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}
UBL_NAMESPACES = {"cac": CAC, "cbc": CBC}

# Characters that XML 1.0 has no way to write (section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Texts that are written as they are, nearly all of them.
_PLAIN = re.compile("[ !#-%'-;=?-~\u00a0-\ud7ff\ue000-\ufffd]*")
_MARKUP = re.compile('[&<>\r\n\t"]')
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED_IN_VALUE = {**_ESCAPED, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


class Element:
    """An element with children: its name with a prefix, such as ``ram:SellerTradeParty``.

    Attributes:
        name: Its name.
        children: Elements, and in their place those that hold text, as written.
    """

    __slots__ = ("children", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[Element | str] = []


def add(parent: Element, name: str) -> Element:
    """Append an element for others to be put into; one that ends up empty is not written."""
    element = Element(name)
    parent.children.append(element)
    return element


def add_text(parent: Element, name: str, text: str, **attributes: str) -> None:
    """Append an element, such as ``ram:Name``, with its text; nothing without one. Its line ends are those of XML."""
    text = content(text)
    if not text:
        return
    if not attributes:
        parent.children.append(f"<{name}>{text}</{name}>\n")
        return
    values = "".join([f' {key}="{_escaped(value, _ESCAPED_IN_VALUE)}"' for key, value in attributes.items()])
    parent.children.append(f"<{name}{values}>{text}</{name}>\n")


def content(text: str) -> str:
    """Return a text as it stands between tags, without what XML has no way to write."""
    if _PLAIN.fullmatch(text):
        return text
    return _escaped(_UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n"), _ESCAPED)


def add_written(parent: Element, written: str) -> None:
    """Append an element in the words of ``lines_of``."""
    parent.children.append(written)


def lines_of(element: Element, indent: str) -> str:
    """Return an element as ``finished`` writes it at an indentation, without that of its own first line."""
    lines = [f"<{element.name}>\n"]
    _write_children(element, indent + "  ", "", lines)
    return "".join(lines) + f"{indent}</{element.name}>\n"


def finished(root: Element, namespaces: Mapping[str, str], keep: str = "") -> bytes:
    """Return a document as UTF-8 with an XML declaration, without elements that say nothing (PEPPOL-EN16931-R008).

    Args:
        root: Its outermost element.
        namespaces: The namespace of each prefix; of names without one under "".
        keep: The name of the one element that the schema wants even when it is empty.
    """
    declared = "".join(
        f' xmlns{":" if prefix else ""}{prefix}="{_escaped(uri, _ESCAPED_IN_VALUE)}"'
        for prefix, uri in namespaces.items()
    )
    lines = ["<?xml version='1.0' encoding='UTF-8'?>\n", f"<{root.name}{declared}>\n"]
    _write_children(root, "  ", keep, lines)
    lines.append(f"</{root.name}>\n")
    return "".join(lines).encode()


def _write_children(parent: Element, indent: str, keep: str, lines: list[str]) -> None:
    """Append the lines of an element's children; none for a child that says nothing."""
    append, deeper = lines.append, indent + "  "
    for child in parent.children:
        if isinstance(child, str):
            append(indent + child)
            continue
        name = child.name
        append(f"{indent}<{name}>\n")
        before = len(lines)
        _write_children(child, deeper, keep, lines)
        if len(lines) > before:
            lines.append(f"{indent}</{name}>\n")
        elif name == keep:
            lines[-1] = f"{indent}<{name}/>\n"
        else:
            lines.pop()


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    """Return a text with the signs of markup written as references."""
    return _MARKUP.sub(lambda found: signs.get(found[0], found[0]), text)
