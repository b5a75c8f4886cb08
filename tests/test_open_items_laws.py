"""Laws of open items on generated businesses: sums, bounds, time, and a second implementation in SQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data
from generated_business import CASES, DOCUMENTS, SETUP, WRONG, Business, a_year, businesses
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import balances
from sql_oracle import Answer, ask

from facturier.books import Books, read_books
from facturier.documents import Kind
from facturier.money import ZERO
from facturier.open_items import Nature, OnAccount, Settled
from facturier.roles import OWED
from facturier.rules import balances as balance_rules
from facturier.rules import references, settlements
from facturier.violations import Severity

YEAR_END = date(2026, 12, 31)
days = st.dates(date(2026, 1, 1), YEAR_END)
Loaded = tuple[list[data.Directive], Books]


def loaded(text: str) -> Loaded:
    loader.initialize(use_cache=False)
    entries, errors, options = loader.load_string(SETUP + text)
    assert not errors, errors[0]
    return entries, read_books(entries, options)


def says(books: Books, day: date) -> Answer:
    found = books.open_items(day)
    on_account: dict[tuple[str, str], Decimal] = {}
    for one in found.on_account:
        key = one.client, one.movement.currency
        on_account[key] = on_account.get(key, ZERO) + one.amount
    return Answer(
        {item.id: found.remaining[item.id] for item in found.open()},
        {key: amount for key, amount in on_account.items() if amount},
        dict(found.by_account()),
    )


# --- A second implementation


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rough", [False, True], ids=["lawful", "with what users get wrong"])
def test_a_year_is_told_alike_by_plain_sql(seed: int, *, rough: bool) -> None:
    entries, books = loaded(a_year(seed, rough=rough).text)
    for day in (date(2026, 1, 31), date(2026, 4, 30), date(2026, 8, 15), YEAR_END):
        assert says(books, day) == ask(entries, day)


def test_those_years_hold_every_case() -> None:
    lawful = {case for seed in range(6) for case in a_year(seed).cases}
    assert lawful == {case.__name__ for case in (*CASES, *DOCUMENTS)}
    rough = {case for seed in range(6) for case in a_year(seed, rough=True).cases}
    assert rough - lawful == {case.__name__ for case in WRONG}


@settings(max_examples=25, deadline=None)
@given(businesses(rough=True), days)
def test_plain_sql_says_the_same(generated: Business, day: date) -> None:
    entries, books = loaded(generated.text)
    assert says(books, day) == ask(entries, day)


def test_the_second_implementation_can_disagree() -> None:
    """It reads the postings it is given: without the last payment it says something else."""
    entries, books = loaded(a_year(1).text)
    payments = [entry for entry in entries if isinstance(entry, data.Transaction) and entry.narration == "VIR"]
    without = [entry for entry in entries if entry is not payments[-1]]
    assert says(books, YEAR_END) != ask(without, YEAR_END)


# --- Sums, bounds, time


@settings(max_examples=25, deadline=None)
@given(businesses(), days)
def test_what_is_left_is_what_the_writer_of_the_books_meant(generated: Business, day: date) -> None:
    entries, books = loaded(generated.text)
    assert says(books, YEAR_END).left == generated.left
    # At every date the items on an account sum to its balance.
    owed = {
        (account, currency): amount
        for (account, currency), amount in balances(entries, day).items()
        if amount and books.roles.of(account).name in OWED
    }
    assert books.open_items(day).by_account() == owed
    for rules in (settlements, balance_rules, references):
        # A payment before its invoice is counted, and told as a notice.
        assert [found for found in rules.check(books) if found.rule.severity is Severity.ERROR] == []


@settings(max_examples=25, deadline=None)
@given(businesses(rough=True), days)
def test_nothing_is_settled_beyond_its_amount(generated: Business, day: date) -> None:
    _, books = loaded(generated.text)
    found = books.open_items(day)
    for item in found.items.values():
        low, high = sorted((ZERO, item.amount))
        assert low <= found.remaining[item.id] <= high
        assert sum(found.standing(item).values(), ZERO) == found.remaining[item.id]
        moved = [one.amount for one in found.settled if one.item == item.id and one.nature is Nature.MOVED]
        assert sum(moved, ZERO) == ZERO
        settled = sum(found.by_nature(item.number).values(), ZERO)
        of_document = found.of_document(item.number)
        assert settled == sum((one.amount - found.remaining[one.id] for one in of_document), ZERO)


@settings(max_examples=20, deadline=None)
@given(businesses(rough=True), days)
def test_a_day_is_told_from_what_was_booked_by_then(generated: Business, day: date) -> None:
    """Later entries change nothing: asked today about March, it says what it said in March."""
    entries, books = loaded(generated.text)
    until = [entry for entry in entries if entry.date <= day]
    then = read_books(until, {"operating_currency": ["EUR"], "name_income": "Income"})
    assert says(then, day) == says(books, day)
    told = [(one.item, one.amount, one.nature) for one in books.open_items(day).settled]
    assert told == [(one.item, one.amount, one.nature) for one in then.open_items(YEAR_END).settled]


@settings(max_examples=20, deadline=None)
@given(businesses(), days)
def test_the_deposits_account_holds_what_is_not_deducted(generated: Business, day: date) -> None:
    entries, books = loaded(generated.text)
    left = ZERO
    for document in books.documents:
        if document.date <= day:
            if document.kind is Kind.DEPOSIT:
                left += sum((line.net for line in document.lines), ZERO)
            left -= sum((part.net for part in document.deductions), ZERO)
    assert balances(entries, day).get(("Liabilities:Acomptes", "EUR"), ZERO) == -left


@settings(max_examples=20, deadline=None)
@given(businesses())
def test_payments_counted_are_the_money_that_came(generated: Business) -> None:
    """What is called a payment, of items and on account, is what moved on the accounts of money."""
    entries, books = loaded(generated.text)
    counted = ZERO
    kept: list[Settled | OnAccount] = [*books.settlements.settled, *books.settlements.on_account]
    for one in kept:
        if one.nature is Nature.PAYMENT and one.movement.currency == "EUR":
            counted -= one.amount
    money = ZERO
    for entry in entries:
        if isinstance(entry, data.Transaction) and entry.narration != "WIRE" and "corrects" not in entry.meta:
            for posting in entry.postings:
                if books.roles.of(posting.account).name in ("bank", "clearing", "fees", "rounding"):
                    assert posting.units is not None
                    assert posting.units.number is not None
                    money += posting.units.number
    assert counted == money
