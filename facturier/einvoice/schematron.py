"""Running schematrons in a process of their own, which stays alive for many files.

The processor (saxonche) is the optional extra ``facturier[validate]``; without it nothing
here runs, and a validation says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from importlib.util import find_spec
from types import TracebackType

from lxml import etree

from facturier.einvoice.schemas import Stylesheet
from facturier.messages import Message, message

# Compiling the largest stylesheet and a file of a thousand lines stay well below this.
TIME_LIMIT = 180.0


class SchematronError(Exception):
    """The rules could not be run, with the reason for the user."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def processor_installed() -> bool:
    """Tell whether the extra ``facturier[validate]`` is installed, without loading it."""
    return find_spec("saxonche") is not None


class SchematronEngine:
    """The worker process, started at the first file and closed at the end of the ``with`` block.

    Threads may share one engine; their files are checked one after the other. After a failure
    the process is gone and the next file starts a new one.
    """

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> SchematronEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker process."""
        with self._lock:
            self._stop()

    def run(self, stylesheet: Stylesheet, root: etree._Element) -> str:
        """Return the SVRL report of a schematron on a document.

        The document is written anew from its tree, so that Saxon sees exactly what the XML
        schema saw, without any document type.

        Raises:
            SchematronError: If Saxon objects, dies or takes longer than the time limit.
        """
        request = {"stylesheet": stylesheet.name, "xml": etree.tostring(root, encoding="unicode", with_tail=False)}
        with self._lock:
            line = self._exchange(json.dumps(request).encode("ascii") + b"\n")
            try:
                answer = json.loads(line)
            except ValueError as error:
                self._stop()
                raise SchematronError(message("The schematron processor gave no readable answer.")) from error
        if "svrl" not in answer:
            raise SchematronError(message("The schematron failed: {problem}", problem=answer.get("error", "")))
        return str(answer["svrl"])

    def _exchange(self, request: bytes) -> bytes:
        """Send a line and wait for a line; kill the worker when it takes too long."""
        process = self._process = self._process or _start()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("the worker is started with pipes")
        overdue = threading.Event()

        def end_overdue_worker() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(self._time_limit, end_overdue_worker)
        timer.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if line:
            return line
        self._stop()
        if overdue.is_set():
            raise SchematronError(
                message("The schematron took longer than {seconds} seconds.", seconds=f"{self._time_limit:g}")
            )
        raise SchematronError(
            message("The schematron processor ended unexpectedly (exit code {code}).", code=process.returncode)
        )

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # A request still in the buffer of a dead worker cannot be sent any more.
                    continue


def _start() -> subprocess.Popen[bytes]:
    """Start the worker; ``-P`` keeps modules of the user's working directory out of it."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "facturier.einvoice.schematron_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
