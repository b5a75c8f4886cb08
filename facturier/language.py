"""In which language the ledger speaks: messages to its user, not the documents sent to clients."""

from __future__ import annotations

from collections.abc import Iterable

from facturier.messages import LANGUAGES

DEFAULT = "fr"


def ledger_language(fava_options: Iterable[tuple[str, str]], seller_language: str | None) -> str:
    """Choose the language of messages.

    Fava's own ``custom "fava-option" "language"`` comes first, since its user reads the pages
    in that language; then the seller's ``language:``; then French.

    >>> ledger_language([("language", "en")], "fr")
    'en'
    """
    for name, value in fava_options:
        if name == "language" and value[:2] in LANGUAGES:
            return value[:2]
    if seller_language is not None and seller_language[:2] in LANGUAGES:
        return seller_language[:2]
    return DEFAULT
