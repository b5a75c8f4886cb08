"""How documents look on a day: what ``custom "theme"`` and ``custom "wording"`` lay over a template.

Values only: which template it is, and whether its files are there, is asked where pages are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from facturier.directives.appearance import COLOURS
from facturier.versions import Versions
from facturier.violations import Place


class StatedWord(NamedTuple):
    """A text of the page as a ledger words it from a day on."""

    day: date
    language: str
    name: str
    text: str


class Appearance:
    """What a ledger says about the look of its documents, by date.

    Attributes:
        themed: The templates that a theme is stated for, and where first.
    """

    def __init__(self) -> None:
        self._themes: Versions[Mapping[str, Any]] = Versions(lambda _, values: values)
        self._words: list[StatedWord] = []
        self.themed: dict[str, Place] = {}

    def state_theme(self, template: str, day: date, values: Mapping[str, Any], place: Place) -> None:
        """Add what a ``custom "theme"`` states."""
        self._themes.state(template, day, values)
        self.themed.setdefault(template, place)

    def state_word(self, stated: StatedWord) -> None:
        """Add what a ``custom "wording"`` states."""
        self._words.append(stated)
        self._words.sort(key=lambda one: one.day)

    def theme(self, template: str, day: date) -> Mapping[str, Any]:
        """Return the values that lie over a template's ``theme.toml`` on a day, in its own tables."""
        stated = self._themes.at(template, day)
        if not stated:
            return {}
        over: dict[str, dict[str, Any]] = {}
        for key, value in stated.items():
            if key in COLOURS:
                over.setdefault("colours", {})[key] = value
            elif key == "font":
                over.setdefault("fonts", {}).update(regular=value, bold=stated.get("font-bold", value))
            elif key == "font-bold":
                over.setdefault("fonts", {})["bold"] = value
            else:
                over.setdefault("options", {})[key] = value.split() if key == "columns" else value
        return over

    def words(self, language: str, day: date) -> Mapping[str, str]:
        """Return the texts of a page that a ledger words otherwise on a day."""
        found = {one.name: one.text for one in self._words if one.day <= day and one.language == language}
        return {name: text for name, text in found.items() if text}
