"""Open items add up to the accounts; where they do not, the posting is named."""

from __future__ import annotations

import pytest
from ledgers import Ledger, books_of, line_of, refund, sale

from facturier.rules import balances
from facturier.violations import Severity


def test_two_currencies_on_the_legs_of_one_invoice_name_the_leg(ledger: Ledger) -> None:
    """
    2026-01-05 * "Martin" "Vente"
      invoice: "F2026-0001"
      client: "martin"
      due: 2026-02-04
      Assets:Clients:Martin       100.00 EUR
      Assets:Clients:Martin        20.00 USD @@ 20.00 EUR
      Income:Prestations         -100.00 EUR
        item: "X"
        vat: 20
      Liabilities:TVA:EnAttente   -20.00 EUR
        vat: 20
    """
    found = list(balances.check(ledger.books))
    assert {one.rule.id for one in found} == {"BALANCE-ITEMS"}
    assert line_of(ledger.path, "20.00 USD") in [one.place.line for one in found]
    assert "Assets:Clients:Martin stands at 20.00 USD, and its open items and money on account at 0" in str(
        found[-1].message
    )


DEPOSIT = """
2026-01-05 * "Martin" "Acompte"
  invoice: "F2026-0001"
  kind: "deposit"
  client: "martin"
  Assets:Clients:Martin       120.00 EUR
  Liabilities:Acomptes       -100.00 EUR
    item: "Acompte"
    vat: 20
  Liabilities:TVA:EnAttente   -20.00 EUR
    vat: 20
"""
FINAL = """
2026-02-05 * "Martin" "Solde"
  invoice: "F2026-0002"
  kind: "final"
  client: "martin"
  Assets:Clients:Martin       120.00 EUR
  Income:Prestations         -200.00 EUR
    item: "X"
    vat: 20
  Liabilities:Acomptes        100.00 EUR
    deposit: "F2026-0001"
    vat: 20
  Liabilities:TVA:EnAttente   -20.00 EUR
    vat: 20
"""
CREDITED = refund("A2026-0001", "2026-01-10", "F2026-0001").replace("Income:Prestations", "Liabilities:Acomptes")


@pytest.mark.parametrize(
    "source", [DEPOSIT, DEPOSIT + FINAL, DEPOSIT + "\n" + CREDITED, sale("F2026-0001", "2026-01-05")]
)
def test_deposits_that_add_up(source: str) -> None:
    assert list(balances.check(books_of(source))) == []


@pytest.mark.parametrize(
    "source",
    [
        DEPOSIT + '2026-01-20 * "VIR"\n  Assets:Banque:Qonto  50.00 EUR\n  Liabilities:Acomptes  -50.00 EUR\n',
        DEPOSIT + FINAL.replace('    deposit: "F2026-0001"\n    vat: 20\n', ""),
    ],
    ids=["money received without an invoice", "a deduction that names nothing"],
)
def test_a_posting_that_belongs_to_no_deposit_invoice(source: str) -> None:
    found = [one for one in balances.check(books_of(source)) if one.rule.id == "BALANCE-DEPOSITS"]
    assert len(found) == 1
    assert found[0].rule.severity is Severity.NOTICE
    assert "Liabilities:Acomptes belongs to no deposit invoice" in str(found[0].message)
