"""Books in which clients owe: services, goods, dollars, instalments, a credit note; for tests of what settles them."""

from __future__ import annotations

from ledgers import sale

DOLLARS = """\
2026-01-08 * "Acme Inc" "Consulting"
  invoice: "F2026-0004"
  client: "acme"
  rate: 0.9214
  Assets:Clients:Acme            1200.00 USD @@ 1105.68 EUR
  Income:Prestations            -1105.68 EUR
    item: "Consulting"
    price: 1200.00 USD
    vat: "services-outside-eu"
"""
# Goods, whose VAT is due at once, and their fitting, whose VAT waits for the money; in two instalments.
MIXED = """\
2026-01-09 * "Martin Bâtiment SAS" "Chaises et pose"
  invoice: "F2026-0005"
  client: "martin"
  Assets:Clients:Martin         720.00 EUR
    due: 2026-02-10
  Assets:Clients:Martin        1200.00 EUR
    due: 2026-03-10
  Income:Ventes                -600.00 EUR
    item: "Chaise"
    vat: 20
    nature: "goods"
  Income:Prestations          -1000.00 EUR
    item: "Pose"
    vat: 20
  Liabilities:TVA:Collectee    -120.00 EUR
    vat: 20
  Liabilities:TVA:EnAttente    -200.00 EUR
    vat: 20
"""
CREDIT = """\
2026-01-20 * "Martin Bâtiment SAS" "Avoir"
  credit-note: "A2026-0001"
  corrects: "F2026-0001"
  client: "martin"
  Assets:Clients:Martin   -300.00 EUR
  Income:Prestations       250.00 EUR
    item: "Prestation"
    vat: 20
  Liabilities:TVA:EnAttente 50.00 EUR
    vat: 20
"""
BOOKS = "\n".join(
    [
        sale("F2026-0001", "2026-01-05", "1000.00"),
        sale("F2026-0002", "2026-01-06", "500.00"),
        sale("F2026-0003", "2026-01-07", "200.00", client="durand"),
        DOLLARS,
        MIXED,
        CREDIT,
        '2026-01-01 custom "role" "recoveries" Income:Rentrees\n2026-01-01 open Income:Rentrees\n',
    ]
)
