"""Reading the books for VAT on receipts: documents, what settles them, transfers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter

from beancount.core import data

from facturier.books import Books
from facturier.documents import Document
from facturier.money import ZERO, spread
from facturier.open_items import Nature, Settled
from facturier.periods import Month, parse_month
from facturier.vat import tax_of
from facturier.vat_receipts.bases import taken_off_collected
from facturier.vat_receipts.months import ReceiptsVat
from facturier.vat_receipts.values import ByRate, Change, Part, Sale, Stray, Transfer
from facturier.vat_receipts.vat_legs import VatLegs, read_vat_legs

PENDING = "vat-pending"
_IN_TIME = attrgetter("day")
_LOST = frozenset({Nature.ESCOMPTE, Nature.BAD_DEBT, Nature.OTHER})


def read_receipts_vat(books: Books) -> ReceiptsVat:
    """Read what waits for payment, what falls due of it, and what was transferred."""
    reading = _Reading(books)
    reading.add_documents()
    reading.add_opened()
    reading.add_entries()
    reading.add_settled()
    return ReceiptsVat(reading.sorted_sales(), reading.transfers, reading.strays)


class _Reading:
    """The sales while they are being read."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.sales: dict[str, Sale] = {}
        self.alone: list[Sale] = []  # credit notes that correct nothing known: due at once, the other way
        self.root: dict[str, str] = {}  # of each item of a credit note, the invoice that it corrects
        self.legs: dict[int, VatLegs] = {}  # VAT legs of the other transactions, by their identity
        self.transfers: list[Transfer] = []
        self.strays: list[Stray] = []

    def sorted_sales(self) -> Iterator[Sale]:
        """Yield the sales, their changes in the order of time."""
        for sale in self.sales.values():
            if len(sale.changes) > 1:
                sale.changes.sort(key=_IN_TIME)
            yield sale
        yield from self.alone

    # --- Documents

    def add_documents(self) -> None:
        notes, finals = [], []
        for document in self.books.documents:
            if document.is_credit_note:
                notes.append(document)
                continue
            vat = pending_vat(document)
            if vat:
                self._add_sale(document, vat)
            if document.deductions:
                finals.append(document)
        for note in notes:
            self._add_note(note)
            if note.deductions:
                finals.append(note)
        for final in finals:
            self._add_delivered(final)

    def _add_sale(self, document: Document, vat: ByRate) -> None:
        gross = document.paid
        for instalment in document.instalments:
            gross += instalment.amount
        change = Change(document.date, document.entry, document.paid, gross, vat, part=Part(document, ZERO, ZERO))
        known = self.sales.get(document.number)
        if known is not None:  # a number given twice, which is an error of its own
            known.changes.append(change)
            return
        client = document.client.id if document.client else ""
        self.sales[document.number] = Sale(document.number, client, document.currency, [change])

    def _add_note(self, note: Document) -> None:
        """Add a credit note to the sales that it corrects; one that corrects nothing known stands alone."""
        vat = {rate: -amount for rate, amount in pending_vat(note).items()}
        gross = -note.paid + sum((one.amount for one in note.instalments), ZERO)
        shares = self._corrected(note, -gross)
        if not shares:
            if vat:
                part = Part(note, ZERO, ZERO)
                change = Change(note.date, note.entry, gross, gross, vat, part=part)
                client = note.client.id if note.client else ""
                self.alone.append(Sale(note.number, client, note.currency, [change]))
            return
        weights = [amount for _, amount in shares]
        parts = {rate: spread(amount, weights) for rate, amount in vat.items()}
        for rank, (number, amount) in enumerate(shares):
            own = {rate: split[rank] for rate, split in parts.items()}
            # What it refunds on the spot goes back to the client.
            paid = -note.paid if rank == 0 else ZERO
            part = Part(note, amount, -gross) if len(shares) > 1 else Part(note, ZERO, ZERO)
            self.sales[number].changes.append(Change(note.date, note.entry, paid, -amount, own, part=part))
        numbers = [number for number, _ in shares]
        for one in note.instalments:
            self.root[one.id] = one.settles if one.settles in numbers else numbers[0]

    def _corrected(self, note: Document, gross: Decimal) -> list[tuple[str, Decimal]]:
        """Return the sales that a credit note corrects, with the amount of each."""
        settled = {one.settles: -one.amount for one in note.instalments if one.settles in self.sales}
        named = [*dict.fromkeys(str(note.values.get("corrects", "")).split())] or list(settled)
        known = [number for number in named if number in self.sales]
        if len(known) < 2:
            return [(number, gross) for number in known]
        # Of several invoices: as its legs say, then by what each comes to.
        shares = {number: settled.get(number, ZERO) for number in known}
        rest = gross - sum(shares.values(), ZERO)
        for number in known:
            room = max(sum((one.gross for one in self.sales[number].changes), ZERO) - shares[number], ZERO)
            part = min(room, rest)
            shares[number] += part
            rest -= part
        shares[known[-1]] += rest
        return [(number, amount) for number, amount in shares.items() if amount]

    def _add_delivered(self, final: Document) -> None:
        """A deposit on goods is due when they are delivered, paid or not (CGI art. 269-2-a)."""
        sign = -1 if final.is_credit_note else 1
        for rate, vat in taken_off_collected(final).items():
            parts = [part for part in final.deductions if part.tax.percent == rate]
            amounts = spread(sign * vat, [part.vat for part in parts])
            for part, amount in zip(parts, amounts, strict=True):
                sale = self.sales.get(part.number)
                if sale is not None and amount:
                    sale.changes.append(Change(final.date, final.entry, delivered={rate: amount}))

    # --- Other transactions

    def add_opened(self) -> None:
        """Add the documents taken over, with the VAT that waits beside them."""
        by_entry: dict[int, list[Sale]] = {}
        entries: dict[int, data.Transaction] = {}
        for item in self.books.items:
            if "opens" not in item.meta:
                continue
            change = Change(item.since, item.entry, gross=item.amount)
            sale = self.sales.get(item.number)
            if sale is None:
                sale = self.sales[item.number] = Sale(item.number, item.client, item.currency, [])
            sale.changes.append(change)
            by_entry.setdefault(id(item.entry), []).append(sale)
            entries[id(item.entry)] = item.entry
        for key, sales in by_entry.items():
            legs = read_vat_legs(entries[key], self.books.roles, self.rate_of)
            if legs is None:
                continue
            self.legs[key] = legs
            changes = [sale.changes[-1] for sale in sales]
            for rate, amount in legs.lost.items():
                for change, part in zip(changes, spread(-amount, [one.gross for one in changes]), strict=True):
                    if part:
                        change.vat = {**change.vat, rate: change.vat.get(rate, ZERO) + part}
            legs.claimed = True

    def add_entries(self) -> None:
        """Read the VAT legs of all transactions that are no documents; those that transfer are transfers."""
        role_of, roles = self.books.roles.of, self.books.roles
        for entry in self.books.settling:
            if id(entry) in self.legs:
                continue
            for posting in entry.postings:
                if role_of(posting.account).name == PENDING:
                    break
            else:
                continue
            legs = read_vat_legs(entry, roles, self.rate_of)
            if legs is not None:
                self.legs[id(entry)] = legs
                self._add_transfers(entry, legs)

    def _add_transfers(self, entry: data.Transaction, legs: VatLegs) -> None:
        stated = entry.meta.get("vat-due")
        month = parse_month(stated) if isinstance(stated, str) else None
        meta = next((posting.meta for posting in legs.postings if posting.meta), None) or entry.meta
        for rate, amount in legs.transferred.items():
            if amount:
                self.transfers.append(Transfer(month or Month.of(entry.date), entry.date, rate, amount, entry, meta))

    def rate_of(self, vat: object, entry: data.Transaction) -> Decimal:
        """Return the rate of a VAT leg; nothing where it cannot be told."""
        if isinstance(vat, Decimal):
            return vat
        if isinstance(vat, str):
            tax = tax_of(vat, entry.date, self.books.law, str(entry.meta.get("vat-country", "")))
            return tax.percent if tax else ZERO
        return self._only_rate

    @cached_property
    def _only_rate(self) -> Decimal:
        """The rate of all documents, if they have one."""
        rates = {rate for sale in self.sales.values() for change in sale.changes for rate in change.vat}
        return rates.pop() if len(rates) == 1 else ZERO

    # --- What settles them

    def add_settled(self) -> None:
        """Count what settles items: money as paid, losses by their VAT legs."""
        sale_of = self._sale_of_items()
        losses: dict[int, list[tuple[Sale, Settled]]] = {}
        for one in self.books.settlements.settled:
            item, amount, movement, day, nature = one
            sale = sale_of.get(item)
            if sale is None or nature is Nature.MOVED:
                continue
            if nature is Nature.PAYMENT or nature is Nature.DOCUMENT:
                _change(sale, day, movement.entry).paid -= amount
            elif id(movement.entry) in self.legs:
                losses.setdefault(id(movement.entry), []).append((sale, one))
            elif nature is Nature.ADJUSTMENT:
                # A few cents that nobody will pay: what was paid is all there is.
                _change(sale, day, movement.entry).gross += amount
        for key, parts in losses.items():
            self._lose(self.legs[key], parts)
        for legs in self.legs.values():
            if not legs.claimed:
                self.strays += legs.strays()

    def _sale_of_items(self) -> dict[str, Sale]:
        """Return the sale of each item by its id; credit notes belong to the invoice they correct."""
        found: dict[str, Sale] = {}
        sales, root = self.sales, self.root
        for item in self.books.items:
            sale = sales.get(item.number) or sales.get(root.get(item.id, ""))
            if sale is not None:
                found[item.id] = sale
        return found

    def _lose(self, legs: VatLegs, parts: list[tuple[Sale, Settled]]) -> None:
        """Take an escompte or a loss off its sales: the amounts, and the VAT of its legs spread over them."""
        legs.claimed = True
        weights = [-one.amount for _, one in parts]
        spreads = {rate: spread(amount, weights) for rate, amount in legs.lost.items() if amount}
        for rank, (sale, one) in enumerate(parts):
            if not spreads and one.nature in _LOST:
                continue  # without its VAT, the loss leaves it pending
            change = _change(sale, one.day, one.movement.entry)
            change.gross += one.amount
            for rate, amounts in spreads.items():
                change.vat = {**change.vat, rate: change.vat.get(rate, ZERO) - amounts[rank]}


def _change(sale: Sale, day: date, entry: data.Transaction) -> Change:
    """Return the change that a transaction makes to a sale on a day, made if it is not there yet."""
    changes = sale.changes
    last = changes[-1]
    if last.entry is entry and last.day == day:
        return last
    if len(changes) > 1:
        for change in reversed(changes):
            if change.entry is entry and change.day == day:
                return change
    made = Change(day, entry)
    changes.append(made)
    return made


def pending_vat(document: Document) -> ByRate:
    """Return the VAT of a document that waits for payment, by rate, positive for what the document is about."""
    found: ByRate = {}
    for leg in document.vat_legs:
        if leg.role == PENDING:
            rate = leg.vat if isinstance(leg.vat, Decimal) else _stated_rate(document, leg.vat)
            found[rate] = found.get(rate, ZERO) + leg.amount
    return found


def _stated_rate(document: Document, vat: str | None) -> Decimal:
    """Return the rate of a leg that names a treatment, or none: then that of the lines, if they have one."""
    rates = {line.tax.percent for line in document.lines if vat is None or line.tax.treatment == vat}
    rates -= {ZERO}
    return rates.pop() if len(rates) == 1 else ZERO
