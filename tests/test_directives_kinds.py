"""Kinds of values: what may be typed after a key, and what is said otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from beancount.core.amount import Amount
from hypothesis import given
from hypothesis import strategies as st

from facturier.directives import kinds
from facturier.directives.events import CLOSE, EVENTS, SEAL
from facturier.directives.setup import OPEN_KEYS, SETUP
from facturier.directives.spelling import nearest
from facturier.directives.transactions import POSTING_KEYS, TRANSACTION_KEYS

EUR = Amount(Decimal("650.00"), "EUR")
DAY = date(2026, 12, 31)
COLOUR = kinds.choice("red", "green")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.TEXT, "06000"),
        (kinds.NUMBER, Decimal("-1.5")),
        (kinds.AMOUNT, EUR),
        (kinds.PERCENT_OR_AMOUNT, Decimal(5)),
        (kinds.PERCENT_OR_AMOUNT, EUR),
        (kinds.DATE, DAY),
        (kinds.FLAG, True),
        (kinds.ACCOUNT, "Assets:Clients"),
        (kinds.TERMS, "30% on receipt, 70% 30 days"),
        (kinds.VAT, Decimal("5.5")),
        (kinds.VAT, Decimal(0)),
        (kinds.VAT, "export"),
        (kinds.PENALTY_RATE, "legal"),
        (kinds.PENALTY_RATE, Decimal("12.15")),
        (COLOUR, "red"),
    ],
)
def test_what_is_right_is_accepted(kind: kinds.Kind, value: Any) -> None:
    assert kind.fault(value) is None


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (kinds.TEXT, Decimal(6000), "beancount reads this as the number 6000; put it in quotes to keep it as text"),
        (kinds.TEXT, DAY, 'a text in quotes is expected, such as "…", not 2026-12-31'),
        (kinds.TEXT, True, 'a text in quotes is expected, such as "…", not TRUE'),
        (kinds.NUMBER, "2", "a number is expected; write it without quotes: 2"),
        (kinds.NUMBER, EUR, "a number alone is expected; leave out the currency: 650.00"),
        (kinds.NUMBER, Decimal("1E+30"), "the number 1E+30 is too large to stand on an invoice"),
        (kinds.AMOUNT, Decimal(650), "the currency is missing; write 650 EUR"),
        (kinds.AMOUNT, "650 EUR", "an amount is expected; write it without quotes: 650 EUR"),
        (kinds.AMOUNT, Amount(Decimal("1E+20"), "EUR"), "the number 1E+20 is too large to stand on an invoice"),
        (kinds.PERCENT_OR_AMOUNT, "5", 'a number (percent) or an amount with its currency is expected, not "5"'),
        (
            kinds.DATE,
            "2026-12-31",
            'a date without quotes is expected, written year-month-day such as 2026-12-31, not "2026-12-31"',
        ),
        (kinds.FLAG, "TRUE", 'TRUE or FALSE is expected, in capitals and without quotes, not "TRUE"'),
        (kinds.VAT, Decimal(-1), "a VAT rate lies between 0 and 100 percent, not -1"),
        (kinds.VAT, Decimal("100.1"), "a VAT rate lies between 0 and 100 percent, not 100.1"),
        (kinds.VAT, "exports", 'no VAT treatment is called "exports"; did you mean "export"?'),
        (
            kinds.VAT,
            EUR,
            'a rate in percent such as 20, or a treatment in quotes such as "export", is expected, not 650.00 EUR',
        ),
        (kinds.PENALTY_RATE, "3 fois", '"legal", or a rate in percent a year such as 12.15, is expected, not "3 fois"'),
        (COLOUR, "gren", '"gren" is not one of its values; did you mean "green"?'),
        (COLOUR, "blue", '"blue" is not one of its values: red, green'),
        (COLOUR, Decimal(1), "beancount reads this as the number 1; put it in quotes to keep it as text"),
    ],
)
def test_what_is_wrong_gets_its_sentence_with_the_fix(kind: kinds.Kind, value: Any, said: str) -> None:
    assert str(kind.fault(value)) == said


def test_a_division_of_a_french_date_is_recognised() -> None:
    said = str(kinds.DATE.fault(Decimal(31) / Decimal(12) / Decimal(2026)))
    assert said.startswith("beancount reads this as a calculation (its result is 0.00127509)")
    assert said.endswith("such as 2026-12-31")


def test_terms_that_are_none_list_the_forms() -> None:
    said = str(kinds.TERMS.fault("30 jours"))
    assert '"30 days"' in said
    assert '"end of month + 45 days"' in said


def test_a_treatment_like_no_other_lists_them_all() -> None:
    said = str(kinds.VAT.fault("free"))
    assert "reverse-charge-construction" in said
    assert "write a rate such as 20" in said


values = st.one_of(
    st.text(max_size=20),
    st.decimals(allow_nan=False),
    st.sampled_from([Decimal("NaN"), Decimal("Infinity"), Decimal("-0"), Decimal("1E+999999")]),
    st.booleans(),
    st.dates(),
    st.builds(Amount, st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(["EUR", "USD"])),
    st.just(Amount(None, None)),  # type: ignore[arg-type]  # beancount's own for an amount that is missing
    st.just({"a": 1}),
)
DECLARED = [
    key.kind
    for keys in (TRANSACTION_KEYS, POSTING_KEYS, OPEN_KEYS, *(one.keys for one in (*SETUP, *EVENTS, SEAL, CLOSE)))
    for key in keys.values()
]


@given(st.sampled_from(DECLARED), values)
def test_any_value_is_accepted_or_answered_with_a_sentence(kind: kinds.Kind, value: Any) -> None:
    fault = kind.fault(value)
    if fault is None:
        assert type(value) in kind.types
    else:
        assert str(fault)


@pytest.mark.parametrize(
    ("typed", "candidates", "meant"),
    [
        ("order_ref", ["order-ref", "order"], "order-ref"),
        ("orderRef", ["order-ref"], "order-ref"),
        ("INVOICE", ["invoice"], "invoice"),
        ("DEV-DAYS", ["DEV-DAY", "CHAISE"], "DEV-DAY"),
        ("vendorCode", ["vendor"], None),
        ("photo", ["item", "product"], None),
        ("x", [], None),
    ],
)
def test_did_you_mean(typed: str, candidates: list[str], meant: str | None) -> None:
    assert nearest(typed, candidates) == meant
