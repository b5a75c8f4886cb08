"""The entry that transfers the VAT that fell due: its accounts, its date, its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from babel.dates import format_date
from beancount.core import data

from facturier.books import Books
from facturier.closing import closed_until
from facturier.messages import Message, message
from facturier.periods import Month
from facturier.text_edit import quoted
from facturier.vat_receipts import ReceiptsVat

_PENDING, _COLLECTED = "vat-pending", "vat-collected"


class NotTransferableError(Exception):
    """A transfer cannot be written; the reason says what to type."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


class TransferEntry(NamedTuple):
    """What is to be written for a month.

    Attributes:
        month: The month.
        day: Its last day; of a closed month the first day that is open.
        amounts: By rate; what goes back to pending is negative.
        text: The ledger text.
    """

    month: Month
    day: date
    amounts: dict[Decimal, Decimal]
    text: str


def transfer_entries(
    found: ReceiptsVat, months: Iterable[Month], books: Books, opened: Iterable[data.Directive]
) -> list[TransferEntry]:
    """Return the entries that are missing, one for each month that needs one.

    Args:
        found: What fell due and what was transferred.
        months: The months.
        books: The books.
        opened: The entries of the ledger, for its open accounts.

    Raises:
        NotTransferableError: No open account has one of the two roles, or a VAT leg has no rate.
    """
    accounts = _Accounts(books, {entry.account for entry in opened if isinstance(entry, data.Open)})
    entries = []
    for month in months:
        missing = found.missing(month)
        if missing:
            day = _day(month, closed_until(books))
            entries.append(TransferEntry(month, day, missing, _text(month, day, missing, books, accounts)))
    return entries


def _day(month: Month, closed: date | None) -> date:
    last = month.last_day
    return last if closed is None or last > closed else closed + timedelta(days=1)


def _text(month: Month, day: date, missing: dict[Decimal, Decimal], books: Books, accounts: _Accounts) -> str:
    language = books.language
    payee = message("VAT on receipts").text(language)
    title = format_date(month.first_day, "LLLL yyyy", locale=language)
    title = title[:1].upper() + title[1:]
    if day.replace(day=1) != month.first_day:
        title = message("{month}, correction", month=title).text(language)
    legs = [
        (accounts.of(role, rate), amount if role == _PENDING else -amount, rate)
        for role in (_PENDING, _COLLECTED)
        for rate, amount in missing.items()
    ]
    account_width = max(len(account) for account, _, _ in legs)
    amount_width = max(len(str(amount)) for _, amount, _ in legs)
    lines = [f"{day} * {quoted(payee)} {quoted(title)}", f'  vat-due: "{month}"']
    for account, amount, rate in legs:
        lines.append(f"  {account:{account_width}}  {amount!s:>{amount_width}} {books.currency}")
        lines.append(f"    vat: {rate.normalize():f}")
    return "\n".join(lines) + "\n"


class _Accounts:
    """The accounts to use: those of the role and rate, and among them the one used last."""

    def __init__(self, books: Books, opened: set[str]) -> None:
        self.books = books
        self.opened = opened

    def of(self, role: str, rate: Decimal) -> str:
        """Return the account of a role for a rate."""
        if not rate:
            raise NotTransferableError(
                message("The rate of a VAT leg cannot be told; add vat: below each leg on a vat-pending account.")
            )
        roles = self.books.roles
        for stated in (*roles.accounts(role, rate), *roles.accounts(role)):
            below = {
                account
                for account in self.opened
                if (account == stated or account.startswith(f"{stated}:")) and roles.of(account).name == role
                and roles.of(account).vat in (rate, None)
            }  # fmt: skip
            if below:
                return next((account for account in self._used(rate) if account in below), min(below))
        raise NotTransferableError(
            message(
                'No open account has the role "{role}" for the rate {rate}; add: custom "role" "{role}" ACCOUNT, and '
                "open it.",
                role=role,
                rate=f"{rate.normalize():f}",
            )
        )

    def _used(self, rate: Decimal) -> Iterator[str]:
        """Yield the accounts of VAT legs of a rate, the latest first."""
        for entry in reversed(self.books.settling):
            if "vat-due" in entry.meta:
                yield from (leg.account for leg in entry.postings if (leg.meta or {}).get("vat") == rate)
        for document in reversed(self.books.documents):
            yield from (leg.account for leg in document.vat_legs if leg.vat == rate)
