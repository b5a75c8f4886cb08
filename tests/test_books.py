"""The books: everything read once and typed; hostile text is text; nothing stops the reading."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import HEADER, Ledger, bean_check, books_of, load, sale, violations, write_ledger

from facturier.books import read_books
from facturier.open_items import OpenItems
from facturier.receivables import aged_balance


def test_an_empty_ledger(bare_ledger: Ledger) -> None:
    """
    ; nothing yet
    """
    books = bare_ledger.books
    assert (books.documents, books.papers, books.items, books.faults) == ((), (), (), ())
    assert (books.currency, books.language) == ("EUR", "fr")
    assert violations(books) == []


def test_the_title_and_the_first_operating_currency() -> None:
    books = books_of('option "operating_currency" "USD"\n')
    assert (books.title, books.currency) == ("Atelier Numérique", "EUR")


def test_a_line_of_a_sale_on_no_document_is_kept_apart() -> None:
    sold = """
2026-01-05 * "Martin" "Vente sans facture"
  Assets:Clients:Martin   100.00 EUR
  Income:Prestations     -100.00 EUR
    item: "Conseil"
2026-01-06 * "Martin" "VIR"
  Assets:Banque:Qonto     100.00 EUR
    item: "no sale: a key of the user's own"
  Assets:Clients:Martin  -100.00 EUR
"""
    books = books_of(sold)
    assert [str(entry.date) for entry in books.unnumbered] == ["2026-01-05"]
    assert len(books.settling) == 2


def test_the_keys_behind_a_line_without_a_number_are_read_too() -> None:
    sold = """
2026-01-05 * "Martin" "Vente sans facture"
  Income:Prestations     -100.00 EUR
    item: "Conseil"
  Assets:Clients:Martin   100.00 EUR
    setles: "F2026-0001"
"""
    (fault,) = books_of(sold).faults
    assert "did you mean settles?" in str(fault.message)


def test_a_document_by_its_number_the_first_where_it_was_given_twice() -> None:
    books = books_of(sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0001", "2026-01-06"))
    found = books.document("F2026-0001")
    assert found is not None
    assert str(found.date) == "2026-01-05"
    assert books.document("F2026-9999") is None


def test_payers_by_iban_and_aliases_by_name_whatever_their_case() -> None:
    books = books_of(
        '2026-01-01 custom "payer" "martin" "fr76 1234 5987 6501 2345 6789 014"\n'
        '2026-01-01 custom "alias" "martin" "Martin Bât"\n'
    )
    assert books.payers == {"FR7612345987650123456789014": "martin"}
    assert books.aliases == {"MARTIN BÂT": "martin"}


def test_a_payment_with_a_slip_in_settles_is_told() -> None:
    source = (
        '2026-01-05 * "VIR"\n  Assets:Banque:Qonto  1 EUR\n  Assets:Clients:Martin  -1 EUR\n    setles: "F2026-0001"\n'
    )
    assert [str(one.message) for one in books_of(source).faults] == [
        "The key setles is not known here; did you mean settles?"
    ]


def test_purchases_keep_their_own_keys() -> None:
    source = (
        '2026-01-05 * "Fournisseur"\n  invoice-no: "X-12"\n  Assets:Banque:Qonto  -1 EUR\n    client_ref: "C"\n'
        "  Expenses:Ecarts  1 EUR\n"
    )
    assert books_of(source).faults == ()


def test_papers_are_read_whether_they_left_the_books_or_not(tmp_path: Path) -> None:
    draft = '2026-11-30 D "martin" "R"\n  Income:Prestations  -1 DEV-DAY\n'
    with_plugin = load(write_ledger(tmp_path, draft))
    without = load(write_ledger(tmp_path, draft, header=HEADER.partition("\n")[2]))
    assert len(read_books(with_plugin.entries, with_plugin.options).papers) == 1
    assert len(read_books(without.entries, without.options).papers) == 1
    everything = [*with_plugin.entries, *with_plugin.options["facturier_papers"]]
    assert len(read_books(everything, with_plugin.options).papers) == 1


# --- Hostile text and numbers at their limits


HOSTILE = [
    "<b>&amp;</b><script>alert(1)</script>",
    "\u202eemaN\u202c שלום مرحبا",
    "{number} {{year}} %s %(x)s {0.__class__}",
    "'; DROP TABLE clients; --",
    "=HYPERLINK(1)",
    "\t\u00a0\u200b",
    "🧾" * 50,
    "A" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(text: str) -> None:
    typed = text.replace("\\", "\\\\").replace('"', '\\"')
    source = (
        f'2026-01-01 custom "client" "martin"\n  name: "{typed}"\n  street: "{typed}"\n'
        f'2026-11-03 * "{typed}" "{typed}"\n  invoice: "F2026-0001"\n  client: "martin"\n  note: "{typed}"\n'
        f"  Assets:Clients:Martin  120.00 EUR\n"
        f'  Income:Prestations  -100.00 EUR\n    item: "{typed}"\n    description: "{typed}"\n    vat: 20\n'
        f"  Liabilities:TVA:EnAttente  -20.00 EUR\n    vat: 20\n"
    )
    books = books_of(source)
    assert violations(books) == []
    document = books.documents[0]
    assert document.client is not None
    assert (document.client.name, document.title, document.lines[0].item) == (text, text, text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_a_message_stays_as_it_is(text: str) -> None:
    typed = text.replace("\\", "\\\\").replace('"', '\\"')
    found = violations(books_of(sale("F2026-0001", "2026-01-05").replace('client: "martin"', f'client: "{typed}"')))
    assert [one.rule.id for one in found] == ["LEDGER-REFERENCE"]
    assert text in str(found[0].message)


@pytest.mark.parametrize("identifier", ["../../x", "/etc/passwd", "a/b\\c", "..", "CON", "x\ny"])
def test_a_client_id_is_only_ever_a_text(tmp_path: Path, identifier: str) -> None:
    typed = identifier.replace("\\", "\\\\")
    source = (
        f'2026-01-01 custom "client" "{typed}"\n  name: "X"\n  city: "Y"\n  street: "Z"\n'
        "  account: Assets:Clients:Martin\n"
        + sale("F2026-0001", "2026-11-03").replace('client: "martin"', f'client: "{typed}"')
    )
    path = write_ledger(tmp_path, "")
    path.write_text(HEADER + source, encoding="utf-8")
    run = bean_check(path)
    assert (run.returncode, run.stderr) == (0, "")
    loaded = load(path)
    books = read_books(loaded.entries, loaded.options)
    assert [item.client for item in books.items] == [identifier]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["main.beancount"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_time(day: str) -> None:
    setup = (
        '0001-01-01 custom "seller" "s"\n  name: "S"\n  terms: "end of month + 45 days"\n'
        '0001-01-01 custom "client" "martin"\n  name: "M"\n  account: Assets:Clients:Martin\n'
        '0001-01-01 custom "role" "receivable" Assets:Clients\n'
        '0001-01-01 custom "role" "vat-pending" Liabilities:TVA\n'
        '0001-01-01 custom "series" "main" "invoice" "F{year}-{number:04}"\n'
    )
    source = (
        sale(f"F{day[:4]}-0001", day).replace("vat: 20", "vat: 5.5").replace("20.00", "5.50").replace("120", "105.5")
    )
    books = books_of(source.replace("15.50", "105.50"), setup=setup)
    found = [f"{one.rule.id} {one.message}" for one in violations(books)]
    assert [one for one in found if one.startswith(("FACTURIER-FAULT", "FR-NUM"))] == []
    document = books.documents[0]
    assert document.due is not None
    assert document.due >= document.date
    for as_of in (document.date, document.due):
        assert isinstance(books.open_items(as_of), OpenItems)
        assert len(aged_balance(books, as_of).clients) == 1


TWENTY_DIGITS = "99999999999999999999"


@pytest.mark.parametrize("number", [TWENTY_DIGITS, f"{TWENTY_DIGITS}.99", "9" * 60, "0." + "0" * 60 + "1", "0"])
def test_amounts_at_their_limits_stop_nothing(tmp_path: Path, number: str) -> None:
    source = sale("F2026-0001", "2026-01-05").replace("100.00", number)
    found = violations(books_of(source))
    assert "FACTURIER-FAULT" not in [one.rule.id for one in found]
    assert found, "an invoice of that size cannot agree with its 120.00 receivable"
    run = bean_check(write_ledger(tmp_path, source))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("key", ["quantity", "price", "discount"])
def test_a_quantity_or_price_beyond_any_invoice(key: str) -> None:
    value = "9" * 30 + (" EUR" if key == "price" else "")
    source = sale("F2026-0001", "2026-01-05").replace('item: "Prestation"', f'item: "X"\n    {key}: {value}')
    found = [str(one.message) for one in violations(books_of(source)) if one.rule.id == "LEDGER-VALUE"]
    assert len(found) == 1
    assert "is too large to stand on an invoice" in found[0]


def test_a_ledger_of_wrong_values_only_is_read_to_its_end() -> None:
    source = (
        '2026-01-01 custom "role" "bank"\n2026-01-01 custom "series" "x"\n2026-01-01 custom "product"\n'
        '2026-01-01 custom "client" 1\n2026-01-01 custom "seller" Assets:X\n'
        '2026-01-05 * "x"\n  invoice: 1\n  client: TRUE\n  due: "x"\n  Assets:Clients:Martin  1 EUR\n'
        "  Income:Prestations  -1 EUR\n    quantity: TRUE\n    vat: 2026-01-01\n    price: 1\n"
    )
    books = books_of(source)
    assert {one.rule.id for one in books.faults} >= {"LEDGER-ARGUMENTS", "LEDGER-VALUE"}
    assert "FACTURIER-FAULT" not in [one.rule.id for one in violations(books)]


fragments = st.sampled_from(
    [
        '  invoice: "F2026-0001"', '  credit-note: "A2026-0001"', '  client: "martin"', "  ttc: TRUE", "  rate: 0",
        '  kind: "final"', "  discount: 10", "  charge: -5.00 EUR", '  terms: "30 days"', '  waive: "X"',
        "  Assets:Clients:Martin  10.00 EUR", "  Assets:Clients:Acme  10.00 USD", "  Assets:Banque:Qonto  -3 EUR",
        "  Income:Prestations  -10.00 EUR", "  Income:Prestations  -2 DEV-DAY", "  Income:Prestations  0 EUR",
        "  Liabilities:Acomptes  5 EUR", "  Liabilities:TVA:Collectee  -1 EUR", "  Expenses:Remises  1 EUR",
        '    item: "X"', '    product: "CHAISE"', "    quantity: 0", "    quantity: -3", "    price: 3.33 EUR",
        "    price: 3.33 USD", "    vat: 20", '    vat: "export"', "    discount: 100", '    settles: "F2026-0001#2"',
        '    deposit: "F2026-0001"', '    opens: "X"', '    nature: "goods"', "    due: 2026-02-01",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from("*DQA"), st.lists(fragments, max_size=14, unique=True))
def test_any_mixture_of_words_is_read_and_checked_without_failing(flag: str, lines: list[str]) -> None:
    keys = [line for line in lines if not line.startswith("    ") and line.strip()[0].islower()]
    others = [line for line in lines if line not in keys]
    while others and others[0].startswith("    "):
        others.pop(0)
    source = "\n".join([f'2026-01-05 {flag} "martin" "X"', *keys, *others]) + "\n"
    found = violations(books_of(sale("F2025-0001", "2025-01-05") + "\n" + source))
    assert [str(one.message) for one in found if one.rule.id == "FACTURIER-FAULT"] == []
    assert all(str(one.message) and one.place.line for one in found)


def test_money_is_never_a_float() -> None:
    books = books_of(sale("F2026-0001", "2026-01-05", "0.10"))
    totals = books.documents[0].totals()
    assert all(isinstance(one, Decimal) for one in totals[:8])
    assert all(isinstance(row.amount, Decimal) for row in totals.taxes)
