"""Entries about what clients owe: whatever is typed in whatever order, the books stay clean and add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from beancount import loader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import HEADER, SETUP, balances, load, sale, write_ledger
from owing_books import BOOKS

from facturier.books import Books, read_books
from facturier.money import ZERO
from facturier.open_items import Nature
from facturier.payments import (
    Entry,
    OpenAccounts,
    Owed,
    Payment,
    PaymentRefusedError,
    Reallocation,
    Refund,
    Sum,
    make_doubtful,
    pay,
    pay_back,
    read_sum,
    reallocate,
    recover,
    write_off,
)
from facturier.payments.reductions import reduced_vat
from facturier.roles import OWED
from facturier.rules.pack import check_all
from facturier.violations import Severity

BANK = "Assets:Banque:Qonto"
FIRST_DAY = date(2026, 1, 20)
OPENED = "2020-01-01 open Assets:Douteux:Acme\n2020-01-01 open Assets:Douteux:Particuliers\n"


class Step(NamedTuple):
    """A command that somebody types: what they mean by it is up to the books."""

    command: str
    names: tuple[str, ...]
    amount: Decimal | None
    days: int
    extra: bool


Steps = st.SearchStrategy[Step]
sums = st.decimals(min_value="0.01", max_value="900", places=2)
own = st.lists(st.sampled_from(["F2026-0001", "F2026-0002", "F2026-0005", "F2026-0005#2"]), min_size=1, unique=True)
invoices = st.one_of(own, own, st.sampled_from([["F2026-0003"], ["F2026-0004"]]))
clients = st.sampled_from([["martin"], ["durand"]])


def steps_of(command: str, names: st.SearchStrategy[list[str]], amount: st.SearchStrategy[Decimal | None]) -> Steps:
    """Return what may be typed of one command: most of it can be booked, some of it cannot."""
    return st.builds(Step, st.just(command), names.map(tuple), amount, st.integers(0, 300), st.booleans())


some = st.none() | sums
single = invoices.map(lambda names: names[:1])
paying = steps_of("pay", invoices | own.map(lambda names: [*names, "A2026-0001"]), some)
sequences = st.lists(
    st.one_of(
        paying,
        steps_of("pay", clients, sums),
        steps_of("write-off", invoices, some),
        steps_of("doubtful", invoices, some),
        steps_of("refund", clients | st.just(["A2026-0001"]), some),
        steps_of("returned", single, some),
        steps_of(
            "reallocate",
            st.tuples(st.one_of(single, clients, st.just(["A2026-0001"])), own | clients).map(
                lambda two: two[0] + two[1]
            ),
            some,
        ),
        steps_of("recover", single, sums),
    ),
    min_size=3,
    max_size=8,
)


def made(step: Step, owed: Owed, accounts: OpenAccounts) -> Entry:
    """Return the entry of a step, as its command would make it."""
    amount = None if step.amount is None else Sum(step.amount, "")
    foreign = owed.currency(step.names) != "EUR"
    value = Sum(Decimal("512.34"), "EUR") if foreign else None
    match step.command:
        case "pay":
            return pay(
                owed,
                accounts,
                Payment(
                    names=step.names,
                    account=BANK,
                    amount=amount,
                    value=value,
                    escompte=Sum(Decimal(2), "%") if step.extra else None,
                    fee=None if step.extra else Sum(Decimal("0.01"), ""),
                    on_account=step.extra,
                    payer="martin" if step.extra else "",
                ),
            )
        case "write-off":
            return write_off(owed, accounts, step.names, amount, recover_vat=step.extra)
        case "refund" | "returned":
            returned = step.command == "returned"
            order = Refund(names=step.names, account=BANK, amount=amount, value=value, returned=returned)
            return pay_back(owed, accounts, order)
        case "reallocate":
            targets = step.names[1:] or ("F2026-0002",)
            payer = ("martin", "durand")[step.extra]
            return reallocate(
                owed, accounts, Reallocation(source=step.names[0], targets=targets, amount=amount, payer=payer)
            )
        case "doubtful":
            return make_doubtful(owed, accounts, step.names, amount)
        case _:
            return recover(owed, accounts, step.names, amount, BANK)


def read(source: str) -> tuple[Books, OpenAccounts, Owed]:
    """Read books and check what must hold of them at every date."""
    loader.initialize(use_cache=False)
    entries, errors, options = loader.load_string(SETUP + source)
    assert errors == []
    books = read_books(entries, options)
    assert [found for found in check_all(books) if found.rule.severity is Severity.ERROR] == [], source
    for day in {entry.date for entry in entries if entry.date >= FIRST_DAY}:
        kept = {key: amount for key, amount in books.open_items(day).by_account().items() if amount}
        posted = {
            key: amount
            for key, amount in balances(entries, day).items()
            if amount and books.roles.of(key[0]).name in OWED
        }
        assert kept == posted, (day, source)
    for item in books.items:
        assert ZERO <= books.settlements.remaining[item.id] * (1 if item.amount > 0 else -1) <= abs(item.amount)
    return books, OpenAccounts(books, entries, date.max), Owed(books, FIRST_DAY)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(paying, min_size=1, max_size=3), sequences)
def test_after_any_sequence_the_books_are_clean_and_items_add_up(
    tmp_path: Path, first: list[Step], then: list[Step]
) -> None:
    source = OPENED + BOOKS
    written = 0
    for step in [*first, *then]:
        books, accounts, _ = read(source)
        try:
            entry = made(step, Owed(books, FIRST_DAY + timedelta(step.days)), accounts)
        except PaymentRefusedError:
            continue
        source += f"\n{entry.text}\n"
        written += 1
        after, _, _ = read(source)
        assert entry.twin(after) is not None
        _check_what_it_took(entry, books, after)
    if written:
        assert load(write_ledger(tmp_path, source, header=HEADER)).errors == [], source


def _check_what_it_took(entry: Entry, before: Books, after: Books) -> None:
    """An entry takes off each item what it says, neither more nor less."""
    taken: dict[str, Decimal] = {}
    for part in entry.parts if entry.settles else ():
        taken[part.item.id] = taken.get(part.item.id, ZERO) + part.amount
    for item, left in before.settlements.remaining.items():
        assert left - after.settlements.remaining[item] == taken.get(item, ZERO), (item, entry.text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=6))
def test_vat_of_losses_adds_up_to_the_cent(cents: list[int]) -> None:
    """Lost in however many parts: together they take off the VAT of what is lost, and all of it in the end."""
    source = sale("F2026-0001", "2026-01-05", "833.33")
    whole, lost, vat = Decimal("1000.00"), ZERO, ZERO
    for part in [*(Decimal(one) / 100 for one in cents), None]:
        amount = min(part, whole - lost) if part is not None else whole - lost
        if not amount:
            continue
        loader.initialize(use_cache=False)
        entries, _, options = loader.load_string(SETUP + source)
        owed = Owed(read_books(entries, options), date(2026, 6, 1))
        taxes = reduced_vat(owed, "F2026-0001", amount)
        lost, vat = lost + amount, vat + sum((tax.amount for tax in taxes), ZERO)
        assert abs(vat - Decimal("166.67") * lost / whole) <= Decimal("0.01")
        source += (
            "\n"
            + write_off(
                owed, OpenAccounts(owed.books, entries, owed.day), ("F2026-0001",), Sum(amount, ""), recover_vat=False
            ).text
            + "\n"
        )
    assert vat == Decimal("166.67")


def test_a_credit_note_takes_its_own_vat_out_of_what_is_lost() -> None:
    """Of 1000.00 at 20 % and 500.00 at 10 % the second is credited: the loss of the rest has VAT at 20 % only."""
    source = """
2026-01-05 * "Martin" "Deux taux"
  invoice: "F2026-0001"
  client: "martin"
  Assets:Clients:Martin       1750.00 EUR
  Income:Prestations         -1000.00 EUR
    item: "A"
    vat: 20
  Income:Prestations          -500.00 EUR
    item: "B"
    vat: 10
  Liabilities:TVA:EnAttente   -200.00 EUR
    vat: 20
  Liabilities:TVA:EnAttente    -50.00 EUR
    vat: 10

2026-01-20 * "Martin" "Avoir"
  credit-note: "A2026-0001"
  corrects: "F2026-0001"
  client: "martin"
  Assets:Clients:Martin       -550.00 EUR
    settles: "F2026-0001"
  Income:Prestations           500.00 EUR
    item: "B"
    vat: 10
  Liabilities:TVA:EnAttente     50.00 EUR
    vat: 10
"""
    loader.initialize(use_cache=False)
    entries, _, options = loader.load_string(SETUP + source)
    books = read_books(entries, options)
    found = reduced_vat(Owed(books, date(2026, 6, 1)), "F2026-0001", Decimal("1200.00"))
    assert [(part.vat, part.amount) for part in found] == [(Decimal(20), Decimal("200.00"))]


def test_an_escompte_and_the_payment_beside_it_keep_their_natures() -> None:
    books, accounts, owed = read(OPENED + BOOKS)
    payment = Payment(names=("F2026-0001",), account=BANK, escompte=Sum(Decimal(2), "%"))
    after, _, _ = read(OPENED + BOOKS + "\n" + pay(owed, accounts, payment).text + "\n")
    assert after.open_items(date.max).by_nature("F2026-0001") == {
        Nature.PAYMENT: Decimal("1176.00"),
        Nature.ESCOMPTE: Decimal("24.00"),
    }
    assert books.open_items(date.max).by_nature("F2026-0001") == {}


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("1200", ("1200", "")),
        ("1 200,50", ("1200.50", "")),
        ("1200.5 EUR", ("1200.5", "EUR")),
        ("12€", ("12", "EUR")),
        ("2%", ("2", "%")),
    ],
)
def test_amounts_as_people_type_them(typed: str, read_as: tuple[str, str]) -> None:
    assert read_sum(typed) == Sum(Decimal(read_as[0]), read_as[1])


@pytest.mark.parametrize("typed", ["", "abc", "-3", "0", "1,200.50", "1e3", "10 eur;", "NaN", "1\n2 EUR x"])
def test_what_is_no_amount(typed: str) -> None:
    assert read_sum(typed) is None
