"""The invoices in Fava: documents and the aged balance, computed by the core from Fava's own load.

    1970-01-01 custom "fava-extension" "facturier.fava_ext"

Every GET is pure. Fava registers each extension class it finds in this module: there is one.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, cast

from fava.context import g
from fava.ext import FavaExtensionBase, extension_endpoint
from fava.helpers import FavaAPIError
from flask import Response, current_app, request

from facturier.language import DEFAULT
from facturier.messages import Message, message

from .aged_table import COLUMNS, amount_in
from .downloads import Refusal, find_document, pdf_of, refusal_page, xml_of
from .page import Page, broken_filter_page, make_page
from .snapshot import Snapshot, take_snapshot
from .wording import REPORT_TITLE

_NOT_LOADED = Snapshot(None, None, DEFAULT, pack_ran=True, violations=0)


class Facturier(FavaExtensionBase):
    """Documents, and who owes what since when."""

    snapshot: Snapshot = _NOT_LOADED
    columns = COLUMNS
    amount_in = staticmethod(amount_in)

    @property
    def report_title(self) -> str:  # type: ignore[override]
        """The page's name in Fava's sidebar, in the ledger's language."""
        return REPORT_TITLE.text(self.snapshot.language)

    @property
    def incognito(self) -> bool:
        """Whether Fava masks amounts: files, which show them, are then refused."""
        return bool(current_app.config["INCOGNITO"])

    def after_load_file(self) -> None:
        """Read the books, once per load of the ledger."""
        ledger = self.ledger
        self.snapshot = take_snapshot(
            cast(Any, ledger.all_entries), cast(Any, ledger.options), ledger.load_errors, ledger.fava_options.language
        )

    def page(self, today: datetime.date) -> Page:
        """Return what the template prints."""
        try:
            filtered = g.filtered
        except FavaAPIError as error:
            return broken_filter_page(self.snapshot, error, today)
        return make_page(self.snapshot, request.args, filtered, self.ledger.fava_options.locale, today)

    def client_account(self, client: str) -> str:
        """Return the account of a client, or "" where there is none to show."""
        books = self.snapshot.books
        party = books.clients.latest(client) if books and client else None
        return party.account if party else ""

    @extension_endpoint
    def pdf(self) -> Any:
        """Answer with the PDF of the document ``number``, or of the draft whose entry has the hash ``entry``."""
        return self._file(xml=False)

    @extension_endpoint
    def xml(self) -> Any:
        """Answer with the XML of the invoice or credit note ``number``."""
        return self._file(xml=True)

    def _file(self, *, xml: bool) -> Any:
        answer = self._answer(xml=xml)
        return answer if isinstance(answer, Response) else refusal_page(answer, self.snapshot.language)

    def _answer(self, *, xml: bool) -> Response | Refusal:
        books = self.snapshot.books
        if self.incognito:
            return 403, message("Files show amounts: they are not handed out while Fava runs incognito.")
        number = request.args.get("number", "")
        document = find_document(books, number, request.args.get("entry", "")) if books else None
        if books is None or document is None:
            return 404, _unknown(number)
        folder = Path(self.ledger.beancount_file_path).parent
        return xml_of(document, books, folder) if xml else pdf_of(document, books, folder)


def _unknown(number: str) -> Message:
    if number:
        return message("There is no document {number} in this ledger.", number=number)
    return message("The address names no document of this ledger.")
