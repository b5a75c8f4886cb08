"""The parties and the delivery of a CII file (BG-4 to BG-9, BG-13, BG-15)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from facturier.documents import Document
from facturier.einvoice.cii_lines import NOT_SUBJECT
from facturier.einvoice.cii_xml import add_date
from facturier.einvoice.codes import compact, electronic_address
from facturier.einvoice.element import Element, add
from facturier.parties import Client, Party, Seller

INTRA_COMMUNITY = "K"
_POSTCODE_AND_CITY = re.compile(r"(?P<postcode>(?=\S*\d)\S+) (?P<city>\S.*)")
_COUNTRY = re.compile(r"[A-Z]{2}")


def add_seller(parent: Element, seller: Seller, legal: str, *, without_vat_number: bool) -> None:
    """Append the seller (BG-4).

    Args:
        parent: The header trade agreement.
        seller: The seller as it stood on the document's date.
        legal: Legal form, capital, register (BT-33), as printed.
        without_vat_number: Whether BT-31 must be left out (BR-O-02).
    """
    party = add(parent, "ram:SellerTradeParty")
    _add_identity(party, seller, seller.trade_name, legal)
    if seller.vat_number and not without_vat_number:
        _add_tax_number(party, "VA", seller.vat_number)  # BT-31
    else:
        _add_tax_number(party, "FC", seller.siren)  # BT-32, for those without a VAT number (BR-E-02)


def add_buyer(parent: Element, client: Client, *, without_vat_number: bool) -> None:
    """Append the buyer (BG-7)."""
    party = add(parent, "ram:BuyerTradeParty")
    _add_identity(party, client)
    if not without_vat_number:
        _add_tax_number(party, "VA", client.vat_number)  # BT-48


def add_delivery(parent: Element, document: Document, client: Client) -> None:
    """Append where and when the supply was made (BG-13, BG-15).

    An intra-Community supply must name its country (BR-IC-12): without another address the goods go
    to the buyer's.
    """
    delivery = add(parent, "ram:ApplicableHeaderTradeDelivery")
    party = add(delivery, "ram:ShipToTradeParty")
    stated = document.values.get("delivery-address") or client.delivery_address
    if stated:
        _add_stated_address(party, stated.splitlines(), client.country)
    elif any(line.tax.category == INTRA_COMMUNITY for line in document.lines):
        _add_address(party, client)
    event = add(delivery, "ram:ActualDeliverySupplyChainEvent")
    add_date(event, "ram:OccurrenceDateTime", document.values.get("delivery-date"))  # BT-72


def is_not_subject(document: Document) -> bool:
    """Tell whether a line is outside VAT, in which case nobody's VAT number may appear (BR-O-02)."""
    return any(line.tax.category == NOT_SUBJECT for line in document.lines)


def _add_identity(party: Element, who: Party, trade_name: str = "", legal: str = "") -> None:
    """Append what both parties have in common, in the order of the schema."""
    add(party, "ram:GlobalID", compact(who.siret), schemeID="0009")  # BT-29, BT-46
    add(party, "ram:Name", who.name)  # BT-27, BT-44
    add(party, "ram:Description", legal)  # BT-33
    organization = add(party, "ram:SpecifiedLegalOrganization")
    add(organization, "ram:ID", compact(who.siren), schemeID="0002")  # BT-30, BT-47
    add(organization, "ram:TradingBusinessName", trade_name)  # BT-28
    contact = add(party, "ram:DefinedTradeContact")
    add(contact, "ram:PersonName", who.contact)  # BT-41, BT-56
    add(add(contact, "ram:TelephoneUniversalCommunication"), "ram:CompleteNumber", who.phone)  # BT-42, BT-57
    add(add(contact, "ram:EmailURIUniversalCommunication"), "ram:URIID", who.email)  # BT-43, BT-58
    _add_address(party, who)
    address = electronic_address(who)
    if address is not None:
        communication = add(party, "ram:URIUniversalCommunication")
        add(communication, "ram:URIID", address.value, schemeID=address.scheme)  # BT-34, BT-49


def _add_address(party: Element, who: Party) -> None:
    _write_address(party, who.postcode, who.street.splitlines(), who.city, who.country)


def _add_stated_address(party: Element, lines: Sequence[str], country: str) -> None:
    """Append an address typed as lines: its last line may be a country code, the one before postcode and city."""
    rest = [line.strip() for line in lines if line.strip()]
    if rest and _COUNTRY.fullmatch(rest[-1]):
        country = rest.pop()
    place = _POSTCODE_AND_CITY.fullmatch(rest[-1]) if len(rest) > 1 else None
    if place is None:
        _write_address(party, "", rest, "", country)
    else:
        _write_address(party, place["postcode"], rest[:-1], place["city"], country)


def _write_address(party: Element, postcode: str, lines: Sequence[str], city: str, country: str) -> None:
    """Append an address; beyond three lines the rest share the third."""
    address = add(party, "ram:PostalTradeAddress")
    add(address, "ram:PostcodeCode", postcode)
    first, second, *others = [*(line.strip() for line in lines if line.strip()), "", ""]
    add(address, "ram:LineOne", first)
    add(address, "ram:LineTwo", second)
    add(address, "ram:LineThree", ", ".join(filter(None, others)))
    add(address, "ram:CityName", city)
    # ISO 3166 for Greece; EL is only the prefix of its VAT numbers.
    add(address, "ram:CountryID", "GR" if country == "EL" else country or "FR")


def _add_tax_number(party: Element, scheme: str, number: str) -> None:
    add(add(party, "ram:SpecifiedTaxRegistration"), "ram:ID", compact(number).upper(), schemeID=scheme)
