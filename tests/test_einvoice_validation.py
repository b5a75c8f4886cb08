"""What the validator says of good, wrong and hostile files (XSD, EN 16931, BR-FR)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facturier.einvoice.schemas import PROFILES, Stylesheet
from facturier.einvoice.schematron import SchematronError
from facturier.einvoice.validation import Layer, Report, SchematronEngine, Severity, Verdict, validate, validate_pdf
from facturier.einvoice.validation_pdf import extract_xml
from facturier.einvoice.validation_places import Places
from facturier.einvoice.validation_svrl import read_findings
from facturier.einvoice.validation_xml import RefusedFileError, read_xml

DATA = Path(__file__).parent / "data" / "einvoice"
CII = (DATA / "minimal-cii.xml").read_text("utf-8")
UBL = (DATA / "minimal-ubl.xml").read_text("utf-8")
EN16931 = "urn:cen.eu:en16931:2017"


@pytest.fixture(scope="module")
def engine() -> Iterator[SchematronEngine]:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with SchematronEngine() as running:
        yield running


def changed(old: str, new: str, source: str = CII) -> bytes:
    assert old in source
    return source.replace(old, new).encode()


def fatal_rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.fatal}


@pytest.mark.parametrize(
    ("source", "suffix", "name"),
    [
        (CII, "", "EN 16931"),
        (CII, "#compliant#urn:factur-x.eu:1p0:basic", "Factur-X BASIC"),
        (CII, "#conformant#urn:factur-x.eu:1p0:extended", "Factur-X EXTENDED"),
        (CII, "#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", "EXTENDED-CTC-FR"),
        (UBL, "", "EN 16931"),
        (UBL, "#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", "EXTENDED-CTC-FR"),
    ],
)
def test_valid_file_of_each_profile(engine: SchematronEngine, source: str, suffix: str, name: str) -> None:
    report = validate(changed(EN16931, EN16931 + suffix, source), engine)
    assert report.profile is not None
    assert report.profile.name == name
    assert report.findings == ()
    assert report.checked == (Layer.SCHEMA, Layer.EN16931, Layer.FRANCE)
    assert report.valid


# One wrong field and the rules that it must trigger, each kind of rule at least once.
MUTATIONS = [
    ("number with a space", ">F2026-0042<", ">FA 2026#42<", {"BR-FR-02_BT-1"}),
    ("number too long", ">F2026-0042<", f">{'F' * 36}<", {"BR-FR-01_BT-1"}),
    ("no PMT note", ">PMT<", ">AAI<", {"BR-FR-05_BT-22_PMT"}),
    ("frame unknown", "<ram:ID>S1<", "<ram:ID>A1<", {"BR-FR-08_BT-23"}),
    (
        "SIREN too short",
        '<ram:ID schemeID="0002">732829320<',
        '<ram:ID schemeID="0002">73282932<',
        {"BR-FR-09_BT-29", "BR-FR-10_BT-30", "BR-FR-32-LEGALID"},
    ),
    ("type unknown", ">380<", ">71<", {"BR-FR-04_BT-3"}),
    ("credit note of nothing", ">380<", ">381<", {"BR-FR-CO-05_BT-3"}),
    ("due before issue", ">20261203<", ">20261003<", {"BR-FR-CO-07_BT-9"}),
    (
        "rate with three decimals",
        ">20.00<",
        ">20.000<",
        {"BR-FR-16_BT-119", "BR-FR-16_BT-152", "BR-FR-DEC-04_BT-119", "BR-FR-DEC-04_BT-152"},
    ),
    ("date with dashes", ">20261103<", ">2026-1-2<", {"BR-FR-03_BT-2"}),
    (
        "total off by a cent",
        "<ram:GrandTotalAmount>1560.00<",
        "<ram:GrandTotalAmount>1560.01<",
        {"BR-CO-15", "BR-CO-16"},
    ),
    (
        "sum of lines wrong",
        "<ram:LineTotalAmount>1300.00</ram:LineTotalAmount>\n        <ram:TaxBasis",
        "<ram:LineTotalAmount>1301.00</ram:LineTotalAmount>\n        <ram:TaxBasis",
        {"BR-CO-10", "BR-CO-13"},
    ),
    (
        "dollars only",
        "<ram:InvoiceCurrencyCode>EUR<",
        "<ram:InvoiceCurrencyCode>USD<",
        {"BR-CO-15", "BR-FR-CO-12_BT-5", "NOT-USED"},
    ),
    ("paid in advance, yet due", "<ram:ID>S1<", "<ram:ID>S2<", {"BR-FR-CO-09_BT-23-1", "BR-FR-CO-09_BT-23-2"}),
    ("treatment unknown", ">B2B<", ">XX<", {"BR-FR-20_BT-21"}),
    (
        "electronic address of another",
        '<ram:URIID schemeID="0225">552100554<',
        '<ram:URIID schemeID="0225">732829320<',
        {"BR-FR-21_BT-49"},
    ),
]


@pytest.mark.parametrize(("old", "new", "rules"), [m[1:] for m in MUTATIONS], ids=[m[0] for m in MUTATIONS])
def test_wrong_field_triggers_its_rules(engine: SchematronEngine, old: str, new: str, rules: set[str]) -> None:
    report = validate(changed(old, new), engine)
    assert fatal_rules(report) == rules
    assert report.verdict is Verdict.INVALID


def test_wrong_rate_in_the_breakdown(engine: SchematronEngine) -> None:
    old = "<ram:DueDateTypeCode>72</ram:DueDateTypeCode>\n        <ram:RateApplicablePercent>20.00"
    report = validate(changed(old, old.replace("20.00", "21.00")), engine)
    assert fatal_rules(report) >= {"BR-FR-16_BT-119", "BR-S-08"}


def test_wrong_field_in_ubl(engine: SchematronEngine) -> None:
    report = validate(changed(">F2026-0042<", ">FA 2026#42<", UBL), engine)
    assert fatal_rules(report) == {"BR-FR-01_BT-1-2", "BR-FR-02_BT-1"}
    assert all(str(finding.text).startswith("L'identifiant de facture") for finding in report.findings)


def test_finding_tells_where_and_what(engine: SchematronEngine) -> None:
    report = validate(changed("<ram:GrandTotalAmount>1560.00<", "<ram:GrandTotalAmount>1560.01<"), engine)
    found = {finding.rule: finding for finding in report.findings}["BR-CO-15"]
    assert found.business_term == "BT-112"
    assert found.location == (
        "/CrossIndustryInvoice/SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
        "/SpecifiedTradeSettlementHeaderMonetarySummation"
    )
    assert found.line == 1 + CII[: CII.index("<ram:SpecifiedTradeSettlementHeaderMonetarySummation>")].count("\n")
    assert str(found.text).startswith("Invoice total amount with VAT (BT-112) =")


def test_term_comes_from_the_french_rule_id(engine: SchematronEngine) -> None:
    report = validate(changed(">20261203<", ">20261003<"), engine)
    assert [finding.business_term for finding in report.fatal] == ["BT-9"]


def test_warning_does_not_reject(engine: SchematronEngine) -> None:
    report = validate(
        changed("<ram:Name>Atelier Numérique</ram:Name>", "<ram:Name>A</ram:Name><ram:Description/>"), engine
    )
    assert [(f.rule, f.severity) for f in report.findings] == [("PEPPOL-EN16931-R008", Severity.WARNING)]
    assert report.valid


def test_schema_error_ends_the_check(engine: SchematronEngine) -> None:
    report = validate(changed("<ram:GrandTotalAmount>1560.00<", "<ram:GrandTotalAmount>lots<"), engine)
    assert report.checked == (Layer.SCHEMA,)
    assert report.verdict is Verdict.INVALID
    (finding,) = report.findings
    assert (
        str(finding.text) == "Element 'GrandTotalAmount': 'lots' is not a valid value of the atomic type 'xs:decimal'."
    )
    assert finding.location.endswith("/ram:GrandTotalAmount")
    assert finding.business_term == "BT-112"
    assert finding.line == 1 + CII[: CII.index("<ram:GrandTotalAmount>")].count("\n")


def test_without_saxon_a_good_file_is_not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    report = validate(CII.encode())
    assert report.checked == (Layer.SCHEMA,)
    assert report.verdict is Verdict.NOT_VALIDATED
    assert not report.valid
    assert "facturier[validate]" in str(report.not_validated)


def test_without_saxon_a_wrong_file_is_still_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    assert validate(changed(">1560.00<", ">lots<")).verdict is Verdict.INVALID


def test_processor_that_takes_too_long_is_a_failure() -> None:
    pytest.importorskip("saxonche")
    with SchematronEngine(time_limit=0.01) as hurried:
        report = validate(CII.encode(), hurried)
    assert report.checked == (Layer.SCHEMA,)
    assert report.verdict is Verdict.INVALID
    assert [finding.rule for finding in report.findings] == ["VALIDATOR", "VALIDATOR"]
    assert "longer than 0.01 seconds" in str(report.findings[0].text)


def test_engine_starts_again_after_its_process_died() -> None:
    pytest.importorskip("saxonche")
    with SchematronEngine() as running:
        assert validate(CII.encode(), running).valid
        process = running._process
        assert process is not None
        process.kill()
        process.wait()
        broken = validate(CII.encode(), running)
        assert {finding.rule for finding in broken.findings} == {"VALIDATOR"}
        assert not broken.valid
        assert validate(CII.encode(), running).valid


def test_document_of_another_kind_fires_no_rule(engine: SchematronEngine) -> None:
    report = engine.run(Stylesheet.FRANCE_CII, read_xml(b"<note>Bonjour</note>"))
    (finding,) = read_findings(report, Layer.FRANCE, Places(read_xml(b"<note>Bonjour</note>")))
    assert finding.severity is Severity.FATAL
    assert str(finding.text) == "None of the BR-FR rules applied: the file is not what it says."


def test_failing_transform_is_not_a_pass(engine: SchematronEngine) -> None:
    # A number that XPath cannot read stops the EN 16931 stylesheet instead of failing an assert.
    wrong = changed(">1300.00<", ">thirteen hundred<")
    with pytest.raises(SchematronError, match="The schematron failed"):
        engine.run(Stylesheet.EN16931_CII, read_xml(wrong))


def test_every_rule_file_is_there() -> None:
    assert all(stylesheet.path.is_file() for stylesheet in Stylesheet)
    assert len({(profile.root, profile.identifier) for profile in PROFILES}) == len(PROFILES)


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><lolz x="&d;">&d;</lolz>"""


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        (BILLION_LAUGHS, "DOCTYPE (lolz)"),
        (BILLION_LAUGHS.decode().replace("<?xml", "<?xml").encode("utf-16"), "DOCTYPE (lolz)"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "DOCTYPE (x)"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', "DOCTYPE (x)"),
        (b"<!-- a comment first --><!DOCTYPE x><x/>", "DOCTYPE (x)"),
        (b"<a>" * 100_000, "not well formed"),
        (b"<a>&undefined;</a>", "not well formed"),
        (b"", "not well formed"),
        (b"\x00\x01\x02", "not well formed"),
        (b"<a>" + b" " * 10_000_000 + b"</a>", "at most 10000000 are read"),
        (b"<invoice/>", "no invoice of a known profile"),
        (changed(EN16931, "urn:factur-x.eu:1p0:minimum"), "urn:factur-x.eu:1p0:minimum"),
    ],
)
def test_hostile_or_foreign_file_is_refused(hostile: bytes, reason: str) -> None:
    report = validate(hostile)
    assert report.verdict is Verdict.INVALID
    assert report.checked == ()
    assert reason in str(report.findings[0].text)


def test_doctype_in_an_invoice_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="DOCTYPE"):
        read_xml(changed("<rsm:CrossIndustryInvoice ", "<!DOCTYPE invoice><rsm:CrossIndustryInvoice "))


def test_doctype_as_text_is_text() -> None:
    assert read_xml(b"<a><![CDATA[<!DOCTYPE x>]]></a>").text == "<!DOCTYPE x>"


def pdf_with(name: str, data: bytes) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments[name] = data
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()


def test_xml_is_taken_out_of_a_pdf(engine: SchematronEngine) -> None:
    pdf = pdf_with("factur-x.xml", CII.encode())
    assert extract_xml(pdf) == CII.encode()
    assert validate_pdf(pdf, engine).valid


def test_xml_among_the_associated_files_only() -> None:
    with pikepdf.open(io.BytesIO(pdf_with("factur-x.xml", b"<x/>"))) as pdf:
        pdf.Root.AF = pikepdf.Array([pdf.Root.Names.EmbeddedFiles.Names[1]])
        del pdf.Root.Names
        target = io.BytesIO()
        pdf.save(target)
    assert extract_xml(target.getvalue()) == b"<x/>"


def looping_name_tree() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        node = pdf.make_indirect(pikepdf.Dictionary())
        node.Kids = pikepdf.Array([node, node])
        pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=node)
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()


def encrypted() -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_with("factur-x.xml", b"<x/>"))) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user="u"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (b"", "cannot be read"),
        (b"%PDF-1.7\nnothing", "cannot be read"),
        (pdf_with("invoice.xml", b"<x/>"), "carries no file named factur-x.xml"),
        (looping_name_tree(), "carries no file named factur-x.xml"),
        (encrypted(), "encrypted"),
        (pdf_with("factur-x.xml", b"0" * 80_000_000), "cannot be read"),
    ],
    ids=["empty", "truncated", "other file", "loop", "encrypted", "bomb"],
)
def test_pdf_without_readable_invoice_is_refused(pdf: bytes, reason: str) -> None:
    report = validate_pdf(pdf)
    assert report.verdict is Verdict.INVALID
    assert [finding.rule for finding in report.findings] == ["PDF"]
    assert reason in str(report.findings[0].text)


GOOD_PDF = pdf_with("factur-x.xml", b"<x/>")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD_PDF) - 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=8)
)
def test_damaged_pdf_is_read_or_refused(damages: list[tuple[int, bytes]]) -> None:
    pdf = bytearray(GOOD_PDF)
    for place, noise in damages:
        pdf[place : place + len(noise)] = noise
    with suppress(RefusedFileError):
        assert isinstance(extract_xml(bytes(pdf)), bytes)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(CII) - 1), st.text(max_size=5))
def test_damaged_xml_is_read_or_refused(place: int, noise: str) -> None:
    data = (CII[:place] + noise + CII[place + len(noise) :]).encode("utf-8", "surrogatepass")
    with suppress(RefusedFileError):
        assert read_xml(data).tag
