"""What can go wrong between a template and a page: always with a file, a line and a sentence."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from facturier.messages import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterable


class TemplateError(Exception):
    """A template, its theme or its wording cannot be used.

    Attributes:
        filename: The template's file, as its author knows it.
        line: The line in that file, counted from one; 0 when the whole file is meant.
        message: What is wrong and what to write instead.
    """

    def __init__(self, filename: str, line: int, text: Message) -> None:
        super().__init__(filename, line, text)
        self.filename = filename
        self.line = line
        self.message = text

    def __str__(self) -> str:
        place = f"{self.filename}:{self.line}" if self.line else self.filename
        return f"{place}: {self.message}"


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that is nearest to a mistyped one; "" where none is near."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else ""


def unknown_name(kind: Message, name: str, known: Iterable[str]) -> Message:
    """Return the sentence for a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    near = nearest_name(name, names)
    if near:
        return message("There is no {kind} “{name}”: did you mean “{near}”?", kind=kind, name=name, near=near)
    return message("There is no {kind} “{name}”: use one of {known}.", kind=kind, name=name, known=", ".join(names))
