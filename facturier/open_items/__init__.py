"""Open items: what each document still makes its client owe, as of any date.

*Items* are the receivable, doubtful, retention and bill legs of documents. A posting on such
an account with ``settles:`` lowers (a credit) or raises (a debit) the item it names; without
it, a transaction that is no document and links to exactly one open document settles that one;
all else is on account of its client, shown and never lost. Nothing about it is ever stored.

For reports, VAT on receipts and pages::

    books.settlements                  Settlements: all of it, computed once
        .items, .history, .settled     Item; Settled with its day, amount and nature
        .settled_of("F2026-0042")      what was counted towards a document, in the order of time
        .faults                        what could not be counted as written
    books.open_items(day)              OpenItems: the same at the end of a day
        .open(), .remaining[item.id]   what is left
        .balance("F2026-0042")
        .by_nature("F2026-0042")       paid, credited, written off…
        .on_account                    money that settles nothing yet
        .standing(item)                the accounts it stands on (doubtful, bills)
        .by_account()                  adds up to the accounts' balances
"""

from __future__ import annotations

from facturier.open_items.as_of import OpenItems, Settlements
from facturier.open_items.items import (
    Fault,
    FaultKind,
    Item,
    Movement,
    Nature,
    OnAccount,
    Operation,
    Settled,
    Shares,
)
from facturier.open_items.lasting import lasting

__all__ = [
    "Fault",
    "FaultKind",
    "Item",
    "Movement",
    "Nature",
    "OnAccount",
    "OpenItems",
    "Operation",
    "Settled",
    "Settlements",
    "Shares",
    "lasting",
]
