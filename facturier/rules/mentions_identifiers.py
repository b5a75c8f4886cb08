"""Identifiers that agree: the SIREN begins the SIRET and the electronic address, and makes the key of the VAT number.

What a single number must be is told where it is typed; here they are held against one another,
and VAT numbers of other member states against the structure of their country (python-stdnum).
"""

from __future__ import annotations

from collections.abc import Iterator

from stdnum.eu import vat as eu_vat

from facturier.directives.electronic_address import FRENCH_DIRECTORY, typed_address
from facturier.messages import message
from facturier.parties import Client, Seller
from facturier.rules.mention_case import PartyFound
from facturier.violations import Rule, Severity

SIRET = Rule(
    id="FR-ID-SIRET",
    title=message("SIREN and SIRET agree"),
    wants=message("The first nine digits of siret: are siren:."),
    law="C. com. art. R123-221; BR-FR-09",
    example='  siren: "732829320"\n  siret: "73282932000074"',
)
VAT_NUMBER = Rule(
    id="FR-ID-VAT-NUMBER",
    title=message("VAT number and SIREN agree"),
    wants=message(
        "A French VAT number is FR, a key of two characters and siren:; that of another member state is built as "
        "that state's are."
    ),
    law="CGI art. 286 ter; directive 2006/112/CE art. 215",
    example='  siren: "732829320"\n  vat-number: "FR44732829320"',
)
ADDRESS = Rule(
    id="FR-ID-ELECTRONIC-ADDRESS",
    title=message("Electronic address and SIREN agree"),
    wants=message(
        "Who has a SIREN receives electronic invoices at an address of the French directory, which begins with siren:."
    ),
    law="BR-FR-21, BR-FR-22",
    example='  siren: "732829320"\n  electronic-address: "732829320_ACHATS"',
    severity=Severity.NOTICE,
)
RULES = (SIRET, VAT_NUMBER, ADDRESS)
_KEY_LENGTH = len("FR44")


def identifier_faults(party: Seller | Client, word: str) -> Iterator[PartyFound]:
    """Hold the identifiers of a party against one another."""
    siren, siret = _compact(party.siren), _compact(party.siret)
    number = _compact(party.vat_number).upper()
    if siren and siret and not siret.startswith(siren):
        found = message(
            'The SIRET {siret} of the {word} "{party}" does not begin with its SIREN {siren}; one of them is wrong.',
            siret=party.siret,
            siren=party.siren,
            word=word,
            party=party.id,
        )
        yield PartyFound(SIRET, found, party)
    yield from _address_faults(party, word, siren)
    known = siren or siret[: len("732829320")]
    if number.startswith("FR"):
        if known and number[_KEY_LENGTH:] != known:
            found = message(
                'The VAT number {number} of the {word} "{party}" does not end with its SIREN {siren}; it would be '
                "{expected}.",
                number=party.vat_number,
                word=word,
                party=party.id,
                siren=known,
                expected=french_vat_number(known),
            )
            yield PartyFound(VAT_NUMBER, found, party)
    elif number[:2].lower() in {*eu_vat.MEMBER_STATES, "el"} and not eu_vat.is_valid(number):
        found = message(
            'The VAT number {number} of the {word} "{party}" cannot be one of that country; ask for it again.',
            number=party.vat_number,
            word=word,
            party=party.id,
        )
        yield PartyFound(VAT_NUMBER, found, party)


def _address_faults(party: Seller | Client, word: str, siren: str) -> Iterator[PartyFound]:
    """Hold the electronic address against the SIREN; public buyers are found by the public portal, not by theirs."""
    public = isinstance(party, Client) and party.kind == "public"
    if not siren or not party.electronic_address or public:
        return
    scheme, address = typed_address(party.electronic_address)
    if scheme != FRENCH_DIRECTORY or not address.startswith(siren):
        found = message(
            'The electronic address {address} of the {word} "{party}" is not one of the French directory for its '
            'SIREN {siren}; write electronic-address: "{siren}", or the ending it has in the directory behind it.',
            address=party.electronic_address,
            word=word,
            party=party.id,
            siren=siren,
        )
        yield PartyFound(ADDRESS, found, party)


def french_vat_number(siren: str) -> str:
    """Return the VAT number that belongs to a SIREN.

    >>> french_vat_number("732829320")
    'FR44732829320'
    """
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def _compact(text: str) -> str:
    return "".join(text.split())
