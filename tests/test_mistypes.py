"""What people mistype: each slip gets its own sentence, with its line and the fix, from the real bean-check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import HEADER, bean_check, line_of, write_ledger

Check = Callable[[str, str], str]


@pytest.fixture
def said_at(tmp_path: Path) -> Check:
    """Check some ledger text and return what bean-check says of the line that holds a text."""

    def said_at(source: str, text: str) -> str:
        path = write_ledger(tmp_path, source)
        run = bean_check(path)
        assert run.returncode == 1, run.stderr
        assert "Traceback" not in run.stderr
        start = f"{path}:{line_of(path, text, path.read_text(encoding='utf-8').count(text))}:"
        said = [line.removeprefix(start).strip() for line in run.stderr.split("\n") if line.startswith(start)]
        assert said, run.stderr
        return "\n".join(said)

    return said_at


# An invoice that is right, with a hole in its transaction keys and one in its line.
INVOICE = """
2026-11-03 * "Martin Bâtiment SAS" "Refonte" ^F2026-0001
  invoice: "F2026-0001"
  client: "martin"
  {transaction}
  Assets:Clients:Martin          120.00 EUR
  Income:Prestations            -100.00 EUR
    item: "Conseil"
    {line}
    vat: 20
  Liabilities:TVA:EnAttente      -20.00 EUR
    vat: 20
"""


def invoice(transaction: str = 'note: "merci"', line: str = 'unit: "day"') -> str:
    return INVOICE.replace("{transaction}", transaction).replace("{line}", line)


def test_the_invoice_of_these_tests_is_right(tmp_path: Path) -> None:
    run = bean_check(write_ledger(tmp_path, invoice()))
    assert (run.returncode, run.stderr) == (0, "")


def test_a_french_date_is_a_division(said_at: Check) -> None:
    said = said_at(invoice("due: 31/12/2026"), "due: 31/12/2026")
    assert said == (
        "due: beancount reads this as a calculation (its result is 0.00127509); "
        "write the date as year-month-day, such as 2026-12-31. [LEDGER-VALUE]"
    )


def test_a_date_in_quotes(said_at: Check) -> None:
    said = said_at(invoice('due: "2026-12-31"'), 'due: "2026-12-31"')
    assert "a date without quotes is expected" in said
    assert "such as 2026-12-31" in said


def test_a_postcode_without_quotes_is_a_number(said_at: Check) -> None:
    said = said_at('2026-06-01 custom "client" "martin"\n  city: "Nice"\n  postcode: 06000', "postcode: 06000")
    assert said == (
        "postcode: beancount reads this as the number 6000; put it in quotes to keep it as text. [LEDGER-VALUE]"
    )


def test_a_price_without_currency_on_a_line(said_at: Check) -> None:
    said = said_at(invoice(line="price: 650"), "    price: 650")
    assert said == "price: the currency is missing; write 650 EUR. [LEDGER-VALUE]"


def test_a_price_without_currency_on_a_product(said_at: Check) -> None:
    said = said_at('2026-01-01 custom "product" "AUDIT"\n  name: "Audit"\n  price: 650', "  price: 650")
    assert said == "price: the currency is missing; write 650 EUR. [LEDGER-VALUE]"


def test_a_price_in_quotes(said_at: Check) -> None:
    said = said_at(invoice(line='price: "650.00 EUR"'), 'price: "650.00 EUR"')
    assert said == "price: an amount is expected; write it without quotes: 650.00 EUR. [LEDGER-VALUE]"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("order_ref", "order-ref"), ("orderRef", "order-ref"), ("order-reff", "order-ref"), ("clent", "client")],
)
def test_a_key_of_a_transaction_with_a_slip(said_at: Check, typed: str, meant: str) -> None:
    said = said_at(invoice(f'{typed}: "BC-7917"'), f"{typed}:")
    assert said == f"The key {typed} is not known here; did you mean {meant}? [LEDGER-KEY]"


def test_invoce_on_a_transaction(said_at: Check) -> None:
    said = said_at(invoice().replace("  invoice:", "  invoce:"), "invoce:")
    assert said == "The key invoce is not known here; did you mean invoice? [LEDGER-KEY]"


def test_invoce_on_a_sale_paid_on_the_spot_without_vat(said_at: Check) -> None:
    source = """
        2026-11-03 * "Jeanne Durand" "Vente au comptoir"
          invoce: "F2026-0001"
          client: "durand"
          Assets:Caisse            100.00 EUR
          Income:Ventes           -100.00 EUR
            item: "Livre"
            vat: "export"
        """
    assert "did you mean invoice?" in said_at(source, "invoce:")


def test_quantiy_on_a_posting(said_at: Check) -> None:
    said = said_at(invoice(line="quantiy: 2"), "quantiy:")
    assert said == "The key quantiy is not known here; did you mean quantity? [LEDGER-KEY]"


def test_a_key_that_a_client_does_not_have(said_at: Check) -> None:
    said = said_at('2026-06-01 custom "client" "martin"\n  colour: "red"', "colour:")
    assert said.startswith("The key colour is not known here; known are: account, bic, city,")


def test_a_directive_with_a_slip(said_at: Check) -> None:
    said = said_at('2026-06-01 custom "cleint" "martin"\n  city: "Lyon"', '"cleint"')
    assert said == 'custom "cleint" means nothing here; did you mean "client"? [LEDGER-DIRECTIVE]'


def test_people_keep_keys_of_their_own_on_transactions(tmp_path: Path) -> None:
    run = bean_check(write_ledger(tmp_path, invoice('photo: "bl.jpg"', 'chantier: "Nord"')))
    assert (run.returncode, run.stderr) == (0, "")


def test_a_key_twice_on_a_custom(said_at: Check) -> None:
    said = said_at(
        """
        2026-06-01 custom "client" "martin"
          street: "1 rue Basse"
          city: "Lyon"
          street: "2 rue Haute"
        """,
        '"2 rue Haute"',
    )
    first = HEADER.count("\n") + 2
    assert said == (
        f"The key street stands twice here, on lines {first} and {first + 2}; "
        "beancount keeps the last in silence. Delete the one that is wrong. [LEDGER-TWICE]"
    )


def test_a_key_twice_on_an_open(said_at: Check) -> None:
    said = said_at('2026-01-01 open Assets:Clients:X\n  pcg: "411000"\n  pcg: "411100"', "411100")
    assert "The key pcg stands twice here" in said


def test_a_key_like_text_within_a_string_is_no_key_twice(tmp_path: Path) -> None:
    source = """
        2026-06-01 custom "client" "martin"
          delivery-address: "Chantier
          city: Lyon
          city: la même"
          city: "Lyon"
        """
    run = bean_check(write_ledger(tmp_path, source))
    assert (run.returncode, run.stderr) == (0, "")


def test_a_quantity_in_quotes(said_at: Check) -> None:
    said = said_at(invoice(line='quantity: "2"'), 'quantity: "2"')
    assert said == "quantity: a number is expected; write it without quotes: 2. [LEDGER-VALUE]"


def test_a_rate_with_a_percent_sign(said_at: Check) -> None:
    said = said_at(invoice().replace("    vat: 20\n  Lia", "    vat: 20%\n  Lia"), "vat: 20%")
    assert "A rate is written without the % sign: 20. [LEDGER-SYNTAX]" in said


def test_a_percent_sign_in_a_text_is_no_fault(tmp_path: Path) -> None:
    run = bean_check(write_ledger(tmp_path, invoice('note: "remise : 20 % ; 1,5 jour"')))
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(("typed", "right"), [("1,5", "1.5"), ("-1,5", "-1.5"), ("12,50", "12.50")])
def test_a_decimal_comma_in_a_key(said_at: Check, typed: str, right: str) -> None:
    said = said_at(invoice(line=f"quantity: {typed}"), f"quantity: {typed}")
    assert f"Numbers take a point, not a comma: write {right}. [LEDGER-SYNTAX]" in said


def test_a_decimal_comma_in_an_amount(said_at: Check) -> None:
    said = said_at(invoice().replace("-100.00", "-100,00"), "-100,00")
    assert "Numbers take a point, not a comma: write -100.00. [LEDGER-SYNTAX]" in said


BLANK = "A blank line ends a directive; remove the blank line above this one. [LEDGER-SYNTAX]"


@pytest.mark.parametrize("blank", ["", "  ", "\t", "\n"], ids=["empty", "blanks", "tab", "two"])
def test_a_blank_line_between_the_keys_of_a_transaction(said_at: Check, blank: str) -> None:
    said = said_at(invoice(f'note: "merci"\n{blank}\n  order-ref: "BC-7917"'), "order-ref:")
    assert BLANK in said


def test_a_blank_line_between_the_keys_of_a_custom(said_at: Check) -> None:
    assert BLANK in said_at('2026-06-01 custom "client" "martin"\n  street: "X"\n\n  city: "Lyon"', '"Lyon"')


def test_a_blank_line_after_a_posting(said_at: Check) -> None:
    assert BLANK in said_at(invoice(line='unit: "day"\n\n    quantity: 1'), "quantity: 1")


def test_a_blank_line_before_a_posting(said_at: Check) -> None:
    source = invoice().replace("\n  Assets:Clients", "\n\n  Assets:Clients")
    assert BLANK in said_at(source, "Assets:Clients:Martin          120.00 EUR")


def test_a_blank_line_in_a_text_is_no_fault(tmp_path: Path) -> None:
    run = bean_check(write_ledger(tmp_path, invoice('note: "merci\n\n  vat: 20%\n  à bientôt"')))
    assert (run.returncode, run.stderr) == (0, "")


def test_an_accent_in_a_number(said_at: Check) -> None:
    said = said_at(invoice().replace('"F2026-0001"', '"É2026-0001"'), '2026-11-03 * "Martin')
    assert said.startswith("The number É2026-0001 holds “É”; only letters without accents, digits and + - _ / may")


def test_an_accent_in_a_link(said_at: Check) -> None:
    said = said_at(invoice().replace("^F2026-0001", "^Été2026-0001"), "^Été2026-0001")
    assert (
        "The link ^Été2026-0001 may hold only letters without accents, digits and - _ / . ; "
        "beancount drops the whole transaction. [LEDGER-SYNTAX]"
    ) in said


def test_a_custom_without_a_value(said_at: Check) -> None:
    said = said_at('2026-06-01 custom "client"\n  city: "Lyon"', '2026-06-01 custom "client"')
    assert said == (
        'custom "client" takes id, and 0 were given; '
        'write for example: 2026-01-01 custom "client" "martin" [LEDGER-ARGUMENTS]'
    )


def test_a_custom_of_another_program_without_a_value(said_at: Check) -> None:
    said = said_at('2026-06-01 custom "whatever"', 'custom "whatever"')
    assert said == 'custom "whatever" has no value; beancount itself needs at least one. [LEDGER-ARGUMENTS]'


def test_a_custom_without_a_value_does_not_stop_the_padding(tmp_path: Path) -> None:
    source = """
        2026-06-01 custom "client"
        2026-06-01 pad Assets:Banque:Qonto Equity:Reprise
        2026-06-02 balance Assets:Banque:Qonto  10.00 EUR
        """
    run = bean_check(write_ledger(tmp_path, source))
    assert "Error applying plugin" not in run.stderr
    assert "Balance failed" not in run.stderr
    assert run.stderr.count(str(tmp_path)) == 1


def test_a_role_with_a_text_instead_of_an_account(said_at: Check) -> None:
    said = said_at('2026-06-01 custom "role" "bank" "Assets:Banque:Autre"', "Assets:Banque:Autre")
    assert "an account is expected, such as Assets:Clients" in said


OWN_AMOUNT = "a line of a paper states its own amount or quantity, such as -2 DEV-DAY"


def test_a_draft_line_without_an_amount(said_at: Check) -> None:
    said = said_at('2026-11-30 D "martin" "Régie"\n  Income:Prestations\n    item: "X"\n    vat: 20', "Prestations")
    assert OWN_AMOUNT in said


def test_two_draft_lines_without_an_amount(said_at: Check) -> None:
    source = """
        2026-11-30 D "martin" "Régie"
          Income:Prestations
            item: "Premier"
            vat: 20
          Income:Ventes  ; le second
            item: "Second"
            vat: 20
        """
    assert OWN_AMOUNT in said_at(source, "; le second")


def test_a_draft_line_without_an_amount_beside_a_priced_one(said_at: Check) -> None:
    source = """
        2026-11-30 D "martin" "Régie"
          Income:Prestations   -1 DEV-DAY @ 600.00 EUR
          Income:Ventes
            item: "X"
            vat: 20
        """
    said = said_at(source, "  Income:Ventes")
    assert said.count(OWN_AMOUNT) == 1


def test_a_draft_without_lines(said_at: Check) -> None:
    said = said_at('2026-11-30 D "martin" "Régie"', 'D "martin"')
    assert said.startswith("This document has no line; add a posting on an income account, or one with item:.")


def test_a_draft_with_lots(said_at: Check) -> None:
    said = said_at('2026-11-30 D "martin" "R"\n  Income:Prestations  -1 DEV-DAY {600.00 EUR}', "{600.00 EUR}")
    assert said == "A paper holds no lots; write a price after @ instead of {}. [LEDGER-PAPER]"


def test_a_sale_typed_without_its_minus(said_at: Check) -> None:
    said = said_at(invoice().replace("-100.00 EUR", "100.00 EUR"), "Income:Prestations            100.00 EUR")
    assert "The amount has the wrong sign: Conseil should be -100.00 EUR." in said


def test_a_sale_typed_without_its_minus_is_one_complaint_not_three(tmp_path: Path) -> None:
    source = invoice().replace("-100.00 EUR", "100.00 EUR")
    run = bean_check(write_ledger(tmp_path, source))
    assert [line for line in run.stderr.split("\n") if "[AMOUNT-" in line and "SIGN" not in line] == []


def test_a_priced_line_typed_without_its_minus(said_at: Check) -> None:
    source = invoice(line="quantity: 2\n    price: 50.00 EUR").replace("-100.00 EUR", "100.00 EUR")
    said = said_at(source, "Income:Prestations            100.00 EUR")
    assert "The amount has the wrong sign: Conseil should be -100.00 EUR." in said


def test_an_invoice_with_all_its_signs_turned(said_at: Check) -> None:
    source = invoice().replace("-100.00 EUR", "100.00 EUR").replace("-20.00", "20.00").replace(" 120.00", "-120.00")
    assert "The amount has the wrong sign" in said_at(source, "Income:Prestations            100.00 EUR")


def test_a_credit_note_signed_like_an_invoice(said_at: Check) -> None:
    source = invoice().replace("  invoice: ", "  credit-note: ").replace("F2026-", "A2026-")
    said = said_at(source, "Income:Prestations            -100.00 EUR")
    assert "The amount has the wrong sign: Conseil should be 100.00 EUR." in said


def test_a_draft_typed_without_its_minus(said_at: Check) -> None:
    said = said_at('2026-11-30 D "martin" "Régie"\n  Income:Prestations   2 DEV-DAY', "2 DEV-DAY")
    assert "-2 DEV-DAY" in said


def test_a_plugin_before_ours(tmp_path: Path) -> None:
    header = HEADER.replace("plugin", 'plugin "beancount.plugins.implicit_prices"\nplugin', 1)
    path = write_ledger(tmp_path, invoice(), header=header)
    run = bean_check(path)
    assert run.returncode == 1
    assert (
        f'{path}:1: plugin "beancount.plugins.implicit_prices" stands before plugin "facturier.plugins"; '
        "put ours first, so that drafts and quotes are off the books before another plugin reads them. "
        "[LEDGER-PLUGIN-ORDER]"
    ) in run.stderr.replace("\n", " ")


def test_a_slip_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    write_ledger(tmp_path, invoice("due: 31/12/2026", "quantity: 1,5"), header="", name="novembre.beancount")
    run = bean_check(write_ledger(tmp_path, 'include "novembre.beancount"'))
    assert f"{tmp_path / 'novembre.beancount'}:8: Numbers take a point, not a comma: write 1.5." in run.stderr
