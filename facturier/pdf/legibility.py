"""Whether a theme can be read: contrast of every text style on its grounds, and figures of one width.

Contrast is that of WCAG 2.1 (relative luminance of sRGB); 4.5 is what its level AA asks of text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from facturier.messages import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from facturier.pdf.theme import Theme

LEAST_CONTRAST = 4.5
_FIGURES = "0123456789"


class WeakContrast(NamedTuple):
    """A text style that cannot be read well on one of its grounds."""

    style: str
    colour: str
    ground: str
    contrast: float


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours given as PDF operands, from 1 to 21.

    >>> round(contrast("0 0 0", "1 1 1"), 1)
    21.0
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def weak_contrasts(theme: Theme) -> Iterator[WeakContrast]:
    """Yield the text styles below the least contrast, each with its worst ground."""
    names = {operands: name for name, operands in reversed(list(theme.colours.items()))}
    for name, style in theme.styles.items():
        found = [(contrast(style.colour, theme.colours[ground]), ground) for ground in theme.grounds[name]]
        if found and min(found)[0] < LEAST_CONTRAST:
            value, ground = min(found)
            yield WeakContrast(name, names.get(style.colour, style.colour), ground, value)


def theme_notices(theme: Theme) -> list[Message]:
    """Return what a reader of pages in this theme would find hard to read."""
    weak: dict[tuple[str, str], float] = {}
    for one in weak_contrasts(theme):
        weak.setdefault((one.colour, one.ground), one.contrast)
    notices = [
        message(
            "The colour {colour} on {ground} has a contrast of {contrast:.1f}; text wants {least} to be read by all: "
            "take a darker or a lighter one.",
            colour=colour,
            ground=ground,
            contrast=value,
            least=LEAST_CONTRAST,
        )
        for (colour, ground), value in weak.items()
    ]
    faces = {style.face.name: style.face for style in theme.styles.values()}
    notices += [
        message("The figures of the font {name} have different widths: columns of amounts will not align.", name=name)
        for name, face in faces.items()
        if face.characters.issuperset(_FIGURES) and len({face.width(figure) for figure in _FIGURES}) > 1
    ]
    return notices


def _luminance(operands: str) -> float:
    parts = [float(part) for part in operands.split()]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
