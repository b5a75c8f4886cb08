"""Small ledgers for the tests of the Fava pages."""

from __future__ import annotations

SETUP = """
option "title" "Atelier"
option "operating_currency" "EUR"
plugin "facturier.plugins"
1970-01-01 custom "fava-extension" "facturier.fava_ext"
2026-01-01 custom "role" "receivable"     Assets:Clients
2026-01-01 custom "role" "bank"           Assets:Banque
2026-01-01 custom "role" "deposits"       Liabilities:Acomptes
2026-01-01 custom "role" "vat-collected"  Liabilities:TVA:Collectee
2026-01-01 custom "role" "vat-pending"    Liabilities:TVA:EnAttente
2026-01-01 custom "series" "main" "invoice" "F{year}-{number:04}"
2026-01-01 custom "series" "credits" "credit-note" "A{year}-{number:04}"
2026-01-01 open Assets:Clients:Martin
2026-01-01 open Assets:Clients:Lune
2026-01-01 open Assets:Banque EUR
2026-01-01 open Income:Prestations
2026-01-01 open Liabilities:Acomptes
2026-01-01 open Liabilities:TVA:Collectee
2026-01-01 open Liabilities:TVA:EnAttente
2026-01-01 open Equity:Reprise
2026-01-01 custom "seller" "atelier"
  name: "Atelier Numérique"
  legal-form: "SARL"
  capital: 10000.00 EUR
  street: "12 rue des Lilas"
  postcode: "69003"
  city: "Lyon"
  country: "FR"
  siren: "732829320"
  rcs: "Lyon"
  vat-number: "FR44732829320"
  vat-on: "receipts"
  terms: "30 days"
  email: "compta@atelier.example"
  iban: "FR7630006000011234567890189"
  bic: "AGRIFRPP"
2026-01-01 custom "client" "martin"
  name: "Martin Bâtiment SAS"
  account: Assets:Clients:Martin
  street: "4 quai du Port"
  postcode: "13002"
  city: "Marseille"
  country: "FR"
  siren: "552100554"
  vat-number: "FR96552100554"
2026-01-01 custom "client" "lune"
  name: "Boulangerie de la Lune"
  account: Assets:Clients:Lune
  street: "1 place du Marché"
  postcode: "69001"
  city: "Lyon"
  country: "FR"
  siren: "404833048"
"""

ENGLISH = '1970-01-01 custom "fava-option" "language" "en"\n'
FRENCH = '1970-01-01 custom "fava-option" "language" "fr"\n1970-01-01 custom "fava-option" "locale" "fr"\n'


def invoice(
    number: str, day: str, due: str, net: str, vat: str, gross: str, client: str = "martin", title: str = "Travaux"
) -> str:
    """Return an invoice of one line."""
    return f"""
{day} * "{client}" "{title}" ^{number}
  invoice: "{number}"
  client: "{client}"
  due: {due}
  Assets:Clients:{client.capitalize()}   {gross} EUR
  Income:Prestations                    -{net} EUR
    item: "{title}"
    vat: 20
  Liabilities:TVA:EnAttente             -{vat} EUR
    vat: 20
"""


# One of each: settled, partly paid, overdue, not due, upcoming, a credit note, a deposit and what follows it.
BOOKED = (
    invoice("F2026-0001", "2026-01-10", "2026-02-09", "1000.00", "200.00", "1200.00", title="Maquette du site")
    + invoice("F2026-0002", "2026-02-02", "2026-03-04", "500.00", "100.00", "600.00", "lune", "Menu imprimable")
    + invoice("F2026-0003", "2026-03-02", "2026-04-01", "200.00", "40.00", "240.00", title="Hébergement")
    + invoice("F2026-0004", "2026-10-30", "2026-12-14", "1500.00", "300.00", "1800.00", title="Boutique en ligne")
    + """
2026-02-05 * "MARTIN BATIMENT" "VIR F2026-0001" ^F2026-0001
  Assets:Banque             1200.00 EUR
  Assets:Clients:Martin    -1200.00 EUR

2026-03-20 * "BOULANGERIE LUNE" "ACOMPTE"
  Assets:Banque              250.00 EUR
  Assets:Clients:Lune       -250.00 EUR
    settles: "F2026-0002"

2026-03-25 * "Martin Bâtiment SAS" "Avoir sur hébergement" ^A2026-0001 ^F2026-0003
  credit-note: "A2026-0001"
  corrects: "F2026-0003"
  client: "martin"
  Assets:Clients:Martin      -60.00 EUR
    settles: "F2026-0003"
  Income:Prestations          50.00 EUR
    item: "Hébergement, geste commercial"
    vat: 20
  Liabilities:TVA:EnAttente   10.00 EUR
    vat: 20

2026-04-01 * "Martin Bâtiment SAS" "Acompte application" ^F2026-0003a
  Assets:Banque               75.50 EUR
  Assets:Clients:Martin      -75.50 EUR
"""
)

PAPERS = """
2026-10-12 Q "martin" "Application mobile"
  quote: "D2026-0017"
  valid-until: 2026-11-12
  Income:Prestations            -1000.00 EUR
    item: "Application mobile"
    vat: 20

2026-10-14 Q "lune" "Carte de fidélité"
  quote: "D2026-0018"
  valid-until: 2026-11-14
  Income:Prestations             -400.00 EUR
    item: "Carte de fidélité"
    vat: 20
2026-10-20 custom "accepted" "D2026-0018"

2026-11-20 D "martin" "Régie de novembre"
  Income:Prestations             -650.00 EUR
    item: "Une journée"
    vat: 20
"""

# Worked case 16: an aged balance at 2026-11-22, by due date.
CASE_16 = (
    ("F2026-0001", "70.00", "14.00", "84.00", "2026-08-23"),
    ("F2026-0002", "100.00", "20.00", "120.00", "2026-08-24"),
    ("F2026-0003", "600.00", "120.00", "720.00", "2026-09-22"),
    ("F2026-0004", "300.00", "60.00", "360.00", "2026-09-23"),
    ("F2026-0005", "400.00", "80.00", "480.00", "2026-10-22"),
    ("F2026-0006", "800.00", "160.00", "960.00", "2026-10-23"),
    ("F2026-0007", "200.00", "40.00", "240.00", "2026-11-21"),
    ("F2026-0008", "500.00", "100.00", "600.00", "2026-11-22"),
    ("F2026-0009", "1000.00", "200.00", "1200.00", "2026-11-30"),
)


def case_16() -> str:
    """Return the invoices of worked case 16."""
    return "".join(
        invoice(number, "2026-07-01", due, net, vat, gross, "lune" if index % 2 else "martin")
        for index, (number, net, vat, gross, due) in enumerate(CASE_16)
    )
