"""How clients pay: measured on what they paid, every figure shown, nothing guessed.

Looked at are the instalments that were settled in the twelve months up to a day, by money at least in part:

- delay: Σ (amount × days after the due date) ÷ Σ amount, over the payments of those instalments; a payment before its
  due date counts negative;
- on time: the share of these amounts that came on the due date or before;
- trend: the delay of the last six months less that of the six months before; negative is better.

What was ever disputed is left out of these and counted apart, as are claims for penalties. Fewer than four instalments
tell little: the row says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from facturier.books import Books
from facturier.documents import Kind
from facturier.money import HUNDRED, ZERO, half_up
from facturier.open_items import Item, Nature, OpenItems, lasting
from facturier.promises import Payment, kept, promises_given

MONTHS = 12
FEW = 4
_TENTH = Decimal("0.1")


class Paid(NamedTuple):
    """A payment of an instalment that is settled.

    Attributes:
        item: Id of the item.
        settled: The day on which the item was settled.
        amount: What was paid.
        days_late: Days after the due date; negative before it.
    """

    item: str
    settled: date
    amount: Decimal
    days_late: int


@dataclass(frozen=True, slots=True)
class Payer:
    """How one client pays in one currency.

    Attributes:
        client: Its id.
        name: Its name on that day.
        currency: Of the amounts.
        settled: How many instalments were settled.
        paid: What was paid on them.
        delay: Weighted delay in days; None where nothing was paid.
        on_time: Percent of the amount that came in time.
        worst: The latest payment, in days after its due date.
        recent: Delay of the last six months.
        before: Delay of the six months before.
        disputed: How many settled instalments were left out because they had been disputed.
        promises: How many promises fell due.
        promises_kept: How many of them were kept.
        overdue: What is overdue now.
        oldest: Days since the oldest of it was due.
    """

    client: str
    name: str
    currency: str
    settled: int
    paid: Decimal
    delay: Decimal | None
    on_time: Decimal | None
    worst: int | None
    recent: Decimal | None
    before: Decimal | None
    disputed: int
    promises: int
    promises_kept: int
    overdue: Decimal
    oldest: int

    @property
    def trend(self) -> Decimal | None:
        """How the delay changed; negative is better."""
        return None if self.recent is None or self.before is None else self.recent - self.before

    @property
    def few(self) -> bool:
        """Whether there are too few instalments to tell much."""
        return self.settled < FEW


def payers(books: Books, as_of: date) -> tuple[Payer, ...]:
    """Return how clients paid in the twelve months up to a day, the slowest first."""
    found = books.open_items(as_of)
    begins, middle = months_before(as_of, MONTHS), months_before(as_of, MONTHS // 2)
    contested = {event.arguments[0] for event in books.events if event.directive.name == "dispute"}
    claims = {document.number for document in books.documents if document.kind is Kind.CLAIM}
    rows: dict[tuple[str, str], _Row] = {}
    for item in found.items.values():
        if item.amount <= 0 or item.due is None or item.number in claims:
            continue
        row = rows.setdefault((item.client, item.currency), _Row([], [], set()))
        if found.remaining[item.id]:
            if item.due < as_of:
                row.overdue.append((found.remaining[item.id], (as_of - item.due).days))
            continue
        paid = _paid(item, found, item.due)
        if paid and begins < paid[0].settled:
            if item.number in contested or item.client in contested:
                row.disputed.add(item.id)
            else:
                row.paid.extend(paid)
    promised = _promises(books, found)
    told = [
        _payer(books, as_of, key, row, promised.get(key, ()), middle)
        for key, row in rows.items()
        if row.paid or row.overdue or row.disputed
    ]
    return tuple(sorted(told, key=lambda one: (-(one.delay if one.delay is not None else -HUNDRED), one.client)))


def weighted_delay(paid: Iterable[Paid]) -> Decimal | None:
    """Return Σ (amount × days late) ÷ Σ amount, rounded half-up to a tenth; None where nothing was paid.

    >>> day = date(2026, 1, 1)
    >>> weighted_delay([Paid("F1", day, Decimal(900), 10), Paid("F2", day, Decimal(100), 30)])
    Decimal('12.0')
    """
    paid = list(paid)
    whole = sum((one.amount for one in paid), ZERO)
    return half_up(sum((one.amount * one.days_late for one in paid), ZERO) / whole, _TENTH) if whole else None


def months_before(day: date, months: int) -> date:
    """Return the same day so many months before, or the last day of that month; the first day there is at least.

    >>> months_before(date(2026, 8, 31), 6)
    datetime.date(2026, 2, 28)
    """
    month = day.year * 12 + day.month - 1 - months
    for last in (day.day, 30, 29, 28):
        try:
            return date(month // 12, month % 12 + 1, last)
        except ValueError:
            continue
    return date.min


class _Row(NamedTuple):
    paid: list[Paid]
    overdue: list[tuple[Decimal, int]]
    disputed: set[str]


def _paid(item: Item, found: OpenItems, due: date) -> Sequence[Paid]:
    """Return the payments of an item that is settled."""
    parts = lasting(item, found.settlements.history.get(item.id, ()), found.day)
    settled = max((part.day for part in parts), default=date.min)
    return [
        Paid(item.id, settled, -part.amount, (part.day - due).days) for part in parts if part.nature is Nature.PAYMENT
    ]


def _payer(books: Books, day: date, key: tuple[str, str], row: _Row, promised: Sequence[bool], middle: date) -> Payer:
    client, currency = key
    party = books.clients.at(client, day) if client else None
    whole = sum((one.amount for one in row.paid), ZERO)
    in_time = sum((one.amount for one in row.paid if one.days_late <= 0), ZERO)
    return Payer(
        client=client,
        name=party.name if party else client,
        currency=currency,
        settled=len({one.item for one in row.paid}),
        paid=whole,
        delay=weighted_delay(row.paid),
        on_time=half_up(in_time * HUNDRED / whole, _TENTH) if whole else None,
        worst=max((one.days_late for one in row.paid), default=None),
        recent=weighted_delay(one for one in row.paid if one.settled > middle),
        before=weighted_delay(one for one in row.paid if one.settled <= middle),
        disputed=len(row.disputed),
        promises=len(promised),
        promises_kept=sum(promised),
        overdue=sum((amount for amount, _ in row.overdue), ZERO),
        oldest=max((days for _, days in row.overdue), default=0),
    )


def _promises(books: Books, found: OpenItems) -> Mapping[tuple[str, str], Sequence[bool]]:
    """Tell of each promise whose day has passed whether it was kept, by client and currency."""
    given = promises_given(books.events, found.day)
    if not given:
        return {}
    money: dict[str, list[Payment]] = {}
    for one in found.settled:
        if one.nature is Nature.PAYMENT:
            item = found.items[one.item]
            for subject in {item.number, item.client}:
                money.setdefault(subject, []).append(Payment(one.day, -one.amount))
    told: dict[tuple[str, str], list[bool]] = {}
    for subject, promises in given.items():
        items = found.by_number.get(subject)
        client = items[0].client if items else subject
        for outcome in kept(promises, money.get(subject, ())):
            if outcome.promise.day < found.day:
                told.setdefault((client, outcome.promise.currency), []).append(not outcome.left)
    return told
