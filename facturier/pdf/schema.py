"""The words of the page dialect: every element, its attributes, their kinds and defaults.

This table is the contract with template authors. The reader checks against it, the errors quote it, and the
reference page in the documentation is made from it.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from facturier.messages import message


class Kind(Enum):
    """What may stand in an attribute; the value says so in errors."""

    LENGTH = message("a length in millimetres")
    NUMBER = message("a number")
    AMOUNT = message("an amount with a decimal point, such as 1234.50")
    TEXT = message("text")
    YES = message("yes or no")
    COLOUR = message("a colour of the theme or #rrggbb")
    STYLE = message("a text style of the theme")
    LOOK = message("a table look of the theme")
    CHOICE = message("one of the listed words")
    WIDTHS = message("column widths: millimetres, or * for a share of the rest, separated by spaces")
    ALIGNS = message("left, center or right for each column, separated by spaces")
    PAGE = message("A4, Letter, or width and height in millimetres")


class Attribute(NamedTuple):
    """One attribute: its kind, its default (None: none; "" in a required one never happens) and its meaning."""

    kind: Kind
    meaning: str
    default: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()


class Element(NamedTuple):
    """One element: what it is for, its attributes, what it may contain, whether it holds text."""

    meaning: str
    attributes: dict[str, Attribute]
    children: frozenset[str] = frozenset()
    text: bool = False


_ALIGN = Attribute(Kind.CHOICE, "where the content stands", "left", choices=("left", "center", "right"))
_VALIGN = Attribute(Kind.CHOICE, "where the content stands in its height", "top", choices=("top", "middle", "bottom"))
_STYLE = Attribute(Kind.STYLE, "the text style", "body")
_FRAME = {
    "fill": Attribute(Kind.COLOUR, "colour of the ground"),
    "stroke": Attribute(Kind.COLOUR, "colour of the outline"),
    "stroke-width": Attribute(Kind.NUMBER, "thickness of the outline in points", "0.5"),
    "radius": Attribute(Kind.LENGTH, "radius of the corners", "0"),
    "padding": Attribute(Kind.LENGTH, "room inside", "0"),
}

INLINE = frozenset({"b", "small", "span", "br", "page-number", "page-count"})
BLOCKS = frozenset({"p", "heading", "space", "rule", "image", "epc", "table", "columns", "box", "keep"})

ELEMENTS: dict[str, Element] = {
    "document": Element(
        "The whole document.",
        {"page": Attribute(Kind.PAGE, "the paper", "A4")},
        frozenset({"layer", "body"}),
    ),
    "layer": Element(
        "What stands at fixed places: letterhead, address window, footer, fold marks. Drawn in the order written.",
        {
            "pages": Attribute(Kind.CHOICE, "on which pages", "all", choices=("all", "first", "later")),
        },
        frozenset({"block", "line", "watermark"}),
    ),
    "block": Element(
        "Content at a fixed place, measured from the top left corner of the paper.",
        {
            "x": Attribute(Kind.LENGTH, "left edge", required=True),
            "y": Attribute(Kind.LENGTH, "top edge", required=True),
            "w": Attribute(Kind.LENGTH, "width", required=True),
            "h": Attribute(Kind.LENGTH, "height", required=True),
            "valign": _VALIGN,
            "shrink": Attribute(Kind.YES, "set content that is too high smaller, down to 60 %", "no"),
            **_FRAME,
        },
        BLOCKS,
    ),
    "line": Element(
        "A straight line at a fixed place.",
        {
            "x1": Attribute(Kind.LENGTH, "start", required=True),
            "y1": Attribute(Kind.LENGTH, "start", required=True),
            "x2": Attribute(Kind.LENGTH, "end", required=True),
            "y2": Attribute(Kind.LENGTH, "end", required=True),
            "colour": Attribute(Kind.COLOUR, "colour", "rule"),
            "width": Attribute(Kind.NUMBER, "thickness in points", "0.4"),
        },
    ),
    "watermark": Element(
        "A large text across the page, under the content of later layers and of the body.",
        {
            "style": Attribute(Kind.STYLE, "the text style", "watermark"),
            "turn": Attribute(Kind.NUMBER, "degrees", "45"),
        },
        text=True,
    ),
    "body": Element(
        "What flows over the pages.",
        {
            "left": Attribute(Kind.LENGTH, "left margin", "20"),
            "right": Attribute(Kind.LENGTH, "right margin", "15"),
            "first-top": Attribute(Kind.LENGTH, "where it begins on the first page", required=True),
            "later-top": Attribute(Kind.LENGTH, "where it begins on later pages", required=True),
            "bottom": Attribute(Kind.LENGTH, "where it ends, from the top of the paper", required=True),
        },
        BLOCKS,
    ),
    "p": Element(
        "A paragraph.",
        {"style": _STYLE, "align": _ALIGN},
        INLINE,
        text=True,
    ),
    "heading": Element(
        "A heading: stays with what follows and is listed in the reader's outline.",
        {"style": Attribute(Kind.STYLE, "the text style", "heading"), "align": _ALIGN},
        INLINE,
        text=True,
    ),
    "b": Element("Bold text.", {}, INLINE, text=True),
    "small": Element("Text in the style named small.", {}, INLINE, text=True),
    "span": Element(
        "Text in another style.", {"style": Attribute(Kind.STYLE, "the text style", required=True)}, INLINE, text=True
    ),
    "br": Element("A line break.", {}),
    "page-number": Element("The number of this page (in a layer).", {}),
    "page-count": Element("How many pages there are (in a layer).", {}),
    "space": Element(
        "Room between two elements, dropped at the top of a page.",
        {"h": Attribute(Kind.LENGTH, "height", required=True)},
    ),
    "rule": Element(
        "A line over the full width.",
        {
            "colour": Attribute(Kind.COLOUR, "colour", "rule"),
            "width": Attribute(Kind.NUMBER, "thickness in points", "0.4"),
        },
    ),
    "image": Element(
        "A picture given to the template by name, fitted into its frame.",
        {
            "name": Attribute(Kind.TEXT, "its name, such as logo", required=True),
            "w": Attribute(Kind.LENGTH, "greatest width", required=True),
            "h": Attribute(Kind.LENGTH, "greatest height", required=True),
            "radius": Attribute(Kind.LENGTH, "radius of the corners", "0"),
            "align": _ALIGN,
        },
    ),
    "epc": Element(
        "The payload of a payment code (EPC069-12), drawn as a QR code with its white quiet zone.",
        {
            "size": Attribute(Kind.LENGTH, "edge length, quiet zone included", "30"),
            "colour": Attribute(Kind.COLOUR, "colour of the modules", "ink"),
            "paper": Attribute(Kind.COLOUR, "colour of the ground", "#ffffff"),
            "align": _ALIGN,
        },
        text=True,
    ),
    "table": Element(
        "Rows under a head that is repeated on every page.",
        {
            "widths": Attribute(
                Kind.WIDTHS, "width of each column; right-aligned ones grow if they must", required=True
            ),
            "align": Attribute(Kind.ALIGNS, "alignment of each column; left where none is written", ""),
            "look": Attribute(Kind.LOOK, "the table look of the theme", "lines"),
            "carry": Attribute(Kind.TEXT, "text of the carried-forward total at the foot of a page; none without", ""),
            "brought": Attribute(Kind.TEXT, "text of the total at the head of the next page", ""),
            "tie": Attribute(Kind.YES, "keep the last row on the page of what follows", "no"),
        },
        frozenset({"head", "row"}),
    ),
    "head": Element("The table's head.", {}, frozenset({"c"})),
    "row": Element(
        "A row.",
        {
            "v": Attribute(Kind.AMOUNT, "what the row adds to the carried-forward total"),
            "strong": Attribute(Kind.YES, "set it in the look's strong style", "no"),
        },
        frozenset({"c"}),
    ),
    "c": Element(
        "A cell.",
        {"style": Attribute(Kind.STYLE, "the style of its text; that of the row if none is written")},
        INLINE | {"detail"},
        text=True,
    ),
    "detail": Element("Smaller text under a cell's main text.", {}, INLINE, text=True),
    "columns": Element(
        "Cells side by side, kept on one page.",
        {
            "widths": Attribute(Kind.WIDTHS, "width of each column", required=True),
            "gap": Attribute(Kind.LENGTH, "room between two columns", "0"),
        },
        frozenset({"cell"}),
    ),
    "cell": Element("One of the columns.", {"valign": _VALIGN}, BLOCKS),
    "box": Element("Content on a tint or inside an outline, kept on one page.", dict(_FRAME), BLOCKS),
    "keep": Element("Content kept on one page.", {}, BLOCKS),
}

LOCATION = "at"
"""The attribute in which :mod:`facturier.pdf.template` notes an element's template line; authors cannot use it."""

_ROWS = """<table widths="* 20 30" align="left right right" look="lines" carry="Carried" brought="Brought" tie="yes">
  <head><c>Item</c><c>Qty</c><c>Total</c></head>
  <row v="120.00"><c>Chair<detail>Oak, two arms</detail></c><c>2</c><c>120.00</c></row>
  <row v="30.00" strong="yes"><c>Delivery</c><c>1</c><c>30.00</c></row>
</table>"""
_TWO_COLUMNS = """<columns widths="* 60" gap="5">
  <cell valign="middle"><p>Left, in what is left of the width</p></cell>
  <cell><p align="right">Right, 60 mm wide</p></cell>
</columns>"""
_FOOT = """<layer>
  <block x="172" y="282" w="23" h="4"><p align="right"><page-number/>/<page-count/></p></block>
</layer>"""

EXAMPLES: dict[str, str] = {
    "document": """<document page="A4">
  <layer pages="first"><block x="110" y="56" w="85" h="32"><p>{{ page.client.name }}</p></block></layer>
  <body first-top="100" later-top="25" bottom="279"><p>{{ page.title }}</p></body>
</document>""",
    "layer": """<layer pages="later">
  <block x="20" y="11" w="85" h="7"><p>{{ page.number }}</p></block>
</layer>""",
    "block": """<block x="110" y="56" w="85" h="32" valign="middle" shrink="yes" fill="tint" radius="2" padding="3">
  <p>{{ page.client.name }}</p>
</block>""",
    "line": '<line x1="4" y1="99" x2="7" y2="99" colour="grey" width="0.4"/>',
    "watermark": '<watermark turn="60">{{ t("watermark.draft") }}</watermark>',
    "body": """<body left="20" right="15" first-top="100" later-top="25" bottom="279">
  <p>{{ page.title }}</p>
</body>""",
    "p": '<p style="small" align="right">{{ t("payment.scan") }}</p>',
    "heading": '<heading>{{ t("instalments.title") }}</heading>',
    "b": "<p>IBAN <b>{{ page.payment.iban | grouped }}</b></p>",
    "small": '<p>{{ money(page.totals.vat) }} <small>{{ t("totals.vat") }}</small></p>',
    "span": '<p>{{ page.number }} <span style="muted">{{ date(page.date) }}</span></p>',
    "br": "<p>12 rue des Lilas<br/>69003 Lyon</p>",
    "page-number": _FOOT,
    "page-count": _FOOT,
    "space": '<space h="4"/>',
    "rule": '<rule colour="accent" width="1.2"/>',
    "image": """{% if ratio("logo") %}
<image name="logo" w="45" h="13" radius="2" align="right"/>
{% endif %}""",
    "epc": '<epc size="30" align="right">{{ page.payment.epc }}</epc>',
    "table": """<table widths="* 30" align="left right" look="lines" carry="{{ t("table.carry") }}" tie="yes">
  <head><c>{{ t("table.item") }}</c><c>{{ t("table.total") }}</c></head>
  {% for line in page.lines %}
  <row v="{{ line.amount }}"><c>{{ line.item }}</c><c>{{ money(line.amount) }}</c></row>
  {% endfor %}
</table>""",
    "head": _ROWS,
    "row": _ROWS,
    "c": _ROWS,
    "detail": _ROWS,
    "columns": _TWO_COLUMNS,
    "cell": _TWO_COLUMNS,
    "box": """<box fill="tint" stroke="rule" stroke-width="0.5" radius="2" padding="4">
  <p>{{ t("label.payable") }} <b>{{ money(page.totals.due) }}</b></p>
</box>""",
    "keep": """<keep>
  <p>{{ t("totals.net") }} {{ money(page.totals.net) }}</p>
  <p>{{ t("totals.vat") }} {{ money(page.totals.vat) }}</p>
</keep>""",
}
"""How each element is written, in the template language: shown on the reference page, rendered by a test."""
