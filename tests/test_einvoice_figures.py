"""Every figure of a page stands in its XML, and what both syntaxes say of a business term is the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invoice_samples import ONE_STOP_SHOP, SAMPLES, Sample, books, sale, sample, simple
from lxml import etree

from facturier.einvoice.business_terms import business_terms, values_of
from facturier.einvoice.ubl_settlement import VAT_DUE
from facturier.pages import page_of
from facturier.structured import Syntax, dates_cited, structured, written

EVERY = (*SAMPLES, "one-stop shop")
# What the page computes for itself and does not print as such.
NOT_PRINTED = {"epc", "percent_of_whole"}


def sample_named(name: str) -> Sample:
    if name != "one-stop shop":
        return sample(name)
    found = books(ONE_STOP_SHOP)
    return Sample(found.documents[-1], found)


def xml_of(one: Sample, syntax: Syntax) -> etree._Element:
    return etree.fromstring(written(structured(*one), syntax))


def figures_of(value: object, name: str = "page") -> Iterator[tuple[str, Decimal | date]]:
    """Every number and date below a value of the page, with the names that lead to it."""
    if isinstance(value, (Decimal, date)):
        yield name, value
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in NOT_PRINTED:
                yield from figures_of(getattr(value, field.name), f"{name}.{field.name}")
    elif isinstance(value, tuple):
        for part in value:
            yield from figures_of(part, name)


def figures_in(root: etree._Element) -> tuple[set[Decimal], set[date]]:
    """Every number and date of a file, those inside its notes and terms too."""
    numbers: set[Decimal] = set()
    days: set[date] = set()
    for element in root.iter():
        text = (element.text or "").strip().replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", "")
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            numbers.add(Decimal(text))
        if match := re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text):
            days.add(date(*map(int, match.groups())))
        for whole, decimals in re.findall(r"(\d[\d,]*)(?:[.,](\d+))?", text):
            numbers.add(Decimal(f"{whole.replace(',', '')}.{decimals or 0}"))
        for whole, decimals in re.findall(r"(\d+),(\d+)", text):
            numbers.add(Decimal(f"{whole}.{decimals}"))
        for day, month, year in re.findall(r"(\d\d)/(\d\d)/(\d{4})", text):
            days.add(date(int(year), int(month), int(day)))
    return numbers, days


def missing(one: Sample, syntax: Syntax) -> list[str]:
    """Figures of the page that its XML does not have."""
    document, of = one
    page = page_of(document, dates_cited(document, of), of.roles.of(document.paid_account).name, of.law)
    numbers, days = figures_in(xml_of(one, syntax))
    lost = []
    for name, figure in figures_of(page):
        if name == "page.due" and document.is_credit_note:
            continue  # no template prints it: terms are for what is owed to the seller
        # A discount is negative on the page, an amount taken off in the XML; a price on a line of its own sign too.
        known = figure in days if isinstance(figure, date) else abs(figure) in numbers or figure in numbers
        if not known:
            lost.append(f"{name} = {figure}")
    return lost


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("syntax", Syntax)
def test_every_figure_of_the_page_is_in_the_xml(name: str, syntax: Syntax) -> None:
    assert missing(sample_named(name), syntax) == []


cents = st.decimals(min_value="0.01", max_value="99999.99", places=2)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(
        st.tuples(cents, st.sampled_from(["20", "10", "5.5", "2.1"]), st.integers(1, 99), st.integers(0, 90)),
        min_size=1,
        max_size=5,
    ),
    discount=st.one_of(st.none(), st.decimals(min_value="0.01", max_value=50, places=2)),
    with_tax=st.booleans(),
)
def test_every_figure_of_any_page_is_in_the_xml(
    lines: list[tuple[Decimal, str, int, int]], discount: Decimal | None, with_tax: bool
) -> None:
    text = "".join(
        f'  Income:Prestations  -1.00 EUR\n    item: "x"\n    price: {price} EUR\n    quantity: {quantity}\n'
        f"    discount: {percent}\n    vat: {rate}\n"
        for price, rate, quantity, percent in lines
    )
    keys = ("  ttc: TRUE\n" if with_tax else "") + (f"  discount: {discount}\n" if discount and not with_tax else "")
    found = books(simple(text, client="dupont", keys=keys))
    assert missing(Sample(found.documents[-1], found), Syntax.UBL) == []


def test_a_figure_that_is_not_there_is_missed() -> None:
    one = sample("one rate")
    wrong = one.document._replace(lines=(one.document.lines[0]._replace(net=Decimal("999.99")),))
    page = page_of(wrong, {}, "", one.books.law)
    numbers, _ = figures_in(xml_of(one, Syntax.CII))
    assert {figure for _, figure in figures_of(page) if isinstance(figure, Decimal)} - numbers


def told(values: dict[str, list[str]], syntax: Syntax) -> dict[str, object]:
    """What a file says of each term, whatever the syntax writes it like."""
    found: dict[str, object] = dict(values)
    if syntax is Syntax.UBL:
        notes = [re.fullmatch(r"(?s)#([A-Z]+)#(.*)", note) for note in values["BT-22"]]
        found["BT-21"] = [note[1] for note in notes if note]
        found["BT-22"] = [note[2] for note in notes if note]
        meaning = {code: cii for cii, code in VAT_DUE.items()}
        if "BT-8" in values:
            found["BT-8"] = {meaning[code] for code in values["BT-8"]}
        return found
    if "BT-8" in values:
        found["BT-8"] = set(values["BT-8"])
    for term in ("BT-2", "BT-9", "BT-26", "BT-72", "BT-73", "BT-74", "BT-134", "BT-135"):
        if term in values:
            found[term] = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in values[term]]
    return found


@pytest.mark.parametrize("name", EVERY)
def test_both_syntaxes_say_the_same_of_every_term(name: str) -> None:
    one = sample_named(name)
    cii, ubl = (told(values_of(xml_of(one, syntax)), syntax) for syntax in (Syntax.CII, Syntax.UBL))
    assert cii == ubl


@pytest.mark.parametrize("syntax", Syntax)
def test_every_text_of_a_file_is_a_term_of_the_table(syntax: Syntax) -> None:
    """The table is whole: nothing is written that docs/e-invoice.md does not tell."""
    beside = {"VAT", "TAX", "true", "false", "916"}
    for name in EVERY:
        root = xml_of(sample_named(name), syntax)
        texts = {text for values in values_of(root).values() for text in values}
        for element in root.iter():
            text = element.text or ""
            if text.strip() and text not in beside:
                assert text in texts, (name, element.tag, text)


def test_every_term_of_the_table_is_written_by_some_document() -> None:
    written_terms = {term for name in EVERY for term in values_of(xml_of(sample_named(name), Syntax.CII))}
    assert {term.id for term in business_terms()} == written_terms


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('  note: "voir #PMT#rien"\n', "#AAI#voir # PMT#rien"),
        ('  note: "n° #42#"\n', "#AAI#n° #42#"),
        ('  note: "a ## b"\n', "#AAI#a # # b"),
    ],
)
def test_text_that_looks_like_a_subject_makes_no_note_of_its_own_in_ubl(keys: str, expected: str) -> None:
    found = books(simple(sale("20"), keys=keys))
    assert expected in values_of(xml_of(Sample(found.documents[-1], found), Syntax.UBL))["BT-22"]
