"""The user's own files that a document depends on: the logo, a template of theirs, the archived PDF and XML.

Only hashes of them are given. Names come from the ledger, so nothing outside its folder is read.

    books/
        main.beancount
        logo.png
        templates/studio/invoice.xml        a template of the user's
        factures/2026/F2026-0042.pdf        the file as it was sent
"""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from facturier.messages import Message, message

DEFAULT_TEMPLATE = "default"
ARCHIVE_FOLDER = "factures"
TEMPLATES_FOLDER = "templates"
TEMPLATE_FILE = "invoice.xml"
_SHORT = 8
_UNREADABLE = "unreadable"
_LONGEST_NAME = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_FOLDER_NAME = re.compile(r"[\w-][\w.-]*")


class Assets:
    """The files beside a ledger, each read once.

    Attributes:
        folder: The folder of the ledger's top file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, str] = {}
        self._templates: dict[str, str] = {}

    @classmethod
    def beside(cls, ledger: str) -> Assets:
        """Return the files beside a ledger's top file."""
        return cls(Path(ledger).parent)

    def file_hash(self, name: str) -> str:
        """Return the SHA-256 of a file named in the ledger; "" where there is no such file inside its folder."""
        if not name:
            return ""
        known = self._files.get(name)
        if known is None:
            known = self._files[name] = self._hash(name)
        return known

    def own_template(self, name: str) -> str:
        """Return the version of a template of the user's: a hash of its files; "" where there is none."""
        known = self._templates.get(name)
        if known is None:
            known = self._templates[name] = _version(self.folder / TEMPLATES_FOLDER, name)
        return known

    def template(self, name: str) -> str:
        """Return a template's name and its present version, such as "default 1b9c04de"; the user's own comes first."""
        version = self.own_template(name) or packaged_version(name)
        return f"{name} {version}".strip()

    def _hash(self, name: str) -> str:
        try:
            path = (self.folder / name).resolve(strict=True)
            if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
                return ""
            with path.open("rb") as file:
                digest = sha256()
                while block := file.read(1 << 20):
                    digest.update(block)
        # A name with a zero byte is a ValueError, a circle of links a RuntimeError before Python 3.13.
        except (OSError, ValueError, RuntimeError):
            return ""
        return digest.hexdigest()


def archive_name(number: str, day: date, ending: str = "pdf") -> str:
    """Return where the file of a document is archived, relative to the ledger.

    Only letters, digits, dots, dashes and underscores stand in it: no text of the ledger makes a path.

    >>> archive_name("F/2026-0042", date(2026, 11, 3))
    'factures/2026/F-2026-0042.pdf'
    """
    return f"{ARCHIVE_FOLDER}/{day.year}/{safe_name(number)}.{ending}"


def safe_name(text: str) -> str:
    """Return a text as a file name of plain characters."""
    return _UNSAFE.sub("-", text).strip("-.")[:_LONGEST_NAME]


def packaged_templates() -> Path:
    """Return the folder of the templates that come with facturier (the package is installed unzipped)."""
    return Path(str(files("facturier.invoice_templates")))


def packaged_names() -> set[str]:
    """Return the names of the templates that come with facturier."""
    return {path.parent.name for path in packaged_templates().glob(f"*/{TEMPLATE_FILE}")}


def is_template_name(name: str) -> bool:
    """Tell whether a template may have this name: no folder, no hidden file."""
    return _FOLDER_NAME.fullmatch(name) is not None


def template_names(ledger_folder: Path) -> list[str]:
    """Return the names of all templates there are for a ledger, the user's own among them."""
    own = (path.parent.name for path in (ledger_folder / TEMPLATES_FOLDER).glob(f"*/{TEMPLATE_FILE}"))
    return sorted(packaged_names().union(name for name in own if _own_folder(name, ledger_folder)))


def template_folder(name: str, ledger_folder: Path) -> Path | None:
    """Return the folder of a template, the user's own before one of ours; None where there is none of this name."""
    own = _own_folder(name, ledger_folder)
    if own is not None:
        return own
    packaged = packaged_templates() / name
    return packaged if is_template_name(name) and (packaged / TEMPLATE_FILE).is_file() else None


def _own_folder(name: str, ledger_folder: Path) -> Path | None:
    """Return the folder of a template of the user's; None where there is none inside the ledger's folder."""
    if not is_template_name(name):
        return None
    folder = ledger_folder / TEMPLATES_FOLDER / name
    try:
        there = (folder / TEMPLATE_FILE).is_file()
        return folder if there and folder.resolve().is_relative_to(ledger_folder.resolve()) else None
    except (OSError, RuntimeError):  # a name too long, a circle of links
        return None


def no_template(name: str, ledger_folder: Path) -> Message:
    """Return the sentence for a template that does not exist, with those that do."""
    names = template_names(ledger_folder)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return message("There is no template “{name}”: did you mean “{near}”?", name=name, near=near[0])
    return message(
        "There is no template “{name}”: use one of {known}, or make it with facturier template new {name}.",
        name=name,
        known=", ".join(names),
    )


@lru_cache(maxsize=64)
def packaged_version(name: str) -> str:
    """Return the version of a template that comes with facturier: a hash of its files; "" for any other name."""
    return _version(packaged_templates(), name)


def _version(parent: Path, name: str) -> str:
    folder = parent / name
    if not _FOLDER_NAME.fullmatch(name) or not folder.is_dir():
        return ""
    try:
        return folder_hash(folder)
    except OSError:
        return _UNREADABLE


def folder_hash(folder: Path) -> str:
    """Return the first digits of a SHA-256 over the names and contents of a folder's files, hidden ones apart."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__")) for part in name.parts):
            digest.update(f"{sha256(path.read_bytes()).hexdigest()}  {name.as_posix()}\n".encode())
    return digest.hexdigest()[:_SHORT]
