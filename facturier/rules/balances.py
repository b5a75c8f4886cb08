"""Balances: at every date the open items add up to the accounts, and the deposits account to what is not deducted.

Sources: PCG art. 1011-3 (the way from a piece to its account and back); CGI art. 289-I-1 c (money received before
the supply is owed a deposit invoice).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core import data
from beancount.core.amount import Amount

from facturier.books import Books
from facturier.documents import Kind
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.roles import OWED
from facturier.violations import Place, Rule, Severity, Violation

BALANCE = Rule(
    id="BALANCE-ITEMS",
    title=message("Open items add up to the account"),
    wants=message("At every date, open items and money on account add up to the balance of each account of clients."),
    law="PCG art. 1011-3",
    example='  invoice: "F2026-0044"\n  Assets:Clients:Acme  1200.00 USD @@ 1105.68 EUR',
    waivable=False,
)
DEPOSITS = Rule(
    id="BALANCE-DEPOSITS",
    title=message("The deposits account holds the deposits that are not deducted"),
    wants=message(
        "A posting on an account of deposits is a line of a deposit invoice, its deduction with deposit:, or a line of "
        "a credit note on one."
    ),
    law="CGI art. 289-I-1 c; BOI-TVA-DECLA-30-20-20-10 § 60",
    example='  Liabilities:Acomptes  300.00 EUR\n    deposit: "F2026-0039"\n    vat: 20',
    severity=Severity.NOTICE,
    waivable=False,
)
RULES = (BALANCE, DEPOSITS)


def check(books: Books) -> Iterator[Violation]:
    """Check the sums. Since items never change their past, what holds after the last entry held at every date."""
    yield from _check_items(books)
    yield from _check_deposits(books)


def _check_items(books: Books) -> Iterator[Violation]:
    """Compare the balance of each account of clients with its items, and name the posting that is in neither."""
    balances: dict[tuple[str, str], Decimal] = {}
    for account, units, _, _ in _owed_postings(books):
        key = account, units.currency
        balances[key] = balances.get(key, ZERO) + units.number
    kept = books.open_items(date.max).by_account()
    for account, currency in sorted(balances.keys() | kept.keys()):
        balance, items = (one.get((account, currency), ZERO) for one in (balances, kept))
        if balance != items:
            meta, entry = _offending(books, account, currency)
            found = message(
                "{account} stands at {balance} {currency}, and its open items and money on account at {items}; this "
                "posting is not counted as it is written: give the document one currency on all legs of its client.",
                account=account,
                balance=balance,
                currency=currency,
                items=items,
            )
            yield Violation(BALANCE, found, Place.of(meta), entry)


def _owed_postings(books: Books) -> Iterator[tuple[str, Any, Mapping[str, Any], data.Transaction]]:
    owed: dict[str, bool] = {}
    role_of = books.roles.of
    for entry in (*(document.entry for document in books.documents), *books.settling):
        for posting in entry.postings:
            account = posting.account
            is_owed = owed.get(account)
            if is_owed is None:
                is_owed = owed[account] = role_of(account).name in OWED
            if is_owed and isinstance(posting.units, Amount):
                yield account, posting.units, posting.meta or entry.meta, entry


def _offending(books: Books, account: str, currency: str) -> tuple[Mapping[str, Any], data.Transaction]:
    """Return the first posting on an account that the items and movements do not hold as it is written."""
    kept = Counter((id(item.entry), item.account, item.currency, item.amount) for item in books.items)
    kept.update((id(one.entry), one.account, one.currency, one.amount) for one in books.movements if not one.source)
    last: tuple[Mapping[str, Any], data.Transaction] | None = None
    for posted, units, meta, entry in _owed_postings(books):
        key = id(entry), posted, units.currency, units.number
        if posted == account and units.currency == currency:
            last = meta, entry
            if not kept[key]:
                return last
        kept[key] -= 1
    if last is None:  # counted in a currency in which nothing was posted
        return next((item.meta, item.entry) for item in books.items if item.account == account)
    return last


def _check_deposits(books: Books) -> Iterator[Violation]:
    if not books.roles.accounts("deposits"):
        return
    role_of = books.roles.of
    deposits = {document.number for document in books.documents if document.kind is Kind.DEPOSIT}
    for document in books.documents:
        if document.kind is Kind.DEPOSIT:
            continue
        credits_one = document.is_credit_note and not deposits.isdisjoint(document.numbers_corrected)
        for posting in document.entry.postings:
            if role_of(posting.account).name == "deposits" and not credits_one:
                meta = posting.meta or document.entry.meta
                if "deposit" not in meta:
                    yield Violation(DEPOSITS, _stray(posting), Place.of(meta), document.entry, document.number)
    for entry in books.settling:
        for posting in entry.postings:
            if role_of(posting.account).name == "deposits":
                yield Violation(DEPOSITS, _stray(posting), Place.of(posting.meta or entry.meta), entry)


def _stray(posting: data.Posting) -> Message:
    return message(
        "This posting on {account} belongs to no deposit invoice, so the account no longer holds the deposits that are "
        'left to deduct. Money received before an invoice is owed a deposit invoice (kind: "deposit"); a deduction '
        'says deposit: "…".',
        account=posting.account,
    )
