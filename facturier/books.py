"""The books: every directive and transaction read once, typed.

``read_books`` turns beancount's entries into one immutable value that every rule, report and
page reads. Faults of reading are part of it; nothing is raised and nothing is generated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from beancount.core import data

from facturier.appearance import Appearance, StatedWord
from facturier.catalogue import Product, products
from facturier.directives.events import SEAL
from facturier.directives.faults import ARGUMENTS, PAPER, WRONG_VALUE
from facturier.directives.law_rows import with_ledger_row
from facturier.directives.reading import POSTING, TRANSACTION, Record, checked, read_custom, read_keys
from facturier.directives.setup import OPEN_KEYS
from facturier.directives.source import read_source, scan
from facturier.directives.transactions import PAPER_FLAGS
from facturier.document_reader import BOOKED_KEYS, DocumentReader, kind_and_number
from facturier.documents import Deduction, Document
from facturier.language import ledger_language
from facturier.law.law import Law
from facturier.law.tables import law_of_france
from facturier.messages import Message, message
from facturier.money import share
from facturier.open_items import Item, Movement, OpenItems, Settlements
from facturier.parties import Client, Seller, clients, sellers
from facturier.placing import Placed, place_documents
from facturier.plain_payments import unusual_settlements
from facturier.roles import OWED, Roles
from facturier.series import PatternError, Series, parse_pattern
from facturier.settlement_reader import read_settlements
from facturier.versions import Versions
from facturier.violations import Place, Violation

# Where the plugins leave the papers they take off the books, for the command line and the pages.
PAPERS_OPTION = "facturier_papers"
_DEFAULT_CURRENCY = "EUR"
_PARTIES = frozenset({"seller", "client"})
_PAPER_KEYS = frozenset(PAPER_FLAGS.values()) - {"draft"}
_TOUCHING = OWED | {"vat-pending", "vat-collected", "deposits"}


@dataclass(frozen=True)
class Books:
    """Everything the ledger says, typed.

    Attributes:
        filename: The top file.
        title: The ledger's title.
        currency: Its first operating currency.
        language: "fr" or "en": what messages are written in.
        sellers: Sellers by id and date.
        clients: Clients by id and date.
        products: The catalogue.
        roles: What accounts mean.
        accounts: The declared metadata of ``open`` directives, by account.
        series: Numbering series, in the order stated.
        payers: Client id by IBAN.
        aliases: Client id by name, upper case.
        events: What happened to documents and clients, and closings.
        seals: The seals of issued documents.
        documents: Documents on the books, in ledger order.
        papers: Drafts, quotes, orders, delivery notes, agreements.
        settling: The other transactions on accounts with a role of ours: payments and the like.
        unnumbered: Those of them with a line of a sale, which belongs on a document.
        client_accounts: Client id by account, for accounts that belong to one client.
        faults: What could not be read.
        law: The tables of the law, with the rows of the ledger laid over them.
        stated: Where each party is stated: by "seller" or "client" and its id, the days and places.
        appearance: How documents look.
        transactions: All transactions, papers too, as beancount gives them.
        files: The names of the ledger's files.
    """

    filename: str
    title: str
    currency: str
    language: str
    sellers: Versions[Seller]
    clients: Versions[Client]
    products: Versions[Product]
    roles: Roles
    accounts: Mapping[str, Mapping[str, Any]]
    series: tuple[Series, ...]
    payers: Mapping[str, str]
    aliases: Mapping[str, str]
    events: tuple[Record, ...]
    seals: tuple[Record, ...]
    documents: tuple[Document, ...]
    papers: tuple[Document, ...]
    settling: tuple[data.Transaction, ...]
    unnumbered: tuple[data.Transaction, ...]
    client_accounts: Mapping[str, str]
    faults: tuple[Violation, ...]
    law: Law = field(default_factory=law_of_france)
    stated: Mapping[tuple[str, str], Sequence[tuple[date, Place]]] = field(default_factory=dict)
    appearance: Appearance = field(default_factory=Appearance)
    transactions: Sequence[data.Transaction] = ()
    files: frozenset[str] = frozenset()

    @cached_property
    def by_number(self) -> Mapping[str, Document]:
        """The documents and papers by number; the first one where a number was given twice."""
        return {one.number: one for one in reversed((*self.documents, *self.papers)) if one.number}

    def document(self, number: str) -> Document | None:
        """Return a document or paper by its number."""
        return self.by_number.get(number)

    @cached_property
    def booked(self) -> Sequence[data.Transaction]:
        """The transactions on the books that stand in a file, in ledger order: what a closing covers.

        Other plugins make more of their own at load.
        """
        return tuple(
            entry
            for entry in self.transactions
            if entry.flag not in PAPER_FLAGS and entry.meta.get("filename") in self.files
        )

    @cached_property
    def placed(self) -> Sequence[Placed]:
        """The invoices and credit notes on the books with their places in the series, in ledger order."""
        return place_documents(self.documents, self.series)

    @cached_property
    def settlements(self) -> Settlements:
        """What documents make clients owe, and all that settles it: the open-item kernel."""
        return read_settlements(self.documents, self.settling, self.roles, self.client_accounts)

    @cached_property
    def unusual_settlements(self) -> Settlements:
        """The part of the kernel that may break a rule: without what only plain payments settle."""
        return unusual_settlements(self.documents, self.settling, self.roles, self.client_accounts)

    @property
    def items(self) -> tuple[Item, ...]:
        """What documents make clients owe, in the order of their first day."""
        return self.settlements.items

    @property
    def movements(self) -> Sequence[Movement]:
        """What settles those items, or stays on account, in the order of time."""
        return [movement for operation in self.settlements.operations for movement in operation.movements]

    def open_items(self, as_of: date) -> OpenItems:
        """Return what is open at the end of a day."""
        return self.settlements.as_of(as_of)


def is_paper(entry: data.Directive) -> bool:
    """Tell whether a directive is a paper: a transaction with a capital-letter flag of ours."""
    return isinstance(entry, data.Transaction) and entry.flag in PAPER_FLAGS


def is_line(meta: Mapping[str, Any] | None) -> bool:
    """Tell whether the metadata of a posting makes it a line of a document."""
    return meta is not None and ("item" in meta or "product" in meta)


def read_books(entries: Iterable[data.Directive], options: Mapping[str, Any]) -> Books:
    """Read the books.

    Args:
        entries: All entries of the ledger; papers may still be among them.
        options: beancount's option map; papers already taken off are found in it.
    """
    reading = _Reading(options)
    transactions: list[data.Transaction] = []
    for entry in entries:
        if isinstance(entry, data.Transaction):
            transactions.append(entry)
        elif isinstance(entry, data.Custom):
            reading.add_custom(entry)
        elif isinstance(entry, data.Open):
            reading.add_open(entry)
    papers = options.get(PAPERS_OPTION)
    if papers:
        known = {id(entry) for entry in transactions}
        transactions += [paper for paper in papers if id(paper) not in known]
    reading.start_documents()
    for entry in transactions:
        reading.add_transaction(entry)
    files = frozenset((*options.get("include", ()), "<string>"))
    return replace(reading.books(), transactions=tuple(transactions), files=files)


class _Reading:
    """The books while they are being read. Setup comes first: documents need their parties."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options
        self.faults: list[Violation] = []
        self.report = self.faults.append
        self.sellers = sellers()
        self.clients = clients()
        self.products = products()
        self.roles = Roles(str(options.get("name_income", "Income")))
        self.accounts: dict[str, Mapping[str, Any]] = {}
        self.series: list[Series] = []
        self.payers: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.events: list[Record] = []
        self.seals: list[Record] = []
        self.fava_options: list[tuple[str, str]] = []
        self.documents: list[Document] = []
        self.papers: list[Document] = []
        self.settling: list[data.Transaction] = []
        self.unnumbered: list[data.Transaction] = []
        self.client_accounts: dict[str, str] = {}
        currencies = options.get("operating_currency") or [_DEFAULT_CURRENCY]
        self.currency = str(currencies[0])
        self.law = law_of_france()
        self.appearance = Appearance()
        self.stated: dict[tuple[str, str], list[tuple[date, Place]]] = {}
        self.start_documents()
        for filename in options.get("include") or ():
            text = read_source(filename)
            if text is not None:
                self.faults += scan(filename, text)
        self.scanned = {fault.place for fault in self.faults}

    def start_documents(self) -> None:
        """Get ready to read documents, with the law as the directives read so far state it."""
        self.reader = DocumentReader(
            self.sellers, self.clients, self.products, self.roles, self.currency, self.report, self.law
        )

    def add_open(self, entry: data.Open) -> None:
        if len(entry.meta) > len(("filename", "lineno")):
            stated = read_keys(entry.meta, OPEN_KEYS, self.report, entry)
            if stated:
                self.accounts[entry.account] = stated

    def add_custom(self, entry: data.Custom) -> None:
        if entry.type == "fava-option" and entry.values and len(entry.values) > 1:
            self.fava_options.append((str(entry.values[0].value), str(entry.values[1].value)))
            return
        record = read_custom(entry, self.report)
        if record is None:
            return
        if record.directive is SEAL:  # as many as documents
            self.seals.append(record)
            return
        first = record.arguments[0]
        name = record.directive.name
        if name in _PARTIES:
            self.stated.setdefault((name, first), []).append((record.date, record.place))
        match record.directive.name:
            case "seller":
                self.sellers.state(first, record.date, record.values)
            case "client":
                self.clients.state(first, record.date, record.values)
                account = record.values.get("account")
                if account and self.client_accounts.setdefault(account, first) != first:
                    self.client_accounts[account] = ""  # shared: its postings name their client
            case "product":
                self.products.state(first, record.date, record.values)
            case "role":
                self._add_role(record)
            case "series":
                self._add_series(record)
            case "payer":
                self.payers[record.arguments[1].replace(" ", "").upper()] = first
            case "alias":
                self.aliases[record.arguments[1].upper()] = first
            case "law":
                self.law = with_ledger_row(self.law, record, self.report)
            case "theme":
                self.appearance.state_theme(first, record.date, record.values, record.place)
            case "wording":
                self.appearance.state_word(StatedWord(record.date, *record.arguments))
            case "journal":
                pass  # read by the FEC export
            case _:
                self.events.append(record)

    def add_transaction(self, entry: data.Transaction) -> None:
        if entry.flag in PAPER_FLAGS:
            self._check_paper(entry)
            self.papers.append(self.reader.read(entry))
        elif not BOOKED_KEYS.isdisjoint(entry.meta):
            self.documents.append(self.reader.read(entry))
        else:
            self._add_other(entry)

    def books(self) -> Books:
        seller_language = ""
        if len(self.sellers):
            latest = self.sellers.latest(next(iter(self.sellers)))
            seller_language = latest.language if latest else ""
        return Books(
            str(self.options.get("filename", "")),
            str(self.options.get("title", "")),
            self.currency,
            ledger_language(self.fava_options, seller_language),
            self.sellers,
            self.clients,
            self.products,
            self.roles,
            self.accounts,
            tuple(self.series),
            self.payers,
            self.aliases,
            tuple(self.events),
            tuple(self.seals),
            tuple(_with_deposits(self.documents)),
            tuple(self.papers),
            tuple(self.settling),
            tuple(self.unnumbered),
            self.client_accounts,
            tuple(map(_of_its_document, self.faults)),
            self.law,
            self.stated,
            self.appearance,
        )

    def _add_role(self, record: Record) -> None:
        role, account = record.arguments
        before = self.roles.stated_on(account)
        if before is not None and before != role:
            found = message(
                'The account {account} already has the role "{before}"; an account has one role.',
                account=account,
                before=before,
            )
            self.report(Violation(ARGUMENTS, found, record.place, record.entry))
            return
        self.roles.state(account, role, record.values.get("vat"))

    def _add_series(self, record: Record) -> None:
        identifier, kind, pattern = record.arguments
        try:
            parsed = parse_pattern(pattern)
        except PatternError:
            found = message(
                'The pattern "{pattern}" cannot be read; write for example "F{{year}}-{{number:04}}": at most 35 '
                "letters without accents, digits and + - _ /, {{year}} and one {{number}}.",
                pattern=pattern,
            )
            self.report(Violation(ARGUMENTS, found, record.place, record.entry))
            return
        before = next((series for series in self.series if series.id == identifier), None)
        if before is not None:
            found = message(
                'The series "{series}" is already stated at {place}; give this one an id of its own.',
                series=identifier,
                place=before.place,
            )
            self.report(Violation(ARGUMENTS, found, record.place, record.entry))
            return
        start = record.values.get("start", Decimal(1))
        if start != int(start) or start < 1:
            found = message("start: {start} is no whole number from 1 on.", start=start)
            self.report(Violation(WRONG_VALUE, found, record.place, record.entry))
            start = Decimal(1)
        self.series.append(
            Series(
                identifier,
                kind,
                parsed,
                record.date,
                int(start),
                record.values.get("reason", ""),
                record.values.get("seller", ""),
                record.place,
            )
        )

    def _check_paper(self, entry: data.Transaction) -> None:
        for posting in entry.postings:
            meta = posting.meta or entry.meta
            found: Message | None = None
            if meta.get("__automatic__") and Place.of(meta) not in self.scanned:
                found = message("beancount filled this amount in; a line of a paper states its own amount or quantity.")
            elif posting.cost is not None:
                found = message("A paper holds no lots; write a price after @ instead of {{}}.")
            if found is not None:
                self.report(Violation(PAPER, found, Place.of(meta), entry))

    def _add_other(self, entry: data.Transaction) -> None:
        """Keep a transaction that may settle something; only on accounts with a role are keys ours."""
        role_of, report = self.roles.of, self.report
        touching = has_line = False
        for posting in entry.postings:
            role = role_of(posting.account)
            if role.name in _TOUCHING or role.income:
                if not touching:
                    touching = True
                    self.settling.append(entry)
                    checked(entry.meta, TRANSACTION, report, entry)
                    if not _PAPER_KEYS.isdisjoint(entry.meta):
                        self._fault_booked_paper(entry)
                has_line |= is_line(checked(posting.meta, POSTING, report, entry))
        if has_line:
            self.unnumbered.append(entry)

    def _fault_booked_paper(self, entry: data.Transaction) -> None:
        """Report a quote and the like whose flag puts it on the books."""
        key = next(key for key in PAPER_FLAGS.values() if key in entry.meta)
        flag = next(flag for flag, kind in PAPER_FLAGS.items() if kind == key)
        found = message(
            "{key}: stands on a booked transaction; a paper has the flag {flag} instead of {wrong}.",
            key=key,
            flag=flag,
            wrong=entry.flag,
        )
        self.report(Violation(PAPER, found, Place.of(entry.meta), entry))


def _of_its_document(fault: Violation) -> Violation:
    """Give a fault in the keys of a document its number: a document with a fault is not sealed."""
    if fault.document or not isinstance(fault.entry, data.Transaction):
        return fault
    return fault._replace(document=kind_and_number(fault.entry.flag, fault.entry.meta)[1])


def _with_deposits(documents: list[Document]) -> list[Document]:
    """Look up the VAT and date of the deposits that final invoices deduct."""
    if not any(document.deductions for document in documents):
        return documents
    by_number = {document.number: document for document in reversed(documents)}
    return [
        document._replace(deductions=tuple(deposit_looked_up(part, by_number) for part in document.deductions))
        if document.deductions
        else document
        for document in documents
    ]


def deposit_looked_up(part: Deduction, by_number: Mapping[str, Document]) -> Deduction:
    """Return a deduction with the VAT and the date of the deposit invoice it names."""
    deposit = by_number.get(part.number)
    if deposit is None:
        return part
    rows = [row for row in deposit.totals().taxes if row.tax.key == part.tax.key]
    if not rows:
        return part._replace(issued=deposit.date)
    return part._replace(issued=deposit.date, vat=share(rows[0].amount, part.net, rows[0].base))
