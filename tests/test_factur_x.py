"""Every demo document as it is sent: PDF/A-3b, valid XML inside, the same figures on the page, a code that pays it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from commands import BOOKS
from lxml import etree
from stdnum import iban, iso11649
from verapdf_engine import validate_pdfa

from facturier.documents import Document
from facturier.einvoice.validation import Layer, SchematronEngine, extract_xml, validate
from facturier.pdf.page import Page
from facturier.rendering import RenderedDocument, lay_out, prepare, render_xml
from facturier.workspace import Workspace, open_ledger

RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
SUMMATION = f".//{{{RAM}}}SpecifiedTradeSettlementHeaderMonetarySummation"
SPACES = re.compile(r"[\s\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]+")


class Sent(NamedTuple):
    """A document of the demo, its page and its files."""

    document: Document
    page: Page
    files: RenderedDocument
    path: Path


@pytest.fixture(scope="module")
def demo() -> Workspace:
    return open_ledger(BOOKS / "main.beancount")


@pytest.fixture(scope="module")
def sent(demo: Workspace, tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    """Every document and paper, rendered once."""
    folder = tmp_path_factory.mktemp("sent")
    found = []
    for document in (*demo.books.documents, *demo.books.papers):
        prepared = prepare(document, demo.books, demo.folder)
        files = lay_out(prepared)
        path = folder / f"{files.name}.pdf"
        path.write_bytes(files.pdf)
        found.append(Sent(document, prepared.page, files, path))
    assert len({one.path for one in found}) == len(found) == len(demo.books.documents) + len(demo.books.papers) >= 150
    return found


@pytest.fixture(scope="module")
def invoices(sent: list[Sent]) -> list[Sent]:
    found = [one for one in sent if one.document.kind.is_invoice]
    assert len(found) >= 120
    return found


@pytest.fixture(scope="module")
def engine() -> Iterator[SchematronEngine]:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with SchematronEngine() as running:
        yield running


def root_of(one: Sent) -> etree._Element:
    assert one.files.xml is not None
    return etree.fromstring(one.files.xml)


def text_of(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, timeout=60)
    return done.stdout.decode("utf-8")


# --- The files ------------------------------------------------------------------------------------


@pytest.mark.java
def test_all_of_them_are_pdf_a_3b(sent: list[Sent]) -> None:
    found = validate_pdfa([one.path for one in sent])
    assert {path.name: failures for path, failures in found.items() if failures} == {}


def test_every_xml_passes_the_schema_en_16931_and_the_french_rules(
    invoices: list[Sent], engine: SchematronEngine
) -> None:
    for one in invoices:
        report = validate(extract_xml(one.files.pdf), engine)
        assert report.checked == (Layer.SCHEMA, Layer.EN16931, Layer.FRANCE), one.document.number
        assert report.valid, (one.document.number, [(found.rule, str(found.text)) for found in report.findings])
        assert report.fatal == ()
        assert report.profile is not None
        assert report.profile.name == "EN 16931"


def test_the_xml_inside_is_the_one_that_was_built(demo: Workspace, invoices: list[Sent]) -> None:
    for one in invoices:
        assert extract_xml(one.files.pdf) == one.files.xml == render_xml(one.document, demo.books)


def test_factur_x_readers_find_it_under_its_name_and_profile(invoices: list[Sent]) -> None:
    for one in invoices:
        with pikepdf.open(one.path) as pdf:
            assert list(pdf.attachments) == ["factur-x.xml"]
            attached = pdf.attachments["factur-x.xml"].obj
            assert str(attached.AFRelationship) == "/Data"
            assert [reference.objgen for reference in pdf.Root.AF] == [attached.objgen]
            with pdf.open_metadata() as metadata:
                prefix = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
                found = {key: metadata[f"{prefix}{key}"] for key in ("DocumentType", "DocumentFileName", "Version")}
                assert found == {"DocumentType": "INVOICE", "DocumentFileName": "factur-x.xml", "Version": "1.0"}
                assert metadata[f"{prefix}ConformanceLevel"] == "EN 16931"


def test_papers_claim_no_factur_x(sent: list[Sent]) -> None:
    for one in sent:
        with pikepdf.open(one.path) as pdf:
            claims = b"factur-x" in pdf.Root.Metadata.read_bytes()
            assert claims == bool(pdf.attachments) == one.document.kind.is_invoice


# --- The page says what the XML says --------------------------------------------------------------


def printed(amount: Decimal, page: Page) -> str:
    """An amount as the page's language prints it, without spaces and currency."""
    whole, cents = f"{abs(amount):.2f}".split(".")
    grouped = f"{int(whole):,}"
    continental = f"{grouped.replace(',', '.')},{cents}"
    return {"fr": f"{whole},{cents}", "en": f"{grouped}.{cents}"}.get(page.language, continental)


def amounts_on(text: str, language: str) -> set[str]:
    """All amounts on a page, as ``printed`` writes them."""
    if language == "fr":
        joined = re.sub(r"(?<=\d)[ \N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}](?=\d{3}(?!\d))", "", text)
        return set(re.findall(r"\d+,\d{2}(?!\d)", joined))
    if language == "en":
        return set(re.findall(r"\d{1,3}(?:,\d{3})*\.\d{2}(?!\d)", text))
    return set(re.findall(r"\d{1,3}(?:\.\d{3})*,\d{2}(?!\d)", text))


@pytest.mark.poppler
def test_every_total_of_the_xml_is_printed_and_is_that_of_the_page(invoices: list[Sent]) -> None:
    for one in invoices:
        page, root = one.page, root_of(one)
        found = amounts_on(text_of(one.path), page.language)
        summation = root.find(SUMMATION)
        assert summation is not None
        in_xml = {etree.QName(element).localname: Decimal(element.text or "") for element in summation}
        for name, amount in in_xml.items():
            # A total that repeats another one has no line of its own; nothing is left out.
            assert printed(amount, page) in found, (one.document.number, name, amount)
        for tax in root.findall(f".//{{{RAM}}}ApplicableHeaderTradeSettlement/{{{RAM}}}ApplicableTradeTax"):
            for name in ("CalculatedAmount", "BasisAmount"):
                amount = Decimal(tax.findtext(f"{{{RAM}}}{name}") or "")
                assert printed(amount, page) in found, (one.document.number, name, amount)
        totals = page.totals
        assert in_xml["TaxBasisTotalAmount"] == totals.net
        assert in_xml["GrandTotalAmount"] == totals.gross
        assert in_xml["DuePayableAmount"] == totals.due


@pytest.mark.poppler
def test_every_fact_of_the_xml_is_on_the_page(invoices: list[Sent]) -> None:
    for one in invoices:
        # Words may be broken over lines, in capitals, or in groups of digits.
        shown = SPACES.sub("", text_of(one.path)).casefold()
        root = root_of(one)
        for path in (
            "rsm:ExchangedDocument/ram:ID",
            ".//ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID",
            ".//ram:SellerTradeParty/ram:GlobalID",
            ".//ram:BuyerTradeParty/ram:Name",
            ".//ram:BuyerTradeParty/ram:PostalTradeAddress/ram:LineOne",
            ".//ram:BuyerTradeParty/ram:PostalTradeAddress/ram:CityName",
            ".//ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
            ".//ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
            ".//ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
            ".//ram:PaymentReference",
            ".//ram:SpecifiedTradeProduct/ram:Name",
        ):
            for element in root.iterfind(path, {key: uri for key, uri in root.nsmap.items() if key}):
                wanted = SPACES.sub("", element.text or "").casefold()
                assert wanted in shown, (one.document.number, path, element.text)


# --- Paying it ------------------------------------------------------------------------------------


def test_references_and_codes_are_right_and_agree_with_the_xml(invoices: list[Sent]) -> None:
    payable = [one for one in invoices if one.page.payment.iban]
    assert len(payable) > 20
    for one in payable:
        payment, root = one.page.payment, root_of(one)
        assert iso11649.is_valid(payment.reference)
        assert iban.is_valid(payment.iban)
        assert root.findtext(f".//{{{RAM}}}PaymentReference") == payment.reference
        assert root.findtext(f".//{{{RAM}}}IBANID") == payment.iban
        if one.page.currency != "EUR":
            assert payment.epc == ""
            continue
        lines = payment.epc.split("\n")
        assert lines[0:4] == ["BCD", "002", "1", "SCT"]
        assert (lines[4], lines[6], lines[9]) == (payment.bic, payment.iban, payment.reference)
        asked = Decimal(lines[7].removeprefix("EUR"))
        due_now = [leg.amount for leg in one.document.instalments if leg.role == "receivable"]
        assert asked == (due_now[0] if len(one.document.instalments) > 1 else one.page.totals.due)
    for one in invoices:
        if one.document.is_credit_note or one.page.totals.due <= 0:
            assert (one.page.payment.epc, one.page.payment.iban) == ("", "")


@pytest.mark.poppler
@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")
def test_the_codes_on_the_pages_are_read_by_another_program(invoices: list[Sent], tmp_path: Path) -> None:
    coded = [one for one in invoices if one.page.payment.epc]
    chosen = coded[::4]
    assert len(chosen) >= 5
    for one in chosen:
        subprocess.run(["pdftoppm", "-r", "150", "-gray", str(one.path), str(tmp_path / one.path.stem)], check=True)
    for one in chosen:
        pictures = sorted(map(str, tmp_path.glob(f"{one.path.stem}-*.pgm")))
        read = subprocess.run(
            ["zbarimg", "--raw", "-q", "-Sdisable", "-Sqrcode.enable", *pictures],
            capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        assert read.stdout.rstrip("\n") == one.page.payment.epc, one.document.number


# --- The same again -------------------------------------------------------------------------------

RENDER_ALL = """
import hashlib, json, locale, sys
from pathlib import Path
from facturier.rendering import render
from facturier.workspace import open_ledger
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
workspace = open_ledger(Path(sys.argv[1]))
books = workspace.books
made = (render(one, books, workspace.folder) for one in (*books.documents, *books.papers))
print(json.dumps({one.name: hashlib.sha256(one.pdf).hexdigest() for one in made}))
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1"},
    ],
    ids=lambda environment: str(environment["TZ"]),
)
def test_another_process_elsewhere_makes_the_same_bytes(
    sent: list[Sent], tmp_path: Path, environment: dict[str, str]
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(BOOKS, moved, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", RENDER_ALL, str(moved / "main.beancount")],
        cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    again = json.loads(done.stdout)
    assert again == {one.files.name: hashlib.sha256(one.files.pdf).hexdigest() for one in sent}
