"""``facturier receivables``: the aged balance as of a date."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click
from babel.numbers import format_decimal
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    ledger_option,
    open_for_report,
    plain,
    plain_console,
    revision_option,
    say,
    today,
)
from facturier.messages import message
from facturier.receivables import BUCKETS, AgedBalance, ClientBalance, aged_balance
from facturier.statuses import WORDS as STATUS_WORDS

_HEADINGS = {
    "not_due": message("Not due"),
    "days_1_30": message("1–30 d"),
    "days_31_60": message("31–60 d"),
    "days_61_90": message("61–90 d"),
    "over_90": message("Over 90 d"),
}


@click.command()
@ledger_option
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day at whose end to look; today if not given.")
@revision_option
@click.option("--by", "detail", type=click.Choice(["client", "item"]), default="client", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def receivables(ledger: Path, as_of: datetime | None, revision: str | None, detail: str, as_json: bool) -> None:
    """Show who owes what, by how long it is overdue.

    --as-of takes what is booked by a day, with all that is known now; --rev what was known at a revision.
    """
    workspace = open_for_report(ledger, revision)
    day = as_of.date() if as_of else today()
    balance = aged_balance(workspace.books, day)
    if as_json:
        click.echo(json.dumps(as_document(balance), ensure_ascii=False, indent=2))
    elif not balance.clients:
        say(workspace.books, message("Nothing is owed on {day}.", day=day))
    else:
        plain_console().print(_table(workspace.books, balance, by_item=detail == "item"))
    sys.exit(VIOLATIONS_FOUND if workspace.errors else DONE)


def as_document(balance: AgedBalance) -> dict[str, object]:
    """Return the aged balance as JSON values; amounts are strings, so that no cent is lost."""
    return {
        "as_of": balance.as_of.isoformat(),
        "totals": {
            currency: {name: str(amount) for name, amount in sums.items()}
            for currency, sums in balance.totals().items()
        },
        "clients": [
            {
                "client": client.client,
                "name": client.name,
                "currency": client.currency,
                **{bucket: str(amount) for bucket, amount in client.buckets.items()},
                "on_account": str(client.on_account),
                "total": str(client.total),
                "items": [
                    {
                        "id": one.item.id,
                        "issued": one.item.issued.isoformat(),
                        "due": one.item.due.isoformat() if one.item.due else None,
                        "amount": str(one.item.amount),
                        "remaining": str(one.remaining),
                        "days_late": max(one.days_late, 0),
                        "status": one.status.value,
                    }
                    for one in client.open_amounts
                ],
            }
            for client in balance.clients
        ],
    }


def _table(books: Books, balance: AgedBalance, *, by_item: bool) -> Table:
    language = books.language
    title = message("Aged balance on {day}", day=balance.as_of).text(language)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column(message("Client").text(language), no_wrap=True, overflow="ellipsis", min_width=12)
    for bucket in BUCKETS:
        table.add_column(_HEADINGS[bucket].text(language), justify="right", no_wrap=True)
    table.add_column(message("On account").text(language), justify="right", no_wrap=True)
    table.add_column(message("Total").text(language), justify="right", no_wrap=True)
    for client in balance.clients:
        table.add_row(*_client_row(client, language), style="bold" if by_item else "")
        if by_item:
            for one in client.open_amounts:
                cells = [_money(one.remaining, language) if one.bucket == bucket else "" for bucket in BUCKETS]
                status = STATUS_WORDS[one.status].text(language)
                table.add_row(f"  {escape(plain(one.item.id))}  {one.item.due or ''}  {status}", *cells, "", "")
    table.add_section()
    for currency, sums in balance.totals().items():
        amounts = (_money(sums[name], language) for name in (*BUCKETS, "on_account", "total"))
        table.add_row(f"{message('Total').text(language)} {currency}", *amounts, style="bold")
    return table


def _client_row(client: ClientBalance, language: str) -> list[str]:
    name = client.name or message("no client stated").text(language)
    label = name if client.currency == "EUR" else f"{name} ({client.currency})"
    amounts = [*(client.buckets[bucket] for bucket in BUCKETS), client.on_account, client.total]
    return [escape(plain(label)), *(_money(amount, language) for amount in amounts)]


def _money(amount: Decimal, language: str) -> str:
    return format_decimal(amount, "#,##0.00", locale=language) if amount else ""
