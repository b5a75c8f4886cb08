"""The documents: what an invoice, a credit note, a quote says, computed from its lines.

    2026-11-03 * "Martin Bâtiment SAS" "Refonte du site vitrine" ^F2026-0042
      invoice: "F2026-0042"
      client: "martin"
      due: 2027-01-14
      Assets:Clients:Martin          1506.00 EUR
      Income:Prestations            -1235.00 EUR
        product: "DEV-DAY"
        quantity: 2
        discount: 5
      …

All amounts are in the document's currency and positive for what the document is about: the
sale of an invoice, the reduction of a credit note. What the ledger's legs say is kept beside
(``booked``) and compared by the rules; nothing is taken from a VAT leg.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from beancount.core import data

from facturier.money import CENT, ZERO, half_up, percent_of, smallest_unit, spread
from facturier.parties import Client, Seller
from facturier.terms import parse_terms
from facturier.vat import Tax, TaxSubtotal, breakdown, total_tax
from facturier.violations import Place

_INVOICES = ("invoice", "deposit", "progress", "final", "self-billed", "credit-note")
_SERIES = {"deposit": ("deposit", "invoice"), "self-billed": ("self-billed", "invoice")}


class Kind(Enum):
    """The kinds of documents; the value is the word of the ledger.

    Attributes:
        is_invoice: Whether the law calls it an invoice: numbered without gaps, with all mentions.
        on_books: Whether the document is booked.
        series: The kinds of series its numbers may come from, its own first.
    """

    INVOICE = "invoice"
    DEPOSIT = "deposit"
    PROGRESS = "progress"
    FINAL = "final"
    SELF_BILLED = "self-billed"
    CREDIT_NOTE = "credit-note"
    CLAIM = "claim"
    DRAFT = "draft"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY = "delivery"
    PROFORMA = "proforma"
    AGREEMENT = "agreement"

    is_invoice: bool
    on_books: bool
    series: tuple[str, ...]

    def __init__(self, word: str) -> None:
        self.is_invoice = word in _INVOICES
        self.on_books = self.is_invoice or word == "claim"
        own = (word, "invoice") if word == "credit-note" else ("invoice",) if self.is_invoice else (word,)
        self.series = _SERIES.get(word, own)


class Line(NamedTuple):
    """An invoice line (BG-25).

    Attributes:
        item: What is sold (BT-153).
        description: Details (BT-154).
        product: Code in the catalogue (BT-155), or "".
        quantity: BT-129.
        unit: Unit as typed, such as "day" (BT-130), or "".
        price: Price of one unit before discount (BT-148), net; with tax on a ``ttc`` document.
        discount: Discount on the line (BT-136), in money.
        discount_percent: The same as typed in percent (BT-138), or None.
        net: Net amount (BT-131).
        tax: How it is taxed.
        nature: "goods" or "services".
        period_start: BT-134.
        period_end: BT-135.
        delivery: Number of the delivery note of the line, or "".
        booked: What its leg says, in the currency of the books, sales positive.
        gross: On a ``ttc`` document the amount with tax, else the net amount.
        meta: Metadata of its leg: where it is written.
        account: The account of its leg.
    """

    item: str
    description: str
    product: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount: Decimal
    discount_percent: Decimal | None
    net: Decimal
    tax: Tax
    nature: str
    period_start: datetime.date | None
    period_end: datetime.date | None
    delivery: str
    booked: Decimal
    gross: Decimal
    meta: Mapping[str, Any]
    account: str

    @property
    def place(self) -> Place:
        """Where its leg is written."""
        return Place.of(self.meta)


class Instalment(NamedTuple):
    """An amount that a document makes a client owe: an item of the open-item kernel.

    Attributes:
        id: The document's number, with #1, #2… when there are several.
        account: The receivable, retention, doubtful or bill account.
        role: The role of that account.
        amount: What is owed, in the document's currency; negative on a credit note.
        due: When (BT-9), or None where the ledger does not say.
        settles: Numbers of other documents to which the leg moves the amount.
        meta: Metadata of its leg: where it is written.
    """

    id: str
    account: str
    role: str
    amount: Decimal
    due: datetime.date | None
    settles: str
    meta: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Where its leg is written."""
        return Place.of(self.meta)


class VatLeg(NamedTuple):
    """A VAT posting of a document, in the currency of the books; tax owed is positive."""

    account: str
    role: str
    vat: Decimal | str | None
    amount: Decimal
    meta: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Where its leg is written."""
        return Place.of(self.meta)


class Deduction(NamedTuple):
    """A deposit deducted on a final invoice.

    Attributes:
        number: The deposit invoice.
        net: Net amount deducted, as booked.
        tax: How it was taxed.
        vat: VAT of that part of the deposit.
        issued: Date of the deposit invoice, or None when it is not found.
        meta: Metadata of its leg: where it is written.
    """

    number: str
    net: Decimal
    tax: Tax
    vat: Decimal
    issued: datetime.date | None
    meta: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Where its leg is written."""
        return Place.of(self.meta)


class Allowance(NamedTuple):
    """A discount (positive) or charge (negative) on the whole document, per VAT row (BG-20, BG-21)."""

    tax: Tax
    amount: Decimal
    percent: Decimal | None


class Totals(NamedTuple):
    """Document totals (BG-22) and the VAT breakdown (BG-23)."""

    lines: Decimal  # BT-106
    allowances: Decimal  # BT-107
    charges: Decimal  # BT-108
    net: Decimal  # BT-109
    vat: Decimal  # BT-110
    gross: Decimal  # BT-112
    prepaid: Decimal  # BT-113
    payable: Decimal  # BT-115
    taxes: tuple[TaxSubtotal, ...]


class Document(NamedTuple):
    """A document as the ledger states it.

    Attributes:
        kind: What it is.
        number: Its number (BT-1), or "" for a draft.
        date: Issue date (BT-2).
        client: The buyer as it stands on that date, or None when unknown.
        seller: The seller as it stands on that date, or None when unknown.
        title: The narration: what the document is about.
        currency: BT-5.
        rate: Value in the books' currency of one unit of the document's, or None.
        lines: BG-25.
        instalments: What it makes the client owe.
        vat_legs: Its VAT postings.
        deductions: Deposits deducted.
        paid: Paid on the spot (bank, cash or clearing legs), in the document's currency.
        paid_account: The account of that payment, or "".
        adjustments: Sum of the legs on accounts of role allowance, discounts positive.
        values: Its declared metadata.
        further_keys: The keys in it beside number, client and due date, which are on nearly all documents: most
            documents have none.
        entry: The transaction.
    """

    kind: Kind
    number: str
    date: datetime.date
    client: Client | None
    seller: Seller | None
    title: str
    currency: str
    rate: Decimal | None
    lines: tuple[Line, ...]
    instalments: tuple[Instalment, ...]
    vat_legs: tuple[VatLeg, ...]
    deductions: tuple[Deduction, ...]
    paid: Decimal
    paid_account: str
    adjustments: Decimal
    values: Mapping[str, Any]
    further_keys: frozenset[str]
    entry: data.Transaction

    @property
    def place(self) -> Place:
        """The line of the ledger it stands on."""
        return Place.of(self.entry.meta)

    @property
    def is_credit_note(self) -> bool:
        """Whether it reduces what was invoiced."""
        return self.kind is Kind.CREDIT_NOTE

    @property
    def prices_include_tax(self) -> bool:
        """Whether its prices are consumer prices (``ttc: TRUE``)."""
        return self.values.get("ttc") is True

    @property
    def language(self) -> str:
        """Language it is printed in: its own, the client's, else French."""
        client_language = self.client.language if self.client else ""
        return self.values.get("language") or client_language or "fr"

    @property
    def numbers_corrected(self) -> tuple[str, ...]:
        """Numbers of the invoices it corrects or replaces (BT-25)."""
        named = f"{self.values.get('corrects', '')} {self.values.get('replaces', '')}"
        return tuple(named.split())

    @property
    def due(self) -> datetime.date | None:
        """The last due date of its instalments, retention apart; else what ``due:`` or the terms say."""
        dates = [leg.due for leg in self.instalments if leg.due is not None and leg.role != "retention"]
        if dates:
            return max(dates)
        stated: datetime.date | None = self.values.get("due")
        return stated or self.due_by_terms

    @property
    def terms(self) -> str:
        """Payment terms in force: the document's, the client's, the seller's."""
        client_terms = self.client.terms if self.client else ""
        seller_terms = self.seller.terms if self.seller else ""
        return self.values.get("terms") or client_terms or seller_terms

    @property
    def due_by_terms(self) -> datetime.date | None:
        """The last due date that the terms in force give, or None without terms."""
        return max(parse_terms(self.terms).due_dates(self.date)) if self.terms else None

    @property
    def nature(self) -> str:
        """ "goods", "services" or "both" (CGI ann. II art. 242 nonies A I-8° bis)."""
        natures = {line.nature for line in self.lines}
        return natures.pop() if len(natures) == 1 else "both" if natures else "services"

    def allowances(self) -> tuple[Allowance, ...]:
        """The document's discount and charge, split over its VAT rows in proportion to their nets."""
        found: list[Allowance] = []
        for key, sign in (("discount", 1), ("charge", -1)):
            stated = self.values.get(key)
            if stated is not None:
                found += _split_allowance(self, stated, sign)
        return tuple(found)

    def totals(self) -> Totals:
        """Compute the totals from the lines (EN 16931, BR-CO-10 to BR-CO-16)."""
        step = smallest_unit(self.currency)
        nets = [(line.tax, line.net) for line in self.lines]
        lines = discounts = charges = ZERO
        for _, net in nets:
            lines += net
        for allowance in self.allowances():
            nets.append((allowance.tax, -allowance.amount))
            if allowance.amount > 0:
                discounts += allowance.amount
            else:
                charges -= allowance.amount
        taxes = breakdown(nets, step)
        if self.prices_include_tax:
            taxes = _taxes_within_prices(self, taxes)
        net = lines - discounts + charges
        vat = total_tax(taxes)
        prepaid = self.paid
        for deduction in self.deductions:
            prepaid += deduction.net + deduction.vat
        gross = net + vat
        return Totals(lines, discounts, charges, net, vat, gross, prepaid, gross - prepaid, taxes)


def _split_allowance(document: Document, stated: Any, sign: int) -> list[Allowance]:
    """Split a discount (sign 1) or charge (sign -1) of the whole document over its VAT rows."""
    step = smallest_unit(document.currency)
    rows = breakdown(((line.tax, line.net) for line in document.lines), step)
    nets = [row.base for row in rows]
    whole = sum(nets, ZERO)
    percent = stated if isinstance(stated, Decimal) else None
    amount = percent_of(whole, stated, step) if percent is not None else half_up(stated.number, step)
    parts = spread(amount, nets, step)
    return [Allowance(row.tax, sign * part, percent) for row, part in zip(rows, parts, strict=True) if part]


def _taxes_within_prices(document: Document, taxes: tuple[TaxSubtotal, ...]) -> tuple[TaxSubtotal, ...]:
    """Return the breakdown of a document whose prices include tax: the tax is price less net."""
    gross: dict[str, Decimal] = {}
    for line in document.lines:
        gross[line.tax.key] = gross.get(line.tax.key, ZERO) + line.gross
    if document.allowances():
        return taxes
    return tuple(row._replace(amount=gross[row.tax.key] - row.base) for row in taxes)


def vat_in_books(document: Document, totals: Totals) -> Decimal:
    """Return the document's VAT in the currency of the books (BT-111)."""
    if document.rate is None:
        return totals.vat
    return half_up(totals.vat * document.rate, CENT)
