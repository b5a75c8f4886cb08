"""Where each business term of EN 16931 stands in a CII and in a UBL file.

The table (``business_terms.csv``) serves three: findings are told with the term of the element
they are at, the tests compare the two syntaxes term by term, and docs/e-invoice.md shows where
each term comes from.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lxml import etree

from facturier.einvoice.elements import CII_NAMESPACES, UBL_NAMESPACES
from facturier.einvoice.schemas import RSM


class BusinessTerm(NamedTuple):
    """A term of EN 16931.

    Attributes:
        id: Such as ``BT-112``.
        name: Its name in the standard, shortened.
        source: What it comes from in the ledger, in Markdown.
        cii: XPath below the root of a CII file.
        ubl: XPath below the root of a UBL file.
    """

    id: str
    name: str
    source: str
    cii: str
    ubl: str


@cache
def business_terms() -> tuple[BusinessTerm, ...]:
    """Return the table, in the order of the standard's groups."""
    text = (files("facturier.einvoice") / "business_terms.csv").read_text(encoding="utf-8")
    return tuple(BusinessTerm(**row) for row in csv.DictReader(text.splitlines()))


def values_of(root: etree._Element) -> dict[str, list[str]]:
    """Return the texts of each business term in a file, in its order; a UBL note has its subject inside."""
    found: dict[str, list[str]] = defaultdict(list)
    for identifier, node in _nodes(root):
        found[identifier].append(str(node.text or "") if isinstance(node, etree._Element) else str(node))
    return dict(found)


def terms_of(root: etree._Element) -> dict[etree._Element, str]:
    """Return the business term of each element of a file that is one."""
    found: dict[etree._Element, str] = {}
    for identifier, node in _nodes(root):
        if isinstance(node, etree._Element):
            found.setdefault(node, identifier)
    return found


def _nodes(root: etree._Element) -> Iterator[tuple[str, object]]:
    for identifier, path in _paths(is_cii=etree.QName(root).namespace == RSM):
        nodes = path(root)
        if isinstance(nodes, list):
            for node in nodes:
                yield identifier, node


@cache
def _paths(*, is_cii: bool) -> tuple[tuple[str, etree.XPath], ...]:
    namespaces = CII_NAMESPACES if is_cii else UBL_NAMESPACES
    return tuple(
        (term.id, etree.XPath(term.cii if is_cii else term.ubl, namespaces=namespaces)) for term in business_terms()
    )
