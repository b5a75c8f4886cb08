"""The archive of what was issued: the PDF and the XML as they are sent, by year, never replaced."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from facturier.books import Books
from facturier.documents import Document
from facturier.messages import message
from facturier.rendering import RenderedDocument, render
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
