"""What is said to users: one English sentence, rendered later in the ledger's language.

A message is made where a fault is found and turned into text at the edge, once the
ledger's language is known. The English sentence is its own key; the French one comes
from ``locale/fr/LC_MESSAGES/facturier.po`` (gettext, maintained with Babel).

>>> str(message("The series has no number {number}.", number=3))
'The series has no number 3.'
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import NamedTuple

LANGUAGES = ("fr", "en")


class Message(NamedTuple):
    """An English sentence with named holes, and what fills them."""

    template: str
    values: Mapping[str, object]

    def text(self, language: str = "en") -> str:
        """Return the sentence in a language; English where no translation exists."""
        template = catalogue(language).gettext(self.template)
        filled = {
            name: value.text(language) if isinstance(value, Message) else value for name, value in self.values.items()
        }
        return template.format_map(filled)

    def __str__(self) -> str:
        return self.text()


def message(template: str, /, **values: object) -> Message:
    """Make a message; ``template`` is a literal English sentence, collected by Babel under this name."""
    return Message(template, values)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the gettext catalogue of a language; an empty one for English and for unknown languages."""
    if language == "en":
        return gettext.NullTranslations()
    with as_file(files("facturier") / "locale") as folder:
        return gettext.translation("facturier", folder, languages=[language], fallback=True)
