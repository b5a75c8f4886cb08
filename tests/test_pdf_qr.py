"""The payment code: its payload (EPC069-12, worked case 14) and its symbol (ISO/IEC 18004)."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.barcode import qrencoder

from facturier.pdf import qr
from facturier.pdf.epc_qr import epc_payload, qr_rows

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def test_the_payload_of_the_worked_case() -> None:
    payload = epc_payload("Atelier Martin SARL", IBAN, Decimal("1200.00"), reference="RF83FA20260042")
    assert payload == (
        "BCD\n002\n1\nSCT\n\nAtelier Martin SARL\nFR7630006000011234567890189\nEUR1200.00\n\nRF83FA20260042"
    )
    assert len(payload.encode()) == 89


def test_free_text_stands_in_the_eleventh_line_and_nothing_after_it() -> None:
    payload = epc_payload("Atelier Martin SARL", IBAN, Decimal(1200), text="F2026-0042")
    assert payload is not None
    assert payload.split("\n")[9:] == ["", "F2026-0042"]
    assert len(payload.encode()) == 86


def test_a_reference_that_is_no_creditor_reference_becomes_free_text() -> None:
    payload = epc_payload("A", IBAN, Decimal(1), reference="F2026-0042")
    assert payload is not None
    assert payload.split("\n")[9:] == ["", "F2026-0042"]


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "1000000000", "12.345"])
def test_an_amount_that_the_code_cannot_state_gives_no_code(amount: str) -> None:
    assert epc_payload("A", IBAN, Decimal(amount), text="F1") is None


@pytest.mark.parametrize("amount", ["0.01", "999999999.99"])
def test_the_smallest_and_the_largest_amount(amount: str) -> None:
    payload = epc_payload("A", IBAN, Decimal(amount), text="F1")
    assert payload is not None
    assert f"EUR{amount}" in payload


def test_accents_are_left_out_where_that_loses_nothing() -> None:
    french = epc_payload("Société Générale des Œuvres d’Été", IBAN, Decimal(1), text="F1")
    assert french is not None
    assert french.split("\n")[5] == "Societe Generale des OEuvres d'Ete"
    greek = epc_payload("Ελλάς & Cⁱᵉ", IBAN, Decimal(1), text="F1")
    assert greek is not None
    assert greek.split("\n")[5] == "Ελλάς & Cⁱᵉ"


def test_without_an_account_or_a_name_there_is_no_code() -> None:
    assert epc_payload("A", "", Decimal(1)) is None
    assert epc_payload("\x00\n", IBAN, Decimal(1)) is None


@given(name=st.text(), text=st.text(), bic=st.text(max_size=12))
def test_whatever_the_texts_no_line_is_added_and_all_limits_hold(name: str, text: str, bic: str) -> None:
    payload = epc_payload(name, IBAN, Decimal("12.30"), bic=bic, text=text)
    if payload is None:
        return
    lines = payload.split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert 8 <= len(lines) <= 11
    assert 1 <= len(lines[5]) <= 70
    assert len(lines[10] if len(lines) == 11 else "") <= 140
    assert len(payload.encode()) <= 331
    assert all(line.isprintable() for line in lines)


def reference_symbols(data: str) -> list[tuple[str, ...]]:
    """Return the symbol of each mask as ReportLab's independent encoder draws it."""
    symbols: list[tuple[str, ...]] = []
    for mask in range(8):
        code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
        code.addData(qrencoder.QR8bitByte(data))
        code.version = code.calculate_version()
        code.makeImpl(False, mask)
        symbols.append(tuple("".join("1" if module else "0" for module in row) for row in code.modules))
    return symbols


def slow_penalty(rows: tuple[str, ...]) -> int:
    """Compute the penalty of section 7.8.3 row by row, as it is written, the outside being light."""
    size = len(rows)
    columns = ["".join(row[index] for row in rows) for index in range(size)]
    points = 0
    for line in (*rows, *columns):
        for run in line.replace("01", "0 1").replace("10", "1 0").split():
            points += len(run) - 2 if len(run) >= 5 else 0
        padded = f"0000{line}0000"
        for start in range(4, size - 2):
            if padded[start : start + 7] == "1011101":
                before, after = padded[start - 4 : start], padded[start + 7 : start + 11]
                points += 40 * ("0000" in (before, after))
    for upper, lower in pairwise(rows):
        for index in range(size - 1):
            points += 3 * (len({upper[index], upper[index + 1], lower[index], lower[index + 1]}) == 1)
    dark = sum(row.count("1") for row in rows)
    return points + 10 * int(abs(100 * dark / (size * size) - 50) / 5)


@pytest.mark.parametrize("length", [1, 14, 15, 27, 43, 63, 85, 107, 110, 123, 153, 181, 214, 252, 288, 331])
def test_the_symbol_is_that_of_another_encoder_with_the_mask_of_least_penalty(length: int) -> None:
    data = "".join(chr(ord("!") + index * 7 % 90) for index in range(length))
    candidates = reference_symbols(data)
    symbol = qr.encode(data.encode("ascii"))
    assert symbol in candidates
    penalties = [slow_penalty(candidate) for candidate in candidates]
    assert slow_penalty(symbol) == min(penalties)


def test_more_than_the_largest_symbol_holds_is_an_error() -> None:
    assert len(qr.encode(b"x" * 331)) == 69
    with pytest.raises(qr.TooLongError):
        qr.encode(b"x" * 332)


@settings(max_examples=30)
@given(st.binary(min_size=1, max_size=331))
def test_any_bytes_give_a_square_with_three_finder_patterns(data: bytes) -> None:
    rows = qr.encode(data)
    assert {len(row) for row in rows} == {len(rows)}
    finder = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
    assert tuple(row[:7] for row in rows[:7]) == finder
    assert tuple(row[-7:] for row in rows[:7]) == finder
    assert tuple(row[:7] for row in rows[-7:]) == finder


def test_the_same_payload_is_encoded_once() -> None:
    assert qr_rows("BCD") is qr_rows("BCD")
