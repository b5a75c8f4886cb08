"""``facturier write-off NUMBER…``: a debt is lost."""

from __future__ import annotations

import click

from facturier.cli.entries import SUM, Writing, book, entry_options
from facturier.payments import Sum
from facturier.payments import write_off as lost


@click.command("write-off")
@click.argument("names", metavar="NUMBER...", nargs=-1, required=True)
@click.option("--amount", type=SUM, help="What is lost, VAT included; all that is left if not given.")
@click.option(
    "--recover-vat", is_flag=True, help="Take back VAT that was due already: the debt is lost for good (CGI 272-1)."
)
@entry_options
def write_off(how: Writing, names: tuple[str, ...], amount: Sum | None, recover_vat: bool) -> None:
    """Write documents off as lost, on their doubtful account or on the client's own.

    VAT on receipts that was never due goes with it. VAT that was due (goods, or the option for debits) is part of the
    loss unless --recover-vat is given.
    """
    book(how, lambda owed, accounts: lost(owed, accounts, names, amount, recover_vat=recover_vat))
