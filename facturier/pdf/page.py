"""Everything a page shows, computed: what a template may read and nothing else.

A template lays these values out and formats them; it never computes money. Amounts are in the page's currency and
positive for what the document is about (a credit note's are positive: its title says which way they go). Empty text
and ``None`` mean: not stated, so nothing is printed. BT- and BG- numbers are those of EN 16931-1.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

PageKind = Literal[
    "invoice",
    "deposit",
    "progress",
    "final",
    "self-billed",
    "credit-note",
    "quote",
    "order",
    "delivery",
    "proforma",
    "claim",
]
Nature = Literal["goods", "services", "both", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParty:
    """A seller or a client as it stood on the document's date (BG-4, BG-7).

    Attributes:
        name: BT-27, BT-44.
        trade_name: BT-28.
        address: Street, further lines, then "postcode city", as written.
        country: Printed country name, empty where both are in one country.
        contact: The person to ask for (BT-41, BT-56).
        email: BT-43, BT-58.
        phone: BT-42, BT-57.
        website: Web site.
        siren: Nine digits (BT-30, BT-47).
        siret: Fourteen digits (BT-29, BT-46).
        vat_number: BT-31, BT-48.
        legal_form: Such as "SARL", or "Entrepreneur individuel".
        capital: Share capital in euros.
        rcs: Town of the trade register.
        rna: Number of an association.
        ape: Code of the activity.
        further: Other lines the law wants on the page: insurance, mediator, approved association.
    """

    name: str
    trade_name: str = ""
    address: tuple[str, ...] = ()
    country: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    siren: str = ""
    siret: str = ""
    vat_number: str = ""
    legal_form: str = ""
    capital: Decimal | None = None
    rcs: str = ""
    rna: str = ""
    ape: str = ""
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A line (BG-25).

    Attributes:
        item: BT-153.
        description: BT-154; may run over several lines.
        product: BT-155.
        quantity: BT-129; None prints nothing.
        unit: As typed, such as "day"; printed in the document's language where the wording knows it.
        price: Price of one unit (BT-148) as the page shows it: with tax on a page of consumer prices.
        discount: Discount on the line in money (BT-136).
        discount_percent: The same in percent (BT-138).
        amount: What the last column shows: the net amount (BT-131), or the amount with tax on consumer pages.
        category: VAT category code (BT-151).
        rate: VAT rate in percent (BT-152).
        period_start: BT-134.
        period_end: BT-135.
    """

    item: str
    amount: Decimal
    description: str = ""
    product: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    discount: Decimal | None = None
    discount_percent: Decimal | None = None
    category: str = "S"
    rate: Decimal = Decimal(0)
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTax:
    """A row of the VAT breakdown (BG-23).

    Attributes:
        category: BT-118.
        rate: BT-119, in percent.
        base: BT-116.
        amount: BT-117.
        reason: Why there is no tax (BT-120), in the document's language.
    """

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAdjustment:
    """A discount (negative) or charge (positive) on the whole document (BG-20, BG-21).

    Attributes:
        label: Its reason (BT-97, BT-104); empty prints the wording's word.
        amount: Signed as it enters the total.
        percent: Where it was stated in percent.
        rate: The VAT rate of the part, in percent.
    """

    amount: Decimal
    label: str = ""
    percent: Decimal | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDeposit:
    """A deposit deducted on a final invoice.

    Attributes:
        number: Of the deposit invoice.
        date: Of the deposit invoice.
        net: What is deducted, without VAT.
        vat: Its VAT.
        gross: Both.
    """

    number: str
    date: datetime.date | None
    net: Decimal
    vat: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInstalment:
    """One of several dates of payment.

    Attributes:
        amount: What is due then.
        due: The day.
        percent: Its share, where it was stated in percent.
        retention: Whether it is kept back until the works are accepted.
    """

    amount: Decimal
    due: datetime.date | None = None
    percent: Decimal | None = None
    retention: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePaid:
    """Something paid already: on the spot, or before the invoice.

    Attributes:
        amount: What was paid (BT-113).
        date: When.
        method: As in a payment.
    """

    amount: Decimal
    date: datetime.date | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTotals:
    """Totals (BG-22).

    Attributes:
        lines: Sum of the lines (BT-106).
        net: BT-109.
        vat: BT-110.
        gross: BT-112.
        due: BT-115.
        rounding: BT-114.
        vat_in_euro: VAT in the currency of the books (BT-111), on a page in another currency.
        exchange_rate: Euros for one unit of the page's currency.
        exchange_source: Where the rate comes from.
    """

    lines: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    due: Decimal
    rounding: Decimal | None = None
    vat_in_euro: Decimal | None = None
    exchange_rate: Decimal | None = None
    exchange_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePayment:
    """How to pay (BG-16).

    Attributes:
        method: "transfer", "card", "cash", "cheque", "direct-debit", or "" where the page does not say.
        holder: Whose account it is (BT-85).
        iban: BT-84.
        bic: BT-86.
        reference: What the payer must quote (BT-83): a creditor reference or the number.
        epc: Payload of the payment code, from :func:`facturier.pdf.epc_qr.epc_payload`; empty for none.
        mandate: Direct debit mandate (BT-89).
        creditor_id: SEPA creditor identifier (BT-90).
    """

    method: str = ""
    holder: str = ""
    iban: str = ""
    bic: str = ""
    reference: str = ""
    epc: str = ""
    mandate: str = ""
    creditor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReference:
    """Another document: one that is corrected, replaced or carried out.

    Attributes:
        number: BT-25.
        date: BT-26, where it is known.
    """

    number: str
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAttachment:
    """A file that goes with the document (BG-24).

    Attributes:
        name: Of the file (BT-125).
        qualifier: What it is (BT-123), a word of BR-FR-17; empty where it is not said.
    """

    name: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document, ready to be shown.

    Attributes:
        kind: What it is.
        number: BT-1; empty on a draft.
        date: BT-2.
        language: Of the page, such as "fr".
        currency: BT-5.
        seller: BG-4.
        client: BG-7.
        lines: BG-25.
        taxes: BG-23.
        totals: BG-22.
        title: What the document is about, in the seller's words.
        draft: Print "draft" across the page; it is not an invoice.
        duplicate: Print "duplicate" across the page.
        prices_include_tax: Consumer prices: columns and line amounts are with tax.
        hide_prices: A delivery note: no prices, no totals.
        due: BT-9.
        terms: Payment terms in words (BT-20).
        valid_until: Of a quote.
        nature: Category of the operations (CGI ann. II art. 242 nonies A, I-8° bis).
        vat_on_debits: Print "paid on debits" (I-11° bis).
        delivery_date: BT-72.
        delivery_name: BT-70.
        delivery_address: BG-15, where it is not the client's address.
        period_start: BT-73.
        period_end: BT-74.
        order: The client's order (BT-13).
        contract: BT-12.
        engagement: Commitment number of a public body.
        service_code: Service of a public body (BT-10).
        quote: The quote it comes from.
        corrects: The invoices a credit note corrects.
        replaces: The document it replaces.
        adjustments: BG-20, BG-21.
        deposits: Deposits deducted.
        paid: What is paid already.
        instalments: Dates of payment, where there are several.
        payment: BG-16.
        notes: Legal mentions and remarks, each a paragraph.
        attachments: BG-24.
    """

    kind: PageKind
    number: str
    date: datetime.date
    language: str
    currency: str
    seller: PageParty
    client: PageParty
    lines: tuple[PageLine, ...]
    taxes: tuple[PageTax, ...]
    totals: PageTotals
    title: str = ""
    draft: bool = False
    duplicate: bool = False
    prices_include_tax: bool = False
    hide_prices: bool = False
    due: datetime.date | None = None
    terms: str = ""
    valid_until: datetime.date | None = None
    nature: Nature = ""
    vat_on_debits: bool = False
    delivery_date: datetime.date | None = None
    delivery_name: str = ""
    delivery_address: tuple[str, ...] = ()
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    order: str = ""
    contract: str = ""
    engagement: str = ""
    service_code: str = ""
    quote: str = ""
    corrects: tuple[PageReference, ...] = ()
    replaces: tuple[PageReference, ...] = ()
    adjustments: tuple[PageAdjustment, ...] = ()
    deposits: tuple[PageDeposit, ...] = ()
    paid: tuple[PagePaid, ...] = ()
    instalments: tuple[PageInstalment, ...] = ()
    payment: PagePayment = field(default_factory=PagePayment)
    notes: tuple[str, ...] = ()
    attachments: tuple[PageAttachment, ...] = ()
