"""The page of the mentions: each row of the law, the rule, the wording, the source, the test.

    python -m facturier.rules.mention_page > docs/mentions.md

A test holds that the committed page is what this gives.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from facturier.directives.markdown import code, page, table
from facturier.law.law import FIGURE_TABLES, Law
from facturier.law.rows import EARLIEST, LATEST, Figure, Row
from facturier.law.tables import law_of_france
from facturier.rules.mention_rows import ROWS, MentionRow

_UNITS = {
    "interest": "percent a year (or points, or a factor)",
    "terms": "days",
    "franchise": "euro a year",
    "oss-rate": "percent",
    "duty": "euro, or 1: the duty holds",
}


def mentions_page() -> str:
    """Return the page in Markdown."""
    law = law_of_france()
    return page(
        "# Mentions: what the law wants on an invoice",
        "This page is written by the program from its own tables (make docs). test_rule runs once for each rule of its "
        "row, test_printed once for each row; a row without a test is not covered, and says so. What a rule wants in "
        "full: [all rules](rules.md). “Not read” in a source column: the figure or the wording was taken second hand; "
        "confirm it before you rely on it. This page describes a program and is no legal advice.",
        "## The mentions, row by row",
        table(
            ("row", "mention", "when", "rules", "wording", "source", "test"),
            (_mention_row(row, law) for row in ROWS),
        ),
        "## Wordings",
        "In braces stands what is filled in. A ledger replaces a wording from a day on: "
        '`2027-01-01 custom "law" "mention" "ID"` with `text-fr:` and `source:`.',
        table(("id", "French", "English", "note (BT-21)", "source"), _wordings(law)),
        "## Wordings of the VAT treatments",
        "Articles of the CGI may be cited on invoices until 30/06/2028; from 01/07/2028 the text with an article of "
        "the CIBS is printed where it is known. Where it is not, the text stays and a notice (FR-MENTION-CIBS) asks "
        "for the new one.",
        table(("treatment", "category", "printed (CGI)", "printed (CIBS)", "source"), _treatments(law)),
        *_figures(law),
    )


def _mention_row(row: MentionRow, law: Law) -> tuple[str, ...]:
    wordings = " / ".join(law.mentions[name][-1].text["fr"] for name in row.wordings)
    tests = ", ".join(code(test.removeprefix("tests/")) for test in row.tests) or "not covered"
    remark = f"{row.mention}. {row.remark}" if row.remark else row.mention
    rules = ", ".join(f"[{rule}](rules.md#{rule.lower()})" for rule in row.rules)
    return str(row.number), remark, row.when, rules, wordings, row.source, tests


def _wordings(law: Law) -> Iterator[tuple[str, ...]]:
    for rows in law.mentions.values():
        for row in rows:
            yield code(row.id), row.text["fr"], row.text["en"], row.subject, _source(row)


def _treatments(law: Law) -> Iterator[tuple[str, ...]]:
    for rows in law.treatments.values():
        for row in rows:
            cibs = row.mention_cibs.get("fr", "not known" if row.cites_cgi else "")
            yield code(row.id), row.category, row.mention.get("fr", ""), cibs, _source(row)


def _figures(law: Law) -> Iterator[str]:
    yield "## Figures of the law"
    yield 'A ledger adds or replaces a row: `custom "law" TABLE ID` with `value:`, `from:`, `to:` and `source:`.'
    for name in FIGURE_TABLES:
        yield f"### {name}"
        rows = (row for rows in law.figures[name].values() for row in rows)
        yield table(("id", _UNITS[name], "from", "to", "source"), (_figure(row) for row in rows))


def _figure(row: Figure) -> tuple[str, ...]:
    first = "" if row.first == EARLIEST else row.first.isoformat()
    last = "" if row.last == LATEST else row.last.isoformat()
    return code(row.id), format(row.value, "f"), first, last, _source(row)


def _source(row: Row) -> str:
    return row.source if row.verified else f"{row.source} (not read)"


if __name__ == "__main__":
    sys.stdout.write(mentions_page())
