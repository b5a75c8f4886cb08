"""Detailed invoices to lay out: as many as asked for, each with its own texts and figures, read from real books."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from beancount import loader

from benchmarks.books import CLIENTS, FIRST_DAY, generate
from facturier.books import Books, read_books
from facturier.money import ZERO, half_up, percent_of

# Enough words that two invoices share few lines and not always the same letters.
_WORKS = (
    "Audit", "Câblage", "Dépannage", "Étude", "Fourniture", "Installation", "Maintenance", "Migration", "Pose",
    "Réglage", "Remplacement", "Révision", "Vérification", "Traçage", "Œuvre", "Garantie", "Hébergement", "Jeu",
)  # fmt: skip
_THINGS = (
    "armoire électrique", "bloc de secours", "chauffe-eau", "disjoncteur 16 A", "éclairage de façade", "gâche",
    "horloge", "interphone", "kit solaire 3 kWc", "luminaire encastré", "quai de déchargement", "onduleur",
    "portail", "réseau wifi", "serveur", "tableau divisionnaire", "variateur", "borne de recharge 22 kW",
)  # fmt: skip
_UNITS = ("day", "hour", "piece", "m")
_RATES = (Decimal(20), Decimal(10), Decimal("5.5"))


def generate_detailed(invoices: int, lines: int, *, plugin: str = "", seed: int = 1) -> Iterator[str]:
    """Yield the text of books with so many invoices of so many lines at three rates of VAT, in date order."""
    random = Random(seed)
    yield from generate(0, 0, plugin=plugin)
    for index in range(invoices):
        yield _invoice(random, index, FIRST_DAY + timedelta(days=index * 360 // invoices), lines)


def read_detailed(invoices: int, lines: int) -> Books:
    """Generate such books, load them through beancount and read them.

    Raises:
        SystemExit: The books are not clean.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.beancount"
        path.write_text("".join(generate_detailed(invoices, lines)), encoding="utf-8")
        entries, errors, options = loader.load_file(str(path))
    if errors:
        raise SystemExit(f"the benchmark's books are not clean: {errors[0].message}")
    return read_books(entries, options)


def _invoice(random: Random, index: int, day: date, lines: int) -> str:
    number = f"F2026-{index + 1:06}"
    client = random.randrange(CLIENTS)
    nets: dict[Decimal, Decimal] = {}
    texts: list[str] = []
    for line in range(lines):
        rate = _RATES[line % len(_RATES)]
        text, net = _line(random, line, rate)
        texts.append(text)
        nets[rate] = nets.get(rate, ZERO) + net
    taxes = {rate: percent_of(net, rate) for rate, net in nets.items()}
    texts += [
        f"  Liabilities:TVA:EnAttente  -{tax} EUR\n    vat: {rate}\n    base: {nets[rate]} EUR\n"
        for rate, tax in taxes.items()
    ]
    total = sum(nets.values(), ZERO) + sum(taxes.values(), ZERO)
    head = f"""
{day} * "Client {client}" "Chantier n° {random.randrange(10_000)}" ^{number}
  invoice: "{number}"
  client: "c{client:03}"
  due: {day + timedelta(days=30)}
  Assets:Clients:C{client:03}  {total} EUR
"""
    return head + "".join(texts)


def _line(random: Random, line: int, rate: Decimal) -> tuple[str, Decimal]:
    quantity = Decimal(random.randrange(1, 40)) / 2
    price = Decimal(random.randrange(500, 8_000)) / 100
    net = half_up(quantity * price)
    text = f"""\
  Income:Prestations  -{net} EUR
    item: "{random.choice(_WORKS)} {random.choice(_THINGS)}"
    quantity: {quantity}
    unit: "{random.choice(_UNITS)}"
    price: {price} EUR
    vat: {rate}
"""
    if line % 6 == 5:
        text += f'    description: "Conformément au devis {random.randrange(10_000)}, fournitures et essais compris"\n'
    return text, net
