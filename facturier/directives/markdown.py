"""Markdown for the generated pages of docs/: tables, fenced ledger text, nothing that breaks out of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def code(text: str) -> str:
    """Return text as inline code."""
    return f"`{text}`"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a table; nothing where there are no rows.

    >>> print(table(("key", "what"), [("a", "x | y")]))
    | key | what |
    |---|---|
    | a | x \| y |
    """
    lines = [_row(row) for row in rows]
    return "\n".join((_row(headings), "|" + "---|" * len(headings), *lines)) if lines else ""


def ledger_text(text: str) -> str:
    """Return ledger text in a fence."""
    return f"```beancount\n{text}\n```"


def page(*blocks: str) -> str:
    """Return blocks with a blank line between them; empty ones are left out."""
    return "\n\n".join(block for block in blocks if block) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"
