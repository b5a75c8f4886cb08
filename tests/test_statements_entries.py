"""From bank file to ledger text and back: what each line pays, and that nothing is ever added twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from beancount import loader
from beancount.core import data
from beancount.ops.validation import HARDCORE_VALIDATIONS
from beancount.parser import printer
from camt_files import ACCOUNT, PAYER, Entry, camt, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facturier.books import Books, read_books
from facturier.references import creditor_reference
from facturier.statements.entries import Imported, import_statements
from facturier.statements.errors import StatementError
from facturier.statements.identify import read_statements
from facturier.statements.known import How
from facturier.statements.matching import Outcome

BOOKS = (Path(__file__).parent / "data" / "statements" / "books.beancount").read_text(encoding="utf-8")
DUPONT = "FR1420041010050500013M02606"
REFERENCE = creditor_reference("F2026-0042")
DETAILS = "<NtryDtls><TxDtls>{}</TxDtls></NtryDtls>"
DOCUMENT = "<RfrdDocInf><Nb>F2026-0042</Nb></RfrdDocInf>"
WAITING = "Assets:Paiements:Attente"


def load(text: str) -> tuple[list[data.Directive], Books]:
    entries, errors, options = loader.load_string(text, extra_validations=HARDCORE_VALIDATIONS)
    assert errors == []
    books = read_books(entries, options)
    assert books.faults == ()
    return entries, books


def imported(folder: Path, *files: str, ledger: str = BOOKS, other: str | None = None) -> Imported:
    entries, books = load(ledger)
    paths = [write(folder / f"{rank}.xml", text) for rank, text in enumerate(files)]
    statements = [statement for path in paths for statement in read_statements(path)]
    return import_statements(statements, books, entries, other)


def written(result: Imported) -> str:
    return "\n".join(printer.format_entry(entry) for entry in result.entries)


def one(folder: Path, entry: Entry, ledger: str = BOOKS) -> data.Transaction:
    (line,) = imported(folder, camt(entry), ledger=ledger).lines
    return line.entry


def legs(entry: data.Transaction) -> list[tuple[str, str]]:
    return [(posting.account, str(posting.units)) for posting in entry.postings]


def settles(entry: data.Transaction) -> str | None:
    meta = entry.postings[1].meta
    return meta.get("settles") if meta else None


def test_exact_document_is_settled_and_printed_as_documented(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        camt(Entry("1200.00", day="2026-11-05", value_day="2026-11-06", text="VIR F2026-0042", name="MARTIN BATIMENT",
                   iban=PAYER, bank_reference="BQ1")),
    )  # fmt: skip
    key = result.new[0].meta["bank-line"]
    assert (
        written(result)
        == f'''2026-11-05 * "MARTIN BATIMENT" "VIR F2026-0042"
  bank-ref: "BQ1"
  bank-line: "{key}"
  value-date: 2026-11-06
  counterparty-iban: "{PAYER}"
  Assets:Banque:Qonto     1200.00 EUR
  Assets:Clients:Martin  -1200.00 EUR
    settles: "F2026-0042"

2026-12-01 balance Assets:Banque:Qonto                             2200.00 EUR
'''
    )
    _, books = load(BOOKS + written(result))
    assert books.open_items(date(2026, 12, 31)).balance("F2026-0042") == 0
    assert [(remark.file, str(remark.remark.message)) for remark in result.remarks] == []


@pytest.mark.parametrize(
    "entry",
    [
        Entry("1200.00", text="F2026-0042"),
        Entry("1200.00", text="REGLEMENT FACTURE F2026-0042 MERCI", name="INCONNU"),
        Entry("1200.00", structured=REFERENCE),
        Entry("1200.00", text=f"{REFERENCE[:4]} {REFERENCE[4:8]} {REFERENCE[8:]} MERCI"),
        Entry("1200.00", details=DETAILS.format("<Refs><EndToEndId>F2026-0042</EndToEndId></Refs>")),
        Entry("1200.00", details="", extra="<AddtlNtryInf>VIR RECU F2026-0042</AddtlNtryInf>"),
        Entry("1200.00", details=DETAILS.format(f"<RmtInf><Strd>{DOCUMENT}</Strd></RmtInf>")),
    ],
)  # fmt: skip
def test_wherever_the_number_stands(tmp_path: Path, entry: Entry) -> None:
    found = one(tmp_path, entry)
    assert (found.flag, settles(found)) == ("*", "F2026-0042")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry("1199.99", text="F2026-0042"), "another amount"),
        (Entry("1200.00", text="F2026-00421"), "part of a longer number"),
        (Entry("1200.00", text="F2026-0042 F2026-0041"), "two documents"),
        (Entry("1200.00", text="SITE VITRINE"), "no number"),
        (Entry("1200.00", day="2026-10-01", text="F2026-0042"), "issued the day after"),
    ],
)
def test_not_exactly_one_document_goes_on_account_of_a_known_payer(tmp_path: Path, entry: Entry, why: str) -> None:
    known = Entry(entry.amount, day=entry.day, text=entry.text, name="MARTIN", iban=PAYER)
    found = one(tmp_path, known)
    assert (found.flag, settles(found), found.links) == ("*", None, frozenset()), why
    assert found.postings[1].account == "Assets:Clients:Martin"
    unknown = one(tmp_path, entry)
    assert (unknown.flag, settles(unknown)) == ("!", None), why
    assert unknown.postings[1].account == WAITING


def test_on_account_is_shown_by_the_books(tmp_path: Path) -> None:
    result = imported(tmp_path, camt(Entry("500.00", text="ACOMPTE", iban=PAYER)))
    _, books = load(BOOKS + written(result))
    (waiting,) = books.open_items(date(2026, 12, 31)).on_account
    assert (waiting.client, waiting.amount) == ("martin", Decimal("-500.00"))


def test_payer_known_by_own_iban_and_by_alias(tmp_path: Path) -> None:
    assert one(tmp_path, Entry("10.00", iban=DUPONT)).postings[1].account == "Assets:Clients:Dupont"
    anne = one(tmp_path, Entry("10.00", name="Mme  Petit-Anne")).postings[1]
    assert (anne.account, anne.meta) == ("Assets:Clients:Particuliers", {"client": "anne"})
    # A name that only looks alike is nobody's.
    assert one(tmp_path, Entry("10.00", name="PETIT ANNE")).postings[1].account == WAITING


def test_shared_account_names_its_client_when_settled(tmp_path: Path) -> None:
    leg = one(tmp_path, Entry("60.00", text="F2026-0043")).postings[1]
    assert leg.meta == {"client": "anne", "settles": "F2026-0043"}


def test_payer_of_another_client_is_settled_but_asks_to_be_seen(tmp_path: Path) -> None:
    found = one(tmp_path, Entry("1200.00", text="F2026-0042", iban=DUPONT))
    assert (found.flag, settles(found)) == ("!", "F2026-0042")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1200.00", "F2026-0044"), ("360.00", "F2026-0044#1"), ("840.00", "F2026-0044#2"), ("500.00", None)],
)
def test_instalments(tmp_path: Path, amount: str, expected: str | None) -> None:
    assert settles(one(tmp_path, Entry(amount, text="F2026-0044"))) == expected


def test_retention_stays_open(tmp_path: Path) -> None:
    result = imported(tmp_path, camt(Entry("1140.00", text="F2026-0045")))
    assert settles(result.new[0]) == "F2026-0045#1"
    _, books = load(BOOKS + written(result))
    assert books.open_items(date(2026, 12, 31)).remaining["F2026-0045#2"] == Decimal("60.00")
    # 1200.00 would be both, on two accounts: for a person to split.
    assert settles(one(tmp_path, Entry("1200.00", text="F2026-0045"))) is None


def test_short_plain_number_needs_its_payer(tmp_path: Path) -> None:
    assert settles(one(tmp_path, Entry("240.00", text="FACTURE 118"))) is None
    assert settles(one(tmp_path, Entry("240.00", text="FACTURE 118", iban=PAYER))) is None
    assert settles(one(tmp_path, Entry("240.00", text="FACTURE 118", iban=DUPONT))) == "118"


def test_a_document_is_paid_once(tmp_path: Path) -> None:
    twice = camt(
        Entry("1200.00", day="2026-11-05", text="F2026-0042", iban=PAYER),
        Entry("1200.00", day="2026-11-06", text="F2026-0042", iban=PAYER),
    )
    result = imported(tmp_path, twice)
    assert [settles(entry) for entry in result.new] == ["F2026-0042", None]
    assert [line.matches[0].outcome for line in result.lines] == [Outcome.SETTLES, Outcome.ON_ACCOUNT]
    again = imported(
        tmp_path, camt(Entry("1200.00", day="2026-11-20", text="F2026-0042")), ledger=BOOKS + written(result)
    )
    assert settles(again.new[0]) is None


def test_debits_fees_and_refunds_wait_for_a_person(tmp_path: Path) -> None:
    result = imported(tmp_path, camt(
        Entry("-12.50", details="", extra="<AddtlNtryInf>FRAIS TENUE DE COMPTE</AddtlNtryInf>"),
        Entry("-1200.00", text="F2026-0042", iban=PAYER),
    ))  # fmt: skip
    assert [(entry.flag, legs(entry)[1]) for entry in result.new] == [
        ("!", (WAITING, "12.50 EUR")),
        ("!", (WAITING, "1200.00 EUR")),
    ]
    assert result.new[0].narration == "FRAIS TENUE DE COMPTE"


def test_other_account_is_named_only_when_needed(tmp_path: Path) -> None:
    bare = BOOKS.replace('2026-01-01 custom "role" "clearing" Assets:Paiements', "")
    assert imported(tmp_path, camt(Entry("1200.00", text="F2026-0042")), ledger=bare).new
    with pytest.raises(StatementError, match="--other ACCOUNT"):
        imported(tmp_path, camt(Entry("-1.00")), ledger=bare)
    chosen = imported(tmp_path, camt(Entry("-1.00")), ledger=bare, other="Equity:Reprise")
    assert legs(chosen.new[0])[1] == ("Equity:Reprise", "1.00 EUR")


def test_other_account_must_be_open(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="Expenses:Divers is not open"):
        imported(tmp_path, camt(Entry("-1.00")), other="Expenses:Divers")


def test_batch_has_a_leg_for_each_payment(tmp_path: Path) -> None:
    details = (
        '<TxDtls><Amt Ccy="EUR">120.00</Amt><RmtInf><Ustrd>F2026-0041</Ustrd></RmtInf></TxDtls>'
        '<TxDtls><Amt Ccy="EUR">60.00</Amt><RmtInf><Ustrd>F2026-0043</Ustrd></RmtInf></TxDtls>'
        '<TxDtls><Amt Ccy="EUR">5.00</Amt><RmtInf><Ustrd>DON</Ustrd></RmtInf></TxDtls>'
    )
    found = one(tmp_path, Entry("185.00", details=f"<NtryDtls>{details}</NtryDtls>"))
    assert found.narration == "F2026-0041 F2026-0043 DON"
    assert legs(found) == [
        ("Assets:Banque:Qonto", "185.00 EUR"),
        ("Assets:Clients:Martin", "-120.00 EUR"),
        ("Assets:Clients:Particuliers", "-60.00 EUR"),
        (WAITING, "-5.00 EUR"),
    ]
    assert [(posting.meta or {}).get("settles") for posting in found.postings] == [
        None,
        "F2026-0041",
        "F2026-0043",
        None,
    ]
    assert found.flag == "!"


def test_pending_lines_are_not_booked(tmp_path: Path) -> None:
    result = imported(tmp_path, camt(Entry("1200.00", text="F2026-0042", status="PDNG"), kind="052"))
    assert result.lines == []
    assert result.new == []


def test_notification_adds_details_and_books_nothing(tmp_path: Path) -> None:
    details = (
        '<NtryDtls><TxDtls><Amt Ccy="EUR">120.00</Amt><RmtInf><Ustrd>F2026-0041</Ustrd></RmtInf></TxDtls>'
        '<TxDtls><Amt Ccy="EUR">60.00</Amt><RmtInf><Ustrd>F2026-0043</Ustrd></RmtInf></TxDtls></NtryDtls>'
    )
    statement = camt(Entry("180.00", details="", bank_reference="BQ7"))
    notification = camt(Entry("180.00", details=details, bank_reference="BQ7"), kind="054", opening=None)
    alone = imported(tmp_path, notification)
    assert alone.entries == []
    assert "camt.054" in str(alone.remarks[0].remark.message)
    for files in ((statement, notification), (notification, statement)):
        (entry,) = imported(tmp_path, *files).new
        assert [posting.meta["settles"] for posting in entry.postings[1:] if posting.meta] == [
            "F2026-0041",
            "F2026-0043",
        ]
    without = imported(tmp_path, statement)
    assert without.new[0].meta["bank-line"] == entry.meta["bank-line"]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    hostile = '"\\ ^F2026-0042 #x\n2026-01-01 * "\u202egnp.exe\u2066 <b>&amp; ; {} é עברית'
    result = imported(tmp_path, camt(Entry("5.00", text=hostile, name='<b>"M"\\', bank_reference='R"\\1')))
    entries, _ = load(BOOKS + written(result))
    (found,) = [entry for entry in entries if isinstance(entry, data.Transaction) and "bank-line" in entry.meta]
    assert found.narration == '"\\ ^F2026-0042 #x 2026-01-01 * "gnp.exe <b>&amp; ; {} é עברית'
    assert (found.payee, found.meta["bank-ref"], found.links) == ('<b>"M"\\', 'R"\\1', frozenset())


def test_bank_account_by_the_sellers_iban(tmp_path: Path) -> None:
    bare = BOOKS.replace('  iban: "FR76 3000 6000 0112 3456 7890 189"\n', "")
    with pytest.raises(StatementError, match=rf'No bank account of the books has the iban {ACCOUNT}; write .*iban: "'):
        imported(tmp_path, camt(Entry("1.00")), ledger=bare)
    single = bare.replace("2026-01-01 open Assets:Banque:Livret EUR\n", "").replace(
        'name: "Atelier Numérique"', f'name: "Atelier Numérique"\n  iban: "{ACCOUNT}"'
    )
    assert imported(tmp_path, camt(Entry("1.00")), ledger=single).new[0].postings[0].account == "Assets:Banque:Qonto"


def test_bank_account_faults_name_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="No bank account of the books has the iban FR7612345987650123456789014"):
        imported(tmp_path, camt(Entry("1.00"), account=PAYER))
    with pytest.raises(StatementError, match='custom "role" "bank"'):
        imported(tmp_path, camt(Entry("1.00")), ledger=BOOKS.replace('"role" "bank"', '"role" "cash"'))
    twice = BOOKS.replace("Livret EUR\n", f'Livret EUR\n  iban: "{ACCOUNT}"\n')
    with pytest.raises(StatementError, match="Several bank accounts"):
        imported(tmp_path, camt(Entry("1.00")), ledger=twice)


def test_balance_is_asserted_only_where_it_holds(tmp_path: Path) -> None:
    result = imported(tmp_path, camt(Entry("5.00")))
    (balance,) = result.balances
    assert (balance.date, str(balance.amount)) == (date(2026, 12, 1), "1005.00 EUR")
    off = imported(tmp_path, camt(Entry("5.00"), opening="900.00"))
    assert off.balances == []
    assert [str(remark.remark.message) for remark in off.remarks] == [
        "Assets:Banque:Qonto: at the end of 2026-11-30 the bank has 905.00 EUR, the books 1005.00; "
        "no balance directive is written."
    ]


def test_statement_that_does_not_add_up_is_told(tmp_path: Path) -> None:
    result = imported(tmp_path, camt(Entry("5.00"), closing="1007.00"))
    assert "is 2.00 EUR off its opening balance and its lines" in str(result.remarks[0].remark.message)
    assert len(result.new) == 1


def test_importing_twice_adds_nothing(tmp_path: Path) -> None:
    november = (Path(__file__).parent / "data" / "statements" / "november.camt053.xml").read_text(encoding="utf-8")
    first = imported(tmp_path, november)
    assert len(first.new) == 6
    ledger = BOOKS + written(first)
    second = imported(tmp_path, november, ledger=ledger)
    assert second.entries == []
    assert [line.twin.how for line in second.lines if line.twin] == [How.IMPORTED] * 6
    assert len(imported(tmp_path, november, november).new) == 6


def test_edited_transactions_are_still_known(tmp_path: Path) -> None:
    """The user moves it to another day and account, splits it, and gathers two lines in one transaction."""
    files = camt(Entry("-12.50", text="FRAIS"), Entry("100.00", text="X"), Entry("50.00", text="Y"))
    first, second, third = imported(tmp_path, files).new
    ledger = (
        BOOKS
        + f'''
2026-11-09 * "Frais"
  bank-line: "{first.meta["bank-line"]}"
  Assets:Banque:Livret   -12.50 EUR
  Equity:Reprise          12.50 EUR
2026-11-10 * "Deux virements"
  Assets:Banque:Qonto    100.00 EUR
    bank-line: "{second.meta["bank-line"]}"
  Assets:Banque:Qonto     50.00 EUR
    bank-line: "{third.meta["bank-line"]}"
  Equity:Reprise
'''
    )
    assert imported(tmp_path, files, ledger=ledger).new == []


def test_typed_by_hand_is_paired_once_and_reported(tmp_path: Path) -> None:
    ledger = (
        BOOKS
        + """
2026-11-08 * "Virement de Martin, tapé à la main"
  Assets:Banque:Qonto    100.00 EUR
  Equity:Reprise        -100.00 EUR
2026-11-11 * "Avec la référence de la banque"
  bank-ref: "BQ9"
  Assets:Banque:Qonto     70.00 EUR
  Equity:Reprise         -70.00 EUR
"""
    )
    result = imported(tmp_path, camt(
        Entry("100.00", day="2026-11-05", text="trop loin ? non, trois jours"),
        Entry("100.00", day="2026-11-09", text="le plus proche"),
        Entry("100.00", day="2026-11-12", text="quatre jours"),
        Entry("70.00", day="2026-11-20", bank_reference="BQ9"),
        Entry("70.00", day="2026-11-20", bank_reference="BQ10"),
    ), ledger=ledger)  # fmt: skip
    assert [line.twin.how if line.twin else None for line in result.lines] == [
        None, How.TYPED, None, How.IMPORTED, None]  # fmt: skip
    twin = result.lines[1].twin
    assert twin is not None
    assert twin.entry.narration == "Virement de Martin, tapé à la main"


def test_the_earlier_of_two_files_pays(tmp_path: Path) -> None:
    late = camt(Entry("1200.00", day="2026-11-20", text="F2026-0042", iban=PAYER), opening=None)
    early = camt(Entry("1200.00", day="2026-11-10", text="F2026-0042", iban=PAYER), opening=None)
    result = imported(tmp_path, late, early)
    assert [(str(line.entry.date), settles(line.entry)) for line in result.lines] == [
        ("2026-11-10", "F2026-0042"), ("2026-11-20", None)]  # fmt: skip


# A day's movements are drawn from few words, so that genuine doubles are common.
movements = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["20.00", "-20.00"]),
        st.sampled_from(["BILLET", ""]),
        st.sampled_from([False, False, True]),
    ),
    max_size=12,
)


def entries_of(rows: Sequence[tuple[int, str, str, bool]]) -> list[Entry]:
    """The bank gives each movement it numbers its own reference, always the same."""
    return [
        Entry(amount, day=f"2026-11-{day:02}", text=text, bank_reference=f"BQ{rank}" if numbered else "")
        for rank, (day, amount, text, numbered) in enumerate(rows)
    ]


exports = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 12))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(movements, st.lists(exports, min_size=1, max_size=4), st.booleans(), st.randoms(use_true_random=False))
def test_overlapping_shuffled_exports_lose_and_double_nothing(
    tmp_path: Path,
    rows: list[tuple[int, str, str, bool]],
    periods: list[tuple[int, int, int]],
    together: bool,
    random: Random,
) -> None:
    """Whatever periods are exported, in whatever order, some before the day was over: each movement once."""
    truth = entries_of(rows)
    files: list[str] = []
    covered: set[int] = set()
    for first, second, booked_by_then in periods:
        days = {f"2026-11-{day:02}" for day in range(min(first, second), max(first, second) + 1)}
        ranks = [rank for rank, entry in enumerate(truth[:booked_by_then]) if entry.day in days]
        covered.update(ranks)
        random.shuffle(ranks)
        files.append(camt(*(truth[rank] for rank in ranks), opening=None))
    ledger = BOOKS
    for part in [files] if together else [[file] for file in files]:
        ledger += written(imported(tmp_path, *part, ledger=ledger))
    entries, _ = load(ledger)
    booked = Counter(
        (str(entry.date), str(entry.postings[0].units.number), entry.narration, entry.meta.get("bank-ref", ""))
        for entry in entries
        if isinstance(entry, data.Transaction) and "bank-line" in entry.meta and entry.postings[0].units
    )
    assert booked == Counter(
        (truth[rank].day, truth[rank].amount, truth[rank].text, truth[rank].bank_reference) for rank in covered
    )
    assert imported(tmp_path, *files, ledger=ledger).new == []


def test_four_thousand_lines_against_two_thousand_documents(tmp_path: Path) -> None:
    """Not a benchmark: a quadratic step would take minutes here."""
    opens = "".join(
        f'  Assets:Clients:Martin  {rank + 1}.00 EUR\n    opens: "X2025-{rank:05}"\n    due: 2026-01-31\n'
        for rank in range(2_000)
    )
    total = sum(range(1, 2_001))
    ledger = BOOKS + f'2026-01-01 * "Reprise" "Anciennes"\n{opens}  Equity:Reprise  -{total}.00 EUR\n'
    lines = [Entry(f"{rank % 2_000 + 1}.00", text=f"VIR X2025-{rank % 2_000:05}", bank_reference=f"B{rank}", iban=PAYER)
             for rank in range(4_000)]  # fmt: skip
    result = imported(tmp_path, camt(*lines), ledger=ledger)
    outcomes = Counter(line.matches[0].outcome for line in result.lines)
    assert outcomes == {Outcome.SETTLES: 2_000, Outcome.ON_ACCOUNT: 2_000}
