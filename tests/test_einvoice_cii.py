"""Documents of a ledger as CII XML: every kind passes the schema, EN 16931 and BR-FR, and says what it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invoice_samples import (
    CREDIT_NOTE,
    DEPOSIT_AND_FINAL,
    RICH,
    SAMPLES,
    SETUP,
    WORDING,
    document,
    sale,
    simple,
)  # fmt: skip
from lxml import etree

from facturier.books import read_books
from facturier.documents import Document
from facturier.einvoice.cii import write_cii
from facturier.einvoice.codes import unit_code
from facturier.einvoice.elements import CII_NAMESPACES as NAMESPACES
from facturier.einvoice.invoice import UnwritableError
from facturier.einvoice.semantic import Wording, invoice_of
from facturier.einvoice.ubl import write_ubl
from facturier.einvoice.validation import Report, SchematronEngine, Verdict, validate
from facturier.law.law import Law
from facturier.law.tables import vat_treatments
from facturier.money import half_up

DATA = Path(__file__).parent / "data" / "einvoice"


@pytest.fixture(scope="module")
def engine() -> Iterator[SchematronEngine]:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with SchematronEngine() as running:
        yield running


def build_cii(
    document: Document, wording: Wording, cited: Mapping[str, date] | None = None, law: Law | None = None
) -> bytes:
    return write_cii(invoice_of(document, wording, cited or {}, law))


def valid(name: str) -> Document:
    return document(SAMPLES[name])


def xpath(xml: bytes, path: str) -> list[str]:
    found = etree.fromstring(xml).xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [str(node.text) if isinstance(node, etree._Element) else str(node) for node in found]


def assert_valid(xml: bytes, engine: SchematronEngine) -> Report:
    report = validate(xml, engine)
    assert [f"{f.rule} {f.text} {f.location}" for f in report.findings] == []
    assert report.valid
    return report


def test_golden_file() -> None:
    xml = build_cii(document(RICH), WORDING)
    assert xml.decode() == (DATA / "F2026-0042.xml").read_text("utf-8")


def test_golden_file_in_ubl() -> None:
    xml = write_ubl(invoice_of(document(RICH), WORDING))
    assert xml.decode() == (DATA / "F2026-0042.ubl.xml").read_text("utf-8")


def test_same_document_same_bytes() -> None:
    assert build_cii(document(RICH), WORDING) == build_cii(document(RICH), WORDING)


def test_credit_note_is_positive_and_names_its_invoice(engine: SchematronEngine) -> None:
    xml = build_cii(document(CREDIT_NOTE), WORDING, {"F2026-0042": date(2026, 11, 3)})
    assert_valid(xml, engine)
    assert xpath(xml, "//rsm:ExchangedDocument/ram:TypeCode") == ["381"]
    assert xpath(xml, "//ram:GrandTotalAmount | //ram:DuePayableAmount") == ["741.00", "741.00"]
    assert xpath(xml, "//ram:InvoiceReferencedDocument//text()[normalize-space()]") == ["F2026-0042", "20261103"]
    assert xpath(xml, "//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode") == ["97"]
    assert xpath(xml, "//ram:DueDateDateTime | //ram:PaymentReference | //ram:IBANID") == []


def test_credit_note_without_the_date_of_its_invoice_is_refused(engine: SchematronEngine) -> None:
    report = validate(build_cii(document(CREDIT_NOTE), WORDING), engine)
    assert {finding.rule for finding in report.fatal} == {"BR-FR-CO-05_BT-3"}


def test_deposit_invoice(engine: SchematronEngine) -> None:
    xml = build_cii(valid("deposit"), WORDING)
    assert_valid(xml, engine)
    assert xpath(xml, "//rsm:ExchangedDocument/ram:TypeCode") == ["386"]
    assert xpath(xml, "//ram:DueDateTypeCode") == ["72"]


def test_final_invoice_deducts_its_deposit(engine: SchematronEngine) -> None:
    xml = build_cii(document(DEPOSIT_AND_FINAL), WORDING)
    assert_valid(xml, engine)
    assert xpath(xml, "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID") == ["S4"]
    totals = "//ram:SpecifiedTradeSettlementHeaderMonetarySummation/*"
    assert xpath(xml, totals) == ["1000.00", "1000.00", "200.00", "1200.00", "360.00", "840.00"]
    assert xpath(xml, "//ram:InvoiceReferencedDocument//text()[normalize-space()]") == ["F2026-0039", "20261021"]


def test_self_billed_invoice(engine: SchematronEngine) -> None:
    xml = build_cii(document(simple(sale("20"), keys='  kind: "self-billed"\n')), WORDING)
    assert_valid(xml, engine)
    assert xpath(xml, "//rsm:ExchangedDocument/ram:TypeCode") == ["389"]


def test_corrective_invoice(engine: SchematronEngine) -> None:
    xml = build_cii(
        document(simple(sale("20"), keys='  corrects: "F2026-0041"\n')), WORDING, {"F2026-0041": date(2026, 10, 1)}
    )
    assert_valid(xml, engine)
    assert xpath(xml, "//rsm:ExchangedDocument/ram:TypeCode") == ["384"]


def test_invoice_that_replaces_a_cancelled_one_is_an_ordinary_one(engine: SchematronEngine) -> None:
    xml = build_cii(document(simple(sale("20"), keys='  replaces: "F2026-0041"\n')), WORDING)
    assert_valid(xml, engine)
    assert xpath(xml, "//rsm:ExchangedDocument/ram:TypeCode") == ["380"]
    assert xpath(xml, "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == ["F2026-0041"]


FRANCHISE = SETUP.replace('vat-on: "receipts"', 'vat-on: "franchise"')


@pytest.mark.parametrize("vat_number", ["FR44 732 829 320", ""])
def test_franchise_with_and_without_a_vat_number(vat_number: str, engine: SchematronEngine) -> None:
    setup = FRANCHISE.replace("FR44 732 829 320", vat_number)
    text = sale("20").replace("    vat: 20\n", "")
    header = '\n2026-11-03 * "x" "x"\n  invoice: "F1"\n  client: "martin"\n  Assets:Clients\n'
    xml = build_cii(document(header + text, setup), WORDING)
    assert_valid(xml, engine)
    assert xpath(xml, "//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/*") == [
        "0.00",
        "VAT",
        "TVA non applicable, art. 293 B du CGI",
        "1000.00",
        "E",
        "VATEX-FR-FRANCHISE",
        "0.00",
    ]
    seller = "//ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID"
    expected = ["FR44732829320", "VA"] if vat_number else ["732829320", "FC"]
    assert xpath(xml, f"{seller} | {seller}/@schemeID") in (expected, expected[::-1])


# The rates of other countries are not among those of BR-FR-16: what they tax goes to no French platform.
@pytest.mark.parametrize("treatment", sorted(vat_treatments().keys() - {"oss"}))
def test_every_vat_treatment_passes(treatment: str, engine: SchematronEngine) -> None:
    intra = treatment in {"intra-eu-goods", "intra-eu-services", "triangular"}
    keys = "  delivery-date: 2026-11-02\n"
    made = document(simple(sale(f'"{treatment}"'), client="muster" if intra else "martin", keys=keys))
    xml = build_cii(made, WORDING)
    assert_valid(xml, engine)
    row = vat_treatments()[treatment][-1]
    assert xpath(xml, "//ram:ExemptionReasonCode") == [row.vatex] * bool(row.vatex)


@pytest.mark.parametrize(
    ("text", "vat_on", "code"),
    [
        (simple(sale("20")), "receipts", "72"),
        (simple(sale("20")), "debits", "5"),
        (simple(sale("20", keys='    nature: "goods"\n')), "receipts", "29"),
        (simple(sale("20") + sale("10", keys='    nature: "goods"\n')), "receipts", ""),
        (simple(sale("20") + sale('"disbursement"', keys='    nature: "goods"\n')), "receipts", "72"),
        (simple(sale('"export"')), "receipts", ""),
    ],
    ids=["services", "debits", "goods", "mixed", "taxed services only", "untaxed"],
)
def test_when_vat_falls_due(text: str, vat_on: str, code: str) -> None:
    made = document(text, SETUP.replace('vat-on: "receipts"', f'vat-on: "{vat_on}"'))
    found = xpath(build_cii(made, WORDING), "//ram:DueDateTypeCode")
    assert set(found) == ({code} if code else set())


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("one rate", "S1"),
        ("goods", "B1"),
        ("rich", "M1"),
        ("paid by card", "S2"),
        ("consumer paying cash, prices with tax", "S2"),
    ],
)
def test_business_process(name: str, frame: str) -> None:
    path = "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
    assert xpath(build_cii(valid(name), WORDING), path) == [frame]


@pytest.mark.parametrize(
    ("name", "audience"),
    [
        ("one rate", ["B2B"]),
        ("consumer", ["B2C"]),
        ("intra-EU services", ["B2BINT"]),
        ("export", ["B2BINT"]),
        ("public buyer", []),
    ],
)
def test_whom_the_invoice_addresses(name: str, audience: list[str]) -> None:
    assert xpath(build_cii(valid(name), WORDING), "//ram:IncludedNote[ram:SubjectCode='BAR']/ram:Content") == audience


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("one rate", ["58", "FR7630006000011234567890189", "AGRIFRPP"]),
        ("dollars", ["30", "FR7630006000011234567890189", "AGRIFRPP"]),
        ("paid by card", ["48"]),
        ("paid, method unsaid", []),
        ("consumer paying cash, prices with tax", ["10"]),
        ("direct debit", ["59", "FR7612345987650123456789014"]),
    ],
)
def test_payment_means(name: str, means: list[str]) -> None:
    path = "//ram:SpecifiedTradeSettlementPaymentMeans"
    found = xpath(build_cii(valid(name), WORDING), f"{path}/ram:TypeCode | {path}//ram:IBANID | {path}//ram:BICID")
    assert found == means


def test_direct_debit_names_mandate_and_creditor() -> None:
    xml = build_cii(valid("direct debit"), WORDING)
    assert xpath(xml, "//ram:DirectDebitMandateID | //ram:CreditorReferenceID") == ["FR72ZZZ123456", "M-1"]


def test_payment_reference_is_the_one_printed() -> None:
    assert xpath(build_cii(valid("one rate"), WORDING), "//ram:PaymentReference") == ["RF69F20260042"]


def test_foreign_currency_states_vat_in_euro() -> None:
    xml = build_cii(valid("Swiss francs with tax"), WORDING)
    assert xpath(xml, "//ram:TaxTotalAmount/@currencyID") == ["CHF", "EUR"]
    assert xpath(xml, "//ram:TaxTotalAmount") == ["20.01", "21.43"]  # computed: the ledger's leg says 21.44


def test_discount_stands_on_its_line() -> None:
    xml = build_cii(document(RICH), WORDING)
    first = "//ram:IncludedSupplyChainTradeLineItem[1]"
    assert xpath(xml, f"{first}//ram:SpecifiedTradeAllowanceCharge/ram:*[not(*)]") == [
        "5.00",
        "1300.00",
        "65.00",
        "95",
        "Remise",
    ]
    assert xpath(xml, f"{first}//ram:ChargeAmount | {first}//ram:LineTotalAmount") == ["650.00", "1235.00"]


def test_negative_line_is_a_negative_quantity() -> None:
    xml = build_cii(valid("negative line"), WORDING)
    second = "//ram:IncludedSupplyChainTradeLineItem[2]"
    assert xpath(xml, f"{second}//ram:ChargeAmount | {second}//ram:BilledQuantity") == ["50.00", "-1"]


def test_consumer_price_loses_its_tax() -> None:
    xml = build_cii(valid("consumer paying cash, prices with tax"), WORDING)
    assert xpath(xml, "//ram:NetPriceProductTradePrice/ram:ChargeAmount") == ["83.33"]
    assert xpath(xml, "//ram:GrandTotalAmount | //ram:TotalPrepaidAmount") == ["100.00", "100.00"]


def test_exemptions_of_one_category_share_a_row() -> None:
    xml = build_cii(valid("training and medical"), WORDING)
    row = "//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax[ram:CategoryCode='E']"
    assert xpath(xml, f"{row}/ram:BasisAmount") == ["2000.00"]
    assert xpath(xml, f"{row}/ram:ExemptionReason") == [
        "Exonération de TVA, art. 261, 4-4°-a du CGI ; Exonération de TVA, art. 261, 4-1° du CGI"
    ]


def test_reason_is_given_in_the_language_of_the_document() -> None:
    assert xpath(build_cii(valid("export"), WORDING), "//ram:ExemptionReason") == ["VAT exempt export, art. 262, I CGI"]


def test_goods_within_the_eu_go_to_the_buyer_unless_stated() -> None:
    path = "//ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID"
    assert xpath(build_cii(valid("intra-EU goods"), WORDING), path) == ["DE"]


def test_delivery_address_is_taken_apart() -> None:
    path = "//ram:ShipToTradeParty/ram:PostalTradeAddress/*"
    assert xpath(build_cii(valid("rich"), WORDING), path) == [
        "13008",
        "Entrepôt 3",
        "9 avenue du Prado",
        "Marseille",
        "FR",
    ]


def test_outside_vat_no_vat_number_appears() -> None:
    assert xpath(build_cii(valid("services outside the EU"), WORDING), "//ram:ID[@schemeID='VA']") == []


def test_no_element_is_empty() -> None:
    for text in SAMPLES.values():
        root = etree.fromstring(build_cii(document(text), WORDING))
        empty = {etree.QName(node).localname for node in root.iter() if not len(node) and not (node.text or "").strip()}
        assert empty <= {"ApplicableHeaderTradeDelivery"}


@pytest.mark.parametrize(
    "text",
    [
        '\n2026-11-03 Q "martin" "Devis"\n  quote: "D1"\n  Income:Prestations  -1 DEV-DAY\n',
        '\n2026-11-03 D "martin" "Brouillon"\n  Income:Prestations  -1 DEV-DAY\n',
    ],
)
def test_paper_that_is_no_invoice_has_no_xml(text: str) -> None:
    entries, _, options = loader.load_string(SETUP + text, dedent=False)
    (paper,) = read_books(entries, options).papers
    with pytest.raises(UnwritableError, match="is no invoice"):
        build_cii(paper, WORDING)


def test_quantity_with_too_many_decimals_is_refused() -> None:
    line = valid("one rate").lines[0]._replace(quantity=Decimal("0.33333"))
    with pytest.raises(UnwritableError, match=r"0\.33333 has more than the 4 decimals"):
        build_cii(valid("one rate")._replace(lines=(line,)), WORDING)


def test_units_have_codes_in_both_languages() -> None:
    assert [unit_code(unit) for unit in ("day", "jours", "Heure", "kg", "KGM", "", "panier")] == [
        "DAY",
        "DAY",
        "HUR",
        "KGM",
        "KGM",
        "C62",
        "C62",
    ]


# What a user might get wrong, and the rules that must then fire: the built file, changed in one place.
MUTATIONS = [
    ("no PMT note", ">PMT<", ">AAI<", {"BR-FR-05_BT-22_PMT"}),
    ("number", ">F2026-0042<", ">FA 2026#42<", {"BR-FR-02_BT-1"}),
    ("long number", ">F2026-0042<", f">{'F' * 36}<", {"BR-FR-01_BT-1"}),
    ("frame", "<ram:ID>M1<", "<ram:ID>A1<", {"BR-FR-08_BT-23"}),
    (
        "SIREN of eight digits",
        '"0002">732829320<',
        '"0002">73282932<',
        {"BR-FR-09_BT-29", "BR-FR-10_BT-30", "BR-FR-32-LEGALID"},
    ),
    ("type", "<ram:TypeCode>380<", "<ram:TypeCode>71<", {"BR-FR-04_BT-3"}),
    ("credit without invoice", "<ram:TypeCode>380<", "<ram:TypeCode>381<", {"BR-FR-CO-05_BT-3"}),
    ("due before issue", ">20261218<", ">20260101<", {"BR-FR-CO-07_BT-9"}),
    (
        "rate with three decimals",
        ">20.00</ram:Rate",
        ">20.000</ram:Rate",
        {"BR-FR-16_BT-119", "BR-FR-16_BT-152", "BR-FR-DEC-04_BT-119", "BR-FR-DEC-04_BT-152"},
    ),
    ("issue date", ">20261103<", ">2026-1-2<", {"BR-FR-03_BT-2"}),
    ("total", "<ram:GrandTotalAmount>1801.40<", "<ram:GrandTotalAmount>1801.41<", {"BR-CO-15", "BR-CO-16"}),
    ("sum of lines", "<ram:LineTotalAmount>1524.00<", "<ram:LineTotalAmount>1525.00<", {"BR-CO-10", "BR-CO-13"}),
    ("paid but due", "<ram:ID>M1<", "<ram:ID>M2<", {"BR-FR-CO-09_BT-23-1", "BR-FR-CO-09_BT-23-2"}),
    ("audience", ">B2B<", ">XX<", {"BR-FR-20_BT-21"}),
    ("address", '"0225">552100554<', '"0225">732829320<', {"BR-FR-21_BT-49"}),
    (
        "dollars only",
        "<ram:InvoiceCurrencyCode>EUR<",
        "<ram:InvoiceCurrencyCode>USD<",
        {"BR-CO-15", "BR-FR-CO-12_BT-5", "NOT-USED"},
    ),
]


@pytest.mark.parametrize(("old", "new", "rules"), [m[1:] for m in MUTATIONS], ids=[m[0] for m in MUTATIONS])
def test_one_wrong_field_fires_its_rules(old: str, new: str, rules: set[str], engine: SchematronEngine) -> None:
    xml = build_cii(document(RICH), WORDING).decode()
    assert old in xml
    report = validate(xml.replace(old, new).encode(), engine)
    assert {finding.rule for finding in report.fatal} == rules
    assert report.verdict is Verdict.INVALID


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60), note=st.text(max_size=60))
@example("\r\n", "\r")
def test_hostile_text_stays_text(text: str, note: str) -> None:
    made = valid("one rate")
    line = made.lines[0]._replace(item=f"x{text}", description=note)
    xml = build_cii(made._replace(lines=(line,)), WORDING)
    root = etree.fromstring(xml)
    assert len(root.findall(".//{*}IncludedSupplyChainTradeLineItem")) == 1
    kept = "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) < 0xE000 and c not in "\ufffe\uffff")
    )
    assert root.findtext(".//{*}SpecifiedTradeProduct/{*}Name") == f"x{kept}".replace("\r\n", "\n").replace("\r", "\n")


amounts = st.decimals(min_value="-99999.99", max_value="99999.99", places=2).filter(bool)


def test_percentage_keeps_its_decimals() -> None:
    text = simple(sale("20"), keys="  discount: 33.3333\n")
    assert xpath(build_cii(document(text), WORDING), "//ram:CalculationPercent") == ["33.3333"]


@settings(max_examples=40, deadline=None)
@given(
    prices=st.lists(st.tuples(amounts, st.sampled_from(["20", "10", "5.5", "2.1", "0"])), min_size=1, max_size=8),
    discount=st.one_of(st.none(), st.decimals(min_value=0, max_value=50, places=2)),
)
def test_any_mix_of_lines_adds_up(
    prices: list[tuple[Decimal, str]], discount: Decimal | None, engine: SchematronEngine
) -> None:
    lines = "".join(f'  Income:Prestations  {-price} EUR\n    item: "x"\n    vat: {rate}\n' for price, rate in prices)
    keys = f"  discount: {discount}\n" if discount is not None else ""
    invoice = invoice_of(document(simple(lines, keys=keys)), WORDING)
    assert_valid(write_cii(invoice), engine)
    assert_valid(write_ubl(invoice), engine)


positive = st.decimals(min_value="0.01", max_value="9999.99", places=2)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            positive,
            st.integers(1, 12),
            st.sampled_from([Decimal(0), Decimal(10), Decimal("33.33")]),
            st.sampled_from(["20", "10", "5.5", "2.1"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_prices_with_tax_add_up_to_what_the_consumer_pays(
    lines: list[tuple[Decimal, int, Decimal, str]], engine: SchematronEngine
) -> None:
    text = "".join(
        f'  Income:Prestations  -1.00 EUR\n    item: "x"\n    price: {price} EUR\n    quantity: {quantity}\n'
        f"    discount: {discount}\n    vat: {rate}\n"
        for price, quantity, discount, rate in lines
    )
    xml = build_cii(document(simple(text, client="dupont", keys="  ttc: TRUE\n")), WORDING)
    assert_valid(xml, engine)
    paid = sum(half_up(price * quantity * (100 - discount) / 100) for price, quantity, discount, _ in lines)
    assert xpath(xml, "//ram:GrandTotalAmount") == [f"{paid:.2f}"]
