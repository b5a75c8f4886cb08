"""The small grammar of numbering patterns: it reads back what it writes, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.series import PatternError, Position, Series, parse_pattern
from facturier.violations import Place


@pytest.mark.parametrize(
    ("pattern", "year", "number", "written"),
    [
        ("F{year}-{number:04}", 2026, 42, "F2026-0042"),
        ("F{year}-{number:04}", 2026, 12345, "F2026-12345"),
        ("{number}", 2026, 7, "7"),
        ("FA/{year}/{number:03}/SIEGE", 2026, 1, "FA/2026/001/SIEGE"),
        ("{year}{number:05}", 2026, 1, "202600001"),
        ("F{number:04}", 2026, 42, "F0042"),
    ],
)
def test_writing_a_number(pattern: str, year: int, number: int, written: str) -> None:
    parsed = parse_pattern(pattern)
    assert parsed.format(year, number) == written
    assert parsed.read(written) == Position(year if "{year}" in pattern else 0, number)


@pytest.mark.parametrize(
    "text",
    ["F2026-00042", "F2026-42", "F2026-0042 ", "f2026-0042", "F2026-0042\n", "F26-0042", "F2026-", "F٢٠٢٦-٠٠٤٢", ""],
)
def test_one_rank_has_one_spelling(text: str) -> None:
    assert parse_pattern("F{year}-{number:04}").read(text) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "", "F{year}", "{number}{number}", "{year}{year}{number}", "F{number!r}", "F{number.__class__}", "F{0}", "F{}",
        "F{number:4}", "F{number:>10}", "F{year:04}-{number}", "F{month}-{number}", "F{number", "F}{number}",
        "F{{number}}", "F{number:0}", "F{number:0999}",
    ],
)  # fmt: skip
def test_pythons_own_format_language_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["É{number}", "F {number}", "F:{number}", "F#{number}", "<b>{number}", "A" * 36 + "{number}"]
)
def test_a_pattern_whose_numbers_no_invoice_may_bear_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern)


def test_start_counts_for_the_year_of_its_directive_only() -> None:
    yearly = Series("a", "invoice", parse_pattern("F{year}-{number}"), date(2026, 1, 1), 12, "", "", Place("x", 1))
    assert [yearly.first_number(year) for year in (2025, 2026, 2027)] == [1, 12, 1]
    endless = replace(yearly, pattern=parse_pattern("F{number}"))
    assert endless.first_number(0) == 12


@given(st.integers(1, 9999), st.integers(1, 10**12), st.integers(1, 9), st.sampled_from(["F", "FA-", "", "2026/"]))
def test_every_number_written_is_read_back(year: int, number: int, width: int, prefix: str) -> None:
    pattern = parse_pattern(f"{prefix}{{year}}-{{number:0{width}}}")
    assert pattern.read(pattern.format(year, number)) == Position(year, number)


@given(st.text(max_size=40))
def test_reading_any_text_gives_a_position_that_writes_it_or_none(text: str) -> None:
    pattern = parse_pattern("F{year}-{number:04}")
    position = pattern.read(text)
    assert position is None or pattern.format(*position) == text


@given(st.text(alphabet="{}:0number yearF-4", max_size=30))
def test_any_pattern_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse_pattern(text)
    except PatternError:
        return
    assert parsed.read(parsed.format(2026, 1)) is not None
