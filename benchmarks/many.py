"""Ten thousand invoices as files: time, memory, cores, and going on after the command was killed.

    python -m benchmarks.many [INVOICES [LINES]]

Runs ``facturier pdf --all`` as its users do, in a process of its own, kills it in the middle and starts it again;
then compares one core with all, on a share of the invoices, byte by byte.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.invoices import generate_detailed

INVOICES, LINES = 10_000, 3
MOST_MEGABYTES = 300
_SAMPLE = 600
_POLL = 0.25


class Run(NamedTuple):
    """A run of the command.

    Attributes:
        seconds: From its start to its end.
        loading: Of these, until the first file appeared.
        files: How many files it wrote.
        memory: Megabytes of the process and its workers, by the share of files written, in per cent.
    """

    seconds: float
    loading: float
    files: int
    memory: dict[int, float]


def run(ledger: Path, output: Path, count: int, *, cores: set[int] | None = None, kill_at: int | None = None) -> Run:
    """Render all invoices of a ledger into a folder.

    Args:
        ledger: The ledger.
        output: The folder.
        count: How many invoices it has.
        cores: The cores it may use; all if None.
        kill_at: How many files must be there when it is killed; it is left alone if None.
    """
    before, start, loading = _count(output), time.perf_counter(), 0.0
    memory: dict[int, float] = {}
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from facturier.cli import main; main()",
            "pdf",
            "--all",
            "-f",
            str(ledger),
            "-o",
            str(output),
        ],
        stdout=subprocess.DEVNULL,
        preexec_fn=_confined(cores),
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            time.sleep(_POLL)
            written = _count(output)
            if written > before and not loading:
                loading = time.perf_counter() - start
            if loading:
                share = 25 * round(4 * written / count)
                memory[share] = max(memory.get(share, 0.0), _megabytes(process.pid))
            if kill_at is not None and written >= kill_at:
                os.killpg(process.pid, signal.SIGKILL)
        if kill_at is None and process.returncode:
            raise SystemExit(f"facturier pdf ended with {process.returncode}")
    return Run(time.perf_counter() - start, loading, _count(output) - before, memory)


def _confined(cores: set[int] | None) -> Callable[[], None] | None:
    return None if cores is None else lambda: os.sched_setaffinity(0, cores)


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.pdf"))


def _megabytes(pid: int) -> float:
    """Return the memory of a process and its children; what they share is counted once (PSS)."""
    return sum(_proportional(one) for one in (pid, *_children(pid))) / 1024


def _children(pid: int) -> Iterator[int]:
    try:
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    except OSError:
        return


def _proportional(pid: int) -> int:
    """Return a process's kilobytes; none if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _written(folder: Path, name: str, invoices: int, lines: int) -> Path:
    ledger = folder / name
    ledger.write_text("".join(generate_detailed(invoices, lines)), encoding="utf-8")
    return ledger


def _row(table: Table, title: str, done: Run) -> None:
    rendering = done.seconds - done.loading
    memory = " ".join(f"{share} %: {megabytes:.0f}" for share, megabytes in sorted(done.memory.items()))
    each = rendering / max(done.files, 1) * 1000
    table.add_row(title, f"{done.files}", f"{done.loading:.1f}", f"{rendering:.1f}", f"{each:.1f}", memory)


def main(arguments: list[str]) -> None:
    """Print the table; exit where memory grows too large, or a file is missing or another."""
    invoices = int(arguments[0]) if arguments else INVOICES
    lines = int(arguments[1]) if len(arguments) > 1 else LINES
    table = Table(title=f"facturier pdf --all, {invoices} invoices of {lines} lines")
    for heading in (
        "run",
        "files",
        "until the first s",
        "from there s",
        "ms a file",
        "megabytes, all processes, by files made",
    ):
        table.add_column(heading, justify="left" if heading == "run" else "right")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger, output = _written(folder, "all.beancount", invoices, lines), folder / "all"
        killed = run(ledger, output, invoices, kill_at=invoices // 2)
        rest = run(ledger, output, invoices)
        _row(table, "all cores, killed half-way", killed)
        _row(table, "started again", rest)
        sample = min(_SAMPLE, invoices)
        some = _written(folder, "some.beancount", sample, lines)
        one = run(some, folder / "one", sample, cores={min(os.sched_getaffinity(0))})
        every = run(some, folder / "every", sample)
        _row(table, "one core", one)
        _row(table, "all cores", every)
        different = [
            path.name
            for path in (folder / "one").glob("*.pdf")
            if path.read_bytes() != (folder / "every" / path.name).read_bytes()
        ]
        Console(width=130).print(table)
        gain = (one.seconds - one.loading) / (every.seconds - every.loading)
        print(f"{len(os.sched_getaffinity(0))} cores render {gain:.2f} times as fast as one.")
        largest = max(max(done.memory.values()) for done in (killed, rest))
        faults = {
            f"{_count(output)} files instead of {invoices}": _count(output) != invoices,
            f"other bytes on one core: {different[:3]}": bool(different),
            f"{largest:.0f} MB": largest > MOST_MEGABYTES,
        }
        for fault, found in faults.items():
            if found:
                raise SystemExit(fault)


if __name__ == "__main__":
    main(sys.argv[1:])
