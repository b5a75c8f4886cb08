"""Issuing in memory for tests: ledger text in, ledger text out."""

from __future__ import annotations

from datetime import date

from beancount.core import data
from beancount.parser import parser
from ledgers import SETUP as PLAIN_SETUP
from ledgers import books_of

from facturier.crediting import credit_whole
from facturier.issuing import Issued, Issuer
from facturier.text_edit import Edit, SourceText

DAY = date(2026, 11, 30)
# Building works at a reduced rate are insured (C. assur. art. L243-2).
SETUP = PLAIN_SETUP.replace(
    '  bic: "AGRIFRPP"\n', '  bic: "AGRIFRPP"\n  insurer: "MAAF"\n  insurance-area: "France"\n', 1
)


def issuer_of(source: str, day: date = DAY, *, setup: str = SETUP) -> Issuer:
    """Return what issues the drafts of ledger text below the usual header."""
    entries, _, _ = parser.parse_string(setup + source)
    opened = {entry.account for entry in entries if isinstance(entry, data.Open)}
    return Issuer(books_of(source, setup=setup), opened, day)


def issue_all(source: str, day: date = DAY, *, setup: str = SETUP) -> tuple[str, list[Issued]]:
    """Issue all drafts of ledger text; return the new text, without its header, and what was issued."""
    issuer = issuer_of(source, day, setup=setup)
    text = SourceText((setup + source).encode())
    issued, edits = [], []
    for draft in issuer.books.papers:
        block = text.block(draft.place.line)
        assert block is not None
        if draft.entry.flag == "D":
            one = issuer.issue(draft, block.text)
            issued.append(one)
            edits.append(Edit(block, one.text))
    return text.edited(edits).decode().removeprefix(setup), issued


def credit(source: str, number: str, day: date = DAY, *, setup: str = SETUP) -> str:
    """Return ledger text with the credit note of an invoice below it."""
    issuer = issuer_of(source, day, setup=setup)
    invoice = issuer.books.document(number)
    if invoice is None:
        raise LookupError(number)
    return f"{source}\n{credit_whole(issuer, invoice).text}\n"
