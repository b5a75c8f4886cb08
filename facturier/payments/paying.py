"""Paying: money for one document or several, with what the bank keeps, what is waived, and the exchange difference.

    2026-12-04 * "Martin Bâtiment SAS" "Règlement F2026-0039, escompte déduit"
      Assets:Banque:Qonto             352.80 EUR
      Expenses:Escomptes                6.00 EUR
      Liabilities:TVA:EnAttente         1.20 EUR
        vat: 20
      Assets:Clients:Martin          -360.00 EUR
        settles: "F2026-0039"

Credit notes that are named are used up first. Amounts are those of the client: a fee is what the bank takes of
them. VAT on receipts needs no leg here: the month's transfer takes it from what was settled.

Sources: C. civ. art. 1342-10 (the debtor says which debt he pays); CGI art. 267-II-1° (a discount is no part of
the price); PCG, accounts 666 and 766 (exchange differences).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from facturier.draft_text import Leg, money
from facturier.messages import Message, message
from facturier.money import HUNDRED, ZERO, half_up, percent_of, share, smallest_unit, spread
from facturier.open_items import Item
from facturier.payments.entry import Entry, client_leg, payee_of, title_of, vat_legs, whose
from facturier.payments.faults import PaymentRefusedError
from facturier.payments.money_accounts import OpenAccounts
from facturier.payments.owed import Owed, Part
from facturier.payments.reductions import VatPart, reduced_vat
from facturier.payments.sums import Sum
from facturier.violations import Place

# What may be booked as a rounding difference, in units of money; more is a discount, a loss, or money on account.
LARGEST_ROUNDING = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a client paid.

    Attributes:
        names: Numbers of documents in the order to fill them; or a client's id, for money on account.
        account: Where the money came.
        amount: What the client paid; all that is left if None.
        value: What it was worth in the currency of the books, where it is in another.
        fee: What the bank or the provider kept of it.
        escompte: A discount for early payment, with its VAT, or a rate of what is left.
        rounding: Whether a small difference is waived.
        on_account: Whether what is too much stays on account.
        payer: Id of the client who paid for another, or "".
    """

    names: tuple[str, ...]
    account: str
    amount: Sum | None = None
    value: Sum | None = None
    fee: Sum | None = None
    escompte: Sum | None = None
    rounding: bool = False
    on_account: bool = False
    payer: str = ""


def pay(owed: Owed, accounts: OpenAccounts, payment: Payment) -> Entry:
    """Return the entry of a payment.

    Raises:
        NothingToDoError: All of it is paid.
        PaymentRefusedError: It cannot be booked as it is said.
    """
    return _Paying(owed, accounts, payment).entry()


class _Paying:
    """A payment while its legs are made. Amounts are in the currency of the documents, values in that of the books."""

    def __init__(self, owed: Owed, accounts: OpenAccounts, payment: Payment) -> None:
        self.owed, self.accounts, self.payment = owed, accounts, payment
        self.books = owed.books
        self.items: list[Item] = []
        self.place = Place(self.books.filename, 0)
        self.client = payment.names[0] if len(payment.names) == 1 else ""
        if payment.payer and payment.payer not in self.books.clients:
            raise PaymentRefusedError(
                self.place,
                message('There is no client "{named}", given with --payer.', named=payment.payer),
            )
        if self.client in self.books.clients and not self.books.settlements.of_document(self.client):
            known = owed.client(self.client)
            self.currency = (payment.amount.unit if payment.amount else "") or self.books.currency
            self.home = known.account if known and known.account else accounts.of_role("receivable")
        else:
            typed = payment.amount.number if payment.amount else None
            self.items = owed.unsettled(payment.names, typed)
            owed.same_client(self.items, payment.payer)
            self.place, self.currency = self.items[0].place, self.items[0].currency
            self.client, self.home = self.items[0].client, self.items[0].account
        self.priced = self.currency != self.books.currency and not any(map(owed.is_plain, self.items))
        self.base = self.books.currency if self.priced else self.currency

    def entry(self) -> Entry:
        """Return the entry."""
        whole = sum(map(self.owed.remaining, self.items), ZERO)
        if self.items and whole <= 0:
            raise self._no(
                message(
                    "{numbers} together are to the client's credit; pay it back with facturier refund, or use it with "
                    "facturier reallocate.",
                    numbers=", ".join(item.number for item in self.items),
                )
            )
        escompte = self._escompte(whole)
        amount = self._amount(whole - escompte)
        missing = whole - amount - escompte
        rounding = self._rounding(missing)
        rest = ZERO if rounding else max(-missing, ZERO)
        if rest and self.items and not self.payment.on_account:
            raise self._too_much(amount, whole - escompte, rest)
        parts = self._filled(min(whole, amount + escompte + rounding))
        received = self._received(amount)
        legs = [*self._money(amount, received)]
        waived = [*self._waived(parts, escompte), *self._rounded(parts, rounding)]
        on_account = self._on_account(rest, received, amount)
        gone = sum((part.value for part in parts), ZERO) + on_account
        exchange = gone - received - sum((_number(leg) for leg in waived), ZERO)
        legs += [*waived, *self._exchange(exchange)]
        legs += [client_leg(self.owed, part) for part in parts]
        legs += self._rest_leg(rest, on_account)
        settled = {part.item.number for part in parts}
        numbers = [item.number for item in self.items if item.number in settled]
        kind = "on-account" if not parts else "escompte" if escompte else "payment"
        keys = {"payer": self.payment.payer} if self.payment.payer else {}
        payee = payee_of(self.owed, self.payment.payer or self.client)
        title = title_of(kind, self.books, numbers)
        return Entry(self.owed.day, payee, title, keys, tuple(legs), tuple(parts), self.currency)

    # --- What is paid

    def _escompte(self, whole: Decimal) -> Decimal:
        typed = self.payment.escompte
        if typed is None:
            return ZERO
        if typed.unit == "%" and typed.number < HUNDRED:
            found = percent_of(whole, typed.number, smallest_unit(self.currency))
        else:
            found = typed.of(self.currency, self.place)
        if found >= whole:
            raise self._no(
                message(
                    "A discount of {escompte} {currency} leaves nothing to pay of {whole} {currency}.",
                    escompte=found,
                    whole=whole,
                    currency=self.currency,
                )
            )
        return found

    def _amount(self, whole: Decimal) -> Decimal:
        if self.payment.amount is not None:
            return self.payment.amount.of(self.currency, self.place)
        if not self.items:
            raise self._no(message("Add --amount: how much {client} paid on account.", client=self.client))
        return whole

    def _rounding(self, missing: Decimal) -> Decimal:
        if not self.payment.rounding or not missing:
            return ZERO
        if abs(missing) > LARGEST_ROUNDING:
            raise self._no(
                message(
                    "{missing} {currency} is no rounding difference, at most {largest} is; use --escompte for a "
                    "discount, --on-account for what is too much, or facturier write-off for a loss.",
                    missing=abs(missing),
                    currency=self.currency,
                    largest=LARGEST_ROUNDING,
                )
            )
        return missing

    def _filled(self, total: Decimal) -> list[Part]:
        """Use up the credit notes, then fill the invoices in their order."""
        open_ = {item.id: self.owed.remaining(item) for item in self.items}
        left = total - sum((amount for amount in open_.values() if amount < 0), ZERO)
        parts: list[Part] = []
        for item in sorted(self.items, key=lambda one: open_[one.id] > 0):
            part = min(left, open_[item.id]) if open_[item.id] > 0 else open_[item.id]
            left -= max(part, ZERO)
            parts += self.owed.parts(item, part) if part else ()
        return parts

    def _received(self, amount: Decimal) -> Decimal:
        """Return what the money is worth in the currency of the books."""
        value = self.payment.value
        if not self.priced:
            if value is not None:
                raise self._no(message("--value is for money in another currency than that of the books."))
            return amount
        if value is None:
            raise self._no(
                message(
                    "{amount} {currency} is in another currency; add --value and what it is worth in {base}, as the "
                    "bank tells.",
                    amount=amount,
                    currency=self.currency,
                    base=self.base,
                )
            )
        return value.of(self.base, self.place)

    # --- The legs

    def _money(self, amount: Decimal, received: Decimal) -> Iterator[Leg]:
        """Yield what came, and what was kept of it."""
        account, fee = self.payment.account, self.payment.fee
        foreign = self.priced and not self.accounts.takes(account, self.base)
        if not self.accounts.takes(account, self.currency if foreign else self.base):
            raise self._no(
                message(
                    "The account {account} is not opened for {currency}; name another with --account.",
                    account=account,
                    currency=self.base,
                )
            )
        whole = amount if foreign else received
        kept = fee.of(self.currency if foreign else self.base, self.place) if fee else ZERO
        if kept >= whole:
            raise self._no(message("The fee of {fee} is as much as was paid, {amount}.", fee=kept, amount=whole))
        value = share(received, kept, amount) if foreign else kept
        price = f"@@ {money(received - value, self.base)}" if foreign else ""
        yield Leg(account, money(whole - kept, self.currency if foreign else self.base), price)
        if kept:
            yield Leg(self.accounts.of_role("fees"), money(value, self.base))

    def _waived(self, parts: Sequence[Part], escompte: Decimal) -> list[Leg]:
        """Return the legs of a discount, document by document: its VAT goes down with its price."""
        if not escompte:
            return []
        by_number: dict[str, list[Part]] = {}
        for part in parts:
            if part.amount > 0:
                by_number.setdefault(part.item.number, []).append(part)
        settled = [sum((part.amount for part in one), ZERO) for one in by_number.values()]
        net, taxes = ZERO, list[VatPart]()
        shares = spread(escompte, settled, smallest_unit(self.currency))
        for (number, of_document), amount, discount in zip(by_number.items(), settled, shares, strict=True):
            vat = reduced_vat(self.owed, number, discount)
            value = share(sum((part.value for part in of_document), ZERO), discount, amount)
            net += value - sum((one.amount for one in vat), ZERO)
            taxes += vat
        return [Leg(self.accounts.of_role("escompte"), money(net, self.base)), *vat_legs(taxes, self.base)]

    def _rounded(self, parts: Sequence[Part], rounding: Decimal) -> Iterator[Leg]:
        if not rounding:
            return
        value = rounding
        if self.priced:
            whole = sum((part.amount for part in parts), ZERO)
            value = share(sum((part.value for part in parts), ZERO), rounding, whole)
        roles = ("rounding",) if rounding > 0 else ("rounding-gain", "rounding")
        yield Leg(self.accounts.of_first_role(*roles), money(value, self.base))

    def _exchange(self, difference: Decimal) -> Iterator[Leg]:
        if difference:
            roles = ("fx",) if difference > 0 else ("fx-gain", "fx")
            yield Leg(self.accounts.of_first_role(*roles), money(difference, self.base))

    def _on_account(self, rest: Decimal, received: Decimal, amount: Decimal) -> Decimal:
        return half_up(received * rest / amount) if self.priced else rest

    def _rest_leg(self, rest: Decimal, value: Decimal) -> Iterator[Leg]:
        if rest:
            price = f"@@ {money(value, self.base)}" if self.priced else ""
            payer = self.payment.payer or self.client
            known = self.owed.client(payer)
            account = known.account if self.payment.payer and known and known.account else self.home
            yield Leg(account, money(-rest, self.currency), price, whose(self.books, account, payer))

    # --- What cannot be

    def _too_much(self, amount: Decimal, whole: Decimal, rest: Decimal) -> PaymentRefusedError:
        return self._no(
            message(
                "{amount} {currency} is {rest} more than the {whole} that is left of {numbers}; name what else was "
                "paid, or add --on-account to keep {rest} {currency} to the client's credit.",
                amount=amount,
                currency=self.currency,
                rest=rest,
                whole=whole,
                numbers=", ".join(dict.fromkeys(item.number for item in self.items)),
            )
        )

    def _no(self, found: Message) -> PaymentRefusedError:
        return PaymentRefusedError(self.place, found)


def _number(leg: Leg) -> Decimal:
    return Decimal(leg.amount.partition(" ")[0])
