"""The metadata keys of transactions and of postings."""

from __future__ import annotations

from facturier.directives.attachments import ATTACH
from facturier.directives.declaration import Key, keys
from facturier.directives.kinds import AMOUNT, COUNTRY, DATE, FLAG, NUMBER, PERCENT_OR_AMOUNT, TERMS, TEXT, VAT, choice
from facturier.directives.setup import LANGUAGE, NATURE
from facturier.messages import message

PAPER_FLAGS = {"D": "draft", "Q": "quote", "O": "order", "L": "delivery", "A": "agreement"}

_DUE = Key("due", DATE, message("When it is due (BT-9); on each receivable leg for instalments."))
_DELIVERY_DATE = Key("delivery-date", DATE, message("Date of supply, if it is another day (BT-72)."))
_PERIOD_START = Key("period-start", DATE, message("First day of the period invoiced (BT-73, BT-134)."))
_PERIOD_END = Key("period-end", DATE, message("Last day of the period invoiced (BT-74, BT-135)."))
_SETTLES = Key("settles", TEXT, message("Number of the document it settles; several in the order to fill them."))
_CLIENT = Key("client", TEXT, message("Id of the client."))

TRANSACTION_KEYS = keys(
    Key("invoice", TEXT, message("Makes the transaction an invoice and gives its number (BT-1).")),
    Key("credit-note", TEXT, message("Makes the transaction a credit note and gives its number (BT-1).")),
    Key("quote", TEXT, message("Number of a quote.")),
    Key("order", TEXT, message("Number of an order.")),
    Key("delivery", TEXT, message("Number of a delivery note.")),
    Key("agreement", TEXT, message("Number of a recurring agreement.")),
    Key("proforma", TEXT, message("Number of a proforma.")),
    Key("claim", TEXT, message("Number of a claim for penalties: no VAT, not an invoice.")),
    _CLIENT,
    Key("seller", TEXT, message("Id of the seller, if there are several.")),
    Key("kind", choice("deposit", "progress", "final", "self-billed"), message("What kind of invoice it is (BT-3).")),
    _DUE,
    Key("terms", TERMS, message("Payment terms, instead of the client's (BT-20).")),
    Key("from", TEXT, message("Number of the quote or order it comes from.")),
    _DELIVERY_DATE,
    Key("delivery-address", TEXT, message("Where the goods go (BG-15); one line each.")),
    _PERIOD_START,
    _PERIOD_END,
    Key("order-ref", TEXT, message("The buyer's order number (BT-13).")),
    Key("contract-ref", TEXT, message("Contract number (BT-12).")),
    Key("engagement", TEXT, message("Engagement number of a public buyer (BT-13).")),
    Key("service-code", TEXT, message("Service code of a public buyer (BT-10).")),
    Key("waste", TEXT, message("On a quote for building work: waste, its cost and where it goes.")),
    Key("attestation", TEXT, message("The customer's certificate for reduced-rate works.")),
    Key("discount", PERCENT_OR_AMOUNT, message("Discount on the whole document, split over rates (BG-20).")),
    Key("charge", PERCENT_OR_AMOUNT, message("Charge on the whole document, split over rates (BG-21).")),
    Key("method", choice("transfer", "card", "cheque", "cash", "direct-debit"), message("How it is paid (BT-81).")),
    Key("payer", TEXT, message("Id of the client who pays, if another.")),
    Key("rate", NUMBER, message("Value in euro of one unit of the document's currency.")),
    Key("attach", ATTACH, message("Files that go with the document, relative to the ledger (BG-24).")),
    Key("note", TEXT, message("A note printed on the document (BT-22).")),
    Key("language", LANGUAGE, message("Language of the document.")),
    Key("template", TEXT, message("Template of the document, if it is another than the seller's.")),
    Key("ttc", FLAG, message("TRUE: prices include VAT.")),
    Key("corrects", TEXT, message("Number of the invoice a credit note corrects (BT-25).")),
    Key("replaces", TEXT, message("Number of the invoice this one replaces (BT-25).")),
    Key("waive", TEXT, message('"ID reason": silences one rule for this document.')),
    Key("series", TEXT, message("Series its number comes from.")),
    Key("valid-until", DATE, message("Last day of validity of a quote.")),
    Key("every", choice("month", "quarter", "year", "week"), message("How often an agreement is invoiced.")),
    Key("until", DATE, message("Last day of an agreement.")),
    Key("vat-due", TEXT, message('The month whose VAT on receipts this entry transfers, such as "2026-12".')),
    Key("vat-country", COUNTRY, message('Country of the consumer, with "oss".')),
    Key("piece", TEXT, message("Document number for the FEC (PieceRef).")),
    Key("piece-date", DATE, message("Document date for the FEC (PieceDate).")),
    Key("journal", TEXT, message("Journal for the FEC.")),
    Key("bank-ref", TEXT, message("The bank's own id of the movement.")),
    Key("bank-line", TEXT, message("Which line of a bank file it is: a fingerprint and its rank.")),
    Key("counterparty-iban", TEXT, message("IBAN the movement came from or went to.")),
    Key("value-date", DATE, message("Value date of a bank movement.")),
    _SETTLES,
)

POSTING_KEYS = keys(
    Key("item", TEXT, message("What is sold: makes the posting a line (BT-153).")),
    Key("description", TEXT, message("Details below it; may run over lines (BT-154).")),
    Key("product", TEXT, message("Code of the product: makes the posting a line.")),
    Key("quantity", NUMBER, message("How many (BT-129).")),
    Key("unit", TEXT, message('Unit: "day", "hour", "piece"… (BT-130).')),
    Key("price", AMOUNT, message("Price of one unit (BT-146).")),
    Key("discount", PERCENT_OR_AMOUNT, message("Percent, or amount off the line (BG-27).")),
    Key("vat", VAT, message("VAT rate in percent, or treatment (BT-151, BT-152).")),
    Key("nature", NATURE, message("Goods or services.")),
    _PERIOD_START,
    _PERIOD_END,
    Key("delivery", TEXT, message("Number of the delivery note of this line.")),
    Key("deposit", TEXT, message("Number of the deposit invoice deducted here.")),
    Key("opens", TEXT, message("Takes over an unpaid document of another program under its number.")),
    Key("issued", DATE, message("Its date, with opens.")),
    _DUE,
    _SETTLES,
    _CLIENT,
    Key("bank-ref", TEXT, message("The bank's own id of the movement.")),
    Key("bank-line", TEXT, message("Which line of a bank file it is: a fingerprint and its rank.")),
)
