"""A beangulp hook that finds which invoices imported lines pay.

It works on what any importer gives out: a transaction with its bank leg alone gets its other
leg, by the rules of ``facturier.statements.matching``. Transactions that already have other
legs, and duplicates, are left as they are. The hook runs under beangulp's command line
(``extract -e main.beancount``) and on Fava's import page alike.

The annotations are strings, thanks to the first import below: Fava looks for the word
Importer in them to know that a hook takes four values per file.
"""

from __future__ import annotations

from collections.abc import Callable

import beangulp
from beancount.core import data
from beancount.core.amount import Amount
from beangulp.extract import DUPLICATE

from facturier.books import Books, read_books
from facturier.statements.accounts import opened
from facturier.statements.keys import BANK_LINE
from facturier.statements.line import Payment, StatementLine
from facturier.statements.matching import Match, Matcher, Outcome
from facturier.statements.transactions import COUNTERPARTY, with_legs

from .statements import StatementImporter

# A file called F2026-0042.xml says nothing about who paid what.
_NOT_WORDS = frozenset({"filename", BANK_LINE, COUNTERPARTY})

Extracted = list[tuple[str, data.Directives, data.Account, beangulp.Importer]]
Hook = Callable[[Extracted, data.Directives], Extracted]


def match_invoices(
    extracted: list[tuple[str, data.Directives, data.Account, beangulp.Importer]], existing: data.Directives
) -> list[tuple[str, data.Directives, data.Account, beangulp.Importer]]:
    """Give imported transactions their other leg; what concerns no client waits on the account of role clearing.

    Args:
        extracted: File, entries, account and importer, as beangulp hands them to a hook.
        existing: The entries of the ledger; without them (no ``-e``) nothing is matched.
    """
    return _matched(extracted, existing, None)


def matching(other: str) -> Hook:
    """Return ``match_invoices`` with another account for what concerns no client."""

    def match(
        extracted: list[tuple[str, data.Directives, data.Account, beangulp.Importer]], existing: data.Directives
    ) -> list[tuple[str, data.Directives, data.Account, beangulp.Importer]]:
        return _matched(extracted, existing, other)

    return match


def _matched(extracted: Extracted, existing: data.Directives, other: str | None) -> Extracted:
    # beangulp has added the new entries to the existing ones by now; Fava has not.
    new = {id(entry) for _, entries, _, _ in extracted for entry in entries}
    ledger = [entry for entry in existing if id(entry) not in new]
    books = read_books(ledger, {})
    matcher = Matcher(books)
    waiting = other if other is not None else _clearing(ledger, books)
    return [
        (file, _of_file(file, entries, importer, books, matcher, waiting), account, importer)
        for file, entries, account, importer in extracted
    ]


def _of_file(
    file: str,
    entries: data.Directives,
    importer: beangulp.Importer,
    books: Books,
    matcher: Matcher,
    waiting: str | None,
) -> data.Directives:
    lines = importer.lines(file) if isinstance(importer, StatementImporter) else {}
    result: data.Directives = []
    for entry in entries:
        if isinstance(entry, data.Transaction) and _is_plain(entry, books):
            entry = _with_counterpart(entry, lines.get(str(entry.meta.get(BANK_LINE, ""))), matcher, waiting)
        result.append(entry)
    return result


def _is_plain(entry: data.Transaction, books: Books) -> bool:
    """Whether a transaction is new and has only its bank leg."""
    return (
        DUPLICATE not in entry.meta
        and len(entry.postings) == 1
        and isinstance(entry.postings[0].units, Amount)
        and books.roles.of(entry.postings[0].account).name == "bank"
    )


def _with_counterpart(
    entry: data.Transaction, line: StatementLine | None, matcher: Matcher, waiting: str | None
) -> data.Transaction:
    payments: tuple[Payment, ...]
    matches: tuple[Match, ...]
    if line is not None:
        payments, matches = line.payments, matcher.match_line(line)
    else:
        payment = _payment(entry)
        payments, matches = (payment,), (matcher.match(payment, payment.texts, entry.date),)
    if waiting is None and any(match.outcome is Outcome.OTHER for match in matches):
        return entry
    return with_legs(entry, payments, matches, matcher, waiting or "")


def _payment(entry: data.Transaction) -> Payment:
    """Read a payment out of a transaction some other importer made: its words are all there is."""
    units = entry.postings[0].units
    words = [entry.narration or ""]
    words += [value for key, value in entry.meta.items() if isinstance(value, str) and key not in _NOT_WORDS]
    return Payment(
        amount=units.number if units is not None else None,
        currency=units.currency if units is not None else "",
        counterparty_name=entry.payee or "",
        counterparty_iban="".join(str(entry.meta.get(COUNTERPARTY, "")).split()).upper(),
        remittance=tuple(words),
    )


def _clearing(entries: data.Directives, books: Books) -> str | None:
    return next((account for account in opened(entries) if books.roles.of(account).name == "clearing"), None)
