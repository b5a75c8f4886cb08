"""The reader of ISO 20022 camt.052, camt.053 and camt.054, versions 01 to 14.

The container below the namespace tells what a file is, not its name and not its root:
envelopes without a namespace and roots in lower case occur. Entries are read and
forgotten one by one, so that memory stays flat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from facturier.messages import message
from facturier.statements.camt_entry import (
    Source,
    account_number,
    line_of,
    read_date,
    read_entry,
    signed_amount,
)
from facturier.statements.errors import StatementError, UnknownFormatError
from facturier.statements.hardened_xml import child, elements, local_name, namespace, source_name, text
from facturier.statements.line import Balance, Kind, Statement, StatementLine

# The container of each message, and the element that holds one statement in it.
CONTAINERS = {
    "BkToCstmrStmt": ("Stmt", Kind.STATEMENT),
    "BkToCstmrAcctRpt": ("Rpt", Kind.REPORT),
    "BkToCstmrDbtCdtNtfctn": ("Ntfctn", Kind.NOTIFICATION),
}
# What the reader is called for; all else it looks up from there.
TAGS = (*CONTAINERS, *(holder for holder, _ in CONTAINERS.values()), "Ntry")
_VERSION = re.compile(r"camt\.05[234]\.001\.([0-9]{2})", re.ASCII)
LAST_VERSION = 14


@dataclass(slots=True)
class _Open:
    """The statement being read."""

    source: Source
    kind: Kind
    currency: str
    lines: list[StatementLine]


def read_camt(source: Path | BinaryIO) -> tuple[Statement, ...]:
    """Read every statement of a camt file, all of it or nothing.

    Raises:
        StatementError: If the file cannot be read to its end, is no camt file, or holds
            no statement; file, line and column are in the message.
    """
    name = source_name(source)
    statements = tuple(_statements(elements(source, TAGS), name))
    if not statements:
        raise StatementError(name, 0, message("The camt file holds no statement: ask the bank for it again."))
    return statements


def container_kind(element: etree._Element, name: str) -> tuple[str, Kind] | None:
    """Return what a container holds, or None if the element is no camt container.

    Raises:
        UnknownFormatError: If it is a camt message of a version that is not known here.
    """
    found = CONTAINERS.get(local_name(element))
    if found is None:
        return None
    version = _VERSION.search(namespace(element))
    if version is not None and not 1 <= int(version[1]) <= LAST_VERSION:
        raise UnknownFormatError(
            name,
            line_of(element),
            message("The message is {version}; versions 01 to {last} are read.", version=version[0], last=LAST_VERSION),
        )
    return found


def _statements(events: Iterator[tuple[str, etree._Element]], name: str) -> Iterator[Statement]:
    holder, kind, found_container = "", Kind.STATEMENT, False
    current: _Open | None = None
    for event, element in events:
        tag = local_name(element)
        if event == "start":
            container = container_kind(element, name)
            if container is not None:
                holder, kind = container
                found_container = True
            continue
        if tag == "Ntry":
            statement = element.getparent()
            if statement is None or not _is_statement(statement, holder):
                continue
            if current is None:
                current = _open(statement, kind, name)
            current.lines.append(read_entry(element, len(current.lines) + 1, current.source))
            _forget(element)
        elif tag == holder and _is_statement(element, holder):
            yield _close(element, current or _open(element, kind, name))
            current = None
            _forget(element)
    if not found_container:
        raise UnknownFormatError(name, 0, message("This is XML, but no camt.052, camt.053 or camt.054 message."))


def _is_statement(element: etree._Element, holder: str) -> bool:
    """Whether an element is a statement in its container; supplementary data may imitate one."""
    parent = element.getparent()
    return local_name(element) == holder and parent is not None and local_name(parent) in CONTAINERS


def _forget(element: etree._Element) -> None:
    """Free an element that was read: its content, and its finished sibling before it.

    The element itself stays until the next one: the parser still holds on to it.
    """
    previous = element.getprevious()
    parent = element.getparent()
    if previous is not None and parent is not None and previous.tag == element.tag:
        parent.remove(previous)
    element.clear()


def _open(statement: etree._Element, kind: Kind, name: str) -> _Open:
    """Read the head of a statement: its account and its own date."""
    source = Source(name, "", text(statement, "Id"), None)
    account = child(statement, "Acct")
    source.account = account_number(child(account, "Id"))
    if not source.account:
        raise source.error(statement, message("The statement does not name its account (Acct/Id)."))
    source.fallback_date = _creation_date(statement, source)
    balance = child(statement, "Bal", "Amt")
    currency = text(account, "Ccy") or (balance.get("Ccy", "") if balance is not None else "")
    return _Open(source, kind, currency, [])


def _creation_date(statement: etree._Element, source: Source) -> date | None:
    for head in (statement, child(statement.getparent(), "GrpHdr")):
        written = text(head, "CreDtTm")
        if head is not None and written:
            try:
                return date.fromisoformat(written[:10])
            except ValueError:
                raise source.error(head, message("'{written}' is not a date.", written=written[:40])) from None
    return None


def _close(statement: etree._Element, current: _Open) -> Statement:
    """Read the balances and put the statement together."""
    source = current.source
    balances: dict[str, list[Balance]] = {}
    for element in statement.iterchildren("{*}Bal"):
        amount, currency = signed_amount(element, source)
        day = read_date(child(element, "Dt"), source) or source.fallback_date
        if day is not None:
            balances.setdefault(text(element, "Tp", "CdOrPrtry", "Cd"), []).append(Balance(amount, currency, day))
    opening = balances.get("OPBD") or balances.get("PRCD")
    closing = balances.get("CLBD")
    return Statement(
        account=source.account,
        currency=current.currency or (current.lines[0].currency if current.lines else ""),
        id=source.statement_id,
        kind=current.kind,
        opening=opening[0] if opening else None,
        # A statement cut into pages repeats its balances: the last closing one counts.
        closing=closing[-1] if closing else None,
        lines=tuple(current.lines),
        remarks=tuple(source.remarks),
        file=source.file,
    )
