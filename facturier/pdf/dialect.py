"""Read the page dialect: XML in, typed nodes out, or an error with the template's file and line.

    <document page="A4">
      <layer pages="first"><block x="110" y="55" w="85" h="33"><p>Client</p></block></layer>
      <body first-top="96" later-top="25" bottom="279"><p>Hello <b>world</b></p></body>
    </document>

The words are in :mod:`facturier.pdf.schema`. The XML is read without entities, without DOCTYPE and without
network; text in it is text, whatever it contains.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from facturier.messages import message
from facturier.pdf import nodes
from facturier.pdf.attributes import read_amount, read_length, read_number, read_page, read_widths
from facturier.pdf.faults import TemplateError, unknown_name
from facturier.pdf.schema import ELEMENTS, INLINE, LOCATION, Attribute, Kind
from facturier.pdf.theme import TableLook, TextStyle, Theme, colour_operands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from facturier.messages import Message

_LOCATION = re.compile(rf' {LOCATION}="([^"]*)"')

Values = dict[str, Any]

# The attributes that say something else on every line, by the elements that have any.
_AMOUNTS = {
    tag: amounts
    for tag, element in ELEMENTS.items()
    if (amounts := {name: one for name, one in element.attributes.items() if one.kind is Kind.AMOUNT})
}
_MOST_START_TAGS = 2000
# What every element has.
_NO_ATTRIBUTES = [LOCATION]


def read_document(text: str, theme: Theme, filename: str) -> nodes.Document:
    """Read a rendered page description.

    Args:
        text: The XML that a template produced.
        theme: Where colours, styles and looks are found.
        filename: The template's file, for errors.

    Raises:
        TemplateError: It is not XML, or not this dialect.
    """
    if "<!DOCTYPE" in text:
        raise TemplateError(filename, 0, message("A page description has no DOCTYPE: remove it."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        line, fault = _syntax_place(text, error)
        raise TemplateError(
            *_place(line, filename), message("This is not well-formed XML: {error}.", error=fault)
        ) from error
    return _Reader(theme, filename).document(root)


def _syntax_place(text: str, error: etree.XMLSyntaxError) -> tuple[str, str]:
    """Return the template line of the element before a syntax error, and the parser's words without its own line."""
    line = error.lineno or 1
    before = "\n".join(text.split("\n")[:line])
    found = _LOCATION.findall(before)
    return (found[-1] if found else ""), re.sub(r", line \d+, column \d+.*", "", str(error.msg))


def _place(location: str, filename: str) -> tuple[str, int]:
    """Return file and line of a location as the template noted it: "12" or "other.xml:12"."""
    name, _, line = location.rpartition(":")
    file = str(Path(filename).with_name(name)) if name else filename
    return file, int(line) if line.isdigit() else 0


class _Reader:
    """Turns elements into nodes; knows the theme and the file's name."""

    def __init__(self, theme: Theme, filename: str) -> None:
        self.theme = theme
        self.filename = filename
        self.small = theme.styles.get("small", theme.styles["body"])
        self.plain_cells: dict[tuple[str, int, int, str], nodes.Cell] = {}

    def fault(self, element: etree._Element, text: Message) -> TemplateError:
        """Return the error for an element, at its line of the template."""
        location = element.get(LOCATION) or str(element.sourceline or 0)
        return TemplateError(*_place(location, self.filename), text)

    # Attributes

    def values(self, element: etree._Element) -> Values:
        """Return an element's checked attributes with the defaults of the schema filled in."""
        tag, given = element.tag, element.items()
        if tag in _AMOUNTS:
            return self.values_with_amounts(element, given)
        known = self.theme.start_tags.get((tag, *given))
        if known is None:
            known = self.checked(element)
            self.keep((tag, *given), known)
        return known

    def values_with_amounts(self, element: etree._Element, given: Sequence[tuple[str | bytes, str | bytes]]) -> Values:
        """Return an element's values: the amounts, other ones in each document, and what is kept of the rest."""
        tag = element.tag
        amounts = _AMOUNTS[tag]
        start_tag = (tag, *[pair[0] if pair[0] in amounts else pair for pair in given])
        known = self.theme.start_tags.get(start_tag)
        if known is None:
            known = self.checked(element)
            self.keep(start_tag, known)
            return known
        values = dict(known)
        for name, amount in amounts.items():
            written = element.get(name)
            if written is not None:
                values[name] = self.value(element, name, amount, written)
        return values

    def keep(self, start_tag: tuple[object, ...], values: Values) -> None:
        """Keep what a start tag says for the next one like it."""
        if len(self.theme.start_tags) < _MOST_START_TAGS:
            self.theme.start_tags[start_tag] = values

    def checked(self, element: etree._Element) -> Values:
        """Return an element's attributes as values, all of them allowed there."""
        tag, given = element.tag, element.attrib
        attributes = ELEMENTS[tag].attributes
        values: Values = {}
        for name in given:
            if name not in attributes and name != LOCATION:
                what = message("attribute of <{element}>", element=tag)
                raise self.fault(element, unknown_name(what, str(name), attributes))
        for name, attribute in attributes.items():
            written = given.get(name)
            if written is None:
                if attribute.required:
                    raise self.fault(
                        element,
                        message("<{element}> needs {name}: {kind}.", element=tag, name=name, kind=attribute.kind.value),
                    )
                written = attribute.default
            values[name] = None if written is None else self.value(element, name, attribute, written)
        return values

    def value(self, element: etree._Element, name: str, attribute: Attribute, written: str) -> object:
        """Return one attribute's value, or raise the sentence that says what may stand there."""
        value = self.converted(element, attribute, written.strip())
        if value is None:
            expected = ", ".join(attribute.choices) if attribute.choices else attribute.kind.value
            raise self.fault(
                element, message('{name}="{written}": write {expected}.', name=name, written=written, expected=expected)
            )
        return value

    def converted(self, element: etree._Element, attribute: Attribute, text: str) -> object | None:
        """Convert an attribute by its kind; None if it cannot be read."""
        match attribute.kind:
            case Kind.LENGTH:
                return read_length(text)
            case Kind.NUMBER:
                return read_number(text)
            case Kind.AMOUNT:
                return read_amount(text)
            case Kind.TEXT:
                return text
            case Kind.YES:
                return {"yes": True, "no": False}.get(text)
            case Kind.CHOICE:
                return text if text in attribute.choices else None
            case Kind.COLOUR:
                return self.named(element, message("colour"), text, self.theme.colours, colour_operands(text))
            case Kind.STYLE:
                return self.named(element, message("text style"), text, self.theme.styles)
            case Kind.LOOK:
                return self.named(element, message("table look"), text, self.theme.looks)
            case Kind.WIDTHS:
                return read_widths(text)
            case Kind.ALIGNS:
                words = tuple(text.split())
                return words if all(word in ("left", "center", "right") for word in words) else None
            case Kind.PAGE:
                return read_page(text)

    def named(self, element: etree._Element, kind: Message, text: str, known: Any, direct: object = None) -> object:
        """Return what the theme calls by this name."""
        found = known.get(text, direct)
        if found is None:
            raise self.fault(element, unknown_name(kind, text, known))
        return cast("object", found)

    # Structure

    def children(self, element: etree._Element) -> list[etree._Element]:
        """Return an element's children, all of them allowed there, in a parent without text of its own."""
        tag = element.tag
        rule = ELEMENTS[tag]
        children = list(element)
        if not rule.text:
            stray = (element.text or "") + "".join([child.tail or "" for child in children])
            if stray and not stray.isspace():
                raise self.fault(element, message("Text directly in <{element}>: put it in a <p>.", element=tag))
        for child in children:
            if child.tag not in rule.children:
                raise self.misplaced(child, tag)
        return children

    def misplaced(self, child: etree._Element, parent: str) -> TemplateError:
        """Return the error for an element that may not stand in its parent."""
        tag = child.tag
        if not isinstance(tag, str):
            return self.fault(child, message("Entities are not part of the page dialect."))
        if tag not in ELEMENTS:
            return self.fault(child, unknown_name(message("element"), tag, ELEMENTS[parent].children or ELEMENTS))
        return self.fault(child, message("<{child}> cannot stand in <{parent}>.", child=tag, parent=parent))

    def document(self, root: etree._Element) -> nodes.Document:
        """Read the root."""
        if root.tag != "document":
            raise self.fault(root, message("The outermost element is <document>, not <{name}>.", name=root.tag))
        children = self.children(root)
        bodies = [child for child in children if child.tag == "body"]
        if len(bodies) != 1:
            raise self.fault(root, message("<document> needs exactly one <body>."))
        width, height = self.values(root)["page"]
        body = self.values(bodies[0])
        frame_fits = (
            body["left"] + body["right"] < width
            and max(body["first-top"], body["later-top"]) < body["bottom"] <= height
        )
        if not frame_fits:
            raise self.fault(bodies[0], message("The margins of <body> leave no room on the page."))
        return nodes.Document(
            page_width=width,
            page_height=height,
            left=body["left"],
            right=body["right"],
            first_top=body["first-top"],
            later_top=body["later-top"],
            bottom=body["bottom"],
            layers=tuple(self.layer(child) for child in children if child.tag == "layer"),
            body=self.blocks(bodies[0]),
        )

    def layer(self, element: etree._Element) -> nodes.Layer:
        """Read a layer."""
        return nodes.Layer(self.values(element)["pages"], tuple(self.item(child) for child in self.children(element)))

    def item(self, element: etree._Element) -> nodes.PlacedBlock | nodes.PlacedLine | nodes.Watermark:
        """Read what stands in a layer."""
        values = self.values(element)
        if element.tag == "line":
            x1, y1, x2, y2 = (values[name] for name in ("x1", "y1", "x2", "y2"))
            return nodes.PlacedLine(x1, y1, x2, y2, values["colour"], values["width"])
        if element.tag == "watermark":
            self.children(element)
            return nodes.Watermark(" ".join((element.text or "").split()), values["style"], values["turn"])
        return nodes.PlacedBlock(
            x=values["x"],
            y=values["y"],
            width=values["w"],
            height=values["h"],
            valign=values["valign"],
            shrink=values["shrink"],
            frame=_frame(values),
            content=self.blocks(element),
        )

    def blocks(self, element: etree._Element) -> tuple[nodes.Block, ...]:
        """Read the blocks inside an element."""
        return tuple(self.block(child) for child in self.children(element))

    def block(self, element: etree._Element) -> nodes.Block:
        """Read one block."""
        values = self.values(element)
        match element.tag:
            case "p" | "heading":
                style = values["style"]
                return nodes.Paragraph(self.inlines(element, style), style, values["align"], element.tag == "heading")
            case "space":
                return nodes.Space(values["h"])
            case "rule":
                return nodes.Rule(values["colour"], values["width"])
            case "image":
                return nodes.Image(values["name"], values["w"], values["h"], values["radius"], values["align"])
            case "epc":
                self.children(element)
                payload = (element.text or "").strip()
                return nodes.EpcCode(payload, values["size"], values["colour"], values["paper"], values["align"])
            case "table":
                return self.table(element, values)
            case "columns":
                return self.columns(element, values)
            case "box":
                return nodes.Box(_frame(values), self.blocks(element))
            case _:
                return nodes.Keep(self.blocks(element))

    def columns(self, element: etree._Element, values: Values) -> nodes.Columns:
        """Read cells side by side."""
        cells = tuple(
            nodes.ColumnCell(self.blocks(cell), self.values(cell)["valign"]) for cell in self.children(element)
        )
        self.count(element, len(cells), len(values["widths"]))
        return nodes.Columns(values["widths"], values["gap"], cells)

    def count(self, element: etree._Element, found: int, expected: int) -> None:
        """Raise unless there are as many cells as widths."""
        if found != expected:
            raise self.fault(
                element, message("{found} cells, but widths names {expected} columns.", found=found, expected=expected)
            )

    # Tables

    def table(self, element: etree._Element, values: Values) -> nodes.Table:
        """Read a table; each row has a cell for each column."""
        look: TableLook = values["look"]
        widths = values["widths"]
        aligns: list[nodes.Align] = list(values["align"])[: len(widths)]
        aligns += ["left"] * (len(widths) - len(aligns))
        head: tuple[nodes.Cell, ...] = ()
        rows: list[nodes.Row] = []
        for child in self.children(element):
            if child.tag == "head":
                head = self.cells(child, look.head, look, aligns)
                self.count(child, len(head), len(widths))
                continue
            row = self.values(child)
            cells = self.cells(child, look.strong if row["strong"] else look.row, look, aligns)
            self.count(child, len(cells), len(widths))
            rows.append(nodes.Row(cells, row["v"], row["strong"]))
        return nodes.Table(
            widths, tuple(aligns), look, head, tuple(rows), values["carry"], values["brought"], values["tie"]
        )

    def cells(
        self, row: etree._Element, style: TextStyle, look: TableLook, aligns: list[nodes.Align]
    ) -> tuple[nodes.Cell, ...]:
        """Read the cells of a row."""
        cells = self.children(row)
        padded = aligns + ["left"] * (len(cells) - len(aligns))
        return tuple([self.cell(cell, style, look, align) for cell, align in zip(cells, padded, strict=False)])

    def cell(self, element: etree._Element, style: TextStyle, look: TableLook, align: nodes.Align) -> nodes.Cell:
        """Read a cell: its own text, then its details."""
        own = style if element.keys() == _NO_ATTRIBUTES else self.values(element)["style"] or style
        if not len(element):
            return self.plain_cell(element.text or "", own, style, align)
        paragraphs = [nodes.Paragraph(self.inlines(element, own), style, align)]
        for child in element.iterchildren("detail"):
            paragraphs.append(nodes.Paragraph(self.inlines(child, look.detail), look.detail, align))  # noqa: PERF401
        return nodes.Cell(tuple(paragraphs))

    def plain_cell(self, text: str, own: TextStyle, style: TextStyle, align: nodes.Align) -> nodes.Cell:
        """Return a cell of nothing but text, the same one where the same text stands in many rows."""
        key = (text, id(own), id(style), align)
        cell = self.plain_cells.get(key)
        if cell is None:
            cell = nodes.Cell((nodes.Paragraph((nodes.TextRun(text, own, False),), style, align),))
            self.plain_cells[key] = cell
        return cell

    # Text

    def inlines(self, element: etree._Element, style: TextStyle, bold: bool = False) -> tuple[nodes.Inline, ...]:
        """Read text with its inline elements; a ``<detail>`` between them is left to the cell."""
        if len(element) == 0:
            return (nodes.TextRun(element.text, style, bold),) if element.text else ()
        runs: list[nodes.Inline] = []
        if element.text:
            runs.append(nodes.TextRun(element.text, style, bold))
        for child in self.children(element):
            if child.tag in INLINE:
                runs.extend(self.inline(child, style, bold))
            if child.tail:
                runs.append(nodes.TextRun(child.tail, style, bold))
        return tuple(runs)

    def inline(self, element: etree._Element, style: TextStyle, bold: bool) -> tuple[nodes.Inline, ...]:
        """Read one inline element."""
        values = self.values(element)
        match element.tag:
            case "b":
                return self.inlines(element, style, bold=True)
            case "small":
                return self.inlines(element, self.small, bold)
            case "span":
                return self.inlines(element, values["style"], bold)
            case "br":
                return (nodes.LineBreak(),)
            case "page-number":
                return (nodes.PageField("number", style, bold),)
            case _:
                return (nodes.PageField("count", style, bold),)


def _frame(values: Values) -> nodes.Frame:
    """Return the visible part of a box or block."""
    return nodes.Frame(values["fill"], values["stroke"], values["stroke-width"], values["radius"], values["padding"])
