"""``plugin "facturier.plugins.attachments"``: the rules of facturier.rules.attachments alone."""

from __future__ import annotations

from typing import Any

from beancount.core import data

from facturier.rules.pack import rule_set

from .adapter import Loaded, check_books

__plugins__ = ("check",)


def check(entries: list[data.Directive], options_map: dict[str, Any], config: str | None = None) -> Loaded:
    """Check these rules; drafts, quotes and other papers leave the books."""
    del config
    return check_books(entries, options_map, [rule_set("attachments")])
