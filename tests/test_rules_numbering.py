"""Numbering: what users complain about, what the administration wants, and that nothing slips through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import SETUP, Ledger, books_of, findings, ledger_of, line_of, refund, sale, violations, write_ledger

MakeLedger = Callable[[str], Ledger]


def told(source: str) -> list[tuple[str, str]]:
    return findings(books_of(source))


def the_message(source: str) -> str:
    found = violations(books_of(source))
    assert len(found) == 1, [str(one.message) for one in found]
    return str(found[0].message)


def test_a_sequence_without_gap_in_date_order_is_right() -> None:
    days = ("2026-01-05", "2026-01-05", "2026-02-01")
    assert told("\n".join(sale(f"F2026-{rank:04}", day) for rank, day in enumerate(days, 1))) == []


# --- Duplicates (merged git branches; odoo, dolibarr: two drafts validated at once)


def test_the_same_number_twice(make_ledger: MakeLedger) -> None:
    ledger = make_ledger(sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0001", "2026-01-06"))
    first = f"{ledger.path}:{line_of(ledger.path, 'F2026-0001') - 1}"
    assert [error.message for error in ledger.errors] == [
        f"The number F2026-0001 is already used at {first}; the later invoice takes the next free number. "
        "[FR-NUM-DUPLICATE]"
    ]
    assert ledger.errors[0].source["lineno"] == line_of(ledger.path, "F2026-0001", 2) - 1
    assert type(ledger.errors[0]).__name__ == "NumberingError"


def test_the_same_number_on_an_invoice_and_a_credit_note() -> None:
    source = (
        '2020-01-01 custom "series" "other" "credit-note" "F{year}-{number:04}"\n  reason: "essai"\n'
        + sale("F2026-0001", "2026-01-05")
        + "\n"
        + refund("F2026-0001", "2026-01-06", "F2026-0001")
    )
    assert ("FR-NUM-DUPLICATE", "F2026-0001") in told(source)


def test_the_same_number_in_another_year_of_a_series_that_never_restarts() -> None:
    setup = SETUP.replace("F{year}-{number:04}", "F{number:04}")
    source = sale("F0001", "2025-01-05") + "\n" + sale("F0001", "2026-01-05")
    assert findings(books_of(source, setup=setup)) == [("FR-NUM-DUPLICATE", "F0001")]


def test_two_sellers_each_have_their_own_numbers() -> None:
    source = (
        '2020-01-01 custom "seller" "second"\n  name: "Second SARL"\n'
        '2020-01-01 custom "series" "second" "invoice" "F{year}-{number:04}"\n  seller: "second"\n'
        + sale("F2026-0001", "2026-01-05", keys='seller: "atelier"')
        + "\n"
        + sale("F2026-0001", "2026-01-06", keys='seller: "second"')
        + "\n"
        + sale("F2026-0002", "2026-01-07", keys='seller: "second"')
    )
    setup = SETUP.replace(
        '"main" "invoice" "F{year}-{number:04}"', '"main" "invoice" "F{year}-{number:04}"\n  seller: "atelier"'
    )
    assert [rule for rule, _ in findings(books_of(source, setup=setup)) if rule.startswith("FR-NUM")] == []


def test_a_document_says_which_of_several_sellers_it_is_of() -> None:
    second = '2020-01-01 custom "seller" "second"\n  name: "Second SARL"\n'
    found = violations(books_of(second + sale("F2026-0001", "2026-01-05")))
    assert [one.rule.id for one in found] == ["LEDGER-REFERENCE"]
    assert str(found[0].message) == 'There are several sellers; say whose document this is with seller: "…".'


def test_a_duplicate_cannot_be_waived() -> None:
    source = sale("F2026-0001", "2026-01-05") + "\n"
    source += sale("F2026-0001", "2026-01-06", keys='waive: "FR-NUM-DUPLICATE erreur de saisie"')
    assert told(source) == [("FR-NUM-DUPLICATE", "F2026-0001"), ("LEDGER-WAIVE", "F2026-0001")]


# --- Gaps (odoo#11859, invoiceninja#1867: deleting leaves a hole)


def test_a_gap_names_what_is_missing() -> None:
    source = "\n".join(sale(f"F2026-{rank:04}", "2026-01-05") for rank in (1, 2, 9))
    assert the_message(source) == (
        "F2026-0009 follows F2026-0002: 6 number(s) are missing (F2026-0003, F2026-0004, F2026-0005, …). "
        "Number without gaps, or restore what was deleted."
    )
    assert told(source) == [("FR-NUM-GAP", "F2026-0009")]


def test_a_gap_may_be_waived_with_its_reason_only() -> None:
    first = sale("F2026-0001", "2026-01-05")
    reason = sale("F2026-0003", "2026-01-06", keys='waive: "FR-NUM-GAP facture perdue au sinistre du 6"')
    no_reason = sale("F2026-0003", "2026-01-06", keys='waive: "FR-NUM-GAP"')
    assert told(f"{first}\n{reason}") == []
    assert told(f"{first}\n{no_reason}") == [("FR-NUM-GAP", "F2026-0003"), ("LEDGER-WAIVE", "F2026-0003")]


def test_the_sequence_goes_on_after_a_credit_note_of_the_same_series() -> None:
    setup = "\n".join(line for line in SETUP.split("\n") if '"credits"' not in line)
    source = sale("F2026-0001", "2026-01-05") + "\n"
    source += refund("F2026-0002", "2026-01-06", "F2026-0001") + "\n" + sale("F2026-0003", "2026-01-07")
    assert findings(books_of(source, setup=setup)) == []


# --- Chronology (dolibarr#3181, #20234)


def test_a_higher_number_with_an_earlier_date() -> None:
    source = sale("F2026-0001", "2026-01-06") + "\n" + sale("F2026-0002", "2026-01-05")
    assert told(source) == [("FR-NUM-CHRONOLOGY", "F2026-0002")]
    assert the_message(source).startswith("F2026-0002 is dated 2026-01-05, before F2026-0001 of 2026-01-06 (")


def test_chronology_across_two_files(tmp_path: Path) -> None:
    write_ledger(tmp_path, sale("F2026-0001", "2026-01-06"), header="", name="a.beancount")
    later = write_ledger(tmp_path, sale("F2026-0002", "2026-01-05"), header="", name="b.beancount")
    ledger = ledger_of(write_ledger(tmp_path, 'include "a.beancount"\ninclude "b.beancount"'))
    assert findings(ledger.books) == [("FR-NUM-CHRONOLOGY", "F2026-0002")]
    assert ledger.errors[0].source["filename"] == str(later)


def test_one_day_in_two_files_has_no_order_of_its_own(tmp_path: Path) -> None:
    # beancount sorts a day by line number, whatever the file: numbers, not lines, decide.
    write_ledger(tmp_path, "\n\n\n\n" + sale("F2026-0001", "2026-01-06"), header="; long\n" * 9, name="a.beancount")
    write_ledger(tmp_path, sale("F2026-0002", "2026-01-06"), header="", name="b.beancount")
    ledger = ledger_of(write_ledger(tmp_path, 'include "a.beancount"\ninclude "b.beancount"'))
    assert [document.number for document in ledger.books.documents] == ["F2026-0002", "F2026-0001"]
    assert not ledger.errors


def test_numbers_out_of_order_within_a_day_are_no_fault() -> None:
    assert told("\n".join(sale(f"F2026-{rank:04}", "2026-01-05") for rank in (3, 1, 2))) == []


# --- Start, years


def test_a_series_starts_at_one() -> None:
    source = sale("F2026-0002", "2026-01-05")
    assert told(source) == [("FR-NUM-START", "F2026-0002")]
    assert "its first number is F2026-0001" in the_message(source)
    assert "add start: 2 to the series" in the_message(source)


def test_taking_over_from_another_program_starts_where_it_stopped() -> None:
    setup = SETUP.replace('"F{year}-{number:04}"', '"F{year}-{number:04}"\n  start: 12').replace(
        "2020-01-01", "2026-01-01"
    )
    assert findings(books_of(sale("F2026-0012", "2026-01-05"), setup=setup)) == []
    assert findings(books_of(sale("F2026-0001", "2026-01-05"), setup=setup)) == [("FR-NUM-START", "F2026-0001")]
    # The year after starts at 1 again.
    source = sale("F2026-0012", "2026-01-05") + "\n" + sale("F2027-0001", "2027-01-05")
    assert findings(books_of(source, setup=setup)) == []


def test_each_year_starts_again_at_one() -> None:
    source = sale("F2025-0001", "2025-12-31") + "\n" + sale("F2026-0001", "2026-01-01")
    assert told(source) == []
    assert told(sale("F2025-0001", "2025-12-31") + "\n" + sale("F2026-0002", "2026-01-01")) == [
        ("FR-NUM-START", "F2026-0002")
    ]


def test_a_number_of_another_year_than_its_date() -> None:
    source = sale("F2026-0001", "2027-01-02")
    assert told(source) == [("FR-NUM-YEAR", "F2026-0001")]
    assert (
        the_message(source) == "F2026-0001 is dated 2027-01-02: its number says 2026. Give it a number of its own year."
    )


# --- Series


def test_a_number_of_no_series() -> None:
    assert told(sale("2026/1", "2026-01-05")) == [("FR-NUM-SERIES", "2026/1")]
    assert "write one of the pattern F{year}-{number:04}" in the_message(sale("2026/1", "2026-01-05"))


def test_no_series_at_all_tells_what_to_add() -> None:
    setup = "\n".join(line for line in SETUP.split("\n") if '"series"' not in line)
    found = violations(books_of(sale("F2026-0001", "2026-03-05"), setup=setup))
    assert [one.rule.id for one in found] == ["FR-NUM-SERIES"]
    added = str(found[0].message).partition("add: ")[2].rstrip(".")
    assert added == '2026-01-01 custom "series" "invoice" "invoice" "F{year}-{number:04}"'
    assert findings(books_of(f"{added}\n{sale('F2026-0001', '2026-03-05')}", setup=setup)) == []


def test_an_invoice_does_not_take_the_number_of_a_credit_note() -> None:
    assert told(sale("A2026-0001", "2026-01-05")) == [("FR-NUM-SERIES", "A2026-0001")]


def test_a_second_series_of_one_kind_needs_a_reason() -> None:
    shop = '2026-01-01 custom "series" "shop" "invoice" "B{year}-{number:04}"\n'
    found = violations(books_of(shop))
    assert [one.rule.id for one in found] == ["FR-NUM-SECOND-SERIES"]
    assert str(found[0].message) == (
        'The series "shop" is the second one of kind invoice, after "main"; say why with reason: "…".'
    )
    assert told(f'{shop}  reason: "caisse du magasin"\n') == []


def test_two_series_count_apart() -> None:
    shop = '2026-01-01 custom "series" "shop" "invoice" "B{year}-{number:04}"\n  reason: "caisse"\n'
    source = shop + sale("F2026-0001", "2026-03-05") + "\n" + sale("B2026-0001", "2026-01-05")
    assert told(source) == []


def test_a_series_id_stated_twice() -> None:
    found = books_of('2026-01-01 custom "series" "main" "deposit" "D{year}-{number:04}"').faults
    assert [one.rule.id for one in found] == ["LEDGER-ARGUMENTS"]
    assert 'The series "main" is already stated at' in str(found[0].message)


@pytest.mark.parametrize("start", ["0", "-1", "1.5"])
def test_a_start_that_is_no_rank(start: str) -> None:
    source = f'2026-01-01 custom "series" "d" "deposit" "D{{year}}-{{number:04}}"\n  start: {start}'
    found = books_of(source).faults
    assert [one.rule.id for one in found] == ["LEDGER-VALUE"]
    assert "no whole number from 1 on" in str(found[0].message)


def test_a_pattern_that_cannot_be_read() -> None:
    found = books_of('2026-01-01 custom "series" "d" "deposit" "D{year}-{numero}"').faults
    assert [one.rule.id for one in found] == ["LEDGER-ARGUMENTS"]
    assert 'The pattern "D{year}-{numero}" cannot be read; write for example "F{year}-{number:04}"' in str(
        found[0].message
    )


def test_a_deposit_takes_the_deposit_series_or_that_of_invoices() -> None:
    deposit = sale("F2026-0001", "2026-01-05", keys='kind: "deposit"').replace(
        "Income:Prestations", "Liabilities:Acomptes"
    )
    assert told(deposit) == []
    own = '2026-01-01 custom "series" "deposits" "deposit" "D{year}-{number:04}"\n'
    assert told(own + deposit.replace("F2026", "D2026")) == []


# --- Length and characters (BR-FR-01, BR-FR-02)


@pytest.mark.parametrize("number", ["F" * 36, "F" * 10_000])
def test_at_most_35_characters(number: str) -> None:
    assert told(sale(number, "2026-01-05")) == [("FR-NUM-LENGTH", number)]
    assert f"The number has {len(number)} characters; it must have from 1 to 35." == the_message(
        sale(number, "2026-01-05")
    )


def test_a_series_that_grows_beyond_35_characters() -> None:
    pattern = "F" * 33 + "{number:02}"
    series = f'2026-01-01 custom "series" "long" "invoice" "{pattern}"\n  start: 100\n  reason: "essai"\n'
    number = "F" * 33 + "100"
    assert told(series + sale(number, "2026-01-05")) == [("FR-NUM-LENGTH", number)]


def test_an_empty_number() -> None:
    assert [rule for rule, _ in told(sale("", "2026-01-05"))] == ["FR-NUM-LENGTH"]


@pytest.mark.parametrize("number", ["É2026-0001", "F2026 0001", "F2026:1", "F<b>1", "F\u202e1", "F2026‑0001"])
def test_plain_characters_only(number: str) -> None:
    assert told(sale(number, "2026-01-05")) == [("FR-NUM-CHARACTERS", number)]


# --- Drafts and papers (odoo#80442, crater: drafts that carry numbers)


def test_a_draft_has_no_number() -> None:
    source = '2026-01-05 D "martin" "Régie"\n  invoice: "F2026-0001"\n  Income:Prestations  -2 DEV-DAY\n'
    assert [rule for rule, _ in told(source)] == ["FR-NUM-DRAFT"]
    assert "a draft has no number. Delete the line" in the_message(source)


def test_a_draft_does_not_take_part_in_the_sequence() -> None:
    draft = '2026-01-05 D "martin" "Régie"\n  Income:Prestations  -2 DEV-DAY\n'
    assert told(sale("F2026-0001", "2026-01-05") + "\n" + draft + "\n" + sale("F2026-0002", "2026-01-06")) == []


def test_a_quote_number_given_twice() -> None:
    quote = '2026-01-05 Q "martin" "Site"\n  quote: "D2026-0017"\n  Income:Prestations  -2 DEV-DAY\n'
    assert told(f"{quote}\n{quote}") == [("PAPER-NUMBER", "D2026-0017")]


# --- Any lawful sequence passes; any harm done to it is found


@st.composite
def sequences(draw: st.DrawFn) -> list[tuple[str, date]]:
    """Numbers and dates of a lawful year: three or more documents, dates never running back."""
    gaps = draw(st.lists(st.integers(0, 20), min_size=3, max_size=8))
    day = date(2026, 1, 1)
    found = []
    for rank, gap in enumerate(gaps, 1):
        day += timedelta(days=gap)
        found.append((f"F2026-{rank:04}", day))
    return found


def ledger_text(sequence: list[tuple[str, date]]) -> str:
    return "\n".join(sale(number, day) for number, day in sequence)


properties = settings(max_examples=25, deadline=None)


@properties
@given(sequences().flatmap(st.permutations))
def test_a_lawful_sequence_in_any_order_of_writing_has_no_finding(sequence: list[tuple[str, date]]) -> None:
    assert told(ledger_text(sequence)) == []


@properties
@given(sequences(), st.data())
def test_removing_any_document_but_the_last_is_found(sequence: list[tuple[str, date]], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(sequence) - 2))
    found = violations(books_of(ledger_text(sequence[:index] + sequence[index + 1 :])))
    assert [one.document for one in found] == [sequence[index + 1][0]]
    assert sequence[index][0] in str(found[0].message)


@properties
@given(sequences(), st.data())
def test_duplicating_any_document_is_found(sequence: list[tuple[str, date]], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(sequence) - 1))
    assert ("FR-NUM-DUPLICATE", sequence[index][0]) in told(ledger_text([*sequence, sequence[index]]))


@properties
@given(sequences(), st.data())
def test_redating_any_document_across_a_neighbour_is_found(
    sequence: list[tuple[str, date]], data: st.DataObject
) -> None:
    index = data.draw(st.integers(1, len(sequence) - 1))
    number, _ = sequence[index]
    moved = [*sequence]
    moved[index] = (number, sequence[index - 1][1] - timedelta(days=data.draw(st.integers(1, 400))))
    found = violations(books_of(ledger_text(moved)))
    assert ("FR-NUM-CHRONOLOGY", number) in [(one.rule.id, one.document) for one in found]


@properties
@given(sequences(), st.data())
def test_postdating_any_document_beyond_its_follower_is_found(
    sequence: list[tuple[str, date]], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(sequence) - 2))
    number, _ = sequence[index]
    moved = [*sequence]
    moved[index] = (number, sequence[index + 1][1] + timedelta(days=data.draw(st.integers(1, 400))))
    found = [one for one in violations(books_of(ledger_text(moved))) if one.rule.id == "FR-NUM-CHRONOLOGY"]
    assert [one.document for one in found] == [sequence[index + 1][0]]
    assert number in str(found[0].message)


def test_an_invoice_that_is_also_a_credit_note(make_ledger: MakeLedger) -> None:
    text = sale("F2026-0001", date(2026, 1, 5)).replace(
        'invoice: "F2026-0001"', 'invoice: "F2026-0001"\n  credit-note: "A2026-0001"'
    )
    found = violations(make_ledger(text).books)
    assert "FR-NUM-ONE" in [one.rule.id for one in found]
