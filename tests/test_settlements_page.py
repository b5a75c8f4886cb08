"""docs/settlements.md says what happens: every case on it is loaded, and its table is what the program answers."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import pytest
from generated_business import SETUP
from house import ROOT
from ledgers import books_of

from facturier.books import Books
from facturier.rules.pack import CHECK_SETS, check_all
from facturier.violations import Severity

PAGE = (ROOT / "docs" / "settlements.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"^```beancount\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"\b(?:[FA]2026-\d{4}|2025-\d{3})\b")
# All rules but those on numbers, mentions and seals: the cases are short.
_RULES = ("SETTLE-", "BALANCE-", "REF-", "AMOUNT-", "LEDGER-", "FR-CREDIT-", "FR-DUE-", "FR-VAT-")
# What the page shows at least.
WANTED = (
    "instalments", "several invoices", "on account", "too much", "credit note moved", "credit note split", "deposit",
    "escompte", "fee", "few cents", "written off", "doubtful", "retention", "release", "bill of exchange", "paid back",
    "returned", "another client", "on one account", "foreign currency", "wrong invoice", "undone", "another program",
)  # fmt: skip


class Case(NamedTuple):
    """A case of the page: its title, its ledger text, the rows of its table."""

    title: str
    text: str
    rows: list[list[str]]


def cases() -> list[Case]:
    found = []
    for section in PAGE.split("\n### ")[1:]:
        title, _, body = section.partition("\n")
        (text,) = _FENCE.findall(body)
        table = [line for line in body.splitlines() if line.startswith("| ")]
        assert table[0] == "| on | left of what is named | settled by | on account |"
        found.append(Case(title, text, [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1:]]))
    return found


def base() -> str:
    """The three invoices all cases start from."""
    found: str = _FENCE.findall(PAGE.partition("\n### ")[0])[-1]
    return found


def answer(books: Books, day: date, numbers: list[str]) -> list[str]:
    found = books.open_items(day)
    left = [f"{item.id} {found.remaining[item.id]} {item.currency}" for item in found.open() if item.number in numbers]
    how = [
        f"{number}: " + ", ".join(f"{nature.value} {amount}" for nature, amount in natures.items())
        for number in numbers
        if (natures := found.by_nature(number))
    ]
    waiting = [f"{one.client} {-one.amount} {one.movement.currency}" for one in found.on_account]
    return [str(day), ", ".join(left) or "nothing", "; ".join(how), ", ".join(waiting)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_case_is_as_the_page_says(case: Case) -> None:
    books = books_of(f"{base()}\n{case.text}", setup=SETUP)
    numbers = sorted(set(_NUMBER.findall(case.text)))
    assert case.rows
    for row in case.rows:
        assert answer(books, date.fromisoformat(row[0]), numbers) == row
    found = check_all(books, CHECK_SETS)
    blamed = [one for one in found if one.rule.id.startswith(_RULES) and one.rule.severity is Severity.ERROR]
    assert [str(one.message) for one in blamed] == []


def test_every_day_of_a_case_has_its_row() -> None:
    for case in cases():
        days = set(re.findall(r"^(\d{4}-\d\d-\d\d) \*", case.text, re.MULTILINE))
        told = {row[0] for row in case.rows}
        assert told <= days
        assert max(days) in told or "PSP" in case.text


def test_no_case_is_missing() -> None:
    titles = " / ".join(case.title.lower() for case in cases())
    assert [wanted for wanted in WANTED if wanted not in titles] == []


def test_the_contents_list_every_case() -> None:
    listed = re.findall(r"^\| \[(.+?)\]\(#", PAGE, re.MULTILINE)
    assert listed == [case.title for case in cases()]
