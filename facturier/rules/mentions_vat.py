"""VAT treatments: each line is taxed in a way its client, its nature and its seller allow, and says why.

Sources: CGI art. 258 to 259 D, 262, 262 ter, 267-II-2°, 283, 293 B, 297 A; CGI ann. II art. 242 nonies A
I-3°, 4°, 8° bis, 12°, 13°, 15°, 16°. What a treatment demands is a row of the law table.
"""

from __future__ import annotations

from collections.abc import Iterator

from facturier.documents import Line
from facturier.law.rows import VatTreatment
from facturier.messages import message
from facturier.parties import Client
from facturier.rules.mention_case import (
    DOM_COUNTRIES,
    DOM_POSTCODES,
    Case,
    Found,
    is_french,
    is_member_state,
    is_overseas,
)
from facturier.vat import ZERO_RATED
from facturier.violations import Rule, Severity

EXEMPTION = Rule(
    id="FR-MENTION-EXEMPTION",
    title=message("No VAT has its reason"),
    wants=message("A line without VAT names its treatment, whose article is printed; France has no rate of 0 %."),
    law="CGI ann. II art. 242 nonies A I-12°",
    example='    vat: "export"',
)
FRANCHISE = Rule(
    id="FR-MENTION-FRANCHISE",
    title=message("Under franchise no VAT is shown"),
    wants=message(
        'A seller under franchise (vat-on: "franchise") charges no VAT and prints art. 293 B; no other seller does.'
    ),
    law="CGI art. 293 B, 293 E, 283-3",
    example='2026-01-01 custom "seller" "roux"\n  vat-on: "franchise"',
)
FRANCHISE_GOODS = Rule(
    id="FR-VAT-FRANCHISE-INTRA-EU",
    title=message("No intra-EU sale of goods under franchise"),
    wants=message("Goods that a seller under franchise sends to another member state are like any others of his."),
    law="CGI art. 262 ter I, 293 B; directive 2006/112/CE art. 139",
    example='    vat: "franchise"',
)
CLIENT_VAT = Rule(
    id="FR-MENTION-CLIENT-VAT",
    title=message("The client's VAT number where he owes the tax"),
    wants=message("An exempt intra-EU sale, and a sale whose client owes the tax, states the client's vat-number:."),
    law="CGI ann. II art. 242 nonies A I-3°, 4°; CGI art. 262 ter I-1°",
    example='2026-01-01 custom "client" "lichtwerk"\n  vat-number: "DE284615708"',
)
REVERSE = Rule(
    id="FR-MENTION-REVERSE-CHARGE",
    title=message("Who may owe the tax"),
    wants=message("Only a business can owe the tax or receive an intra-EU sale; oss is for consumers."),
    law="CGI art. 283, 262 ter I, 258 A, 259 D; CGI ann. II art. 242 nonies A I-13°",
    example='2026-01-01 custom "client" "lichtwerk"\n  kind: "business"',
)
PLACE = Rule(
    id="FR-VAT-PLACE",
    title=message("A treatment for where the client is"),
    wants=message(
        "intra-eu-… is for other member states, export and services-outside-eu for third countries, dom-export for "
        "overseas departments, reverse-charge-construction for France."
    ),
    law="CGI art. 258, 259, 262, 262 ter, 283-2 nonies, 294",
    example='2026-01-01 custom "client" "lichtwerk"\n  country: "DE"',
)
NATURE = Rule(
    id="FR-MENTION-NATURE",
    title=message("Goods or services as the treatment says"),
    wants=message("The nature of a line is the one its VAT treatment is for."),
    law="CGI ann. II art. 242 nonies A I-8° bis; CGI art. 256, 262, 297 A",
    example='    vat: "intra-eu-goods"\n    nature: "goods"',
)
DISBURSEMENT = Rule(
    id="FR-VAT-DISBURSEMENT",
    title=message("Disbursements pass through an account of third parties"),
    wants=message("A disbursement is booked on an account of role disbursements, not as income."),
    law="CGI art. 267-II-2°",
    example='  Assets:Debours  -60.00 EUR\n    item: "Frais de greffe"\n    vat: "disbursement"',
)
CIBS = Rule(
    id="FR-MENTION-CIBS",
    title=message("Articles of the CIBS instead of the CGI"),
    wants=message("After 30 June 2028 an invoice cites the CIBS; a wording not known yet is stated with custom law."),
    law="BOFiP ACTU-2026-00126; ord. 2025-1247",
    example='2028-07-01 custom "law" "vat-treatment" "franchise"\n  text-fr: "TVA non applicable, art. … du CIBS"\n'
    '  source: "CIBS"',
    severity=Severity.NOTICE,
)
RULES = (EXEMPTION, FRANCHISE, FRANCHISE_GOODS, CLIENT_VAT, REVERSE, PLACE, NATURE, DISBURSEMENT, CIBS)

_INTRA_EU_GOODS = frozenset({"intra-eu-goods", "triangular"})
_FRANCHISE = "franchise"


def vat_faults(case: Case) -> Iterator[Found]:
    """Check how the lines of one document are taxed."""
    under_franchise = case.seller.vat_on == _FRANCHISE
    told: set[str] = set()
    for line in case.document.lines:
        name = line.tax.treatment
        if under_franchise or name == _FRANCHISE:
            yield from _franchise(line, under_franchise=under_franchise)
        if not name:
            if line.tax.category == ZERO_RATED and _stated(line, case) is not None:
                found = message(
                    'vat: 0 gives no reason; name the treatment, such as vat: "export" or vat: "exempt-training".'
                )
                yield Found(EXEMPTION, found, line.place)
            continue
        row = case.law.treatment(name, case.day)
        if row is None:
            continue
        yield from _line(line, row, case)
        if name not in told:
            told.add(name)
            yield from _document(line, row, case)


def _stated(line: Line, case: Case) -> object:
    """Return what ``vat:`` says of a line or its product; None where nothing does, which is told elsewhere."""
    product = case.books.products.at(line.product, case.day) if line.product else None
    return line.meta.get("vat", product.vat if product else None)


def _franchise(line: Line, *, under_franchise: bool) -> Iterator[Found]:
    name = line.tax.treatment
    if not under_franchise:
        found = message(
            'This line says art. 293 B, but the seller is not under franchise; write its rate, or vat-on: "franchise" '
            "on the seller."
        )
        yield Found(FRANCHISE, found, line.place)
    elif name in _INTRA_EU_GOODS:
        found = message(
            'Under franchise a sale to another member state is no exempt intra-EU sale; write vat: "franchise".'
        )
        yield Found(FRANCHISE_GOODS, found, line.place)
    elif line.tax.percent:
        found = message(
            "Under franchise no VAT may be shown, and what is shown is owed (CGI art. 283-3); leave vat: out, or "
            "change vat-on: of the seller."
        )
        yield Found(FRANCHISE, found, line.place)


def _line(line: Line, row: VatTreatment, case: Case) -> Iterator[Found]:
    """Check what a treatment demands of the line itself."""
    if row.nature and line.nature != row.nature:
        found = message(
            'vat: "{treatment}" is for {wanted}, and this line is of nature {nature}; add nature: "{wanted}" or take '
            "another treatment.",
            treatment=row.id,
            wanted=row.nature,
            nature=line.nature,
        )
        yield Found(NATURE, found, line.place)
    if row.id == "disbursement" and case.books.roles.of(line.account).name != "disbursements":
        found = message(
            'A disbursement is no income; book it on an account of its own: custom "role" "disbursements" …'
        )
        yield Found(DISBURSEMENT, found, line.place)


def _document(line: Line, row: VatTreatment, case: Case) -> Iterator[Found]:
    """Check what a treatment demands of the client; once a document."""
    client = case.client
    if row.buyer and (client.kind == "consumer") != (row.buyer == "consumer") and client.kind != "association":
        found = message(
            'vat: "{treatment}" is not for a client of kind "{kind}"; correct kind: of "{client}", or take another '
            "treatment.",
            treatment=row.id,
            kind=client.kind,
            client=client.id,
        )
        yield Found(REVERSE, found, line.place)
    elif row.needs_vat_number and not client.vat_number:
        found = message(
            'vat: "{treatment}" needs the client\'s VAT number; add vat-number: to "{client}".',
            treatment=row.id,
            client=client.id,
        )
        yield Found(CLIENT_VAT, found, line.place)
    if row.place and not _is_there(row.place, client, case):
        found = message(
            'vat: "{treatment}" is for {place}, and "{client}" is in {country}; correct country:, or take another '
            "treatment.",
            treatment=row.id,
            place=_PLACES[row.place],
            client=client.id,
            country=client.country or "FR",
        )
        yield Found(PLACE, found, line.place)
    if row.cites_cgi and not row.mention_cibs and not case.law.may_cite_cgi(case.day):
        found = message(
            'The wording of "{treatment}" cites the CGI, which an invoice of {day} may no longer do; state the new '
            'one: custom "law" "vat-treatment" "{treatment}" with text-fr: and source:.',
            treatment=row.id,
            day=case.day,
        )
        yield Found(CIBS, found, line.place)


_PLACES = {
    "fr": message("France"),
    "eu": message("another member state of the Union"),
    "outside-eu": message("countries outside the Union"),
    "dom": message("overseas departments"),
}


def _is_there(place: str, client: Client, case: Case) -> bool:
    """Tell whether a client, or where the goods go, lies where a treatment wants it."""
    country = client.country
    law = case.law
    target = _delivered_to(case)
    if place == "fr":
        return is_french(country)
    if place == "eu":
        number = client.vat_number[:2].upper()
        return any(is_member_state(code, law) for code in (country, target, number))
    if place == "dom":
        return is_overseas(country, client.postcode) or target in DOM_COUNTRIES or _goes_overseas(case)
    return any(code and not is_french(code) and not is_member_state(code, law) for code in (country, target))


def _delivered_to(case: Case) -> str:
    """Return the country code on the last line of a stated delivery address, or ""."""
    lines = _address(case)
    last = lines[-1] if lines else ""
    return last if len(last) == 2 and last.isalpha() and last.isupper() else ""


def _goes_overseas(case: Case) -> bool:
    return any(line.startswith(DOM_POSTCODES) for line in _address(case))


def _address(case: Case) -> list[str]:
    stated = case.document.values.get("delivery-address") or case.client.delivery_address
    return [line.strip() for line in str(stated).splitlines() if line.strip()]
