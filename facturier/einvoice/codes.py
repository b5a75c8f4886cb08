"""The codes of an e-invoice that follow from the document: its type, its frame, its units.

Sources: UNTDID 1001 and 4461, UN/ECE Recommendation 20, and the French lists of XP Z12-012
(BR-FR-04, BR-FR-08, BR-FR-20).
"""

from __future__ import annotations

from facturier.directives.electronic_address import E_MAIL, FRENCH_DIRECTORY, typed_address
from facturier.documents import Document, Kind, Totals
from facturier.einvoice.invoice import ElectronicAddress, UnwritableError
from facturier.messages import message
from facturier.parties import Client, Party

CORRECTED_INVOICE = "384"
_TYPES = {
    Kind.INVOICE: "380",
    Kind.PROGRESS: "380",
    Kind.FINAL: "380",
    Kind.DEPOSIT: "386",
    Kind.SELF_BILLED: "389",
    Kind.CREDIT_NOTE: "381",
}
_NATURES = {"goods": "B", "services": "S", "both": "M"}

SEPA_TRANSFER = "58"
TRANSFER = "30"
SEPA_DEBIT = "59"
CLEARING = "97"
# A credit note with a day of refund but no means: UBL keeps that day beside the means (BT-9, BT-81).
UNDEFINED = "1"
_METHODS = {"card": "48", "cheque": "20", "cash": "10", "direct-debit": SEPA_DEBIT}

ONE = "C62"
# Words that may stand after `unit:`, English and French, and their UN/ECE Rec 20 codes.
_UNITS = {
    "one": ONE, "unit": ONE, "unité": ONE, "piece": "H87", "pièce": "H87", "pair": "PR", "paire": "PR",
    "set": "SET", "lot": "SET", "lump sum": "LS", "forfait": "LS", "flat": "LS", "pack": "XPK", "parcel": "XPP",
    "box": "XBX", "minute": "MIN", "hour": "HUR", "heure": "HUR", "h": "HUR",
    "day": "DAY", "jour": "DAY", "working day": "E49", "week": "WEE", "semaine": "WEE", "month": "MON", "mois": "MON",
    "quarter": "QAN", "trimestre": "QAN", "year": "ANN", "an": "ANN", "année": "ANN",
    "g": "GRM", "kg": "KGM", "t": "TNE", "tonne": "TNE", "cm": "CMT", "m": "MTR", "km": "KMT",
    "m2": "MTK", "m²": "MTK", "m3": "MTQ", "m³": "MTQ", "l": "LTR", "litre": "LTR", "kwh": "KWH",
}  # fmt: skip


def type_code(document: Document) -> str:
    """Return BT-3. An invoice that itself corrects another is a corrective one (384).

    Raises:
        UnwritableError: If the document is no invoice, such as a quote.
    """
    code = _TYPES.get(document.kind)
    if code is None:
        raise UnwritableError(
            message("A document of kind “{kind}” is no invoice; it has no XML.", kind=document.kind.value)
        )
    return CORRECTED_INVOICE if code == "380" and document.values.get("corrects") else code


def paid_in_full(document: Document, totals: Totals) -> bool:
    """Tell whether nothing is left to pay because of a payment on the spot."""
    return bool(document.paid) and not totals.payable


def frame(document: Document, totals: Totals) -> str:
    """Return BT-23: B, S or M with 4 after deposits, 2 when paid at issue, else 1 (BR-FR-08)."""
    letter = _NATURES[document.nature]
    if document.kind is Kind.FINAL:
        return f"{letter}4"
    return f"{letter}2" if paid_in_full(document, totals) else f"{letter}1"


def audience(client: Client) -> str:
    """Return the treatment that note BAR states (BR-FR-20); empty for a public buyer, whose code is not settled.

    An association counts as a business once it has a SIREN.
    """
    if client.kind == "public":
        return ""
    business = client.kind == "business" or (client.kind == "association" and bool(client.siren))
    abroad = client.country not in {"", "FR"} and not client.siren
    return ("B2B" if business else "B2C") + ("INT" if abroad else "")


def electronic_address(party: Party) -> ElectronicAddress | None:
    """Return where a party receives e-invoices, or None.

    A stated address comes first; then the SIREN, in the French directory; then the e-mail address of
    parties without one.
    """
    if party.electronic_address:
        return ElectronicAddress(*typed_address(party.electronic_address))
    if party.siren:
        return ElectronicAddress(FRENCH_DIRECTORY, compact(party.siren))
    return ElectronicAddress(E_MAIL, compact(party.email)) if party.email else None


def payment_means(document: Document, totals: Totals) -> str:
    """Return BT-81, or nothing when the document does not tell how it is paid.

    A credit note that is set against an invoice is cleared; an invoice with something to pay and
    an IBAN of the seller is paid by transfer unless the ledger says otherwise.
    """
    method = document.values.get("method", "")
    if method in _METHODS:
        return _METHODS[method]
    if document.is_credit_note:
        return CLEARING if any(leg.settles for leg in document.instalments) else ""
    if document.seller is None or not document.seller.iban or (totals.payable <= 0 and method != "transfer"):
        return ""
    return SEPA_TRANSFER if document.currency == "EUR" else TRANSFER


def unit_code(unit: str) -> str:
    """Return the Rec 20 code of a unit (BT-130): a known word, or a code typed in capitals; else "one".

    >>> unit_code("day"), unit_code("MTK"), unit_code("panier")
    ('DAY', 'MTK', 'C62')
    """
    known = _UNITS.get(unit.casefold()) or _UNITS.get(unit.casefold().removesuffix("s"))
    if known is not None:
        return known
    return unit if unit in _UNITS.values() else ONE


def compact(text: str) -> str:
    """Remove all blanks from an identifier."""
    return "".join(text.split())
