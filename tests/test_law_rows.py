"""The law as one value, and the rows that a ledger lays over it with ``custom "law"``."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from ledgers import SETUP, books_of, findings, sale, violations

from facturier.books import Books
from facturier.law.rows import Figure
from facturier.law.tables import law_of_france
from facturier.mentions import legal_notes
from facturier.rendering import render_xml
from facturier.vat import tax_of

NOVEMBER = date(2026, 11, 3)
LAST_HALF_YEAR = date(2026, 12, 31)


def law_row(table: str, identifier: str, *keys: str, day: str = "2026-01-01") -> str:
    return f'{day} custom "law" "{table}" "{identifier}"\n' + "".join(f"  {key}\n" for key in keys)


def faults(books: Books) -> list[str]:
    return [str(one.message) for one in books.faults]


@pytest.mark.parametrize(
    ("day", "default", "floor"),
    [
        ("2023-01-01", "12.50", "6.18"),
        ("2024-06-30", "14.50", "15.21"),
        ("2024-07-01", "14.25", "14.76"),
        ("2025-12-31", "12.15", "8.28"),
        ("2026-01-01", "12.15", "7.86"),
        ("2026-12-31", "12.40", "8.25"),
    ],
)
def test_the_rate_of_a_half_year_is_that_of_the_ecb_and_ten_points(day: str, default: str, floor: str) -> None:
    law = law_of_france()
    assert law.penalty_rate(date.fromisoformat(day)) == Decimal(default)
    assert law.penalty_floor(date.fromisoformat(day)) == Decimal(floor)


def test_a_public_buyer_owes_eight_points() -> None:
    assert law_of_france().penalty_rate(NOVEMBER, public=True) == Decimal("10.40")


def test_what_is_not_published_is_not_guessed() -> None:
    assert law_of_france().penalty_rate(date(2027, 1, 1)) is None
    assert law_of_france().penalty_rate(date(2022, 12, 31)) is None


def test_half_years_follow_one_another_without_a_gap() -> None:
    for name in ("ecb", "legal-professional"):
        rows = law_of_france().figures["interest"][name]
        for before, after in itertools.pairwise(rows):
            assert (after.first - before.last).days == 1
        assert rows[-1].last == LAST_HALF_YEAR, "a half-year has begun: add its row, from the published rate"


def test_every_row_names_its_source_and_ends_after_it_begins() -> None:
    for _, row in law_of_france().rows():
        assert row.source
        assert row.first <= row.last


@pytest.mark.parametrize(
    ("country", "day", "percent"),
    [
        ("DE", "2026-11-03", "19"), ("HU", "2026-11-03", "27"), ("FI", "2024-08-31", "24"),
        ("FI", "2024-09-01", "25.5"), ("EE", "2025-06-30", "22"), ("EE", "2025-07-01", "24"),
        ("RO", "2025-07-31", "19"), ("RO", "2025-08-01", "21"), ("SK", "2025-01-01", "23"),
        ("LU", "2023-06-01", "16"), ("LU", "2024-01-01", "17"), ("EL", "2026-11-03", "24"), ("GR", "2026-11-03", "24"),
    ],
)  # fmt: skip
def test_the_one_stop_shop_takes_the_rate_of_the_country_and_the_day(country: str, day: str, percent: str) -> None:
    tax = tax_of("oss", date.fromisoformat(day), None, country)
    assert tax is not None
    assert (tax.category, tax.percent) == ("S", Decimal(percent))


def test_all_other_member_states_have_their_rate_today() -> None:
    law = law_of_france()
    countries = law.figures["oss-rate"]
    assert len(countries) == 26
    assert "FR" not in countries
    for country in countries:
        assert Decimal(16) <= (law.figure("oss-rate", country, NOVEMBER) or Decimal(0)) <= Decimal(27)


OSS = """\
2026-11-03 * "Vente à distance"
  invoice: "F2026-0001"
  client: "anna"
  vat-country: "DE"
  method: "card"
  Assets:Clients:Particuliers  119.00 EUR
  Income:Ventes  -100.00 EUR
    product: "CHAISE"
    price: 100.00 EUR
    vat: "oss"
  Liabilities:TVA:Collectee  -19.00 EUR
    vat: "oss"
"""
ANNA = """\
2020-01-01 custom "client" "anna"
  name: "Anna Schmidt"
  kind: "consumer"
  account: Assets:Clients:Particuliers
  street: "Domplatz 1"
  city: "Köln"
  country: "DE"
  email: "anna@schmidt.example"
"""


def test_a_sale_through_the_one_stop_shop_is_right_and_says_the_country() -> None:
    books = books_of(ANNA + OSS)
    assert findings(books) == []
    xml = (render_xml(books.documents[0], books) or b"").decode()
    assert "guichet unique OSS) : Allemagne" in xml
    assert "<ram:RateApplicablePercent>19.00" in xml
    assert books.documents[0].totals().vat == Decimal("19.00")


def test_the_french_rate_through_the_one_stop_shop_is_wrong() -> None:
    wrong = OSS.replace("119.00", "120.00").replace("-19.00 EUR", "-20.00 EUR")
    assert [rule for rule, _ in findings(books_of(ANNA + wrong))] == ["AMOUNT-VAT", "AMOUNT-TOTAL"]


def test_the_one_stop_shop_needs_its_country() -> None:
    (found,) = [one for one in violations(books_of(ANNA + OSS.replace('  vat-country: "DE"\n', "")))
                if one.rule.id == "AMOUNT-VAT-MISSING"]  # fmt: skip
    assert 'add vat-country: "DE"' in str(found.message)
    (found,) = [one for one in violations(books_of(ANNA + OSS.replace('"DE"\n  method', '"US"\n  method')))
                if one.rule.id == "AMOUNT-VAT-MISSING"]  # fmt: skip
    assert 'No VAT rate of the country "US"' in str(found.message)


def test_the_one_stop_shop_is_for_consumers() -> None:
    told = [rule for rule, _ in findings(books_of(ANNA.replace('"consumer"', '"business"') + OSS))]
    assert "FR-MENTION-REVERSE-CHARGE" in told


def test_the_vat_of_two_countries_at_one_rate_is_never_one_row() -> None:
    day = date(2026, 11, 3)
    austria, france = tax_of("oss", day, None, "AT"), tax_of(Decimal(20), day)
    assert austria is not None
    assert france is not None
    assert austria.key != france.key


def test_a_row_of_the_ledger_adds_a_rate() -> None:
    text = sale("F2026-0001", NOVEMBER).replace("vat: 20", "vat: 21").replace("-20.00", "-21.00")
    text = text.replace("120.00", "121.00")
    assert [rule for rule, _ in findings(books_of(text))] == ["FR-VAT-RATE"]
    row = law_row("vat-rate", "FR-standard", "from: 2026-06-01", "value: 21", 'source: "LF 2027"')
    assert findings(books_of(row + text)) == []
    # It replaces ours of the same id on its days, and only on these.
    assert [rule for rule, _ in findings(books_of(row + sale("F2026-0001", NOVEMBER)))] == ["FR-VAT-RATE"]
    assert findings(books_of(row + sale("F2026-0001", "2026-05-31"))) == []


def test_a_row_of_the_ledger_fills_a_half_year() -> None:
    keys = ("from: 2027-01-01", "to: 2027-06-30", "value: 2.65", 'source: "BCE"')
    law = books_of(law_row("interest", "ecb", *keys)).law
    assert law.penalty_rate(date(2027, 6, 30)) == Decimal("12.65")
    assert law.penalty_rate(date(2027, 7, 1)) is None
    assert law.penalty_rate(NOVEMBER) == Decimal("12.40")
    assert law_of_france().penalty_rate(date(2027, 6, 30)) is None


def test_a_row_of_the_ledger_changes_a_ceiling() -> None:
    text = sale("F2026-0001", NOVEMBER, keys='terms: "45 days"')
    assert findings(books_of(text)) == []
    row = law_row("terms", "agreed", "value: 40", 'source: "loi"')
    assert [rule for rule, _ in findings(books_of(row + text))] == ["FR-TERMS-CEILING"]


def test_a_wording_of_the_ledger_is_printed_from_its_day() -> None:
    row = law_row("mention", "escompte-none", 'text-fr: "Pas d\'escompte."', 'source: "CGV"', day="2026-06-01")
    books = books_of(row + sale("F2026-0001", "2026-05-31") + sale("F2026-0002", NOVEMBER))
    texts = [[note.text for note in legal_notes(document, books.law)] for document in books.documents]
    assert "Escompte pour paiement anticipé : néant." in texts[0]
    assert "Pas d'escompte." in texts[1]


def test_a_treatment_of_the_ledger() -> None:
    row = law_row(
        "vat-treatment", "own-lmnp", 'category: "E"', 'vatex: "VATEX-FR-CGI261-5"', 'source: "CGI art. 261 D"',
        'text-fr: "Exonération de TVA, art. 261 D du CGI"',
    )  # fmt: skip
    text = sale("F2026-0001", NOVEMBER).replace("vat: 20\n  Liab", 'vat: "own-lmnp"\n  Liab')
    text = text.replace("120.00", "100.00").replace("  Liabilities:TVA:EnAttente  -20.00 EUR\n    vat: 20\n", "")
    books = books_of(row + text)
    assert findings(books) == []
    assert "art. 261 D du CGI" in (render_xml(books.documents[0], books) or b"").decode()
    assert next(rule for rule, _ in findings(books_of(text))) == "AMOUNT-VAT-MISSING"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (law_row("interest", "ecb", "value: 2.65"), 'write for example source: "CGI art. 278"'),
        (law_row("interest", "ecb", 'source: "BCE"'), "write for example value: 2.65"),
        (law_row("interest", "ecb", "value: 2", 'source: "x"', "to: 2025-12-31"), "before its first day"),
        (law_row("mention", "discout", 'text-fr: "x"', 'source: "x"'), 'There is no wording "discout"'),
        (law_row("mention", "discount", 'text-fr: "{seller.iban}"', 'source: "x"'), "its holes in braces"),
        (law_row("mention", "penalty-contractual", 'text-fr: "{rate:9999999}"', 'source: "x"'), "its holes in braces"),
        (law_row("vat-treatment", "lmnp", 'category: "E"', 'text-fr: "x"', 'source: "x"'), 'write "own-lmnp"'),
        (law_row("vat-treatment", "own-lmnp", 'category: "E"', 'source: "x"'), "write for example text-fr:"),
        (law_row("intrest", "ecb", "value: 2", 'source: "x"'), 'did you mean "interest"'),
        (law_row("interest", "ecb", "valeu: 2", 'source: "x"'), "did you mean value?"),
    ],
)
def test_a_row_that_cannot_stand_is_told_and_changes_nothing(row: str, says: str) -> None:
    books = books_of(row)
    assert says in " ".join(faults(books))
    assert books.law is law_of_france()


def test_without_rows_of_its_own_a_ledger_has_the_program_s_law() -> None:
    assert books_of(SETUP, setup="").law is law_of_france()


def test_a_row_of_another_kind_is_refused() -> None:
    law = law_of_france().with_row("terms", Figure(id="agreed", source="x", value=Decimal(1)))
    assert law.figure("terms", "agreed", NOVEMBER) == 1
    assert law_of_france().figure("terms", "agreed", NOVEMBER) == 60
