"""A complete Factur-X page of ours against WeasyPrint's and typst's, and where our own time goes.

    python -m benchmarks.pdf [ROUNDS]

From a document in memory to the bytes of a PDF/A-3b with its XML inside: figures, XML, payment code, layout, file.
All get the same documents, fonts, code and XML, a new document in each round, in turn, in one warm process; process
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
from benchmarks.parts import seconds_by_part, seconds_once
from facturier.books import Books
from facturier.documents import Document
from facturier.pdf.template import packaged_template
from facturier.rendering import XML_NAME, prepare, render

OURS = "facturier"
WEASYPRINT, TYPST = "WeasyPrint", "typst"
_NOWHERE = Path()  # these documents have no logo, so no folder is read


class Size(NamedTuple):
    """A size of invoice: its lines, the pages it must have, and how many times as long the others must take."""

    title: str
    lines: int
    pages: range
    goals: Mapping[str, int]


SIZES = (
    Size("one page (8 lines)", 8, range(1, 2), {WEASYPRINT: 15, TYPST: 1}),
    Size("150 lines", 150, range(2, 20), {WEASYPRINT: 30}),
)


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
    """Return who takes part: the contenders only where they are installed."""
    found: dict[str, Engine] = {OURS: ours}
    if find_spec("weasyprint") is not None:
        from benchmarks import weasyprint_invoice

        found[WEASYPRINT] = lambda document, books: weasyprint_invoice.lay_out(prepare(document, books, _NOWHERE))
    if find_spec("typst") is not None:
        from benchmarks import typst_invoice

        found[TYPST] = lambda document, books: typst_invoice.lay_out(prepare(document, books, _NOWHERE))
    return found


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


def ratios(outputs: Mapping[str, list[Output]], name: str) -> list[float]:
    """Return how many times ours a contender took, pair by pair."""
    return [other.seconds / own.seconds for other, own in zip(outputs[name], outputs[OURS], strict=True)]


def contest_table(size: Size, outputs: Mapping[str, list[Output]]) -> Table:
    """Return the times of each engine, how many times ours the others took, and how many they must."""
    rounds = len(outputs[OURS])
    table = Table(title=f"{size.title}, process milliseconds, {rounds} rounds")
    for heading in ("engine", "min", "median", "max", "pages", "KB", "times ours (min to max)", "goal"):
        table.add_column(heading, justify="left" if heading == "engine" else "right")
    for name, results in outputs.items():
        seconds = [result.seconds for result in results]
        times = ratios(outputs, name)
        table.add_row(
            name,
            *(f"{figure * 1000:.1f}" for figure in (min(seconds), median(seconds), max(seconds))),
            str(results[-1].pages),
            f"{median(result.size for result in results) / 1000:.0f}",
            "1" if name == OURS else f"{median(times):.1f} ({min(times):.1f} to {max(times):.1f})",
            f"≥ {size.goals[name]}" if name in size.goals else "",
        )
    return table


def once_table() -> Table:
    """Return what is made once per process, and is in none of the other times."""
    table = Table(title=f"Once per process, {OURS}, milliseconds")
    for heading in ("what", "ms"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, seconds in seconds_once().items():
        table.add_row(what, f"{seconds * 1000:.1f}")
    return table


def parts_table(taken: Mapping[str, Mapping[str, list[float]]]) -> Table:
    """Return, for each size, the median time of each part of ours and its share; the largest first."""
    table = Table(title=f"Where {OURS}'s time goes, process milliseconds (median) and share")
    table.add_column("part")
    for title in taken:
        table.add_column(title, justify="right")
        table.add_column("share", justify="right")
    medians = {title: {part: median(seconds) for part, seconds in parts.items()} for title, parts in taken.items()}
    largest = next(iter(medians.values()))
    for part in sorted(largest, key=lambda one: largest[one], reverse=True):
        cells: list[str] = []
        for column in medians.values():
            cells += [f"{column[part] * 1000:.2f}", f"{column[part] / sum(column.values()) * 100:.0f} %"]
        table.add_row(part, *cells)
    return table


def main(arguments: list[str]) -> None:
    """Print the tables, and where a goal is missed."""
    rounds = int(arguments[0]) if arguments else 9
    loader.initialize(use_cache=False)
    console = Console()
    console.print(once_table())
    taking_part = engines()
    taken: dict[str, dict[str, list[float]]] = {}
    missed: list[str] = []
    for size in SIZES:
        books = read_detailed(2 * rounds + 1, size.lines)
        contest, others = books.documents[: rounds + 1], books.documents[rounds + 1 :]
        outputs = measure(taking_part, size, contest, books)
        console.print(contest_table(size, outputs))
        for name, goal in size.goals.items():
            if name in outputs and median(ratios(outputs, name)) < goal:
                missed.append(f"{size.title}: {name} does not take {goal} times ours")
        taken[size.title] = seconds_by_part([partial(ours, one, books) for one in others])
    console.print(parts_table(taken))
    for name in (WEASYPRINT, TYPST):
        if name not in taking_part:
            console.print(f"{name} is not installed and was not measured.")
    console.print("\n".join(["Missed:", *missed]) if missed else "Each goal that was measured is met.")


if __name__ == "__main__":
    main(sys.argv[1:])
