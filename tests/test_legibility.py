"""Contrast of every text on every ground it stands on, computed over the themes (WCAG 2.1, AA: 4.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturier.assets import packaged_names, packaged_templates
from facturier.pdf.legibility import LEAST_CONTRAST, contrast, theme_notices, weak_contrasts
from facturier.pdf.template import load_template, packaged_template

COLOUR = st.tuples(*[st.floats(min_value=0, max_value=1, allow_nan=False)] * 3).map(
    lambda parts: " ".join(f"{part:.3f}" for part in parts)
)


@pytest.mark.parametrize("name", sorted(packaged_names()))
def test_every_text_of_our_templates_has_enough_contrast(name: str) -> None:
    theme = packaged_template(name).theme
    assert list(weak_contrasts(theme)) == []
    assert theme_notices(theme) == []
    assert all(theme.grounds[style] for style in theme.styles if style != "watermark")


@pytest.mark.parametrize("name", sorted(packaged_names()))
def test_text_can_be_read_over_the_watermark_too(name: str) -> None:
    colours = packaged_template(name).theme.colours
    for ink in ("ink", "accent", "grey"):
        assert contrast(colours[ink], colours["watermark"]) >= LEAST_CONTRAST, ink


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("0 0 0", "1 1 1", 21.0), ("1 1 1", "1 1 1", 1.0), ("0.467 0.467 0.467", "1 1 1", 4.48), ("1 0 0", "1 1 1", 4.0)],
)
def test_contrast_is_that_of_wcag(first: str, second: str, expected: float) -> None:
    assert contrast(first, second) == pytest.approx(expected, abs=0.01)


@given(COLOUR, COLOUR)
def test_contrast_lies_between_one_and_twenty_one_either_way(first: str, second: str) -> None:
    assert 1 <= contrast(first, second) <= 21.001
    assert contrast(first, second) == contrast(second, first)


@pytest.mark.parametrize(
    ("colours", "said"),
    [
        ({"grey": "#aaaaaa"}, "The colour grey on tint has a contrast of 2.2"),
        ({"accent": "#ffcc00"}, "The colour white on accent has a contrast of 1.5"),
        ({"tint": "#333333"}, "The colour ink on tint has a contrast of 1."),
    ],
)
def test_a_colour_of_the_users_that_cannot_be_read_is_told(colours: dict[str, str], said: str) -> None:
    theme = load_template(packaged_templates() / "default", {"colours": colours}).theme
    assert any(said in str(notice) for notice in theme_notices(theme)), [str(one) for one in theme_notices(theme)]
