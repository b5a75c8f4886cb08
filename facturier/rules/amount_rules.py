"""What the amounts of a document must satisfy, as ``facturier explain`` tells it."""

from __future__ import annotations

from facturier.messages import message
from facturier.violations import Rule

_BREAKDOWN = "CGI ann. II art. 242 nonies A I-11°; EN 16931 BR-CO-14, BR-CO-17"

LINE = Rule(
    id="AMOUNT-LINE",
    title=message("A line is quantity × price − discount"),
    wants=message("The leg of a line is quantity × price − discount, rounded half-up to the cent."),
    law="CGI ann. II art. 242 nonies A I-8°, 9°; EN 16931 BR-CO-10",
    example='  Income:Prestations  -1235.00 EUR\n    product: "DEV-DAY"\n    quantity: 2\n    discount: 5',
    waivable=False,
)
SIGN = Rule(
    id="AMOUNT-SIGN",
    title=message("A sale is a credit"),
    wants=message("The line of an invoice is negative, as income is in beancount; that of a credit note is positive."),
    law="",
    example='  Income:Prestations  -20.00 EUR\n    item: "Nom de domaine"',
    waivable=False,
)
RATE = Rule(
    id="AMOUNT-CURRENCY",
    title=message("A foreign currency has its rate"),
    wants=message("A document in another currency states rate:, the value of one unit in the currency of the books."),
    law="CGI art. 289 IV",
    example="  rate: 0.9214",
    waivable=False,
)
VAT = Rule(
    id="AMOUNT-VAT",
    title=message("VAT per rate, rounded once"),
    wants=message("Per rate, the VAT legs sum to the lines × rate, rounded half-up once, less the VAT of deposits."),
    law=_BREAKDOWN,
    example="  Liabilities:TVA:EnAttente  -251.00 EUR\n    vat: 20",
)
VAT_ACCOUNT = Rule(
    id="AMOUNT-VAT-ACCOUNT",
    title=message("VAT waits for payment, or does not"),
    wants=message(
        "On receipts, the VAT of services waits on a vat-pending account and that of goods goes to vat-collected; on "
        "debits all goes to vat-collected; a deposit's VAT waits until it is paid."
    ),
    law="CGI art. 269-2",
    example='2026-01-01 custom "role" "vat-pending" Liabilities:TVA:EnAttente',
)
DEPOSIT = Rule(
    id="AMOUNT-DEPOSIT",
    title=message("Deposits are deducted as invoiced"),
    wants=message(
        "A deposit deducted is an earlier deposit invoice of the same client and currency, up to its net amount at "
        "that rate."
    ),
    law="BOI-TVA-DECLA-30-20-20-10 § 60",
    example='  Liabilities:Acomptes  300.00 EUR\n    deposit: "F2026-0039"\n    vat: 20',
)
DISCOUNT = Rule(
    id="AMOUNT-DISCOUNT",
    title=message("A discount on the whole document has its legs"),
    wants=message("The legs on accounts of role allowance sum to the discount less the charge of the document."),
    law="CGI ann. II art. 242 nonies A I-9°",
    example="  discount: 10\n  Expenses:Remises  20.00 EUR",
)
TOTAL = Rule(
    id="AMOUNT-TOTAL",
    title=message("What is owed is the total"),
    wants=message("The receivable legs sum to the total with tax, less deposits and what was paid on the spot."),
    law="CGI ann. II art. 242 nonies A I-11°; EN 16931 BR-CO-16",
    example="  Assets:Clients:Martin  1506.00 EUR",
)
RULES = (LINE, SIGN, RATE, VAT, VAT_ACCOUNT, DEPOSIT, DISCOUNT, TOTAL)
