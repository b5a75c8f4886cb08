"""docs/e-invoice-terms.md: which business term each kind of document states, as its samples say it.

python tests/einvoice_terms_page.py > docs/e-invoice-terms.md
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from invoice_samples import SAMPLES, sample
from lxml import etree

from facturier.einvoice.business_terms import BusinessTerm, business_terms, values_of
from facturier.structured import Syntax, structured, written

Values = Mapping[str, Sequence[str]]
# Codes are told themselves; of other terms only whether they stand there.
CODES = {"BT-3", "BT-5", "BT-6", "BT-8", "BT-21", "BT-23", "BT-81", "BT-118", "BT-121"}
MOST_CODES = 5
ALWAYS, SOMETIMES, NEVER = "●", "○", ""


def _of_type(*codes: str) -> Callable[[Values], bool]:
    return lambda values: values["BT-3"][0] in codes and not values["BT-23"][0].endswith("4")


COLUMNS: Mapping[str, Callable[[Values], bool]] = {
    "invoice": _of_type("380"),
    "deposit": _of_type("386"),
    "final": lambda values: values["BT-23"][0].endswith("4"),
    "self-billed": _of_type("389"),
    "corrective": _of_type("384"),
    "credit note": _of_type("381"),
    "to a consumer": lambda values: any(note.startswith("B2C") for note in values["BT-22"]),
    "without VAT": lambda values: not {"S", "Z"} & set(values["BT-118"]),
    "other currency": lambda values: values["BT-5"][0] != "EUR",
}
HEAD = """\
# Which term stands where

<!-- Written by tests/einvoice_terms_page.py (make docs) from the sample documents of the tests; do not edit. -->

Every business term (BT) of EN 16931 that facturier writes, where it comes from in the ledger, and in which documents it
stands: {always} in all, {sometimes} where the ledger states what it needs; codes stand themselves. The columns overlap:
a credit note to a consumer counts in two. [E-invoices](e-invoice.md) tells how to get and to check the files.

In UBL the same terms have the same values, but for dates (2026-11-03 instead of 20261103), for BT-8 (UNTDID 2005: 3,
35, 432 instead of 5, 29, 72) and for notes (`#PMT#text`).

"""


def page() -> str:
    """Return the page."""
    documents = [values_of(etree.fromstring(written(structured(*sample(name)), Syntax.CII))) for name in SAMPLES]
    groups = {name: [values for values in documents if belongs(values)] for name, belongs in COLUMNS.items()}
    rows = [("BT", "term", "from", *COLUMNS), ("---", "---", "---", *(":---:" for _ in COLUMNS))]
    rows += [
        (term.id, term.name, term.source, *(_cell(term, groups[name]) for name in COLUMNS)) for term in business_terms()
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    paths = [("BT", "CII, below `rsm:CrossIndustryInvoice`", "UBL, below `Invoice` or `CreditNote`"), ("---",) * 3]
    paths += [(term.id, _path(term.cii), _path(term.ubl)) for term in business_terms()]
    places = "\n".join(f"| {' | '.join(row)} |" for row in paths)
    return f"{HEAD.format(always=ALWAYS, sometimes=SOMETIMES)}{table}\n\n## Where in the files\n\n{places}\n"


def _cell(term: BusinessTerm, documents: Sequence[Values]) -> str:
    stated = [values[term.id] for values in documents if term.id in values]
    if not stated:
        return NEVER
    codes = sorted({code for values in stated for code in values})
    if term.id in CODES and len(codes) <= MOST_CODES:
        return " ".join(codes) if len(stated) == len(documents) else f"({' '.join(codes)})"
    return ALWAYS if len(stated) == len(documents) else SOMETIMES


def _path(path: str) -> str:
    return f"`{path}`".replace(" | ", "` or `").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
