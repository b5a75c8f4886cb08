"""The sample documents of ``facturier template preview`` as pages, and as text that can be compared.

python tests/sample_pages.py        writes tests/data/pages again; look at the difference before committing it
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

from facturier.assets import packaged_templates
from facturier.pdf.shelf import choose
from facturier.rendering import RenderedDocument, as_duplicate, lay_out, prepare
from facturier.workspace import Workspace, open_ledger

GOLDEN = Path(__file__).parent / "data" / "pages"
TEMPLATES = ("default", "studio")


@cache
def samples() -> Workspace:
    """Open the ledger of the samples."""
    return open_ledger(packaged_templates() / "samples.beancount")


@cache
def rendered(template: str) -> dict[str, RenderedDocument]:
    """Return every sample as a template shows it, by name."""
    workspace = samples()
    found: dict[str, RenderedDocument] = {}
    for document in (*workspace.books.documents, *workspace.books.papers):
        choice = choose(packaged_templates() / template, workspace.folder)
        prepared = replace(prepare(document, workspace.books, workspace.folder), template=choice)
        found[prepared.name] = lay_out(prepared)
    first = next(iter(workspace.books.documents))
    duplicate = as_duplicate(prepare(first, workspace.books, workspace.folder))
    found[duplicate.name] = lay_out(replace(duplicate, template=choose(packaged_templates() / template, GOLDEN)))
    return found


def text_of(pdf: bytes, *options: str) -> str:
    """Return the text of a PDF with ordinary spaces."""
    run = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub("[\u00a0\u202f]", " ", run.stdout.decode("utf-8"))


def golden_text(pdf: bytes) -> str:
    """Return what a page shows, line by line as it is seen; pages apart, and runs of spaces as two."""
    pages = text_of(pdf, "-layout").split("\f")[:-1]
    lines = ([re.sub(r" {2,}", "  ", line.strip()) for line in page.splitlines() if line.strip()] for page in pages)
    return "\n\n--- page ---\n\n".join("\n".join(page) for page in lines) + "\n"


def write_golden() -> None:
    """Write all golden texts again."""
    for template in TEMPLATES:
        folder = GOLDEN / template
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.txt"):
            old.unlink()
        for name, document in rendered(template).items():
            (folder / f"{name}.txt").write_text(golden_text(document.pdf), encoding="utf-8")


if __name__ == "__main__":
    write_golden()
    sys.stdout.write(f"{GOLDEN}\n")
