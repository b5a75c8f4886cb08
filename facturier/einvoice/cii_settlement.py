"""Payment, VAT breakdown and totals of a CII file (BG-3, BG-14, BG-16, BG-20 to BG-23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from facturier.documents import Document, Kind, Totals, vat_in_books
from facturier.einvoice import cii_xml
from facturier.einvoice.cii_lines import NOT_SUBJECT, AllowanceFigures, add_allowance
from facturier.einvoice.cii_xml import UnwritableError, add_date
from facturier.einvoice.codes import (
    SEPA_DEBIT,
    SEPA_TRANSFER,
    TRANSFER,
    compact,
    paid_in_full,
    payment_means,
)
from facturier.einvoice.element import Element, add
from facturier.law.law import Law
from facturier.law.tables import law_of_france
from facturier.messages import message
from facturier.money import ZERO
from facturier.references import creditor_reference
from facturier.vat import STANDARD, TaxSubtotal, breakdown, exigibility

BOOKS_CURRENCY = "EUR"


class TaxRow(NamedTuple):
    """A row of the VAT breakdown as EN 16931 groups them: by category, standard rates apart.

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


class Reasons(NamedTuple):
    """What discounts and charges on the whole document are called (BT-97, BT-104)."""

    discount: str
    charge: str


def add_settlement(
    parent: Element,
    document: Document,
    totals: Totals,
    terms: str,
    reasons: Reasons,
    cited: Mapping[str, date],
    law: Law | None = None,
) -> None:
    """Append the header trade settlement."""
    settlement = add(parent, "ram:ApplicableHeaderTradeSettlement")
    means = payment_means(document, totals)
    if means == SEPA_DEBIT and document.seller is not None:
        add(settlement, "ram:CreditorReferenceID", compact(document.seller.creditor_id))  # BT-90
    if not document.is_credit_note and totals.payable > 0:
        reference = creditor_reference(document.number) or document.number
        add(settlement, "ram:PaymentReference", reference)  # BT-83
    if document.currency != BOOKS_CURRENCY:
        add(settlement, "ram:TaxCurrencyCode", BOOKS_CURRENCY)  # BT-6
    add(settlement, "ram:InvoiceCurrencyCode", document.currency)  # BT-5
    _add_means(settlement, document, means)
    due_code = _vat_due_code(document)
    for row in tax_rows(totals.taxes, document.date, document.language, law):
        _add_tax(settlement, row, due_code)
    period = add(settlement, "ram:BillingSpecifiedPeriod")
    add_date(period, "ram:StartDateTime", document.values.get("period-start"))  # BT-73
    add_date(period, "ram:EndDateTime", document.values.get("period-end"))  # BT-74
    _add_allowances(settlement, document, reasons)
    _add_terms(settlement, document, totals, terms, means)
    _add_totals(settlement, document, totals)
    _add_preceding(settlement, document, cited)


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


def _vat_due_code(document: Document) -> str:
    """Return BT-8, the same for the whole document (S1.13); nothing if its taxed lines differ or none is taxed."""
    vat_on = document.seller.vat_on if document.seller else "receipts"
    is_deposit = document.kind is Kind.DEPOSIT
    codes = {
        exigibility(line.nature, vat_on, is_deposit=is_deposit).value
        for line in document.lines
        if line.tax.category == STANDARD
    }
    return codes.pop() if len(codes) == 1 else ""


def _add_means(settlement: Element, document: Document, code: str) -> None:
    """Append BG-16: the code, and the account to pay to or to debit."""
    seller, client = document.seller, document.client
    if not code or seller is None:
        return
    means = add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    add(means, "ram:TypeCode", code)  # BT-81
    if code == SEPA_DEBIT and client is not None:
        payer = add(means, "ram:PayerPartyDebtorFinancialAccount")
        add(payer, "ram:IBANID", compact(client.iban))  # BT-91
    if code in {SEPA_TRANSFER, TRANSFER}:
        account = add(means, "ram:PayeePartyCreditorFinancialAccount")
        add(account, "ram:IBANID", compact(seller.iban))  # BT-84
        add(account, "ram:AccountName", seller.name)  # BT-85
        institution = add(means, "ram:PayeeSpecifiedCreditorFinancialInstitution")
        add(institution, "ram:BICID", compact(seller.bic))  # BT-86


def _add_tax(settlement: Element, row: TaxRow, due_code: str) -> None:
    tax = add(settlement, "ram:ApplicableTradeTax")
    add(tax, "ram:CalculatedAmount", cii_xml.amount(row.amount))
    add(tax, "ram:TypeCode", "VAT")
    add(tax, "ram:ExemptionReason", row.reason)
    add(tax, "ram:BasisAmount", cii_xml.amount(row.base))
    add(tax, "ram:CategoryCode", row.category)
    add(tax, "ram:ExemptionReasonCode", row.code)
    add(tax, "ram:DueDateTypeCode", due_code)
    if row.category != NOT_SUBJECT:
        add(tax, "ram:RateApplicablePercent", cii_xml.rate(row.percent))


def _add_allowances(settlement: Element, document: Document, reasons: Reasons) -> None:
    """Append the document's discounts and charges, one per VAT row (BG-20, BG-21)."""
    bases = {row.tax.key: row.base for row in breakdown((line.tax, line.net) for line in document.lines)}
    for part in document.allowances():
        base = bases[part.tax.key]
        figures = AllowanceFigures(part.amount, base, part.percent if base > 0 else None)
        is_charge = part.amount < 0
        allowance = add_allowance(settlement, figures, reasons.charge if is_charge else reasons.discount, is_charge)
        tax = add(allowance, "ram:CategoryTradeTax")
        add(tax, "ram:TypeCode", "VAT")
        add(tax, "ram:CategoryCode", part.tax.category)  # BT-95, BT-102
        if part.tax.category != NOT_SUBJECT:
            add(tax, "ram:RateApplicablePercent", cii_xml.rate(part.tax.percent))


def _add_terms(settlement: Element, document: Document, totals: Totals, terms: str, means: str) -> None:
    payment = add(settlement, "ram:SpecifiedTradePaymentTerms")
    add(payment, "ram:Description", terms)  # BT-20
    add_date(payment, "ram:DueDateDateTime", _due(document, totals))  # BT-9
    if means == SEPA_DEBIT and document.client is not None:
        add(payment, "ram:DirectDebitMandateID", document.client.mandate)  # BT-89


def _due(document: Document, totals: Totals) -> date | None:
    """Return BT-9: the day of payment when paid at issue (BR-FR-CO-09); on a credit note only a stated date."""
    if paid_in_full(document, totals):
        return document.date
    if document.is_credit_note:
        stated = [leg.due for leg in document.instalments if leg.due is not None]
        return max(stated, default=None)
    return document.due


def _add_totals(settlement: Element, document: Document, totals: Totals) -> None:
    summation = add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    add(summation, "ram:LineTotalAmount", cii_xml.amount(totals.lines))  # BT-106
    if totals.charges:
        add(summation, "ram:ChargeTotalAmount", cii_xml.amount(totals.charges))  # BT-108
    if totals.allowances:
        add(summation, "ram:AllowanceTotalAmount", cii_xml.amount(totals.allowances))  # BT-107
    add(summation, "ram:TaxBasisTotalAmount", cii_xml.amount(totals.net))  # BT-109
    add(summation, "ram:TaxTotalAmount", cii_xml.amount(totals.vat), currencyID=document.currency)  # BT-110
    if document.currency != BOOKS_CURRENCY:
        if document.rate is None:
            raise UnwritableError(message("An invoice in {currency} needs rate:.", currency=document.currency))
        in_books = cii_xml.amount(vat_in_books(document, totals))
        add(summation, "ram:TaxTotalAmount", in_books, currencyID=BOOKS_CURRENCY)  # BT-111
    add(summation, "ram:GrandTotalAmount", cii_xml.amount(totals.gross))  # BT-112
    if totals.prepaid:
        add(summation, "ram:TotalPrepaidAmount", cii_xml.amount(totals.prepaid))  # BT-113
    add(summation, "ram:DuePayableAmount", cii_xml.amount(totals.payable))  # BT-115


def _add_preceding(settlement: Element, document: Document, cited: Mapping[str, date]) -> None:
    """Append the invoices it corrects, replaces or deducts (BG-3), with their dates where known."""
    days = {part.number: part.issued for part in document.deductions}
    for number in dict.fromkeys((*document.numbers_corrected, *days)):
        reference = add(settlement, "ram:InvoiceReferencedDocument")
        add(reference, "ram:IssuerAssignedID", number)  # BT-25
        add_date(reference, "ram:FormattedIssueDateTime", cited.get(number) or days.get(number), "qdt")  # BT-26
