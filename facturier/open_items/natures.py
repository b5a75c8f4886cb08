"""Natures: whether an operation was a payment, a discount, a loss, read from the roles of its other legs.

Bank, cash, cheques, clearing are payments, with the fees, rounding and exchange differences beside
them; escompte and bad-debt are not, and take the VAT beside them with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from beancount.core import data

from facturier.money import ZERO, half_up, smallest_unit, spread
from facturier.open_items.items import Nature, Shares
from facturier.roles import MONEY, VAT_DUE

_MONEY = MONEY | {"customer-credit"}
_BESIDE = frozenset({"fees", "rounding", "rounding-gain", "fx", "fx-gain"})
_LOWERED = {"escompte": Nature.ESCOMPTE, "bad-debt": Nature.BAD_DEBT}
PAID: Shares = ((Nature.PAYMENT, ZERO),)
BY_DOCUMENT: Shares = ((Nature.DOCUMENT, ZERO),)
UNTOLD: Shares = ((Nature.OTHER, ZERO),)


# The role and the posting of a leg that is not on a client's account.
Leg = tuple[str, data.Posting]


def shares_of(legs: Sequence[Leg]) -> Shares:
    """Return the natures of a transaction by its legs on other accounts than clients', payments first."""
    if len(legs) == 1 and legs[0][0] in _MONEY:
        return PAID
    roles = {role for role, _ in legs}
    if not roles.isdisjoint(_MONEY) and roles <= _MONEY | _BESIDE:
        return PAID
    if not legs:
        return ()
    return _weighed(legs, roles)


def _weighed(legs: Sequence[Leg], roles: Iterable[str]) -> Shares:
    """Weigh the natures of legs of several kinds; what goes the other way is taken off the payment."""
    beside = Nature.ADJUSTMENT if _MONEY.isdisjoint(roles) else Nature.PAYMENT
    lowered = next((_LOWERED[role] for role, _ in legs if role in _LOWERED), Nature.OTHER)
    weights: dict[Nature, Decimal] = {}
    for role, posting in legs:
        if role in _MONEY:
            nature = Nature.PAYMENT
        elif role in _BESIDE:
            nature = beside
        else:
            nature = _LOWERED.get(role) or (lowered if role in VAT_DUE else Nature.OTHER)
        weights[nature] = weights.get(nature, ZERO) + _weight(posting)
    whole = sum(weights.values(), ZERO)
    if not whole:
        return ()
    # What has the direction of the whole settles. Interest received with a payment, or a pair of VAT legs, does not.
    same = {nature: weight for nature, weight in weights.items() if weight * whole > 0}
    rest = whole - sum((weight for nature, weight in same.items() if nature is not Nature.PAYMENT), ZERO)
    if Nature.PAYMENT in same:
        if rest * whole > 0:
            same[Nature.PAYMENT] = rest
        else:
            del same[Nature.PAYMENT]
    if len(same) == 1:
        return ((next(iter(same)), ZERO),)
    return tuple(sorted(same.items(), key=lambda share: share[0] is not Nature.PAYMENT))


def _weight(posting: data.Posting) -> Decimal:
    """Return what a leg weighs, in the currency of the books where it has a price."""
    units, price = posting.units, posting.price
    if units is None or units.number is None:
        return ZERO
    if price is None or price.number is None:
        return units.number
    return half_up(units.number * price.number, smallest_unit(price.currency))


def split(parts: Sequence[Decimal], shares: Shares, currency: str) -> list[Shares]:
    """Split amounts by natures in proportion, so that each part and each nature adds up to the cent.

    Args:
        parts: The amounts that one operation counted, of one sign.
        shares: The natures of the operation; OTHER where there are none.
        currency: Of the amounts.
    """
    if len(shares) < 2:
        nature = shares[0][0] if shares else Nature.OTHER
        return [((nature, part),) for part in parts]
    whole, step = sum(parts, ZERO), smallest_unit(currency)
    left = list(parts)
    found: list[list[tuple[Nature, Decimal]]] = [[] for _ in parts]
    totals = spread(whole, [weight for _, weight in shares], step)
    for (nature, _), total in zip(shares[:-1], totals[:-1], strict=True):
        for index, part in enumerate(spread(total, parts, step)):
            found[index].append((nature, part))
            left[index] -= part
    for index, part in enumerate(left):
        found[index].append((shares[-1][0], part))
    return [tuple(share for share in one if share[1]) for one in found]


class Counted(Protocol):
    """An amount with its nature: a part of an item's history, or of the money on account."""

    @property
    def amount(self) -> Decimal: ...  # noqa: D102

    @property
    def nature(self) -> Nature: ...  # noqa: D102


def still_counted(history: Iterable[Counted], *, lowering: bool) -> list[tuple[Nature, Decimal]]:
    """Return what still stands of a history, in its order, without what was taken back later.

    Args:
        history: What was counted, in the order of time.
        lowering: Whether negative amounts are what was settled (an invoice), or positive ones (a credit note).
    """
    standing: list[tuple[Nature, Decimal]] = []
    for one in history:
        if one.nature is Nature.MOVED:
            continue
        amount = -one.amount if lowering else one.amount
        if amount > 0:
            standing.append((one.nature, amount))
        else:
            take_back(standing, -amount, one.nature)
    return standing


def take_back(
    standing: list[tuple[Nature, Decimal]], amount: Decimal, nature: Nature | None = None
) -> list[tuple[Nature, Decimal]]:
    """Take an amount off what stands, and return what was taken.

    What has that very amount goes first, then what has that nature, then the latest.
    """
    order = sorted(
        range(len(standing)),
        key=lambda index: (
            standing[index][1] == amount and nature in (None, standing[index][0]),
            standing[index][0] is nature,
            index,
        ),
        reverse=True,
    )
    taken = []
    for index in order:
        part = min(amount, standing[index][1])
        if not part:
            break
        found, before = standing[index]
        taken.append((found, part))
        standing[index] = (found, before - part)
        amount -= part
    standing[:] = [one for one in standing if one[1]]
    return taken
