"""Plain payments: most invoices are settled by nothing else, and a rule has nothing to say of those.

A payment is plain when its only posting on a client's account names one invoice of that client, in its
currency, on or after its day, and takes no more than what is left of it. What is settled by plain payments
alone cannot break a rule on settling; the open-item kernel is asked about the rest, each time books are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beancount.core import data
from beancount.core.amount import Amount

from facturier.documents import Document
from facturier.money import ZERO
from facturier.open_items import Settlements
from facturier.roles import OWED, Roles
from facturier.settlement_reader import read_settlements


@dataclass(slots=True)
class _Owed:
    """What an invoice with one amount owed still asks for, and the payments that were plain so far."""

    client: str
    currency: str
    day: date
    left: Decimal
    payments: list[data.Transaction] = field(default_factory=list)


def unusual_settlements(
    documents: Sequence[Document],
    settling: Sequence[data.Transaction],
    roles: Roles,
    client_accounts: Mapping[str, str],
) -> Settlements:
    """Read the items and operations of the books as ``read_settlements`` does, without what is plain.

    Its faults are those of the whole; items that only plain payments settle are not in it.
    """
    owed, touched = _owed(documents)
    for entry in settling:
        if not _count_plainly(entry, owed, roles, client_accounts):
            touched.update(_names(entry))
    plain = {id(payment) for number, one in owed.items() if number not in touched for payment in one.payments}
    return read_settlements(
        [document for document in documents if document.number not in owed or document.number in touched],
        [entry for entry in settling if id(entry) not in plain],
        roles,
        client_accounts,
    )


def _owed(documents: Iterable[Document]) -> tuple[dict[str, _Owed], set[str]]:
    """Return the invoices that plain payments can settle by number, and the numbers that are not plain already."""
    owed: dict[str, _Owed] = {}
    touched: set[str] = set()
    for document in documents:
        number, instalments = document.number, document.instalments
        for instalment in instalments:
            if instalment.settles:
                touched.update(instalment.settles.split())
        if number in owed:
            touched.add(number)
        elif len(instalments) == 1 and instalments[0].amount > 0:
            client = document.client
            owed[number] = _Owed(client.id if client else "", document.currency, document.date, instalments[0].amount)
            if instalments[0].settles:
                touched.add(number)
    return owed, touched


def _count_plainly(
    entry: data.Transaction, owed: Mapping[str, _Owed], roles: Roles, client_accounts: Mapping[str, str]
) -> bool:
    """Count a transaction if it is a plain payment, and tell whether it is, or concerns no client's account at all."""
    role_of = roles.of
    paying: data.Posting | None = None
    for posting in entry.postings:
        if role_of(posting.account).name in OWED:
            if paying is not None:
                return False
            paying = posting
    if paying is None:
        return True
    units, shared = paying.units, entry.meta
    meta = paying.meta or shared
    settles = meta.get("settles") or shared.get("settles")
    one = owed.get(settles) if isinstance(settles, str) else None
    if one is None or not isinstance(units, Amount) or units.number is None or "opens" in meta:
        return False
    left = one.left + units.number
    client = meta.get("client") or client_accounts.get(paying.account) or shared.get("client")
    is_theirs = client == one.client or not client or not one.client
    if not is_theirs or units.currency != one.currency or entry.date < one.day or not ZERO <= left < one.left:
        return False
    one.left = left
    one.payments.append(entry)
    return True


def _names(entry: data.Transaction) -> Iterable[str]:
    """Yield all that a transaction may name a document by."""
    yield from entry.links or ()
    for meta in (entry.meta, *(posting.meta for posting in entry.postings)):
        settles = meta.get("settles") if meta else None
        if isinstance(settles, str):
            yield from settles.split()
