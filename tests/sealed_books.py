"""Sealed books for tests: a small ledger with a logo and a template of its own, sealed as the command does."""

from __future__ import annotations

from pathlib import Path

from beancount import loader
from ledgers import SETUP, refund, sale

from facturier.assets import Assets
from facturier.books import Books, read_books
from facturier.rules.pack import check_all
from facturier.seals import FIRST, new_seal, read_chains, unsealed
from facturier.violations import Violation

LOGO = b"\x89PNG no picture, only bytes"
OWN_SETUP = SETUP.replace('  bic: "AGRIFRPP"\n', '  bic: "AGRIFRPP"\n  logo: "logo.png"\n  template: "studio"\n', 1)

# Sales to two clients, one credit note, a document with everything unusual.
MANY_KEYS = """\
2026-03-20 * "durand" "Lot complet"
  invoice: "F2026-0004"
  client: "durand"
  order-ref: "BC-7917"
  note: "Merci"
  delivery-date: 2026-03-18
  discount: 10.00 EUR
  Assets:Clients:Particuliers  60.00 EUR
    due: 2026-04-01
  Assets:Clients:Particuliers  60.00 EUR
    due: 2026-05-01
  Income:Ventes  -40.00 EUR
    product: "CHAISE"
    quantity: 1
    description: "Hêtre"
  Income:Ventes  -70.00 EUR
    item: "Montage"
    nature: "goods"
    vat: 20
    period-start: 2026-03-01
    period-end: 2026-03-18
  Expenses:Remises  10.00 EUR
  Liabilities:TVA:Collectee  -20.00 EUR
    vat: 20
"""
DOCUMENTS = {
    "F2026-0001": sale("F2026-0001", "2026-01-10", "100.00"),
    "F2026-0002": sale("F2026-0002", "2026-02-10", "250.50", keys="delivery-date: 2026-02-10", client="durand"),
    "F2026-0003": sale("F2026-0003", "2026-03-10", "75.25", keys='order-ref: "BC-1"'),
    "F2026-0004": MANY_KEYS,
    "A2026-0001": refund("A2026-0001", "2026-04-01", "F2026-0001", "40.00"),
}


def write_assets(folder: Path) -> None:
    """Write the logo and the template."""
    (folder / "logo.png").write_bytes(LOGO)
    template = folder / "templates" / "studio"
    template.mkdir(parents=True, exist_ok=True)
    (template / "invoice.xml").write_text("<page/>", encoding="utf-8")
    (template / "theme.toml").write_text("[colours]\n", encoding="utf-8")


def books_in(folder: Path, text: str) -> Books:
    """Read ledger text as the file main.beancount of a folder, without plugins."""
    path = folder / "main.beancount"
    path.write_text(text, encoding="utf-8")
    loader.initialize(use_cache=False)
    entries, _, options = loader.load_file(str(path))
    return read_books(entries, options)


def seals_for(folder: Path, text: str) -> dict[str, str]:
    """Return the text of the seals of all documents of some books, by number."""
    books = books_in(folder, text)
    found: dict[str, str] = {}
    for chain in read_chains(books).chains:
        previous = FIRST
        for document in unsealed(chain):
            seal = new_seal(document, books, Assets(folder), previous)
            found[document.number], previous = seal.text, seal.hash
    return found


def seal_findings(books: Books) -> list[Violation]:
    """Return what the rules on seals find at each load."""
    return [violation for violation in check_all(books) if violation.rule.id.startswith("SEAL-")]


def told(books: Books) -> list[tuple[str, str]]:
    """Return rule and document of each of them."""
    return [(violation.rule.id, violation.document) for violation in seal_findings(books)]
