"""The beancount plugins: papers never reach the books, one failing rule stops no other, errors are fit to show."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from beancount import loader
from ledgers import (
    HEADER,
    PLUGIN,
    SETUP,
    Ledger,
    balances,
    bean_check,
    findings,
    line_of,
    load,
    sale,
    write_ledger,
)

from facturier.beancount_errors import ERROR_CLASSES
from facturier.books import PAPERS_OPTION, Books, read_books
from facturier.rules import pack
from facturier.violations import Violation

MakeLedger = Callable[..., Ledger]
STAND_ALONE = [f"facturier.plugins.{one.name}" for one in pack.RULE_SETS]

PAPERS = """
2026-10-12 Q "martin" "Application mobile"
  quote: "D2026-0017"
  valid-until: 2026-11-12
  Income:JamaisOuvert            -999.00 EUR
    item: "Application mobile"
    vat: 20
2026-10-13 O "martin" "Commande"
  order: "C2026-0001"
  Income:Ventes  -3 CHAISE
2026-10-14 L "martin" "Livraison"
  delivery: "L2026-0001"
  Income:Ventes  -3 CHAISE
2026-10-15 A "martin" "Maintenance"
  agreement: "M-012"
  every: "month"
  Income:Prestations  -100.00 EUR
    item: "Maintenance"
    vat: 20
2026-11-30 D "martin" "Régie"
  Income:Prestations  -2 DEV-DAY
"""


# --- Papers stay off the books


@pytest.mark.parametrize("plugin", ["facturier.plugins", *STAND_ALONE])
def test_papers_never_reach_the_books(tmp_path: Path, plugin: str) -> None:
    header = f'plugin "{plugin}"\n{SETUP}'
    path = write_ledger(tmp_path, PAPERS + sale("F2026-0001", "2026-11-03"), header=header)
    loaded = load(path)
    assert loaded.errors == []
    assert balances(loaded.entries) == {
        ("Assets:Clients:Martin", "EUR"): 120,
        ("Income:Prestations", "EUR"): -100,
        ("Liabilities:TVA:EnAttente", "EUR"): -20,
    }
    assert (bean_check(path).returncode, bean_check(path).stderr) == (0, "")


def test_a_balance_assertion_does_not_see_a_quote(ledger: Ledger) -> None:
    """
    2026-10-12 Q "martin" "Application mobile"
      quote: "D2026-0017"
      Assets:Clients:Martin         1000.00 EUR
      Income:Prestations           -1000.00 EUR
        item: "Application mobile"
        vat: 20
    2026-10-13 balance Assets:Clients:Martin  0.00 EUR
    2026-10-14 pad Assets:Banque:Qonto Equity:Reprise
    2026-10-15 balance Assets:Banque:Qonto  5.00 EUR
    """
    assert not ledger.errors
    assert [paper.number for paper in ledger.books.papers] == ["D2026-0017"]


def test_the_papers_are_kept_for_the_pages(tmp_path: Path) -> None:
    loaded = load(write_ledger(tmp_path, PAPERS))
    books = read_books(loaded.entries, loaded.options)
    assert [paper.kind.value for paper in books.papers] == ["quote", "order", "delivery", "agreement", "draft"]
    assert [entry.flag for entry in loaded.options[PAPERS_OPTION]] == ["Q", "O", "L", "A", "D"]


def test_several_stand_alone_plugins_see_each_paper_once(tmp_path: Path) -> None:
    header = "".join(f'plugin "{name}"\n' for name in STAND_ALONE) + SETUP
    loaded = load(write_ledger(tmp_path, PAPERS, header=header))
    assert loaded.errors == []
    assert len(read_books(loaded.entries, loaded.options).papers) == 5


def test_each_rule_stands_alone(tmp_path: Path) -> None:
    source = sale("F2026-0002", "2026-11-03").replace("vat: 20", "vat: 21")
    wrong = {"numbering": "NumberingError", "amounts": "AmountError", "rates": "VatError"}
    for name, kind in wrong.items():
        loaded = load(write_ledger(tmp_path, source, header=f'plugin "facturier.plugins.{name}"\n{SETUP}'))
        assert {type(error).__name__ for error in loaded.errors} == {kind}


def test_a_slip_is_told_once_by_several_stand_alone_plugins(tmp_path: Path) -> None:
    header = "".join(f'plugin "{name}"\n' for name in STAND_ALONE) + SETUP
    source = '2026-06-01 custom "client" "martin"\n  postcode: 06000'
    loaded = load(write_ledger(tmp_path, source, header=header))
    assert [error.message.partition(":")[0] for error in loaded.errors] == ["postcode"]


# --- A rule that fails


def test_a_rule_that_raises_reports_itself_and_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Books) -> Iterator[Violation]:
        raise ZeroDivisionError("1/0")
        yield

    broken = tuple(one._replace(check=fail) if one.name == "amounts" else one for one in pack.RULE_SETS)
    monkeypatch.setattr("facturier.plugins.RULE_SETS", broken)
    path = write_ledger(tmp_path, sale("F2026-0002", "2026-11-03").replace("vat: 20", "vat: 21"))
    kinds = [type(error).__name__ for error in load(path).errors]
    assert kinds == ["NumberingError", "FacturierError", "VatError"]
    failure = load(path).errors[1]
    assert failure.message.startswith("The check of amounts failed: ZeroDivisionError: 1/0 (fail, ")
    assert failure.message.endswith("the other rules went on. [FACTURIER-FAULT]")


def test_when_reading_fails_the_papers_are_off_the_books_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("broken")

    monkeypatch.setattr("facturier.plugins.adapter.read_books", fail)
    loaded = load(write_ledger(tmp_path, PAPERS))
    assert [type(error).__name__ for error in loaded.errors] == ["FacturierError"]
    assert balances(loaded.entries) == {}


# --- What is left behind


def test_errors_entries_and_options_can_be_pickled(tmp_path: Path) -> None:
    path = write_ledger(tmp_path, PAPERS + sale("F2026-0002", "2026-11-03"))
    again = pickle.loads(pickle.dumps(load(path)))  # noqa: S301  our own bytes
    assert [error.message for error in again.errors] == [error.message for error in load(path).errors]
    assert len(again.options[PAPERS_OPTION]) == 5


def test_beancounts_own_cache_holds_the_same_errors_and_papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_ledger(tmp_path, PAPERS + sale("F2026-0002", "2026-11-03"))
    monkeypatch.setattr(loader, "PICKLE_CACHE_THRESHOLD", 0.0)
    loader.initialize(use_cache=True)
    try:
        first = loader.load_file(str(path))
        assert list(tmp_path.glob("*.picklecache"))
        second = loader.load_file(str(path))
    finally:
        loader.initialize(use_cache=False)
    assert [error.message for error in second[1]] == [error.message for error in first[1]]
    assert findings(read_books(second[0], second[2])) == findings(read_books(first[0], first[2]))
    assert len(read_books(second[0], second[2]).papers) == 5


def test_errors_are_of_named_classes_with_a_source_that_fava_can_send(tmp_path: Path) -> None:
    path = write_ledger(tmp_path, sale("F2026-0002", "2026-11-03", keys="due: 31/12/2026").replace("-20.00", "-20.01"))
    errors = load(path).errors
    ours = [error for error in errors if isinstance(error, ERROR_CLASSES)]
    assert [type(error).__name__ for error in ours] == ["LedgerError", "NumberingError", "AmountError"]
    for error in ours:
        assert json.loads(json.dumps(error.source)) == {"filename": str(path), "lineno": error.source["lineno"]}
        assert error.message.endswith("]")
    assert ours[0].source["lineno"] == line_of(path, "due:")


def test_bean_check_writes_to_stderr_and_fails(ledger_file: Path) -> None:
    """
    2026-06-01 custom "client" "martin"
      postcode: 06000
    """
    run = bean_check(ledger_file)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith(f"{ledger_file}:{line_of(ledger_file, 'postcode: 06000')}: postcode:")


# --- Ours first


@pytest.mark.parametrize(
    ("before", "fault"),
    [
        ("beancount.plugins.implicit_prices", True),
        ("beancount.plugins.auto_accounts", True),
        ("facturier.plugins.numbering", False),
    ],
)
def test_a_plugin_that_stands_before_ours(tmp_path: Path, before: str, fault: bool) -> None:
    header = f'\n\nplugin "{before}"\n{PLUGIN}{SETUP}'
    path = write_ledger(tmp_path, sale("F2026-0001", "2026-11-03"), header=header)
    errors = load(path).errors
    assert [(type(one).__name__, one.source["lineno"]) for one in errors] == ([("LedgerError", 3)] if fault else [])


def test_a_plugin_after_ours_does_not_see_the_papers(tmp_path: Path) -> None:
    header = f'{PLUGIN}plugin "beancount.plugins.implicit_prices"\nplugin "beancount.plugins.auto_accounts"\n{SETUP}'
    draft = '2026-11-30 D "martin" "R"\n  Income:Jamais  -1 DEV-DAY @ 600.00 EUR\n'
    loaded = load(write_ledger(tmp_path, draft, header=header))
    assert loaded.errors == []
    assert not [entry for entry in loaded.entries if type(entry).__name__ == "Price"]
    assert not [entry for entry in loaded.entries if getattr(entry, "account", "") == "Income:Jamais"]


# --- Waivers


def test_a_waiver_silences_its_rule_on_its_document_only(make_ledger: MakeLedger) -> None:
    waived = 'waive: "FR-NUM-START reprise\nFR-NUM-GAP perdue au sinistre"'
    ledger = make_ledger(
        sale("F2026-0002", "2026-01-05", keys=waived) + "\n" + sale("F2026-0004", "2026-01-06"),
    )
    assert [error.message.rpartition(" ")[2] for error in ledger.errors] == ["[FR-NUM-GAP]"]
    assert pack.waivers(ledger.books) == {
        ("F2026-0002", "FR-NUM-START"): "reprise",
        ("F2026-0002", "FR-NUM-GAP"): "perdue au sinistre",
    }


@pytest.mark.parametrize(
    "rule", ["FR-NUM-DUPLICATE", "FR-NUM-LENGTH", "FR-NUM-CHARACTERS", "AMOUNT-LINE", "LEDGER-VALUE"]
)
def test_what_no_reason_excuses(rule: str) -> None:
    assert not pack.ALL_RULES[rule].waivable


# --- Language


def test_messages_are_french_unless_the_ledger_says_otherwise(make_ledger: MakeLedger) -> None:
    source = sale("F2026-0002", "2026-01-05")
    english = make_ledger(source)
    french = make_ledger(source, header=HEADER.replace('"language" "en"', '"language" "fr"'))
    seller = HEADER.replace('1970-01-01 custom "fava-option" "language" "en"\n', "").replace(
        '  vat-on: "receipts"\n', '  vat-on: "receipts"\n  language: "en"\n'
    )
    assert (english.books.language, french.books.language) == ("en", "fr")
    assert make_ledger(source, header=seller).books.language == "en"
    assert make_ledger(source, header=HEADER.replace('"language" "en"', '"language" "de"')).books.language == "fr"


@pytest.mark.parametrize("rule", sorted(pack.ALL_RULES))
def test_every_rule_can_explain_itself(rule: str) -> None:
    found = pack.ALL_RULES[rule]
    for language in ("en", "fr"):
        assert found.title.text(language)
        assert found.wants.text(language)
    assert found.example or rule == "FACTURIER-FAULT"
    assert found.id == rule


WHOLE_EXAMPLES = [
    rule.id
    for rule in pack.ALL_RULES.values()
    if rule.example.startswith("2026") and "…" not in rule.example and "{year}" not in rule.example
]


@pytest.mark.parametrize("rule", WHOLE_EXAMPLES)
def test_an_example_that_is_a_whole_directive_has_no_fault(make_ledger: MakeLedger, rule: str) -> None:
    assert make_ledger(pack.ALL_RULES[rule].example).errors == []
