"""The parties and the delivery of a UBL file (BG-4 to BG-9, BG-13, BG-15)."""

from __future__ import annotations

from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.invoice import Address, Delivery, InvoiceParty
from facturier.einvoice.ubl_dates import add_date

_SEPA = "SEPA"
_VAT = "VAT"
# Any scheme but VAT says: a number at the tax office that is no VAT number (BT-32).
_LOCAL_TAX = "TAX"


def add_party(root: Element, name: str, who: InvoiceParty, creditor: str = "") -> None:
    """Append the seller (BG-4) or the buyer (BG-7), in the order of the schema.

    Args:
        root: The document.
        name: The element of that party.
        who: The party.
        creditor: SEPA creditor identifier (BT-90), which UBL keeps among those of the seller.
    """
    party = add(add(root, name), "cac:Party")
    if who.electronic is not None:
        add_text(party, "cbc:EndpointID", who.electronic.value, schemeID=who.electronic.scheme)  # BT-34, BT-49
    add_text(add(party, "cac:PartyIdentification"), "cbc:ID", who.siret, schemeID="0009")  # BT-29, BT-46
    add_text(add(party, "cac:PartyIdentification"), "cbc:ID", creditor, schemeID=_SEPA)  # BT-90
    add_text(add(party, "cac:PartyName"), "cbc:Name", who.trade_name)  # BT-28
    _add_address(party, "cac:PostalAddress", who.address)
    _add_tax_number(party, who.vat_number, _VAT)  # BT-31, BT-48
    _add_tax_number(party, who.tax_registration, _LOCAL_TAX)  # BT-32
    entity = add(party, "cac:PartyLegalEntity")
    add_text(entity, "cbc:RegistrationName", who.name)  # BT-27, BT-44
    add_text(entity, "cbc:CompanyID", who.siren, schemeID="0002")  # BT-30, BT-47
    add_text(entity, "cbc:CompanyLegalForm", who.legal)  # BT-33
    contact = add(party, "cac:Contact")
    add_text(contact, "cbc:Name", who.contact)  # BT-41, BT-56
    add_text(contact, "cbc:Telephone", who.phone)  # BT-42, BT-57
    add_text(contact, "cbc:ElectronicMail", who.email)  # BT-43, BT-58


def add_delivery(root: Element, delivery: Delivery) -> None:
    """Append where and when the supply was made (BG-13, BG-15)."""
    element = add(root, "cac:Delivery")
    add_date(element, "cbc:ActualDeliveryDate", delivery.day)  # BT-72
    if delivery.address is not None:
        _add_address(add(element, "cac:DeliveryLocation"), "cac:Address", delivery.address)


def _add_address(parent: Element, name: str, address: Address) -> None:
    element = add(parent, name)
    first, second, third, *_ = (*address.lines, "", "", "")
    add_text(element, "cbc:StreetName", first)
    add_text(element, "cbc:AdditionalStreetName", second)
    add_text(element, "cbc:CityName", address.city)
    add_text(element, "cbc:PostalZone", address.postcode)
    add_text(add(element, "cac:AddressLine"), "cbc:Line", third)
    add_text(add(element, "cac:Country"), "cbc:IdentificationCode", address.country)


def _add_tax_number(party: Element, number: str, scheme: str) -> None:
    if number:
        registration = add(party, "cac:PartyTaxScheme")
        add_text(registration, "cbc:CompanyID", number)
        add_text(add(registration, "cac:TaxScheme"), "cbc:ID", scheme)
