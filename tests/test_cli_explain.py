"""``facturier explain``: every rule, its law, an example."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from commands import run

from facturier.cli import main
from facturier.rules.pack import ALL_RULES
from facturier.violations import Rule, Severity


def explained(rule: str, language: str = "en") -> str:
    """Run in this process: there are many rules."""
    done = CliRunner().invoke(main, ["explain", rule], env={"LC_ALL": language})
    assert done.exit_code == 0, done.output
    return str(done.output)


@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=ALL_RULES)
def test_every_rule_is_explained_in_both_languages(rule: Rule) -> None:
    for language in ("en", "fr"):
        text = explained(rule.id, language)
        assert text.startswith(f"{rule.id}: {rule.title.text(language)}\n{rule.wants.text(language)}\n")
        assert (f"Source: {rule.law}\n" in text) is bool(rule.law and language == "en")
        for line in rule.example.splitlines():
            assert f"  {line}\n" in text
    assert f'waive: "{rule.id} reason"' in explained(rule.id) or not rule.waivable
    assert ("cannot be waived" in explained(rule.id)) is not rule.waivable
    assert ("is an error" in explained(rule.id)) is (rule.severity is Severity.ERROR)


def test_through_the_program() -> None:
    done = run("explain", "fr-num-gap", code=0)
    assert done.stdout.startswith("FR-NUM-GAP: ")
    assert done.stderr == ""
    assert done.stdout == explained("FR-NUM-GAP")


def test_without_an_id_it_lists_them_all() -> None:
    done = run("explain", code=0)
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(ALL_RULES)


@pytest.mark.parametrize(
    ("typed", "meant"), [("FR-NUM-GAPS", "FR-NUM-GAP"), ("fr-num-gp", "FR-NUM-GAP"), ("amount-lines", "AMOUNT-LINE")]
)
def test_a_slip_is_answered_with_what_was_meant(typed: str, meant: str) -> None:
    done = run("explain", typed, code=2)
    assert done.stdout == ""
    assert done.stderr == f"There is no rule {typed}; did you mean {meant}?\n"


def test_what_is_like_no_rule_is_answered_with_where_they_are() -> None:
    done = run("explain", "x", code=2)
    assert done.stderr == "There is no rule x; facturier explain lists them all.\n"


@pytest.mark.parametrize(
    ("environment", "french"),
    [
        ({"LC_ALL": "fr_FR.UTF-8"}, True),
        ({"LC_ALL": "", "LANG": "fr_BE.UTF-8"}, True),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "fr_FR.UTF-8"}, False),
        ({"LC_ALL": "POSIX"}, False),
        ({"LC_ALL": ""}, True),
    ],
)
def test_it_speaks_the_terminals_language_french_where_that_is_not_known(
    environment: dict[str, str], french: bool
) -> None:
    done = run("explain", "FR-NUM-GAP", environment=environment, code=0)
    assert (ALL_RULES["FR-NUM-GAP"].title.text("fr") in done.stdout) is french
