"""init, new, issue and credit through the program: from nothing to a PDF, and what each refuses."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest
from commands import PROGRAM, contents, run, run_json
from hypothesis import given, settings
from hypothesis import strategies as st
from issues import credit, issue_all
from ledgers import HEADER, bean_check, books_of, findings, ledger_of, sale
from pypdf import PdfReader

from facturier.cli.console import today
from facturier.einvoice.validation import validate
from facturier.issuing import NotIssuableError

ROOT = Path(__file__).parent.parent
DAY = "2026-11-20"
BUSINESS = ("--name", "Jeanne Roy", "--legal-form", "EI", "--vat", "receipts", "--siren", "732829320",
            "--address", "12 rue des Lilas, 69003 Lyon")  # fmt: skip
CLIENT = ("--client", "Martin Bâtiment SAS, 4 quai du Port, 13002 Marseille", "--client-siren", "552100554")


@pytest.mark.parametrize("page", ["first-invoice-in-three-lines.md", "first-invoice-in-three-lines.fr.md"])
def test_from_nothing_to_an_invoice_takes_three_typed_lines(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    typed = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    assert len(typed) == 3
    for line in typed:
        program, *arguments = shlex.split(line)
        assert program == "facturier"
        run(*arguments, cwd=tmp_path, code=0)
    (pdf,) = tmp_path.glob("factures/*/*.pdf")
    number = f"F{today().year}-0001"
    assert pdf.stem == number
    page_text = PdfReader(pdf).pages[0].extract_text()
    assert number in page_text
    assert "Martin Bâtiment SAS" in page_text
    checked = bean_check(tmp_path / "main.beancount")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert run_json("check", cwd=tmp_path)["findings"] == []


@pytest.mark.parametrize(
    ("vat", "form"),
    [("receipts", ("association",)), ("debits", ("SARL", "--capital", "10 000")), ("franchise", ("EI",))],
)
def test_books_are_clean_at_once_and_invoices_can_be_issued(tmp_path: Path, vat: str, form: tuple[str, ...]) -> None:
    kind, *more = form
    options = [*BUSINESS, *CLIENT, "--email", "a@roy.example", "--iban", "FR7630006000011234567890189"]
    options[options.index("EI")], options[options.index("receipts")] = kind, vat
    run("init", "books", *options, *more, cwd=tmp_path, code=0)
    folder = tmp_path / "books"
    checked = bean_check(folder / "main.beancount")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert {".gitignore", "pre-commit.sample", "main.beancount"} == set(contents(folder))
    seller = ledger_of(folder / "main.beancount").books.sellers.latest("jeanne")
    assert seller is not None
    assert seller.vat_number == ("" if vat == "franchise" else "FR44732829320")
    assert seller.rcs == ("Lyon" if kind == "SARL" else "")
    run("new", "martin", "Conseil 500 EUR", "--yes", cwd=folder, code=0)
    (issued,) = run_json("issue", "--yes", cwd=folder)
    assert issued["total"] == ("500.00" if vat == "franchise" else "600.00")
    assert len(issued["files"]) == 2
    checked = bean_check(folder / "main.beancount")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_what_init_is_told_wrong_is_said_kindly(tmp_path: Path) -> None:
    cases = {
        ("--siren", "732829321"): "no SIREN",
        ("--iban", "FR7630006000011234567890188"): "no IBAN",
        ("--siret", "73282932000075"): "no SIRET",
        ("--siret", "55210055400013"): "does not begin with the SIREN",
        ("--legal-form", "SARRL"): 'did you mean "SARL"',
        ("--terms", "soon"): "not payment terms",
        ("--client", "Martin"): "write name, street",
        ("--legal-form", "SARL"): "--capital",
        ("--vat-number", "FR00732829320"): "no VAT number",
    }
    for (option, value), said in cases.items():
        options = [*BUSINESS]
        if option in options:
            options[options.index(option) + 1] = value
        else:
            options += [option, value]
        done = run("init", "books", *options, cwd=tmp_path, code=2)
        assert said in done.stderr
        assert not (tmp_path / "books").exists()
    done = run("init", "books", cwd=tmp_path, code=2)
    assert "--name, --legal-form, --vat, --siren, --address" in done.stderr


def test_init_touches_no_books_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "main.beancount").write_text("; mine\n", encoding="utf-8")
    assert "is there already" in run("init", *BUSINESS, cwd=tmp_path, code=2).stderr
    assert contents(tmp_path) == {"main.beancount": b"; mine\n"}


def test_init_shows_first_what_it_would_write(tmp_path: Path) -> None:
    shown = run("init", "books", *BUSINESS, *CLIENT, "--dry-run", cwd=tmp_path, code=0).stdout
    assert "+2" in shown
    assert '+  name: "Jeanne Roy"\n' in shown
    assert shown.endswith("Nothing was written.\n")
    assert contents(tmp_path) == {}
    told = run_json("init", "books", *BUSINESS, *CLIENT, "--dry-run", cwd=tmp_path)
    assert (told["written"], contents(tmp_path)) == (False, {})
    told = run_json("init", "books", *BUSINESS, *CLIENT, cwd=tmp_path)
    assert told == {"files": ["books/main.beancount", "books/.gitignore", "books/pre-commit.sample"], "written": True}
    assert sorted(contents(tmp_path)) == sorted(told["files"])


def test_the_hook_of_init_stops_a_commit_of_broken_books(tmp_path: Path) -> None:
    run("init", *BUSINESS, *CLIENT, cwd=tmp_path, code=0)
    hook = (tmp_path / "pre-commit.sample").read_text(encoding="utf-8")
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"}

    def committed() -> int:
        return subprocess.run(["sh", "-c", hook], cwd=tmp_path, env=environment, capture_output=True).returncode

    assert committed() == 0
    with (tmp_path / "main.beancount").open("a", encoding="utf-8") as ledger:
        ledger.write('\n2026-01-02 custom "client" "martin"\n  postcode: 06000\n')
    assert committed() == 1


def test_comments_indentation_and_what_stands_around_a_draft_stay(tmp_path: Path) -> None:
    before = "; the year's work\n\n"
    draft = (
        '2026-11-18 D "martin" "Premier"\n'
        "    ; as agreed with Mme Roy\n"
        '    order-ref: "BC-7"\n'
        "    Income:Ventes        -2 CHAISE   ; two of them\n"
        '        description: "Hêtre"\n'
        "    Income:Prestations   -1 DEV-DAY\n"
    )
    after = '\n; to be invoiced later\n2026-11-19 D "durand" "Tiers"\n\tIncome:Ventes  -1 CHAISE ; a tab\n'
    path = books(tmp_path, before + draft + after)
    run("issue", "premier", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    text = path.read_text(encoding="utf-8").removeprefix(HEADER)
    assert text.startswith(before)
    assert text.endswith(after)
    issued = text.removeprefix(before).removesuffix(after)
    kept = ["; as agreed with Mme Roy", 'order-ref: "BC-7"', "; two of them", 'description: "Hêtre"', "DEV-DAY"]
    places = [issued.index(words) for words in kept]
    assert places == sorted(places)
    body = issued.split("\n\n")[0].splitlines()[1:]
    assert all(line.startswith("    ") for line in body), "the draft's own four blanks"
    assert '        description: "Hêtre"' in body


def test_init_keeps_a_gitignore_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    run("init", *BUSINESS, cwd=tmp_path, code=0)
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"


def test_init_takes_the_siren_from_the_siret(tmp_path: Path) -> None:
    options = [*BUSINESS]
    options[options.index("--siren") : options.index("--siren") + 2] = ["--siret", "732 829 320 00074"]
    run("init", *options, cwd=tmp_path, code=0)
    text = (tmp_path / "main.beancount").read_text(encoding="utf-8")
    assert '  siren: "732829320"\n  siret: "73282932000074"\n' in text


def test_init_asks_on_a_terminal_until_the_answer_is_right(tmp_path: Path) -> None:
    answers = ["Jeanne Roy", "EI", "receipts", "", "732829321", "732829320", "12 rue des Lilas, 69003 Lyon",
               "", "", "", "", ""]  # fmt: skip
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [str(PROGRAM), "init"], cwd=tmp_path, stdin=slave, stdout=slave, stderr=slave,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    os.close(slave)
    os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
    told = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        told += part
    assert process.wait(timeout=60) == 0, told.decode()
    assert "no SIREN" in told.decode()
    checked = bean_check(tmp_path / "main.beancount")
    assert (checked.returncode, checked.stderr) == (0, "")


def books(folder: Path, text: str = "") -> Path:
    path = folder / "main.beancount"
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def test_new_adds_a_draft_and_nothing_else(tmp_path: Path) -> None:
    path = books(tmp_path)
    before = path.read_bytes()
    run("new", "martin", "2 DEV-DAY", "Nom de domaine 20 EUR", "3 x Affiche 12,505 € 5.5%", "CHAISE @ 35 EUR",
        "Remise -5 EUR", "--date", DAY, "--title", "Divers", "--yes", cwd=tmp_path, code=0)  # fmt: skip
    assert path.read_bytes().startswith(before)
    assert path.read_text(encoding="utf-8").removeprefix(HEADER) == (
        '\n2026-11-20 D "martin" "Divers"\n'
        "  Income:Prestations      -2 DEV-DAY\n"
        "  Income:Prestations  -20.00 EUR\n"
        '    item: "Nom de domaine"\n'
        "    vat: 20\n"
        "  Income:Prestations  -37.52 EUR\n"
        '    item: "Affiche"\n'
        "    quantity: 3\n"
        "    price: 12.505 EUR\n"
        "    vat: 5.5\n"
        "  Income:Ventes           -1 CHAISE @ 35 EUR\n"
        "  Income:Prestations    5.00 EUR\n"
        '    item: "Remise"\n'
        "    quantity: -1\n"
        "    price: 5.00 EUR\n"
        "    vat: 20\n"
    )
    assert set(contents(tmp_path)) == {"main.beancount"}
    (issued,) = run_json("issue", "--date", DAY, "--yes", cwd=tmp_path)
    assert issued["payable"] == "1659.58"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("marti", "1 CHAISE"), 'did you mean "martin"'),
        (("nobody", "1 CHAISE"), 'custom "client" "nobody"'),
        (("martin", "1 CHAISSE"), 'did you mean "CHAISE"'),
        (("martin", "quelque chose"), "is no line"),
        (("acme", "Conseil 20 USD"), "--vat"),
        (("martin", "1 CHAISE", "--date", "demain"), "is no date"),
        (("martin", "Conseil 20 EUR", "--vat", "expert"), 'did you mean "export"'),
        (("martin", "Conseil 20 EUR", "--account", "Income:Rien"), "is not open"),
    ],
)
def test_new_says_what_it_cannot_understand(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    books(tmp_path)
    before = contents(tmp_path)
    assert said in run("new", *arguments, "--yes", cwd=tmp_path, code=2).stderr
    assert contents(tmp_path) == before


DRAFTS = "".join(
    f'\n2026-11-{day} D "{client}" "{title}"\n  Income:Ventes  -1 CHAISE\n'
    for day, client, title in ((18, "martin", "Premier"), (17, "martin", "Second"), (19, "durand", "Tiers"))
)


def test_drafts_are_named_by_client_title_or_line(tmp_path: Path) -> None:
    path = books(tmp_path, DRAFTS)
    line = path.read_text(encoding="utf-8").split("\n").index('2026-11-18 D "martin" "Premier"') + 1
    assert "Several drafts fit" in run("issue", "martin", "--yes", cwd=tmp_path, code=2).stderr
    assert "There are 3 drafts" in run("issue", "--yes", cwd=tmp_path, code=2).stderr
    assert "did you mean martin" in run("issue", "martim", "--yes", cwd=tmp_path, code=2).stderr
    for word, number in (("durand", "F2026-0001"), (f"main.beancount:{line}", "F2026-0002"), ("second", "F2026-0003")):
        assert [one["number"] for one in run_json("issue", word, "--date", DAY, "--yes", cwd=tmp_path)] == [number]
    assert "no draft" in run("issue", "--yes", cwd=tmp_path, code=2).stderr


def test_all_are_numbered_in_the_order_of_their_dates(tmp_path: Path) -> None:
    path = books(tmp_path, DRAFTS)
    run("issue", "--all", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    titles = {one.title: one.number for one in ledger_of(path).books.documents}
    assert titles == {"Second": "F2026-0001", "Premier": "F2026-0002", "Tiers": "F2026-0003"}
    # Each stands where its draft stood.
    text = path.read_text(encoding="utf-8")
    assert text.index("Premier") < text.index("Second") < text.index("Tiers")


def test_dates_that_cannot_be_are_refused(tmp_path: Path) -> None:
    books(tmp_path, sale("F2026-0001", "2026-11-10") + DRAFTS)
    before = contents(tmp_path)
    assert "cannot have the earlier date" in run("issue", "durand", "--date", "2026-11-09", cwd=tmp_path, code=1).stderr
    assert "in the future" in run("issue", "durand", "--date", "2099-01-01", "--yes", cwd=tmp_path, code=2).stderr
    assert "is no date" in run("issue", "durand", "--date", "hier", "--yes", cwd=tmp_path, code=2).stderr
    assert contents(tmp_path) == before
    run("issue", "durand", "--date", "2099-01-01", "--future", "--dry-run", cwd=tmp_path, code=0)


def test_what_breaks_a_rule_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    draft = '\n2026-11-18 D "martin" "Premier"\n  due: 2026-11-19\n  Income:Ventes  -1 CHAISE\n'
    books(tmp_path, draft)
    before = contents(tmp_path)
    done = run("issue", "--date", DAY, "--yes", cwd=tmp_path, code=1)
    assert "FR-DUE-DATE" in done.stderr
    assert contents(tmp_path) == before


def test_what_is_archived_is_lawful_and_the_same_each_time(tmp_path: Path) -> None:
    books(tmp_path, DRAFTS)
    run("issue", "second", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    run("credit", "F2026-0001", "--date", DAY, "--yes", cwd=tmp_path, code=0)
    run("pdf", "-o", "again", cwd=tmp_path, code=0)
    for number in ("F2026-0001", "A2026-0001"):
        archived = tmp_path / "factures" / "2026"
        assert (archived / f"{number}.pdf").read_bytes() == (tmp_path / "again" / f"{number}.pdf").read_bytes()
        assert (archived / f"{number}.xml").read_bytes().startswith(b"<?xml")
        assert validate((archived / f"{number}.xml").read_bytes()).valid


def test_a_credit_note_is_of_its_own_series_and_settles_the_invoice(tmp_path: Path) -> None:
    path = books(tmp_path, sale("F2026-0001", "2026-11-10"))
    assert "did you mean F2026-0001" in run("credit", "F2026-001", "--yes", cwd=tmp_path, code=2).stderr
    (note,) = run_json("credit", "F2026-0001", "--date", DAY, "--yes", cwd=tmp_path)
    assert (note["number"], note["total"], note["written"]) == ("A2026-0001", "120.00", True)
    read = ledger_of(path)
    assert read.errors == []
    assert read.books.open_items(date(2026, 12, 1)).open() == []
    assert "credited before" in run("credit", "F2026-0001", "--yes", cwd=tmp_path, code=1).stderr


steps = st.lists(
    st.tuples(st.sampled_from(["new", "issue", "credit"]), st.integers(0, 400), st.integers(1, 6)), max_size=14
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_any_sequence_of_commands_keeps_the_numbering_lawful(sequence: list[tuple[str, int, int]]) -> None:
    text = ""
    for step, days, rank in sequence:
        day = date.fromordinal(date(2026, 6, 1).toordinal() + days)
        try:
            if step == "new":
                text += f'\n{day} D "martin" "x"\n  Income:Prestations  -{rank} DEV-DAY\n'
            elif step == "issue":
                text, _ = issue_all(text, day)
            else:
                text = credit(text, f"F2026-{rank:04}", day)
        except (NotIssuableError, LookupError):
            continue  # refused: nothing is written
    books = books_of(text)
    assert findings(books) == []
    numbers = [document.number for document in books.documents]
    assert len(set(numbers)) == len(numbers)
