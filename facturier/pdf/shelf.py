"""A template as a ledger wants it: its folder, and the theme and words that the ledger lays over it.

    books/
        main.beancount
        templates/studio/invoice.xml
        fonts/Lato-Regular.ttf

It is read once for each state of its files; where it lies is known by :mod:`facturier.assets`.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from facturier.assets import packaged_templates
from facturier.messages import message
from facturier.pdf.faults import TemplateError
from facturier.pdf.legibility import theme_notices
from facturier.pdf.template import MAIN, PageTemplate, load_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from facturier.messages import Message

FONTS_FOLDER = "fonts"
_ENDINGS = {".xml", ".toml", ".ttf"}


class Choice(NamedTuple):
    """A template with what the ledger lays over it: all that decides how a page looks.

    Attributes:
        folder: Where the template is.
        fonts: The ledger's own folder of fonts.
        theme: Theme values of the ledger, as JSON.
        words: Texts of the ledger, as JSON.
        digest: A hash of all files it may use.
    """

    folder: Path
    fonts: Path
    theme: str
    words: str
    digest: str

    @property
    def look(self) -> str:
        """What decides the look, whatever the folder it lies in."""
        return f"{self.digest} {self.theme} {self.words}"


def choose(
    folder: Path, ledger_folder: Path, theme: Mapping[str, Any] | None = None, words: Mapping[str, str] | None = None
) -> Choice:
    """Return a template's folder with the ledger's values laid over it."""
    fonts = ledger_folder / FONTS_FOLDER
    over = json.dumps(theme or {}, sort_keys=True)
    digest = sha256(_packaged_digest().encode())
    if not folder.is_relative_to(packaged_templates()):
        digest.update(_digest(folder, _stamp(folder)).encode())
    if theme and "fonts" in theme:
        digest.update(_digest(fonts, _stamp(fonts)).encode())
    return Choice(folder, fonts, over, json.dumps(words or {}, sort_keys=True), digest.hexdigest())


@lru_cache(maxsize=16)
def chosen_template(choice: Choice) -> PageTemplate:
    """Read a template, once for each state of its files.

    Raises:
        TemplateError: A file of it is missing or wrong.
    """
    if not (choice.folder / MAIN).is_file():
        raise TemplateError(str(choice.folder / MAIN), 0, message("The file is not there any more."))
    return load_template(choice.folder, json.loads(choice.theme), json.loads(choice.words), (choice.fonts,))


@lru_cache(maxsize=16)
def chosen_notices(choice: Choice) -> tuple[Message, ...]:
    """Return what is hard to read in the theme of a template, looked at once.

    Raises:
        TemplateError: A file of it is missing or wrong.
    """
    return tuple(theme_notices(chosen_template(choice).theme))


Stamp = tuple[tuple[str, int, int], ...]


def _stamp(folder: Path) -> Stamp:
    """Return names, times and sizes of a folder's files: cheap to compare, for each document."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in _ENDINGS and path.is_file():
            state = path.stat()
            found.append((str(path.relative_to(folder)), state.st_mtime_ns, state.st_size))
    return tuple(found)


@lru_cache(maxsize=64)
def _digest(folder: Path, stamp: Stamp) -> str:
    """Return a hash of the files of a folder as they are at a stamp."""
    digest = sha256()
    for name, _, _ in stamp:
        digest.update(f"{name}\n".encode())
        digest.update(sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


@cache
def _packaged_digest() -> str:
    """Return a hash of the files that come with facturier: templates, themes, wording, fonts."""
    return _digest(packaged_templates(), _stamp(packaged_templates()))
