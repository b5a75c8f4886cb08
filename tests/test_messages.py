"""What users read: every English sentence has its French one, and the ledger's language chooses."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from ledgers import HEADER, Ledger, bean_check, sale, write_ledger

from facturier.directives.reading import DIRECTIVES
from facturier.directives.transactions import POSTING_KEYS, TRANSACTION_KEYS
from facturier.messages import Message, catalogue, message

ROOT = Path(__file__).parent.parent
SOURCES = ("facturier", "plugins", "importers", "fava_ext")
FRENCH = ROOT / "facturier" / "locale" / "fr" / "LC_MESSAGES"
ENGLISH_OPTION = '1970-01-01 custom "fava-option" "language" "en"\n'
NARROW = "\u202f"
# A word in straight quotes that is shown, not typed.
_SHOWN = {"ID reason"}


@cache
def french() -> Catalog:
    with (FRENCH / "facturier.po").open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The English sentences of the sources, found by the command that babel.cfg gives."""
    template = tmp_path_factory.mktemp("messages") / "facturier.pot"
    arguments = ["-q", "extract", "-F", "babel.cfg", "-k", "message", "--no-default-keywords", "-o", str(template), "."]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", *arguments], cwd=ROOT, check=True, timeout=120
    )  # fmt: skip
    with template.open("rb") as file:
        return [str(entry.id) for entry in read_po(file) if entry.id]


def translations() -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in french() if entry.id}


def holes(template: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name is not None}


def literal(template: str) -> str:
    return "".join(text for text, *_ in string.Formatter().parse(template))


def test_every_sentence_of_the_sources_is_in_french(extracted: list[str]) -> None:
    assert len(extracted) > 500
    known = translations()
    assert [sentence for sentence in extracted if not known.get(sentence)] == []


def test_no_translation_is_doubtful_or_left_over(extracted: list[str]) -> None:
    assert [entry.id for entry in french() if entry.id and entry.fuzzy] == []
    assert sorted(set(translations()) - set(extracted)) == []
    assert list(french().obsolete) == []
    assert [(entry.id, errors) for entry, errors in french().check()] == []


def test_every_sentence_is_written_where_babel_can_find_it(extracted: list[str]) -> None:
    hidden = {file for file, sentence in _sentences() if sentence not in extracted}
    assert hidden == set()


def _sentences() -> Iterator[tuple[str, str | None]]:
    """Yield the files and sentences of all calls of message(); None for one that is no literal."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                    first = node.args[0]
                    sentence = first.value if isinstance(first, ast.Constant) else None
                    yield path.relative_to(ROOT).as_posix(), sentence if isinstance(sentence, str) else None


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with (FRENCH / "facturier.mo").open("rb") as file:
        compiled = {str(entry.id): str(entry.string) for entry in read_mo(file) if entry.id}
    assert compiled == translations()


def test_the_same_holes_stand_in_both_languages() -> None:
    different = [
        (english, text)
        for english, text in translations().items()
        if holes(english) != holes(text) or literal(english).count("{") != literal(text).count("{")
    ]
    assert different == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_can_be_rendered(language: str) -> None:
    for english, text in translations().items():
        values = {name: Decimal("12.5") if spec else "“x”" for name, spec in holes(english)}
        rendered = Message(english, values).text(language)
        assert rendered == (text if language == "fr" else english).format_map(values)
        assert "{{" not in rendered


def typed(template: str) -> set[str]:
    """What a sentence tells its reader to type: what stands in straight quotes, and declared keys."""
    keys = {*TRANSACTION_KEYS, *POSTING_KEYS, *(name for one in DIRECTIVES.values() for name in one.keys)}
    quoted = {part for part in template.split('"')[1::2] if part and "{" not in part}
    told = re.findall(r"(?:^|\b(?:add|write|example|with|needs|states|at the) )([a-z][\w-]*):(?=\s|$)", template)
    return quoted | {f"{word}:" for word in told if word in keys}


def test_what_users_type_is_not_translated() -> None:
    lost = [(english, word) for english, text in translations().items() for word in typed(english) if word not in text]
    assert [(english, word) for english, word in lost if word not in _SHOWN] == []


def test_french_is_set_as_french() -> None:
    wrong = re.compile(
        rf" [;!?%»](?=\s|$)| :|\xa0|«(?!{NARROW})|(?<!{NARROW})»|[^\W\d]'\w|grand livre|\bjambes?\b", re.I
    )
    assert [text for text in translations().values() if wrong.search(literal(text))] == []
    # A colon has no space before it only where it belongs to what is typed.
    assert [
        (word, text)
        for english, text in translations().items()
        for word in re.findall(r"(\S+):(?=\s|$)", text)
        if not word.endswith(NARROW) and f"{word}:" not in english
    ] == []


def test_an_english_sentence_without_french_stays_english() -> None:
    assert message("Nobody has {verb} this.", verb="translated").text("fr") == "Nobody has translated this."
    assert message("Total").text("de") == "Total"
    assert catalogue("en").gettext("Not due") == "Not due"
    assert catalogue("fr").gettext("Not due") == "Non échu"


def test_a_sentence_within_a_sentence_is_french_too() -> None:
    outer = message(
        'custom "{name}": its {argument} is wrong: {fault}',
        name="promise",
        argument="amount",
        fault=message("the currency is missing; write {value} EUR", value=Decimal("765.00")),
    )
    assert outer.text("fr") == (
        f'custom "promise"{NARROW}: la valeur amount est fausse{NARROW}: la devise manque{NARROW}; écrivez 765.00 EUR'
    )
    assert outer.text("en") == 'custom "promise": its amount is wrong: the currency is missing; write 765.00 EUR'


def test_a_ledger_speaks_french_unless_it_says_otherwise(make_ledger: Callable[..., Ledger]) -> None:
    source = sale("F2026-0001", "2026-11-03", keys="due: 31/12/2026") + '2026-11-04 custom "role" "bank" "Banque"\n'
    french_errors = make_ledger(source, header=HEADER.replace(ENGLISH_OPTION, "")).errors
    english_errors = make_ledger(source, header=HEADER).errors
    assert sorted(error.message for error in french_errors) == [
        f'custom "role"{NARROW}: la valeur account est fausse{NARROW}: '
        "un compte est attendu, comme Assets:Clients, et non Banque [LEDGER-ARGUMENTS]",
        f"due: beancount y lit un calcul (dont le résultat est 0.00127509){NARROW}; "
        "écrivez la date sous la forme année-mois-jour, comme 2026-12-31. [LEDGER-VALUE]",
    ]
    assert sorted(error.message for error in english_errors) == [
        'custom "role": its account is wrong: an account is expected, such as Assets:Clients, not Banque '
        "[LEDGER-ARGUMENTS]",
        "due: beancount reads this as a calculation (its result is 0.00127509); "
        "write the date as year-month-day, such as 2026-12-31. [LEDGER-VALUE]",
    ]


def test_bean_check_speaks_french(tmp_path: Path) -> None:
    source = sale("F2026-0001", "2026-11-03") + sale("F2026-0003", "2026-11-04")
    path = write_ledger(tmp_path, source, header=HEADER.replace(ENGLISH_OPTION, ""))
    found = bean_check(path)
    assert found.returncode == 1
    assert (
        f"F2026-0003 suit F2026-0001{NARROW}: il manque 1 numéro(s) (F2026-0002). "
        "Numérotez sans trou, ou rétablissez ce qui a été supprimé. [FR-NUM-GAP]"
    ) in found.stderr
