"""Generates the books that the benchmarks measure: deterministic, lawful, of any size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from beancount import loader

from facturier.assets import Assets
from facturier.books import read_books
from facturier.money import half_up, percent_of
from facturier.seals import FIRST, new_seal

FIRST_DAY = date(2026, 1, 1)
_HEADER = """\
option "title" "Benchmark"
option "operating_currency" "EUR"
{plugin}
2025-01-01 custom "role" "receivable"    Assets:Clients
2025-01-01 custom "role" "bank"          Assets:Banque
2025-01-01 custom "role" "vat-collected" Liabilities:TVA:Collectee
2025-01-01 custom "role" "vat-pending"   Liabilities:TVA:EnAttente
2025-01-01 open Assets:Banque EUR
2025-01-01 open Income:Prestations
2025-01-01 open Liabilities:TVA:Collectee
2025-01-01 open Liabilities:TVA:EnAttente
2025-01-01 custom "seller" "atelier"
  name: "Atelier Numérique"
  legal-form: "SARL"
  capital: 10000.00 EUR
  street: "12 rue des Lilas"
  postcode: "69003"
  city: "Lyon"
  siren: "732829320"
  siret: "73282932000074"
  rcs: "Lyon"
  vat-number: "FR44732829320"
  vat-on: "receipts"
  terms: "30 days"
  iban: "FR7630006000011234567890189"
2025-01-01 custom "series" "main" "invoice" "F{{year}}-{{number:06}}"
2025-01-01 custom "product" "DEV-DAY"
  name: "Journée de développement"
  account: Income:Prestations
  price: 650.00 EUR
  unit: "day"
  vat: 20
  nature: "services"
"""
CLIENTS = 400


def generate_sealed(invoices: int, payments: int, *, plugin: str = "", seed: int = 1) -> Iterator[str]:
    """Yield the same books, each invoice sealed."""
    loader.initialize(use_cache=False)
    entries, _, options = loader.load_string("".join(generate(invoices, payments, seed=seed)))
    books, assets, previous = read_books(entries, options), Assets(Path()), FIRST
    yield from generate(invoices, payments, plugin=plugin, seed=seed)
    for document in books.documents:
        seal = new_seal(document, books, assets, previous)
        previous = seal.hash
        yield seal.text


def generate(invoices: int, payments: int, *, plugin: str = "", seed: int = 1) -> Iterator[str]:
    """Yield the text of books with so many invoices, of which so many are paid, in date order."""
    random = Random(seed)
    yield _HEADER.format(plugin=f'plugin "{plugin}"' if plugin else "")
    for client in range(CLIENTS):
        yield f"2025-01-01 open Assets:Clients:C{client:03}\n"
        yield f'2025-01-01 custom "client" "c{client:03}"\n  name: "Client {client}"\n'
        yield f"  account: Assets:Clients:C{client:03}\n"
        yield '  street: "4 quai du Port"\n  postcode: "13002"\n  city: "Marseille"\n  siren: "552100554"\n'
    for index in range(invoices):
        day = FIRST_DAY + timedelta(days=index * 360 // invoices)
        number = f"F2026-{index + 1:06}"
        client = random.randrange(CLIENTS)
        text, total = _invoice(random, day, number, client)
        yield text
        if index < payments:
            yield _payment(day + timedelta(days=random.randrange(5, 60)), number, client, total)


def _invoice(random: Random, day: date, number: str, client: int) -> tuple[str, Decimal]:
    quantity = random.randrange(1, 20)
    days = Decimal(650 * quantity)
    extra = Decimal(random.randrange(1000, 90000)) / 100
    vat = percent_of(days + extra, Decimal(20))
    total = half_up(days + extra + vat)
    text = f"""
{day} * "Client {client}" "Prestation {number}" ^{number}
  invoice: "{number}"
  client: "c{client:03}"
  due: {day + timedelta(days=30)}
  Assets:Clients:C{client:03}   {total} EUR
  Income:Prestations  -{days}.00 EUR
    product: "DEV-DAY"
    quantity: {quantity}
  Income:Prestations  -{extra} EUR
    item: "Frais de déplacement"
    vat: 20
  Liabilities:TVA:EnAttente  -{vat} EUR
    vat: 20
"""
    return text, total


def _payment(day: date, number: str, client: int, total: Decimal) -> str:
    return f"""
{day} * "CLIENT {client}" "VIR {number}"
  Assets:Banque   {total} EUR
  Assets:Clients:C{client:03}  -{total} EUR
    settles: "{number}"
"""
