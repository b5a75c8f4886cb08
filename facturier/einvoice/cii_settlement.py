"""Payment, VAT breakdown and totals of a CII file (BG-3, BG-14, BG-16, BG-20 to BG-23)."""

from __future__ import annotations

from facturier.einvoice import figures
from facturier.einvoice.cii_dates import add_date
from facturier.einvoice.cii_lines import add_adjustment, add_category
from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.invoice import Invoice, InvoiceTotals, Payment, TaxRow


def add_settlement(parent: Element, invoice: Invoice) -> None:
    """Append the header trade settlement."""
    payment = invoice.payment
    settlement = add(parent, "ram:ApplicableHeaderTradeSettlement")
    add_text(settlement, "ram:CreditorReferenceID", payment.creditor)  # BT-90
    add_text(settlement, "ram:PaymentReference", payment.reference)  # BT-83
    add_text(settlement, "ram:TaxCurrencyCode", invoice.tax_currency)  # BT-6
    add_text(settlement, "ram:InvoiceCurrencyCode", invoice.currency)  # BT-5
    _add_means(settlement, payment)
    for row in invoice.taxes:
        _add_tax(settlement, row, invoice.vat_due)
    period = add(settlement, "ram:BillingSpecifiedPeriod")
    add_date(period, "ram:StartDateTime", invoice.period_start)  # BT-73
    add_date(period, "ram:EndDateTime", invoice.period_end)  # BT-74
    for adjustment in invoice.adjustments:
        element = add_adjustment(settlement, adjustment)
        add_category(add(element, "ram:CategoryTradeTax"), adjustment.category, adjustment.rate)
    terms = add(settlement, "ram:SpecifiedTradePaymentTerms")
    add_text(terms, "ram:Description", payment.terms)  # BT-20
    add_date(terms, "ram:DueDateDateTime", payment.due)  # BT-9
    add_text(terms, "ram:DirectDebitMandateID", payment.mandate)  # BT-89
    _add_totals(settlement, invoice.totals, invoice.currency, invoice.tax_currency)
    for preceding in invoice.preceding:
        reference = add(settlement, "ram:InvoiceReferencedDocument")
        add_text(reference, "ram:IssuerAssignedID", preceding.number)  # BT-25
        add_date(reference, "ram:FormattedIssueDateTime", preceding.issued, "qdt")  # BT-26


def _add_means(settlement: Element, payment: Payment) -> None:
    """Append BG-16: the code, and the account to pay to or to debit."""
    means = add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    add_text(means, "ram:TypeCode", payment.means)  # BT-81
    add_text(add(means, "ram:PayerPartyDebtorFinancialAccount"), "ram:IBANID", payment.debited_iban)  # BT-91
    account = add(means, "ram:PayeePartyCreditorFinancialAccount")
    add_text(account, "ram:IBANID", payment.iban)  # BT-84
    add_text(account, "ram:AccountName", payment.holder)  # BT-85
    add_text(add(means, "ram:PayeeSpecifiedCreditorFinancialInstitution"), "ram:BICID", payment.bic)  # BT-86


def _add_tax(settlement: Element, row: TaxRow, due_code: str) -> None:
    tax = add(settlement, "ram:ApplicableTradeTax")
    add_text(tax, "ram:CalculatedAmount", figures.amount(row.amount))  # BT-117
    add_text(tax, "ram:TypeCode", "VAT")
    add_text(tax, "ram:ExemptionReason", row.reason)  # BT-120
    add_text(tax, "ram:BasisAmount", figures.amount(row.base))  # BT-116
    add_text(tax, "ram:CategoryCode", row.category)  # BT-118
    add_text(tax, "ram:ExemptionReasonCode", row.code)  # BT-121
    add_text(tax, "ram:DueDateTypeCode", due_code)  # BT-8
    if row.rate is not None:
        add_text(tax, "ram:RateApplicablePercent", figures.rate(row.rate))  # BT-119


def _add_totals(settlement: Element, totals: InvoiceTotals, currency: str, tax_currency: str) -> None:
    summation = add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    add_text(summation, "ram:LineTotalAmount", figures.amount(totals.lines))  # BT-106
    if totals.charges:
        add_text(summation, "ram:ChargeTotalAmount", figures.amount(totals.charges))  # BT-108
    if totals.allowances:
        add_text(summation, "ram:AllowanceTotalAmount", figures.amount(totals.allowances))  # BT-107
    add_text(summation, "ram:TaxBasisTotalAmount", figures.amount(totals.net))  # BT-109
    add_text(summation, "ram:TaxTotalAmount", figures.amount(totals.vat), currencyID=currency)  # BT-110
    if totals.vat_in_books is not None:
        in_books = figures.amount(totals.vat_in_books)
        add_text(summation, "ram:TaxTotalAmount", in_books, currencyID=tax_currency)  # BT-111
    add_text(summation, "ram:GrandTotalAmount", figures.amount(totals.gross))  # BT-112
    if totals.prepaid:
        add_text(summation, "ram:TotalPrepaidAmount", figures.amount(totals.prepaid))  # BT-113
    add_text(summation, "ram:DuePayableAmount", figures.amount(totals.payable))  # BT-115
