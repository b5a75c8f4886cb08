"""The parties of a page: names and addresses as they stood on the document's date (BG-4, BG-7)."""

from __future__ import annotations

from babel import Locale

from facturier.parties import Client, Seller
from facturier.pdf.page import PageParty


def page_seller(seller: Seller, client: Client, language: str) -> PageParty:
    """Return the seller; a sole trader is called so (C. com. art. R526-27), the country said to those abroad."""
    return PageParty(
        name=f"{seller.name} EI" if seller.ei and not seller.name.endswith(" EI") else seller.name,
        trade_name=seller.trade_name,
        address=_address(seller.street, seller.postcode, seller.city),
        country=_country(seller.country, language) if client.country != seller.country else "",
        contact=seller.contact,
        email=seller.email,
        phone=seller.phone,
        website=seller.website,
        siren=seller.siren,
        siret=seller.siret,
        vat_number=seller.vat_number,
        legal_form=seller.legal_form,
        capital=seller.capital.number if seller.capital else None,
        rcs=seller.rcs,
        rna=seller.rna,
        ape=seller.ape,
    )


def page_client(client: Client, seller: Seller, language: str) -> PageParty:
    """Return the client; the country only where it is not the seller's."""
    return PageParty(
        name=client.name,
        address=_address(client.street, client.postcode, client.city),
        country=_country(client.country, language) if client.country != seller.country else "",
        contact=client.contact,
        email=client.email,
        phone=client.phone,
        siren=client.siren,
        siret=client.siret,
        vat_number=client.vat_number,
    )


def _address(street: str, postcode: str, city: str) -> tuple[str, ...]:
    return (*address_lines(street), *filter(None, (f"{postcode} {city}".strip(),)))


def address_lines(text: str) -> tuple[str, ...]:
    """Return a text as lines without blank ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _country(code: str, language: str) -> str:
    name: str = Locale(language).territories.get(code.upper(), code)
    return name
