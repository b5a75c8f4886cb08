"""One CFONB 120 movement (record 04) and its complements (05) become one statement line.

A complement has a qualifier of three letters and 70 characters. Repeated ones follow on
from one another; a qualifier that is not known here is kept among the bank's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from facturier.statements.camt_entry import reference
from facturier.statements.cfonb120_record import Record
from facturier.statements.line import Payment, StatementLine

FORMAT = "cfonb120"
# What undoes another movement: unpaid cheques and bills, rejected transfers and direct debits, cancellations.
_UNDOING = frozenset({"03", "10", "12", "27", "33", "99", "A3", "A4", "A5", "A6", "B3", "B4", "B5", "B6"})
# Read below; IPY and its like identify persons, which pays no invoice and is no word of theirs.
_KNOWN = frozenset({
    "LIB", "LCC", "LC2", "LCS", "RCN", "REF", "RUM", "NPY", "NBE", "NPO", "NBU", "CPY", "CBE", "MMO", "FEE",
    "IPY", "IBE", "IPO", "IBU",
})  # fmt: skip
_TEXT = slice(48, 118)
# References and identifications take the first half of the text, what they are the second.
_HALF = 35


def read_movement(
    movement: Record, complements: Sequence[Record], account: str, statement: str, rank: int
) -> StatementLine:
    """Read a movement.

    Args:
        movement: Its record 04.
        complements: Its records 05, in the order of the file.
        account: IBAN of the account.
        statement: Identification of the statement.
        rank: Its rank in the statement, counted from one.

    Raises:
        StatementError: If an amount or a date cannot be read.
    """
    amount, text = movement.amount(), movement.text
    reason, operation = reference(text[40:42].strip()), text[32:34].strip().upper()
    undone = bool(reason) or operation in _UNDOING
    payment = _payment(complements, amount, movement, account, undone, reason)
    return StatementLine(
        account=account,
        currency=movement.currency,
        booking_date=movement.day(34),
        value_date=movement.day(42) if text[42:48].strip(" 0") else None,
        amount=amount,
        payment=payment,
        reversal=undone,
        bank_reference=payment.bank_reference,
        entry_reference=reference(text[81:88].strip()),
        operation_code=operation,
        label=tuple(filter(None, (_squeezed(text[48:79]), reference(_squeezed(text[104:120]))))),
        statement_id=statement,
        record=rank,
        line=movement.line,
        format=FORMAT,
    )


def _payment(
    complements: Sequence[Record], amount: Decimal, movement: Record, account: str, undone: bool, reason: str
) -> Payment:
    texts = _texts(complements)
    name, iban, ultimate = _counterparty(texts, amount > 0, undone, account)
    ordered, ordered_currency = _stated(complements, "MMO")
    charges, _ = _stated(complements, "FEE")
    end_to_end = texts.get("RCN", "")
    unknown = (_squeezed(text) for qualifier, text in texts.items() if qualifier not in _KNOWN)
    bank_reference = reference(_squeezed(texts.get("REF", "")))
    # A remittance longer than a line goes on in the next complement, in the middle of a word.
    remittance = (texts.get("LIB", ""), texts.get("LCC", "") + texts.get("LC2", ""))
    return Payment(
        amount=amount,
        currency=movement.currency,
        counterparty_name=name,
        counterparty_iban=iban,
        ultimate_party=ultimate,
        remittance=tuple(filter(None, map(_squeezed, remittance))),
        references=tuple(filter(None, (reference(_squeezed(texts.get("LCS", "")[:_HALF])),))),
        end_to_end_id=reference(_squeezed(end_to_end[:_HALF])),
        mandate_id=reference(_squeezed(texts.get("RUM", "")[:_HALF])),
        bank_reference=bank_reference,
        return_reason=reason,
        # Sources disagree on where the rate of MMO stands: it is left out rather than read wrongly.
        instructed_amount=ordered,
        instructed_currency=ordered_currency,
        charges=charges,
        label=tuple(filter(None, (_squeezed(end_to_end[_HALF:]), bank_reference, *unknown))),
    )


def _texts(complements: Sequence[Record]) -> dict[str, str]:
    """Return the text of each qualifier, its complements joined in the order of the file."""
    texts: dict[str, str] = {}
    for complement in complements:
        qualifier = _qualifier(complement)
        texts[qualifier] = texts.get(qualifier, "") + complement.text[_TEXT]
    return texts


def _qualifier(complement: Record) -> str:
    return complement.text[45:48].strip().upper()


def _counterparty(texts: dict[str, str], credit: bool, undone: bool, own_account: str) -> tuple[str, str, str]:
    """Return name, account and ultimate party of the other side.

    The payer (NPY) pays a credit, the beneficiary (NBE) receives a debit; what undoes an
    operation keeps its roles. Of a debit some banks name the other side as payer.
    """
    payer = ("NPY", "CPY", "NPO")
    beneficiary = ("NBE", "CBE", "NBU")
    sides = (payer,) if credit != undone else (beneficiary, payer)
    for name, account, ultimate in sides:
        found = (_squeezed(texts.get(name, "")), _account(texts.get(account, "")), _squeezed(texts.get(ultimate, "")))
        if any(found) and found[1] != own_account:
            return found
    return "", "", ""


def _account(written: str) -> str:
    """Return an account number without blanks; what stands after it in the second half is its bank."""
    return "".join(written[:_HALF].split()).upper()


def _stated(complements: Sequence[Record], qualifier: str) -> tuple[Decimal | None, str]:
    """Return amount and currency of a complement that tells one: currency, decimals, 14 characters.

    For information only, so a figure that cannot be read does not spoil the file.
    """
    for complement in complements:
        if _qualifier(complement) == qualifier:
            text = complement.text
            decimals = int(text[51]) if text[51].isdecimal() else 2
            return complement.plain_amount(52, decimals), text[48:51].strip()
    return None, ""


def _squeezed(text: str) -> str:
    return " ".join(text.split())
