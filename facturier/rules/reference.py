"""The page of all rules, written from the rules themselves.

    python -m facturier.rules.reference en > docs/rules.md

A test holds that the committed pages are what this gives.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from facturier.directives.markdown import ledger_text, page, table
from facturier.messages import LANGUAGES, Message, message
from facturier.rules.pack import ALL_RULES
from facturier.violations import Rule, Severity


def rules_page(language: str) -> str:
    """Return the page that tells every rule: what it wants, its law, an example, in Markdown."""
    rules = sorted(ALL_RULES.values())
    return page(
        "# " + message("What is checked: every rule").text(language),
        message(
            "This page is written by the program from its rules (make docs). On the command line, "
            "facturier explain ID says the same of one rule."
        ).text(language),
        table(
            (message("rule").text(language), message("in short").text(language)),
            ((f"[{rule.id}](#{rule.id.lower()})", rule.title.text(language)) for rule in rules),
        ),
        *(block for rule in rules for block in _rule(rule, language)),
    )


def _rule(rule: Rule, language: str) -> Iterator[str]:
    yield f"## {rule.id}"
    yield f"**{rule.title.text(language)}.** {rule.wants.text(language)}"
    if rule.law:
        yield message("Source: {law}", law=rule.law).text(language)
    yield f"{severity_sentence(rule).text(language)} {waiver_sentence(rule).text(language)}"
    if rule.example:
        yield ledger_text(rule.example)


def severity_sentence(rule: Rule) -> Message:
    """Say how bad a breach is."""
    return message("A breach is an error.") if rule.severity is Severity.ERROR else message("A breach is a notice.")


def waiver_sentence(rule: Rule) -> Message:
    """Say whether a document may waive the rule, and how."""
    if rule.waivable:
        return message('It can be waived on a document: waive: "{rule} reason".', rule=rule.id)
    return message("It cannot be waived.")


if __name__ == "__main__":
    sys.stdout.write(rules_page(next(iter(sys.argv[1:]), LANGUAGES[-1])))
