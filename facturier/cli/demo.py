"""``facturier demo``: a small company's books to try everything on."""

from __future__ import annotations

import sys
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree, ignore_patterns

import click

from facturier.cli.console import (
    VIOLATIONS_FOUND,
    beancount_lines,
    fail,
    open_or_exit,
    say,
    shown_path,
    user_language,
    violation_line,
)
from facturier.cli.pdf import render_documents
from facturier.messages import message
from facturier.rules.pack import check_all


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Copy the demo books into FOLDER, check them, render them, and say what to try next."""
    if folder.exists() and any(folder.iterdir()):
        found = message("{folder} is not empty; name another folder: facturier demo FOLDER.", folder=folder)
        fail(found.text(user_language()))
    try:
        with as_file(files("facturier.ledger")) as books:
            copytree(books, folder, dirs_exist_ok=True, ignore=ignore_patterns("__init__.py", "__pycache__"))
    except OSError as failure:
        fail(f"{folder}: {failure.strerror or failure}")
    workspace = open_or_exit(folder / "main.beancount")
    found_violations = check_all(workspace.books)
    for line in (
        *beancount_lines(workspace.errors),
        *(violation_line(violation, workspace.books.language) for violation in found_violations),
    ):
        click.echo(line, err=True)
    documents = [*workspace.books.documents, *workspace.books.papers]
    written, _, failed = render_documents(workspace, documents, folder / "pdf", force=True)
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
            written=written,
            pdf=shown_path(str(folder / "pdf")),
            ledger=ledger,
            bank=bank,
        ),
    )
    if found_violations or workspace.errors or failed:
        sys.exit(VIOLATIONS_FOUND)
