"""Pages of documentation, run as their reader would: files written, slips corrected, commands typed.

In a page of Markdown, a comment before a fence says what becomes of it:

    <!-- file: main.beancount -->      the ```beancount below is that file
    <!-- end of: main.beancount -->    the ```beancount below is added to it
    <!-- change: main.beancount -->    each "-" line of the ```diff below is replaced by its "+" line
    <!-- finds faults -->              the last command of the ```console below exits with 1
    <!-- in an empty folder -->        the commands of the ```console below are typed in one, then we are back

Commands stand after "$ "; what is shown below them must be in their output, in that order. Runs of
spaces, line numbers and everything under a "…" may differ.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from house import ROOT

_FENCE = re.compile(
    r"(?:^<!-- (?P<order>[a-z ]+?)(?:: (?P<file>\S+))? -->\n+)?^```(?P<language>[a-z]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LINE_NUMBER = re.compile(r"(?<=\w):\d+(?=:)")
_FAVA = re.compile(r"(?:\S*/)?fava ")
PATIENCE = 120
LINE_NUMBER = ":N"


class Fence(NamedTuple):
    """A fenced block of a page: what it is written in, what to do with it, and where it starts."""

    language: str
    order: str
    file: str
    text: str
    line: int


class Command(NamedTuple):
    """A command of a page and the output shown below it."""

    typed: str
    shown: tuple[str, ...]


def fences(page: str) -> Iterator[Fence]:
    """Return the fenced blocks of a page."""
    for match in _FENCE.finditer(page):
        line = page.count("\n", 0, match.start("text"))
        yield Fence(match["language"], match["order"] or "", match["file"] or "", match["text"], line)


def commands(text: str) -> list[Command]:
    """Return the commands of a console and what is shown below each."""
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Command(line.removeprefix("$ "), ()))
        elif line.strip():
            found[-1] = found[-1]._replace(shown=(*found[-1].shown, line))
    return found


def not_shown(expected: tuple[str, ...], output: str) -> str | None:
    """Return the first expected line that the output lacks, or None.

    >>> not_shown(("a … c", "total 3"), "x a   b c" + chr(10) + "Total" + chr(10) + "the total  3")
    >>> not_shown(("second", "first"), "first" + chr(10) + "second")
    'first'
    """
    lines = iter(_loosely(line) for line in output.splitlines())
    for line in expected:
        wanted = re.compile(".*".join(re.escape(part.strip()) for part in _loosely(line).split("…")))
        if not any(wanted.search(found) for found in lines):
            return line
    return None


def _loosely(line: str) -> str:
    return _LINE_NUMBER.sub(LINE_NUMBER, " ".join(line.split()))


class Reader:
    """Somebody who does what a page says, in a folder of their own, in the language of the page."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder = folder
        self.empty_folder = folder / "empty"
        self._here = folder
        # The project's folder as a clone has it, with everything installed.
        (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
        for name in ("Makefile", "pyproject.toml"):
            shutil.copyfile(ROOT / name, folder / name)
        messages = {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}[language]
        kept = {
            name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LANGUAGE", "BEANCOUNT_FILE")
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self._environment = {**kept, "PATH": path, "LC_CTYPE": "C.UTF-8", "LC_MESSAGES": messages, "LANG": "C.UTF-8"}

    def follow(self, fence: Fence) -> None:
        """Do what a block says; an assertion fails where it is not as the page tells."""
        if fence.order == "in an empty folder":
            before, self._here = self._here, self.empty_folder
            self.empty_folder.mkdir()
            self._type(fence)
            self._here = before
        elif fence.language == "console":
            self._type(fence)
        elif fence.order == "file":
            self._write(fence.file, fence.text)
        elif fence.order == "end of":
            self._write(fence.file, f"{(self._here / fence.file).read_text(encoding='utf-8')}\n{fence.text}")
        elif fence.order == "change":
            self._change(fence)

    def _write(self, name: str, text: str) -> None:
        path = self._here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _change(self, fence: Fence) -> None:
        text = (self._here / fence.file).read_text(encoding="utf-8")
        rows = fence.text.splitlines()
        removed = [row[1:] for row in rows if row.startswith("-")]
        added = [row[1:] for row in rows if row.startswith("+")]
        assert removed
        assert len(removed) == len(added)
        for old, new in zip(removed, added, strict=True):
            assert text.count(f"{old}\n") == 1, f"line {fence.line}: {old!r} stands {text.count(old)} times"
            text = text.replace(f"{old}\n", f"{new}\n")
        self._write(fence.file, text)

    def _type(self, fence: Fence) -> None:
        typed = commands(fence.text)
        for rank, command in enumerate(typed, 1):
            fails = fence.order == "finds faults" and rank == len(typed)
            code, output = self._serve(command.typed) if _FAVA.match(command.typed) else self._run(command.typed)
            assert code == (1 if fails else 0), f"line {fence.line}: {command.typed}\n{output}"
            missing = not_shown(command.shown, output)
            assert missing is None, f"line {fence.line}: {command.typed} does not say {missing!r} but\n{output}"

    def _run(self, typed: str) -> tuple[int, str]:
        if typed.startswith("make test"):
            typed = typed.replace("make", "make --dry-run")  # these are the tests
        elif typed.startswith("make "):
            # Installed it is; the package index is not asked again by every run of the tests.
            typed = typed.replace("make", "make --assume-old .venv/.installed")
        state = self.folder / ".here"
        script = f"{typed}\ncode=$?\npwd > '{state}'\nexit $code\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._here,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self._here = Path(state.read_text(encoding="utf-8").strip())
        return done.returncode, done.stdout

    def _serve(self, typed: str) -> tuple[int, str]:
        """Start Fava on a free port, wait for its first page, and stop it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            ["bash", "-c", f"exec {typed} --port {port}"],
            cwd=self._here,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return 0, _first_page(f"http://127.0.0.1:{port}/", server)
        finally:
            server.terminate()
            server.wait(timeout=10)


def _first_page(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310  # our own server
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Fava did not start")
