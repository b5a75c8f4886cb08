"""``facturier refund NUMBER…``: money goes back to a client."""

from __future__ import annotations

import click

from facturier.cli.entries import SUM, Writing, book, entry_options, money_options
from facturier.payments import Entry, OpenAccounts, Owed, Refund, Sum, pay_back


@click.command()
@click.argument("names", metavar="NUMBER...", nargs=-1, required=True)
@click.option("--amount", type=SUM, help="How much goes back; all there is if not given.")
@money_options
@click.option("--fee", type=SUM, help="What the bank takes for it.")
@click.option("--value", type=SUM, help="What money in another currency is worth in that of the books.")
@click.option("--returned", is_flag=True, help="The bank took the payment of an invoice back: it is open again.")
@entry_options
def refund(
    how: Writing,
    names: tuple[str, ...],
    amount: Sum | None,
    account: str,
    method: str,
    fee: Sum | None,
    value: Sum | None,
    returned: bool,
) -> None:
    """Pay credit notes back, or the money a client has on account (CLIENT instead of NUMBER).

    With --returned NUMBER is an invoice whose direct debit or cheque came back.
    """

    def made(owed: Owed, accounts: OpenAccounts) -> Entry:
        currency = amount.unit if amount and amount.unit else owed.currency(names)
        gone = accounts.money(method, account, currency)
        order = Refund(names=names, account=gone, amount=amount, value=value, fee=fee, returned=returned)
        return pay_back(owed, accounts, order)

    book(how, made)
