"""``facturier issue``: drafts become invoices: numbered, completed, archived, written in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import NoReturn

import click

from facturier.cli.console import fail, ledger_option, shown_path, shown_place
from facturier.cli.issuance import complete, held, issuer_for, refuse
from facturier.directives.spelling import nearest
from facturier.documents import Document, Kind
from facturier.issuing import Issued, NotIssuableError
from facturier.messages import Message, message
from facturier.text_edit import Edit, SourceText
from facturier.workspace import Workspace
from facturier.writer import Change, WriteRefusedError


@click.command()
@ledger_option
@click.argument("drafts", metavar="[DRAFT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All drafts.")
@click.option("--date", "on", metavar="DATE", help="Date of issue; today if not given.")
@click.option("--future", is_flag=True, help="Let that date be in the future.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print what was issued as JSON on stdout.")
def issue(
    ledger: Path,
    drafts: tuple[str, ...],
    everything: bool,
    on: str | None,
    future: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Issue drafts: number them, write their legs and due dates, archive their PDF and XML.

    DRAFT is a client's id, FILE:LINE, or words of the title. Without it, the only draft there is.
    All of it is written, or nothing.
    """
    with held(ledger, reading_only=dry_run) as workspace:
        chosen = _chosen(workspace, drafts, everything)
        issuer = issuer_for(workspace, on, future=future)
        try:
            sources = _Sources(chosen)
            issued = [issuer.issue(draft, sources.text(draft)) for draft in sources.in_file_order()]
        except NotIssuableError as error:
            refuse(workspace, error)
        complete(workspace, issued, sources.changes, yes=yes, dry_run=dry_run, as_json=as_json)


class _Sources:
    """The files that hold drafts, as they are read now."""

    def __init__(self, drafts: Sequence[Document]) -> None:
        self._drafts = drafts
        self._contents: dict[str, bytes] = {}
        self._texts: dict[str, SourceText] = {}
        for filename in dict.fromkeys(draft.place.filename for draft in drafts):
            path = Path(filename)
            try:
                content = path.read_bytes()
                self._texts[filename] = SourceText(content)
            except (OSError, UnicodeDecodeError) as failure:
                raise WriteRefusedError(
                    path, message("The file was edited meanwhile; run the command again.")
                ) from failure
            self._contents[filename] = content

    def in_file_order(self) -> list[Document]:
        """Return the drafts in the order of their dates, those of one file together.

        Files are replaced one after the other: were that cut short, the numbers in the files
        already written would still follow one another.
        """
        files = {filename: rank for rank, filename in enumerate(self._texts)}
        return sorted(self._drafts, key=lambda draft: files[draft.place.filename])

    def text(self, draft: Document) -> str:
        """Return a draft's text."""
        block = self._texts[draft.place.filename].block(draft.place.line)
        return block.text if block is not None else ""

    def changes(self, finished: Sequence[tuple[Issued, str]]) -> list[Change]:
        """Return the changes that put each issued text in the place of its draft."""
        found = []
        for filename, group in groupby(finished, key=lambda one: one[0].origin.place.filename):
            source = self._texts[filename]
            edits = []
            for one, text in group:
                block = source.block(one.origin.place.line)
                if block is not None:
                    edits.append(Edit(block, text))
            found.append(Change(Path(filename), self._contents[filename], source.edited(edits)))
        return found


def _chosen(workspace: Workspace, words: Sequence[str], everything: bool) -> list[Document]:
    """Return the drafts named, in the order of the ledger; exit where a word fits none or several."""
    drafts = [paper for paper in workspace.books.papers if paper.kind is Kind.DRAFT]
    if not drafts:
        _stop(workspace, message("There is no draft to issue; write one with: facturier new CLIENT LINE…"))
    if everything:
        return drafts
    if not words:
        if len(drafts) > 1:
            _stop(
                workspace,
                message(
                    "There are {count} drafts; name one, or issue all with --all:\n{drafts}",
                    count=len(drafts),
                    drafts=_listed(drafts),
                ),
            )
        return drafts
    found: dict[int, Document] = {}
    for word in words:
        fitting = [draft for draft in drafts if _fits(draft, word)]
        if len(fitting) > 1:
            several = message(
                "Several drafts fit “{word}”; name one by its line:\n{drafts}", word=word, drafts=_listed(fitting)
            )
            _stop(workspace, several)
        if not fitting:
            clients = {draft.client.id for draft in drafts if draft.client}
            meant = nearest(word, clients)
            unknown = message("No draft fits “{word}”; there are:\n{drafts}", word=word, drafts=_listed(drafts))
            if meant is not None:
                unknown = message("No draft fits “{word}”; did you mean {meant}?", word=word, meant=meant)
            _stop(workspace, unknown)
        found[id(fitting[0])] = fitting[0]
    return [draft for draft in drafts if id(draft) in found]


def _fits(draft: Document, word: str) -> bool:
    if draft.client is not None and draft.client.id == word:
        return True
    file, _, line = word.rpartition(":")
    if line.isdigit() and int(line) == draft.place.line:
        return not file or Path(file).absolute() == Path(draft.place.filename)
    return bool(word) and word.casefold() in draft.title.casefold()


def _listed(drafts: Iterable[Document]) -> str:
    return "\n".join(
        f"  {shown_place(draft.place)}: {draft.client.id if draft.client else '?'}: {draft.title}" for draft in drafts
    )


def _stop(workspace: Workspace, found: Message) -> NoReturn:
    fail(f"{shown_path(str(workspace.path))}: {found.text(workspace.books.language)}")
