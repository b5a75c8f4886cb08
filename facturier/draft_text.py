"""Turning the text of a draft into that of a booked transaction, its comments and own keys kept.

The header and the amounts are written anew; every other line of the draft stays as it was typed,
and what is missing is added beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from beancount.core import data
from beancount.core.amount import Amount
from beancount.parser import parser

from facturier.text_edit import comment_lines, first_line_end, quoted

_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_POSTING = re.compile(r"(?P<indent>[ \t]+)(?:(?P<flag>[!&#?%A-Z*])[ \t]+)?(?P<account>[^\s;]+)(?P<rest>[^\n]*)\Z")
_COMMENT = re.compile(r"[ \t]*;[^\n]*")
_INDENT = "  "

# A key and its value: text, number, amount, date or truth.
Keys = Mapping[str, Any]


class Leg(NamedTuple):
    """A posting to write.

    Attributes:
        account: Its account.
        amount: Its amount as typed, such as ``-20.00 EUR``.
        price: What follows the amount, such as ``@@ 1105.68 EUR``, or "".
        keys: Keys to write below it.
        rank: Which posting of the draft it rewrites, or None for a new one.
    """

    account: str
    amount: str
    price: str = ""
    keys: Keys = MappingProxyType({})
    rank: int | None = None


def money(number: Decimal, currency: str) -> str:
    """Return an amount as it is typed."""
    return f"{number:f} {currency}"


def value_text(value: Any) -> str:
    """Return the value of a key as it is typed."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Amount):
        return money(value.number or Decimal(0), str(value.currency))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


def transaction_text(header: str, keys: Keys, legs: Sequence[Leg], *, indent: str = _INDENT) -> str:
    """Return the text of a new transaction."""
    lines = [header, *_key_lines(keys, indent)]
    widths = _widths(legs)
    for leg in legs:
        lines += [_leg_line(leg, indent, widths), *_key_lines(leg.keys, indent * 2)]
    return "\n".join(lines)


class DraftText:
    """The text of a draft, taken apart at its postings.

    Args:
        text: The draft as typed, with plain line feeds.
        entry: The same as beancount read it; the lines of its postings tell where they stand.
    """

    def __init__(self, text: str, entry: data.Transaction) -> None:
        self._header_end = first_line_end(text)
        self._header = text[: self._header_end]
        self._lines = text.split("\n")
        first = int(entry.meta["lineno"])
        self._rows = [int((posting.meta or entry.meta)["lineno"]) - first for posting in entry.postings]
        self._comments = comment_lines(text)
        header_rows = self._header.count("\n") + 1
        above = self._lines[header_rows : self._rows[0]] if self._rows else self._lines[header_rows:]
        # Comments right above the first posting belong to it, not to the header's keys.
        kept = self._last_said(header_rows, header_rows + len(above)) - header_rows
        self._keys, self._above_first = above[:kept], above[kept:]
        found = self._posting(0) if self._rows else None
        self.indent = found["indent"] if found else _INDENT

    def fits(self) -> bool:
        """Tell whether the postings stand where beancount says: else the file is not what was loaded."""
        return bool(self._rows) and all(
            0 < row < len(self._lines) and _POSTING.match(self._lines[row]) for row in self._rows
        )

    def rewritten(self, day: date, payee: str, keys: Keys, links: Sequence[str], legs: Sequence[Leg]) -> str:
        """Return the text of the booked transaction.

        Args:
            day: Its date.
            payee: Its payee.
            keys: Keys to add to the transaction.
            links: Links to add.
            legs: All its postings: new ones, and those of the draft by their rank.
        """
        widths = _widths(legs)
        lines = [self._new_header(day, payee, links), *_key_lines(keys, self.indent), *self._keys]
        waiting = self._above_first
        for leg in legs:
            line = _leg_line(leg, self.indent, widths)
            if leg.rank is None:
                lines += [line, *_key_lines(leg.keys, self.indent * 2)]
                continue
            row = self._rows[leg.rank]
            after = self._rows[leg.rank + 1] if leg.rank + 1 < len(self._rows) else len(self._lines)
            found = self._posting(leg.rank)
            comment = _COMMENT.search(found["rest"]) if found else None
            said = self._last_said(row + 1, after)
            lines += [
                *waiting,
                line + (f"  {comment[0].strip()}" if comment else ""),
                *self._lines[row + 1 : said],
                *_key_lines(leg.keys, self.indent * 2),
                *self._lines[said:after],
            ]
            waiting = []
        return "\n".join(lines)

    def typed_amount(self, rank: int) -> str:
        """Return the amount and price of a posting as typed."""
        found = self._posting(rank)
        return _COMMENT.sub("", found["rest"]).strip() if found else ""

    def _last_said(self, start: int, end: int) -> int:
        """Return the row behind the last one of a range that is no comment."""
        while end > start and (end - 1 in self._comments or not self._lines[end - 1].strip()):
            end -= 1
        return end

    def _posting(self, rank: int) -> re.Match[str] | None:
        return _POSTING.match(self._lines[self._rows[rank]])

    def _new_header(self, day: date, payee: str, links: Sequence[str]) -> str:
        """Keep the title as typed, and the tags, links and comment behind it."""
        strings = list(_STRING.finditer(self._header))
        # A draft's payee is its client, so what is left as its title is the last string of two.
        title = strings[1][0] if len(strings) > 1 else (strings[0][0] if strings else '""')
        rest = self._header[strings[min(len(strings), 2) - 1].end() :] if strings else ""
        comment = _COMMENT.search(rest)
        tags = _COMMENT.sub("", rest).strip()
        header = f"{day} * {quoted(payee)} {title}" + (f" {tags}" if tags else "")
        header += "".join(f" ^{link}" for link in links if f"^{link}" not in tags.split())
        return header + (f"  {comment[0].strip()}" if comment else "")


def as_typed(entry: data.Transaction) -> data.Transaction:
    """Return a draft with its postings in the order of the file: beancount's booking sorts them by currency."""
    order = sorted(entry.postings, key=lambda posting: int((posting.meta or entry.meta)["lineno"]))
    return entry._replace(postings=order)


def is_text_of(entry: data.Transaction, text: str) -> bool:
    """Tell whether a draft's text still says what was loaded."""
    found, _, _ = parser.parse_string(text)
    if len(found) != 1 or not isinstance(found[0], data.Transaction):
        return False
    read = found[0]
    said = [(posting.account, posting.units, posting.price) for posting in read.postings]
    loaded = [(posting.account, posting.units, posting.price) for posting in entry.postings]
    same_head = (read.date, read.flag, read.payee, read.narration) == (
        entry.date, entry.flag, entry.payee, entry.narration,
    )  # fmt: skip
    return same_head and said == loaded


def _key_lines(keys: Keys, indent: str) -> list[str]:
    return [f"{indent}{key}: {value_text(value)}" for key, value in keys.items()]


def _widths(legs: Sequence[Leg]) -> tuple[int, int]:
    accounts = max((len(leg.account) for leg in legs), default=0)
    return accounts, max((len(leg.amount.partition(" ")[0]) for leg in legs), default=0)


def _leg_line(leg: Leg, indent: str, widths: tuple[int, int]) -> str:
    number, _, currency = leg.amount.partition(" ")
    line = f"{indent}{leg.account:<{widths[0]}}  {number:>{widths[1]}} {currency}"
    return f"{line} {leg.price}" if leg.price else line
