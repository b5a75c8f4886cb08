"""Validating an e-invoice: XML schema, then EN 16931, then the French rules (BR-FR).

The order is that of the French exchange (XP Z12-012, note V1.4.0). Rules that could not run are
never counted as kept: see `Report.verdict`. Validation only reports; whether an invoice with
findings is printed all the same is the caller's decision.
"""

from __future__ import annotations

from contextlib import nullcontext

from lxml import etree

from facturier.einvoice.schemas import Profile, SchemaError, profile_of, schema_errors, specification_identifier
from facturier.einvoice.schematron import SchematronEngine, SchematronError, processor_installed
from facturier.einvoice.validation_findings import Finding, Layer, Report, Severity, Verdict, fatal, verbatim
from facturier.einvoice.validation_pdf import extract_xml
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
    "validate",
    "validate_pdf",
]


def validate_pdf(pdf: bytes, engine: SchematronEngine | None = None) -> Report:
    """Validate the XML inside a Factur-X PDF; of the PDF itself nothing is checked.

    Args:
        pdf: The PDF file.
        engine: The process to run schematrons in; one is started for this file if none is given.
    """
    try:
        xml = extract_xml(pdf)
    except RefusedFileError as error:
        return Report(None, (), (fatal("PDF", error.reason),))
    return validate(xml, engine)


def validate(xml: bytes, engine: SchematronEngine | None = None) -> Report:
    """Validate a CII or UBL invoice against all rules of the profile it names in BT-24.

    Errors of the XML schema end the check: what the later rules say about such a file is noise.

    Args:
        xml: The file.
        engine: The process to run schematrons in; one is started for this file if none is given.
            Give one, in a ``with`` block, to check many files: starting it takes seconds.
    """
    try:
        root = read_xml(xml)
    except RefusedFileError as error:
        return Report(None, (), (fatal("XML", error.reason),))
    profile = profile_of(root)
    if profile is None:
        return Report(None, (), (_unknown_profile(root),))
    errors = schema_errors(root, profile)
    if errors:
        return Report(profile, (Layer.SCHEMA,), tuple(_schema_finding(error) for error in errors))
    if not processor_installed():
        return Report(profile, (Layer.SCHEMA,), (), _processor_missing())
    with nullcontext(engine) if engine else SchematronEngine() as running:
        return _run_schematrons(root, profile, running)


def _run_schematrons(root: etree._Element, profile: Profile, engine: SchematronEngine) -> Report:
    checked = [Layer.SCHEMA]
    findings: list[Finding] = []
    for layer, stylesheet in ((Layer.EN16931, profile.rules), (Layer.FRANCE, profile.french_rules)):
        try:
            findings += read_findings(engine.run(stylesheet, root), layer)
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


def _schema_finding(error: SchemaError) -> Finding:
    # libxml2 spells namespaces out in braces; the prefixes in the path say the same.
    words = error.message.split("{")
    text = words[0] + "".join(word.partition("}")[2] for word in words[1:])
    location = f"{error.path} (line {error.line})" if error.line else error.path
    return Finding("XSD", Severity.FATAL, verbatim(text), location)


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
