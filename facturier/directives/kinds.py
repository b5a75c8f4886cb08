"""Kinds of values: what may be typed after a key, and what to say when something else was.

beancount reads ``due: 31/12/2026`` as a division, ``postcode: 06000`` as the number 6000 and
``price: 650`` as a number without currency, all without a word. Each kind knows these slips.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from beancount.core.amount import Amount
from stdnum import iban
from stdnum.fr import siren, siret, tva

from facturier.directives.spelling import nearest
from facturier.law.tables import vat_treatments
from facturier.messages import Message, message
from facturier.money import HUNDRED, LARGEST_AMOUNT, ZERO
from facturier.terms import EARLY_PAYMENT, TermsError, parse_terms

Refusal = Message | None

# Names of the ledger's own VAT treatments begin so, and will never be names of ours.
OWN_TREATMENT = "own-"
_VAT_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9+*.-]{2,18}")


def accept(_value: Any) -> Refusal:
    """Refuse nothing: the check of a kind whose types say it all."""
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        name: What the reference page calls it.
        types: The Python types beancount gives for it.
        example: How it is typed.
        refuse: Says what is wrong with a value of the right type, or None.
        mistyped: Says what is wrong with a value of another type.
    """

    name: Message
    types: frozenset[type]
    example: str
    mistyped: Callable[[Any], Message]
    refuse: Callable[[Any], Refusal] = accept

    def fault(self, value: Any) -> Refusal:
        """Return what is wrong with a value, or None when it may stand."""
        return self.refuse(value) if type(value) in self.types else self.mistyped(value)


def typed(value: Any) -> str:
    """Return a value as its user would type it."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 12 else str(value)
    return str(value)


def _text_mistyped(value: Any) -> Message:
    if isinstance(value, Decimal):
        return message("beancount reads this as the number {value}; put it in quotes to keep it as text", value=value)
    return message('a text in quotes is expected, such as "…", not {value}', value=typed(value))


def _number_mistyped(value: Any) -> Message:
    if isinstance(value, str):
        return message("a number is expected; write it without quotes: {value}", value=value)
    if isinstance(value, Amount):
        return message("a number alone is expected; leave out the currency: {value}", value=value.number)
    return message("a number is expected, such as 20, not {value}", value=typed(value))


def _amount_mistyped(value: Any) -> Message:
    if isinstance(value, Decimal):
        return message("the currency is missing; write {value} EUR", value=typed(value))
    if isinstance(value, str):
        return message("an amount is expected; write it without quotes: {value}", value=value)
    return message("an amount with its currency is expected, such as 650.00 EUR, not {value}", value=typed(value))


def _date_mistyped(value: Any) -> Message:
    if isinstance(value, Decimal):
        return message(
            "beancount reads this as a calculation (its result is {value:.6g}); "
            "write the date as year-month-day, such as 2026-12-31",
            value=value,
        )
    return message(
        "a date without quotes is expected, written year-month-day such as 2026-12-31, not {value}", value=typed(value)
    )


def _flag_mistyped(value: Any) -> Message:
    return message("TRUE or FALSE is expected, in capitals and without quotes, not {value}", value=typed(value))


def _account_mistyped(value: Any) -> Message:
    return message("an account is expected, such as Assets:Clients, not {value}", value=typed(value))


_LEAST_AMOUNT = -LARGEST_AMOUNT


def _number_refused(value: Decimal) -> Refusal:
    try:
        if _LEAST_AMOUNT <= value <= LARGEST_AMOUNT:
            return None
    except InvalidOperation:  # not a number, which has no order
        pass
    return message("the number {value} is too large to stand on an invoice", value=value)


def _amount_refused(value: Amount) -> Refusal:
    if value.number is None or value.currency is None:
        return message("an amount with its currency is expected, such as 650.00 EUR, not {value}", value="")
    return _number_refused(value.number)


def _number_or_amount_refused(value: Any) -> Refusal:
    return _amount_refused(value) if isinstance(value, Amount) else _number_refused(value)


def _terms_refused(value: str) -> Refusal:
    try:
        parse_terms(value)
    except TermsError:
        return message(
            'these are not payment terms; write one of "30 days", "45 days end of month", '
            '"end of month + 45 days", "on receipt", "30 days the 10", "30% on receipt, 70% 30 days"'
        )
    return None


def _escompte_refused(value: str) -> Refusal:
    if value == "none" or EARLY_PAYMENT.fullmatch(value):
        return None
    return message('"{value}" is no discount for early payment; write "none", or for example "2% 10 days"', value=value)


def _vat_refused(value: Any) -> Refusal:
    if isinstance(value, Decimal):
        try:
            if ZERO <= value <= HUNDRED:
                return None
        except InvalidOperation:  # not a number, which has no order
            pass
        return message("a VAT rate lies between 0 and 100 percent, not {value}", value=typed(value))
    return _treatment_refused(value)


@lru_cache(maxsize=1024)
def _treatment_refused(value: str) -> Refusal:
    treatments = vat_treatments()
    # A treatment that the ledger adds (custom "law") is looked up where it is used: the directive may come later.
    if value in treatments or value.startswith(OWN_TREATMENT):
        return None
    meant = nearest(value, treatments)
    if meant is not None:
        return message('no VAT treatment is called "{value}"; did you mean "{meant}"?', value=value, meant=meant)
    return message(
        'no VAT treatment is called "{value}"; write a rate such as 20, or one of {names}',
        value=value,
        names=", ".join(sorted(treatments)),
    )


def _vat_mistyped(value: Any) -> Message:
    return message(
        'a rate in percent such as 20, or a treatment in quotes such as "export", is expected, not {value}',
        value=typed(value),
    )


def _number_or_amount_mistyped(value: Any) -> Message:
    return message("a number (percent) or an amount with its currency is expected, not {value}", value=typed(value))


def _penalty_mistyped(value: Any) -> Message:
    return message('"legal", or a rate in percent a year such as 12.15, is expected, not {value}', value=typed(value))


def _penalty_refused(value: Any) -> Refusal:
    return None if isinstance(value, Decimal) or value == "legal" else _penalty_mistyped(value)


def _country_refused(value: str) -> Refusal:
    if value in _countries():
        return None
    return message('"{value}" is no country code; write two capitals such as "FR", "BE" or "US"', value=value)


@cache
def _countries() -> frozenset[str]:
    """Return the country codes of ISO 3166, and EL, which Greece's VAT numbers begin with."""
    codes = {code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)}
    return frozenset(codes - {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"} | {"EL"})


def _siren_refused(value: str) -> Refusal:
    if siren.is_valid(value):
        return None
    return message('"{value}" is no SIREN: nine digits, of which the last checks the others', value=value)


def _siret_refused(value: str) -> Refusal:
    if siret.is_valid(value):
        return None
    return message(
        '"{value}" is no SIRET: the nine digits of the SIREN and five more, of which the last checks the others',
        value=value,
    )


def _vat_number_refused(value: str) -> Refusal:
    number = "".join(value.split())
    if _VAT_NUMBER.fullmatch(number) and (not number.startswith("FR") or tva.is_valid(number)):
        return None
    return message(
        '"{value}" is no VAT number: two capitals for the country, then its characters, such as "FR44732829320"',
        value=value,
    )


def _iban_refused(value: str) -> Refusal:
    if iban.is_valid(value):
        return None
    return message('"{value}" is no IBAN: its check digits do not fit; copy it anew from the bank', value=value)


def choice(*words: str) -> Kind:
    """Make the kind of a text that must be one of several words."""

    def refuse(value: str) -> Refusal:
        if value in words:
            return None
        meant = nearest(value, words)
        if meant is not None:
            return message('"{value}" is not one of its values; did you mean "{meant}"?', value=value, meant=meant)
        return message('"{value}" is not one of its values: {words}', value=value, words=", ".join(words))

    return Kind(
        name=message("one of {words}", words=", ".join(words)),
        types=frozenset({str}),
        example=f'"{words[0]}"',
        mistyped=_text_mistyped,
        refuse=refuse,
    )


def _kind(
    name: Message,
    types: Iterable[type],
    example: str,
    mistyped: Callable[[Any], Message],
    refuse: Callable[[Any], Refusal] = accept,
) -> Kind:
    return Kind(name, frozenset(types), example, mistyped, refuse)


TEXT = _kind(message("text in quotes"), {str}, '"…"', _text_mistyped)
COUNTRY = _kind(message("text in quotes"), {str}, '"FR"', _text_mistyped, _country_refused)
SIREN = _kind(message("text in quotes"), {str}, '"732829320"', _text_mistyped, _siren_refused)
SIRET = _kind(message("text in quotes"), {str}, '"73282932000074"', _text_mistyped, _siret_refused)
VAT_NUMBER = _kind(message("text in quotes"), {str}, '"FR44732829320"', _text_mistyped, _vat_number_refused)
IBAN = _kind(message("text in quotes"), {str}, '"FR7630006000011234567890189"', _text_mistyped, _iban_refused)
NUMBER = _kind(message("number"), {Decimal}, "2", _number_mistyped, _number_refused)
AMOUNT = _kind(message("amount with currency"), {Amount}, "650.00 EUR", _amount_mistyped, _amount_refused)
PERCENT_OR_AMOUNT = _kind(
    message("percent, or amount with currency"),
    {Decimal, Amount},
    "5",
    _number_or_amount_mistyped,
    _number_or_amount_refused,
)
DATE = _kind(message("date"), {date}, "2026-12-31", _date_mistyped)
FLAG = _kind(message("TRUE or FALSE"), {bool}, "TRUE", _flag_mistyped)
ACCOUNT = _kind(message("account"), {str}, "Assets:Clients", _account_mistyped)
ESCOMPTE = _kind(message("text in quotes"), {str}, '"2% 10 days"', _text_mistyped, _escompte_refused)
TERMS = _kind(message("payment terms"), {str}, '"30 days"', _text_mistyped, _terms_refused)
VAT = _kind(message("VAT rate in percent, or treatment"), {Decimal, str}, "20", _vat_mistyped, _vat_refused)
PENALTY_RATE = _kind(
    message('"legal", or percent a year'), {Decimal, str}, '"legal"', _penalty_mistyped, _penalty_refused
)
