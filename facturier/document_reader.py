"""Reading a transaction as a document: lines, VAT legs, what the client owes.

One pass over the postings, each understood by its account's role and its keys. What cannot be
understood is reported with its place, and the document is read without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from beancount.core import data
from beancount.core.amount import Amount

from facturier.catalogue import Product
from facturier.directives.faults import PAPER, REFERENCE
from facturier.directives.reading import POSTING, TRANSACTION, Report, checked
from facturier.directives.spelling import nearest
from facturier.directives.transactions import PAPER_FLAGS
from facturier.document_faults import LEG, LINE_PRICE, LINE_VAT, no_tax
from facturier.documents import Deduction, Document, Instalment, Kind, Line, VatLeg
from facturier.law.law import Law
from facturier.law.tables import law_of_france
from facturier.messages import Message, message
from facturier.money import CENT, HUNDRED, ONE, ZERO, half_up, percent_of, smallest_unit
from facturier.parties import Client, Seller, party_meant
from facturier.roles import MONEY, OWED, VAT_DUE, Roles
from facturier.vat import Tax, net_of_gross, tax_of
from facturier.versions import Versions
from facturier.violations import Place, Rule, Violation

_NO_PRODUCT = Product(code="")
_OWED_OR_MONEY = OWED | MONEY
_CODE_LENGTH = len("EUR")
_NO_TAX = Tax.of("Z", ZERO)
# Penalties make good a loss: they are no price of a supply.
_OUT_OF_SCOPE = Tax.of("O", ZERO)
_NUMBER_KEYS = {
    "invoice": Kind.INVOICE,
    "credit-note": Kind.CREDIT_NOTE,
    "claim": Kind.CLAIM,
    "quote": Kind.QUOTE,
    "order": Kind.ORDER,
    "delivery": Kind.DELIVERY,
    "proforma": Kind.PROFORMA,
    "agreement": Kind.AGREEMENT,
}
BOOKED_KEYS = frozenset({"invoice", "credit-note", "claim"})
_INVOICE_KINDS = {
    "deposit": Kind.DEPOSIT,
    "progress": Kind.PROGRESS,
    "final": Kind.FINAL,
    "self-billed": Kind.SELF_BILLED,
}
_INVOICE, _CREDIT_NOTE = Kind.INVOICE, Kind.CREDIT_NOTE
_PAPER_KINDS = {flag: Kind(word) for flag, word in PAPER_FLAGS.items()}
# Records are made past the constructors that NamedTuple writes in Python: this runs for every line of the books.
_as_document: Callable[[tuple[Any, ...]], Document] = partial(tuple.__new__, Document)
_as_line: Callable[[tuple[Any, ...]], Line] = partial(tuple.__new__, Line)
_as_instalment: Callable[[tuple[Any, ...]], Instalment] = partial(tuple.__new__, Instalment)
_as_vat_leg: Callable[[tuple[Any, ...]], VatLeg] = partial(tuple.__new__, VatLeg)
# What stands on most invoices, with what beancount adds.
_ON_MOST = frozenset({"invoice", "client", "due", "filename", "lineno", "__tolerances__", "__automatic__"})
# Legs that a document may carry beside its own, such as the cost of the goods it sells.
_BESIDE = frozenset({"stock", "cost-of-sales", "rounding", "rounding-gain", "disbursements", "fx", "fx-gain"})


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """What is needed to read documents: the parties, the catalogue, the roles of accounts.

    Attributes:
        sellers: Sellers by id.
        clients: Clients by id.
        products: The catalogue.
        roles: What the accounts mean.
        currency: The currency of the books.
        report: Takes each fault found.
        law: The tables of the law, with the ledger's own rows.
    """

    sellers: Versions[Seller]
    clients: Versions[Client]
    products: Versions[Product]
    roles: Roles
    currency: str
    report: Report
    law: Law = field(default_factory=law_of_france)

    def read(self, entry: data.Transaction) -> Document:
        """Read a transaction that is a document, on the books or off."""
        values = checked(entry.meta, TRANSACTION, self.report, entry)
        kind, number = kind_and_number(entry.flag, values)
        legs = _Legs(self, entry, values, kind, number)
        legs.add(entry.postings)
        return legs.document()

    def seller_at(self, entry: data.Transaction, values: Mapping[str, Any]) -> Seller | None:
        """Return the seller of a document on its date."""
        named = values.get("seller")
        if named is None:
            sole = self.sellers.sole
            if sole is None and len(self.sellers):
                self.fault(
                    REFERENCE, message('There are several sellers; say whose document this is with seller: "…".'), entry
                )
            return None if sole is None else self.sellers.at(sole, entry.date)
        seller = self.sellers.at(named, entry.date)
        if seller is None:
            self._unknown("seller", named, self.sellers, entry)
        return seller

    def client_at(self, entry: data.Transaction, values: Mapping[str, Any], kind: Kind) -> Client | None:
        """Return the client of a document on its date; the payee of a paper may be its id."""
        named = values.get("client")
        if named is None and not kind.on_books and entry.payee:
            named = entry.payee
        if named is None:
            self.fault(
                REFERENCE, message('It names no client; add client: "…" with the id of a client directive.'), entry
            )
            return None
        client = self.clients.at(named, entry.date)
        if client is None:
            self._unknown("client", named, self.clients, entry)
        return client

    def fault(self, rule: Rule, found: Message, entry: data.Transaction, place: Place | None = None) -> None:
        """Report a fault of a document."""
        number = kind_and_number(entry.flag, entry.meta)[1]
        self.report(Violation(rule, found, place or Place.of(entry.meta), entry, number))

    def _unknown(self, what: str, named: str, known: Versions[Any], entry: data.Transaction) -> None:
        first = known.first_day(named) if named in known else None
        meant = party_meant(named, known)
        if first is not None:
            found = message(
                'The {what} "{named}" is first stated on {first}, after this document; date its directive earlier.',
                what=what,
                named=named,
                first=first,
            )
        elif meant is not None:
            found = message(
                'There is no {what} "{named}"; did you mean "{meant}"?', what=what, named=named, meant=meant
            )
        else:
            found = message(
                'There is no {what} "{named}"; add: {day} custom "{what}" "{named}".',
                what=what,
                named=named,
                day=entry.date,
            )
        self.fault(REFERENCE, found, entry)


def kind_and_number(flag: str | None, values: Mapping[str, Any]) -> tuple[Kind, str]:
    """Return what kind of document a transaction is, and its number or ""."""
    if flag not in _PAPER_KINDS:
        invoice = values.get("invoice")
        if invoice is not None:
            return _INVOICE_KINDS.get(values.get("kind", ""), _INVOICE), str(invoice)
    for key, kind in _NUMBER_KEYS.items():
        number = values.get(key)
        if number is not None and (flag not in _PAPER_KINDS or not kind.on_books):
            return kind, str(number)
    return _PAPER_KINDS.get(flag or "", Kind.INVOICE), ""


class _Legs:
    """The postings of one document, sorted as they are read."""

    __slots__ = (
        "adjustments", "client", "currency", "date", "deductions", "entry", "is_credit_note", "kind", "lines",
        "number", "owed", "paid", "paid_account", "rate", "reader", "seller", "step", "values", "vat_legs",
    )  # fmt: skip

    def __init__(
        self, reader: DocumentReader, entry: data.Transaction, values: Mapping[str, Any], kind: Kind, number: str
    ) -> None:
        self.reader = reader
        self.entry = entry
        self.date = entry.date
        self.values = values
        self.kind = kind
        self.number = number
        self.seller = reader.seller_at(entry, values)
        self.client = reader.client_at(entry, values, kind)
        # A sale is a credit: negative for beancount. A credit note turns the sign.
        self.is_credit_note = kind is _CREDIT_NOTE
        self.currency = self._currency()
        self.rate: Decimal | None = values.get("rate") if self.currency != reader.currency else None
        self.step = smallest_unit(self.currency)
        self.lines: list[Line] = []
        self.owed: list[tuple[str, Decimal, str, Mapping[str, Any], Mapping[str, Any]]] = []
        self.vat_legs: list[VatLeg] = []
        self.deductions: list[Deduction] = []
        self.paid = ZERO
        self.paid_account = ""
        self.adjustments = ZERO

    def _currency(self) -> str:
        """The currency of the receivable or payment legs; on a paper that of its prices."""
        role_of = self.reader.roles.of
        for posting in self.entry.postings:
            if role_of(posting.account).name in _OWED_OR_MONEY and posting.units is not None:
                return str(posting.units.currency)
        if self.kind.on_books:
            return self.reader.currency
        products = self.reader.products
        for posting in self.entry.postings:
            price = posting.price or (posting.meta or {}).get("price")
            if isinstance(price, Amount):
                return str(price.currency)
            units = posting.units
            if (
                isinstance(units, Amount)
                and len(units.currency or "") == _CODE_LENGTH
                and units.currency not in products
            ):
                return str(units.currency)
        return (self.client.currency if self.client else "") or self.reader.currency

    def add(self, postings: Iterable[data.Posting]) -> None:
        """Sort the postings. One loop with its names at hand: it runs over all documents of the books."""
        entry, reader, is_credit_note = self.entry, self.reader, self.is_credit_note
        role_of, report, books_currency = reader.roles.of, reader.report, reader.currency
        owed, vat_legs = self.owed, self.vat_legs
        for posting in postings:
            account, units, place = posting.account, posting.units, posting.meta
            number, currency = units if isinstance(units, Amount) else (None, None)
            # A currency that beancount could not fill in is a class of its own, no text.
            if number is None or not isinstance(currency, str):
                found = message("This line has no amount; write a quantity of a product or an amount.")
                self._fault(PAPER, found, posting)
                continue
            sold = number if is_credit_note else -number
            meta = checked(place, POSTING, report, entry)
            name, role_vat, income = role_of(account)
            if name in OWED:
                owed.append((account, number, name, meta, place or entry.meta))
            elif currency != books_currency and self._is_foreign(name, currency):
                found = message(
                    "This leg is in {currency}; lines and VAT are booked in {books}, at the rate: of the document.",
                    currency=currency,
                    books=books_currency,
                )
                self._fault(LEG, found, posting)
            elif "deposit" in meta:
                self._add_deduction(posting, -sold, meta)
            elif "item" in meta or "product" in meta or (income and name != "allowance"):
                self._add_line(posting, account, place or entry.meta, sold, currency, meta)
            elif name in VAT_DUE:
                vat_legs.append(_as_vat_leg((account, name, meta.get("vat", role_vat), sold, place or entry.meta)))
            elif name in MONEY or name == "fees":
                # What the bank keeps of a payment on the spot was paid by the client all the same.
                self.paid -= sold
                self.paid_account = account if name in MONEY else self.paid_account
            elif name == "allowance":
                self.adjustments -= sold
            elif name not in _BESIDE:
                found = message(
                    "{account} means nothing on a document; give it a role ({example}) or make it a line with item:.",
                    account=account,
                    example=f'custom "role" "…" {account}',
                )
                self._fault(LEG, found, posting)

    def _is_foreign(self, role: str, currency: str) -> bool:
        """Tell whether a leg in another currency than the books stands where only theirs may."""
        return self.kind.on_books and role not in MONEY and currency not in self.reader.products

    def document(self) -> Document:
        lines = tuple(self.lines)
        if self.values.get("ttc") is True:
            lines = _net_of_tax(lines, self.step)
        if not lines:
            self.reader.fault(
                PAPER if not self.kind.on_books else LINE_PRICE,
                message("This document has no line; add a posting on an income account, or one with item:."),
                self.entry,
            )
        further_keys = frozenset() if _ON_MOST.issuperset(self.values) else frozenset(self.values) - _ON_MOST
        return _as_document((
            self.kind, self.number, self.date, self.client, self.seller, self.entry.narration or "", self.currency,
            self.rate, lines, self._instalments(), tuple(self.vat_legs), tuple(self.deductions), self.paid,
            self.paid_account, self.adjustments, self.values, further_keys, self.entry,
        ))  # fmt: skip

    def _instalments(self) -> tuple[Instalment, ...]:
        number, stated = self.number, self.values.get("due")
        if len(self.owed) == 1:  # nearly always
            account, amount, role, meta, place = self.owed[0]
            due, settles = meta.get("due", stated), meta.get("settles", "")
            return (_as_instalment((number, account, role, amount, due, settles, place)),)
        return tuple(
            Instalment(
                f"{number}#{rank}", account, role, amount, meta.get("due", stated), meta.get("settles", ""), place
            )
            for rank, (account, amount, role, meta, place) in enumerate(self.owed, 1)
        )

    def _add_deduction(self, posting: data.Posting, net: Decimal, meta: Mapping[str, Any]) -> None:
        tax = self._tax(meta.get("vat"), posting)
        self.deductions.append(Deduction(meta["deposit"], net, tax, ZERO, None, posting.meta or self.entry.meta))

    def _add_line(
        self,
        posting: data.Posting,
        account: str,
        place: Mapping[str, Any],
        sold: Decimal,
        currency: str,
        meta: Mapping[str, Any],
    ) -> None:
        stated = meta.get
        in_units = currency != self.currency and (currency in self.reader.products or not self.kind.on_books)
        code = currency if in_units else stated("product")
        product = self._product(code, posting) if code else _NO_PRODUCT
        booked = ZERO if in_units else sold
        quantity: Decimal = sold if in_units else stated("quantity", ONE)
        vat = stated("vat", product.vat)
        tax = _OUT_OF_SCOPE if vat is None and self.kind is Kind.CLAIM else self._tax(vat, posting)
        price, from_catalogue = self._price(posting, meta, product, booked, tax)
        whole = quantity * price
        net = half_up(whole, self.step)
        discount, percent, taken_off = stated("discount"), None, ZERO
        if discount is None and from_catalogue and self.client is not None:
            discount = self.client.discount
        if discount:
            net, percent, taken_off = self._discounted(whole, net, discount)
        item = stated("item") or product.name or self.entry.narration or ""
        description, unit = stated("description") or product.description, stated("unit") or product.unit
        nature = stated("nature") or product.nature or "services"
        self.lines.append(_as_line((
            item, description, product.code, quantity, unit, price, taken_off, percent, net, tax, nature,
            stated("period-start"), stated("period-end"), stated("delivery", ""), booked, net, place, account,
        )))  # fmt: skip

    def _discounted(
        self, whole: Decimal, rounded: Decimal, discount: Decimal | Amount
    ) -> tuple[Decimal, Decimal | None, Decimal]:
        """Return the net of a line after its discount, the percent if there is one, and the money taken off."""
        if isinstance(discount, Amount):
            net = half_up(whole - (discount.number or ZERO), self.step)
            return net, None, rounded - net
        net = half_up(whole * (HUNDRED - discount) / HUNDRED, self.step)
        return net, discount, rounded - net

    def _product(self, code: str, posting: data.Posting) -> Product:
        product = self.reader.products.at(code, self.date)
        if product is None:
            meant = nearest(code, self.reader.products)
            if meant is not None and meant != code:
                found = message('There is no product "{code}"; did you mean "{meant}"?', code=code, meant=meant)
            else:
                found = message(
                    'There is no product "{code}" on {day}; add: {day} custom "product" "{code}".',
                    code=code,
                    day=self.entry.date,
                )
            self._fault(REFERENCE, found, posting)
        return product or _NO_PRODUCT

    def _price(
        self, posting: data.Posting, meta: Mapping[str, Any], product: Product, booked: Decimal, tax: Tax
    ) -> tuple[Decimal, bool]:
        """Find the price of one (stated, after @, the amount itself) and whether it is the catalogue's."""
        stated = meta.get("price")
        if stated is None and posting.price is not None and not booked:
            stated = posting.price
        if stated is not None:
            self._expect_currency(stated, posting)
            return stated.number or ZERO, False
        if product.price is not None:
            self._expect_currency(product.price, posting)
            price = product.price.number or ZERO
            if self.values.get("ttc") is True:
                price += percent_of(price, tax.percent, self.step)
            return price, True
        is_asked_for = "quantity" in meta or "discount" in meta or not booked or self.values.get("ttc") is True
        if is_asked_for and not _is_typed("price", posting):
            found = message(
                "The price of one is missing; write for example price: 650.00 {currency}.", currency=self.currency
            )
            self._fault(LINE_PRICE, found, posting)
        return half_up(booked / self.rate, self.step) if self.rate and self.kind.on_books else booked, False

    def _expect_currency(self, price: Amount, posting: data.Posting) -> None:
        if price.currency != self.currency:
            found = message(
                "The price is in {price} and the document in {currency}; write price: with an amount in {currency}.",
                price=price.currency,
                currency=self.currency,
            )
            self._fault(LINE_PRICE, found, posting)

    def _tax(self, vat: Decimal | str | None, posting: data.Posting) -> Tax:
        if vat is None:
            if self.seller is not None and self.seller.vat_on == "franchise":
                vat = "franchise"
            elif _is_typed("vat", posting):
                return _NO_TAX
            else:
                found = message('The VAT of this line is missing; write for example vat: 20, or vat: "export".')
                self._fault(LINE_VAT, found, posting)
                return _NO_TAX
        country = self.values.get("vat-country", "")
        tax = tax_of(vat, self.date, self.reader.law, country)
        if tax is None:
            self._fault(LINE_VAT, no_tax(str(vat), self.date, country, self.reader.law), posting)
            return _NO_TAX
        return tax

    def _fault(self, rule: Rule, found: Message, posting: data.Posting) -> None:
        self.reader.fault(rule, found, self.entry, Place.of(posting.meta or self.entry.meta))


def _is_typed(key: str, posting: data.Posting) -> bool:
    """Tell whether a key that was not understood stands there all the same: its value was reported."""
    return key in (posting.meta or {})


def _net_of_tax(lines: tuple[Line, ...], step: Decimal = CENT) -> tuple[Line, ...]:
    """Take the tax out of consumer prices, so that the nets of a rate sum to the net of its sum."""
    gross: dict[str, Decimal] = {}
    nets: dict[str, Decimal] = {}
    found = []
    for line in lines:
        key = line.tax.key
        gross[key] = gross.get(key, ZERO) + line.net
        reached = net_of_gross(gross[key], line.tax.percent, step)
        found.append(line._replace(gross=line.net, net=reached - nets.get(key, ZERO)))
        nets[key] = reached
    return tuple(found)
