"""The importers as users meet them: the documentation, beangulp's command line, Fava's import page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import beangulp
import pytest
from beancount import loader
from beancount.core import data
from beancount.core.amount import Amount
from beancount.ops.validation import HARDCORE_VALIDATIONS
from beangulp.exceptions import Error
from camt_files import ACCOUNT, PAYER, Entry, camt, write
from cfonb_files import Movement, cfonb, write_cfonb
from fava.application import create_app

from facturier.books import read_books
from facturier.importers import CamtImporter, Cfonb120Importer, StatementImporter, match_invoices, matching
from facturier.statements.entries import import_statements
from facturier.statements.identify import read_statements

BOOKS = (Path(__file__).parent / "data" / "statements" / "books.beancount").read_text(encoding="utf-8")
NOVEMBER = (Path(__file__).parent / "data" / "statements" / "november.camt053.xml").read_text(encoding="utf-8")
PAGE = (Path(__file__).parents[1] / "docs" / "bank.md").read_text(encoding="utf-8")
QONTO = "Assets:Banque:Qonto"
FILE = camt(
    Entry("1200.00", day="2026-11-05", text="VIR F2026-0042", name="MARTIN", iban=PAYER, bank_reference="BQ1"),
    Entry("77.00", day="2026-11-06", text="ACOMPTE", iban=PAYER),
    Entry("-12.50", day="2026-11-30", text="FRAIS"),
)


def block(language: str, words: str) -> str:
    """The one code block of the page that holds some words."""
    (found,) = [code for code in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if words in code]
    return str(found)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder, set up as the page says."""
    write(tmp_path / "main.beancount", BOOKS + block("beancount", "import-config"))
    write(tmp_path / "import_config.py", block("python", "CONFIG"))
    (tmp_path / "downloads").mkdir()
    write(tmp_path / "downloads" / "november.xml", FILE)
    return tmp_path


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "import_config.py", *arguments], cwd=home, capture_output=True, text=True, check=False
    )


def extract(home: Path) -> str:
    command = block("sh", "extract").split()
    assert command[:2] == ["python", "import_config.py"]
    done = run(home, *command[2:])
    assert done.returncode == 0, done.stderr
    return done.stdout


def bookings(text: str) -> list[data.Transaction]:
    entries, errors, _ = loader.load_string(BOOKS + text, extra_validations=HARDCORE_VALIDATIONS)
    assert errors == []
    return [entry for entry in entries if isinstance(entry, data.Transaction) and "bank-line" in entry.meta]


def legs(entry: data.Transaction) -> list[str]:
    return [posting.account for posting in entry.postings]


def test_command_line_of_the_page(home: Path) -> None:
    printed = extract(home)
    settled, on_account, fee = bookings(printed)
    assert (settled.flag, legs(settled)) == ("*", [QONTO, "Assets:Clients:Martin"])
    assert (settled.postings[1].meta or {})["settles"] == "F2026-0042"
    assert (on_account.flag, legs(on_account)) == ("*", [QONTO, "Assets:Clients:Martin"])
    assert (fee.flag, legs(fee)) == ("!", [QONTO, "Assets:Paiements:Attente"])
    assert "2026-12-01 balance Assets:Banque:Qonto" in printed


def test_ledger_of_the_page_is_enough_to_import(tmp_path: Path) -> None:
    """What the page says to prepare, and nothing else."""
    ledger = block("beancount", '"role" "bank"') + "2026-01-01 open Equity:Ouverture\n"
    entries, errors, options = loader.load_string(ledger)
    path = write(tmp_path / "a.xml", camt(Entry("5.00")))
    result = import_statements(read_statements(path), read_books(entries, options), entries)
    assert errors == []
    assert [legs(entry) for entry in result.new] == [[QONTO, "Assets:Paiements:Attente"]]


def test_extracting_again_prints_comments_only(home: Path) -> None:
    printed = extract(home)
    with (home / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write(printed)
    again = [line for line in extract(home).splitlines() if line and not line.startswith((";", "*"))]
    assert again == []


def test_overlapping_files_in_one_run(home: Path) -> None:
    write(home / "downloads" / "longer.xml", FILE.replace("</Stmt>", Entry("9.00", text="NEU").xml() + "</Stmt>"))
    assert len(bookings("\n".join(line for line in extract(home).splitlines() if "balance" not in line))) == 4


def test_other_accounts_and_other_files_are_left_alone(home: Path) -> None:
    write(home / "downloads" / "other.xml", camt(Entry("1.00"), account=PAYER))
    write(home / "downloads" / "notification.xml", camt(Entry("1.00"), kind="054"))
    write(home / "downloads" / "notes.txt", "bonjour")
    write(home / "downloads" / "invoice.xml", "<Invoice/>")
    assert len(bookings(extract(home))) == 3


def test_damaged_file_gives_one_message_and_no_traceback(home: Path) -> None:
    write(home / "downloads" / "november.xml", FILE[:-30])
    done = run(home, "extract", "-e", "main.beancount", "downloads")
    assert done.returncode == 1
    assert "november.xml:9: column" in done.stderr
    assert "not well-formed XML" in done.stderr
    assert "Traceback" not in done.stderr
    assert "balance" not in done.stdout


def test_same_entries_as_the_command_of_facturier(home: Path) -> None:
    """One core, two shells: what beangulp prints is what ``facturier import`` writes."""
    write(home / "downloads" / "november.xml", NOVEMBER)
    entries, _, options = loader.load_string(BOOKS)
    direct = import_statements(
        read_statements(home / "downloads" / "november.xml"), read_books(entries, options), entries
    )
    printed = bookings(extract(home))
    assert [(entry.date, entry.flag, entry.payee, entry.narration, entry.meta["bank-line"], [
        (posting.account, posting.units, (posting.meta or {}).get("settles")) for posting in entry.postings
    ]) for entry in printed] == [(entry.date, entry.flag, entry.payee, entry.narration, entry.meta["bank-line"], [
        (posting.account, posting.units, (posting.meta or {}).get("settles")) for posting in entry.postings
    ]) for entry in direct.new]  # fmt: skip


def test_archive_date_is_the_closing_date(home: Path) -> None:
    done = run(home, "archive", "-n", "-o", str(home), "downloads")
    assert done.returncode == 0, done.stderr
    assert "Assets/Banque/Qonto/2026-11-30.november.xml" in done.stdout + done.stderr


def test_import_page_of_fava(home: Path) -> None:
    app = create_app([str(home / "main.beancount")])
    app.testing = True
    client = app.test_client()
    slug = client.get("/", follow_redirects=True).request.path.split("/")[1]
    assert client.get(f"/{slug}/api/errors").get_json()["data"] == []
    path = str(home / "downloads" / "november.xml")
    page = client.get(f"/{slug}/api/imports").get_json()["data"]
    (importer,) = next(found["importers"] for found in page if found["name"] == path)
    assert (importer["account"], importer["date"]) == (QONTO, "2026-11-30")
    asked = {"filename": path, "importer": importer["importer_name"]}
    settled, on_account, fee, balance = client.get(f"/{slug}/api/extract", query_string=asked).get_json()["data"]
    assert settled["postings"][1]["account"] == "Assets:Clients:Martin"
    assert settled["postings"][1]["meta"]["settles"] == "F2026-0042"
    assert (on_account["flag"], fee["flag"], balance["t"]) == ("*", "!", "Balance")
    # Fava inserts what its form sends back; our keys survive, and a second extraction knows them.
    added = client.put(f"/{slug}/api/add_entries", data=json.dumps({"entries": [settled, on_account, fee, balance]}),
                       content_type="application/json")  # fmt: skip
    assert added.status_code == 200, added.get_data(as_text=True)
    assert client.get(f"/{slug}/api/errors").get_json()["data"] == []
    again = client.get(f"/{slug}/api/extract", query_string=asked).get_json()["data"]
    assert all(entry["meta"].get("__duplicate__") for entry in again)


def plain(account: str = QONTO, narration: str = "VIR F2026-0042", **meta: str) -> data.Transaction:
    """What a user's own importer gives out: the bank leg alone, from a file with a treacherous name."""
    leg = data.Posting(account, Amount(Decimal("1200.00"), "EUR"), None, None, None, None)
    held = {**data.new_metadata("F2026-0041.csv", 1), **meta}
    return data.Transaction(held, date(2026, 11, 5), "*", "MARTIN", narration,
                            data.EMPTY_SET, data.EMPTY_SET, [leg])  # fmt: skip


class OwnImporter(beangulp.Importer):
    """Someone else's importer."""

    def identify(self, filepath: str) -> bool:
        return filepath.endswith(".csv")

    def account(self, filepath: str) -> data.Account:  # noqa: ARG002 - beangulp's signature
        return QONTO


def hooked(*entries: data.Transaction, books: str = BOOKS) -> list[data.Transaction]:
    existing, _, _ = loader.load_string(books)
    ((_, found, _, _),) = match_invoices([("f.csv", list(entries), QONTO, OwnImporter())], [*existing, *entries])
    return [entry for entry in found if isinstance(entry, data.Transaction)]


def test_hook_serves_other_importers() -> None:
    (found,) = hooked(plain())
    assert (found.flag, legs(found)) == ("*", [QONTO, "Assets:Clients:Martin"])
    (by_iban,) = hooked(plain(narration="ACOMPTE", **{"counterparty-iban": PAYER}))
    assert legs(by_iban) == [QONTO, "Assets:Clients:Martin"]
    (by_meta,) = hooked(plain(narration="VIREMENT", reference="F2026-0042"))
    assert by_meta.postings[1].meta == {"settles": "F2026-0042"}


def test_hook_leaves_complete_entries_duplicates_and_other_accounts() -> None:
    complete = plain()._replace(postings=[*plain().postings, *plain("Equity:Reprise").postings])
    duplicate = plain()
    duplicate.meta["__duplicate__"] = True
    elsewhere = plain("Equity:Reprise")
    assert hooked(complete, duplicate, elsewhere) == [complete, duplicate, elsewhere]


def test_hook_pays_a_document_once_over_all_files() -> None:
    first, second = plain(), plain()
    existing, _, _ = loader.load_string(BOOKS)
    files = match_invoices(
        [("a", [first], QONTO, OwnImporter()), ("b", [second], QONTO, OwnImporter())], [*existing, first, second]
    )
    assert [legs(entry)[1] for _, entries, _, _ in files for entry in entries] == [
        "Assets:Clients:Martin", "Assets:Paiements:Attente"]  # fmt: skip


def test_hook_without_ledger_or_clearing_account_leaves_the_bank_leg() -> None:
    assert legs(hooked(plain(), books="")[0]) == [QONTO]
    bare = BOOKS.replace('"clearing"', '"cash"')
    assert legs(hooked(plain(narration="?"), books=bare)[0]) == [QONTO]


def test_hook_with_a_named_account() -> None:
    existing, _, _ = loader.load_string(BOOKS)
    entry = plain(narration="?")
    ((_, (found,), _, _),) = matching("Equity:Reprise")([("f", [entry], QONTO, OwnImporter())], existing)
    assert legs(found) == [QONTO, "Equity:Reprise"]


@pytest.mark.parametrize("hook", [match_invoices, matching("Equity:Reprise")])
def test_fava_sees_that_the_hook_takes_importers(hook: object) -> None:
    assert any("Importer" in annotation for annotation in hook.__annotations__.values())


def test_broken_file_raises_beangulps_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", FILE.replace("12.50</Amt>", "12,50</Amt>"))
    importer = CamtImporter(QONTO, ACCOUNT)
    assert importer.identify(str(path))
    with pytest.raises(Error, match=r"a\.xml:8: '12,50' is not an amount"):
        importer.extract(str(path), [])
    assert not CamtImporter(QONTO, "BE68539007547034").identify(str(path))


def test_cfonb_is_imported_alike(home: Path) -> None:
    """The configuration of the page reads every format."""
    (home / "downloads" / "november.xml").unlink()
    write_cfonb(home / "downloads" / "releve.txt", cfonb(
        Movement("1200.00", day="2026-11-05", label="VIR SEPA", details=(("NPY", "MARTIN"), ("LCC", "F2026-0042"))),
        Movement("-12.50", day="2026-11-30", label="FRAIS TENUE DE COMPTE", code="62"),
    ))  # fmt: skip
    printed = extract(home)
    settled, fee = bookings(printed)
    assert (settled.flag, settled.payee, legs(settled)) == ("*", "MARTIN", [QONTO, "Assets:Clients:Martin"])
    assert (settled.postings[1].meta or {})["settles"] == "F2026-0042"
    assert (fee.flag, fee.narration, legs(fee)) == ("!", "FRAIS TENUE DE COMPTE", [QONTO, "Assets:Paiements:Attente"])
    assert "2026-12-01 balance Assets:Banque:Qonto" in printed
    with (home / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write(printed)
    assert [line for line in extract(home).splitlines() if line and not line.startswith((";", "*"))] == []


def test_importers_of_one_format_leave_the_others(tmp_path: Path) -> None:
    camt_file = str(write(tmp_path / "a", FILE))
    cfonb_file = str(write_cfonb(tmp_path / "b", cfonb(Movement("1.00"))))
    found = [
        [importer(QONTO, ACCOUNT).identify(file) for importer in (CamtImporter, Cfonb120Importer, StatementImporter)]
        for file in (camt_file, cfonb_file)
    ]
    assert found == [[True, False, True], [False, True, True]]


def test_broken_cfonb_is_claimed_by_its_account_alone(tmp_path: Path) -> None:
    path = write_cfonb(tmp_path / "a", cfonb(Movement("1.00")).replace("101126", "310226", 1))
    importer = StatementImporter(QONTO, ACCOUNT)
    assert importer.identify(str(path))
    with pytest.raises(Error, match=r"a:2: column 35: '310226' is not a date"):
        importer.extract(str(path), [])
    assert not StatementImporter(QONTO, PAYER).identify(str(path))
