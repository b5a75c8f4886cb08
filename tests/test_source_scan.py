"""What beancount swallows or garbles is found in the text itself, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.directives.source import place_of_key, read_source, scan
from facturier.violations import Place


def found(text: str) -> list[tuple[str, int]]:
    return [(one.rule.id, one.place.line) for one in scan("x.beancount", dedent(text).lstrip("\n"))]


SYNTAX = "LEDGER-SYNTAX"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '2026-01-01 custom "client" "a"\n  city: "A"\n  city: "B"\n  city: "C"\n',
            [("LEDGER-TWICE", 3), ("LEDGER-TWICE", 4)],
        ),
        ('2026-01-01 open Assets:A EUR ; a remark\n\tpcg: "1"\n\tpcg: "2"', [("LEDGER-TWICE", 3)]),
        ('2026/1/1 custom "client" "a"\n  city: "A"\n  city: "B"', [("LEDGER-TWICE", 3)]),
        ('2026-01-01 * "x"\n  note: "A"\n  note: "B"\n', []),  # beancount says so itself
        ('2026-01-01 custom "client" "a"\n  city: "A"\n2026-01-01 custom "client" "b"\n  city: "A"\n', []),
        ('2026-01-01 custom "client" "a"\n  ; city: "A"\n  city: "B"\n', []),
        ('2026-01-01 custom "client" "a"\n  name: "A\n  city: B"\n  city: "B"\n', []),
        # Seals as they are written are passed over; any other is looked into.
        ('2026-01-01 custom "seal" "F1" "9f"\n  parts: "a:1"\n  template: "t 1"\n', []),
        ('2026-01-01 custom "seal" "F1" "9f"\n  parts: "a:1"\n  parts: "a:2"\n', [("LEDGER-TWICE", 3)]),
        ('2026-01-01 custom "seal" "F1" "9f"\n  pdf: "1"\n  template: "t"\n  pdf: "2"', [("LEDGER-TWICE", 4)]),
        ('2026-01-01 custom "seal" "F1" "9f" ; a remark\n  pdf: "1"\n  pdf: "2"\n', [("LEDGER-TWICE", 3)]),
        (
            '; head\n2026-01-01 custom "seal" "F1" "9f"\n  template: "t"\n\tpdf: "1"\n\tpdf: "2"\n',
            [("LEDGER-TWICE", 5)],
        ),
        (
            '2026-01-01 custom "seal" "F1" "9f"\n  pdf: "1"\n\n2026-01-01 open Assets:A\n  pcg: "1"\n  pcg: "2"\n',
            [("LEDGER-TWICE", 6)],
        ),
    ],
)
def test_a_key_twice(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('2026-01-01 * "x"\n  Assets:A  1,5 EUR\n  Assets:B\n', [(SYNTAX, 2)]),
        ('2026-01-01 * "x"\n  Assets:A  -12,50 EUR\n', [(SYNTAX, 2)]),
        ('2026-01-01 * "x"\n  Assets:A  1,234.50 EUR\n', []),
        ('2026-01-01 * "x"\n  Assets:A  1,234,567 EUR\n', []),
        ('2026-01-01 * "1,5 jour"\n  Assets:A  1 EUR ; 1,5\n', []),
        ("; 1,5 % de remise\n* Titre 1,5\n# 1,5\n", []),
        ("Un texte libre, 1,5 fois\n", []),
        ('2026-01-01 custom "x" "y"\n  discount: 12,5\n', [(SYNTAX, 2)]),
        ("2026-01-01 balance Assets:A  1,5 EUR\n", [(SYNTAX, 1)]),
    ],
)
def test_a_decimal_comma(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n    vat: 20%\n', [(SYNTAX, 3)]),
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n    vat: 5.5 %\n', [(SYNTAX, 3)]),
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n    note: "vat: 20%"\n', []),
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n    vat: 20 ; 20%\n', []),
        ('2026-01-01 % "une transaction marquée %"\n  Assets:A  1 EUR\n', []),
    ],
)
def test_a_percent_sign(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('2026-01-01 * "x" ^Été-1\n', [(SYNTAX, 1)]),
        ('2026-01-01 * "x" ^F2026-0001\n  ^reçu\n', [(SYNTAX, 2)]),
        ('2026-01-01 * "x ^été" ^F2026-0001 ; ^été\n', []),
        ('2026-01-01 * "x" ^F2026-0001 "é"\n', []),
    ],
)
def test_an_accent_in_a_link(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('2026-01-01 * "x"\n  a-key: 1\n\n  other: 2\n', [(SYNTAX, 4)]),
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n \t\n  Assets:B\n', [(SYNTAX, 4)]),
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n\n2026-01-02 * "y"\n  Assets:A  1 EUR\n', []),
        ('2026-01-01 * "x"\n  note: "a\n\n  city: b"\n', []),
        ('2026-01-01 * "x"\n  Assets:A  1 EUR\n\n  ; a remark\n', []),
        ('2026-01-01 * "x"\n  Actif:Été  1 EUR\n\n  Éléments:Été  1 EUR\n', [(SYNTAX, 4)]),
    ],
)
def test_a_blank_line_inside(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


PAPER = "LEDGER-PAPER"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('2026-01-01 D "x" "y"\n  Income:A\n    item: "X"\n  Income:B ; rien\n', [(PAPER, 2), (PAPER, 4)]),
        ('2026-01-01 Q "x" "y"\n  quote: "Income:A"\n  ! Income:A\n', [(PAPER, 3)]),
        ('2026-01-01 D "x" "y"\n  Income:A  -1 DEV-DAY\n  Income:B  -1.00 EUR\n', []),
        ('2026-01-01 D "x" "y"\n  note: "a\n  Income:A\n  b"\n  Income:B  -1.00 EUR\n', []),
        ('2026-01-01 * "x" "D "\n  Assets:A  1 EUR\n  Income:A\n', []),
        ('2026-01-01 D "x" "y"\n  Revenus:Été\n', [(PAPER, 2)]),
    ],
)
def test_a_line_of_a_paper_without_an_amount(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


def test_a_line_of_a_string_may_begin_with_a_date() -> None:
    text = '2026-01-01 * "x"\n  note: "1,5 jour\n2026-01-05 réunion, 2,5 heures\n\n  vat: 20%"\n  Assets:A  1 EUR\n'
    assert found(text) == []


def test_files_with_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.beancount"
    path.write_bytes(
        b'2026-01-01 custom "client" "a"\r\n  city: "A"\r\n  city: "B"\r\n\r\n  street: "C"\r\n  discount: 1,5\r\n'
    )
    text = read_source(str(path))
    assert text is not None
    assert [(one.rule.id, one.place.line) for one in scan(str(path), text)] == [
        ("LEDGER-TWICE", 3),
        (SYNTAX, 6),
        (SYNTAX, 5),
    ]


def test_what_is_no_text_file_is_nothing(tmp_path: Path) -> None:
    latin = tmp_path / "latin.beancount"
    latin.write_bytes("é".encode("latin-1"))
    assert read_source(str(latin)) is None
    assert read_source(str(tmp_path)) is None
    assert read_source(str(tmp_path / "none")) is None
    assert read_source("a\0b") is None


def test_the_line_of_a_key(tmp_path: Path) -> None:
    path = tmp_path / "a.beancount"
    path.write_text('2026-01-01 * "x"\n  due: 1\n  Assets:A  1 EUR\n    due: 2\n2026-01-02 * "y"\n  city: 1\n')
    assert place_of_key(Place(str(path), 1), "due").line == 2
    assert place_of_key(Place(str(path), 3), "due").line == 4
    assert place_of_key(Place(str(path), 1), "city").line == 1
    assert place_of_key(Place("<string>", 7), "due") == Place("<string>", 7)


@given(st.text(alphabet=' \n\t"\\;,%^é1.25:aA-*D', max_size=60))
def test_no_text_stops_the_scan(text: str) -> None:
    for one in scan("x", '2026-01-01 D "x"\n  ' + text):
        assert 1 <= one.place.line <= text.count("\n") + 2
        assert str(one.message)


def test_a_long_hostile_note_takes_no_long_time() -> None:
    text = '2026-01-01 * "x"\n  note: "' + "\n\n  vat: 1,5% ^é" * 5000 + '"\n  Assets:A  1 EUR\n'
    before = process_time()
    assert list(scan("x", text)) == []
    assert process_time() - before < 10
