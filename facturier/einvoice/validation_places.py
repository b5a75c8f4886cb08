"""Finding the element that a rule objects to: its line in the file, its business term."""

from __future__ import annotations

import re
from typing import NamedTuple, cast

from lxml import etree

from facturier.einvoice.business_terms import terms_of

# XPath 2.0 as schematrons write it in their reports; lxml reads 1.0.
_STEP = re.compile(r"\*:([\w.-]+)\[namespace-uri\(\)='([^']*)'\]")


class Spot(NamedTuple):
    """Where an element is.

    Attributes:
        line: Its line in the file; 0 if unknown.
        term: Its business term; empty if it is none.
    """

    line: int
    term: str


_NOWHERE = Spot(0, "")


class Places:
    """The elements of one file, found by the paths of rules."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._terms: dict[etree._Element, str] | None = None

    def at(self, path: str) -> Spot:
        """Return where the element of an XPath is; a path that leads nowhere has no place."""
        element = self._element(_STEP.sub(r"*[local-name()='\1' and namespace-uri()='\2']", path))
        if element is None:
            return _NOWHERE
        if self._terms is None:
            self._terms = terms_of(self._root)
        return Spot(cast("int | None", element.sourceline) or 0, self._terms.get(element, ""))

    def _element(self, path: str) -> etree._Element | None:
        prefixes = {prefix: uri for prefix, uri in self._root.nsmap.items() if prefix}
        try:
            found = self._root.xpath(path, namespaces=prefixes)
        except etree.XPathError:
            return None
        first = found[0] if isinstance(found, list) and found else None
        return first if isinstance(first, etree._Element) else None
