"""Fava's filters on the documents shown, papers included: those are not among Fava's entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from beancount.core import data
from fava.core.filters import AccountFilter, AdvancedFilter, EntryFilter
from fava.util.date import DateRange

from .document_table import Filter


def fava_filter(account: str, text: str, days: DateRange | None) -> Filter:
    """Return what keeps the transactions that pass the filters in the page's address.

    Args:
        account: Fava's account filter.
        text: Its filter on tags, links, payees and metadata.
        days: The range of its time filter.

    Raises:
        FavaAPIError: A filter cannot be read.
    """
    filters: list[EntryFilter] = []
    if account:
        filters.append(AccountFilter(account))
    if text.strip():
        filters.append(AdvancedFilter(text.strip()))

    def kept(transactions: Sequence[data.Transaction]) -> Sequence[data.Transaction]:
        entries: Sequence[Any] = transactions
        if days is not None:
            entries = [entry for entry in entries if days.begin <= entry.date < days.end]
        for one in filters:
            entries = one.apply(entries)
        return entries

    return kept
