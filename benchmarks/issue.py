"""How long issuing many drafts takes, against loading the ledger and rendering those documents.

    python -m benchmarks.issue [DRAFTS [ROUNDS]]

Both are whole processes' work in one warm process, process time, in turn, smallest of the rounds. Issuing loads
the ledger twice (before, and to check the result), runs all rules three times, renders,
archives and seals.
The target: at most 3 times the time of loading and rendering alone.
"""

from __future__ import annotations

import contextlib
import gc
import io
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.books import generate
from facturier.cli import main as command
from facturier.rendering import render
from facturier.workspace import open_ledger

TARGET = 3
DAY = "2026-11-20"


def write_drafts(folder: Path, drafts: int) -> Path:
    """Write books with so many drafts of two lines each."""
    path = folder / "main.beancount"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(generate(0, 0, plugin="facturier.plugins"))
        for rank in range(drafts):
            file.write(
                f'\n2026-11-{1 + rank % 20:02} D "c{rank % 50:03}" "Régie {rank}"\n'
                f"  Income:Prestations  -{1 + rank % 9} DEV-DAY\n"
                f'  Income:Prestations  -{20 + rank}.50 EUR\n    item: "Déplacement {rank}"\n    vat: 20\n'
            )
    return path


def seconds(work: Callable[[], object]) -> float:
    """Return the process time that some work takes."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def load_and_render(path: Path) -> None:
    """Load a ledger and render all its documents."""
    workspace = open_ledger(path)
    for document in workspace.books.documents:
        render(document, workspace.books, workspace.folder)


def issue(path: Path) -> None:
    """Issue all drafts of a ledger as the command line does: numbered, archived, sealed.

    Raises:
        SystemExit: It was refused.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            command(["issue", "--all", "--date", DAY, "--yes", "-f", str(path)], standalone_mode=False)
        except SystemExit as ended:
            if ended.code:
                raise


def measure(drafts: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds of issuing, and of loading and rendering what was issued; the first round is not counted."""
    issued, rendered = [], []
    for counted in range(rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            path = write_drafts(Path(folder), drafts)
            taken = seconds(partial(issue, path))
            seals = path.read_text(encoding="utf-8").count(' custom "seal" ')
            assert seals == drafts, f"{seals} of {drafts} are sealed"
            plain = seconds(partial(load_and_render, path))
            if counted:
                issued.append(taken)
                rendered.append(plain)
    return issued, rendered


def main(arguments: list[str]) -> None:
    """Print the table."""
    drafts, rounds = [*map(int, arguments), *(500, 3)[len(arguments) :]]
    issued, rendered = measure(drafts, rounds)
    table = Table(title=f"{drafts} drafts, process seconds, {rounds} rounds")
    for heading in ("work", "min", "max", "times load and render"):
        table.add_column(heading, justify="left" if heading == "work" else "right")
    for name, taken in (("load and render", rendered), ("issue --all", issued)):
        table.add_row(name, f"{min(taken):.2f}", f"{max(taken):.2f}", f"{min(taken) / min(rendered):.2f}")
    Console().print(table)
    Console().print(f"Target: at most {TARGET} times.")


if __name__ == "__main__":
    main(sys.argv[1:])
