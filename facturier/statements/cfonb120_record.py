"""One record of a CFONB 120 file: 120 characters, each field at its place.

Files in the wild have lines that end early, blank lines, no line breaks at all, lower case
and accents. Positions in this module are those of Python, from 0; messages count from 1, as
the banks' own papers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from facturier.messages import Message, message
from facturier.statements.errors import StatementError
from facturier.statements.hardened_xml import chunks, source_name
from facturier.statements.rib import iban_of

WIDTH = 120
OPENING, MOVEMENT, COMPLEMENT, CLOSING = "01", "04", "05", "07"
CODES = frozenset({OPENING, MOVEMENT, COMPLEMENT, CLOSING})
# Blanks at the end may be lost; the amount, or the date of a complement, is never blank.
_SHORTEST = {OPENING: 104, MOVEMENT: 104, CLOSING: 104, COMPLEMENT: 40}
# A record of any kind: code, bank, internal code, branch, currency, decimals. LCL leaves the last two blank.
_BEGINNING = re.compile(r"\s*0[1457][0-9]{5}[ -~\xa0-\xff]{4}[0-9]{5}(?:[A-Z]{3}[0-9]|   [ 0-9])", re.ASCII)
_ACCOUNT = (slice(2, 7), slice(11, 16), slice(21, 32))
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_SIGNED = re.compile(r" *[0-9]*[{}A-R]", re.ASCII)
_PLAIN = re.compile(r" *[0-9]+", re.ASCII)
_DAY = re.compile(r"[0-9]{6}", re.ASCII)
# The last character of an amount carries the last digit and the sign.
_CREDIT, _DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"
# Two digits for the year: 61 and later are of the last century.
_PIVOT = 61
_DEFAULT_CURRENCY, _DEFAULT_DECIMALS = "EUR", 2


@dataclass(frozen=True, slots=True)
class Record:
    """A record and where it stands.

    Attributes:
        text: Its 120 characters.
        file: Name of the file, for messages.
        line: Its line of the file, counted from one.
        offset: Characters before it in that line: 0 but in a file without line breaks.
    """

    text: str
    file: str
    line: int
    offset: int

    @property
    def code(self) -> str:
        """The kind of record: 01 opening balance, 04 movement, 05 complement, 07 closing balance."""
        return self.text[0:2]

    @property
    def currency(self) -> str:
        """The ISO 4217 code; EUR where the bank leaves it blank."""
        return self.text[16:19].strip() or _DEFAULT_CURRENCY

    @property
    def decimals(self) -> int:
        """How many of the amount's digits are decimals; 2 where the bank leaves it blank."""
        return int(self.text[19]) if self.text[19].isdecimal() else _DEFAULT_DECIMALS

    def account(self) -> str:
        """Return the IBAN of the account.

        Raises:
            StatementError: If bank, branch and account are none.
        """
        bank, branch, account = self.text[2:7], self.text[11:16], self.text[21:32].upper()
        iban = iban_of(bank, branch, account)
        if not iban:
            raise self.error(
                2,
                message(
                    "'{bank} {branch} {account}' is no French account (bank, branch, number).",
                    bank=bank, branch=branch, account=account,
                ),
            )  # fmt: skip
        return iban

    def is_of_account(self, other: Record) -> bool:
        """Whether two records name the same bank, branch and account, as written."""
        return all(self.text[part] == other.text[part] for part in _ACCOUNT)

    def day(self, start: int) -> date:
        """Return the day at a place, written DDMMYY.

        Raises:
            StatementError: If there is no such day.
        """
        written = self.text[start : start + 6]
        try:
            if not _DAY.fullmatch(written):
                raise ValueError
            day, month, year = int(written[:2]), int(written[2:4]), int(written[4:])
            return date(year + (1900 if year >= _PIVOT else 2000), month, day)
        except ValueError:
            raise self.error(start, message("'{written}' is not a date (DDMMYY).", written=written)) from None

    def amount(self) -> Decimal:
        """Return the signed amount, a credit positive, with the decimals the record states.

        Raises:
            StatementError: If it is not 13 digits and the character that carries the last one and the sign.
        """
        written = self.text[90:104]
        if not _SIGNED.fullmatch(written):
            raise self.error(90, message("'{written}' is not an amount.", written=written))
        return _signed(written, self.decimals)

    def plain_amount(self, start: int, decimals: int) -> Decimal | None:
        """Return the amount without its sign at a place of a complement, None where there is none."""
        written = self.text[start : start + 14]
        if _PLAIN.fullmatch(written):
            return Decimal(int(written)).scaleb(-decimals)
        return abs(_signed(written, decimals)) if _SIGNED.fullmatch(written) else None

    def error(self, start: int, fault: Message) -> StatementError:
        """Make the error that names file, line and column of a place in this record."""
        return StatementError(self.file, self.line, fault, self.offset + start + 1)


def _signed(written: str, decimals: int) -> Decimal:
    last = written[-1]
    digit = (_CREDIT if last in _CREDIT else _DEBIT).index(last)
    number = Decimal(int(f"{written[:-1].strip()}{digit}")).scaleb(-decimals)
    # Minus nothing is nothing: it is written 0.00 in the books.
    return -number if last in _DEBIT and number else number


def looks_like_records(head: bytes) -> bool:
    """Whether a file begins as CFONB 120 files do."""
    return _BEGINNING.match(_decoded(head)) is not None


def records(source: Path | BinaryIO) -> Iterator[Record]:
    """Yield the records of a file, blank lines left out.

    Raises:
        StatementError: If the file cannot be read, or a record is cut, wider than 120 characters or of no kind known.
    """
    name = source_name(source)
    for number, line in enumerate(_LINE_ENDS.split(_decoded(b"".join(chunks(source)))), start=1):
        if not line.strip(" \t\x00\x1a"):
            continue
        # Some banks send no line breaks at all: then every 120 characters are a record.
        kept = line.rstrip(" \t\x00\x1a")
        for offset in range(0, len(kept), WIDTH):
            record = Record(kept[offset : offset + WIDTH].ljust(WIDTH), name, number, offset)
            if record.code not in CODES:
                raise _no_record(record)
            if len(kept) - offset < _SHORTEST[record.code]:
                raise record.error(0, message(
                    "This record has only {width} of {whole} characters: the file was cut; download it again.",
                    width=len(kept) - offset, whole=WIDTH))  # fmt: skip
            yield record


def _decoded(content: bytes) -> str:
    """Return the text of a file: the format knows no accents, banks send them in Latin-1, editors save UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _no_record(record: Record) -> StatementError:
    written = record.text[:10].rstrip()
    if record.offset:
        fault = message("The records are not 120 characters wide: '{written}' begins none.", written=written)
    else:
        fault = message("'{written}' begins no record: 01, 04, 05 and 07 are known.", written=written)
    return record.error(0, fault)
