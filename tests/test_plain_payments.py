"""Plain payments: leaving them out changes nothing that a rule says."""

from __future__ import annotations

from dataclasses import replace

from beancount import loader
from generated_business import SETUP, Business, a_year, businesses
from hypothesis import given, settings

from facturier.books import Books, read_books
from facturier.rules import settlements, settling
from facturier.violations import Violation


def read(text: str) -> Books:
    loader.initialize(use_cache=False)
    entries, errors, options = loader.load_string(SETUP + text)
    assert not errors, errors[0]
    return read_books(entries, options)


def said(books: Books) -> list[Violation]:
    return [*settling.check(books), *settlements.check(books)]


def with_all(books: Books) -> Books:
    """The same books, whose rules look at every payment."""
    everything = replace(books)
    vars(everything)["unusual_settlements"] = books.settlements
    return everything


@settings(max_examples=60, deadline=None)
@given(businesses(rough=True))
def test_rules_say_the_same_without_plain_payments(generated: Business) -> None:
    books = read(generated.text)
    assert said(books) == said(with_all(books))


def test_years_with_what_users_get_wrong_are_told_alike() -> None:
    told = 0
    for seed in range(12):
        books = read(a_year(seed, rough=True).text)
        assert said(books) == said(with_all(books))
        told += len(said(books))
    assert told > 12


def test_most_payments_of_a_year_are_plain() -> None:
    books = read(a_year(3).text)
    assert len(books.unusual_settlements.items) < len(books.settlements.items)


INVOICE = """
2026-03-01 * "Martin" "Travaux" ^F2026-0900
  invoice: "F2026-0900"
  client: "martin"
  Assets:Clients:Martin   120.00 EUR
  Income:Prestations     -100.00 EUR
    item: "Travaux"
    vat: 20
  Liabilities:TVA:EnAttente  -20.00 EUR
"""


def payment(day: str, amount: str) -> str:
    return f"""
{day} * "Martin" "VIR"
  Assets:Banque:Qonto     {amount} EUR
  Assets:Clients:Martin  -{amount} EUR
    settles: "F2026-0900"
"""


def test_two_parts_that_make_the_whole_are_plain_and_a_cent_more_is_not() -> None:
    parts = INVOICE + payment("2026-03-10", "70.00") + payment("2026-03-20", "50.00")
    assert not read(parts).unusual_settlements.items
    more = read(parts + payment("2026-03-21", "0.01"))
    assert [item.number for item in more.unusual_settlements.items] == ["F2026-0900"]
    assert len(more.unusual_settlements.operations) == 3
    assert [one.rule.id for one in said(more)] == ["SETTLE-MORE"]


def test_a_payment_before_its_invoice_is_looked_at() -> None:
    assert [one.rule.id for one in said(read(INVOICE + payment("2026-02-20", "120.00")))] == ["REF-SETTLES-EARLY"]
