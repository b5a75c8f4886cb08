"""``facturier explain ID``: what a rule wants, where the law says so, and an example."""

from __future__ import annotations

import click

from facturier.cli.console import fail, user_language
from facturier.messages import message
from facturier.rules.pack import ALL_RULES
from facturier.rules.reference import severity_sentence, waiver_sentence
from facturier.rules.waivers import unknown_rule
from facturier.violations import Rule


@click.command()
@click.argument("rule_id", metavar="ID", required=False)
def explain(rule_id: str | None) -> None:
    """Explain a rule: what it wants, its law, an example. Without ID, list all rules."""
    language = user_language()
    if rule_id is None:
        for rule in sorted(ALL_RULES.values()):
            click.echo(f"{rule.id:22} {rule.title.text(language)}")
        return
    found = ALL_RULES.get(rule_id.upper())
    if found is None:
        fail(unknown_rule(rule_id, ALL_RULES).text(language))
    _print(found, language)


def _print(rule: Rule, language: str) -> None:
    click.secho(f"{rule.id}: {rule.title.text(language)}", bold=True)
    click.echo(rule.wants.text(language))
    if rule.law:
        click.echo(message("Source: {law}", law=rule.law).text(language))
    click.echo(f"{severity_sentence(rule).text(language)} {waiver_sentence(rule).text(language)}")
    if rule.example:
        click.echo(message("Example:").text(language))
        click.echo("\n".join(f"  {line}" for line in rule.example.splitlines()))
