"""Bank lines become transactions; what the books already hold is left out.

A line that pays exactly one open document::

    2026-11-05 * "MARTIN BATIMENT SAS" "VIR F2026-0042"
      bank-ref: "BQ2611050001"
      bank-line: "9c2f0b1e64ad77c3#1"
      value-date: 2026-11-06
      counterparty-iban: "FR7612345987650123456789014"
      Assets:Banque:Qonto     1506.00 EUR
      Assets:Clients:Martin  -1506.00 EUR
        settles: "F2026-0042"

A credit of a known client that names no such document is booked on account: the same legs
without ``settles:``. Every other line is booked with flag ``!`` against the account named
with ``--other``, by default the first one of role ``clearing``: a balance-sheet account, so
that nothing reaches profit or a client's balance before someone has looked. A collective
line whose payments add up has one leg for each of them.

Pending lines are never booked. After the lines of a statement comes a ``balance`` on the
day after its closing date, where the books will then agree with the bank; where they will
not, both figures are told instead of writing an assertion that fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from beancount.core import data

from facturier.books import Books
from facturier.messages import Message, message
from facturier.statements.accounts import bank_account, other_account
from facturier.statements.balances import balance_assertion, balance_before, stated_balance
from facturier.statements.keys import BANK_LINE, line_keys
from facturier.statements.known import How, Twin, twins
from facturier.statements.line import Kind, Remark, Statement, StatementLine, balance_difference
from facturier.statements.matching import Match, Matcher, Outcome
from facturier.statements.notifications import notified_lines, with_details
from facturier.statements.transactions import plain_transaction, with_legs
from facturier.violations import Place


class ImportedLine(NamedTuple):
    """What became of one booked line.

    Attributes:
        line: The line of the bank file.
        file: The file it is in.
        entry: Its transaction; with the bank leg only where ``twin`` stands for it.
        matches: What each of its payments pays; none where ``twin`` stands for it.
        twin: The transaction the books already have for it; None for a new one.
    """

    line: StatementLine
    file: str
    entry: data.Transaction
    matches: tuple[Match, ...]
    twin: Twin | None


class FileRemark(NamedTuple):
    """Something a user should know, with its file."""

    file: str
    remark: Remark


@dataclass(slots=True)
class Imported:
    """The outcome of an import: what to write, what became of each line, what to tell."""

    lines: list[ImportedLine] = field(default_factory=list)
    balances: list[data.Balance] = field(default_factory=list)
    remarks: list[FileRemark] = field(default_factory=list)

    @property
    def new(self) -> list[data.Transaction]:
        """The transactions to write."""
        return [one.entry for one in self.lines if one.twin is None]

    @property
    def entries(self) -> list[data.Directive]:
        """All that is to be written, in the order of a ledger."""
        written: list[data.Directive] = [*self.new, *self.balances]
        return sorted(written, key=lambda entry: (entry.date, isinstance(entry, data.Transaction)))


def import_statements(
    statements: Sequence[Statement],
    books: Books,
    existing: Sequence[data.Directive],
    other: str | None = None,
) -> Imported:
    """Turn statements into entries for the books.

    Args:
        statements: Of one or several files, in any order; notifications only add details.
        books: The books as they are.
        existing: The entries the books were read from.
        other: The account for lines that concern no client; None for the first of role ``clearing``.

    Raises:
        StatementError: If a bank account is not in the books, or no account is there for other lines.
    """
    run = _Run(books, list(existing), Matcher(books), other, Imported())
    notified = notified_lines(statements)
    for group in _files(statements):
        run.add_file(group, notified)
    for statement in statements:
        run.add_balance(statement)
    return run.result


@dataclass(slots=True)
class _Run:
    """One import: what is held grows with what it adds, so that a second file is compared with the first."""

    books: Books
    held: list[data.Directive]
    matcher: Matcher
    other: str | None
    result: Imported
    checked_other: str = ""

    def add_file(self, group: Sequence[Statement], notified: dict[tuple[str, str], StatementLine]) -> None:
        """Add the lines of one file. Their keys are those of the file alone, whatever notifications add."""
        keys = iter(line_keys(line for statement in group for line in statement.booked))
        plain: list[tuple[Statement, StatementLine, data.Transaction]] = []
        for statement in group:
            keyed = [(line, next(keys)) for line in statement.booked]
            self.result.remarks += [FileRemark(statement.file, remark) for remark in statement.remarks]
            if statement.kind is Kind.NOTIFICATION:
                self._remark_notification(statement)
                continue
            account = bank_account(statement, self.books, self.held)
            for line, key in keyed:
                full = with_details(line, notified)
                plain.append((statement, full, plain_transaction(full, key, account, statement.file)))
        known = twins([entry for _, _, entry in plain], self.held)
        for position, (statement, line, entry) in enumerate(plain):
            twin = known.get(position)
            matches: tuple[Match, ...] = ()
            if twin is None:
                matches = self.matcher.match_line(line)
                waiting = any(match.outcome is Outcome.OTHER for match in matches)
                other = self._other(statement) if waiting else ""
                entry = with_legs(entry, line.payments, matches, self.matcher, other)
                self.held.append(entry)
            elif twin.how is How.UNCLEAR:
                self._remark_unclear(line, statement.file, entry, twin)
            self.result.lines.append(ImportedLine(line, statement.file, entry, matches, twin))

    def add_balance(self, statement: Statement) -> None:
        """Assert the closing balance if the books now agree with it; tell both figures if they do not."""
        if statement.kind is Kind.NOTIFICATION:
            return
        difference = balance_difference(statement)
        if difference:
            found = message(
                "The statement {id} does not add up: its closing balance is {difference} {currency} off "
                "its opening balance and its lines.",
                id=statement.id,
                difference=difference,
                currency=statement.currency,
            )
            self._remark(statement, found)
        assertion = balance_assertion(statement, bank_account(statement, self.books, self.held))
        if assertion is None:
            return
        stated = stated_balance(assertion, self.held)
        held = balance_before(assertion, self.held)
        if stated is None and held == assertion.amount.number:
            self.result.balances.append(assertion)
            self.held.append(assertion)
        elif held != assertion.amount.number:
            found = message(
                "{account}: at the end of {date} the bank has {bank} {currency}, the books {books}; "
                "no balance directive is written.",
                account=assertion.account,
                date=statement.closing.date if statement.closing else "",
                bank=assertion.amount.number,
                currency=assertion.amount.currency,
                books=held,
            )
            self._remark(statement, found)

    def _other(self, statement: Statement) -> str:
        """Return the account for other lines; it is asked for only when there is such a line."""
        if not self.checked_other:
            self.checked_other = other_account(self.other, statement, self.books, self.held)
        return self.checked_other

    def _remark_unclear(self, line: StatementLine, file: str, entry: data.Transaction, twin: Twin) -> None:
        """Say of a line that may be in the books what to write in either case."""
        found = message(
            "{amount} {currency} of {date} may be the movement at {place}, read from a file of another format; "
            "it is not booked. If it is the same, give that one's bank-line: this second key, after a blank: {key}. "
            'If it is another, enter it by hand with bank-line: "{key}".',
            amount=line.amount,
            currency=line.currency,
            date=line.booking_date,
            place=Place.of(twin.entry.meta),
            key=entry.meta[BANK_LINE],
        )
        self.result.remarks.append(FileRemark(file, Remark(line.line, found)))

    def _remark(self, statement: Statement, found: Message) -> None:
        self.result.remarks.append(FileRemark(statement.file, Remark(0, found)))

    def _remark_notification(self, statement: Statement) -> None:
        self._remark(
            statement,
            message("A notification (camt.054) books nothing: it adds details to a statement imported with it."),
        )


def _files(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Group statements by file, the earliest first.

    Doubles are counted within a file, known lines are looked for across files; and the
    earlier payment of two is the one that pays a document.
    """
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(statement.file, []).append(statement)
    return sorted(groups.values(), key=_first_day)


def _first_day(group: Sequence[Statement]) -> date:
    return min((line.booking_date for statement in group for line in statement.booked), default=date.max)
