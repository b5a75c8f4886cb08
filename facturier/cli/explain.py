"""``facturier explain ID``: what a rule wants, where the law says so, and an example."""

from __future__ import annotations

import click

from facturier.cli.console import fail, user_language
from facturier.directives.spelling import nearest
from facturier.messages import message
from facturier.rules.pack import ALL_RULES
from facturier.violations import Rule, Severity


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
        by_lower = {name.lower(): name for name in ALL_RULES}
        meant = nearest(rule_id, by_lower)
        if meant is not None:
            fail(
                message("There is no rule {rule}; did you mean {meant}?", rule=rule_id, meant=by_lower[meant]).text(
                    language
                )
            )
        fail(message("There is no rule {rule}; facturier explain lists them all.", rule=rule_id).text(language))
    _print(found, language)


def _print(rule: Rule, language: str) -> None:
    click.secho(f"{rule.id}: {rule.title.text(language)}", bold=True)
    click.echo(rule.wants.text(language))
    if rule.law:
        click.echo(message("Source: {law}", law=rule.law).text(language))
    severity = message("A breach is an error.") if rule.severity is Severity.ERROR else message("A breach is a notice.")
    waiver = (
        message('It can be waived on a document: waive: "{rule} reason".', rule=rule.id)
        if rule.waivable
        else message("It cannot be waived.")
    )
    click.echo(f"{severity.text(language)} {waiver.text(language)}")
    if rule.example:
        click.echo(message("Example:").text(language))
        click.echo("\n".join(f"  {line}" for line in rule.example.splitlines()))
