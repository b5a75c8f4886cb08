"""Payment terms: the grammar, and the due dates of worked case 6."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.terms import TermsError, parse_terms, single_due_date


@pytest.mark.parametrize(
    ("issued", "in_30", "in_60", "then_end_of_month", "end_of_month_then"),
    [
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 1), date(2026, 3, 31), date(2026, 3, 17)),
        (date(2026, 2, 10), date(2026, 3, 12), date(2026, 4, 11), date(2026, 3, 31), date(2026, 4, 14)),
        (date(2026, 10, 20), date(2026, 11, 19), date(2026, 12, 19), date(2026, 12, 31), date(2026, 12, 15)),
    ],
)
def test_worked_case_6(
    issued: date, in_30: date, in_60: date, then_end_of_month: date, end_of_month_then: date
) -> None:
    assert parse_terms("30 days").due_dates(issued) == [in_30]
    assert parse_terms("60 days").due_dates(issued) == [in_60]
    assert parse_terms("45 days end of month").due_dates(issued) == [then_end_of_month]
    assert parse_terms("end of month + 45 days").due_dates(issued) == [end_of_month_then]


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        ("on receipt", date(2026, 3, 3), date(2026, 3, 3)),
        ("0 days", date(2026, 3, 3), date(2026, 3, 3)),
        ("1 day", date(2026, 12, 31), date(2027, 1, 1)),
        ("30 days the 10", date(2026, 3, 3), date(2026, 4, 10)),
        ("30 days the 2", date(2026, 3, 3), date(2026, 4, 2)),
        ("30 days the 1", date(2026, 3, 3), date(2026, 5, 1)),
        ("0 days the 31", date(2026, 2, 3), date(2026, 2, 28)),
        ("0 days the 15", date(2026, 12, 20), date(2027, 1, 15)),
        ("end  of month +  45 days", date(2026, 1, 31), date(2026, 3, 17)),
        ("30 days", date(2024, 1, 30), date(2024, 2, 29)),
    ],
)
def test_the_forms_of_terms(terms: str, issued: date, due: date) -> None:
    assert parse_terms(terms).due_dates(issued) == [due]


def test_instalments_split_to_the_cent() -> None:
    terms = parse_terms("30% on receipt, 30 % 30 days, 40% 60 days end of month")
    assert terms.schedule(Decimal("100.01"), date(2026, 1, 15)) == [
        (date(2026, 1, 15), Decimal("30.00")),
        (date(2026, 2, 14), Decimal("30.01")),
        (date(2026, 3, 31), Decimal("40.00")),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "30", "30 jours", "30 Days", "thirty days", "end of month", "30 days the 0", "30 days the 32",
        "-30 days", "30 days, 60 days", "30% on receipt", "30% on receipt, 60% 30 days", "30% , 70% 30 days",
        "9999 days", "30 days the 10th", "50% on receipt 50% 30 days", "٣٠ jours",
    ],
)  # fmt: skip
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(TermsError):
        parse_terms(text)


def test_the_last_day_of_time_is_no_crash() -> None:
    for terms in ("30 days", "45 days end of month", "end of month + 45 days", "0 days the 15"):
        assert parse_terms(terms).due_dates(date.max) == [date.max]


def test_the_last_of_several_due_dates() -> None:
    assert single_due_date([date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1)]) == date(2026, 3, 1)
    assert single_due_date([]) is None


days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))


@given(days, st.integers(0, 120), st.integers(1, 31))
def test_no_due_date_comes_before_its_invoice(issued: date, number: int, day: int) -> None:
    for terms in (
        f"{number} days",
        f"{number} days end of month",
        f"end of month + {number} days",
        f"{number} days the {day}",
    ):
        assert parse_terms(terms).due_dates(issued)[0] >= issued


@given(days, st.decimals(min_value="0.01", max_value=1_000_000, places=2), st.integers(1, 99))
def test_instalments_sum_to_the_amount(issued: date, amount: Decimal, percent: int) -> None:
    terms = parse_terms(f"{percent}% on receipt, {100 - percent}% 30 days")
    assert sum(part for _, part in terms.schedule(amount, issued)) == amount
