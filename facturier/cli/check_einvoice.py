"""``facturier check --einvoice``: any Factur-X, CII or UBL file, held to the rules of the profile it names."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from facturier.cli.console import DONE, UNUSABLE_INPUT, VIOLATIONS_FOUND, echo, shown_path, user_language
from facturier.einvoice.validation import Finding, Report, SchematronEngine, Severity, Verdict, validate, validate_pdf
from facturier.einvoice.validation_pdf import LARGEST_PDF
from facturier.messages import Message, message

# A PDF may have a few bytes before its header.
_HEADER, _HEADER_WITHIN = b"%PDF-", 1024
# A file of another kind objects to everything in it.
_MOST_PRINTED = 50


def check_files(files: Sequence[Path], *, as_json: bool) -> None:
    """Validate files, print what is found in each, and exit: 0 if all are valid, 2 if one cannot be read."""
    # pypdf logs what it puts up with in a damaged file; the user gets one sentence.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    code = DONE
    found: list[dict[str, object]] = []
    with SchematronEngine() as engine:
        for path in files:
            report = _report_on(path, engine)
            if isinstance(report, Message):
                code = UNUSABLE_INPUT
                echo(f"{shown_path(str(path))}: {report.text(user_language())}", err=True)
                continue
            if not report.valid and code == DONE:
                code = VIOLATIONS_FOUND
            if as_json:
                found.append(_as_json(path, report))
            else:
                _print(path, report)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    sys.exit(code)


def _report_on(path: Path, engine: SchematronEngine) -> Report | Message:
    """Validate a file; a sentence instead where it cannot be read."""
    try:
        with path.open("rb") as file:
            # One byte more than is read shows that a file is too large.
            content = file.read(LARGEST_PDF + 1)
    except OSError as error:
        return message("It cannot be read: {reason}.", reason=error.strerror or type(error).__name__)
    if _HEADER in content[:_HEADER_WITHIN]:
        return validate_pdf(content, engine)
    return validate(content, engine)


def _print(path: Path, report: Report) -> None:
    shown = shown_path(str(path))
    for finding in report.findings[:_MOST_PRINTED]:
        echo(_line(shown, finding), err=True)
    unshown = len(report.findings) - _MOST_PRINTED
    if unshown > 0:
        more = message("and {count} more findings; --json prints all.", count=unshown)
        echo(f"{shown}: {more.text(user_language())}", err=True)
    if report.not_validated is not None:
        echo(f"{shown}: {report.not_validated.text(user_language())}", err=True)
    echo(f"{shown}: {_verdict(report).text(user_language())}", bold=True)


def _line(shown: str, finding: Finding) -> str:
    """Return a finding as ``file:line: BT: text (path) [rule]``."""
    place = f"{shown}:{finding.line}" if finding.line else shown
    mark = "note: " if finding.severity is Severity.WARNING else ""
    term = f"{finding.business_term}: " if finding.business_term else ""
    path = f" ({finding.location})" if finding.location else ""
    return f"{place}: {mark}{term}{finding.text.text(user_language())}{path} [{finding.rule}]"


def _verdict(report: Report) -> Message:
    if report.profile is None:
        return message("Not valid: it is no invoice that can be checked.")
    values = {
        "profile": report.profile.name,
        "syntax": report.profile.syntax,
        "rules": ", ".join(layer.value for layer in report.checked),
        "count": len(report.fatal),
    }
    if report.verdict is Verdict.VALID:
        return message("Valid: {profile}, {syntax}; rules run: {rules}.", **values)
    if report.verdict is Verdict.INVALID:
        return message("Not valid: {profile}, {syntax}; {count} objections; rules run: {rules}.", **values)
    return message("Not validated: {profile}, {syntax}; rules run: {rules} only.", **values)


def _as_json(path: Path, report: Report) -> dict[str, object]:
    language = user_language()
    return {
        "file": str(path),
        "profile": report.profile.name if report.profile else None,
        "syntax": report.profile.syntax if report.profile else None,
        "verdict": report.verdict.value,
        "rules_run": [layer.value for layer in report.checked],
        "not_validated": report.not_validated.text(language) if report.not_validated else None,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "business_term": finding.business_term or None,
                "line": finding.line or None,
                "location": finding.location or None,
                "message": finding.text.text(language),
            }
            for finding in report.findings
        ],
    }
