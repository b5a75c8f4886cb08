"""Small camt files for tests: only the elements a test is about, the rest filled in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

ACCOUNT = "FR7630006000011234567890189"
PAYER = "FR7612345987650123456789014"
_KINDS = {
    "053": ("BkToCstmrStmt", "Stmt"),
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


@dataclass(frozen=True)
class Entry:
    """One movement as a test wants it."""

    amount: str
    day: str = "2026-11-10"
    text: str = ""
    name: str = ""
    iban: str = ""
    bank_reference: str = ""
    structured: str = ""
    status: str = "BOOK"
    value_day: str = ""
    extra: str = ""
    details: str | None = None

    def xml(self, version: int = 8) -> str:
        """The ``Ntry`` element, in the shape of a version."""
        number = Decimal(self.amount)
        side = "Dbtr" if number >= 0 else "Cdtr"
        name = f"<Nm>{escape(self.name)}</Nm>"
        party = f"<{side}>{name if version < 7 else f'<Pty>{name}</Pty>'}</{side}>" if self.name else ""
        account = f"<{side}Acct><Id><IBAN>{self.iban}</IBAN></Id></{side}Acct>" if self.iban else ""
        words = f"<Ustrd>{escape(self.text)}</Ustrd>" if self.text else ""
        reference = f"<Strd><CdtrRefInf><Ref>{escape(self.structured)}</Ref></CdtrRefInf></Strd>"
        details = self.details
        if details is None:
            details = (
                f"<NtryDtls><TxDtls><RltdPties>{party}{account}</RltdPties>"
                f"<RmtInf>{words}{reference if self.structured else ''}</RmtInf></TxDtls></NtryDtls>"
            )
        return (
            f'<Ntry><Amt Ccy="EUR">{abs(number)}</Amt><CdtDbtInd>{"CRDT" if number >= 0 else "DBIT"}</CdtDbtInd>'
            f"<Sts>{self.status if version < 7 else f'<Cd>{self.status}</Cd>'}</Sts>"
            + (f"<BookgDt><Dt>{self.day}</Dt></BookgDt>" if self.day else "")
            + (f"<ValDt><Dt>{self.value_day}</Dt></ValDt>" if self.value_day else "")
            + (f"<AcctSvcrRef>{escape(self.bank_reference)}</AcctSvcrRef>" if self.bank_reference else "")
            + f"{self.extra}{details}</Ntry>\n"
        )


def balance(kind: str, amount: str, day: str, currency: str = "EUR") -> str:
    """A ``Bal`` element."""
    number = Decimal(amount)
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{abs(number)}</Amt><CdtDbtInd>{"CRDT" if number >= 0 else "DBIT"}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def camt(
    *entries: Entry,
    opening: str | None = "1000.00",
    opening_day: str = "2026-11-01",
    closing: str | None = None,
    closing_day: str = "2026-11-30",
    account: str = ACCOUNT,
    kind: str = "053",
    version: int = 8,
    statement_id: str = "2026-11",
) -> str:
    """A whole file; the closing balance agrees unless one is given."""
    container, holder = _KINDS[kind]
    if closing is None and opening is not None:
        booked = sum((Decimal(entry.amount) for entry in entries if entry.status == "BOOK"), Decimal(0))
        closing = str(Decimal(opening) + booked)
    balances = (balance("OPBD", opening, opening_day) if opening is not None else "") + (
        balance("CLBD", closing, closing_day) if closing is not None else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version:02}"><{container}>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm></GrpHdr>\n"
        f"<{holder}><Id>{statement_id}</Id><CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        f"{balances}{''.join(entry.xml(version) for entry in entries)}</{holder}></{container}></Document>\n"
    )


def write(path: Path, text: str) -> Path:
    """Write a file as a bank would send it."""
    path.write_text(text, encoding="utf-8")
    return path
