"""The VAT breakdown (BG-23) as EN 16931 groups it; the page shows the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from facturier.einvoice.invoice import TaxRow
from facturier.law.law import Law
from facturier.law.tables import law_of_france
from facturier.money import ZERO
from facturier.vat import STANDARD, TaxSubtotal


def tax_rows(taxes: Iterable[TaxSubtotal], day: date, language: str, law: Law | None = None) -> list[TaxRow]:
    """Return the VAT breakdown (BG-23).

    EN 16931 has one row per rate of the standard category and one per other category (BR-E-01
    and its like): treatments that share a category share a row, which then states both reasons.
    """
    known = law or law_of_france()
    rows: dict[tuple[str, Decimal], TaxRow] = {}
    for subtotal in taxes:
        tax = subtotal.tax
        named = tax.treatment if tax.category != STANDARD else ""
        reason, code = known.exemption(named, day, language) if named else ("", "")
        key = (tax.category, tax.percent if tax.category == STANDARD else ZERO)
        row = rows.get(key)
        if row is None:
            rows[key] = TaxRow(tax.category, tax.percent, subtotal.base, subtotal.amount, reason, code)
            continue
        texts = dict.fromkeys(filter(None, (*row.reason.split(" ; "), reason)))
        rows[key] = row._replace(
            base=row.base + subtotal.base,
            amount=row.amount + subtotal.amount,
            reason=" ; ".join(texts),
            code=row.code if row.code == code else "",
        )
    return list(rows.values())
