"""``facturier statement``, ``report dso`` and ``report payers`` as their users type them."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest
from commands import demo_books, run, run_json
from ledgers import write_ledger
from test_client_statement import YEAR, paid

DAY = "2026-11-20"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_books(tmp_path_factory.mktemp("demo") / "books")


def test_open_items_activity_csv_and_json_agree(tmp_path: Path) -> None:
    write_ledger(tmp_path, YEAR)
    table = run("statement", "martin", "--as-of", "2026-12-31", cwd=tmp_path, code=0).stdout
    assert [line.split() for line in table.splitlines() if "F2026" in line] == [
        ["F2026-0002", "2026-02-06", "2026-03-08", "298", "120.00", "60.00"]
    ]
    found = run_json("statement", "martin", "--activity", "--as-of", "2026-12-31", cwd=tmp_path)
    assert (found["as_of"], found["from"], found["currency"], found["total"]) == (
        "2026-12-31", "2026-01-05", "EUR", "50.00",
    )  # fmt: skip
    assert found["accounts"][0]["rows"][-1]["balance"] == "50.00"
    text = run("statement", "martin", "--from", "2026-03-01", "--csv", "--as-of", "2026-12-31", cwd=tmp_path).stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["Balance"] for row in rows] == ["120.00", "60.00", "50.00"]


def test_a_pdf_is_written_and_an_unknown_client_named(tmp_path: Path) -> None:
    write_ledger(tmp_path, YEAR)
    run("statement", "martin", "--pdf", "releves/martin.pdf", cwd=tmp_path, code=0)
    assert (tmp_path / "releves" / "martin.pdf").read_bytes().startswith(b"%PDF")
    assert 'did you mean "martin"' in run("statement", "martn", cwd=tmp_path, code=2).stderr
    refused = run("statement", "martin", "--pdf", "main.beancount/x.pdf", cwd=tmp_path, code=2)
    assert "main.beancount" in refused.stderr


def test_nobody_owes_nothing_in_silence(tmp_path: Path) -> None:
    write_ledger(tmp_path, YEAR)
    done = run("statement", "durand", "--as-of", "2026-12-31", cwd=tmp_path, code=0)
    assert done.stdout == "Jeanne Durand owes nothing on 2026-12-31.\n"


def test_dso_of_the_demo_company(demo: Path) -> None:
    found = run_json("report", "dso", "--as-of", DAY, "-f", demo)
    (euros, _) = found["currencies"]
    months = sum(float(month["days"]) for month in euros["months"])
    assert float(euros["count_back"]["dso"]) == pytest.approx(months, abs=0.05)
    simple = 90 * float(euros["receivables"]) / float(euros["sales"])
    assert float(euros["simple"]["dso"]) == pytest.approx(simple, abs=0.05)
    table = run("report", "dso", "--as-of", DAY, "-f", demo, code=0).stdout
    assert "Average days delinquent" in table
    csv_text = run("report", "dso", "--as-of", DAY, "--csv", "-f", demo, code=0).stdout
    assert csv_text.count("\n") == 3


def test_the_help_of_dso_has_the_formulas() -> None:
    text = run("report", "dso", "--help", code=0).stdout
    for formula in ("receivables ÷ sales of the period × days", "each month's sales are taken off", "DSO − best"):
        assert formula in text


def test_payers_of_the_demo_company(demo: Path) -> None:
    found = run_json("report", "payers", "--as-of", DAY, "-f", demo)
    roche = found["clients"][0]
    assert (roche["client"], roche["delay"], roche["few"]) == ("roche", "37.2", True)
    table = run("report", "payers", "--as-of", DAY, "-f", demo, code=0).stdout
    assert "Hôtel de la Roche Noire" in table
    text = run("report", "payers", "--as-of", DAY, "--csv", "-f", demo, code=0).stdout
    assert len(list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))) == len(found["clients"])


@pytest.mark.parametrize(
    "report", [("statement", "martin"), ("penalties",), ("report", "dso"), ("report", "payers"), ("receivables",)]
)
def test_every_report_tells_what_was_known_at_a_revision(tmp_path: Path, report: tuple[str, ...]) -> None:
    main = write_ledger(tmp_path, YEAR)
    as_of = ("--as-of", "2026-12-31")
    known = run_json(*report, *as_of, cwd=tmp_path)
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *command], cwd=tmp_path, check=True)
    late = paid("2026-06-10", "60.00", "F2026-0002")
    main.write_text(main.read_text(encoding="utf-8") + "\n" + late, encoding="utf-8")
    assert run_json(*report, *as_of, cwd=tmp_path) != known
    assert run_json(*report, *as_of, "--rev", "HEAD", cwd=tmp_path) == known
