"""Validating an e-invoice: XML schema, then EN 16931, then the French rules (BR-FR).

The order is that of the French exchange (XP Z12-012, note V1.4.0). Rules that could not run are
never counted as kept: see `Report.verdict`. Validation only reports; whether an invoice with
findings is printed all the same is the caller's decision.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

from lxml import etree

from facturier.einvoice.schemas import Profile, SchemaError, profile_of, schema_errors, specification_identifier
from facturier.einvoice.schematron import SchematronEngine, SchematronError, processor_installed
from facturier.einvoice.validation_findings import Finding, Layer, Report, Severity, Verdict, fatal, verbatim
from facturier.einvoice.validation_pdf import extract_xml, read_factur_x
from facturier.einvoice.validation_places import Places
from facturier.einvoice.validation_svrl import read_findings
from facturier.einvoice.validation_xml import RefusedFileError, read_xml
from facturier.messages import Message, message

__all__ = [
    "Finding",
    "Layer",
    "Report",
    "SchematronEngine",
    "Severity",
    "Verdict",
    "extract_xml",
    "schema_findings",
    "validate",
    "validate_pdf",
]


def validate_pdf(pdf: bytes, engine: SchematronEngine | None = None) -> Report:
    """Validate the XML inside a Factur-X PDF.

    Of the PDF itself only its claim of a profile is checked, which must be that of the XML; it is a
    warning where it is not.

    Args:
        pdf: The PDF file.
        engine: The process to run schematrons in; one is started for this file if none is given.
    """
    try:
        found = read_factur_x(pdf)
    except RefusedFileError as error:
        return Report(None, (), (fatal("PDF", error.reason),))
    report = validate(found.xml, engine)
    if report.profile is None or found.level == report.profile.factur_x_level:
        return report
    return report._replace(findings=(_other_level(found.level, report.profile), *report.findings))


def validate(xml: bytes, engine: SchematronEngine | None = None) -> Report:
    """Validate a CII or UBL invoice against all rules of the profile it names in BT-24.

    Errors of the XML schema end the check: what the later rules say about such a file is noise.

    Args:
        xml: The file.
        engine: The process to run schematrons in; one is started for this file if none is given.
            Give one, in a ``with`` block, to check many files: starting it takes seconds.
    """
    read = _held_to_schema(xml)
    if isinstance(read, Report):
        return read
    if not processor_installed():
        return Report(read.profile, (Layer.SCHEMA,), (), _processor_missing())
    with nullcontext(engine) if engine else SchematronEngine() as running:
        return _run_schematrons(read.root, read.profile, running)


def schema_findings(xml: bytes) -> tuple[Finding, ...]:
    """Return what the XML schema of its profile alone objects to in a file: quick, and without any extra."""
    read = _held_to_schema(xml)
    return read.findings if isinstance(read, Report) else ()


class _Read(NamedTuple):
    """A file that its XML schema allows."""

    root: etree._Element
    profile: Profile


def _held_to_schema(xml: bytes) -> _Read | Report:
    """Read a file and check it by its XML schema; the report is final where that objects."""
    try:
        root = read_xml(xml)
    except RefusedFileError as error:
        return Report(None, (), (fatal("XML", error.reason),))
    profile = profile_of(root)
    if profile is None:
        return Report(None, (), (_unknown_profile(root),))
    errors = schema_errors(root, profile)
    if not errors:
        return _Read(root, profile)
    places = Places(root)
    return Report(profile, (Layer.SCHEMA,), tuple(_schema_finding(error, places) for error in errors))


def _run_schematrons(root: etree._Element, profile: Profile, engine: SchematronEngine) -> Report:
    checked = [Layer.SCHEMA]
    findings: list[Finding] = []
    places = Places(root)
    for layer, stylesheet in ((Layer.EN16931, profile.rules), (Layer.FRANCE, profile.french_rules)):
        try:
            findings += read_findings(engine.run(stylesheet, root), layer, places)
        except (SchematronError, RefusedFileError) as error:
            findings.append(_not_run(layer, error))
        else:
            checked.append(layer)
    return Report(profile, tuple(checked), tuple(findings))


def _not_run(layer: Layer, error: SchematronError | RefusedFileError) -> Finding:
    return fatal(
        "VALIDATOR",
        message("The {layer} rules could not be run: {reason}", layer=layer.value, reason=error.reason),
    )


def _schema_finding(error: SchemaError, places: Places) -> Finding:
    # libxml2 spells namespaces out in braces; the prefixes in the path say the same.
    words = error.message.split("{")
    text = words[0] + "".join(word.partition("}")[2] for word in words[1:])
    return Finding(
        "XSD",
        Severity.FATAL,
        verbatim(text),
        location=error.path,
        business_term=places.at(error.path).term,
        line=error.line,
    )


def _other_level(level: str, profile: Profile) -> Finding:
    if level:
        text = message(
            "The PDF says it is Factur-X of the profile {level}, its XML is {profile}.",
            level=level,
            profile=profile.name,
        )
    else:
        text = message("The PDF's metadata do not say that it is Factur-X (XMP, fx:ConformanceLevel).")
    return Finding("PDF", Severity.WARNING, text)


def _unknown_profile(root: etree._Element) -> Finding:
    return fatal(
        "XML",
        message(
            "This is no invoice of a known profile: the root element is {root}, BT-24 is “{identifier}”.",
            root=etree.QName(root).localname,
            identifier=specification_identifier(root),
        ),
    )


def _processor_missing() -> Message:
    return message(
        "Not validated: only the XML schema was checked. "
        "The EN 16931 and French rules need “pip install facturier[validate]”."
    )
