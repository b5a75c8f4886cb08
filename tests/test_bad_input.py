"""Whatever is typed or lies in the folder: one message with file, line and fix; no traceback; nothing written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date
from pathlib import Path

import pytest
from commands import contents, demo_books, run
from ledgers import HEADER, line_of, sale, write_ledger
from PIL import Image
from verapdf_engine import validate_pdfa

from facturier.directives.appearance import LONGEST_TEXT
from facturier.directives.declaration import Key
from facturier.directives.kinds import TEXT
from facturier.directives.setup import CLIENT, PRODUCT, SELLER
from facturier.directives.transactions import POSTING_KEYS, TRANSACTION_KEYS
from facturier.einvoice.validation import SchematronEngine, validate
from facturier.ledger_files import LedgerError
from facturier.receivables import aged_balance
from facturier.rendering import RenderedDocument, RenderingError, render
from facturier.rules.pack import check_all
from facturier.workspace import Workspace, open_ledger

COMMANDS = (("check",), ("receivables",), ("pdf",), ("import", "bank.xml"))
PAIR = "2020-01-01 open Assets:A\n2020-01-01 open Equity:B\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[SchematronEngine]:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with SchematronEngine() as running:
        yield running


# Ledgers that cannot be opened: what to write, the place and words of the message.
UNUSABLE: dict[str, tuple[dict[str, bytes], str]] = {
    "missing": ({}, "main.beancount: There is no ledger here; name one with -f"),
    "empty": ({"main.beancount": b""}, "main.beancount: The ledger is empty."),
    "blank": ({"main.beancount": b" \n\n"}, "main.beancount: The ledger is empty."),
    "latin-1": (
        {"main.beancount": b'2020-01-01 open Assets:A\n; fa\xe7ade\n'},
        "main.beancount:2: The ledger is not UTF-8 text; save it as UTF-8",
    ),
    "utf-16": ({"main.beancount": "2020-01-01 open Assets:A".encode("utf-16")}, "main.beancount:1: "),
    "byte-order mark": (
        {"main.beancount": b"\xef\xbb\xbf" + PAIR.encode()},
        "main.beancount:1: The file begins with a byte-order mark",
    ),
    "unparsable": ({"main.beancount": b"this is\nno ledger\n"}, "main.beancount:1: "),
    "bytes at random": ({"main.beancount": bytes(range(1, 256)) * 9}, "main.beancount:"),
    "include of nothing": (
        {"main.beancount": f'{PAIR}include "2027.beancount"\n'.encode()},
        'main.beancount:3: There is no file "2027.beancount"; write it, or delete this include.',
    ),
    "include in an include": (
        {
            "main.beancount": f'{PAIR}include "year.beancount"\n'.encode(),
            "year.beancount": b'\n\ninclude "months/*.beancount"\n',
        },
        'year.beancount:3: There is no file "months/*.beancount"',
    ),
    "include of a folder": (
        {"main.beancount": f'{PAIR}include "months"\n'.encode(), "months/01.beancount": b""},
        'main.beancount:3: "months" is a folder; include the files in it: "months/*.beancount".',
    ),
    "include not UTF-8": (
        {
            "main.beancount": f'{PAIR}include "old.beancount"\n'.encode(),
            "old.beancount": b'\n2020-01-03 * "caf\xe9" "x"\n  Assets:A  1 EUR\n  Equity:B\n',
        },
        "old.beancount:2: The ledger is not UTF-8 text",
    ),
    "division by zero": (
        {"main.beancount": f"{PAIR}2020-01-02 * \"a\" \"10/0\"\n  Assets:A  10/0.00 EUR\n  Equity:B\n".encode()},
        "main.beancount:4: A division by zero: beancount cannot read this file; write a number.",
    ),
    "division by zero in a value": (
        {"main.beancount": f"{PAIR}2020-01-02 custom \"product\" \"X\"\n  price: 10 / 0 EUR\n".encode()},
        "main.beancount:4: A division by zero",
    ),
    "more digits than beancount calculates with": (
        {"main.beancount": f"{PAIR}2020-01-02 * \"\" \"\"\n  Assets:A  {'9' * 27}.99 EUR\n  Equity:B\n".encode()},
        "main.beancount:4: This number has 29 digits; beancount calculates with 28 at most.",
    ),
    "nested beyond the parser's memory": (
        {"main.beancount": f"{PAIR}2020-01-02 * \"\" \"\"\n  Assets:A  {'(' * 20000}1{')' * 20000} EUR\n".encode()},
        "main.beancount: beancount cannot load this ledger: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_ledger_is_one_message_and_nothing_is_written(
    tmp_path: Path, files: dict[str, bytes], expected: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    before = contents(tmp_path)
    done = run("pdf", cwd=tmp_path, code=2)
    assert done.stdout == ""
    assert done.stderr.startswith(expected)
    assert contents(tmp_path) == before
    assert not (tmp_path / "pdf").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
def test_all_commands_refuse_an_unusable_ledger_alike(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "bank.xml").write_bytes(b"<x/>")
    (tmp_path / "main.beancount").write_bytes(b"\xff")
    done = run(*command, cwd=tmp_path, code=2)
    assert done.stdout == ""
    assert done.stderr == "main.beancount:1: The ledger is not UTF-8 text; save it as UTF-8 in your editor.\n"


def test_a_ledger_that_is_a_folder_a_pipe_or_a_device_is_refused(tmp_path: Path) -> None:
    assert "This is a folder" in run("check", "-f", tmp_path, code=2).stderr
    os.mkfifo(tmp_path / "pipe")
    assert '"pipe" is no file' in run("check", "-f", tmp_path / "pipe", code=2).stderr
    assert '"zero" is no file' in run("check", "-f", "/dev/zero", code=2).stderr
    (tmp_path / "main.beancount").write_text('include "pipe"\n', encoding="utf-8")
    done = run("check", cwd=tmp_path, code=2)
    assert done.stderr == 'main.beancount:1: "pipe" is no file that can be read as a ledger.\n'


def test_a_ledger_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))
    ledger.chmod(0o000)
    done = run("check", cwd=tmp_path, ordinary_user=True, code=2)
    assert done.stderr == 'main.beancount: The ledger file "main.beancount" cannot be read: Permission denied.\n'
    ledger.chmod(0o644)
    run("check", cwd=tmp_path, ordinary_user=True, code=0)


def test_what_only_looks_deadly_is_read(tmp_path: Path) -> None:
    text = (
        '2020-01-02 * "10/0" "of 12345678901234567890123456789012"  ; 1/0\n'
        '  note: "6/0 \\" 7/0"\n  Assets:Caisse  10/0.5 EUR\n  Equity:Reprise  -40/02 EUR\n'
        "; 1/0 and 12345678901234567890123456789012\n* A heading: 1/0\n"
    )
    workspace = open_ledger(write_ledger(tmp_path, text))
    assert workspace.errors == ()


def test_figures_from_a_ledger_with_errors_are_called_doubtful(tmp_path: Path) -> None:
    write_ledger(tmp_path, sale("F2026-0001", "2026-01-05") + "\nnonsense\n")
    done = run("receivables", "--as-of", "2026-02-01", cwd=tmp_path, code=1)
    assert "main.beancount:" in done.stderr
    assert "The ledger has 1 errors: what follows may be wrong." in done.stderr
    assert "120.00" in done.stdout


# --- Hostile text in every free field -----------------------------------------------------------

# Facts of these keys are codes or names of other things in the ledger: each has its own sentence.
NAMES = {
    "invoice", "credit-note", "claim", "client", "seller", "product", "deposit", "opens", "settles", "corrects",
    "replaces", "from", "series", "payer", "electronic-address", "email", "logo", "template", "vat-country", "bic",
}  # fmt: skip
# On a paper these say what it is.
PAPER_NUMBERS = {"quote", "order", "delivery", "agreement", "proforma"}
HOSTILE = {
    "markup": '<b>&amp;</b> ]]> <!-- {{ 7 * 7 }} {% endfor %} <image name="logo"/> &lt; %s {0}',
    "right to left": "\u202eשלום עולם\u2066 مرحبا بالعالم",
    "control characters": "a\x01b\x1b[31mc\x7f\x85\x0c\ufffe\ufdd0",
    "words without end": "mot " * 2500,
    "a word without end": "x" * 10_000,
    "emoji and wide letters": "👩‍💻 ＷＩＤＥ 漢字 Ａ\u0301\u0327",
    "lines": "one\ntwo\r\nthree\n\n\n\tfour",
    "blank": "   ",
}


# Texts of a page that a ledger may word as it likes: at a fixed place, in a table's head, in the flow.
WORDED = ("title.invoice", "label.due", "table.item", "totals.payable-gross", "text.introduction", "text.closing")


def free(declared: Mapping[str, Key], besides: Set[str]) -> list[str]:
    return [name for name, key in declared.items() if key.kind is TEXT and name not in NAMES and name not in besides]


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def hostile_ledger(text: str, template: str = "default") -> str:
    """A right invoice, a draft and a quote, with a text in every free field of every directive they need."""

    def keys(declared: Mapping[str, Key], indent: str = "  ", besides: Set[str] = frozenset()) -> str:
        return "".join(f"{indent}{key}: {quoted(text)}\n" for key in free(declared, besides))

    lines = '  Income:Prestations  -1300.00 EUR\n    product: "DEV-DAY"\n    quantity: 2\n' + keys(POSTING_KEYS, "    ")
    paper = f'  client: "martin"\n{keys(TRANSACTION_KEYS, besides=PAPER_NUMBERS)}{lines}'
    return (
        HEADER
        + f'2021-01-01 custom "seller" "atelier"\n  template: "{template}"\n{keys(SELLER.keys)}'
        + f'2021-01-01 custom "client" "martin"\n{keys(CLIENT.keys)}'
        + f'2021-01-01 custom "product" "DEV-DAY"\n{keys(PRODUCT.keys)}'
        + f'2021-01-01 custom "alias" "martin" {quoted(text)}\n'
        + "".join(
            f'2021-01-01 custom "theme" "{name}"\n  footer: {quoted(text[:LONGEST_TEXT])}\n'
            for name in ("default", "studio")
        )
        + "".join(f'2021-01-01 custom "wording" "fr" "{name}" {quoted(text[:LONGEST_TEXT])}\n' for name in WORDED)
        + f'2026-01-05 * {quoted(text)} {quoted(text)}\n  invoice: "F2026-0001"\n  client: "martin"\n'
        + keys(TRANSACTION_KEYS)
        + "  Assets:Clients:Martin  1560.00 EUR\n"
        + lines
        + "  Liabilities:TVA:EnAttente  -260.00 EUR\n    vat: 20\n"
        + f"2026-01-06 D {quoted(text)} {quoted(text)}\n{paper}"
    )


def hostile_workspace(folder: Path, text: str, template: str = "default") -> Workspace:
    path = folder / "main.beancount"
    path.write_text(hostile_ledger(text, template), encoding="utf-8", newline="")
    return open_ledger(path)


def rendered(workspace: Workspace) -> dict[str, RenderedDocument]:
    books = workspace.books
    every = (render(one, books, workspace.folder) for one in (*books.documents, *books.papers))
    return {one.name: one for one in every}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_free_field_takes_any_text(tmp_path: Path, engine: SchematronEngine, text: str) -> None:
    workspace = hostile_workspace(tmp_path, text)
    assert [str(error) for error in workspace.errors] == []
    # Of blanks for the name of what is sold the law says something, and waive: names no rule; nothing else is told.
    told = {found.rule.id for found in check_all(workspace.books)}
    assert told <= {"FR-MENTION-DESIGNATION", "LEDGER-WAIVE"}
    made = rendered(workspace)
    assert set(made) == {"F2026-0001", "draft-2026-01-06-martin"}
    xml = made["F2026-0001"].xml
    assert xml is not None
    report = validate(xml, engine)
    assert report.valid, [(finding.rule, str(finding.text)) for finding in report.findings]


@pytest.mark.java
def test_pages_of_any_text_are_pdfa(tmp_path: Path) -> None:
    paths = []
    for name, text in HOSTILE.items():
        (tmp_path / name).mkdir()
        for template in ("default", "studio"):
            for one in rendered(hostile_workspace(tmp_path / name, text, template)).values():
                path = tmp_path / name / f"{template}-{one.name}.pdf"
                path.write_bytes(one.pdf)
                paths.append(path)
    assert len(paths) == 4 * len(HOSTILE)
    assert {str(path): found for path, found in validate_pdfa(paths).items() if found} == {}


@pytest.mark.poppler
@pytest.mark.parametrize("template", ["default", "studio"])
def test_markup_in_any_field_is_shown_as_it_was_typed(tmp_path: Path, template: str) -> None:
    text = "<b>&amp;</b> {{ 7 * 7 }} <row><c>x</c></row> </p>"
    made = rendered(hostile_workspace(tmp_path, text, template))["F2026-0001"]
    (tmp_path / "page.pdf").write_bytes(made.pdf)
    done = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "page.pdf", "-"], capture_output=True, check=True, timeout=60
    )
    shown = "".join(done.stdout.decode("utf-8").split())
    assert shown.count("".join(text.split())) >= 10
    assert "49" not in shown.replace("".join(text.split()), "")


def test_what_cannot_be_shown_is_told_with_file_and_line(tmp_path: Path) -> None:
    hostile_workspace(tmp_path, HOSTILE["emoji and wide letters"])
    done = run("pdf", cwd=tmp_path)
    line = line_of(tmp_path / "main.beancount", "2026-01-05 *")
    told = [text for text in done.stderr.splitlines() if "LEDGER-WAIVE" not in text]
    assert told[0].startswith(f"main.beancount:{line}: The font has no glyph for ")
    assert len(set(told)) == len(told)


def test_control_characters_of_the_ledger_do_not_reach_the_terminal(tmp_path: Path) -> None:
    hostile_workspace(tmp_path, HOSTILE["control characters"])
    text = (tmp_path / "main.beancount").read_text(encoding="utf-8").replace("1560.00", "1561.00")
    (tmp_path / "main.beancount").write_text(text, encoding="utf-8", newline="")
    for command in (("check",), ("receivables", "--by", "item"), ("pdf",)):
        done = run(*command, cwd=tmp_path)
        assert "\x1b" not in done.stdout + done.stderr, command
        assert "\x01" not in done.stdout + done.stderr, command


CODES = {
    "country": "France",
    "siren": "732829321",
    "siret": "73282932000075",
    "vat-number": "FR45732829320",
    "iban": "FR7630006000011234567890188",
}


@pytest.mark.parametrize(("key", "wrong"), CODES.items(), ids=CODES)
def test_a_code_that_cannot_be_one_is_told_and_stays_off_the_invoice(
    tmp_path: Path, engine: SchematronEngine, key: str, wrong: str
) -> None:
    source = f'2021-01-01 custom "seller" "atelier"\n  {key}: "{wrong}"\n\n' + sale("F2026-0001", "2026-01-05")
    ledger = write_ledger(tmp_path, source)
    workspace = open_ledger(ledger)
    (found,) = check_all(workspace.books)
    assert (found.rule.id, found.place.line) == ("LEDGER-VALUE", line_of(ledger, f'{key}: "{wrong}"'))
    assert wrong in str(found.message)
    xml = rendered(workspace)["F2026-0001"].xml
    assert xml is not None
    assert wrong not in xml.decode()
    assert validate(xml, engine).valid


# --- Names that look like paths -----------------------------------------------------------------


def test_no_text_of_the_ledger_makes_a_path(tmp_path: Path) -> None:
    books = tmp_path / "a" / "b" / "books"
    books.mkdir(parents=True)
    source = HEADER.replace('"martin"', '"../../x"')
    source += sale("../../etc/passwd", "2026-01-05").replace('client: "martin"', 'client: "../../x"')
    source += "\n" + sale("/etc/passwd", "2026-01-06").replace('client: "martin"', 'client: "../../x"')
    source += '\n2026-01-07 D "../../x" "draft"\n  Income:Prestations  -1 DEV-DAY\n'
    (books / "main.beancount").write_text(source, encoding="utf-8")
    run("pdf", "--all", "-o", "out", cwd=books, code=1)
    made = {name for name in contents(tmp_path) if name.endswith(".pdf")}
    assert made == {"a/b/books/out/etc-passwd.pdf", "a/b/books/out/draft-2026-01-07-x.pdf"}
    assert {path.name for path in (books / "out").iterdir()} == {
        "etc-passwd.pdf", "draft-2026-01-07-x.pdf", ".facturier-pdf.json",
    }  # fmt: skip


def test_two_numbers_that_would_share_a_file_do_not(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, sale("F/1", "2026-01-05") + "\n" + sale("F-1", "2026-01-06", net="200.00"))
    done = run("pdf", cwd=tmp_path, code=1)
    line = line_of(ledger, '2026-01-06 * "martin"')
    assert f"main.beancount:{line}: Its file would be F-1.pdf, as that of F/1 at main.beancount:" in done.stderr
    assert "1 written to pdf, 0 up to date, 1 failed." in done.stdout


# --- The logo -----------------------------------------------------------------------------------


def with_logo(folder: Path, name: str) -> Path:
    source = f'2021-01-01 custom "seller" "atelier"\n  logo: {quoted(name)}\n\n' + sale("F2026-0001", "2026-01-05")
    source += "\n" + sale("F2026-0002", "2026-01-06")
    return write_ledger(folder, source)


def logo_outside(folder: Path) -> None:
    Image.new("RGB", (10, 10)).save(folder.parent / "secret.png")


def logo_link(folder: Path) -> None:
    logo_outside(folder)
    (folder / "link.png").symlink_to(folder.parent / "secret.png")


def logo_circle(folder: Path) -> None:
    (folder / "circle.png").symlink_to(folder / "circle.png")


def logo_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")


def logo_folder(folder: Path) -> None:
    (folder / "folder.png").mkdir()


def logo_huge(folder: Path) -> None:
    with (folder / "huge.png").open("wb") as file:
        file.truncate(3_000_000_000)


def logo_many_pixels(folder: Path) -> None:
    Image.new("1", (20000, 20000)).save(folder / "pixels.png")


def logo_text(folder: Path) -> None:
    (folder / "text.png").write_text("no picture", encoding="utf-8")


def nothing(folder: Path) -> None:
    """Leave the folder as it is."""


LOGOS = {
    "missing": (nothing, "missing.png", "cannot be read: No such file or directory"),
    "an absolute path": (logo_outside, "{outside}/secret.png", "lies outside the ledger's folder"),
    "above": (logo_outside, "../secret.png", "lies outside the ledger's folder"),
    "a link out": (logo_link, "link.png", "lies outside the ledger's folder"),
    "a link to itself": (logo_circle, "circle.png", "cannot be read"),
    "a pipe": (logo_pipe, "pipe.png", "is not a picture file"),
    "a folder": (logo_folder, "folder.png", "is not a picture file"),
    "the ledger's folder": (nothing, ".", "is not a picture file"),
    "huge": (logo_huge, "huge.png", "has more than 5 MB"),
    "many pixels": (logo_many_pixels, "pixels.png", "pixels"),
    "no picture": (logo_text, "text.png", "is not a PNG or JPEG file"),
    "a name too long": (nothing, "x" * 5000, "cannot be read: File name too long"),
}


@pytest.mark.parametrize(("prepare", "name", "words"), LOGOS.values(), ids=LOGOS)
def test_an_unusable_logo_is_told_once_and_the_pages_are_made(
    tmp_path: Path, prepare: Callable[[Path], None], name: str, words: str
) -> None:
    books = tmp_path / "books"
    books.mkdir()
    prepare(books)
    with_logo(books, name.replace("{outside}", str(tmp_path)))
    done = run("pdf", cwd=books, code=0)
    assert "2 written to pdf, 0 up to date, 0 failed." in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("main.beancount:")
    assert words in line


# --- Limits -------------------------------------------------------------------------------------


def invoice(day: str, gross: str, net: str, vat: str, *, line: str = "", keys: str = "") -> str:
    number = f"F{day[:4]}-0001"
    return (
        f'{day} * "martin" "P"\n  invoice: "{number}"\n  client: "martin"\n{keys}'
        f'  Assets:Clients:Martin  {gross} EUR\n  Income:Prestations  {net} EUR\n    item: "P"\n{line}    vat: 20\n'
        f"  Liabilities:TVA:EnAttente  {vat} EUR\n    vat: 20\n"
    )


PRICED = "    quantity: {}\n    price: {} EUR\n"
# What may be typed, and what the renderer says of it; "" where it makes a valid invoice.
LIMITS = {
    "year 1": (invoice("0001-12-31", "120.00", "-100.00", "-20.00"), "years 2000 to 2099, not 0001-12-31"),
    "year 9999": (invoice("9999-12-31", "120.00", "-100.00", "-20.00"), "years 2000 to 2099, not 9999-12-31"),
    "terms beyond time": (
        invoice("9999-12-31", "120.00", "-100.00", "-20.00", keys='  terms: "end of month + 45 days"\n'),
        "years 2000 to 2099",
    ),
    "due in year 1": (invoice("2026-01-01", "120.00", "-100.00", "-20.00", keys="  due: 0001-01-01\n"), "0001-01-01"),
    "due in 2099": (invoice("2026-01-01", "120.00", "-100.00", "-20.00", keys="  due: 2099-12-31\n"), ""),
    "15 digits": (invoice("2026-01-01", "9999999999999.98", "-8333333333333.32", "-1666666666666.66"), ""),
    "17 digits": (
        invoice("2026-01-01", "120000000000000.00", "-100000000000000.00", "-20000000000000.00"),
        "100000000000000.00 is too large for an e-invoice",
    ),
    "20 digits": (
        invoice("2026-01-01", "120000000000000000.00", "-100000000000000000.00", "-20000000000000000.00"),
        "too large for an e-invoice",
    ),
    "28 digits": (
        invoice("2026-01-01", "12" + "0" * 26, "-10" + "0" * 26, "-2" + "0" * 26),
        "too large for an e-invoice",
    ),
    "a product of large numbers": (
        invoice("2026-01-01", "120.00", "-100.00", "-20.00", line=PRICED.format("9999999999999", "9999999999999.99")),
        "too large for an e-invoice",
    ),
    "quantity nothing": (invoice("2026-01-01", "0.00", "0.00", "0.00", line=PRICED.format("0", "100.00")), ""),
    "an invoice of nothing": (invoice("2026-01-01", "0.00", "0.00", "0.00", line=PRICED.format("1", "0.00")), ""),
    "discount of all": (
        invoice("2026-01-01", "0.00", "0.00", "0.00", line=PRICED.format("1", "100.00") + "    discount: 100\n"), "",
    ),
    "less than nothing": (invoice("2026-01-01", "-120.00", "100.00", "20.00", line=PRICED.format("-1", "100.00")), ""),
    "a price of a millionth": (
        invoice("2026-01-01", "120.00", "-100.00", "-20.00", line=PRICED.format("100000000", "0.000001")), "",
    ),
    "a price below": (
        invoice("2026-01-01", "120.00", "-100.00", "-20.00", line=PRICED.format("1000000000000", "0.0000000001")),
        "more than the 6 decimals",
    ),
    "a price without end": (
        invoice("2026-01-01", "12.00", "-10.00", "-2.00", line=PRICED.format("3", "10/3")),
        "more than the 6 decimals",
    ),
    "a quantity of five decimals": (
        invoice("2026-01-01", "12.00", "-10.00", "-2.00", line=PRICED.format("0.33333", "30.00")),
        "more than the 4 decimals",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "refusal"), LIMITS.values(), ids=LIMITS)
def test_numbers_and_dates_at_their_limits(tmp_path: Path, engine: SchematronEngine, source: str, refusal: str) -> None:
    header = HEADER.replace("2020-01-01", "0001-01-01")
    workspace = open_ledger(write_ledger(tmp_path, source, header=header))
    books = workspace.books
    assert workspace.errors == ()
    assert [found.rule.id for found in check_all(books) if found.rule.id == "FACTURIER-FAULT"] == []
    for day in (date.min, date(2026, 1, 1), date.max):
        aged_balance(books, day)
    (document,) = books.documents
    if refusal:
        with pytest.raises(RenderingError) as refused:
            render(document, books, workspace.folder)
        assert refusal in str(refused.value)
        return
    xml = render(document, books, workspace.folder).xml
    assert xml is not None
    report = validate(xml, engine)
    assert report.valid, [(finding.rule, str(finding.text)) for finding in report.findings]


def test_a_document_that_cannot_be_made_is_told_and_the_others_are_made(tmp_path: Path) -> None:
    source = sale("F2026-0001", "2026-01-01").replace(
        'item: "Prestation"', 'item: "P"\n    quantity: 3\n    price: 100/3 EUR'
    )
    ledger = write_ledger(tmp_path, source + "\n" + sale("F2026-0002", "2026-01-02"))
    done = run("pdf", cwd=tmp_path, code=1)
    line = line_of(ledger, '2026-01-01 * "martin"')
    assert done.stderr.splitlines()[-1].startswith(f"main.beancount:{line}: The price 33.333")
    assert "1 written to pdf, 0 up to date, 1 failed." in done.stdout
    assert [path.name for path in (tmp_path / "pdf").glob("*.pdf")] == ["F2026-0002.pdf"]


def test_papers_of_any_size_are_shown(tmp_path: Path) -> None:
    line = f'  Income:Prestations  -{"9" * 25}.99 EUR\n    item: "x"\n    vat: 20\n'
    source = f'2026-01-07 Q "martin" "quote"\n  quote: "D1"\n{line}'
    workspace = open_ledger(write_ledger(tmp_path, source))
    (paper,) = workspace.books.papers
    assert render(paper, workspace.books, tmp_path).pdf.startswith(b"%PDF")


def test_a_file_taken_away_while_it_is_read_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = write_ledger(tmp_path, sale("F2026-0001", "2026-01-05"))

    def vanish(_: str) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("beancount.loader.load_file", vanish)
    with pytest.raises(LedgerError, match="beancount cannot load this ledger: FileNotFoundError"):
        open_ledger(ledger)


def test_the_demo_stays_as_it_is_under_every_reading_command(tmp_path: Path) -> None:
    main = demo_books(tmp_path / "books")
    before = contents(tmp_path)
    for command in (("check",), ("check", "--json"), ("receivables",), ("receivables", "--by", "item")):
        run(*command, "-f", main, code=0)
    assert contents(tmp_path) == before
