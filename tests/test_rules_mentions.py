"""The rules on mentions: each has a ledger that breaks it, with its place and the fix, and one that satisfies it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import SETUP, books_of, ledger_of, line_of, sale, write_ledger

from facturier.law.tables import law_of_france
from facturier.rules import mentions, mentions_terms
from facturier.rules.mention_rows import ROWS
from facturier.rules.pack import ALL_RULES, check_all, rule_set
from facturier.violations import Severity

SELLER = '2020-01-01 custom "seller" "atelier"\n'
MARTIN = '2020-01-01 custom "client" "martin"\n'
DURAND = '2020-01-01 custom "client" "durand"\n'
MORE = """\
2020-01-01 custom "role" "disbursements" Assets:Debours
2020-01-01 open Assets:Debours
2020-01-01 custom "series" "quotes" "quote" "D{year}-{number:04}"
2020-01-01 custom "client" "mairie"
  name: "Commune de Saint-Tévenn"
  kind: "public"
  account: Assets:Clients:Mairie
  postcode: "29810"
  city: "Saint-Tévenn"
  siren: "212999908"
  siret: "21299990800016"
2020-01-01 open Assets:Clients:Mairie
2020-01-01 custom "client" "muster"
  name: "Muster GmbH"
  kind: "business"
  account: Assets:Clients:Muster
  street: "Speicherstraße 41"
  city: "Bremen"
  country: "DE"
  vat-number: "DE284615708"
  email: "rechnung@muster.example"
2020-01-01 open Assets:Clients:Muster
2020-01-01 custom "client" "schmidt"
  name: "Anna Schmidt"
  kind: "consumer"
  account: Assets:Clients:Muster
  city: "Köln"
  country: "DE"
  email: "anna@schmidt.example"
2020-01-01 custom "client" "reunion"
  name: "Ti Kaz SARL"
  kind: "business"
  account: Assets:Clients:Martin
  postcode: "97400"
  city: "Saint-Denis"
  siren: "552100554"
"""
WORLD = SETUP + MORE
QUOTE = """\
2026-10-12 Q "martin" "Toiture"
  quote: "D2026-0001"
  order-ref: "BC-7"
  Income:Prestations  -1000.00 EUR
    item: "Toiture"
    vat: 10
"""


def untaxed(vat: str, client: str = "martin", keys: str = "", line: str = "", number: str = "F2026-0001") -> str:
    """Return an invoice of one line without VAT legs."""
    more = "".join(f"  {one}\n" for one in keys.split("\n") if one)
    return (
        f'2026-11-03 * "{client}" "Vente"\n  invoice: "{number}"\n  client: "{client}"\n{more}'
        f"  Assets:Clients:Martin  100.00 EUR\n  Income:Ventes  -100.00 EUR\n"
        f'    item: "Vente"\n    vat: {vat}\n{"".join(f"    {one}{chr(10)}" for one in line.split(chr(10)) if one)}'
    )


GOODS = 'nature: "goods"'
DELIVERED = "delivery-date: 2026-11-02"


class Case(NamedTuple):
    """A ledger that satisfies a rule, and the one change that breaks it."""

    rule: str
    right: str
    old: str
    new: str
    at: str  # on the line of the violation
    says: str


WORKS = """\
2026-11-03 * "martin" "Prestation"
  invoice: "F2026-0001"
  client: "martin"
  attestation: "Logement de plus de deux ans"
  Assets:Clients:Martin  2200.00 EUR
  Income:Prestations  -2000.00 EUR
    item: "Toiture"
    vat: "works-10"
  Liabilities:TVA:EnAttente  -200.00 EUR
    vat: 10
"""
SALE = sale("F2026-0001", "2026-11-03")
INSURED = WORLD.replace("  mediator:", '  insurer: "MAAF"\n  mediator:')
CERTIFIED = INSURED.replace("  mediator:", '  sector: "construction"\n  attach: "pieces/decennale.pdf"\n  mediator:')
FRANCHISE = WORLD.replace('vat-on: "receipts"', 'vat-on: "franchise"')
FINAL = """\
2026-10-21 * "Acompte"
  invoice: "F2026-0001"
  kind: "deposit"
  from: "D2026-0001"
  client: "martin"
  Assets:Clients:Martin  120.00 EUR
  Liabilities:Acomptes  -100.00 EUR
    item: "Acompte"
    vat: 20
  Liabilities:TVA:EnAttente  -20.00 EUR
    vat: 20
2026-11-25 * "Solde"
  invoice: "F2026-0002"
  kind: "final"
  from: "D2026-0001"
  order-ref: "BC-7"
  client: "martin"
  Assets:Clients:Martin  1080.00 EUR
  Income:Prestations  -1000.00 EUR
    item: "Toiture"
    vat: 20
  Liabilities:Acomptes  100.00 EUR
    deposit: "F2026-0001"
    vat: 20
  Liabilities:TVA:EnAttente  -180.00 EUR
    vat: 20
"""
NOTE = """\
2026-10-30 L "martin" "Chaises"
  delivery: "BL2026-0001"
  delivery-address: "12 quai des Douanes
    29810 Saint-Tévenn"
  Income:Ventes  -4 CHAISE
"""
LARGE = WORLD.replace('  rcs: "Lyon"\n', '  rcs: "Lyon"\n  size: "eti"\n')
CHAIRS = sale("F2026-0001", "2026-11-03", keys='delivery-address: "12 quai des Douanes, 29810 Saint-Tévenn"').replace(
    '    item: "Prestation"\n', '    item: "Chaises"\n    nature: "goods"\n    delivery: "BL2026-0001"\n'
)
SELF_BILLED = sale("F2026-0001", "2026-11-03", keys='kind: "self-billed"\ncontract-ref: "MANDAT-1"')
BUILDING_QUOTE = QUOTE.replace("vat: 10", 'vat: "works-10"').replace("  order-ref", '  waste: "2 m³"\n  order-ref')
CONSUMER = sale("F2026-0001", "2026-11-03", client="durand", keys=DELIVERED)
PUBLIC = sale("F2026-0001", "2026-11-03", keys='service-code: "CULTURE"').replace(
    'client: "martin"', 'client: "mairie"'
)
CITED = QUOTE + sale("F2026-0001", "2026-11-03", keys='from: "D2026-0001"\norder-ref: "BC-7"')

CASES = [
    Case("FR-MENTION-SELLER", WORLD + SALE, '  street: "12 rue des Lilas"\n', "", SELLER, "lacks street:"),
    Case("FR-MENTION-SIREN", WORLD + SALE, '  siren: "732829320"\n', "", SELLER, "add siren:"),
    Case("FR-MENTION-RCS", WORLD + SALE, '  rcs: "Lyon"\n', "", SELLER, 'add for example rcs: "Lyon"'),
    Case("FR-MENTION-LEGAL-FORM", WORLD + SALE, "  capital: 10000.00 EUR\n", "", SELLER, "capital: 1000.00 EUR"),
    Case("FR-MENTION-LEGAL-FORM", WORLD + SALE, '  legal-form: "SARL"\n', "", SELLER, "legal-form:"),
    Case("FR-MENTION-EI", WORLD + SALE, 'legal-form: "SARL"', 'legal-form: "Micro-entrepreneur"', SELLER, "ei: TRUE"),
    Case("FR-MENTION-VAT-NUMBER", WORLD + SALE.replace("100.00", "200.00").replace("120.00", "240.00")
         .replace("-20.00", "-40.00"), '  vat-number: "FR44732829320"\n', "", '"Prestation"', "add vat-number:"),
    Case("FR-MENTION-REPRESENTATIVE", WORLD.replace("  mediator:", '  tax-representative: "Fiscalys"\n  mediator:')
         .replace('  city: "Lyon"\n  country: "FR"', '  city: "Basel"\n  country: "CH"') + SALE,
         '  tax-representative: "Fiscalys"\n', "", SELLER, "add tax-representative:"),
    Case("FR-ID-BIC", WORLD + SALE, '"AGRIFRPP"', '"AGRI"', SELLER, "is no BIC"),
    Case("FR-ID-SIRET", WORLD + SALE, '"73282932000074"', '"55210055400013"', SELLER, "does not begin with"),
    Case("FR-ID-ELECTRONIC-ADDRESS", WORLD.replace('  siren: "552100554"\n',
         '  siren: "552100554"\n  electronic-address: "552100554_ACHATS"\n') + SALE,
         '"552100554_ACHATS"', '"732829320_ACHATS"', MARTIN, 'write electronic-address: "552100554"'),
    Case("FR-ID-VAT-NUMBER", WORLD + SALE, '"FR96552100554"', '"FR44732829320"', MARTIN, "FR96552100554"),
    Case("FR-ID-VAT-NUMBER", WORLD + untaxed('"intra-eu-services"', "muster"), "DE284615708", "DE284615709",
         '2020-01-01 custom "client" "muster"', "cannot be one"),
    Case("FR-MENTION-CLIENT", WORLD + SALE, '  city: "Marseille"\n', "", MARTIN, "lacks city:"),
    Case("FR-MENTION-CONSUMER", WORLD + CONSUMER, '  city: "Nice"\n', "", DURAND, "lacks city:"),
    Case("FR-MENTION-CLIENT-SIREN", LARGE + SALE, '  siren: "552100554"\n', "", MARTIN, "add siren:"),
    Case("FR-EINVOICE-SIREN", WORLD + SALE, '  siren: "552100554"\n', "", MARTIN, "from 2027-09-01 on"),
    Case("FR-MENTION-PUBLIC", WORLD + PUBLIC, '  siret: "21299990800016"\n', "",
         '2020-01-01 custom "client" "mairie"', "add siret:"),
    Case("FR-EINVOICE-ADDRESS", WORLD + CONSUMER, '  email: "jeanne@durand.example"\n', "", DURAND, "add email:"),
    Case("FR-MENTION-DUE", WORLD + SALE, '  terms: "30 days"\n', "", '"Prestation"', "add due:"),
    Case("FR-TERMS-CEILING", WORLD + sale("F2026-0001", "2026-11-03", keys="due: 2027-01-14"), "2027-01-14",
         "2027-01-15", "Assets:Clients:Martin  120", "allows 2027-01-14"),
    Case("FR-TERMS-CEILING", WORLD.replace("  mediator:", '  ape: "4941A"\n  mediator:')
         + sale("F2026-0001", "2026-11-03", keys="due: 2026-12-03"), "due: 2026-12-03", "due: 2026-12-04",
         "Assets:Clients:Martin  120", "allows 2026-12-03"),
    Case("FR-TERMS-PUBLIC", WORLD + PUBLIC.replace("  service", "  due: 2026-12-03\n  service"), "due: 2026-12-03",
         "due: 2026-12-04", "Assets:Clients:Martin  120", "within 30 days"),
    Case("FR-MENTION-PENALTY", WORLD.replace("  mediator:", "  penalty-rate: 8.25\n  mediator:") + SALE, "8.25",
         "8.24", '"Prestation"', 'penalty-rate: "legal"'),
    Case("FR-MENTION-EXEMPTION", WORLD + untaxed('"exempt-training"'), 'vat: "exempt-training"', "vat: 0",
         "Income:Ventes  -100", 'vat: "export"'),
    Case("FR-MENTION-FRANCHISE", FRANCHISE + untaxed('"franchise"'), 'vat-on: "franchise"', 'vat-on: "receipts"',
         "Income:Ventes  -100", "write its rate"),
    Case("FR-MENTION-FRANCHISE", WORLD + SALE, 'vat-on: "receipts"', 'vat-on: "franchise"',
         "Income:Prestations  -100", "leave vat: out"),
    Case("FR-VAT-FRANCHISE-INTRA-EU", FRANCHISE + untaxed('"franchise"', "muster", DELIVERED, GOODS),
         'vat: "franchise"', 'vat: "intra-eu-goods"', "Income:Ventes  -100", 'vat: "franchise"'),
    Case("FR-MENTION-CLIENT-VAT", WORLD + untaxed('"intra-eu-services"', "muster"), '  vat-number: "DE284615708"\n', "",
         "Income:Ventes  -100", 'add vat-number: to "muster"'),
    Case("FR-MENTION-REVERSE-CHARGE", WORLD + untaxed('"reverse-charge-construction"'), 'kind: "business"\n  account: '
         "Assets:Clients:Martin\n  street", 'kind: "consumer"\n  account: Assets:Clients:Martin\n  street',
         "Income:Ventes  -100", "correct kind:"),
    Case("FR-VAT-PLACE", WORLD + untaxed('"export"', "acme", DELIVERED, GOODS), 'country: "US"', 'country: "BE"',
         "Income:Ventes  -100", "countries outside the Union"),
    Case("FR-VAT-PLACE", WORLD + untaxed('"dom-export"', "reunion", DELIVERED, GOODS), '"97400"', '"75001"',
         "Income:Ventes  -100", "overseas departments"),
    Case("FR-MENTION-NATURE", WORLD + untaxed('"intra-eu-goods"', "muster", DELIVERED, GOODS),
         '    nature: "goods"\n', '    nature: "services"\n', "Income:Ventes  -100", 'add nature: "goods"'),
    Case("FR-VAT-DISBURSEMENT", WORLD + untaxed('"disbursement"').replace("Income:Ventes", "Assets:Debours"),
         "Assets:Debours  -100", "Income:Ventes  -100", "Income:Ventes  -100", '"role" "disbursements"'),
    Case("FR-MENTION-DESIGNATION", WORLD + SALE, 'item: "Prestation"', 'item: " "', "Income:Prestations  -100",
         "add item:"),
    Case("FR-MENTION-SUPPLY-DATE", WORLD + sale("F2026-0001", "2026-11-03", keys="period-start: 2026-10-01\n"
         "period-end: 2026-10-31"), "period-end: 2026-10-31", "period-end: 2026-09-30", '"Prestation"', "2026-10-01"),
    Case("FR-MENTION-WORKS", INSURED + WORKS, '  attestation: "Logement de plus de deux ans"\n', "",
         "Income:Prestations  -2000", "add for example attestation:"),
    Case("FR-MENTION-INSURANCE", INSURED + WORKS, '  insurer: "MAAF"\n', "", '"Prestation"', "add insurer:"),
    Case("FR-MENTION-CERTIFICATE", CERTIFIED + SALE, '  attach: "pieces/decennale.pdf"\n', "", '"Prestation"',
         "add attach:"),
    Case("FR-MENTION-WASTE", INSURED + BUILDING_QUOTE, '  waste: "2 m³"\n', "", '"Toiture"', "add waste:"),
    Case("FR-MENTION-MEDIATOR", WORLD + CONSUMER, '  mediator: "Médiation, 75001 Paris"\n', "", '"Prestation"',
         "add mediator:"),
    Case("FR-MENTION-NOTE", WORLD + CONSUMER, f"  {DELIVERED}\n", "", '"Prestation"', "add delivery-date:"),
    Case("FR-MENTION-LANGUAGE", WORLD + CONSUMER, "  delivery-date", '  language: "en"\n  delivery-date',
         '"Prestation"', 'language: "fr"'),
    Case("FR-MENTION-ENGAGEMENT", WORLD + PUBLIC, '  service-code: "CULTURE"\n', "", '"Prestation"',
         "add service-code:"),
    Case("FR-MENTION-ORDER", WORLD + CITED, '  from: "D2026-0001"\n  order-ref: "BC-7"\n', '  from: "D2026-0001"\n',
         '"Prestation"', 'add order-ref: "BC-7"'),
    Case("FR-MENTION-DELIVERY-ADDRESS", LARGE + NOTE + CHAIRS, '  delivery-address: "12 quai des Douanes, 29810 '
         'Saint-Tévenn"\n', "", '"Prestation"', "delivery-address:"),
    Case("FR-MENTION-DEPOSIT", WORLD + QUOTE + FINAL, '  Liabilities:Acomptes  100.00 EUR\n    deposit: "F2026-0001"\n'
         "    vat: 20\n", "", '"Solde"', 'deposit: "F2026-0001"'),
    Case("FR-MENTION-SELF-BILLED", WORLD + SELF_BILLED, 'kind: "business"\n  account: Assets:Clients:Martin\n  street',
         'kind: "consumer"\n  account: Assets:Clients:Martin\n  street', '"Prestation"', "business client's"),
    Case("FR-MENTION-MANDATE", WORLD + SELF_BILLED, '  contract-ref: "MANDAT-1"\n', "", '"Prestation"',
         "contract-ref:"),
    Case("FR-EINVOICE-DECIMALS", WORLD + SALE, "    vat: 20\n  Liab", "    quantity: 1.00001\n    price: 100 EUR\n"
         "    vat: 20\n  Liab", "Income:Prestations  -100", "more than 4 decimals"),
    Case("FR-EINVOICE-DECIMALS", WORLD + SALE, "    vat: 20\n  Liab", "    price: 100.0000001 EUR\n    vat: 20\n"
         "  Liab", "Income:Prestations  -100", "more than 6 decimals"),
    Case("FR-EINVOICE-NOT-SUBJECT", WORLD + untaxed('"services-outside-eu"', "acme"), "  Assets:Clients:Martin  100",
         '  Income:Ventes  -10.00 EUR\n    item: "Autre"\n    vat: "exempt-training"\n  Assets:Clients:Martin  110',
         '"Vente"', "write two invoices"),
    Case("FR-EINVOICE-DELIVERY-DATE", WORLD + untaxed('"intra-eu-goods"', "muster", DELIVERED, GOODS),
         f"  {DELIVERED}\n", "", '"Vente"', "add delivery-date:"),
    Case("FR-MENTION-NUMBER", WORLD + SALE, '  invoice: "F2026-0001"\n', "", "Income:Prestations  -100",
         "add invoice:"),
]  # fmt: skip
DATED = "FR-MENTION-DATE"


def findings_of(text: str, rule: str) -> list[str]:
    return [str(one.message) for one in check_all(books_of(text, setup="")) if one.rule.id == rule]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_rule(case: Case, tmp_path: Path) -> None:
    """Right as it stands; one change breaks it, and is told at its place with the fix."""
    assert findings_of(case.right, case.rule) == []
    assert case.old in case.right
    path = write_ledger(tmp_path, case.right.replace(case.old, case.new, 1), header="")
    found = [one for one in check_all(ledger_of(path).books) if one.rule.id == case.rule]
    assert len(found) == 1, [(one.rule.id, str(one.message)) for one in check_all(ledger_of(path).books)]
    assert case.says in str(found[0].message)
    # The last version of the place: lines of the header come first.
    assert found[0].place.line == line_of(path, case.at.strip("\n"))
    assert found[0].place.filename == str(path)


def test_every_rule_on_mentions_has_such_a_ledger() -> None:
    own = {rule.id for rule in mentions.RULES}
    # Below: they hang on a day, or on a year of documents.
    elsewhere = {"FR-MENTION-DATE", "FR-MENTION-CIBS", "FR-VAT-FRANCHISE-THRESHOLD"}
    assert own == {case.rule for case in CASES} | elsewhere


def test_every_row_names_rules_and_tests_that_exist() -> None:
    root = Path(__file__).parent.parent
    for row in ROWS:
        assert set(row.rules) <= ALL_RULES.keys()
        assert row.tests or row.remark
        for test in row.tests:
            name, _, function = test.partition("::")
            assert f"def {function}" in (root / name).read_text(encoding="utf-8")
    assert [row.number for row in ROWS] == list(range(1, 43))


def test_what_only_warns_is_a_notice() -> None:
    notices = {rule.id for rule in mentions.RULES if rule.severity is Severity.NOTICE}
    assert notices == {
        "FR-MENTION-DATE", "FR-MENTION-NUMBER", "FR-MENTION-REPRESENTATIVE", "FR-MENTION-CONSUMER", "FR-EINVOICE-SIREN",
        "FR-VAT-FRANCHISE-THRESHOLD", "FR-EINVOICE-ADDRESS", "FR-TERMS-PUBLIC", "FR-MENTION-CIBS",
        "FR-MENTION-CERTIFICATE", "FR-MENTION-MEDIATOR", "FR-MENTION-NOTE",
        "FR-MENTION-ENGAGEMENT", "FR-MENTION-MANDATE", "FR-EINVOICE-DECIMALS", "FR-EINVOICE-NOT-SUBJECT",
        "FR-EINVOICE-DELIVERY-DATE", "FR-ID-ELECTRONIC-ADDRESS",
    }  # fmt: skip


def test_a_document_dated_after_today_is_told_only_where_the_day_is_known() -> None:
    books = books_of(WORLD + SALE, setup="")
    assert [one for one in check_all(books) if one.rule.id == DATED] == []
    (found,) = [one for one in check_all(books, today=date(2026, 11, 2)) if one.rule.id == DATED]
    assert "dated 2026-11-03, and today is 2026-11-02" in str(found.message)
    assert found.document == "F2026-0001"
    assert [one for one in check_all(books, today=date(2026, 11, 3)) if one.rule.id == DATED] == []


def test_after_the_tolerance_a_wording_that_cites_the_cgi_is_told_until_it_is_stated() -> None:
    text = WORLD + untaxed('"exempt-training"').replace("2026", "2028")
    assert findings_of(text.replace("2028-11-03", "2028-06-30"), "FR-MENTION-CIBS") == []
    (found,) = findings_of(text, "FR-MENTION-CIBS")
    assert 'custom "law" "vat-treatment" "exempt-training"' in found
    stated = (
        '2028-07-01 custom "law" "vat-treatment" "exempt-training"\n'
        '  text-fr: "Exonération de TVA, art. L. 213-99 du CIBS"\n  source: "CIBS"\n'
    )
    assert findings_of(text + stated, "FR-MENTION-CIBS") == []


@pytest.mark.parametrize(
    ("size", "day", "rule"),
    [
        ("ge", "2026-08-31", "FR-EINVOICE-SIREN"),
        ("ge", "2026-09-01", "FR-MENTION-CLIENT-SIREN"),
        ("eti", "2026-09-01", "FR-MENTION-CLIENT-SIREN"),
        ("pme", "2026-09-01", "FR-EINVOICE-SIREN"),
        ("pme", "2027-08-31", "FR-EINVOICE-SIREN"),
        ("pme", "2027-09-01", "FR-MENTION-CLIENT-SIREN"),
        ("micro", "2027-09-01", "FR-MENTION-CLIENT-SIREN"),
    ],
)
def test_the_new_mentions_hold_from_the_day_of_the_sellers_size(size: str, day: str, rule: str) -> None:
    text = WORLD.replace('  rcs: "Lyon"\n', f'  rcs: "Lyon"\n  size: "{size}"\n') + sale(f"F{day[:4]}-0001", day)
    without = text.replace('  siren: "552100554"\n  vat-number: "FR96552100554"\n', "", 1)
    told = [one.rule.id for one in check_all(books_of(without, setup="")) if "SIREN" in one.rule.id]
    assert told == [rule]


def test_what_a_party_lacks_is_told_once_at_the_directive_in_force(tmp_path: Path) -> None:
    later = '2026-06-01 custom "client" "martin"\n  city: ""\n'
    invoices = "".join(sale(f"F2026-000{rank}", f"2026-0{rank}-03") for rank in range(1, 9))
    path = write_ledger(tmp_path, later + invoices, header=WORLD)
    (found,) = [one for one in check_all(ledger_of(path).books) if one.rule.id == "FR-MENTION-CLIENT"]
    assert (found.document, found.place.line) == ("F2026-0006", line_of(path, later.split("\n")[0]))


def test_a_waiver_on_one_document_does_not_silence_the_others() -> None:
    text = WORLD.replace('  rcs: "Lyon"\n', "")
    waived = sale("F2026-0001", "2026-11-03", keys='waive: "FR-MENTION-RCS en cours"')
    assert findings_of(text + waived, "FR-MENTION-RCS") == []
    assert len(findings_of(text + waived + sale("F2026-0002", "2026-11-04"), "FR-MENTION-RCS")) == 1


def test_small_invoices_and_credit_notes_may_leave_the_sellers_vat_number_out() -> None:
    text = WORLD.replace('  vat-number: "FR44732829320"\n', "")
    assert findings_of(text + sale("F2026-0001", "2026-11-03", "150.00"), "FR-MENTION-VAT-NUMBER") == []
    assert len(findings_of(text + sale("F2026-0001", "2026-11-03", "150.01"), "FR-MENTION-VAT-NUMBER")) == 1


def test_works_below_a_thousand_euro_need_no_certificate() -> None:
    bare = WORKS.replace('  attestation: "Logement de plus de deux ans"\n', "")
    small = bare.replace("2200.00", "990.00").replace("-2000.00", "-900.00").replace("-200.00", "-90.00")
    assert findings_of(INSURED + small, "FR-MENTION-WORKS") == []
    assert len(findings_of(INSURED + bare, "FR-MENTION-WORKS")) == 1


def test_both_readings_of_45_days_end_of_month_are_lawful() -> None:
    for terms in ("45 days end of month", "end of month + 45 days", "60 days"):
        text = WORLD + sale("F2026-0001", "2026-11-03", keys=f'terms: "{terms}"')
        assert findings_of(text, "FR-TERMS-CEILING") == [], terms
    for terms in ("60 days end of month", "61 days", "90 days"):
        text = WORLD + sale("F2026-0001", "2026-11-03", keys=f'terms: "{terms}"')
        assert len(findings_of(text, "FR-TERMS-CEILING")) == 1, terms


TWO_DELIVERIES = sale("F2026-0001", "2026-11-03").replace(
    "  Income:Prestations  -100.00 EUR\n",
    '  Income:Prestations  -40.00 EUR\n    item: "Chaises"\n    vat: 20\n    delivery: "BL2026-0001"\n'
    "  Income:Prestations  -60.00 EUR\n",
)


@pytest.mark.parametrize(
    ("notes", "due", "expected"),
    [
        (("BL2026-0001", "BL2026-0002"), "2026-12-18", 0),
        (("BL2026-0001", "BL2026-0002"), "2026-12-19", 1),
        (("BL2026-0001", "BL2026-0001"), "2026-12-19", 0),
        (("", ""), "2026-12-31", 0),
    ],
)
def test_an_invoice_of_several_deliveries_is_due_within_45_days(
    notes: tuple[str, str], due: str, expected: int
) -> None:
    """C. com. art. L441-10 I al. 4: 45 days from the invoice, and no end of month."""
    text = TWO_DELIVERIES.replace('  client: "martin"', f'  client: "martin"\n  due: {due}')
    first, second = (f'    delivery: "{note}"\n' if note else "" for note in notes)
    text = text.replace('    delivery: "BL2026-0001"\n', first)
    text = text.replace('    item: "Prestation"\n', f'    item: "Prestation"\n{second}')
    found = findings_of(WORLD + text, "FR-TERMS-CEILING")
    assert len(found) == expected
    assert all("several deliveries the law allows 2026-12-18" in one for one in found)
    waived = text.replace("  due:", '  waive: "FR-TERMS-CEILING accord"\n  due:')
    assert findings_of(WORLD + waived, "FR-TERMS-CEILING") == []


def test_the_days_of_a_periodic_invoice_are_a_row_of_the_law() -> None:
    text = TWO_DELIVERIES.replace('  client: "martin"', '  client: "martin"\n  due: 2026-12-18')
    text = text.replace('    item: "Prestation"\n', '    item: "Prestation"\n    delivery: "BL2026-0002"\n')
    row = '2026-11-01 custom "law" "terms" "periodic"\n  value: 40\n  source: "loi"\n'
    assert len(findings_of(WORLD + row + text, "FR-TERMS-CEILING")) == 1


@pytest.mark.parametrize(
    ("body", "last", "late"),
    [
        ("", "2026-12-03", "2026-12-04"),
        ("administration", "2026-12-03", "2026-12-04"),
        ("hospital", "2026-12-23", "2026-12-24"),
        ("undertaking", "2027-01-02", "2027-01-03"),
    ],
)
def test_each_public_body_has_its_ceiling(body: str, last: str, late: str) -> None:
    """CCP art. R2192-10 and R2192-11: 30 days, 50 for hospitals, 60 for public undertakings."""
    world = WORLD.replace(
        '  kind: "public"\n', f'  kind: "public"\n  public-body: "{body}"\n' if body else '  kind: "public"\n'
    )
    for due, expected in ((last, 0), (late, 1)):
        found = findings_of(world + PUBLIC.replace("  service", f"  due: {due}\n  service"), "FR-TERMS-PUBLIC")
        assert len(found) == expected
        assert all(("public-body:" in one) is not bool(body) for one in found)
    days = {"hospital": "public-hospital", "undertaking": "public-undertaking"}.get(body, "public")
    row = f'2026-11-01 custom "law" "terms" "{days}"\n  value: 90\n  source: "décret"\n'
    overridden = world + row + PUBLIC.replace("  service", f"  due: {late}\n  service")
    assert findings_of(overridden, "FR-TERMS-PUBLIC") == []


@pytest.mark.parametrize(
    ("sector", "last", "late"),
    [
        ("transport", "2026-12-03", "2026-12-04"),
        ("perishable-food", "2026-12-10", "2026-12-11"),
        ("meat", "2026-11-23", "2026-11-24"),
        ("alcohol", "2026-12-30", "2026-12-31"),
        ("other", "2027-01-14", "2027-01-15"),
    ],
)
def test_each_sector_has_its_ceiling(sector: str, last: str, late: str) -> None:
    """C. com. art. L441-11 II: 30 days; from the end of the ten days; 20 days; from the end of the month."""
    world = WORLD.replace("  mediator:", f'  sector: "{sector}"\n  mediator:')
    for due, expected in ((last, 0), (late, 1)):
        text = sale("F2026-0001", "2026-11-03", keys=f"due: {due}")
        assert len(findings_of(world + text, "FR-TERMS-CEILING")) == expected


def test_where_nothing_is_agreed_the_days_of_the_law_are_told() -> None:
    world = WORLD.replace('  terms: "30 days"\n', "")
    (found,) = findings_of(world + SALE, "FR-MENTION-DUE")
    assert "gives 30 days after delivery or performance; add due: 2026-12-03 or" in found
    row = '2026-11-01 custom "law" "terms" "default"\n  value: 20\n  source: "loi"\n'
    (found,) = findings_of(world + row + SALE, "FR-MENTION-DUE")
    assert "gives 20 days after delivery or performance; add due: 2026-11-23 or" in found


def test_overseas_the_days_run_from_the_receipt_of_the_goods() -> None:
    text = sale("F2026-0001", "2026-11-03", keys="delivery-date: 2026-12-01\ndue: 2027-01-30")
    assert len(findings_of(WORLD + text, "FR-TERMS-CEILING")) == 1
    overseas = text.replace('client: "martin"', 'client: "reunion"')
    assert findings_of(WORLD + overseas, "FR-TERMS-CEILING") == []
    later = overseas.replace("2027-01-30", "2027-02-16")
    assert len(findings_of(WORLD + later, "FR-TERMS-CEILING")) == 1


def test_every_row_of_terms_is_used_by_a_rule() -> None:
    """A row that no rule reads would say something and check nothing."""
    source = Path(mentions_terms.__file__).read_text(encoding="utf-8")
    sectors = {"transport", "perishable-food", "meat", "alcohol"}  # looked up by the name of the sector
    rows = set(law_of_france().figures["terms"])
    assert {row for row in rows - sectors if f'"{row}"' not in source} == set()


@given(
    day=st.dates(date(2024, 1, 1), date(2028, 6, 30)),
    cents=st.integers(1, 10_000_000),
    terms=st.sampled_from(["on receipt", "30 days", "60 days", "45 days end of month", "end of month + 45 days"]),
    size=st.sampled_from(["micro", "pme", "eti", "ge"]),
)
@settings(max_examples=40, deadline=None)
def test_a_complete_company_invoice_has_no_violation(day: date, cents: int, terms: str, size: str) -> None:
    setup = WORLD.replace('  rcs: "Lyon"\n', f'  rcs: "Lyon"\n  size: "{size}"\n').replace(
        'terms: "30 days"', f'terms: "{terms}"'
    )
    text = sale(f"F{day.year}-0001", day, f"{cents // 100}.{cents % 100:02}")
    assert [(one.rule.id, str(one.message)) for one in check_all(books_of(setup + text, setup=""), today=day)] == []


@pytest.mark.parametrize("kind", ["business", "association", "public", "consumer"])
@pytest.mark.parametrize("form", ["SARL", "association"])
def test_a_complete_invoice_of_each_kind_of_seller_and_client_has_no_violation(form: str, kind: str) -> None:
    setup = SETUP.replace(
        '  legal-form: "SARL"\n  capital: 10000.00 EUR\n', f'  legal-form: "{form}"\n  {CAPITAL[form]}\n'
    )
    setup = setup.replace('  kind: "business"\n', f'  kind: "{kind}"\n', 1)
    setup = setup.replace(
        '  siren: "552100554"\n', '  siren: "552100554"\n  siret: "55210055400013"\n  service-code: "X"\n'
    )
    keys = "delivery-date: 2026-11-02" + ('\nengagement: "EJ-1"' if kind == "public" else "")
    found = check_all(books_of(sale("F2026-0001", "2026-11-03", keys=keys), setup=setup))
    assert [str(one.message) for one in found if one.rule.severity is Severity.ERROR] == []


CAPITAL = {"SARL": "capital: 10000.00 EUR", "association": 'rna: "W691234567"'}


def test_the_franchise_ends_on_the_document_that_passes_the_threshold() -> None:
    def sold(number: str, amount: str, line: str = "") -> str:
        return untaxed('"franchise"', number=number, line=line).replace("100.00", amount)

    at_most = FRANCHISE + sold("F2026-0001", "41000.00") + sold("F2026-0002", "250.00")
    assert findings_of(at_most, "FR-VAT-FRANCHISE-THRESHOLD") == []
    (found,) = findings_of(at_most + sold("F2026-0003", "0.01") + sold("F2026-0004", "9"), "FR-VAT-FRANCHISE-THRESHOLD")
    assert "turnover of 2026 is 41250.01 EUR, above 41250 EUR" in found
    goods = FRANCHISE + sold("F2026-0001", "93500.00", GOODS)
    assert findings_of(goods, "FR-VAT-FRANCHISE-THRESHOLD") == []
    (found,) = findings_of(goods + sold("F2026-0002", "1.00"), "FR-VAT-FRANCHISE-THRESHOLD")
    assert "above 93500 EUR" in found


def test_the_plugin_stands_alone_and_shows_errors_only(tmp_path: Path) -> None:
    text = WORLD.replace('  rcs: "Lyon"\n', "").replace("  mediator:", "  phone:") + CONSUMER
    path = write_ledger(tmp_path, text, header='plugin "facturier.plugins.mentions"\n')
    errors = ledger_of(path).errors
    assert [type(error).__name__ for error in errors] == ["MentionError"]
    assert errors[0].message.endswith("[FR-MENTION-RCS]")
    assert errors[0].source["lineno"] == line_of(path, SELLER.strip())


def test_the_rules_stand_in_the_pack() -> None:
    assert rule_set("mentions").rules == mentions.RULES
