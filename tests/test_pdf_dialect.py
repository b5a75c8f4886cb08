"""The page dialect: what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_pages import page_of

from facturier.assets import packaged_templates
from facturier.messages import Message
from facturier.pdf import nodes
from facturier.pdf.dialect import read_document
from facturier.pdf.drawing import POINTS_PER_MM
from facturier.pdf.faults import TemplateError
from facturier.pdf.schema import BLOCKS, ELEMENTS, INLINE, Kind
from facturier.pdf.template import load_template, packaged_template

BODY = '<body first-top="20" later-top="20" bottom="280">{}</body>'


def read(content: str, body: str = BODY) -> nodes.Document:
    text = f"<document>\n{body.format(content)}\n</document>"
    return read_document(text, packaged_template().theme, "mine.xml")


def fault(content: str, body: str = BODY) -> str:
    with pytest.raises(TemplateError) as caught:
        read(content, body)
    return str(caught.value)


def test_lengths_are_millimetres_from_the_top() -> None:
    document = read("<p>Bonjour <b>monde</b></p>")
    assert document.first_top == pytest.approx(20 * POINTS_PER_MM)
    paragraph = document.body[0]
    assert isinstance(paragraph, nodes.Paragraph)
    assert [run.text for run in paragraph.inlines if isinstance(run, nodes.TextRun)] == ["Bonjour ", "monde"]
    assert [run.bold for run in paragraph.inlines if isinstance(run, nodes.TextRun)] == [False, True]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<tabel/>", "mine.xml:2: There is no element “tabel”: did you mean “table”?"),
        ('<p stile="small">x</p>', "There is no attribute of <p> “stile”: did you mean “style”?"),
        ('<p style="smal">x</p>', "There is no text style “smal”: did you mean “small”?"),
        ('<box fill="acent"/>', "There is no colour “acent”: did you mean “accent”?"),
        ('<table widths="*" look="lnes"/>', "There is no table look “lnes”: did you mean “lines”?"),
        ('<p align="middle">x</p>', 'align="middle": write left, center, right.'),
        ('<space h="12mm"/>', 'h="12mm": write a length in millimetres.'),
        ('<space h="-1"/>', 'h="-1": write a length'),
        ('<space h="1e9"/>', 'h="1e9": write a length'),
        ("<space/>", "<space> needs h: a length in millimetres."),
        ("loose", "Text directly in <body>: put it in a <p>."),
        ("<row/>", "<row> cannot stand in <body>."),
        ('<table widths="* 10"><row><c>1</c></row></table>', "1 cells, but widths names 2 columns."),
        ('<table widths="*"><row v="douze"><c>1</c></row></table>', 'v="douze": write an amount'),
        ('<table widths="*"><row v="NaN"><c>1</c></row></table>', 'v="NaN": write an amount'),
        ('<columns widths="* *"><cell/></columns>', "1 cells, but widths names 2 columns."),
        ("<p>&nope;</p>", "This is not well-formed XML: Entity 'nope' not defined."),
        ("<p>", "This is not well-formed XML: Opening and ending tag mismatch"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(content: str, expected: str) -> None:
    assert expected in fault(content)


def test_margins_without_room_between_them() -> None:
    assert "no room" in fault("", '<body left="120" right="100" first-top="20" later-top="20" bottom="280">{}</body>')
    assert "no room" in fault("", '<body first-top="290" later-top="20" bottom="280">{}</body>')
    assert "no room" in fault("", '<body first-top="20" later-top="20" bottom="400">{}</body>')


def test_entities_and_document_types_are_refused() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><document/>'
    with pytest.raises(TemplateError, match="no DOCTYPE"):
        read_document(bomb, packaged_template().theme, "mine.xml")


@pytest.mark.parametrize("text", ["", "just text", "<other/>", "<document/>", "<document><body/><body/></document>"])
def test_what_is_no_document_at_all(text: str) -> None:
    with pytest.raises(TemplateError):
        read_document(text, packaged_template().theme, "mine.xml")


def folder_with(tmp_path: Path, **files: str) -> Path:
    """Return a template folder with the default theme and the given XML files."""
    theme = (packaged_templates() / "default" / "theme.toml").read_text(encoding="utf-8")
    (tmp_path / "theme.toml").write_text(theme, encoding="utf-8")
    for name, text in files.items():
        (tmp_path / f"{name}.xml").write_text(text, encoding="utf-8")
    return tmp_path


def rendered_fault(folder: Path) -> str:
    template = load_template(folder)
    with pytest.raises(TemplateError) as caught:
        read_document(template.render(page_of(40)), template.theme, template.filename)
    return str(caught.value).replace(str(folder), "")


def test_the_line_is_the_templates_even_after_loops_and_includes(tmp_path: Path) -> None:
    main = (
        "<document>\n"
        '<body first-top="20" later-top="20" bottom="280">\n'
        "{% for line in page.lines %}<p>\n{{ line.item }}\n\n</p>{% endfor %}\n"
        "{# a comment\n over lines, with <p> in it #}\n"
        '<p colour="red">x</p>\n'
        "</body></document>"
    )
    found = rendered_fault(folder_with(tmp_path, invoice=main))
    assert found.startswith("/invoice.xml:9: There is no attribute of <p> “colour”")
    main = main.replace('<p colour="red">x</p>', '{% include "parts.xml" %}')
    folder = folder_with(tmp_path, invoice=main, parts="<p>ok</p>\n\n<pp>x</pp>")
    assert rendered_fault(folder).startswith("/parts.xml:3: There is no element “pp”")


def test_broken_xml_is_placed_at_the_element_before_it(tmp_path: Path) -> None:
    main = '<document>\n<body first-top="20" later-top="20" bottom="280">\n\n<p>one</p>\n<p>two</q>\n</body></document>'
    assert rendered_fault(folder_with(tmp_path, invoice=main)).startswith("/invoice.xml:5: This is not well-formed XML")


def test_hostile_text_stays_text() -> None:
    document = read("<p>&lt;b&gt;&amp;amp; {page} &#x202E;</p>")
    paragraph = document.body[0]
    assert isinstance(paragraph, nodes.Paragraph)
    assert paragraph.inlines == (nodes.TextRun("<b>&amp; {page} \u202e", paragraph.style, bold=False),)


def test_every_element_of_the_schema_can_be_reached() -> None:
    reached = {"document"}
    for _ in ELEMENTS:
        reached |= {child for name in reached for child in ELEMENTS[name].children}
    assert reached == set(ELEMENTS)
    assert set(ELEMENTS) >= BLOCKS | INLINE
    assert all(element.meaning.endswith(".") for element in ELEMENTS.values())


def test_what_may_stand_in_an_attribute_is_told_in_the_readers_language() -> None:
    assert all(isinstance(kind.value, Message) for kind in Kind)
    with pytest.raises(TemplateError) as caught:
        read('<space h="12mm"/>')
    assert caught.value.message.values["expected"] is Kind.LENGTH.value


def test_a_cell_may_have_a_style_of_its_own() -> None:
    document = read('<table widths="* 20"><row><c style="small">1</c><c>2</c></row></table>')
    table = document.body[0]
    assert isinstance(table, nodes.Table)
    runs = [cell.paragraphs[0].inlines[0] for cell in table.rows[0].cells]
    assert all(isinstance(run, nodes.TextRun) for run in runs)
    own, of_the_row = (run.style for run in runs if isinstance(run, nodes.TextRun))
    assert own == packaged_template().theme.styles["small"]
    assert of_the_row != own
    assert "There is no text style “smal”" in fault('<table widths="*"><row><c style="smal">1</c></row></table>')
