"""Wrapping, tables over pages, carried-forward totals, what stays together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facturier.pdf.dialect import read_document
from facturier.pdf.drawing import POINTS_PER_MM, Bookmark, Code, Line, Mark, PlacedPicture, Rectangle, Shifted, Text
from facturier.pdf.faults import TemplateError
from facturier.pdf.fonts import MissingGlyph
from facturier.pdf.layout import LaidOut, lay_out
from facturier.pdf.nodes import LineBreak, TextRun
from facturier.pdf.pictures import Bitmap, Picture
from facturier.pdf.template import packaged_template
from facturier.pdf.wrapping import Setting, set_lines

THEME = packaged_template().theme
BODY = THEME.styles["body"]
LATIN = st.text(alphabet=st.sampled_from("abc éœ€ \u00a0-/.\n"), max_size=200)


def laid_out(content: str, layers: str = "", bottom: int = 280, pictures: dict[str, Picture] | None = None) -> LaidOut:
    text = f'<document>{layers}<body first-top="20" later-top="20" bottom="{bottom}">{content}</body></document>'
    return lay_out(read_document(text, THEME, "mine.xml"), pictures or {}, lambda amount: f"{amount:.2f}")


def placed(marks: Sequence[Mark], dy: float = 0.0) -> Iterator[tuple[float, Mark]]:
    """Yield each mark with the height it ends up at."""
    for mark in marks:
        if isinstance(mark, Shifted):
            yield from placed(mark.marks, dy + mark.dy)
        elif not isinstance(mark, Bookmark | Line):
            yield dy + mark.y, mark


def texts(page: Sequence[Mark]) -> list[str]:
    return [mark.text for _, mark in placed(page) if isinstance(mark, Text)]


# Wrapping


@given(LATIN, st.floats(min_value=12, max_value=300))
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: float) -> None:
    lines = set_lines((TextRun(text, BODY, bold=False),), BODY, width, Setting({}))
    assert all(line.width <= width + 0.01 for line in lines)
    shown = "".join(piece.text for line in lines for _, piece in line.pieces)
    assert re.sub("[ \n\u00a0]", "", shown) == re.sub("[ \n\u00a0]", "", text)


@given(st.lists(st.tuples(LATIN, st.booleans()), max_size=6), st.floats(min_value=20, max_value=300))
def test_runs_of_several_styles_wrap_as_one_text(runs: list[tuple[str, bool]], width: float) -> None:
    inlines = tuple(TextRun(text, THEME.styles["small"] if small else BODY, bold=small) for text, small in runs)
    lines = set_lines(inlines, BODY, width, Setting({}))
    assert all(line.width <= width + 0.01 for line in lines)
    shown = "".join(piece.text for line in lines for _, piece in line.pieces)
    assert re.sub("[ \n\u00a0]", "", shown) == re.sub("[ \n\u00a0]", "", "".join(text for text, _ in runs))


@pytest.mark.parametrize("text", ["situation n° 2", "Attention : lire", "la « Goémon »", "30 % du marché", "40 € net"])
def test_french_spaces_typed_as_ordinary_ones_hold(text: str) -> None:
    """Nothing begins with a colon and nothing ends with an opening mark."""
    for width in range(60, 200, 3):
        lines = set_lines((TextRun(f"mot mot mot {text}", BODY, bold=False),), BODY, width, Setting({}))
        shown = ["".join(piece.text for _, piece in line.pieces) for line in lines]
        assert not any(one[0] in ":»%€" or one[-1] in "«°" for one in shown), shown


def test_no_break_spaces_hold() -> None:
    amount = "1\u202f506,00\u00a0€"
    width = BODY.face.width(amount) * BODY.size / 1000 + 1
    lines = set_lines((TextRun(f"xxxxx {amount}", BODY, bold=False),), BODY, width, Setting({}))
    assert [line.pieces[0][1].text for line in lines] == ["xxxxx", amount]


def test_a_word_that_is_too_long_is_broken_after_punctuation_where_there_is_some() -> None:
    address = "https://example.org/a/very/long/address/that/nobody/reads"
    lines = set_lines((TextRun(address, BODY, bold=False),), BODY, 100, Setting({}))
    assert len(lines) > 1
    assert all(line.pieces[0][1].text[-1] in "/.:" for line in lines[:-1])


def test_line_breaks_are_kept_also_empty_ones() -> None:
    run = TextRun("a", BODY, bold=False)
    lines = set_lines((run, LineBreak(), LineBreak(), run), BODY, 100, Setting({}))
    assert [len(line.pieces) for line in lines] == [1, 0, 1]


def test_a_missing_glyph_is_shown_as_a_question_mark_and_named() -> None:
    missing: dict[str, MissingGlyph] = {}
    shown = BODY.face.shown("a\u200dא😀\u202e\ufe0fb", missing)
    assert shown == "a??b"
    assert [(glyph.code, glyph.name) for glyph in missing.values()] == [
        ("U+05D0", "HEBREW LETTER ALEF"),
        ("U+1F600", "GRINNING FACE"),
    ]


def test_figures_are_tabular_in_both_faces() -> None:
    for face in (BODY.face, BODY.bold_face):
        assert len({face.width(digit) for digit in "0123456789"}) == 1


# Tables and pages


def table_of(amounts: Sequence[Decimal], extra: str = "", details: int = 0) -> str:
    detail = "<detail>{}</detail>".format("<br/>".join(f"d{n}" for n in range(details))) if details else ""
    rows = "".join(
        f'<row v="{amount}"><c>item {n}{detail}</c><c>{amount:.2f}</c></row>' for n, amount in enumerate(amounts)
    )
    head = "<head><c>What</c><c>Amount</c></head>"
    return f'<table widths="* 30" align="left right" carry="CARRY" brought="BROUGHT" {extra}>{head}{rows}</table>'


def carried(page: Sequence[Mark], label: str) -> list[Decimal]:
    return [Decimal(text.split("\u00a0")[-1]) for text in texts(page) if text.startswith(label)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.decimals(-1000, 100000, places=2), min_size=1, max_size=150), st.integers(0, 12), st.booleans())
def test_carried_totals_are_the_sums_of_what_stands_before(amounts: list[Decimal], details: int, tie: bool) -> None:
    pages = laid_out(table_of(amounts, 'tie="yes"' if tie else "", details) + "<p>end</p>").pages
    seen = Decimal(0)
    items: list[str] = []
    for number, page in enumerate(pages):
        last = number == len(pages) - 1
        found = [text for text in texts(page) if text.startswith("item")]
        if number:
            in_table = bool(carried(page, "BROUGHT"))
            assert carried(page, "BROUGHT") == ([seen] if in_table else [])
            assert ("WHAT" in texts(page)) == in_table
            assert in_table or not found
        items += found
        seen = sum((amounts[int(item.split()[1])] for item in items), Decimal(0))
        continues = not last and bool(carried(pages[number + 1], "BROUGHT"))
        assert carried(page, "CARRY") == ([seen] if continues else [])
    assert items == [f"item {n}" for n in range(len(amounts))]


@pytest.mark.parametrize("count", [1, 2, 3, 38, 39, 40, 41, 42, 80, 500])
def test_nothing_is_drawn_below_the_bottom(count: int) -> None:
    amounts = [Decimal(n) for n in range(count)]
    pages = laid_out(table_of(amounts, 'tie="yes"') + "<keep>" + "<p>total</p>" * 10 + "</keep>").pages
    bottom = 280 * POINTS_PER_MM
    assert all(y <= bottom for page in pages for y, _ in placed(page))
    assert sum(text == "total" for page in pages for text in texts(page)) == 10
    assert sum(text == "total" for text in texts(pages[-1])) == 10
    if count >= 3:
        assert f"item {count - 1}" in texts(pages[-1]), "the last row stays with the totals"


def test_a_description_longer_than_a_page_runs_over_pages_and_loses_nothing() -> None:
    words = [f"w{n}" for n in range(4000)]
    row = f'<row v="10"><c>item<detail>{" ".join(words)}</detail></c><c>10.00</c></row>'
    other = '<row v="5"><c>next</c><c>5.00</c></row>'
    pages = laid_out(
        f'<table widths="* 30" align="left right" carry="CARRY" brought="BROUGHT">{row}{other}</table>'
    ).pages
    assert len(pages) > 2
    shown = " ".join(text for page in pages for text in texts(page)).split()
    assert [word for word in shown if re.fullmatch(r"w\d+", word)] == words
    assert carried(pages[0], "CARRY") == [Decimal(10)], "a row counts on the page that shows its amount"
    assert carried(pages[1], "BROUGHT") == [Decimal(10)]


def test_what_is_kept_together_and_higher_than_a_page_still_flows() -> None:
    for wrapper in (
        "<keep>{}</keep>",
        '<box padding="2">{}</box>',
        '<columns widths="* *"><cell>{}</cell><cell/></columns>',
    ):
        pages = laid_out(wrapper.format("".join(f"<p>line {n}</p>" for n in range(200)))).pages
        assert len(pages) > 1
        assert [text for page in pages for text in texts(page)] == [f"line {n}" for n in range(200)]


def test_a_heading_is_not_left_alone_at_the_foot() -> None:
    filler = "<p>x</p>" * 63
    for extra in range(4):
        pages = laid_out(filler + "<p>x</p>" * extra + "<heading>Title</heading><p>first</p>").pages
        assert any("Title" in texts(page) and "first" in texts(page) for page in pages)


def test_space_is_dropped_at_the_top_of_a_page() -> None:
    with_space = laid_out("<p>x</p>" * 64 + '<space h="10"/><p>next</p>').pages
    assert len(with_space) == 2
    top = min(y for y, _ in placed(with_space[1]))
    assert top < 20 * POINTS_PER_MM + BODY.leading


def test_an_amount_of_fifteen_digits_stays_on_one_line() -> None:
    amount = "123\u202f456\u202f789\u202f012\u202f345,67\u00a0€"
    content = (
        f'<table widths="* 19 26" align="left right right"><row><c>a long item</c><c>1</c><c>{amount}</c></row></table>'
    )
    page = laid_out(content).pages[0]
    assert amount in texts(page)
    marks = {mark.text: mark for _, mark in placed(page) if isinstance(mark, Text)}
    quantity = marks["1"]
    assert quantity.x + quantity.face.width("1") * quantity.size / 1000 < marks[amount].x


def test_page_fields_count_the_pages() -> None:
    layer = '<layer><block x="10" y="285" w="50" h="5"><p><page-number/>/<page-count/></p></block></layer>'
    pages = laid_out("<p>x</p>" * 150, layer).pages
    assert [texts(page)[0] for page in pages] == ["1/3", "2/3", "3/3"]


def test_layers_choose_their_pages() -> None:
    layers = "".join(
        f'<layer pages="{pages}"><block x="1" y="1" w="50" h="5"><p>{pages}</p></block></layer>'
        for pages in ("all", "first", "later")
    )
    first, later = laid_out("<p>x</p>" * 80, layers).pages
    assert texts(first)[:2] == ["all", "first"]
    assert texts(later)[:2] == ["all", "later"]


def test_text_that_does_not_fit_its_place_is_set_smaller_and_then_cut_with_a_note() -> None:
    block = '<layer><block x="10" y="10" w="60" h="10" shrink="yes"><p>{}</p></block></layer>'
    smaller = laid_out("", block.format("word " * 24))
    assert not smaller.cut
    (size,) = {mark.size for _, mark in placed(smaller.pages[0]) if isinstance(mark, Text)}
    assert BODY.size * 0.6 <= size < BODY.size
    assert laid_out("", block.format("word " * 500)).cut


def test_a_box_is_as_high_as_its_content() -> None:
    page = laid_out('<box fill="tint" padding="3"><p>one</p><p>two</p></box>').pages[0]
    frames = [mark for _, mark in placed(page) if isinstance(mark, Rectangle)]
    assert [frame.height for frame in frames] == [pytest.approx(2 * BODY.leading + 6 * POINTS_PER_MM)]


def test_an_empty_payment_code_draws_nothing() -> None:
    assert not [mark for _, mark in placed(laid_out("<epc></epc>").pages[0]) if isinstance(mark, Code)]


def test_a_picture_is_fitted_without_distortion_and_an_unknown_one_is_named() -> None:
    picture = Bitmap(400, 100, "DeviceRGB", b"", None)
    page = laid_out('<image name="logo" w="20" h="20"/>', pictures={"logo": picture}).pages[0]
    (mark,) = [mark for _, mark in placed(page) if isinstance(mark, PlacedPicture)]
    assert mark.width == pytest.approx(20 * POINTS_PER_MM)
    assert mark.height == pytest.approx(5 * POINTS_PER_MM)
    with pytest.raises(TemplateError, match="there is no such picture"):
        laid_out('<image name="lgo" w="20" h="20"/>')


def test_a_template_cannot_ask_for_endless_pages() -> None:
    with pytest.raises(TemplateError, match="more than 3000 pages"):
        laid_out("<p>x</p><p>x</p>" * 1600, bottom=25)
