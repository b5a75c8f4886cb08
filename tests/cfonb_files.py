"""Small CFONB 120 files for tests: only the records a test is about, the rest filled in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

# The same account as that of the camt files.
BANK, BRANCH, NUMBER = "30006", "00001", "12345678901"
_CREDIT, _DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"


def overpunched(amount: str, decimals: int = 2) -> str:
    """An amount as 14 characters, the last one with the sign in it."""
    number = Decimal(amount).scaleb(decimals)
    digits = f"{abs(int(number)):014}"
    return digits[:-1] + (_DEBIT if number < 0 else _CREDIT)[int(digits[-1])]


def ddmmyy(day: str) -> str:
    """A day given as 2026-11-02."""
    return f"{day[8:10]}{day[5:7]}{day[2:4]}"


@dataclass(frozen=True)
class Movement:
    """One movement as a test wants it."""

    amount: str
    day: str = "2026-11-10"
    label: str = "VIREMENT"
    code: str = "05"
    details: tuple[tuple[str, str], ...] = ()
    value_day: str = ""
    reject: str = "  "
    entry: str = "0000000"
    reference: str = ""

    def records(self, number: str = NUMBER, currency: str = "EUR", decimals: int = 2) -> list[str]:
        """Its record 04, then a record 05 for each detail."""
        start = f"{BANK}    {BRANCH}{currency}{decimals} {number}{self.code}{ddmmyy(self.day)}"
        value = ddmmyy(self.value_day or self.day)
        movement = (
            f"04{start}{self.reject}{value}{self.label:<31.31}  {self.entry}  "
            f"{overpunched(self.amount, decimals)}{self.reference:<16.16}"
        )
        return [movement, *(f"05{start}     {qualifier:<3}{text:<70.70}  " for qualifier, text in self.details)]


def balance(code: str, amount: str, day: str, number: str = NUMBER, currency: str = "EUR", decimals: int = 2) -> str:
    """A record 01 or 07."""
    start = f"{code}{BANK}    {BRANCH}{currency}{decimals} {number}  {ddmmyy(day)}"
    return f"{start}{' ' * 50}{overpunched(amount, decimals)}{' ' * 16}"


def group(
    *movements: Movement,
    opening: str = "1000.00",
    opening_day: str = "2026-10-31",
    closing: str | None = None,
    closing_day: str = "2026-11-30",
    number: str = NUMBER,
    currency: str = "EUR",
    decimals: int = 2,
) -> list[str]:
    """The records of one statement; the closing balance agrees unless one is given."""
    if closing is None:
        closing = str(Decimal(opening) + sum((Decimal(movement.amount) for movement in movements), Decimal(0)))
    inside = [record for movement in movements for record in movement.records(number, currency, decimals)]
    return [
        balance("01", opening, opening_day, number, currency, decimals),
        *inside,
        balance("07", closing, closing_day, number, currency, decimals),
    ]


def cfonb(*movements: Movement, opening: str = "1000.00", closing: str | None = None) -> str:
    """A whole file of one statement."""
    return "\r\n".join(group(*movements, opening=opening, closing=closing)) + "\r\n"


def write_cfonb(path: Path, text: str) -> Path:
    """Write a file as a bank would send it."""
    path.write_bytes(text.encode("latin-1"))
    return path
