"""Parties, products and roles as they stand on a day: a later directive gives only what changes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import SETUP, books_of

from facturier.catalogue import Product
from facturier.parties import Client, Seller, clients, party_meant
from facturier.roles import Roles
from facturier.versions import Versions

MOVED = """
2026-06-01 custom "client" "martin"
  street: "9 avenue du Prado"
  postcode: "13008"
  email: ""
"""


def test_a_move_changes_the_address_from_its_day_on_and_nothing_else() -> None:
    books = books_of(MOVED)
    before, after = (books.clients.at("martin", day) for day in (date(2026, 5, 31), date(2026, 6, 1)))
    assert before is not None
    assert after is not None
    assert (before.street, before.postcode, before.email) == ("4 quai du Port", "13002", "achats@martin.example")
    assert (after.street, after.postcode) == ("9 avenue du Prado", "13008")
    assert (after.city, after.siren) == (before.city, before.siren)


def test_an_empty_text_removes_a_value() -> None:
    after = books_of(MOVED).clients.latest("martin")
    assert after is not None
    assert after.email == ""


def test_a_directive_written_late_for_an_early_day_takes_its_place_by_its_date() -> None:
    books = books_of(MOVED + '2026-03-01 custom "client" "martin"\n  street: "Rue du Milieu"\n')
    streets = [books.clients.at("martin", date(2026, month, 15)) for month in (2, 4, 7)]
    assert [party.street for party in streets if party] == ["4 quai du Port", "Rue du Milieu", "9 avenue du Prado"]


def test_an_id_is_unknown_before_its_first_day() -> None:
    books = books_of("")
    assert books.clients.at("martin", date(2019, 12, 31)) is None
    assert books.clients.first_day("martin") == date(2020, 1, 1)
    assert books.clients.at("nobody", date(2026, 1, 1)) is None
    assert books.clients.first_day("nobody") is None
    assert "nobody" not in books.clients


def test_every_key_of_a_seller_reaches_its_field() -> None:
    seller = books_of("").sellers.latest("atelier")
    assert isinstance(seller, Seller)
    assert (seller.name, seller.legal_form, seller.rcs, seller.vat_on) == (
        "Atelier Numérique",
        "SARL",
        "Lyon",
        "receipts",
    )
    assert seller.capital is not None
    assert (seller.capital.number, seller.capital.currency) == (Decimal("10000.00"), "EUR")
    assert (seller.penalty_rate, seller.escompte, seller.ei) == ("legal", "none", False)


def test_an_amount_may_follow_a_text_and_a_text_an_amount() -> None:
    books = books_of(
        '2026-01-01 custom "seller" "atelier"\n  capital: 20000.00 EUR\n  penalty-rate: 12.15\n'
        '2027-01-01 custom "seller" "atelier"\n  capital: ""\n  ei: TRUE\n'
    )
    middle, last = books.sellers.at("atelier", date(2026, 6, 1)), books.sellers.latest("atelier")
    assert middle is not None
    assert last is not None
    assert middle.capital is not None
    assert middle.penalty_rate == Decimal("12.15")
    assert last.capital is None
    assert last.ei


def test_a_product_keeps_what_a_price_change_does_not_state() -> None:
    product = books_of('2026-01-01 custom "product" "DEV-DAY"\n  price: 700.00 EUR\n').products.latest("DEV-DAY")
    assert isinstance(product, Product)
    assert product.price is not None
    assert (product.price.number, product.unit, product.vat, product.nature) == (
        Decimal("700.00"),
        "day",
        Decimal(20),
        "services",
    )


stated = st.lists(
    st.tuples(
        st.integers(0, 30).map(lambda number: date(2026, 1, 1) + timedelta(days=number)),
        st.dictionaries(st.sampled_from(["name", "street", "city"]), st.sampled_from(["", "A", "B", "C"])),
    ),
    min_size=1,
    max_size=6,
)


@given(stated, st.integers(-1, 31))
def test_a_version_is_all_that_was_stated_until_its_day_the_last_word_first(
    statements: list[tuple[date, dict[str, str]]], after: int
) -> None:
    versions: Versions[Client] = clients()
    for day, values in statements:
        versions.state("x", day, values)
    day = date(2026, 1, 1) + timedelta(days=after)
    known = sorted((one for one in statements if one[0] <= day), key=lambda one: one[0])
    found = versions.at("x", day)
    if not known:
        assert found is None
        return
    merged: dict[str, str] = {}
    for _, values in known:
        merged |= values
    assert found is not None
    assert {key: getattr(found, key) for key in ("name", "street", "city")} == {
        key: merged.get(key, "") for key in ("name", "street", "city")
    }


# --- Roles


def test_a_role_covers_the_account_and_all_below_it_the_nearest_wins() -> None:
    roles = Roles()
    roles.state("Assets:Clients", "receivable")
    roles.state("Assets:Clients:Litiges", "doubtful")
    assert roles.of("Assets:Clients").name == "receivable"
    assert roles.of("Assets:Clients:Martin:Nord").name == "receivable"
    assert roles.of("Assets:Clients:Litiges:Martin").name == "doubtful"
    assert roles.of("Assets:ClientsDouteux").name == ""
    assert roles.of("Assets").name == ""


def test_nothing_is_guessed_from_names() -> None:
    assert Roles().of("Assets:Receivable").name == ""
    assert Roles().of("Liabilities:VAT").name == ""


def test_a_role_stated_later_is_seen_although_the_account_was_asked_for_before() -> None:
    roles = Roles()
    assert roles.of("Assets:Banque").name == ""
    roles.state("Assets:Banque", "bank")
    assert roles.of("Assets:Banque").name == "bank"


def test_income_accounts_go_by_the_ledgers_own_root() -> None:
    assert Roles("Revenus").of("Revenus:Prestations").income
    assert not Roles("Revenus").of("Income:Prestations").income
    roles = Roles()
    roles.state("Income:Change", "fx")
    assert not roles.of("Income:Change").income


def test_vat_picks_among_several_accounts_of_a_role() -> None:
    roles = Roles()
    roles.state("Liabilities:TVA", "vat-collected")
    roles.state("Liabilities:TVA:Dix", "vat-collected", Decimal(10))
    assert roles.accounts("vat-collected") == ["Liabilities:TVA", "Liabilities:TVA:Dix"]
    assert roles.accounts("vat-collected", Decimal("10.0")) == ["Liabilities:TVA:Dix"]
    assert roles.accounts("vat-collected", Decimal(20)) == ["Liabilities:TVA"]
    assert roles.accounts("bank") == []


@pytest.mark.parametrize("second", ["bank", "receivable"])
def test_an_account_has_one_role(second: str) -> None:
    found = books_of(f'2026-01-01 custom "role" "{second}" Assets:Clients').faults
    expected = [] if second == "receivable" else ["LEDGER-ARGUMENTS"]
    assert [one.rule.id for one in found] == expected


def test_french_account_roots() -> None:
    setup = SETUP
    for english, french in (
        ("Assets", "Actif"),
        ("Liabilities", "Passif"),
        ("Income", "Revenus"),
        ("Expenses", "Charges"),
    ):
        setup = setup.replace(f"{english}:", f"{french}:")
    options = (
        'option "name_assets" "Actif"\noption "name_liabilities" "Passif"\n'
        'option "name_income" "Revenus"\noption "name_expenses" "Charges"\n'
    )
    source = (
        '2026-11-03 * "Martin" "Vente"\n  invoice: "F2026-0001"\n  client: "martin"\n'
        "  Actif:Clients:Martin  120.00 EUR\n  Revenus:Prestations  -100.00 EUR\n    vat: 20\n"
        "  Passif:TVA:EnAttente  -20.00 EUR\n"
    )
    books = books_of(source, setup=options + setup)
    assert not books.faults
    assert len(books.documents[0].lines) == 1


@pytest.mark.parametrize(("typed", "meant"), [("martn", "martin"), ("Bâtiment", "martin"), ("nobody", None)])
def test_a_client_is_meant_by_a_slip_of_its_id_or_a_word_of_its_name(typed: str, meant: str | None) -> None:
    assert party_meant(typed, books_of("").clients) == meant


def test_a_word_of_two_names_means_nobody() -> None:
    second = '2026-01-01 custom "client" "other"\n  name: "Autre Bâtiment"\n'
    assert party_meant("bâtiment", books_of(second).clients) is None
