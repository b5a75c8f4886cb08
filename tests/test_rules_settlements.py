"""What settles documents fits what is owed: one sentence each, with its place and what to type."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from commands import run, run_json
from ledgers import bean_check, books_of, line_of, refund, sale, violations, write_ledger

ONE, TWO = sale("F2026-0001", "2026-01-05") + "\n", sale("F2026-0002", "2026-01-06") + "\n"


def pay(day: str, amount: str, *settles: str, links: str = "") -> str:
    """A transfer of an amount; each of ``settles`` is "NUMBER AMOUNT", or the one number of the whole."""
    legs = [one.split(" ") for one in settles] or [[""]]
    text = f'{day} * "Banque" "VIR" {links}\n  Assets:Banque:Qonto  {amount} EUR\n'
    for number, *part in legs:
        text += f"  Assets:Clients:Martin  {part[0] if part else '-' + amount} EUR\n"
        text += f'    settles: "{number}"\n' if number else ""
    return text.replace("--", "") + "\n"


def told(source: str, prefix: str = "SETTLE-") -> list[tuple[str, str]]:
    return [(one.rule.id, str(one.message)) for one in violations(books_of(source)) if one.rule.id.startswith(prefix)]


@pytest.mark.parametrize(
    "source",
    [
        ONE,
        ONE + pay("2026-02-01", "120.00", "F2026-0001"),
        ONE + pay("2026-02-01", "130.00", "F2026-0001 -120.00", " -10.00"),
        ONE + TWO + pay("2026-02-01", "240.00", "F2026-0001 -120.00", "F2026-0002 -120.00"),
        ONE + pay("2026-02-01", "120.00", links="^F2026-0001 ^photo-7"),
        ONE + pay("2026-02-01", "120.00", "F2026-0001") + pay("2026-02-05", "-120.00", "F2026-0001"),
        # The bank returns a transfer of which a part was on account.
        ONE + pay("2026-02-01", "130.00", "F2026-0001 -120.00", " -10.00") + pay("2026-02-05", "-130.00", "F2026-0001"),
        pay("2026-01-02", "120.00", "F2026-0001") + ONE,
        ONE + refund("A2026-0001", "2026-01-10", "F2026-0001"),
        # A credit note on an invoice that is paid, in part or whole, names it all the same.
        ONE + pay("2026-01-08", "100.00", "F2026-0001") + refund("A2026-0001", "2026-01-10", "F2026-0001"),
        ONE + pay("2026-01-08", "120.00", "F2026-0001") + refund("A2026-0001", "2026-01-10", "F2026-0001"),
    ],
)
def test_settlements_that_fit(source: str) -> None:
    assert told(source) == []


def test_more_than_the_item_says_how_to_split() -> None:
    assert told(ONE + pay("2026-02-01", "130.00", "F2026-0001")) == [
        (
            "SETTLE-MORE",
            "F2026-0001 takes only -120.00 EUR of this; write -120.00 EUR here, and -10.00 EUR on a posting of its own "
            "without settles: (money on account).",
        )
    ]


def test_an_exhausted_number_names_what_settled_it(tmp_path: Path) -> None:
    again = pay("2026-02-01", "120.00", "F2026-0001") + pay("2026-03-01", "120.00", "F2026-0001")
    path = write_ledger(tmp_path, ONE + again)
    first, second = (line_of(path, "Assets:Clients:Martin  -120.00", rank) for rank in (1, 2))
    output = bean_check(path).stderr
    said = (
        f"F2026-0001 is settled already, last at {path}:{first}; name another document, or delete settles: and "
        "-120.00 EUR is money on account. [SETTLE-MORE]"
    )
    lines = [line for line in output.split("\n") if line.startswith(f"{path}:{second}:")]
    assert [line.split(": ", 1)[1].strip() for line in lines] == [said]


def test_the_other_items_are_reported_all_the_same() -> None:
    source = ONE + TWO + pay("2026-02-01", "130.00", "F2026-0001") + pay("2026-02-02", "20.00", "F2026-0009")
    books = books_of(source)
    assert [one.rule.id for one in violations(books) if one.rule.id[:4] in ("SETT", "REF-")] == [
        "REF-SETTLES",
        "SETTLE-MORE",
    ]
    found = books.open_items(date(2026, 12, 31))
    assert [(item.id, str(found.remaining[item.id])) for item in found.open()] == [("F2026-0002", "120.00")]
    assert [str(one.amount) for one in found.on_account] == ["-10.00", "-20.00"]


DOLLARS = """
2026-01-09 * "Acme" "Consulting"
  invoice: "F2026-0005"
  client: "acme"
  rate: 0.90
  Assets:Clients:Acme   100.00 USD @@ 90.00 EUR
  Income:Prestations    -90.00 EUR
    item: "Consulting"
    price: 100.00 USD
    vat: "services-outside-eu"

"""
CIRCLE = """
2026-03-08 * "Réaffectation"
  Assets:Clients:Martin  20.00 EUR
    settles: "F2026-0003"
  Assets:Clients:Martin  -20.00 EUR
    settles: "F2026-0003"

"""
# Whatever a payment can have wrong, each with what its one message begins and ends with.
WRONG = (
    (pay("2026-02-01", "120.00", "F2026-0099"), "settles: there is no", 'did you mean "F2026-0008"?'),
    (pay("2026-02-03", "120.00", "F2026-0001"), "F2026-0001 is settled already", "is money on account."),
    (pay("2026-02-04", "130.00", "F2026-0002"), "F2026-0002 takes only -120.00", "(money on account)."),
    (pay("2026-02-05", "60.00", "F2026-0004"), "F2026-0004 belongs to the client durand", "if martin paid."),
    (pay("2026-02-06", "90.00", "F2026-0005"), "F2026-0005 is in USD", "with @@ and the amount in EUR."),
    (pay("2026-02-07", "120.00", "F2026-0006"), "F2026-0006 is dated 2026-03-01", '(kind: "deposit").'),
    (pay("2026-03-07", "20.00", links="^F2026-0007 ^F2026-0008"), "The links name several", "order to fill them."),
    (CIRCLE, "20.00 EUR is taken off F2026-0003 and put back", "or delete both postings."),
)  # fmt: skip


def test_whatever_is_wrong_with_payments_is_one_message_each_and_the_rest_is_reported(tmp_path: Path) -> None:
    days = ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "", "2026-03-01", "2026-03-01", "2026-03-01")
    sales = [
        DOLLARS if not day else sale(f"F2026-000{rank}", day, client="durand" if rank == 4 else "martin") + "\n"
        for rank, day in enumerate(days, 1)
    ]
    right = pay("2026-02-02", "120.00", "F2026-0001")
    path = write_ledger(tmp_path, "".join([*sales, right, *(text for text, _, _ in WRONG)]))
    last_right = line_of(path, right.split("\n")[0])
    output = run("check", cwd=tmp_path, code=1).stderr
    said = [
        (int(line), text)
        for line, text in re.findall(
            r"^main\.beancount:(\d+): (?:note: )?(.*) \[(?!FR-VAT-DUE\])", output, re.MULTILINE
        )
        if int(line) > last_right
    ]
    assert len(said) == len(WRONG), output
    for (text, begins, ends), (line, message) in zip(WRONG, sorted(said), strict=True):
        first, *others = text.strip().split("\n")
        assert 0 <= line - line_of(path, first) <= len(others)
        assert (message[: len(begins)], message[-len(ends) :]) == (begins, ends)
    items = [
        (item["id"], item["remaining"])
        for client in run_json("receivables", "--as-of", "2026-04-01", cwd=tmp_path)["clients"]
        for item in client["items"]
    ]
    assert sorted(items) == [
        ("F2026-0003", "120.00"), ("F2026-0004", "60.00"), ("F2026-0005", "100.00"), ("F2026-0007", "120.00"),
        ("F2026-0008", "120.00"),
    ]  # fmt: skip


def test_taking_back_more_than_was_settled() -> None:
    assert told(ONE + pay("2026-02-01", "-120.00", "F2026-0001")) == [
        (
            "SETTLE-MORE",
            "Nothing of F2026-0001 is settled that 120.00 EUR could take back; name the document that was paid, or "
            "delete settles:.",
        )
    ]
    part = ONE + pay("2026-02-01", "50.00", "F2026-0001") + pay("2026-02-03", "-120.00", "F2026-0001")
    assert [message[:46] for _, message in told(part)] == ["F2026-0001 takes only 50.00 EUR of this; write"]


def test_a_payment_of_a_credit_note() -> None:
    source = ONE + refund("A2026-0001", "2026-01-10", "F2026-0001").replace('    settles: "F2026-0001"\n', "") + "\n"
    assert told(source + pay("2026-02-01", "120.00", "A2026-0001")) == [
        (
            "SETTLE-MORE",
            "A2026-0001 takes no payment; name an invoice that is still open, or delete settles:.",
        )
    ]


def test_a_link_with_two_candidates() -> None:
    assert told(ONE + TWO + pay("2026-02-01", "240.00", links="^F2026-0001 ^F2026-0002")) == [
        (
            "SETTLE-LINK",
            'The links name several open documents: F2026-0001, F2026-0002. Say which is meant: settles: "F2026-0001" '
            "on the posting, or both in the order to fill them.",
        )
    ]


def test_a_link_whose_other_document_is_settled_has_one_candidate() -> None:
    first = pay("2026-02-01", "120.00", "F2026-0001")
    assert told(ONE + TWO + first + pay("2026-02-02", "120.00", links="^F2026-0001 ^F2026-0002")) == []


# --- Circles


def test_an_amount_put_back_where_it_came_from() -> None:
    circle = (
        '2026-03-01 * "Réaffectation"\n'
        '  Assets:Clients:Martin  120.00 EUR\n    settles: "F2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
    )
    assert told(ONE + circle) == [
        (
            "SETTLE-CIRCLE",
            "120.00 EUR is taken off F2026-0001 and put back on the same account; name the document it is meant for, "
            "or delete both postings.",
        )
    ]


def test_a_document_that_settles_itself() -> None:
    own = refund("A2026-0001", "2026-01-10", "F2026-0001").replace('settles: "F2026-0001"', 'settles: "A2026-0001"')
    assert told(ONE + own) == [
        ("SETTLE-CIRCLE", "A2026-0001 settles itself; name the document it settles, or delete settles:.")
    ]


def test_documents_that_settle_one_another() -> None:
    def credit(number: str, day: str, settles: str) -> str:
        return refund(number, day, "F2026-0001").replace('settles: "F2026-0001"', f'settles: "{settles}"') + "\n"

    circle = (
        credit("A2026-0001", "2026-01-10", "A2026-0002")
        + credit("A2026-0002", "2026-01-11", "A2026-0003")
        + credit("A2026-0003", "2026-01-12", "A2026-0001")
    )
    assert told(ONE + circle) == [
        (
            "SETTLE-CIRCLE",
            "These documents settle one another in a circle, A2026-0001 → A2026-0002 → A2026-0003 → A2026-0001; name "
            "an invoice that is still open.",
        )
    ]
    found = books_of(ONE + circle).open_items(date(2026, 12, 31))
    assert [str(found.remaining[item.id]) for item in found.open()] == ["120.00", "-120.00", "-120.00", "-120.00"]


def test_a_reallocation_and_its_undoing_are_no_circle() -> None:
    there = (
        '2026-03-01 * "Réaffectation"\n'
        '  Assets:Clients:Martin  120.00 EUR\n    settles: "F2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0002"\n\n'
    )
    back = there.replace("0001", "X").replace("0002", "0001").replace("X", "0002").replace("03-01", "03-02")
    assert told(ONE + TWO + pay("2026-02-01", "120.00", "F2026-0001") + there + back) == []


def test_moving_to_a_doubtful_account_what_does_not_stand_there() -> None:
    doubtful = (
        '2026-06-01 * "Douteuse"\n'
        '  Assets:Douteux:Martin  120.00 EUR\n    settles: "F2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
    )
    assert [rule for rule, _ in told(ONE + pay("2026-02-01", "120.00", "F2026-0001") + doubtful)] == ["SETTLE-MORE"]
    assert told(ONE + doubtful) == []
