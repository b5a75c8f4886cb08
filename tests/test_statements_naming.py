"""Finding document numbers in a payer's words: whole tokens, and RF references however they are spaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.references import creditor_reference
from facturier.statements.naming import Names, is_weak

NUMBERS = ("F2026-0042", "F2026-0043", "2025-118", "FA/2026/7", "A2026-0012")
NAMES = Names(NUMBERS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VIR F2026-0042 MERCI", {"F2026-0042"}),
        ("f2026-0042", {"F2026-0042"}),
        ("FACTURE:F2026-0042.", {"F2026-0042"}),
        ("(F2026-0042)", {"F2026-0042"}),
        ("F2026-0042,F2026-0043", {"F2026-0042", "F2026-0043"}),
        ("REF/F2026-0042/MOTIF", {"F2026-0042"}),
        ("FACT.F2026-0042", {"F2026-0042"}),
        ("FACT FA/2026/7", {"FA/2026/7"}),
        ("REF/FA/2026/7/MOTIF", {"FA/2026/7"}),
        ("solde 2025-118", {"2025-118"}),
        # Part of something longer: not named.
        ("F2026-00421", set()),
        ("AF2026-0042", set()),
        ("F2026-0042-1", set()),
        ("F2026-0042B", set()),
        ("12/2025-118", set()),
        ("2025-118/2", set()),
        ("B.2025-118", set()),
        ("FA/2026/71", set()),
        ("FA/2026", set()),
        ("F2026 0042", set()),
        ("F20260042", set()),
        ("", set()),
        ("é" * 10 + "F2026-0042é", {"F2026-0042"}),
    ],
)
def test_whole_tokens_only(text: str, expected: set[str]) -> None:
    assert NAMES.named([text]) == expected


def test_reference_spaced_and_followed_by_words() -> None:
    reference = creditor_reference("F2026-0042")
    groups = " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
    for text in (reference, groups, f"VIR {groups} MERCI", f"RF{reference[2:]}", groups.lower(), f"/{reference}/"):
        assert NAMES.named([text]) == {"F2026-0042"}, text


def test_reference_with_other_check_digits_or_more_behind_is_not_ours() -> None:
    reference = creditor_reference("F2026-0042")
    wrong = f"RF{(int(reference[2:4]) + 1) % 100:02}{reference[4:]}"
    assert NAMES.named([wrong, reference + "1", "X" + reference, "RF", "RF1", "RF18539007547034"]) == frozenset()


def test_numbers_that_share_a_reference_are_both_named() -> None:
    """F-20260042 and F2026-0042 have one RF reference: it names two documents, so nothing is settled by it."""
    names = Names(["F2026-0042", "F-20260042"])
    assert names.named([creditor_reference("F2026-0042")]) == {"F2026-0042", "F-20260042"}


def test_weak_numbers() -> None:
    assert [is_weak(number) for number in ("118", "20-118", "2025-118", "F42", "1")] == [True, True, False, False, True]


@given(st.text(max_size=200))
def test_hostile_text_never_fails_and_names_only_ours(text: str) -> None:
    assert NAMES.named([text]) <= set(NUMBERS)


@given(st.text("F2026-0431/. RB", max_size=40))
def test_a_named_number_stands_between_non_alphanumerics(text: str) -> None:
    for number in NAMES.named([text]):
        padded = f" {text.upper()} "
        assert any(
            not padded[at - 1].isalnum() and not padded[at + len(number)].isalnum()
            for at in range(1, len(padded) - len(number))
            if padded[at:].startswith(number)
        ) or creditor_reference(number) in padded.replace(" ", "")  # fmt: skip
