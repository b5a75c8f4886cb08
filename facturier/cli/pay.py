"""``facturier pay NUMBER…``: a client paid."""

from __future__ import annotations

import click

from facturier.cli.entries import SUM, SUM_OR_RATE, Writing, book, entry_options, money_options
from facturier.payments import Entry, OpenAccounts, Owed, Payment, Sum, recover
from facturier.payments import pay as paid


@click.command()
@click.argument("names", metavar="NUMBER...", nargs=-1, required=True)
@click.option("--amount", type=SUM, help="What the client paid; all that is left if not given.")
@money_options
@click.option("--fee", type=SUM, help="What the bank or the provider kept of it.")
@click.option("--escompte", type=SUM_OR_RATE, help="Discount for early payment, VAT included: an amount, or 2%.")
@click.option("--rounding", is_flag=True, help="Book the few cents that are missing or too many as rounding.")
@click.option("--value", type=SUM, help="What money in another currency is worth in that of the books.")
@click.option("--on-account", is_flag=True, help="Keep what is too much to the client's credit.")
@click.option("--payer", default="", metavar="CLIENT", help="Id of the client who paid, if it is another.")
@click.option("--recovered", is_flag=True, help="The document was written off, and money came after all.")
@entry_options
def pay(
    how: Writing,
    names: tuple[str, ...],
    amount: Sum | None,
    account: str,
    method: str,
    fee: Sum | None,
    escompte: Sum | None,
    rounding: bool,
    value: Sum | None,
    on_account: bool,
    payer: str,
    recovered: bool,
) -> None:
    """Book a payment of documents, filled in the order typed; or of a client on account (CLIENT --amount AMOUNT).

    Credit notes among the numbers are used up first. With --fee the money that came is the amount less the fee.
    """

    def made(owed: Owed, accounts: OpenAccounts) -> Entry:
        currency = amount.unit if amount and amount.unit else owed.currency(names)
        came = accounts.money(method, account, currency)
        if recovered:
            return recover(owed, accounts, names, amount, came)
        payment = Payment(
            names=names,
            account=came,
            amount=amount,
            value=value,
            fee=fee,
            escompte=escompte,
            rounding=rounding,
            on_account=on_account,
            payer=payer,
        )
        return paid(owed, accounts, payment)

    book(how, made)
