"""The reference page of templates: an example for every element, each of which makes a page."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pdf_pages import page_of

from facturier.assets import packaged_templates
from facturier.directives.appearance import wording_names
from facturier.pdf import page as values
from facturier.pdf.dialect_page import templates_page
from facturier.pdf.render import render_pdf
from facturier.pdf.schema import BLOCKS, ELEMENTS, EXAMPLES
from facturier.pdf.template import PageTemplate, load_template

BODY = '<body first-top="20" later-top="20" bottom="280">{}</body>'


def template_with(folder: Path, name: str) -> PageTemplate:
    example = EXAMPLES[name]
    outermost = example[example.index("<") + 1 :].split(maxsplit=1)[0].split(">")[0]
    if outermost in BLOCKS:
        example = BODY.format(example)
    elif outermost in ELEMENTS["layer"].children:
        example = f"<layer>{example}</layer>{BODY.format('')}"
    elif outermost == "layer":
        example += BODY.format("")
    if outermost != "document":
        example = f"<document>{example}</document>"
    (folder / "invoice.xml").write_text(example, encoding="utf-8")
    theme = (packaged_templates() / "default" / "theme.toml").read_text(encoding="utf-8")
    (folder / "theme.toml").write_text(theme, encoding="utf-8")
    return load_template(folder)


def test_every_element_has_an_example() -> None:
    assert set(EXAMPLES) == set(ELEMENTS)


@pytest.mark.parametrize("name", ELEMENTS)
def test_the_example_of_an_element_makes_a_page_with_it(tmp_path: Path, name: str) -> None:
    template = template_with(tmp_path, name)
    drawn = page_of()
    assert render_pdf(drawn, template).pages == 1
    if name != "image":  # there is no logo
        assert f"<{name}" in template.render(drawn)


@pytest.mark.parametrize("name", ELEMENTS)
def test_the_examples_of_an_element_show_all_its_attributes_that_must_be_written(name: str) -> None:
    required = [key for key, attribute in ELEMENTS[name].attributes.items() if attribute.required]
    assert all(f'{key}="' in EXAMPLES[name] for key in required)


def test_the_page_names_every_attribute_value_and_word() -> None:
    page = templates_page()
    for element in ELEMENTS.values():
        assert all(f"| `{name}` | {one.meaning} |" in page for name, one in element.attributes.items())
    for one in dataclasses.fields(values.Page):
        assert f"| `{one.name}` |" in page, one.name
    for name in wording_names():
        assert f"| `{name}` |" in page, name


def test_every_value_of_a_page_has_its_meaning() -> None:
    page = templates_page()
    assert [line for line in page.splitlines() if line.startswith("| `") and line.endswith("|  |")] == []
