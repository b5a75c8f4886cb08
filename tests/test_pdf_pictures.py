"""Logos: what is embedded, and what is refused in which words, before any pixel is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from facturier.messages import Message
from facturier.pdf import pictures
from facturier.pdf.pictures import Bitmap, read_picture


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def claimed_png(width: int, height: int) -> bytes:
    """Return a PNG that says it has so many pixels and has none."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    header_chunk = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + header_chunk + struct.pack(">I", 10) + b"IDAT"


def test_a_transparent_png_keeps_its_transparency() -> None:
    picture = read_picture("logo.png", saved(Image.new("RGBA", (40, 20), (255, 0, 0, 100))))
    assert isinstance(picture, Bitmap)
    assert (picture.width, picture.height, picture.colour_space) == (40, 20, "DeviceRGB")
    assert zlib.decompress(picture.pixels) == b"\xff\x00\x00" * 800
    assert picture.alpha is not None
    assert zlib.decompress(picture.alpha) == b"\x64" * 800


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    assert isinstance(read_picture(mode, saved(Image.new(mode, (10, 10)))), Bitmap)


def test_cmyk_becomes_rgb() -> None:
    picture = read_picture("logo.jpg", saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    assert isinstance(picture, Bitmap)
    assert picture.colour_space == "DeviceRGB"
    red, green, _ = zlib.decompress(picture.pixels)[:3]
    assert red > 200
    assert green < 60


def test_a_large_picture_is_embedded_smaller() -> None:
    picture = read_picture("large.png", saved(Image.new("RGB", (3000, 1500))))
    assert isinstance(picture, Bitmap)
    assert (picture.width, picture.height) == (800, 400)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is not a PNG or JPEG file"),
        (b"no picture at all", "is not a PNG or JPEG file"),
        (claimed_png(20_000, 20_000), "has too many pixels"),
        (claimed_png(5_000, 5_000), "5000 × 5000 pixels"),
        (claimed_png(10, 10), "is not a PNG or JPEG file"),
        (saved(Image.new("RGB", (40, 40)))[:60], "is not a PNG or JPEG file"),
        (saved(Image.new("RGB", (9, 9)), "GIF"), "is not a PNG or JPEG file"),
        (b"\x00" * (pictures.MOST_BYTES + 1), "has more than 5 MB"),
    ],
)
def test_what_cannot_be_used_is_said_not_raised(data: bytes, expected: str) -> None:
    refused = read_picture("logo.png", data)
    assert isinstance(refused, Message)
    assert "logo.png" in str(refused)
    assert expected in str(refused)
