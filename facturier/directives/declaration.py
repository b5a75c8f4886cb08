"""What a declaration says: the shape of one ``custom`` directive or of one metadata key.

From these few words come parsing, types, the error text, "did you mean" and the reference page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from facturier.directives.kinds import Kind
from facturier.messages import Message


@dataclass(frozen=True, slots=True)
class Key:
    """A metadata key: its name, the kind of its value, and what it is for."""

    name: str
    kind: Kind
    help: Message
    required: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """A value that follows the name of a ``custom`` directive, in order."""

    name: str
    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Directive:
    """A ``custom`` directive.

    Attributes:
        name: The word after ``custom``.
        arguments: The values that follow it.
        keys: Its metadata keys by name.
        help: What it is for.
        example: Ledger text that shows it.
        versioned: Whether a later directive with the same first argument changes only what it
            states, an empty string removing a value.
    """

    name: str
    arguments: tuple[Argument, ...]
    help: Message
    example: str
    keys: Mapping[str, Key] = field(default_factory=dict)
    versioned: bool = False


def keys(*declared: Key) -> dict[str, Key]:
    """Index keys by name."""
    return {key.name: key for key in declared}
