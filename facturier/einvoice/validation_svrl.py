"""Reading what a schematron found (SVRL, ISO/IEC 19757-3).

Both failed asserts and successful reports count, and what carries no flag is fatal: the
EN 16931 rules of Factur-X leave the flag out almost everywhere. A run in which no rule fired
met a document it does not know, and is a failure (e-invoices in an unknown namespace would
otherwise pass).
"""

from __future__ import annotations

import re

from lxml import etree

from facturier.einvoice.validation_findings import Finding, Layer, Severity, fatal, verbatim
from facturier.einvoice.validation_xml import read_xml
from facturier.messages import message

_SVRL = "http://purl.oclc.org/dsdl/svrl"
# A report on a file full of errors is larger than the file.
_LARGEST_REPORT = 100_000_000
_OBJECTIONS = (f"{{{_SVRL}}}failed-assert", f"{{{_SVRL}}}successful-report")
_BUSINESS_TERM = re.compile(r"\b(?:BT|BG)-\d+|\bEXT-FR-FE-(?:BG-)?\d+")
_RULE_PREFIX = re.compile(r"^\[?[A-Z]+-[\w/-]*\]?(?: : |-)")
_NAMESPACE_TEST = re.compile(r"\[namespace-uri\(\)='[^']*'\]")


def read_findings(report: str, layer: Layer) -> list[Finding]:
    """Return what one schematron objects to.

    Args:
        report: The SVRL document.
        layer: Which rules ran, for the sentence when none fired.

    Raises:
        RefusedFileError: If the report is not well-formed XML.
    """
    root = read_xml(report.encode(), _LARGEST_REPORT)
    if root.find(f"{{{_SVRL}}}fired-rule") is None:
        return [
            fatal(
                "VALIDATOR",
                message("None of the {layer} rules applied: the file is not what it says.", layer=layer.value),
            )
        ]
    return [_finding(element) for element in root.iterchildren(*_OBJECTIONS)]


def _finding(element: etree._Element) -> Finding:
    text = " ".join((element.findtext(f"{{{_SVRL}}}text") or "").split())
    identifier = str(element.get("id", ""))
    severity = Severity.WARNING if element.get("flag") == "warning" else Severity.FATAL
    return Finding(
        rule=identifier or _unnamed_rule(element),
        severity=severity,
        text=verbatim(_RULE_PREFIX.sub("", text)),
        location=_short_path(str(element.get("location", ""))),
        business_term=_business_term(identifier.partition("_")[2]) or _business_term(text),
    )


def _unnamed_rule(element: etree._Element) -> str:
    """Name a rule without an id: the profile's list of elements that it does not use, else its test."""
    if element.tag == _OBJECTIONS[1]:
        return "NOT-USED"
    return str(element.get("test", ""))[:80]


def _business_term(text: str) -> str:
    found = _BUSINESS_TERM.search(text)
    return found[0] if found else ""


def _short_path(location: str) -> str:
    """Drop the namespaces and the counters of only children from an XPath."""
    return _NAMESPACE_TEST.sub("", location).replace("*:", "").replace("[1]", "")
