"""``facturier doubtful NUMBER…``: a debt is doubtful."""

from __future__ import annotations

import click

from facturier.cli.entries import SUM, Writing, book, entry_options
from facturier.payments import Sum, make_doubtful


@click.command()
@click.argument("names", metavar="NUMBER...", nargs=-1, required=True)
@click.option("--amount", type=SUM, help="How much is doubtful, VAT included; all that is left if not given.")
@entry_options
def doubtful(how: Writing, names: tuple[str, ...], amount: Sum | None) -> None:
    """Move documents to the account of doubtful debts. They keep number, due date and history."""
    book(how, lambda owed, accounts: make_doubtful(owed, accounts, names, amount))
