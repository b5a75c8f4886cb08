"""What clients owe for paying late: interest on each invoice, and the fixed recovery costs.

Which rule holds:

- between professionals the seller's ``penalty-rate:`` of the day of the invoice, never below three times the legal rate
  of each half-year; "legal" is the ECB rate of each half-year + 10 points (C. com. art. L441-10 II);
- for a public buyer the ECB rate + 8 points of the half-year in which interest begins, for all of the delay (CCP art.
  R2192-31);
- for a Belgian seller the ECB rate + 8 points, rounded up to the half point, or its ``penalty-rate:``;
- for a consumer nothing: L441-10 binds professionals.

The principal is what the ledger says was left on each day, so what was paid late bears interest although it is paid.
Nothing is booked here. What a ``claim:`` claims, and what ``custom "void" "F2026-0042" "penalties"`` waives, is
not asked for again. Where the client became insolvent, ``custom "stop" "martin" "penalties"`` names the day of the
judgment: from then on no interest runs on what was invoiced before, and what falls due later has no recovery costs (C.
com. art. L441-10 II, last sentence).

A part payment lowers the principal that the ledger says it settles. Interest is paid first (C. civ. art. 1343-1) where
the ledger says that: by a claim that the payment settles before the invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from facturier.books import Books
from facturier.directives.events import PENALTIES
from facturier.disputes import open_disputes
from facturier.documents import Document, Kind
from facturier.law.law import Law
from facturier.money import ZERO
from facturier.open_items import Item, Nature, OpenItems, lasting
from facturier.parties import Client, Seller
from facturier.penalties import Receipt, Segment, late_interest

# The indemnity is a sum in euros, whatever the invoice is in.
INDEMNITY_CURRENCY = "EUR"
_BELGIUM = "BE"
_HALF_YEAR = 6
_ONE_DAY = timedelta(days=1)


class Regime(Enum):
    """By which rule a client pays for being late; the value is the word of reports."""

    LEGAL = "legal"
    CONTRACT = "contract"
    PUBLIC = "public"
    BELGIAN = "belgian"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Penalty:
    """What is owed for one invoice that was paid late, and not claimed or waived before.

    Attributes:
        number: Of the invoice.
        client: Id of the client.
        regime: The rule.
        currency: Of the invoice and of the interest.
        items: The items that were late, oldest due first.
        segments: How the interest was reckoned, item by item.
        indemnity: Fixed recovery costs, in euros; nothing where they were claimed or waived before.
        claimed: What was claimed for it before, in the currency of the claims.
        left: What is left of the invoice.
        disputed: Whether the client contests the invoice.
        unknown: First days of half-years whose rate the tables of the law do not hold; they count nothing.
    """

    number: str
    client: str
    regime: Regime
    currency: str
    items: tuple[Item, ...]
    segments: tuple[Segment, ...]
    indemnity: Decimal
    claimed: Decimal
    left: Decimal
    disputed: bool
    unknown: tuple[date, ...]

    @property
    def interest(self) -> Decimal:
        """The interest, each segment rounded half-up."""
        return sum((one.interest for one in self.segments), ZERO)

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to claim."""
        return bool(self.interest or self.indemnity)


def penalties(books: Books, as_of: date, client: str = "") -> tuple[Penalty, ...]:
    """Return what was paid late, or is late, at the end of a day: by client, then by number.

    Args:
        books: The books.
        as_of: The last day counted.
        client: Only this client; all if "".
    """
    found = books.open_items(as_of)
    disputed = open_disputes(books.events, as_of)
    claims = _claims(books, as_of)
    waived, stops = _waivers(books, as_of), _stops(books, as_of)
    result = []
    for number, items in found.by_number.items():
        owner = items[0].client
        if client and owner != client:
            continue
        late = [item for item in items if item.amount > 0 and item.due is not None and item.due < as_of]
        if not late:
            continue
        before = _Before.of(claims.get(number, ()), (waived.get(number), waived.get(owner)))
        stop = min((stops[key] for key in (number, owner) if key in stops), default=None)
        penalty = _penalty(books, found, late, before, stop)
        if penalty is not None:
            result.append(replace(penalty, disputed=number in disputed or owner in disputed))
    return tuple(sorted(result, key=lambda one: (one.client, one.number)))


def by_currency(found: Iterable[Penalty]) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Return interest and recovery costs by currency: the costs are euros."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for one in found:
        interest, indemnity = sums.get(one.currency, (ZERO, ZERO))
        sums[one.currency] = interest + one.interest, indemnity
        interest, indemnity = sums.get(INDEMNITY_CURRENCY, (ZERO, ZERO))
        sums[INDEMNITY_CURRENCY] = interest, indemnity + one.indemnity
    return {currency: amounts for currency, amounts in sorted(sums.items()) if any(amounts)}


class _Before(NamedTuple):
    """What was claimed or waived for an invoice before.

    Attributes:
        until: The last day whose interest was; None for no day.
        indemnity: Whether the recovery costs were.
        claimed: The sum of what was claimed.
    """

    until: date | None
    indemnity: bool
    claimed: Decimal

    @classmethod
    def of(cls, claims: Sequence[Document], waived: Iterable[date | None]) -> _Before:
        days = [day for day in waived if day is not None]
        indemnity, claimed = bool(days), ZERO
        for claim in claims:
            for line in claim.lines:
                claimed += line.net
                if line.period_end is None:
                    indemnity = True
                else:
                    days.append(line.period_end)
        return cls(max(days, default=None), indemnity, claimed)


def _claims(books: Books, as_of: date) -> Mapping[str, Sequence[Document]]:
    """Return the claims by the invoices they link to."""
    found: dict[str, list[Document]] = {}
    for document in books.documents:
        if document.kind is Kind.CLAIM and document.date <= as_of:
            for link in document.entry.links:
                if link != document.number:
                    found.setdefault(link, []).append(document)
    return found


def _waivers(books: Books, as_of: date) -> Mapping[str, date]:
    """Return the last day on which penalties were waived, by document or client."""
    return {
        event.arguments[0]: event.date
        for event in books.events
        if event.directive.name == "void" and event.arguments[1:] == (PENALTIES,) and event.date <= as_of
    }


def _stops(books: Books, as_of: date) -> Mapping[str, date]:
    """Return the day on which penalties stopped, by document or client; ``void`` takes it back."""
    found: dict[str, date] = {}
    for event in books.events:
        subject, *rest = event.arguments
        if event.date > as_of or len(rest) != 1:
            continue
        if event.directive.name == "stop" and rest == [PENALTIES]:
            found[subject] = min(event.date, found.get(subject, event.date))
        elif event.directive.name == "void" and rest == ["stop"]:
            found.pop(subject, None)
    return found


def _penalty(
    books: Books, found: OpenItems, late: Sequence[Item], before: _Before, stop: date | None
) -> Penalty | None:
    """Reckon what is owed for the late items of one invoice; None where nothing is."""
    number, client = late[0].number, late[0].client
    document = books.document(number)
    taken_over = "opens" in late[0].meta
    if not taken_over and (document is None or not document.kind.is_invoice):
        return None  # penalties bear no penalties (C. civ. art. 1343-2)
    if set(found.by_nature(number)) == {Nature.DOCUMENT} and not found.balance(number):
        return None  # taken back by a credit note: it never was owed
    seller, buyer = _parties(books, None if taken_over else document, late[0])
    rates = _Rates(books.law, _regime(seller, buyer), seller)
    if rates.regime is Regime.NONE:
        return None
    last = found.day if stop is None or late[0].since >= stop else min(found.day, stop - _ONE_DAY)
    segments: list[Segment] = []
    first_day: date | None = None
    for item in sorted(late, key=lambda one: (one.due or date.max, one.id)):
        due = item.due or date.max
        history = lasting(item, found.settlements.history.get(item.id, ()), found.day)
        receipts = [Receipt(part.day, -part.amount) for part in history]
        if due <= last and item.amount > sum((part.amount for part in receipts if part.day <= due), ZERO):
            first_day = first_day or due + _ONE_DAY
        segments += late_interest(
            item.amount, due, receipts, last, rates.on, is_public=rates.regime is Regime.PUBLIC, after=before.until
        ).segments
    indemnity = None
    if first_day is not None and not before.indemnity:
        indemnity = books.law.recovery_indemnity(first_day, belgian=rates.regime is Regime.BELGIAN)
    penalty = Penalty(
        number=number,
        client=client,
        regime=rates.regime,
        currency=late[0].currency,
        items=tuple(late),
        segments=tuple(one for one in segments if one.rate),
        indemnity=indemnity or ZERO,
        claimed=before.claimed,
        left=found.balance(number),
        disputed=False,
        unknown=tuple(sorted(rates.unknown)),
    )
    return penalty if penalty.is_anything or penalty.unknown else None


def _parties(books: Books, document: Document | None, item: Item) -> tuple[Seller | None, Client | None]:
    """Return seller and client of an invoice as they stood on its date."""
    if document is not None:
        return document.seller, document.client
    sole = books.sellers.sole
    seller = books.sellers.at(sole, item.since) if sole else None
    return seller, books.clients.at(item.client, item.since) if item.client else None


def _regime(seller: Seller | None, client: Client | None) -> Regime:
    """Return the rule that holds; where the ledger does not say who buys, none is claimed."""
    if client is None or client.kind == "consumer":
        return Regime.NONE
    if seller is not None and seller.country == _BELGIUM:
        return Regime.BELGIAN
    if client.kind == "public":
        return Regime.PUBLIC
    return Regime.CONTRACT if seller is not None and isinstance(seller.penalty_rate, Decimal) else Regime.LEGAL


class _Rates:
    """The rate of each day under a rule, and the days for which the law's tables have none."""

    def __init__(self, law: Law, regime: Regime, seller: Seller | None) -> None:
        self.regime = regime
        self.unknown: set[date] = set()
        self._law = law
        self._stipulated = seller.penalty_rate if seller and isinstance(seller.penalty_rate, Decimal) else None

    def on(self, day: date) -> Decimal:
        """Return the rate of a day in percent a year; nothing where it is not known."""
        rate = self._known(day)
        if rate is None:
            self.unknown.add(date(day.year, 7 if day.month > _HALF_YEAR else 1, 1))
        return rate or ZERO

    def _known(self, day: date) -> Decimal | None:
        law, stipulated = self._law, self._stipulated
        if self.regime is Regime.PUBLIC:
            return law.penalty_rate(day, public=True)
        if self.regime is Regime.BELGIAN:
            return law.belgian_penalty_rate(day) if stipulated is None else stipulated
        if stipulated is None:
            return law.penalty_rate(day)
        floor = law.penalty_floor(day)
        return None if floor is None else max(stipulated, floor)
