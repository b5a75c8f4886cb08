"""TrueType faces: read once per process, measured, and cut down to the characters of one document.

ReportLab's parser and subsetter do the work on the file (:class:`reportlab.pdfbase.ttfonts.TTFontFace`); nothing
is registered in its global tables. A character that a face lacks is never drawn as an empty box: :meth:`Face.shown`
puts a visible substitute and names it.
"""

from __future__ import annotations

import unicodedata
import zlib
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from reportlab.pdfbase.ttfonts import TTFontFace

if TYPE_CHECKING:
    from collections.abc import Set
    from pathlib import Path

SUBSTITUTE = "?"
# What stands for a character of the program's own formats where a font of the user's lacks it.
_NEXT_BEST = {"\u202f": "\u00a0", "\u00a0": " ", "\u2212": "-", "\u2011": "-", "\u2019": "'", "\u2013": "-"}

# Codes that would have to be escaped inside a PDF string, and code 0 (.notdef).
_UNUSABLE_CODES = frozenset({0, 10, 13, 40, 41, 92})
_USABLE_CODES = tuple(code for code in range(256) if code not in _UNUSABLE_CODES)
_VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_MOST_CODES = len(_USABLE_CODES)
# What documents in French, English, Dutch and German are written in.
EVERYDAY = frozenset(
    {chr(code) for code in range(0x20, 0x7F)}
    | set("ÀÂÄÆÇÈÉÊËÎÏÔÖŒÙÛÜŸàâäæçèéêëîïôöœùûüÿßáíóúñ\u00a0\u202f€«»‘’“”„…–—−·•°²³×§№")
)


class MissingGlyph(NamedTuple):
    """A character that the template's font cannot show.

    Attributes:
        character: The character itself.
        name: Its Unicode name, such as "HEBREW LETTER ALEF".
        text: The beginning of the first text in which it stood, to find it in the ledger.
    """

    character: str
    name: str
    text: str

    @property
    def code(self) -> str:
        """The code point as people write it, such as U+05D0."""
        return f"U+{ord(self.character):04X}"


class Subset(NamedTuple):
    """The part of a face that one document embeds: at most 250 characters, one byte each.

    Attributes:
        tag: The six capitals before the font's name (ISO 32000-1, 9.6.4).
        encode: Character to byte, for :meth:`str.translate`.
        last_code: The highest code in use.
        widths: Advance widths by code, in thousandths of the size, as a PDF array.
        program: The TrueType program, deflated.
        program_length: Its length before deflation.
        unicode_map: The ToUnicode CMap, deflated: makes the text searchable.
    """

    tag: str
    encode: dict[int, int]
    last_code: int
    widths: str
    program: bytes
    program_length: int
    unicode_map: bytes


class Face:
    """One static TrueType face.

    Create it with :func:`load_face`, which reads each file once per process.
    """

    def __init__(self, path: Path) -> None:
        self._face = TTFontFace(str(path))
        self._lock = Lock()  # the parser keeps a position in the file: one reader at a time
        self.name: str = self._face.name.decode("ascii")
        self.characters = frozenset(map(chr, self._face.charToGlyph))
        self._everyday = EVERYDAY & self.characters
        self.capital_height: float = self._face.capHeight / 1000
        self._widths: dict[str, float] = {chr(code): width for code, width in self._face.charWidths.items()}
        self.width = lru_cache(maxsize=16384)(self._measure)
        self.subset = lru_cache(maxsize=64)(self._cut)

    def _measure(self, text: str) -> float:
        """Return the width of a text in thousandths of the font size; all its characters must exist."""
        return sum(map(self._widths.__getitem__, text))

    def shown(self, text: str, missing: dict[str, MissingGlyph]) -> str:
        """Return a text that the face can draw, and note in ``missing`` what it cannot.

        Invisible format characters (joiners, direction marks, soft hyphens) are dropped, spaces and dashes become
        those the face has; any other character without a glyph becomes a question mark.
        """
        if self.characters.issuperset(text):
            return text
        kept: list[str] = []
        for character in text:
            if character in self.characters:
                kept.append(character)
            elif _NEXT_BEST.get(character) in self.characters:
                kept.append(_NEXT_BEST[character])
            elif unicodedata.category(character) in ("Zl", "Zp", "Zs"):
                kept.append(" ")
            elif unicodedata.category(character) not in ("Cf", "Cc") and character not in _VARIATION_SELECTORS:
                kept.append(SUBSTITUTE)
                if character not in missing:
                    name = unicodedata.name(character, "(no name)")
                    missing[character] = MissingGlyph(character, name, text.strip()[:60])
        return "".join(kept)

    def subsets(self, characters: Set[str]) -> list[Subset]:
        """Return what a document embeds to show some characters: of each subset at most 250.

        Nearly all documents are written in everyday characters and embed all of these: a subset made once per
        process, some kilobytes larger than need be, instead of one of their own that takes a tenth of their time.
        """
        ordered = "".join(sorted(self._everyday if self._everyday.issuperset(characters) else characters))
        return [self.subset(ordered[start : start + _MOST_CODES]) for start in range(0, len(ordered), _MOST_CODES)]

    def _cut(self, characters: str) -> Subset:
        """Return the subset for a sorted string of at most 250 different characters."""
        by_code = dict(zip(_USABLE_CODES, characters, strict=False))
        last = max(by_code, default=0)
        codes = [ord(by_code[code]) if code in by_code else 0 for code in range(last + 1)]
        with self._lock:
            program: bytes = self._face.makeSubset(codes)
        widths = (self._widths.get(by_code.get(code, ""), 0.0) for code in range(last + 1))
        return Subset(
            tag=_subset_tag(characters),
            encode={ord(character): code for code, character in by_code.items()},
            last_code=last,
            widths="[" + " ".join(f"{width:.2f}" for width in widths) + "]",
            program=zlib.compress(program),
            program_length=len(program),
            unicode_map=zlib.compress(_unicode_map(by_code)),
        )

    @property
    def descriptor(self) -> dict[str, object]:
        """The figures of the PDF font descriptor (ISO 32000-1, table 122)."""
        face = self._face
        return {
            "Ascent": round(face.ascent),
            "Descent": round(face.descent),
            "CapHeight": round(face.capHeight),
            "FontBBox": [round(edge) for edge in face.bbox],
            "ItalicAngle": round(face.italicAngle),
            "StemV": face.stemV,
        }


@cache
def load_face(path: Path) -> Face:
    """Read a TrueType file, once per process.

    Raises:
        OSError: The file cannot be read.
        reportlab.pdfbase.ttfonts.TTFError: It is not a TrueType font that may be embedded.
    """
    return Face(path)


@cache
def packaged_fonts() -> Path:
    """Return the folder of the fonts that come with facturier (the package is installed unzipped)."""
    from pathlib import Path

    return Path(str(files("facturier.invoice_templates"))) / "fonts"


def _subset_tag(characters: str) -> str:
    """Return six capitals that depend on the characters only, so that two subsets of a face differ."""
    number = zlib.crc32(characters.encode("utf-8"))
    letters: list[str] = []
    for _ in range(6):
        number, letter = divmod(number, 26)
        letters.append(chr(ord("A") + letter))
    return "".join(letters)


def _unicode_map(by_code: dict[int, str]) -> bytes:
    """Return the ToUnicode CMap (ISO 32000-1, 9.10.3): at most 100 characters a block."""
    entries = [f"<{code:02X}> <{by_code[code].encode('utf-16-be').hex().upper()}>" for code in sorted(by_code)]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    parts = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
    ]
    parts += ["\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")
