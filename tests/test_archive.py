"""What was issued and sealed is given as it was sent: the archived file, the same bytes again, or the reason."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from commands import run
from fava.application import create_app
from ledgers import HEADER, sale
from werkzeug.test import TestResponse

DRAFT = '\n2026-11-19 D "martin" "Régie"\n  Income:Prestations  -2 DEV-DAY\n'
DAY = "2026-11-20"
PDF = Path("factures/2026/F2026-0001.pdf")
OTHER_MACHINES = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/Anchorage", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8", "PYTHONHASHSEED": "77"},
    {"TZ": "UTC", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONHASHSEED": "random", "SOURCE_DATE_EPOCH": "1"},
)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issued")
    (folder / "main.beancount").write_text(HEADER + DRAFT, encoding="utf-8")
    run("issue", "--all", "--date", DAY, "--yes", cwd=folder, code=0)
    return folder


@pytest.fixture
def books(issued: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(issued, tmp_path / "books"))


def text_of(books: Path) -> str:
    return (books / "main.beancount").read_text(encoding="utf-8")


def rewrite(books: Path, old: str, new: str) -> None:
    text = text_of(books)
    assert old in text
    (books / "main.beancount").write_text(text.replace(old, new), encoding="utf-8")


def seal_as_sent(books: Path, content: bytes) -> None:
    """Archive other bytes under the number, sealed: as another version would have written them."""
    before = sha256((books / PDF).read_bytes()).hexdigest()
    (books / PDF).write_bytes(content)
    rewrite(books, before, sha256(content).hexdigest())


def test_issue_archives_both_files_under_the_hashes_in_the_seal(books: Path) -> None:
    text = text_of(books)
    for ending in ("pdf", "xml"):
        digest = sha256((books / PDF.with_suffix(f".{ending}")).read_bytes()).hexdigest()
        assert f'  {ending}: "{digest}"\n' in text
    assert '  made-with: "facturier ' in text


def test_the_archived_file_is_given_byte_for_byte(books: Path) -> None:
    sent = b"%PDF-1.7 as an older version wrote it"
    seal_as_sent(books, sent)
    assert run("pdf", "F2026-0001", cwd=books).stdout.startswith("1 written")
    assert (books / "pdf" / "F2026-0001.pdf").read_bytes() == sent
    assert run("pdf", "F2026-0001", cwd=books).stdout.startswith("0 written to pdf, 1 up to date")
    run("pdf", "F2026-0001", "--force", cwd=books)
    assert (books / "pdf" / "F2026-0001.pdf").read_bytes() == sent


@pytest.mark.parametrize("harm", [b"", b"%PDF-1.7 changed"], ids=["missing", "changed"])
def test_a_broken_archive_is_told_and_the_same_bytes_are_rendered_again(books: Path, harm: bytes) -> None:
    sent = (books / PDF).read_bytes()
    (books / PDF).write_bytes(harm) if harm else (books / PDF).unlink()
    done = run("pdf", "F2026-0001", cwd=books)
    word = "was changed" if harm else "is missing"
    assert f"The archived file {PDF} {word}; it was rendered again, byte for byte: put it back there." in done.stderr
    assert (books / "pdf" / "F2026-0001.pdf").read_bytes() == sent
    assert done.stdout.startswith("1 written")


def refused(books: Path) -> str:
    """Run and return why there is no file; nothing was written."""
    done = run("pdf", "F2026-0001", cwd=books, code=1)
    assert "0 written to pdf, 0 up to date, 1 failed." in done.stdout
    assert not (books / "pdf" / "F2026-0001.pdf").exists()
    assert "Take the file from a copy of the books." in done.stderr
    return next(line for line in done.stderr.splitlines() if "The archived file" in line)


def test_a_version_that_writes_other_bytes_says_which_wrote_the_file(books: Path) -> None:
    seal_as_sent(books, b"%PDF-1.7 as an older version wrote it")
    (books / PDF).unlink()
    rewrite(books, 'made-with: "facturier 0.1.0', 'made-with: "facturier 0.0.9')
    found = refused(books)
    assert f"The archived file {PDF} is missing, and rendered again F2026-0001 would not be the file" in found
    assert "it was made with facturier 0.0.9, reportlab" in found
    assert "these are facturier 0.1.0, reportlab" in found


def test_a_template_that_changed_since_is_named_with_its_versions(books: Path) -> None:
    seal_as_sent(books, b"%PDF-1.7 of the template of then")
    (books / PDF).unlink()
    digits = text_of(books).partition('template: "default ')[2][:8]
    rewrite(books, f'template: "default {digits}"', 'template: "default 00000000"')
    assert f"the template was default 00000000 and is default {digits}" in refused(books)


def test_a_document_that_was_changed_is_not_rendered_in_place_of_what_was_sent(books: Path) -> None:
    (books / PDF).write_bytes(b"%PDF-1.7 broken")
    rewrite(books, '"Régie"', '"Régie et suite"')
    assert "the document itself was changed since" in refused(books)


def test_a_changed_document_with_a_sound_archive_is_given_as_it_was_sent(books: Path) -> None:
    rewrite(books, '"Régie"', '"Régie et suite"')
    run("pdf", "F2026-0001", cwd=books, code=1)  # the seal is told to be broken
    assert (books / "pdf" / "F2026-0001.pdf").read_bytes() == (books / PDF).read_bytes()


def test_fava_gives_the_archived_files_and_says_why_it_cannot(books: Path) -> None:
    sent = b"%PDF-1.7 as an older version wrote it"
    seal_as_sent(books, sent)
    rewrite(books, "2026-11-20 *", '1970-01-01 custom "fava-extension" "facturier.fava_ext"\n2026-11-20 *')
    client = create_app([books / "main.beancount"], load=True).test_client()
    slug = client.get("/").headers["Location"].split("/")[1]

    def get(kind: str) -> TestResponse:
        return client.get(f"/{slug}/extension/Facturier/{kind}?number=F2026-0001")

    assert get("pdf").data == sent
    assert get("xml").data == (books / PDF.with_suffix(".xml")).read_bytes()
    (books / PDF).unlink()
    answer = get("pdf")
    assert answer.status_code == 422
    assert f"The archived file {PDF} is missing" in answer.text


@pytest.mark.parametrize("environment", OTHER_MACHINES, ids=["kiritimati", "anchorage", "posix"])
def test_the_same_ledger_gives_the_same_bytes_on_another_machine(
    books: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Another folder, day, time zone, locale and hash seed; the archive is taken away, so all is rendered."""
    sent = (books / PDF).read_bytes()
    elsewhere = tmp_path / "ailleurs" / "autre machine"
    shutil.copytree(books, elsewhere)
    shutil.rmtree(elsewhere / "factures")
    (elsewhere / "main.beancount").write_text(text_of(books) + sale("F2026-0002", "2026-11-20"), encoding="utf-8")
    run("pdf", cwd=elsewhere, environment=environment)
    assert (elsewhere / "pdf" / "F2026-0001.pdf").read_bytes() == sent
    run("pdf", "-o", "here", "--force", cwd=elsewhere)
    assert (elsewhere / "here" / "F2026-0002.pdf").read_bytes() == (elsewhere / "pdf" / "F2026-0002.pdf").read_bytes()
