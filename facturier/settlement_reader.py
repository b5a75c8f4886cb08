"""Reading what is owed and what settles it: the items and operations of the open-item kernel.

2026-12-03 * "MARTIN BATIMENT" "VIR F2026-0042"
  Assets:Banque:Qonto            765.00 EUR
  Assets:Clients:Martin         -765.00 EUR
    settles: "F2026-0042"
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from beancount.core import data
from beancount.core.amount import Amount

from facturier.directives.reading import POSTING, checked
from facturier.documents import Document
from facturier.money import ZERO
from facturier.open_items import Item, Movement, Operation, Settlements
from facturier.open_items.natures import BY_DOCUMENT, Leg, shares_of
from facturier.roles import OWED, Roles
from facturier.violations import Violation

_NO_LINKS: frozenset[str] = frozenset()
_NOTHING: Mapping[str, Any] = {}
_PLACE_KEYS = len(("filename", "lineno"))


def read_settlements(
    documents: Iterable[Document],
    settling: Iterable[data.Transaction],
    roles: Roles,
    client_accounts: Mapping[str, str],
) -> Settlements:
    """Read the items and the operations of the books, and settle them.

    Args:
        documents: The documents on the books.
        settling: The other transactions, of which some touch receivable accounts.
        roles: What the accounts mean.
        client_accounts: The client of each account that belongs to one.
    """
    with _no_collections():
        reading = _Reading(roles, client_accounts)
        for document in documents:
            reading.add_document(document)
        for entry in settling:
            reading.add_transaction(entry)
        return Settlements(reading.items, reading.operations)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep Python's garbage collector away: all that is made here stays, and none of it is in a circle.

    Otherwise these new objects make it walk through all entries of the ledger, which takes longer than the work.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Reading:
    """The items and operations while they are being read."""

    def __init__(self, roles: Roles, client_accounts: Mapping[str, str]) -> None:
        self.role_of = roles.of
        self.client_accounts = client_accounts
        self.items: list[Item] = []
        self.operations: list[Operation] = []
        self._ids: dict[str, int] = {}

    def add_document(self, document: Document) -> None:
        """Add what a document makes its client owe, and what its legs with ``settles:`` move to others."""
        instalments = document.instalments
        if not instalments:
            return
        client = document.client.id if document.client else ""
        day, entry, number = document.date, document.entry, document.number
        for name, account, role, amount, due, settles, meta in instalments:
            own = self._own_id(name)
            if due is None:
                due = document.due
            self.items.append(
                Item(own, number, client, account, role, document.currency, amount, day, due, meta, day, entry)
            )
            if settles:
                movement = Movement(
                    day, amount, document.currency, client, tuple(settles.split()), _NO_LINKS, own, account, meta, entry
                )
                self.operations.append(Operation(day, (movement,), BY_DOCUMENT))

    def _own_id(self, name: str) -> str:
        """Return the id of an item: its name, with a rank where a number was given twice."""
        if name not in self._ids:
            self._ids[name] = 1
            return name
        own = name
        while own in self._ids:
            self._ids[name] += 1
            own = f"{name} ({self._ids[name]})"
        self._ids[own] = 1
        return own

    def add_transaction(self, entry: data.Transaction) -> None:
        """Add a transaction that is no document: what it takes over, and what it settles."""
        movements: list[Movement] = []
        others: list[Leg] = []
        role_of = self.role_of
        day, shared = entry.date, entry.meta
        # Most payments have no key of their own: nothing to look up for each posting.
        of_entry = _NOTHING if len(shared) == _PLACE_KEYS else shared
        for posting in entry.postings:
            account, units, _, _, _, meta = posting
            role = role_of(account).name
            if role not in OWED:
                others.append((role, posting))
                continue
            if not isinstance(units, Amount) or units.number is None:
                continue
            meta = meta or shared
            client = meta.get("client") or self.client_accounts.get(account) or of_entry.get("client") or ""
            settles = meta.get("settles") or of_entry.get("settles") or ""
            # What is no text was reported when the books were read.
            if not isinstance(client, str):
                client = self.client_accounts.get(account, "")
            names = tuple(settles.split()) if isinstance(settles, str) else ()
            if "opens" in meta and isinstance(meta["opens"], str):
                self.items.append(self._taken_over(entry, posting, role, client, meta))
                continue
            links = entry.links or _NO_LINKS
            movements.append(
                Movement(day, units.number, units.currency, client, names, links, "", account, meta, entry)
            )
        if movements:
            self.operations.append(Operation(day, tuple(movements), shares_of(others)))

    def _taken_over(
        self, entry: data.Transaction, posting: data.Posting, role: str, client: str, meta: Mapping[str, Any]
    ) -> Item:
        """Return an unpaid document of another program; it counts from the day it was taken over."""
        values = checked(meta, POSTING, _reported_before, entry)
        number, currency = posting.units or (ZERO, "")
        name, due, issued = meta["opens"], values.get("due"), values.get("issued", entry.date)
        own = self._own_id(name)
        return Item(
            own, name, client, posting.account, role, currency, number or ZERO, issued, due, meta, entry.date, entry
        )


def _reported_before(_: Violation) -> None:
    """The faults of these keys were reported when the books were read."""
