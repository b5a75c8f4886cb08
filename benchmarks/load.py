"""How much our plugins add to beancount's own load of a large ledger.

    python -m benchmarks.load [INVOICES [PAYMENTS [ROUNDS]]]

Each load with plugins stands between two loads of the same books without, in one process; what it adds
is its process time over the mean of those two, so that a machine that gets slower for a while says nothing.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from beancount import loader
from rich.console import Console
from rich.table import Table

from benchmarks.books import generate, generate_sealed


class Measure(NamedTuple):
    """A set of plugins, the books it is measured on, and the most it may add to their load, in percent."""

    name: str
    books: Callable[..., Iterator[str]]
    plugin: str
    target_percent: int


MEASURES = (
    Measure("numbering and amounts", generate, "benchmarks.numbering_and_amounts", 10),
    Measure("all of facturier.plugins", generate, "facturier.plugins", 20),
    Measure("all, every document sealed", generate_sealed, "facturier.plugins", 20),
)


class Round(NamedTuple):
    """Process seconds of a load with plugins, and of the loads without, before and after it."""

    before: float
    own: float
    after: float

    @property
    def bare(self) -> float:
        """What the load would have taken without plugins."""
        return mean((self.before, self.after))

    @property
    def added_percent(self) -> float:
        """What the plugins add."""
        return (self.own / self.bare - 1) * 100


def seconds_to_load(path: Path) -> float:
    """Load a ledger once, without the cache, and return the process time it took."""
    gc.collect()
    start = time.process_time()
    _, errors, _ = loader.load_file(str(path))
    taken = time.process_time() - start
    if errors:
        raise SystemExit(f"the benchmark's books are not clean: {errors[0].message}")
    return taken


def measure(invoices: int, payments: int, rounds: int) -> dict[Measure, list[Round]]:
    """Measure each set of plugins in turn, several rounds; a first one is not counted."""
    taken: dict[Measure, list[Round]] = {one: [] for one in MEASURES}
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for index, one in enumerate(MEASURES):
            paths[one] = Path(folder) / f"{index}-bare.beancount", Path(folder) / f"{index}.beancount"
            for path, plugin in zip(paths[one], ("", one.plugin), strict=True):
                path.write_text("".join(one.books(invoices, payments, plugin=plugin)), encoding="utf-8")
        for counted in range(rounds + 1):
            for one, (bare, own) in paths.items():
                seconds = Round(seconds_to_load(bare), seconds_to_load(own), seconds_to_load(bare))
                if counted:
                    taken[one].append(seconds)
    return taken


def main(arguments: list[str]) -> None:
    """Print the table."""
    invoices, payments, rounds = [*map(int, arguments), *(20_000, 18_000, 7)[len(arguments) :]]
    loader.initialize(use_cache=False)
    table = Table(title=f"{invoices} invoices, {payments} payments, process seconds, {rounds} rounds")
    for heading in ("plugins", "without", "with", "added, median", "least", "most", "target"):
        table.add_column(heading, justify="left" if heading == "plugins" else "right")
    for one, seconds in measure(invoices, payments, rounds).items():
        added = [each.added_percent for each in seconds]
        table.add_row(
            one.name,
            f"{median(each.bare for each in seconds):.2f}",
            f"{median(each.own for each in seconds):.2f}",
            *(f"{figure:+.1f} %" for figure in (median(added), min(added), max(added))),
            f"at most +{one.target_percent} %",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
