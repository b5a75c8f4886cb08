"""Entries about what clients owe: payments, losses, refunds, reallocations, as ledger text with all legs.

    owed = Owed(books, day)
    accounts = OpenAccounts(books, entries, day)
    entry = pay(owed, accounts, Payment(names=("F2026-0042",), account="Assets:Banque:Qonto"))
    entry.text      what to write
    entry.twin(books)   where the books hold the same already

Nothing is written here, and nothing is guessed: what cannot be booked as it was said is a
``PaymentRefusedError`` with the line of the ledger that stands against it; what is booked already a
``NothingToDoError``.
"""

from __future__ import annotations

from facturier.payments.entry import Entry
from facturier.payments.faults import NothingToDoError, PaymentRefusedError
from facturier.payments.losses import make_doubtful, recover, write_off
from facturier.payments.money_accounts import ROLE_OF_METHOD, OpenAccounts
from facturier.payments.moving import Reallocation, reallocate
from facturier.payments.owed import Owed
from facturier.payments.paying import Payment, pay
from facturier.payments.returning import Refund, pay_back
from facturier.payments.sums import Sum, read_sum

__all__ = [
    "ROLE_OF_METHOD",
    "Entry",
    "NothingToDoError",
    "OpenAccounts",
    "Owed",
    "Payment",
    "PaymentRefusedError",
    "Reallocation",
    "Refund",
    "Sum",
    "make_doubtful",
    "pay",
    "pay_back",
    "read_sum",
    "reallocate",
    "recover",
    "write_off",
]
