"""The VAT of a month: what was transferred is what fell due; closed months, strays, money on account."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledgers import HEADER, SETUP, bean_check, books_of, line_of, sale, write_ledger

from facturier.closing import close_text
from facturier.rules import closing, vat_due
from facturier.rules.pack import CHECK_SETS, check_all
from facturier.violations import Severity

TODAY = date(2026, 4, 10)


def paid(day: str, amount: str, number: str) -> str:
    return (
        f'{day} * "MARTIN" "VIR"\n  Assets:Banque:Qonto  {amount} EUR\n  Assets:Clients:Martin  -{amount} EUR\n'
        f'    settles: "{number}"\n\n'
    )


def transfer(day: str, month: str, amount: str, rate: str = "    vat: 20\n") -> str:
    return (
        f'{day} * "TVA sur encaissements"\n  vat-due: "{month}"\n'
        f"  Liabilities:TVA:EnAttente  {amount} EUR\n{rate}"
        f"  Liabilities:TVA:Collectee  -{amount} EUR\n{rate}\n"
    )


SALE = sale("F2026-0001", "2026-01-05", "1000.00") + "\n" + sale("F2026-0002", "2026-01-06") + "\n"
FEBRUARY = SALE + paid("2026-02-01", "600.00", "F2026-0001") + paid("2026-02-08", "120.00", "F2026-0002")
# A closing as one types it by hand: what it covers is looked at by another rule.
CLOSED = '2026-03-05 custom "close" 2026-02-28\n  entries: 1\n  hash: "0"\n'


def told(source: str, today: date = TODAY) -> list[tuple[str, str]]:
    found = check_all(books_of(source), CHECK_SETS, today)
    return [
        (one.rule.id, str(one.message))
        for one in found
        if one.rule.id.startswith(("FR-VAT-DUE", "FR-VAT-ON", "BALANCE-VAT"))
    ]


@pytest.mark.parametrize(
    "source",
    [
        SALE,
        FEBRUARY + transfer("2026-02-28", "2026-02", "120.00"),
        FEBRUARY + transfer("2026-02-28", "2026-02", "100.00") + transfer("2026-03-20", "2026-02", "20.00"),
        FEBRUARY + transfer("2026-02-28", "2026-02", "120.00", rate=""),
        FEBRUARY + transfer("2026-02-28", "2026-02", "120.00") + CLOSED,
    ],
    ids=["nothing paid", "transferred", "transferred in two", "one rate needs no vat:", "closed"],
)
def test_a_month_that_is_right(source: str) -> None:
    assert told(source) == []


def test_a_month_without_its_transfer_is_a_notice_that_says_what_to_type() -> None:
    ((rule, text),) = told(FEBRUARY)
    assert rule == "FR-VAT-DUE"
    assert "2026-02 (rate 20): 120.00 EUR fell due and 0 was transferred" in text
    assert "Type: facturier vat transfer 2026-02" in text
    assert vat_due.DUE.severity is Severity.NOTICE
    assert "269" in vat_due.DUE.law
    assert told(FEBRUARY, today=date(2026, 2, 27)) == [], "the month is not over"


def test_the_payment_that_makes_the_difference_is_named() -> None:
    ((_, text),) = told(FEBRUARY + transfer("2026-02-28", "2026-02", "100.00"))
    assert "the difference is F2026-0002, 2026-02-08" in text


def test_a_transfer_of_nothing_is_told_too() -> None:
    ((_, text),) = told(SALE + transfer("2026-02-28", "2026-02", "7.00"))
    assert "0 EUR fell due and 7.00 was transferred" in text


def test_the_later_change_of_a_closed_month_is_an_error_with_the_correcting_entry(tmp_path: Path) -> None:
    """At bean-check, not only at facturier check."""
    source = FEBRUARY + transfer("2026-02-28", "2026-02", "100.00") + CLOSED
    ((rule, text),) = told(source)
    assert rule == "FR-VAT-DUE-CLOSED"
    assert vat_due.CLOSED.severity is Severity.ERROR
    assert not vat_due.CLOSED.waivable
    for part in ("dated after 2026-02-28", 'vat-due: "2026-02"', "EnAttente 20.00 EUR", "Collectee -20.00 EUR"):
        assert part in text
    path = write_ledger(tmp_path, source)
    printed = bean_check(path).stderr
    assert f"main.beancount:{line_of(path, 'Liabilities:TVA:EnAttente  100.00')}" in printed
    assert "[FR-VAT-DUE-CLOSED]" in printed
    # What the sentence proposes puts it right.
    assert told(source + transfer("2026-03-01", "2026-02", "20.00")) == []


def test_what_stands_on_the_pending_account_and_belongs_to_nothing_is_named() -> None:
    source = SALE + '2026-02-01 * "?"\n  Liabilities:TVA:EnAttente  5.00 EUR\n    vat: 20\n  Equity:Reprise\n'
    (found,) = [one for one in check_all(books_of(source), CHECK_SETS) if one.rule.id == "BALANCE-VAT-PENDING"]
    assert found.entry.narration == "?"
    assert "belongs to no document, loss or transfer" in str(found.message)
    assert found.rule.severity is Severity.ERROR


def test_a_document_whose_leg_is_on_no_account_of_a_client_still_adds_up() -> None:
    source = SALE.replace("Assets:Clients:Martin  120.00", "Assets:Caisse  120.00")
    assert told(source, today=date(2026, 1, 20)) == []


def test_a_loss_without_its_vat_is_told() -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + '\n2026-02-01 * "Perte"\n  Expenses:Pertes  120.00 EUR\n  Assets:Clients:Martin  -120.00 EUR\n'
        '    settles: "F2026-0001"\n'
    )
    ((rule, text),) = told(source)
    assert rule == "FR-VAT-DUE-LEFT"
    assert "20.00 EUR of its VAT (rate 20) is still pending" in text


def test_money_on_account_is_owed_an_invoice_once_its_month_is_over() -> None:
    source = '2026-02-01 * "VIR"\n  Assets:Banque:Qonto  300.00 EUR\n  Assets:Clients:Martin  -300.00 EUR\n'
    ((rule, text),) = told(source)
    assert rule == "FR-VAT-ON-ACCOUNT"
    assert vat_due.ON_ACCOUNT.severity is Severity.NOTICE
    assert "300.00 EUR of the client martin" in text
    assert 'kind: "deposit"' in text
    assert told(source, today=date(2026, 2, 20)) == []
    used = '2026-03-01 * "Imputation"\n  Assets:Clients:Martin  120.00 EUR\n  Assets:Clients:Martin  -120.00 EUR\n'
    used += '    settles: "F2026-0002"\n'
    left = told(SALE + source + "\n" + used)
    assert any(rule == "FR-VAT-ON-ACCOUNT" and "180.00 EUR" in text for rule, text in left)


@pytest.mark.parametrize("stated", ['"02/2026"', '"2026-13"', '"2026"', "2026-02-28"])
def test_a_month_that_is_none(stated: str) -> None:
    source = FEBRUARY + transfer("2026-02-28", "2026-02", "120.00").replace('"2026-02"', stated)
    found = [one for one in check_all(books_of(source)) if "vat-due" in str(one.message)]
    assert [one.rule.severity for one in found]
    assert any('"2026-02"' in str(one.message) or one.rule.id != "FR-VAT-DUE-MONTH" for one in found)


def test_at_load_amounts_are_computed_only_for_a_closing_that_does_not_hold() -> None:
    """Twenty thousand invoices are looked at by every load; notices are for facturier check."""
    source = FEBRUARY + transfer("2026-02-28", "2026-02", "100.00")
    held = source + close_text(books_of(source), date(2026, 2, 28), TODAY)[0]
    for text in (FEBRUARY, held):
        books = books_of(text)
        assert [*vat_due.check(books), *closing.check(books)] == []
        assert "settlements" not in vars(books)
    late = held + "\n" + transfer("2026-03-01", "2026-02", "15.00")
    assert "the difference" not in str([one.message for one in closing.check(books_of(late))])
    assert [one.rule.id for one in closing.check(books_of(late))] == ["FR-VAT-DUE-CLOSED"]


def test_rates_have_their_own_sums() -> None:
    source = SALE + (
        sale("F2026-0003", "2026-01-07", "50.00").replace("vat: 20", "vat: 10").replace("10.00 EUR", "5.00 EUR")
    ).replace("60.00 EUR", "55.00 EUR") + "\n" + paid("2026-02-10", "55.00", "F2026-0003")  # fmt: skip
    assert "Assets:Clients:Martin  55.00" in source
    assert [text.split(":")[0] for _, text in told(source)] == ["VAT on receipts of 2026-02 (rate 10)"]
    assert HEADER.endswith(SETUP)
