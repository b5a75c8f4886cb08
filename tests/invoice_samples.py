"""Documents of every kind as ledger text: invoices, deposits, credit notes, with every treatment, price and payment.

`SAMPLES` maps a name to ledger text below `SETUP`; the last document of the text is the one meant.
What a sample's kind is for is told by its name. Files of them: `tests/test_einvoice_*.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from beancount import loader

from facturier.books import Books, read_books
from facturier.documents import Document
from facturier.einvoice.invoice import Note
from facturier.einvoice.semantic import Wording

WORDING = Wording(
    notes=(
        Note("PMT", "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €"),
        Note("PMD", "Pénalités de retard : taux de la BCE majoré de 10 points"),
        Note("AAB", "Escompte pour paiement anticipé : néant"),
    ),
    terms="Paiement à 30 jours",
    seller_legal="SARL au capital de 10 000,00 € – RCS Lyon 732 829 320",
    discount="Remise",
    charge="Frais",
)

# What samples attach lies here, as if their ledger did.
FOLDER = Path(__file__).parent / "data" / "einvoice"

SETUP = """
option "operating_currency" "EUR"
2026-01-01 open Assets:Clients
2026-01-01 open Assets:Retenues
2026-01-01 open Assets:Banque EUR
2026-01-01 open Assets:Caisse EUR
2026-01-01 open Income:Prestations
2026-01-01 open Income:Ventes
2026-01-01 open Liabilities:Acomptes
2026-01-01 open Liabilities:TVA:EnAttente
2026-01-01 open Liabilities:TVA:Collectee
2026-01-01 open Income:Remises
2026-01-01 custom "role" "receivable" Assets:Clients
2026-01-01 custom "role" "retention" Assets:Retenues
2026-01-01 custom "role" "bank" Assets:Banque
2026-01-01 custom "role" "cash" Assets:Caisse
2026-01-01 custom "role" "deposits" Liabilities:Acomptes
2026-01-01 custom "role" "vat-pending" Liabilities:TVA:EnAttente
2026-01-01 custom "role" "vat-collected" Liabilities:TVA:Collectee
2026-01-01 custom "role" "allowance" Income:Remises
2026-01-01 custom "seller" "atelier"
  name: "Atelier Numérique"
  trade-name: "L'Atelier & Co"
  legal-form: "SARL"
  street: "12 rue des Lilas"
  postcode: "69003"
  city: "Lyon"
  siren: "732 829 320"
  siret: "732 829 320 00074"
  vat-number: "FR44 732 829 320"
  vat-on: "receipts"
  terms: "30 days"
  email: "compta@atelier.example"
  phone: "+33 4 00 00 00 00"
  contact: "Anne Roux"
  iban: "FR76 3000 6000 0112 3456 7890 189"
  bic: "AGRIFRPP"
  creditor-id: "FR72ZZZ123456"
2026-01-01 custom "client" "martin"
  name: "Martin Bâtiment <SAS>"
  street: "4 quai du Port"
  postcode: "13002"
  city: "Marseille"
  siren: "552100554"
  vat-number: "FR96552100554"
  email: "achats@martin.example"
  discount: 5
2026-01-01 custom "client" "dupont"
  name: "Jeanne Dupont"
  kind: "consumer"
  street: "1 place Bellecour"
  postcode: "69002"
  city: "Lyon"
  email: "jeanne@example.org"
2026-01-01 custom "client" "mairie"
  name: "Commune de Lyon"
  kind: "public"
  street: "1 place de la Comédie"
  postcode: "69001"
  city: "Lyon"
  siren: "216901231"
  siret: "21690123100011"
  service-code: "FACTURES"
2026-01-01 custom "client" "muster"
  name: "Muster GmbH"
  street: "Hauptstr. 1"
  postcode: "10115"
  city: "Berlin"
  country: "DE"
  vat-number: "DE136695976"
  email: "rechnung@muster.example"
  language: "en"
2026-01-01 custom "client" "acme"
  name: "Acme Inc"
  street: "1 Main Street"
  city: "Springfield"
  country: "US"
  email: "ap@acme.example"
  language: "en"
2026-01-01 custom "product" "DEV-DAY"
  name: "Journée de développement"
  description: "Sur site"
  account: Income:Prestations
  price: 650.00 EUR
  unit: "day"
  vat: 20
  nature: "services"
"""


@cache
def books(text: str, setup: str = SETUP) -> Books:
    """Read a ledger text below a setup; nothing in it may be wrong."""
    entries, errors, options = loader.load_string(setup + text, dedent=False)
    assert errors == []
    found = read_books(entries, {**options, "filename": str(FOLDER / "samples.beancount")})
    assert [str(fault.message) for fault in found.faults] == []
    return found


def document(text: str, setup: str = SETUP) -> Document:
    """The last document of a ledger text."""
    return books(text, setup).documents[-1]


def simple(lines: str, client: str = "martin", keys: str = "", receivable: str = "Assets:Clients") -> str:
    """An invoice with some lines; beancount works the receivable out."""
    return f"""
2026-11-03 * "Client" "Objet"
  invoice: "F2026-0042"
  client: "{client}"
{keys}  {receivable}
{lines}"""


def sale(vat: str, amount: str = "1000.00", keys: str = "") -> str:
    """A line of services."""
    return f'  Income:Prestations  -{amount} EUR\n    item: "Prestation"\n    vat: {vat}\n{keys}'


VAT_200 = "  Liabilities:TVA:EnAttente  -200.00 EUR\n    vat: 20\n"


RICH = """
2026-11-03 * "Martin" "Refonte du site vitrine" ^F2026-0042
  invoice: "F2026-0042"
  client: "martin"
  due: 2026-12-18
  order-ref: "BC-7917"
  contract-ref: "C-12"
  period-start: 2026-10-01
  period-end: 2026-10-31
  delivery-date: 2026-10-31
  delivery-address: "Entrepôt 3
9 avenue du Prado
13008 Marseille"
  note: "Merci de votre confiance"
  Assets:Clients
  Income:Prestations            -1235.00 EUR
    product: "DEV-DAY"
    quantity: 2
    period-start: 2026-10-05
    period-end: 2026-10-06
  Income:Prestations             -100.00 EUR
    item: "Nom de domaine & hébergement"
    description: "1 an
renouvelable"
    vat: 20
  Income:Ventes                  -189.00 EUR
    item: "Livre"
    quantity: 10
    unit: "piece"
    price: 20.00 EUR
    discount: 11.00 EUR
    vat: 5.5
    nature: "goods"
  Liabilities:TVA:EnAttente     -267.00 EUR
    vat: 20
  Liabilities:TVA:Collectee      -10.40 EUR
    vat: 5.5
"""


SAMPLES: dict[str, str] = {
    "rich": RICH,
    "one rate": simple(sale("20")),
    "five rates": simple(sale("20") + sale("10") + sale("5.5") + sale("2.1") + sale("0")),
    "overseas rates": simple(sale("8.5") + sale("1.75") + sale("1.05")),
    "cents": simple(sale("20", "0.33") + sale("20", "0.33") + sale("5.5", "947.85")),
    "half a cent": simple(
        '  Income:Prestations  -2369.63 EUR\n    item: "x"\n    quantity: 2.5\n    price: 947.85 EUR\n    vat: 20\n'
    ),
    "six decimals": simple(
        '  Income:Prestations  -12.35 EUR\n    item: "x"\n    quantity: 100.0001\n'
        "    price: 0.123456 EUR\n    vat: 20\n"
    ),
    "negative line": simple(sale("20") + '  Income:Prestations  50.00 EUR\n    item: "Reprise"\n    vat: 20\n'),
    "negative line with discount": simple(
        sale("20")
        + '  Income:Prestations  95.00 EUR\n    item: "Reprise"\n    quantity: -1\n    price: 100.00 EUR\n'
        + "    discount: 5\n    vat: 20\n"
    ),
    "surcharge on a line": simple(
        '  Income:Prestations  -110.00 EUR\n    item: "x"\n    price: 100.00 EUR\n    discount: -10\n    vat: 20\n'
    ),
    "document discount in percent": simple(sale("20") + sale("10", "500.00"), keys="  discount: 10\n"),
    "document discount and charge": simple(
        sale("20") + sale("10", "500.00"), keys="  discount: 10.01 EUR\n  charge: 3 EUR\n"
    ),
    "goods": simple(sale("20", keys='    nature: "goods"\n')),
    "paid by card": simple(sale("20") + VAT_200, keys='  method: "card"\n', receivable="Assets:Banque"),
    "paid, method unsaid": simple(sale("20") + VAT_200, receivable="Assets:Banque"),
    "consumer paying cash, prices with tax": simple(
        sale("20", "83.33").replace("    vat", "    price: 100.00 EUR\n    vat")
        + "  Liabilities:TVA:EnAttente  -16.67 EUR\n    vat: 20\n",
        client="dupont",
        keys='  ttc: TRUE\n  method: "cash"\n',
        receivable="Assets:Caisse",
    ),
    "consumer, prices with tax, several lines": simple(
        "".join(
            f'  Income:Prestations  -{net} EUR\n    item: "x"\n    quantity: 3\n    price: 3.33 EUR\n    vat: 20\n'
            for net in ("8.33", "8.32", "8.33")
        )
        + '  Income:Prestations  -9.00 EUR\n    item: "y"\n    price: 12.00 EUR\n    discount: 10\n    vat: 20\n',
        client="dupont",
        keys="  ttc: TRUE\n",
    ),
    "public buyer": simple(sale("20"), client="mairie", keys='  engagement: "EJ-2026-55"\n'),
    "consumer": simple(sale("10"), client="dupont"),
    "direct debit": """
2026-10-01 custom "client" "martin"
  mandate: "M-1"
  iban: "FR7612345987650123456789014"
2026-11-03 * "Martin" "Abonnement"
  invoice: "F2026-0042"
  client: "martin"
  method: "direct-debit"
  Assets:Clients
"""
    + sale("20"),
    "retention": """
2026-11-27 * "Martin" "Travaux"
  invoice: "F2026-0045"
  client: "martin"
  Assets:Clients                 1140.00 EUR
  Assets:Retenues                  60.00 EUR
    due: 2027-11-27
  Income:Prestations            -1000.00 EUR
    item: "Installation sur site"
    vat: 20
  Liabilities:TVA:EnAttente      -200.00 EUR
    vat: 20
""",
    "intra-EU goods": simple(
        sale('"intra-eu-goods"', keys='    nature: "goods"\n'), client="muster", keys="  delivery-date: 2026-11-02\n"
    ),
    "intra-EU services": simple(sale('"intra-eu-services"'), client="muster"),
    "export": simple(sale('"export"', keys='    nature: "goods"\n'), client="acme"),
    "services outside the EU": simple(sale('"services-outside-eu"'), client="acme"),
    "construction": simple(sale('"reverse-charge-construction"')),
    "training and medical": simple(sale('"exempt-training"') + sale('"exempt-medical"') + sale("20")),
    "taxed and disbursement": simple(sale("20") + sale('"disbursement"', "35.00")),
    "dollars": """
2026-11-26 * "Acme Inc" "Consulting, 2 days"
  invoice: "F2026-0044"
  client: "acme"
  rate: 0.9214
  Assets:Clients                 1200.00 USD @@ 1105.68 EUR
  Income:Prestations            -1105.68 EUR
    item: "Consulting"
    quantity: 2
    price: 600.00 USD
    vat: "services-outside-eu"
""",
    "Swiss francs with tax": """
2026-11-26 * "Martin" "Conseil"
  invoice: "F2026-0044"
  client: "martin"
  rate: 1.0712
  Assets:Clients                  120.06 CHF @@ 128.61 EUR
  Income:Prestations             -107.17 EUR
    item: "Conseil"
    price: 100.05 CHF
    vat: 20
  Liabilities:TVA:EnAttente       -21.44 EUR
    vat: 20
""",
    "yen": """
2026-11-26 * "Acme" "Consulting"
  invoice: "F2026-0044"
  client: "acme"
  rate: 0.0061
  Assets:Clients                  100000 JPY @@ 610.00 EUR
  Income:Prestations             -610.00 EUR
    item: "Consulting"
    price: 100000 JPY
    vat: "services-outside-eu"
""",
}


CREDIT_NOTE = """
2026-11-20 * "Martin" "Avoir, une journée" ^A2026-0012
  credit-note: "A2026-0012"
  corrects: "F2026-0042"
  client: "martin"
  Assets:Clients                 -741.00 EUR
    settles: "F2026-0042"
  Income:Prestations              617.50 EUR
    product: "DEV-DAY"
    quantity: 1
  Liabilities:TVA:EnAttente       123.50 EUR
    vat: 20
"""


DEPOSIT_AND_FINAL = """
2026-10-21 * "Martin" "Acompte 30 %"
  invoice: "F2026-0039"
  kind: "deposit"
  client: "martin"
  Assets:Clients                  360.00 EUR
  Liabilities:Acomptes           -300.00 EUR
    item: "Acompte de 30 % sur devis D2026-0017"
    vat: 20
  Liabilities:TVA:EnAttente       -60.00 EUR
    vat: 20

2026-11-25 * "Martin" "Solde"
  invoice: "F2026-0043"
  kind: "final"
  client: "martin"
  Assets:Clients                  840.00 EUR
  Income:Prestations            -1000.00 EUR
    item: "Application mobile"
    vat: 20
  Liabilities:Acomptes            300.00 EUR
    deposit: "F2026-0039"
    vat: 20
  Liabilities:TVA:EnAttente      -140.00 EUR
    vat: 20
"""


# Earlier invoices that others correct or replace: what they say of the date is looked up.
EARLIER = """
2026-10-01 * "Martin" "Objet"
  invoice: "F2026-0041"
  client: "martin"
  Assets:Clients
""" + sale("20", "900.00")
ORIGINAL = """
2026-11-03 * "Martin" "Objet"
  invoice: "F2026-0042"
  client: "martin"
  Assets:Clients
""" + sale("20", "1300.00")

SAMPLES |= {
    "deposit": DEPOSIT_AND_FINAL[: DEPOSIT_AND_FINAL.index("2026-11-25")],
    "final": DEPOSIT_AND_FINAL,
    "progress": simple(sale("10"), keys='  kind: "progress"\n'),
    "self-billed": simple(sale("20"), keys='  kind: "self-billed"\n'),
    "corrective": EARLIER + simple(sale("20"), keys='  corrects: "F2026-0041"\n'),
    "replacing": EARLIER + simple(sale("20"), keys='  replaces: "F2026-0041"\n'),
    "credit note": ORIGINAL + CREDIT_NOTE,
    "credit note with a due date, refunded by transfer": ORIGINAL
    + CREDIT_NOTE.replace('    settles: "F2026-0042"\n', "    due: 2026-12-20\n").replace(
        '  client: "martin"\n', '  client: "martin"\n  method: "transfer"\n'
    ),
    "credit note to a consumer with prices with tax": """
2026-11-03 * "Jeanne" "Objet"
  invoice: "F2026-0042"
  client: "dupont"
  ttc: TRUE
  Assets:Clients
  Income:Prestations  -83.33 EUR
    item: "Pose"
    price: 100.00 EUR
    vat: 20
2026-11-20 * "Jeanne" "Avoir"
  credit-note: "A2026-0012"
  corrects: "F2026-0042"
  client: "dupont"
  ttc: TRUE
  Assets:Clients
  Income:Prestations   41.67 EUR
    item: "Pose"
    quantity: 0.5
    price: 100.00 EUR
    vat: 20
""",
    "long addresses, a charge in percent": """
2026-10-01 custom "seller" "atelier"
  street: "Bâtiment C
12 rue des Lilas
BP 7"
2026-10-01 custom "client" "martin"
  street: "Service achats
4 quai du Port
CS 40001
Porte 2"
  contact: "Luc Martin"
  phone: "+33 4 11 11 11 11"
"""
    + simple(sale("20"), keys='  charge: 2.5\n  delivery-address: "Chantier 12\nHangar B\nQuai 4\n13008 Marseille"\n'),
    "VAT on debits": """
2026-10-01 custom "seller" "atelier"
  vat-on: "debits"
"""
    + simple(sale("20")),
    "franchise": """
2026-10-01 custom "seller" "atelier"
  vat-on: "franchise"
"""
    + simple(sale("20").replace("    vat: 20\n", "")),
    "deposit on a quote": """
2026-10-21 * "Martin" "Acompte 30 %"
  invoice: "F2026-0039"
  kind: "deposit"
  client: "martin"
  from: "D2026-0017"
  Assets:Clients                 2340.00 EUR
  Liabilities:Acomptes          -1950.00 EUR
    item: "Acompte de 30 % sur devis D2026-0017"
    vat: 20
  Liabilities:TVA:EnAttente      -390.00 EUR
    vat: 20
""",
    "margin on second-hand goods": simple(sale('"margin-second-hand"', keys='    nature: "goods"\n')),
    "instalments": """
2026-11-03 * "Martin" "Objet"
  invoice: "F2026-0042"
  client: "martin"
  Assets:Clients                  400.00 EUR
    due: 2026-11-03
  Assets:Clients                  800.00 EUR
    due: 2026-12-18
  Income:Prestations            -1000.00 EUR
    item: "Étude"
    vat: 20
  Liabilities:TVA:EnAttente      -200.00 EUR
    vat: 20
""",
    "partly paid on the spot": """
2026-11-03 * "Martin" "Objet"
  invoice: "F2026-0042"
  client: "martin"
  Assets:Banque                   200.00 EUR
  Assets:Clients                 1000.00 EUR
  Income:Prestations            -1000.00 EUR
    item: "Étude"
    vat: 20
  Liabilities:TVA:EnAttente      -200.00 EUR
    vat: 20
""",
    "dollars with tax, discount and charge": """
2026-11-26 * "Martin" "Conseil"
  invoice: "F2026-0044"
  client: "martin"
  rate: 0.9214
  discount: 10
  charge: 5.00 USD
  Assets:Clients                  114.00 USD @@ 105.04 EUR
  Income:Prestations              -92.14 EUR
    item: "Conseil"
    price: 100.00 USD
    vat: 20
  Income:Remises                    4.61 EUR
  Liabilities:TVA:EnAttente       -17.51 EUR
    vat: 20
""",
}
SAMPLES |= {
    "attachment": simple(sale("20"), keys='  attach: "BON_LIVRAISON pieces/bon-4711.pdf"\n'),
    "attachment of the seller": """
2026-10-01 custom "seller" "atelier"
  attach: "pieces/assurance.pdf"
"""
    + simple(sale("20")),
    "credit note with an attachment": (ORIGINAL + CREDIT_NOTE).replace(
        '  corrects: "F2026-0042"\n', '  corrects: "F2026-0042"\n  attach: "PJA pieces/heures.csv"\n'
    ),
}
# Taxed at the rate of another country: BR-FR-16 knows French rates only, and no French platform wants it (FNFE#73).
ONE_STOP_SHOP = """
2026-11-03 * "Anna" "Abonnement"
  invoice: "F2026-0042"
  client: "muster"
  vat-country: "DE"
  Assets:Clients
  Income:Prestations  -100.00 EUR
    item: "Abonnement"
    vat: "oss"
"""


class Sample(NamedTuple):
    """A document and the books it stands in."""

    document: Document
    books: Books


def sample(name: str) -> Sample:
    """Return a document of `SAMPLES`."""
    found = books(SAMPLES[name])
    return Sample(found.documents[-1], found)
