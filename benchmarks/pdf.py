"""A complete Factur-X page of ours against WeasyPrint's, and where our own time goes.

    python -m benchmarks.pdf [ROUNDS]

From a document in memory to the bytes of a PDF/A-3b with its XML inside: figures, XML, payment code, layout, file.
Both get the same documents, fonts, code and XML, a new document in each round, in turn, in one warm process; process
time. An output counts only once its pages, its texts and its attachment have been checked.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import NamedTuple

from beancount import loader
from pypdf import PdfReader
from rich.console import Console
from rich.table import Table

from benchmarks.invoices import read_detailed
from benchmarks.parts import seconds_by_part
from facturier.books import Books
from facturier.documents import Document
from facturier.pdf.template import packaged_template
from facturier.rendering import XML_NAME, prepare, render

OURS = "facturier"
CONTENDER = "WeasyPrint"
_NOWHERE = Path()  # these documents have no logo, so no folder is read


class Size(NamedTuple):
    """A size of invoice: its lines, the pages it must have, and how many times faster we want to be one day."""

    title: str
    lines: int
    pages: range
    goal: int


SIZES = (Size("one page (8 lines)", 8, range(1, 2), 15), Size("150 lines", 150, range(2, 20), 30))


class Output(NamedTuple):
    """One rendering: process seconds, bytes, pages."""

    seconds: float
    size: int
    pages: int


Engine = Callable[[Document, Books], bytes]


def ours(document: Document, books: Books) -> bytes:
    """Render a document as the command line does."""
    return render(document, books, _NOWHERE).pdf


def engines() -> dict[str, Engine]:
    """Return who takes part: the contender only where it is installed."""
    if find_spec("weasyprint") is None:
        return {OURS: ours}
    from benchmarks.weasyprint_invoice import lay_out

    return {OURS: ours, CONTENDER: lambda document, books: lay_out(prepare(document, books, _NOWHERE))}


def measure(
    taking_part: Mapping[str, Engine], size: Size, documents: Sequence[Document], books: Books
) -> dict[str, list[Output]]:
    """Render each document with each engine in turn; the first document warms up and is not counted."""
    outputs: dict[str, list[Output]] = {name: [] for name in taking_part}
    for counted, document in enumerate(documents):
        for name, engine in taking_part.items():
            gc.collect()
            start = time.process_time()
            pdf = engine(document, books)
            seconds = time.process_time() - start
            pages = checked_pages(pdf, document, books, size, name)
            if counted:
                outputs[name].append(Output(seconds, len(pdf), pages))
    return outputs


def checked_pages(pdf: bytes, document: Document, books: Books, size: Size, name: str) -> int:
    """Return how many pages a file has.

    Raises:
        SystemExit: Pages, a line's text, the total on the last page or the XML are not what they must be.
    """
    reader = PdfReader(BytesIO(pdf))
    texts = ["".join(page.extract_text().split()) for page in reader.pages]
    wording = packaged_template().wording(document.language)
    total = "".join(wording.money(document.totals().payable, document.currency).split())
    missing = [line.item for line in document.lines if "".join(line.item.split()) not in "".join(texts)]
    faults = {
        f"{len(texts)} pages": len(texts) not in size.pages,
        f"no text of its lines {missing}": bool(missing),
        f"no total {total} on the last page": total not in texts[-1],
        "not its XML inside": reader.attachments.get(XML_NAME) != [prepare(document, books, _NOWHERE).xml],
    }
    for fault, found in faults.items():
        if found:
            raise SystemExit(f"{name}, {document.number}, {size.title}: {fault}")
    return len(texts)


def contest_table(size: Size, outputs: Mapping[str, list[Output]]) -> Table:
    """Return the times of each engine, and how many times ours the contender took, pair by pair."""
    rounds = len(outputs[OURS])
    table = Table(title=f"{size.title}, process milliseconds, {rounds} rounds")
    for heading in ("engine", "min", "median", "max", "pages", "KB", "times ours (min to max)"):
        table.add_column(heading, justify="left" if heading == "engine" else "right")
    for name, results in outputs.items():
        seconds = [result.seconds for result in results]
        ratios = [own.seconds / base.seconds for own, base in zip(results, outputs[OURS], strict=True)]
        table.add_row(
            name,
            *(f"{figure * 1000:.1f}" for figure in (min(seconds), median(seconds), max(seconds))),
            str(results[-1].pages),
            f"{median(result.size for result in results) / 1000:.0f}",
            "1" if name == OURS else f"{median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})",
        )
    return table


def parts_table(taken: Mapping[str, Mapping[str, list[float]]]) -> Table:
    """Return, for each size, the median time of each part of ours and its share."""
    table = Table(title=f"Where {OURS}'s time goes, process milliseconds (median) and share")
    table.add_column("part")
    for title in taken:
        table.add_column(title, justify="right")
        table.add_column("share", justify="right")
    medians = {title: {part: median(seconds) for part, seconds in parts.items()} for title, parts in taken.items()}
    for part in next(iter(medians.values())):
        cells: list[str] = []
        for column in medians.values():
            cells += [f"{column[part] * 1000:.2f}", f"{column[part] / sum(column.values()) * 100:.0f} %"]
        table.add_row(part, *cells)
    return table


def main(arguments: list[str]) -> None:
    """Print the tables."""
    rounds = int(arguments[0]) if arguments else 9
    loader.initialize(use_cache=False)
    console = Console()
    taking_part = engines()
    taken: dict[str, dict[str, list[float]]] = {}
    for size in SIZES:
        books = read_detailed(2 * rounds + 1, size.lines)
        contest, others = books.documents[: rounds + 1], books.documents[rounds + 1 :]
        console.print(contest_table(size, measure(taking_part, size, contest, books)))
        taken[size.title] = seconds_by_part([partial(ours, one, books) for one in others])
    console.print(parts_table(taken))
    if CONTENDER not in taking_part:
        console.print(f"{CONTENDER} is not installed: only {OURS} was measured.")
    goals = ", ".join(f"{size.goal} times for {size.title}" for size in SIZES)
    console.print(f"Later goal: at least {goals} (reported, not required now).")


if __name__ == "__main__":
    main(sys.argv[1:])
