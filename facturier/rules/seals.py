"""Seals: a sealed document stays as it was, and the chain of seals of each series holds.

Sources: CGI art. 289-V (integrity of the content of invoices) and art. 286-I-3° bis (inalterability, where
payments of consumers are recorded); PCG art. 1031-3. What a chain of hashes proves: docs/seals.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from facturier.assets import Assets
from facturier.books import Books
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.seal_form import PARTS, CanonicalForm, Printed
from facturier.seals import (
    FIRST,
    Chain,
    Chains,
    Link,
    canonical,
    logo_of,
    present_parts,
    printed_as_sealed,
    read_chains,
    seal_hash,
    sealed_template,
    stated_parts,
)
from facturier.violations import Rule, Violation

_LAW = "CGI art. 289-V; PCG art. 1031-3"
_EXAMPLE = '2026-11-03 custom "seal" "F2026-0042" "9f2c…"'

CHANGED = Rule(
    id="SEAL-CHANGED",
    title=message("A sealed document stays as it was"),
    wants=message(
        "What a sealed document says, its parties as they stood on its date, its logo and template never change: "
        "a correction is a credit note and a new invoice."
    ),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
CHAIN = Rule(
    id="SEAL-CHAIN",
    title=message("Each seal follows the seal before it"),
    wants=message("No seal and no sealed document is taken away, put in between, or sealed again after a later one."),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
UNKNOWN = Rule(
    id="SEAL-UNKNOWN",
    title=message("A seal has its document"),
    wants=message("Each seal names an issued invoice or credit note of these books, and each document has one seal."),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
BELOW = Rule(
    id="SEAL-BELOW",
    title=message("No unsealed document below a sealed one"),
    wants=message("Documents are sealed in the order of their numbers; none is added below a sealed number."),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
RULES = (CHANGED, CHAIN, UNKNOWN, BELOW)

_NAMES: Mapping[str, Message] = {
    "header": message("its number, date, currency or references"),
    "seller": message("its seller"),
    "client": message("its client"),
    "lines": message("its lines"),
    "totals": message("its totals, due dates or discounts"),
    "texts": message("its title or texts"),
    "logo": message("its logo"),
    "template": message("its template"),
    "files": message("the hashes of its archived files"),
}
# What many documents have in common: one cause, one error.
_SHARED = frozenset({"seller", "client", "logo", "template"})


@dataclass(frozen=True, slots=True)
class _Broken:
    """A sealed document whose hash is not the one its seal states.

    Attributes:
        link: Where it stands in its chain.
        document: The document.
        before: The link of the seal before it, or None.
        gap: Whether unsealed documents stand between the two.
        previous: The hash that the seal before it states.
        stated: Short hashes that its seal states, by part; empty where it states none.
        present: The same of the document as it is.
    """

    link: Link
    document: Document
    before: Link | None
    gap: bool
    previous: str
    stated: Mapping[str, str]
    present: Mapping[str, str]

    @property
    def changed(self) -> tuple[str, ...]:
        """The parts that differ."""
        return tuple(part for part in PARTS if part in self.stated and self.stated[part] != self.present[part])

    @property
    def another_before(self) -> bool:
        """Whether it was sealed over another seal than the one that stands before it now."""
        return "previous" in self.stated and not self.previous.startswith(self.stated["previous"])


def check(books: Books) -> Iterator[Violation]:
    """Check all seals."""
    if not books.seals:
        return
    assets = Assets.beside(books.filename)
    chains = read_chains(books)
    yield from _check_names(chains)
    broken: list[_Broken] = []
    for chain in chains.chains:
        yield from _check_order(chain)
        broken += _broken(chain, chains, assets)
    yield from _tell(broken)


def _check_names(chains: Chains) -> Iterator[Violation]:
    for seal in chains.unknown:
        number = seal.arguments[0]
        found = message(
            "{number} was sealed and is no invoice or credit note of these books any more: it was deleted or "
            "renumbered. Put it back.",
            number=number,
        )
        yield Violation(UNKNOWN, found, seal.place, seal.entry, number)
    for seal in chains.repeated:
        number = seal.arguments[0]
        found = message("{number} has a seal already; delete this one.", number=number)
        yield Violation(UNKNOWN, found, seal.place, seal.entry, number)


def _check_order(chain: Chain) -> Iterator[Violation]:
    """Report unsealed documents below a sealed number."""
    waiting: list[Document] = []
    for link in chain.links:
        if link.seal is None:
            if link.document is not None:
                waiting.append(link.document)
            continue
        for document in waiting:
            found = message(
                "{number} is not sealed, and {sealed} after it is: it was added later, or its seal was taken away. Put "
                "the seal back, or give a new document the next free number.",
                number=document.number,
                sealed=link.number,
            )
            yield Violation(BELOW, found, document.place, document.entry, document.number)
        waiting.clear()


def _broken(chain: Chain, chains: Chains, assets: Assets) -> Iterator[_Broken]:
    """Yield the documents of a chain that do not give the hash of their seal, over the seal stated before it."""
    form = CanonicalForm()
    # By identity: the books keep one object for each version of a seller.
    known: dict[tuple[int, object, object], Printed] = {}
    before: Link | None = None
    previous, gap = FIRST, False
    for link in chain.links:
        _, _, document, seal = link
        if seal is None:
            gap = True
            continue
        stated = seal.arguments[1]
        if document is not None:
            values = seal.values
            own_template = document.values["template"] if "template" in document.further_keys else ""
            key = id(document.seller), own_template, values.get("template")
            look = known.get(key)
            if look is None:
                look = known[key] = Printed(logo_of(document, assets), sealed_template(document, seal, assets))
            if "attached" in values:
                look = look._replace(attached=values["attached"])
            if "pdf" in values or "xml" in values:
                look = look._replace(pdf=values.get("pdf", ""), xml=values.get("xml", ""))
            own = seal_hash(form.canonical(document, look), previous)
            if own != stated and not _is_twin(link, previous, chains, assets):
                present = present_parts(document, seal, assets)
                yield _Broken(link, document, before, gap, previous, stated_parts(seal), present)
        before, previous, gap = link, stated, False


def _is_twin(link: Link, previous: str, chains: Chains, assets: Assets) -> bool:
    """Tell whether a seal is that of another document of the same number: numbering reports those."""
    seal = link.seal
    return seal is not None and any(
        seal_hash(canonical(twin, printed_as_sealed(twin, seal, assets)), previous) == link.hash
        for twin in chains.twins.get(link.number, ())
    )


def _tell(broken: list[_Broken]) -> Iterator[Violation]:
    """Say what was changed, once for each cause."""
    shared: dict[tuple[object, ...], list[_Broken]] = {}
    told: set[int] = set()
    by_link = {id(one.link): one for one in broken}
    for one in broken:
        if not one.changed:
            earlier = by_link.get(id(one.before))
            # What only follows a seal that is wrong itself, or that was taken away, is told there.
            follows = (one.gap and one.another_before) or (earlier is not None and not earlier.changed)
            if not follows:
                yield _seal_changed(one)
        elif _SHARED.issuperset(one.changed):
            shared.setdefault(_cause(one), []).append(one)
        elif id(one) not in told:
            yield _document_changed(one, broken, told)
    for ones in shared.values():
        yield _shared_changed(ones)


def _cause(one: _Broken) -> tuple[object, ...]:
    """Return what documents that changed for one reason have in common."""
    seller, client = one.document.seller, one.document.client
    return (
        one.changed,
        one.stated["client"] if "client" in one.changed else "",
        seller.id if seller else "",
        client.id if client and "client" in one.changed else "",
    )


def _document_changed(one: _Broken, broken: Iterable[_Broken], told: set[int]) -> Violation:
    document = one.document
    exchanged = next((other for other in broken if _carries(one, other)), None)
    if exchanged is None:
        found = message(
            "{number} is not as it was sealed: {parts} changed. Put it back as it was; a correction is a credit note "
            "and a new invoice.",
            number=document.number,
            parts=_named(one.changed),
        )
    else:
        if _carries(exchanged, one):
            told.add(id(exchanged))
        found = message(
            "{number} holds what was sealed as {other}: documents were renumbered or put in another order. Put them "
            "back as they were.",
            number=document.number,
            other=exchanged.document.number,
        )
    return Violation(CHANGED, found, document.place, document.entry, document.number)


def _carries(one: _Broken, other: _Broken) -> bool:
    """Tell whether a document has the content that another one was sealed with."""
    if one is other or not other.stated or "lines" not in one.changed + other.changed:
        return False
    return all(one.present[part] == other.stated.get(part) for part in PARTS if part != "header")


def _shared_changed(ones: list[_Broken]) -> Violation:
    first, last = ones[0].document, ones[-1].document
    parts = _named(ones[0].changed)
    if len(ones) == 1:
        found = message(
            "{number} is not as it was sealed: {parts} changed, by a directive dated on or before {day} or a file. Put "
            "it back as it was; what changes now is dated after it.",
            number=first.number,
            parts=parts,
            day=first.date,
        )
    else:
        found = message(
            "{count} documents from {number} to {last} are not as they were sealed: {parts} changed, by a directive "
            "dated on or before {day} or a file. Put it back as it was; what changes now is dated after them.",
            count=len(ones),
            number=first.number,
            last=last.number,
            parts=parts,
            day=first.date,
        )
    return Violation(CHANGED, found, first.place, first.entry, first.number)


def _seal_changed(one: _Broken) -> Violation:
    """Say what is known when no part of the document is known to have changed: its seal or one before it did."""
    document, seal = one.document, one.link.seal
    place, entry = (seal.place, seal.entry) if seal else (document.place, document.entry)
    if not one.stated:
        found = message(
            "{number} is not as it was sealed, or its seal was changed; the seal has no parts: to tell what. Put it "
            "back as it was.",
            number=document.number,
        )
        return Violation(CHANGED, found, document.place, document.entry, document.number)
    if not one.another_before:
        found = message(
            "The seal of {number} was changed: it is not the hash of its document. Put the seal back as it was.",
            number=document.number,
        )
        return Violation(CHANGED, found, place, entry, document.number)
    if one.before is None:
        found = message(
            "{number} was sealed after another document of its series, which is gone with its seal. Put it back.",
            number=document.number,
        )
    elif _gap(one.before, one.link):
        found = message(
            "{number} was sealed after a document between {before} and it, which is gone with its seal. Put it back.",
            number=document.number,
            before=one.before.number,
        )
    else:
        found = message(
            "{number} was sealed over another seal than the one of {before}: {before} was sealed again, or what came "
            "after it is gone. Put documents and seals back as they were.",
            number=document.number,
            before=one.before.number,
        )
    return Violation(CHAIN, found, place, entry, document.number)


def _gap(before: Link, link: Link) -> bool:
    """Tell whether a number of the same year is missing between two."""
    first, second = before.position, link.position
    return first is not None and second is not None and first.year == second.year and second.number > first.number + 1


def _named(parts: Iterable[str]) -> Message:
    names = [_NAMES[part] for part in parts]
    return reduce(lambda first, second: message("{first}, {second}", first=first, second=second), names)
