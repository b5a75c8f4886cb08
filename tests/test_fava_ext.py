"""The Fava extension, through Fava's own application."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any, cast

import fava_ledgers as ledgers
import pytest
from beancount import loader
from beancount.core import data
from beancount.core.inventory import Inventory
from fava.application import create_app
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from facturier.books import read_books
from facturier.documents import Kind
from facturier.fava_ext.aged_table import aged_table
from facturier.fava_ext.document_table import document_table
from facturier.fava_ext.downloads import file_name, pdf_of
from facturier.fava_ext.money_text import money_text
from facturier.fava_ext.snapshot import take_snapshot
from facturier.fava_ext.wording import KINDS, STATES, WORDS
from facturier.messages import catalogue
from facturier.roles import OWED

PAGE = "/atelier/extension/Facturier/"
DAY = "2026-11-22"
ROOT = Path(__file__).parent.parent


def write(folder: Path, text: str) -> Path:
    path = folder / "main.beancount"
    path.write_text(text, encoding="utf-8")
    return path


def client_of(path: Path, *, incognito: bool = False, read_only: bool = False) -> FlaskClient:
    return create_app([path], load=True, incognito=incognito, read_only=read_only).test_client()


def get(client: FlaskClient, query: str = "") -> TestResponse:
    return client.get(PAGE + query)


def page(client: FlaskClient, query: str = "") -> html.HtmlElement:
    answer = get(client, query)
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def rows(page: html.HtmlElement, table: str, part: str = "tbody") -> list[list[str]]:
    """Return the texts of the cells of a table, row by row."""
    found = page.xpath(f'//table[contains(@class, "{table}")]/{part}/tr')
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./td")] for row in found]


def cells_of(page: html.HtmlElement, number: str) -> Any:
    """Return the row of a document."""
    found: Any = page.xpath(f'//tr[contains(., "{number}")]')
    return found[0]


def notices(page: html.HtmlElement) -> str:
    return " ".join(one.text_content() for one in page.xpath('//*[contains(@class, "facturier-notice")]'))


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + ledgers.BOOKED + ledgers.PAPERS)


def test_the_test_ledgers_have_no_errors(books: Path) -> None:
    assert loader.load_file(str(books))[1] == []


def test_documents_with_their_figures_and_states(books: Path) -> None:
    shown = page(client_of(books), f"?as_of={DAY}")
    table = {row[0]: row[1:11] for row in rows(shown, "documents")}
    martin, lune = "Martin Bâtiment SAS", "Boulangerie de la Lune"
    assert table == {
        "F2026-0004": [
            "Invoice", "2026-10-30", martin, "Boutique en ligne",
            "1500.00", "300.00", "1800.00", "issued", "1800.00", "2026-12-14",
        ],
        "A2026-0001": [
            "Credit note", "2026-03-25", martin, "Avoir sur hébergement",
            "-50.00", "-10.00", "-60.00", "credited", "", "",
        ],
        "F2026-0003": [
            "Invoice", "2026-03-02", martin, "Hébergement",
            "200.00", "40.00", "240.00", "overdue", "180.00", "2026-04-01",
        ],
        "F2026-0002": [
            "Invoice", "2026-02-02", lune, "Menu imprimable",
            "500.00", "100.00", "600.00", "overdue", "350.00", "2026-03-04",
        ],
        "F2026-0001": [
            "Invoice", "2026-01-10", martin, "Maquette du site",
            "1000.00", "200.00", "1200.00", "paid", "", "2026-02-09",
        ],
    }  # fmt: skip
    assert rows(shown, "documents", "tfoot") == [
        ["Total", "3150.00", "630.00", "3780.00", "", "2330.00", "", ""],
    ]


def test_states_follow_the_day_asked_for(books: Path) -> None:
    client = client_of(books)

    def state(number: str, day: str) -> str:
        return {row[0]: row[8] for row in rows(page(client, f"?as_of={day}"), "documents")}[number]

    assert state("F2026-0001", "2026-01-09") == "upcoming"
    assert state("F2026-0001", "2026-01-10") == "issued"
    assert state("F2026-0001", "2026-02-05") == "paid"
    assert state("F2026-0002", "2026-03-04") == "issued"
    assert state("F2026-0002", "2026-03-05") == "overdue"
    assert state("F2026-0003", "2026-03-25") == "partly paid"


def test_papers_with_how_far_they_have_come(books: Path) -> None:
    client = client_of(books)
    papers = {row[0]: (row[1], row[7], row[8], row[9]) for row in rows(page(client, f"?as_of={DAY}"), "papers")}
    assert papers == {
        "no number": ("Draft", "780.00", "to issue", ""),
        "D2026-0017": ("Quote", "1200.00", "expired", "2026-11-12"),
        "D2026-0018": ("Quote", "480.00", "accepted", "2026-11-14"),
    }
    before = {row[0]: row[8] for row in rows(page(client, "?as_of=2026-10-15"), "papers")}
    assert before["D2026-0017"] == before["D2026-0018"] == "pending"


def test_a_quote_that_was_invoiced(tmp_path: Path) -> None:
    invoice = ledgers.invoice("F2026-0001", "2026-11-01", "2026-12-01", "1000.00", "200.00", "1200.00")
    invoice = invoice.replace('  client: "martin"\n', '  client: "martin"\n  from: "D2026-0017"\n')
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + invoice + ledgers.PAPERS))
    states = {row[0]: row[8] for row in rows(page(client, f"?as_of={DAY}"), "papers")}
    assert states["D2026-0017"] == "invoiced"


def test_an_agreement_runs_until_its_last_day(tmp_path: Path) -> None:
    agreement = """
2026-01-05 A "martin" "Maintenance {month} {year}"
  agreement: "M-012"
  every: "month"
  until: 2026-11-21
  Income:Prestations             -100.00 EUR
    item: "Maintenance"
    vat: 20

2026-01-06 L "martin" "Livraison"
  delivery: "BL-7"
  Income:Prestations             -100.00 EUR
    item: "Lampe"
    vat: 20
"""
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + ledgers.BOOKED + agreement))

    def states(day: str) -> dict[str, tuple[str, str]]:
        return {row[0]: (row[8], row[9]) for row in rows(page(client, f"?as_of={day}"), "papers")}

    assert states("2026-11-21") == {"M-012": ("running", "2026-11-21"), "BL-7": ("", "")}
    assert states("2026-11-22")["M-012"] == ("ended", "2026-11-21")


def test_what_a_final_invoice_adds_is_shown_without_its_deposit(tmp_path: Path) -> None:
    chain = """
2026-10-21 * "Martin Bâtiment SAS" "Acompte 30 %" ^F2026-0001
  invoice: "F2026-0001"
  kind: "deposit"
  client: "martin"
  Assets:Clients:Martin           360.00 EUR
  Liabilities:Acomptes           -300.00 EUR
    item: "Acompte de 30 %"
    vat: 20
  Liabilities:TVA:EnAttente       -60.00 EUR
    vat: 20
2026-11-20 * "Martin Bâtiment SAS" "Solde" ^F2026-0002 ^F2026-0001
  invoice: "F2026-0002"
  kind: "final"
  client: "martin"
  Assets:Clients:Martin           840.00 EUR
  Income:Prestations            -1000.00 EUR
    item: "Application mobile"
    vat: 20
  Liabilities:Acomptes            300.00 EUR
    deposit: "F2026-0001"
    vat: 20
  Liabilities:TVA:EnAttente      -140.00 EUR
    vat: 20
"""
    shown = page(client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + chain)), f"?as_of={DAY}")
    final = rows(shown, "documents")[0]
    assert final[1:8] == [
        "Final invoice", "2026-11-20", "Martin Bâtiment SAS", "Solde deposits deducted: 360.00",
        "700.00", "140.00", "840.00",
    ]  # fmt: skip
    assert rows(shown, "documents", "tfoot")[0][1:4] == ["1000.00", "200.00", "1200.00"]


def test_aged_balance_of_worked_case_16(tmp_path: Path) -> None:
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + ledgers.case_16()))
    shown = page(client, f"?view=aged&as_of={DAY}")
    assert rows(shown, "aged", "tfoot") == [
        ["Total", "1800.00", "1200.00", "840.00", "840.00", "84.00", "", "4764.00"],
    ]
    by_client = [row for row in rows(shown, "aged") if not row[0].startswith("F")]
    assert by_client == [
        ["Boulangerie de la Lune", "600.00", "960.00", "360.00", "120.00", "", "", "2040.00"],
        ["Martin Bâtiment SAS", "1200.00", "240.00", "480.00", "720.00", "84.00", "", "2724.00"],
    ]
    items = {row[0].split()[0]: row for row in rows(shown, "aged") if row[0].startswith("F")}
    assert len(items) == len(ledgers.CASE_16)
    assert items["F2026-0001"] == ["F2026-0001 due 2026-08-23, 91 days late", "", "", "", "", "84.00", "", ""]
    assert items["F2026-0007"] == ["F2026-0007 due 2026-11-21, 1 day late", "", "240.00", "", "", "", "", ""]
    assert items["F2026-0008"] == ["F2026-0008 due 2026-11-22", "600.00", "", "", "", "", "", ""]


def test_aged_balance_shows_money_on_account_and_another_day(books: Path) -> None:
    client = client_of(books)
    shown = page(client, f"?view=aged&as_of={DAY}")
    assert rows(shown, "aged", "tfoot") == [["Total", "1800.00", "", "", "", "530.00", "-75.50", "2254.50"]]
    earlier = page(client, "?view=aged&as_of=2026-02-04")
    assert rows(earlier, "aged", "tfoot") == [["Total", "1800.00", "", "", "", "", "", "1800.00"]]
    assert "Nothing is open" in page(client, "?view=aged&as_of=2026-01-01").text_content()


def test_the_aged_balance_is_ordered_by_the_column_asked_for(tmp_path: Path) -> None:
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + ledgers.case_16()))

    def names(order: str) -> list[str]:
        shown = rows(page(client, f"?view=aged&as_of={DAY}&order={order}"), "aged")
        return [row[0] for row in shown if not row[0].startswith("F")]

    assert names("total") == ["Martin Bâtiment SAS", "Boulangerie de la Lune"]
    assert names("days_1_30") == ["Boulangerie de la Lune", "Martin Bâtiment SAS"]
    assert names("no-such-column") == names("client") == ["Boulangerie de la Lune", "Martin Bâtiment SAS"]


def test_amounts_state_a_currency_that_is_not_that_of_the_books(tmp_path: Path) -> None:
    dollars = """
2026-11-01 custom "client" "acme"
  name: "Acme Inc"
  account: Assets:Clients:Acme
  country: "US"
2026-01-01 open Assets:Clients:Acme
2026-11-02 * "Acme Inc" "Consulting" ^F2026-0005
  invoice: "F2026-0005"
  client: "acme"
  rate: 0.9214
  due: 2026-12-02
  Assets:Clients:Acme   1200.00 USD @@ 1105.68 EUR
  Income:Prestations   -1105.68 EUR
    item: "Consulting"
    quantity: 2
    price: 600.00 USD
    vat: "services-outside-eu"
"""
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + ledgers.BOOKED + dollars))
    assert rows(page(client, f"?view=aged&as_of={DAY}"), "aged", "tfoot") == [
        ["Total USD", "1200.00 USD", "", "", "", "", "", "1200.00 USD"],
        ["Total", "1800.00", "", "", "", "530.00", "-75.50", "2254.50"],
    ]
    sums = rows(page(client, f"?as_of={DAY}"), "documents", "tfoot")
    assert {row[3] for row in sums} == {"1200.00 USD", "3780.00"}


@pytest.mark.parametrize(("language", "lang"), [(ledgers.ENGLISH, "en"), (ledgers.FRENCH, "fr")])
def test_page_speaks_the_language_of_the_ledger(tmp_path: Path, language: str, lang: str) -> None:
    client = client_of(write(tmp_path, ledgers.SETUP + language + ledgers.BOOKED))
    for view in ("documents", "aged"):
        shown = page(client, f"?view={view}&as_of={DAY}")
        assert shown.xpath('//div[@class="facturier"]/@lang') == [lang]
        assert catalogue(lang).gettext("Aged balance") in shown.text_content()


def test_page_in_french(tmp_path: Path) -> None:
    if catalogue("fr").gettext("Aged balance") == "Aged balance":
        pytest.skip("the French catalogue is not compiled")
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.FRENCH + ledgers.BOOKED))
    shown = page(client, f"?as_of={DAY}")
    for word in ("Documents", "Balance âgée", "Échéance", "Solde", "Avoir", "TVA"):
        assert word in shown.text_content()
    assert shown.xpath('//script[@id="page-title"]/text()') == ['"Factures"']
    missing = [
        word.template
        for word in (*WORDS.values(), *KINDS.values(), *STATES.values())
        if word.template not in ("Documents", "Total", "Date", "Client", "Proforma")
        and catalogue("fr").gettext(word.template) == word.template
    ]
    assert missing == []


def test_numbers_follow_fava_s_locale(tmp_path: Path) -> None:
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.FRENCH + ledgers.BOOKED))
    total = rows(page(client, f"?as_of={DAY}"), "documents", "tfoot")[0][3]
    assert total == "3 780,00"  # the narrow no-break space was made a space by rows()


def test_cents_are_kept_in_a_ledger_of_whole_euros() -> None:
    assert money_text(Decimal("12.5"), "EUR") == "12.50"
    assert money_text(Decimal("1200"), "JPY", "fr") == "1\N{NARROW NO-BREAK SPACE}200"
    assert money_text(Decimal("-0.005"), "EUR") == "-0.01"


def test_every_word_of_the_templates_exists_and_is_used() -> None:
    folder = ROOT / "fava_ext" / "templates"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html")))
    named = set(re.findall(r"say\.([a-z_0-9]+)", text))
    columns = {"not_due", "days_1_30", "days_31_60", "days_61_90", "over_90", "on_account", "total"}
    assert named - set(WORDS) == set()
    assert set(WORDS) - named - columns - {"back"} == set()
    assert set(KINDS) == set(Kind)


HOSTILE = "<script>alert(1)</script>{{7*7}}'\"&"


def test_text_of_the_ledger_is_escaped(tmp_path: Path) -> None:
    hostile = HOSTILE.replace('"', '\\"')
    text = ledgers.SETUP + ledgers.ENGLISH
    text = text.replace("Martin Bâtiment SAS", hostile)
    text += ledgers.invoice("F2026-0001", "2026-01-10", "2026-02-09", "10.00", "2.00", "12.00", title=hostile)
    text += f"""
2026-10-12 Q "{hostile}" "{hostile}"
  quote: "D<b>1"
  client: "martin"
  Income:Prestations   -10.00 EUR
    item: "x"
    vat: 20
"""
    client = client_of(write(tmp_path, text))
    for query in ("", "?view=aged", "pdf?number=<script>", "?as_of=<script>", "?time=<script>", "?view=<script>"):
        answer = get(client, query).text
        assert "<script>alert" not in answer
        assert "{{7*7}}" in answer or query not in ("", "?view=aged")
        (article,) = html.fromstring(answer).iter("article")
        assert not article.xpath('.//script[not(@type="application/json")]')
        assert not article.xpath(".//b[text()='1']")
    assert HOSTILE in page(client).text_content()
    assert HOSTILE in page(client, "?view=aged").text_content()


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_looking_changes_no_file(books: Path) -> None:
    before = hashes(books.parent)
    client = client_of(books)
    for query in ("", "?view=aged", "pdf?number=F2026-0001", "xml?number=F2026-0001", "pdf?entry=nothing"):
        get(client, query)
    assert hashes(books.parent) == before


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_written_by_other_methods(books: Path, method: str) -> None:
    client = client_of(books)
    for endpoint in ("pdf?number=F2026-0001", "xml?number=F2026-0001"):
        assert getattr(client, method)(PAGE + endpoint).status_code == 404


def test_everything_reads_under_read_only(books: Path) -> None:
    client = client_of(books, read_only=True)
    assert len(rows(page(client), "documents")) == 5
    assert rows(page(client, "?view=aged"), "aged")
    assert client.post(PAGE + "pdf?number=F2026-0001").status_code == 401


def test_incognito_shows_no_amount_and_no_file(books: Path) -> None:
    client = client_of(books, incognito=True)
    amounts = {"3150", "3780", "2330", "1500", "1800", "2254", "350.00", "180.00", "75.50", "240.00", "650.00"}
    for query in (f"?as_of={DAY}", f"?view=aged&as_of={DAY}"):
        article = unescape(get(client, query).text).partition('id="ledger-data"')[0]
        assert "XXXX.XX" in article
        assert [amount for amount in amounts if amount in article] == []
        assert "data-sort-value" not in article
        assert "pdf?number=" not in article
    for endpoint in ("pdf?number=F2026-0001", "xml?number=F2026-0001"):
        answer = get(client, endpoint)
        assert answer.status_code == 403
        assert "incognito" in answer.text


@pytest.mark.parametrize("endpoint", ["pdf", "xml"])
def test_a_number_that_does_not_exist(books: Path, endpoint: str) -> None:
    client = client_of(books)
    answer = get(client, f"{endpoint}?number=F2099-0001")
    assert answer.status_code == 404
    assert "There is no document F2099-0001 in this ledger." in answer.text
    assert get(client, endpoint).status_code == 404


def test_the_links_of_a_document(books: Path) -> None:
    shown = page(client_of(books), f"?as_of={DAY}")
    invoice = cells_of(shown, "F2026-0001")
    files = invoice.xpath(".//a[@data-remote]/@href")
    assert files == ["pdf?number=F2026-0001", "xml?number=F2026-0001"]
    number, day = invoice.xpath(".//a[not(@data-remote)]/@href")
    assert number == "/atelier/journal/?filter=%5EF2026-0001"
    assert day.startswith("#context-")
    quote = cells_of(shown, "D2026-0017")
    assert quote.xpath(".//a/@href")[1:] == ["pdf?number=D2026-0017"]
    assert quote.xpath(".//a/@href")[0].startswith("/atelier/editor/?")


def test_a_time_filter_hides_documents_and_changes_no_balance(books: Path) -> None:
    client = client_of(books)
    everything = {row[0]: row for row in rows(page(client, f"?as_of={DAY}"), "documents")}
    february = {row[0]: row for row in rows(page(client, f"?as_of={DAY}&time=2026-02"), "documents")}
    # The payment of March counts although March is filtered out.
    assert february == {"F2026-0002": everything["F2026-0002"]}
    papers = rows(page(client, "?time=2026-10"), "papers")
    assert [row[0] for row in papers] == ["D2026-0018", "D2026-0017"]


def test_account_and_text_filters_choose_documents(books: Path) -> None:
    client = client_of(books)
    by_account = rows(page(client, "?account=Assets:Clients:Lune"), "documents")
    assert [row[0] for row in by_account] == ["F2026-0002"]
    by_link = rows(page(client, "?filter=%5EF2026-0003"), "documents")
    assert [row[0] for row in by_link] == ["A2026-0001", "F2026-0003"]
    assert "No document passes" in page(client, "?filter=%5Enothing").text_content()
    whole = rows(page(client, f"?view=aged&as_of={DAY}"), "aged")
    filtered = page(client, f"?view=aged&as_of={DAY}&account=Assets:Clients:Lune")
    assert rows(filtered, "aged") == whole
    assert "do not apply" in notices(filtered)


def test_the_aged_balance_of_a_past_period_is_that_of_its_end(books: Path) -> None:
    client = client_of(books)
    past = page(client, "?view=aged&time=2026-02")
    assert past.xpath('//input[@name="as_of"]/@value') == ["2026-02-28"]
    assert past.xpath('//input[@name="time"]/@value') == ["2026-02"]


def test_a_date_or_filter_that_cannot_be_read_is_said(books: Path) -> None:
    client = client_of(books)
    shown = page(client, "?as_of=31/12/2026")
    assert "31/12/2026" in notices(shown)
    assert len(rows(shown, "documents")) == 5
    assert "cannot read the filter" in notices(page(client, "?time=neverday"))


def test_an_empty_ledger_says_how_to_start(tmp_path: Path) -> None:
    text = 'option "title" "Atelier"\nplugin "facturier.plugins"\n'
    text += '1970-01-01 custom "fava-extension" "facturier.fava_ext"\n'
    client = client_of(write(tmp_path, text + ledgers.ENGLISH))
    for view in ("documents", "aged"):
        shown = page(client, f"?view={view}")
        assert "facturier issue" in shown.text_content()
        assert notices(shown) == ""


def test_the_first_steps_shown_are_ledger_text(tmp_path: Path) -> None:
    text = 'option "title" "Atelier"\n1970-01-01 custom "fava-extension" "facturier.fava_ext"\n'
    steps = page(client_of(write(tmp_path, text)), f"?as_of={DAY}").xpath("//pre/text()")
    entries, errors, options = loader.load_string("\n".join(steps[:2]))
    assert [error for error in errors if "Parser" in type(error).__name__] == []
    books = read_books(entries, options)
    assert [fault.message.text() for fault in books.faults] == []
    assert books.papers[0].totals().gross == Decimal("1440.00")


def test_a_plugin_that_does_not_run_is_said(tmp_path: Path) -> None:
    for line in ("", 'plugin "facturier.pluginz"\n'):
        text = ledgers.SETUP.replace('plugin "facturier.plugins"\n', line) + ledgers.ENGLISH
        shown = page(client_of(write(tmp_path, text + ledgers.BOOKED + ledgers.PAPERS)), f"?as_of={DAY}")
        assert 'plugin "facturier.plugins"' in notices(shown)
        assert len(rows(shown, "documents")) == 5
        assert len(rows(shown, "papers")) == 3


def test_errors_of_the_rules_are_counted_and_linked(tmp_path: Path) -> None:
    gap = ledgers.invoice("F2026-0009", "2026-11-10", "2026-12-10", "10.00", "2.00", "12.00")
    client = client_of(write(tmp_path, ledgers.SETUP + ledgers.ENGLISH + ledgers.BOOKED + gap))
    shown = page(client)
    assert re.search(r"facturier found \d+ errors? in the ledger", notices(shown))
    assert shown.xpath('//*[contains(@class, "facturier-notice")]//a/@href') == ["/atelier/errors/"]


def test_books_that_cannot_be_read_are_a_message(books: Path) -> None:
    entries, errors, options = loader.load_file(str(books))
    # An option map that no ledger has: the reader fails on it, whatever else it learns to bear.
    strange = {**options, "operating_currency": 5}
    snapshot = take_snapshot(entries, strange, errors, "en")
    assert snapshot.books is None
    assert snapshot.failure is not None
    assert "TypeError" in snapshot.failure.text(snapshot.language)


def test_the_page_follows_an_edit_of_the_ledger(books: Path) -> None:
    client = client_of(books)
    assert len(rows(page(client), "documents")) == 5
    more = ledgers.invoice("F2026-0005", "2026-11-10", "2026-12-10", "10.00", "2.00", "12.00")
    books.write_text(books.read_text(encoding="utf-8") + more, encoding="utf-8")
    fava_ledger = client.application.config["LEDGERS"]["atelier"]
    fava_ledger.load_file()
    assert len(rows(page(client), "documents")) == 6


def test_long_lists_show_the_newest_first_and_count_all(books: Path) -> None:
    entries, _, options = loader.load_file(str(books))
    table = document_table(read_books(entries, options), date(2026, 11, 22), list, limit=2)
    assert [row.document.number for row in table.rows] == ["F2026-0004", "A2026-0001"]
    assert table.count == 5
    assert table.totals["EUR"]["total"] == Decimal("3780.00")


def test_the_bar_shares_add_up_and_leave_credits_out(books: Path) -> None:
    entries, _, options = loader.load_file(str(books))
    bar = aged_table(read_books(entries, options), date(2026, 11, 22), "").bar("EUR")
    assert [(part.bucket, part.amount) for part in bar] == [
        ("not_due", Decimal("1800.00")),
        ("over_90", Decimal("530.00")),
    ]
    assert sum(part.percent for part in bar) == 100


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("F2026-0042", "F2026-0042.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ('x"; filename="y\r\nSet-Cookie: a', "x-filename-y-Set-Cookie-a.pdf"),
        ("Étude n° 1", "tude-n-1.pdf"),
        ("...", "document.pdf"),
        ("a" * 300, "a" * 100 + ".pdf"),
    ],
)
def test_file_names_hold_safe_characters_only(name: str, expected: str) -> None:
    assert file_name(name, "pdf") == expected


@pytest.mark.parametrize(
    ("kind", "media_type", "start"), [("pdf", "application/pdf", b"%PDF-"), ("xml", "application/xml", b"<?xml")]
)
def test_files_are_downloads(books: Path, kind: str, media_type: str, start: bytes) -> None:
    answer = get(client_of(books), f"{kind}?number=F2026-0004")
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert re.fullmatch(rf"attachment; filename=[A-Za-z0-9._-]+\.{kind}", answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data.startswith(start)


def test_a_quote_has_no_xml(books: Path) -> None:
    answer = get(client_of(books), "xml?number=D2026-0017")
    assert answer.status_code == 404
    assert "D2026-0017 is no invoice" in answer.text


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_a_document_that_cannot_be_rendered_says_what_is_missing(tmp_path: Path, kind: str) -> None:
    text = ledgers.SETUP.replace('custom "seller" "atelier"', 'custom "client" "atelier"')
    invoice = ledgers.invoice("F2026-0001", "2026-01-10", "2026-02-09", "10.00", "2.00", "12.00")
    answer = get(client_of(write(tmp_path, text + ledgers.ENGLISH + invoice)), f"{kind}?number=F2026-0001")
    assert answer.status_code == 422
    (article,) = html.fromstring(answer.text).iter("article")
    assert "seller" in html.tostring(article, encoding="unicode")
    assert "facturier failed here" not in answer.text


def test_a_rendering_that_fails_is_a_message(books: Path) -> None:
    entries, _, options = loader.load_file(str(books))
    read = read_books(entries, options)
    # Lines that no reading gives: rendering fails on them, whatever else it learns to bear.
    strange = read.documents[0]._replace(lines=cast(Any, 5))
    answer = pdf_of(strange, read, books.parent)
    assert isinstance(answer, tuple)
    assert answer[0] == 422
    assert "facturier failed here" in str(answer[1])


def test_a_draft_is_found_by_its_entry(books: Path) -> None:
    client = client_of(books)
    shown = page(client)
    (href,) = shown.xpath('//tr[contains(., "no number")]//a[@data-remote]/@href')
    assert href.startswith("pdf?entry=")
    assert get(client, href).status_code != 404


DEMO = ROOT / "ledger" / "main.beancount"


@pytest.mark.parametrize("day", ["2026-10-15", "2026-10-31", "2026-11-22"])
def test_the_aged_balance_of_the_demo_is_what_its_accounts_say(day: str) -> None:
    entries, errors, options = loader.load_file(str(DEMO))
    assert errors == []
    books = read_books(entries, options)
    owed = Inventory()
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) and str(entry.date) <= day else ():
            if posting.units is not None and books.roles.of(posting.account).name in OWED:
                owed.add_amount(posting.units)
    totals = aged_table(books, date.fromisoformat(day), "").aged.totals()
    assert {currency: row["total"] for currency, row in totals.items()} == {
        position.units.currency: position.units.number for position in owed
    }


def test_the_demo_reads_in_fava() -> None:
    client = client_of(DEMO)
    slug = client.application.config["LEDGERS"].first_slug()
    books = client.application.config["LEDGERS"][slug].extensions.get_extension("Facturier").snapshot.books
    shown = html.fromstring(client.get(f"/{slug}/extension/Facturier/?as_of={DAY}&rows=all").text)
    assert notices(shown) == ""
    assert len(rows(shown, "documents")) == len(books.documents)
    assert len(rows(shown, "papers")) == len(books.papers)
