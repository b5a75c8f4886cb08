"""Closed periods: the hash, what changed is named, and no waiver helps."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import bean_check, books_of, line_of, refund, sale, violations, write_ledger

from facturier.books import Books
from facturier.closing import close_text, closed_until, closes
from facturier.closing import line_of as closing_line
from facturier.rules import closing
from facturier.rules.pack import ALL_RULES

TODAY = date(2026, 4, 2)
FIRST = sale("F2026-0001", "2026-01-05") + "\n"
SECOND = sale("F2026-0002", "2026-02-06", keys='order-ref: "BC-1"') + "\n"
PAID = """2026-02-20 * "MARTIN" "VIR" #banque ^F2026-0001 ^releve-2
  bank-ref: "X1"
  Assets:Banque:Qonto     120.00 EUR
  Assets:Clients:Martin  -120.00 EUR
    settles: "F2026-0001"

"""
THIRD = sale("F2026-0003", "2026-03-07") + "\n"
SOURCE = FIRST + SECOND + PAID


def closed(source: str, *until: date) -> str:
    """The text with its closings, each written as facturier close does."""
    for day in until:
        source += close_text(books_of(source), day, TODAY)[0] + "\n"
    return source


FEBRUARY, JANUARY = date(2026, 2, 28), date(2026, 1, 31)


def told(source: str) -> list[str]:
    return [str(one.message) for one in closing.check(books_of(source)) if one.rule.id.startswith("CLOSE-")]


def test_what_is_not_touched_holds() -> None:
    source = closed(SOURCE, JANUARY, FEBRUARY)
    assert told(source) == []
    assert told(source + THIRD) == []
    assert [one.entries for one in closes(books_of(source))] == [1, 3]
    assert closed_until(books_of(source)) == FEBRUARY


def test_order_comments_spaces_and_files_do_not_matter() -> None:
    source = closed(SOURCE, FEBRUARY)
    head, rest = source[: len(SOURCE)], source[len(SOURCE) :]
    moved = "; a comment\n" + PAID.replace("     120.00", "  120.00   ") + "\n\n" + SECOND + FIRST
    assert len(moved) != len(head)
    assert told(moved + rest) == []
    assert told('2026-02-10 D "martin" "Brouillon"\n  Income:Prestations  -10.00 EUR\n    vat: 20\n' + source) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("120.00 EUR\n  Assets:Clients:Martin  -120.00", "119.00 EUR\n  Assets:Clients:Martin  -119.00"),
        ('"MARTIN" "VIR"', '"MARTIN" "VIR 2"'),
        ('"MARTIN" "VIR"', '"MARTIN "'),
        ("2026-02-20 *", "2026-02-20 !"),
        ("2026-02-20 *", "2026-02-21 *"),
        ("#banque", "#caisse"),
        ("^releve-2", "^releve-3"),
        ('bank-ref: "X1"', 'bank-ref: "X2"'),
        ('  bank-ref: "X1"\n', ""),
        ('settles: "F2026-0001"', 'settles: "F2026-0002"'),
        ("Assets:Banque:Qonto", "Assets:Caisse"),
        (PAID, ""),
    ],
)
def test_any_change_is_an_error_that_names_the_day(before: str, after: str) -> None:
    source = closed(SOURCE, JANUARY, FEBRUARY)
    assert source.count(before) == 1
    (text,) = told(source.replace(before, after))
    assert "2026-02-20" in text
    assert "closed up to 2026-02-28" in text
    assert "a new entry dated after 2026-02-28" in text


def test_the_error_stands_where_the_day_is_and_bean_check_prints_it(tmp_path: Path) -> None:
    path = write_ledger(tmp_path, closed(SOURCE, FEBRUARY).replace('"X1"', '"X9"'))
    printed = bean_check(path)
    assert printed.returncode == 1
    assert f"main.beancount:{line_of(path, '2026-02-20')}" in printed.stderr
    assert "an entry of 2026-02-20 was changed" in printed.stderr
    assert "[CLOSE-CHANGED]" in printed.stderr


def test_an_entry_added_to_a_closed_period() -> None:
    late = PAID.replace("^F2026-0001 ", "").replace("2026-02-20", "2026-01-15")
    (text,) = told(closed(SOURCE, JANUARY, FEBRUARY) + late)
    assert "closed up to 2026-01-31" in text
    assert "entries of 2026-01-15: 1 instead of 0" in text


def test_two_closings_tell_each_change_once() -> None:
    source = closed(SOURCE, JANUARY, FEBRUARY)
    both = source.replace('"X1"', '"X2"').replace('2026-01-05 * "martin"', '2026-01-05 ! "martin"')
    assert len(told(source.replace('2026-01-05 * "martin"', '2026-01-05 ! "martin"'))) == 1
    assert len(told(both)) == 2


def test_without_days_the_count_is_told() -> None:
    source = re.sub(r'  days: "[^"]*"\n', "", closed(SOURCE, FEBRUARY))
    assert "days:" not in source
    assert "entries: 2 instead of 3" in told(source.replace(PAID, ""))[0]
    assert "an entry was changed" in told(source.replace('"X1"', '"X2"'))[0]


def test_a_closing_written_by_hand_protects_nothing_and_says_so() -> None:
    (text,) = told(SOURCE + '2026-04-02 custom "close" 2026-02-28\n')
    assert "facturier close 2026-02-28" in text


def test_older_days_are_named_by_their_month() -> None:
    source = SOURCE + sale("F2028-0001", "2028-03-01") + "\n"
    done = closed(source, date(2028, 3, 31))
    assert "2026-02 2:" in done
    assert "entries of 2026-02: 1 instead of 2" in told(done.replace(PAID, ""))[0]


@pytest.mark.parametrize("rule", ["CLOSE-CHANGED", "FR-VAT-DUE-CLOSED", "CLOSE-HASH"])
def test_a_waiver_of_a_closed_period_is_refused(rule: str) -> None:
    """Neither a broken seal, nor a number given twice, nor a closed period can be waived."""
    assert not ALL_RULES[rule].waivable
    changed = closed(SOURCE, FEBRUARY).replace('order-ref: "BC-1"', f'order-ref: "BC-1"\n  waive: "{rule} erreur"')
    found = [one for one in violations(books_of(changed)) if one.rule.id == "LEDGER-WAIVE"]
    assert [one.document for one in found] == ["F2026-0002"]
    assert f"{rule} cannot be waived" in str(found[0].message)
    assert "CLOSE-CHANGED" in {one.rule.id for one in violations(books_of(changed))}


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters='"\\'), max_size=12)


@settings(max_examples=40, deadline=None)
@given(texts, texts, texts, texts)
def test_two_transactions_with_other_texts_never_share_a_line(payee: str, one: str, other: str, key: str) -> None:
    def line(payee: str, narration: str, key: str) -> str:
        legs = "  Assets:Caisse  1 EUR\n  Equity:Reprise  -1 EUR\n"
        text = f'2026-01-05 * "{payee}" "{narration}"\n  own-key: "{key}"\n{legs}'
        books: Books = books_of(text)
        return closing_line(books.booked[0])

    assert (line(payee, one, key) == line(payee, other, key)) == (one == other)
    assert line(f"{payee}\t{one}", other, key) != line(payee, f"{one}\t{other}", key)
    assert "\n" not in line(f"{payee}\n{one}", other, key)


def test_a_credit_note_in_the_next_period_is_no_change() -> None:
    assert told(closed(SOURCE, FEBRUARY) + refund("A2026-0001", "2026-03-02", "F2026-0002")) == []
