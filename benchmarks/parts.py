"""Where our own time goes: the steps from a document to its file, timed while a real rendering runs through them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

from facturier import rendering
from facturier.pdf import layout, render
from facturier.pdf.epc_qr import qr_rows
from facturier.pdf.template import MAIN, PageTemplate, packaged_template

REST = "everything else"
QR = "QR code, with its mask"
# Who looks the step up by which name. A step that moves makes this fail, it is never left out in silence.
_STEPS: dict[str, tuple[Any, str]] = {
    "figures of the page": (rendering, "page_of"),
    "XML": (rendering, "_xml"),
    "template": (PageTemplate, "render"),
    "reading the page description": (render, "read_document"),
    "layout": (render, "lay_out"),
    QR: (layout, "qr_rows"),
    "drawing": (render, "paint"),
    "file": (render, "write_pdf"),
}
_FONTS = "font subsets"
PARTS = (*_STEPS, _FONTS, REST)


def seconds_by_part(jobs: Iterable[Callable[[], object]]) -> dict[str, list[float]]:
    """Run each job once and return the process time of each part in each of them, parts inside parts taken off."""
    taken: dict[str, list[float]] = {part: [] for part in PARTS}
    for job in jobs:
        watch = _Watch()
        with watch.on_steps(), watch.part(REST):
            job()
        for part in PARTS:
            taken[part].append(watch.seconds.get(part, 0.0))
    return taken


def seconds_once() -> dict[str, float]:
    """Return the process time of what is made once per process; only its first call in a process tells it."""

    def compiled() -> None:
        packaged_template().environment.get_template(MAIN)

    def cut() -> None:
        for style in packaged_template().theme.styles.values():
            for face in (style.face, style.bold_face):
                face.subsets(frozenset("e"))

    steps: dict[str, Callable[[], object]] = {
        "theme and fonts read": packaged_template,
        "template compiled": compiled,
        "fonts cut to everyday characters": cut,
        "QR patterns and masks of one size": lambda: qr_rows("BCD\n002\n1\nSCT" + "0" * 90),
    }
    taken = {}
    for name, step in steps.items():
        start = time.process_time()
        step()
        taken[name] = time.process_time() - start
    return taken


class _Watch:
    """Adds up time by part; the clock of a part stands still while a part inside it runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.running: list[str] = []
        self.since = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time a part."""
        self.turn()
        self.running.append(name)
        try:
            yield
        finally:
            self.turn()
            self.running.pop()

    def turn(self) -> None:
        """Book the time since the last turn on the part that was running."""
        now = time.process_time()
        if self.running:
            name = self.running[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self.since
        self.since = now

    @contextmanager
    def on_steps(self) -> Iterator[None]:
        """Put the watch on every step."""
        faces = {face for style in packaged_template().theme.styles.values() for face in (style.face, style.bold_face)}
        with ExitStack() as stack:
            for name, (owner, attribute) in _STEPS.items():
                stack.enter_context(patch.object(owner, attribute, self.timed(name, getattr(owner, attribute))))
            for face in faces:
                stack.enter_context(patch.object(face, "subset", self.timed(_FONTS, face.subset)))
            yield

    def timed(self, name: str, step: Callable[..., object]) -> Callable[..., object]:
        """Return a step that is timed."""

        @wraps(step)
        def run(*arguments: object, **named: object) -> object:
            with self.part(name):
                return step(*arguments, **named)

        return run
