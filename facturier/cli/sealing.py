"""The seal that ``issue`` and ``credit`` write below each document, over the seal before it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from facturier.assets import Assets
from facturier.books import Books
from facturier.documents import Document
from facturier.rendering import RenderedDocument, made_with
from facturier.seals import FIRST, Link, new_seal, read_chains


def sealing(books: Books) -> Callable[[Document, Books, RenderedDocument], str]:
    """Return what seals the documents of one command, in the order of their numbers.

    Args:
        books: The books as they will be, the documents of the command among them.
    """
    chains = read_chains(books).chains
    assets = Assets(Path(books.filename).parent)
    made: dict[str, str] = {}

    def seal(document: Document, books: Books, rendered: RenderedDocument) -> str:
        before = next(
            (
                chain.links[:rank]
                for chain in chains
                for rank, link in enumerate(chain.links)
                if link.document is not None and link.number == document.number
            ),
            None,
        )
        if before is None or not all(_hash(link) for link in before):
            return ""  # what came before is not sealed; `facturier seal --all` seals them in order
        files = {"pdf": sha256(rendered.pdf).hexdigest()}
        if rendered.xml is not None:
            files["xml"] = sha256(rendered.xml).hexdigest()
        new = new_seal(document, books, assets, _hash(before[-1]) if before else FIRST, files, made_with())
        made[document.number] = new.hash
        return new.text

    def _hash(link: Link) -> str:
        return link.hash or made.get(link.number, "")

    return seal
