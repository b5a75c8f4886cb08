"""What documents, payments and events name exists, fits and came before."""

from __future__ import annotations

import pytest
from ledgers import books_of, refund, sale, violations

PAYMENT = """
{day} * "MARTIN" "VIR"
  Assets:Banque:Qonto        120.00 EUR
  Assets:Clients:Martin     -120.00 EUR
    settles: "{number}"
"""


def told(source: str, rule: str) -> list[str]:
    return [str(one.message) for one in violations(books_of(source)) if one.rule.id == rule]


def test_a_payment_that_settles_a_number_mistyped() -> None:
    source = sale("F2026-0001", "2026-01-05") + PAYMENT.format(day="2026-02-01", number="F2026-0010")
    assert told(source, "REF-SETTLES") == ['settles: there is no "F2026-0010"; did you mean "F2026-0001"?']


@pytest.mark.parametrize("number", ["F2026-0001", "F2026-0001 F2026-0002"])
def test_payments_that_settle_what_exists(number: str) -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + sale("F2026-0002", "2026-01-06")
        + PAYMENT.format(day="2026-02-01", number=number)
    )
    assert told(source, "REF-SETTLES") == []


def test_a_payment_of_an_invoice_of_another_program() -> None:
    opening = """
2026-01-01 * "Reprise" "Facture de l'ancien logiciel"
  Assets:Clients:Martin      120.00 EUR
    opens: "2025-118"
    issued: 2025-12-05
    due: 2026-01-04
  Equity:Reprise            -120.00 EUR
"""
    assert told(opening + PAYMENT.format(day="2026-02-01", number="2025-118"), "REF-SETTLES") == []


def test_a_payment_in_euro_of_an_invoice_in_dollars() -> None:
    source = """
2026-01-05 * "Acme" "Consulting"
  invoice: "F2026-0001"
  client: "acme"
  rate: 0.90
  Assets:Clients:Acme   100.00 USD @@ 90.00 EUR
  Income:Prestations    -90.00 EUR
    item: "Consulting"
    price: 100.00 USD
    vat: "services-outside-eu"
""" + PAYMENT.format(day="2026-02-01", number="F2026-0001")
    assert told(source, "REF-SETTLES") == [
        "F2026-0001 is in USD, and this amount in EUR; write USD with @@ and the amount in EUR."
    ]


def test_a_credit_note_without_its_invoice() -> None:
    source = sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-06", "F2026-0001").replace(
        '  corrects: "F2026-0001"\n', ""
    )
    assert told(source, "FR-CREDIT-REFERENCE") == [
        'A credit note names its invoice: add corrects: "…" with its number.'
    ]


def test_a_credit_note_before_its_invoice() -> None:
    source = sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-04", "F2026-0001")
    assert told(source, "FR-CREDIT-REFERENCE") == ["F2026-0001 is dated 2026-01-05, after this credit note."]


def test_a_credit_note_of_another_clients_invoice() -> None:
    source = sale("F2026-0001", "2026-01-05", client="durand") + refund("A2026-0001", "2026-01-06", "F2026-0001")
    assert told(source, "FR-CREDIT-REFERENCE") == ["F2026-0001 belongs to the client durand."]


def test_a_credit_note_that_is_right() -> None:
    source = sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-06", "F2026-0001")
    assert violations(books_of(source)) == []


def test_an_invoice_from_a_quote_that_is_not_there() -> None:
    source = sale("F2026-0001", "2026-01-05", keys='from: "DEVIS-77"')
    assert told(source, "REF-DOCUMENT") == ['from: there is no "DEVIS-77" in these books.']


def test_an_event_about_nothing() -> None:
    source = sale("F2026-0001", "2026-01-05") + '2026-01-06 custom "sent" "F2026-0002" "email"\n'
    assert told(source, "REF-DOCUMENT") == ['sent: there is no "F2026-0002"; did you mean "F2026-0001"?']


def test_events_about_documents_and_clients() -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + '2026-01-06 custom "sent" "F2026-0001" "email"\n2026-01-07 custom "call" "martin" "rappeler"\n'
    )
    assert told(source, "REF-DOCUMENT") == []


def test_due_before_it_is_issued() -> None:
    source = sale("F2026-0001", "2026-01-05", keys="due: 2025-02-05")
    assert told(source, "FR-DUE-DATE") == [
        "It is due on 2025-02-05, before its date 2026-01-05; write a due date on or after it."
    ]
    assert told(sale("F2026-0001", "2026-01-05", keys="due: 2026-01-05"), "FR-DUE-DATE") == []
