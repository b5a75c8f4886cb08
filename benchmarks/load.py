"""How much our plugins add to beancount's own load of a large ledger.

    python -m benchmarks.load [INVOICES [PAYMENTS [ROUNDS]]]

The same books are loaded bare and with each set of plugins, in turn, in one process; process
time, median of the rounds. The target: numbering and amounts together add at most 10 %.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from beancount import loader
from rich.console import Console
from rich.table import Table

from benchmarks.books import generate, generate_sealed

TARGET_PERCENT = 10
ALONE = "beancount alone"
SEALED_ALONE = "the same books sealed, beancount alone"
VARIANTS = {
    ALONE: "",
    "with numbering and amounts": "benchmarks.numbering_and_amounts",
    "with all of facturier.plugins": "facturier.plugins",
    SEALED_ALONE: "",
    "sealed, with all of facturier.plugins": "facturier.plugins",
}


def seconds_to_load(path: Path) -> float:
    """Load a ledger once, without the cache, and return the process time it took."""
    gc.collect()
    start = time.process_time()
    _, errors, _ = loader.load_file(str(path))
    taken = time.process_time() - start
    if errors:
        raise SystemExit(f"the benchmark's books are not clean: {errors[0].message}")
    return taken


def measure(invoices: int, payments: int, rounds: int) -> dict[str, list[float]]:
    """Load each variant in turn, several rounds, the first one not counted."""
    taken: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for index, (name, plugin) in enumerate(VARIANTS.items()):
            paths[name] = Path(folder) / f"{index}.beancount"
            books = generate_sealed if "sealed" in name else generate
            paths[name].write_text("".join(books(invoices, payments, plugin=plugin)), encoding="utf-8")
        for counted in range(rounds + 1):
            for name, path in paths.items():
                seconds = seconds_to_load(path)
                if counted:
                    taken[name].append(seconds)
    return taken


def main(arguments: list[str]) -> None:
    """Print the table."""
    invoices, payments, rounds = [*map(int, arguments), *(20_000, 18_000, 5)[len(arguments) :]]
    loader.initialize(use_cache=False)
    taken = measure(invoices, payments, rounds)
    table = Table(title=f"{invoices} invoices, {payments} payments, process seconds, {rounds} rounds")
    for heading in ("load", "min", "median", "max", "added, median of pairs", "added, minima"):
        table.add_column(heading, justify="left" if heading == "load" else "right")
    for name, seconds in taken.items():
        bare = taken[SEALED_ALONE if "sealed" in name else ALONE]
        added = median((own - alone) / alone * 100 for own, alone in zip(seconds, bare, strict=True))
        least = (min(seconds) - min(bare)) / min(bare) * 100
        figures = (f"{figure:.2f}" for figure in (min(seconds), median(seconds), max(seconds)))
        table.add_row(name, *figures, f"{added:+.1f} %", f"{least:+.1f} %")
    Console().print(table)
    Console().print(f"Target: at most +{TARGET_PERCENT} %.")


if __name__ == "__main__":
    main(sys.argv[1:])
