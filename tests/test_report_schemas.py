"""The JSON of every report is what docs/receivables.md says: each key, with its kind of value, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commands import demo_books, run_json
from house import ROOT

from facturier.receivables import FIGURES

PAGE = (ROOT / "docs" / "receivables.md").read_text(encoding="utf-8")
ARGUMENTS = {
    "receivables": ("--as-of", "2026-11-20"),
    "statement CLIENT": ("--as-of", "2026-11-20", "--from", "2026-09-01"),
    "penalties": ("--as-of", "2027-02-01"),
    "report dso": ("--as-of", "2026-11-20"),
    "report payers": ("--as-of", "2026-11-20"),
}
KINDS = {
    "text": lambda value: isinstance(value, str) and value != "",
    "date": lambda value: date.fromisoformat(value) is not None,
    "amount": lambda value: isinstance(value, str) and Decimal(value).is_finite(),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "yes or no": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def documented(command: str) -> dict[str, str]:
    """Return the kind of value of each key that the page states for a command."""
    section = PAGE.split(f"### facturier {command} --json\n")[1].split("\n### ")[0]
    found: dict[str, str] = {}
    for key, kind in re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE):
        names = [key.replace("…", name) for name in FIGURES] if "…" in key else [key]
        found |= dict.fromkeys(names, kind.strip())
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "{currency}" if re.fullmatch("[A-Z]{3}", key) else key
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def is_kind(kind: str, value: Any) -> bool:
    choices = [kind] if kind == "yes or no" else kind.split(" or ")
    return any(value is None if one == "null" else value is not None and KINDS[one](value) for one in choices)


@pytest.fixture(scope="module")
def main(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_books(tmp_path_factory.mktemp("schemas") / "books")


@pytest.mark.parametrize("command", ARGUMENTS)
def test_a_report_has_the_keys_and_values_of_its_page(command: str, main: Path) -> None:
    typed = command.replace("CLIENT", "roche").split()
    found = list(leaves(run_json(*typed, *ARGUMENTS[command], "-f", main)))
    schema = documented(command)
    assert {path for path, _ in found} == set(schema)
    wrong = [(path, value, schema[path]) for path, value in found if not is_kind(schema[path], value)]
    assert wrong == []


def test_the_page_states_every_report() -> None:
    assert set(re.findall(r"^### facturier (.+) --json$", PAGE, re.MULTILINE)) == set(ARGUMENTS)
