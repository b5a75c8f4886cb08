"""What documents, payments and events name exists, fits and came before."""

from __future__ import annotations

import pytest
from ledgers import books_of, refund, sale, violations

from facturier.rules.pack import ALL_RULES
from facturier.violations import Rule, Severity

PAYMENT = """
{day} * "MARTIN" "VIR"
  Assets:Banque:Qonto        120.00 EUR
  Assets:Clients:Martin     -120.00 EUR
    settles: "{number}"
"""


def told(source: str, rule: str) -> list[str]:
    return [str(one.message) for one in violations(books_of(source)) if one.rule.id == rule]


def test_a_payment_that_settles_a_number_mistyped() -> None:
    source = sale("F2026-0001", "2026-01-05") + PAYMENT.format(day="2026-02-01", number="F2026-0010")
    assert told(source, "REF-SETTLES") == ['settles: there is no "F2026-0010"; did you mean "F2026-0001"?']


@pytest.mark.parametrize("number", ["F2026-0001", "F2026-0001 F2026-0002"])
def test_payments_that_settle_what_exists(number: str) -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + sale("F2026-0002", "2026-01-06")
        + PAYMENT.format(day="2026-02-01", number=number)
    )
    assert told(source, "REF-SETTLES") == []


def test_a_payment_of_an_invoice_of_another_program() -> None:
    opening = """
2026-01-01 * "Reprise" "Facture de l'ancien logiciel"
  Assets:Clients:Martin      120.00 EUR
    opens: "2025-118"
    issued: 2025-12-05
    due: 2026-01-04
  Equity:Reprise            -120.00 EUR
"""
    assert told(opening + PAYMENT.format(day="2026-02-01", number="2025-118"), "REF-SETTLES") == []


def test_a_payment_in_euro_of_an_invoice_in_dollars() -> None:
    source = """
2026-01-05 * "Acme" "Consulting"
  invoice: "F2026-0001"
  client: "acme"
  rate: 0.90
  Assets:Clients:Acme   100.00 USD @@ 90.00 EUR
  Income:Prestations    -90.00 EUR
    item: "Consulting"
    price: 100.00 USD
    vat: "services-outside-eu"
""" + PAYMENT.format(day="2026-02-01", number="F2026-0001")
    assert told(source, "REF-SETTLES") == [
        "F2026-0001 is in USD, and this amount in EUR; write USD with @@ and the amount in EUR."
    ]


def test_a_credit_note_without_its_invoice() -> None:
    source = sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-06", "F2026-0001").replace(
        '  corrects: "F2026-0001"\n', ""
    )
    assert told(source, "FR-CREDIT-REFERENCE") == [
        'A credit note names its invoice: add corrects: "…" with its number.'
    ]


def test_a_credit_note_before_its_invoice() -> None:
    source = sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-04", "F2026-0001")
    assert told(source, "FR-CREDIT-REFERENCE") == ["F2026-0001 is dated 2026-01-05, after this credit note."]


def test_a_credit_note_of_another_clients_invoice() -> None:
    source = sale("F2026-0001", "2026-01-05", client="durand") + refund("A2026-0001", "2026-01-06", "F2026-0001")
    assert told(source, "FR-CREDIT-REFERENCE") == ["F2026-0001 belongs to the client durand."]


def test_a_credit_note_that_is_right() -> None:
    source = sale("F2026-0001", "2026-01-05") + refund("A2026-0001", "2026-01-06", "F2026-0001")
    assert violations(books_of(source)) == []


def test_an_invoice_from_a_quote_that_is_not_there() -> None:
    source = sale("F2026-0001", "2026-01-05", keys='from: "DEVIS-77"')
    assert told(source, "REF-DOCUMENT") == ['from: there is no "DEVIS-77" in these books.']


def test_an_event_about_nothing() -> None:
    source = sale("F2026-0001", "2026-01-05") + '2026-01-06 custom "sent" "F2026-0002" "email"\n'
    assert told(source, "REF-DOCUMENT") == ['sent: there is no "F2026-0002"; did you mean "F2026-0001"?']


def test_events_about_documents_and_clients() -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + '2026-01-06 custom "sent" "F2026-0001" "email"\n2026-01-07 custom "call" "martin" "rappeler"\n'
    )
    assert told(source, "REF-DOCUMENT") == []


def test_due_before_it_is_issued() -> None:
    source = sale("F2026-0001", "2026-01-05", keys="due: 2025-02-05")
    assert told(source, "FR-DUE-DATE") == [
        "It is due on 2025-02-05, before its date 2026-01-05; write a due date on or after it."
    ]
    assert told(sale("F2026-0001", "2026-01-05", keys="due: 2026-01-05"), "FR-DUE-DATE") == []


# --- The same client and currency, in time order ---------------------------------------------------

QUOTE = """
{day} Q "{client}" "Devis"
  quote: "D2026-0001"
  Income:Prestations  -100.00 {currency}
    item: "Prestation"
    vat: 20
"""
DOLLARS = """
{day} * "Acme" "Consulting"
  invoice: "{number}"
  client: "acme"
  rate: 0.90
  Assets:Clients:Acme   100.00 USD @@ 90.00 EUR
  Income:Prestations    -90.00 EUR
    item: "Consulting"
    price: 100.00 USD
    vat: "services-outside-eu"
"""
DEPOSIT = """
{day} * "{client}" "Acompte"
  invoice: "F2026-0001"
  kind: "deposit"
  client: "{client}"
  Assets:Clients:{account}    60.00 EUR
  Liabilities:Acomptes       -50.00 EUR
    item: "Acompte"
    vat: 20
  Liabilities:TVA:EnAttente  -10.00 EUR
    vat: 20
"""
NO_DEPOSIT = 'deposit: "F2026-0001" is no deposit invoice; name an invoice with kind: "deposit".'
FINAL = """
{day} * "martin" "Solde"
  invoice: "F2026-0002"
  kind: "final"
  client: "martin"
  Assets:Clients:Martin       60.00 EUR
  Income:Prestations        -100.00 EUR
    item: "Prestation"
    vat: 20
  Liabilities:Acomptes        50.00 EUR
    deposit: "F2026-0001"
    vat: 20
  Liabilities:TVA:EnAttente  -10.00 EUR
    vat: 20
"""


def test_a_payment_on_the_account_of_another_client() -> None:
    paid = PAYMENT.format(day="2026-02-01", number="F2026-0001")
    assert told(sale("F2026-0001", "2026-01-05", client="durand") + paid, "REF-SETTLES") == [
        "F2026-0001 belongs to the client durand, and this amount is on the account of martin; write the account of "
        'durand (or client: "durand" below the posting), and payer: "martin" on the transaction if martin paid.'
    ]


@pytest.mark.parametrize("keys", ['  payer: "acme"\n', '  client: "acme"\n', ""])
def test_another_may_pay_for_a_client(keys: str) -> None:
    """The amount stands on the account of the client who owed it; who paid is told beside."""
    paid = PAYMENT.format(day="2026-02-01", number="F2026-0001").replace('"VIR"\n', f'"VIR"\n{keys}')
    assert violations(books_of(sale("F2026-0001", "2026-01-05") + paid)) == []


def test_on_a_shared_account_the_client_is_the_one_named() -> None:
    shared = """
2020-01-02 custom "client" "petit"
  name: "Anne Petit"
  kind: "consumer"
  account: Assets:Clients:Particuliers
"""
    paid = """
2026-02-01 * "VIR"
  Assets:Banque:Qonto             120.00 EUR
  Assets:Clients:Particuliers    -120.00 EUR
    client: "{client}"
    settles: "F2026-0001"
"""
    source = shared + sale("F2026-0001", "2026-01-05", client="durand")
    assert told(source + paid.format(client="durand"), "REF-SETTLES") == []
    assert told(source + paid.format(client="petit"), "REF-SETTLES")[0].startswith(
        "F2026-0001 belongs to the client durand, and this amount is on the account of petit;"
    )


def test_a_document_settles_no_other_clients() -> None:
    source = (
        sale("F2026-0001", "2026-01-05")
        + sale("F2026-0002", "2026-01-05", client="durand")
        + refund("A2026-0001", "2026-01-06", "F2026-0001").replace('settles: "F2026-0001"', 'settles: "F2026-0002"')
    )
    assert told(source, "REF-SETTLES") == [
        "F2026-0002 belongs to the client durand, this document to martin: it cannot settle it."
    ]


def test_a_payment_before_its_invoice_is_an_advance() -> None:
    source = sale("F2026-0001", "2026-02-05") + PAYMENT.format(day="2026-02-01", number="F2026-0001")
    (found,) = violations(books_of(source))
    assert (found.rule.id, found.rule.severity) == ("REF-SETTLES-EARLY", Severity.NOTICE)
    assert str(found.message).startswith("F2026-0001 is dated 2026-02-05, after this payment: what is paid before")
    assert violations(books_of(source.replace("2026-02-01", "2026-02-05"))) == []


def test_a_document_settles_none_dated_after_it() -> None:
    source = sale("F2026-0001", "2026-01-05") + sale("F2026-0002", "2026-01-07")
    note = refund("A2026-0001", "2026-01-06", "F2026-0001").replace('settles: "F2026-0001"', 'settles: "F2026-0002"')
    assert told(source + note, "REF-SETTLES") == ["F2026-0002 is dated 2026-01-07, after this document."]


def test_an_invoice_taken_over_has_its_client_and_its_date() -> None:
    opening = """
2026-01-01 * "Reprise" "Facture de l'ancien logiciel"
  Assets:Clients:Acme        120.00 EUR
    opens: "2025-118"
    issued: {issued}
    due: 2026-01-04
  Equity:Reprise            -120.00 EUR
"""
    paid = PAYMENT.format(day="2026-01-02", number="2025-118")
    assert told(opening.format(issued="2025-12-05") + paid, "REF-SETTLES")[0].startswith(
        "2025-118 belongs to the client acme"
    )
    own = opening.replace("Acme", "Martin")
    assert told(own.format(issued="2025-12-05") + paid, "REF-SETTLES") == []
    assert len(told(own.format(issued="2026-01-03") + paid, "REF-SETTLES-EARLY")) == 1


@pytest.mark.parametrize(
    ("day", "client", "currency", "expected"),
    [
        ("2026-01-05", "martin", "EUR", []),
        ("2026-01-05", "durand", "EUR", ["from: D2026-0001 belongs to the client durand, not martin."]),
        ("2026-01-05", "martin", "USD", ["D2026-0001 is in USD, this document in EUR."]),
        ("2026-01-06", "martin", "EUR", ["from: D2026-0001 is dated 2026-01-06, after this document."]),
    ],
)
def test_a_quote_fits_its_invoice(day: str, client: str, currency: str, expected: list[str]) -> None:
    quote = QUOTE.format(day=day, client=client, currency=currency)
    assert told(quote + sale("F2026-0001", "2026-01-05", keys='from: "D2026-0001"'), "REF-FITS") == expected


def test_a_misfit_may_be_waived_with_its_reason() -> None:
    quote = QUOTE.format(day="2026-01-05", client="durand", currency="EUR")
    keys = 'from: "D2026-0001"\nwaive: "REF-FITS devis repris par la société"'
    assert told(quote + sale("F2026-0001", "2026-01-05", keys=keys), "REF-FITS") == []


def test_what_an_invoice_replaces_fits() -> None:
    first = sale("F2026-0001", "2026-01-05", client="durand")
    assert told(first + sale("F2026-0002", "2026-01-06", keys='replaces: "F2026-0001"'), "REF-FITS") == [
        "replaces: F2026-0001 belongs to the client durand, not martin."
    ]
    own = sale("F2026-0001", "2026-01-05")
    assert told(own + sale("F2026-0002", "2026-01-06", keys='replaces: "F2026-0001"'), "REF-FITS") == []
    assert told(own + sale("F2026-0002", "2026-01-06", keys='replaces: "X-77"'), "REF-DOCUMENT") == [
        'replaces: there is no "X-77" in these books.'
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (DEPOSIT.format(day="2026-01-05", client="martin", account="Martin"), []),
        (
            DEPOSIT.format(day="2026-01-05", client="durand", account="Particuliers"),
            ["The deposit F2026-0001 belongs to the client durand, not martin."],
        ),
        (
            DEPOSIT.format(day="2026-01-07", client="martin", account="Martin"),
            ["The deposit F2026-0001 is dated 2026-01-07, after this document."],
        ),
        (sale("F2026-0001", "2026-01-05"), [NO_DEPOSIT]),
        ("", [NO_DEPOSIT]),
    ],
)  # fmt: skip
def test_a_deposit_fits_its_final_invoice(source: str, expected: list[str]) -> None:
    assert told(source + FINAL.format(day="2026-01-06"), "AMOUNT-DEPOSIT") == expected


def test_a_deposit_in_another_currency() -> None:
    client = '2020-01-02 custom "client" "martin"\n  currency: "USD"\n'
    deposit = DOLLARS.format(day="2026-01-05", number="F2026-0001").replace("Clients:Acme", "Clients:Martin")
    deposit = deposit.replace('  client: "acme"\n', '  client: "martin"\n  kind: "deposit"\n')
    deposit = deposit.replace("Income:Prestations    -90", "Liabilities:Acomptes   -90")
    assert told(client + deposit + FINAL.format(day="2026-01-06"), "AMOUNT-DEPOSIT") == [
        "The deposit F2026-0001 is in USD, this document in EUR."
    ]


def test_an_invoice_that_corrects_another() -> None:
    """With corrects: an invoice is a corrective one (type 384); it names an invoice as credit notes do."""
    first = sale("F2026-0001", "2026-01-05")
    right = sale("F2026-0002", "2026-01-06", keys='corrects: "F2026-0001"')
    assert told(first + right, "FR-CREDIT-REFERENCE") == []
    wrong = sale("F2026-0002", "2026-01-06", keys='corrects: "X-77"')
    assert told(first + wrong, "FR-CREDIT-REFERENCE") == ['corrects: there is no "X-77" in these books.']
    of_another = sale("F2026-0001", "2026-01-05", client="durand") + right
    assert told(of_another, "FR-CREDIT-REFERENCE") == ["F2026-0001 belongs to the client durand."]


def test_a_credit_note_in_another_currency_than_its_invoice() -> None:
    client = '2020-01-02 custom "client" "martin"\n  currency: "USD"\n'
    dollars = DOLLARS.format(day="2026-01-05", number="F2026-0001").replace('"acme"', '"martin"')
    note = refund("A2026-0001", "2026-01-06", "F2026-0001")
    source = client + dollars.replace("Clients:Acme", "Clients:Martin") + note
    assert told(source, "FR-CREDIT-REFERENCE") == ["F2026-0001 is in USD, this document in EUR."]


CLIENT_OF_SERIES = """
2020-01-02 custom "client" "martin"
  series: "shop"
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            sale("F2026-0001", "2026-01-05").replace('client: "martin"', 'client: "martn"'),
            ("LEDGER-REFERENCE", 'There is no client "martn"; did you mean "martin"?'),
        ),
        (
            sale("F2026-0001", "2026-01-05").replace('item: "Prestation"', 'product: "DEV-DAI"'),
            ("LEDGER-REFERENCE", 'There is no product "DEV-DAI"; did you mean "DEV-DAY"?'),
        ),
        (
            sale("F2026-0001", "2026-01-05", keys='series: "mains"'),
            ("REF-DOCUMENT", 'series: there is no "mains"; did you mean "main"?'),
        ),
        (CLIENT_OF_SERIES, ("REF-DOCUMENT", 'series: there is no "shop" in these books.')),
        (sale("F2026-0001", "2026-01-05", keys='series: "main"'), None),
    ],
)
def test_clients_products_and_series_that_are_named_exist(source: str, expected: tuple[str, str] | None) -> None:
    found = [(one.rule.id, str(one.message)) for one in violations(books_of(source))]
    assert found == ([] if expected is None else [expected])


# --- Waivers --------------------------------------------------------------------------------------

BEYOND = "waive: {} cannot be waived: mend what it names, and take this away."


@pytest.mark.parametrize(
    ("waive", "expected"),
    [
        ("FR-NUM-GAP perdue", []),
        ("FR-NUM-GAPP perdue", ["waive: There is no rule FR-NUM-GAPP; did you mean FR-NUM-GAP?"]),
        ("NONSENSE perdue", ["waive: There is no rule NONSENSE; facturier explain lists them all."]),
        ("FR-NUM-GAP", ['waive: say why: "FR-NUM-GAP reason".']),
        ("FR-NUM-DUPLICATE erreur", [BEYOND.format("FR-NUM-DUPLICATE")]),
        ("SEAL-CHANGED erreur", [BEYOND.format("SEAL-CHANGED")]),
        ("FR-NUM-GAP perdue\nSEAL-CHAIN oubli", [BEYOND.format("SEAL-CHAIN")]),
    ],
)  # fmt: skip
def test_a_waiver_names_a_rule_that_may_be_waived_and_why(waive: str, expected: list[str]) -> None:
    source = sale("F2026-0001", "2026-01-05") + sale("F2026-0003", "2026-01-06", keys=f'waive: "{waive}"')
    assert told(source, "LEDGER-WAIVE") == expected


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES.values() if rule.id.startswith(("SEAL-", "FR-NUM-DUP"))])
def test_duplicates_and_seals_are_beyond_waiving(rule: Rule) -> None:
    assert not rule.waivable
