"""The ``d`` attribute of an SVG path (SVG 1.1, chapter 8.3) as PDF path operators."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

_SEPARATOR = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_COMMAND = re.compile(r"[MmZzLlHhVvCcSsQqTtAa]")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_FARTHEST = 1e6


class PathError(ValueError):
    """The path data cannot be read."""


class _Point(NamedTuple):
    x: float
    y: float

    def mirrored(self, centre: _Point) -> _Point:
        """Return the point on the other side of a centre, at the same distance."""
        return _Point(2 * centre.x - self.x, 2 * centre.y - self.y)


def path_operators(data: str) -> list[str]:
    """Return path data as PDF operators.

    Raises:
        PathError: It cannot be read, or goes a million units away.

    >>> path_operators("M0 0h4v4z")
    ['0.0000 0.0000 m', '4.0000 0.0000 l', '4.0000 4.0000 l', 'h']
    """
    return list(_Pen().operators(data))


def _segments(data: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers; repeated numbers repeat the command."""
    position = _after_separator(data, 0)
    command = ""
    while position < len(data):
        found = _COMMAND.match(data, position)
        if found:
            command = found[0]
            position = _after_separator(data, found.end())
        elif not command or command in "Zz":
            raise PathError(data[position : position + 10])
        numbers: list[float] = []
        for index in range(_ARGUMENTS[command.upper()]):
            number, position = _number(data, position, flag=command in "Aa" and index in (3, 4))
            numbers.append(number)
        yield command, numbers
        if command in "Mm":
            command = "L" if command == "M" else "l"


def _after_separator(data: str, position: int) -> int:
    found = _SEPARATOR.match(data, position)
    return found.end() if found else position


def _number(data: str, position: int, flag: bool) -> tuple[float, int]:
    """Return the next number and the place after it; a flag of an arc is one digit, even without a space."""
    if flag:
        if data[position : position + 1] not in ("0", "1"):
            raise PathError(data[position : position + 10])
        return float(data[position]), _after_separator(data, position + 1)
    found = _NUMBER.match(data, position)
    if found is None or abs(float(found[0])) > _FARTHEST:
        raise PathError(data[position : position + 10])
    return float(found[0]), _after_separator(data, found.end())


class _Pen:
    """Follows a path: where it is, where the subpath began, the control point before."""

    def __init__(self) -> None:
        self.at = self.start = _Point(0, 0)
        self.cubic: _Point | None = None
        self.quadratic: _Point | None = None

    def operators(self, data: str) -> Iterator[str]:
        """Yield the operators of a whole path."""
        first = True
        for command, numbers in _segments(data):
            kind = command.upper()
            if first and kind != "M":
                raise PathError(data[:10])
            first = False
            cubic, quadratic = self.cubic, self.quadratic
            self.cubic = self.quadratic = None
            yield from self.segment(kind, numbers, command.islower(), cubic, quadratic)
            if abs(self.at.x) > _FARTHEST or abs(self.at.y) > _FARTHEST:
                raise PathError(data[:10])

    def segment(
        self, kind: str, numbers: list[float], relative: bool, cubic: _Point | None, quadratic: _Point | None
    ) -> Iterator[str]:
        """Yield the operators of one segment and move on."""
        base = self.at if relative else _Point(0, 0)

        def point(index: int) -> _Point:
            return _Point(base.x + numbers[index], base.y + numbers[index + 1])

        match kind:
            case "Z":
                self.at = self.start
                yield "h"
            case "M":
                self.at = self.start = point(0)
                yield f"{self.at.x:.4f} {self.at.y:.4f} m"
            case "L":
                yield self.line(point(0))
            case "H":
                yield self.line(_Point(base.x + numbers[0], self.at.y))
            case "V":
                yield self.line(_Point(self.at.x, base.y + numbers[0]))
            case "C":
                yield self.curve(point(0), point(2), point(4))
            case "S":
                yield self.curve(cubic.mirrored(self.at) if cubic else self.at, point(0), point(2))
            case "Q":
                yield self.parabola(point(0), point(2))
            case "T":
                yield self.parabola(quadratic.mirrored(self.at) if quadratic else self.at, point(0))
            case _:
                yield from self.arc(numbers, point(5))

    def line(self, end: _Point) -> str:
        """Draw a line."""
        self.at = end
        return f"{end.x:.4f} {end.y:.4f} l"

    def curve(self, first: _Point, second: _Point, end: _Point) -> str:
        """Draw a cubic curve."""
        self.cubic, self.at = second, end
        return f"{first.x:.4f} {first.y:.4f} {second.x:.4f} {second.y:.4f} {end.x:.4f} {end.y:.4f} c"

    def parabola(self, control: _Point, end: _Point) -> str:
        """Draw a quadratic curve as the cubic that is the same."""
        at = self.at
        first = _Point(at.x + 2 / 3 * (control.x - at.x), at.y + 2 / 3 * (control.y - at.y))
        second = _Point(end.x + 2 / 3 * (control.x - end.x), end.y + 2 / 3 * (control.y - end.y))
        operator = self.curve(first, second, end)
        self.cubic, self.quadratic = None, control
        return operator

    def arc(self, numbers: list[float], end: _Point) -> Iterator[str]:
        """Draw an elliptic arc as cubic curves of at most a quarter turn (SVG 1.1, F.6)."""
        rx, ry, tilt = abs(numbers[0]), abs(numbers[1]), math.radians(numbers[2])
        start = self.at
        if not rx or not ry or start == end:
            yield self.line(end)
            return
        cosine, sine = math.cos(tilt), math.sin(tilt)
        half_x, half_y = (start.x - end.x) / 2, (start.y - end.y) / 2
        x, y = cosine * half_x + sine * half_y, cosine * half_y - sine * half_x
        too_small = (x / rx) ** 2 + (y / ry) ** 2
        if too_small > 1:
            rx, ry = rx * math.sqrt(too_small), ry * math.sqrt(too_small)
        denominator = (rx * y) ** 2 + (ry * x) ** 2
        factor = math.sqrt(max((rx * ry) ** 2 / denominator - 1, 0.0)) if denominator else 0.0
        if numbers[3] == numbers[4]:
            factor = -factor
        centre_x, centre_y = factor * rx * y / ry, -factor * ry * x / rx
        begin = math.atan2((y - centre_y) / ry, (x - centre_x) / rx)
        sweep = math.atan2((-y - centre_y) / ry, (-x - centre_x) / rx) - begin
        if numbers[4] and sweep < 0:
            sweep += 2 * math.pi
        elif not numbers[4] and sweep > 0:
            sweep -= 2 * math.pi
        middle = _Point((start.x + end.x) / 2, (start.y + end.y) / 2)

        def place(across: float, along: float) -> _Point:
            px, py = centre_x + rx * across, centre_y + ry * along
            return _Point(middle.x + cosine * px - sine * py, middle.y + sine * px + cosine * py)

        pieces = max(1, math.ceil(abs(sweep) / (math.pi / 2) - 1e-9))
        step = sweep / pieces
        reach = 4 / 3 * math.tan(step / 4)
        for piece in range(pieces):
            a, b = begin + piece * step, begin + (piece + 1) * step
            first = place(math.cos(a) - reach * math.sin(a), math.sin(a) + reach * math.cos(a))
            second = place(math.cos(b) + reach * math.sin(b), math.sin(b) - reach * math.cos(b))
            yield self.curve(first, second, end if piece == pieces - 1 else place(math.cos(b), math.sin(b)))
        self.cubic = None
