"""``facturier seal``: seal issued documents, in the order of their numbers; or show what a seal is the hash of."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

from facturier.assets import Assets
from facturier.books import Books
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    echo,
    fail,
    ledger_option,
    open_for_report,
    say,
    shown_path,
    shown_place,
    violation_line,
)
from facturier.cli.writing import confirmed, write_checked
from facturier.directives.spelling import nearest
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.rules.pack import check_all
from facturier.seals import (
    Chain,
    NewSeal,
    canonical,
    last_hash,
    new_seal,
    printed_as_sealed,
    printed_now,
    read_chains,
    unsealed,
)
from facturier.supporting import SupportingError, read_supporting
from facturier.violations import Severity
from facturier.workspace import Workspace
from facturier.writer import Change, WriteRefusedError, append_text, unified_diff


class Sealed(NamedTuple):
    """A document, its new seal and the hash before it."""

    document: Document
    seal: NewSeal
    previous: str


@click.command()
@ledger_option
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All documents that are not sealed.")
@click.option("--show", is_flag=True, help="Print what the seal of NUMBER is the SHA-256 of, and stop.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the new seals as JSON on stdout.")
def seal(
    ledger: Path,
    numbers: tuple[str, ...],
    everything: bool,
    show: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Seal issued invoices and credit notes.

    A seal is a hash of the document as it stands and of the seal before it in its series, written
    below the document's file. From then on, bean-check names the document if it is changed.
    """
    workspace = open_for_report(ledger)
    books = workspace.books
    chains = read_chains(books).chains
    if show:
        _show(workspace, chains, numbers)
        return
    chosen = _chosen(workspace, chains, numbers, everything=everything)
    _refuse_wrong(books, {document.number for document in chosen})
    _refuse_unattached(workspace, chosen)
    sealed = [one for chain in chains for one in _seal(chain, chosen, workspace)]
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in sealed], ensure_ascii=False, indent=2))
    if not sealed:
        say(books, message("Nothing to seal: all of it is sealed."), err=as_json)
        sys.exit(DONE)
    try:
        changes = _changes(workspace, sealed)
        echo(unified_diff(changes, workspace.folder), err=as_json)
        if dry_run or not (yes or confirmed(books, to_stderr=as_json)):
            say(books, message("Nothing was written."), err=as_json)
            sys.exit(DONE)
        write_checked(workspace, changes)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(books.language)}")
    say(books, message("{count} documents sealed.", count=len(sealed)), err=as_json, bold=True)


def _show(workspace: Workspace, chains: Sequence[Chain], numbers: Sequence[str]) -> None:
    """Print the hash before and the canonical form of one document: what sha256sum is to read."""
    if len(numbers) != 1:
        _refuse(workspace, message("Name the one document to show."))
    chain, rank, document = _find(workspace, chains, numbers[0])
    assets, stated = Assets(workspace.folder), chain.links[rank].seal
    printed = printed_as_sealed(document, stated, assets) if stated else printed_now(document, assets)
    hashed = f"{last_hash(chain.links[:rank])}\n".encode() + canonical(document, printed)
    click.echo(hashed, nl=False)


def _chosen(
    workspace: Workspace, chains: Sequence[Chain], numbers: Sequence[str], *, everything: bool
) -> list[Document]:
    """Return the documents to seal, those that are sealed left out."""
    if everything == bool(numbers):
        _refuse(workspace, message("Name the documents to seal, or add --all."))
    if everything:
        return [document for chain in chains for document in unsealed(chain)]
    found: list[Document] = []
    for number in numbers:
        chain, rank, document = _find(workspace, chains, number)
        for earlier in unsealed(chain._replace(links=chain.links[:rank])):
            if earlier.number not in numbers:
                first = message(
                    "{first} comes before {number} and is not sealed; name it too, or seal --all.",
                    first=earlier.number,
                    number=number,
                )
                _refuse(workspace, first)
        if chain.links[rank].seal is None:
            found.append(document)
    return found


def _find(workspace: Workspace, chains: Sequence[Chain], number: str) -> tuple[Chain, int, Document]:
    """Return the chain of an issued document and its place there; exit where there is none of that number."""
    known: list[str] = []
    for chain in chains:
        for rank, link in enumerate(chain.links):
            if link.document is not None:
                if link.number == number:
                    return chain, rank, link.document
                known.append(link.number)
    meant = nearest(number, known)
    found = message("There is no invoice or credit note {number}.", number=number)
    if meant is not None:
        found = message(
            "There is no invoice or credit note {number}; did you mean {meant}?", number=number, meant=meant
        )
    return _refuse(workspace, found)


def _refuse(workspace: Workspace, found: Message) -> NoReturn:
    fail(f"{shown_path(str(workspace.path))}: {found.text(workspace.books.language)}")


def _refuse_wrong(books: Books, numbers: set[str]) -> None:
    """Seal nothing while a document to be sealed has an error: sealed, it could not be put right any more."""
    wrong = [
        violation
        for violation in check_all(books)
        if violation.document in numbers and violation.rule.severity is Severity.ERROR
    ]
    if not wrong:
        return
    for violation in wrong:
        echo(violation_line(violation, books.language), err=True)
    say(books, message("Nothing was sealed: put these errors right first."), err=True)
    sys.exit(VIOLATIONS_FOUND)


def _refuse_unattached(workspace: Workspace, chosen: Sequence[Document]) -> None:
    """Seal nothing while a file that goes with a document, its seller's among them, cannot be used."""
    for document in chosen:
        try:
            read_supporting(document, workspace.folder)
        except SupportingError as error:
            text = error.reason.text(workspace.books.language)
            fail(f"{shown_place(document.place)}: {text}")


def _seal(chain: Chain, chosen: Sequence[Document], workspace: Workspace) -> Iterator[Sealed]:
    """Seal the chosen documents of a chain, each over the one before it."""
    wanted = {id(document) for document in chosen}
    assets = Assets(workspace.folder)
    previous = last_hash(chain.links)
    for document in unsealed(chain):
        if id(document) in wanted:
            made = new_seal(document, workspace.books, assets, previous)
            yield Sealed(document, made, previous)
            previous = made.hash


def _changes(workspace: Workspace, sealed: Sequence[Sealed]) -> list[Change]:
    """Add each seal to the file its document stands in."""
    texts: dict[Path, list[str]] = {}
    for one in sealed:
        path = Path(one.document.place.filename)
        path = path.resolve() if path.is_file() else workspace.path.resolve()
        texts.setdefault(path, []).append(one.seal.text)
    return [append_text(path, "".join(written)) for path, written in texts.items()]


def _as_json(one: Sealed) -> dict[str, str]:
    return {
        "document": one.document.number,
        "date": one.document.date.isoformat(),
        "hash": one.seal.hash,
        "previous": one.previous,
        "place": shown_place(one.document.place),
    }
