"""The texts of a document: legal mentions, payment terms, in the document's language.

The page prints them and the XML repeats them, word for word: the readable document must hold
all that the structured one holds (AFNOR XP Z12-012). Wordings are rows of ``law/mentions.toml``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from facturier.documents import Document
from facturier.law.tables import mentions
from facturier.parties import Seller
from facturier.terms import EARLY_PAYMENT, Delay, TermsError, parse_terms

PRINTED_LANGUAGES = ("fr", "en")
_FALLBACK = "en"
_DATE_PATTERNS = {"fr": "dd/MM/yyyy", "en": "d MMMM yyyy"}


class LegalNote(NamedTuple):
    """A note with its EN 16931 subject code (BT-21), and its text (BT-22)."""

    subject: str
    text: str


def wording(identifier: str, language: str, **values: object) -> str:
    """Return a wording of the law table in a language; in English where it has no other."""
    text = mentions()[identifier].text
    return text.get(language, text[_FALLBACK]).format(**values)


def printed_language(document: Document) -> str:
    """Return the language a document is printed in: its own, or English where no wording in it exists."""
    return document.language if document.language in PRINTED_LANGUAGES else _FALLBACK


def legal_notes(document: Document) -> list[LegalNote]:
    """Return the notes on late payment and early payment that every invoice carries.

    For a consumer they say that neither penalty nor indemnity is owed (L441-10 binds
    professionals), since BR-FR-05 wants the three notes in any case.
    """
    language = printed_language(document)
    seller = document.seller
    if document.client is not None and document.client.kind == "consumer":
        found = [_note("consumer-no-indemnity", language), _note("consumer-no-penalty", language)]
    else:
        rate = seller.penalty_rate if seller else "legal"
        penalty = (
            _note("penalty-contractual", language, rate=format_decimal(rate, locale=language))
            if isinstance(rate, Decimal)
            else _note("penalty-legal", language)
        )
        found = [penalty, _note("recovery-indemnity", language)]
    offered = EARLY_PAYMENT.fullmatch(seller.escompte) if seller else None
    if offered:
        percent = format_decimal(Decimal(offered["percent"]), locale=language)
        found.append(_note("escompte-offered", language, percent=percent, days=offered["days"]))
    else:
        found.append(_note("escompte-none", language))
    return found


def further_mentions(document: Document) -> list[str]:
    """Return the mentions of particular cases: replacement, certificate, insurance, mediator."""
    language = printed_language(document)
    found = []
    replaces = str(document.values.get("replaces", "")).split()
    if replaces:
        found.append(wording("cancels", language, numbers=", ".join(replaces)))
    if document.values.get("attestation"):
        found.append(wording("works-certificate", language, text=document.values["attestation"]))
    seller = document.seller
    if seller is not None and seller.insurer:
        text = ", ".join(filter(None, (seller.insurer, seller.insurance_area)))
        found.append(wording("insurance", language, text=text))
    if seller is not None and seller.mediator and document.client is not None and document.client.kind == "consumer":
        found.append(wording("mediator", language, text=seller.mediator))
    return found


def terms_text(document: Document) -> str:
    """Return the payment terms in words (BT-20); on a credit note, how it is used.

    Dates that the ledger states come before terms that would give others.
    """
    language = printed_language(document)
    if document.is_credit_note:
        return wording("terms-credit-note", language)
    if document.paid and not document.totals().payable:
        return wording("terms-paid", language)
    try:
        terms = parse_terms(document.terms) if document.terms else None
    except TermsError:
        return document.terms
    stated = {leg.due for leg in document.instalments if leg.due is not None and leg.role != "retention"}
    if document.values.get("due") and not stated:
        stated = {document.values["due"]}
    if stated and (terms is None or stated != set(terms.due_dates(document.date))):
        return _dates_text(stated, language)
    if terms is None:
        return wording("terms-receipt", language)
    if len(terms.instalments) == 1:
        return _delay_text(terms.instalments[0][1], language)
    return ", ".join(
        wording(
            "terms-instalment",
            language,
            percent=format_decimal(percent, locale=language),
            delay=_delay_text(delay, language),
        )
        for percent, delay in terms.instalments
    )


def seller_legal(seller: Seller, language: str) -> str:
    """Return the legal form, capital and register of a seller in one line (BT-33)."""
    found = []
    if seller.capital is not None and seller.capital.number is not None and seller.legal_form:
        whole = seller.capital.number == seller.capital.number.to_integral_value()
        standard = Locale(language).currency_formats["standard"].pattern
        pattern = standard.replace(".00", "") if whole else standard
        capital = format_currency(
            seller.capital.number, seller.capital.currency, pattern, locale=language, currency_digits=False
        )
        found.append(wording("capital", language, form=seller.legal_form, capital=capital))
    elif seller.legal_form:
        found.append(seller.legal_form)
    if seller.ei:
        found.append(wording("sole-trader", language))
    if seller.rcs:
        found.append(wording("register", language, town=seller.rcs, siren=seller.siren))
    return ", ".join(found)


def _dates_text(days: set[date], language: str) -> str:
    if len(days) > 1:
        return wording("terms-dates", language, count=len(days))
    return wording("terms-date", language, date=format_date(min(days), _DATE_PATTERNS[language], locale=language))


def _note(identifier: str, language: str, **values: object) -> LegalNote:
    return LegalNote(mentions()[identifier].subject, wording(identifier, language, **values))


def _delay_text(delay: Delay, language: str) -> str:
    if delay.end_of_month == "before":
        return wording("terms-end-days", language, days=delay.days)
    if delay.end_of_month == "after":
        return wording("terms-days-end", language, days=delay.days)
    if delay.day:
        return wording("terms-days-day", language, days=delay.days, day=delay.day)
    return wording("terms-days", language, days=delay.days) if delay.days else wording("terms-receipt", language)
