"""``facturier receivables``: the aged balance as of a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.cli.console import open_for_report, plain, say
from facturier.cli.reports import day_of, ended, money, print_csv, print_json, print_table, report_options
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.receivables import FIGURES, AgedBalance, ClientBalance, OpenAmount, aged_balance
from facturier.spreadsheet import Cell
from facturier.statuses import WORDS as STATUS_WORDS

_HEADINGS = {
    "not_due": message("Not due"),
    "days_1_30": message("1–30 d"),
    "days_31_60": message("31–60 d"),
    "days_61_90": message("61–90 d"),
    "over_90": message("Over 90 d"),
    "disputed": message("Disputed"),
    "promised": message("Promised"),
    "on_account": message("On account"),
    "total": message("Total"),
}
# Parts of the buckets, shown where there are any.
_PARTS = ("disputed", "promised")
_CLIENT, _NAME, _PROFILE, _CURRENCY = message("Id"), message("Client"), message("Profile"), message("Currency")
_ITEM_HEADING = (
    _CLIENT, _NAME, _PROFILE, _CURRENCY, message("Number"), message("Issued"), message("Due"), message("Days late"),
    message("Status"), message("Amount"), message("Left"), _HEADINGS["disputed"], _HEADINGS["promised"],
)  # fmt: skip


@click.command()
@report_options
@click.option(
    "--by", "detail", type=click.Choice(["client", "item", "profile", "currency"]), default="client", show_default=True
)
def receivables(
    ledger: Path, as_of: datetime | None, revision: str | None, detail: str, as_csv: bool, as_json: bool
) -> None:
    """Show who owes what, by how long it is overdue.

    Each instalment counts by its own due date. What is disputed or promised is a part of the
    columns before. Currencies are never added together.

    --as-of takes what is booked by a day, with all that is known now; --rev what was known at a revision.
    """
    workspace = open_for_report(ledger, revision)
    books = workspace.books
    balance = aged_balance(books, day_of(as_of))
    if as_json:
        print_json(as_document(balance, books.currency))
    elif as_csv:
        _print_csv(books, balance, detail)
    elif not balance.clients:
        say(books, message("Nothing is owed on {day}.", day=balance.as_of))
    else:
        print_table(_table(books, balance, detail))
    ended(workspace)


def as_document(balance: AgedBalance, currency: str) -> dict[str, object]:
    """Return the aged balance as JSON values; amounts are strings, so that no cent is lost.

    Args:
        balance: The figures.
        currency: The currency of the books, which ``total`` is in; ``totals`` has all.
    """
    totals = balance.totals()
    return {
        "as_of": balance.as_of.isoformat(),
        "currency": currency,
        "total": str(totals[currency]["total"] if currency in totals else ZERO),
        "totals": {one: _texts(sums) for one, sums in totals.items()},
        "profiles": [
            {"profile": profile or None, "currency": one, **_texts(sums)}
            for (profile, one), sums in balance.by_profile().items()
        ],
        "clients": [
            {
                "client": client.client,
                "name": client.name,
                "profile": client.profile or None,
                "currency": client.currency,
                **_texts(client.figures()),
                "items": [_item(one) for one in client.open_amounts],
            }
            for client in balance.clients
        ],
    }


def _texts(figures: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: str(amount) for name, amount in figures.items()}


def _item(one: OpenAmount) -> dict[str, object]:
    return {
        "id": one.item.id,
        "issued": one.item.issued.isoformat(),
        "due": one.item.due.isoformat() if one.item.due else None,
        "amount": str(one.item.amount),
        "remaining": str(one.remaining),
        "days_late": max(one.days_late, 0),
        "bucket": one.bucket,
        "status": one.status.value,
        "disputed": str(one.disputed),
        "promised": str(one.promised),
    }


def _print_csv(books: Books, balance: AgedBalance, detail: str) -> None:
    figures = [_HEADINGS[name] for name in FIGURES]
    if detail == "item":
        print_csv(books, _ITEM_HEADING, _item_rows(books, balance))
    elif detail == "client":
        rows: Iterator[Sequence[Cell]] = (
            (one.client, one.name, one.profile, one.currency, *one.figures().values()) for one in balance.clients
        )
        print_csv(books, (_CLIENT, _NAME, _PROFILE, _CURRENCY, *figures), rows)
    elif detail == "profile":
        rows = ((*key, *sums.values()) for key, sums in balance.by_profile().items())
        print_csv(books, (_PROFILE, _CURRENCY, *figures), rows)
    else:
        rows = ((key, *sums.values()) for key, sums in balance.totals().items())
        print_csv(books, (_CURRENCY, *figures), rows)


def _item_rows(books: Books, balance: AgedBalance) -> Iterator[Sequence[Cell]]:
    """Yield a row for each item and one for the money on account, so that what is left adds up to the total."""
    for client in balance.clients:
        owner = client.client, client.name, client.profile, client.currency
        for one in client.open_amounts:
            status = STATUS_WORDS[one.status].text(books.language)
            dates = one.item.issued, one.item.due, max(one.days_late, 0)
            yield *owner, one.item.id, *dates, status, one.item.amount, one.remaining, one.disputed, one.promised
        if client.on_account:
            status = _HEADINGS["on_account"].text(books.language)
            yield *owner, "", None, None, None, status, None, client.on_account, ZERO, ZERO


def _table(books: Books, balance: AgedBalance, detail: str) -> Table:
    language = books.language
    totals = balance.totals()
    columns = [name for name in FIGURES if name not in _PARTS or any(sums[name] for sums in totals.values())]
    title = message("Aged balance on {day}", day=balance.as_of).text(language)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    first = {"profile": _PROFILE, "currency": _CURRENCY}.get(detail, _NAME)
    table.add_column(first.text(language), min_width=12)
    for name in columns:
        table.add_column(_HEADINGS[name].text(language), justify="right", no_wrap=True)

    def add(label: str, sums: Mapping[str, Decimal], style: str = "") -> None:
        table.add_row(escape(plain(label)), *(money(sums[name], language) for name in columns), style=style)

    if detail == "profile":
        for (profile, currency), sums in balance.by_profile().items():
            add(_labelled(profile, currency, message("no profile"), language), sums)
    elif detail != "currency":
        for client in balance.clients:
            label = _labelled(client.name, client.currency, message("no client stated"), language)
            add(label, client.figures(), "bold" if detail == "item" else "")
            if detail == "item":
                _add_items(table, client, columns, language)
    table.add_section()
    for currency, sums in totals.items():
        add(f"{message('Total').text(language)} {currency}", sums, "bold")
    return table


def _add_items(table: Table, client: ClientBalance, columns: Sequence[str], language: str) -> None:
    for one in client.open_amounts:
        shown = {one.bucket: one.remaining, "disputed": one.disputed, "promised": one.promised}
        status = STATUS_WORDS[one.status].text(language)
        cells = [money(shown.get(name), language) for name in columns]
        table.add_row(f"  {escape(plain(one.item.id))}  {one.item.due or ''}  {status}", *cells)


def _labelled(name: str, currency: str, nameless: Message, language: str) -> str:
    label = name or nameless.text(language)
    return label if currency == "EUR" else f"{label} ({currency})"
