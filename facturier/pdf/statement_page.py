"""Everything a client's statement of account shows, computed: what its template may read and nothing else."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from facturier.pdf.page import PageParty


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A row of activity.

    Attributes:
        day: Its date.
        kind: Which word says what it is.
        numbers: The documents it is about.
        amount: What it adds to the balance; payments are negative.
        balance: What was owed after it.
    """

    day: datetime.date
    kind: str
    numbers: tuple[str, ...]
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementItem:
    """An item that is not settled.

    Attributes:
        number: Its id.
        issued: Date of the document.
        due: When it is due.
        days_late: Days past that; zero or less when it is not due.
        amount: What was owed at first.
        remaining: What is left.
        disputed: Whether the client contests some of it.
    """

    number: str
    issued: datetime.date
    due: datetime.date | None
    days_late: int
    amount: Decimal
    remaining: Decimal
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBucket:
    """What is left of one age."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAccount:
    """What a client owes in one currency.

    Attributes:
        currency: Of all its amounts.
        opening: Balance before the first row of activity.
        rows: The activity, in the order of time.
        closing: Balance at the end of the day.
        overdue: The part of it past its due date.
        on_account: Money that settles nothing yet, negative.
        items: What is open, oldest due first.
        buckets: The same by age.
    """

    currency: str
    opening: Decimal
    rows: tuple[StatementRow, ...]
    closing: Decimal
    overdue: Decimal
    on_account: Decimal
    items: tuple[StatementItem, ...]
    buckets: tuple[StatementBucket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """A statement, ready to be shown.

    Attributes:
        date: The day at whose end it looks.
        begins: First day of the activity; None for a statement of open items.
        language: Of the page.
        currency: Of amounts without one of their own.
        seller: Who is owed.
        client: Who owes.
        accounts: One for each currency.
        iban: Where to pay.
        bic: Its bank.
        kind: "statement".
        number: None has any.
        title: None has any.
    """

    date: datetime.date
    begins: datetime.date | None
    language: str
    currency: str
    seller: PageParty
    client: PageParty
    accounts: tuple[StatementAccount, ...]
    iban: str = ""
    bic: str = ""
    kind: Literal["statement"] = "statement"
    number: str = ""
    title: str = ""
