"""Formats are told by content; what is no bank file is named for what it is."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from camt_files import Entry, camt, write

from facturier.statements.errors import StatementError, UnknownFormatError
from facturier.statements.identify import Format, identify, read_statements


@pytest.mark.parametrize("name", ["statement.xml", "statement.txt", "no extension"])
@pytest.mark.parametrize("kind", ["052", "053", "054"])
def test_camt_whatever_its_name(tmp_path: Path, name: str, kind: str) -> None:
    path = write(tmp_path / name, camt(Entry("1.00"), kind=kind))
    assert identify(path) is Format.CAMT
    assert len(read_statements(path)) == 1


def test_only_the_head_is_read_to_identify(tmp_path: Path) -> None:
    """A file broken at its end is still a camt file, and is refused when it is read."""
    path = write(tmp_path / "a.xml", camt(*[Entry("1.00")] * 2000)[:-40])
    assert identify(path) is Format.CAMT
    with pytest.raises(StatementError, match="not well-formed"):
        read_statements(path)


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("a.xml", camt(Entry("1.00")))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive(), "zip archive: unpack it"),
        (gzip.compress(b"x", mtime=0), "gzip archive: unpack it"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"Date;Libelle;Montant\n", "no bank file of a format read here"),
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "no bank file"),
        (b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'/>", "no camt.052"),
        (b"<html><br></html>", "not well-formed"),
        (b"<!DOCTYPE html><html/>", "DOCTYPE"),
    ],
)
def test_what_is_no_bank_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(StatementError, match=words) as raised:
        identify(path)
    assert str(raised.value).startswith(f"{path}")


def test_unknown_is_its_own_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a;b")
    with pytest.raises(UnknownFormatError):
        identify(path)
