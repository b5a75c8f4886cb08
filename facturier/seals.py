"""Seals: each issued document's hash over the seal before it, one chain per series in the order of numbers.

    2026-11-03 custom "seal" "F2026-0042" "9f2c1e0b…64 hexadecimal digits"
      parts: "previous:7be1a2c4 header:1a2b3c4d seller:… client:… lines:… totals:… texts:… logo:… template:… files:…"
      pdf: "5d0a…"
      template: "default 1b9c04de"

    hash = SHA-256(hash of the seal before + line feed + canonical form)

``parts:`` holds short hashes, which no proof rests on: they let the rules say what was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

from facturier.assets import DEFAULT_TEMPLATE, Assets, archive_name
from facturier.books import Books
from facturier.directives.reading import Record
from facturier.documents import Document
from facturier.seal_form import CanonicalForm, Printed, part_hashes
from facturier.series import LONGEST_NUMBER, Position, Series, place_of_number
from facturier.supporting import attached_to

# What stands before the first seal of a series.
FIRST = "0" * 64
_SHORT = 8
_POSITION = 1  # of the fields of a link


class Link(NamedTuple):
    """A place in a chain.

    Attributes:
        number: The document's number.
        position: Where the number stands in its series; None outside every series.
        document: The document, or None when a seal names none.
        seal: Its seal, or None.
    """

    number: str
    position: Position | None
    document: Document | None
    seal: Record | None

    @property
    def hash(self) -> str:
        """The hash its seal states; "" without a seal."""
        return self.seal.arguments[1] if self.seal else ""


class Chain(NamedTuple):
    """The issued documents of a series in the order of their numbers.

    Documents of no series stand alone: a chain each, without a series.
    """

    series: Series | None
    links: list[Link]


class Chains(NamedTuple):
    """All chains, and what fits into none.

    Attributes:
        chains: By series.
        repeated: Seals of a document that has one already.
        unknown: Seals of a number that is of no document; where it is of a series they are in its chain too.
        twins: Further documents of a number that stands twice, by number.
    """

    chains: Sequence[Chain]
    repeated: Sequence[Record]
    unknown: Sequence[Record]
    twins: Mapping[str, Sequence[Document]]


class NewSeal(NamedTuple):
    """A seal that is to be written: its hash, and the directive."""

    hash: str
    text: str


def canonical(document: Document, printed: Printed) -> bytes:
    """Return the canonical form of an invoice or credit note."""
    return CanonicalForm().canonical(document, printed)


def seal_hash(form: bytes, previous: str) -> str:
    """Return the hash of a canonical form over the seal before it (``FIRST`` where there is none)."""
    return sha256(previous.encode() + b"\n" + form).hexdigest()


def new_seal(
    document: Document,
    books: Books,
    assets: Assets,
    previous: str,
    files: Mapping[str, str] | None = None,
    made_with: str = "",
) -> NewSeal:
    """Seal a document.

    Args:
        document: An invoice or credit note.
        books: The books it stands in.
        assets: The files beside the ledger.
        previous: The hash of the seal before it in its series, or ``FIRST``.
        files: SHA-256 of its files by ending ("pdf", "xml"), for those that are archived in the same
            step; by default of those that are archived already.
        made_with: The versions of the programs that made the files in the same step.
    """
    printed = printed_now(document, assets, files)
    own = seal_hash(canonical(document, printed), previous)
    hashes = part_hashes(CanonicalForm().parts(document, printed))
    parts = " ".join(f"{name}:{short}" for name, short in {"previous": previous[:_SHORT], **hashes}.items())
    lines = [f'{document.date} custom "seal" "{document.number}" "{own}"', f'  parts: "{parts}"']
    if len(books.sellers) > 1 and document.seller is not None:
        lines.append(f'  seller: "{document.seller.id}"')
    if printed.pdf:
        lines.append(f'  pdf: "{printed.pdf}"')
    if printed.xml:
        lines.append(f'  xml: "{printed.xml}"')
    if printed.attached:
        lines.append(f'  attached: "{printed.attached}"')
    lines.append(f'  template: "{printed.template}"')
    if made_with:
        lines.append(f'  made-with: "{made_with}"')
    return NewSeal(own, "".join(f"{line}\n" for line in lines))


def seal_text(
    document: Document, books: Books, assets: Assets, previous: str, files: Mapping[str, str] | None = None
) -> str:
    """Return the directive that seals a document over the seal before it; as ``new_seal``."""
    return new_seal(document, books, assets, previous, files).text


def previous_seal(books: Books, series: str) -> str:
    """Return the hash of the last seal of a series, by its id; ``FIRST`` where nothing is sealed yet."""
    for chain in read_chains(books).chains:
        if chain.series is not None and chain.series.id == series:
            return last_hash(chain.links)
    return FIRST


def last_hash(links: Sequence[Link]) -> str:
    """Return the hash of the last seal among some links of a chain."""
    return next((link.hash for link in reversed(links) if link.seal is not None), FIRST)


def logo_of(document: Document, assets: Assets) -> str:
    """Return the SHA-256 of a document's logo; "" where it has none that can be read."""
    return assets.file_hash(document.seller.logo) if document.seller and document.seller.logo else ""


def attached_hashes(document: Document, assets: Assets) -> str:
    """Return SHA-256 and name of each file that goes with a document, as its seal states them."""
    return "; ".join(f"{assets.file_hash(one.path)} {one.path}" for one in attached_to(document))


def stated_attached(seal: Record) -> list[tuple[str, str]]:
    """Return the names and the hashes of the attached files that a seal states."""
    pairs = (part.strip().partition(" ") for part in str(seal.values.get("attached", "")).split(";"))
    return [(name.strip(), sha) for sha, _, name in pairs if name.strip()]


def template_name(document: Document) -> str:
    """Return the name of the template that a document is printed with."""
    stated = document.values.get("template") or (document.seller.template if document.seller else "")
    return str(stated or DEFAULT_TEMPLATE)


def printed_now(document: Document, assets: Assets, files: Mapping[str, str] | None = None) -> Printed:
    """Return how a document is printed now: with the logo of its date, the present version of its template."""
    if files is None:
        files = {
            ending: assets.file_hash(archive_name(document.number, document.date, ending)) for ending in ("pdf", "xml")
        }
    template = assets.template(template_name(document))
    attached = attached_hashes(document, assets)
    return Printed(logo_of(document, assets), template, files.get("pdf", ""), files.get("xml", ""), attached)


def printed_as_sealed(document: Document, seal: Record, assets: Assets) -> Printed:
    """Return how a sealed document was printed, from its seal and the files that are there now."""
    template = sealed_template(document, seal, assets)
    values = seal.values
    files = values.get("pdf", ""), values.get("xml", ""), values.get("attached", "")
    return Printed(logo_of(document, assets), template, *files)


def sealed_template(document: Document, seal: Record, assets: Assets) -> str:
    """Return template and version as a seal has to state them.

    A template of the user's lies beside the ledger: its version is that of its files. One of ours
    changes with the program, and a document keeps the version it was sealed with.
    """
    name = template_name(document)
    own = assets.own_template(name)
    if own:
        return f"{name} {own}"
    stated = str(seal.values.get("template", ""))
    return stated if stated.partition(" ")[0] == name else name


def stated_parts(seal: Record) -> Mapping[str, str]:
    """Return the short hashes that a seal states, by part."""
    pairs = (word.partition(":") for word in str(seal.values.get("parts", "")).split())
    return {name: short for name, _, short in pairs if short}


def present_parts(document: Document, seal: Record, assets: Assets) -> Mapping[str, str]:
    """Return the short hashes of a document as it is now."""
    return part_hashes(CanonicalForm().parts(document, printed_as_sealed(document, seal, assets)))


def read_chains(books: Books) -> Chains:
    """Put documents and seals together, in the order of numbers of each series."""
    return _Linking(books).chains()


class _Linking:
    """The chains while they are being put together."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.seals: dict[tuple[str, str], Record] = {}
        self.repeated: list[Record] = []
        self.unknown: list[Record] = []
        self.twins: dict[str, list[Document]] = {}
        self.by_series: dict[str, Chain] = {}
        self.alone: list[Chain] = []
        self.several = len(books.sellers) > 1
        for seal in books.seals:
            key = seal.values.get("seller", "") if self.several else "", seal.arguments[0]
            if self.seals.setdefault(key, seal) is not seal:
                self.repeated.append(seal)

    def chains(self) -> Chains:
        self._link_documents()
        for (_, number), seal in self.seals.items():
            self._link_orphan(number, seal)
        for chain in self.by_series.values():
            chain.links.sort(key=itemgetter(_POSITION))
        return Chains([*self.by_series.values(), *self.alone], self.repeated, self.unknown, self.twins)

    def _link_documents(self) -> None:
        seen: set[tuple[str, str]] = set()
        for document, series, position in self.books.placed:
            number = document.number
            key = document.seller.id if self.several and document.seller else "", number
            if key in seen:
                self.twins.setdefault(number, []).append(document)
                continue
            seen.add(key)
            seal = self.seals.pop(key, None) or self.seals.pop(("", number), None)
            link = Link(number, position, document, seal)
            if series is None:
                self.alone.append(Chain(None, [link]))
                continue
            chain = self.by_series.get(series.id)
            if chain is None:
                chain = self.by_series[series.id] = Chain(series, [])
            chain.links.append(link)

    def _link_orphan(self, number: str, seal: Record) -> None:
        """Put a seal without a document where its number stands, so that the seal after it finds it."""
        seller = str(seal.values.get("seller", ""))
        kinds = [series.kind for series in self.books.series]
        found = place_of_number(self.books.series, kinds, seller, number) if len(number) <= LONGEST_NUMBER else None
        self.unknown.append(seal)
        if found is not None:
            series, position = found
            self.by_series.setdefault(series.id, Chain(series, [])).links.append(Link(number, position, None, seal))


def unsealed(chain: Chain) -> Iterator[Document]:
    """Yield the documents of a chain that have no seal yet, in the order of numbers."""
    return (link.document for link in chain.links if link.seal is None and link.document is not None)
