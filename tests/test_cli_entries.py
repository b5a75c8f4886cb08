"""pay, write-off, refund, reallocate and doubtful through the program: what they write, refuse, and write once only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from commands import contents, run, run_json
from ledgers import HEADER, bean_check, ledger_of, line_of, write_ledger
from owing_books import BOOKS

Typed = Callable[..., str]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return write_ledger(tmp_path, BOOKS)


@pytest.fixture
def typed(ledger: Path) -> Typed:
    """Type a command that writes; return the entry it added. The books must stay clean."""

    def type_(command: str, day: str = "2026-02-01") -> str:
        before = ledger.read_text(encoding="utf-8")
        run(*command.split(), "--date", day, "--yes", cwd=ledger.parent, code=0)
        checked = bean_check(ledger)
        assert (checked.returncode, checked.stderr) == (0, "")
        after = ledger.read_text(encoding="utf-8")
        assert after.startswith(before)
        return after.removeprefix(before).strip("\n")

    return type_


def flat(text: str) -> str:
    """Return an entry without the alignment of its amounts."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def left(ledger: Path, day: date = date(2026, 12, 31)) -> dict[str, str]:
    found = ledger_of(ledger).books.open_items(day)
    return {item.id: str(found.remaining[item.id]) for item in found.open()}


def on_account(ledger: Path) -> dict[str, Decimal]:
    return {one.client: one.amount for one in ledger_of(ledger).books.open_items(date.max).on_account}


def test_a_payment_of_all_that_is_left(ledger: Path, typed: Typed) -> None:
    assert typed("pay F2026-0001") == (
        '2026-02-01 * "Martin Bâtiment SAS" "Payment of F2026-0001"\n'
        "  Assets:Banque:Qonto     1200.00 EUR\n"
        "  Assets:Clients:Martin  -1200.00 EUR\n"
        '    settles: "F2026-0001"'
    )
    assert "F2026-0001" not in left(ledger)
    assert left(ledger, date(2026, 1, 31))["F2026-0001"] == "1200.00"


def test_paying_what_is_paid_says_so_and_writes_nothing(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0001")
    before = contents(ledger.parent)
    place = f"main.beancount:{line_of(ledger, 'Assets:Clients:Martin  -1200.00')}"
    for more in ((), ("--date", "2026-03-01"), ("--amount", "1200", "--date", "2026-02-01")):
        done = run("pay", "F2026-0001", *more, "--yes", cwd=ledger.parent, code=0)
        assert done.stdout == (
            f"{place}: F2026-0001 is settled already, since 2026-02-01; nothing is left to write.\n"
            "Nothing was written.\n"
        )
    told = run_json("pay", "F2026-0001", "--yes", cwd=ledger.parent)
    assert (told["written"], told["documents"], told["place"]) == (False, [], place)
    done = run("pay", "F2026-0001", "--amount", "50", "--yes", cwd=ledger.parent, code=1)
    assert done.stderr.startswith(f"{place}: F2026-0001 is settled already")
    assert contents(ledger.parent) == before


def test_the_same_part_is_paid_twice_only_if_asked(ledger: Path, typed: Typed) -> None:
    command = "pay F2026-0005 --amount 700"
    assert '-700.00 EUR\n    settles: "F2026-0005#1"' in typed(command)
    before = contents(ledger.parent)
    done = run(*command.split(), "--date", "2026-02-01", "--yes", cwd=ledger.parent, code=0)
    assert "add --again if it happened twice" in done.stdout
    assert contents(ledger.parent) == before
    second = typed(f"{command} --again")
    assert ' -20.00 EUR\nsettles: "F2026-0005#1"\n' in flat(second)
    assert '-680.00 EUR\nsettles: "F2026-0005#2"' in flat(second)
    assert left(ledger)["F2026-0005#2"] == "520.00"


def test_one_payment_of_several_uses_the_credit_note_first(ledger: Path, typed: Typed) -> None:
    command = "pay F2026-0001 F2026-0002 A2026-0001 --amount 1000"
    assert typed(command) == (
        '2026-02-01 * "Martin Bâtiment SAS" "Payment of F2026-0001 F2026-0002 A2026-0001"\n'
        "  Assets:Banque:Qonto     1000.00 EUR\n"
        "  Assets:Clients:Martin    300.00 EUR\n"
        '    settles: "A2026-0001"\n'
        "  Assets:Clients:Martin  -1200.00 EUR\n"
        '    settles: "F2026-0001"\n'
        "  Assets:Clients:Martin   -100.00 EUR\n"
        '    settles: "F2026-0002"'
    )
    found = left(ledger)
    assert (found["F2026-0002"], "A2026-0001" in found, "F2026-0001" in found) == ("500.00", False, False)
    done = run(*command.split(), "--date", "2026-02-01", "--yes", cwd=ledger.parent, code=0)
    assert "nothing is left to write" in done.stdout


@pytest.mark.parametrize(
    ("options", "legs"),
    [
        ("--fee 1.50", ["Banque:Qonto 1198.50", "Banque:Frais 1.50"]),
        ("--method cash", ["Caisse 1200.00"]),
        ("--method card", ["Paiements:Carte 1200.00"]),
        ("--account Assets:Paiements:Carte", ["Paiements:Carte 1200.00"]),
        ("--amount 1199,97 --rounding", ["Banque:Qonto 1199.97", "Ecarts 0.03"]),
        ("--amount 1200.02 --rounding", ["Banque:Qonto 1200.02", "Ecarts -0.02"]),
        ("--escompte 2%", ["Banque:Qonto 1176.00", "Escomptes 20.00", "TVA:EnAttente 4.00 20"]),
        ("--escompte 24 --fee 2", ["Qonto 1174.00", "Frais 2.00", "Escomptes 20.00", "TVA:EnAttente 4.00 20"]),
    ],
)
def test_what_stands_beside_the_money(ledger: Path, typed: Typed, options: str, legs: list[str]) -> None:
    typed(f"pay F2026-0001 {options}")
    written = ledger_of(ledger).books.settling[-1]
    found = [
        f"{one.account} {one.units.number if one.units else ''} {(one.meta or {}).get('vat', '')}".strip()
        for one in written.postings[:-1]
    ]
    assert [one.endswith(leg) for one, leg in zip(found, legs, strict=True)] == [True] * len(legs), found
    assert "F2026-0001" not in left(ledger)


def test_an_escompte_lowers_each_vat_where_it_stands(ledger: Path, typed: Typed) -> None:
    """2 % of 1920.00 is 38.40: 32.00 of price, 2.40 of the VAT of the goods and 4.00 of that of the fitting."""
    text = typed("pay F2026-0005 --escompte 2%")
    assert "Expenses:Escomptes 32.00 EUR" in flat(text)
    assert "Liabilities:TVA:Collectee 2.40 EUR\nvat: 20" in flat(text)
    assert "Liabilities:TVA:EnAttente 4.00 EUR\nvat: 20" in flat(text)


def test_what_is_too_much_stays_on_account_only_if_asked(ledger: Path, typed: Typed) -> None:
    done = run("pay", "F2026-0003", "--amount", "250", "--yes", cwd=ledger.parent, code=1)
    place = line_of(ledger, "Assets:Clients:Particuliers", 3)
    assert done.stderr == (
        f"main.beancount:{place}: 250.00 EUR is 10.00 more than the 240.00 that is left of F2026-0003; name what else "
        "was paid, or add --on-account to keep 10.00 EUR to the client's credit.\n"
    )
    typed("pay F2026-0003 --amount 250 --on-account")
    assert on_account(ledger) == {"durand": Decimal("-10.00")}
    typed("pay durand --amount 5.00")
    assert sum(one.amount for one in ledger_of(ledger).books.open_items(date.max).on_account) == Decimal("-15.00")
    text = typed("refund durand --method cash", "2026-02-02")
    assert text.endswith("-15.00 EUR")
    assert on_account(ledger) == {}


def test_another_currency_is_paid_at_the_rate_of_its_invoice(ledger: Path, typed: Typed) -> None:
    done = run("pay", "F2026-0004", "--yes", cwd=ledger.parent, code=1)
    assert "add --value and what it is worth in EUR" in done.stderr
    first = typed("pay F2026-0004 --amount 400.00USD --value 380.00")
    assert "-400.00 USD @@ 368.56 EUR" in flat(first)
    assert "Income:Change -11.44 EUR" in flat(first)
    second = typed("pay F2026-0004 --value 730.12 --fee 10")
    assert "Assets:Banque:Qonto 720.12 EUR" in flat(second)
    assert "-800.00 USD @@ 737.12 EUR" in flat(second)
    assert "Income:Change 7.00 EUR" in flat(second)
    assert "F2026-0004" not in left(ledger)


def test_money_in_an_account_of_its_own_currency(ledger: Path, typed: Typed) -> None:
    with ledger.open("a", encoding="utf-8") as file:
        file.write("2026-01-01 open Assets:Banque:Dollars USD\n")
    done = run("pay", "F2026-0001", "--account", "Assets:Banque:Dollars", "--yes", cwd=ledger.parent, code=1)
    assert "is not opened for EUR" in done.stderr
    text = typed("pay F2026-0004 --value 1100 --fee 12 --account Assets:Banque:Dollars")
    assert "Assets:Banque:Dollars 1188.00 USD @@ 1089.00 EUR" in flat(text)
    assert "Expenses:Banque:Frais 11.00 EUR" in flat(text)
    assert "Income:Change 5.68 EUR" in flat(text)


def test_vat_on_receipts_goes_with_a_loss_and_vat_due_only_if_recovered(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0005 --amount 1400")
    shown = run("write-off", "F2026-0005", "--dry-run", cwd=ledger.parent, code=0).stdout
    assert "Expenses:Pertes             465.83 EUR" in shown
    assert "32.50 EUR of VAT that was due already is lost with it" in shown
    text = typed("write-off F2026-0005 --recover-vat", "2026-06-01")
    assert "Expenses:Pertes 433.33 EUR" in flat(text)
    assert "Liabilities:TVA:EnAttente 54.17 EUR" in flat(text)
    assert "Liabilities:TVA:Collectee 32.50 EUR" in flat(text)
    assert not any(name.startswith("F2026-0005") for name in left(ledger))
    done = run("write-off", "F2026-0001", "--recover-vat", "--yes", cwd=ledger.parent, code=1)
    assert "No VAT of F2026-0001 was due yet" in done.stderr


def test_the_sentence_of_the_duplicate_is_told(ledger: Path) -> None:
    told = run_json("write-off", "F2026-0005", "--recover-vat", "--dry-run", cwd=ledger.parent)
    assert told["notes"] == [
        "Send the client a duplicate of F2026-0005 (facturier pdf --duplicate) that says in conspicuous letters: "
        "“Facture demeurée impayée pour la somme de 1600,00 euros (prix net) et pour la somme de 320,00 euros (TVA "
        "correspondante) qui ne peut faire l'objet d'une déduction (article 272 du CGI).”"
    ]
    assert told["written"] is False


def test_doubtful_then_lost_then_recovered_as_the_worked_case_says(ledger: Path, typed: Typed) -> None:
    """Worked case 11.2: 1 200.00 doubtful, lost as 1 000.00 and 200.00 of VAT, later 120.00 as 100.00 and 20.00."""
    assert typed("doubtful F2026-0001", "2026-06-01") == (
        '2026-06-01 * "Martin Bâtiment SAS" "Doubtful debt F2026-0001"\n'
        "  Assets:Douteux:Martin   1200.00 EUR\n"
        '    settles: "F2026-0001"\n'
        "  Assets:Clients:Martin  -1200.00 EUR\n"
        '    settles: "F2026-0001"'
    )
    assert left(ledger)["F2026-0001"] == "1200.00"
    again = run("doubtful", "F2026-0001", "--yes", cwd=ledger.parent, code=0)
    assert "F2026-0001 is doubtful already; nothing is left to write." in again.stdout
    text = typed("write-off F2026-0001", "2026-09-01")
    assert "Expenses:Pertes 1000.00 EUR" in flat(text)
    assert "Liabilities:TVA:EnAttente 200.00 EUR" in flat(text)
    assert "Assets:Douteux:Martin -1200.00 EUR" in flat(text)
    text = typed("pay F2026-0001 --amount 120 --recovered", "2026-10-01")
    assert "Assets:Banque:Qonto 120.00 EUR" in flat(text)
    assert "Income:Rentrees -100.00 EUR" in flat(text)
    assert "Liabilities:TVA:Collectee -20.00 EUR\nvat: 20" in flat(text)
    done = run("pay", "F2026-0001", "--amount", "1081", "--recovered", "--yes", cwd=ledger.parent, code=1)
    assert "Only 1080.00 EUR of F2026-0001 is written off." in done.stderr


def test_a_part_may_be_doubtful_and_a_part_lost(ledger: Path, typed: Typed) -> None:
    typed("doubtful F2026-0001 --amount 700", "2026-06-01")
    text = typed("write-off F2026-0001 --amount 600", "2026-07-01")
    assert "Assets:Clients:Martin -500.00 EUR" in flat(text)
    assert "Assets:Douteux:Martin -100.00 EUR" in flat(text)
    assert left(ledger)["F2026-0001"] == "600.00"
    rest = typed("write-off F2026-0001", "2026-08-01")
    assert "Liabilities:TVA:EnAttente 100.00 EUR" in flat(rest)


def test_a_credit_note_is_paid_back_and_an_invoice_is_not(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0001")
    done = run("refund", "F2026-0001", "--yes", cwd=ledger.parent, code=1)
    assert "issue its credit note first (facturier credit F2026-0001)" in done.stderr
    assert typed("refund A2026-0001 --amount 100") == (
        '2026-02-01 * "Martin Bâtiment SAS" "Refund of A2026-0001"\n'
        "  Assets:Clients:Martin   100.00 EUR\n"
        '    settles: "A2026-0001"\n'
        "  Assets:Banque:Qonto    -100.00 EUR"
    )
    assert left(ledger)["A2026-0001"] == "-200.00"
    typed("refund A2026-0001")
    assert "A2026-0001" not in left(ledger)
    done = run("refund", "A2026-0001", "--yes", cwd=ledger.parent, code=0)
    assert "A2026-0001 is settled already" in done.stdout


def test_a_payment_that_the_bank_took_back_opens_its_invoice_again(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0001 --amount 500")
    typed("pay F2026-0001 --amount 700", "2026-02-10")
    done = run("refund", "F2026-0001", "--returned", "--yes", cwd=ledger.parent, code=1)
    assert "500.00 EUR (2026-02-01), 700.00 EUR (2026-02-10); add --amount" in done.stderr
    text = typed("refund F2026-0001 --returned --amount 700 --fee 12", "2026-02-15")
    assert "Expenses:Banque:Frais 12.00 EUR" in flat(text)
    assert "Assets:Banque:Qonto -712.00 EUR" in flat(text)
    assert left(ledger)["F2026-0001"] == "700.00"
    done = run("refund", "F2026-0002", "--returned", "--yes", cwd=ledger.parent, code=1)
    assert "No payment of F2026-0002 is left that could come back." in done.stderr


def test_a_payment_counts_for_another_invoice(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0001 --amount 600")
    assert typed("reallocate F2026-0001 F2026-0002", "2026-03-01") == (
        '2026-03-01 * "Martin Bâtiment SAS" "Reallocation F2026-0001 F2026-0002"\n'
        "  Assets:Clients:Martin   600.00 EUR\n"
        '    settles: "F2026-0001"\n'
        "  Assets:Clients:Martin  -600.00 EUR\n"
        '    settles: "F2026-0002"'
    )
    found = left(ledger)
    assert (found["F2026-0001"], "F2026-0002" in found) == ("1200.00", False)
    assert left(ledger, date(2026, 2, 28))["F2026-0002"] == "600.00"
    done = run("reallocate", "F2026-0001", "F2026-0002", "--yes", cwd=ledger.parent, code=0)
    assert "F2026-0002 is settled already" in done.stdout


def test_money_goes_on_account_and_comes_from_there(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0001")
    typed("reallocate F2026-0001 martin", "2026-02-02")
    assert on_account(ledger) == {"martin": Decimal("-1200.00")}
    text = typed("reallocate martin F2026-0002 F2026-0001", "2026-02-03")
    assert '-600.00 EUR\nsettles: "F2026-0001"' in flat(text)
    assert on_account(ledger) == {}
    typed("reallocate A2026-0001 F2026-0001", "2026-02-04")
    assert left(ledger)["F2026-0001"] == "300.00"


def test_who_pays_for_another_is_named(ledger: Path, typed: Typed) -> None:
    done = run("pay", "F2026-0002", "F2026-0003", "--yes", cwd=ledger.parent, code=1)
    assert "F2026-0003 belongs to the client durand, and F2026-0002 to martin" in done.stderr
    text = typed("pay F2026-0002 F2026-0003 --payer martin")
    assert '"Martin Bâtiment SAS"' in text
    assert '  payer: "martin"\n' in text
    assert "Assets:Clients:Particuliers -240.00 EUR" in flat(text)
    typed("pay F2026-0001")
    done = run("reallocate", "F2026-0001", "durand", "--yes", cwd=ledger.parent, code=1)
    assert "add --payer martin if martin paid for durand" in done.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("pay F2026-0009", "main.beancount: There is no document F2026-0009; did you mean F2026-0005?"),
        ("pay F2026-0001 --date 2026-01-01", "F2026-0001 is dated 2026-01-05, and this entry 2026-01-01"),
        ("pay F2026-0001 F2026-0004", "run the command for each"),
        ("pay F2026-0001 --amount 10USD", "This is owed in EUR, and 10 USD was typed"),
        ("pay F2026-0001 --amount 10.005", "more digits than EUR is paid in"),
        ("pay F2026-0001 --amount 1190 --rounding", "10.00 EUR is no rounding difference, at most 1 is"),
        ("pay F2026-0001 --amount 900 --escompte 400", "more than the 800.00 that is left"),
        ("pay F2026-0001 --escompte 1200", "leaves nothing to pay"),
        ("pay F2026-0001 --amount 5 --fee 5", "as much as was paid"),
        ("pay F2026-0001 --value 1000", "--value is for money in another currency"),
        ("pay F2026-0001 --account Assets:Banque:Qonta", "is not open; did you mean Assets:Banque:Qonto?"),
        ("pay F2026-0001 --account Income:Ventes", "is not for money"),
        ("pay F2026-0001 --method cheque", 'No open account has the role "cheques"'),
        ("pay F2026-0001 --payer nobody", 'There is no client "nobody", given with --payer.'),
        ("pay A2026-0001", "pay it back with facturier refund"),
        ("pay martin", "Add --amount: how much martin paid on account."),
        ("pay F2026-0001 --recovered --amount 5", "Nothing of F2026-0001 was written off"),
        ("write-off A2026-0001", "A2026-0001 is to the client's credit"),
        ("write-off F2026-0001 --amount 1201", "Only 1200.00 EUR is left of F2026-0001, less than 1201.00 EUR"),
        ("write-off F2026-0001 F2026-0003", "belongs to the client durand, and F2026-0001 to martin"),
        ("doubtful F2026-0003", "add: 2026-01-01 open Assets:Douteux:Particuliers"),
        ("doubtful F2026-0001 --amount 1201", "Only 1200.00 EUR is left of F2026-0001"),
        ("refund A2026-0001 --amount 301", "Only 300.00 EUR of A2026-0001 can go back, less than 301.00 EUR"),
        ("refund martin", "martin has no money on account."),
        ("reallocate F2026-0001 F2026-0002", "Nothing counts for F2026-0001 that could be moved."),
        ("reallocate A2026-0001 F2026-0002 --amount 301", "Only 300.00 EUR of A2026-0001 can be moved."),
        ("reallocate A2026-0001 A2026-0001", "cannot be moved to itself"),
        ("reallocate A2026-0001 F2026-0004", "add --payer martin if martin paid for acme"),
    ],
)
def test_what_cannot_be_booked_is_one_sentence_and_nothing_is_written(ledger: Path, command: str, said: str) -> None:
    before = contents(ledger.parent)
    done = run(*command.split(), "--yes", cwd=ledger.parent, code=1)
    assert said in done.stderr
    assert done.stderr.startswith("main.beancount:")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert contents(ledger.parent) == before


def test_a_day_that_cannot_be_and_an_amount_that_is_none(ledger: Path) -> None:
    assert "is in the future" in run("pay", "F2026-0001", "--date", "2999-01-01", cwd=ledger.parent, code=2).stderr
    assert "is no date" in run("pay", "F2026-0001", "--date", "1/2/2026", cwd=ledger.parent, code=2).stderr
    assert "is no amount" in run("pay", "F2026-0001", "--amount", "-5", cwd=ledger.parent, code=2).stderr
    assert "is no amount" in run("pay", "F2026-0001", "--amount", "2%", cwd=ledger.parent, code=2).stderr


def test_an_entry_dated_back_leaves_what_came_later_standing(ledger: Path, typed: Typed) -> None:
    typed("pay F2026-0001 --amount 900", "2026-03-01")
    done = run("pay", "F2026-0001", "--amount", "400", "--date", "2026-02-01", "--yes", cwd=ledger.parent, code=1)
    assert "100.00 more than the 300.00 that is left" in done.stderr
    assert "-300.00 EUR" in typed("pay F2026-0001")


def test_nothing_is_written_without_yes_or_with_dry_run(ledger: Path) -> None:
    before = contents(ledger.parent)
    for option in ("--dry-run", "--json"):
        done = run("pay", "F2026-0001", option, cwd=ledger.parent, code=0)
        assert "+2026-" in done.stdout + done.stderr
        assert "Nothing was written." in done.stdout + done.stderr
        assert contents(ledger.parent) == before


def test_json_tells_the_entry(ledger: Path) -> None:
    told = run_json("pay", "F2026-0001", "--amount", "500", "--date", "2026-02-01", "--yes", cwd=ledger.parent)
    assert told["documents"] == [{"number": "F2026-0001", "amount": "500.00", "left": "700.00", "settled": True}]
    assert (told["date"], told["currency"], told["file"], told["written"]) == (
        "2026-02-01", "EUR", "main.beancount", True,
    )  # fmt: skip
    assert told["text"] in ledger.read_text(encoding="utf-8")


def test_an_entry_that_brings_an_error_is_taken_back(ledger: Path) -> None:
    with ledger.open("a", encoding="utf-8") as file:
        file.write("2026-02-02 balance Assets:Banque:Qonto  0.00 EUR\n")
    before = contents(ledger.parent)
    done = run("pay", "F2026-0001", "--date", "2026-02-01", "--yes", cwd=ledger.parent, code=2)
    assert "would bring new errors and was taken back" in done.stderr
    assert contents(ledger.parent) == before


def test_several_banks_must_be_chosen_from(ledger: Path) -> None:
    with ledger.open("a", encoding="utf-8") as file:
        file.write("2026-01-01 open Assets:Banque:Livret EUR\n")
    done = run("pay", "F2026-0001", "--yes", cwd=ledger.parent, code=1)
    assert "add --account and one of: Assets:Banque:Livret, Assets:Banque:Qonto" in done.stderr


def test_entries_go_where_the_last_payment_stands(ledger: Path) -> None:
    beside = ledger.with_name("banque.beancount")
    beside.write_text("; the bank\n", encoding="utf-8")
    with ledger.open("a", encoding="utf-8") as file:
        file.write('include "banque.beancount"\n')
    run("pay", "F2026-0001", "--into", beside, "--yes", cwd=ledger.parent, code=0)
    run("pay", "F2026-0002", "--yes", cwd=ledger.parent, code=0)
    assert beside.read_text(encoding="utf-8").count("settles:") == 2


def test_in_french_the_entries_have_french_titles(tmp_path: Path) -> None:
    french = HEADER.replace('"language" "en"', '"language" "fr"')
    ledger = write_ledger(tmp_path, BOOKS, header=french)
    run("pay", "F2026-0001", "--yes", cwd=tmp_path, code=0)
    assert '"Règlement F2026-0001"' in ledger.read_text(encoding="utf-8")
