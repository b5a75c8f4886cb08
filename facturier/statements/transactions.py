"""One bank line as a transaction: its bank leg and its words, then a counter leg for each payment."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from beancount.core import data
from beancount.core.amount import Amount

from facturier.money import ZERO
from facturier.statements.keys import BANK_LINE, BANK_REFERENCE
from facturier.statements.line import Payment, StatementLine
from facturier.statements.matching import Match, Matcher, Outcome

VALUE_DATE = "value-date"
COUNTERPARTY = "counterparty-iban"
_CLEAR, _REVIEW = "*", "!"
# Marks that turn the direction of text: they make a line read as something else in a diff.
_BIDIRECTIONAL = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def plain_transaction(line: StatementLine, key: str, account: str, file: str) -> data.Transaction:
    """Return a line with its bank leg only, as importers give it out before matching.

    Args:
        line: A booked line.
        key: Its ``bank-line:``.
        account: The ledger account of the bank account.
        file: The file it came from.
    """
    meta = data.new_metadata(file, line.line)
    if line.bank_reference:
        meta[BANK_REFERENCE] = clean(line.bank_reference)
    meta[BANK_LINE] = key
    if line.value_date is not None and line.value_date != line.booking_date:
        meta[VALUE_DATE] = line.value_date
    if line.payment.counterparty_iban:
        meta[COUNTERPARTY] = clean(line.payment.counterparty_iban)
    leg = data.Posting(account, Amount(line.amount, line.currency), None, None, None, {})
    return data.Transaction(
        meta, line.booking_date, _REVIEW, _payee(line), narration(line), data.EMPTY_SET, data.EMPTY_SET, [leg]
    )


def narration(line: StatementLine) -> str:
    """Return the words of a line: what the payer wrote, the structured references, else the bank's own words."""
    parts: list[str] = []
    for payment in line.batch or (line.payment,):
        parts += [*payment.remittance, *payment.references, payment.return_reason]
    if not any(parts):
        parts = list(line.texts)
    elif line.batch and not line.batch_agrees:
        parts = [*line.label, *parts]
    return " ".join(dict.fromkeys(filter(None, map(clean, parts))))


def clean(text: str) -> str:
    """Return a text on one line, without control characters and marks that turn its direction."""
    kept = (
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in text
        if unicodedata.bidirectional(character) not in _BIDIRECTIONAL
    )
    return " ".join("".join(kept).split())


def with_legs(
    entry: data.Transaction, payments: Sequence[Payment], matches: Sequence[Match], matcher: Matcher, other: str
) -> data.Transaction:
    """Return a plain transaction with one counter leg for each payment.

    Args:
        entry: With its bank leg only.
        payments: What it is made of; their amounts add up to the bank leg.
        matches: What each pays.
        matcher: Tells whether a leg must name its client.
        other: The account for what is no client's.
    """
    legs = [_leg(payment, match, matcher, other) for payment, match in zip(payments, matches, strict=True)]
    clear = all(match.outcome is not Outcome.OTHER and not match.doubtful for match in matches)
    return entry._replace(flag=_CLEAR if clear else _REVIEW, postings=[*entry.postings[:1], *legs])


def _leg(payment: Payment, match: Match, matcher: Matcher, other: str) -> data.Posting:
    meta: data.Meta = {}
    if matcher.needs_client(match):
        meta["client"] = match.client
    if match.settles:
        meta["settles"] = match.settles
    units = Amount(-(payment.amount or ZERO), payment.currency)
    return data.Posting(match.account or other, units, None, None, None, meta)


def _payee(line: StatementLine) -> str | None:
    names = {payment.counterparty_name for payment in line.payments if payment.counterparty_name}
    return clean(names.pop()) or None if len(names) == 1 else None
