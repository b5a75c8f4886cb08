"""The texts of a document: what the law wants, in the document's language, and never against its own dates."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from ledgers import books_of, refund, sale

from facturier.documents import Document
from facturier.law.tables import mentions
from facturier.mentions import (
    PRINTED_LANGUAGES,
    further_mentions,
    legal_notes,
    printed_language,
    seller_legal,
    terms_text,
    wording,
)

NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


def document_of(keys: str = "", *, seller: str = "", client: str = "", of: str = "martin") -> Document:
    """Read one invoice; the keys given are added to it, to its seller and to its client."""
    more = ""
    for kind, name, added in (("seller", "atelier", seller), ("client", of, client)):
        if added:
            more += f'2021-01-01 custom "{kind}" "{name}"\n{indent(dedent(added), "  ")}\n'
    (document,) = books_of(more + sale("F2026-0001", "2026-01-05", keys=keys, client=of)).documents
    return document


def instalments(*dues: str) -> Document:
    legs = "".join(f"  Assets:Clients:Martin  60.00 EUR\n    due: {due}\n" for due in dues)
    source = sale("F2026-0001", "2026-01-05").replace("  Assets:Clients:Martin  120.00 EUR\n", legs)
    return books_of(source).documents[0]


def test_every_wording_is_there_in_every_printed_language_with_the_same_holes() -> None:
    for mention in mentions().values():
        assert set(mention.text) >= set(PRINTED_LANGUAGES), mention.id
        holes = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in mention.text.values()]
        assert all(found == holes[0] for found in holes), mention.id
        assert mention.source, mention.id


def test_the_three_notes_of_br_fr_05_stand_on_every_invoice() -> None:
    for document in (document_of(), document_of(of="durand")):
        assert sorted(note.subject for note in legal_notes(document)) == ["AAB", "PMD", "PMT"]
        assert all(note.text for note in legal_notes(document))


def test_a_business_owes_penalties_and_forty_euros() -> None:
    text = " ".join(note.text for note in legal_notes(document_of()))
    assert "taux de la BCE majoré de 10 points" in text
    assert "40 €" in text
    assert "néant" in text


def test_a_consumer_owes_neither() -> None:
    text = " ".join(note.text for note in legal_notes(document_of(of="durand")))
    assert "aucune indemnité" in text
    assert "aucune pénalité" in text
    assert "BCE" not in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "12,15 % par an"), ("en", "12.15 % a year"), ("nl", "12,15 % per jaar"), ("de", "12,15 % pro Jahr")],
)
def test_a_rate_of_ones_own_is_printed_as_the_language_of_the_sentence_writes_it(language: str, expected: str) -> None:
    document = document_of(f'language: "{language}"', seller="penalty-rate: 12.15")
    assert expected in " ".join(note.text for note in legal_notes(document))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2% 10 days", "2 % pour un paiement sous 10 jours"),
        ("2.5 % 8 days", "2,5 % pour un paiement sous 8 jours"),
        ("none", "néant"),
    ],
)
def test_a_discount_for_early_payment(typed: str, expected: str) -> None:
    (note,) = (one for one in legal_notes(document_of(seller=f'escompte: "{typed}"')) if one.subject == "AAB")
    assert expected in note.text


def test_mentions_of_particular_cases() -> None:
    assert further_mentions(document_of()) == []
    document = document_of(
        'replaces: "F2025-0009 F2025-0010"\nattestation: "du 2 janvier"',
        seller='insurer: "MAAF, Niort"\ninsurance-area: "France"\nmediator: "CM2C, Paris"',
    )
    assert further_mentions(document) == [
        "Cette facture annule et remplace la facture F2025-0009, F2025-0010.",
        "Le client atteste que les conditions d’application du taux réduit sont remplies : du 2 janvier",
        "Assurance professionnelle : MAAF, Niort, France",
    ]


def test_the_mediator_is_named_to_consumers_only() -> None:
    seller = 'mediator: "CM2C, Paris"'
    assert further_mentions(document_of(seller=seller, of="durand")) == ["Médiateur de la consommation : CM2C, Paris"]
    assert further_mentions(document_of(seller=seller)) == []


def test_a_discount_that_cannot_be_read_is_told_not_printed_as_none_in_silence() -> None:
    books = books_of('2021-01-01 custom "seller" "atelier"\n  escompte: "2 % sous 10 jours"\n')
    (found,) = books.faults
    assert found.rule.id == "LEDGER-VALUE"
    assert '"2% 10 days"' in str(found.message)


# --- Terms: they say what the due date says -----------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "french", "english"),
    [
        ("30 days", "30 jours", "30 days"),
        ("45 days end of month", "45 jours fin de mois", "45 days, then end of month"),
        ("end of month + 45 days", "fin de mois + 45 jours", "end of month + 45 days"),
        ("30 days the 10", "30 jours le 10", "30 days, on the 10 of the month"),
        ("on receipt", "à réception", "on receipt"),
        ("0 days", "à réception", "on receipt"),
        ("30% on receipt, 70% 30 days", "30 % à réception, 70 % 30 jours", "30 % on receipt, 70 % 30 days"),
        ("33.5% on receipt, 66.5% 30 days", "33,5 % à réception, 66,5 % 30 jours", "33.5 % on receipt, 66.5 % 30 days"),
    ],
)
def test_terms_in_words(terms: str, french: str, english: str) -> None:
    assert terms_text(document_of(f'terms: "{terms}"')) == french
    assert terms_text(document_of(f'terms: "{terms}"\nlanguage: "en"')) == english


def test_terms_of_the_document_then_of_the_client_then_of_the_seller() -> None:
    assert terms_text(document_of()) == "30 jours"
    assert terms_text(document_of(client='terms: "60 days"')) == "60 jours"
    assert terms_text(document_of('terms: "on receipt"', client='terms: "60 days"')) == "à réception"


def test_without_terms_and_date_the_law_says_when_and_nobodys_promise() -> None:
    assert terms_text(document_of(seller='terms: ""')) == (
        "30 jours à compter de la réception des marchandises ou de l’exécution de la prestation"
    )
    public = document_of(seller='terms: ""', client='kind: "public"')
    assert terms_text(public) == "30 jours à compter de la réception de la facture"
    assert terms_text(document_of(seller='terms: ""', of="durand")) == "paiement exigible dès l’exécution"
    assert "performance" in terms_text(document_of('language: "en"', seller='terms: ""'))


def test_a_stated_date_that_the_terms_give_keeps_their_words() -> None:
    assert terms_text(document_of("due: 2026-02-04")) == "30 jours"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "au plus tard le 30/06/2026"),
        ("en", "by 30 June 2026"),
        ("nl", "uiterlijk 30-06-2026"),
        ("de", "bis 30.06.2026"),
    ],
)
def test_a_stated_date_that_the_terms_do_not_give_comes_first(language: str, expected: str) -> None:
    assert terms_text(document_of(f'due: 2026-06-30\nlanguage: "{language}"')) == expected
    assert terms_text(document_of(f'due: 2026-06-30\nlanguage: "{language}"', seller='terms: ""')) == expected


def test_instalments_that_the_terms_do_not_give() -> None:
    assert terms_text(instalments("2026-02-04", "2026-03-06")) == "en 2 échéances, aux dates indiquées"
    both = sale("F2026-0001", "2026-01-05", keys='terms: "50% 30 days, 50% 60 days"')
    legs = [f"  Assets:Clients:Martin  60.00 EUR\n    due: {due}\n" for due in ("2026-02-04", "2026-03-06")]
    (document,) = books_of(both.replace("  Assets:Clients:Martin  120.00 EUR\n", "".join(legs))).documents
    assert terms_text(document) == "50 % 30 jours, 50 % 60 jours"


def test_a_retention_does_not_count_among_the_instalments() -> None:
    legs = "  Assets:Clients:Martin  114.00 EUR\n  Assets:Retenues:Martin  6.00 EUR\n    due: 2027-01-05\n"
    source = sale("F2026-0001", "2026-01-05").replace("  Assets:Clients:Martin  120.00 EUR\n", legs)
    assert terms_text(books_of(source).documents[0]) == "30 jours"


def test_what_was_paid_on_the_spot_has_no_delay() -> None:
    source = sale("F2026-0001", "2026-01-05").replace("Assets:Clients:Martin", "Assets:Caisse")
    assert terms_text(books_of(source).documents[0]) == "payé comptant"


def test_a_credit_note_says_how_it_is_used() -> None:
    books = books_of(sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-06", "F2026-0001"))
    assert terms_text(books.documents[1]) == "Avoir à valoir sur vos factures ou remboursable."


# --- The seller in one line ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seller", "expected"),
    [
        ("", f"SARL au capital de 10{NARROW}000{NBSP}€, RCS Lyon 732829320"),
        ("capital: 10000.50 EUR", f"SARL au capital de 10{NARROW}000,50{NBSP}€, RCS Lyon 732829320"),
        ('legal-form: ""', "RCS Lyon 732829320"),
        ('legal-form: ""\nrcs: ""\nei: TRUE', "Entrepreneur individuel (EI)"),
        ("capital: 1234567.00 USD", f"SARL au capital de 1{NARROW}234{NARROW}567{NBSP}$US, RCS Lyon 732829320"),
        ('rcs: ""', f"SARL au capital de 10{NARROW}000{NBSP}€"),
    ],
)
def test_legal_form_capital_register(seller: str, expected: str) -> None:
    document = document_of(seller=seller)
    assert document.seller is not None
    assert seller_legal(document.seller, "fr") == expected


def test_capital_in_english() -> None:
    seller = document_of().seller
    assert seller is not None
    assert seller_legal(seller, "en") == "SARL with capital of €10,000, RCS Lyon 732829320"


def test_a_language_without_wording_is_printed_in_english() -> None:
    assert [printed_language(document_of(f'language: "{one}"')) for one in PRINTED_LANGUAGES] == [*PRINTED_LANGUAGES]
    assert printed_language(document_of()) == "fr"
    assert wording("terms-receipt", "de") == "bei Erhalt"
    assert wording("terms-receipt", "it") == "on receipt"


def test_text_of_the_ledger_is_not_read_as_a_pattern() -> None:
    document = document_of(seller='insurer: "{text} {0} %s"')
    assert further_mentions(document) == ["Assurance professionnelle : {text} {0} %s"]
