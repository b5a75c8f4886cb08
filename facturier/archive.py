"""The archive of what was issued: the PDF and the XML as they are sent, by year, never replaced.

What was sealed with the hash of its files is given as it was sent: the archived file while it has that hash, else
the same bytes rendered again, else nothing but the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from facturier.assets import Assets, archive_name
from facturier.books import Books
from facturier.directives.reading import Record
from facturier.documents import Document
from facturier.messages import Message, message
from facturier.rendering import RenderedDocument, made_with, render
from facturier.seals import present_parts, read_chains, stated_attached, stated_parts, template_name
from facturier.writer import Change, WriteRefusedError

FOLDER = "factures"


def rendered_issues(documents: Iterable[Document], books: Books, folder: Path) -> list[RenderedDocument]:
    """Render documents that are being issued.

    Raises:
        RenderingError: One lacks what its page or XML needs.
        TemplateError: Its template cannot be used.
    """
    return [render(document, books, folder) for document in documents]


def archive_changes(document: Document, rendered: RenderedDocument, folder: Path) -> list[Change]:
    """Return the files to put into ``factures/YEAR/`` beside the ledger; none for those already there.

    Raises:
        WriteRefusedError: Another file has that name: what was sent is never replaced.
    """
    place = folder / FOLDER / f"{document.date.year:04}"
    contents = {place / f"{rendered.name}.pdf": rendered.pdf}
    if rendered.xml is not None:
        contents[place / f"{rendered.name}.xml"] = rendered.xml
    changes = []
    for path, content in contents.items():
        try:
            before = path.read_bytes() if path.exists() or path.is_symlink() else None
        except OSError as failure:
            raise WriteRefusedError(
                path, message("The file cannot be used: {reason}.", reason=failure.strerror or type(failure).__name__)
            ) from failure
        if before is None:
            changes.append(Change(path, None, content))
        elif before != content:
            raise WriteRefusedError(
                path,
                message("Another file is archived under the name of {number}; move it away.", number=document.number),
            )
    return changes


Ending = Literal["pdf", "xml"]


class Sent(NamedTuple):
    """A file as it was sent, and what is wrong with the archive, if anything."""

    content: bytes
    warning: Message | None = None


class NotAsSentError(Exception):
    """The file of a sealed document cannot be given as it was sent; the message says why, and what to do."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


class Archive:
    """The files of the sealed documents of some books, as they were sent."""

    def __init__(self, books: Books, folder: Path) -> None:
        """Read the seals.

        Args:
            books: The books.
            folder: The ledger's folder.
        """
        self.books = books
        self.folder = folder
        self.assets = Assets(folder)
        self.seals: dict[int, Record] = {
            id(link.document): link.seal
            for chain in read_chains(books).chains
            for link in chain.links
            if link.document is not None and link.seal is not None
        }

    def sent(self, document: Document, ending: Ending) -> Sent | None:
        """Return a file as it was sent; None where no seal says what was.

        Raises:
            NotAsSentError: The archived file is gone or changed, and what is rendered now is another.
            RenderingError: It is gone or changed, and the document cannot be rendered.
            TemplateError: As before; its template cannot be used.
        """
        seal = self.seals.get(id(document))
        expected = str(seal.values.get(ending, "")) if seal is not None else ""
        if seal is None or not expected:
            return None
        name = archive_name(document.number, document.date, ending)
        archived = _content(self.folder / name)
        if archived is not None and sha256(archived).hexdigest() == expected:
            return Sent(archived)
        fault = (
            message("The archived file {path} is missing", path=name)
            if archived is None
            else message("The archived file {path} was changed", path=name)
        )
        rendered = render(document, self.books, self.folder)
        again = rendered.pdf if ending == "pdf" else rendered.xml
        if again is not None and sha256(again).hexdigest() == expected:
            found = message("{fault}; it was rendered again, byte for byte: put it back there.", fault=fault)
            return Sent(again, found)
        raise NotAsSentError(
            message(
                "{fault}, and rendered again {number} would not be the file that was sealed: {reason}. "
                "Take the file from a copy of the books.",
                fault=fault,
                number=document.number,
                reason=self._why_another(document, seal),
            )
        )

    def _why_another(self, document: Document, seal: Record) -> Message:
        """Return why a document is rendered otherwise than when it was sealed."""
        template, now = str(seal.values.get("template", "")), self.assets.template(template_name(document))
        present = present_parts(document, seal, self.assets)
        changed = {part for part, short in stated_parts(seal).items() if present.get(part, short) != short}
        if changed - {"template", "files"}:
            return message("the document itself was changed since, facturier check says where")
        for name, stated in stated_attached(seal):
            if self.assets.file_hash(name) != stated:
                return message("the attachment {file} was changed", file=name)
        if template != now:
            return message("the template was {then} and is {now}", then=template, now=now)
        with_what = str(seal.values.get("made-with", "")) or message("another version")
        return message("it was made with {then}, these are {now}", then=with_what, now=made_with())


def _content(path: Path) -> bytes | None:
    """Return a file's content; None where it is no file or cannot be read."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
