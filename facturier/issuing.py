"""Issuing: a draft becomes an invoice with its number, its legs, its due dates, its links.

    2026-11-30 D "martin" "Régie de novembre"
      Income:Prestations   -2 DEV-DAY

becomes

    2026-11-30 * "Martin Bâtiment SAS" "Régie de novembre" ^F2026-0042
      invoice: "F2026-0042"
      client: "martin"
      due: 2026-12-30
      Assets:Clients:Martin       1560.00 EUR
      Income:Prestations         -1300.00 EUR
        product: "DEV-DAY"
        …
      Liabilities:TVA:EnAttente   -260.00 EUR
        vat: 20

All that a line takes from the catalogue or the client is written on it, so that the page never
changes afterwards. What the draft states itself (a retention, a payment on the spot, a due date)
stays, and only what is missing is added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from beancount.core import data
from beancount.core.amount import Amount
from beancount.parser import parser

from facturier.books import Books, deposit_looked_up
from facturier.deposits import Deposit, deposits_left
from facturier.document_reader import DocumentReader
from facturier.documents import Deduction, Document, Kind, Line, Totals
from facturier.draft_text import DraftText, Keys, Leg, as_typed, is_text_of, money
from facturier.explicit_lines import line_keys
from facturier.messages import Message, message
from facturier.money import ZERO, half_up, smallest_unit, spread
from facturier.next_numbers import NextNumbers, NumberRefusedError
from facturier.rules.amounts import expected_vat
from facturier.terms import parse_terms
from facturier.violations import Place, Violation

# Without terms a professional pays within the days of the law (C. com. art. L441-10 I); a consumer, or
# whoever is asked for a deposit, when the invoice arrives.
_AT_ONCE = "on receipt"


class NotIssuableError(Exception):
    """A draft cannot be issued, or an invoice not be credited; the message says what to change."""

    def __init__(self, place: Place, found: Message) -> None:
        super().__init__(str(found))
        self.place = place
        self.message = found


class Issued(NamedTuple):
    """A document that was issued.

    Attributes:
        document: It, as its text says.
        text: The transaction to write.
        origin: The draft it comes from, or the invoice it credits.
    """

    document: Document
    text: str
    origin: Document


@dataclass(slots=True)
class Issuer:
    """Issues one document after the other, each knowing those before it.

    Attributes:
        books: The books they go into.
        opened: The accounts that are open.
        day: The date of issue.
    """

    books: Books
    opened: Collection[str]
    day: date
    numbers: NextNumbers = field(init=False)
    issued: list[Document] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = NextNumbers(self.books.series, self.books.documents)

    def issue(self, draft: Document, text: str) -> Issued:
        """Issue a draft.

        Args:
            draft: The draft, as the books read it.
            text: Its text in the file, with plain line feeds.

        Raises:
            NotIssuableError: Something is missing or wrong; no number was drawn.
        """
        entry = as_typed(draft.entry)
        source = DraftText(text, entry)
        if not source.fits() or not is_text_of(entry, text):
            raise NotIssuableError(draft.place, message("The file was edited meanwhile; run the command again."))
        figures = _Figures(self, self._read_on_day(entry, draft.place), source)
        legs = figures.legs()
        document = figures.document
        number = self._draw(document)
        keys: dict[str, Any] = {"invoice": number, **figures.keys()}
        links = [number, *dict.fromkeys(part.number for part in document.deductions)]
        new = source.rewritten(self.day, figures.payee(), keys, links, legs)
        return Issued(self.read(new, draft.place), new, draft)

    def read(self, text: str, place: Place) -> Document:
        """Read the text of a document that is to be written, and count it among those issued.

        Raises:
            NotIssuableError: The text has faults.
        """
        entries, errors, _ = parser.parse_string(text, report_filename=place.filename)
        if errors or len(entries) != 1 or not isinstance(entries[0], data.Transaction):
            reason = errors[0].message if errors else ""
            raise NotIssuableError(place, message("What would be written cannot be read: {reason}.", reason=reason))
        document = self._with_deposits(self._read(entries[0], place))
        self.issued.append(document)
        return document

    def account_of(self, role: str, vat: Decimal | str | None, place: Place) -> str:
        """Return the open account of a role, the one for a rate before the one for all.

        Raises:
            NotIssuableError: There is none.
        """
        for stated in self.books.roles.accounts(role, vat):
            below = sorted(name for name in self.opened if name == stated or name.startswith(f"{stated}:"))
            for account in below:
                if self.books.roles.of(account).name == role:
                    return account
        raise NotIssuableError(
            place,
            message(
                'No open account has the role "{role}"; add: {day} custom "role" "{role}" ACCOUNT, and open it.',
                role=role,
                day=self.day.replace(month=1, day=1),
            ),
        )

    def deposits(self, document: Document) -> Iterator[Deposit]:
        """Yield what is left of the deposits invoiced on the quote or order that a document cites."""
        return deposits_left(document, (*self.books.documents, *self.issued))

    def _read_on_day(self, entry: data.Transaction, place: Place) -> Document:
        """Read a draft with the parties and prices of the day on which it is issued."""
        document = self._read(entry._replace(date=self.day), place)
        kind = Kind(document.values.get("kind", "invoice"))
        taxed = {row.tax.key for row in document.totals().taxes if row.base > ZERO}
        if kind is Kind.INVOICE and any(deposit.tax.key in taxed for deposit in self.deposits(document)):
            kind = Kind.FINAL
        return self._with_deposits(document._replace(kind=kind))

    def _read(self, entry: data.Transaction, place: Place) -> Document:
        faults: list[Violation] = []
        books = self.books
        reader = DocumentReader(
            books.sellers, books.clients, books.products, books.roles, books.currency, faults.append
        )
        document = reader.read(entry)
        if faults:
            where = faults[0].place
            raise NotIssuableError(where if where.line > place.line else place, faults[0].message)
        return document

    def _with_deposits(self, document: Document) -> Document:
        if not document.deductions:
            return document
        known = {one.number: one for one in (*self.books.documents, *self.issued)}
        return document._replace(deductions=tuple(deposit_looked_up(part, known) for part in document.deductions))

    def _draw(self, document: Document) -> str:
        client_series = document.client.series if document.client and document.kind is Kind.INVOICE else ""
        named = document.values.get("series") or client_series
        try:
            return self.numbers.draw(document.kind, named, document.seller.id if document.seller else "", self.day)
        except NumberRefusedError as error:
            raise NotIssuableError(document.place, error.message) from error


class _Figures:
    """The legs of one invoice, from its lines and from what its draft states."""

    def __init__(self, issuer: Issuer, document: Document, source: DraftText) -> None:
        self._issuer = issuer
        self._source = source
        self._books = issuer.books
        self._step = smallest_unit(document.currency)
        self._deducted: list[Leg] = []
        self.document = document
        self._refuse_impossible()
        self._expected_adjustment = self._adjustment()
        self._given_adjustment = document.adjustments
        self.document = document._replace(adjustments=self._expected_adjustment)
        if not document.deductions and document.kind not in (Kind.DEPOSIT, Kind.PROGRESS):
            self._deduct()
        self._totals: Totals = self.document.totals()
        self._dues: list[tuple[date, Decimal]] = []

    def payee(self) -> str:
        """The name of the client, unless the draft has a payee of its own."""
        entry, client = self.document.entry, self.document.client
        name = client.name or client.id if client else ""
        return entry.payee if entry.payee and client and entry.payee != client.id else name

    def keys(self) -> Keys:
        """The keys that the draft lacks."""
        values, client = self.document.values, self.document.client
        found: dict[str, Any] = {}
        if "client" not in values and client is not None:
            found["client"] = client.id
        if self.document.kind is Kind.FINAL and "kind" not in values:
            found["kind"] = "final"
        undated = any(leg.due is None for leg in self.document.instalments)
        if "due" not in values and (len(self._dues) == 1 or (undated and not self._dues)):
            found["due"] = self._dues[0][0] if self._dues else max(self._terms().due_dates(self.document.date))
        return found

    def legs(self) -> list[Leg]:
        """All legs: what is owed, the draft's own in their order, deposits, discount, VAT."""
        document = self.document
        lines = {id(line.meta): line for line in document.lines}
        own = [
            self._line(rank, lines[id(posting.meta)]) if id(posting.meta) in lines else self._kept(rank, posting)
            for rank, posting in enumerate(document.entry.postings)
        ]
        others = [*own, *self._deducted, *self._adjusting(), *self._vat()]
        return [*self._owed(others), *others]

    def _refuse_impossible(self) -> None:
        document = self.document
        found: Message | None = None
        if document.client is None or document.seller is None:
            found = message('There is no seller: add a custom "seller" directive dated before the document.')
        elif not document.lines:
            found = message("The document has no line.")
        elif sum((line.net for line in document.lines), ZERO) < ZERO:
            found = message("This draft is worth less than nothing; to take an invoice back: facturier credit NUMBER.")
        elif document.currency != self._books.currency and document.rate is None:
            found = message(
                "The document is in {currency}; add rate: with the value of 1 {currency} in {books}.",
                currency=document.currency,
                books=self._books.currency,
            )
        if found is not None:
            raise NotIssuableError(document.place, found)

    def _deduct(self) -> None:
        """Deduct the deposits of the quote cited, each up to what the lines of its rate are worth."""
        document = self.document
        left = {row.tax.key: row.base for row in document.totals().taxes}
        parts: list[Deduction] = []
        for deposit in self._issuer.deposits(document):
            net = min(deposit.net, left.get(deposit.tax.key, ZERO))
            if net <= ZERO:
                continue
            if document.currency != self._books.currency:
                found = message(
                    "Deduct the deposit {number} yourself: this draft is in {currency}.",
                    number=deposit.number,
                    currency=document.currency,
                )
                raise NotIssuableError(document.place, found)
            left[deposit.tax.key] -= net
            parts.append(Deduction(deposit.number, net, deposit.tax, ZERO, None, document.entry.meta))
            keys = {"deposit": deposit.number, "vat": deposit.tax.treatment or deposit.tax.percent}
            self._deducted.append(Leg(deposit.account, money(net, self._books.currency), keys=keys))
        self.document = self._issuer._with_deposits(document._replace(deductions=tuple(parts)))

    def _adjustment(self) -> Decimal:
        """Return what discount: and charge: on the whole document make, in the currency of the books."""
        amount = sum((part.amount for part in self.document.allowances()), ZERO)
        return amount if self.document.rate is None else half_up(amount * self.document.rate)

    def _line(self, rank: int, line: Line) -> Leg:
        """Write a line with all that it takes from the catalogue, the client and the seller."""
        posting = self.document.entry.postings[rank]
        stated = posting.meta or {}
        booked = line.net if self.document.rate is None else half_up(line.net * self.document.rate)
        missing = {key: value for key, value in line_keys(line, self.document).items() if key not in stated}
        return Leg(posting.account, money(-booked, self._books.currency), keys=missing, rank=rank)

    def _kept(self, rank: int, posting: data.Posting) -> Leg:
        """Keep a leg that the draft states itself."""
        _, at, price = self._source.typed_amount(rank).partition("@")
        units = posting.units or Amount(ZERO, self._books.currency)
        return Leg(posting.account, money(units.number or ZERO, str(units.currency)), at + price, rank=rank)

    def _adjusting(self) -> list[Leg]:
        missing = self._expected_adjustment - self._given_adjustment
        if not missing:
            return []
        account = self._issuer.account_of("allowance", None, self.document.place)
        return [Leg(account, money(missing, self._books.currency))]

    def _vat(self) -> list[Leg]:
        missing = expected_vat(self.document, self._totals)
        for leg in self.document.vat_legs:
            percents = [percent for percent, role in missing if role == leg.role]
            percent = leg.vat if isinstance(leg.vat, Decimal) else percents[0] if len(percents) == 1 else None
            if percent is None or (percent, leg.role) not in missing:
                found = message("Leave the VAT legs out of the draft: issuing writes them.")
                raise NotIssuableError(leg.place, found)
            missing[percent, leg.role] -= leg.amount
        return [
            Leg(
                self._issuer.account_of(role, percent, self.document.place),
                money(-amount, self._books.currency),
                keys={"vat": percent},
            )
            for (percent, role), amount in missing.items()
            if amount
        ]

    def _owed(self, others: Sequence[Leg]) -> list[Leg]:
        """Write what is still owed, in instalments where the terms say so."""
        document, totals = self.document, self._totals
        left = totals.payable - sum((leg.amount for leg in document.instalments), ZERO)
        if left < ZERO:
            found = message(
                "The legs of this draft say that more is paid or owed than its total of {total} {currency}.",
                total=totals.gross,
                currency=document.currency,
            )
            raise NotIssuableError(document.place, found)
        if not left:
            return []
        account = self._receivable()
        self._dues = self._schedule(left)
        foreign = document.currency != self._books.currency
        values = spread(self._booked_value(others), [part for _, part in self._dues]) if foreign else []
        several = len(self._dues) > 1 or (bool(document.instalments) and "due" not in document.values)
        legs = [
            Leg(
                account,
                money(part, document.currency),
                f"@@ {money(values[rank], self._books.currency)}" if foreign else "",
                {"due": day} if several else {},
            )
            for rank, (day, part) in enumerate(self._dues)
        ]
        if several and len(self._dues) == 1:
            self._dues = []
        return legs

    def _receivable(self) -> str:
        client = self.document.client
        account = client.account if client else ""
        if not account:
            return self._issuer.account_of("receivable", None, self.document.place)
        if account not in self._issuer.opened:
            found = message(
                "The account {account} is not open; add: {day} open {account}.",
                account=account,
                day=self.document.date.replace(month=1, day=1),
            )
            raise NotIssuableError(self.document.place, found)
        return account

    def _terms(self) -> Any:
        document = self.document
        stated = document.values.get("terms")
        is_consumer = document.client is not None and document.client.kind == "consumer"
        if document.kind is Kind.DEPOSIT:
            return parse_terms(stated or _AT_ONCE)
        days = self._books.law.figure("terms", "default", document.date)
        legal = _AT_ONCE if is_consumer or days is None else f"{int(days)} days"
        return parse_terms(stated or document.terms or legal)

    def _schedule(self, amount: Decimal) -> list[tuple[date, Decimal]]:
        stated = self.document.values.get("due")
        if stated is not None:
            return [(stated, amount)]
        terms = self._terms()
        parts = spread(amount, [percent for percent, _ in terms.instalments], self._step)
        dated = zip(terms.due_dates(self.document.date), parts, strict=True)
        return [(day, part) for day, part in dated if part]

    def _booked_value(self, others: Sequence[Leg]) -> Decimal:
        """Return what the other legs make the receivable worth in the currency of the books."""
        value = ZERO
        for leg in others:
            posting = self.document.entry.postings[leg.rank] if leg.rank is not None else None
            number, _, currency = leg.amount.partition(" ")
            if currency == self._books.currency:
                value -= Decimal(number)
            elif posting is not None and posting.price is not None and posting.price.currency == self._books.currency:
                value -= half_up(Decimal(number) * (posting.price.number or ZERO))
            else:
                found = message(
                    "This leg is in {currency}; say what it is worth: {amount} @@ … {books}.",
                    currency=currency,
                    amount=leg.amount,
                    books=self._books.currency,
                )
                raise NotIssuableError(self.document.place, found)
        return value
