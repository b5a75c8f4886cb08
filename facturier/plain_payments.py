"""Plain payments: most invoices are settled by nothing else, and a rule has nothing to say of those.

A payment is plain when its only posting on a client's account names one invoice of that client, in its
currency, on or after its day, and takes no more than what is left of it. What is settled by plain payments
alone cannot break a rule on settling; the open-item kernel is asked about the rest, each time books are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from beancount.core import data
from beancount.core.amount import Amount

from facturier.documents import Document
from facturier.money import ZERO
from facturier.open_items import Settlements
from facturier.roles import OWED, Roles
from facturier.settlement_reader import read_settlements


def unusual_settlements(
    documents: Sequence[Document],
    settling: Sequence[data.Transaction],
    roles: Roles,
    client_accounts: Mapping[str, str],
) -> Settlements:
    """Read the items and operations of the books as ``read_settlements`` does, without what is plain.

    Its faults are those of the whole; items that only plain payments settle are not in it.
    """
    paying = _PlainPayments(documents, roles, client_accounts)
    numbered = [(paying.settled_by(entry), entry) for entry in settling]
    invoices, touched = paying.invoices, paying.touched
    return read_settlements(
        [document for document in documents if document.number not in invoices or document.number in touched],
        [entry for number, entry in numbered if not number or number in touched],
        roles,
        client_accounts,
    )


class _PlainPayments:
    """The plain payments while they are being told from the rest.

    Attributes:
        invoices: By number, what plain payments can settle: the invoices with one amount owed.
        touched: The numbers that something else than plain payments may concern.
    """

    def __init__(self, documents: Iterable[Document], roles: Roles, client_accounts: Mapping[str, str]) -> None:
        self.invoices: dict[str, Document] = {}
        self.touched: set[str] = set()
        self._left: dict[str, Decimal] = {}
        self._role_of = roles.of
        self._client_accounts = client_accounts
        for document in documents:
            self._add(document)

    def _add(self, document: Document) -> None:
        number, instalments = document.number, document.instalments
        for instalment in instalments:
            if instalment.settles:
                self.touched.update((number, *instalment.settles.split()))
        if number in self.invoices:
            self.touched.add(number)
        elif number and len(instalments) == 1 and instalments[0].amount > ZERO:
            self.invoices[number] = document

    def settled_by(self, entry: data.Transaction) -> str:
        """Return the number of the invoice that a transaction settles plainly; "" where it does not."""
        role_of = self._role_of
        paying: data.Posting | None = None
        for posting in entry.postings:
            if role_of(posting.account).name in OWED:
                if paying is not None:
                    self.touched.update(_names(entry))
                    return ""
                paying = posting
        if paying is None:
            return ""
        number = self._counted(entry, paying)
        if not number:
            self.touched.update(_names(entry))
        return number

    def _counted(self, entry: data.Transaction, paying: data.Posting) -> str:
        """Count a payment if it is plain, and return the number of its invoice then; else ""."""
        units, shared = paying.units, entry.meta
        meta = paying.meta or shared
        settles = meta.get("settles") or shared.get("settles")
        if not isinstance(settles, str):
            return ""
        invoice = self.invoices.get(settles)
        if invoice is None or not isinstance(units, Amount) or units.number is None or "opens" in meta:
            return ""
        before = self._left.get(settles)
        if before is None:
            before = invoice.instalments[0].amount
        left = before + units.number
        if units.currency != invoice.currency or entry.date < invoice.date or not ZERO <= left < before:
            return ""
        client = meta.get("client") or self._client_accounts.get(paying.account) or shared.get("client")
        if client and invoice.client is not None and client != invoice.client.id:
            return ""
        self._left[settles] = left
        return settles


def _names(entry: data.Transaction) -> Iterable[str]:
    """Yield all that a transaction may name a document by."""
    yield from entry.links or ()
    for meta in (entry.meta, *(posting.meta for posting in entry.postings)):
        settles = meta.get("settles") if meta else None
        if isinstance(settles, str):
            yield from settles.split()
