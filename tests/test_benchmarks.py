"""The benchmarks: their books are lawful, their tables are printed, and no wrong file is counted."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from ledgers import bean_check, ledger_of

ROOT = Path(__file__).parent.parent
PACK = "facturier.plugins"


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks are run from the project's folder and are not installed; their tables want a wide screen."""
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.setenv("COLUMNS", "140")


def written(folder: Path, text: Iterator[str]) -> Path:
    path = folder / "books.beancount"
    path.write_text("".join(text), encoding="utf-8")
    return path


def assert_clean(path: Path) -> None:
    found = bean_check(path)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def rows(printed: str) -> dict[str, list[str]]:
    """Return the cells of printed tables by the text of their first one; of two alike, the last."""
    cells = (line.strip("│ ").split("│") for line in printed.splitlines() if line.startswith("│"))
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}


def test_books_pass_bean_check_and_say_what_was_asked(tmp_path: Path) -> None:
    from benchmarks.books import generate

    path = written(tmp_path, generate(20, 18, plugin=PACK))
    assert_clean(path)
    books = ledger_of(path).books
    assert len(books.documents) == 20
    assert [books.document(f"F2026-{number:06}") is not None for number in (1, 20, 21)] == [True, True, False]
    assert len(books.movements) == 18
    left = books.open_items(date(2027, 12, 31)).open()
    assert [item.number for item in left] == ["F2026-000019", "F2026-000020"]


def test_a_spoilt_amount_in_these_books_is_found(tmp_path: Path) -> None:
    from benchmarks.books import generate

    text = "".join(generate(3, 0, plugin=PACK)).replace("    quantity: ", "    quantity: 1", 1)
    found = bean_check(written(tmp_path, iter([text])))
    assert found.returncode == 1
    assert "books.beancount:" in found.stderr


def test_the_same_books_each_time() -> None:
    from benchmarks.books import generate
    from benchmarks.invoices import generate_detailed

    assert "".join(generate(5, 4)) == "".join(generate(5, 4))
    assert "".join(generate(5, 4)) != "".join(generate(5, 4, seed=2))
    assert "".join(generate_detailed(2, 9)) == "".join(generate_detailed(2, 9))


def test_detailed_invoices_pass_bean_check_and_differ(tmp_path: Path) -> None:
    from benchmarks.invoices import generate_detailed, read_detailed

    assert_clean(written(tmp_path, generate_detailed(4, 13, plugin=PACK)))
    documents = read_detailed(4, 13).documents
    assert [len(document.lines) for document in documents] == [13] * 4
    assert len({tuple(line.item for line in document.lines) for document in documents}) == 4
    assert all(len(document.totals().taxes) == 3 for document in documents)


def test_load_prints_a_row_for_each_set_of_plugins(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import load

    load.main(["20", "18", "1"])
    table = rows(capsys.readouterr().out)
    assert list(table) == [one.name for one in load.MEASURES]
    for one in load.MEASURES:
        without, own, added, *_, target = table[one.name]
        assert float(own) > 0
        assert float(without) > 0
        assert re.fullmatch(r"[+-]\d+\.\d %", added)
        assert target == f"at most +{one.target_percent} %"


def test_what_plugins_add_is_told_over_the_loads_around_them() -> None:
    from benchmarks.load import Round

    assert Round(before=4.0, own=6.0, after=6.0).added_percent == pytest.approx(20)


def test_pdf_prints_times_ratio_and_parts(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import parts, pdf

    pdf.main(["1"])
    printed = capsys.readouterr().out
    table = rows(printed)
    assert all(size.title in printed for size in pdf.SIZES)
    assert set(parts.PARTS) < set(table)
    assert all(float(table[part][0]) > 0 for part in ("template", "layout", parts.QR, "XML", "drawing", "file"))
    assert float(table["facturier"][1]) > 0
    assert "Each goal that was measured is met." in printed or "Missed:" in printed
    for module, name in (("weasyprint", "WeasyPrint"), ("typst", "typst")):
        if find_spec(module) is None:
            assert f"{name} is not installed" in printed
            continue
        ratio = re.match(r"[\d.]+", table[name][5])
        assert ratio
        assert float(ratio[0]) > 0.5


def test_pdf_without_the_contender_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import pdf

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr(pdf, "SIZES", pdf.SIZES[:1])
    pdf.main(["1"])
    printed = capsys.readouterr().out
    assert "WeasyPrint is not installed and was not measured." in printed
    assert "typst is not installed and was not measured." in printed
    assert {"WeasyPrint", "typst"}.isdisjoint(rows(printed))
    assert "facturier" in rows(printed)


def test_a_file_of_another_invoice_or_without_its_xml_is_not_counted() -> None:
    from benchmarks import pdf
    from benchmarks.invoices import read_detailed
    from facturier.pdf.render import render_pdf
    from facturier.rendering import prepare

    size = pdf.SIZES[0]
    books = read_detailed(2, size.lines)
    first, second = books.documents
    file = pdf.ours(first, books)
    assert pdf.checked_pages(file, first, books, size, pdf.OURS) == 1
    with pytest.raises(SystemExit, match="no text of its lines"):
        pdf.checked_pages(file, second, books, size, pdf.OURS)
    with pytest.raises(SystemExit, match="1 pages"):
        pdf.checked_pages(file, first, books, pdf.SIZES[1], pdf.OURS)
    bare = render_pdf(prepare(first, books, Path()).page).pdf
    with pytest.raises(SystemExit, match="not its XML inside"):
        pdf.checked_pages(bare, first, books, size, pdf.OURS)


def test_the_parts_are_the_whole() -> None:
    """The watch on the steps changes nothing they do, and its parts add up to the time they took."""
    from benchmarks import parts, pdf
    from benchmarks.invoices import read_detailed

    books = read_detailed(1, 30)
    files = [pdf.ours(books.documents[0], books)]
    start = time.process_time()
    taken = parts.seconds_by_part([lambda: files.append(pdf.ours(books.documents[0], books))])
    whole = time.process_time() - start
    assert files[0] == files[1]
    added = sum(seconds[0] for seconds in taken.values())
    assert 0.5 * whole < added <= whole


def test_issuing_is_compared_with_loading_and_rendering(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import issue

    issue.main(["3", "1"])
    table = rows(capsys.readouterr().out)
    assert table["load and render"][2] == "1.00"
    assert float(table["issue --all"][2]) > 0


def test_many_invoices_are_killed_half_way_and_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import many

    many.main(["320", "1"])
    table = rows(capsys.readouterr().out)
    killed, again = int(table["all cores, killed half-way"][0]), int(table["started again"][0])
    assert killed >= 160
    assert killed + again == 320
    assert table["one core"][0] == table["all cores"][0] == "320"


def test_the_table_of_open_items_has_a_row_for_each_size(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.open_items import main

    main(["1", "20", "40"])
    printed = rows(capsys.readouterr().out)
    assert printed["20"][0] == "18"
    assert printed["40"][0] == "36"
    for size in ("20", "40"):
        assert all(re.fullmatch(r"\+\d+\.\d+ %|\d+\.\d+ (?:s|µs)", cell) for cell in printed[size][1:])
