"""Templates are not trusted: no Python, no files, no endless work; errors name file and line."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_pages import page_of

from facturier.assets import packaged_templates
from facturier.pdf.faults import TemplateError
from facturier.pdf.render import render_pdf
from facturier.pdf.template import PageTemplate, load_template, packaged_template


def template_of(folder: Path, content: str) -> PageTemplate:
    theme = (packaged_templates() / "default" / "theme.toml").read_text(encoding="utf-8")
    (folder / "theme.toml").write_text(theme, encoding="utf-8")
    body = '<body first-top="20" later-top="20" bottom="280">'
    (folder / "invoice.xml").write_text(f"<document>\n{body}\n{content}\n</body></document>", encoding="utf-8")
    return load_template(folder)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ page.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ t.__globals__ }}",
        "{{ (page.lines | map(attribute='item')).gi_frame }}",
        "{{ '{0.__class__}'.format(page) }}",
        "{{ page.lines.__len__() }}",
        "{{ self.__init__ }}",
        "{{ 'x'.upper() }}",
        "{{ page }}",
        "{{ t }}",
        "{{ [page] | map(attribute='__class__') | list }}",
        "{{ page | attr('number') }}",
        "{% include '/etc/passwd' %}",
        "{% include '../theme.toml' %}",
        "{% import 'os.xml' as os %}",
        "{% set page.number = 'X' %}",
        "{{ '<b>' | safe }}",
        "{% autoescape false %}{% endautoescape %}",
        "{{ 'a' * 1000000000 }}",
        "{{ '%1000000000s' % 'a' }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ range(10000000000) | list }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{% if range(99999) | list %}{% endif %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% include 'invoice.xml' %}",
        "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}{% set n.x = [n.x, n.x] | join %}{% endfor %}",
        "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x = n.x | replace('a', 'aa') %}{% endfor %}",
        "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
        "{% set n = namespace(x=['a']) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
        "{% set n = namespace(x=['a'], y=['a']) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}"
        "{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
        "{% set n = namespace(x=7) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}{{ n.x }}",
    ],
)
def test_an_attack_ends_quickly_in_an_error_at_its_line(tmp_path: Path, attack: str) -> None:
    template = template_of(tmp_path, f"<p>\n{attack}</p>")
    began = time.process_time()
    with pytest.raises(TemplateError) as caught:
        render_pdf(page_of(), template)
    assert time.process_time() - began < 10
    assert Path(caught.value.filename) == tmp_path / "invoice.xml"
    assert caught.value.line in (4, 1)  # Jinja places an assignment to a foreign value at the start


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{{ page.nonsense }}", "has no attribute 'nonsense'"),
        ("{{ nonsense }}", "'nonsense' is undefined"),
        ("{{ t('title.invoise') }}", "There is no text “title.invoise”: did you mean “title.invoice”?"),
        ("{% for x in page.lines %}", "Unexpected end of template"),
        ("{{ page.number | uper }}", "No filter named 'uper'"),
        ("{{ money('x') }}", "cannot be used"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include 'none.xml' %}", "There is no file none.xml in the template's folder."),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, content: str, expected: str) -> None:
    with pytest.raises(TemplateError, match=r"invoice\.xml:\d") as caught:
        render_pdf(page_of(), template_of(tmp_path, f"<p>{content}</p>"))
    assert expected in str(caught.value)


def test_ordinary_templates_can_do_ordinary_things(tmp_path: Path) -> None:
    content = (
        "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}"
        "<p>{{ twice('a') }} {{ 'b' }} {{ ['c', 'd'] | join('-') }} {{ 2 + 3 * 4 }} {{ none }}"
        "{% for line in page.lines %}{{ loop.index }}{% endfor %} {{ page.order | lower ~ '!' }}</p>"
    )
    template = template_of(tmp_path, content)
    assert "aa b c-d 14 123 bc-7917!" in template.render(page_of())


def test_a_missing_folder_theme_font_or_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"theme\.toml: The file cannot be read"):
        load_template(tmp_path / "nowhere")
    with pytest.raises(TemplateError, match="There is no template"):
        packaged_template("../default")
    with pytest.raises(TemplateError, match="There are no words for the language “xx”: use one of de, en, fr, nl"):
        render_pdf(page_of(language="xx"))
    with pytest.raises(TemplateError, match="There are no words"):
        render_pdf(page_of(language="../fr"))


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"colours": {"accent": "teal"}}, "The colour accent is “teal”: write it as #rrggbb."),
        ({"text": {"body": {"size": "big"}}}, "text.body.size must be a number from 3 to 200."),
        ({"text": {"body": {"colour": "inkk"}}}, "did you mean “ink”?"),
        ({"fonts": {"regular": "../../x.ttf"}}, "without a folder"),
        ({"fonts": {"regular": "Nothing.ttf"}}, "There is no font Nothing.ttf"),
        ({"table": {"lines": {"head-rule": "thick"}}}, "must be a colour and a thickness"),
        ({"colours": 3}, "colours must be a table."),
    ],
)
def test_a_wrong_theme_value_is_named(over: dict[str, object], expected: str) -> None:
    with pytest.raises(TemplateError) as caught:
        load_template(packaged_templates() / "default", over)
    assert expected in str(caught.value)
    assert "theme.toml" in str(caught.value)


def test_a_users_value_changes_only_what_it_names() -> None:
    plain = packaged_template().theme
    changed = load_template(packaged_templates() / "default", {"colours": {"accent": "#ff0000"}}).theme
    assert changed.styles["title"].colour == "1 0 0"
    assert changed.styles["body"] == plain.styles["body"]


# Wording


@pytest.mark.parametrize(
    ("language", "value", "currency", "expected"),
    [
        ("fr", "1506", "EUR", "1\u202f506,00\u00a0€"),
        ("fr", "-1234567.5", "EUR", "−1\u202f234\u202f567,50\u00a0€"),
        ("fr", "0.0125", "EUR", "0,0125\u00a0€"),
        ("fr", "1000", "JPY", "1\u202f000\u00a0JPY"),
        ("fr", "-0.00", "EUR", "0,00\u00a0€"),
        ("en", "1506", "EUR", "€1,506.00"),
        ("en", "-12.3", "GBP", "−£12.30"),
        ("en", "1200", "USD", "USD\u00a01,200.00"),
        ("en", "1E+3", "EUR", "€1,000.00"),
        ("nl", "1506", "EUR", "€\u00a01.506,00"),
        ("de", "-1234567.5", "EUR", "−1.234.567,50\u00a0€"),
    ],
)
def test_money_is_written_as_the_language_does(language: str, value: str, currency: str, expected: str) -> None:
    assert packaged_template().wording(language).money(Decimal(value), currency) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_no_digit_of_a_number_is_lost(value: Decimal) -> None:
    written = packaged_template().wording("fr").number(value)
    assert Decimal(written.replace("\u202f", "").replace(",", ".").replace("−", "-")) == value


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_every_language_has_the_same_texts_with_the_same_holes(language: str) -> None:
    french, other = (packaged_template().wording(one).texts for one in ("fr", language))
    assert set(french) - {"currencies.GBP"} == set(other) - {"currencies.GBP"}
    for name, text in french.items():
        if not name.startswith("numbers."):
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", other[name])), name


def test_a_text_that_is_not_there_gives_way_to_another(tmp_path: Path) -> None:
    content = '<p>{{ t("unit.day", "day") }}, {{ t("unit.fathom", "fathom") }}</p>'
    text = template_of(tmp_path, content).render(page_of())
    known = packaged_template().wording(page_of().language).text("unit.day")
    assert f">{known}, fathom</p>" in text
    with pytest.raises(TemplateError, match=r"unit\.fathom"):
        template_of(tmp_path, '<p>{{ t("unit.fathom") }}</p>').render(page_of())
