"""The RF creditor reference (ISO 11649), worked case 15."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, iso11649
from stdnum.fr import siren, tva

from facturier.references import creditor_reference, is_creditor_reference


def test_worked_case_15() -> None:
    assert is_creditor_reference("RF18 539007547034")
    assert creditor_reference("FA2026-0042") == "RF83FA20260042"
    assert creditor_reference("fa/2026/0042") == "RF83FA20260042"
    assert iban.is_valid("FR7630006000011234567890189")
    assert iban.is_valid("BE68539007547034", check_country=False)  # no Belgian bank has that code
    assert siren.is_valid("732829320")
    assert siren.to_tva("732829320").replace(" ", "") == "44732829320"
    assert tva.is_valid("FR44732829320")
    assert tva.is_valid("FR83404833048")


@pytest.mark.parametrize(
    "text", ["RF19539007547034", "RF", "", "F2026-0042", "RF18 53900754703", "RF00É", "RF18" + "1" * 30]
)
def test_what_is_no_reference(text: str) -> None:
    assert not is_creditor_reference(text)


def test_a_number_without_room_in_a_reference_gets_none() -> None:
    assert creditor_reference("") == ""
    assert creditor_reference("---") == ""
    assert creditor_reference("A" * 22) == ""
    assert iso11649.is_valid(creditor_reference("A" * 21))


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/_+", min_size=1, max_size=21))
def test_every_reference_is_valid_and_holds_its_number(number: str) -> None:
    reference = creditor_reference(number)
    body = "".join(character for character in number if character.isalnum())
    assert reference == "" if not body else iso11649.is_valid(reference) and reference[4:] == body
