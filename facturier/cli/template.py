"""``facturier template``: a template of one's own, and how it looks on every kind of document."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import click

from facturier.assets import (
    TEMPLATES_FOLDER,
    is_template_name,
    no_template,
    packaged_names,
    packaged_templates,
    template_folder,
)
from facturier.cli.console import (
    DONE,
    VIOLATIONS_FOUND,
    echo,
    fail,
    ledger_option,
    open_or_exit,
    say,
    shown_path,
    shown_place,
    today,
)
from facturier.documents import Document
from facturier.mentions import printed_language
from facturier.messages import Message, message
from facturier.parties import Seller
from facturier.pdf.faults import TemplateError
from facturier.pdf.pictures import Picture
from facturier.pdf.shelf import Choice, choose, chosen_notices
from facturier.rendering import Prepared, as_duplicate, lay_out, prepare, read_logo
from facturier.violations import Place
from facturier.workspace import Workspace, open_ledger
from facturier.writer import Change, WriteRefusedError, write
from facturier.writer import replace as write_file

SAMPLES = "samples.beancount"
_COPIED = {".xml", ".toml", ".ttf", ".txt"}


@click.group()
def template() -> None:
    """Templates: how documents look."""


@template.command()
@ledger_option
@click.argument("name")
@click.option("--from", "origin", default="default", show_default=True, help="The template to copy.")
def new(ledger: Path, name: str, origin: str) -> None:
    """Copy a template into templates/NAME/ beside the ledger, to be edited; what is there is never replaced."""
    workspace = open_or_exit(ledger)
    source = _found(workspace, origin)
    if not is_template_name(name):
        _stop(workspace, message("A template's name has letters, digits, dots and dashes, such as atelier."))
    if name in packaged_names():
        _stop(workspace, message("{name} is a template of facturier; give yours another name.", name=name))
    target = workspace.folder.absolute() / TEMPLATES_FOLDER / name
    if target.exists() or target.is_symlink():
        _stop(workspace, message("{folder} is there already; choose another name.", folder=shown_path(str(target))))
    try:
        changes = [
            Change(target / path.relative_to(source), None, path.read_bytes())
            for path in sorted(source.rglob("*"))
            if path.suffix in _COPIED and path.is_file()
        ]
        write(changes, workspace.folder.absolute(), list)
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(workspace.books.language)}")
    except OSError as failure:
        fail(f"{shown_path(str(source))}: {failure.strerror or failure}")
    for change in changes:
        echo(shown_path(str(change.path)))
    say(
        workspace.books,
        message(
            'Edit it, look at it with facturier template preview {name}, and use it with template: "{name}" on the '
            "seller.",
            name=name,
        ),
        bold=True,
    )


@template.command()
@ledger_option
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(readable=False, path_type=Path),
    default=Path("preview"),
    show_default=True,
    help="Folder to write to.",
)
def preview(ledger: Path, name: str | None, output: Path) -> None:
    """Render sample documents of every kind with a template, the seller's if none is named.

    The logo, the theme and the words are those of the ledger today.
    """
    workspace = open_or_exit(ledger)
    seller = _seller(workspace)
    chosen = name or (seller.template if seller else "") or "default"
    run = _Preview(workspace, chosen, _found(workspace, chosen), seller)
    try:
        output.mkdir(parents=True, exist_ok=True)
        count = _write_all(run, output)
    except TemplateError as error:
        place = shown_place(Place(error.filename, error.line))
        fail(f"{place}: {error.message.text(workspace.books.language)}")
    except WriteRefusedError as error:
        fail(f"{shown_path(str(error.path))}: {error.message.text(workspace.books.language)}")
    except OSError as failure:
        fail(f"{shown_path(str(output))}: {failure.strerror or failure}")
    written = message("{count} sample documents written to {folder}.", count=count, folder=shown_path(str(output)))
    say(workspace.books, written, bold=True)
    sys.exit(VIOLATIONS_FOUND if run.notices else DONE)


@dataclass
class _Preview:
    """The sample documents as a template shows them."""

    workspace: Workspace
    name: str
    folder: Path
    seller: Seller | None

    def __post_init__(self) -> None:
        self.samples = open_ledger(packaged_templates() / SAMPLES)
        self.notices: dict[str, None] = {}

    def prepared(self) -> Iterator[Prepared]:
        """Yield every sample, and the first one once more as a duplicate."""
        books = self.samples.books
        for index, document in enumerate((*books.documents, *books.papers)):
            found = replace(
                prepare(document, books, self.samples.folder), template=self._choice(document), logo=self._logo
            )
            yield found
            if index == 0:
                yield as_duplicate(found)

    def _choice(self, document: Document) -> Choice:
        look = self.workspace.books.appearance
        words = look.words(printed_language(document), today())
        return choose(self.folder, self.workspace.folder, look.theme(self.name, today()), words)

    @cached_property
    def _logo(self) -> Picture | None:
        picture, warnings = read_logo(self.seller.logo if self.seller else "", self.workspace.folder)
        self.tell(warnings)
        return picture

    def tell(self, warnings: list[Message]) -> None:
        """Print what cannot be shown as asked, each once."""
        for warning in warnings:
            text = warning.text(self.workspace.books.language)
            if text not in self.notices:
                self.notices[text] = None
                echo(f"{self.name}: {text}", err=True)


def _write_all(run: _Preview, output: Path) -> int:
    count = 0
    for prepared in run.prepared():
        rendered = lay_out(prepared)
        run.tell([*chosen_notices(prepared.template), *rendered.warnings])
        write_file(output / f"{rendered.name}.pdf", rendered.pdf)
        count += 1
    return count


def _seller(workspace: Workspace) -> Seller | None:
    sellers = workspace.books.sellers
    return sellers.at(next(iter(sellers)), today()) if len(sellers) else None


def _found(workspace: Workspace, name: str) -> Path:
    return template_folder(name, workspace.folder) or _stop(workspace, no_template(name, workspace.folder))


def _stop(workspace: Workspace, found: Message) -> NoReturn:
    fail(f"{shown_path(str(workspace.path))}: {found.text(workspace.books.language)}")
