"""One run of rendering documents into a folder: what is made, what is up to date, what is told."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from facturier.archive import Archive, NotAsSentError
from facturier.cli.console import echo, fail, plain_console, shown_path, shown_place
from facturier.cli.made_files import MadeFiles
from facturier.cli.many_pages import WorkerLostError, Workers, worker_count
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.pdf.faults import TemplateError
from facturier.rendering import DUPLICATE, Prepared, RenderingError, as_duplicate, file_name, lay_out, prepare
from facturier.violations import Place
from facturier.workspace import Workspace
from facturier.writer import WriteRefusedError, replace

# How often the index is written: what a killed run has to make again took no longer.
SECONDS_BETWEEN_SAVES = 5.0


@dataclass(slots=True)
class Outcome:
    """How many files were written, were up to date, and could not be made."""

    written: int = 0
    skipped: int = 0
    failed: int = 0


class Wanted(NamedTuple):
    """A document and the name of its file, or why it can have none."""

    document: Document
    name: str
    refusal: Message | None


class Job(NamedTuple):
    """A page that is to be laid out and written.

    Attributes:
        prepared: What it shows.
        fingerprint: A hash of that.
        path: Where its file goes.
    """

    prepared: Prepared
    fingerprint: str
    path: Path


class Made(NamedTuple):
    """What became of a document's file.

    Attributes:
        name: Its name.
        written: Whether it was written; else it was up to date, or failed.
        fingerprint: What it was rendered from; "" for a copy of an archived file.
        digest: Its SHA-256.
        warnings: What could not be shown as asked, or is wrong with the archive.
        fault: Why it could not be made.
        place: Where, if that is not the document's place: file and line of a template.
    """

    name: str
    written: bool = False
    fingerprint: str = ""
    digest: str = ""
    warnings: tuple[Message, ...] = ()
    fault: Message | None = None
    place: str = ""


def render_documents(
    workspace: Workspace,
    documents: Sequence[Document],
    output: Path,
    *,
    force: bool = False,
    duplicate: bool = False,
) -> Outcome:
    """Render documents into a folder and tell what is wrong with each; exit where the folder cannot be used.

    Args:
        workspace: The books.
        documents: What to render.
        output: The folder.
        force: Whether to render also what is up to date.
        duplicate: Whether to mark what has a number as a duplicate, in a file of its own.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        fail(f"{shown_path(str(output))}: {failure.strerror or failure}")
    run = _Run(workspace, output, MadeFiles(output), Archive(workspace.books, workspace.folder), force, duplicate)
    wanted = list(_named(documents, DUPLICATE if duplicate else ""))
    workers = Workers(finish, worker_count(len(wanted)))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = plain_console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("PDF", total=len(wanted))
        try:
            for one, made in zip(wanted, workers.results(wanted, run.begin), strict=True):
                progress.update(task, advance=1, description=one.document.number or "PDF")
                run.book(one.document, made)
        except WorkerLostError:
            fail(message("A worker was ended; run the command again, it goes on.").text(run.language))
        finally:
            run.close()
    return run.outcome


@dataclass(slots=True)
class _Run:
    """One run: how a file is made, and what was made so far."""

    workspace: Workspace
    output: Path
    made: MadeFiles
    archive: Archive
    force: bool
    duplicate: bool = False
    outcome: Outcome = field(default_factory=Outcome)
    told: set[str] = field(default_factory=set)
    saved_at: float = field(default_factory=time.monotonic)

    @property
    def language(self) -> str:
        """The language of messages."""
        return self.workspace.books.language

    def begin(self, wanted: Wanted) -> tuple[Job | None, Made | None]:
        """Return the page that is to be laid out, or the result where there is nothing to lay out."""
        if wanted.refusal is not None:
            return None, Made(wanted.name, fault=wanted.refusal)
        try:
            duplicate = self.duplicate and bool(wanted.document.number)
            copied = None if duplicate else self._copied(wanted)
            if copied is not None:
                return None, copied
            prepared = prepare(wanted.document, self.workspace.books, self.workspace.folder)
            if duplicate:
                prepared = as_duplicate(prepared)
        except TemplateError as error:
            return None, _misled(wanted.name, error)
        except (RenderingError, NotAsSentError, WriteRefusedError) as error:
            return None, Made(wanted.name, fault=error.message)
        path, fingerprint = self.output / wanted.name, prepared.fingerprint()
        if not self.force and self.made.holds(path, fingerprint):
            return None, Made(wanted.name, warnings=prepared.warnings)
        return Job(prepared, fingerprint, path), None

    def _copied(self, wanted: Wanted) -> Made | None:
        """Give a sealed document's file as it was sent; None where no seal says what was."""
        sent = self.archive.sent(wanted.document, "pdf")
        if sent is None:
            return None
        path = self.output / wanted.name
        warnings = (sent.warning,) if sent.warning else ()
        if not self.force and path.is_file() and path.read_bytes() == sent.content:
            return Made(wanted.name, warnings=warnings)
        replace(path, sent.content)
        return Made(wanted.name, written=True, warnings=warnings)

    def book(self, document: Document, made: Made) -> None:
        """Count and tell what became of a document, and note it in the index."""
        for warning in made.warnings:
            self._tell(document, warning)
        if made.fault is not None:
            self.outcome.failed += 1
            echo(f"{made.place or shown_place(document.place)}: {made.fault.text(self.language)}", err=True)
        elif made.written:
            self.outcome.written += 1
            if made.fingerprint:
                self.made.note(made.name, made.fingerprint, made.digest)
        else:
            self.outcome.skipped += 1
        if time.monotonic() - self.saved_at > SECONDS_BETWEEN_SAVES:
            self.close()

    def close(self) -> None:
        """Keep the index of what was made; without it all is rendered again the next time."""
        self.saved_at = time.monotonic()
        try:
            self.made.save()
        except WriteRefusedError as error:
            if self.outcome.written:
                echo(f"{shown_path(str(error.path))}: {error.message.text(self.language)}", err=True)

    def _tell(self, document: Document, warning: Message) -> None:
        """Print a warning once: a missing logo is missing on all pages."""
        text = warning.text(self.language)
        if text not in self.told:
            self.told.add(text)
            echo(f"{shown_place(document.place)}: {text}", err=True)


def finish(job: Job) -> Made:
    """Lay a page out and write its file."""
    name = job.path.name
    try:
        rendered = lay_out(job.prepared)
        replace(job.path, rendered.pdf)
    except TemplateError as error:
        return _misled(name, error)
    except WriteRefusedError as error:
        return Made(name, fault=error.message)
    return Made(name, True, job.fingerprint, sha256(rendered.pdf).hexdigest(), rendered.warnings)


def _misled(name: str, error: TemplateError) -> Made:
    return Made(name, fault=error.message, place=shown_place(Place(error.filename, error.line)))


def _named(documents: Iterable[Document], ending: str) -> Iterable[Wanted]:
    """Give each document a file name that no other of this run has; two numbers never share a file."""
    taken: dict[str, Document] = {}
    for document in documents:
        name = file_name(document) + (ending if document.number else "")
        # Some file systems do not tell capitals from small letters.
        other = taken.setdefault(name.casefold(), document)
        refusal = None
        if other is not document and document.number:
            refusal = message(
                "Its file would be {name}.pdf, as that of {other} at {place}; give each a number of its own.",
                name=name,
                other=other.number,
                place=shown_place(other.place),
            )
        elif other is not document:
            rank = 2
            while f"{name}-{rank}".casefold() in taken:
                rank += 1
            name = f"{name}-{rank}"
            taken[name.casefold()] = document
        yield Wanted(document, f"{name}.pdf", refusal)
