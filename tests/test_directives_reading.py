"""Reading directives and metadata by their declarations: never stopped by a fault, each with its line."""

from __future__ import annotations

import pytest
from ledgers import Ledger, books_of, line_of, sale

from facturier.directives.declaration import Directive
from facturier.directives.reading import DIRECTIVES
from facturier.messages import message


def faults(source: str) -> list[str]:
    return [f"{one.rule.id}: {one.message}" for one in books_of(source).faults]


@pytest.mark.parametrize("directive", DIRECTIVES.values(), ids=lambda one: one.name)
def test_the_example_of_each_directive_is_right(directive: Directive) -> None:
    example = directive.example
    if directive.name == "series":
        example = example.replace('"main" "invoice" "F', '"deposits" "deposit" "D')
    assert faults(example) == []


@pytest.mark.parametrize("directive", DIRECTIVES.values(), ids=lambda one: one.name)
def test_every_declared_word_is_explained(directive: Directive) -> None:
    assert str(directive.help)
    for key in directive.keys.values():
        assert str(key.help)
        assert str(key.kind.name)
        assert key.kind.example


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('2026-01-01 custom "payer" "martin"', 'custom "payer" takes client, iban, and 1 were given'),
        ('2026-01-01 custom "alias" "martin" "A" "B"', 'custom "alias" takes client, name, and 3 were given'),
        (
            '2026-01-01 custom "role" "recievable" Assets:X',
            'its role is wrong: "recievable" is not one of its values; did you mean "receivable"?',
        ),
        (
            '2026-01-01 custom "role" "bank" "Assets:X"',
            "its account is wrong: an account is expected, such as Assets:Clients, not Assets:X",
        ),
        ('2026-01-01 custom "client" Assets:X', "its id is wrong: a text in quotes is expected"),
        ('2026-01-01 custom "client" 42', "its id is wrong: beancount reads this as the number 42"),
        (
            '2026-01-01 custom "promise" "F1" 765.00 2026-12-03',
            "its amount is wrong: the currency is missing; write 765.00 EUR",
        ),
        (
            '2026-01-01 custom "promise" "F1" 765.00 EUR "2026-12-03"',
            "its date is wrong: a date without quotes is expected",
        ),
        ('2026-01-01 custom "close" "2026-12-31"', "its until is wrong: a date without quotes"),
    ],
)
def test_the_values_after_a_custom(source: str, said: str) -> None:
    found = faults(source)
    assert len(found) == 1
    assert found[0].startswith("LEDGER-ARGUMENTS: ")
    assert said in found[0]


def test_a_wrong_value_is_left_out_and_the_rest_is_kept() -> None:
    books = books_of('2026-01-01 custom "client" "neuf"\n  name: "Neuf"\n  postcode: 06000\n  city: "Nice"\n')
    client = books.clients.latest("neuf")
    assert client is not None
    assert (client.name, client.postcode, client.city) == ("Neuf", "", "Nice")


def test_a_key_without_a_value() -> None:
    assert faults('2026-01-01 custom "client" "neuf"\n  name:\n') == [
        'LEDGER-VALUE: name: it has no value; write for example "…".'
    ]


def test_a_key_of_the_transaction_on_a_posting_and_the_reverse() -> None:
    on_posting = sale("F2026-0001", "2026-01-05").replace("    vat: 20\n", '    vat: 20\n    order-reff: "B"\n', 1)
    assert faults(on_posting) == ["LEDGER-KEY: The key order-reff is not known here; did you mean order-ref?"]


def test_directives_of_other_programs_are_left_alone() -> None:
    source = """
2026-01-01 custom "fava-option" "indent" "2"
2026-01-01 custom "budget" Expenses:Ecarts "monthly" 10.00 EUR
2026-01-01 custom "autobean.share" "x"
2026-01-01 custom "valuation" Assets:Clients 1.00 EUR
"""
    assert faults(source) == []


def test_each_fault_has_the_line_of_its_key(ledger: Ledger) -> None:
    """
    2026-11-03 * "Martin" "Vente"
      invoice: "F2026-0001"
      client: "martin"
      order-ref: 7917
      ; a comment between keys
      due: "2026-12-31"
      Assets:Clients:Martin    120.00 EUR
      Income:Prestations      -100.00 EUR
        item: "Conseil"
        vat: 20
        unit: 5
      Liabilities:TVA:EnAttente -20.00 EUR
        vat: 20
    """
    keys = ("order-ref: 7917", 'due: "2026-12-31"', "unit: 5")
    assert [(one.place.filename, one.place.line) for one in ledger.books.faults] == [
        (str(ledger.path), line_of(ledger.path, key)) for key in keys
    ]
    assert [error.source["lineno"] for error in ledger.errors] == [line_of(ledger.path, key) for key in keys]


def test_a_message_is_rendered_late_and_holds_others() -> None:
    inner = message("the number {number}", number=3)
    assert str(message("Wrong: {what}.", what=inner)) == "Wrong: the number 3."
    assert message("{{year}} stays", x=1).text("fr")
    assert str(message("A brace {value}", value="{evil} %s <b>")) == "A brace {evil} %s <b>"
