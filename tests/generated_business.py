"""Generated businesses: lawful books of one year with every settlement case, as ledger text.

    @given(businesses())
    def test_a_law(business: Business) -> None:
        books = books_of(business.text, setup=SETUP)

``a_year(7)`` gives the same books each time. Each case of ``CASES`` is a method of the
writer that adds what a user would type, and keeps its own count of what is left, so that the books stay
right; ``rough`` books also hold what users get wrong: too much, unknown numbers, links to two documents.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st
from ledgers import SETUP as PLAIN_SETUP

from facturier.money import ZERO, half_up, percent_of

SETUP = (
    PLAIN_SETUP
    + """\
2020-01-01 custom "role" "bills"           Assets:Effets
2020-01-01 custom "role" "customer-credit" Liabilities:Avoirs
2020-01-01 open Assets:Effets:Martin
2020-01-01 open Liabilities:Avoirs
2020-01-01 custom "client" "petit"
  name: "Paul Petit"
  kind: "consumer"
  account: Assets:Clients:Particuliers
  street: "5 rue Basse"
  postcode: "06000"
  city: "Nice"
  country: "FR"
  email: "paul@petit.example"
"""
)
FIRST_DAY = date(2026, 1, 2)
LAST_DAY = date(2026, 12, 31)
_ACCOUNTS = {
    "martin": "Assets:Clients:Martin",
    "durand": "Assets:Clients:Particuliers",
    "petit": "Assets:Clients:Particuliers",
    "acme": "Assets:Clients:Acme",
}
_SHARED = frozenset({"durand", "petit"})
_BANK = "Assets:Banque:Qonto"
_VAT = Decimal(20)
_NOTE = Decimal("1.20")


class Business(NamedTuple):
    """Generated books.

    Attributes:
        text: The ledger, without ``SETUP``.
        left: What the generator itself says is left of each item on the last day, those at nothing left out;
            meaningless for rough books.
        cases: The cases it holds.
    """

    text: str
    left: dict[str, Decimal]
    cases: frozenset[str]


class Owed:
    """An item as the generator follows it."""

    def __init__(self, name: str, client: str, account: str, amount: Decimal, currency: str = "EUR") -> None:
        self.name, self.client, self.account, self.currency = name, client, account, currency
        self.amount = self.left = amount
        self.plain = True  # neither moved to another account nor one of several


class _Writer:
    """Writes the books, day after day."""

    def __init__(self, random: Random, documents: int, *, rough: bool) -> None:
        self.random, self.rough = random, rough
        self.step = max(1, 340 // max(1, documents * 2))
        self.day = FIRST_DAY
        self.parts: list[str] = []
        self.items: list[Owed] = []
        self.credit: dict[str, Decimal] = {}
        self.invoices = self.notes = 0
        self.paid: list[tuple[Owed, Decimal]] = []
        self.cases: set[str] = set()

    # --- Text

    def amount(self, most: Decimal) -> Decimal:
        """Some amount up to another, at least a cent."""
        return Decimal(self.random.randint(1, max(1, int(most * 100)))) / 100

    def entry(self, narration: str, *legs: str, keys: str = "", links: str = "") -> None:
        self.parts.append(f'{self.day} * "X" "{narration}"{links}\n{keys}' + "".join(legs))

    def leg(self, account: str, amount: Decimal, currency: str = "EUR", *, settles: str = "", client: str = "") -> str:
        text = f"  {account}  {amount} {currency}\n"
        text += f'    settles: "{settles}"\n' if settles else ""
        return text + (f'    client: "{client}"\n' if client in _SHARED else "")

    def on(self, item: Owed, amount: Decimal) -> str:
        return self.leg(item.account, amount, settles=item.name, client=item.client)

    def client(self) -> str:
        return self.random.choice(["martin", "martin", "durand", "petit"])

    def open_items(self, count: int = 1, *, client: str = "", plain: bool = False) -> list[Owed]:
        found = [
            item
            for item in self.items
            if item.left > 0
            and item.currency == "EUR"
            and (not client or item.client == client)
            and (item.plain or not plain)
        ]
        self.random.shuffle(found)
        return found[:count] if len(found) >= count else []

    def settle(self, item: Owed, amount: Decimal) -> None:
        item.left -= amount
        self.paid.append((item, amount))

    # --- Documents

    def number(self) -> str:
        self.invoices += 1
        return f"F2026-{self.invoices:04}"

    def invoice(self) -> None:
        client = self.client()
        self._invoice(client, [(_ACCOUNTS[client], "")])

    def instalments(self) -> None:
        self._invoice(
            "martin", [(_ACCOUNTS["martin"], "    due: 2026-12-01\n"), (_ACCOUNTS["martin"], "    due: 2026-11-01\n")]
        )

    def retention(self) -> None:
        self._invoice("martin", [(_ACCOUNTS["martin"], ""), ("Assets:Retenues:Martin", "    due: 2027-12-01\n")])

    def _invoice(self, client: str, legs: list[tuple[str, str]], deducted: Decimal = ZERO, keys: str = "") -> None:
        number = self.number()
        net = self.amount(Decimal(900)) + 1 + deducted
        gross = net + percent_of(net, _VAT) - deducted - percent_of(deducted, _VAT)
        vat = gross - net + deducted
        amounts = [gross] if len(legs) == 1 else [first := half_up(gross / 3), gross - first]
        text = []
        for rank, ((account, key), amount) in enumerate(zip(legs, amounts, strict=True), 1):
            text.append(self.leg(account, amount) + key)
            item = Owed(number if len(legs) == 1 else f"{number}#{rank}", client, account, amount)
            item.plain = len(legs) == 1
            self.items.append(item)
        text.append(f'  Income:Prestations  -{net} EUR\n    item: "Prestation"\n    vat: 20\n')
        if deducted:
            text.append(f'  Liabilities:Acomptes  {deducted} EUR\n    deposit: "{self.deposit_number}"\n    vat: 20\n')
        if vat:
            text.append(f"  Liabilities:TVA:EnAttente  {-vat} EUR\n    vat: 20\n")
        self.entry("Vente", *text, keys=f'  invoice: "{number}"\n  client: "{client}"\n{keys}', links=f" ^{number}")

    def deposit(self) -> None:
        number = self.deposit_number = self.number()
        net = self.amount(Decimal(300)) + 1
        vat = percent_of(net, _VAT)
        self.items.append(Owed(number, "martin", _ACCOUNTS["martin"], net + vat))
        self.entry(
            "Acompte",
            self.leg(_ACCOUNTS["martin"], net + vat),
            f'  Liabilities:Acomptes  -{net} EUR\n    item: "Acompte"\n    vat: 20\n',
            f"  Liabilities:TVA:EnAttente  -{vat} EUR\n    vat: 20\n",
            keys=f'  invoice: "{number}"\n  kind: "deposit"\n  client: "martin"\n',
        )
        self.day += timedelta(days=1)
        self._invoice("martin", [(_ACCOUNTS["martin"], "")], net, '  kind: "final"\n')

    def foreign(self) -> None:
        number, amount = self.number(), self.amount(Decimal(2000)) + 1
        booked = half_up(amount * Decimal("0.9214"))
        item = Owed(number, "acme", _ACCOUNTS["acme"], amount, "USD")
        self.items.append(item)
        line = f'    item: "Consulting"\n    price: {amount} USD\n    vat: "services-outside-eu"\n'
        self.entry(
            "Consulting",
            f"  {item.account}  {amount} USD @@ {booked} EUR\n",
            f"  Income:Prestations  -{booked} EUR\n{line}",
            keys=f'  invoice: "{number}"\n  client: "acme"\n  rate: 0.9214\n',
        )
        self.day += timedelta(days=1)
        got = half_up(booked * Decimal(self.random.randint(95, 105)) / 100)
        legs = [self.leg(_BANK, got)]
        if got != booked:
            legs.append(self.leg("Income:Change", booked - got))
        self.entry("WIRE", *legs, f'  {item.account}  -{amount} USD @@ {booked} EUR\n    settles: "{number}"\n')
        item.left = ZERO

    def opening(self) -> None:
        name, amount = f"2025-{len(self.parts):03}", self.amount(Decimal(500))
        self.items.append(Owed(name, "martin", _ACCOUNTS["martin"], amount))
        keys = f'    opens: "{name}"\n    issued: 2025-11-05\n    due: 2025-12-05\n'
        self.entry("Reprise", self.leg(_ACCOUNTS["martin"], amount) + keys, self.leg("Equity:Reprise", -amount))

    # --- Payments

    def pay(self) -> None:
        for item in self.open_items():
            self.entry("VIR", self.leg(_BANK, item.left), self.on(item, -item.left))
            self.settle(item, item.left)

    def pay_part(self) -> None:
        for item in self.open_items():
            part = self.amount(item.left)
            self.entry("VIR", self.leg(_BANK, part), self.on(item, -part))
            self.settle(item, part)

    def pay_several(self) -> None:
        items = self.open_items(2, client="martin")
        if items:
            self.entry(
                "VIR",
                self.leg(_BANK, sum((one.left for one in items), ZERO)),
                *(self.on(one, -one.left) for one in items),
            )
        for item in items:
            self.settle(item, item.left)

    def pay_in_order(self) -> None:
        items = [
            item for item in self.open_items(2, client="martin", plain=True) if item.account == _ACCOUNTS["martin"]
        ]
        if len(items) == 2:
            first, second = items
            amount = first.left + self.amount(second.left)
            names = f"{first.name} {second.name}"
            self.entry("VIR", self.leg(_BANK, amount), self.leg(first.account, -amount, settles=names))
            self.settle(second, amount - first.left)
            self.settle(first, first.left)

    def pay_by_link(self) -> None:
        for item in self.open_items(plain=True):
            if item.name.startswith("F"):
                closed = [one.name for one in self.items if not one.left and one.plain and one.name.startswith("F")][:1]
                links = "".join(f" ^{name}" for name in (*closed, item.name, "photo-12"))
                part = self.amount(item.left)
                self.entry("VIR", self.leg(_BANK, part), self.leg(item.account, -part, client=item.client), links=links)
                self.settle(item, part)

    def pay_before(self) -> None:
        """A payment that names the invoice to come."""
        amount = self.amount(Decimal("1.20"))  # no invoice is less
        name = f"F2026-{self.invoices + 1:04}"
        self.entry("VIR", self.leg(_BANK, amount), self.leg(_ACCOUNTS["martin"], -amount, settles=name))
        self.day += timedelta(days=self.random.randint(0, 3))
        self._invoice("martin", [(_ACCOUNTS["martin"], "")])
        part = min(amount, self.items[-1].left)
        self.settle(self.items[-1], part)

    def on_account(self) -> None:
        client, amount = self.client(), self.amount(Decimal(300))
        self.entry("VIR", self.leg(_BANK, amount), self.leg(_ACCOUNTS[client], -amount, client=client))
        self.credit[client] = self.credit.get(client, ZERO) + amount

    def overpay(self) -> None:
        for item in self.open_items():
            more = self.amount(Decimal(20))
            rest = self.leg(_ACCOUNTS[item.client], -more, client=item.client)
            self.entry("VIR", self.leg(_BANK, item.left + more), self.on(item, -item.left), rest)
            self.settle(item, item.left)
            self.credit[item.client] = self.credit.get(item.client, ZERO) + more

    def use_on_account(self) -> None:
        for client, amount in self.credit.items():
            items = self.open_items(client=client)
            if amount > 0 and items:
                part = min(amount, items[0].left)
                self.entry("Imputation", self.leg(_ACCOUNTS[client], part, client=client), self.on(items[0], -part))
                self.settle(items[0], part)
                self.credit[client] -= part
                return

    def fees(self) -> None:
        for item in self.open_items():
            fee = min(Decimal("1.50"), item.left)
            self.entry(
                "VIR",
                self.leg(_BANK, item.left - fee),
                self.leg("Expenses:Banque:Frais", fee),
                self.on(item, -item.left),
            )
            self.settle(item, item.left)

    def rounding(self) -> None:
        for item in self.open_items():
            if item.left > Decimal("0.02"):
                got = item.left - Decimal("0.02")
                self.entry(
                    "VIR", self.leg(_BANK, got), self.leg("Expenses:Ecarts", Decimal("0.02")), self.on(item, -item.left)
                )
                self.settle(item, item.left)

    def card(self) -> None:
        for item in self.open_items():
            self.entry("CB", self.leg("Assets:Paiements:Carte", item.left), self.on(item, -item.left))
            self.settle(item, item.left)

    def other_payer(self) -> None:
        """One client pays another's invoice: his money is on his own account and is used from there."""
        for item in self.open_items(client="durand"):
            amount = item.left
            self.entry("VIR", self.leg(_BANK, amount), self.leg(_ACCOUNTS["martin"], -amount))
            self.entry("Tiers payeur", self.leg(_ACCOUNTS["martin"], amount), self.on(item, -amount))
            self.settle(item, amount)

    def escompte(self) -> None:
        for item in self.open_items(plain=True):
            net = half_up(item.left * Decimal("0.02") / Decimal("1.2"))
            vat = percent_of(net, _VAT)
            legs = [self.leg(_BANK, item.left - net - vat)]
            legs += [self.leg("Expenses:Escomptes", net)] if net else []
            legs += [self.leg("Liabilities:TVA:EnAttente", vat) + "    vat: 20\n"] if vat else []
            self.entry("Escompte", *legs, self.on(item, -item.left))
            item.left = ZERO

    # --- What goes back, and what is lost

    def returned(self) -> None:
        paid = [(item, amount) for item, amount in self.paid if item.left + amount <= item.amount]
        if paid:
            item, amount = self.random.choice(paid)
            self.paid.remove((item, amount))
            self.entry("REJET", self.leg(_BANK, -amount), self.on(item, amount))
            item.left += amount

    def reallocate(self) -> None:
        paid = [
            (item, amount)
            for item, amount in self.paid
            if item.left + amount <= item.amount and item.client == "martin"
        ]
        for item in self.open_items(client="martin"):
            if paid:
                source, amount = self.random.choice(paid)
                if source is item:
                    return
                part = min(amount, item.left)
                self.entry("Réaffectation", self.on(source, part), self.on(item, -part))
                source.left += part
                self.paid.remove((source, amount))
                self.settle(item, part)

    def undo(self) -> None:
        """A payment counted wrongly goes back to the money on account."""
        paid = [(item, amount) for item, amount in self.paid if item.left + amount <= item.amount]
        if paid:
            item, amount = self.random.choice(paid)
            self.paid.remove((item, amount))
            self.entry(
                "Annulation", self.on(item, amount), self.leg(_ACCOUNTS[item.client], -amount, client=item.client)
            )
            item.left += amount
            self.credit[item.client] = self.credit.get(item.client, ZERO) + amount

    def doubtful(self) -> None:
        self._move("Assets:Douteux:Martin", "Douteuse")

    def bill(self) -> None:
        self._move("Assets:Effets:Martin", "Effet accepté")

    def release(self) -> None:
        """A retention becomes an ordinary debt at its release."""
        for item in self.items:
            if item.account == "Assets:Retenues:Martin" and item.left > 0:
                self._move_item(item, _ACCOUNTS["martin"], "Libération de la retenue")
                return

    def _move(self, account: str, narration: str) -> None:
        items = [
            item for item in self.open_items(1, client="martin", plain=True) if item.account == _ACCOUNTS["martin"]
        ]
        for item in items:
            self._move_item(item, account, narration)

    def _move_item(self, item: Owed, account: str, narration: str) -> None:
        taken = self.on(item, -item.left)
        item.account, item.plain = account, False
        self.entry(narration, self.on(item, item.left), taken)
        self.paid = [(one, amount) for one, amount in self.paid if one is not item]

    def write_off(self) -> None:
        for item in self.open_items():
            part = self.amount(item.left)
            net = half_up(part / Decimal("1.2"))
            legs = [self.leg("Expenses:Pertes", net)] if net else []
            legs += [self.leg("Liabilities:TVA:EnAttente", part - net) + "    vat: 20\n"] if part != net else []
            self.entry("Irrécouvrable", *legs, self.on(item, -part))
            item.left -= part

    # --- Credit notes

    def note_amount(self, most: Decimal) -> Decimal:
        """Some amount that holds its VAT to the cent."""
        return _NOTE * self.random.randint(1, int(most / _NOTE))

    def note(self, legs: list[tuple[Owed | None, Decimal]], corrects: str) -> Owed | None:
        """Write a credit note whose legs settle items, or stay to the client's credit."""
        self.notes += 1
        number = f"A2026-{self.notes:04}"
        gross = sum((amount for _, amount in legs), ZERO)
        net = half_up(gross / Decimal("1.2"))
        text, left = [], None
        for rank, (item, amount) in enumerate(legs, 1):
            text.append(self.leg(_ACCOUNTS["martin"], -amount, settles=item.name if item else ""))
            if item is None:
                left = Owed(number if len(legs) == 1 else f"{number}#{rank}", "martin", _ACCOUNTS["martin"], -amount)
                self.items.append(left)
            else:
                item.left -= amount
        self.entry(
            "Avoir",
            *text,
            f'  Income:Prestations  {net} EUR\n    item: "Prestation"\n    vat: 20\n',
            *([f"  Liabilities:TVA:EnAttente  {gross - net} EUR\n    vat: 20\n"] if gross != net else []),
            keys=f'  credit-note: "{number}"\n  corrects: "{corrects}"\n  client: "martin"\n',
        )
        return left

    def credit_note(self) -> None:
        for item in self.open_items(client="martin", plain=True):
            if item.left >= _NOTE:
                self.note([(item, self.note_amount(item.left))], item.name)

    def credit_split(self) -> None:
        items = self.open_items(2, client="martin", plain=True)
        if items and min(item.left for item in items) >= _NOTE:
            self.note([*((item, self.note_amount(item.left)) for item in items), (None, _NOTE)], items[0].name)

    def credit_to_use(self) -> None:
        """A credit note on a paid invoice; later it pays another, and the rest is paid back."""
        paid = [
            item
            for item in self.items
            if item.client == "martin" and not item.left and item.name.startswith("F") and item.plain
        ]
        if not paid:
            return
        left = self.note([(None, self.note_amount(Decimal(200)))], paid[0].name)
        assert left is not None
        self.day += timedelta(days=1)
        for item in self.open_items(client="martin"):
            part = min(-left.left, item.left)
            self.entry("Imputation", self.on(left, part), self.on(item, -part))
            left.left += part
            item.left -= part
        if left.left and self.random.random() < 0.5:
            self.entry("Remboursement", self.on(left, -left.left), self.leg(_BANK, left.left))
            left.left = ZERO

    # --- What users get wrong

    def too_much(self) -> None:
        for item in self.open_items():
            self.entry("VIR", self.leg(_BANK, item.left + 7), self.on(item, -item.left - 7))
            item.left = ZERO

    def paid_twice(self) -> None:
        for item in self.items:
            if not item.left and item.amount > 0 and item.currency == "EUR":
                self.entry("VIR", self.leg(_BANK, item.amount), self.on(item, -item.amount))
                return

    def unknown_number(self) -> None:
        self.entry("VIR", self.leg(_BANK, Decimal(5)), self.leg(_ACCOUNTS["martin"], Decimal(-5), settles="F2029-0001"))

    def two_links(self) -> None:
        items = self.open_items(2, client="martin", plain=True)
        if items and all(item.name.startswith("F") for item in items):
            links = "".join(f" ^{item.name}" for item in items)
            self.entry("VIR", self.leg(_BANK, Decimal(3)), self.leg(_ACCOUNTS["martin"], Decimal(-3)), links=links)

    def raised(self) -> None:
        for item in self.open_items():
            self.entry("REJET", self.leg(_BANK, Decimal(-9)), self.on(item, Decimal(9)))


DOCUMENTS: tuple[Callable[[_Writer], None], ...] = (
    _Writer.invoice, _Writer.invoice, _Writer.invoice, _Writer.instalments, _Writer.retention, _Writer.deposit,
    _Writer.foreign, _Writer.opening, _Writer.pay_before,
)  # fmt: skip
CASES: tuple[Callable[[_Writer], None], ...] = (
    _Writer.pay, _Writer.pay_part, _Writer.pay_several, _Writer.pay_in_order, _Writer.pay_by_link, _Writer.on_account,
    _Writer.overpay, _Writer.use_on_account, _Writer.fees, _Writer.rounding, _Writer.card, _Writer.other_payer,
    _Writer.escompte, _Writer.returned, _Writer.reallocate, _Writer.undo, _Writer.doubtful, _Writer.bill,
    _Writer.release, _Writer.write_off, _Writer.credit_note, _Writer.credit_split, _Writer.credit_to_use,
)  # fmt: skip
WRONG: tuple[Callable[[_Writer], None], ...] = (
    _Writer.too_much, _Writer.paid_twice, _Writer.unknown_number, _Writer.two_links, _Writer.raised,
)  # fmt: skip


def business(random: Random, documents: int, *, rough: bool = False) -> Business:
    """Generate the books of one year.

    Args:
        random: Every choice is drawn from it.
        documents: About how many invoices.
        rough: Whether they also hold what users get wrong.
    """
    writer = _Writer(random, documents, rough=rough)
    for _ in range(documents):
        for cases in (DOCUMENTS, CASES, CASES):
            case = random.choice(cases if not rough or random.random() < 0.8 else WRONG)
            before = len(writer.parts)
            case(writer)
            if len(writer.parts) > before:
                writer.cases.add(case.__name__)
            writer.day = min(writer.day + timedelta(days=random.randint(0, writer.step)), LAST_DAY - timedelta(days=9))
    left = {item.name: item.left for item in writer.items if item.left}
    return Business("\n".join(writer.parts), left, frozenset(writer.cases))


def a_year(seed: int, documents: int = 30, *, rough: bool = False) -> Business:
    """Generate the books of a year that is always the same for the same seed."""
    return business(Random(seed), documents, rough=rough)  # noqa: S311  # no secret


def businesses(most: int = 12, *, rough: bool = False) -> st.SearchStrategy[Business]:
    """Return a strategy of generated books with up to so many invoices."""
    return st.builds(
        lambda random, documents: business(random, documents, rough=rough),
        st.randoms(use_true_random=False),
        st.integers(1, most),
    )
