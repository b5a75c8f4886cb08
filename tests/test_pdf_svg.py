"""SVG logos: plain shapes are drawn where they belong, everything else is refused by name."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_pages import FACTUR_X, page_of
from PIL import Image
from verapdf_engine import validate_pdfa

from facturier.messages import Message
from facturier.pdf.pictures import read_picture
from facturier.pdf.render import render_pdf
from facturier.pdf.svg import Drawing, UnusableSvgError, read_svg
from facturier.pdf.svg_path import PathError, path_operators

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="10 20 200 100">
  <title>Logo</title><defs><linearGradient id="unused"/></defs>
  <rect x="10" y="20" width="100" height="100" fill="#f00"/>
  <g transform="translate(110 20)" style="fill: rgb(0, 0, 255)">
    <path d="M0 0h100v50H0z"/>
    <circle cx="50" cy="75" r="20" fill="lime"/>
  </g>
</svg>"""


def svg(content: str, attributes: str = 'viewBox="0 0 10 10"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{content}</svg>'.encode()


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableSvgError) as caught:
        read_svg(data)
    return str(caught.value.message)


@pytest.mark.poppler
def test_shapes_stand_where_the_drawing_puts_them(tmp_path: Path) -> None:
    picture = read_picture("logo.svg", LOGO.encode())
    assert isinstance(picture, Drawing)
    assert (picture.width, picture.height) == (200, 100)
    file = tmp_path / "page.pdf"
    file.write_bytes(render_pdf(page_of(), pictures={"logo": picture}).pdf)
    subprocess.run(["pdftoppm", "-r", "254", "-png", "-singlefile", str(file), str(tmp_path / "page")], check=True)
    page = Image.open(tmp_path / "page.png").convert("RGB")
    # The default template puts a wide logo at 20, 14 mm, 13 mm high: 26 × 13 mm; ten pixels a millimetre.
    assert page.getpixel((200 + 65, 140 + 65)) == (255, 0, 0)
    assert page.getpixel((200 + 130 + 65, 140 + 32)) == (0, 0, 255)
    assert page.getpixel((200 + 130 + 65, 140 + 65 + 32)) == (0, 255, 0)
    assert page.getpixel((200 + 130 + 10, 140 + 65 + 32)) == (255, 255, 255)


@pytest.mark.java
def test_a_page_with_a_drawing_is_still_a_pdfa(tmp_path: Path) -> None:
    picture = read_picture("logo.svg", LOGO.encode())
    assert isinstance(picture, Drawing)
    file = tmp_path / "page.pdf"
    file.write_bytes(render_pdf(page_of(40), attachments=[FACTUR_X], pictures={"logo": picture}).pdf)
    assert validate_pdfa([file]) == {file: []}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<text>Logo</text>", "<text>"),
        ('<image href="http://example.org/x.png"/>', "<image>"),
        ('<use href="#a"/>', "<use>"),
        ("<style>*{fill:red}</style>", "<style>"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<rect width="1" height="1" fill="url(#g)"/>', "url(#g)"),
        ('<rect width="1" height="1" opacity="0.5"/>', "opacity"),
        ('<rect width="1" height="1" style="filter:url(#f)"/>', "filter"),
        ('<path d="M0 0 L"/>', "a path that cannot be read"),
        ('<path d="L1 1"/>', "a path that cannot be read"),
        ('<rect width="1e30" height="1"/>', "too large"),
        ("<g>" * 40 + "</g>" * 40, "nested too deeply"),
        ('<rect width="1" height="1"/>' * 2001, "more than 2000 shapes"),
    ],
)
def test_what_is_not_supported_is_named(content: str, reason: str) -> None:
    assert reason in refusal(svg(content))
    sentence = read_picture("logo.svg", svg(content))
    assert isinstance(sentence, Message)
    assert reason in str(sentence)
    assert "save it as PNG" in str(sentence)


def test_entities_other_roots_and_missing_sizes() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    assert "entities" in refusal(bomb)
    assert "UTF-8" in refusal(bomb.decode().encode("utf-16"))
    assert "not SVG" in refusal(b"<svg/>")
    assert "not well-formed" in refusal(b"<svg")
    assert "no viewBox" in refusal(svg("", ""))
    assert "no viewBox" in refusal(svg("", 'viewBox="0 0 0 10"'))
    assert "more than 500 kB" in refusal(b" " * 500_001)
    assert read_svg(svg("", 'width="30px" height="10"'))[:2] == (30, 10)


def points(operators: list[str]) -> list[tuple[float, float]]:
    """Return where each operator ends."""
    numbers = [[float(number) for number in re.findall(r"-?\d+\.\d+", operator)] for operator in operators]
    return [(found[-2], found[-1]) for found in numbers if found]


def test_path_commands_relative_and_absolute() -> None:
    absolute = path_operators("M1 1 L3 1 H5 V3 C5 4 6 5 7 5 S9 6 9 7 Q9 9 7 9 T3 9 Z")
    relative = path_operators("m1,1 2,0h2v2c0 1 1 2 2 2s2 1 2 2q0 2-2 2t-4 0z")
    assert relative == absolute
    assert path_operators("M.5.5-1-1") == ["0.5000 0.5000 m", "-1.0000 -1.0000 l"]
    assert path_operators("") == []


@given(st.floats(0, 360), st.integers(0, 1), st.integers(0, 1), st.floats(1, 50))
def test_an_arc_stays_on_its_circle_and_ends_where_it_should(
    angle: float, large: int, sweep: int, radius: float
) -> None:
    end = (radius * math.cos(math.radians(angle)), radius * math.sin(math.radians(angle)))
    reached = points(
        path_operators(f"M{radius:.4f} 0A{radius:.4f} {radius:.4f} 0 {large}{sweep}{end[0]:.4f} {end[1]:.4f}")
    )
    assert reached[-1] == pytest.approx(end, abs=1e-3)
    if 20 < angle < 340 and (large == 1) == (angle > 180 if sweep else angle < 180):
        assert all(math.hypot(x, y) == pytest.approx(radius, abs=0.02 * radius) for x, y in reached)


@pytest.mark.parametrize("data", ["M0", "X", "M0 0 A1 1 0 2 0 5 5", "M0 0 Z 5", "M1e9 0", "0 0"])
def test_broken_path_data(data: str) -> None:
    with pytest.raises(PathError):
        path_operators(data)
