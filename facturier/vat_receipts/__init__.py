"""VAT on receipts: what falls due when a client pays, per document and rate, cumulative to the cent.

The VAT of services, and of every deposit, is booked on accounts of role vat-pending. It falls due as the document is
paid (CGI art. 269-2-c; deposits on goods 269-2-a): after each payment, ``VAT × paid ÷ gross`` less what fell due
before, so that the last payment clears it (worked case 8). A credit note and the invoice it corrects are one *sale*:

- before payment it lowers what will fall due; after it, what was paid too much falls due the other way, on its date;
- escompte and losses take the VAT with them that their own legs say;
- a deposit on goods that is not paid at delivery falls due with the invoice that deducts it.

    found = read_receipts_vat(books)
    found.rows([Month(2026, 11)])    each amount with the payment that caused it
    found.due, found.transferred     sums by month and rate
    found.missing(Month(2026, 11))   what is left to transfer
    found.strays                     postings on vat-pending accounts that belong to nothing
"""

from __future__ import annotations

from facturier.vat_receipts.months import ReceiptsVat
from facturier.vat_receipts.reading import read_receipts_vat
from facturier.vat_receipts.values import Change, Due, Sale, Stray, Transfer

__all__ = ["Change", "Due", "ReceiptsVat", "Sale", "Stray", "Transfer", "read_receipts_vat"]
