"""The key of a line: what changes it, what does not, and how doubles are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from facturier.statements.keys import fingerprint, folded, line_keys
from facturier.statements.line import Payment, StatementLine

LINE = StatementLine(
    account="FR7630006000011234567890189",
    currency="EUR",
    booking_date=date(2026, 11, 5),
    amount=Decimal("20.00"),
    payment=Payment(counterparty_name="SNCF", remittance=("BILLET", "LYON PARIS")),
)
REFERRED = replace(LINE, bank_reference="BQ1")


@pytest.mark.parametrize(
    "change",
    [
        {"account": "FR7612345987650123456789014"},
        {"booking_date": date(2026, 11, 6)},
        {"amount": Decimal("-20.00")},
        {"currency": "CHF"},
        {"bank_reference": "BQ1"},
        {"payment": Payment(counterparty_name="SNCF", remittance=("BILLET", "PARIS LYON"))},
        {"label": ("CB",)},
    ],
)
def test_another_movement_has_another_fingerprint(change: dict[str, object]) -> None:
    assert fingerprint(replace(LINE, **change)) != fingerprint(LINE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"value_date": date(2026, 12, 1)},
        {"amount": Decimal("20.0")},
        {"record": 7, "line": 9, "statement_id": "S2", "entry_reference": "12"},
        {"payment": Payment(counterparty_name="Sncf", remittance=("Billet", "LYON  PARIS"))},
    ],
)
def test_the_same_movement_told_otherwise_has_the_same(change: dict[str, object]) -> None:
    assert fingerprint(replace(LINE, **change)) == fingerprint(LINE)  # type: ignore[arg-type]


def test_with_a_bank_reference_the_words_do_not_count() -> None:
    """A report within the day and the statement of the evening word one movement differently."""
    assert fingerprint(replace(REFERRED, payment=Payment(), label=("VIR",))) == fingerprint(REFERRED)


def test_a_reference_used_again_next_month_is_another_movement() -> None:
    assert fingerprint(replace(REFERRED, booking_date=date(2026, 12, 5))) != fingerprint(REFERRED)


def test_doubles_are_counted_in_the_order_of_the_file() -> None:
    other = replace(LINE, amount=Decimal("5.00"))
    keys = line_keys([LINE, other, LINE, LINE])
    assert [key.partition("#")[2] for key in keys] == ["1", "1", "2", "3"]
    assert len(set(keys)) == 4
    assert line_keys([LINE, LINE]) == [keys[0], keys[2]]


def test_large_and_tiny_amounts_are_written_in_full() -> None:
    for amount in ("1E+3", "1000", "1000.00"):
        assert fingerprint(replace(LINE, amount=Decimal(amount))) == fingerprint(replace(LINE, amount=Decimal(1000)))


def test_folded() -> None:
    assert folded("  Élan & C°  ") == "ELANC"
    assert folded("STRASSE") == folded("Straße")
