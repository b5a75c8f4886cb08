"""The books of a business that starts: what ``facturier init`` writes.

The accounts carry the numbers of the plan comptable général and their roles, so that everything
works at once; all of it is ordinary ledger text, to be changed by hand from then on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from beancount.core.amount import Amount

from facturier.draft_text import value_text
from facturier.messages import message
from facturier.text_edit import quoted

LEDGER = "main.beancount"
# Companies state their capital and their register on every document (C. com. art. R123-237, R123-238).
COMPANIES = ("SARL", "EURL", "SAS", "SASU", "SA", "SNC", "SELARL", "SCOP")
LEGAL_FORMS = (*COMPANIES, "EI", "association")
_FRANCHISE = "franchise"
_ADDRESS = re.compile(r"(?P<street>.+?)\s*,\s*(?P<postcode>\d{5})\s+(?P<city>[^,]+)\Z")
_NAMED_ADDRESS = re.compile(r"(?P<name>[^,]+(?:,[^,]+)*?)\s*,\s*(?P<rest>[^,]+,\s*\d{5}\s+[^,]+)\Z")
_LEGAL_WORDS = re.compile(
    r"\b(?:SAS|SASU|SARL|EURL|SA|SNC|SCI|EI|SELARL|SCOP|GmbH|Ltd|Inc|BV|NV|SPRL)\b", re.IGNORECASE
)


# What stands before a name and is none.
_TITLES = frozenset({
    "dr", "entreprise", "ets", "et", "la", "le", "les", "m", "madame", "mademoiselle", "maitre", "me", "mlle", "mm",
    "mme", "monsieur", "mr", "mrs", "societe", "ste",
})  # fmt: skip


class Address(NamedTuple):
    """Where a party is."""

    street: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Who invoices."""

    name: str
    legal_form: str
    vat_on: str
    siren: str
    siret: str = ""
    vat_number: str = ""
    capital: Decimal | None = None
    rcs: str = ""
    address: Address
    email: str = ""
    iban: str = ""
    terms: str = "30 days"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstClient:
    """Whom it invoices first."""

    id: str
    name: str
    kind: str = "business"
    siren: str = ""
    vat_number: str = ""
    address: Address


class _Account(NamedTuple):
    name: str
    pcg: str
    role: str = ""
    taxed_only: bool = False
    journal: str = ""


# Source: plan comptable général (ANC 2014-03), accounts of classes 4 to 7.
_ACCOUNTS = (
    _Account("Assets:Clients", "411000", "receivable"),
    _Account("Assets:Retenues", "411700", "retention"),
    _Account("Assets:Douteux", "416000", "doubtful"),
    _Account("Assets:Banque:Compte", "512100", "bank", journal="BQ"),
    _Account("Assets:Caisse", "530000", "cash"),
    _Account("Assets:Paiements", "511500", "clearing"),
    _Account("Assets:TVA:Deductible", "445660", "vat-deductible", taxed_only=True),
    _Account("Liabilities:Acomptes", "419100", "deposits"),
    _Account("Liabilities:TVA:Collectee", "445710", "vat-collected", taxed_only=True),
    _Account("Liabilities:TVA:EnAttente", "445740", "vat-pending", taxed_only=True),
    _Account("Equity:Reprise", "890000"),
    _Account("Income:Prestations", "706000"),
    _Account("Income:Ventes", "707000"),
    _Account("Income:Remises", "709600", "allowance"),
    _Account("Income:Ecarts", "758000", "rounding-gain"),
    _Account("Income:Change", "766000", "fx-gain"),
    _Account("Income:Penalites", "763100", "penalties"),
    _Account("Expenses:Banque:Frais", "627000", "fees"),
    _Account("Expenses:Pertes", "654100", "bad-debt"),
    _Account("Expenses:Ecarts", "658000", "rounding"),
    _Account("Expenses:Escomptes", "665000", "escompte"),
    _Account("Expenses:Change", "666000", "fx"),
)
_SERIES = (("factures", "invoice", "F"), ("avoirs", "credit-note", "A"), ("devis", "quote", "D"),
           ("penalites", "claim", "PR"))  # fmt: skip
GITIGNORE = ".*.picklecache\n.facturier-*\n/pdf/\n"
PRE_COMMIT = """\
#!/bin/sh
# cp pre-commit.sample .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
bean-check -C main.beancount && facturier check -f main.beancount
"""


def read_address(text: str) -> Address | None:
    """Read an address on one line; None when it is not one.

    >>> read_address("12 rue des Lilas, 69003 Lyon")
    Address(street='12 rue des Lilas', postcode='69003', city='Lyon')
    """
    found = _ADDRESS.match(text.strip())
    return Address(found["street"], found["postcode"], found["city"].strip()) if found else None


def read_named_address(text: str) -> tuple[str, Address] | None:
    """Read a name and an address on one line, such as "Martin SAS, 4 quai du Port, 13002 Marseille"."""
    found = _NAMED_ADDRESS.match(text.strip())
    address = read_address(found["rest"]) if found else None
    return (found["name"].strip(), address) if found and address else None


def identifier(name: str) -> str:
    """Return an id for a party: the first word of its name that is no title and no legal form, without accents.

    >>> identifier("Éts Martin Bâtiment SAS"), identifier("Mme Durand")
    ('martin', 'durand')
    """
    plain = unicodedata.normalize("NFKD", _LEGAL_WORDS.sub("", name)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    named = [word for word in words if word not in _TITLES] or words
    return named[0] if named else "client"


def ledger_text(business: Business, client: FirstClient | None, day: date, language: str) -> str:
    """Return the text of the top file."""
    year = day.replace(month=1, day=1)
    taxed = business.vat_on != _FRANCHISE
    accounts = [account for account in _ACCOUNTS if taxed or not account.taxed_only]
    parts = [
        ";; -*- mode: beancount -*-",
        f'option "title" {quoted(business.name)}\noption "operating_currency" "EUR"',
        'plugin "facturier.plugins"\n'
        '1970-01-01 custom "fava-extension" "facturier.fava_ext"\n'
        f'1970-01-01 custom "fava-option" "language" "{language}"',
        _directive(year, "seller", identifier(business.name), _seller(business)),
        "\n".join(
            f'{year} custom "role" {quoted(account.role)} {account.name}' for account in accounts if account.role
        ),
        "\n".join(_opened(accounts, year, business.iban)),
        "\n".join(
            f'{year} custom "series" "{name}" "{kind}" "{letter}{{year}}-{{number:04}}"'
            for name, kind, letter in _SERIES
        ),
    ]
    if client is not None:
        account = _account_name(client.name)
        parts.append(
            f"{year} open {account}\n  aux: {quoted(client.id.upper())}\n"
            + _directive(year, "client", client.id, _client(client, account))
        )
    return "\n\n".join([*parts, _examples(year, client, language, taxed=taxed)]) + "\n"


def _seller(business: Business) -> Iterator[tuple[str, Any]]:
    yield "name", business.name
    yield "legal-form", business.legal_form
    if business.legal_form == "EI":
        yield "ei", True
    if business.capital is not None:
        yield "capital", Amount(business.capital, "EUR")
    yield from zip(("street", "postcode", "city"), business.address, strict=True)
    yield "country", "FR"
    yield "siren", business.siren
    yield "siret", business.siret
    yield "rcs", business.rcs
    yield "vat-number", business.vat_number
    yield "vat-on", business.vat_on
    yield "terms", business.terms
    yield "email", business.email
    yield "iban", business.iban


def _client(client: FirstClient, account: str) -> Iterator[tuple[str, Any]]:
    yield "name", client.name
    yield "kind", client.kind
    yield "account", _Raw(account)
    yield from zip(("street", "postcode", "city"), client.address, strict=True)
    yield "country", "FR"
    yield "siren", client.siren
    yield "vat-number", client.vat_number


class _Raw(str):
    """A value that is typed without quotes: an account."""


def _directive(day: date, kind: str, name: str, keys: Iterable[tuple[str, Any]]) -> str:
    lines = [f'{day} custom "{kind}" {quoted(name)}']
    for key, value in keys:
        if value != "":
            lines.append(f"  {key}: {value if isinstance(value, _Raw) else value_text(value)}")
    return "\n".join(lines)


def _opened(accounts: Iterable[_Account], day: date, iban: str) -> Iterator[str]:
    for account in accounts:
        yield f"{day} open {account.name}"
        yield f'  pcg: "{account.pcg}"'
        if account.journal:
            yield f'  journal: "{account.journal}"'
            if iban:
                yield f"  iban: {quoted(iban)}"


def _account_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", _LEGAL_WORDS.sub("", name)).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    return "Assets:Clients:" + ("".join(word[0].upper() + word[1:] for word in words) or "Client")


def _examples(year: date, client: FirstClient | None, language: str, *, taxed: bool) -> str:
    """Return a product and a draft, as comments to copy from."""
    vat = "  vat: 20\n" if taxed else ""
    text = (
        message("What you sell, and a draft; take the semicolons away, or type: facturier new CLIENT LINE").text(
            language
        )
        + f'\n{year} custom "product" "JOUR"\n  name: "Journée de travail"\n  account: Income:Prestations\n'
        + f'  price: 500.00 EUR\n  unit: "day"\n{vat}  nature: "services"\n'
        + f'{year} D "{client.id if client else "martin"}" "Conseil"\n  Income:Prestations  -2 JOUR'
    )
    return "\n".join(f";; {line}" for line in text.split("\n"))
