"""What users of other programs complain of in ageing and reconciliation, and does not happen here.

Each test names the complaint: its number in our list of demands, and the threads where users brought it up.
"""

from __future__ import annotations

from datetime import date

from ledgers import books_of, refund, sale

from facturier.books import Books
from facturier.receivables import ClientBalance, aged_balance
from facturier.statuses import status_of

ONE, TWO = sale("F2026-0001", "2026-01-05") + "\n", sale("F2026-0002", "2026-01-06") + "\n"
END = date(2026, 12, 31)


def pay(day: str, amount: str, settles: str = "", *legs: str) -> str:
    key = f'    settles: "{settles}"\n' if settles else ""
    more = "".join(f"  {leg}\n" for leg in legs)
    return f'{day} * "VIR"\n  Assets:Banque:Qonto  {amount} EUR\n{more}  Assets:Clients:Martin\n{key}\n'


def left(books: Books, day: date = END) -> dict[str, str]:
    found = books.open_items(day)
    return {item.id: str(found.remaining[item.id]) for item in found.open()}


def aged(books: Books, day: date) -> dict[str, ClientBalance]:
    return {client.client: client for client in aged_balance(books, day).clients}


def moved(day: str, amount: str, source: str, target: str) -> str:
    return (
        f'{day} * "Réaffectation"\n  Assets:Clients:Martin  {amount} EUR\n    settles: "{source}"\n'
        f'  Assets:Clients:Martin  -{amount} EUR\n    settles: "{target}"\n\n'
    )


# --- Credit notes, partial payments, deposits


def test_12_a_credit_note_serves_on_another_invoice_and_taking_it_back_loses_nothing() -> None:
    """erpnext#22076, #12846, #38054, #39889; un-reconciling lost it for ever in #59014."""
    source = ONE + TWO + pay("2026-01-08", "120.00", "F2026-0001") + refund("A2026-0001", "2026-01-10", "F2026-0001")
    used = source + "\n" + moved("2026-02-01", "120.00", "A2026-0001", "F2026-0002")
    assert left(books_of(source)) == {"F2026-0002": "120.00", "A2026-0001": "-120.00"}
    assert left(books_of(used)) == {}
    undone = used + moved("2026-02-02", "120.00", "F2026-0002", "A2026-0001")
    assert left(books_of(undone)) == {"F2026-0002": "120.00", "A2026-0001": "-120.00"}


def test_13_a_credit_note_is_split_between_a_refund_and_a_later_deduction() -> None:
    """dolibarr#19003, asked in 2021 and still in 2026."""
    source = ONE + pay("2026-01-08", "120.00", "F2026-0001") + refund("A2026-0001", "2026-01-10", "F2026-0001") + "\n"
    source += '2026-01-20 * "Remboursement"\n  Assets:Clients:Martin  70.00 EUR\n    settles: "A2026-0001"\n'
    source += "  Assets:Banque:Qonto  -70.00 EUR\n\n"
    assert left(books_of(source)) == {"A2026-0001": "-50.00"}
    later = sale("F2026-0002", "2026-03-06") + "\n" + moved("2026-03-07", "50.00", "A2026-0001", "F2026-0002")
    assert left(books_of(source + later)) == {"F2026-0002": "70.00"}


def test_15_of_several_deposits_each_is_seen_to_be_deducted() -> None:
    """dolibarr#40374: only the last one was reversed, and the entry balanced, so nobody saw it."""

    def deposit(number: str, day: str) -> str:
        return sale(number, day, keys='kind: "deposit"').replace("Income:Prestations", "Liabilities:Acomptes") + "\n"

    final = (
        '2026-03-01 * "Solde"\n  invoice: "F2026-0003"\n  kind: "final"\n  client: "martin"\n'
        "  Assets:Clients:Martin  360.00 EUR\n"
        '  Income:Prestations  -500.00 EUR\n    item: "X"\n    vat: 20\n'
        '  Liabilities:Acomptes  100.00 EUR\n    deposit: "F2026-0001"\n    vat: 20\n'
        '  Liabilities:Acomptes  100.00 EUR\n    deposit: "F2026-0002"\n    vat: 20\n'
        "  Liabilities:TVA:EnAttente  -60.00 EUR\n    vat: 20\n"
    )
    books = books_of(deposit("F2026-0001", "2026-01-05") + deposit("F2026-0002", "2026-02-05") + final)
    assert left(books) == {"F2026-0001": "120.00", "F2026-0002": "120.00", "F2026-0003": "360.00"}
    assert [part.number for part in books.documents[2].deductions] == ["F2026-0001", "F2026-0002"]


def test_17_a_part_payment_tells_total_paid_and_left() -> None:
    """crater#81, kimai#2894, FOSSBilling#2288, InvoiceShelf#558."""
    books = books_of(ONE + pay("2026-01-10", "50.00", "F2026-0001"))
    found = books.open_items(date(2026, 1, 31))
    (item,) = found.of_document("F2026-0001")
    paid = {nature.value: str(amount) for nature, amount in found.by_nature("F2026-0001").items()}
    assert (str(item.amount), paid, str(found.balance("F2026-0001"))) == ("120.00", {"payment": "50.00"}, "70.00")
    assert status_of(books.documents[0], found).value == "partly paid"


def test_18_an_overpayment_is_in_the_aged_balance() -> None:
    """LedgerSMB#1290, #2101; gnucash PR#538."""
    books = books_of(ONE + pay("2026-01-10", "150.00", "F2026-0001"))
    martin = aged(books, END)["martin"]
    assert (str(martin.on_account), str(martin.total), martin.open_amounts) == ("-30.00", "-30.00", ())


def test_28_a_paid_invoice_is_never_overdue() -> None:
    """akaunting#259: a reminder for a paid invoice."""
    books = books_of(ONE + pay("2026-03-10", "120.00", "F2026-0001"))
    assert status_of(books.documents[0], books.open_items(date(2026, 3, 9))).value == "overdue"
    assert status_of(books.documents[0], books.open_items(date(2026, 3, 10))).value == "paid"
    assert aged(books, date(2026, 3, 10)) == {}


# --- The aged balance


def test_33_the_aged_balance_of_a_past_day_takes_no_later_payment_off() -> None:
    """invoiceninja#7121, OCA/account-financial-reporting#707, adempiere#1144, erpnext PR#47580."""
    unpaid = books_of(ONE)
    later = books_of(ONE + pay("2026-04-01", "120.00", "F2026-0001") + refund("A2026-0001", "2026-05-01", "F2026-0001"))
    for day in (date(2026, 2, 4), date(2026, 2, 5), date(2026, 3, 31)):
        assert aged(later, day) == aged(unpaid, day)
    assert aged(later, date(2026, 4, 1)) == {}


def test_33_days_count_from_the_due_date_not_from_the_invoice() -> None:
    """Fabric-Inventory#197, quints."""
    martin = aged(books_of(sale("F2026-0001", "2026-01-05", keys="due: 2026-03-01")), date(2026, 3, 10))["martin"]
    assert {name for name, amount in martin.buckets.items() if amount} == {"days_1_30"}


def test_34_each_instalment_ages_by_its_own_due_date() -> None:
    """erpnext#13007, #7407."""
    source = ONE.replace(
        "  Assets:Clients:Martin  120.00 EUR\n",
        "  Assets:Clients:Martin  20.00 EUR\n    due: 2026-02-01\n"
        "  Assets:Clients:Martin  100.00 EUR\n    due: 2026-04-01\n",
    )
    martin = aged(books_of(source), date(2026, 3, 20))["martin"]
    assert (str(martin.buckets["days_31_60"]), str(martin.buckets["not_due"])) == ("20.00", "100.00")
    found = [(one.item.id, one.status.value) for one in martin.open_amounts]
    assert found == [("F2026-0001#1", "overdue"), ("F2026-0001#2", "issued")]


def test_34_an_advance_without_a_due_date_does_not_vanish() -> None:
    """erpnext PR#28748, #43162."""
    martin = aged(books_of(ONE + pay("2026-01-02", "50.00")), END)["martin"]
    assert (str(martin.on_account), str(martin.total)) == ("-50.00", "70.00")


def test_36_by_client_not_by_account() -> None:
    """LedgerSMB#7177: one client on two accounts, two clients on one."""
    doubtful = (
        '2026-03-01 * "Douteuse"\n  Assets:Douteux:Martin  120.00 EUR\n    settles: "F2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n\n'
    )
    shared = '2020-01-01 custom "client" "petit"\n  name: "Petit"\n  account: Assets:Clients:Particuliers\n\n'
    third, fourth = (sale(f"F2026-000{rank}", f"2026-01-0{rank + 4}", client="durand") + "\n" for rank in (3, 4))
    books = books_of(shared + ONE + TWO + third + fourth.replace('client: "durand"', 'client: "petit"') + doubtful)
    totals = {client: str(balance.total) for client, balance in aged(books, END).items()}
    assert totals == {"martin": "240.00", "durand": "120.00", "petit": "120.00"}


def test_38_a_disputed_invoice_is_told_apart_until_the_dispute_ends() -> None:
    """erpnext#12048, PR#13298."""
    source = ONE + TWO + '2026-02-10 custom "dispute" "F2026-0001" "open" "quantité"\n'
    source += '2026-03-10 custom "dispute" "F2026-0001" "rejected"\n'
    books = books_of(source)

    def statuses(day: date) -> list[str]:
        return [one.status.value for one in aged(books, day)["martin"].open_amounts]

    assert statuses(date(2026, 2, 28)) == ["disputed", "overdue"]
    assert statuses(date(2026, 3, 10)) == ["overdue", "overdue"]


def test_38_a_part_of_an_invoice_is_disputed() -> None:
    """erpnext#12048: on hold was all or nothing."""
    source = ONE + TWO + '2026-02-10 custom "dispute" "F2026-0001" "open" "quantité"\n  amount: 50.00 EUR\n'
    martin = aged(books_of(source), date(2026, 2, 28))["martin"]
    assert [str(one.disputed) for one in martin.open_amounts] == ["50.00", "0"]
    assert (str(martin.disputed), str(martin.buckets["days_1_30"]), str(martin.total)) == ("50.00", "240.00", "240.00")


def test_29_a_promise_counts_until_its_day_less_what_came() -> None:
    """odoo#3553: nobody knew when a promise was done with."""
    source = ONE + '2026-02-10 custom "promise" "F2026-0001" 100.00 EUR 2026-03-01\n\n'
    source += pay("2026-02-20", "30.00", "F2026-0001")
    books = books_of(source)

    def promised(day: date) -> str:
        return str(aged(books, day)["martin"].promised)

    days = (date(2026, 2, 9), date(2026, 2, 10), date(2026, 2, 20), date(2026, 3, 1), date(2026, 3, 2))
    assert [promised(day) for day in days] == ["0", "100.00", "70.00", "70.00", "0"]
    taken_back = books_of(source + '2026-02-12 custom "void" "F2026-0001" "promise"\n')
    assert str(aged(taken_back, date(2026, 2, 15))["martin"].promised) == "0"


def test_31_what_is_disputed_is_not_promised_too() -> None:
    """Wave, as told by invoicegrid: disputes were in no report."""
    source = ONE + '2026-02-10 custom "dispute" "F2026-0001" "open" "quantité"\n  amount: 80.00 EUR\n'
    source += '2026-02-11 custom "promise" "martin" 120.00 EUR 2026-03-01\n'
    martin = aged(books_of(source), date(2026, 2, 28))["martin"]
    assert (str(martin.disputed), str(martin.promised)) == ("80.00", "40.00")


# --- What pays what


def test_41_one_transfer_pays_invoices_of_several_clients() -> None:
    """invoiceninja#9602, #8987, InvoicePlane#4."""
    third = sale("F2026-0003", "2026-01-07", client="durand") + "\n"
    both = (
        '2026-02-01 * "REMISE"\n  Assets:Banque:Qonto  240.00 EUR\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
        '  Assets:Clients:Particuliers  -120.00 EUR\n    settles: "F2026-0003"\n'
    )
    books = books_of(ONE + third + both)
    assert left(books) == {}
    assert books.open_items(END).on_account == []


def test_44_a_small_difference_is_written_off_to_the_account_one_likes() -> None:
    """erpnext#51159, #42886; kimai#2894: a bank fee made a paid invoice a partly paid one."""
    for account in ("Expenses:Ecarts", "Expenses:Banque:Frais"):
        books = books_of(ONE + pay("2026-02-01", "119.80", "F2026-0001", f"{account}  0.20 EUR"))
        assert status_of(books.documents[0], books.open_items(END)).value == "paid"
        assert {nature.value for nature in books.open_items(END).by_nature("F2026-0001")} == {"payment"}


def test_45_no_cent_is_left_after_two_conversions() -> None:
    """odoo PR#87963, #65271, #25724; OCA/account-reconcile#692; an advance against an invoice in erpnext#54153."""
    source = """
2026-01-05 * "Acme Inc" "Consulting"
  invoice: "F2026-0001"
  client: "acme"
  rate: 0.9217
  Assets:Clients:Acme   333.33 USD @@ 307.23 EUR
  Income:Prestations   -307.23 EUR
    item: "Consulting"
    price: 333.33 USD
    vat: "services-outside-eu"

2026-01-03 * "ACME" "Advance"
  Assets:Banque:Qonto   100.00 EUR
  Assets:Clients:Acme  -108.11 USD @@ 100.00 EUR
    settles: "F2026-0001"

2026-02-03 * "ACME" "Rest"
  Assets:Banque:Qonto   205.00 EUR
  Income:Change           2.57 EUR
  Assets:Clients:Acme  -225.22 USD @@ 207.57 EUR
    settles: "F2026-0001"
"""
    books = books_of(source)
    assert left(books) == {}
    assert books.open_items(END).by_account() == {}
    natures = {nature.value: str(amount) for nature, amount in books.open_items(END).by_nature("F2026-0001").items()}
    assert natures == {"payment": "333.33"}


def test_46_a_card_payment_less_its_fee_pays_the_whole_invoice() -> None:
    """polar#1727, hcb#236, coreymgilmore#15."""
    books = books_of(ONE + pay("2026-02-01", "116.22", "F2026-0001", "Expenses:Banque:Frais  3.78 EUR"))
    assert left(books) == {}


def test_47_an_invoice_and_a_credit_note_in_one_transfer() -> None:
    """alyf-de/banking#118."""
    note = refund("A2026-0001", "2026-01-10", "F2026-0001", "50.00").replace('    settles: "F2026-0001"\n', "") + "\n"
    transfer = (
        '2026-02-01 * "VIR"\n  Assets:Banque:Qonto  60.00 EUR\n'
        '  Assets:Clients:Martin  60.00 EUR\n    settles: "A2026-0001"\n'
        '  Assets:Clients:Martin  -120.00 EUR\n    settles: "F2026-0001"\n'
    )
    books = books_of(ONE + note + transfer)
    assert left(books) == {}
    natures = {nature.value: str(amount) for nature, amount in books.open_items(END).by_nature("F2026-0001").items()}
    assert natures == {"document": "60.00", "payment": "60.00"}


def test_48_nothing_is_guessed_between_two_equal_amounts() -> None:
    """QuickBooks users: a payment without a reference went to an invoice that happened to be as large."""
    books = books_of(ONE + TWO + pay("2026-02-01", "120.00"))
    assert left(books) == {"F2026-0001": "120.00", "F2026-0002": "120.00"}
    assert [str(one.amount) for one in books.open_items(END).on_account] == ["-120.00"]


# --- Plain text


def test_56_which_very_invoices_are_unpaid() -> None:
    """hledger#906, scottlaurent/accounting#17, beancount#948: only the balance of the account was told."""
    books = books_of(ONE + TWO + pay("2026-02-01", "120.00", "F2026-0002"))
    assert left(books) == {"F2026-0001": "120.00"}


def test_58_a_settlement_has_its_own_day() -> None:
    """beancount#640: the day of the invoice is not the day it is paid."""
    books = books_of(ONE + pay("2026-02-01", "120.00", "F2026-0001"))
    (settled,) = books.settlements.settled_of("F2026-0001")
    assert (books.items[0].issued, settled.day) == (date(2026, 1, 5), date(2026, 2, 1))


def test_60_the_payments_of_an_invoice_are_listed() -> None:
    """piecash#244; gnucash PR#538."""
    source = ONE + pay("2026-02-01", "50.00", "F2026-0001") + pay("2026-03-01", "70.00", "F2026-0001")
    found = books_of(source).settlements.settled_of("F2026-0001")
    assert [(str(one.day), str(one.amount)) for one in found] == [("2026-02-01", "-50.00"), ("2026-03-01", "-70.00")]
    assert all(one.movement.place.line for one in found)
