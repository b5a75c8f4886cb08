"""Which ledger account a bank account is, and where lines go that concern no client.

    2026-01-01 open Assets:Banque:Qonto EUR
      iban: "FR7630006000011234567890189"

A business with one bank account need not write it twice: the seller's ``iban:`` serves.
"""

from __future__ import annotations

from collections.abc import Iterable

from beancount.core import data

from facturier.books import Books
from facturier.messages import Message, message
from facturier.statements.errors import StatementError
from facturier.statements.line import Statement


def bank_account(statement: Statement, books: Books, entries: Iterable[data.Directive]) -> str:
    """Return the ledger account of a statement.

    It is the account of role ``bank`` whose ``iban:`` is the statement's; else, where the
    statement is of the seller's own ``iban:``, the only account of role ``bank``.

    Raises:
        StatementError: If there is none or more than one, with the lines to write.
    """
    iban = statement.account
    stated = [
        account
        for account, meta in books.accounts.items()
        if _compact(str(meta.get("iban", ""))) == iban and books.roles.of(account).name == "bank"
    ]
    if len(stated) == 1:
        return stated[0]
    if len(stated) > 1:
        raise _fault(statement, message(
            'Several bank accounts have the iban "{iban}": {accounts}. Leave it on one of them.',
            iban=iban, accounts=", ".join(sorted(stated))))  # fmt: skip
    banks = [account for account in opened(entries) if books.roles.of(account).name == "bank"]
    free = [account for account in banks if not books.accounts.get(account, {}).get("iban")]
    ours = {_compact(seller.iban) for name in books.sellers if (seller := books.sellers.latest(name)) is not None}
    if iban in ours and len(free) == 1:
        return free[0]
    if not banks:
        found = message(
            'No account of the books is a bank account; write: 2026-01-01 custom "role" "bank" Assets:Banque'
        )
        raise _fault(statement, found)
    raise _fault(statement, message(
        'No bank account of the books has the iban {iban}; write below its open directive ({accounts}): iban: "{iban}"',
        iban=iban, accounts=", ".join(sorted(free or banks))))  # fmt: skip


def other_account(named: str | None, statement: Statement, books: Books, entries: Iterable[data.Directive]) -> str:
    """Return the account where lines wait that concern no client.

    Args:
        named: The account the user named; None for the first opened one of role ``clearing``.
        statement: The statement in need of it, for the message.
        books: The books, for the roles.
        entries: Their entries, for the accounts.

    Raises:
        StatementError: If there is none or it is not open, with what to type.
    """
    accounts = opened(entries)
    if named is not None:
        if named in accounts:
            return named
        raise _fault(statement, message("The account {account} is not open; open it, or name another.", account=named))
    for account in accounts:
        if books.roles.of(account).name == "clearing":
            return account
    found = message(
        "Where should lines go that concern no client? Name an account with --other ACCOUNT, or give one the role "
        '"clearing": 2026-01-01 custom "role" "clearing" Assets:Paiements'
    )
    raise _fault(statement, found)


def opened(entries: Iterable[data.Directive]) -> list[str]:
    """Return the accounts that are open at the end of the books, in the order they were opened."""
    accounts: dict[str, None] = {}
    for entry in entries:
        if isinstance(entry, data.Open):
            accounts[entry.account] = None
        elif isinstance(entry, data.Close):
            accounts.pop(entry.account, None)
    return list(accounts)


def _compact(iban: str) -> str:
    return "".join(iban.split()).upper()


def _fault(statement: Statement, fault: Message) -> StatementError:
    return StatementError(statement.file, 0, fault)
