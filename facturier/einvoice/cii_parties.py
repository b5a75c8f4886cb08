"""The parties and the delivery of a CII file (BG-4 to BG-9, BG-13, BG-15)."""

from __future__ import annotations

from facturier.einvoice.cii_dates import add_date
from facturier.einvoice.elements import Element, add, add_text
from facturier.einvoice.invoice import Address, Delivery, InvoiceParty


def add_party(parent: Element, name: str, who: InvoiceParty) -> None:
    """Append the seller (BG-4) or the buyer (BG-7), in the order of the schema."""
    party = add(parent, name)
    add_text(party, "ram:GlobalID", who.siret, schemeID="0009")  # BT-29, BT-46
    add_text(party, "ram:Name", who.name)  # BT-27, BT-44
    add_text(party, "ram:Description", who.legal)  # BT-33
    organization = add(party, "ram:SpecifiedLegalOrganization")
    add_text(organization, "ram:ID", who.siren, schemeID="0002")  # BT-30, BT-47
    add_text(organization, "ram:TradingBusinessName", who.trade_name)  # BT-28
    contact = add(party, "ram:DefinedTradeContact")
    add_text(contact, "ram:PersonName", who.contact)  # BT-41, BT-56
    add_text(add(contact, "ram:TelephoneUniversalCommunication"), "ram:CompleteNumber", who.phone)  # BT-42, BT-57
    add_text(add(contact, "ram:EmailURIUniversalCommunication"), "ram:URIID", who.email)  # BT-43, BT-58
    _add_address(party, who.address)
    if who.electronic is not None:
        communication = add(party, "ram:URIUniversalCommunication")
        add_text(communication, "ram:URIID", who.electronic.value, schemeID=who.electronic.scheme)  # BT-34, BT-49
    for scheme, number in (("VA", who.vat_number), ("FC", who.tax_registration)):  # BT-31, BT-48; BT-32
        add_text(add(party, "ram:SpecifiedTaxRegistration"), "ram:ID", number, schemeID=scheme)


def add_delivery(parent: Element, delivery: Delivery) -> None:
    """Append where and when the supply was made (BG-13, BG-15)."""
    element = add(parent, "ram:ApplicableHeaderTradeDelivery")
    if delivery.address is not None:
        _add_address(add(element, "ram:ShipToTradeParty"), delivery.address)
    add_date(add(element, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime", delivery.day)  # BT-72


def _add_address(party: Element, address: Address) -> None:
    element = add(party, "ram:PostalTradeAddress")
    add_text(element, "ram:PostcodeCode", address.postcode)
    for name, line in zip(("ram:LineOne", "ram:LineTwo", "ram:LineThree"), address.lines, strict=False):
        add_text(element, name, line)
    add_text(element, "ram:CityName", address.city)
    add_text(element, "ram:CountryID", address.country)
