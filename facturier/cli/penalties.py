"""``facturier penalties``: what clients owe for paying late, and the claims for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import click
from rich import box
from rich.markup import escape
from rich.table import Table

from facturier.books import Books
from facturier.claiming import claim_text, refusal
from facturier.cli.console import echo, fail, open_for_report, plain, say, today
from facturier.cli.issuance import held, issuer_for, refuse
from facturier.cli.reports import (
    client_named,
    day_of,
    ended,
    money,
    print_csv,
    print_json,
    print_table,
    report_options,
)
from facturier.cli.targets import file_of_documents
from facturier.cli.writing import confirmed, write_checked
from facturier.issuing import NotIssuableError
from facturier.late_payment import INDEMNITY_CURRENCY, Penalty, Regime, by_currency, penalties
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.penalties import Segment
from facturier.spreadsheet import Cell
from facturier.workspace import Workspace
from facturier.writer import append_text, unified_diff

_REGIMES: Mapping[Regime, Message] = {
    Regime.LEGAL: message("ECB + 10"),
    Regime.CONTRACT: message("contract"),
    Regime.PUBLIC: message("public buyer"),
    Regime.BELGIAN: message("Belgium"),
}
_INTEREST, _INDEMNITY, _TOTAL = message("Interest"), message("Recovery costs"), message("Total")
_HEADING = (
    message("Id"), message("Number"), message("Rule"), message("From"), message("To"), message("Days"),
    message("Principal"), message("Rate"), _INTEREST, _INDEMNITY, message("Currency"),
)  # fmt: skip


@click.command("penalties")
@report_options
@click.argument("client", required=False)
@click.option("--book", is_flag=True, help="Write a claim: for each invoice, on the day of --as-of.")
@click.option("--into", type=click.Path(path_type=Path), help="Ledger file to add to; else that of the last document.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
def penalties_command(
    ledger: Path,
    as_of: datetime | None,
    revision: str | None,
    client: str | None,
    book: bool,
    into: Path | None,
    yes: bool,
    dry_run: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show what clients owe for paying late: interest by segments, and fixed recovery costs.

    Interest = principal × rate × days ÷ 365, from the day after the due date to the day of payment,
    a segment for each half-year and each payment, each rounded half-up. An invoice that was paid
    late stays here until its penalties are claimed (--book) or waived:
    DATE custom "void" "NUMBER" "penalties". For a client in insolvency proceedings they stop:
    DATE custom "stop" "CLIENT" "penalties".

    Consumers owe none (C. com. art. L441-10 binds professionals). A claim bears no VAT and is no invoice.
    """
    if book:
        _refuse_with_book(revision, as_csv)
        with held(ledger, reading_only=dry_run) as workspace:
            _book(workspace, day_of(as_of), client, into, yes=yes, dry_run=dry_run, as_json=as_json)
    workspace = open_for_report(ledger, revision)
    books, day = workspace.books, day_of(as_of)
    found = penalties(books, day, client_named(workspace, client).id if client else "")
    if as_json:
        print_json(as_document(books, found, day))
    elif as_csv:
        print_csv(books, _HEADING, _rows(books, found))
    elif not found:
        say(books, message("No penalty is owed on {day}.", day=day))
    else:
        print_table(_table(books, found, day))
    if not as_json:
        _tell_unclaimed(books, found)
    ended(workspace)


def as_document(books: Books, found: Sequence[Penalty], day: date) -> dict[str, object]:
    """Return the penalties as JSON values; amounts are strings, so that no cent is lost."""
    totals = by_currency(found)
    clients = dict.fromkeys(one.client for one in found)
    return {
        "as_of": day.isoformat(),
        "currency": books.currency,
        "total": str(sum(totals.get(books.currency, ()), ZERO)),
        "totals": _amounts(found),
        "clients": [
            {
                "client": client,
                "name": _name(books, client, day),
                "totals": _amounts([one for one in found if one.client == client]),
                "invoices": [_invoice(one) for one in found if one.client == client],
            }
            for client in clients
        ],
    }


def _amounts(found: Iterable[Penalty]) -> dict[str, dict[str, str]]:
    return {
        currency: {"interest": str(interest), "indemnity": str(indemnity), "total": str(interest + indemnity)}
        for currency, (interest, indemnity) in by_currency(found).items()
    }


def _invoice(one: Penalty) -> dict[str, object]:
    return {
        "number": one.number,
        "rule": one.regime.value,
        "currency": one.currency,
        "interest": str(one.interest),
        "indemnity": str(one.indemnity),
        "claimed": str(one.claimed),
        "remaining": str(one.left),
        "disputed": one.disputed,
        "unknown_rates": [day.isoformat() for day in one.unknown],
        "segments": [
            {
                "from": part.first.isoformat(),
                "to": part.last.isoformat(),
                "days": part.days,
                "principal": str(part.principal),
                "rate": str(part.rate),
                "interest": str(part.interest),
            }
            for part in one.segments
        ],
    }


def _name(books: Books, client: str, day: date) -> str:
    party = books.clients.at(client, day)
    return party.name if party else client


def _rows(books: Books, found: Iterable[Penalty]) -> Iterator[Sequence[Cell]]:
    for one in found:
        head = one.client, one.number, _REGIMES[one.regime].text(books.language)
        for part in one.segments:
            numbers = part.days, part.principal, part.rate, part.interest
            yield *head, part.first, part.last, *numbers, None, one.currency
        if one.indemnity:
            yield *head, None, None, None, None, None, None, one.indemnity, INDEMNITY_CURRENCY


def _table(books: Books, found: Sequence[Penalty], day: date) -> Table:
    language = books.language
    title = message("Late-payment penalties on {day}", day=day).text(language)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(message("Invoice").text(language), min_width=12)
    for heading in (message("From"), message("To")):
        table.add_column(heading.text(language), no_wrap=True)
    for heading in (message("Days"), message("Principal"), message("Rate"), _INTEREST, _INDEMNITY, _TOTAL):
        table.add_column(heading.text(language), justify="right", no_wrap=True)
    for client in dict.fromkeys(one.client for one in found):
        table.add_row(escape(plain(_name(books, client, day))), style="bold")
        for one in found:
            if one.client == client:
                _add(table, one, language)
    table.add_section()
    for currency, (interest, indemnity) in by_currency(found).items():
        amounts = (money(amount, language) for amount in (interest, indemnity, interest + indemnity))
        table.add_row(f"{_TOTAL.text(language)} {currency}", *[""] * 5, *amounts, style="bold")
    return table


def _add(table: Table, one: Penalty, language: str) -> None:
    """Add an invoice; where there are several segments they stand below it."""
    label = f"  {escape(plain(one.number))}  {_REGIMES[one.regime].text(language)}"
    label += "" if one.currency == INDEMNITY_CURRENCY else f" ({one.currency})"
    total = money(one.interest + one.indemnity, language) if one.currency == INDEMNITY_CURRENCY else ""
    single = _cells(one.segments[0], language) if len(one.segments) == 1 else [""] * 5
    table.add_row(label, *single, money(one.interest, language), money(one.indemnity, language), total)
    for part in one.segments if len(one.segments) > 1 else ():
        table.add_row("", *_cells(part, language), money(part.interest, language), style="dim")


def _cells(part: Segment, language: str) -> list[str]:
    principal, rate = money(part.principal, language), money(part.rate, language)
    return [str(part.first), str(part.last), str(part.days), principal, rate]


def _tell_unclaimed(books: Books, found: Iterable[Penalty]) -> None:
    """Say, once each, what stands in the way of claiming."""
    reasons = (refusal(one) for one in found)
    for text in dict.fromkeys(reason.text(books.language) for reason in reasons if reason is not None):
        echo(text, err=True)


def _refuse_with_book(revision: str | None, as_csv: bool) -> None:
    if revision is not None or as_csv:
        raise click.UsageError("--book goes with neither --rev nor --csv.")


def _book(
    workspace: Workspace,
    day: date,
    client: str | None,
    into: Path | None,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> NoReturn:
    """Write the claims, after showing them, and exit."""
    books = workspace.books
    if day > today():
        future = message("{day} is in the future: penalties are claimed for days that have passed.", day=day)
        fail(future.text(books.language))
    issuer = issuer_for(workspace, day.isoformat(), future=False)
    found = penalties(books, day, client_named(workspace, client).id if client else "")
    _tell_unclaimed(books, found)
    claimed, texts = [], []
    try:
        for one in found:
            if one.is_anything and refusal(one) is None:
                number, text = claim_text(issuer, one)
                claimed.append((number, one))
                texts.append(text)
    except NotIssuableError as error:
        refuse(workspace, error)
    written = False
    if texts:
        change = append_text(file_of_documents(workspace, into), "\n\n".join(texts))
        echo(unified_diff([change], workspace.folder), err=as_json)
        if not dry_run and (yes or confirmed(books, to_stderr=as_json)):
            write_checked(workspace, [change], locked=True)
            written = True
    if as_json:
        print_json([_claimed(number, one, day, written=written) for number, one in claimed])
    elif not texts:
        say(books, message("There is nothing to claim on {day}.", day=day))
    if texts and not written:
        say(books, message("Nothing was written."), err=as_json)
    ended(workspace)


def _claimed(number: str, one: Penalty, day: date, *, written: bool) -> dict[str, object]:
    total: Decimal = one.interest + one.indemnity
    claim = {"number": number, "invoice": one.number, "date": day.isoformat(), "total": str(total)}
    return {**_invoice(one), **claim, "written": written}
