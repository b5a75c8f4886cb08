"""A rate in percent is one of the law's on the day of the document."""

from __future__ import annotations

import pytest
from ledgers import books_of, sale, violations


def told(rate: str, day: str) -> list[str]:
    source = sale("F2026-0001", day).replace("vat: 20", f"vat: {rate}")
    found = violations(books_of(source.replace("F2026", f"F{day[:4]}")))
    return [str(one.message) for one in found if one.rule.id == "FR-VAT-RATE"]


@pytest.mark.parametrize("rate", ["20", "20.0", "10", "5.5", "2.1", "8.5", "13", "1.75", "1.05", "0.9", "0"])
def test_the_rates_of_2026(rate: str) -> None:
    assert told(rate, "2026-11-03") == []


@pytest.mark.parametrize("rate", ["19.6", "7", "2", "0.2", "21", "100"])
def test_what_is_no_rate_in_2026(rate: str) -> None:
    found = told(rate, "2026-11-03")
    assert found == [
        f"{rate} % is no VAT rate in France on 2026-11-03; lawful are 20, 13, 10, 8.5, 5.5, 2.1, 1.75, 1.05, 0.9."
    ]


def test_the_rate_of_the_day_counts_not_that_of_today() -> None:
    setup_day = "2020-01-01"
    assert told("20", setup_day) == []
    books = books_of(
        '2013-01-01 custom "client" "old"\n  name: "Old"\n'
        + sale("F2013-0001", "2013-12-31").replace("vat: 20", "vat: 19.6")
    )
    assert [one.rule.id for one in violations(books) if one.rule.id == "FR-VAT-RATE"] == []


def test_a_named_treatment_is_no_odd_rate() -> None:
    assert told('"works-10"', "2026-11-03") == []
    assert told('"export"', "2026-11-03") == []
