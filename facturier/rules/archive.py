"""What only ``facturier check`` looks at: archived files as they were sent, and documents not sealed yet.

Reading every archived file takes too long to do at each load. Sources: CGI art. 289-V and 289-VII-1°
(the file stays as it was sent); C. com. art. L123-22 (ten years).
"""

from __future__ import annotations

from collections.abc import Iterator

from facturier.assets import Assets, archive_name
from facturier.books import Books
from facturier.directives.reading import Record
from facturier.documents import Document
from facturier.messages import message
from facturier.seals import Chain, read_chains, stated_attached, unsealed
from facturier.violations import Rule, Severity, Violation

_EXAMPLE = '2026-11-03 custom "seal" "F2026-0042" "9f2c…"\n  pdf: "5d0a…"'

FILE_CHANGED = Rule(
    id="SEAL-FILE",
    title=message("An archived file stays as it was sent"),
    wants=message(
        "The archived PDF and XML of a sealed document, and the files attached to it, have the SHA-256 that its seal "
        "states."
    ),
    law="CGI art. 289-V, 289-VII-1°",
    example=_EXAMPLE,
    waivable=False,
)
FILE_MISSING = Rule(
    id="SEAL-ARCHIVE",
    title=message("The archived file is there"),
    wants=message("The file whose hash a seal states is kept in factures/, by year, beside the ledger."),
    law="CGI art. 289-VII-1°; C. com. art. L123-22",
    example=_EXAMPLE,
    severity=Severity.NOTICE,
    waivable=False,
)
UNSEALED = Rule(
    id="SEAL-MISSING",
    title=message("Issued documents are sealed"),
    wants=message("An issued invoice or credit note has a seal, so that a later change of it is told."),
    law="",
    example=_EXAMPLE,
    severity=Severity.NOTICE,
    waivable=False,
)
RULES = (FILE_CHANGED, FILE_MISSING, UNSEALED)


def check(books: Books) -> Iterator[Violation]:
    """Compare archived files with the hashes in their seals, and name what is not sealed."""
    assets = Assets.beside(books.filename)
    changed: dict[tuple[str, str], list[Document]] = {}
    for chain in read_chains(books).chains:
        for link in chain.links:
            if link.document is not None and link.seal is not None:
                yield from _check_files(link.document, link.seal, assets)
                for name, stated in stated_attached(link.seal):
                    # One that is not there is told by the rules of attachments.
                    if assets.file_hash(name) not in {stated, ""}:
                        changed.setdefault((name, stated), []).append(link.document)
        yield from _check_unsealed(chain)
    for (name, _), documents in changed.items():
        yield _attachment_changed(name, documents)


def _check_files(document: Document, seal: Record, assets: Assets) -> Iterator[Violation]:
    for ending in ("pdf", "xml"):
        stated = seal.values.get(ending)
        if not stated:
            continue
        name = archive_name(document.number, document.date, ending)
        present = assets.file_hash(name)
        if not present:
            found = message("{file} is not there: keep the file as it was sent.", file=name)
            yield Violation(FILE_MISSING, found, seal.place, seal.entry, document.number)
        elif present != str(stated).strip().lower():
            found = message(
                "{file} is not the file that was archived when {number} was sealed. Put that file back.",
                file=name,
                number=document.number,
            )
            yield Violation(FILE_CHANGED, found, seal.place, seal.entry, document.number)


def _attachment_changed(name: str, documents: list[Document]) -> Violation:
    """Tell that an attached file was changed, once for all documents that it goes with."""
    first = documents[0]
    if len(documents) == 1:
        found = message(
            "{file} is not the file that was attached to {number} when it was sealed. Put that file back; a newer one "
            "gets a name of its own.",
            file=name,
            number=first.number,
        )
    else:
        found = message(
            "{file} is not the file that was attached to {count} documents from {number} to {last} when they were "
            "sealed. Put that file back; a newer one gets a name of its own.",
            file=name,
            count=len(documents),
            number=first.number,
            last=documents[-1].number,
        )
    return Violation(FILE_CHANGED, found, first.place, first.entry, first.number)


def _check_unsealed(chain: Chain) -> Iterator[Violation]:
    """Name the documents of a series that wait for their seals, in one notice."""
    sealed = max((rank for rank, link in enumerate(chain.links) if link.seal is not None), default=-1)
    waiting = list(unsealed(chain._replace(links=chain.links[sealed + 1 :])))
    if not waiting:
        return
    first = waiting[0]
    if len(waiting) == 1:
        found = message("{number} is not sealed; facturier seal {number} seals it.", number=first.number)
    else:
        found = message(
            "{count} documents from {first} to {last} are not sealed; facturier seal --all seals them.",
            count=len(waiting),
            first=first.number,
            last=waiting[-1].number,
        )
    yield Violation(UNSEALED, found, first.place, first.entry, first.number)
