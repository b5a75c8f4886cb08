"""VAT on receipts: what falls due per document and rate, on which day, to the cent; the worked cases by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data
from generated_business import SETUP as BUSINESS_SETUP
from generated_business import Business, a_year, businesses
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import SETUP, balances, books_of

from facturier.books import Books, read_books
from facturier.money import ZERO
from facturier.periods import Month
from facturier.vat_receipts import ReceiptsVat, read_receipts_vat
from facturier.vat_receipts.falling_due import unpaid

OPEN_RATES = """
2020-01-01 open Assets:Effets:Martin
2020-01-01 custom "role" "bills" Assets:Effets
"""


def document(number: str, day: str, *lines: str, owed: str, kind: str = "", keys: str = "") -> str:
    """A document of Martin's; each line is "ACCOUNT AMOUNT key: value…" as typed."""
    key = "credit-note" if number.startswith("A") else "invoice"
    text = f'{day} * "Martin" "Vente"\n  {key}: "{number}"\n  client: "martin"\n'
    text += f'  kind: "{kind}"\n' if kind else ""
    text += "".join(f"  {line}\n" for line in keys.splitlines())
    return text + owed_legs(owed) + "".join(f"  {one}\n" for line in lines for one in line.split(" / ")) + "\n"


def owed_legs(owed: str) -> str:
    return "".join(f"  {leg}\n" for leg in owed.split(" / "))


def service(net: str, rate: str = "20") -> str:
    return f'Income:Prestations  {net} EUR /   item: "Prestation" /   vat: {rate}'


def goods(net: str, rate: str = "20") -> str:
    return f'Income:Ventes  {net} EUR /   item: "Marchandise" /   vat: {rate} /   nature: "goods"'


def pending(vat: str, rate: str = "20") -> str:
    return f"Liabilities:TVA:EnAttente  {vat} EUR /   vat: {rate}"


def collected(vat: str, rate: str = "20") -> str:
    return f"Liabilities:TVA:Collectee  {vat} EUR /   vat: {rate}"


def martin(amount: str, settles: str = "") -> str:
    return f"Assets:Clients:Martin  {amount} EUR" + (f' /   settles: "{settles}"' if settles else "")


def martin_text(amount: str, settles: str = "") -> str:
    return owed_legs(martin(amount, settles))


def entry(day: str, *legs: str, narration: str = "VIR") -> str:
    return f'{day} * "MARTIN" "{narration}"\n' + "".join(owed_legs(leg) for leg in legs) + "\n"


def bank(amount: str) -> str:
    return f"Assets:Banque:Qonto  {amount} EUR"


def paid(day: str, amount: str, number: str) -> str:
    return entry(day, bank(amount), martin(f"-{amount}", number))


def found_in(source: str) -> ReceiptsVat:
    return read_receipts_vat(books_of(source, setup=SETUP + OPEN_RATES))


def due(source: str) -> list[tuple[str, str, str, str, str]]:
    """What falls due: day, document, rate, base, VAT."""
    found = found_in(source)
    assert found.strays == ()
    return [
        (f"{one.day:%m-%d}", one.number, str(one.rate), str(one.base), str(one.vat)) for one in found.rows(found.months)
    ]


CASE_8A = document("F2026-0001", "2026-01-05", service("-1000.00"), service("-500.00", "10"),
                   pending("-200.00"), pending("-50.00", "10"), owed=martin("1750.00"))  # fmt: skip
CASE_8B = document("F2026-0001", "2026-01-05", service("-833.33"), pending("-166.67"), owed=martin("1000.00"))
PLAIN = document("F2026-0001", "2026-01-05", service("-1000.00"), pending("-200.00"), owed=martin("1200.00"))
OTHER = document("F2026-0002", "2026-01-06", service("-500.00"), pending("-100.00"), owed=martin("600.00"))


# --- The worked cases


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ("875.00", [("20", "500.00", "100.00"), ("10", "250.00", "25.00")]),
        ("700.00", [("20", "400.00", "80.00"), ("10", "200.00", "20.00")]),
    ],
)
def test_case_8a_a_part_payment_of_two_rates(payment: str, expected: list[tuple[str, str, str]]) -> None:
    source = CASE_8A + paid("2026-02-01", payment, "F2026-0001")
    assert due(source) == [("02-01", "F2026-0001", *row) for row in expected]
    left = found_in(source).unpaid()
    assert sum(left.values()) == Decimal("250.00") - sum(Decimal(vat) for _, _, vat in expected)


def test_case_8b_three_payments_are_cumulative_to_the_cent() -> None:
    payments = [("2026-02-01", "333.33"), ("2026-03-01", "333.33"), ("2026-04-01", "333.34")]
    source = CASE_8B + "".join(paid(day, amount, "F2026-0001") for day, amount in payments)
    rows = due(source)
    assert [row[4] for row in rows] == ["55.56", "55.55", "55.56"]
    assert sum(Decimal(row[3]) for row in rows) == Decimal("833.33")
    assert found_in(source).unpaid() == {Decimal(20): ZERO}


@pytest.mark.parametrize("nature", ["services", "goods"])
def test_case_10_a_deposit_falls_due_on_its_receipt_for_goods_too(nature: str) -> None:
    """October 200.00 with the deposit; the final invoice's 1800.00 at delivery (goods) or when paid (services)."""
    is_goods = nature == "goods"
    deposit_line = f'Liabilities:Acomptes  -1000.00 EUR /   item: "Acompte" /   vat: 20 /   nature: "{nature}"'
    line, leg = (goods("-10000.00"), collected("-1800.00")) if is_goods else (service("-10000.00"), pending("-1800.00"))
    deducted = 'Liabilities:Acomptes  1000.00 EUR /   deposit: "F2026-0001" /   vat: 20'
    source = (
        document("F2026-0001", "2026-10-01", deposit_line, pending("-200.00"), owed=martin("1200.00"), kind="deposit")
        + paid("2026-10-05", "1200.00", "F2026-0001")
        + document("F2026-0042", "2026-10-20", line, deducted, leg, owed=martin("10800.00"), kind="final")
        + paid("2026-11-20", "10800.00", "F2026-0042")
    )
    first = ("10-05", "F2026-0001", "20", "1000.00", "200.00")
    rest = [] if is_goods else [("11-20", "F2026-0042", "20", "9000.00", "1800.00")]
    assert due(source) == [first, *rest]


@pytest.mark.parametrize(
    ("before_delivery", "expected"),
    [
        ("", [("10-20", "1000.00", "200.00")]),
        ("480.00", [("10-05", "400.00", "80.00"), ("10-20", "600.00", "120.00")]),
    ],
    ids=["nothing paid", "a part paid"],
)
def test_case_10_the_unpaid_rest_of_a_deposit_on_goods_falls_due_at_delivery(
    before_delivery: str, expected: list[tuple[str, str, str]]
) -> None:
    line = 'Liabilities:Acomptes  -1000.00 EUR /   item: "Acompte" /   vat: 20 /   nature: "goods"'
    deducted = 'Liabilities:Acomptes  1000.00 EUR /   deposit: "F2026-0001" /   vat: 20'
    source = document("F2026-0001", "2026-10-01", line, pending("-200.00"), owed=martin("1200.00"), kind="deposit")
    if before_delivery:
        source += paid("2026-10-05", before_delivery, "F2026-0001")
    source += document(
        "F2026-0042", "2026-10-20", goods("-10000.00"), deducted, collected("-1800.00"), owed=martin("10800.00"),
        kind="final",
    ) + paid("2026-12-01", str(Decimal("1200.00") - Decimal(before_delivery or 0)), "F2026-0001")  # fmt: skip
    assert due(source) == [(day, "F2026-0001", "20", base, vat) for day, base, vat in expected]


NOTE = document("A2026-0003", "2026-02-20", service("250.00"), pending("50.00"),
                owed=martin("-300.00", "F2026-0001"), keys='corrects: "F2026-0001"')  # fmt: skip
FREE_NOTE = NOTE.replace('    settles: "F2026-0001"\n', "")


def test_case_11_1_a_credit_note_before_payment_lowers_what_will_fall_due() -> None:
    assert due(PLAIN + NOTE + paid("2026-03-01", "900.00", "F2026-0001")) == [
        ("03-01", "F2026-0001", "20", "750.00", "150.00")
    ]


def test_case_11_1_a_credit_note_after_payment_lowers_collected_vat_at_its_date() -> None:
    source = PLAIN + paid("2026-02-01", "1200.00", "F2026-0001") + FREE_NOTE
    assert due(source) == [
        ("02-01", "F2026-0001", "20", "1000.00", "200.00"),
        ("02-20", "F2026-0001", "20", "-250.00", "-50.00"),
    ]
    # Paying it back changes nothing any more; nor does using it for another invoice, which it pays.
    refunded = entry("2026-03-01", martin("300.00", "A2026-0003"), bank("-300.00"))
    assert due(source + refunded) == due(source)
    used = entry("2026-03-01", martin("300.00", "A2026-0003"), martin("-300.00", "F2026-0002"))
    assert due(source + OTHER + used)[2:] == [("03-01", "F2026-0002", "20", "250.00", "50.00")]


def test_case_11_1_a_credit_note_after_a_part_payment_never_takes_pending_vat_below_zero() -> None:
    split = NOTE.replace(
        martin_text("-300.00", "F2026-0001"), martin_text("-200.00", "F2026-0001") + martin_text("-100.00")
    )
    assert split != NOTE
    source = PLAIN + paid("2026-02-01", "1000.00", "F2026-0001") + split
    rows = due(source)
    assert rows == [
        ("02-01", "F2026-0001", "20", "833.33", "166.67"),
        ("02-20", "F2026-0001", "20", "-83.33", "-16.67"),
    ]
    assert found_in(source).unpaid() == {Decimal(20): ZERO}


def test_case_11_2_a_bad_debt_takes_its_vat_with_it_and_a_dividend_falls_due() -> None:
    moved = entry(
        "2026-06-01", 'Assets:Douteux:Martin  1200.00 EUR /   settles: "F2026-0001"', martin("-1200.00", "F2026-0001")
    )
    lost = entry(
        "2026-09-01",
        "Expenses:Pertes  900.00 EUR",
        pending("180.00"),
        'Assets:Douteux:Martin  -1080.00 EUR /   settles: "F2026-0001"',
    )
    dividend = entry("2026-10-01", bank("120.00"), 'Assets:Douteux:Martin  -120.00 EUR /   settles: "F2026-0001"')
    assert due(PLAIN + moved) == []
    assert due(PLAIN + moved + lost) == []
    assert due(PLAIN + moved + lost + dividend) == [("10-01", "F2026-0001", "20", "100.00", "20.00")]
    whole = entry("2026-09-01", "Expenses:Pertes  1000.00 EUR", pending("200.00"), martin("-1200.00", "F2026-0001"))
    assert due(PLAIN + whole) == []
    assert found_in(PLAIN + whole).unpaid() == {Decimal(20): ZERO}


def test_case_11_3_escompte_lowers_the_vat_with_the_price() -> None:
    escompte = entry(
        "2026-01-15",
        bank("1176.00"),
        "Expenses:Escomptes  20.00 EUR",
        pending("4.00"),
        martin("-1200.00", "F2026-0001"),
    )
    assert due(PLAIN + escompte) == [("01-15", "F2026-0001", "20", "980.00", "196.00")]
    assert found_in(PLAIN + escompte).unpaid() == {Decimal(20): ZERO}


def test_case_11_4_the_vat_of_a_retention_waits_for_its_release() -> None:
    source = document(
        "F2026-0001", "2026-01-05", service("-20000.00"), pending("-4000.00"),
        owed=martin("22800.00") + " / Assets:Retenues:Martin  1200.00 EUR /   due: 2027-01-05",
    ) + paid("2026-02-05", "22800.00", "F2026-0001")  # fmt: skip
    assert due(source) == [("02-05", "F2026-0001", "20", "19000.00", "3800.00")]
    assert found_in(source).unpaid() == {Decimal(20): Decimal("200.00")}


# --- What the worked cases do not say


def test_goods_and_services_on_one_invoice_only_the_services_wait() -> None:
    source = document(
        "F2026-0001", "2026-01-05", service("-100.00"), goods("-300.00"), pending("-20.00"), collected("-60.00"),
        owed=martin("480.00"),
    )  # fmt: skip
    assert due(source + paid("2026-02-01", "240.00", "F2026-0001")) == [("02-01", "F2026-0001", "20", "50.00", "10.00")]


def test_a_returned_payment_falls_due_the_other_way() -> None:
    back = entry("2026-02-06", martin("1200.00", "F2026-0001"), bank("-1200.00"), narration="REJET")
    assert [row[4] for row in due(PLAIN + paid("2026-02-01", "1200.00", "F2026-0001") + back)] == ["200.00", "-200.00"]


def test_a_bill_of_exchange_falls_due_when_it_is_paid() -> None:
    accepted = entry(
        "2026-02-01", 'Assets:Effets:Martin  1200.00 EUR /   settles: "F2026-0001"', martin("-1200.00", "F2026-0001")
    )
    met = entry("2026-03-31", bank("1200.00"), 'Assets:Effets:Martin  -1200.00 EUR /   settles: "F2026-0001"')
    assert [row[0] for row in due(PLAIN + accepted + met)] == ["03-31"]


def test_foreign_currency_clears_the_vat_booked_whatever_the_bank_pays() -> None:
    source = """
2026-01-05 * "Acme" "Consulting"
  invoice: "F2026-0001"
  client: "acme"
  rate: 0.9214
  Assets:Clients:Acme            1200.00 USD @@ 1105.68 EUR
  Income:Prestations             -921.40 EUR
    item: "Consulting"
    price: 1000.00 USD
    vat: 20
  Liabilities:TVA:EnAttente      -184.28 EUR
    vat: 20

"""
    for day, got, usd, booked in (("02-10", "360.00", "400.00", "368.56"), ("03-10", "740.00", "800.00", "737.12")):
        change = Decimal(booked) - Decimal(got)
        source += entry(f"2026-{day}", bank(got), f"Income:Change  {change} EUR",
                        f'Assets:Clients:Acme  -{usd} USD @@ {booked} EUR /   settles: "F2026-0001"')  # fmt: skip
    assert due(source) == [
        ("02-10", "F2026-0001", "20", "307.13", "61.43"),
        ("03-10", "F2026-0001", "20", "614.27", "122.85"),
    ]


def test_money_on_account_falls_due_when_it_is_used() -> None:
    came = entry("2026-02-01", bank("1500.00"), martin("-1500.00"))
    used = entry("2026-03-01", martin("1200.00"), martin("-1200.00", "F2026-0001"))
    assert due(PLAIN + came) == []
    assert [row[:1] + row[4:] for row in due(PLAIN + came + used)] == [("03-01", "200.00")]


def test_paid_on_the_spot_falls_due_with_the_invoice() -> None:
    source = document("F2026-0001", "2026-01-05", service("-50.00"), pending("-10.00"), owed="Assets:Caisse  60.00 EUR")
    assert due(source) == [("01-05", "F2026-0001", "20", "50.00", "10.00")]


def test_a_document_taken_over_brings_the_vat_that_waits() -> None:
    opening = entry(
        "2026-01-01", martin("240.00") + ' /   opens: "2025-118"', pending("-40.00"), "Equity:Reprise  -200.00 EUR"
    )
    assert due(opening + paid("2026-02-01", "120.00", "2025-118")) == [("02-01", "2025-118", "20", "100.00", "20.00")]


def test_a_loss_without_its_vat_leaves_it_pending() -> None:
    lost = entry("2026-09-01", "Expenses:Pertes  600.00 EUR", martin("-600.00", "F2026-0001"))
    source = PLAIN + paid("2026-02-01", "600.00", "F2026-0001") + lost
    assert [row[4] for row in due(source)] == ["100.00"]
    assert found_in(source).unpaid() == {Decimal(20): Decimal("100.00")}


def test_a_credit_note_on_two_invoices_is_split_as_its_legs_say() -> None:
    note = document(
        "A2026-0001", "2026-01-20", service("350.00"), pending("70.00"),
        owed=martin("-300.00", "F2026-0001") + " / " + martin("-120.00", "F2026-0002"),
        keys='corrects: "F2026-0001 F2026-0002"',
    )  # fmt: skip
    source = (
        PLAIN + OTHER + note + paid("2026-02-01", "900.00", "F2026-0001") + paid("2026-02-02", "480.00", "F2026-0002")
    )
    assert due(source) == [
        ("02-01", "F2026-0001", "20", "750.00", "150.00"),
        ("02-02", "F2026-0002", "20", "400.00", "80.00"),
    ]


def test_a_pair_of_legs_beside_a_payment_is_a_transfer_of_its_month() -> None:
    source = PLAIN + entry(
        "2026-02-01", bank("1200.00"), martin("-1200.00", "F2026-0001"), pending("200.00"), collected("-200.00")
    )
    found = found_in(source)
    assert found.transferred == {(Month(2026, 2), Decimal(20)): Decimal("200.00")}
    assert found.missing(Month(2026, 2)) == {}
    assert found.strays == ()


def test_a_posting_of_nothing_is_a_stray() -> None:
    (stray,) = found_in(PLAIN + entry("2026-02-01", pending("7.00"), "Equity:Reprise  -7.00 EUR")).strays
    assert (stray.amount, stray.entry.date) == (Decimal("-7.00"), date(2026, 2, 1))


# --- Laws on generated years

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def loaded(text: str) -> tuple[list[data.Directive], Books]:
    loader.initialize(use_cache=False)
    entries, errors, options = loader.load_string(BUSINESS_SETUP + text)
    assert not errors, errors[0]
    return entries, read_books(entries, options)


@settings(max_examples=15, deadline=None)
@given(businesses(), days)
def test_pending_vat_is_the_unpaid_share_and_what_was_not_transferred(generated: Business, day: date) -> None:
    """At every date, by plain beancount's balance: nothing on the account is unaccounted for."""
    entries, books = loaded(generated.text)
    found = read_receipts_vat(books).until(day)
    assert found.strays == ()
    left = sum(found.unpaid().values(), ZERO) + sum(found.to_transfer().values(), ZERO)
    assert balances(entries, day).get(("Liabilities:TVA:EnAttente", "EUR"), ZERO) == -left


@settings(max_examples=15, deadline=None)
@given(businesses(), days)
def test_what_fell_due_by_a_day_no_later_day_changes(generated: Business, day: date) -> None:
    entries, books = loaded(generated.text)
    found = read_receipts_vat(books)
    then = read_receipts_vat(
        read_books(
            [one for one in entries if one.date <= day], {"operating_currency": ["EUR"], "name_income": "Income"}
        )
    )
    months = found.months
    rows = [row for row in found.rows(months) if row.day <= day]
    assert [row[:6] for row in rows] == [row[:6] for row in then.rows(months)]


@settings(max_examples=15, deadline=None)
@given(businesses())
def test_a_document_paid_in_full_has_no_vat_left(generated: Business) -> None:
    _, books = loaded(generated.text)
    found = read_receipts_vat(books)
    final = books.open_items(date(2027, 12, 31))
    for number, sale in {one.number: one for one in found.sales}.items():
        gross = sum((change.gross for change in sale.changes), ZERO)
        money = sum((change.paid for change in sale.changes), ZERO)
        rows = [row for row in found.rows(found.months) if row.number == number]
        vat = sum((amount for change in sale.changes for amount in change.vat.values()), ZERO)
        if not final.balance(number) and money >= gross:
            assert sum((row.vat for row in rows), ZERO) == vat


@settings(max_examples=15, deadline=None)
@given(businesses(), days)
def test_pending_vat_of_a_sale_is_never_below_zero(generated: Business, day: date) -> None:
    """What a credit note has too much of goes off the VAT collected, not below nothing on the pending account."""
    _, books = loaded(generated.text)
    for sale in read_receipts_vat(books).until(day).sales:
        if not sale.changes[0].vat:
            continue  # taken over with opens: its VAT is in the opening balance, and what a loss takes of it is there
        gross = sum((change.gross for change in sale.changes), ZERO)
        for amount in unpaid(sale).values():
            assert amount >= 0 if gross >= 0 else amount == 0


def test_a_generated_year_has_all_that_falls_due() -> None:
    """The laws above would hold of nothing, too."""
    _, books = loaded(a_year(3, 60).text)
    rows = read_receipts_vat(books).rows(read_receipts_vat(books).months)
    assert len(rows) > 40
    assert any(row.vat < 0 for row in rows)
