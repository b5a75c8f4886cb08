"""``facturier template`` and templates by name: one's own is made, looked at, used, and its mistakes are placed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from commands import contents, run
from ledgers import line_of, sale, write_ledger

from facturier.rules.pack import check_all
from facturier.workspace import open_ledger

SALE = sale("F2026-0001", "2026-01-05")


def using(name: str) -> str:
    return f'2021-01-01 custom "seller" "atelier"\n  template: "{name}"\n\n{SALE}'


def text_of(pdf: Path, order: str = "-layout") -> str:
    shown = subprocess.run(["pdftotext", order, str(pdf), "-"], capture_output=True, check=True, timeout=60)
    return re.sub("[\u00a0\u202f]", " ", shown.stdout.decode("utf-8"))


def across(pdf: Path) -> str:
    """Return the text that begins with the watermark, which is drawn first and turned: a letter a line."""
    return re.sub(r"\s", "", text_of(pdf, "-raw"))


def test_a_template_of_ones_own_is_made_edited_and_used(tmp_path: Path) -> None:
    write_ledger(tmp_path, using("atelier"))
    done = run("template", "new", "atelier", cwd=tmp_path, code=0)
    assert done.stdout.splitlines()[:2] == ["templates/atelier/invoice.xml", "templates/atelier/theme.toml"]
    run("pdf", cwd=tmp_path, code=0)
    before = (tmp_path / "pdf" / "F2026-0001.pdf").read_bytes()
    theme = tmp_path / "templates" / "atelier" / "theme.toml"
    theme.write_text(theme.read_text(encoding="utf-8").replace("#0b5c6b", "#7a1f3d"), encoding="utf-8")
    assert "1 written" in run("pdf", cwd=tmp_path, code=0).stdout
    assert (tmp_path / "pdf" / "F2026-0001.pdf").read_bytes() != before


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    write_ledger(tmp_path, SALE)
    run("template", "new", "atelier", cwd=tmp_path, code=0)
    before = contents(tmp_path)
    done = run("template", "new", "atelier", "--from", "studio", cwd=tmp_path, code=2)
    assert done.stderr == "main.beancount: templates/atelier is there already; choose another name.\n"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["../out", "/etc/x", ".hidden", "a/b", "a b", ""])
def test_no_name_leaves_the_folder_of_templates(tmp_path: Path, name: str) -> None:
    books = tmp_path / "books"
    books.mkdir()
    write_ledger(books, SALE)
    before = contents(tmp_path)
    run("template", "new", name, cwd=books, code=2)
    assert contents(tmp_path) == before


def test_a_template_of_facturier_keeps_its_name(tmp_path: Path) -> None:
    write_ledger(tmp_path, SALE)
    done = run("template", "new", "default", cwd=tmp_path, code=2)
    assert "default is a template of facturier; give yours another name." in done.stderr


def test_a_template_that_does_not_exist_is_an_error_and_never_another_one(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, using("studo"))
    (found,) = (one for one in check_all(open_ledger(ledger).books) if one.rule.id == "REF-TEMPLATE")
    assert found.place.line == line_of(ledger, '2021-01-01 custom "seller"')
    assert str(found.message) == "There is no template “studo”: did you mean “studio”?"
    done = run("pdf", cwd=tmp_path, code=1)
    assert "There is no template “studo”: did you mean “studio”?" in done.stderr
    assert not (tmp_path / "pdf" / "F2026-0001.pdf").exists()
    other = run("template", "preview", "xyz", cwd=tmp_path, code=2)
    assert "use one of default, studio, or make it with facturier template new xyz." in other.stderr


@pytest.mark.parametrize("where", ["document", "theme", "draft"])
def test_a_template_is_looked_up_wherever_it_is_named(tmp_path: Path, where: str) -> None:
    source = {
        "document": SALE.replace('client: "martin"', 'client: "martin"\n  template: "nowhere"'),
        "theme": f'2026-01-01 custom "theme" "nowhere"\n  accent: "#000000"\n\n{SALE}',
        "draft": '2026-01-07 D "martin" "x"\n  template: "nowhere"\n  Income:Prestations  -1 DEV-DAY\n',
    }[where]
    books = open_ledger(write_ledger(tmp_path, source)).books
    assert [found.rule.id for found in check_all(books) if found.rule.id == "REF-TEMPLATE"] == ["REF-TEMPLATE"]


def test_a_template_outside_the_ledgers_folder_is_none(tmp_path: Path) -> None:
    books = tmp_path / "books"
    (books / "templates").mkdir(parents=True)
    write_ledger(tmp_path, SALE)
    run("template", "new", "secret", cwd=tmp_path, code=0)
    (books / "templates" / "secret").symlink_to(tmp_path / "templates" / "secret", target_is_directory=True)
    write_ledger(books, using("secret"))
    assert "There is no template “secret”" in run("pdf", cwd=books, code=1).stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("invoice.xml", "{{ client.name }}", "{{ client.nam }}", "has no attribute 'nam'"),
        ("invoice.xml", '<p style="window">', '<p style="windo">', "did you mean “window”?"),
        ("invoice.xml", '<line x1="20"', '<lin x1="20"', "There is no element “lin”: did you mean “line”?"),
        ("theme.toml", '"#0b5c6b"', '"teal"', "The colour accent is “teal”: write it as #rrggbb."),
        ("theme.toml", "[colours]", "[colours", "This is not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_the_templates_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    write_ledger(tmp_path, using("atelier"))
    run("template", "new", "atelier", cwd=tmp_path, code=0)
    path = tmp_path / "templates" / "atelier" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    for command, code in ((("pdf",), 1), (("template", "preview"), 2)):
        done = run(*command, cwd=tmp_path, code=code)
        place, _, told = done.stderr.splitlines()[-1].partition(": ")
        assert said in told
        if file == "invoice.xml":
            assert place == f"templates/atelier/{file}:{line}"
        else:
            assert place.startswith(f"templates/atelier/{file}")


@pytest.mark.poppler
def test_a_preview_shows_every_kind_with_the_look_of_the_ledger(tmp_path: Path) -> None:
    look = (
        '2021-01-01 custom "theme" "studio"\n  footer: "Au bord de l’eau"\n'
        '2021-01-01 custom "wording" "fr" "title.invoice" "Note d’honoraires"\n'
    )
    write_ledger(tmp_path, look + using("studio"))
    done = run("template", "preview", "-o", "out", cwd=tmp_path, code=0)
    names = {path.stem for path in (tmp_path / "out").glob("*.pdf")}
    assert done.stdout == f"{len(names)} sample documents written to out.\n"
    assert {"F2026-0001", "F2026-0001-duplicata", "A2026-0001", "D2026-0017", "BL2026-0009", "P2026-0003"} <= names
    text = text_of(tmp_path / "out" / "F2026-0001.pdf")
    assert "Note d’honoraires" in text
    assert "Au bord de l’eau" in text
    assert across(tmp_path / "out" / "F2026-0001-duplicata.pdf").startswith("Duplicata")
    assert across(tmp_path / "out" / "P2026-0003.pdf").startswith("Proforma")
    assert across(tmp_path / "out" / "draft-2026-10-31-martin.pdf").startswith("Brouillon")


def test_a_preview_says_what_is_hard_to_read(tmp_path: Path) -> None:
    write_ledger(tmp_path, f'2021-01-01 custom "theme" "default"\n  accent: "#9ad0e0"\n\n{SALE}')
    done = run("template", "preview", cwd=tmp_path, code=1)
    assert "default: The colour accent on tint has a contrast of 1." in done.stderr
    again = run("pdf", cwd=tmp_path, code=0)
    assert "The colour accent on tint has a contrast of 1." in again.stderr


@pytest.mark.poppler
def test_a_duplicate_says_so_and_leaves_the_invoice_alone(tmp_path: Path) -> None:
    write_ledger(tmp_path, SALE)
    run("pdf", cwd=tmp_path, code=0)
    before = contents(tmp_path / "pdf")["F2026-0001.pdf"]
    run("pdf", "--duplicate", "F2026-0001", cwd=tmp_path, code=0)
    made = contents(tmp_path / "pdf")
    assert made["F2026-0001.pdf"] == before
    assert b"factur-x.xml" not in made["F2026-0001-duplicata.pdf"]
    assert across(tmp_path / "pdf" / "F2026-0001-duplicata.pdf").startswith("DUPLICATA")
    assert not across(tmp_path / "pdf" / "F2026-0001.pdf").startswith("DUPLICATA")
