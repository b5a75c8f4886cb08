"""Rounding half-up, always Decimal; parts that sum to the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.money import CENT, LARGEST_AMOUNT, half_up, percent_of, share, smallest_unit, spread

amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)
fine_amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=5)
weights = st.lists(st.decimals(min_value=0, max_value=1_000_000, places=2), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("number", "rounded"),
    [("2.345", "2.35"), ("2.355", "2.36"), ("0.005", "0.01"), ("-0.005", "-0.01"), ("2.3449", "2.34"), ("7", "7.00")],
)
def test_half_goes_away_from_zero_never_to_even(number: str, rounded: str) -> None:
    assert half_up(Decimal(number)) == Decimal(rounded)


@pytest.mark.parametrize(("currency", "step"), [("EUR", "0.01"), ("JPY", "1"), ("TND", "0.001"), ("XPF", "1")])
def test_a_currency_is_paid_in_its_own_steps(currency: str, step: str) -> None:
    assert smallest_unit(currency) == Decimal(step)


def test_yen_have_no_cents() -> None:
    assert half_up(Decimal("1234.5"), smallest_unit("JPY")) == Decimal(1235)


def test_a_number_too_large_to_round_is_given_back() -> None:
    assert half_up(Decimal("9" * 40)) == Decimal("9" * 40)
    assert half_up(LARGEST_AMOUNT) == LARGEST_AMOUNT


@pytest.mark.parametrize(
    ("base", "rate", "vat"),
    [("30.09", "20", "6.02"), ("99.99", "5.5", "5.50"), ("20.06", "20", "4.01"), ("33.33", "5.5", "1.83")],
)
def test_worked_case_1_vat_of_a_base(base: str, rate: str, vat: str) -> None:
    assert percent_of(Decimal(base), Decimal(rate)) == Decimal(vat)


def test_worked_case_8b_vat_over_three_payments_to_the_cent() -> None:
    payments = [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")]
    assert spread(Decimal("166.67"), payments) == [Decimal("55.56"), Decimal("55.55"), Decimal("55.56")]


def test_a_share_of_nothing_is_all_of_it() -> None:
    assert share(Decimal("12.00"), Decimal(0), Decimal(0)) == Decimal("12.00")


def test_weights_of_nothing_leave_all_to_the_last() -> None:
    assert spread(Decimal("10.00"), [Decimal(0), Decimal(0)]) == [Decimal(0), Decimal("10.00")]
    assert spread(Decimal("10.00"), []) == []


@given(fine_amounts)
def test_rounding_moves_by_half_a_cent_at_most_and_twice_is_once(number: Decimal) -> None:
    rounded = half_up(number)
    assert abs(rounded - number) <= CENT / 2
    assert half_up(rounded) == rounded
    assert half_up(-number) == -rounded


@given(amounts, weights)
def test_parts_sum_to_the_amount_and_none_is_a_cent_off(amount: Decimal, parts: list[Decimal]) -> None:
    found = spread(amount, parts)
    assert sum(found) == amount
    whole = sum(parts)
    if whole:
        assert all(abs(one - amount * part / whole) <= CENT for one, part in zip(found, parts, strict=True))
