"""Issuing: whatever draft is accepted, what is written balances, passes all rules and says what the draft said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from hypothesis import example, given, settings
from hypothesis import strategies as st
from issues import DAY, SETUP, credit, issue_all
from ledgers import books_of, findings, sale

from facturier.documents import Kind
from facturier.issuing import NotIssuableError
from facturier.money import ZERO
from facturier.rules.pack import check_all
from facturier.violations import Severity

QUOTE = """
2026-10-01 Q "martin" "Application"
  quote: "D2026-0001"
  Income:Prestations  -1000.00 EUR
    item: "Application"
    vat: 20
"""
DEPOSIT = """
2026-10-05 * "Martin Bâtiment SAS" "Acompte 30 %" ^F2026-0001
  invoice: "F2026-0001"
  kind: "deposit"
  from: "D2026-0001"
  client: "martin"
  Assets:Clients:Martin        360.00 EUR
  Liabilities:Acomptes        -300.00 EUR
    item: "Acompte de 30 %"
    vat: 20
  Liabilities:TVA:EnAttente    -60.00 EUR
    vat: 20
"""

FINAL = """
2026-11-20 D "martin" "Solde"
  from: "D2026-0001"
  Income:Prestations  -1000.00 EUR
    item: "Application"
    vat: 20
"""


def errors_of(source: str, setup: str = SETUP) -> list[str]:
    """Everything beancount and the rules find in ledger text whose drafts are all issued.

    But for mentions: whether goods may be "works-10" is the draft's own matter. The command loads the result and
    takes it back where a rule complains.
    """
    loader.initialize(use_cache=False)
    _, errors, _ = loader.load_string('plugin "facturier.plugins"\n' + setup + source)
    found = [str(error.message) for error in errors if "[FR-MENTION-" not in error.message]
    return found + [
        str(one.message)
        for one in check_all(books_of(source, setup=setup))
        if one.rule.severity is Severity.ERROR and not one.rule.id.startswith("FR-MENTION-")
    ]


def test_a_draft_of_products_gets_all_it_needs() -> None:
    draft = (
        '\n2026-11-20 D "martin" "Régie"  ; note\n  ; days\n'
        "  Income:Prestations   -2 DEV-DAY\n  Income:Ventes  -1 CHAISE\n"
    )
    text, (issued,) = issue_all(draft)
    assert text == (
        '\n2026-11-30 * "Martin Bâtiment SAS" "Régie" ^F2026-0001  ; note\n'
        '  invoice: "F2026-0001"\n'
        '  client: "martin"\n'
        "  due: 2026-12-30\n"
        "  Assets:Clients:Martin       1608.00 EUR\n"
        "  ; days\n"
        "  Income:Prestations         -1300.00 EUR\n"
        '    product: "DEV-DAY"\n'
        '    item: "Journée de développement"\n'
        "    quantity: 2\n"
        '    unit: "day"\n'
        "    price: 650.00 EUR\n"
        "    vat: 20\n"
        '    nature: "services"\n'
        "  Income:Ventes                -40.00 EUR\n"
        '    product: "CHAISE"\n'
        '    item: "Chaise"\n'
        "    quantity: 1\n"
        '    unit: "piece"\n'
        "    price: 40.00 EUR\n"
        "    vat: 20\n"
        '    nature: "goods"\n'
        "  Liabilities:TVA:Collectee     -8.00 EUR\n"
        "    vat: 20\n"
        "  Liabilities:TVA:EnAttente   -260.00 EUR\n"
        "    vat: 20\n"
    )
    assert errors_of(text) == []
    assert issued.document.number == "F2026-0001"


def test_a_page_issued_never_follows_the_catalogue_again() -> None:
    """A price, name, unit or client's discount that is back-dated later changes nothing."""
    setup = SETUP.replace('email: "achats@martin.example"', "discount: 10")
    text, (issued,) = issue_all('\n2026-11-20 D "martin" "Régie"\n  Income:Prestations   -2 DEV-DAY\n', setup=setup)
    assert issued.document.totals().net == Decimal("1170.00")
    later = (
        text
        + '2020-01-01 custom "product" "DEV-DAY"\n  name: "Jour"\n  price: 1.00 EUR\n  unit: "hour"\n  vat: 5.5\n'
        + '  nature: "goods"\n2020-01-01 custom "client" "martin"\n  discount: 50\n'
    )
    (document,) = books_of(later, setup=setup).documents
    assert document.lines[0]._replace(meta={}) == issued.document.lines[0]._replace(meta={})
    assert findings(books_of(later, setup=setup)) == []


def test_deposits_of_the_quote_are_deducted_and_only_once() -> None:
    draft = FINAL
    text, issued = issue_all(QUOTE + DEPOSIT + draft + draft)
    first, second = (one.document for one in issued)
    assert (first.kind, first.totals().payable) == (Kind.FINAL, Decimal("840.00"))
    assert (second.kind, second.totals().payable) == (Kind.INVOICE, Decimal("1200.00"))
    assert "^F2026-0001" in text.split("Solde")[1].split("\n")[0]
    assert errors_of(text) == []


def test_a_deposit_that_was_credited_is_not_deducted() -> None:
    credited = credit(QUOTE + DEPOSIT, "F2026-0001", date(2026, 11, 1))
    draft = FINAL
    _, (issued,) = issue_all(credited + draft)
    assert (issued.document.kind, issued.document.totals().payable) == (Kind.INVOICE, Decimal("1200.00"))


def test_a_deposit_larger_than_the_lines_leaves_nothing_owed() -> None:
    draft = FINAL.replace("-1000.00", "-200.00")
    text, (issued,) = issue_all(QUOTE + DEPOSIT + draft)
    assert issued.document.totals().payable == 0
    assert errors_of(text) == []


def test_instalments_follow_the_terms_and_take_the_cents() -> None:
    draft = (
        '\n2026-11-20 D "martin" "Trois fois"\n  terms: "30% on receipt, 30% 30 days, 40% 45 days"\n'
        "  Income:Prestations  -100.01 EUR\n    vat: 20\n"
    )
    text, (issued,) = issue_all(draft)
    legs = [(leg.id, leg.amount, leg.due) for leg in issued.document.instalments]
    assert legs == [
        ("F2026-0001#1", Decimal("36.00"), date(2026, 11, 30)),
        ("F2026-0001#2", Decimal("36.01"), date(2026, 12, 30)),
        ("F2026-0001#3", Decimal("48.00"), date(2027, 1, 14)),
    ]
    assert errors_of(text) == []


def test_a_retention_and_a_payment_on_the_spot_stay() -> None:
    draft = (
        '\n2026-11-20 D "martin" "Travaux"\n  Assets:Retenues:Martin  60.00 EUR\n    due: 2027-11-30\n'
        "  Assets:Caisse  100.00 EUR\n  Income:Prestations  -1000.00 EUR\n    vat: 20\n"
    )
    text, (issued,) = issue_all(draft)
    legs = [(leg.account, leg.amount, leg.due) for leg in issued.document.instalments]
    assert legs == [
        ("Assets:Clients:Martin", Decimal("1040.00"), date(2026, 12, 30)),
        ("Assets:Retenues:Martin", Decimal("60.00"), date(2027, 11, 30)),
    ]
    assert errors_of(text) == []


def test_a_foreign_currency_is_booked_at_its_rate() -> None:
    draft = (
        '\n2026-11-20 D "acme" "Consulting"\n  rate: 0.9214\n  Income:Prestations  -1200.00 USD\n'
        '    item: "Consulting"\n    vat: "services-outside-eu"\n'
    )
    text, (issued,) = issue_all(draft)
    assert "Assets:Clients:Acme   1200.00 USD @@ 1105.68 EUR" in text
    assert issued.document.totals().payable == Decimal("1200.00")
    assert errors_of(text) == []


def test_without_terms_a_professional_has_thirty_days_and_a_consumer_none() -> None:
    setup = SETUP.replace('  terms: "30 days"\n', "")
    draft = '\n2026-11-20 D "{client}" "Régie"\n  Income:Prestations   -2 DEV-DAY\n'
    for client, due in (("martin", date(2026, 12, 30)), ("durand", DAY)):
        _, (issued,) = issue_all(draft.format(client=client), setup=setup)
        assert issued.document.due == due


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ('D "martin" "x"\n  Income:Prestations  20.00 EUR\n    vat: 20', "facturier credit"),
        ('D "acme" "x"\n  Income:Prestations  -20.00 USD\n    vat: "export"', "rate:"),
        ('D "martin" "x"\n  Income:Prestations  -20.00 EUR', "VAT of this line"),
        ('D "martin" "x"\n  series: "mains"\n  Income:Prestations  -1 DEV-DAY', 'did you mean "main"'),
        ('D "martin" "x"\n  Assets:Caisse  200.00 EUR\n  Income:Ventes  -20.00 EUR\n    vat: 20', "more is paid"),
        ('D "martin" "x"\n  Income:Ventes  -1 CHAISE\n  Liabilities:TVA:EnAttente  -2 EUR\n    vat: 10', "VAT legs"),
    ],
)  # fmt: skip
def test_what_cannot_be_issued_says_why(draft: str, said: str) -> None:
    with pytest.raises(NotIssuableError) as refused:
        issue_all(f"\n2026-11-20 {draft}\n")
    assert said in str(refused.value.message)


def test_a_date_before_the_last_number_is_refused() -> None:
    draft = '\n2026-11-20 D "martin" "Régie"\n  Income:Prestations   -2 DEV-DAY\n'
    with pytest.raises(NotIssuableError) as refused:
        issue_all(sale("F2026-0001", "2026-11-10") + draft, date(2026, 11, 9))
    assert "2026-11-10" in str(refused.value.message)


def test_the_year_starts_again_at_one() -> None:
    draft = '\n2026-11-20 D "martin" "Régie"\n  Income:Prestations   -2 DEV-DAY\n'
    _, (issued,) = issue_all(sale("F2026-0001", "2026-11-10") + draft, date(2027, 1, 1))
    assert issued.document.number == "F2027-0001"


def test_a_file_that_says_something_else_by_now_is_refused() -> None:
    from issues import issuer_of

    source = '\n2026-11-20 D "martin" "Régie"\n  Income:Prestations   -2 DEV-DAY\n'
    issuer = issuer_of(source)
    with pytest.raises(NotIssuableError) as refused:
        issuer.issue(issuer.books.papers[0], source.strip().replace("-2", "-3"))
    assert "edited meanwhile" in str(refused.value.message)


cents = st.integers(min_value=1, max_value=500_000).map(lambda amount: Decimal(amount) / 100)
quantities = st.integers(min_value=1, max_value=2000).map(lambda amount: Decimal(amount) / 8)
vats = st.sampled_from(["20", "10", "5.5", "2.1", '"works-10"', '"exempt-training"', '"reverse-charge"'])
texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).map(
    lambda text: text.replace("\\", "\\\\").replace('"', '\\"')
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    form = draw(st.sampled_from(["product", "priced", "total price", "amount", "quantity", "amount off", "minus"]))
    quantity, amount, vat = draw(quantities), draw(cents), draw(vats)
    code, account = draw(st.sampled_from([("DEV-DAY", "Income:Prestations"), ("CHAISE", "Income:Ventes")]))
    nature = draw(st.sampled_from(["", '    nature: "goods"\n', '    nature: "services"\n']))
    comment = draw(st.sampled_from(["", "    ; a comment\n", '  ; another: "one\n']))
    match form:
        case "product":
            discount = draw(st.sampled_from(["", "    discount: 12.5\n"]))
            return f"  {account}  -{quantity} {code}\n{discount}{comment}"
        case "priced":
            return f"  {account}   -{quantity} {code} @ {amount} EUR ; at a price\n{comment}"
        case "total price":
            return f"  {account}   -{quantity} {code} @@ {amount} EUR\n{comment}"
        case "amount":
            return f'  {account}  -{amount} EUR\n    item: "{draw(texts)}"\n    vat: {vat}\n{nature}{comment}'
        case "quantity":
            return f"  {account}  -1 EUR\n    quantity: {quantity}\n    price: {amount} EUR\n    vat: {vat}\n{nature}"
        case "amount off":
            return f"  {account}  -1 EUR\n    price: {amount} EUR\n    discount: 0.01 EUR\n    vat: {vat}\n{comment}"
        case _:
            return f"  {account}  1 EUR\n    quantity: -0.5\n    price: {amount} EUR\n    vat: {vat}\n"


@st.composite
def drafts(draw: st.DrawFn) -> str:
    client = draw(st.sampled_from(["martin", "durand"]))
    # The quote is martin's: durand's draft from it is refused by the rules, not here.
    quoted = ['  from: "D2026-0001"\n'] if client == "martin" else []
    keys = draw(
        st.lists(
            st.sampled_from([
                "  ttc: TRUE\n", "  discount: 10\n", "  charge: 3.33 EUR\n", '  order-ref: "BC-1"\n',
                '  terms: "30% on receipt, 70% 30 days"\n', "  due: 2027-01-15\n", *quoted,
                "  ; a word\n", '  kind: "progress"\n',
            ]),
            unique=True,
        )
    )  # fmt: skip
    legs = draw(
        st.lists(st.sampled_from(["  Assets:Retenues:Martin  1.00 EUR\n", "  Assets:Caisse  2.00 EUR\n"]), max_size=1)
    )
    body = "".join([*legs, *draw(st.lists(lines(), min_size=1, max_size=4))])
    return f'2026-11-{draw(st.integers(1, 28)):02} D "{client}" "{draw(texts)}"\n{"".join(keys)}{body}\n'


@settings(max_examples=150, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=3))
@example(['2026-11-01 D "martin" "x"\n  ttc: TRUE\n  discount: 10\n  Income:Ventes  -3 CHAISE\n'])
def test_whatever_is_accepted_passes_all_rules(several: list[str]) -> None:
    source = "\n" + QUOTE + DEPOSIT + "\n".join(several)
    try:
        text, issued = issue_all(source)
    except NotIssuableError:
        return
    assert errors_of(text) == []
    books = books_of(text)
    assert len(books.documents) == 1 + len(several)
    for one in issued:
        document = books.document(one.document.number)
        assert document is not None
        # Re-read from the whole file, it is the very document that was rendered.
        assert document.totals() == one.document.totals()
        assert [line._replace(meta={}) for line in document.lines] == [
            line._replace(meta={}) for line in one.document.lines
        ]
        assert document.due is not None
    # The drafts' comments are all there, in their order.
    assert comments(text) == comments(source)


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip().startswith(";")]


@settings(max_examples=60, deadline=None)
@given(drafts())
def test_a_credit_note_takes_an_invoice_back_to_the_cent(draft: str) -> None:
    try:
        text, (issued,) = issue_all("\n" + QUOTE + DEPOSIT + draft)
    except NotIssuableError:
        return
    if not issued.document.totals().gross:
        return  # nothing to credit, and credit says so
    number = issued.document.number
    credited = credit(text, number)
    assert errors_of(credited) == []
    books = books_of(credited)
    note = books.documents[-1]
    assert note.is_credit_note
    assert note.totals().gross == issued.document.totals().gross
    sums: dict[str, Decimal] = {}
    for document in (books.document(number), note):
        assert document is not None
        for posting in document.entry.postings:
            assert posting.units is not None
            assert posting.units.number is not None
            sums[posting.account] = sums.get(posting.account, ZERO) + posting.units.number
    paid = issued.document.paid
    assert {account: value for account, value in sums.items() if value} == (
        {"Assets:Caisse": paid, note.client.account if note.client else "": -paid} if paid else {}
    )
    assert books.open_items(DAY).balance(number) == 0


def test_an_invoice_is_credited_once() -> None:
    text = credit(sale("F2026-0001", "2026-11-10"), "F2026-0001")
    with pytest.raises(NotIssuableError) as refused:
        credit(text, "F2026-0001")
    assert "A2026-0001" in str(refused.value.message)


@pytest.mark.parametrize(
    ("number", "day", "said"),
    [
        ("F2026-0001", date(2026, 11, 9), "cannot be earlier"),
        ("F2026-0002", DAY, "nothing to credit"),
        ("D2026-0001", DAY, "no invoice"),
    ],
)
def test_what_cannot_be_credited_says_why(number: str, day: date, said: str) -> None:
    with pytest.raises(NotIssuableError) as refused:
        credit(QUOTE + sale("F2026-0001", "2026-11-10") + sale("F2026-0002", "2026-11-10", "0.00"), number, day)
    assert said in str(refused.value.message)
