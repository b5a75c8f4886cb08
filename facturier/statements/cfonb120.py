"""The reader of CFONB 120 (AFB 120), the statement of French banks in records of 120 characters.

A file is a row of groups: an opening balance (01), movements (04) each with its complements
(05), a closing balance (07). It may hold several accounts, and an account one group a day;
each group is a statement here. Layout: the CFONB's brochure, "Relevé de compte sur support
informatique"; what banks send beside it is told where it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from facturier.messages import Message, message
from facturier.statements.cfonb120_entry import FORMAT, read_movement
from facturier.statements.cfonb120_record import CLOSING, COMPLEMENT, MOVEMENT, OPENING, Record, records
from facturier.statements.errors import StatementError
from facturier.statements.hardened_xml import source_name
from facturier.statements.line import Balance, Kind, Remark, Statement, StatementLine

__all__ = ["FORMAT", "read_cfonb120"]


@dataclass(slots=True)
class _Open:
    """The group being read: its opening record, then its movements with their complements."""

    record: Record
    account: str
    opening: Balance
    movements: list[tuple[Record, list[Record]]] = field(default_factory=list)


def read_cfonb120(source: Path | BinaryIO) -> tuple[Statement, ...]:
    """Read every statement of a CFONB 120 file, all of it or nothing.

    Raises:
        StatementError: If a record cannot be read or stands where it cannot; file, line and
            column are in the message.
    """
    statements: list[Statement] = []
    current: _Open | None = None
    for record in records(source):
        if record.code == OPENING:
            if current is not None:
                raise record.error(0, message(
                    "A new statement (record 01) begins before that of line {line} was closed (record 07).",
                    line=current.record.line))  # fmt: skip
            current = _Open(record, record.account(), _balance(record))
        elif current is None:
            raise record.error(0, _outside(record.code))
        elif not record.is_of_account(current.record):
            raise record.error(2, message(
                "This record is of account {account}, the statement it stands in (line {line}) of {other}.",
                account=record.account(), line=current.record.line, other=current.account))  # fmt: skip
        elif record.code == CLOSING:
            statements.append(_with_remarks(_statement(current, record, source_name(source)), statements))
            current = None
        else:
            _add(current, record)
    if current is not None:
        raise current.record.error(0, message(
            "The file ends before this statement is closed (record 07): download it again."))  # fmt: skip
    if not statements:
        raise StatementError(source_name(source), 0, message("The file holds no record: ask the bank for it again."))
    return tuple(statements)


def _outside(code: str) -> Message:
    match code:
        case "07":
            return message("A closing balance (record 07) without the opening one (01) before it.")
        case "05":
            return message("A complement (record 05) without a movement (04) before it.")
        case _:
            return message("A movement (record 04) outside a statement: no opening balance (01) before it.")


def _add(current: _Open, record: Record) -> None:
    if record.code == MOVEMENT:
        current.movements.append((record, []))
    elif record.code == COMPLEMENT and current.movements:
        current.movements[-1][1].append(record)
    else:
        raise record.error(0, _outside(record.code))


def _statement(current: _Open, closing: Record, name: str) -> Statement:
    balance = _balance(closing)
    identification = balance.date.isoformat()
    lines = tuple(
        read_movement(movement, complements, current.account, identification, rank)
        for rank, (movement, complements) in enumerate(current.movements, start=1)
    )
    return Statement(
        account=current.account,
        currency=current.opening.currency,
        # The format knows no other identification.
        id=identification,
        kind=Kind.STATEMENT,
        opening=current.opening,
        closing=balance,
        lines=lines,
        remarks=tuple(_foreign_lines(lines, current.opening.currency)),
        file=name,
    )


def _balance(record: Record) -> Balance:
    return Balance(record.amount(), record.currency, record.day(34))


def _foreign_lines(lines: tuple[StatementLine, ...], currency: str) -> list[Remark]:
    return [
        Remark(line.line, message(
            "This movement is in {other}, its account in {currency}.", other=line.currency, currency=currency))
        for line in lines
        if line.currency != currency
    ]  # fmt: skip


def _with_remarks(statement: Statement, before: list[Statement]) -> Statement:
    """Say where the opening balance is not what the account had when it was last closed in this file."""
    last = next((one for one in reversed(before) if one.account == statement.account), None)
    if last is None or last.closing is None or statement.opening is None:
        return statement
    if (last.closing.amount, last.closing.currency) == (statement.opening.amount, statement.opening.currency):
        return statement
    remark = Remark(0, message(
        "{account}: opens on {date} with {opening} {currency}, but closed on {before} with {closing}: "
        "days may be missing in between.",
        account=statement.account, date=statement.opening.date, opening=statement.opening.amount,
        currency=statement.currency, before=last.closing.date, closing=last.closing.amount))  # fmt: skip
    return replace(statement, remarks=(*statement.remarks, remark))
