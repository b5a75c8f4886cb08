"""QR symbols (ISO/IEC 18004), versions 1 to 13, error correction M, byte mode: what a payment code needs.

The costly part of a QR encoder is the choice among eight masks. Here a whole symbol is one integer, one bit a
module in rows with a border of four light modules, so each rule of the penalty (section 7.8.3) is a handful of
shifts and ands over all modules at once; the choice costs less than drawing the symbol.
"""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

QUIET_ZONE = 4
MOST_BYTES = 331

# Per version, level M: all codewords, error correction codewords per block, blocks (ISO/IEC 18004, table 9).
_BLOCKS = (
    (26, 10, 1), (44, 16, 1), (70, 26, 1), (100, 18, 2), (134, 24, 2), (172, 16, 4), (196, 18, 4),
    (242, 22, 4), (292, 22, 5), (346, 26, 5), (404, 30, 5), (466, 22, 8), (532, 22, 9),
)  # fmt: skip
# Centres of the alignment patterns (annex E).
_ALIGNMENT = (
    (), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38),
    (6, 24, 42), (6, 26, 46), (6, 28, 50), (6, 30, 54), (6, 32, 58), (6, 34, 62),
)  # fmt: skip

_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _: row % 2 == 0,
    lambda _, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)


class TooLongError(ValueError):
    """The data has more bytes than the largest symbol holds."""


class _Plan(NamedTuple):
    """Everything about a version that does not depend on the data.

    Attributes:
        size: Modules along an edge.
        width: The same with the border on both sides.
        pick: For each module with border, where its bit stands in the bits of the codewords followed by "01".
        masks: The modules that each mask turns, with the format information it demands, as integers.
        inner: The modules of the symbol without the border.
        right: Those with a right neighbour inside the symbol.
        below: Those with a neighbour below.
    """

    size: int
    width: int
    pick: Callable[[str], Sequence[str]]
    masks: tuple[int, ...]
    inner: int
    right: int
    below: int


def encode(data: bytes) -> tuple[str, ...]:
    """Return the rows of the smallest symbol that holds the data, as strings of 0 and 1, without quiet zone.

    Raises:
        TooLongError: There are more than 331 bytes.
    """
    version = _version(len(data))
    plan = _plan(version)
    words = _codewords(data, version)
    bits = f"{int.from_bytes(words, 'big'):0{8 * len(words)}b}" + "0" * 7 + "01"
    plain = int("".join(plan.pick(bits)), 2)
    best = min((plain ^ mask for mask in plan.masks), key=lambda symbol: _penalty(symbol, plan))
    flat = f"{best:0{plan.width * plan.width}b}"
    border = QUIET_ZONE
    return tuple(
        flat[row * plan.width + border : row * plan.width + border + plan.size]
        for row in range(border, border + plan.size)
    )


def _version(length: int) -> int:
    """Return the smallest version that holds so many bytes."""
    for version, (total, correction, blocks) in enumerate(_BLOCKS, 1):
        count_bits = 8 if version < 10 else 16
        if 4 + count_bits + 8 * length <= 8 * (total - correction * blocks):
            return version
    raise TooLongError(length)


# Codewords


def _codewords(data: bytes, version: int) -> bytes:
    """Return data and error correction codewords, interleaved (section 7.6)."""
    total, correction, blocks = _BLOCKS[version - 1]
    capacity = total - correction * blocks
    count_bits = 8 if version < 10 else 16
    stream = (0b0100 << count_bits | len(data)) << (8 * len(data)) | int.from_bytes(data, "big")
    used = 4 + count_bits + 8 * len(data)
    room = 8 * capacity - used
    stream <<= min(4, room)
    used += min(4, room)
    stream <<= -used % 8
    used += -used % 8
    words = stream.to_bytes(used // 8, "big")
    words += (b"\xec\x11" * capacity)[: capacity - len(words)]
    short, longer = divmod(capacity, blocks)
    parts: list[bytes] = []
    start = 0
    for index in range(blocks):
        length = short + (index >= blocks - longer)
        parts.append(words[start : start + length])
        start += length
    corrections = [_correction(part, correction) for part in parts]
    interleaved = bytearray()
    for index in range(short + 1):
        interleaved += bytes(part[index] for part in parts if index < len(part))
    for index in range(correction):
        interleaved += bytes(part[index] for part in corrections)
    return bytes(interleaved)


def _correction(data: bytes, count: int) -> bytes:
    """Return the Reed-Solomon codewords of a block: one table step per byte."""
    table = _remainders(count)
    shift = 8 * (count - 1)
    mask = (1 << shift) - 1
    remainder = 0
    for byte in data:
        remainder = ((remainder & mask) << 8) ^ table[(remainder >> shift) ^ byte]
    return remainder.to_bytes(count, "big")


@cache
def _remainders(count: int) -> tuple[int, ...]:
    """Return, for each leading byte, what dividing by the generator polynomial of that degree adds to the rest."""
    generator = [1]
    root = 1
    for _ in range(count):
        multiplied = [*generator, 0]
        for index, coefficient in enumerate(generator):
            multiplied[index + 1] ^= _product(coefficient, root)
        generator = multiplied
        root = _product(root, 2)
    factors = generator[1:]
    return tuple(int.from_bytes(bytes(_product(factor, byte) for factor in factors), "big") for byte in range(256))


def _product(left: int, right: int) -> int:
    """Multiply in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    result = 0
    while right:
        if right & 1:
            result ^= left
        left = left << 1 ^ (0x11D if left & 0x80 else 0)
        right >>= 1
    return result


# Placement


@cache
def _plan(version: int) -> _Plan:
    """Return the fixed part of a version; made once per process."""
    size = 17 + 4 * version
    width = size + 2 * QUIET_ZONE
    total = 8 * _BLOCKS[version - 1][0]
    light, dark = total + 7, total + 8
    fixed = _function_modules(version, size)
    source = {place: dark if is_dark else light for place, is_dark in fixed.items()}
    source.update((place, bit) for bit, place in enumerate(_data_places(size, fixed)))
    inside = range(size)
    indexes = [
        source.get((row - QUIET_ZONE, column - QUIET_ZONE), light) for row in range(width) for column in range(width)
    ]
    free = [(row, column) for row in inside for column in inside if (row, column) not in fixed]

    def number(places: Iterator[tuple[int, int]]) -> int:
        last = width * width - 1
        return sum(1 << (last - (row + QUIET_ZONE) * width - column - QUIET_ZONE) for row, column in places)

    masks = tuple(
        number(place for place in free if turned(*place)) | number(_format_places(size, index))
        for index, turned in enumerate(_MASKS)
    )
    return _Plan(
        size=size,
        width=width,
        pick=itemgetter(*indexes),
        masks=masks,
        inner=number((row, column) for row in inside for column in inside),
        right=number((row, column) for row in inside for column in inside[:-1]),
        below=number((row, column) for row in inside[:-1] for column in inside),
    )


def _function_modules(version: int, size: int) -> dict[tuple[int, int], bool]:
    """Return finder, timing, alignment and version patterns; the format area is reserved as light."""
    fixed: dict[tuple[int, int], bool] = {}
    for place in range(9):
        fixed[8, place] = fixed[place, 8] = False
    for place in range(size - 8, size):
        fixed[8, place] = fixed[place, 8] = False
    fixed[size - 8, 8] = True
    for index in range(size):
        fixed[6, index] = fixed[index, 6] = index % 2 == 0
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for row in range(-1, 8):
            for column in range(-1, 8):
                if 0 <= top + row < size and 0 <= left + column < size:
                    ring = max(abs(row - 3), abs(column - 3))
                    fixed[top + row, left + column] = ring in (0, 1, 3)
    for row in _ALIGNMENT[version - 1]:
        for column in _ALIGNMENT[version - 1]:
            if (row, column) in ((6, 6), (6, size - 7), (size - 7, 6)):
                continue
            for dy in range(-2, 3):
                for dx in range(-2, 3):
                    fixed[row + dy, column + dx] = max(abs(dy), abs(dx)) != 1
    if version >= 7:
        information = _with_check(version, 0x1F25, 12)
        for bit in range(18):
            is_dark = bool(information >> bit & 1)
            row, column = bit // 3, size - 11 + bit % 3
            fixed[row, column] = fixed[column, row] = is_dark
    return fixed


def _format_places(size: int, mask: int) -> Iterator[tuple[int, int]]:
    """Yield the dark modules of the format information for level M and a mask (section 7.9)."""
    information = _with_check(mask, 0x537, 10) ^ 0x5412
    for bit in range(15):
        if not information >> bit & 1:
            continue
        if bit < 6:
            yield bit, 8
        elif bit < 8:
            yield bit + 1, 8
        elif bit == 8:
            yield 8, 7
        else:
            yield 8, 14 - bit
        if bit < 8:
            yield 8, size - 1 - bit
        else:
            yield size - 15 + bit, 8


def _with_check(value: int, polynomial: int, check_bits: int) -> int:
    """Return a value followed by its BCH check bits."""
    rest = value << check_bits
    while rest.bit_length() > check_bits:
        rest ^= polynomial << (rest.bit_length() - check_bits - 1)
    return value << check_bits | rest


def _data_places(size: int, fixed: dict[tuple[int, int], bool]) -> Iterator[tuple[int, int]]:
    """Yield the data modules in the order of the bits: two columns at a time, upwards and downwards in turn."""
    upwards = True
    for right in range(size - 1, 0, -2):
        pair = right - 1 if right <= 6 else right
        for step in range(size):
            row = size - 1 - step if upwards else step
            for column in (pair, pair - 1):
                if (row, column) not in fixed:
                    yield row, column
        upwards = not upwards


# The choice of the mask


def _penalty(symbol: int, plan: _Plan) -> int:
    """Return the penalty points of a symbol (section 7.8.3); the border counts as light in the third rule."""
    points = 0
    equal_right = ~(symbol ^ symbol << 1) & plan.right
    equal_below = ~(symbol ^ symbol << plan.width) & plan.below
    for equal, step in ((equal_right, 1), (equal_below, plan.width)):
        fives = equal & equal << step & equal << 2 * step & equal << 3 * step
        points += fives.bit_count() + 2 * (fives & ~(fives >> step)).bit_count()
        points += 40 * _finder_like(symbol, plan, step)
    points += 3 * (equal_right & equal_right << plan.width & equal_below).bit_count()
    share = 100 * symbol.bit_count() / (plan.size * plan.size)
    return points + 10 * int(abs(share - 50) / 5)


def _finder_like(symbol: int, plan: _Plan, step: int) -> int:
    """Count the patterns dark-light-dark-dark-dark-light-dark that have four light modules before or after."""
    # Bit p of ``symbol << k * step`` is the module k steps right of (or below) p.
    pattern = (
        symbol & ~(symbol << step) & symbol << 2 * step & symbol << 3 * step & symbol << 4 * step
        & ~(symbol << 5 * step) & symbol << 6 * step & plan.inner
    )  # fmt: skip
    before = symbol >> step | symbol >> 2 * step | symbol >> 3 * step | symbol >> 4 * step
    after = symbol << 7 * step | symbol << 8 * step | symbol << 9 * step | symbol << 10 * step
    return (pattern & ~(before & after)).bit_count()
