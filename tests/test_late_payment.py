"""Penalties read from the books: whose rule holds, what was paid down when, what was claimed before."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from ledgers import SETUP, books_of
from sample_pages import TEMPLATES, text_of

from facturier.books import Books
from facturier.late_payment import Penalty, Regime, by_currency, penalties
from facturier.pages import page_of
from facturier.pdf.render import render_pdf
from facturier.pdf.template import packaged_template

END = date(2026, 11, 22)
PUBLIC = SETUP.replace('  name: "Martin Bâtiment SAS"\n  kind: "business"', '  name: "Commune"\n  kind: "public"')
BELGIAN = SETUP.replace('  city: "Lyon"\n  country: "FR"\n  siren: "732829320"', '  city: "Mons"\n  country: "BE"')


def with_rate(rate: str) -> str:
    return SETUP.replace('  terms: "30 days"\n', f'  terms: "30 days"\n  penalty-rate: {rate}\n', 1)


def owed(number: str, amount: str, *dues: str, client: str = "martin", account: str = "Martin") -> str:
    """Return an invoice of so much in equal instalments, without VAT that matters here."""
    share = Decimal(amount) / len(dues)
    legs = "".join(f"  Assets:Clients:{account}  {share} EUR\n    due: {due}\n" for due in dues)
    net = (Decimal(amount) / Decimal("1.2")).quantize(Decimal("0.01"))
    return (
        f'2026-02-01 * "X"\n  invoice: "{number}"\n  client: "{client}"\n{legs}'
        f'  Income:Prestations  -{net} EUR\n    item: "X"\n    vat: 20\n'
        f"  Liabilities:TVA:EnAttente  -{Decimal(amount) - net} EUR\n    vat: 20\n\n"
    )


def paid(day: str, amount: str, number: str, account: str = "Martin") -> str:
    return (
        f'{day} * "VIR"\n  Assets:Banque:Qonto  {amount} EUR\n'
        f'  Assets:Clients:{account}  {-Decimal(amount)} EUR\n    settles: "{number}"\n\n'
    )


def only(books: Books, day: date = END) -> Penalty:
    (found,) = penalties(books, day)
    return found


def figures(books: Books, day: date = END) -> tuple[str, str]:
    found = only(books, day)
    return str(found.interest), str(found.indemnity)


CASE_2 = owed("F2026-0001", "12000.00", "2026-05-15") + paid("2026-08-31", "12000.00", "F2026-0001")
CASE_3 = owed("F2026-0001", "10000.00", "2026-05-01") + paid("2026-07-01", "4000.00", "F2026-0001")


def test_worked_case_2_across_the_half_year() -> None:
    found = only(books_of(CASE_2))
    assert [(one.days, str(one.rate), str(one.interest)) for one in found.segments] == [
        (46, "12.15", "183.75"),
        (62, "12.40", "252.76"),
    ]
    assert (found.regime, str(found.interest), str(found.interest + found.indemnity)) == (
        Regime.LEGAL, "436.51", "476.51",
    )  # fmt: skip


def test_worked_case_3_on_the_principal_as_it_was_paid_down() -> None:
    found = only(books_of(CASE_3), date(2026, 9, 3))
    assert [str(one.interest) for one in found.segments] == ["199.73", "3.40", "130.45"]
    assert str(found.left + found.interest + found.indemnity) == "6373.58"


def test_worked_case_4_a_public_buyer() -> None:
    found = only(books_of(CASE_2, setup=PUBLIC))
    assert (found.regime, str(found.interest + found.indemnity)) == (Regime.PUBLIC, "400.39")
    stipulated = PUBLIC.replace('  terms: "30 days"\n', '  terms: "30 days"\n  penalty-rate: 20\n', 1)
    assert only(books_of(CASE_2, setup=stipulated)).interest == found.interest


def test_worked_case_5_92_days_at_one_rate() -> None:
    source = owed("F2026-0001", "4800.00", "2026-03-01")
    assert figures(books_of(source), date(2026, 6, 1)) == ("147.00", "40")


@pytest.mark.parametrize(
    ("rate", "rates"),
    [("15", ["15", "15"]), ("8", ["8", "8.25"]), ("1", ["7.86", "8.25"])],
)
def test_a_stipulated_rate_has_its_floor_in_each_half_year(rate: str, rates: list[str]) -> None:
    """C. com. art. L441-10 II: never below three times the legal rate, which was 2.62, then 2.75."""
    found = only(books_of(CASE_2, setup=with_rate(rate)))
    assert found.regime is Regime.CONTRACT
    assert [str(one.rate.normalize()) for one in found.segments] == rates


def test_worked_case_18_a_belgian_seller() -> None:
    """10.15 is rounded up to 10.50 and 10.40 too: 12000 × 10.5 % × 46 and 62 days."""
    found = only(books_of(CASE_2, setup=BELGIAN))
    assert [str(one.rate) for one in found.segments] == ["10.5", "10.5"]
    assert (found.regime, str(found.interest), str(found.indemnity)) == (Regime.BELGIAN, "372.82", "40")


@pytest.mark.parametrize("setup", [SETUP, BELGIAN])
def test_a_consumer_owes_none(setup: str) -> None:
    source = owed("F2026-0001", "1200.00", "2026-05-15", client="durand", account="Particuliers")
    assert penalties(books_of(source, setup=setup), END) == ()


def test_each_instalment_from_its_own_day_and_the_costs_once() -> None:
    found = only(books_of(owed("F2026-0001", "2000.00", "2026-08-01", "2026-09-01")), date(2026, 9, 11))
    assert [(str(one.first), one.days, str(one.principal)) for one in found.segments] == [
        ("2026-08-02", 41, "1000.00"),
        ("2026-09-02", 10, "1000.00"),
    ]
    assert str(found.indemnity) == "40"


def test_27_interest_is_not_forgotten_once_the_principal_is_paid() -> None:
    """erpnext#58220: interest was lost when the last of the principal came."""
    books = books_of(CASE_2)
    assert only(books, date(2026, 8, 31)).left == 0
    assert figures(books, date(2026, 8, 31)) == figures(books, date(2027, 11, 22)) == ("436.51", "40")


def test_27_interest_runs_from_the_due_date_not_from_the_last_payment() -> None:
    """erpnext#49621; wrong with several invoices in #42605 and #46650."""
    other = owed("F2026-0002", "600.00", "2026-06-01")
    found = {one.number: one for one in penalties(books_of(CASE_3 + other), date(2026, 9, 3))}
    assert str(found["F2026-0001"].interest) == "333.58"
    assert found["F2026-0002"].segments[0].first == date(2026, 6, 2)


def test_a_payment_on_the_due_date_is_in_time() -> None:
    source = owed("F2026-0001", "1200.00", "2026-05-15") + paid("2026-05-15", "1200.00", "F2026-0001")
    assert penalties(books_of(source), END) == ()


def test_a_direct_debit_that_came_back_was_no_payment() -> None:
    source = owed("F2026-0001", "1200.00", "2026-05-15") + paid("2026-05-14", "1200.00", "F2026-0001")
    returned = paid("2026-05-20", "-1200.00", "F2026-0001") + paid("2026-06-14", "1200.00", "F2026-0001")
    found = only(books_of(source + returned))
    assert [(str(one.first), str(one.last)) for one in found.segments] == [("2026-05-16", "2026-06-14")]


def test_what_a_credit_note_took_back_whole_was_never_owed() -> None:
    note = (
        '2026-07-01 * "X"\n  credit-note: "A2026-0001"\n  corrects: "F2026-0001"\n  client: "martin"\n'
        '  Assets:Clients:Martin  -1200.00 EUR\n    settles: "F2026-0001"\n'
        '  Income:Prestations  1000.00 EUR\n    item: "X"\n    vat: 20\n'
        "  Liabilities:TVA:EnAttente  200.00 EUR\n    vat: 20\n"
    )
    assert penalties(books_of(owed("F2026-0001", "1200.00", "2026-05-15") + note), END) == ()


def claim(day: str, until: str, interest: str, *, costs: bool = True) -> str:
    legs = f'  Income:Penalites  -{interest} EUR\n    item: "Intérêts"\n    period-end: {until}\n'
    legs += '  Income:Penalites  -40.00 EUR\n    item: "Indemnité"\n' if costs else ""
    total = Decimal(interest) + (40 if costs else 0)
    return (
        '2020-01-01 custom "role" "penalties" Income:Penalites\n2020-01-01 open Income:Penalites\n'
        f'{day} * "X" ^PR2026-0001 ^F2026-0001\n  claim: "PR2026-0001"\n  client: "martin"\n'
        f"  Assets:Clients:Martin  {total} EUR\n{legs}\n"
    )


def test_what_was_claimed_is_not_asked_for_again() -> None:
    books = books_of(CASE_2 + claim("2026-09-01", "2026-08-31", "436.51"))
    assert penalties(books, END) == ()
    assert figures(books, date(2026, 8, 31)) == ("436.51", "40")


def test_after_a_claim_only_later_days_count() -> None:
    books = books_of(CASE_3 + claim("2026-07-01", "2026-07-01", "203.13"))
    found = only(books, date(2026, 9, 3))
    assert (str(found.interest), str(found.indemnity), str(found.claimed)) == ("130.45", "0", "243.13")


def test_a_claim_bears_no_penalties_itself() -> None:
    """C. civ. art. 1343-2: no interest on interest."""
    books = books_of(CASE_2 + claim("2026-09-01", "2026-08-31", "436.51"))
    assert penalties(books, date(2027, 6, 1)) == ()


@pytest.mark.parametrize("subject", ["F2026-0001", "martin"])
def test_penalties_are_waived(subject: str) -> None:
    waived = f'2026-09-01 custom "void" "{subject}" "penalties"\n'
    assert penalties(books_of(CASE_2 + waived), END) == ()
    later = only(books_of(CASE_3 + waived), date(2026, 9, 3))
    assert (later.segments[0].first, str(later.indemnity)) == (date(2026, 9, 2), "0")


def test_a_half_year_whose_rate_nobody_knows_yet_is_told() -> None:
    found = only(books_of(CASE_3), date(2027, 2, 1))
    assert found.unknown == (date(2027, 1, 1),)
    assert found.segments[-1].last == date(2026, 12, 31)
    stated = '2027-01-01 custom "law" "interest" "ecb"\n  to: 2027-06-30\n  value: 2.65\n  source: "BCE"\n'
    assert str(only(books_of(CASE_3 + stated), date(2027, 2, 1)).segments[-1].rate) == "12.65"


STOP = '2026-07-01 custom "stop" "{subject}" "penalties"\n'


@pytest.mark.parametrize("subject", ["martin", "F2026-0001"])
def test_from_the_judgment_that_opens_insolvency_no_interest_runs(subject: str) -> None:
    found = only(books_of(CASE_3 + STOP.format(subject=subject)), date(2026, 9, 3))
    assert [(str(one.last), str(one.interest)) for one in found.segments] == [("2026-06-30", "199.73")]
    assert str(found.indemnity) == "40"
    assert figures(books_of(CASE_3 + STOP.format(subject=subject)), date(2026, 6, 30)) == ("199.73", "40")


@pytest.mark.parametrize(("due", "owes"), [("2026-06-30", "40"), ("2026-07-01", None), ("2026-08-01", None)])
def test_what_falls_due_after_the_judgment_has_no_recovery_costs(due: str, owes: str | None) -> None:
    """C. com. art. L441-10 II, last sentence: payment on that day was barred."""
    books = books_of(owed("F2026-0001", "1200.00", due) + STOP.format(subject="martin"))
    assert [(str(one.interest), str(one.indemnity)) for one in penalties(books, END)] == [("0", owes)] * bool(owes)


def test_what_is_invoiced_after_the_judgment_bears_penalties() -> None:
    later = owed("F2026-0001", "1200.00", "2026-08-01").replace("2026-02-01 *", "2026-07-02 *")
    assert penalties(books_of(later + STOP.format(subject="martin")), END) == penalties(books_of(later), END) != ()


def test_a_stop_may_be_taken_back_and_other_stops_are_about_reminders() -> None:
    taken_back = STOP.format(subject="martin") + '2026-07-02 custom "void" "martin" "stop"\n'
    reminders = '2026-07-01 custom "stop" "martin" "médiation"\n2026-07-01 custom "stop" "martin"\n'
    for events in (taken_back, reminders):
        assert figures(books_of(CASE_2 + events)) == ("436.51", "40")


def test_worked_case_3_interest_first_by_a_claim_that_the_payment_settles_before() -> None:
    """C. civ. art. 1343-1: 203.13 of the 4 000.00 are interest, 3 796.87 principal."""
    source = owed("F2026-0001", "10000.00", "2026-05-01")
    accrued = claim("2026-07-01", "2026-07-01", "203.13", costs=False)
    books = books_of(source + accrued + paid("2026-07-01", "4000.00", "PR2026-0001 F2026-0001"))
    found = only(books, date(2026, 9, 3))
    assert (str(found.left), str(found.interest), str(found.indemnity)) == ("6203.13", "134.87", "40")
    assert str(found.left + found.interest + found.indemnity) == "6378.00"
    assert found.claimed == Decimal("203.13")


def test_what_was_taken_over_counts_from_its_due_date() -> None:
    source = (
        '2026-06-01 * "Reprise"\n  Assets:Clients:Martin  1200.00 EUR\n    opens: "2025-118"\n'
        "    issued: 2026-04-05\n    due: 2026-05-15\n  Equity:Reprise  -1200.00 EUR\n"
    )
    assert only(books_of(source)).segments[0].first == date(2026, 5, 16)


def test_recovery_costs_are_euros_and_never_added_to_dollars() -> None:
    source = (
        '2026-02-01 * "Acme"\n  invoice: "F2026-0001"\n  client: "acme"\n  due: 2026-05-15\n  rate: 0.9\n'
        "  Assets:Clients:Acme  1000.00 USD @@ 900.00 EUR\n  Income:Prestations  -900.00 EUR\n"
        '    item: "X"\n    price: 1000.00 USD\n    vat: "services-outside-eu"\n'
    )
    found = by_currency(penalties(books_of(source), date(2026, 6, 14)))
    assert {currency: tuple(map(str, sums)) for currency, sums in found.items()} == {
        "EUR": ("0", "40"),
        "USD": ("9.99", "0"),
    }


def test_a_claim_prints_as_a_claim_and_says_where_to_pay() -> None:
    document = books_of(CASE_2 + claim("2026-09-01", "2026-08-31", "436.51")).documents[-1]
    page = page_of(document, {})
    assert (page.kind, page.nature) == ("claim", "")
    assert (str(page.totals.vat), str(page.totals.due)) == ("0.00", "476.51")
    assert page.payment.iban == "FR7630006000011234567890189"


TOTALS = {
    "fr": ("Total des pénalités", "Hors du champ d’application de la TVA"),
    "en": ("Total penalties", "Outside the scope of VAT"),
    "nl": ("Verwijlkosten", "Buiten het toepassingsgebied van de btw"),
    "de": ("Verzugskosten", "Nicht umsatzsteuerbar"),
}
# What a price has, and penalties have not.
OF_PRICES = re.compile(r"\b(HT|TTC|TVA 0|incl|excl|Base|netto|brutto)\b|Hors champ\n|Geen btw|No VAT|Keine USt")


@pytest.mark.poppler
@pytest.mark.parametrize("language", TOTALS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_claim_adds_up_penalties_and_says_that_they_bear_no_vat(template: str, language: str) -> None:
    source = CASE_2 + claim("2026-09-01", "2026-08-31", "436.51").replace(
        '  client: "martin"\n', f'  client: "martin"\n  language: "{language}"\n'
    )
    page = page_of(books_of(source).documents[-1], {})
    text = text_of(render_pdf(page, packaged_template(template)).pdf, "-layout")
    total, no_vat = TOTALS[language]
    assert re.search(rf"{total} .*476[.,]51", text), text
    assert no_vat in text
    assert OF_PRICES.search(text) is None, text


@pytest.mark.poppler
def test_a_claim_paid_in_part_on_the_spot_keeps_its_total() -> None:
    source = CASE_2 + claim("2026-09-01", "2026-08-31", "436.51").replace(
        "  Assets:Clients:Martin  476.51 EUR\n",
        "  Assets:Banque  100.00 EUR\n  Assets:Clients:Martin  376.51 EUR\n",
    )
    page = page_of(books_of(source).documents[-1], {}, "bank")
    assert [str(part.amount) for part in page.paid] == ["100.00"]
    text = text_of(render_pdf(page).pdf, "-layout")
    assert re.search(r"Total des pénalités +476,51", text)
    assert re.search(r"Net à payer +376,51", text)


def test_a_slip_in_what_is_waived_is_told_and_waives_nothing() -> None:
    """custom "void" "F2026-0001" "penalty" looked right and waived nothing, in silence."""
    books = books_of('2026-09-01 custom "void" "martin" "penaltis"\n')
    assert [str(one.message) for one in books.faults] == [
        'custom "void": its event is wrong: "penaltis" is not one of its values; did you mean "penalties"?'
    ]
