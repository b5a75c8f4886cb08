"""The dated tables of the law: what holds on a day, and that each row can be checked by its source."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from facturier.law.tables import rates_in_force, treatment_in_force, vat_rates, vat_treatments
from facturier.vat import breakdown, net_of_gross, tax_of

FIRST_OF_2014 = date(2014, 1, 1)


def test_the_rates_changed_on_the_first_of_january_2014() -> None:
    before = rates_in_force(FIRST_OF_2014 - timedelta(days=1))
    after = rates_in_force(FIRST_OF_2014)
    assert {Decimal("19.6"), Decimal(7)} <= before
    assert not {Decimal(20), Decimal(10)} & before
    assert {Decimal(20), Decimal(10)} <= after
    assert not {Decimal("19.6"), Decimal(7)} & after


def test_the_rates_of_today_mainland_corsica_and_overseas() -> None:
    assert rates_in_force(date(2026, 11, 22)) == {
        Decimal(rate) for rate in ("20", "10", "5.5", "2.1", "13", "0.9", "8.5", "1.75", "1.05")
    }


def test_a_rate_may_be_typed_with_decimals() -> None:
    assert Decimal("20.00") in rates_in_force(date(2026, 1, 1))


def test_no_two_rows_of_a_rate_overlap() -> None:
    for one in vat_rates():
        same = [row for row in vat_rates() if (row.territory, row.percent) == (one.territory, one.percent)]
        assert all(row is one or row.last < one.first or one.last < row.first for row in same)


def test_every_row_names_its_source() -> None:
    assert all(row.source for row in vat_rates())
    assert all(row.source for rows in vat_treatments().values() for row in rows)


@pytest.mark.parametrize("name", sorted(vat_treatments()))
def test_a_treatment_has_what_its_category_asks_for(name: str) -> None:
    rows = vat_treatments()[name]
    assert Counter(row.first for row in rows).most_common(1)[0][1] == 1
    for row in rows:
        assert row.category in {"S", "E", "K", "AE", "G", "O", "Z"}
        if row.category == "S":
            # A taxed line has its rate and no exemption.
            assert row.country_rate or row.percent in rates_in_force(date(2026, 1, 1))
            assert not row.vatex
            assert not row.mention
        else:
            assert row.percent == 0
            assert row.vatex.startswith("VATEX-")
            assert row.mention["fr"]
            assert row.mention["en"]
        # EN 16931: reverse charge is the category of what the customer owes.
        assert row.customer_owes == (row.category == "AE")


@pytest.mark.parametrize(
    ("name", "category", "vatex"),
    [
        ("franchise", "E", "VATEX-FR-FRANCHISE"),
        ("intra-eu-goods", "K", "VATEX-EU-IC"),
        ("intra-eu-services", "AE", "VATEX-EU-AE"),
        ("export", "G", "VATEX-EU-G"),
        ("services-outside-eu", "O", "VATEX-EU-O"),
    ],
)
def test_the_usual_treatments(name: str, category: str, vatex: str) -> None:
    row = treatment_in_force(name, date(2026, 1, 1))
    assert row is not None
    assert (row.category, row.vatex) == (category, vatex)


def test_an_unknown_treatment_is_in_force_on_no_day() -> None:
    assert treatment_in_force("free", date(2026, 1, 1)) is None
    assert tax_of("free", date(2026, 1, 1)) is None


def test_a_rate_of_zero_is_zero_rated() -> None:
    tax = tax_of(Decimal(0), date(2026, 1, 1))
    assert tax is not None
    assert (tax.category, tax.percent, tax.treatment) == ("Z", Decimal(0), "")


def test_works_at_10_and_plain_10_share_a_row_of_the_breakdown() -> None:
    day = date(2026, 1, 1)
    works, plain = tax_of("works-10", day), tax_of(Decimal("10.0"), day)
    assert works is not None
    assert plain is not None
    rows = breakdown([(works, Decimal("0.05")), (plain, Decimal("0.10"))])
    assert [(row.base, row.amount) for row in rows] == [(Decimal("0.15"), Decimal("0.02"))]


def test_two_exemptions_do_not_share_a_row() -> None:
    day = date(2026, 1, 1)
    taxes = [tax for tax in (tax_of("exempt-training", day), tax_of("exempt-medical", day)) if tax]
    assert len(breakdown((tax, Decimal(1)) for tax in taxes)) == 2


def test_worked_case_1_tax_within_a_price() -> None:
    assert net_of_gross(Decimal("100.00"), Decimal(20)) == Decimal("83.33")
