"""What each document still makes its client owe, as of any date: never lost, never counted twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from beancount import loader
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import SETUP, Ledger, Loaded, books_of, owed_in_books, refund, sale

from facturier.books import Books, read_books
from facturier.money import ZERO

END = date(2026, 12, 31)


def pay(day: str | date, amount: str | Decimal, settles: str = "", *, client: str = "Martin", links: str = "") -> str:
    key = f'    settles: "{settles}"\n' if settles else ""
    return (
        f'{day} * "Banque" "VIR" {links}\n'
        f"  Assets:Banque:Qonto  {amount} EUR\n"
        f"  Assets:Clients:{client}  -{amount} EUR\n{key}"
    )


def left(source: str, as_of: date = END) -> dict[str, str]:
    found = books_of(source).open_items(as_of)
    return {item.id: str(found.remaining[item.id]) for item in found.open()}


def on_account(source: str, as_of: date = END) -> list[tuple[str, str]]:
    return [(one.client, str(one.amount)) for one in books_of(source).open_items(as_of).on_account]


ONE = sale("F2026-0001", "2026-01-05") + "\n"
TWO = sale("F2026-0002", "2026-01-06") + "\n"


def test_an_unpaid_invoice_is_open_from_its_day_on() -> None:
    assert left(ONE, date(2026, 1, 4)) == {}
    assert left(ONE, date(2026, 1, 5)) == {"F2026-0001": "120.00"}


def test_a_payment_counts_from_its_day_on() -> None:
    source = ONE + pay("2026-02-01", "120.00", "F2026-0001")
    assert left(source, date(2026, 1, 31)) == {"F2026-0001": "120.00"}
    assert left(source, date(2026, 2, 1)) == {}


def test_a_part_leaves_the_rest() -> None:
    assert left(ONE + pay("2026-02-01", "100.00", "F2026-0001")) == {"F2026-0001": "20.00"}


def test_paying_too_much_leaves_the_rest_on_account_never_lost() -> None:
    source = ONE + pay("2026-02-01", "130.00", "F2026-0001")
    assert left(source) == {}
    assert on_account(source) == [("martin", "-10.00")]


def test_a_payment_that_names_nothing_is_on_account() -> None:
    source = ONE + pay("2026-02-01", "120.00")
    assert left(source) == {"F2026-0001": "120.00"}
    assert on_account(source) == [("martin", "-120.00")]


def test_a_payment_that_links_to_one_open_document_settles_it() -> None:
    assert left(ONE + TWO + pay("2026-02-01", "120.00", links="^F2026-0001 ^photo-12")) == {"F2026-0002": "120.00"}


def test_a_payment_that_links_to_two_open_documents_is_on_account() -> None:
    source = ONE + TWO + pay("2026-02-01", "240.00", links="^F2026-0001 ^F2026-0002")
    assert left(source) == {"F2026-0001": "120.00", "F2026-0002": "120.00"}
    assert on_account(source) == [("martin", "-240.00")]


def test_a_link_to_a_settled_document_beside_an_open_one_means_the_open_one() -> None:
    source = ONE + TWO + pay("2026-02-01", "120.00", "F2026-0001")
    assert left(source + "\n" + pay("2026-02-02", "120.00", links="^F2026-0001 ^F2026-0002")) == {}


def test_several_numbers_are_filled_in_the_order_written() -> None:
    source = ONE + TWO
    assert left(source + pay("2026-02-01", "150.00", "F2026-0001 F2026-0002")) == {"F2026-0002": "90.00"}
    assert left(source + pay("2026-02-01", "150.00", "F2026-0002 F2026-0001")) == {"F2026-0001": "90.00"}


@pytest.mark.parametrize(
    ("settles", "expected"),
    [("A B", {"B": "300.00", "C": "800.00"}), ("B A", {"A": "300.00", "C": "800.00"})],
    ids=["the text says A", "oldest due first, B then A"],
)
def test_worked_case_7(settles: str, expected: dict[str, str]) -> None:
    source = "".join(
        f'2026-07-01 * "Reprise" "{name}"\n'
        f'  Assets:Clients:Martin  {amount} EUR\n    opens: "{name}"\n    due: {due}\n'
        f"  Equity:Reprise  -{amount} EUR\n\n"
        for name, amount, due in (
            ("A", "1000.00", "2026-09-01"),
            ("B", "500.00", "2026-08-01"),
            ("C", "800.00", "2026-12-31"),
        )
    )
    assert left(source + pay("2026-11-22", "1200.00", settles)) == expected


def test_settles_on_the_transaction_counts_for_its_receivable_posting() -> None:
    source = pay("2026-02-01", "120.00").replace('"VIR" \n', '"VIR"\n  settles: "F2026-0001"\n')
    assert left(ONE + source) == {}


def test_a_name_that_no_item_has_is_told_and_the_money_kept() -> None:
    books = books_of(ONE + pay("2026-02-01", "120.00", "F2026-0009"))
    found = books.open_items(END)
    assert [name for _, name in found.unknown] == ["F2026-0009"]
    assert [one.amount for one in found.on_account] == [Decimal("-120.00")]


def test_a_payment_before_its_invoice_waits_on_account_until_then() -> None:
    source = pay("2026-01-02", "120.00", "F2026-0001") + "\n" + ONE
    assert on_account(source, date(2026, 1, 4)) == [("martin", "-120.00")]
    assert left(source) == {}
    assert on_account(source) == []


def test_a_payment_returned_by_the_bank_opens_the_item_again() -> None:
    back = pay("2026-02-10", "120.00", "F2026-0001").replace("  120.00", "  -120.00").replace("--", "")
    back = back.replace("Assets:Clients:Martin  -120.00", "Assets:Clients:Martin  120.00")
    assert left(ONE + pay("2026-02-01", "120.00", "F2026-0001") + "\n" + back) == {"F2026-0001": "120.00"}


def test_euro_do_not_lower_a_debt_in_dollars(ledger: Ledger) -> None:
    """
    2026-11-03 * "Acme Inc" "Consulting"
      invoice: "F2026-0001"
      client: "acme"
      rate: 0.9214
      Assets:Clients:Acme   1200.00 USD @@ 1105.68 EUR
      Income:Prestations   -1105.68 EUR
        item: "Consulting"
        price: 1200.00 USD
        vat: "services-outside-eu"

    2026-12-10 * "ACME INC" "WIRE"
      Assets:Banque:Qonto   1105.68 EUR
      Assets:Clients:Acme  -1105.68 EUR
        settles: "F2026-0001"
    """
    assert [error.message.rpartition(" ")[2] for error in ledger.errors] == ["[REF-SETTLES]"]
    found = ledger.books.open_items(END)
    assert [(item.id, item.currency, found.remaining[item.id]) for item in found.open()] == [
        ("F2026-0001", "USD", Decimal("1200.00"))
    ]
    assert [(one.client, one.amount, one.movement.currency) for one in found.on_account] == [
        ("acme", Decimal("-1105.68"), "EUR")
    ]


# --- Credit notes (erpnext#22076: usable on any invoice; LedgerSMB#2101)


def test_a_credit_note_moves_its_amount_to_the_invoice() -> None:
    source = ONE + refund("A2026-0001", "2026-01-10", "F2026-0001", "50.00")
    assert left(source) == {"F2026-0001": "60.00"}


def test_what_a_credit_note_has_more_than_the_invoice_stays_to_its_credit() -> None:
    source = ONE + pay("2026-01-08", "100.00", "F2026-0001") + "\n" + refund("A2026-0001", "2026-01-10", "F2026-0001")
    assert left(source) == {"A2026-0001": "-100.00"}


def test_a_credit_left_over_pays_the_next_invoice_or_is_refunded() -> None:
    source = ONE + pay("2026-01-08", "120.00", "F2026-0001") + "\n" + refund("A2026-0001", "2026-01-10", "F2026-0001")
    netted = (
        '2026-02-01 * "Martin" "Imputation"\n'
        '  Assets:Clients:Martin  120.00 EUR\n    settles: "A2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0002"\n'
    )
    refunded = (
        '2026-02-01 * "Martin" "Remboursement"\n'
        '  Assets:Clients:Martin  120.00 EUR\n    settles: "A2026-0001"\n'
        "  Assets:Banque:Qonto  -120.00 EUR\n"
    )
    assert left(f"{source}\n{TWO}{netted}") == {}
    assert left(f"{source}\n{refunded}") == {}
    assert on_account(f"{source}\n{TWO}{netted}") == on_account(f"{source}\n{refunded}") == []


# --- Instalments, retention, doubtful, taking over


INSTALMENTS = """
2026-01-05 * "Martin" "Vente"
  invoice: "F2026-0001"
  client: "martin"
  Assets:Clients:Martin  36.00 EUR
    due: 2026-03-05
  Assets:Clients:Martin  84.00 EUR
    due: 2026-02-05
  Income:Prestations  -100.00 EUR
    item: "X"
    vat: 20
  Liabilities:TVA:EnAttente  -20.00 EUR
"""


def test_an_instalment_is_settled_by_its_name() -> None:
    assert left(INSTALMENTS + pay("2026-02-01", "36.00", "F2026-0001#1")) == {"F2026-0001#2": "84.00"}


def test_a_document_named_as_a_whole_is_filled_oldest_due_first() -> None:
    assert left(INSTALMENTS + pay("2026-02-01", "90.00", "F2026-0001")) == {"F2026-0001#1": "30.00"}


def test_worked_case_11_2_and_11_3_doubtful_and_escompte(ledger: Ledger) -> None:
    """
    2026-01-05 * "Martin" "Vente"
      invoice: "F2026-0001"
      client: "martin"
      Assets:Clients:Martin      1200.00 EUR
      Income:Prestations        -1000.00 EUR
        item: "X"
        vat: 20
      Liabilities:TVA:EnAttente  -200.00 EUR

    2026-01-05 * "Martin" "Vente"
      invoice: "F2026-0002"
      client: "martin"
      Assets:Clients:Martin      1200.00 EUR
      Income:Prestations        -1000.00 EUR
        item: "X"
        vat: 20
      Liabilities:TVA:EnAttente  -200.00 EUR

    2026-01-12 * "Martin" "Escompte 2 %"
      Assets:Banque:Qonto        1176.00 EUR
      Expenses:Escomptes           20.00 EUR
      Liabilities:TVA:EnAttente     4.00 EUR
        vat: 20
      Assets:Clients:Martin     -1200.00 EUR
        settles: "F2026-0001"

    2026-06-01 * "Martin" "Douteuse"
      Assets:Douteux:Martin      1200.00 EUR
        settles: "F2026-0002"
      Assets:Clients:Martin     -1200.00 EUR
        settles: "F2026-0002"

    2026-09-01 * "Martin" "Liquidation"
      Expenses:Pertes            1000.00 EUR
      Liabilities:TVA:EnAttente   200.00 EUR
        vat: 20
      Assets:Douteux:Martin     -1200.00 EUR
        settles: "F2026-0002"
    """
    assert not ledger.errors
    found = ledger.books.open_items(date(2026, 6, 1))
    assert [(item.id, found.remaining[item.id]) for item in found.open()] == [("F2026-0002", Decimal("1200.00"))]
    assert not ledger.books.open_items(END).open()
    assert not ledger.books.open_items(END).on_account


def test_an_unpaid_document_of_another_program_is_an_item_like_any_other() -> None:
    source = """
2026-01-01 * "Reprise" "Ancien logiciel"
  Assets:Clients:Martin           240.00 EUR
    opens: "2025-118"
    issued: 2025-12-05
    due: 2026-01-04
  Equity:Reprise                 -240.00 EUR
"""
    books = books_of(source)
    assert [(item.id, item.client, item.issued, item.due) for item in books.items] == [
        ("2025-118", "martin", date(2025, 12, 5), date(2026, 1, 4))
    ]
    assert left(source + pay("2026-02-01", "240.00", "2025-118")) == {}


# --- Whose money is it


def test_clients_on_one_account_are_told_apart_by_the_client_key() -> None:
    other = '2020-01-01 custom "client" "petit"\n  name: "Petit"\n  account: Assets:Clients:Particuliers\n'
    unnamed = pay("2026-02-01", "10.00", client="Particuliers")
    named = unnamed.replace("-10.00 EUR", '-10.00 EUR\n    client: "petit"')
    assert [client for client, _ in on_account(other + named)] == ["petit"]


def test_two_files_of_payments_and_a_plain_transfer_touch_no_item() -> None:
    source = ONE + '2026-02-01 * "Loyer"\n  Assets:Banque:Qonto  -10.00 EUR\n  Equity:Reprise  10.00 EUR\n'
    assert left(source) == {"F2026-0001": "120.00"}
    assert on_account(source) == []


# --- For all settlements: what is open and on account is what the accounts say


cents = st.integers(1, 40_000).map(lambda number: Decimal(number) / 100)
days = st.integers(0, 90).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
settlements = st.lists(
    st.tuples(days, cents, st.booleans(), st.lists(st.integers(1, 4), max_size=3, unique=True), st.booleans()),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(days, cents), min_size=1, max_size=4), settlements, days)
def test_open_items_and_money_on_account_sum_to_the_accounts(
    invoices: list[tuple[date, Decimal]],
    paid: list[tuple[date, Decimal, bool, list[int], bool]],
    as_of: date,
) -> None:
    source = "\n".join(
        sale(f"F2026-{rank:04}", day, f"{net:.2f}") for rank, (day, net) in enumerate(sorted(invoices), 1)
    )
    for day, amount, is_debit, ranks, by_link in paid:
        names = [f"F2026-{rank:04}" for rank in ranks]
        one = (
            pay(day, amount, links=" ".join(f"^{name}" for name in names))
            if by_link
            else pay(day, amount, " ".join(names))
        )
        source += "\n" + (one.replace(f"{amount} EUR", f"-{amount} EUR").replace("--", "") if is_debit else one)
    entries, _, options = _load(source)
    books: Books = read_books(entries, options)
    found = books.open_items(as_of)
    whole = sum(found.remaining.values(), ZERO) + sum((one.amount for one in found.on_account), ZERO)
    assert whole == owed_in_books(entries, books, as_of).get("EUR", ZERO)
    # Payments never drive an invoice below zero.
    assert all(remaining >= 0 for remaining in found.remaining.values())
    # What is counted towards items and what is on account are the movements, each once.
    counted = sum((one.amount for one in found.settled), ZERO) + sum((one.amount for one in found.on_account), ZERO)
    assert counted == sum((one.amount for one in books.movements if one.day <= as_of), ZERO)


def _load(source: str) -> Loaded:
    entries, errors, options = loader.load_string(SETUP + source)
    return Loaded(entries, errors, options)


# --- What the kernel tells reports and VAT


def test_a_document_taken_over_counts_from_that_day_and_keeps_its_own_date() -> None:
    source = """
2026-03-01 * "Reprise" "Ancien logiciel"
  Assets:Clients:Martin           240.00 EUR
    opens: "2025-118"
    issued: 2025-12-05
    due: 2026-01-04
  Equity:Reprise                 -240.00 EUR
"""
    assert left(source, date(2026, 2, 28)) == {}
    assert left(source, date(2026, 3, 1)) == {"2025-118": "240.00"}
    (item,) = books_of(source).items
    assert (item.issued, item.since) == (date(2025, 12, 5), date(2026, 3, 1))


def test_a_number_given_twice_loses_no_item() -> None:
    source = ONE + sale("F2026-0001", "2026-01-07", "50.00") + "\n"
    assert left(source) == {"F2026-0001": "120.00", "F2026-0001 (2)": "60.00"}
    assert left(source + pay("2026-02-01", "150.00", "F2026-0001")) == {"F2026-0001 (2)": "30.00"}
    assert books_of(source).open_items(END).balance("F2026-0001") == Decimal("180.00")


def test_an_id_that_another_document_bears_as_its_number_loses_no_item() -> None:
    numbers = ("F2026-0001", "F2026-0001 (2)", "F2026-0001", "", "")
    source = "\n".join(
        sale("F2026-0001", f"2026-01-0{day}").replace('"F2026-0001"', f'"{number}"')
        for day, number in enumerate(numbers, 5)
    )
    found = books_of(source).open_items(END)
    assert len(found.items) == len(found.open()) == len(numbers)
    assert all(item.id == key for key, item in found.items.items())


def natures(source: str, number: str = "F2026-0001", as_of: date = END) -> dict[str, str]:
    found = books_of(source).open_items(as_of).by_nature(number)
    return {nature.value: str(amount) for nature, amount in found.items()}


ESCOMPTE = """
2026-01-12 * "Escompte 2 %"
  Assets:Banque:Qonto        117.60 EUR
  Expenses:Escomptes           2.00 EUR
  Liabilities:TVA:EnAttente    0.40 EUR
    vat: 20
  Assets:Clients:Martin     -120.00 EUR
    settles: "F2026-0001"
"""


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        ("  Assets:Banque:Qonto  120.00 EUR\n", {"payment": "120.00"}),
        ("  Assets:Caisse  100.00 EUR\n  Assets:Paiements:Carte  20.00 EUR\n", {"payment": "120.00"}),
        ("  Assets:Banque:Qonto  118.50 EUR\n  Expenses:Banque:Frais  1.50 EUR\n", {"payment": "120.00"}),
        ("  Assets:Banque:Qonto  119.99 EUR\n  Expenses:Ecarts  0.01 EUR\n", {"payment": "120.00"}),
        ("  Expenses:Ecarts  120.00 EUR\n", {"adjustment": "120.00"}),
        ("  Expenses:Pertes  100.00 EUR\n  Liabilities:TVA:EnAttente  20.00 EUR\n", {"bad-debt": "120.00"}),
        ("  Equity:Reprise  120.00 EUR\n", {"other": "120.00"}),
        (
            "  Assets:Banque:Qonto  60.00 EUR\n  Expenses:Pertes  50.00 EUR\n  Liabilities:TVA:EnAttente  10.00 EUR\n",
            {"payment": "60.00", "bad-debt": "60.00"},
        ),
        # The pair of VAT legs that a payment may carry changes nothing.
        (
            "  Assets:Banque:Qonto  120.00 EUR\n  Liabilities:TVA:EnAttente  20.00 EUR\n"
            "  Liabilities:TVA:Collectee  -20.00 EUR\n",
            {"payment": "120.00"},
        ),
        # Interest received with it settles nothing, and is no less a payment.
        ("  Assets:Banque:Qonto  123.00 EUR\n  Income:Ventes  -3.00 EUR\n", {"payment": "120.00"}),
    ],
)
def test_what_settled_an_item_is_read_from_the_other_legs(legs: str, expected: dict[str, str]) -> None:
    source = f'2026-02-01 * "X"\n{legs}  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
    assert natures(ONE + source) == expected


def test_an_escompte_is_no_payment() -> None:
    assert natures(ONE + ESCOMPTE) == {"payment": "117.60", "escompte": "2.40"}


def test_an_escompte_on_two_invoices_is_split_to_the_cent() -> None:
    both = ESCOMPTE.replace("117.60", "236.99").replace("2.00", "2.51").replace("0.40", "0.50")
    both += '  Assets:Clients:Martin     -120.00 EUR\n    settles: "F2026-0002"\n'
    first, second = (natures(f"{ONE}\n{TWO}{both}", number) for number in ("F2026-0001", "F2026-0002"))
    assert sum(Decimal(one["payment"]) for one in (first, second)) == Decimal("236.99")
    assert sum(Decimal(one["escompte"]) for one in (first, second)) == Decimal("3.01")


def test_what_a_credit_note_settles_is_no_payment() -> None:
    source = (
        ONE
        + refund("A2026-0001", "2026-01-10", "F2026-0001", "50.00")
        + "\n"
        + pay("2026-02-01", "60.00", "F2026-0001")
    )
    assert natures(source) == {"document": "60.00", "payment": "60.00"}


REALLOCATED = (
    '2026-03-01 * "Réaffectation"\n'
    '  Assets:Clients:Martin  120.00 EUR\n    settles: "F2026-0001"\n'
    '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0002"\n'
)


def test_a_payment_moved_to_another_invoice_is_still_a_payment() -> None:
    source = ONE + TWO + pay("2026-02-01", "120.00", "F2026-0001") + "\n" + REALLOCATED
    assert left(source) == {"F2026-0001": "120.00"}
    assert (natures(source), natures(source, "F2026-0002")) == ({}, {"payment": "120.00"})
    assert natures(source, as_of=date(2026, 2, 28)) == {"payment": "120.00"}


def test_a_credit_moved_to_another_invoice_is_still_none() -> None:
    source = ONE + TWO + refund("A2026-0001", "2026-01-10", "F2026-0001") + "\n" + REALLOCATED
    assert (natures(source), natures(source, "F2026-0002")) == ({}, {"document": "120.00"})


def test_money_on_account_that_is_used_later_is_a_payment() -> None:
    used = (
        '2026-03-01 * "Imputation"\n  Assets:Clients:Martin  120.00 EUR\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
    )
    source = ONE + pay("2026-02-01", "150.00") + "\n" + used
    assert left(source) == {}
    assert on_account(source) == [("martin", "-30.00")]
    assert on_account(source, date(2026, 2, 28)) == [("martin", "-150.00")]
    assert natures(source) == {"payment": "120.00"}


DOUBTFUL = """
2026-06-01 * "Martin" "Douteuse"
  Assets:Douteux:Martin       120.00 EUR
    settles: "F2026-0001"
  Assets:Clients:Martin      -120.00 EUR
    settles: "F2026-0001"
"""


def test_a_doubtful_item_keeps_its_history_and_stands_on_its_new_account() -> None:
    books = books_of(ONE + pay("2026-02-01", "20.00", "F2026-0001") + DOUBTFUL.replace("120.00", "100.00"))
    (item,) = books.items
    assert (item.issued, item.due) == (date(2026, 1, 5), date(2026, 2, 4))
    found = books.open_items(END)
    assert found.remaining[item.id] == Decimal("100.00")
    assert found.standing(item) == {"Assets:Douteux:Martin": Decimal("100.00")}
    assert books.open_items(date(2026, 5, 31)).standing(item) == {"Assets:Clients:Martin": Decimal("100.00")}
    assert {one.nature.value for one in found.settled} == {"payment", "moved"}


def test_the_days_of_a_settlement() -> None:
    source = pay("2026-01-02", "120.00", "F2026-0001") + "\n" + ONE
    (one,) = books_of(source).settlements.settled_of("F2026-0001")
    assert (one.movement.day, one.day, one.nature.value) == (date(2026, 1, 2), date(2026, 1, 5), "payment")


def test_what_a_day_decided_no_later_day_changes() -> None:
    """A payment that names a document of another day goes to the one that is there first."""
    source = pay("2026-01-02", "120.00", "F2026-0002 F2026-0001") + "\n" + ONE + TWO
    assert left(source, date(2026, 1, 5)) == {}
    assert left(source, date(2026, 1, 6)) == {"F2026-0002": "120.00"}
