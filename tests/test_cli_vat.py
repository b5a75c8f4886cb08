"""``facturier vat due`` and ``vat transfer``, and ``facturier close``, through the program."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from commands import contents, demo_books, run, run_json
from ledgers import HEADER, SETUP, bean_check, sale

PAID = """2026-02-01 * "MARTIN BATIMENT" "VIR F2026-0001"
  Assets:Banque:Qonto     600.00 EUR
  Assets:Clients:Martin  -600.00 EUR
    settles: "F2026-0001"

2026-03-15 * "=HYPERLINK(1)" "VIR F2026-0001"
  Assets:Banque:Qonto     600.00 EUR
  Assets:Clients:Martin  -600.00 EUR
    settles: "F2026-0001"
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """An invoice paid by halves in February and March."""
    path = tmp_path / "main.beancount"
    path.write_text(HEADER + sale("F2026-0001", "2026-01-05", "1000.00") + "\n" + PAID, encoding="utf-8")
    return path


def test_due_is_listed_with_the_payment_that_caused_it(ledger: Path) -> None:
    done = run("vat", "due", "2026-Q1", "-f", ledger, code=0)
    assert "2026-02-01   F2026-0001   martin   MARTIN BATIMENT" in done.stdout
    assert re.search(r"Total +1,000\.00 +20 % +200\.00", done.stdout)
    assert "Still to be transferred for 2026-02: 100.00 (20 %). Type: facturier vat transfer 2026-02" in done.stdout
    assert "No VAT fell due on receipts in 2026-01." in run("vat", "due", "2026-01", "-f", ledger, code=0).stdout


def test_due_as_json(ledger: Path) -> None:
    found = run_json("vat", "due", "2026", "-f", ledger)
    assert (found["period"], found["currency"], found["total"]) == ("2026", "EUR", "200.00")
    assert found["rates"] == [{"rate": "20", "base": "1000.00", "vat": "200.00"}]
    assert [(one["month"], one["due"], one["transferred"]) for one in found["months"]] == [
        ("2026-02", "100.00", "0"),
        ("2026-03", "100.00", "0"),
    ]
    row = found["rows"][0]
    assert (row["date"], row["document"], row["client"], row["base"]) == (
        "2026-02-01",
        "F2026-0001",
        "martin",
        "500.00",
    )
    assert row["by"] == "MARTIN BATIMENT"
    assert row["place"].startswith(str(ledger.name)) or row["place"].startswith(str(ledger.parent))


def test_due_as_csv_is_safe_in_a_spreadsheet(ledger: Path) -> None:
    done = run("vat", "due", "2026-03", "--csv", "-f", ledger, code=0)
    heading, row = csv.reader(io.StringIO(done.stdout.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")))
    assert heading == ["Date", "Document", "Client", "By", "Base", "Rate", "VAT"]
    assert row == ["2026-03-15", "F2026-0001", "martin", "'=HYPERLINK(1)", "500.00", "20", "100.00"]


def test_a_transfer_is_written_once(ledger: Path) -> None:
    done = run("vat", "transfer", "2026-02", "--yes", "-f", ledger, code=0)
    assert '+2026-02-28 * "VAT on receipts" "February 2026"' in done.stdout
    assert '+  vat-due: "2026-02"' in done.stdout
    assert re.search(r"\+  Liabilities:TVA:EnAttente +100\.00 EUR\n\+    vat: 20\n", done.stdout)
    assert re.search(r"\+  Liabilities:TVA:Collectee +-100\.00 EUR\n\+    vat: 20\n", done.stdout)
    assert (bean_check(ledger).returncode, bean_check(ledger).stderr) == (0, "")
    before = contents(ledger.parent)
    again = run("vat", "transfer", "2026-02", "--yes", "-f", ledger, code=0)
    assert "Nothing to transfer" in again.stdout
    assert run_json("vat", "transfer", "2026-02", "--yes", "-f", ledger) == []
    assert contents(ledger.parent) == before


def test_what_changed_since_is_added(ledger: Path) -> None:
    run("vat", "transfer", "2026-02", "--yes", "-f", ledger, code=0)
    late = sale("F2026-0002", "2026-01-06") + '\n2026-02-27 * "VIR"\n  Assets:Banque:Qonto  120.00 EUR\n'
    late += '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0002"\n'
    ledger.write_text(ledger.read_text(encoding="utf-8") + "\n" + late, encoding="utf-8")
    found = run_json("vat", "transfer", "2026-02", "--yes", "-f", ledger)
    assert found == [{"month": "2026-02", "date": "2026-02-28", "rates": [{"rate": "20", "vat": "20.00"}]}]


def test_a_quarter_is_an_entry_a_month(ledger: Path) -> None:
    found = run_json("vat", "transfer", "2026-Q1", "--yes", "-f", ledger)
    assert [one["date"] for one in found] == ["2026-02-28", "2026-03-31"]
    assert run_json("vat", "due", "2026-Q1", "-f", ledger)["months"][1]["transferred"] == "100.00"


@pytest.mark.parametrize("options", [["--dry-run"], ["--dry-run", "--yes"], []])
@pytest.mark.parametrize("command", [["vat", "transfer", "2026-02"], ["close", "2026-01-31"]])
def test_nothing_is_written_unless_asked(ledger: Path, options: list[str], command: list[str]) -> None:
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    before = contents(ledger.parent)
    done = run(*command, *options, "-f", ledger, code=0)
    assert "Nothing was written." in done.stdout
    assert "+2026-" in done.stdout
    assert contents(ledger.parent) == before


def test_accounts_are_those_of_the_rate(tmp_path: Path) -> None:
    setup = SETUP.replace(
        '2020-01-01 custom "role" "vat-collected"  Liabilities:TVA:Collectee\n',
        '2020-01-01 custom "role" "vat-collected"  Liabilities:TVA:Collectee\n'
        '2020-01-01 custom "role" "vat-collected"  Liabilities:TVA:Collectee:Vingt\n  vat: 20\n'
        "2020-01-01 open Liabilities:TVA:Collectee:Vingt\n",
    )
    path = tmp_path / "main.beancount"
    path.write_text(setup + sale("F2026-0001", "2026-01-05", "1000.00") + "\n" + PAID, encoding="utf-8")
    done = run("vat", "transfer", "2026-02", "--dry-run", "-f", path, code=0)
    assert "Liabilities:TVA:Collectee:Vingt  -100.00 EUR" in done.stdout


def test_without_an_account_the_sentence_says_what_to_add(ledger: Path) -> None:
    text = ledger.read_text(encoding="utf-8")
    line = '2020-01-01 custom "role" "vat-collected"  Liabilities:TVA:Collectee\n'
    assert line in text
    ledger.write_text(text.replace(line, ""), encoding="utf-8")
    done = run("vat", "transfer", "2026-02", "--yes", "-f", ledger, code=2)
    assert 'No open account has the role "vat-collected"' in done.stderr


@pytest.mark.parametrize("period", ["2026-13", "11/2026", "2026-Q5", "", "0000"])
@pytest.mark.parametrize("command", ["due", "transfer"])
def test_a_period_that_is_none(ledger: Path, command: str, period: str) -> None:
    done = run("vat", command, period, "-f", ledger, code=2)
    assert "is no period; type a month, quarter or year" in done.stderr


def test_the_demo_transfers_each_month_what_fell_due(tmp_path: Path) -> None:
    """What its author worked out by hand is what the program says, every month."""
    main = demo_books(tmp_path / "demo")
    assert "Nothing to transfer" in run("vat", "transfer", "2025-12", "-f", main, code=0).stdout
    found = run_json("vat", "due", "2026", "-f", main)
    assert len({one["month"] for one in found["months"]}) == 10
    for month in found["months"]:
        assert Decimal(month["due"]) == Decimal(month["transferred"]) > 0


# --- close


def test_what_must_hold_before_a_closing_is_told_with_its_place_and_fix(ledger: Path) -> None:
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text + '\n2026-02-03 * "?"\n  Assets:Caisse  1.00 EUR\n  Assets:Banque:Qonto  -2.00 EUR\n')
    before = contents(ledger.parent)
    done = run("close", "2026-02", "--yes", "-f", ledger, code=1)
    lines = done.stderr.splitlines()
    assert any("does not balance" in line for line in lines)
    assert any("F2026-0001 is not sealed. Type: facturier seal F2026-0001" in line for line in lines)
    assert any("is not transferred: 100.00 EUR. Type: facturier vat transfer 2026-02" in line for line in lines)
    assert all(re.match(r"\S+\.beancount:\d+: ", line) for line in lines[:-1])
    assert "Nothing was closed" in lines[-1]
    assert contents(ledger.parent) == before


def test_a_wrong_document_after_the_date_is_not_in_the_way(ledger: Path) -> None:
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text + "\n" + sale("F2026-0009", "2026-03-20"), encoding="utf-8")
    run("seal", "F2026-0001", "--yes", "-f", ledger)
    run("close", "2026-01-31", "--yes", "-f", ledger, code=0)
    assert "FR-NUM-GAP" in run("close", "2026-03", "-f", ledger, code=1).stderr


def closed(ledger: Path) -> Path:
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    run("vat", "transfer", "2026-02", "--yes", "-f", ledger, code=0)
    run("close", "2026-02", "--yes", "-f", ledger, code=0)
    return ledger


def test_a_closed_period_stays_as_it_was(ledger: Path) -> None:
    closed(ledger)
    text = ledger.read_text(encoding="utf-8")
    assert re.search(r'custom "close" 2026-02-28\n  entries: 3\n  hash: "[0-9a-f]{64}"\n  days: "', text)
    assert (bean_check(ledger).returncode, bean_check(ledger).stderr) == (0, "")
    before = contents(ledger.parent)
    assert "Nothing to close" in run("close", "2026-01-31", "--yes", "-f", ledger, code=0).stdout
    assert contents(ledger.parent) == before
    ledger.write_text(text.replace('"MARTIN BATIMENT" "VIR', '"MARTIN" "VIR'), encoding="utf-8")
    assert "an entry of 2026-02-01 was changed" in bean_check(ledger).stderr


def test_commands_do_not_write_into_a_closed_period(ledger: Path) -> None:
    closed(ledger)
    before = contents(ledger.parent)
    done = run("credit", "F2026-0001", "--date", "2026-02-20", "--yes", "-f", ledger)
    assert done.returncode != 0
    assert "entries of 2026-02-20: 1 instead of 0" in done.stderr
    assert contents(ledger.parent) == before
    draft = '\n2026-02-10 D "martin" "Oubliée"\n  Income:Prestations  -10.00 EUR\n    item: "X"\n    vat: 20\n'
    ledger.write_bytes(before["main.beancount"] + draft.encode())
    assert bean_check(ledger).returncode == 0, "papers are off the books"


def test_a_change_of_what_fell_due_in_a_closed_month_is_corrected_after_it(ledger: Path) -> None:
    """A payment of a closed month that is found to be another invoice's: a new entry, a new transfer."""
    closed(ledger)
    # The transfer itself was wrong: the accountant takes it apart by hand.
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(
        text.replace("Collectee  -100.00", "Collectee   -90.00").replace("EnAttente   100.00", "EnAttente    90.00")
    )
    assert ledger.read_text(encoding="utf-8") != text
    errors = bean_check(ledger).stderr
    assert "[CLOSE-CHANGED]" in errors
    assert "[FR-VAT-DUE-CLOSED]" in errors
    found = run_json("vat", "transfer", "2026-02", "--yes", "-f", ledger, code=None)
    assert found == [{"month": "2026-02", "date": "2026-03-01", "rates": [{"rate": "20", "vat": "10.00"}]}]
    assert "February 2026, correction" in ledger.read_text(encoding="utf-8")
    assert "[FR-VAT-DUE-CLOSED]" not in bean_check(ledger).stderr


def test_a_closing_as_json(ledger: Path) -> None:
    run("seal", "--all", "--yes", "-f", ledger, code=0)
    found = run_json("close", "2026-01-31", "--yes", "-f", ledger)
    assert found["until"] == "2026-01-31"
    assert found["entries"] == 1
    assert found["hash"] in ledger.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("until", "said"), [("31/01/2026", "is no date"), ("2026-02-30", "is no date"), ("2999-12-31", "is not over")]
)
def test_a_date_that_cannot_be_closed(ledger: Path, until: str, said: str) -> None:
    assert said in run("close", until, "-f", ledger, code=2).stderr


def test_the_demo_can_be_closed_month_by_month(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "demo")
    for month in ("2025-12", "2026-03", "2026-10"):
        run("close", month, "--yes", "-f", main, code=0)
    assert (bean_check(main).returncode, bean_check(main).stderr) == (0, "")
    assert json.loads(run("check", "--json", "-f", main, code=0).stdout)["beancount_errors"] == []
