"""From a document to its files: the fingerprint that decides whether to render again, names, the logo, the XML."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest
from commands import BOOKS
from hypothesis import given
from hypothesis import strategies as st
from ledgers import HEADER, books_of, sale, write_ledger
from lxml import etree
from PIL import Image

from facturier.books import Books
from facturier.documents import Document
from facturier.einvoice.validation import extract_xml
from facturier.figure_texts import deposit_texts, rate_text
from facturier.rendering import XML_NAME, RenderingError, file_name, lay_out, prepare, render, render_xml
from facturier.workspace import Workspace, open_ledger

INVOICE = sale("F2026-0001", "2026-01-05")


@pytest.fixture(scope="module")
def demo() -> Workspace:
    return open_ledger(BOOKS / "main.beancount")


def only(books: Books) -> Document:
    (document,) = (*books.documents, *books.papers)
    return document


def fingerprint(folder: Path, source: str, number: str = "F2026-0001") -> str:
    workspace = open_ledger(write_ledger(folder, source))
    document = workspace.books.document(number)
    assert document is not None
    return prepare(document, workspace.books, workspace.folder).fingerprint()


# --- The fingerprint ----------------------------------------------------------------------------


def test_the_same_fingerprint_gives_the_same_file_for_every_demo_document(demo: Workspace) -> None:
    seen = {}
    for document in (*demo.books.documents, *demo.books.papers):
        first = prepare(document, demo.books, demo.folder)
        second = prepare(document, demo.books, demo.folder)
        assert first.fingerprint() == second.fingerprint()
        seen[first.fingerprint()] = document
    assert len(seen) == len(demo.books.documents) + len(demo.books.papers)
    document = demo.books.documents[0]
    assert render(document, demo.books, demo.folder) == render(document, demo.books, demo.folder)


CHANGES = {
    "a client's address, back-dated": '2025-01-01 custom "client" "martin"\n  phone: "+33 4 91 00 00 00"\n',
    "the seller's": '2025-01-01 custom "seller" "atelier"\n  website: "https://atelier.example"\n',
    "the penalty rate": '2025-01-01 custom "seller" "atelier"\n  penalty-rate: 12\n',
    "the terms": '2025-01-01 custom "seller" "atelier"\n  terms: "45 days"\n',
    "the account to pay to": '2025-01-01 custom "seller" "atelier"\n  iban: "DE89370400440532013000"\n',
}
NO_CHANGES = {
    "a later address": '2026-01-06 custom "client" "martin"\n  street: "elsewhere"\n',
    "another client": '2025-01-01 custom "client" "durand"\n  street: "elsewhere"\n',
    "a payment": '2026-02-01 * "x" ^F2026-0001\n  Assets:Banque:Qonto  120.00 EUR\n  Assets:Clients:Martin\n',
    "a comment and another invoice": "; nothing\n" + sale("F2026-0002", "2026-01-07"),
    "an event": '2026-02-01 custom "sent" "F2026-0001" "email"\n',
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_the_page_shows_changes_it(tmp_path: Path, change: str) -> None:
    assert fingerprint(tmp_path, change + INVOICE) != fingerprint(tmp_path, INVOICE)


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
def test_what_it_does_not_show_does_not(tmp_path: Path, change: str) -> None:
    assert fingerprint(tmp_path, change + INVOICE) == fingerprint(tmp_path, INVOICE)


def test_its_place_in_the_ledger_and_the_ledgers_place_do_not(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert fingerprint(tmp_path / "elsewhere", "\n\n\n" + INVOICE) == fingerprint(tmp_path, INVOICE)


def test_the_logos_pixels_change_it_not_its_name(tmp_path: Path) -> None:
    source = '2021-01-01 custom "seller" "atelier"\n  logo: "{name}"\n\n' + INVOICE
    for name, colour in (("a", "red"), ("b", "red"), ("c", "blue")):
        Image.new("RGB", (20, 10), colour).save(tmp_path / f"{name}.png")
    found = {name: fingerprint(tmp_path, source.replace("{name}", f"{name}.png")) for name in "abc"}
    assert found["a"] == found["b"]
    assert found["a"] != found["c"]
    assert found["a"] != fingerprint(tmp_path, INVOICE)


# --- Names --------------------------------------------------------------------------------------


def named(number: str) -> str:
    return file_name(only(books_of(INVOICE.replace('invoice: "F2026-0001"', f'invoice: "{number}"'))))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("F2026-0001", "F2026-0001"),
        ("F2026/0001", "F2026-0001"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "invoice-2026-01-05-martin"),
        ("///", "invoice-2026-01-05-martin"),
        ("é", "invoice-2026-01-05-martin"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("C:\\\\x", "C-x"),
        ("F\u202e1", "F-1"),
        ("F" * 5000, "F" * 100),
    ],
)
def test_names_of_files(number: str, expected: str) -> None:
    assert named(number) == expected


@given(st.text(max_size=200))
def test_a_name_is_always_a_plain_one(number: str) -> None:
    document = only(books_of(INVOICE))
    found = file_name(document._replace(number=number))
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", found)
    assert Path(found).name == found


def test_a_draft_is_named_by_kind_date_and_client() -> None:
    draft = '2026-01-07 D "martin" "draft"\n  Income:Prestations  -1 DEV-DAY\n'
    assert file_name(only(books_of(draft))) == "draft-2026-01-07-martin"
    assert file_name(only(books_of("\n\n\n" + draft))) == "draft-2026-01-07-martin"


# --- The files ----------------------------------------------------------------------------------


def test_an_invoice_carries_its_xml_and_says_so(demo: Workspace) -> None:
    made = render(demo.books.documents[0], demo.books, demo.folder)
    assert made.xml is not None
    assert made.xml == render_xml(demo.books.documents[0], demo.books)
    assert extract_xml(made.pdf) == made.xml
    assert made.warnings == ()
    assert XML_NAME == "factur-x.xml"


def test_a_paper_has_no_xml_and_is_no_factur_x(demo: Workspace, tmp_path: Path) -> None:
    for paper in demo.books.papers:
        assert render_xml(paper, demo.books) is None
        made = render(paper, demo.books, demo.folder)
        assert made.xml is None
        (tmp_path / "x.pdf").write_bytes(made.pdf)
        with pikepdf.open(tmp_path / "x.pdf") as pdf:
            assert len(pdf.attachments) == 0
            assert "factur-x" not in str(pdf.Root.Metadata.read_bytes()).lower()


def test_page_and_xml_say_the_same_texts(demo: Workspace) -> None:
    for document in demo.books.documents:
        prepared = prepare(document, demo.books, demo.folder)
        assert prepared.xml is not None
        root = etree.fromstring(prepared.xml)
        names = {"ram": root.nsmap["ram"]}
        # What the page shows in tables, the XML says in words: tests/test_einvoice_figures.py.
        in_tables = [*deposit_texts(document), rate_text(document)]
        shown = " ".join((*prepared.page.notes, *in_tables))
        for note in root.findall("{*}ExchangedDocument/ram:IncludedNote", names):
            text = note.findtext("ram:Content", namespaces=names) or ""
            if note.findtext("ram:SubjectCode", namespaces=names) != "BAR":
                assert text in shown, document.number
        terms = root.findtext(".//ram:SpecifiedTradePaymentTerms/ram:Description", namespaces=names) or ""
        assert terms.split("\n")[0] == prepared.page.terms, document.number


INCOMPLETE = {
    "no seller": (INVOICE, lambda text: re.sub(r'(?s)2020-01-01 custom "seller".*?(?=\n2020)', "", text), "no seller"),
    "unknown client": (INVOICE.replace('client: "martin"', 'client: "nobody"'), str, "no known client"),
    "no line": (
        '2026-01-05 * "x" "y"\n  invoice: "F2026-0001"\n  client: "martin"\n'
        "  Assets:Clients:Martin  20.00 EUR\n  Liabilities:TVA:EnAttente  -20.00 EUR\n    vat: 20\n",
        str,
        "no line",
    ),
}


@pytest.mark.parametrize(("source", "header", "words"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_an_incomplete_document_is_refused_with_what_is_missing(
    tmp_path: Path, source: str, header: object, words: str
) -> None:
    assert callable(header)
    workspace = open_ledger(write_ledger(tmp_path, source, header=header(HEADER)))
    (document,) = workspace.books.documents
    for make in (lambda: render(document, workspace.books, tmp_path), lambda: render_xml(document, workspace.books)):
        with pytest.raises(RenderingError, match=words):
            make()


def test_a_logo_is_on_the_page_and_one_that_is_none_leaves_a_warning(tmp_path: Path) -> None:
    source = '2021-01-01 custom "seller" "atelier"\n  logo: "logo.png"\n\n' + INVOICE
    workspace = open_ledger(write_ledger(tmp_path, source))
    document = only(workspace.books)
    without = render(document, workspace.books, tmp_path)
    assert ["logo.png" in str(warning) for warning in without.warnings] == [True]
    Image.new("RGB", (20, 10), "red").save(tmp_path / "logo.png")
    with_logo = render(document, workspace.books, tmp_path)
    assert with_logo.warnings == ()
    assert with_logo.pdf != without.pdf


def test_a_glyph_that_no_font_has_is_told(tmp_path: Path) -> None:
    workspace = open_ledger(write_ledger(tmp_path, INVOICE.replace('item: "Prestation"', 'item: "漢"')))
    document = only(workspace.books)
    (warning,) = lay_out(prepare(document, workspace.books, tmp_path)).warnings
    assert "漢" in str(warning)
    assert "U+6F22" in str(warning)
