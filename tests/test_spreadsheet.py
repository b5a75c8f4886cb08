"""CSV for spreadsheets: nothing in it is a formula, and every spreadsheet reads its figures."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.spreadsheet import BYTE_ORDER_MARK, Cell, csv_text, safe_text

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\u00a0=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_text(["A"], [[text]], "en").split("\r\n", 1)[1], newline=""))
    assert row == [f"'{text}"]


@pytest.mark.parametrize("text", ["Martin", "F2026-0001", "", "a=b", "'=1"])
def test_other_text_stays(text: str) -> None:
    assert safe_text(text) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = safe_text(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert not cell.startswith(("\t", "\r", "\n"))
    assert cell.removeprefix("'") in (text, text.removeprefix("'"))


def test_separator_and_decimal_sign_are_those_of_the_language() -> None:
    row: list[Cell] = ['Café; "x"', Decimal("-1234.50"), date(2026, 1, 31), 3, None]
    assert csv_text(["N", "A", "D", "I", "Z"], [row], "fr") == (
        f'{BYTE_ORDER_MARK}N;A;D;I;Z\r\n"Café; ""x""";-1234,50;2026-01-31;3;\r\n'
    )
    assert csv_text(["N", "A", "D", "I", "Z"], [row], "en") == (
        f'{BYTE_ORDER_MARK}N,A,D,I,Z\r\n"Café; ""x""",-1234.50,2026-01-31,3,\r\n'
    )


def test_a_large_amount_is_written_out() -> None:
    assert csv_text([], [[Decimal("1E+3")]], "en").split("\r\n")[1] == "1000"
