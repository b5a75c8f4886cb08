"""Roles: which accounts mean what. Nothing is guessed from names.

    2026-01-01 custom "role" "receivable" Assets:Clients

A role covers the account and all below it; the nearest directive above an account wins.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

# Legs that a client owes: the items of open_items.
OWED = frozenset({"receivable", "doubtful", "retention", "bills"})
# Legs that are money, or on its way.
MONEY = frozenset({"bank", "cash", "cheques", "clearing"})
VAT_DUE = frozenset({"vat-collected", "vat-pending"})


class Role(NamedTuple):
    """What an account means.

    Attributes:
        name: The role, or "" for an account of none.
        vat: The rate or treatment it is reserved for, or None.
        income: Whether it is an income account, on which a posting of a document is a line.
    """

    name: str
    vat: Decimal | str | None
    income: bool


class _ByAccount(dict[str, Role]):
    """The role of each account asked for; looked up once, read without a call after that."""

    def __init__(self, find: Callable[[str], Role]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, account: str) -> Role:
        role = self[account] = self._find(account)
        return role


class Roles:
    """The roles of all accounts, by the nearest directive above each.

    Attributes:
        of: Returns the role of an account. It is asked for every posting of the books.
    """

    def __init__(self, income_root: str = "Income") -> None:
        self._stated: dict[str, tuple[str, Decimal | str | None]] = {}
        self._known = _ByAccount(self._find)
        self.of: Callable[[str], Role] = self._known.__getitem__
        self._income = f"{income_root}:"

    def state(self, account: str, role: str, vat: Decimal | str | None = None) -> None:
        """Add what a ``role`` directive says."""
        self._stated[account] = (role, vat)
        self._known.clear()

    def accounts(self, role: str, vat: Decimal | str | None = None) -> list[str]:
        """Return the accounts that a role was given to; with a rate, those for it before those for any."""
        stated = [(account, only) for account, (name, only) in self._stated.items() if name == role]
        if vat is None:
            return [account for account, _ in stated]
        exact = [account for account, only in stated if only is not None and only == vat]
        return exact or [account for account, only in stated if only is None]

    def stated_on(self, account: str) -> str | None:
        """Return the role given to this very account, or None."""
        found = self._stated.get(account)
        return found[0] if found else None

    def _find(self, account: str) -> Role:
        name, vat = "", None
        above = account
        while above:
            if above in self._stated:
                name, vat = self._stated[above]
                break
            above = above.rpartition(":")[0]
        income = account.startswith(self._income) and name not in ("fx", "fx-gain", "rounding", "rounding-gain")
        return Role(name, vat, income)
