"""``facturier report``: how long clients take to pay, on the whole and each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.cli.console import open_for_report, plain, say
from facturier.cli.reports import day_of, decimal, ended, money, print_csv, print_json, print_table, report_options
from facturier.dso import DAYS, Measure, Outstanding, outstanding
from facturier.messages import Message, message
from facturier.money import half_up
from facturier.payers import Payer, payers

_CURRENCY, _SALES, _OWED, _NOT_DUE = message("Currency"), message("Sales"), message("Receivables"), message("Not due")
_MEASURES = (
    (message("Simple"), "simple"),
    (message("Count-back"), "count_back"),
)
_KINDS = (message("DSO"), message("Best possible DSO"), message("Average days delinquent"))
_PAYER_HEADING = (
    message("Client"), message("Currency"), message("Settled"), message("Paid"), message("Delay, days"),
    message("On time"), message("Worst"), message("6 months"), message("6 before"), message("Trend"),
    message("Disputed"), message("Promises kept"), message("Overdue"), message("Oldest"),
)  # fmt: skip


@click.group()
def report() -> None:
    """Figures on how clients pay."""


@report.command()
@report_options
@click.option("--days", type=click.IntRange(1, 3660), default=DAYS, show_default=True, help="Period of the simple DSO.")
def dso(ledger: Path, as_of: datetime | None, revision: str | None, days: int, as_csv: bool, as_json: bool) -> None:
    """Days sales outstanding: how many days of sales are still to be paid.

    \b
    Simple        receivables ÷ sales of the period × days of the period
    Count-back    each month's sales are taken off the receivables, newest
                  first, and its days added; the last in proportion
    Best possible the same with the receivables that are not due yet
    Average days delinquent   DSO − best possible DSO

    Sales are invoiced amounts, VAT included, less credit notes. Receivables are what is left of
    invoices and credit notes, disputed ones too, doubtful ones not; money on account and penalties are in neither.
    Each currency by itself.
    """
    workspace = open_for_report(ledger, revision)
    books, day = workspace.books, day_of(as_of)
    found = outstanding(books, day, days)
    if as_json:
        print_json(
            {
                "as_of": day.isoformat(),
                "currency": books.currency,
                "days": days,
                "currencies": [_outstanding(one) for one in found],
            }
        )
    elif as_csv:
        columns = [message("{kind}, {way}", kind=kind, way=way) for way, _ in _MEASURES for kind in _KINDS]
        rows = [(one.currency, one.receivables, one.not_due, one.sales, *_days(one)) for one in found]
        print_csv(books, (_CURRENCY, _OWED, _NOT_DUE, _SALES, *columns), rows)
    elif not found:
        say(books, message("There are no sales until {day}.", day=day))
    for one in found if not as_json and not as_csv else ():
        say(books, _figures(one, days, books.language))
        print_table(_dso_table(books, one))
    ended(workspace)


def _days(one: Outstanding) -> list[Decimal | None]:
    return [
        value for measure in (one.simple, one.count_back) for value in (measure.dso, measure.best, measure.delinquent)
    ]


def _outstanding(one: Outstanding) -> dict[str, object]:
    return {
        "currency": one.currency,
        "receivables": str(one.receivables),
        "not_due": str(one.not_due),
        "sales": str(one.sales),
        "simple": _measure(one.simple),
        "count_back": _measure(one.count_back),
        "months": [
            {"month": f"{month.first:%Y-%m}", "sales": str(month.sales), "days": str(half_up(month.days))}
            for month in one.months
        ],
        "uncovered": str(one.uncovered),
    }


def _measure(one: Measure) -> dict[str, str | None]:
    return {"dso": _text(one.dso), "best": _text(one.best), "delinquent": _text(one.delinquent)}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _figures(one: Outstanding, days: int, language: str) -> Message:
    return message(
        "{currency}: {owed} owed, {not_due} of it not due; {sales} of sales in {days} days",
        currency=one.currency,
        owed=money(one.receivables, language) or "0",
        not_due=money(one.not_due, language) or "0",
        sales=money(one.sales, language) or "0",
        days=days,
    )


def _dso_table(books: Books, one: Outstanding) -> Table:
    language = books.language
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(message("Days").text(language), min_width=12)
    for kind in _KINDS:
        table.add_column(kind.text(language), justify="right", no_wrap=True)
    for label, name in _MEASURES:
        measure: Measure = getattr(one, name)
        values = (measure.dso, measure.best, measure.delinquent)
        table.add_row(label.text(language), *(decimal(value, language) for value in values), style="bold")
    for month in one.months:
        table.add_row(f"  {month.first:%Y-%m}  {money(month.sales, language)}", decimal(month.days, language))
    if one.uncovered:
        before = message("before: {amount}", amount=money(one.uncovered, language)).text(language)
        table.add_row(f"  {before}", "–")
    return table


@report.command("payers")
@report_options
def payers_command(ledger: Path, as_of: datetime | None, revision: str | None, as_csv: bool, as_json: bool) -> None:
    """How each client pays, measured on the instalments settled in twelve months.

    \b
    Delay     Σ (amount × days after the due date) ÷ Σ amount; before it: negative
    On time   share of the amount paid on the due date or before
    Trend     delay of the last six months − that of the six before; negative is better

    What was ever disputed is left out and counted apart. Fewer than four instalments tell little: a star.
    """
    workspace = open_for_report(ledger, revision)
    books, day = workspace.books, day_of(as_of)
    found = payers(books, day)
    if as_json:
        clients = [_payer(one) for one in found]
        print_json({"as_of": day.isoformat(), "currency": books.currency, "clients": clients})
    elif as_csv:
        print_csv(books, (message("Id"), *_PAYER_HEADING), ((one.client, *_payer_row(one)) for one in found))
    elif not found:
        say(books, message("Nothing was paid in the twelve months to {day}.", day=day))
    else:
        print_table(_payers_table(books, found, message("How clients paid, twelve months to {day}", day=day)))
    ended(workspace)


def _payer(one: Payer) -> dict[str, object]:
    return {
        "client": one.client,
        "name": one.name,
        "currency": one.currency,
        "settled": one.settled,
        "few": one.few,
        "paid": str(one.paid),
        "delay": _text(one.delay),
        "on_time": _text(one.on_time),
        "worst": one.worst,
        "recent": _text(one.recent),
        "before": _text(one.before),
        "trend": _text(one.trend),
        "disputed": one.disputed,
        "promises": one.promises,
        "promises_kept": one.promises_kept,
        "overdue": str(one.overdue),
        "oldest": one.oldest,
    }


def _payer_row(one: Payer) -> tuple[str | int | Decimal | None, ...]:
    promises = f"{one.promises_kept}/{one.promises}" if one.promises else ""
    return (
        one.name, one.currency, one.settled, one.paid, one.delay, one.on_time, one.worst, one.recent, one.before,
        one.trend, one.disputed, promises, one.overdue, one.oldest,
    )  # fmt: skip


def _payers_table(books: Books, found: tuple[Payer, ...], title: Message) -> Table:
    language = books.language
    table = Table(title=title.text(language), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(_PAYER_HEADING[0].text(language), min_width=24)
    shown = [rank for rank in range(2, len(_PAYER_HEADING)) if rank not in (10, 11) or _any(found, rank)]
    for rank in shown:
        table.add_column(_PAYER_HEADING[rank].text(language), justify="right", no_wrap=True)
    for one in found:
        cells = [_shown(value, rank, language) for rank, value in enumerate(_payer_row(one))]
        cells[2] += "*" if one.few and one.settled else ""
        name = one.name if one.currency == books.currency else f"{one.name} ({one.currency})"
        table.add_row(escape(plain(name)), *(cells[rank] for rank in shown))
    return table


def _any(found: tuple[Payer, ...], rank: int) -> bool:
    return any(_payer_row(one)[rank] for one in found)


def _shown(value: str | int | Decimal | None, rank: int, language: str) -> str:
    if rank in (3, 12) and isinstance(value, Decimal):
        return money(value, language)
    if isinstance(value, Decimal):
        return f"{decimal(value, language)}\u00a0%" if rank == 5 else decimal(value, language)
    if value == 0 and rank in (2, 10, 13):
        return ""
    return "–" if value is None else str(value)
