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

from facturier.documents import Document, Kind
from facturier.law.law import Law
from facturier.law.rows import LATEST, Mention
from facturier.law.tables import law_of_france
from facturier.parties import Seller
from facturier.terms import Delay, TermsError, parse_terms, read_escompte
from facturier.vat import ISO_OF_VAT_PREFIX, ONE_STOP_SHOP

PRINTED_LANGUAGES = ("fr", "en", "nl", "de")
_FALLBACK = "en"
_DATE_PATTERNS = {"fr": "dd/MM/yyyy", "en": "d MMMM yyyy", "nl": "dd-MM-yyyy", "de": "dd.MM.yyyy"}


class LegalNote(NamedTuple):
    """A note with its EN 16931 subject code (BT-21), and its text (BT-22)."""

    subject: str
    text: str


class Words(NamedTuple):
    """The wordings as they stand on a document's day, in its language.

    Attributes:
        law: The tables of the law.
        day: The day of the document.
        language: The language it is printed in.
    """

    law: Law
    day: date
    language: str

    @classmethod
    def of(cls, document: Document, law: Law | None) -> Words:
        """Return the words for a document, from the program's own tables where no others are given."""
        return cls(law or law_of_france(), document.date, printed_language(document))

    def row(self, identifier: str) -> Mention:
        """Return a row; a wording that no row covers on that day is the first ever known."""
        return self.law.mention(identifier, self.day) or self.law.mentions[identifier][0]

    def text(self, identifier: str, **values: object) -> str:
        """Return a wording with its holes filled; in English where it has no other language."""
        wordings = self.row(identifier).text
        text = wordings.get(self.language, wordings[_FALLBACK])
        return text.format(**values)

    def note(self, identifier: str, **values: object) -> LegalNote:
        """Return a wording as a note."""
        return LegalNote(self.row(identifier).subject, self.text(identifier, **values))

    def dated(self, day: date) -> str:
        """Return a date as written in the language."""
        written: str = format_date(day, _DATE_PATTERNS[self.language], locale=self.language)
        return written

    def number(self, number: Decimal) -> str:
        """Return a number as written in the language, with all its decimals."""
        written: str = format_decimal(number, locale=self.language, decimal_quantization=False)
        return written


def wording(identifier: str, language: str, **values: object) -> str:
    """Return a wording of the program's own tables in a language; in English where it has no other."""
    return Words(law_of_france(), LATEST, language).text(identifier, **values)


def printed_language(document: Document) -> str:
    """Return the language a document is printed in: its own, or English where no wording in it exists."""
    return document.language if document.language in PRINTED_LANGUAGES else _FALLBACK


def legal_notes(document: Document, law: Law | None = None) -> list[LegalNote]:
    """Return the notes on late payment and early payment that every invoice carries.

    For a consumer they say that neither penalty nor indemnity is owed (L441-10 binds
    professionals), since BR-FR-05 wants the three notes in any case. A public buyer owes the
    rate of the public procurement code, which no contract changes.
    """
    words = Words.of(document, law)
    kind = document.client.kind if document.client is not None else "business"
    if kind == "consumer":
        found = [words.note("consumer-no-indemnity"), words.note("consumer-no-penalty")]
    else:
        found = [_penalty(document, kind, words), words.note("recovery-indemnity")]
    offered = read_escompte(document.seller.escompte) if document.seller else None
    if offered:
        found.append(words.note("escompte-offered", percent=words.number(offered.percent), days=offered.days))
    else:
        found.append(words.note("escompte-none"))
    return found


def _penalty(document: Document, kind: str, words: Words) -> LegalNote:
    rate = document.seller.penalty_rate if document.seller else "legal"
    if kind == "public":
        return words.note("penalty-public")
    if isinstance(rate, Decimal):
        return words.note("penalty-contractual", rate=words.number(rate))
    return words.note("penalty-legal")


def further_mentions(document: Document, law: Law | None = None) -> list[str]:
    """Return the mentions of particular cases: replacement, certificate, insurance, mediator, one-stop shop…"""
    words = Words.of(document, law)
    values, seller, client = document.values, document.seller, document.client
    found = []
    replaces = str(values.get("replaces", "")).split()
    if replaces:
        found.append(words.text("cancels", numbers=", ".join(replaces)))
    if values.get("attestation"):
        found.append(words.text("works-certificate", text=values["attestation"]))
    if values.get("waste") and document.kind in {Kind.QUOTE, Kind.ORDER}:
        found.append(words.text("waste", text=values["waste"]))
    if any(line.tax.treatment == ONE_STOP_SHOP for line in document.lines):
        found.append(words.text("one-stop-shop", country=_country(values.get("vat-country", ""), words.language)))
    if seller is not None and seller.tax_representative:
        found.append(words.text("tax-representative", text=seller.tax_representative))
    if seller is not None and seller.insurer:
        text = ", ".join(filter(None, (seller.insurer, seller.insurance_area)))
        found.append(words.text("insurance", text=text))
    if seller is not None and seller.mediator and client is not None and client.kind == "consumer":
        found.append(words.text("mediator", text=seller.mediator))
    return found


def mentions_of_the_page(document: Document, law: Law | None = None) -> list[str]:
    """Return the mentions that the page's template prints in places of their own; the XML repeats them as notes."""
    words = Words.of(document, law)
    found = []
    if document.kind is Kind.SELF_BILLED:
        found.append(words.text("self-billed"))
    if opted_for_debits(document):
        found.append(words.text("debits"))
    return found


def opted_for_debits(document: Document) -> bool:
    """Tell whether the option for VAT on debits is to be stated: services with VAT, from a seller who opted."""
    seller = document.seller
    if seller is None or seller.vat_on != "debits":
        return False
    return any(line.tax.percent and line.nature == "services" for line in document.lines)


def terms_text(document: Document, law: Law | None = None) -> str:
    """Return the payment terms in words (BT-20); on a credit note, how it is used.

    Dates that the ledger states come before terms that would give others. Where it states neither, the law's
    own delay is said, not one that nobody agreed on.
    """
    words = Words.of(document, law)
    if document.is_credit_note:
        return words.text("terms-credit-note")
    if document.paid and not document.totals().payable:
        return words.text("terms-paid")
    try:
        terms = parse_terms(document.terms) if document.terms else None
    except TermsError:
        return document.terms
    stated = {leg.due for leg in document.instalments if leg.due is not None and leg.role != "retention"}
    if document.values.get("due") and not stated:
        stated = {document.values["due"]}
    if stated and (terms is None or stated != set(terms.due_dates(document.date))):
        return _dates_text(stated, words)
    if terms is None:
        return _terms_of_the_law(document, words)
    if len(terms.instalments) == 1:
        return _delay_text(terms.instalments[0][1], words)
    return ", ".join(
        words.text("terms-instalment", percent=words.number(percent), delay=_delay_text(delay, words))
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


def _country(code: str, language: str) -> str:
    name: str = Locale(language).territories.get(ISO_OF_VAT_PREFIX.get(code, code), code)
    return name


def _dates_text(days: set[date], words: Words) -> str:
    if len(days) > 1:
        return words.text("terms-dates", count=len(days))
    day = format_date(min(days), _DATE_PATTERNS[words.language], locale=words.language)
    return words.text("terms-date", date=day)


def _terms_of_the_law(document: Document, words: Words) -> str:
    """Return when the law wants the payment where nothing is agreed (C. com. L441-10 I, CCP R2192-10, C. civ. 1342)."""
    kind = document.client.kind if document.client is not None else "business"
    if kind == "consumer":
        return words.text("terms-law-consumer")
    row, figure = ("terms-law-public", "public") if kind == "public" else ("terms-law-business", "default")
    days = words.law.figure("terms", figure, words.day)
    return words.text(row, days=words.number(days)) if days is not None else ""


def _delay_text(delay: Delay, words: Words) -> str:
    if delay.end_of_month == "before":
        return words.text("terms-end-days", days=delay.days)
    if delay.end_of_month == "after":
        return words.text("terms-days-end", days=delay.days)
    if delay.day:
        return words.text("terms-days-day", days=delay.days, day=delay.day)
    return words.text("terms-days", days=delay.days) if delay.days else words.text("terms-receipt")
