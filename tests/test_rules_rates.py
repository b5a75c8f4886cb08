"""A rate in percent is one of the law's on the day of the document."""

from __future__ import annotations

import pytest
from ledgers import books_of, refund, sale, violations


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


OLD = '2013-01-01 custom "client" "old"\n  name: "Old"\n'


def unlawful(*documents: str) -> list[str]:
    """The documents of 2014 with a rate of 2013, that is no longer lawful."""
    source = OLD + "".join(documents)
    found = violations(books_of(source.replace("vat: 20", "vat: 19.6")))
    return [one.document for one in found if one.rule.id == "FR-VAT-RATE"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", ["F2014-0001"]),
        ("delivery-date: 2013-12-31", []),
        ("delivery-date: 2014-01-01", ["F2014-0001"]),
        ("period-start: 2013-12-01\nperiod-end: 2013-12-31", []),
    ],
)
def test_the_rate_is_that_of_the_day_of_supply(keys: str, expected: list[str]) -> None:
    """19.6 % ended with 2013; what was delivered in December bears it on an invoice of January."""
    assert unlawful(sale("F2014-0001", "2014-01-10", keys=keys)) == expected


def test_a_line_with_a_period_of_its_own_has_its_rate() -> None:
    december = sale("F2014-0001", "2014-01-10").replace("    vat: 20\n", "    period-end: 2013-12-31\n    vat: 20\n", 1)
    assert unlawful(december) == []


def test_a_credit_note_has_the_rate_of_its_invoice() -> None:
    first = sale("F2013-0001", "2013-12-20")
    assert unlawful(first, refund("A2014-0001", "2014-02-01", "F2013-0001")) == []
    late = sale("F2014-0001", "2014-01-10")
    assert unlawful(late, refund("A2014-0001", "2014-02-01", "F2014-0001")) == ["F2014-0001", "A2014-0001"]
