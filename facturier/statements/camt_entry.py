"""One camt entry (``Ntry``) becomes one statement line.

Local names only, so that versions 01 to 14 read alike. What moved between versions:

- a party's name: ``Dbtr/Nm`` up to .06, ``Dbtr/Pty/Nm`` or, for a bank,
  ``Dbtr/Agt/FinInstnId/Nm`` from .07;
- the status: the text of ``Sts`` up to .06, ``Sts/Cd`` from .07;
- amounts of details: ``AmtDtls/TxAmt`` up to .03, also ``Amt`` beside it later.

``CdtDbtInd`` alone gives the sign. ``RvslInd`` says that the operation undone was of the
other kind; inverting again would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from lxml import etree

from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.statements.errors import StatementError
from facturier.statements.hardened_xml import child, children, local_name, text, text_of
from facturier.statements.line import Payment, Remark, StatementLine, Status

# ISO 20022 amounts: at most 18 digits, a point, no sign (the indicator beside it has it).
_NUMBER = re.compile(r"(?:[0-9]{1,18}(?:\.[0-9]{0,17})?|\.[0-9]{1,17})", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_STATUS = {
    "BOOK": Status.BOOKED,
    "PDNG": Status.PENDING,
    "FUTR": Status.PENDING,
    "INFO": Status.INFORMATION,
}
# What banks write where there is no reference.
PLACEHOLDERS = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE"})


@dataclass(slots=True)
class Source:
    """Where entries are being read from: what they inherit, and where remarks about them go.

    Attributes:
        file: Name of the file, for messages.
        account: Account of the statement.
        statement_id: Identification of the statement.
        fallback_date: The statement's own date, for an entry that has none.
        remarks: Collects what was odd.
    """

    file: str
    account: str
    statement_id: str
    fallback_date: date | None
    remarks: list[Remark] = field(default_factory=list)

    def error(self, element: etree._Element, fault: Message) -> StatementError:
        """Make the error that names this file and the element's line."""
        return StatementError(self.file, line_of(element), fault)

    def remark(self, element: etree._Element, fault: Message) -> None:
        """Note something odd about an element that is read all the same."""
        self.remarks.append(Remark(line_of(element), fault))


def line_of(element: etree._Element) -> int:
    """Return the line of the file where an element begins."""
    line = element.sourceline
    return line if isinstance(line, int) else 0


def read_entry(entry: etree._Element, record: int, source: Source) -> StatementLine:
    """Read one ``Ntry``.

    Raises:
        StatementError: If it has no readable amount, sign, currency or date.
    """
    parts = children(entry)
    amount, currency = signed_amount(entry, source)
    status = _status(entry, parts.get("Sts"), source)
    reversal = text_of(parts, "RvslInd") in {"true", "1"}
    details = [detail for group in entry.iterchildren("{*}NtryDtls") for detail in group.iterchildren("{*}TxDtls")]
    payments = tuple(_payment(detail, amount, currency, reversal, source) for detail in details)
    shared = _shared(parts, payments[0] if len(payments) == 1 else Payment(), amount, currency, source)
    batch = payments if len(payments) > 1 else ()
    agrees = bool(batch) and _adds_up(batch, amount, currency)
    if batch and not agrees and status is Status.BOOKED:
        source.remark(
            entry,
            message(
                "The {count} payments of this batch do not add up to {amount} {currency}: "
                "it is booked as one movement, the payments are only shown.",
                count=len(batch),
                amount=amount,
                currency=currency,
            ),
        )
    return StatementLine(
        account=source.account,
        currency=currency,
        booking_date=_booking_date(entry, parts, source),
        value_date=read_date(parts.get("ValDt"), source),
        amount=amount,
        payment=shared,
        batch=batch,
        batch_agrees=agrees,
        status=status,
        reversal=reversal,
        bank_reference=reference(text_of(parts, "AcctSvcrRef")) or shared.bank_reference,
        entry_reference=reference(text_of(parts, "NtryRef")),
        operation_code=_operation(parts.get("BkTxCd")) or _operation(child(details[0], "BkTxCd") if details else None),
        label=_texts(entry, "AddtlNtryInf"),
        statement_id=source.statement_id,
        record=record,
        line=line_of(entry),
    )


def _shared(
    parts: dict[str, etree._Element], single: Payment, amount: Decimal, currency: str, source: Source
) -> Payment:
    """Return what is known of the movement as a whole: its lone payment, completed from the entry.

    The entry's amount is what moved; a lone detail may state it in the payer's currency.
    """
    if (single.amount, single.currency) == (amount, currency) and parts.keys().isdisjoint({"AmtDtls", "Chrgs"}):
        return single
    instructed, instructed_currency, rate = _order(parts.get("AmtDtls"), currency)
    return replace(
        single,
        amount=amount,
        currency=currency,
        instructed_amount=single.instructed_amount if single.instructed_amount is not None else instructed,
        instructed_currency=single.instructed_currency or instructed_currency,
        exchange_rate=single.exchange_rate if single.exchange_rate is not None else rate,
        charges=single.charges if single.charges is not None else _charges(parts.get("Chrgs"), source),
    )


def signed_amount(element: etree._Element, source: Source) -> tuple[Decimal, str]:
    """Return the signed amount and the currency of an entry or a balance."""
    amount = child(element, "Amt")
    if amount is None:
        raise source.error(element, message("{element} has no amount.", element=local_name(element)))
    number, currency = money(amount, source)
    indicator = text(element, "CdtDbtInd")
    if indicator not in {"CRDT", "DBIT"}:
        raise source.error(
            element,
            message(
                "{element} says neither CRDT nor DBIT but '{indicator}': its sign is unknown.",
                element=local_name(element),
                indicator=indicator[:40],
            ),
        )
    return (number if indicator == "CRDT" else -number), currency


def money(element: etree._Element, source: Source) -> tuple[Decimal, str]:
    """Return the number and the currency of an amount element, exactly as written."""
    written, currency = (element.text or "").strip(), element.get("Ccy", "")
    if not _NUMBER.fullmatch(written):
        raise source.error(element, message("'{written}' is not an amount.", written=written[:40]))
    if not _CURRENCY.fullmatch(currency):
        raise source.error(element, message("'{written}' is not a currency code.", written=currency[:40]))
    return Decimal(written), currency


def read_date(element: etree._Element | None, source: Source) -> date | None:
    """Return the day of a ``Dt`` or ``DtTm`` below an element; None where there is none.

    A time and its zone are cut off, not converted: the day is the one the bank prints.
    """
    written = text(element, "Dt") or text(element, "DtTm")
    if element is None or not written:
        return None
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        raise source.error(element, message("'{written}' is not a date.", written=written[:40])) from None


def reference(written: str) -> str:
    """Return an identification, or nothing where the bank writes a placeholder or only zeros."""
    if written.upper() in PLACEHOLDERS or not written.strip("0"):
        return ""
    return written


def _booking_date(entry: etree._Element, parts: dict[str, etree._Element], source: Source) -> date:
    booked = read_date(parts.get("BookgDt"), source)
    if booked is not None:
        return booked
    instead = read_date(parts.get("ValDt"), source) or source.fallback_date
    if instead is None:
        raise source.error(entry, message("The entry has no booking date, and neither has its statement."))
    source.remark(entry, message("The entry has no booking date; {date} is taken instead.", date=instead))
    return instead


def _status(entry: etree._Element, status: etree._Element | None, source: Source) -> Status:
    written = text(status, "Cd") or text(status, "Prtry") or text(status)
    known = _STATUS.get(written)
    if known is None:
        source.remark(
            entry, message("'{written}' is no status known here; the entry is not booked.", written=written[:40])
        )
        return Status.INFORMATION
    return known


def _operation(codes: etree._Element | None) -> str:
    if codes is None:
        return ""
    domain = children(child(codes, "Domn"))
    family = children(domain.get("Fmly"))
    parts = (text_of(domain, "Cd"), text_of(family, "Cd"), text_of(family, "SubFmlyCd"))
    return "/".join(part for part in parts if part) or text(codes, "Prtry", "Cd")


def _adds_up(payments: tuple[Payment, ...], amount: Decimal, currency: str) -> bool:
    amounts = [payment.amount for payment in payments if payment.amount is not None and payment.currency == currency]
    return len(amounts) == len(payments) and sum(amounts, ZERO) == amount


def _payment(
    details: etree._Element, entry_amount: Decimal, entry_currency: str, reversal: bool, source: Source
) -> Payment:
    """Read one ``TxDtls``."""
    parts = children(details)
    returned, amounts = parts.get("RtrInf"), parts.get("AmtDtls")
    indicator = text_of(parts, "CdtDbtInd")
    credit = entry_amount > 0 if indicator not in {"CRDT", "DBIT"} else indicator == "CRDT"
    stated = _stated_amount(parts.get("Amt"), amounts, entry_currency, source)
    instructed, instructed_currency, rate = _order(amounts, entry_currency)
    # The parties follow the entry, not the detail: some banks repeat CRDT on the details of a debit.
    name, account, ultimate = _counterparty(
        parts.get("RltdPties"), entry_amount > 0, reversal or returned is not None, source.account
    )
    refs, remittance = children(parts.get("Refs")), parts.get("RmtInf")
    blocks = [] if remittance is None else list(remittance.iterchildren("{*}Strd"))
    return Payment(
        amount=None if stated is None else (stated if credit else -stated),
        currency="" if stated is None else entry_currency,
        counterparty_name=name,
        counterparty_iban=account,
        ultimate_party=ultimate,
        remittance=_texts(remittance, "Ustrd"),
        references=tuple(_references(blocks)),
        end_to_end_id=reference(text_of(refs, "EndToEndId")),
        mandate_id=reference(text_of(refs, "MndtId")),
        bank_reference=reference(text_of(refs, "AcctSvcrRef")),
        return_reason=text(returned, "Rsn", "Cd") or text(returned, "Rsn", "Prtry"),
        instructed_amount=instructed,
        instructed_currency=instructed_currency,
        exchange_rate=rate,
        charges=_charges(parts.get("Chrgs"), source),
        label=(
            *(_texts(details, "AddtlTxInf") if "AddtlTxInf" in parts else ()),
            *_texts(returned, "AddtlInf"),
            *(words for block in blocks for words in _texts(block, "AddtlRmtInf")),
        ),
    )


def _stated_amount(
    amount: etree._Element | None, amounts: etree._Element | None, currency: str, source: Source
) -> Decimal | None:
    """Return the unsigned amount of a detail in the entry's currency, wherever this bank puts it."""
    if amount is not None and amount.get("Ccy") == currency:
        return money(amount, source)[0]
    for place in ("TxAmt", "CntrValAmt", "InstdAmt"):
        found = child(amounts, place, "Amt")
        if found is not None and found.get("Ccy") == currency:
            return money(found, source)[0]
    return None


def _order(amounts: etree._Element | None, currency: str) -> tuple[Decimal | None, str, Decimal | None]:
    """Return amount and currency as ordered, and the rate, where the order was in another currency."""
    ordered = child(amounts, "InstdAmt", "Amt")
    if amounts is None or ordered is None or ordered.get("Ccy") == currency:
        return None, "", None
    written = (ordered.text or "").strip()
    rates = (text(part, "CcyXchg", "XchgRate") for part in amounts)
    rate = next((rate for rate in rates if _NUMBER.fullmatch(rate)), None)
    # For information only, so an unreadable figure here does not spoil the file.
    number = Decimal(written) if _NUMBER.fullmatch(written) else None
    return number, ordered.get("Ccy", ""), Decimal(rate) if rate else None


def _charges(charges: etree._Element | None, source: Source) -> Decimal | None:
    if charges is None:
        return None
    total = child(charges, "TtlChrgsAndTaxAmt")
    if total is not None:
        return money(total, source)[0]
    records = [charges, *charges.iterchildren("{*}Rcrd")]
    amounts = [money(amount, source)[0] for record in records if (amount := child(record, "Amt")) is not None]
    return sum(amounts, ZERO) if amounts else None


def _counterparty(related: etree._Element | None, credit: bool, undone: bool, own_account: str) -> tuple[str, str, str]:
    """Return name, account and ultimate party of the other side.

    The debtor pays a credit and the creditor receives a debit; a return or reversal keeps
    the roles of the operation undone. A side that shows our own account is never the other one.
    """
    parties = children(related)
    sides = ("Dbtr", "Cdtr") if credit != undone else ("Cdtr", "Dbtr")
    for rank, side in enumerate(sides):
        account = account_number(child(parties.get(side + "Acct"), "Id"))
        name, ultimate = _party_name(parties.get(side)), _party_name(parties.get("Ultmt" + side))
        # The second choice may well be ourselves: it needs an account that is not ours.
        if account != own_account and (account or (rank == 0 and (name or ultimate))):
            return name, account, ultimate
    return "", "", ""


def _party_name(party: etree._Element | None) -> str:
    if party is None:
        return ""
    return text(party, "Nm") or text(party, "Pty", "Nm") or text(party, "Agt", "FinInstnId", "Nm")


def account_number(identification: etree._Element | None) -> str:
    """Return the IBAN below an ``Id`` without blanks, or its other number."""
    written = text(identification, "IBAN") or text(identification, "Othr", "Id")
    return "".join(written.split()).upper()


def _references(blocks: list[etree._Element]) -> Iterator[str]:
    for block in blocks:
        for written in (text(block, "CdtrRefInf", "Ref"), text(block, "RfrdDocInf", "Nb")):
            if reference(written):
                yield written


def _texts(element: etree._Element | None, name: str) -> tuple[str, ...]:
    if element is None:
        return ()
    pieces = (" ".join((found.text or "").split()) for found in element.iterchildren("{*}" + name))
    return tuple(piece for piece in pieces if piece)
