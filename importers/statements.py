"""beangulp importers for bank statements: thin shells over ``facturier.statements``.

    from facturier.importers import StatementImporter, match_invoices

    CONFIG = [StatementImporter("Assets:Banque:Qonto", iban="FR76 3000 6000 0112 3456 7890 189")]
    HOOKS = [match_invoices]

``StatementImporter`` reads every format that is known here; ``CamtImporter`` and
``Cfonb120Importer`` leave files of other formats to other importers.

They give out one plain transaction per booked line, with its bank leg and its key, then the
closing balance; the hook finds what each line pays. Transactions the ledger already holds
are marked as duplicates, exactly by their key, never by resemblance of amounts.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import beangulp
from beancount.core import data
from beangulp.exceptions import Error
from beangulp.extract import DUPLICATE

from facturier.statements.balances import balance_assertion, stated_balance
from facturier.statements.errors import StatementError
from facturier.statements.identify import Format, identify, read_statements
from facturier.statements.keys import line_keys
from facturier.statements.known import twins
from facturier.statements.line import Kind, Statement, StatementLine
from facturier.statements.transactions import plain_transaction


class StatementImporter(beangulp.Importer):
    """Imports the statements of one bank account, whatever their format.

    Args:
        account: The ledger account of the bank account.
        iban: Its IBAN; files of other accounts are left to other importers.
    """

    formats = frozenset(Format)

    def __init__(self, account: str, iban: str) -> None:
        self._account = account
        self._iban = "".join(iban.split()).upper()

    @property
    def name(self) -> str:
        """The importer's name, different for each account so that Fava can tell them apart."""
        return f"{type(self).__name__}({self._account})"

    def identify(self, filepath: str) -> bool:
        """Whether a file is of a format read here and has a statement of this account; a damaged one of it counts."""
        path = Path(filepath)
        try:
            known = identify(path)
        except StatementError:
            return False
        if known not in self.formats:
            return False
        try:
            return any(True for _ in self._statements(filepath))
        except StatementError:
            # It is said what is wrong with it when it is extracted, rather than passed over in silence.
            # CFONB files have bank, branch and number apart; the number stands at this place of a French IBAN.
            number = self._iban[14:25] if known is Format.CFONB120 else self._iban
            return number.encode() in b"".join(path.read_bytes().split())

    def account(self, filepath: str) -> data.Account:  # noqa: ARG002 - beangulp's signature
        """The ledger account."""
        return self._account

    def date(self, filepath: str) -> datetime.date | None:
        """The last day of the statements, for archiving."""
        statements = list(self._statements(filepath))
        closings = [statement.closing.date for statement in statements if statement.closing is not None]
        booked = [line.booking_date for statement in statements for line in statement.booked]
        return max(closings or booked, default=None)

    def lines(self, filepath: str) -> dict[str, StatementLine]:
        """Return the booked lines of a file by their key, for hooks that need more than the transaction says."""
        return dict(self._keyed(filepath))

    def extract(self, filepath: str, existing: data.Directives) -> data.Directives:  # noqa: ARG002 - beangulp's
        """Return a plain transaction per booked line and the closing balance of each statement.

        Raises:
            beangulp.exceptions.Error: If the file cannot be read, with its line and the reason.
        """
        try:
            entries: data.Directives = [
                plain_transaction(line, key, self._account, filepath) for key, line in self._keyed(filepath)
            ]
            balances = [balance_assertion(statement, self._account) for statement in self._statements(filepath)]
        except StatementError as error:
            raise Error(str(error)) from error
        # Statements of one day repeat its balance; the last word counts.
        by_day = {balance.date: balance for balance in balances if balance is not None}
        return [*entries, *by_day.values()]

    def deduplicate(self, entries: data.Directives, existing: data.Directives) -> None:
        """Mark what the ledger holds, by key; lines typed by hand are paired one to one."""
        transactions = [entry for entry in entries if isinstance(entry, data.Transaction)]
        for position, twin in twins(transactions, existing).items():
            transactions[position].meta[DUPLICATE] = twin.entry
        for entry in entries:
            if isinstance(entry, data.Balance) and stated_balance(entry, existing) == entry.amount.number:
                entry.meta[DUPLICATE] = True

    def _statements(self, filepath: str) -> Iterator[Statement]:
        for statement in _read(filepath, Path(filepath).stat().st_mtime_ns):
            if statement.account == self._iban and statement.kind is not Kind.NOTIFICATION:
                yield statement

    def _keyed(self, filepath: str) -> Iterator[tuple[str, StatementLine]]:
        lines = [line for statement in self._statements(filepath) for line in statement.booked]
        return zip(line_keys(lines), lines, strict=True)


class CamtImporter(StatementImporter):
    """Imports camt.052 and camt.053 files of one bank account."""

    formats = frozenset({Format.CAMT})


class Cfonb120Importer(StatementImporter):
    """Imports CFONB 120 files of one bank account."""

    formats = frozenset({Format.CFONB120})


@lru_cache(maxsize=4)  # beangulp and Fava ask for account, date and entries one after the other
def _read(filepath: str, changed: int) -> tuple[Statement, ...]:  # noqa: ARG001 - part of the cache's key
    return read_statements(Path(filepath))
