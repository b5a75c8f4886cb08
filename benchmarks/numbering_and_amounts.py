"""A plugin with the rules on numbering and amounts alone, both from one reading of the books."""

from __future__ import annotations

from typing import Any

from beancount.core import data

from facturier.plugins.adapter import Loaded, check_books
from facturier.rules.pack import rule_set

__plugins__ = ("check",)


def check(entries: list[data.Directive], options_map: dict[str, Any]) -> Loaded:
    """Check numbering and amounts."""
    checked: Loaded = check_books(entries, options_map, [rule_set("numbering"), rule_set("amounts")])
    return checked
