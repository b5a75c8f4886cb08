"""A client's statement: its activity adds up to what is open, on every generated business and every day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from generated_business import Business, businesses
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import SETUP, books_of, refund, sale
from sample_pages import text_of
from test_open_items_laws import loaded
from verapdf_engine import validate_pdfa

from facturier.books import Books
from facturier.client_statement import statement_of
from facturier.money import ZERO
from facturier.pdf.statement_page import StatementAccount
from facturier.receivables import aged_balance
from facturier.statement_rendering import render_statement

FIRST, END = date(1, 1, 1), date(2026, 12, 31)


def paid(day: str, amount: str, settles: str = "") -> str:
    key = f'    settles: "{settles}"\n' if settles else ""
    return f'{day} * "VIR"\n  Assets:Banque:Qonto  {amount} EUR\n  Assets:Clients:Martin\n{key}\n'


YEAR = (
    sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0002", "2026-02-06") + "\n"
    + paid("2026-02-10", "120.00", "F2026-0001") + refund("A2026-0001", "2026-03-01", "F2026-0002", "50.00") + "\n"
    + paid("2026-03-10", "10.00")
)  # fmt: skip


def only(books: Books, day: date = END, begins: date | None = FIRST) -> StatementAccount:
    (account,) = statement_of(books, "martin", day, begins).accounts
    return account


def test_35_the_customer_statement() -> None:
    """dolibarr#10500, InvoiceShelf#350 and #633, crater#997, itflow#109, LedgerSMB#3202: the most asked for of all."""
    found = only(books_of(YEAR))
    assert [(str(row.day), row.kind, row.numbers, str(row.amount), str(row.balance)) for row in found.rows] == [
        ("2026-01-05", "invoice", ("F2026-0001",), "120.00", "120.00"),
        ("2026-02-06", "invoice", ("F2026-0002",), "120.00", "240.00"),
        ("2026-02-10", "payment", ("F2026-0001",), "-120.00", "120.00"),
        ("2026-03-01", "credit-note", ("A2026-0001", "F2026-0002"), "-60.00", "60.00"),
        ("2026-03-10", "payment", (), "-10.00", "50.00"),
    ]
    assert [(item.number, str(item.remaining)) for item in found.items] == [("F2026-0002", "60.00")]
    assert (str(found.on_account), str(found.closing)) == ("-10.00", "50.00")


def test_what_happened_before_is_the_opening_balance() -> None:
    found = only(books_of(YEAR), begins=date(2026, 2, 10))
    assert (str(found.opening), len(found.rows), str(found.closing)) == ("240.00", 3, "50.00")


def test_as_of_a_past_day_later_entries_are_not_there() -> None:
    found = only(books_of(YEAR), date(2026, 2, 9))
    assert (len(found.rows), str(found.closing)) == (2, "240.00")


def test_a_debt_that_became_doubtful_is_no_row() -> None:
    moved = (
        '2026-03-01 * "Douteuse"\n  Assets:Douteux:Martin  120.00 EUR\n    settles: "F2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n\n'
    )
    assert len(only(books_of(sale("F2026-0001", "2026-01-05") + "\n" + moved)).rows) == 1


def test_a_payment_that_came_back_says_so() -> None:
    source = sale("F2026-0001", "2026-01-05") + "\n" + paid("2026-02-10", "120.00", "F2026-0001")
    found = only(books_of(source + paid("2026-02-12", "-120.00", "F2026-0001")))
    assert [row.kind for row in found.rows] == ["invoice", "payment", "payment-back"]


def test_what_was_paid_on_the_spot_is_there_too() -> None:
    source = sale("F2026-0001", "2026-01-05").replace("Assets:Clients:Martin", "Assets:Caisse")
    assert [str(row.balance) for row in only(books_of(source)).rows] == ["120.00", "0.00"]


def test_each_currency_has_its_account() -> None:
    dollars = (
        '2026-07-01 * "Reprise"\n  Assets:Clients:Martin  10.00 USD\n    opens: "U1"\n    due: 2026-08-01\n'
        "  Equity:Reprise  -10.00 USD\n"
    )
    accounts = statement_of(books_of(YEAR + dollars), "martin", END).accounts
    assert {one.currency: str(one.closing) for one in accounts} == {"EUR": "50.00", "USD": "10.00"}


@settings(max_examples=25, deadline=None)
@given(businesses(), st.dates(date(2026, 1, 1), END), st.dates(date(2026, 1, 1), END))
def test_the_activity_adds_up_to_the_aged_balance(business: Business, day: date, begins: date) -> None:
    _, books = loaded(business.text)
    aged = {(one.client, one.currency): one.total for one in aged_balance(books, day).clients}
    for client in books.clients:
        for account in statement_of(books, client, day, min(begins, day)).accounts:
            last = account.rows[-1].balance if account.rows else account.opening
            assert last == account.closing == aged.get((client, account.currency), ZERO)
            assert account.opening + sum((row.amount for row in account.rows), ZERO) == last


# --- As a page


def page(language: str, begins: date | None, source: str = YEAR) -> bytes:
    setup = SETUP.replace(
        '  name: "Martin Bâtiment SAS"\n', f'  name: "Martin Bâtiment SAS"\n  language: "{language}"\n'
    )
    books = books_of(source, setup=setup)
    rendered, warnings = render_statement(statement_of(books, "martin", END, begins), books, Path("/nowhere"))
    assert (rendered.missing_glyphs, rendered.cut, warnings) == ((), (), [])
    return rendered.pdf


@pytest.mark.poppler
@pytest.mark.parametrize(
    ("language", "title", "closing"),
    [
        ("fr", "Relevé de compte", "Solde dû"),
        ("en", "Statement", "Balance due"),
        ("nl", "Rekeningoverzicht", "Te betalen"),
        ("de", "Kontoauszug", "Offener Saldo"),
    ],
)
@pytest.mark.parametrize("begins", [None, date(2026, 1, 1)], ids=["open items", "activity"])
def test_a_page_in_the_language_of_the_client(language: str, title: str, closing: str, begins: date | None) -> None:
    text = text_of(page(language, begins), "-layout")
    assert title in text
    assert closing in text
    assert "F2026-0002" in text
    assert ("F2026-0001" in text) is (begins is not None)
    assert "FR76 3000 6000 0112 3456 7890 189" in text


@pytest.mark.poppler
def test_a_long_account_runs_over_pages() -> None:
    source = "\n".join(sale(f"F2026-{rank:04}", "2026-01-05") for rank in range(1, 80))
    text = text_of(page("fr", None, source), "-layout")
    assert text.count("RESTE DÛ") >= 2
    assert "3/3" in text


@pytest.mark.java
def test_a_statement_is_a_pdfa(tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    path.write_bytes(page("fr", date(2026, 1, 1)))
    assert validate_pdfa([path]) == {path: []}
