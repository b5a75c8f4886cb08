"""``facturier receivables``: the aged balance, as a table and as JSON, as of any day."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core import data
from beancount.core.amount import Amount
from commands import demo_books, run, run_json
from ledgers import HEADER, write_ledger

from facturier.money import ZERO
from facturier.roles import OWED
from facturier.workspace import open_ledger

NARROW = "\N{NARROW NO-BREAK SPACE}"

# Worked case 16: item, amount with VAT, due date.
CASE_16 = {
    "F1": ("1200.00", "2026-11-30"),
    "F2": ("600.00", "2026-11-22"),
    "F3": ("240.00", "2026-11-21"),
    "F4": ("960.00", "2026-10-23"),
    "F5": ("480.00", "2026-10-22"),
    "F6": ("360.00", "2026-09-23"),
    "F7": ("720.00", "2026-09-22"),
    "F8": ("120.00", "2026-08-24"),
    "F9": ("84.00", "2026-08-23"),
}
DAY = "2026-11-22"


def taken_over(number: str, gross: str, due: str) -> str:
    vat = Decimal(gross) / 6
    return (
        f'2026-06-01 * "Reprise" "{number}"\n  Assets:Clients:Martin  {gross} EUR\n    opens: "{number}"\n'
        f"    issued: 2026-05-01\n    due: {due}\n  Liabilities:TVA:EnAttente  -{vat} EUR\n    vat: 20\n"
        f"  Equity:Reprise  -{Decimal(gross) - vat} EUR\n"
    )


@pytest.fixture
def case_16(tmp_path: Path) -> Path:
    write_ledger(tmp_path, "\n".join(taken_over(number, *values) for number, values in CASE_16.items()))
    return tmp_path


def test_worked_case_16(case_16: Path) -> None:
    found = run_json("receivables", "--as-of", DAY, cwd=case_16)
    assert set(found) == {"as_of", "currency", "total", "totals", "profiles", "clients"}
    assert found["as_of"] == DAY
    assert found["totals"] == {
        "EUR": {
            "not_due": "1800.00",
            "days_1_30": "1200.00",
            "days_31_60": "840.00",
            "days_61_90": "840.00",
            "over_90": "84.00",
            "disputed": "0",
            "promised": "0",
            "on_account": "0",
            "total": "4764.00",
        }
    }
    (client,) = found["clients"]
    assert (client["client"], client["name"], client["currency"]) == ("martin", "Martin Bâtiment SAS", "EUR")
    late = {item["id"]: item["days_late"] for item in client["items"]}
    assert late == {"F1": 0, "F2": 0, "F3": 1, "F4": 30, "F5": 31, "F6": 60, "F7": 61, "F8": 90, "F9": 91}
    assert client["items"][0] == {
        "id": "F9", "issued": "2026-05-01", "due": "2026-08-23", "amount": "84.00", "remaining": "84.00",
        "days_late": 91, "bucket": "over_90",
        "status": "overdue", "disputed": "0", "promised": "0",
    }  # fmt: skip


def test_as_a_table_with_the_items_below_the_client(case_16: Path) -> None:
    done = run("receivables", "--as-of", DAY, "--by", "item", cwd=case_16, code=0)
    rows = [line.split("  ") for line in done.stdout.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells[0] == ["Aged balance on 2026-11-22"]
    assert ["Client", "Not due", "1–30 d", "31–60 d", "61–90 d", "Over 90 d", "On account", "Total"] in cells
    assert ["Martin Bâtiment SAS", "1,800.00", "1,200.00", "840.00", "840.00", "84.00", "4,764.00"] in cells
    assert ["Total EUR", "1,800.00", "1,200.00", "840.00", "840.00", "84.00", "4,764.00"] in cells
    for number, (amount, due) in CASE_16.items():
        status = "overdue" if due < DAY else "issued"
        assert [number, due, status, f"{Decimal(amount):,}"] in cells
    by_client = run("receivables", "--as-of", DAY, cwd=case_16, code=0)
    assert "F9" not in by_client.stdout
    assert by_client.stdout == run("receivables", "--as-of", DAY, "--by", "client", cwd=case_16).stdout


def test_before_anything_was_owed_it_says_so(case_16: Path) -> None:
    done = run("receivables", "--as-of", "2026-04-30", cwd=case_16, code=0)
    assert done.stdout == "Nothing is owed on 2026-04-30.\n"
    assert run_json("receivables", "--as-of", "2026-04-30", cwd=case_16)["clients"] == []


def test_without_a_day_it_is_as_of_today(case_16: Path) -> None:
    before = datetime.now().astimezone().date()
    found = date.fromisoformat(run_json("receivables", cwd=case_16)["as_of"])
    assert before <= found <= before + timedelta(days=1)


@pytest.mark.parametrize("day", ["22/11/2026", "2026-13-01", "today"])
def test_another_way_of_writing_a_day_is_refused(case_16: Path, day: str) -> None:
    done = run("receivables", "--as-of", day, cwd=case_16, code=2)
    assert day in done.stderr
    assert "%Y-%m-%d" in done.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_day_of_all(case_16: Path, day: str) -> None:
    assert run_json("receivables", "--as-of", day, cwd=case_16)["as_of"] == day


def owed(main: Path) -> Decimal:
    """What the accounts of clients say, by their postings alone; all dollars were paid."""
    workspace = open_ledger(main)
    return sum(
        (
            posting.units.number
            for entry in workspace.entries
            if isinstance(entry, data.Transaction)
            for posting in entry.postings
            if workspace.books.roles.of(posting.account).name in OWED
            and isinstance(posting.units, Amount)
            and posting.units.number is not None
            and posting.units.currency == "EUR"
        ),
        ZERO,
    )


def test_the_demo_company(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books")
    found = run_json("receivables", "--as-of", "2026-11-20", "-f", main)
    totals = found["totals"]["EUR"]
    assert (totals["on_account"], totals["total"]) == ("-500.00", str(owed(main)))
    assert sum(Decimal(client["total"]) for client in found["clients"]) == Decimal(totals["total"])
    for client in found["clients"]:
        assert sum(Decimal(item["remaining"]) for item in client["items"]) + Decimal(client["on_account"]) == Decimal(
            client["total"]
        )
    roche = next(client for client in found["clients"] if client["client"] == "roche")
    assert (roche["over_90"], roche["on_account"], roche["total"]) == ("740.00", "-500.00", "4032.00")


def test_each_currency_has_its_own_line(tmp_path: Path) -> None:
    source = '2026-01-05 * "Acme" "Consulting"\n  invoice: "F2026-0001"\n  client: "acme"\n  rate: 0.9\n'
    source += '  Assets:Clients:Acme  100.00 USD @@ 90.00 EUR\n  Income:Prestations  -90.00 EUR\n    item: "C"\n'
    source += '    quantity: 1\n    price: 100.00 USD\n    vat: "services-outside-eu"\n'
    write_ledger(tmp_path, source + "\n" + taken_over("F9", "84.00", "2026-08-23"))
    assert set(run_json("receivables", cwd=tmp_path)["totals"]) == {"EUR", "USD"}
    table = run("receivables", cwd=tmp_path, code=0).stdout
    assert "Acme Inc (USD)" in table
    assert "Total USD" in table


def test_markup_in_names_is_shown_as_it_is(tmp_path: Path) -> None:
    header = HEADER.replace('"Martin Bâtiment SAS"', '"[red]Martin[/red] \\\\[x]"')
    write_ledger(tmp_path, taken_over("[bold]9", "84.00", "2026-08-23"), header=header)
    table = run("receivables", "--by", "item", "--as-of", DAY, cwd=tmp_path, code=0).stdout
    assert "[red]Martin[/red] \\[x]" in table
    assert "[bold]9" in table


def test_in_french(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books", "fr")
    table = run("receivables", "--as-of", "2026-11-20", "-f", main, code=0).stdout
    whole, cents = f"{owed(main):,.2f}".split(".")
    assert f"{whole.replace(',', NARROW)},{cents}" in table
    assert "Not due" not in table


def test_by_profile_and_by_currency(tmp_path: Path) -> None:
    profile = '2020-01-02 custom "client" "martin"\n  profile: "strict"\n'
    dollars = (
        '2026-07-01 * "Reprise"\n  Assets:Clients:Acme  10.00 USD\n    opens: "U1"\n    due: 2026-08-01\n'
        "  Equity:Reprise  -10.00 USD\n"
    )
    write_ledger(tmp_path, "\n".join((profile, taken_over("F9", "84.00", "2026-08-23"), dollars)))
    found = run_json("receivables", "--as-of", DAY, cwd=tmp_path)
    assert (found["currency"], found["total"]) == ("EUR", "84.00")
    assert {currency: sums["total"] for currency, sums in found["totals"].items()} == {"EUR": "84.00", "USD": "10.00"}
    assert [(one["profile"], one["currency"], one["total"]) for one in found["profiles"]] == [
        (None, "USD", "10.00"),
        ("strict", "EUR", "84.00"),
    ]
    by_profile = run("receivables", "--as-of", DAY, "--by", "profile", cwd=tmp_path, code=0).stdout
    assert "no profile (USD)" in by_profile
    assert "strict" in by_profile
    by_currency = run("receivables", "--as-of", DAY, "--by", "currency", cwd=tmp_path, code=0).stdout
    assert "Martin" not in by_currency
    assert next(line.split() for line in by_currency.splitlines() if "Total USD" in line)[-1] == "10.00"


def test_as_csv_the_rows_add_up_to_the_total(case_16: Path) -> None:
    done = run("receivables", "--as-of", DAY, "--by", "item", "--csv", cwd=case_16, code=0)
    assert done.stdout.startswith("\ufeffId,Client,Profile,Currency,Number,Issued,Due,Days late,Status,Amount,Left,")
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    assert sum(Decimal(row["Left"]) for row in rows) == Decimal("4764.00")
    by_client = run("receivables", "--as-of", DAY, "--csv", cwd=case_16, code=0).stdout.splitlines()
    assert by_client[1] == "martin,Martin Bâtiment SAS,,EUR,1800.00,1200.00,840.00,840.00,84.00,0,0,0,4764.00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_a_client_who_calls_itself_a_formula_stays_a_name(tmp_path: Path, start: str) -> None:
    header = HEADER.replace('"Martin Bâtiment SAS"', f'"{start}HYPERLINK(1)"')
    write_ledger(tmp_path, taken_over("F9", "84.00", "2026-08-23"), header=header)
    found = run("receivables", "--csv", "--as-of", DAY, cwd=tmp_path, code=0).stdout
    assert "'" in found.splitlines()[1].split("martin,")[1][:2]


def test_what_is_disputed_and_promised_has_columns_of_its_own(case_16: Path) -> None:
    main = case_16 / "main.beancount"
    events = '2026-10-01 custom "dispute" "F9" "open" "quantité"\n  amount: 20.00 EUR\n'
    events += '2026-11-20 custom "promise" "F8" 100.00 EUR 2026-12-01\n'
    main.write_text(main.read_text(encoding="utf-8") + events, encoding="utf-8")
    found = run_json("receivables", "--as-of", DAY, cwd=case_16)
    (client,) = found["clients"]
    assert (client["disputed"], client["promised"], client["total"]) == ("20.00", "100.00", "4764.00")
    table = run("receivables", "--as-of", DAY, cwd=case_16, code=0).stdout
    assert "Disputed" in table
    assert "Promised" in table
