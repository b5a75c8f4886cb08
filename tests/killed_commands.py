"""Kills a command at its Nth operation on files, for every N: run in a process of its own.

    python killed_commands.py FOLDER COMMAND…

Prints, for each N, what is in the folder afterwards, as JSON: one line a run, the last one being
the run that came through. Every run starts from the folder as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from facturier.cli import main
from facturier.write_journal import JOURNAL

# What changes files; an open counts when it may write.
OPERATIONS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.truncate", "os.link"}
MOST_RUNS = 500


def _is_change(event: str, arguments: tuple[Any, ...], folder: str) -> bool:
    if event == "open":
        path, _, flags = arguments
        if not isinstance(path, str) or not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR):
            return False
        return Path(path).absolute().is_relative_to(folder)
    return event in OPERATIONS and Path(os.fsdecode(arguments[0])).absolute().is_relative_to(folder)


def _run_killed(folder: Path, command: list[str], last: int) -> int:
    """Run a command in a child that is killed before its operation of that rank; return how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    done = 0

    def step() -> None:
        nonlocal done
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if _is_change(event, arguments, str(folder)):
            step()

    synced = os.fsync

    def fsync(handle: Any) -> None:
        step()
        synced(handle)
        step()

    setattr(os, "fsync", fsync)  # noqa: B010  fsync has no audit event, and mypy would compare names of arguments
    sys.addaudithook(hook)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        main(command, standalone_mode=False)
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    os._exit(0)


def _contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_bytes().hex()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }  # fmt: skip


def run_all(folder: Path, command: list[str]) -> None:
    """Run and kill until a run comes through."""
    kept = folder.with_name(f"{folder.name}-kept")
    shutil.copytree(folder, kept)
    os.chdir(folder)
    for last in range(MOST_RUNS):
        status = _run_killed(folder, command, last)
        after = _contents(folder)
        # The next command puts right what was left half done; where nothing was left there is nothing to see.
        again = 0
        if (folder / JOURNAL).exists():
            again = _run_killed(folder, command, -1)
        seen = {"status": status, "after": after, "again": again, "then": _contents(folder)}
        sys.stdout.write(json.dumps(seen) + "\n")
        sys.stdout.flush()
        if status != signal.SIGKILL:
            return
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(kept, folder, dirs_exist_ok=True)


if __name__ == "__main__":
    run_all(Path(sys.argv[1]).absolute(), sys.argv[2:])
