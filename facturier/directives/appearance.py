"""The directives that say how documents look: the values of a template's theme, and its words.

    2026-01-01 custom "theme" "default"
      accent: "#7a1f3d"
      columns: "product quantity price vat total"
      footer: "Garantie décennale : MAAF, contrat 123456"
    2026-01-01 custom "wording" "fr" "title.invoice" "Note d’honoraires"

Both hold from their date on: an invoice of before keeps its look.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from facturier.directives.declaration import Argument, Directive, Key, keys
from facturier.directives.kinds import FLAG, TEXT, Kind, Refusal, choice
from facturier.directives.spelling import nearest
from facturier.messages import message

COLOURS = ("accent", "ink", "grey", "tint", "rule")
# What every invoice must show of a line (CGI ann. II art. 242 nonies A I-8°), and what else there is.
COLUMNS_OF_LAW = ("quantity", "price", "vat", "total")
FURTHER_COLUMNS = ("number", "product", "unit", "discount")
OWN_WORDING = "own."
# Such a text may stand in the head or at the foot of every page.
LONGEST_TEXT = 600
# These repeat the law's mentions, word for word as the XML: custom "law" changes both.
_WORDS_OF_LAW = frozenset({"label.self-billed", "totals.vat-on-debits"})
_FORMATS = frozenset({"numbers", "currencies"})
_HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FONT_FILE = re.compile(r"[\w-][\w .-]*\.ttf")


@cache
def wording_names() -> frozenset[str]:
    """Return the names of all words of a page that a ledger may change."""
    text = (files("facturier.invoice_templates") / "wording" / "fr.toml").read_text(encoding="utf-8")
    names = {
        f"{section}.{name}"
        for section, words in tomllib.loads(text).items()
        if section not in _FORMATS
        for name in words
    }
    return frozenset(names - _WORDS_OF_LAW)


def _colour_refused(value: str) -> Refusal:
    if _HEX_COLOUR.fullmatch(value):
        return None
    return message('a colour is written "#0b5c6b", with six digits from 0 to f, not "{value}"', value=value)


def _font_refused(value: str) -> Refusal:
    if _FONT_FILE.fullmatch(value):
        return None
    return message(
        'write the name of a .ttf file in fonts/ beside the ledger, such as "Lato-Regular.ttf", not "{value}"',
        value=value,
    )


def _columns_refused(value: str) -> Refusal:
    words = value.split()
    known = (*COLUMNS_OF_LAW, *FURTHER_COLUMNS)
    for word in words:
        if word in known:
            continue
        meant = nearest(word, known)
        if meant is not None:
            return message('no column is called "{value}"; did you mean "{meant}"?', value=word, meant=meant)
        return message('no column is called "{value}"; there are {words}', value=word, words=", ".join(known))
    missing = [word for word in COLUMNS_OF_LAW if word not in words]
    if missing:
        return message(
            "an invoice must show {words} (CGI ann. II art. 242 nonies A I-8°); add it to the columns",
            words=", ".join(missing),
        )
    if len(set(words)) < len(words):
        return message("a column stands there twice: {words}", words=value)
    return None


def _wording_refused(value: str) -> Refusal:
    names = wording_names()
    if value in names or value.startswith(OWN_WORDING):
        return None
    if value in _WORDS_OF_LAW:
        return message('"{value}" is a mention of the law; custom "law" "mention" changes it', value=value)
    meant = nearest(value, names)
    if meant is not None:
        return message('no text of a page is called "{value}"; did you mean "{meant}"?', value=value, meant=meant)
    return message(
        'no text of a page is called "{value}"; their names are in docs/templates.md, such as "title.invoice"',
        value=value,
    )


def _long_refused(value: str) -> Refusal:
    if len(value) <= LONGEST_TEXT:
        return None
    return message(
        "it has {count} characters, and stands on every page: {most} at most", count=len(value), most=LONGEST_TEXT
    )


def _text_kind(example: str, refuse: object) -> Kind:
    return Kind(TEXT.name, TEXT.types, example, TEXT.mistyped, refuse)  # type: ignore[arg-type]


COLOUR = _text_kind('"#0b5c6b"', _colour_refused)
FONT = _text_kind('"Lato-Regular.ttf"', _font_refused)
PAGE_TEXT = _text_kind('"…"', _long_refused)
COLUMNS = _text_kind('"quantity price vat total"', _columns_refused)
WORDING_NAME = _text_kind('"title.invoice"', _wording_refused)

THEME = Directive(
    name="theme",
    arguments=(Argument("template", TEXT),),
    help=message(
        'How the documents of a template look from this date on; the template of facturier is called "default", a '
        'second one "studio". A later one for the same template gives only what changes.'
    ),
    example='2026-01-01 custom "theme" "default"\n  accent: "#7a1f3d"\n  columns: "product quantity price vat total"',
    keys=keys(
        Key("accent", COLOUR, message("Colour of the title, of rules and of the amount to pay.")),
        Key("ink", COLOUR, message("Colour of text.")),
        Key("grey", COLOUR, message("Colour of labels and notes.")),
        Key("tint", COLOUR, message("Ground of the summary and of the payment box.")),
        Key("rule", COLOUR, message("Colour of thin lines.")),
        Key("font", FONT, message("TrueType file in the folder fonts/ beside the ledger.")),
        Key("font-bold", FONT, message("The same for bold text; the font itself if not given.")),
        Key(
            "columns",
            COLUMNS,
            message(
                "Columns of the lines, in order: quantity, price, vat and total, which the law wants, and number, "
                "product, unit and discount."
            ),
        ),
        Key("footer", PAGE_TEXT, message("Further text at the foot of every page; it may run over lines.")),
        Key("monogram", FLAG, message("FALSE: no initials where there is no logo.")),
        Key("fold-marks", FLAG, message("FALSE: no marks for folding at the left edge.")),
    ),
    versioned=True,
)
WORDING = Directive(
    name="wording",
    arguments=(
        Argument("language", choice("fr", "en", "nl", "de")),
        Argument("name", WORDING_NAME),
        Argument("text", PAGE_TEXT),
    ),
    help=message(
        "Other words for a text of the page, from this date on; the names are in docs/templates.md. An empty text "
        "gives back the words of facturier."
    ),
    example='2026-01-01 custom "wording" "fr" "title.invoice" "Note d’honoraires"',
)
APPEARANCE = (THEME, WORDING)
