"""Seals: any change of sealed books is found once and named; books as they were have no finding."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import findings, sale
from sealed_books import DOCUMENTS, LOGO, OWN_SETUP, books_in, seal_findings, seals_for, told, write_assets

from facturier.assets import Assets
from facturier.rules.pack import ALL_RULES, CHECK_SETS, check_all
from facturier.seals import FIRST, new_seal

CHANGED, CHAIN, UNKNOWN, BELOW = "SEAL-CHANGED", "SEAL-CHAIN", "SEAL-UNKNOWN", "SEAL-BELOW"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the logo and the template; ledgers are written into it again and again."""
    found = tmp_path_factory.mktemp("sealed")
    write_assets(found)
    return found


@pytest.fixture(scope="module")
def seals(folder: Path) -> dict[str, str]:
    return seals_for(folder, ledger(DOCUMENTS, {}))


def ledger(documents: dict[str, str], seals: dict[str, str], setup: str = OWN_SETUP, more: str = "") -> str:
    return "\n".join([setup, *documents.values(), *seals.values(), more])


def messages(folder: Path, text: str) -> list[str]:
    return [str(violation.message) for violation in seal_findings(books_in(folder, text))]


def changed(number: str, before: str, after: str) -> dict[str, str]:
    """Return the documents with one of them edited."""
    assert before in DOCUMENTS[number], before
    return {**DOCUMENTS, number: DOCUMENTS[number].replace(before, after)}


def test_untouched_books_have_no_finding(folder: Path, seals: dict[str, str]) -> None:
    assert len(seals) == 5
    books = books_in(folder, ledger(DOCUMENTS, seals))
    assert findings(books) == []
    assert check_all(books, CHECK_SETS) == []


def test_books_without_seals_are_not_looked_at(folder: Path) -> None:
    assert told(books_in(folder, ledger(DOCUMENTS, {}))) == []


EDITS = {
    "line amount": ("F2026-0001", "-100.00", "-110.00", "its lines, its totals"),
    "rate": ("F2026-0001", "vat: 20", "vat: 10", "its lines, its totals"),
    "item": ("F2026-0003", 'item: "Prestation"', 'item: "Conseil"', "its lines"),
    "title": ("F2026-0003", '"Prestation"\n  invoice', '"Autre"\n  invoice', "its title"),
    "date": ("F2026-0002", "2026-02-10", "2026-02-11", "its number, date"),
    "order reference": ("F2026-0003", "BC-1", "BC-2", "its number, date, currency or references"),
    "client": ("F2026-0001", 'client: "martin"', 'client: "acme"', "its client"),
    "note": ("F2026-0004", "Merci", "Merci !", "its title or texts"),
    "discount": ("F2026-0004", "discount: 10.00", "discount: 10.01", "its totals"),
    "due date": ("F2026-0004", "due: 2026-05-01", "due: 2026-05-02", "its totals, due dates"),
    "description": ("F2026-0004", "Hêtre", "Chêne", "its lines"),
    "quantity": ("F2026-0004", "quantity: 1", "quantity: 2", "its lines"),
    "product": ("F2026-0004", 'product: "CHAISE"', 'item: "Chaise"\n    vat: 20', "its lines"),
    "period": ("F2026-0004", "period-end: 2026-03-18", "period-end: 2026-03-17", "its lines"),
    "delivery": ("F2026-0004", "delivery-date: 2026-03-18", "delivery-date: 2026-03-17", "its number, date"),
    "settles": ("A2026-0001", 'settles: "F2026-0001"', 'settles: "F2026-0003"', "its totals"),
    "corrects": ("A2026-0001", 'corrects: "F2026-0001"', 'corrects: "F2026-0003"', "references"),
    "VAT leg": ("F2026-0003", "-15.05 EUR", "-15.04 EUR", "its totals"),
    "new key": ("F2026-0001", '  client: "martin"', '  client: "martin"\n  terms: "45 days"', "its title or texts"),
    "template": ("F2026-0001", '  client: "martin"', '  client: "martin"\n  template: "default"', "its template"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_gives_one_error_that_names_document_and_part(folder: Path, seals: dict[str, str], edit: str) -> None:
    number, before, after, part = EDITS[edit]
    text = ledger(changed(number, before, after), seals)
    assert told(books_in(folder, text)) == [(CHANGED, number)]
    (sentence,) = messages(folder, text)
    assert sentence.startswith(f"{number} is not as it was sealed: ")
    assert part in sentence


UNPRINTED = {
    "comment": ('  client: "martin"', '  ; as agreed\n  client: "martin"'),
    "income account": ("Income:Prestations ", "Income:Ventes "),
    "tag": ('"Prestation"\n  invoice', '"Prestation" #big ^link\n  invoice'),
    "FEC": ('  client: "martin"', '  client: "martin"\n  piece: "17"\n  journal: "VE"'),
    "own key": ('  client: "martin"', '  client: "martin"\n  project: "x"'),
    "zeros": ("120.00 EUR", "120.000 EUR"),
    "waiver": ('  client: "martin"', '  client: "martin"\n  waive: "FR-DUE-DATE why not"'),
}


@pytest.mark.parametrize("edit", UNPRINTED)
def test_bookkeeping_is_free(folder: Path, seals: dict[str, str], edit: str) -> None:
    before, after = UNPRINTED[edit]
    assert told(books_in(folder, ledger(changed("F2026-0001", before, after), seals))) == []


def test_the_order_of_the_file_is_free(folder: Path, seals: dict[str, str]) -> None:
    backwards = dict(reversed(DOCUMENTS.items())), dict(reversed(seals.items()))
    assert told(books_in(folder, ledger(*backwards))) == []


def test_payments_and_events_change_nothing(folder: Path, seals: dict[str, str]) -> None:
    more = """
2026-05-01 * "martin" "VIR"
  Assets:Banque:Qonto  80.00 EUR
  Assets:Clients:Martin  -80.00 EUR
    settles: "F2026-0001"
2026-05-02 custom "sent" "F2026-0001" "email"
"""
    assert told(books_in(folder, ledger(DOCUMENTS, seals, more=more))) == []


@pytest.mark.parametrize(
    ("directive", "first", "part"),
    [
        ('2026-01-05 custom "client" "martin"\n  street: "9 avenue du Prado"', "F2026-0001", "its client"),
        ('2026-02-15 custom "client" "martin"\n  name: "Martin SA"', "F2026-0003", "its client"),
        ('2026-02-10 custom "client" "durand"\n  email: "j@durand.example"', "F2026-0002", "its client"),
        ('2026-03-01 custom "seller" "atelier"\n  iban: "FR7612345987650123456789014"', "F2026-0003", "its seller"),
        ('2020-06-01 custom "seller" "atelier"\n  capital: 20000.00 EUR', "F2026-0001", "its seller"),
        ('2026-03-15 custom "seller" "atelier"\n  logo: "other.png"', "F2026-0004", "its logo"),
        ('2026-03-15 custom "seller" "atelier"\n  template: "default"', "F2026-0004", "its template"),
    ],
)
def test_a_back_dated_party_gives_one_error(
    folder: Path, seals: dict[str, str], directive: str, first: str, part: str
) -> None:
    text = ledger(DOCUMENTS, seals, more=directive)
    assert told(books_in(folder, text)) == [(CHANGED, first)]
    (sentence,) = messages(folder, text)
    assert part in sentence
    assert first in sentence


def test_a_later_version_of_a_party_changes_nothing(folder: Path, seals: dict[str, str]) -> None:
    more = """
2026-04-02 custom "client" "martin"
  street: "9 avenue du Prado"
2026-04-02 custom "seller" "atelier"
  iban: "FR7612345987650123456789014"
  logo: "new.png"
  template: "default"
2026-04-02 custom "product" "CHAISE"
  price: 45.00 EUR
"""
    assert told(books_in(folder, ledger(DOCUMENTS, seals, more=more))) == []


def test_a_changed_logo_is_one_error(folder: Path, seals: dict[str, str]) -> None:
    (folder / "logo.png").write_bytes(LOGO + b"!")
    try:
        text = ledger(DOCUMENTS, seals)
        assert told(books_in(folder, text)) == [(CHANGED, "F2026-0001")]
        (sentence,) = messages(folder, text)
        assert sentence.startswith("5 documents from F2026-0001 to A2026-0001 are not as they were sealed: its logo")
        (folder / "logo.png").unlink()
        assert told(books_in(folder, text)) == [(CHANGED, "F2026-0001")]
    finally:
        (folder / "logo.png").write_bytes(LOGO)


def test_a_changed_template_is_one_error(folder: Path, seals: dict[str, str]) -> None:
    theme = folder / "templates" / "studio" / "theme.toml"
    before = theme.read_bytes()
    theme.write_bytes(before + b"# \n")
    try:
        text = ledger(DOCUMENTS, seals)
        assert told(books_in(folder, text)) == [(CHANGED, "F2026-0001")]
        assert "its template" in messages(folder, text)[0]
    finally:
        theme.write_bytes(before)


def test_a_template_of_ours_may_have_a_newer_version(folder: Path) -> None:
    setup = OWN_SETUP.replace('  template: "studio"\n', "")
    seals = seals_for(folder, ledger(DOCUMENTS, {}, setup))
    assert all('  template: "default ' in text for text in seals.values())
    assert told(books_in(folder, ledger(DOCUMENTS, seals, setup))) == []
    own = folder / "templates" / "default"
    shutil.copytree(folder / "templates" / "studio", own)
    try:
        assert told(books_in(folder, ledger(DOCUMENTS, seals, setup))) == [(CHANGED, "F2026-0001")]
    finally:
        shutil.rmtree(own)


@pytest.mark.parametrize("number", DOCUMENTS)
def test_a_deleted_document_is_one_error(folder: Path, seals: dict[str, str], number: str) -> None:
    documents = {other: text for other, text in DOCUMENTS.items() if other != number}
    text = ledger(documents, seals)
    assert told(books_in(folder, text)) == [(UNKNOWN, number)]
    assert "deleted or renumbered" in messages(folder, text)[0]
    assert ("REF-DOCUMENT", number) not in findings(books_in(folder, text))


@pytest.mark.parametrize(
    ("number", "after", "sentence"),
    [
        ("F2026-0001", "F2026-0002", "F2026-0002 was sealed after another document of its series, which is gone"),
        ("F2026-0002", "F2026-0003", "F2026-0003 was sealed after a document between F2026-0001 and it"),
    ],
)
def test_a_document_deleted_with_its_seal_is_one_error(
    folder: Path, seals: dict[str, str], number: str, after: str, sentence: str
) -> None:
    documents = {other: text for other, text in DOCUMENTS.items() if other != number}
    kept = {other: text for other, text in seals.items() if other != number}
    text = ledger(documents, kept)
    assert told(books_in(folder, text)) == [(CHAIN, after)]
    assert messages(folder, text)[0].startswith(sentence)


def test_the_last_document_deleted_with_its_seal_is_not_seen(folder: Path, seals: dict[str, str]) -> None:
    """What a chain alone cannot show; docs/seals.md says so, and how to anchor it."""
    documents = {number: text for number, text in DOCUMENTS.items() if number != "F2026-0004"}
    kept = {number: text for number, text in seals.items() if number != "F2026-0004"}
    assert told(books_in(folder, ledger(documents, kept))) == []


def test_two_documents_in_each_others_place_are_one_error(folder: Path, seals: dict[str, str]) -> None:
    documents = dict(DOCUMENTS)
    first, second = "F2026-0001", "F2026-0003"
    documents[first] = DOCUMENTS[second].replace(second, first).replace("2026-03-10", "2026-01-10")
    documents[second] = DOCUMENTS[first].replace(first, second).replace("2026-01-10", "2026-03-10")
    documents[first] = documents[first].replace('  order-ref: "BC-1"\n', "")
    text = ledger(documents, seals)
    assert told(books_in(folder, text)) == [(CHANGED, first)]
    assert messages(folder, text)[0].startswith(f"{first} holds what was sealed as {second}")


def test_a_seal_taken_away_is_one_error(folder: Path, seals: dict[str, str]) -> None:
    kept = {number: text for number, text in seals.items() if number != "F2026-0002"}
    text = ledger(DOCUMENTS, kept)
    assert told(books_in(folder, text)) == [(BELOW, "F2026-0002")]
    assert "its seal was taken away" in messages(folder, text)[0]


def test_a_new_document_below_sealed_ones_is_one_error(folder: Path, seals: dict[str, str]) -> None:
    setup = OWN_SETUP + '2020-01-01 custom "series" "shop" "invoice" "B{year}-{number:04}"\n  reason: "x"\n'
    documents = {number: sale(number, "2026-05-01") for number in ("B2026-0001", "B2026-0003")}
    own = seals_for(folder, ledger(documents, {}, setup))
    documents["B2026-0002"] = sale("B2026-0002", "2026-05-01")
    assert told(books_in(folder, ledger(documents, own, setup))) == [(BELOW, "B2026-0002")]


def hash_of(seal: str) -> str:
    found = re.search(r"[0-9a-f]{64}", seal)
    assert found
    return found.group()


@pytest.mark.parametrize("with_parts", [True, False])
def test_a_seal_written_over_is_one_error_and_not_one_per_follower(
    folder: Path, seals: dict[str, str], with_parts: bool
) -> None:
    own = {**seals, "F2026-0001": seals["F2026-0001"].replace(hash_of(seals["F2026-0001"]), "0" * 63 + "1")}
    if not with_parts:
        own = {number: re.sub(r"  parts: .*\n", "", text) for number, text in own.items()}
    assert told(books_in(folder, ledger(DOCUMENTS, own))) == [(CHANGED, "F2026-0001")]


def test_a_document_changed_and_sealed_again_breaks_the_next_seal(folder: Path, seals: dict[str, str]) -> None:
    documents = changed("F2026-0001", "Prestation", "Conseil")
    again = seals_for(folder, ledger(documents, {}))
    text = ledger(documents, {**seals, "F2026-0001": again["F2026-0001"]})
    assert told(books_in(folder, text)) == [(CHAIN, "F2026-0002")]
    assert "F2026-0001 was sealed again" in messages(folder, text)[0]


def test_without_parts_the_document_alone_is_named(folder: Path, seals: dict[str, str]) -> None:
    bare = {number: re.sub(r"  parts: .*\n", "", text) for number, text in seals.items()}
    assert told(books_in(folder, ledger(DOCUMENTS, bare))) == []
    text = ledger(changed("F2026-0002", "250.50", "250.40"), bare)
    assert told(books_in(folder, text)) == [(CHANGED, "F2026-0002")]
    assert "has no parts:" in messages(folder, text)[0]


def test_a_second_seal_and_a_seal_of_nothing_are_told(folder: Path, seals: dict[str, str]) -> None:
    more = seals["F2026-0001"] + '2026-01-01 custom "seal" "X-9" "00"\n2026-01-01 custom "seal" "F2031-0001" "00"\n'
    found = told(books_in(folder, ledger(DOCUMENTS, seals, more=more)))
    assert sorted(found) == [(UNKNOWN, "F2026-0001"), (UNKNOWN, "F2031-0001"), (UNKNOWN, "X-9")]


def test_a_number_twice_is_told_by_numbering_alone(folder: Path, seals: dict[str, str]) -> None:
    for day in ("2026-01-09", "2026-01-11"):
        text = ledger(DOCUMENTS, seals, more=sale("F2026-0001", day, "999.00"))
        assert findings(books_in(folder, text)) == [("FR-NUM-DUPLICATE", "F2026-0001")]


def test_seals_and_duplicate_numbers_cannot_be_waived(folder: Path, seals: dict[str, str]) -> None:
    names = sorted(name for name in ALL_RULES if name.startswith("SEAL-"))
    assert {CHANGED, CHAIN, UNKNOWN, BELOW, "SEAL-FILE"} <= set(names)
    assert not any(ALL_RULES[name].waivable for name in [*names, "FR-NUM-DUPLICATE"])
    documents = changed("F2026-0001", "-100.00", "-110.00")
    waived = '  client: "martin"\n  waive: "SEAL-CHANGED it was wrong"'
    documents["F2026-0001"] = documents["F2026-0001"].replace('  client: "martin"', waived)
    assert (CHANGED, "F2026-0001") in findings(books_in(folder, ledger(documents, seals)))
    twice = sale("F2026-0001", "2026-01-10", keys='waive: "FR-NUM-DUPLICATE it was wrong"')
    assert ("FR-NUM-DUPLICATE", "F2026-0001") in findings(books_in(folder, ledger(DOCUMENTS, seals, more=twice)))


def test_two_sellers_may_have_the_same_number(folder: Path) -> None:
    second = re.search(r'2020-01-01 custom "seller" "atelier"\n(?:  .*\n)+', OWN_SETUP)
    assert second
    series = '2020-01-01 custom "series" "{0}" "invoice" "F{{year}}-{{number:04}}"\n  seller: "{1}"\n'
    setup = OWN_SETUP + second.group().replace('"atelier"', '"studio"', 1)
    setup = setup.replace('custom "series" "main" "invoice" "F{year}-{number:04}"', 'custom "journal" "VE" "Ventes"')
    setup += series.format("one", "atelier") + series.format("two", "studio")
    documents = {
        seller: sale("F2026-0001", "2026-01-10", net, keys=f'seller: "{seller}"')
        for seller, net in (("atelier", "100.00"), ("studio", "200.00"))
    }
    books = books_in(folder, ledger(documents, {}, setup))
    seals = {str(one.seller): new_seal(one, books, Assets(folder), FIRST).text for one in books.documents}
    assert len(seals) == 2
    assert told(books_in(folder, ledger(documents, seals, setup))) == []
    documents["studio"] = documents["studio"].replace("Prestation", "Conseil")
    found = seal_findings(books_in(folder, ledger(documents, seals, setup)))
    assert [violation.document for violation in found] == ["F2026-0001"]
    assert found[0].entry.meta["seller"] == "studio"


# Each way of touching a document; what comes out is what the books then say of it.
def edits(text: str) -> Iterator[str]:
    """Yield a document with one thing changed, for each thing that it says."""
    lines = text.split("\n")
    for rank, line in enumerate(lines):
        if any(key in line for key in ("invoice:", "credit-note:", "client:")) or not line.strip():
            continue
        for after in {
            re.sub(r"(\d)(\.\d\d EUR)", lambda found: f"{(int(found[1]) + 1) % 10}{found[2]}", line),
            re.sub(r'"([^"]+)"$', r'"\1 bis"', line) if "item" in line or "note" in line or "ref" in line else line,
            re.sub(
                r"(\d{4})-(\d\d)-(\d\d)", lambda found: f"{found[1]}-{found[2]}-{(int(found[3]) % 28) + 1:02}", line
            ),
            line.replace("vat: 20", "vat: 10") if "Liabilities" not in lines[rank - 1] else line,
        } - {line}:
            yield "\n".join([*lines[:rank], after, *lines[rank + 1 :]])


ALL_EDITS = [(number, edited) for number, text in DOCUMENTS.items() for edited in edits(text)]


@settings(max_examples=40, deadline=None)
@given(edit=st.sampled_from(ALL_EDITS))
def test_any_single_edit_is_found_and_names_its_document(
    folder: Path, seals: dict[str, str], edit: tuple[str, str]
) -> None:
    number, edited = edit
    found = told(books_in(folder, ledger({**DOCUMENTS, number: edited}, seals)))
    assert found == [(CHANGED, number)], edited


PARTY_EDITS = {
    "street": '"1 rue Neuve"',
    "city": '"Brest"',
    "name": '"Autre nom"',
    "siren": '"999216047"',
    "email": '"x@y.example"',
    "electronic-address": '"0225:732829320_B"',
    "terms": '"45 days"',
}


@settings(max_examples=40, deadline=None)
@given(
    party=st.sampled_from([("seller", "atelier"), ("client", "martin"), ("client", "durand")]),
    key=st.sampled_from(sorted(PARTY_EDITS)),
    day=st.dates(min_value=date(2020, 1, 2), max_value=date(2026, 6, 1)),
)
def test_a_party_changed_on_any_day_is_told_of_the_first_document_from_that_day_on(
    folder: Path, seals: dict[str, str], party: tuple[str, str], key: str, day: date
) -> None:
    more = f'{day} custom "{party[0]}" "{party[1]}"\n  {key}: {PARTY_EDITS[key]}\n'
    books = books_in(folder, ledger(DOCUMENTS, seals, more=more))
    touched = [
        document.number
        for document in books.documents
        if day <= document.date and party[1] in ("atelier", document.values["client"])
    ]
    assert told(books) == [(CHANGED, number) for number in touched[:1]]
