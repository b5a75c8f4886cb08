"""The value of ``attach:``: files beside the ledger that go with a document (EN 16931 BG-24).

    attach: "BON_LIVRAISON pieces/bon-4711.pdf; pieces/photos.png"

A word of BR-FR-17 may stand before a file: it says what the file is (BT-123).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from facturier.directives.kinds import TEXT, Kind, Refusal
from facturier.directives.spelling import nearest
from facturier.messages import message

# BR-FR-17 (AFNOR XP Z12-012): what may stand in BT-123.
QUALIFIERS = (
    "RIB", "LISIBLE", "FEUILLE_DE_STYLE", "PJA", "BORDEREAU_SUIVI", "DOCUMENT_ANNEXE", "BON_LIVRAISON", "BON_COMMANDE",
    "BORDEREAU_SUIVI_VALIDATION", "ETAT_ACOMPTE", "FACTURE_PAIEMENT_DIRECT", "RECAPITULATIF_COTRAITANCE",
)  # fmt: skip
LEGIBLE = "LISIBLE"
# The media types that EN 16931 allows for BT-125 (BR-CL-24), by the endings of their files.
MEDIA_TYPES: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
# Chorus Pro takes names of 50 characters, the ending among them; platforms refuse others (IRR_NOM_PJ).
LONGEST_NAME = 50
_SEPARATOR = re.compile(r"[;\n]")
_QUALIFIED = re.compile(r"([A-Za-z_]+)\s+(\S.*)")


class Attached(NamedTuple):
    """A file that goes with a document, as the ledger names it.

    Attributes:
        qualifier: What it is (BT-123), a word of BR-FR-17; empty where the ledger does not say.
        path: Where it lies, relative to the ledger's folder.
    """

    qualifier: str
    path: str

    @property
    def name(self) -> str:
        """Its name without folders, as the recipient sees it."""
        return PurePosixPath(self.path).name

    @property
    def media_type(self) -> str:
        """Its media type by its ending."""
        return MEDIA_TYPES[PurePosixPath(self.path).suffix.lower()]


@lru_cache(maxsize=1024)
def parse_attached(value: str) -> tuple[Attached, ...]:
    """Return the files that a value names, in its order; a value that was refused may give anything.

    >>> parse_attached("RIB pieces/rib.pdf; pieces/bon 4711.pdf")
    (Attached(qualifier='RIB', path='pieces/rib.pdf'), Attached(qualifier='', path='pieces/bon 4711.pdf'))
    """
    return tuple(_parsed(part.strip()) for part in _SEPARATOR.split(value) if part.strip())


def _parsed(text: str) -> Attached:
    found = _QUALIFIED.fullmatch(text)
    if found is not None and (found[1].isupper() or found[1].upper() in QUALIFIERS):
        return Attached(found[1], found[2])
    return Attached("", text)


def _attach_refused(value: str) -> Refusal:
    files = parse_attached(value)
    if not files and value:
        return message('it names no file; write for example "pieces/bon-4711.pdf"')
    names: set[str] = set()
    for one in files:
        refused = _qualifier_refused(one) or _path_refused(one.path) or _name_refused(one)
        if refused is not None:
            return refused
        if one.name.casefold() in names:
            return message(
                '"{name}" stands there twice; give each file a name of its own, in whatever folder', name=one.name
            )
        names.add(one.name.casefold())
    if sum(one.qualifier == LEGIBLE for one in files) > 1:
        return message("LISIBLE stands there twice; one file alone is the legible invoice (BR-FR-18)")
    return None


def _qualifier_refused(one: Attached) -> Refusal:
    if not one.qualifier or one.qualifier in QUALIFIERS:
        return None
    meant = nearest(one.qualifier.upper(), QUALIFIERS)
    if meant is not None:
        return message(
            '"{word}" is no word for what a file is (BR-FR-17); did you mean {meant}?', word=one.qualifier, meant=meant
        )
    return message(
        '"{word}" is no word for what a file is (BR-FR-17): write one of {words}, or the file alone',
        word=one.qualifier,
        words=", ".join(QUALIFIERS),
    )


def _path_refused(path: str) -> Refusal:
    if "\\" in path:
        return message('write "{path}", with / between folders', path=path.replace("\\", "/"))
    if path.startswith(("/", "~")) or path[1:2] == ":" or ".." in PurePosixPath(path).parts:
        return message(
            '"{path}" leads out of the ledger\'s folder; copy the file into it, such as "pieces/{name}"',
            path=path,
            name=PurePosixPath(path).name,
        )
    if not path.isprintable():
        return message("the name of a file has characters that cannot be printed; type it anew")
    return None


def _name_refused(one: Attached) -> Refusal:
    if PurePosixPath(one.path).suffix.lower() not in MEDIA_TYPES:
        return message(
            '"{name}" is of no type that an e-invoice may carry (EN 16931 BT-125); name a file that ends in {endings}',
            name=one.name,
            endings=", ".join(MEDIA_TYPES),
        )
    if len(one.name) > LONGEST_NAME:
        return message(
            'the name "{name}" has {count} characters, and platforms take {most}; give the file a shorter one',
            name=one.name,
            count=len(one.name),
            most=LONGEST_NAME,
        )
    return None


ATTACH = Kind(
    message("files beside the ledger, separated by ;"),
    TEXT.types,
    '"pieces/bon-4711.pdf"',
    TEXT.mistyped,
    _attach_refused,
)
