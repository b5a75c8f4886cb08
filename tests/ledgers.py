"""Ledgers for tests: a standard header, loading through beancount itself, and the real bean-check."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

from beancount import loader
from beancount.core import data
from beancount.ops.validation import HARDCORE_VALIDATIONS

from facturier.books import Books, read_books
from facturier.money import ZERO, percent_of
from facturier.roles import OWED
from facturier.rules.pack import check_all
from facturier.violations import Violation

PLUGIN = 'plugin "facturier.plugins"\n'

# One small company on VAT on receipts, three clients, two products, the usual series. Messages in English.
SETUP = """\
option "title" "Atelier Numérique"
option "operating_currency" "EUR"
1970-01-01 custom "fava-option" "language" "en"
2020-01-01 custom "role" "receivable"     Assets:Clients
2020-01-01 custom "role" "doubtful"       Assets:Douteux
2020-01-01 custom "role" "retention"      Assets:Retenues
2020-01-01 custom "role" "bank"           Assets:Banque
2020-01-01 custom "role" "cash"           Assets:Caisse
2020-01-01 custom "role" "clearing"       Assets:Paiements
2020-01-01 custom "role" "deposits"       Liabilities:Acomptes
2020-01-01 custom "role" "vat-collected"  Liabilities:TVA:Collectee
2020-01-01 custom "role" "vat-pending"    Liabilities:TVA:EnAttente
2020-01-01 custom "role" "fees"           Expenses:Banque:Frais
2020-01-01 custom "role" "rounding"       Expenses:Ecarts
2020-01-01 custom "role" "escompte"       Expenses:Escomptes
2020-01-01 custom "role" "bad-debt"       Expenses:Pertes
2020-01-01 custom "role" "allowance"      Expenses:Remises
2020-01-01 custom "role" "fx"             Income:Change
2020-01-01 open Assets:Clients:Martin
2020-01-01 open Assets:Clients:Acme
2020-01-01 open Assets:Clients:Particuliers
2020-01-01 open Assets:Douteux:Martin
2020-01-01 open Assets:Retenues:Martin
2020-01-01 open Assets:Banque:Qonto
2020-01-01 open Assets:Caisse
2020-01-01 open Assets:Paiements:Carte
2020-01-01 open Liabilities:Acomptes
2020-01-01 open Liabilities:TVA:Collectee
2020-01-01 open Liabilities:TVA:EnAttente
2020-01-01 open Income:Prestations
2020-01-01 open Income:Ventes
2020-01-01 open Income:Change
2020-01-01 open Expenses:Banque:Frais
2020-01-01 open Expenses:Ecarts
2020-01-01 open Expenses:Escomptes
2020-01-01 open Expenses:Pertes
2020-01-01 open Expenses:Remises
2020-01-01 open Equity:Reprise
2020-01-01 custom "seller" "atelier"
  name: "Atelier Numérique"
  legal-form: "SARL"
  capital: 10000.00 EUR
  street: "12 rue des Lilas"
  postcode: "69003"
  city: "Lyon"
  country: "FR"
  siren: "732829320"
  siret: "73282932000074"
  rcs: "Lyon"
  vat-number: "FR44732829320"
  vat-on: "receipts"
  terms: "30 days"
  email: "compta@atelier.example"
  iban: "FR7630006000011234567890189"
  bic: "AGRIFRPP"
  mediator: "Médiation, 75001 Paris"
2020-01-01 custom "client" "martin"
  name: "Martin Bâtiment SAS"
  kind: "business"
  account: Assets:Clients:Martin
  street: "4 quai du Port"
  postcode: "13002"
  city: "Marseille"
  country: "FR"
  siren: "552100554"
  vat-number: "FR96552100554"
  email: "achats@martin.example"
2020-01-01 custom "client" "acme"
  name: "Acme Inc"
  kind: "business"
  account: Assets:Clients:Acme
  street: "1 Main Street"
  postcode: "10001"
  city: "New York"
  email: "ap@acme.example"
  country: "US"
  currency: "USD"
2020-01-01 custom "client" "durand"
  name: "Jeanne Durand"
  kind: "consumer"
  account: Assets:Clients:Particuliers
  street: "3 rue Haute"
  postcode: "06000"
  city: "Nice"
  country: "FR"
  email: "jeanne@durand.example"
2020-01-01 custom "product" "DEV-DAY"
  name: "Journée de développement"
  account: Income:Prestations
  price: 650.00 EUR
  unit: "day"
  vat: 20
  nature: "services"
2020-01-01 custom "product" "CHAISE"
  name: "Chaise"
  account: Income:Ventes
  price: 40.00 EUR
  unit: "piece"
  vat: 20
  nature: "goods"
2020-01-01 custom "series" "main" "invoice" "F{year}-{number:04}"
2020-01-01 custom "series" "credits" "credit-note" "A{year}-{number:04}"
"""
HEADER = PLUGIN + SETUP


class Ledger(NamedTuple):
    """What a test looks at.

    Attributes:
        books: The books as the rules see them.
        errors: What bean-check would print, beancount's own and ours.
        path: The top file.
    """

    books: Books
    errors: list[Any]
    path: Path


class Loaded(NamedTuple):
    """The same with beancount's entries and options."""

    entries: list[data.Directive]
    errors: list[Any]
    options: dict[str, Any]


def sale(number: str, day: str | date, net: str = "100.00", *, keys: str = "", client: str = "martin") -> str:
    """Return an invoice of one service at 20 % that is right; ``keys`` are more lines of its metadata."""
    vat = percent_of(Decimal(net), Decimal(20))
    account = {"martin": "Martin", "acme": "Acme", "durand": "Particuliers"}[client]
    more = "".join(f"  {line}\n" for line in keys.split("\n") if line)
    return (
        f'{day} * "{client}" "Prestation"\n'
        f'  invoice: "{number}"\n'
        f'  client: "{client}"\n'
        f"{more}"
        f"  Assets:Clients:{account}  {Decimal(net) + vat} EUR\n"
        f"  Income:Prestations  -{net} EUR\n"
        f'    item: "Prestation"\n'
        f"    vat: 20\n"
        f"  Liabilities:TVA:EnAttente  -{vat} EUR\n"
        f"    vat: 20\n"
    )


def refund(number: str, day: str | date, corrects: str, net: str = "100.00") -> str:
    """Return a credit note of one service at 20 % that is right."""
    vat = percent_of(Decimal(net), Decimal(20))
    return (
        f'{day} * "martin" "Avoir"\n'
        f'  credit-note: "{number}"\n'
        f'  corrects: "{corrects}"\n'
        f'  client: "martin"\n'
        f"  Assets:Clients:Martin  -{Decimal(net) + vat} EUR\n"
        f'    settles: "{corrects}"\n'
        f"  Income:Prestations  {net} EUR\n"
        f'    item: "Prestation"\n'
        f"    vat: 20\n"
        f"  Liabilities:TVA:EnAttente  {vat} EUR\n"
        f"    vat: 20\n"
    )


def write_ledger(folder: Path, source: str, *, header: str = HEADER, name: str = "main.beancount") -> Path:
    """Write ledger text below a header and return the file."""
    path = folder / name
    path.write_text(header + dedent(source).strip("\n") + "\n", encoding="utf-8")
    return path


def load(path: Path) -> Loaded:
    """Load a file as bean-check does, with its extra checks of data types, without the cache."""
    loader.initialize(use_cache=False)
    entries, errors, options = loader.load_file(str(path), extra_validations=HARDCORE_VALIDATIONS)
    return Loaded(entries, errors, options)


def ledger_of(path: Path) -> Ledger:
    """Load a file and read its books."""
    loaded = load(path)
    return Ledger(read_books(loaded.entries, loaded.options), loaded.errors, path)


def violations(books: Books) -> list[Violation]:
    """Return all that the rules find, without what is waived."""
    return check_all(books)


def books_of(source: str, *, setup: str = SETUP) -> Books:
    """Read ledger text without a file and without plugins: quick, for property tests."""
    loader.initialize(use_cache=False)
    entries, _, options = loader.load_string(setup + dedent(source))
    return read_books(entries, options)


def findings(books: Books) -> list[tuple[str, str]]:
    """Return rule and document of all that the rules find."""
    return [(violation.rule.id, violation.document) for violation in check_all(books)]


def line_of(path: Path, text: str, occurrence: int = 1) -> int:
    """Return the line, counted from one, on which a text stands for the first (second…) time."""
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [number for number, line in enumerate(lines, 1) if text in line]
    assert len(found) >= occurrence, f"{text!r} stands {len(found)} times in {path}"
    return found[occurrence - 1]


def balances(entries: Iterable[data.Directive], until: date = date.max) -> dict[tuple[str, str], Decimal]:
    """Return what stands on each account in each currency at the end of a day, as plain beancount counts it."""
    found: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        if isinstance(entry, data.Transaction) and entry.date <= until:
            for posting in entry.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                key = posting.account, posting.units.currency
                found[key] = found.get(key, ZERO) + posting.units.number
    return found


def owed_in_books(entries: Iterable[data.Directive], books: Books, until: date = date.max) -> dict[str, Decimal]:
    """Return the sum of all accounts on which clients owe, by currency, zeros left out."""
    sums: dict[str, Decimal] = {}
    for (account, currency), number in balances(entries, until).items():
        if books.roles.of(account).name in OWED:
            sums[currency] = sums.get(currency, ZERO) + number
    return {currency: number for currency, number in sums.items() if number}


def bean_check(path: Path, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the real ``bean-check -C`` on a file; errors are on its stderr."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "bean-check"), "-C", str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        timeout=120,
        check=False,
    )
