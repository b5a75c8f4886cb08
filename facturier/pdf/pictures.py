"""Pictures for a page: checked before they are decoded, then turned once into what a PDF embeds.

PNG, JPEG, and SVG of plain shapes (:mod:`facturier.pdf.svg`). A file is refused by its size in bytes, then by its
header, before a pixel is decoded; CMYK becomes RGB, because a PDF/A with an sRGB output intent holds no CMYK
(ISO 19005-3, 6.2.4.3).
"""

from __future__ import annotations

import io
import warnings
import zlib
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from facturier.messages import Message, message
from facturier.pdf.svg import Drawing, UnusableSvgError, read_svg

MOST_BYTES = 5_000_000
MOST_PIXELS = 16_000_000
# At 13 to 40 mm a logo needs no more; a larger one is scaled down once, not embedded a thousand times.
_EMBEDDED_EDGE = 800
_FORMATS = ("PNG", "JPEG")


class Bitmap(NamedTuple):
    """A picture of pixels, ready to embed.

    Attributes:
        width: In pixels.
        height: In pixels.
        colour_space: "DeviceRGB" or "DeviceGray".
        pixels: Eight bits a component, deflated.
        alpha: Eight bits of opacity a pixel, deflated, or None where the picture is opaque.
    """

    width: int
    height: int
    colour_space: str
    pixels: bytes
    alpha: bytes | None


Picture = Bitmap | Drawing


@lru_cache(maxsize=16)
def read_picture(name: str, data: bytes) -> Picture | Message:
    """Return a picture, or the sentence that says why it cannot be used.

    Args:
        name: How messages call it.
        data: The file's content.
    """
    if len(data) > MOST_BYTES:
        return message(
            "The picture {name} has more than {most} MB: save it smaller.", name=name, most=MOST_BYTES // 10**6
        )
    if data.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg>") or b"<svg" in data[:500]:
        try:
            return read_svg(data)
        except UnusableSvgError as error:
            return message(
                "The picture {name} cannot be used: {reason}. Convert texts to paths, or save it as PNG.",
                name=name,
                reason=error.message,
            )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return _too_large(name, opened.width, opened.height)
                opened.load()
                return _embedded(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return message("The picture {name} has too many pixels: save it smaller.", name=name)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, zlib.error):
        return message("The picture {name} is not a PNG or JPEG file that can be read.", name=name)


def _too_large(name: str, width: int, height: int) -> Message:
    return message(
        "The picture {name} has {width} × {height} pixels: save it with {most} megapixels at most.",
        name=name,
        width=width,
        height=height,
        most=MOST_PIXELS // 10**6,
    )


def _embedded(opened: Image.Image) -> Bitmap:
    """Convert decoded pixels to RGB or grey with a separate opacity."""
    transparent = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
    picture = opened.convert("RGBA" if transparent else "L" if opened.mode in ("1", "L", "I;16", "I", "F") else "RGB")
    picture.thumbnail((_EMBEDDED_EDGE, _EMBEDDED_EDGE))
    alpha: bytes | None = None
    if picture.mode == "RGBA":
        channel = picture.getchannel("A")
        if channel.getextrema() != (255, 255):
            alpha = zlib.compress(channel.tobytes())
        picture = picture.convert("RGB")
    space = "DeviceGray" if picture.mode == "L" else "DeviceRGB"
    return Bitmap(picture.width, picture.height, space, zlib.compress(picture.tobytes()), alpha)
