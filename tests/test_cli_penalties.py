"""``facturier penalties``: shown by segments, and claimed once."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from commands import contents, run, run_json
from ledgers import bean_check, write_ledger
from test_late_payment import CASE_2, CASE_3, owed

DAY = "2026-09-03"
ACCOUNT = '2020-01-01 custom "role" "penalties" Income:Penalites\n2020-01-01 open Income:Penalites\n'
SERIES = '2020-01-01 custom "series" "penalites" "claim" "PR{year}-{number:04}"\n'


@pytest.fixture
def books(tmp_path: Path) -> Path:
    write_ledger(tmp_path, ACCOUNT + SERIES + CASE_3.replace("2026-02-01", "2026-04-01"))
    return tmp_path


def test_worked_case_3_as_a_table_and_as_json(books: Path) -> None:
    table = run("penalties", "--as-of", DAY, cwd=books, code=0).stdout
    rows = [line.split() for line in table.splitlines()]
    assert ["2026-05-02", "2026-06-30", "60", "10,000.00", "12.15", "199.73"] in rows
    assert ["Total", "EUR", "333.58", "40.00", "373.58"] in rows
    found = run_json("penalties", "martin", "--as-of", DAY, cwd=books)
    assert (found["as_of"], found["currency"], found["total"]) == (DAY, "EUR", "373.58")
    (invoice,) = found["clients"][0]["invoices"]
    assert [segment["interest"] for segment in invoice["segments"]] == ["199.73", "3.40", "130.45"]
    assert (invoice["rule"], invoice["remaining"]) == ("legal", "6000.00")


def test_as_csv_interest_and_costs_are_rows(books: Path) -> None:
    text = run("penalties", "--as-of", DAY, "--csv", cwd=books, code=0).stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["Principal"], row["Interest"], row["Recovery costs"]) for row in rows] == [
        ("10000.00", "199.73", ""), ("10000.00", "3.40", ""), ("6000.00", "130.45", ""), ("", "", "40"),
    ]  # fmt: skip


def test_nothing_is_booked_by_looking_nor_by_a_dry_run_nor_unasked(books: Path) -> None:
    before = contents(books)
    run("penalties", "--as-of", DAY, cwd=books, code=0)
    assert '+  claim: "PR2026-0001"' in run("penalties", "--as-of", DAY, "--book", "--dry-run", cwd=books).stdout
    unasked = run("penalties", "--as-of", DAY, "--book", cwd=books, code=0)
    assert "Add --yes" in unasked.stderr
    assert contents(books) == before


def test_a_claim_is_booked_once_without_vat_and_is_owed(books: Path) -> None:
    done = run("penalties", "--as-of", DAY, "--book", "--yes", "--json", cwd=books, code=0)
    (claimed,) = json.loads(done.stdout)
    assert (claimed["number"], claimed["total"], claimed["written"]) == ("PR2026-0001", "373.58", True)
    checked = bean_check(books / "main.beancount")
    assert checked.returncode == 0, checked.stderr
    text = (books / "main.beancount").read_text(encoding="utf-8")
    assert "du 02/05/2026 au 30/06/2026 : 60 j à 12,15 % sur 10 000,00 € = 199,73 €" in text
    before = contents(books)
    again = run("penalties", "--as-of", DAY, "--book", "--yes", cwd=books, code=0)
    assert again.stdout == f"There is nothing to claim on {DAY}.\n"
    assert contents(books) == before
    (client,) = run_json("receivables", "--as-of", DAY, cwd=books)["clients"]
    assert {item["id"]: item["remaining"] for item in client["items"]} == {
        "F2026-0001": "6000.00",
        "PR2026-0001": "373.58",
    }


def test_without_an_account_or_a_series_it_says_what_to_add(tmp_path: Path) -> None:
    write_ledger(tmp_path, CASE_2)
    done = run("penalties", "--as-of", DAY, "--book", "--yes", cwd=tmp_path, code=1)
    assert 'custom "role" "penalties"' in done.stderr
    write_ledger(tmp_path, CASE_2 + ACCOUNT)
    done = run("penalties", "--as-of", DAY, "--book", "--yes", cwd=tmp_path, code=1)
    assert 'custom "series" "claim" "claim" "PR{year}-{number:04}"' in done.stderr


def test_a_disputed_invoice_is_shown_and_not_claimed(books: Path) -> None:
    main = books / "main.beancount"
    dispute = '2026-08-01 custom "dispute" "F2026-0001" "open" "quantité"\n'
    main.write_text(main.read_text(encoding="utf-8") + dispute, encoding="utf-8")
    done = run("penalties", "--as-of", DAY, "--book", "--yes", cwd=books, code=0)
    assert "F2026-0001 is disputed" in done.stderr
    assert "nothing to claim" in done.stdout
    assert run_json("penalties", "--as-of", DAY, cwd=books)["total"] == "373.58"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody",), 'There is no client "nobody".'),
        (("martn",), "did you mean martin"),
        (("--book", "--rev", "HEAD"), "--rev"),
        (("--book", "--as-of", "2999-01-01"), "is in the future"),
    ],
)
def test_what_cannot_be_done_is_told(books: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in run("penalties", *arguments, cwd=books, code=2).stderr.replace('"martin"', "martin")


def test_nothing_late(tmp_path: Path) -> None:
    write_ledger(tmp_path, owed("F2026-0001", "120.00", "2026-12-31"))
    assert run("penalties", "--as-of", DAY, cwd=tmp_path, code=0).stdout == f"No penalty is owed on {DAY}.\n"
