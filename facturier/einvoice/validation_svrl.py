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
from facturier.einvoice.validation_places import Places, Spot
from facturier.einvoice.validation_xml import read_xml
from facturier.messages import message

_SVRL = "http://purl.oclc.org/dsdl/svrl"
# A report on a file full of errors is larger than the file.
_LARGEST_REPORT = 100_000_000
_OBJECTIONS = (f"{{{_SVRL}}}failed-assert", f"{{{_SVRL}}}successful-report")
# A warning about empty elements; of this one the schema wants that it stands there, with a delivery known or not.
_NO_ONE_CAN_HEED = (
    "PEPPOL-EN16931-R008",
    "/CrossIndustryInvoice/SupplyChainTradeTransaction/ApplicableHeaderTradeDelivery",
)
_BUSINESS_TERM = re.compile(r"\bBT-\d+|\bEXT-FR-FE-(?:BG-)?\d+")
_GROUP = re.compile(r"\bBG-\d+")
_RULE_PREFIX = re.compile(r"^\[?[A-Z]+-[\w/-]*\]?(?: : |-)")
_NAMESPACE_TEST = re.compile(r"\[namespace-uri\(\)='[^']*'\]")


def read_findings(report: str, layer: Layer, places: Places) -> list[Finding]:
    """Return what one schematron objects to.

    Args:
        report: The SVRL document.
        layer: Which rules ran, for the sentence when none fired.
        places: The elements of the file that they ran over.

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
    findings = [_finding(element, places) for element in root.iterchildren(*_OBJECTIONS)]
    return [finding for finding in findings if (finding.rule, finding.location) != _NO_ONE_CAN_HEED]


def _finding(element: etree._Element, places: Places) -> Finding:
    text = " ".join((element.findtext(f"{{{_SVRL}}}text") or "").split())
    identifier = str(element.get("id", ""))
    severity = Severity.WARNING if element.get("flag") == "warning" else Severity.FATAL
    location = str(element.get("location", ""))
    spot = places.at(location)
    return Finding(
        rule=identifier or _unnamed_rule(element),
        severity=severity,
        text=verbatim(_RULE_PREFIX.sub("", text)),
        location=_short_path(location),
        business_term=_business_term(identifier.partition("_")[2], text, spot),
        line=spot.line,
    )


def _unnamed_rule(element: etree._Element) -> str:
    """Name a rule without an id: the profile's list of elements that it does not use, else its test."""
    if element.tag == _OBJECTIONS[1]:
        return "NOT-USED"
    return str(element.get("test", ""))[:80]


def _business_term(suffix: str, text: str, spot: Spot) -> str:
    """Return the term that a rule's id names, else its text, else the element it is at; a group where there is none."""
    named = _BUSINESS_TERM.search(suffix) or _BUSINESS_TERM.search(text)
    if named is not None or spot.term:
        return named[0] if named is not None else spot.term
    group = _GROUP.search(suffix) or _GROUP.search(text)
    return group[0] if group is not None else ""


def _short_path(location: str) -> str:
    """Drop the namespaces and the counters of only children from an XPath."""
    return _NAMESPACE_TEST.sub("", location).replace("*:", "").replace("[1]", "")
