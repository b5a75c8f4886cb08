"""Every mandatory text stands on the page and in the file: rows of the law that are printed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from ledgers import SETUP, books_of, sale
from lxml import etree

from facturier.documents import Document
from facturier.pages import page_of
from facturier.rendering import prepare, render_xml
from facturier.rules.mention_rows import ROWS

DEBITS = SETUP.replace('vat-on: "receipts"', 'vat-on: "debits"')
BUILDER = SETUP.replace("  mediator:", '  insurer: "MAAF, Niort"\n  insurance-area: "France"\n  mediator:')
OPTION = "Option pour le paiement de la taxe d’après les débits"


class Printed(NamedTuple):
    """What a row of the law prints.

    Attributes:
        row: Its number.
        setup: The books' setup.
        source: A document.
        page: What stands on the page: a note, or a value of it.
        file: What stands in the XML.
    """

    row: int
    setup: str
    source: str
    page: str
    file: str


def one(keys: str = "", client: str = "martin") -> str:
    return sale("F2026-0001", "2026-11-03", keys=keys, client=client)


def untaxed(vat: str, nature: str = "services", keys: str = "", client: str = "martin") -> str:
    return (
        f'2026-11-03 * "Vente"\n  invoice: "F2026-0001"\n  client: "{client}"\n{keys}  Assets:Clients:Martin  100 EUR\n'
        f'  Income:Ventes  -100 EUR\n    item: "X"\n    vat: "{vat}"\n    nature: "{nature}"\n'
    )


PENALTY = "taux de la BCE majoré de 10 points"
PUBLIC = SETUP.replace('kind: "business"', 'kind: "public"', 1)
CREDIT = one() + (
    '2026-11-04 * "Avoir"\n  credit-note: "A2026-0001"\n  corrects: "F2026-0001"\n  client: "martin"\n'
    '  Assets:Clients:Martin  -120 EUR\n    settles: "F2026-0001"\n  Income:Prestations  100 EUR\n    item: "X"\n'
    "    vat: 20\n  Liabilities:TVA:EnAttente  20 EUR\n    vat: 20\n"
)
CASES = [
    Printed(13, SETUP, one('delivery-address: "12 quai des Douanes"'), "12 quai des Douanes", "12 quai des Douanes"),
    Printed(15, SETUP, one(), "nature='services'", ">S1<"),
    Printed(15, SETUP, untaxed("export", "goods", client="acme"), "nature='goods'", ">B1<"),
    Printed(17, SETUP, one("delivery-date: 2026-10-30"), "datetime.date(2026, 10, 30)", "20261030"),
    Printed(19, DEBITS, one(), "vat_on_debits=True", OPTION),
    Printed(20, SETUP.replace('vat-on: "receipts"', 'vat-on: "franchise"'), untaxed("franchise"),
            "TVA non applicable, art. 293 B du CGI", "TVA non applicable, art. 293 B du CGI"),
    Printed(20, SETUP, untaxed("intra-eu-goods", "goods"), "art. 262 ter, I du CGI", "art. 262 ter, I du CGI"),
    Printed(20, SETUP, untaxed("disbursement"), "art. 267, II-2° du CGI", "VATEX-EU-79-C"),
    Printed(21, SETUP, untaxed("intra-eu-services"), "Autoliquidation", "Autoliquidation"),
    Printed(21, SETUP, untaxed("reverse-charge-construction"), "Autoliquidation", "Autoliquidation"),
    Printed(22, SETUP, one('kind: "self-billed"'), "kind='self-billed'", "Autofacturation"),
    Printed(23, SETUP, untaxed("margin-travel"), "Régime particulier - Agences de voyages", "Agences de voyages"),
    Printed(24, SETUP, untaxed("margin-second-hand", "goods"), "Régime particulier - Biens d'occasion",
            "Régime particulier - Biens d'occasion"),
    Printed(24, SETUP, untaxed("margin-art", "goods"), "Régime particulier - Objets d'art", "Objets d'art"),
    Printed(24, SETUP, untaxed("margin-antiques", "goods"), "Objets de collection et d'antiquité",
            "Objets de collection et d'antiquité"),
    Printed(27, SETUP, one(), "Escompte pour paiement anticipé : néant", "Escompte pour paiement anticipé : néant"),
    Printed(27, SETUP.replace("  mediator:", '  escompte: "2% 10 days"\n  mediator:'), one(),
            "2 % pour un paiement sous 10 jours", "2 % pour un paiement sous 10 jours"),
    Printed(28, SETUP, one(), PENALTY, PENALTY),
    Printed(28, PUBLIC, one(), "taux de la BCE majoré de 8 points", "taux de la BCE majoré de 8 points"),
    Printed(28, SETUP.replace("  mediator:", "  penalty-rate: 12.5\n  mediator:"), one(), "12,5 % par an", "12,5 %"),
    Printed(29, SETUP, one(), "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €",
            "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €"),
    Printed(30, SETUP, one('order-ref: "BC-7917"'), "order='BC-7917'", "BC-7917"),
    Printed(32, SETUP, one('replaces: "F2025-0009"'), "annule et remplace la facture F2025-0009", "F2025-0009"),
    Printed(32, SETUP, CREDIT, "PageReference(number='F2026-0001', date=datetime.date(2026, 11, 3))", "20261103"),
    Printed(34, BUILDER, one('attestation: "Logement ancien"'), "taux réduit sont remplies : Logement ancien",
            "Logement ancien"),
    Printed(35, BUILDER, one(), "Assurance professionnelle : MAAF, Niort, France", "MAAF, Niort, France"),
    Printed(37, SETUP, one(client="durand"), "Médiateur de la consommation : Médiation, 75001 Paris", "75001 Paris"),
    Printed(41, PUBLIC, one('engagement: "EJ-1"\nservice-code: "CULT"'), "service_code='CULT'", "CULT"),
]  # fmt: skip


def last(source: str, setup: str) -> tuple[Document, str, str]:
    books = books_of(source, setup=setup)
    document = books.documents[-1] if books.documents else books.papers[-1]
    page = repr(page_of(document, {"F2026-0001": books.documents[0].date} if books.documents else {}, "", books.law))
    xml = render_xml(document, books)
    return document, page, "" if xml is None else xml.decode("utf-8")


@pytest.mark.parametrize("case", CASES, ids=[str(case.row) for case in CASES])
def test_printed(case: Printed) -> None:
    _, page, xml = last(case.source, case.setup)
    plain = page.replace("\\'", "'").replace('"', "'")
    assert case.page in plain
    assert case.file in xml


def test_the_page_of_a_self_billed_invoice_and_of_debits_shows_the_words_of_the_file(tmp_path: Path) -> None:
    """The template prints them from its own wording; the notes of the file say the same."""
    books = books_of(one('kind: "self-billed"'), setup=DEBITS)
    prepared = prepare(books.documents[0], books, tmp_path)
    notes = [str(note.text) for note in etree.fromstring(prepared.xml or b"").iter("{*}Content")]
    assert OPTION in notes
    words = (Path(__file__).parent.parent / "invoice_templates" / "wording" / "fr.toml").read_text(encoding="utf-8")
    assert f'vat-on-debits = "{OPTION}"' in words
    (self_billed,) = [note for note in notes if note.startswith("Autofacturation")]
    assert f'self-billed = "{self_billed}"' in words


def test_waste_is_printed_on_a_quote() -> None:
    quote = (
        '2026-10-12 Q "martin" "Toiture"\n  quote: "D1"\n  waste: "2 m³"\n  Income:Prestations  -100 EUR\n    vat: 10'
    )
    _, page, xml = last(quote, SETUP)
    assert "Déchets du chantier : 2 m³" in page
    assert not xml


def test_a_consumer_is_told_that_neither_penalty_nor_indemnity_is_owed() -> None:
    _, page, _ = last(one(client="durand"), SETUP)
    assert "aucune indemnité forfaitaire" in page
    assert "40 €" not in page


def test_after_the_tolerance_the_cibs_is_cited_where_its_article_is_known() -> None:
    export = untaxed("export", "goods", client="acme")
    assert "art. 262, I du CGI" in last(export.replace("2026-11-03", "2028-06-30"), SETUP)[1]
    assert "art. L. 213-16 du CIBS" in last(export.replace("2026-11-03", "2028-07-01"), SETUP)[1]
    assert "art. L. 213-16 du CIBS" in last(export.replace("2026-11-03", "2028-07-01"), SETUP)[2]


def test_every_row_that_prints_is_shown() -> None:
    printed = {row.number for row in ROWS if any("test_printed" in test for test in row.tests)}
    assert printed == {case.row for case in CASES} | {36}
