"""The parties: who sells, who buys, as they stand on a day.

    2026-01-01 custom "client" "martin"
      name: "Martin Bâtiment SAS"
      account: Assets:Clients:Martin
    2026-06-01 custom "client" "martin"
      street: "9 avenue du Prado"

A document shows its parties as they stood on its date (CGI ann. II art. 242 nonies A I-1°).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from beancount.core.amount import Amount

from facturier.directives.declaration import Key
from facturier.directives.setup import CLIENT, SELLER
from facturier.directives.spelling import nearest
from facturier.versions import Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What sellers and clients have in common. Empty text means: not stated."""

    id: str
    name: str = ""  # BT-27, BT-44
    street: str = ""  # BT-35, BT-50
    postcode: str = ""  # BT-38, BT-53
    city: str = ""  # BT-37, BT-52
    country: str = "FR"  # BT-40, BT-55
    siren: str = ""  # BT-30, BT-47
    siret: str = ""  # BT-29, BT-46
    vat_number: str = ""  # BT-31, BT-48
    email: str = ""  # BT-43, BT-58
    phone: str = ""  # BT-42, BT-57
    contact: str = ""  # BT-41, BT-56
    iban: str = ""  # BT-84
    bic: str = ""  # BT-86
    electronic_address: str = ""  # BT-34, BT-49
    language: str = ""
    terms: str = ""  # BT-20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller(Party):
    """The business that invoices."""

    trade_name: str = ""  # BT-28
    legal_form: str = ""
    capital: Amount | None = None
    rcs: str = ""
    rna: str = ""
    ape: str = ""
    ei: bool = False
    vat_on: str = "receipts"
    size: str = "micro"
    escompte: str = "none"
    penalty_rate: str | Decimal = "legal"
    website: str = ""
    logo: str = ""
    template: str = ""
    insurer: str = ""
    insurance_area: str = ""
    attach: str = ""  # BG-24
    mediator: str = ""
    activity: str = ""
    sector: str = ""
    tax_representative: str = ""
    platform: str = ""
    creditor_id: str = ""  # BT-90


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(Party):
    """A customer."""

    kind: str = "business"
    public_body: str = ""
    account: str = ""
    service_code: str = ""
    delivery_address: str = ""
    currency: str = ""
    credit_limit: Amount | None = None
    profile: str = ""
    discount: Decimal | None = None
    mandate: str = ""
    group: str = ""
    series: str = ""


P = TypeVar("P", Seller, Client)


def sellers() -> Versions[Seller]:
    """Return an empty set of sellers."""
    return Versions(lambda identifier, values: _party(Seller, identifier, values))


def clients() -> Versions[Client]:
    """Return an empty set of clients."""
    return Versions(lambda identifier, values: _party(Client, identifier, values))


def party_meant(typed: str, known: Versions[P]) -> str | None:
    """Return the id that someone meant: a slip away from one, or of the only party whose name holds the word."""
    meant = nearest(typed, known)
    if meant is None:
        named = [one for one in known if (party := known.latest(one)) and _holds(party.name, typed)]
        meant = named[0] if len(named) == 1 else None
    return meant


def _holds(name: str, word: str) -> bool:
    return bool(word) and word.casefold() in name.casefold().split()


def _party(kind: type[P], identifier: str, values: Mapping[str, Any]) -> P:
    names = _FIELDS[kind]
    return kind(id=identifier, **{names[key]: value for key, value in values.items()})


def _fields_by_key(declared: Mapping[str, Key]) -> Mapping[str, str]:
    """Return the field that each declared key of a party fills."""
    return {key: key.replace("-", "_") for key in declared}


_FIELDS: Mapping[type[Seller] | type[Client], Mapping[str, str]] = {
    Seller: _fields_by_key(SELLER.keys),
    Client: _fields_by_key(CLIENT.keys),
}
