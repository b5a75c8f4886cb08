"""Figures of the page that EN 16931 has no term for, in words: the XML states them in its notes and terms.

Deposits with their net amount and VAT, the rate of exchange, instalments, prices with tax.
"""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from facturier.documents import Document, Instalment, Line
from facturier.law.law import Law
from facturier.mentions import Words


def deposit_texts(document: Document, law: Law | None = None) -> list[str]:
    """Return number, date, net amount, VAT and total of each deposit that is deducted."""
    words = Words.of(document, law)
    found = []
    for part in document.deductions:
        amounts = {
            "net": _money(part.net, document, words),
            "vat": _money(part.vat, document, words),
            "gross": _money(part.net + part.vat, document, words),
        }
        if part.issued is None:
            found.append(words.text("deposit-undated", number=part.number, **amounts))
        else:
            found.append(words.text("deposit-deducted", number=part.number, date=words.dated(part.issued), **amounts))
    return found


def rate_text(document: Document, law: Law | None = None) -> str:
    """Return the rate of exchange of a document in another currency than the books; else nothing."""
    if document.rate is None:
        return ""
    words = Words.of(document, law)
    return words.text("exchange-rate", currency=document.currency, rate=words.number(document.rate))


def instalments_text(document: Document, law: Law | None = None) -> str:
    """Return the instalments with their dates, where there are several; else nothing."""
    if len(document.instalments) < 2:
        return ""
    words = Words.of(document, law)
    return ", ".join(_instalment_text(leg, document, words) for leg in document.instalments)


def line_with_tax_text(line: Line, document: Document, law: Law | None = None) -> str:
    """Return price, discount and amount with tax of a line whose price includes it; else nothing.

    EN 16931 knows lines without tax only; what a consumer reads is told beside them (BT-127).
    """
    if not document.prices_include_tax:
        return ""
    words = Words.of(document, law)
    texts = {"price": _money(line.price, document, words), "amount": _money(line.gross, document, words)}
    if line.discount:
        return words.text("line-with-tax-discounted", discount=_money(line.discount, document, words), **texts)
    return words.text("line-with-tax", **texts)


def _instalment_text(leg: Instalment, document: Document, words: Words) -> str:
    row = "instalment-retention" if leg.role == "retention" else "instalment"
    amount = _money(leg.amount, document, words)
    if leg.due is None:
        return words.text(f"{row}-undated", amount=amount)
    return words.text(row, amount=amount, date=words.dated(leg.due))


def _money(amount: Decimal, document: Document, words: Words) -> str:
    decimals = max(2, -int(amount.as_tuple().exponent))
    written: str = format_currency(
        amount, document.currency, f"#,##0.{'0' * decimals}\N{NO-BREAK SPACE}¤", locale=words.language,
        currency_digits=False,
    )  # fmt: skip
    return written
