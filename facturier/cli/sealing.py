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
    places = {
        link.number: (chain, rank)
        for chain in chains
        for rank, link in enumerate(chain.links)
        if link.document is not None
    }
    # How many of a chain's first links are known to be sealed: it only grows while a command seals.
    sealed: dict[int, int] = {}
    assets = Assets(Path(books.filename).parent)
    made: dict[str, str] = {}

    def seal(document: Document, books: Books, rendered: RenderedDocument) -> str:
        if document.number not in places:
            return ""
        chain, rank = places[document.number]
        done = sealed.get(id(chain), 0)
        while done < rank and _hash(chain.links[done]):
            done += 1
        sealed[id(chain)] = done
        if done < rank:
            return ""  # what came before is not sealed; `facturier seal --all` seals them in order
        files = {"pdf": sha256(rendered.pdf).hexdigest()}
        if rendered.xml is not None:
            files["xml"] = sha256(rendered.xml).hexdigest()
        new = new_seal(document, books, assets, _hash(chain.links[rank - 1]) if rank else FIRST, files, made_with())
        made[document.number] = new.hash
        return new.text

    def _hash(link: Link) -> str:
        return link.hash or made.get(link.number, "")

    return seal
