"""What open items cost beside beancount's own load of the same books, at several sizes.

    python -m benchmarks.open_items [ROUNDS [INVOICES…]]

Nine invoices of ten are paid. In each round the books are loaded by beancount, read by facturier, settled, and asked
for a day in their middle; the ratios are taken within the round, so that what else the machine does falls on both.
Targets at 20 000 invoices: settling at most 5 % of the load, a question after that at most 1 %, and all of it linear.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

from beancount import loader
from rich.console import Console
from rich.table import Table

from benchmarks.books import FIRST_DAY, generate
from facturier.books import read_books
from facturier.receivables import aged_balance

SIZES = (2_500, 20_000, 60_000, 200_000)
# A large size is loaded once: beancount alone takes minutes.
_MOST_IN_ROUNDS = 20_000
MIDDLE = FIRST_DAY + timedelta(days=200)
Result = TypeVar("Result")


class Round(NamedTuple):
    """Process seconds of one round.

    Attributes:
        load: beancount's own load.
        read: Entries to books: directives and documents, which every command and page needs.
        settle: Books to the history of all items.
        ask: What is open at the end of a day: items, what remains of them, money on account.
        report: The aged balance of that day.
    """

    load: float
    read: float
    settle: float
    ask: float
    report: float


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the process time some work took, and its result."""
    gc.collect()
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def ask(question: Callable[[], Result], times: int = 5) -> float:
    """Return the median time of a question that is asked several times; what an answer holds is given back between."""
    return median(timed(question)[0] for _ in range(times))


def one_round(path: Path) -> Round:
    """Load, read, settle and ask once.

    Raises:
        SystemExit: The books are not clean, or not settled as they were generated.
    """
    load, (entries, errors, options) = timed(lambda: loader.load_file(str(path)))
    if errors:
        raise SystemExit(f"the benchmark's books are not clean: {errors[0].message}")
    read, books = timed(lambda: read_books(entries, options))
    settlements = books.settlements
    # As books that were never asked, each time.
    settle = ask(lambda: replace(books).settlements, times=3)
    left = len(settlements.as_of(date.max).open())
    if settlements.faults or left != len(books.documents) - len(settlements.operations):
        raise SystemExit(f"the benchmark's books are not settled: {left} invoices are open")

    def question() -> None:
        found = books.open_items(MIDDLE)
        for item in found.open():
            found.remaining[item.id]
        found.on_account  # noqa: B018  # computed when it is asked for

    return Round(load, read, settle, ask(question), ask(lambda: aged_balance(books, MIDDLE)))


def measure(invoices: int, rounds: int) -> list[Round]:
    """Measure books of one size, the first round not counted where there are several."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "books.beancount"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(generate(invoices, invoices * 9 // 10))
        if invoices > _MOST_IN_ROUNDS:
            return [one_round(path)]
        return [one_round(path) for _ in range(rounds + 1)][1:]


def main(arguments: list[str]) -> None:
    """Print the table."""
    rounds = int(arguments[0]) if arguments else 5
    sizes = [int(size) for size in arguments[1:]] or list(SIZES)
    loader.initialize(use_cache=False)
    table = Table(title=f"Open items; process time, median of {rounds} rounds (large books: one)")
    headings = ("invoices", "payments", "beancount", "books", "open items", "per invoice", "a day's question", "aged")
    for heading in headings:
        table.add_column(heading, justify="right")
    for size in sizes:
        found = measure(size, rounds)
        shares = [median(value / one.load * 100 for one in found for value in [one[index]]) for index in range(1, 5)]
        each = median(one.settle / size * 1e6 for one in found)
        table.add_row(
            f"{size:,}",
            f"{size * 9 // 10:,}",
            f"{median(one.load for one in found):.2f} s",
            f"+{shares[0]:.1f} %",
            f"+{shares[1]:.1f} %",
            f"{each:.1f} µs",
            f"+{shares[2]:.2f} %",
            f"+{shares[3]:.2f} %",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
