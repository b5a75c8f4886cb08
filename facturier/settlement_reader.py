"""Reading what settles: the postings on receivable accounts of transactions that are no documents.

2026-12-03 * "MARTIN BATIMENT" "VIR F2026-0042"
  Assets:Banque:Qonto            765.00 EUR
  Assets:Clients:Martin         -765.00 EUR
    settles: "F2026-0042"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from beancount.core import data
from beancount.core.amount import Amount

from facturier.directives.reading import POSTING, TRANSACTION, checked
from facturier.documents import Document
from facturier.open_items import Item, Movement
from facturier.roles import OWED, Roles
from facturier.violations import Violation


class Owed(NamedTuple):
    """What documents make clients owe, and what settles it."""

    items: tuple[Item, ...]
    movements: tuple[Movement, ...]


def read_owed(
    documents: Iterable[Document],
    settling: Iterable[data.Transaction],
    roles: Roles,
    client_accounts: Mapping[str, str],
) -> Owed:
    """Read the items and the movements of the books.

    Args:
        documents: The documents on the books.
        settling: The other transactions, of which some touch receivable accounts.
        roles: What the accounts mean.
        client_accounts: The client of each account that belongs to one.
    """
    items: list[Item] = []
    movements: list[Movement] = []
    for document in documents:
        items += _items_of(document)
        movements += _moved_by(document)
    for entry in settling:
        for found in _settled_by(entry, roles, client_accounts):
            if isinstance(found, Item):
                items.append(found)
            else:
                movements.append(found)
    return Owed(tuple(items), tuple(movements))


def _items_of(document: Document) -> Iterator[Item]:
    client = document.client.id if document.client else ""
    for owed in document.instalments:
        yield Item(
            owed.id,
            document.number,
            client,
            owed.account,
            owed.role,
            document.currency,
            owed.amount,
            document.date,
            owed.due if owed.due is not None else document.due,
            owed.meta,
        )


def _moved_by(document: Document) -> Iterator[Movement]:
    """A document's own leg with ``settles:`` moves that amount from it to the other."""
    client = document.client.id if document.client else ""
    for owed in document.instalments:
        if owed.settles:
            yield Movement(
                document.date,
                owed.amount,
                document.currency,
                client,
                tuple(owed.settles.split()),
                frozenset(),
                owed.id,
                owed.account,
                owed.meta,
                document.entry,
            )


def _settled_by(entry: data.Transaction, roles: Roles, client_accounts: Mapping[str, str]) -> Iterator[Item | Movement]:
    values = checked(entry.meta, TRANSACTION, _reported_before, entry)
    for posting in entry.postings:
        role = roles.of(posting.account).name
        units = posting.units
        if role not in OWED or not isinstance(units, Amount) or units.number is None:
            continue
        meta = checked(posting.meta, POSTING, _reported_before, entry)
        client = meta.get("client") or values.get("client") or client_accounts.get(posting.account, "")
        place = posting.meta or entry.meta
        opens = meta.get("opens")
        if opens is not None:
            issued = meta.get("issued", entry.date)
            due = meta.get("due")
            yield Item(opens, opens, client, posting.account, role, units.currency, units.number, issued, due, place)
            continue
        settles = meta.get("settles") or values.get("settles") or ""
        yield Movement(
            entry.date,
            units.number,
            units.currency,
            client,
            tuple(settles.split()),
            entry.links or frozenset(),
            "",
            posting.account,
            place,
            entry,
        )


def _reported_before(_: Violation) -> None:
    """The faults of these keys were reported when the books were read."""
