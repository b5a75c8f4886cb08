"""``facturier check`` and what all commands share: exit codes, where messages go, which ledger is read."""

from __future__ import annotations

import os
from pathlib import Path

from beancount import loader
from commands import contents, demo_books, run, run_json
from ledgers import HEADER, SETUP, line_of, sale, write_ledger

from facturier.cli.console import violation_line
from facturier.messages import message
from facturier.rules.pack import ALL_RULES
from facturier.violations import Place, Severity, Violation
from facturier.workspace import open_ledger

GAP = sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0003", "2026-01-07")


def waived(rule: str, reason: str) -> str:
    return sale("F2026-0001", "2026-01-05") + "\n" + sale("F2026-0003", "2026-01-07", keys=f'waive: "{rule} {reason}"')


def test_the_demo_books_are_right(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books")
    done = run("check", "-f", main, code=0)
    # A client paid half of an invoice without naming it: the accountant is told that the money waits.
    (notice,) = done.stderr.splitlines()
    assert notice.endswith("[FR-VAT-ON-ACCOUNT]")
    books = open_ledger(main).books
    counted = f"Documents checked: {len(books.documents)}; papers: {len(books.papers)};"
    assert done.stdout == f"{counted} errors: 0; notices: 1.\n"


def test_a_violation_is_told_on_stderr_as_file_line_message(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, GAP)
    line = line_of(ledger, 'invoice: "F2026-0003"') - 1
    done = run("check", "-f", ledger.name, cwd=tmp_path, code=1)
    unsealed, gap = done.stderr.splitlines()
    assert unsealed.startswith("main.beancount:")
    assert unsealed.endswith("[SEAL-MISSING]")
    assert gap.startswith(f"main.beancount:{line}: ")
    assert gap.endswith("[FR-NUM-GAP]")
    assert "F2026-0002" in gap
    assert done.stdout == "Documents checked: 2; papers: 0; errors: 1; notices: 1.\n"


def test_a_file_elsewhere_is_told_by_its_whole_path(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, GAP)
    (tmp_path / "elsewhere").mkdir()
    done = run("check", "-f", "../main.beancount", cwd=tmp_path / "elsewhere", code=1)
    assert done.stderr.startswith(f"{ledger}:")


def test_the_ledger_is_the_option_then_the_variable_then_main_beancount(tmp_path: Path) -> None:
    for name, number in (("main", 1), ("variable", 2), ("option", 3)):
        source = "\n".join(sale(f"F2026-{index:04}", "2026-01-05") for index in range(1, number + 1))
        write_ledger(tmp_path, source, name=f"{name}.beancount")
    variable = {"BEANCOUNT_FILE": str(tmp_path / "variable.beancount")}
    assert run("check", cwd=tmp_path, code=0).stdout.startswith("Documents checked: 1;")
    assert run("check", cwd=tmp_path, environment=variable, code=0).stdout.startswith("Documents checked: 2;")
    found = run("check", "-f", "option.beancount", cwd=tmp_path, environment=variable, code=0)
    assert found.stdout.startswith("Documents checked: 3;")
    assert run("check", "--ledger", "option.beancount", cwd=tmp_path, code=0).stdout == found.stdout


def test_without_any_ledger_it_says_how_to_name_one(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path, code=2)
    assert done.stdout == ""
    assert done.stderr == (
        "main.beancount: There is no ledger here; name one with -f, or make the demo with: facturier demo.\n"
    )


def test_beancounts_own_errors_count_and_are_told_first(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, GAP + "\n2026-02-01 balance Assets:Caisse  5.00 EUR\n")
    line = line_of(ledger, "2026-02-01 balance")
    done = run("check", cwd=tmp_path, code=1)
    first, _, second = done.stderr.splitlines()
    assert first.startswith(f"main.beancount:{line}: Balance failed for 'Assets:Caisse'")
    assert second.endswith("[FR-NUM-GAP]")
    assert "errors: 2;" in done.stdout


def test_json_tells_rule_place_document_law_and_counts(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, GAP + "\n2026-02-01 balance Assets:Caisse  5.00 EUR\n")
    found = run_json("check", cwd=tmp_path, code=1)
    assert set(found) == {"documents", "papers", "beancount_errors", "findings", "waived"}
    assert (found["documents"], found["papers"], found["waived"]) == (2, 0, [])
    (error,) = found["beancount_errors"]
    assert error["line"] == line_of(ledger, "2026-02-01 balance")
    assert error["file"] == str(ledger)
    notice, finding = found["findings"]
    assert (notice["rule"], notice["severity"]) == ("SEAL-MISSING", "notice")
    assert finding == {
        "rule": "FR-NUM-GAP",
        "severity": "error",
        "file": str(ledger),
        "line": line_of(ledger, 'invoice: "F2026-0003"') - 1,
        "document": finding["document"],
        "message": finding["message"],
        "law": ALL_RULES["FR-NUM-GAP"].law,
    }
    assert "F2026-0002" in finding["message"]


def test_a_notice_is_marked_as_one() -> None:
    rule = ALL_RULES["FR-NUM-GAP"]._replace(severity=Severity.NOTICE)
    place = Place("main.beancount", 7)
    assert (
        violation_line(Violation(rule, message("A gap."), place), "en") == "main.beancount:7: note: A gap. [FR-NUM-GAP]"
    )
    error = Violation(rule._replace(severity=Severity.ERROR), message("A gap."), place)
    assert violation_line(error, "en") == "main.beancount:7: A gap. [FR-NUM-GAP]"


def test_what_is_waived_is_listed_with_its_reason_and_does_not_fail(tmp_path: Path) -> None:
    write_ledger(tmp_path, waived("FR-NUM-GAP", "lost in a crash of the old program"))
    done = run("check", cwd=tmp_path, code=0)
    assert done.stderr.count("\n") == done.stderr.count("[SEAL-MISSING]\n")
    assert "F2026-0003: FR-NUM-GAP is waived: lost in a crash of the old program\n" in done.stdout
    found = run_json("check", cwd=tmp_path)
    assert {one["severity"] for one in found["findings"]} == {"notice"}
    assert found["waived"] == [
        {"document": "F2026-0003", "rule": "FR-NUM-GAP", "reason": "lost in a crash of the old program"}
    ]


def test_what_no_waiver_can_silence_is_not_called_waived(tmp_path: Path) -> None:
    assert not ALL_RULES["FR-NUM-DUPLICATE"].waivable
    number = sale("F2026-0001", "2026-01-05")
    twice = sale("F2026-0001", "2026-01-06", keys='waive: "FR-NUM-DUPLICATE by mistake"')
    write_ledger(tmp_path, f"{number}\n{twice}")
    done = run("check", cwd=tmp_path, code=1)
    assert "[FR-NUM-DUPLICATE]" in done.stderr
    assert "is waived" not in done.stdout
    assert run_json("check", cwd=tmp_path, code=1)["waived"] == []


def test_a_waiver_of_a_rule_that_does_not_exist_is_told(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, waived("FR-NUM-GAPP", "lost"))
    done = run("check", cwd=tmp_path, code=1)
    line = line_of(ledger, 'invoice: "F2026-0003"') - 1
    assert (
        f"main.beancount:{line}: waive: There is no rule FR-NUM-GAPP; did you mean FR-NUM-GAP? [LEDGER-WAIVE]"
        in done.stderr
    )
    assert "did you mean FR-NUM-GAP?" in done.stderr
    assert "[FR-NUM-GAP]" in done.stderr
    assert "is waived" not in done.stdout


def test_a_ledger_without_the_plugin_is_checked_and_told_so(tmp_path: Path) -> None:
    write_ledger(tmp_path, GAP, header=SETUP)
    done = run("check", cwd=tmp_path, code=1)
    assert "[FR-NUM-GAP]" in done.stderr
    assert 'plugin "facturier.plugins"' in done.stdout
    assert 'plugin "facturier.plugins"' not in run("check", "-f", demo_books(tmp_path / "books"), code=0).stdout


def test_it_speaks_the_language_of_the_ledger(tmp_path: Path) -> None:
    source = GAP.replace("\r", "")
    write_ledger(tmp_path, source, header=HEADER.replace('"language" "en"', '"language" "fr"'))
    done = run("check", cwd=tmp_path, code=1)
    assert "documents checked" not in done.stdout.lower()
    assert "[FR-NUM-GAP]" in done.stderr


def test_a_pipe_that_is_not_utf8_gets_question_marks_not_a_traceback(tmp_path: Path) -> None:
    write_ledger(tmp_path, GAP, header=HEADER.replace('"language" "en"', '"language" "fr"'))
    done = run("check", cwd=tmp_path, encoding="latin-1", code=1)
    assert "vérifiés?:" in done.stdout


def test_reports_write_nothing_no_cache_either(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    before = contents(tmp_path)
    run("check", "-f", ledger, code=0)
    run("receivables", "-f", ledger, code=0)
    assert contents(tmp_path) == before


def test_a_stale_cache_made_by_beancount_is_ignored(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    cached = loader.pickle_cache_function(
        lambda name: loader.get_cache_filename(loader.PICKLE_CACHE_FILENAME, name), 0.0, loader._uncached_load_file
    )
    unused = (None, None, None)
    cached(str(ledger), *unused)
    assert list(tmp_path.glob(".*.picklecache"))
    before = ledger.stat()
    # Of the same length and time: all that beancount compares.
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("F2026-0001", "F2026-0009"), encoding="utf-8")
    assert ledger.stat().st_size == before.st_size
    os.utime(ledger, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cached(str(ledger), *unused)[0][-1].meta["invoice"] == "F2026-0001"
    assert "[FR-NUM-START]" in run("check", "-f", ledger, code=1).stderr
