"""The same movements read as camt and as CFONB: each booked once, and what cannot be told is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from beancount import loader
from beancount.core import data
from beancount.parser import printer
from camt_files import Entry, camt, write
from cfonb_files import Movement, cfonb, write_cfonb
from commands import contents, run, run_json
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facturier.books import read_books
from facturier.statements.entries import Imported, import_statements
from facturier.statements.identify import read_statements
from facturier.statements.known import How
from facturier.statements.line import Statement

BOOKS = (Path(__file__).parent / "data" / "statements" / "books.beancount").read_text(encoding="utf-8")


def imported(folder: Path, *files: str, ledger: str = BOOKS) -> Imported:
    entries, errors, options = loader.load_string(ledger)
    assert errors == []
    statements: list[Statement] = []
    for rank, text in enumerate(files):
        path = folder / f"file{rank}"
        statements += read_statements(write(path, text) if text.startswith("<") else write_cfonb(path, text))
    return import_statements(statements, read_books(entries, options), entries)


def then(folder: Path, first: str, second: str) -> Imported:
    """Import one file, then the other."""
    return imported(folder, second, ledger=BOOKS + written(imported(folder, first)))


def written(result: Imported) -> str:
    return "\n".join(printer.format_entry(entry) for entry in result.entries)


def outcomes(result: Imported) -> list[How | None]:
    return [line.twin.how if line.twin else None for line in result.lines]


MARTIN = Entry("1200.00", text="VIR F2026-0042", name="MARTIN BATIMENT", bank_reference="BQ1")
FEE = Entry("-12.50", day="2026-11-30", details="", extra="<AddtlNtryInf>FRAIS TENUE DE COMPTE</AddtlNtryInf>")
CFONB_MARTIN = Movement(
    "1200.00", label="VIR SEPA RECU", details=(("NPY", "MARTIN BATIMENT SAS"), ("LCC", "FACTURE F2026-0042"))
)
CFONB_FEE = Movement("-12.50", day="2026-11-30", label="FRAIS TENUE CPTE", code="62")


def test_a_month_read_as_camt_then_as_cfonb_is_booked_once(tmp_path: Path) -> None:
    camt_file, cfonb_file = camt(MARTIN, FEE), cfonb(CFONB_MARTIN, CFONB_FEE)
    for first, second in ((camt_file, cfonb_file), (cfonb_file, camt_file)):
        result = then(tmp_path, first, second)
        assert outcomes(result) == [How.OTHER_FORMAT] * 2
        assert [str(remark.remark.message) for remark in result.remarks] == []
        assert result.entries == []  # nor the balance a second time
        both = imported(tmp_path, first, second)
        assert (len(both.new), len(both.balances)) == (2, 1)


def test_a_line_of_the_month_that_the_other_format_has_not_is_booked(tmp_path: Path) -> None:
    late = Movement("-7.00", day="2026-11-29", label="COMMISSION")
    assert outcomes(then(tmp_path, camt(MARTIN), cfonb(CFONB_MARTIN, late))) == [How.OTHER_FORMAT, None]


def test_words_tell_which_of_two_alike_is_known(tmp_path: Path) -> None:
    """The report of the morning had one of the two transfers of that day."""
    other = Movement("1200.00", label="VIR SEPA RECU", details=(("NPY", "DUPONT SARL"), ("LCC", "LOYER NOVEMBRE")))
    result = then(tmp_path, camt(MARTIN), cfonb(other, CFONB_MARTIN))
    assert outcomes(result) == [None, How.OTHER_FORMAT]


def test_lines_that_read_alike_are_counted(tmp_path: Path) -> None:
    """Two train tickets in the books, three in the file: one is new, whichever."""
    ticket, cfonb_ticket = Entry("-20.00", text="SNCF BILLET"), Movement("-20.00", label="CB SNCF")
    result = then(tmp_path, camt(ticket, ticket), cfonb(*[cfonb_ticket] * 3))
    assert sorted(map(str, outcomes(result))) == sorted(map(str, [How.OTHER_FORMAT, How.OTHER_FORMAT, None]))
    assert outcomes(then(tmp_path, camt(*[ticket] * 3), cfonb(*[cfonb_ticket] * 2))) == [How.OTHER_FORMAT] * 2


def test_where_words_do_not_decide_nothing_is_guessed(tmp_path: Path) -> None:
    first = camt(Entry("-20.00", text="ACHAT"))
    file = cfonb(Movement("-20.00", label="CB LIBRAIRIE"), Movement("-20.00", label="CB FLEURISTE"))
    result = then(tmp_path, first, file)
    assert outcomes(result) == [How.UNCLEAR] * 2
    assert result.new == []
    keys = [line.entry.meta["bank-line"] for line in result.lines]
    said = [str(remark.remark.message) for remark in result.remarks]
    assert said[0].startswith("-20.00 EUR of 2026-11-10 may be the movement at <string>:")
    assert f"this second key, after a blank: {keys[0]}. If it is another" in said[0]
    assert f'enter it by hand with bank-line: "{keys[1]}".' in said[1]
    # Done as told, the next import has nothing to ask.
    ledger = BOOKS + written(imported(tmp_path, first))
    (old,) = [line for line in ledger.splitlines() if "bank-line" in line]
    ledger = ledger.replace(old, old.removesuffix('"') + f' {keys[0]}"')
    again = imported(tmp_path, file, ledger=ledger)
    assert outcomes(again) == [How.IMPORTED, None]
    assert outcomes(imported(tmp_path, first, ledger=ledger)) == [How.IMPORTED]


def test_the_same_reference_on_another_day_is_said(tmp_path: Path) -> None:
    """The date was edited, or the bank dates its formats differently: either way a person decides."""
    moved = Movement("1200.00", day="2026-11-12", label="VIR", details=(("LCC", "F2026-0042"),))
    assert outcomes(then(tmp_path, camt(MARTIN), cfonb(moved))) == [How.UNCLEAR]
    far = Movement("1200.00", day="2026-11-14", label="VIR", details=(("LCC", "F2026-0042"),))
    assert outcomes(then(tmp_path, camt(MARTIN), cfonb(far))) == [None]
    other = Movement("1200.00", day="2026-11-12", label="VIR", details=(("LCC", "LOYER"),))
    assert outcomes(then(tmp_path, camt(MARTIN), cfonb(other))) == [None]


def test_other_amounts_and_accounts_are_not_compared(tmp_path: Path) -> None:
    assert outcomes(then(tmp_path, camt(MARTIN), cfonb(Movement("1200.01"), Movement("-1200.00")))) == [None, None]


def test_the_command_says_what_it_could_not_tell(tmp_path: Path) -> None:
    english = '1970-01-01 custom "fava-option" "language" "en"\n'
    (tmp_path / "main.beancount").write_text(BOOKS + english, encoding="utf-8")
    write(tmp_path / "a.xml", camt(Entry("-20.00", text="ACHAT")))
    file = cfonb(Movement("-20.00", label="CB LIBRAIRIE"), Movement("-20.00", label="CB FLEURISTE"))
    write_cfonb(tmp_path / "b.txt", file)
    run("import", "a.xml", "--yes", cwd=tmp_path, code=0)
    before = contents(tmp_path)
    done = run("import", "b.txt", "--yes", cwd=tmp_path, code=0)
    assert "b.txt:2: -20.00 EUR of 2026-11-10 may be the movement at " in done.stderr
    assert "perhaps in the books" in done.stdout
    assert done.stdout.endswith("Nothing was written.\n")
    assert contents(tmp_path) == before
    rows = run_json("import", "b.txt", cwd=tmp_path)
    assert [(row["outcome"], str(row["known_at"]).split(":")[0]) for row in rows] == [("unclear", "main.beancount")] * 2


# A month is drawn from few words, so that genuine doubles are common.
movements = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["20.00", "-20.00"]), st.sampled_from(["BILLET", "LOYER", "ACHAT"])),
    min_size=1,
    max_size=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(movements, st.lists(st.tuples(st.booleans(), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=4))
def test_whole_days_in_any_formats_and_order_are_booked_once(
    tmp_path: Path, month: Sequence[tuple[int, str, str]], files: Sequence[tuple[bool, int, int]]
) -> None:
    ledger = BOOKS
    covered: set[int] = set()
    for as_camt, first, last in files:
        days = range(min(first, last), max(first, last) + 1)
        covered.update(days)
        told = [(amount, f"2026-11-{day:02}", word) for day, amount, word in month if day in days]
        if as_camt:
            text = camt(*[Entry(amount, day=day, text=word) for amount, day, word in told], opening=None)
        else:
            text = cfonb(*[Movement(amount, day=day, label=f"OPERATION {word}") for amount, day, word in told])
        result = imported(tmp_path, text, ledger=ledger)
        assert How.UNCLEAR not in outcomes(result)
        ledger += "\n".join(printer.format_entry(entry) for entry in result.new)
    booked: Counter[tuple[int, str]] = Counter()
    for entry in loader.load_string(ledger)[0]:
        if isinstance(entry, data.Transaction) and "bank-line" in entry.meta and entry.postings[0].units:
            booked[entry.date.day, str(entry.postings[0].units.number)] += 1
    assert booked == Counter((day, amount) for day, amount, _ in month if day in covered)
