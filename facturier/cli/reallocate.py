"""``facturier reallocate FROM TO…``: a payment counts for something else."""

from __future__ import annotations

import click

from facturier.cli.entries import SUM, Writing, book, entry_options
from facturier.payments import Reallocation, Sum
from facturier.payments import reallocate as moved


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("targets", metavar="TO...", nargs=-1, required=True)
@click.option("--amount", type=SUM, help="How much; as much as fits if not given.")
@click.option("--payer", default="", metavar="CLIENT", help="Id of the client whose money it is, if TO is another's.")
@entry_options
def reallocate(how: Writing, source: str, targets: tuple[str, ...], amount: Sum | None, payer: str) -> None:
    """Move what counts for FROM to other documents, filled in the order typed.

    FROM is an invoice that was paid, a credit note, or a client's id for the money on account; TO are invoices, or a
    client's id to keep the money on account. The past stays as it was told.
    """
    order = Reallocation(source=source, targets=targets, amount=amount, payer=payer)
    book(how, lambda owed, accounts: moved(owed, accounts, order))
