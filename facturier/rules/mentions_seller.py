"""Who sells: name, address, registration, legal form, VAT number of the seller.

Sources: CGI ann. II art. 242 nonies A I-1°, 2°, 5°; C. com. art. L441-9, R123-237, R123-238,
R526-27. What a seller lacks is told once, at its directive.
"""

from __future__ import annotations

from collections.abc import Iterator

from stdnum import bic

from facturier.law.law import Law
from facturier.messages import message
from facturier.parties import Seller
from facturier.rules.mention_case import Case, Found, PartyFound, is_french
from facturier.rules.mentions_identifiers import identifier_faults
from facturier.violations import Rule, Severity

SELLER = Rule(
    id="FR-MENTION-SELLER",
    title=message("The seller's name and address"),
    wants=message("The seller states name:, street:, postcode: and city:."),
    law="CGI ann. II art. 242 nonies A I-1°; C. com. art. L441-9",
    example='2026-01-01 custom "seller" "atelier"\n  name: "Atelier Numérique"\n  street: "12 rue des Lilas"\n'
    '  postcode: "69003"\n  city: "Lyon"',
)
SIREN = Rule(
    id="FR-MENTION-SIREN",
    title=message("The seller's SIREN"),
    wants=message("A French seller states siren:; an association without one states rna:."),
    law="CGI ann. II art. 242 nonies A I-1°; C. com. art. R123-237 1°",
    example='2026-01-01 custom "seller" "atelier"\n  siren: "732829320"',
)
RCS = Rule(
    id="FR-MENTION-RCS",
    title=message("RCS and its city"),
    wants=message("A commercial company states rcs:, the city of its register."),
    law="C. com. art. R123-237 2°, 3°",
    example='2026-01-01 custom "seller" "atelier"\n  rcs: "Lyon"',
)
LEGAL_FORM = Rule(
    id="FR-MENTION-LEGAL-FORM",
    title=message("Legal form and capital"),
    wants=message("A company states legal-form: and capital:; a sole trader ei: TRUE; an association rna:."),
    law="C. com. art. R123-238",
    example='2026-01-01 custom "seller" "atelier"\n  legal-form: "SARL"\n  capital: 10000.00 EUR',
)
SOLE_TRADER = Rule(
    id="FR-MENTION-EI",
    title=message("“EI” beside a sole trader's name"),
    wants=message("A natural person in business states ei: TRUE, so that EI is printed beside the name."),
    law="C. com. art. R526-27, L526-22",
    example='2026-01-01 custom "seller" "roux"\n  name: "Camille Roux"\n  ei: TRUE',
)
VAT_NUMBER = Rule(
    id="FR-MENTION-VAT-NUMBER",
    title=message("The seller's VAT number"),
    wants=message(
        "A seller who charges VAT states vat-number:; it may be left out up to 150 EUR net and on credit notes."
    ),
    law="CGI ann. II art. 242 nonies A I-2° and II",
    example='2026-01-01 custom "seller" "atelier"\n  vat-number: "FR44732829320"',
)
REPRESENTATIVE = Rule(
    id="FR-MENTION-REPRESENTATIVE",
    title=message("The tax representative of a foreign seller"),
    wants=message("A seller from outside the Union states tax-representative: name, address and VAT number."),
    law="CGI art. 289 A; CGI ann. II art. 242 nonies A I-5°",
    example='2026-01-01 custom "seller" "acme"\n  tax-representative: "Fiscalys, 1 rue du Port, 75001 Paris, FR…"',
    severity=Severity.NOTICE,
)
BIC = Rule(
    id="FR-ID-BIC",
    title=message("A BIC that can be one"),
    wants=message("bic: is an identifier of a bank: eight or eleven letters and digits."),
    law="ISO 9362",
    example='2026-01-01 custom "seller" "atelier"\n  bic: "AGRIFRPP"',
)
RULES = (SELLER, SIREN, RCS, LEGAL_FORM, SOLE_TRADER, VAT_NUMBER, REPRESENTATIVE, BIC)

_COMPANIES = frozenset({
    "SARL", "EURL", "SAS", "SASU", "SA", "SNC", "SCS", "SCA", "SELARL", "SELARLU", "SELAS", "SELASU", "SELAFA", "SCOP",
    "SCIC", "SE", "GIE",
})  # fmt: skip
_WITHOUT_CAPITAL = frozenset({"GIE"})
_PERSONS = ("EI", "EIRL", "ENTREPRENEUR", "ENTREPRISE INDIVIDUELLE", "MICRO", "AUTO")


def seller_faults(seller: Seller, law: Law) -> Iterator[PartyFound]:
    """Check what a seller states about itself."""
    missing = [key for key in ("name", "street", "postcode", "city") if not getattr(seller, key)]
    if missing:
        found = message('The seller "{seller}" lacks {keys}; add it.', seller=seller.id, keys=_keys(missing))
        yield PartyFound(SELLER, found, seller)
    if is_french(seller.country):
        yield from _registration(seller)
    elif seller.country not in law.figures["oss-rate"] and not seller.tax_representative:
        found = message(
            'The seller "{seller}" is established outside the Union; if a tax representative stands in for it, add '
            'tax-representative: "…".',
            seller=seller.id,
        )
        yield PartyFound(REPRESENTATIVE, found, seller)
    if seller.bic and not bic.is_valid(seller.bic):
        found = message(
            '"{bic}" of the seller "{seller}" is no BIC; copy it anew from the bank.', bic=seller.bic, seller=seller.id
        )
        yield PartyFound(BIC, found, seller)
    yield from identifier_faults(seller, "seller")


def _registration(seller: Seller) -> Iterator[PartyFound]:
    """Check the registration of a French seller."""
    if not seller.siren and not seller.rna:
        found = message(
            'The seller "{seller}" has no SIREN; add siren: "…" (an association without one: rna: "…").',
            seller=seller.id,
        )
        yield PartyFound(SIREN, found, seller)
    form = seller.legal_form.upper().replace(".", "").strip()
    kind = form.split(" ", 1)[0]
    if not form and not seller.ei and not seller.rna:
        found = message(
            'The seller "{seller}" has no legal form; add legal-form: and capital:, or ei: TRUE for a sole trader.',
            seller=seller.id,
        )
        yield PartyFound(LEGAL_FORM, found, seller)
    if kind in _COMPANIES and kind not in _WITHOUT_CAPITAL and seller.capital is None:
        found = message(
            'The seller "{seller}" is a {form} without a capital; add for example capital: 1000.00 EUR.',
            seller=seller.id,
            form=seller.legal_form,
        )
        yield PartyFound(LEGAL_FORM, found, seller)
    if kind in _COMPANIES and not seller.rcs:
        found = message(
            'The seller "{seller}" is a {form} without its register; add for example rcs: "Lyon".',
            seller=seller.id,
            form=seller.legal_form,
        )
        yield PartyFound(RCS, found, seller)
    if not seller.ei and (kind in _PERSONS or form.startswith(_PERSONS[2:])):
        found = message('The seller "{seller}" is a sole trader; add ei: TRUE.', seller=seller.id)
        yield PartyFound(SOLE_TRADER, found, seller)


def vat_number_faults(case: Case) -> Iterator[Found]:
    """Check the seller's VAT number, document by document: small ones and credit notes may do without."""
    seller, document = case.seller, case.document
    if seller.vat_number or seller.vat_on == "franchise" or document.is_credit_note:
        return
    if not is_french(seller.country) and not case.is_domestic:
        return
    if all(line.tax.category in {"E", "O"} for line in document.lines):
        return
    small = case.law.figure("duty", "small-invoice", case.day)
    if small is not None and document.totals().net <= small and not case.treatments:
        return
    found = message('The seller "{seller}" has no VAT number; add vat-number: "FR…".', seller=seller.id)
    yield Found(VAT_NUMBER, found)


def _keys(names: list[str]) -> str:
    return ", ".join(f"{name}:" for name in names)
