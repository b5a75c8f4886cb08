"""The invoice that EN 16931 describes: its business terms, whatever the syntax they are written in.

`facturier.einvoice.semantic` makes one from a document of the books; `facturier.einvoice.cii` and
`facturier.einvoice.ubl` write it. Both say the same, since neither computes anything. Empty text
and None mean: not stated. Amounts are positive for what the invoice is about, in its currency;
those of a credit note are positive too.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from facturier.messages import Message

EN16931_PROFILE = "urn:cen.eu:en16931:2017"
BOOKS_CURRENCY = "EUR"
CREDIT_NOTE_TYPE = "381"
NOT_SUBJECT = "O"


class UnwritableError(ValueError):
    """A document that the EN 16931 profile cannot say, with the reason for the user."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class Note(NamedTuple):
    """A note on the document (BG-1): its subject (BT-21, UNTDID 4451) and its text (BT-22)."""

    subject: str
    text: str


class ElectronicAddress(NamedTuple):
    """Where a party receives e-invoices (BT-34, BT-49): the scheme (EAS) and the address."""

    scheme: str
    value: str


class Address(NamedTuple):
    """A postal address (BG-5, BG-8, BG-15).

    Attributes:
        lines: One to three lines (BT-35, BT-36, BT-162 and their like).
        postcode: BT-38, BT-53, BT-78.
        city: BT-37, BT-52, BT-77.
        country: ISO 3166 (BT-40, BT-55, BT-80).
    """

    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str


class InvoiceParty(NamedTuple):
    """The seller (BG-4) or the buyer (BG-7).

    Attributes:
        name: BT-27, BT-44.
        trade_name: BT-28.
        legal: Legal form, capital, register (BT-33).
        siret: BT-29, BT-46, of scheme 0009.
        siren: BT-30, BT-47, of scheme 0002.
        vat_number: BT-31, BT-48.
        tax_registration: BT-32, of a seller that has or may show no VAT number.
        contact: BT-41, BT-56.
        phone: BT-42, BT-57.
        email: BT-43, BT-58.
        address: BG-5, BG-8.
        electronic: BT-34, BT-49.
    """

    name: str
    trade_name: str
    legal: str
    siret: str
    siren: str
    vat_number: str
    tax_registration: str
    contact: str
    phone: str
    email: str
    address: Address
    electronic: ElectronicAddress | None


class Adjustment(NamedTuple):
    """A discount or a charge, on a line (BG-27, BG-28) or on the document (BG-20, BG-21).

    Attributes:
        is_charge: Whether it is added on.
        amount: BT-92, BT-99, BT-136, BT-141; negative on a line of negative quantity.
        percent: BT-94, BT-101, BT-138, BT-143, or None where it was stated in money.
        base: What the percentage is taken of (BT-93, BT-100, BT-137, BT-142).
        code: BT-98, BT-105, BT-140, BT-145.
        reason: BT-97, BT-104, BT-139, BT-144.
        category: VAT category (BT-95, BT-102); of the line, on a line.
        rate: VAT rate (BT-96, BT-103); None outside VAT.
    """

    is_charge: bool
    amount: Decimal
    percent: Decimal | None
    base: Decimal
    code: str
    reason: str
    category: str
    rate: Decimal | None


class InvoiceLine(NamedTuple):
    """A line (BG-25).

    Attributes:
        id: BT-126.
        note: BT-127.
        quantity: BT-129; negative on a line that takes something off.
        unit: UN/ECE Rec 20 (BT-130).
        net: BT-131.
        period_start: BT-134.
        period_end: BT-135.
        adjustment: BG-27 or BG-28, or None.
        price: BT-146, never negative (BR-27).
        category: BT-151.
        rate: BT-152; None outside VAT.
        item: BT-153.
        description: BT-154.
        product: BT-155.
    """

    id: str
    note: str
    quantity: Decimal
    unit: str
    net: Decimal
    period_start: date | None
    period_end: date | None
    adjustment: Adjustment | None
    price: Decimal
    category: str
    rate: Decimal | None
    item: str
    description: str
    product: str


class TaxRow(NamedTuple):
    """A row of the VAT breakdown as EN 16931 groups them: by category, standard rates apart (BG-23).

    Attributes:
        category: BT-118.
        percent: BT-119.
        base: BT-116.
        amount: BT-117.
        reason: BT-120; several texts where treatments of one category meet.
        code: BT-121, if all agree on it.
    """

    category: str
    percent: Decimal
    base: Decimal
    amount: Decimal
    reason: str
    code: str

    @property
    def rate(self) -> Decimal | None:
        """BT-119, or None outside VAT, where none is stated (BR-O-05)."""
        return None if self.category == NOT_SUBJECT else self.percent


class Delivery(NamedTuple):
    """Where and when the supply was made: BG-15 and BT-72."""

    address: Address | None
    day: date | None


class Payment(NamedTuple):
    """How and when to pay (BG-16 to BG-19).

    Attributes:
        means: BT-81; empty when the document does not say.
        reference: BT-83.
        iban: Account to pay to (BT-84).
        holder: BT-85.
        bic: BT-86.
        mandate: BT-89.
        creditor: BT-90.
        debited_iban: BT-91.
        terms: BT-20.
        due: BT-9.
    """

    means: str
    reference: str
    iban: str
    holder: str
    bic: str
    mandate: str
    creditor: str
    debited_iban: str
    terms: str
    due: date | None


class InvoiceTotals(NamedTuple):
    """The totals (BG-22).

    Attributes:
        lines: BT-106.
        allowances: BT-107; zero states nothing.
        charges: BT-108; zero states nothing.
        net: BT-109.
        vat: BT-110.
        vat_in_books: BT-111, of an invoice in another currency than the books.
        gross: BT-112.
        prepaid: BT-113; zero states nothing.
        payable: BT-115.
    """

    lines: Decimal
    allowances: Decimal
    charges: Decimal
    net: Decimal
    vat: Decimal
    vat_in_books: Decimal | None
    gross: Decimal
    prepaid: Decimal
    payable: Decimal


class Preceding(NamedTuple):
    """An invoice that this one corrects, replaces or deducts (BG-3): BT-25 and BT-26."""

    number: str
    issued: date | None


class Supporting(NamedTuple):
    """A supporting document (BG-24).

    Attributes:
        reference: BT-122.
        description: BT-123, which in France is a word of BR-FR-17 or nothing.
        media_type: Of the file (BT-125).
        name: Of the file (BT-125).
        content: The file (BT-125).
    """

    reference: str
    description: str
    media_type: str
    name: str
    content: bytes


class Invoice(NamedTuple):
    """An invoice or credit note in the terms of EN 16931.

    Attributes:
        number: BT-1.
        issued: BT-2.
        type: BT-3.
        currency: BT-5.
        tax_currency: BT-6, or empty.
        vat_due: When VAT falls due (BT-8) as UNTDID 2475 has it; empty where the lines differ.
        buyer_reference: BT-10.
        contract: BT-12.
        order: BT-13.
        notes: BG-1.
        process: BT-23.
        preceding: BG-3.
        seller: BG-4.
        buyer: BG-7.
        delivery: BG-13.
        period_start: BT-73.
        period_end: BT-74.
        payment: BG-16.
        adjustments: BG-20, BG-21.
        totals: BG-22.
        taxes: BG-23.
        lines: BG-25.
        supporting: BG-24.
    """

    number: str
    issued: date
    type: str
    currency: str
    tax_currency: str
    vat_due: str
    buyer_reference: str
    contract: str
    order: str
    notes: tuple[Note, ...]
    process: str
    preceding: tuple[Preceding, ...]
    seller: InvoiceParty
    buyer: InvoiceParty
    delivery: Delivery
    period_start: date | None
    period_end: date | None
    payment: Payment
    adjustments: tuple[Adjustment, ...]
    totals: InvoiceTotals
    taxes: tuple[TaxRow, ...]
    lines: tuple[InvoiceLine, ...]
    supporting: tuple[Supporting, ...] = ()

    @property
    def is_credit_note(self) -> bool:
        """Whether it is a credit note, which UBL writes under a root of its own."""
        return self.type == CREDIT_NOTE_TYPE
