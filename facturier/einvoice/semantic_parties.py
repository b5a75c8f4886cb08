"""The parties and the delivery of an invoice (BG-4 to BG-9, BG-13, BG-15), from those of the ledger."""

from __future__ import annotations

import re
from collections.abc import Sequence

from facturier.documents import Document
from facturier.einvoice.codes import compact, electronic_address
from facturier.einvoice.invoice import NOT_SUBJECT, Address, Delivery, InvoiceParty
from facturier.parties import Client, Party, Seller

INTRA_COMMUNITY = "K"
_POSTCODE_AND_CITY = re.compile(r"(?P<postcode>(?=\S*\d)\S+) (?P<city>\S.*)")
_COUNTRY = re.compile(r"[A-Z]{2}")


def seller_of(seller: Seller, legal: str, *, without_vat_number: bool) -> InvoiceParty:
    """Return the seller (BG-4).

    Args:
        seller: The seller as it stood on the document's date.
        legal: Legal form, capital, register (BT-33), as printed.
        without_vat_number: Whether BT-31 must be left out (BR-O-02).
    """
    vat_number = "" if without_vat_number else _number(seller.vat_number)
    return _party(seller)._replace(
        trade_name=seller.trade_name,
        legal=legal,
        vat_number=vat_number,
        # For those without a VAT number (BR-E-02).
        tax_registration="" if vat_number else _number(seller.siren),
    )


def buyer_of(client: Client, *, without_vat_number: bool) -> InvoiceParty:
    """Return the buyer (BG-7)."""
    return _party(client)._replace(vat_number="" if without_vat_number else _number(client.vat_number))


def delivery_of(document: Document, client: Client) -> Delivery:
    """Return where and when the supply was made (BG-13, BG-15).

    An intra-Community supply must name its country (BR-IC-12): without another address the goods go
    to the buyer's.
    """
    address = None
    stated = document.values.get("delivery-address") or client.delivery_address
    if stated:
        address = _stated_address(stated.splitlines(), client.country)
    elif any(line.tax.category == INTRA_COMMUNITY for line in document.lines):
        address = _address_of(client)
    return Delivery(address, document.values.get("delivery-date"))


def is_not_subject(document: Document) -> bool:
    """Tell whether a line is outside VAT, in which case nobody's VAT number may appear (BR-O-02)."""
    return any(line.tax.category == NOT_SUBJECT for line in document.lines)


def _party(who: Party) -> InvoiceParty:
    """Return what both parties have in common."""
    return InvoiceParty(
        name=who.name,
        trade_name="",
        legal="",
        siret=compact(who.siret),
        siren=compact(who.siren),
        vat_number="",
        tax_registration="",
        contact=who.contact,
        phone=who.phone,
        email=who.email,
        address=_address_of(who),
        electronic=electronic_address(who),
    )


def _number(text: str) -> str:
    return compact(text).upper()


def _address_of(who: Party) -> Address:
    return _address(who.postcode, who.street.splitlines(), who.city, who.country)


def _stated_address(lines: Sequence[str], country: str) -> Address:
    """Read an address typed as lines: its last line may be a country code, the one before postcode and city."""
    rest = [line.strip() for line in lines if line.strip()]
    if rest and _COUNTRY.fullmatch(rest[-1]):
        country = rest.pop()
    place = _POSTCODE_AND_CITY.fullmatch(rest[-1]) if len(rest) > 1 else None
    if place is None:
        return _address("", rest, "", country)
    return _address(place["postcode"], rest[:-1], place["city"], country)


def _address(postcode: str, lines: Sequence[str], city: str, country: str) -> Address:
    """Return an address; beyond three lines the rest share the third."""
    written = [line.strip() for line in lines if line.strip()]
    lines = (*written[:2], ", ".join(written[2:])) if len(written) > 2 else tuple(written)
    # ISO 3166 for Greece; EL is only the prefix of its VAT numbers.
    return Address(lines, postcode, city, "GR" if country == "EL" else country or "FR")
