"""Who buys: name, address, SIREN, VAT number, electronic address of the client.

Sources: CGI ann. II art. 242 nonies A I-1°, 3°, 4°; C. com. art. L441-9; CCP art. D2192-2.
What a client lacks is told once, at its directive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from facturier.law.law import Law
from facturier.messages import Message, message
from facturier.parties import Client, Seller
from facturier.rules.mention_case import PartyFound, is_french, new_mentions_day
from facturier.rules.mentions_identifiers import identifier_faults
from facturier.violations import Rule, Severity

CLIENT = Rule(
    id="FR-MENTION-CLIENT",
    title=message("The client's name and address"),
    wants=message("A client that is no consumer states name:, an address (street: or postcode:) and city:."),
    law="CGI ann. II art. 242 nonies A I-1°; C. com. art. L441-9",
    example='2026-01-01 custom "client" "martin"\n  name: "Martin Bâtiment SAS"\n  street: "4 quai du Port"\n'
    '  postcode: "13002"\n  city: "Marseille"',
)
CONSUMER = Rule(
    id="FR-MENTION-CONSUMER",
    title=message("A consumer's name and address"),
    wants=message("A consumer who does not object is named, with an address."),
    law="CGI ann. II art. 242 nonies A I-1°; arrêté 83-50/A art. 3",
    example='2026-01-01 custom "client" "durand"\n  name: "Jeanne Durand"\n  city: "Nice"',
    severity=Severity.NOTICE,
)
SIREN = Rule(
    id="FR-MENTION-CLIENT-SIREN",
    title=message("The client's SIREN"),
    wants=message(
        "A French business client states siren:, on invoices of large and mid-size sellers from 1 September 2026, of "
        "smaller ones from 1 September 2027."
    ),
    law="CGI ann. II art. 242 nonies A I-1°; décret 2022-1299 art. 3; BR-FR-11",
    example='2026-01-01 custom "client" "martin"\n  siren: "552100554"',
)
SIREN_SOON = Rule(
    id="FR-EINVOICE-SIREN",
    title=message("The client's SIREN, before it is compulsory"),
    wants=message("A French business client states siren: before the day on which electronic invoices need it."),
    law="décret 2022-1299 art. 3; BR-FR-11",
    example='2026-01-01 custom "client" "martin"\n  siren: "552100554"',
    severity=Severity.NOTICE,
)
SIRET = Rule(
    id="FR-MENTION-PUBLIC",
    title=message("A public buyer's SIRET"),
    wants=message("A French public buyer states siret:, by which the public portal finds it."),
    law="CCP art. L2192-1, D2192-2",
    example='2026-01-01 custom "client" "mairie"\n  kind: "public"\n  siret: "21299990800016"',
)
ADDRESS = Rule(
    id="FR-EINVOICE-ADDRESS",
    title=message("Where the client receives electronic invoices"),
    wants=message("A client has siren:, email: or electronic-address:."),
    law="BR-FR-12",
    example='2026-01-01 custom "client" "durand"\n  email: "jeanne.durand@courriel.example"',
    severity=Severity.NOTICE,
)
RULES = (CLIENT, CONSUMER, SIREN, SIREN_SOON, SIRET, ADDRESS)


def client_faults(client: Client, seller: Seller, day: date, law: Law) -> Iterator[PartyFound]:
    """Check what is stated about a client, for documents of a seller from a day on."""
    missing = [key for key in ("name", "city") if not getattr(client, key)]
    if not client.street and not client.postcode:
        missing.append("street")
    if missing:
        found = message(
            'The client "{client}" lacks {keys}; add it.',
            client=client.id,
            keys=", ".join(f"{key}:" for key in missing),
        )
        yield PartyFound(CONSUMER if client.kind == "consumer" else CLIENT, found, client)
    french = is_french(client.country)
    if client.kind == "public" and french and not client.siret:
        found = message('The public buyer "{client}" has no SIRET; add siret: "…".', client=client.id)
        yield PartyFound(SIRET, found, client)
    elif client.kind == "business" and french and not client.siren:
        yield _without_siren(client, seller, day, law)
    if not (client.siren or client.email or client.electronic_address):
        yield PartyFound(ADDRESS, _without_address(client), client)
    yield from identifier_faults(client, "client")


def _without_address(client: Client) -> Message:
    if client.kind == "consumer":
        return message(
            'The consumer "{client}" has no e-mail address: the page can be handed over, but a platform would refuse '
            'the XML (BR-FR-12); add email: "…".',
            client=client.id,
        )
    return message(
        'The client "{client}" has no address for electronic invoices; add email:, siren: or electronic-address:.',
        client=client.id,
    )


def _without_siren(client: Client, seller: Seller, day: date, law: Law) -> PartyFound:
    start = new_mentions_day(seller, law)
    if day >= start:
        found = message('The client "{client}" has no SIREN; add siren: "…".', client=client.id)
        return PartyFound(SIREN, found, client)
    found = message(
        'The client "{client}" has no SIREN, which your invoices must state from {start} on; add siren: "…".',
        client=client.id,
        start=start,
    )
    return PartyFound(SIREN_SOON, found, client)
