"""The reference page of templates, written from the declarations: elements, values, functions, theme, words.

    python -m facturier.pdf.dialect_page > docs/templates.md

A test holds that the committed page is what this gives, and renders each example.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterable, Iterator

from facturier.assets import packaged_templates
from facturier.directives.appearance import COLUMNS_OF_LAW, FURTHER_COLUMNS
from facturier.directives.markdown import code, page, table
from facturier.pdf import page as values
from facturier.pdf.sandbox import MOST_CHARACTERS, MOST_STEPS
from facturier.pdf.schema import ELEMENTS, EXAMPLES, Attribute, Element

_RECORDS = (
    values.Page, values.PageParty, values.PageLine, values.PageTax, values.PageTotals, values.PageAdjustment,
    values.PageDeposit, values.PagePaid, values.PageInstalment, values.PagePayment, values.PageReference,
)  # fmt: skip
_FUNCTIONS = (
    ("t(name, **values)", "a text of the wording in the page's language, its holes filled", 't("label.due")'),
    ("t(name, otherwise)", "the same, or `otherwise` where there is no such text", 't("unit." ~ line.unit, line.unit)'),
    ("has_text(name)", "whether there is such a text", 'has_text("text.introduction")'),
    ("money(amount, currency)", "an amount, in the page's currency if none is named", "money(page.totals.due)"),
    ("round_money(amount, currency)", "the same, without cents where there are none", 'round_money(10000, "EUR")'),
    ("number(value)", "a number with the language's separators, none of its digits lost", "number(line.quantity)"),
    ("percent(value)", "a rate in percent", "percent(tax.rate)"),
    ("date(day)", "a date", "date(page.date)"),
    ("ratio(name)", "width by height of a picture; 0 where there is none", 'ratio("logo")'),
)
_FILTERS = (
    ("lines", "each line of the text on a line of its own", "{{ line.description | lines }}"),
    ("grouped(size)", "an identifier in groups, by four if not said", "{{ page.payment.iban | grouped }}"),
    ("siret", "a SIRET as people write it", "{{ page.client.siret | siret }}"),
    ("initials", "the first letters of the first two words", "{{ page.seller.name | initials }}"),
)
_JINJA_FILTERS = (
    "abs, batch, capitalize, count, default, first, int, join, last, length, list, lower, map, reject, rejectattr, "
    "replace, select, selectattr, string, title, trim, unique, upper"
)
_INTRODUCTION = """\
A template is a folder: `invoice.xml`, a Jinja2 template that writes the page dialect below, `theme.toml` with
colours, fonts and styles, and, if it likes, `wording/fr.toml` and `fonts/`. facturier brings two, `default` and
`studio`; yours lie in `templates/NAME/` beside the ledger.

```console
$ facturier template new atelier            copies one to edit, --from studio another
$ facturier template preview atelier        renders it over sample documents of every kind, into preview/
```

`template: "atelier"` on the seller, or on one document, uses it. A name that is of no template is an error that says
which there are. Without touching a template, the ledger changes its colours, fonts, columns, footer and words from a
date on:

```beancount
2026-01-01 custom "theme" "default"
  accent: "#7a1f3d"
  columns: "product quantity price vat total"
  footer: "Siège : 12 rue des Lilas, 69003 Lyon"
2026-01-01 custom "wording" "fr" "title.invoice" "Note d’honoraires"
2026-01-01 custom "wording" "fr" "text.closing" "Merci de votre confiance."
```

All keys are in [the reference](reference.md#theme). A colour on which text has a contrast below 4.5 (WCAG 2.1 AA) is
told when documents are made, and so are a font whose figures have different widths and a character that it lacks: a
question mark stands for that character, never an empty box.
"""
_LIMITS = f"""\
A template is not trusted. It runs in a sandbox: no Python, no files but its own folder's, no more than {MOST_STEPS:,}
steps and {MOST_CHARACTERS:,} characters; what comes from the ledger is text, whatever it contains. An error names the
template's file and line, the nearest name that exists, and the command exits with 1 or 2 without a page.
"""
_ACCESS = """\
Pages say their language and their title, have bookmarks (every `<heading>`), real text that can be searched and
copied in the order in which it is read (layers first, in the order written, then the body), and enough contrast. They
are not *tagged*: there is no structure tree that names headings, tables and cells to a screen reader (PDF/UA). The
Factur-X XML inside an invoice holds the same facts as data.
"""


def templates_page() -> str:
    """Return the page, in Markdown."""
    return page(
        "# Templates: how documents look",
        "This page is written by the program from its own declarations (make docs).",
        _INTRODUCTION.rstrip(),
        "## The page dialect",
        "Lengths are millimetres, measured from the top left corner of the paper; colours are names of the theme or "
        "`#rrggbb`. Text may stand only where it is said.",
        *_elements(),
        "## What a template reads",
        "Amounts are computed already, in the page's currency; a template lays them out. An empty text and `none` "
        "mean: not stated.",
        *_records(),
        "## Functions",
        table(("function", "gives", "example"), ((code(name), gives, code(use)) for name, gives, use in _FUNCTIONS)),
        "## Filters",
        table(("filter", "gives", "example"), ((code(name), gives, code(use)) for name, gives, use in _FILTERS)),
        f"Of Jinja2's own filters there are {_JINJA_FILTERS}.",
        "## The theme",
        "`theme.toml` of the default template; yours may have styles, looks and options of its own.",
        f"```toml\n{_theme().strip()}\n```",
        f"Columns of the lines: {_words(COLUMNS_OF_LAW)}, which every invoice must show, and "
        f"{_words(FURTHER_COLUMNS)}.",
        "## The words",
        'What `t` reads and `custom "wording"` changes, in French; facturier speaks fr, en, nl and de. A '
        "template's own `wording/fr.toml` lies over these, and may add names beginning with `own.`.",
        table(("name", "text"), ((code(name), text or "(empty)") for name, text in _wording())),
        "## What a template cannot do",
        _LIMITS.rstrip(),
        "## Read by everybody",
        _ACCESS.rstrip(),
    )


def _elements() -> Iterator[str]:
    for name, element in ELEMENTS.items():
        yield f"### `<{name}>`"
        yield element.meaning + _content(name, element)
        if element.attributes:
            yield table(
                ("attribute", "what it is", "written as", "if not written"),
                (
                    (code(key), one.meaning, _written(one), "required" if one.required else code(one.default or "–"))
                    for key, one in element.attributes.items()
                ),
            )
        yield f"```xml\n{EXAMPLES[name]}\n```"


def _content(name: str, element: Element) -> str:
    inside = [f"`<{child}>`" for child in ELEMENTS if child in element.children]
    parents = [f"`<{parent}>`" for parent, one in ELEMENTS.items() if name in one.children]
    holds = " and ".join(filter(None, ("text" if element.text else "", ", ".join(inside))))
    said = f" Holds {holds}." if holds else ""
    return said + (f" Stands in {', '.join(parents)}." if parents else "")


def _written(attribute: Attribute) -> str:
    return ", ".join(map(code, attribute.choices)) if attribute.choices else str(attribute.kind.value)


def _records() -> Iterator[str]:
    for record in _RECORDS:
        documentation = inspect.getdoc(record) or ""
        meanings = _meanings(documentation)
        name = "page" if record is values.Page else record.__name__
        yield f"### `{name}`"
        yield documentation.split("\n\n")[0].replace("\n", " ")
        yield table(
            ("value", "kind", "meaning"),
            (
                (code(one.name), str(one.type).replace("|", "or"), meanings.get(one.name, ""))
                for one in dataclasses.fields(record)
            ),
        )


def _meanings(documentation: str) -> dict[str, str]:
    """Return what the Attributes section of a docstring says, by name."""
    _, _, section = documentation.partition("Attributes:\n")
    found = re.findall(r"^(\w+): (.*(?:\n +.*)*)", textwrap.dedent(section), re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in found}


def _theme() -> str:
    return (packaged_templates() / "default" / "theme.toml").read_text(encoding="utf-8")


def _wording() -> Iterator[tuple[str, str]]:
    words = tomllib.loads((packaged_templates() / "wording" / "fr.toml").read_text(encoding="utf-8"))
    for section, texts in words.items():
        if section not in ("numbers", "currencies"):
            yield from ((f"{section}.{name}", text) for name, text in texts.items())


def _words(names: Iterable[str]) -> str:
    return ", ".join(map(code, names))


if __name__ == "__main__":
    sys.stdout.write(templates_page())
