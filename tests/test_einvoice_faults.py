"""Single faults put into valid files: each is found, by the rule that the standard has for it.

Each row names what is changed in one place of a file that `facturier` made, and the rules that must
then object; other rules may follow from the same fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from invoice_samples import sample

from facturier.einvoice.validation import Report, SchematronEngine, Verdict, validate
from facturier.structured import Syntax, structured, written

GONE = "gone"


class Fault(NamedTuple):
    """A fault in one file: the sample, what stands there, what is put instead, who objects, at which term."""

    what: str
    name: str
    old: str
    new: str
    rules: frozenset[str]
    term: str = ""


def fault(what: str, old: str, new: str, *rules: str, of: str = "rich", term: str = "") -> Fault:
    return Fault(what, of, old, new, frozenset(rules), term)


def gone(what: str, tag: str, *rules: str, of: str = "rich", term: str = "") -> Fault:
    """The first element of a name is missing."""
    return Fault(what, of, f"<{tag}", GONE, frozenset(rules), term)


@pytest.fixture(scope="module")
def engine() -> Iterator[SchematronEngine]:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with SchematronEngine() as running:
        yield running


CREDIT, TAX_FREE = "credit note", "intra-EU goods"
CII_FAULTS = (
    fault("an amount in words", ">1801.40</ram:Grand", ">lots</ram:Grand", "XSD", term="BT-112"),
    fault("no seller name", "<ram:Name>Atelier Numérique</ram:Name>", "", "BR-06"),
    fault("no buyer name", "<ram:Name>Martin Bâtiment &lt;SAS&gt;</ram:Name>", "", "BR-07"),
    fault("an element that CII lacks", "<ram:DuePayableAmount>", "<ram:Tip>1</ram:Tip><ram:DuePayableAmount>", "XSD"),
    fault("invoice number with blanks", ">F2026-0042</ram:ID>", ">FA 2026#42</ram:ID>", "BR-FR-02_BT-1", term="BT-1"),
    fault("invoice number too long", ">F2026-0042</ram:ID>", f">{'F' * 36}</ram:ID>", "BR-FR-01_BT-1", term="BT-1"),
    fault("no PMT note", ">PMT<", ">AAI<", "BR-FR-05_BT-22_PMT", term="BT-22"),
    fault("two PMD notes", ">AAI<", ">PMD<", "BR-FR-06_BT-21_PMD", term="BT-21"),
    fault("unknown business process", ">M1<", ">A1<", "BR-FR-08_BT-23", term="BT-23"),
    fault("SIREN of eight digits", '"0002">732829320<', '"0002">73282932<', "BR-FR-10_BT-30", term="BT-30"),
    fault("SIRET of another company", "73282932000074", "55210055400013", "BR-FR-09_BT-29", term="BT-29"),
    fault("unknown type", ">380<", ">71<", "BR-FR-04_BT-3", term="BT-3"),
    fault("credit note of nothing", ">380<", ">381<", "BR-FR-CO-05_BT-3", term="BT-3"),
    fault("due before issue", ">20261218<", ">20260101<", "BR-FR-CO-07_BT-9", term="BT-9"),
    fault("rate of no French law", ">5.50<", ">6.00<", "BR-FR-16_BT-119", term="BT-119"),
    fault("a date that is none", ">20261103<", ">20261332<", "BR-FR-03_BT-2", term="BT-2"),
    fault("total off by a cent", ">1801.40</ram:Grand", ">1801.41</ram:Grand", "BR-CO-15", "BR-CO-16", term="BT-112"),
    fault("sum of lines off", ">1524.00</ram:LineTotal", ">1525.00</ram:LineTotal", "BR-CO-10", term="BT-106"),
    fault("VAT of a rate off", ">267.00</ram:Calc", ">268.00</ram:Calc", "BR-CO-14", term="BT-110"),
    fault("paid, yet due", ">M1<", ">M2<", "BR-FR-CO-09_BT-23-1", "BR-FR-CO-09_BT-23-2"),
    fault("unknown treatment", ">B2B<", ">XX<", "BR-FR-20_BT-21", term="BT-21"),
    fault("address of another", '"0225">552100554<', '"0225">732829320<', "BR-FR-21_BT-49", term="BT-49"),
    fault("no address of the buyer", '<ram:URIID schemeID="0225">552100554</ram:URIID>', "<!-- -->", "BR-FR-12_BT-49"),
    fault("unknown currency", ">EUR</ram:Invoice", ">EUX</ram:Invoice", "BR-CO-15"),
    fault("dollars without euro", ">EUR</ram:Invoice", ">USD</ram:Invoice", "BR-FR-CO-12_BT-5", term="BT-5"),
    fault("unknown unit", 'unitCode="DAY"', 'unitCode="JOUR"', "FX-SCH-A-000613", term="BT-129"),
    fault("unknown country", "<ram:CountryID>FR<", "<ram:CountryID>XX<", "FX-SCH-A-000586", term="BT-80"),
    fault("amount with three decimals", ">1235.00</ram:LineT", ">1235.001</ram:LineT", "BR-FR-DEC-01_BT-131"),
    fault("price below zero", ">650.00</ram:Charge", ">-650.00</ram:Charge", "BR-27", term="BT-146"),
    fault("period that ends first", ">20261031</udt:DateTimeString>\n        </ram:EndDateTime>",
          ">20260901</udt:DateTimeString>\n        </ram:EndDateTime>", "BR-29"),
    gone("credit note without the date of its invoice", "ram:FormattedIssueDateTime", "BR-FR-CO-05_BT-3", of=CREDIT),
    fault("an exempt line with a rate", ">0.00</ram:Rate", ">20.00</ram:Rate", "BR-IC-05", of=TAX_FREE, term="BT-151"),
    gone("intra-EU goods without day of delivery", "ram:ActualDeliverySupplyChainEvent", "BR-IC-11", of=TAX_FREE),
    gone("transfer without an account", "ram:PayeePartyCreditorFinancialAccount", "CII-SR-470"),
    gone("no VAT number of the seller", "ram:SpecifiedTaxRegistration", "BR-S-02"),
    gone("a line without its VAT category", "ram:CategoryCode", "XSD"),
)  # fmt: skip
UBL_FAULTS = (
    fault("an amount in words", ">1801.40</cbc:TaxInc", ">lots</cbc:TaxInc", "XSD", term="BT-112"),
    fault("no seller name", "<cbc:RegistrationName>Atelier Numérique</cbc:RegistrationName>", "", "BR-06"),
    fault("no buyer name", "<cbc:RegistrationName>Martin Bâtiment &lt;SAS&gt;</cbc:RegistrationName>", "", "BR-07"),
    fault("an element that UBL lacks", "<cbc:ProfileID>", "<cbc:Tip>1</cbc:Tip><cbc:ProfileID>", "XSD"),
    fault("invoice number with blanks", ">F2026-0042<", ">FA 2026#42<", "BR-FR-02_BT-1", term="BT-1"),
    fault("invoice number too long", ">F2026-0042<", f">{'F' * 36}<", "BR-FR-01_BT-1-1", term="BT-1"),
    fault("no PMT note", "#PMT#", "#AAI#", "BR-FR-05_BT-22-1", term="BT-22"),
    fault("two PMD notes", "#AAI#", "#PMD#", "BR-FR-06_BT-21-2", term="BT-21"),
    fault("unknown business process", ">M1<", ">A1<", "BR-FR-08_BT-23", term="BT-23"),
    fault("SIREN of eight digits", '"0002">732829320<', '"0002">73282932<', "BR-FR-10_BT-30", term="BT-30"),
    fault("SIRET of another company", "73282932000074", "55210055400013", "BR-FR-09_BT-29", term="BT-29"),
    fault("unknown type", ">380<", ">71<", "BR-FR-04_BT-3", term="BT-3"),
    fault("due before issue", ">2026-12-18<", ">2026-01-01<", "BR-FR-CO-07_BT-9", term="BT-9"),
    fault("rate of no French law", ">5.50<", ">6.00<", "BR-FR-16_BT-119", term="BT-119"),
    fault("a date that is none", ">2026-11-03<", ">2026-13-32<", "XSD", term="BT-2"),
    fault("total off by a cent", ">1801.40</cbc:TaxInc", ">1801.41</cbc:TaxInc", "BR-CO-15", "BR-CO-16", term="BT-112"),
    fault("sum of lines off", ">1524.00</cbc:LineExt", ">1525.00</cbc:LineExt", "BR-CO-10", term="BT-106"),
    fault("VAT of a rate off", ">267.00</cbc:TaxAmount", ">268.00</cbc:TaxAmount", "BR-CO-14", term="BT-110"),
    fault("paid, yet due", ">M1<", ">M2<", "BR-FR-CO-09_BT-23-1"),
    fault("unknown treatment", "#BAR#B2B", "#BAR#XX", "BR-FR-20_BT-21", term="BT-21"),
    fault("address of another", '"0225">552100554<', '"0225">732829320<', "BR-FR-21_BT-49", term="BT-49"),
    fault("no address of the buyer", '<cbc:EndpointID schemeID="0225">552100554</cbc:EndpointID>', "",
          "BR-FR-12_BT-49"),
    fault("unknown currency", ">EUR</cbc:Doc", ">EUX</cbc:Doc", "BR-CL-04"),
    fault("dollars without euro", ">EUR</cbc:Doc", ">USD</cbc:Doc", "BR-FR-CO-12_BT-5", term="BT-5"),
    fault("unknown unit", 'unitCode="DAY"', 'unitCode="JOUR"', "BR-CL-23"),
    fault("unknown country", ">FR</cbc:Ident", ">XX</cbc:Ident", "BR-CL-14"),
    fault("amount with three decimals", ">1235.00</cbc:LineExt", ">1235.001</cbc:LineExt", "BR-FR-DEC-01_BT-131"),
    fault("price below zero", ">650.00</cbc:Price", ">-650.00</cbc:Price", "BR-27", term="BT-146"),
    fault("period that ends first", "<cbc:EndDate>2026-10-31<", "<cbc:EndDate>2026-09-01<", "BR-29"),
    gone("credit note of nothing", "cac:BillingReference", "BR-FR-CO-05_BT-3", of=CREDIT),
    fault("an exempt line with a rate", ">0.00</cbc:Percent", ">20.00</cbc:Percent", "BR-IC-05", of=TAX_FREE),
    gone("intra-EU goods without day of delivery", "cbc:ActualDeliveryDate", "BR-IC-11", of=TAX_FREE),
    gone("transfer without an account", "cac:PayeeFinancialAccount", "BR-61"),
    gone("no VAT number of the seller", "cac:PartyTaxScheme", "BR-S-02"),
    gone("VAT left out of the lines", "cac:ClassifiedTaxCategory", "BR-CO-04"),
)  # fmt: skip


def report_on(one: Fault, syntax: Syntax, engine: SchematronEngine) -> Report:
    xml = written(structured(*sample(one.name)), syntax).decode()
    assert one.old in xml, "the fault is put into nothing"
    if one.new is GONE:
        tag = one.old.removeprefix("<")
        return validate(re.sub(rf"(?s)<{tag}[ >].*?</{tag}>", "", xml, count=1).encode(), engine)
    return validate(xml.replace(one.old, one.new).encode(), engine)


@pytest.mark.parametrize(
    ("syntax", "one"),
    [(Syntax.CII, one) for one in CII_FAULTS] + [(Syntax.UBL, one) for one in UBL_FAULTS],
    ids=lambda value: value.what if isinstance(value, Fault) else value.value,
)
def test_a_single_fault_fires_its_rule(syntax: Syntax, one: Fault, engine: SchematronEngine) -> None:
    report = report_on(one, syntax, engine)
    assert report.verdict is Verdict.INVALID
    assert one.rules <= {finding.rule for finding in report.fatal}
    if one.term:
        terms = {finding.business_term for finding in report.fatal if finding.rule in one.rules}
        assert one.term in terms
    assert all(finding.location for finding in report.fatal)
