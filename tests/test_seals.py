"""The canonical form and the chain: fixed by a golden file, the same on every machine, shown by sha256sum."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import books_of, sale
from sealed_books import DOCUMENTS, LOGO, OWN_SETUP, books_in, seals_for, write_assets

from facturier.assets import Assets, archive_name
from facturier.directives.transactions import POSTING_KEYS, TRANSACTION_KEYS
from facturier.parties import Client, Seller
from facturier.seal_form import (
    CLIENT_FIELDS,
    FORM,
    HEADER_KEYS,
    PARTS,
    SELLER_FIELDS,
    TEXT_KEYS,
    TOTAL_KEYS,
    CanonicalForm,
    Printed,
    part_hashes,
    plain,
)
from facturier.seals import FIRST, canonical, new_seal, previous_seal, printed_now, read_chains, seal_hash, seal_text

GOLDEN = Path(__file__).parent / "data" / "seals"
# A template of the user's: the version of ours would change with the program.
LEDGER = "\n".join([OWN_SETUP, *DOCUMENTS.values()])

# Keys of a document that its seal does not cover, and why.
NOT_SEALED = {
    "invoice", "credit-note", "client", "seller", "kind", "rate", "template",  # stand elsewhere in the form
    "quote", "order", "delivery", "agreement", "proforma", "claim", "valid-until", "every", "until",  # of papers
    "waive", "series", "piece", "piece-date", "journal", "vat-due",  # bookkeeping
    "bank-ref", "bank-line", "counterparty-iban", "value-date", "settles",  # of payments; settles: of legs is sealed
}  # fmt: skip
# Fields of parties that no document shows: where it is booked, how it is collected, what fills its lines.
NOT_SHOWN = {
    "language", "size", "platform", "logo", "template", "account", "currency", "credit_limit", "profile", "discount",
    "group", "series", "sector", "public_body",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_assets(tmp_path)
    return tmp_path


@pytest.mark.parametrize("number", DOCUMENTS)
def test_the_form_is_that_of_the_golden_file(folder: Path, number: str) -> None:
    """If this fails, all seals of all users fail: a change needs a second form beside this one."""
    document = books_in(folder, LEDGER).document(number)
    assert document
    assert canonical(document, printed_now(document, Assets(folder))).decode() == (GOLDEN / f"{number}.txt").read_text(
        encoding="utf-8"
    )


def test_the_seals_are_those_of_the_golden_file(folder: Path) -> None:
    assert "".join(seals_for(folder, LEDGER).values()) == (GOLDEN / "seals.beancount").read_text(encoding="utf-8")


def test_a_seal_is_the_sha256_of_the_seal_before_and_the_form() -> None:
    """With sha256sum alone, from the golden files."""
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum is not installed")
    previous = FIRST
    seals = (GOLDEN / "seals.beancount").read_text(encoding="utf-8")
    for number in ("F2026-0001", "F2026-0002", "F2026-0003", "F2026-0004"):
        hashed = f"{previous}\n".encode() + (GOLDEN / f"{number}.txt").read_bytes()
        done = subprocess.run([program], input=hashed, capture_output=True, check=True)
        previous = done.stdout.decode().split()[0]
        assert f'"{number}" "{previous}"' in seals
        assert seal_hash((GOLDEN / f"{number}.txt").read_bytes(), hashed[:64].decode()) == previous


def test_a_part_is_the_sha256_of_its_line() -> None:
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum is not installed")
    seals = (GOLDEN / "seals.beancount").read_text(encoding="utf-8")
    for line in (GOLDEN / "F2026-0004.txt").read_bytes().splitlines(keepends=True)[1:]:
        done = subprocess.run([program], input=line, capture_output=True, check=True)
        assert f"{line.split()[0].decode()}:{done.stdout.decode()[:8]}" in seals


def test_the_form_does_not_know_the_machine(folder: Path) -> None:
    """Another locale, time zone, hash seed and folder give the same seals."""
    books_in(folder, LEDGER)
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]); from sealed_books import *;"
        "f = Path(sys.argv[1]); sys.stdout.buffer.write("
        "''.join(seals_for(f, (f / 'main.beancount').read_text(encoding='utf-8')).values()).encode())"
    )
    environment = {**os.environ, "LC_ALL": "C", "TZ": "Pacific/Apia", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(Path(__file__).parent)],
        capture_output=True,
        check=True,
        env=environment,
        cwd="/",
    )
    assert done.stdout.decode() == (GOLDEN / "seals.beancount").read_text(encoding="utf-8")


def test_the_parts_are_json_with_sorted_keys(folder: Path) -> None:
    for number in DOCUMENTS:
        document = books_in(folder, LEDGER).document(number)
        assert document
        first, *lines = canonical(document, printed_now(document, Assets(folder))).decode().splitlines()
        assert first == FORM
        assert tuple(line.partition(" ")[0] for line in lines) == PARTS
        for line in lines:
            text = line.partition(" ")[2]
            again = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            assert again == text
            assert unicodedata.is_normalized("NFC", text)


def test_every_key_is_sealed_or_left_out_on_purpose() -> None:
    sealed = HEADER_KEYS | TEXT_KEYS | TOTAL_KEYS
    assert set(TRANSACTION_KEYS) == sealed | NOT_SEALED
    assert not sealed & NOT_SEALED
    of_lines = {"item", "description", "product", "quantity", "unit", "price", "discount", "vat", "nature", "delivery",
                "period-start", "period-end", "deposit", "due", "settles"}  # fmt: skip
    assert set(POSTING_KEYS) - of_lines == {"opens", "issued", "client", "bank-ref", "bank-line"}


@pytest.mark.parametrize(("party", "sealed"), [(Seller, SELLER_FIELDS), (Client, CLIENT_FIELDS)])
def test_every_field_of_a_party_is_sealed_or_left_out_on_purpose(
    party: type[Seller] | type[Client], sealed: tuple[str, ...]
) -> None:
    assert {field.name for field in fields(party)} - set(sealed) <= NOT_SHOWN
    assert len(set(sealed)) == len(sealed)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters='"\\\0', exclude_categories=["Cc", "Cs"]), max_size=12)
CENTS = st.integers(min_value=1, max_value=10**8).map(lambda cents: str(Decimal(cents) / 100))


@settings(max_examples=60, deadline=None)
@given(
    nets=st.lists(CENTS, min_size=1, max_size=3),
    title=TEXTS,
    item=TEXTS,
    keys=st.sampled_from(["", "due: 2026-02-01", 'order-ref: "B"', "discount: 5", 'terms: "45 days"', "ttc: TRUE"]),
    vats=st.lists(st.sampled_from(["20", "5.5", '"export"', '"works-10"', "10"]), min_size=3, max_size=3),
    kind=st.sampled_from(["invoice", "credit-note"]),
    line_keys=st.sampled_from(
        ["", '    delivery: "L2026-0007"\n', '    description: "x"\n', "    period-end: 2026-01-31\n"]
    ),
    files=st.sampled_from(
        [("",), ("12",), ("", "34"), ("12", "34"), ('"',), ("", "", "56 a.pdf"), ("12", "34", "56 é.pdf")]
    ),
)
def test_the_short_way_gives_the_same_text(
    nets: list[str],
    title: str,
    item: str,
    keys: str,
    vats: list[str],
    kind: str,
    line_keys: str,
    files: tuple[str, ...],
) -> None:
    text = f'2026-01-10 * "x" "{title}"\n  {kind}: "F2026-0001"\n  client: "martin"\n'
    text += f"  {keys}\n" if keys else ""
    text += "  Assets:Clients:Martin  100.00 EUR\n"
    for net, vat in zip(nets, vats, strict=False):
        text += (
            f'  Income:Prestations  -{net} EUR\n    item: "{item}"\n    price: {net} EUR\n    vat: {vat}\n{line_keys}'
        )
    (document,) = books_of(text).documents
    form = CanonicalForm()
    printed = Printed("ab", "default 1", *files)
    parts = form.parts(document, printed)
    expected = FORM + "\n" + "".join(f"{name} {part}\n" for name, part in zip(PARTS, parts, strict=True))
    assert form.canonical(document, printed).decode() == expected
    assert form.canonical(document, printed).decode() == expected


def test_the_delivery_note_of_a_line_is_sealed_and_that_of_the_document_is_not() -> None:
    """As it always was: the seals of before stay right."""
    forms = []
    for keys, after in (("", ""), ('delivery: "L2026-0007"', ""), ("", '\n    delivery: "L2026-0007"')):
        text = sale("F2026-0001", "2026-01-10", keys=keys).replace("    vat: 20", f"    vat: 20{after}", 1)
        (document,) = books_of(text).documents
        forms.append(CanonicalForm().canonical(document, Printed("", "")).decode())
    assert forms[0] == forms[1]
    assert '{"delivery":"L2026-0007","item":' in forms[2]


def test_an_everyday_document_takes_the_short_way(folder: Path) -> None:
    document = books_in(folder, LEDGER).document("F2026-0001")
    assert document
    assert CanonicalForm()._everyday(document) is not None


def test_letters_in_two_parts_and_line_endings_are_the_same_text() -> None:
    forms = []
    for title, ending in (("é", "\n"), ("e\N{COMBINING ACUTE ACCENT}", "\r\n")):
        text = sale("F2026-0001", "2026-01-10", keys='note: "a|b"').replace('"Prestation"\n  i', f'"{title}"\n  i')
        (document,) = books_of(text.replace("|", ending)).documents
        forms.append(CanonicalForm().canonical(document, Printed("", "")))
    assert forms[0] == forms[1]
    assert 'texts {"note":"a\\nb","title":"é"}' in forms[0].decode()


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_plainly(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not text.startswith(("+", "."))
    assert text == "0" or "." not in text or text[-1] not in "0."
    assert plain(Decimal(text + ("" if "." in text else ".0"))) == text


def test_part_hashes_are_short_and_named() -> None:
    found = part_hashes("{}" for _ in PARTS)
    assert tuple(found) == PARTS
    assert all(len(short) == 8 for short in found.values())


def test_previous_seal_of_a_series(folder: Path) -> None:
    seals = seals_for(folder, LEDGER)
    assert previous_seal(books_in(folder, LEDGER), "main") == FIRST
    books = books_in(folder, "\n".join([LEDGER, *seals.values()]))
    assert f'"F2026-0004" "{previous_seal(books, "main")}"' in seals["F2026-0004"]
    assert f'"A2026-0001" "{previous_seal(books, "credits")}"' in seals["A2026-0001"]
    assert previous_seal(books, "no such series") == FIRST


def test_the_text_of_a_seal_states_the_archived_files(folder: Path) -> None:
    books = books_in(folder, LEDGER)
    document = books.document("F2026-0001")
    assert document
    bare = seal_text(document, books, Assets(folder), FIRST)
    assert "pdf:" not in bare
    archived = folder / archive_name("F2026-0001", date(2026, 1, 10))
    archived.parent.mkdir(parents=True)
    archived.write_bytes(LOGO)
    text = seal_text(document, books, Assets(folder), FIRST)
    assert text != bare
    assert f'  pdf: "{Assets(folder).file_hash("logo.png")}"\n' in text
    assert new_seal(document, books, Assets(folder), FIRST).hash in text
    given = {"pdf": Assets(folder).file_hash("logo.png")}
    archived.unlink()
    assert seal_text(document, books, Assets(folder), FIRST, given) == text
    assert seal_text(document, books, Assets(folder), FIRST) == bare


def test_chains_are_in_the_order_of_numbers_whatever_the_file_says(folder: Path) -> None:
    text = "\n".join([OWN_SETUP, *reversed(DOCUMENTS.values())])
    chains = {chain.series.id: chain for chain in read_chains(books_in(folder, text)).chains if chain.series}
    assert [link.number for link in chains["main"].links] == [f"F2026-000{rank}" for rank in range(1, 5)]
    assert [link.number for link in chains["credits"].links] == ["A2026-0001"]


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "no-such", "", "templates", "a\0b"])
def test_no_file_outside_the_folder_is_read(folder: Path, name: str) -> None:
    (folder.parent / "secret").write_bytes(b"x")
    assert Assets(folder).file_hash(name) == ""


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder.parent / "secret").write_bytes(b"x")
    (folder / "link.png").symlink_to(folder.parent / "secret")
    assert Assets(folder).file_hash("link.png") == ""


@pytest.mark.parametrize("name", ["..", "../studio", "", ".hidden", "no-such"])
def test_a_template_is_a_folder_below_templates(folder: Path, name: str) -> None:
    assert Assets(folder).own_template(name) == ""


def test_template_versions_follow_names_and_contents(folder: Path) -> None:
    before = Assets(folder).template("studio")
    assert before.startswith("studio ")
    studio = folder / "templates" / "studio"
    (studio / ".swp").write_text("", encoding="utf-8")
    assert Assets(folder).template("studio") == before
    (studio / "theme.toml").rename(studio / "other.toml")
    assert Assets(folder).template("studio") != before
    assert Assets(folder).template("default").startswith("default ")
    assert Assets(folder).template("no-such") == "no-such"


@given(st.text(max_size=200))
def test_archive_names_stay_below_the_archive(number: str) -> None:
    name = archive_name(number, date(2026, 11, 3))
    assert name.startswith("factures/2026/")
    assert name.count("/") == 2
    assert "/.." not in name
    assert name.isascii()
