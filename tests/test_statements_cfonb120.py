"""The CFONB 120 reader: each field at its place, each peculiarity banks are known for, each fault with its place."""

from __future__ import annotations

import io
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import stdnum.iban
from camt_files import ACCOUNT
from cfonb_files import Movement, balance, cfonb, group, overpunched, write_cfonb
from hypothesis import given
from hypothesis import strategies as st

from facturier.statements.cfonb120 import read_cfonb120
from facturier.statements.errors import StatementError
from facturier.statements.identify import Format, identify, read_statements
from facturier.statements.line import Kind, Payment, Statement, StatementLine, balance_difference
from facturier.statements.rib import iban_of, rib_key

PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "statements" / "cfonb120"
needs_samples = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published samples are not beside the checkout")

# The published samples are all faulty: what each must be told, with its line and column.
FAULTS = {
    "pennylane-hq-cfonb__invalid_date.txt": (1, 35, "'  CART' is not a date"),
    "pennylane-hq-cfonb__new_statement_without_previous_ended.txt": (6, 1, "begins before that of line 1 was closed"),
    "pennylane-hq-cfonb__operation_already_defined.txt": (1, 1, "A movement (record 04) outside a statement"),
    "pennylane-hq-cfonb__operation_unstarted.txt": (1, 1, "A complement (record 05) without a movement"),
}
# Well-formed and invented; lines end early, as banks send them.
EXAMPLE = """\
0130006    00001EUR2 12345678901  301026                                                  0000000010000{
0430006    00001EUR2 1234567890105021126  021126VIR SEPA MARTIN BATIMENT         0000001  0000000015840{
0530006    00001EUR2 1234567890105021126     NPYMARTIN BATIMENT SAS
0530006    00001EUR2 1234567890105021126     LCCFACTURE F2026-0042
0530006    00001EUR2 1234567890105021126     RCNF2026-0042
0430006    00001EUR2 1234567890162031126  031126FRAIS TENUE DE COMPTE            0000002  0000000000125}
0730006    00001EUR2 12345678901  031126                                                  0000000025715{
"""


def read_all(text: str | bytes) -> tuple[Statement, ...]:
    return read_cfonb120(io.BytesIO(text if isinstance(text, bytes) else text.encode("latin-1")))


def read(text: str | bytes) -> Statement:
    (statement,) = read_all(text)
    return statement


def only(movement: Movement) -> StatementLine:
    (line,) = read(cfonb(movement)).lines
    return line


def payment(amount: str, *details: tuple[str, str], code: str = "05", reject: str = "  ") -> Payment:
    return only(Movement(amount, details=details, code=code, reject=reject)).payment


def fault(text: str | bytes) -> StatementError:
    with pytest.raises(StatementError) as raised:
        read_all(text)
    return raised.value


@needs_samples
@pytest.mark.parametrize("name", FAULTS)
def test_published_sample_gives_its_named_error(name: str) -> None:
    line, column, words = FAULTS[name]
    assert identify(PUBLISHED / name) is Format.CFONB120
    with pytest.raises(StatementError) as raised:
        read_statements(PUBLISHED / name)
    assert (raised.value.line, raised.value.column) == (line, column)
    assert words in str(raised.value)


@needs_samples
def test_every_published_sample_is_tried() -> None:
    assert {path.name for path in PUBLISHED.iterdir()} == set(FAULTS)


# The movements inside the published samples, once a balance frames them: count, sum and names as in their index.
@needs_samples
def test_movements_of_the_published_samples_are_read() -> None:
    content = (PUBLISHED / "pennylane-hq-cfonb__operation_already_defined.txt").read_text(encoding="latin-1")
    account = {"01": "0115589    00000EUR2 98765432100  150519", "07": "0715589    00000EUR2 98765432100  160519"}
    opening, closing = (
        f"{account[code]}{' ' * 50}{overpunched(amount)}" for code, amount in (("01", "64.42"), ("07", "0"))
    )
    found = read(f"{opening}\n{content.strip()}\n{closing}\n")
    assert [line.amount for line in found.lines] == [Decimal("-32.21"), Decimal("-32.21")]
    first = found.lines[0].payment
    assert (first.counterparty_name, first.end_to_end_id) == ("INTERNET SFR", "OTHER REFERENCE")
    assert first.remittance == ("MENSUEAUHTR13133",)
    assert (first.bank_reference, first.label) == ("REFERENCE", ("PURPOSE", "REFERENCE"))
    assert balance_difference(found) == 0


def test_the_example_is_read_in_full(tmp_path: Path) -> None:
    path = write_cfonb(tmp_path / "statement", EXAMPLE)
    assert identify(path) is Format.CFONB120
    (found,) = read_statements(path)
    assert (found.account, found.currency, found.kind, found.file) == (ACCOUNT, "EUR", Kind.STATEMENT, str(path))
    assert found.opening is not None
    assert found.closing is not None
    assert (found.opening.amount, found.opening.date) == (Decimal("1000.00"), date(2026, 10, 30))
    assert (found.closing.amount, found.closing.date) == (Decimal("2571.50"), date(2026, 11, 3))
    assert balance_difference(found) == 0
    transfer, fee = found.lines
    assert transfer == StatementLine(
        account=ACCOUNT,
        currency="EUR",
        booking_date=date(2026, 11, 2),
        value_date=date(2026, 11, 2),
        amount=Decimal("1584.00"),
        payment=Payment(
            amount=Decimal("1584.00"),
            currency="EUR",
            counterparty_name="MARTIN BATIMENT SAS",
            remittance=("FACTURE F2026-0042",),
            end_to_end_id="F2026-0042",
        ),
        entry_reference="0000001",
        operation_code="05",
        label=("VIR SEPA MARTIN BATIMENT",),
        statement_id="2026-11-03",
        record=1,
        line=2,
        format="cfonb120",
    )
    assert (fee.amount, fee.operation_code, fee.label, fee.line) == (
        Decimal("-12.50"), "62", ("FRAIS TENUE DE COMPTE",), 6)  # fmt: skip


# --- Qualifiers -----------------------------------------------------------------------------------


def test_qualifiers_of_a_transfer_received() -> None:
    found = payment(
        "10.00",
        ("NPY", "MARTIN"), ("NBE", "OURSELVES"), ("NPO", "GROUP MARTIN"), ("CPY", "FR14 2004 1010 0505 0001 3M02 606"),
        ("LIB", "facture F1"), ("LCC", "ligne un"), ("LC2", "ligne deux"), ("LCS", "RF18539007547034"),
        ("RCN", f"{'E2E-1':<35}GOODS"), ("REF", "BANK7"), ("RUM", f"{'MANDATE-1':<35}RCUR"),
        ("IPY", f"{'732829320':<35}SIREN"), ("XYZ", "new  words"),
    )  # fmt: skip
    assert found == Payment(
        amount=Decimal("10.00"),
        currency="EUR",
        counterparty_name="MARTIN",
        counterparty_iban="FR1420041010050500013M02606",
        ultimate_party="GROUP MARTIN",
        remittance=("facture F1", "ligne un ligne deux"),
        references=("RF18539007547034",),
        end_to_end_id="E2E-1",
        mandate_id="MANDATE-1",
        bank_reference="BANK7",
        label=("GOODS", "BANK7", "new words"),
    )


def test_a_repeated_qualifier_goes_on_where_the_line_ended() -> None:
    """70 characters a line: a document number may be cut in two."""
    words = "REGLEMENT DES FACTURES DU MOIS D OCTOBRE ET DE NOVEMBRE, F2026-0041 F2026-0042"
    assert payment("1.00", ("LIB", words[:70]), ("LIB", words[70:])).remittance == (words,)
    assert payment("1.00", ("LCC", words[:70]), ("LC2", words[70:])).remittance == (words,)
    assert payment("1.00", ("LIB", "ONE"), ("LIB", "TWO")).remittance == ("ONE TWO",)


def test_a_blank_qualifier_is_kept_as_words() -> None:
    assert payment("1.00", ("   ", "F2026-0042")).texts == ("F2026-0042",)


@pytest.mark.parametrize(
    ("amount", "code", "reject", "expected"),
    [
        ("1.00", "05", "  ", "PAYER"),
        ("-1.00", "06", "  ", "BENEFICIARY"),
        # What comes back keeps its roles: our transfer refused, our direct debit unpaid.
        ("1.00", "12", "  ", "BENEFICIARY"),
        ("-1.00", "A3", "20", "PAYER"),
        ("-1.00", "B1", "20", "PAYER"),
    ],
)
def test_the_other_side(amount: str, code: str, reject: str, expected: str) -> None:
    found = payment(amount, ("NPY", "PAYER"), ("NBE", "BENEFICIARY"), code=code, reject=reject)
    assert found.counterparty_name == expected


def test_our_own_side_is_never_the_other() -> None:
    assert payment("1.00", ("NBE", "OURSELVES")).counterparty_name == ""
    assert payment("-1.00", ("NPY", "ELEC ERDF")).counterparty_name == "ELEC ERDF"
    ours = payment("-1.00", ("NBE", "OURSELVES"), ("CBE", ACCOUNT), ("NPY", "ELEC ERDF"))
    assert ours.counterparty_name == "ELEC ERDF"


def test_rejects_say_their_reason() -> None:
    line = only(Movement("-50.00", code="A3", reject="20"))
    assert (line.reversal, line.payment.return_reason) == (True, "20")
    assert not only(Movement("-50.00", code="B1", reject="00")).reversal


def test_foreign_amount_and_fees() -> None:
    found = payment("92.14", ("MMO", "USD200000000010000"), ("FEE", f"EUR2{overpunched('-1.50')}"))
    assert (found.instructed_amount, found.instructed_currency, found.charges) == (
        Decimal("100.00"), "USD", Decimal("1.50"))  # fmt: skip
    assert payment("92.14", ("MMO", "JPY000000000010000")).instructed_amount == Decimal(10000)
    # Information only: what cannot be read spoils nothing.
    assert payment("92.14", ("MMO", "USD2 ABOUT 100"), ("FEE", "")).instructed_amount is None


def test_references_of_zeros_and_placeholders_are_none() -> None:
    line = only(Movement("1.00", entry="0000000", reference="0000000000000000", details=(("RCN", "NOTPROVIDED"),)))
    assert (line.entry_reference, line.payment.end_to_end_id, line.label) == ("", "", ("VIREMENT",))
    assert only(Movement("1.00", reference="F2026-0042")).label == ("VIREMENT", "F2026-0042")


def test_value_date_may_be_left_out() -> None:
    text = cfonb(Movement("1.00")).replace("101126  101126", "101126        ")
    assert read(text).lines[0].value_date is None


# --- Amounts, accounts, balances ------------------------------------------------------------------


@given(st.decimals(min_value="-99999999999", max_value="99999999999", places=2))
def test_any_amount_comes_back_with_its_sign(amount: Decimal) -> None:
    found = only(Movement(str(amount))).amount
    assert (found, f"{found}") == (amount, f"{amount + 0}")


@pytest.mark.parametrize(
    ("amount", "currency", "decimals", "expected"),
    [("15000", "XPF", 0, "15000"), ("-1.234", "TND", 3, "-1.234"), ("8.85000", "EUR", 5, "8.85000")],
)
def test_decimals_are_those_of_the_record(amount: str, currency: str, decimals: int, expected: str) -> None:
    records = group(Movement(amount), opening="0", currency=currency, decimals=decimals)
    found = read("\n".join(records))
    assert (str(found.lines[0].amount), found.currency) == (expected, currency)
    assert balance_difference(found) == 0


def test_blank_currency_and_decimals_are_euros_and_cents(tmp_path: Path) -> None:
    first, *movements, last = group(Movement("1.00"))
    text = "\n".join([first.replace("EUR2", "    "), *movements, last.replace("EUR2", "    ")])
    assert identify(write_cfonb(tmp_path / "file", text)) is Format.CFONB120
    assert read(text).currency == "EUR"
    assert balance_difference(read(text)) == 0


def test_accounts_and_days_in_one_file() -> None:
    text = "\n".join([
        *group(Movement("1.00", day="2026-11-02"), closing_day="2026-11-02"),
        *group(Movement("5.00"), number="00000000002", opening="7.00"),
        *group(Movement("2.00", day="2026-11-03"), opening="1001.00", closing_day="2026-11-03"),
    ])  # fmt: skip
    first, other, second = read_all(text)
    assert [first.account, other.account, second.account] == [
        ACCOUNT, iban_of("30006", "00001", "00000000002"), ACCOUNT]  # fmt: skip
    assert [statement.remarks for statement in (first, other, second)] == [(), (), ()]


def test_a_day_missing_between_two_is_told() -> None:
    text = "\n".join([*group(closing_day="2026-11-02"), *group(opening="1500.00", opening_day="2026-11-05")])
    (remark,) = read_all(text)[1].remarks
    assert "opens on 2026-11-05 with 1500.00 EUR, but closed on 2026-11-02 with 1000.00" in str(remark.message)


def test_a_statement_that_does_not_add_up_is_read() -> None:
    assert balance_difference(read(cfonb(Movement("5.00"), closing="1007.00"))) == Decimal("2.00")


def test_a_movement_in_another_currency_is_told() -> None:
    first, _, last = group(Movement("1.00"))
    (other,) = Movement("1.00").records(currency="USD")
    statement = read(f"{first}\n{other}\n{last}")
    assert [(remark.line, str(remark.message)) for remark in statement.remarks] == [
        (2, "This movement is in USD, its account in EUR.")
    ]


def test_years_of_two_digits() -> None:
    assert only(Movement("1.00", day="1961-01-01")).booking_date == date(1961, 1, 1)
    assert only(Movement("1.00", day="2060-12-31")).booking_date == date(2060, 12, 31)


# The first is the IBAN registry's example, the second that of many French forms.
@pytest.mark.parametrize(
    ("bank", "branch", "account", "iban"),
    [
        ("20041", "01005", "0500013M026", "FR1420041010050500013M02606"),
        ("30006", "00001", "12345678901", "FR7630006000011234567890189"),
    ],
)
def test_iban_of_an_account(bank: str, branch: str, account: str, iban: str) -> None:
    assert iban_of(bank, branch, account) == iban
    assert rib_key(bank, branch, account) == iban[-2:]
    assert stdnum.iban.is_valid(iban)


@given(st.from_regex(r"[0-9]{5}", fullmatch=True), st.from_regex(r"[0-9A-Z]{11}", fullmatch=True))
def test_any_account_has_a_valid_iban_with_a_valid_key(bank: str, account: str) -> None:
    """stdnum checks the IBAN's digits; the key makes bank, branch, account and key divisible by 97."""
    iban = iban_of(bank, "00001", account)
    assert stdnum.iban.is_valid(iban)
    if account.isdecimal():
        assert int(iban[4:]) % 97 == 0


@pytest.mark.parametrize("account", ["0000157841Z", "0000157849R"])
def test_letters_of_an_account_count_as_digits(account: str) -> None:
    """A published RIB: 30002 00550 0000157841Z 25."""
    assert rib_key("30002", "00550", "0000157841Z") == "25"
    assert rib_key("30002", "00550", account[:-1] + "9") == rib_key("30002", "00550", account)


@pytest.mark.parametrize(
    "parts", [("3000", "00001", "12345678901"), ("30006", "00001", "1234 678901"), ("٣٠٠٠٦", "00001", "12345678901")]
)
def test_what_is_no_account_has_no_iban(parts: tuple[str, str, str]) -> None:
    assert iban_of(*parts) == ""


# --- How files are cut and coded ------------------------------------------------------------------


def test_line_breaks_do_not_matter(tmp_path: Path) -> None:
    records = [record.ljust(120) for record in EXAMPLE.splitlines()]
    plain = read(EXAMPLE)
    for text in ("".join(records), "\r".join(records), "\n\n  \r\n".join(records) + "\x1a", "\ufeff" + EXAMPLE):
        path = tmp_path / "file"
        path.write_bytes(text.encode("utf-8"))
        (found,) = read_statements(path)
        assert [line.amount for line in found.lines] == [line.amount for line in plain.lines]
        assert [line.payment for line in found.lines] == [line.payment for line in plain.lines]
    # In a file without line breaks the last record may have lost its blanks.
    assert len(read("".join(records).rstrip()).lines) == 2


@pytest.mark.parametrize("coding", ["latin-1", "utf-8"])
def test_accents_and_lower_case_are_read(coding: str) -> None:
    text = cfonb(Movement("1.00", label="Virement reçu", details=(("NPY", "Société Générale"), ("LCC", "Réf. é"))))
    line = read(text.encode(coding)).lines[0]
    assert (line.label, line.payment.counterparty_name) == (("Virement reçu",), "Société Générale")
    assert line.payment.remittance == ("Réf. é",)


# --- Faults ---------------------------------------------------------------------------------------

FIRST, MOVEMENT, LAST = group(Movement("1.00"))
CLOSING_OF_ANOTHER = balance("07", "1000.00", "2026-11-30", number="00000000002")
DETAIL = Movement("1.00", details=(("LIB", "X"),)).records()[1]


@pytest.mark.parametrize(
    ("records", "line", "column", "words"),
    [
        ([FIRST, DETAIL, LAST], 2, 1, "A complement (record 05) without a movement (04) before it"),
        ([MOVEMENT, LAST], 1, 1, "A movement (record 04) outside a statement"),
        ([FIRST, LAST, MOVEMENT], 3, 1, "A movement (record 04) outside a statement"),
        ([LAST], 1, 1, "A closing balance (record 07) without the opening one"),
        ([FIRST, MOVEMENT, FIRST, LAST], 3, 1, "begins before that of line 1 was closed"),
        ([FIRST, MOVEMENT], 1, 1, "ends before this statement is closed"),
        ([FIRST, MOVEMENT.replace("101126", "310226", 1), LAST], 2, 35, "'310226' is not a date"),
        ([FIRST.replace("311026", "      "), LAST], 1, 35, "'      ' is not a date"),
        ([FIRST, MOVEMENT.replace("0000000000010{", "00000000001000"), LAST], 2, 91, "is not an amount"),
        ([FIRST, MOVEMENT.replace("0000000000010{", "      1,00EUR{"), LAST], 2, 91, "1,00EUR{' is not an amount"),
        ([FIRST.replace("12345678901", "1234 678901"), LAST], 1, 3, "is no French account"),
        ([FIRST, CLOSING_OF_ANOTHER], 2, 3, "the statement it stands in (line 1)"),
        ([FIRST, "08" + MOVEMENT[2:], LAST], 2, 1, "begins no record"),
        ([FIRST + "x" * 9, LAST], 1, 121, "not 120 characters wide: 'xxxxxxxxx' begins none"),
        ([FIRST + MOVEMENT[1:] + LAST], 1, 121, "not 120 characters wide"),
    ],
)  # fmt: skip
def test_fault_names_its_place(records: list[str], line: int, column: int, words: str) -> None:
    found = fault("\n".join(records))
    assert (found.line, found.column) == (line, column)
    assert words in str(found)


def test_a_file_that_was_cut_says_so_wherever_it_was_cut() -> None:
    """Never some of the movements in silence: only lost blanks at its very end leave a file whole."""
    whole = f"{FIRST}\n{MOVEMENT}\n{DETAIL}\n{LAST}".rstrip()
    for length in range(1, len(whole)):
        assert fault(whole[:length])
    assert "has only 50 of 120 characters: the file was cut" in str(fault(f"{FIRST}\n{MOVEMENT[:50]}"))
    assert "ends before this statement is closed" in str(fault(f"{FIRST}\n{MOVEMENT}\n{DETAIL}"))


def test_in_a_file_without_line_breaks_the_column_counts_on() -> None:
    found = fault(FIRST + MOVEMENT.replace("101126", "310226", 1) + LAST)
    assert (found.line, found.column) == (1, 120 + 35)


@given(st.binary(max_size=400), st.integers(0, 400))
def test_a_spoilt_file_gives_records_or_an_error(noise: bytes, where: int) -> None:
    """Never a traceback of another kind, and never nothing in silence."""
    content = EXAMPLE.encode()
    found: tuple[object, ...]
    try:
        found = read_all(content[:where] + noise + content[where + len(noise) :])
    except StatementError as error:
        found = (error.text(),)
    assert found
    assert all(found)


def test_twenty_thousand_movements() -> None:
    """Not a benchmark: a quadratic step would take minutes here."""
    movements = [Movement(f"{rank}.00", details=(("LIB", f"F{rank}"), ("NPY", "X"))) for rank in range(20_000)]
    text = cfonb(*movements)
    start = time.process_time()
    assert len(read(text).lines) == 20_000
    assert time.process_time() - start < 10
