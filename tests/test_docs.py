"""The documentation says what happens: its commands are typed, its ledgers loaded, its generated pages are fresh."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from textwrap import indent

import einvoice_terms_page
import pytest
from beancount.parser import parser
from doc_pages import Reader, commands, fences, not_shown
from house import ROOT, tree
from ledgers import bean_check
from PIL import Image

from facturier.directives.reference import reference_page
from facturier.pdf.dialect_page import templates_page
from facturier.rules.mention_page import mentions_page
from facturier.rules.pack import ALL_RULES
from facturier.rules.reference import rules_page

# Pages that are followed from their first block to their last. They tell of a PDF and a bank file, not of single keys.
FOLLOWED = ("docs/first-invoice-in-three-lines.md", "docs/first-invoice-in-three-lines.fr.md",
            "README.md", "README.fr.md", "docs/first-invoice.md", "docs/first-invoice.fr.md", "docs/check-in-ci.md",
            "docs/check-in-ci.fr.md", "docs/e-invoice.md", "docs/payments.md", "docs/payments.fr.md",
            "docs/vat-month.md", "docs/vat-month.fr.md", "docs/closing.md", "docs/closing.fr.md",
            "docs/receivables.md", "docs/receivables.fr.md")  # fmt: skip
GENERATED = {
    "docs/reference.md": (reference_page, "en"),
    "docs/reference.fr.md": (reference_page, "fr"),
    "docs/rules.md": (rules_page, "en"),
    "docs/rules.fr.md": (rules_page, "fr"),
    "docs/mentions.md": (lambda _: mentions_page(), "en"),
    "docs/templates.md": (lambda _: templates_page(), "en"),
    "docs/e-invoice-terms.md": (lambda _: einvoice_terms_page.page(), "en"),
}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
LARGEST_PICTURE = 300_000


def pages() -> list[str]:
    """The pages of documentation of the tree."""
    return [str(path) for path in tree() if path.suffix == ".md" and path.parts[0] != "tests"]


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def language_of(page: str) -> str:
    return "fr" if page.endswith(".fr.md") else "en"


@pytest.mark.parametrize("page", FOLLOWED)
def test_what_a_page_says_happens(page: str, tmp_path: Path) -> None:
    reader = Reader(tmp_path, language_of(page))
    found = list(fences(read(page)))
    assert any(fence.language == "console" for fence in found)
    for fence in found:
        reader.follow(fence)


@pytest.mark.parametrize("page", ["README.md", "README.fr.md"])
def test_the_readme_goes_from_nothing_to_a_sealed_pdf_in_three_lines(page: str, tmp_path: Path) -> None:
    (fence,) = [one for one in fences(read(page)) if one.order == "in an empty folder"]
    lines = fence.text.splitlines()
    assert len(lines) == 3
    assert [line.split()[:3] for line in lines] == [["$", "facturier", word] for word in ("init", "new", "issue")]
    reader = Reader(tmp_path, language_of(page))
    reader.follow(fence)
    (pdf,) = reader.empty_folder.glob("factures/*/*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    ledger = (reader.empty_folder / "main.beancount").read_text(encoding="utf-8")
    assert f'custom "seal" "{pdf.stem}"' in ledger
    assert f'pdf: "{sha256(pdf.read_bytes()).hexdigest()}"' in ledger
    checked = bean_check(reader.empty_folder / "main.beancount")
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("page", FOLLOWED)
def test_every_command_of_a_followed_page_is_typed(page: str) -> None:
    """Commands in another fence would be shown and never tried."""
    assert {fence.language for fence in fences(read(page)) if fence.order != "file"} <= {
        "console", "beancount", "diff", "yaml",
    }  # fmt: skip


@pytest.mark.parametrize("page", pages())
def test_ledger_text_can_be_read(page: str) -> None:
    for fence in fences(read(page)):
        if fence.language == "beancount":
            _, errors, _ = parser.parse_string(whole(fence.text))
            assert errors == [], f"{page}:{fence.line}: {errors[0].message}"


def whole(text: str) -> str:
    """Return ledger text with what a fragment leaves out: the transaction its keys and legs belong to."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(";")]
    if not lines or not lines[0].startswith(" "):
        return text
    depth = len(lines[0]) - len(lines[0].lstrip())
    leg = "  Assets:Leg  1 EUR\n" if depth > 2 else ""
    return f'2026-01-01 * "fragment"\n{leg}{indent(text, "")}'


@pytest.mark.parametrize("page", GENERATED)
def test_generated_pages_are_fresh(page: str) -> None:
    generator, language = GENERATED[page]
    assert read(page) == generator(language), f"{page} is behind the program; write it again with: make docs"


def test_every_rule_has_its_place_on_the_page() -> None:
    headings = re.findall(r"^## (\S+)$", read("docs/rules.md"), re.MULTILINE)
    assert headings == sorted(ALL_RULES)


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    for target in LINK.findall(read(page)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = (ROOT / page).parent / name if name else ROOT / page
        assert file.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), f"{page}: {target}"


def anchors(page: str) -> set[str]:
    """Return the anchors a heading of a page gets."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [page for page in FOLLOWED if page.endswith(".fr.md")])
def test_french_and_english_tell_the_same(page: str) -> None:
    assert told(page) == told(page.replace(".fr.md", ".md"))


def told(page: str) -> list[tuple[str, str, str]]:
    """Return what a page has its reader do; choosing English is told in English only."""
    return [
        (fence.language, fence.order, fence.file)
        for fence in fences(read(page))
        if not (fence.language == "diff" and "fava-option" in fence.text)
    ]


@pytest.mark.parametrize("page", FOLLOWED)
def test_what_a_machine_is_told_to_run_was_tried(page: str) -> None:
    """The recipes in YAML hold only commands that the page types elsewhere, and installs the program."""
    typed = {
        command.typed for fence in fences(read(page)) if fence.language == "console" for command in commands(fence.text)
    }
    recipes = [fence.text for fence in fences(read(page)) if fence.language == "yaml"]
    told = re.findall(r"^ *- (?:run: )?((?:bean-check|facturier) .*)$", "\n".join(recipes), re.MULTILINE)
    assert len(told) == 2 * len(recipes)
    assert set(told) <= typed


def test_pictures_are_readable_and_light() -> None:
    pictures = [path for path in tree() if path.parts[:2] == ("docs", "images") and path.suffix == ".png"]
    assert pictures
    for path in pictures:
        assert (ROOT / path).stat().st_size < LARGEST_PICTURE
        with Image.open(ROOT / path) as picture:
            assert picture.width >= 800


def test_a_reader_notices_what_is_not_said() -> None:
    assert not_shown(("main.beancount:3: no such",), "main.beancount:7: other") == "main.beancount:3: no such"
    assert not_shown(("main.beancount:3: same",), "x/main.beancount:7:  same") is None
    assert [command.typed for command in commands("$ a\nout\n$ b\n")] == ["a", "b"]


def test_a_reader_notices_a_command_that_fails(tmp_path: Path) -> None:
    reader = Reader(tmp_path, "en")
    (failing,) = fences("```console\n$ false\n```\n")
    with pytest.raises(AssertionError, match="line 1: false"):
        reader.follow(failing)
