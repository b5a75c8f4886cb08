"""Logos in SVG: the plain shapes that drawing programs write for a logo, as PDF operators.

Groups, paths, rectangles, circles, ellipses, lines, polygons; plain fills and strokes; transforms. What an SVG can
do beyond that is refused by name, never guessed: text (convert it to paths), gradients, filters, references,
pictures, style sheets, scripts. The XML is read without entities, DOCTYPE content and network.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from facturier.messages import Message, message
from facturier.pdf.svg_path import PathError, path_operators

MOST_BYTES = 500_000
MOST_SHAPES = 2_000
MOST_NUMBERS = 200_000
_DEEPEST = 30

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_NAMED = {
    "black": "000000", "white": "ffffff", "red": "ff0000", "green": "008000", "blue": "0000ff", "gray": "808080",
    "grey": "808080", "silver": "c0c0c0", "navy": "000080", "teal": "008080", "maroon": "800000", "orange": "ffa500",
    "yellow": "ffff00", "purple": "800080", "lime": "00ff00", "aqua": "00ffff", "cyan": "00ffff",
}  # fmt: skip
# A quarter of a circle as a cubic curve.
_CURVE = 4 / 3 * (math.sqrt(2) - 1)
_IGNORED = frozenset({"title", "desc", "metadata", "defs"})
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_PAINT = ("fill", "stroke", "stroke-width", "fill-rule", "stroke-linecap", "stroke-linejoin")
_REFUSED = ("filter", "mask", "clip-path", "opacity", "fill-opacity", "stroke-opacity", "stroke-dasharray")

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class Drawing(NamedTuple):
    """A vector drawing as PDF operators, in a box from (0, 0) to (width, height), upwards.

    Attributes:
        width: In the drawing's own units.
        height: In the same units.
        operators: What a form XObject contains.
    """

    width: float
    height: float
    operators: bytes


class UnusableSvgError(Exception):
    """An SVG has what is not supported, or cannot be read.

    Attributes:
        message: What it is.
    """

    def __init__(self, text: Message) -> None:
        super().__init__(text)
        self.message = text


def read_svg(data: bytes) -> Drawing:
    """Return an SVG file as a drawing.

    Raises:
        UnusableSvgError: It cannot be read, or uses what is not supported.
    """
    if len(data) > MOST_BYTES:
        raise UnusableSvgError(message("it has more than {most} kB", most=MOST_BYTES // 1000))
    try:
        declared = "<!ENTITY" in data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnusableSvgError(message("it is not written in UTF-8")) from error
    if declared:
        raise UnusableSvgError(message("it declares entities"))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableSvgError(message("it is not well-formed XML")) from error
    if root.tag != f"{_SVG}svg":
        raise UnusableSvgError(message("it is not SVG"))
    left, top, width, height = _view_box(root)
    state = _State({"fill": "black", "stroke": "none", "stroke-width": "1"}, (1, 0, 0, -1, -left, top + height), 0)
    reader = _Reader()
    operators = list(reader.children(root, reader.inherited(root, state)))
    return Drawing(width, height, "\n".join(operators).encode("ascii"))


def _view_box(root: etree._Element) -> tuple[float, float, float, float]:
    """Return left, top, width and height of what is shown."""
    numbers = _numbers(root.get("viewBox", ""))
    if len(numbers) != 4:
        sizes = [_numbers(root.get(name, "").removesuffix("px")) for name in ("width", "height")]
        numbers = [0.0, 0.0, *(size[0] if len(size) == 1 else 0.0 for size in sizes)]
    left, top, width, height = numbers
    if not (0 < width < 1e6 and 0 < height < 1e6 and abs(left) < 1e6 and abs(top) < 1e6):
        raise UnusableSvgError(message("it has no viewBox and no width and height"))
    return left, top, width, height


def _numbers(text: str) -> list[float]:
    """Return the numbers in a text separated by spaces or commas."""
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if any(abs(number) > 1e6 for number in numbers):
        raise UnusableSvgError(message("it has a number that is too large"))
    return numbers


class _State(NamedTuple):
    """What an element inherits: how shapes are painted, where they go, how deep it stands."""

    paint: Mapping[str, str]
    matrix: Matrix
    depth: int


class _Reader:
    """Turns elements into operators and counts them."""

    def __init__(self) -> None:
        self.shapes = 0
        self.numbers = 0

    def children(self, parent: etree._Element, state: _State) -> Iterator[str]:
        """Yield the operators of an element's children."""
        if state.depth > _DEEPEST:
            raise UnusableSvgError(message("its groups are nested too deeply"))
        for element in parent:
            if not isinstance(element.tag, str):
                raise UnusableSvgError(message("it refers to entities"))
            if not element.tag.startswith(_SVG):
                continue  # a drawing program's own notes
            name = element.tag.removeprefix(_SVG)
            if name in _IGNORED:
                continue
            if name not in _SHAPES and name != "g":
                raise UnusableSvgError(message("it contains <{name}>, which is not supported", name=name))
            own = self.inherited(element, state)
            if own.paint.get("display") == "none":
                continue
            if name == "g":
                yield from self.children(element, own)
            else:
                yield from self.shape(element, name, own)

    def inherited(self, element: etree._Element, state: _State) -> _State:
        """Return the state inside an element: its attributes, its style, its transform."""
        given = {str(name): str(value) for name, value in element.attrib.items()}
        for declaration in given.pop("style", "").split(";"):
            name, colon, value = declaration.partition(":")
            if colon:
                given[name.strip()] = value.strip()
        for name in _REFUSED:
            if given.get(name, "none") not in ("none", "1", "1.0"):
                raise UnusableSvgError(message("it uses {name}, which is not supported", name=name))
        paint = {**state.paint, **{name: given[name] for name in (*_PAINT, "display") if name in given}}
        matrix = _multiplied(_transform(given.get("transform", "")), state.matrix)
        return _State(paint, matrix, state.depth + 1)

    def shape(self, element: etree._Element, name: str, state: _State) -> Iterator[str]:
        """Yield the operators of a shape."""
        self.shapes += 1
        if self.shapes > MOST_SHAPES:
            raise UnusableSvgError(message("it has more than {most} shapes", most=MOST_SHAPES))
        fill = _colour(state.paint["fill"])
        stroke = _colour(state.paint["stroke"])
        widths = _numbers(state.paint["stroke-width"])
        if (fill is None or name == "line") and (stroke is None or not widths or not widths[0]):
            return
        path = list(self.path(element, name))
        if not path:
            return
        yield "q " + " ".join(f"{number:.5f}" for number in state.matrix) + " cm"
        if fill is not None:
            yield f"{fill} rg"
        if stroke is not None and widths:
            caps = {"round": 1, "square": 2}.get(state.paint.get("stroke-linecap", ""), 0)
            joins = {"round": 1, "bevel": 2}.get(state.paint.get("stroke-linejoin", ""), 0)
            yield f"{stroke} RG {widths[0]:.4f} w {caps} J {joins} j"
        yield " ".join(path)
        even = "*" if state.paint.get("fill-rule") == "evenodd" else ""
        yield ("B" + even if fill and stroke else "f" + even if fill else "S") + " Q"

    def path(self, element: etree._Element, name: str) -> Iterator[str]:
        """Yield the path of a shape."""

        def value(key: str) -> float:
            found = _numbers(element.get(key, "0"))
            return found[0] if found else 0.0

        match name:
            case "path":
                data = element.get("d", "")
                self.count(len(data) // 2)
                try:
                    yield from path_operators(data)
                except PathError as error:
                    raise UnusableSvgError(message("it has a path that cannot be read: {part}", part=error)) from error
            case "rect":
                corners = element.get("rx", element.get("ry", "0")), element.get("ry", element.get("rx", "0"))
                radii = [(_numbers(corner) or [0.0])[0] for corner in corners]
                yield from _rounded(value("x"), value("y"), value("width"), value("height"), radii[0], radii[1])
            case "circle":
                radius = value("r")
                yield from _rounded(value("cx") - radius, value("cy") - radius, 2 * radius, 2 * radius, radius, radius)
            case "ellipse":
                rx, ry = value("rx"), value("ry")
                yield from _rounded(value("cx") - rx, value("cy") - ry, 2 * rx, 2 * ry, rx, ry)
            case "line":
                yield f"{value('x1'):.4f} {value('y1'):.4f} m {value('x2'):.4f} {value('y2'):.4f} l"
            case _:
                points = _numbers(element.get("points", ""))
                self.count(len(points))
                for index in range(0, len(points) - 1, 2):
                    yield f"{points[index]:.4f} {points[index + 1]:.4f} {'l' if index else 'm'}"
                if name == "polygon" and points:
                    yield "h"

    def count(self, numbers: int) -> None:
        """Count numbers of paths."""
        self.numbers += numbers
        if self.numbers > MOST_NUMBERS:
            raise UnusableSvgError(message("its paths are too long"))


def _multiplied(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies ``inner`` first, then ``outer``."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _transform(text: str) -> Matrix:
    """Return a transform attribute as one matrix."""
    result = _IDENTITY
    for name, written in _TRANSFORM.findall(text):
        values = _numbers(written)
        if not values:
            continue
        first, second = values[0], values[1] if len(values) > 1 else None
        angle = math.radians(first)
        match name:
            case "matrix" if len(values) == 6:
                step: Matrix = (values[0], values[1], values[2], values[3], values[4], values[5])
            case "translate":
                step = (1, 0, 0, 1, first, second or 0.0)
            case "scale":
                step = (first, 0, 0, first if second is None else second, 0, 0)
            case "rotate":
                turn: Matrix = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), 0, 0)
                x, y = (values[1], values[2]) if len(values) == 3 else (0.0, 0.0)
                step = _multiplied(_multiplied((1, 0, 0, 1, -x, -y), turn), (1, 0, 0, 1, x, y))
            case "skewX":
                step = (1, 0, math.tan(angle), 1, 0, 0)
            case "skewY":
                step = (1, math.tan(angle), 0, 1, 0, 0)
            case _:
                raise UnusableSvgError(message("it has a transform that cannot be read"))
        result = _multiplied(step, result)
    return result


def _colour(text: str) -> str | None:
    """Return a plain colour as PDF operands; None for none."""
    text = text.strip().lower()
    if text in ("none", "transparent"):
        return None
    found = _HEX.fullmatch(text)
    digits = found[1] if found else _NAMED.get("black" if text == "currentcolor" else text, "")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[start : start + 2], 16) for start in (0, 2, 4)] if digits else []
    channels = _RGB.fullmatch(text)
    if channels:
        parts = [min(int(channel), 255) for channel in channels.groups()]
    if not parts:
        raise UnusableSvgError(message("it has the colour “{colour}”, which is not supported", colour=text[:30]))
    return " ".join(f"{part / 255:.3f}" for part in parts)


def _rounded(x: float, y: float, width: float, height: float, rx: float, ry: float) -> Iterator[str]:
    """Yield a rectangle with elliptic corners; a circle is one that is all corners."""
    if width <= 0 or height <= 0:
        return
    rx, ry = min(max(rx, 0.0), width / 2), min(max(ry, 0.0), height / 2)
    if not rx or not ry:
        yield f"{x:.4f} {y:.4f} {width:.4f} {height:.4f} re"
        return
    right, foot, kx, ky = x + width, y + height, rx * (1 - _CURVE), ry * (1 - _CURVE)

    def curve(*numbers: float) -> str:
        return " ".join(f"{number:.4f}" for number in numbers) + " c"

    yield f"{x + rx:.4f} {y:.4f} m {right - rx:.4f} {y:.4f} l"
    yield curve(right - kx, y, right, y + ky, right, y + ry)
    yield f"{right:.4f} {foot - ry:.4f} l"
    yield curve(right, foot - ky, right - kx, foot, right - rx, foot)
    yield f"{x + rx:.4f} {foot:.4f} l"
    yield curve(x + kx, foot, x, foot - ky, x, foot - ry)
    yield f"{x:.4f} {y + ry:.4f} l"
    yield curve(x, y + ky, x + kx, y, x + rx, y) + " h"
