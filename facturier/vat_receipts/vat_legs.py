"""The VAT legs of a transaction that is no document: what it transfers, and what it loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from beancount.core import data
from beancount.core.amount import Amount

from facturier.money import ZERO
from facturier.roles import Roles
from facturier.vat_receipts.values import ByRate, Stray

RateOf = Callable[[object, data.Transaction], Decimal]


@dataclass(slots=True)
class VatLegs:
    """What a transaction does to vat-pending accounts. Amounts that lower what is pending are positive.

    Attributes:
        entry: The transaction.
        transferred: By rate, what has a leg on vat-collected against it; all of it in an entry with ``vat-due:``.
        lost: By rate, the rest: the VAT of an escompte or a loss.
        postings: The postings on vat-pending accounts, each with its rate.
        claimed: Whether a sale accounts for what is lost.
    """

    entry: data.Transaction
    transferred: ByRate
    lost: ByRate
    postings: list[data.Posting]
    rates: list[Decimal]
    claimed: bool = False

    def strays(self) -> Iterator[Stray]:
        """Yield the postings whose rate has an amount that nothing accounts for, one a rate."""
        told = set()
        for posting, rate in zip(self.postings, self.rates, strict=True):
            if self.lost.get(rate) and rate not in told:
                told.add(rate)
                yield Stray(rate, -self.lost[rate], posting, self.entry)


def read_vat_legs(entry: data.Transaction, roles: Roles, rate_of: RateOf) -> VatLegs | None:
    """Read the VAT legs of a transaction; None when none is on a vat-pending account."""
    pending: ByRate = {}
    collected: ByRate = {}
    postings, rates = [], []
    for posting in entry.postings:
        role = roles.of(posting.account)
        if role.name not in ("vat-pending", "vat-collected") or not isinstance(posting.units, Amount):
            continue
        amount = posting.units.number
        if amount is None:
            continue
        meta = posting.meta or {}
        rate = rate_of(meta.get("vat", role.vat), entry)
        side = pending if role.name == "vat-pending" else collected
        side[rate] = side.get(rate, ZERO) + amount
        if side is pending:
            postings.append(posting)
            rates.append(rate)
    if not postings:
        return None
    transferred: ByRate = {}
    lost: ByRate = {}
    for rate, amount in pending.items():
        moved = amount if "vat-due" in entry.meta else _paired(amount, collected.get(rate, ZERO))
        transferred[rate], lost[rate] = moved, amount - moved
    return VatLegs(entry, transferred, lost, postings, rates)


def _paired(pending: Decimal, collected: Decimal) -> Decimal:
    """Return how much of a pending leg has a collected leg against it."""
    if pending > 0 > collected:
        return min(pending, -collected)
    if pending < 0 < collected:
        return max(pending, -collected)
    return ZERO
