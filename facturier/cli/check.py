"""``facturier check``: every rule over the books, with the notices that bean-check does not show."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from facturier.books import Books
from facturier.cli.check_einvoice import check_files
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    beancount_lines,
    echo,
    ledger_option,
    open_or_exit,
    say,
    today,
    violation_line,
)
from facturier.messages import message
from facturier.rules.pack import ALL_RULES, CHECK_SETS, check_all, waivers
from facturier.violations import Severity, Violation
from facturier.workspace import Workspace


@click.command()
@ledger_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON on stdout.")
@click.option("--einvoice", is_flag=True, help="Check e-invoice files instead: Factur-X PDF, CII or UBL, anyone's.")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
def check(ledger: Path, as_json: bool, einvoice: bool, files: tuple[Path, ...]) -> None:
    """Check the books: beancount's errors, ours, notices, and what is waived.

    With --einvoice, check FILEs by the XML schema, EN 16931 and the French rules (BR-FR) instead; no
    ledger is read.
    """
    if einvoice != bool(files):
        raise click.UsageError("--einvoice goes with the files to check: facturier check --einvoice FILE…")
    if einvoice:
        check_files(files, as_json=as_json)
    workspace = open_or_exit(ledger)
    books = workspace.books
    found = sorted(check_all(books, CHECK_SETS, today=today()), key=lambda violation: violation.place)
    errors = [violation for violation in found if violation.rule.severity is Severity.ERROR]
    if as_json:
        click.echo(json.dumps(_as_json(workspace, found), ensure_ascii=False, indent=2))
    else:
        _print(workspace, found, errors)
    sys.exit(VIOLATIONS_FOUND if errors or workspace.errors else DONE)


def _print(workspace: Workspace, found: list[Violation], errors: list[Violation]) -> None:
    books = workspace.books
    for line in beancount_lines(workspace.errors):
        echo(line, err=True)
    for violation in found:
        echo(violation_line(violation, books.language), err=True)
    for document, rule, reason in _waived(books):
        say(books, message("{document}: {rule} is waived: {reason}", document=document, rule=rule, reason=reason))
    if not workspace.has_pack:
        say(
            books,
            message('bean-check and Fava do not run these rules: add plugin "facturier.plugins" to the top file.'),
        )
    say(
        books,
        message(
            "Documents checked: {documents}; papers: {papers}; errors: {errors}; notices: {notices}.",
            documents=len(books.documents),
            papers=len(books.papers),
            errors=len(errors) + len(workspace.errors),
            notices=len(found) - len(errors),
        ),
        bold=True,
    )


def _as_json(workspace: Workspace, found: list[Violation]) -> dict[str, object]:
    language = workspace.books.language
    return {
        "documents": len(workspace.books.documents),
        "papers": len(workspace.books.papers),
        "beancount_errors": [
            {"file": error.source.get("filename"), "line": error.source.get("lineno"), "message": error.message}
            for error in workspace.errors
        ],
        "findings": [
            {
                "rule": violation.rule.id,
                "severity": violation.rule.severity.value,
                "file": violation.place.filename,
                "line": violation.place.line,
                "document": violation.document,
                "message": violation.message.text(language),
                "law": violation.rule.law,
            }
            for violation in found
        ],
        "waived": [
            {"document": document, "rule": rule, "reason": reason}
            for document, rule, reason in _waived(workspace.books)
        ],
    }


def _waived(books: Books) -> list[tuple[str, str, str]]:
    """Return document, rule and reason of each waiver of a rule that can be waived."""
    return [
        (document, rule, reason)
        for (document, rule), reason in waivers(books).items()
        if rule in ALL_RULES and ALL_RULES[rule].waivable
    ]
