"""Taking an invoice back: a credit note for all of it, which names it and settles what it left open.

Source: CGI art. 289-I-5 and BOI-TVA-DECLA-30-20-20-20 § 210 to 260: an invoice that was issued is
corrected by another document that refers to it, never by a change of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from beancount.core import data

from facturier.books import Books
from facturier.directives.transactions import POSTING_KEYS
from facturier.documents import Document, Kind
from facturier.draft_text import Leg, money, transaction_text
from facturier.explicit_lines import line_keys
from facturier.issuing import Issued, Issuer, NotIssuableError
from facturier.messages import Message, message
from facturier.money import ZERO, half_up
from facturier.next_numbers import NumberRefusedError
from facturier.roles import MONEY, OWED
from facturier.text_edit import quoted

# What the invoice said and the credit note says again; its own dates, terms and number are its own.
_SAID_AGAIN = (
    "seller", "delivery-date", "delivery-address", "period-start", "period-end", "order-ref", "contract-ref",
    "engagement", "service-code", "attestation", "discount", "charge", "payer", "rate", "language", "template", "ttc",
    "vat-country",
)  # fmt: skip
_TITLES = {"fr": "Avoir sur la facture {number}", "nl": "Creditnota voor factuur {number}",
           "de": "Gutschrift zur Rechnung {number}"}  # fmt: skip
_TITLE = "Credit note for invoice {number}"


def credit_whole(issuer: Issuer, invoice: Document) -> Issued:
    """Return the credit note that takes a whole invoice back.

    What was paid on the spot is owed back to the client, as is what else was paid: the credit
    settles what is open, and the rest stays on the client's account.

    Raises:
        NotIssuableError: It is no invoice, or was credited before.
    """
    fault = _fault(issuer.books, invoice, issuer)
    if fault is not None:
        raise NotIssuableError(invoice.place, fault)
    number = _draw(issuer, invoice)
    client = invoice.client.id if invoice.client else ""
    keys: dict[str, Any] = {"credit-note": number, "corrects": invoice.number, "client": client}
    keys |= {key: invoice.values[key] for key in _SAID_AGAIN if key in invoice.values}
    title = _TITLES.get(invoice.language, _TITLE).format(number=invoice.number)
    payee = quoted(invoice.entry.payee or (invoice.client.name if invoice.client else ""))
    header = f"{issuer.day} * {payee} {quoted(title)} ^{number} ^{invoice.number}"
    text = transaction_text(header, keys, [*_owed(issuer, invoice), *_turned(invoice, issuer.books)])
    return Issued(issuer.read(text, invoice.place), text, invoice)


def _fault(books: Books, invoice: Document, issuer: Issuer) -> Message | None:
    if not invoice.kind.is_invoice or invoice.is_credit_note:
        return message("{number} is no invoice; only an invoice can be credited.", number=invoice.number)
    if not invoice.totals().gross:
        return message("{number} amounts to nothing; there is nothing to credit.", number=invoice.number)
    if issuer.day < invoice.date:
        return message(
            "{number} is dated {day}; its credit note cannot be earlier.", number=invoice.number, day=invoice.date
        )
    for other in (*books.documents, *issuer.issued):
        if other.is_credit_note and invoice.number in other.numbers_corrected:
            return message(
                "{number} was credited before, by {other}; write a credit note for the rest by hand.",
                number=invoice.number,
                other=other.number,
            )
    return None


def _draw(issuer: Issuer, invoice: Document) -> str:
    seller = invoice.seller.id if invoice.seller else ""
    try:
        return issuer.numbers.draw(Kind.CREDIT_NOTE, "", seller, issuer.day)
    except NumberRefusedError as error:
        raise NotIssuableError(invoice.place, error.message) from error


def _owed(issuer: Issuer, invoice: Document) -> Iterator[Leg]:
    """Yield the legs that take back what is owed, and what was paid on the spot."""
    postings = {id(posting.meta): posting for posting in invoice.entry.postings}
    for instalment in invoice.instalments:
        if instalment.amount:
            yield _negated(postings[id(instalment.meta)], {"settles": instalment.id})
    if not invoice.paid:
        return
    account = invoice.client.account if invoice.client else ""
    price = ""
    if invoice.rate is not None:
        value = sum((_value(posting) for posting in invoice.entry.postings if _is_payment(posting, issuer.books)), ZERO)
        price = f"@@ {money(value, issuer.books.currency)}"
    account = account or issuer.account_of("receivable", None, invoice.place)
    yield Leg(account, money(-invoice.paid, invoice.currency), price)


def _turned(invoice: Document, books: Books) -> Iterator[Leg]:
    """Yield all other legs with the opposite sign; the lines say all that their page shows."""
    lines = {id(line.meta): line for line in invoice.lines}
    for posting in invoice.entry.postings:
        if books.roles.of(posting.account).name in OWED or _is_payment(posting, books):
            continue
        stated = {key: value for key, value in (posting.meta or {}).items() if key in POSTING_KEYS}
        line = lines.get(id(posting.meta))
        yield _negated(posting, stated if line is None else {**line_keys(line, invoice), **stated})


def _is_payment(posting: data.Posting, books: Books) -> bool:
    role = books.roles.of(posting.account).name
    return role in MONEY or role == "fees"


def _negated(posting: data.Posting, keys: dict[str, Any]) -> Leg:
    price = "" if posting.price is None else f"@@ {money(abs(_value(posting)), str(posting.price.currency))}"
    currency = "" if posting.units is None else posting.units.currency  # an amount of zero is false
    return Leg(posting.account, money(-_number(posting), str(currency)), price, keys)


def _number(posting: data.Posting) -> Decimal:
    return ZERO if posting.units is None or posting.units.number is None else posting.units.number


def _value(posting: data.Posting) -> Decimal:
    number = _number(posting)
    return number if posting.price is None else half_up(number * (posting.price.number or ZERO))
