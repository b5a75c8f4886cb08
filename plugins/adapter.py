"""What all our plugins do: take the papers off the books, read the books once, report errors."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from beancount.core import data

from facturier.beancount_errors import as_beancount_error
from facturier.books import PAPERS_OPTION, is_paper, read_books
from facturier.directives.faults import PLUGIN_ORDER
from facturier.directives.source import read_source
from facturier.language import DEFAULT
from facturier.messages import message
from facturier.rules.pack import RuleSet, check_all, internal_fault
from facturier.violations import Place, Severity, Violation

PACK = "facturier.plugins"
# Faults of reading are the same for every rule: of several stand-alone plugins the first tells them.
_FAULTS_TOLD = "facturier_faults_told"

Loaded = tuple[list[data.Directive], list[Any]]


def check_books(entries: list[data.Directive], options: dict[str, Any], sets: Iterable[RuleSet]) -> Loaded:
    """Run some rules over the entries of a ledger and drop its papers."""
    with _collector_at_rest():
        papers: list[data.Directive] = []
        kept: list[data.Directive] = []
        for entry in entries:
            if is_paper(entry):
                papers.append(entry)
            else:
                kept.append(_with_values(entry) if isinstance(entry, data.Custom) else entry)
        options[PAPERS_OPTION] = [*options.get(PAPERS_OPTION, ()), *papers]
        return kept, _errors(entries, options, sets)


def _errors(entries: list[data.Directive], options: dict[str, Any], sets: Iterable[RuleSet]) -> list[Any]:
    try:
        books = read_books(entries, options)
    # The papers must leave the books even then, or a draft would be booked.
    except Exception as failure:
        fault = internal_fault("the books", failure, str(options.get("filename", "")))
        return [as_beancount_error(fault, DEFAULT)]
    found: list[Violation] = []
    if options.get(_FAULTS_TOLD):
        books = replace(books, faults=())
    else:
        options[_FAULTS_TOLD] = True
        found += _plugin_order(options)
    found += check_all(books, sets, datetime.now().astimezone().date())
    return [
        as_beancount_error(violation, books.language)
        for violation in found
        if violation.rule.severity is Severity.ERROR
    ]


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Stop Python's cycle collector for the time of the check, and let it pass over the entries until the next one.

    It would walk all of beancount's entries again and again while ours are made, and once more before the
    load ends; none of them is in a circle, and their memory is given back without it. What an earlier
    load left with them is handed to the collector again first.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    gc.unfreeze()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()


def _with_values(entry: data.Directive) -> data.Directive:
    """Give a ``custom`` without a value an empty list: beancount's pad and its error printer fail on None."""
    if isinstance(entry, data.Custom) and entry.values is None:
        return entry._replace(values=[])
    return entry


def _plugin_order(options: dict[str, Any]) -> Iterator[Violation]:
    """Report a plugin that stands before ours and would see the papers."""
    names = [name for name, _ in options.get("plugin", ())]
    ours = next((index for index, name in enumerate(names) if name.startswith(PACK)), 0)
    if ours == 0:
        return
    filename = str(options.get("filename", ""))
    lines = (read_source(filename) or "").split("\n")
    line = next((index for index, text in enumerate(lines, 1) if text.startswith("plugin") and names[0] in text), 0)
    found = message(
        'plugin "{first}" stands before plugin "{ours}"; put ours first, so that drafts and quotes are off the books '
        "before another plugin reads them.",
        first=names[0],
        ours=names[ours],
    )
    yield Violation(PLUGIN_ORDER, found, Place(filename, line))
