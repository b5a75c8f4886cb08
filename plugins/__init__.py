"""The pack: ``plugin "facturier.plugins"`` checks all rules in one pass over the books.

Put it first in the top file. Each rule also stands alone: ``plugin "facturier.plugins.numbering"``.
"""

from __future__ import annotations

from typing import Any

from beancount.core import data

from facturier.rules.pack import RULE_SETS

from .adapter import Loaded, check_books

__plugins__ = ("check",)


def check(entries: list[data.Directive], options_map: dict[str, Any], config: str | None = None) -> Loaded:
    """Check every rule; drafts, quotes and other papers leave the books."""
    del config  # settings are directives, so that Fava and the cache see them change
    return check_books(entries, options_map, RULE_SETS)
