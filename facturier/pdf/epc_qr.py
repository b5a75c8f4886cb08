"""The payment code of an invoice: "SEPA credit transfer" as a QR code (EPC069-12, version 002).

    BCD
    002
    1
    SCT

    Atelier Martin SARL
    FR7630006000011234567890189
    EUR1200.00

    RF83FA20260042

Ten or eleven lines separated by line feeds, nothing after the last that is used. Only for euros, and only where
something is to be paid by transfer.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from unicodedata import combining, normalize

from facturier.pdf import qr

SMALLEST_AMOUNT = Decimal("0.01")
LARGEST_AMOUNT = Decimal("999999999.99")
MOST_NAME = 70
MOST_TEXT = 140

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{8}([A-Z0-9]{3})?")
_PLAIN_LETTERS = str.maketrans(
    {"Œ": "OE", "œ": "oe", "Æ": "AE", "æ": "ae", "ß": "ss", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}
    | {"’": "'", "‘": "'", "–": "-", "—": "-", "«": '"', "»": '"', "€": "EUR"}
)
_CREDITOR_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")


def epc_payload(
    name: str, iban: str, amount: Decimal, bic: str = "", reference: str = "", text: str = ""
) -> str | None:
    """Return the payload for a transfer in euros, or None where no code can be made.

    Args:
        name: The payee; without accents where that loses nothing, cut to 70 characters. Banks keep names in
            plain Latin letters, and readers disagree about how to decode others in a QR code.
        iban: With or without spaces.
        amount: What is due, in euros; from 0.01 to 999999999.99.
        bic: May be empty inside the European Economic Area.
        reference: A creditor reference (ISO 11649, "RF…"); anything else goes into the free text.
        text: Free text such as the invoice's number; cut to 140 characters, left out where a reference is given.

    >>> epc_payload("A", "FR76 3000 6000 0112 3456 7890 189", Decimal(12), text="F1")
    'BCD\\n002\\n1\\nSCT\\n\\nA\\nFR7630006000011234567890189\\nEUR12.00\\n\\n\\nF1'
    """
    account = "".join(iban.split()).upper()
    bank = "".join(bic.split()).upper()
    payee = _one_line(_without_accents(name), MOST_NAME)
    cents = amount.quantize(SMALLEST_AMOUNT)
    if not _IBAN.fullmatch(account) or not payee or cents != amount or not SMALLEST_AMOUNT <= cents <= LARGEST_AMOUNT:
        return None
    creditor_reference = "".join(reference.split()).upper()
    if creditor_reference and not _CREDITOR_REFERENCE.fullmatch(creditor_reference):
        text = text or reference
        creditor_reference = ""
    lines = ["BCD", "002", "1", "SCT", bank if _BIC.fullmatch(bank) else "", payee, account, f"EUR{cents}", ""]
    lines.append(creditor_reference)
    free_text = "" if creditor_reference else _one_line(_without_accents(text), MOST_TEXT)
    if free_text:
        lines.append(free_text)
    payload = "\n".join(lines).rstrip("\n")
    return payload if len(payload.encode("utf-8")) <= qr.MOST_BYTES else None


def _without_accents(text: str) -> str:
    """Return text in ASCII, or as it is where it has letters that are no Latin ones with a mark.

    >>> _without_accents("Société Générale des Œuvres")
    'Societe Generale des OEuvres'
    """
    decomposed = normalize("NFKD", text.translate(_PLAIN_LETTERS))
    plain = "".join(character for character in decomposed if not combining(character))
    return plain if plain.isascii() else text


def _one_line(text: str, most: int) -> str:
    """Return text without control characters and without line ends, cut to a number of characters."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:most].rstrip()


@lru_cache(maxsize=16)
def qr_rows(payload: str) -> tuple[str, ...]:
    """Return the modules of a payload, row by row, without quiet zone.

    Raises:
        facturier.pdf.qr.TooLongError: The payload has more than 331 bytes in UTF-8.
    """
    return qr.encode(payload.encode("utf-8"))
