"""``facturier demo``: a small company's books to try everything on."""

from __future__ import annotations

import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from facturier.cli.console import (
    VIOLATIONS_FOUND,
    beancount_lines,
    echo,
    fail,
    open_or_exit,
    say,
    shown_path,
    user_language,
    violation_line,
)
from facturier.cli.pdf_run import render_documents
from facturier.messages import message
from facturier.rules.pack import check_all


@click.command()
@click.argument("folder", type=click.Path(readable=False, path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Copy the demo books into FOLDER, check them, render them, and say what to try next."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            found = message("{folder} is not empty; name another folder: facturier demo FOLDER.", folder=folder)
            fail(found.text(user_language()))
        _copy(files("facturier.ledger"), folder)
    except OSError as failure:
        fail(f"{shown_path(str(folder))}: {failure.strerror or failure}")
    workspace = open_or_exit(folder / "main.beancount")
    found_violations = check_all(workspace.books)
    for line in (
        *beancount_lines(workspace.errors),
        *(violation_line(violation, workspace.books.language) for violation in found_violations),
    ):
        echo(line, err=True)
    documents = [*workspace.books.documents, *workspace.books.papers]
    outcome = render_documents(workspace, documents, folder / "pdf", force=True)
    ledger = shown_path(str(workspace.path))
    bank = shown_path(str(sorted((folder / "bank").glob("*.xml"))[-1]))
    say(
        workspace.books,
        message(
            "The books of {title}: {documents} documents and {papers} papers, checked: {violations} violations.\n"
            "{written} PDF files are in {pdf}.\n\n"
            "Try next:\n"
            "  what a CI checks:               bean-check -C {ledger}\n"
            "  who owes what:                  facturier receivables -f {ledger}\n"
            "  the bank's file of November:    facturier import -f {ledger} {bank}\n"
            "  what a rule wants:              facturier explain FR-NUM-GAP\n"
            "  all of it in your browser:      fava {ledger}\n"
            "                                  then open http://localhost:5000",
            title=workspace.books.title,
            documents=len(workspace.books.documents),
            papers=len(workspace.books.papers),
            violations=len(found_violations) + len(workspace.errors),
            written=outcome.written,
            pdf=shown_path(str(folder / "pdf")),
            ledger=ledger,
            bank=bank,
        ),
    )
    if found_violations or workspace.errors or outcome.failed:
        sys.exit(VIOLATIONS_FOUND)


def _copy(source: Traversable, target: Path) -> None:
    """Copy the demo's files, not their permissions: an installed package may be read-only."""
    target.mkdir(parents=True, exist_ok=True)
    for one in source.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            _copy(one, target / one.name)
        elif one.is_file() and not one.name.endswith(".py"):
            (target / one.name).write_bytes(one.read_bytes())
