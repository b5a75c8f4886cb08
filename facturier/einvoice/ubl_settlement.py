"""Payment, period, VAT breakdown and totals of a UBL file (BT-8, BG-14, BG-16, BG-22, BG-23)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from facturier.einvoice import figures
from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.invoice import Invoice, InvoiceTotals, Payment
from facturier.einvoice.ubl_dates import add_date
from facturier.einvoice.ubl_lines import add_category
from facturier.vat import Exigibility

# UBL says when VAT falls due in the codes of UNTDID 2005, CII in those of UNTDID 2475 (BT-8).
VAT_DUE: Mapping[str, str] = MappingProxyType(
    {
        Exigibility.INVOICE.value: "3",
        Exigibility.DELIVERY.value: "35",
        Exigibility.RECEIPT.value: "432",
    }
)


def add_period(root: Element, start: date | None, end: date | None, vat_due: str) -> None:
    """Append the period invoiced (BG-14), and with it when VAT falls due."""
    period = add(root, "cac:InvoicePeriod")
    add_date(period, "cbc:StartDate", start)  # BT-73
    add_date(period, "cbc:EndDate", end)  # BT-74
    add_text(period, "cbc:DescriptionCode", VAT_DUE[vat_due] if vat_due else "")  # BT-8


def add_payment(root: Element, payment: Payment, *, is_credit_note: bool) -> None:
    """Append how to pay (BG-16) and the terms; a credit note keeps its due date here, for want of a better place."""
    if payment.means:
        means = add(root, "cac:PaymentMeans")
        add_text(means, "cbc:PaymentMeansCode", payment.means)  # BT-81
        if is_credit_note:
            add_date(means, "cbc:PaymentDueDate", payment.due)  # BT-9
        add_text(means, "cbc:PaymentID", payment.reference)  # BT-83
        account = add(means, "cac:PayeeFinancialAccount")
        add_text(account, "cbc:ID", payment.iban)  # BT-84
        add_text(account, "cbc:Name", payment.holder)  # BT-85
        add_text(add(account, "cac:FinancialInstitutionBranch"), "cbc:ID", payment.bic)  # BT-86
        mandate = add(means, "cac:PaymentMandate")
        add_text(mandate, "cbc:ID", payment.mandate)  # BT-89
        add_text(add(mandate, "cac:PayerFinancialAccount"), "cbc:ID", payment.debited_iban)  # BT-91
    add_text(add(root, "cac:PaymentTerms"), "cbc:Note", payment.terms)  # BT-20


def add_taxes(root: Element, invoice: Invoice) -> None:
    """Append the VAT breakdown (BG-23) and, in another currency, the VAT in that of the books."""
    total = add(root, "cac:TaxTotal")
    add_text(total, "cbc:TaxAmount", figures.amount(invoice.totals.vat), currencyID=invoice.currency)  # BT-110
    for row in invoice.taxes:
        part = add(total, "cac:TaxSubtotal")
        add_text(part, "cbc:TaxableAmount", figures.amount(row.base), currencyID=invoice.currency)  # BT-116
        add_text(part, "cbc:TaxAmount", figures.amount(row.amount), currencyID=invoice.currency)  # BT-117
        # BT-118, BT-119, BT-120, BT-121
        add_category(part, "cac:TaxCategory", row.category, row.rate, row.reason, row.code)
    if invoice.totals.vat_in_books is not None:
        in_books = figures.amount(invoice.totals.vat_in_books)
        add_text(add(root, "cac:TaxTotal"), "cbc:TaxAmount", in_books, currencyID=invoice.tax_currency)  # BT-111


def add_totals(root: Element, totals: InvoiceTotals, currency: str) -> None:
    """Append the totals (BG-22)."""
    total = add(root, "cac:LegalMonetaryTotal")
    stated = (
        ("cbc:LineExtensionAmount", totals.lines, True),  # BT-106
        ("cbc:TaxExclusiveAmount", totals.net, True),  # BT-109
        ("cbc:TaxInclusiveAmount", totals.gross, True),  # BT-112
        ("cbc:AllowanceTotalAmount", totals.allowances, False),  # BT-107
        ("cbc:ChargeTotalAmount", totals.charges, False),  # BT-108
        ("cbc:PrepaidAmount", totals.prepaid, False),  # BT-113
        ("cbc:PayableAmount", totals.payable, True),  # BT-115
    )
    for name, number, always in stated:
        if always or number:
            add_text(total, name, figures.amount(number), currencyID=currency)
