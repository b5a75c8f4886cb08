"""The demo company's books: right by every rule, and in agreement with the bank to the cent."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from beancount.core import data
from beancount.core.amount import Amount
from PIL import Image
from stdnum import iban
from stdnum.eu import vat
from stdnum.fr import siren, siret

from facturier.directives.events import EVENTS
from facturier.documents import Document, Kind
from facturier.money import ZERO, half_up
from facturier.roles import MONEY
from facturier.rules.pack import check_all
from facturier.seals import read_chains, unsealed
from facturier.statements.entries import import_statements
from facturier.statements.identify import read_statements
from facturier.statements.line import Statement, balance_difference
from facturier.statements.matching import Outcome
from facturier.workspace import Workspace, open_ledger

BOOKS = Path(str(files("facturier.ledger")))
MAIN = BOOKS / "main.beancount"
BANK = "Assets:Banque:Estuaire"
IN_THE_BOOKS = ("2025-12", *(f"2026-{month:02}" for month in range(1, 11)))
TO_IMPORT = "2026-11"
YEAR = (*IN_THE_BOOKS, TO_IMPORT)
LAST_DAY = date(2026, 11, 20)
LONGEST_TERM = 60
END_OF_MONTH = "45 days end of month"


@pytest.fixture(scope="module")
def demo() -> Workspace:
    return open_ledger(MAIN)


def statement_of(month: str) -> Statement:
    (found,) = read_statements(BOOKS / "bank" / f"camt053-{month}.xml")
    return found


def invoices(demo: Workspace) -> list[Document]:
    return [document for document in demo.books.documents if not document.is_credit_note]


def transactions(demo: Workspace) -> Iterator[data.Transaction]:
    return (entry for entry in demo.entries if isinstance(entry, data.Transaction))


def on_account(entry: data.Transaction, account: str) -> Decimal:
    """What a transaction moves on an account, in euros."""
    units = [posting.units for posting in entry.postings if posting.account == account]
    return sum((one.number or ZERO for one in units if isinstance(one, Amount) and one.currency == "EUR"), ZERO)


def test_bean_check_says_nothing() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", "-C", str(MAIN)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_no_rule_finds_anything_not_even_a_notice(demo: Workspace) -> None:
    assert [f"{one.place} {one.rule.id}: {one.message}" for one in check_all(demo.books)] == []
    assert demo.errors == ()
    assert demo.has_pack


# --- What a year holds ----------------------------------------------------------------------------


def test_a_file_for_each_month_holds_what_is_of_the_month(demo: Workspace) -> None:
    assert {path.stem for path in BOOKS.glob("20*.beancount")} == set(YEAR)
    for document in (*demo.books.documents, *demo.books.papers):
        assert Path(document.place.filename).stem == f"{document.date:%Y-%m}", document.number
    for month in YEAR:
        assert sum(f"{document.date:%Y-%m}" == month for document in invoices(demo)) >= 3, month


def test_it_shows_documents_of_all_kinds(demo: Workspace) -> None:
    issued = Counter(document.kind for document in demo.books.documents)
    assert set(issued) == {Kind.INVOICE, Kind.DEPOSIT, Kind.PROGRESS, Kind.FINAL, Kind.CREDIT_NOTE}
    assert len(invoices(demo)) >= 120
    assert issued[Kind.CREDIT_NOTE] >= 6
    papers = Counter(paper.kind for paper in demo.books.papers)
    assert papers[Kind.DRAFT] == 2
    assert papers[Kind.AGREEMENT] == 2
    assert min(papers[kind] for kind in (Kind.QUOTE, Kind.ORDER, Kind.DELIVERY, Kind.PROFORMA)) >= 3


def test_every_deposit_is_taken_off_by_one_final_invoice(demo: Workspace) -> None:
    deposits = {document.number for document in demo.books.documents if document.kind is Kind.DEPOSIT}
    taken_off = [
        part.number for document in demo.books.documents if document.kind is Kind.FINAL for part in document.deductions
    ]
    assert len(deposits) >= 4
    assert sorted(taken_off) == sorted(deposits)


def test_both_agreements_are_invoiced(demo: Workspace) -> None:
    agreements = {paper.number for paper in demo.books.papers if paper.kind is Kind.AGREEMENT}
    invoiced = Counter(document.values.get("from") for document in demo.books.documents)
    assert all(invoiced[number] >= 2 for number in agreements)


def test_quotes_were_accepted_refused_or_are_open(demo: Workspace) -> None:
    quotes = {paper.number: paper for paper in demo.books.papers if paper.kind is Kind.QUOTE}
    answered = {event.arguments[0]: event.directive.name for event in demo.books.events if event.arguments}
    answers = Counter(answered.get(number, "open") for number in quotes)
    assert min(answers["accepted"], answers["refused"], answers["open"]) >= 2
    invoiced = {document.values.get("from") for document in demo.books.documents}
    assert {number for number in quotes if answered.get(number) == "accepted"} <= invoiced


def test_it_shows_clients_of_all_kinds(demo: Workspace) -> None:
    latest = [demo.books.clients.latest(identifier) for identifier in demo.books.clients]
    clients = [client for client in latest if client is not None]
    assert len(clients) >= 25
    assert {client.kind for client in clients} == {"business", "consumer", "public", "association"}
    assert {client.country for client in clients} == {"FR", "DE", "BE", "ES", "CH", "US"}
    assert any(client.country == "FR" and client.postcode.startswith("97") for client in clients)
    billed = {document.client.id for document in demo.books.documents if document.client is not None}
    assert billed == {client.id for client in clients}


def test_parties_change_and_what_was_sent_before_does_not(demo: Workspace) -> None:
    books = demo.books
    moved = {
        client
        for client in books.clients
        if len(
            {document.client.street for document in invoices(demo) if document.client and document.client.id == client}
        )
        > 1
    }
    assert moved >= {"glaz"}
    assert len(books.stated["client", "roche"]) == len(books.stated["client", "glaz"]) == 2
    capitals = {document.seller.capital for document in invoices(demo) if document.seller is not None}
    assert len(capitals) == 2
    assert len(books.stated["seller", "noctiluque"]) == 3


def test_it_shows_every_way_of_taxing_a_firm_like_this_meets(demo: Workspace) -> None:
    lines = [line for document in demo.books.documents for line in document.lines]
    assert {line.tax.treatment or line.tax.percent for line in lines} == {
        Decimal(20), Decimal("5.5"), "works-10", "works-5.5", "intra-eu-goods", "intra-eu-services", "export",
        "services-outside-eu", "reverse-charge-construction", "dom-export", "exempt-training", "margin-second-hand",
        "disbursement",
    }  # fmt: skip


def test_it_shows_the_turns_a_document_can_take(demo: Workspace) -> None:
    documents = demo.books.documents
    keys = {key for document in documents for key in document.values}
    assert keys >= {"ttc", "discount", "rate", "engagement", "service-code", "replaces", "corrects", "from", "method"}
    assert any(document.paid and not document.totals().payable for document in documents)
    assert any(len([leg for leg in document.instalments if leg.role == "receivable"]) == 2 for document in documents)
    assert any(document.nature == "both" for document in documents)
    assert Counter(document.currency for document in documents)["USD"] == 1
    assert {document.currency for document in documents} == {"EUR", "USD"}


def test_every_event_that_can_be_told_is_told(demo: Workspace) -> None:
    happened = {event.directive.name for event in demo.books.events}
    assert happened == {directive.name for directive in EVENTS}
    steps = {event.arguments[1] for event in demo.books.events if event.directive.name == "reminder"}
    assert steps == {"prevenance", "relance-1", "relance-2"}
    states = {event.arguments[1] for event in demo.books.events if event.directive.name == "dispute"}
    assert states == {"open", "resolved", "rejected"}


def test_every_issued_document_is_sealed(demo: Workspace) -> None:
    chains = read_chains(demo.books).chains
    assert [document.number for chain in chains for document in unsealed(chain)] == []
    assert sum(len(chain.links) for chain in chains) == len(demo.books.documents)


# --- Who they are ---------------------------------------------------------------------------------


def test_identifiers_are_well_formed(demo: Workspace) -> None:
    books = demo.books
    parties = [books.clients.latest(identifier) for identifier in books.clients]
    for party in (*parties, books.sellers.latest("noctiluque")):
        assert party is not None
        assert not party.siren or siren.is_valid(party.siren), party.id
        assert not party.siret or (siret.is_valid(party.siret) and party.siret.startswith(party.siren)), party.id
        assert not party.vat_number or vat.is_valid(party.vat_number), party.id
        assert not party.iban or iban.is_valid(party.iban), party.id
    assert all(iban.is_valid(number) for number in books.payers)


def test_no_address_leads_anywhere() -> None:
    domains = {
        domain
        for path in (*BOOKS.glob("**/*.beancount"), *BOOKS.glob("**/*.xml"))
        for domain in re.findall(r"(?:@|https?://)([\w.-]+)", path.read_text(encoding="utf-8"))
    }
    assert domains
    assert all(domain.endswith(".example") for domain in domains), domains


def test_due_dates_are_those_of_the_terms_and_lawful(demo: Workspace) -> None:
    """C. com. art. L441-10: at most 60 days, or 45 days end of month; a retention is no term of payment."""
    for document in demo.books.documents:
        due = [leg.due for leg in document.instalments if leg.role == "receivable" and leg.due is not None]
        if document.is_credit_note or not due:
            continue
        assert max(due) == document.due_by_terms, document.number
        assert (max(due) - document.date).days <= LONGEST_TERM or document.terms == END_OF_MONTH, document.number


def test_retentions_are_at_most_five_percent(demo: Workspace) -> None:
    for document in demo.books.documents:
        kept = sum((leg.amount for leg in document.instalments if leg.role == "retention"), ZERO)
        assert kept <= document.totals().gross / 20, document.number


def test_the_logo_is_a_small_picture(demo: Workspace) -> None:
    seller = demo.books.sellers.latest("noctiluque")
    assert seller is not None
    with Image.open(BOOKS / seller.logo) as picture:
        assert picture.format == "PNG"
        assert max(picture.size) <= 400


@pytest.mark.parametrize("month", YEAR)
def test_each_bank_file_balances(month: str) -> None:
    statement = statement_of(month)
    assert balance_difference(statement) == 0
    assert statement.remarks == ()
    assert all(line.bank_reference for line in statement.lines)


def test_bank_files_follow_one_another() -> None:
    statements = [statement_of(month) for month in YEAR]
    for before, after in pairwise(statements):
        assert before.closing is not None
        assert after.opening is not None
        assert before.closing.amount == after.opening.amount


def cfonb_records(month: str) -> list[str]:
    text = (BOOKS / "bank" / f"cfonb120-{month}.txt").read_bytes().decode("latin-1")
    records = text.split("\r\n")
    assert records.pop() == ""
    assert {len(record) for record in records} == {120}
    return records


def cfonb_amount(record: str) -> Decimal:
    """Fourteen digits, of which the last is a letter that tells the sign, too."""
    digit, sign = divmod("{ABCDEFGHI}JKLMNOPQR".index(record[103]), 10)[::-1]
    return Decimal(record[90:103] + str(digit)) * (-1 if sign else 1) / 100


@pytest.mark.parametrize("month", YEAR)
def test_both_files_of_a_month_tell_the_same_movements(month: str) -> None:
    """CFONB 120, read here by its positions alone."""
    statement, records = statement_of(month), cfonb_records(month)
    assert statement.opening is not None
    assert statement.closing is not None
    moved = [record for record in records if record.startswith("04")]
    assert [(record[34:40], cfonb_amount(record), record[104:120].strip()) for record in moved] == [
        (f"{line.booking_date:%d%m%y}", line.amount, line.bank_reference) for line in statement.lines
    ]
    assert (records[0][:2], records[-1][:2]) == ("01", "07")
    for record, balance in ((records[0], statement.opening), (records[-1], statement.closing)):
        assert (record[34:40], cfonb_amount(record)) == (f"{balance.date:%d%m%y}", balance.amount)


@pytest.mark.parametrize("month", IN_THE_BOOKS)
def test_every_bank_entry_is_in_the_books(demo: Workspace, month: str) -> None:
    statement = statement_of(month)
    booked = {
        entry.meta["bank-ref"]: (entry.date, on_account(entry, BANK))
        for entry in transactions(demo)
        if "bank-ref" in entry.meta and f"{entry.date:%Y-%m}" == month
    }
    assert booked == {line.bank_reference: (line.booking_date, line.amount) for line in statement.lines}
    assert statement.closing is not None
    until = statement.closing.date
    balance = sum((on_account(entry, BANK) for entry in transactions(demo) if entry.date <= until), ZERO)
    assert balance == statement.closing.amount


def test_nothing_moves_on_the_bank_that_it_did_not_tell(demo: Workspace) -> None:
    """The opening balance apart: November's lines wait in the file."""
    moved = [entry for entry in transactions(demo) if on_account(entry, BANK) and entry.date >= date(2025, 12, 1)]
    references = [entry.meta.get("bank-ref") for entry in moved]
    assert references == list(dict.fromkeys(references))
    assert set(references) == {line.bank_reference for month in IN_THE_BOOKS for line in statement_of(month).lines}


def test_the_books_assert_the_closing_balances(demo: Workspace) -> None:
    asserted = {
        entry.amount.number for entry in demo.entries if isinstance(entry, data.Balance) and entry.account == BANK
    }
    closing = [statement_of(month).closing for month in IN_THE_BOOKS]
    assert asserted == {balance.amount for balance in closing if balance is not None}


@pytest.mark.parametrize("month", IN_THE_BOOKS)
def test_importing_a_month_again_adds_nothing_whichever_the_format(demo: Workspace, month: str) -> None:
    (cfonb,) = read_statements(BOOKS / "bank" / f"cfonb120-{month}.txt")
    camt = statement_of(month)
    assert [(line.booking_date, line.amount) for line in cfonb.lines] == [
        (line.booking_date, line.amount) for line in camt.lines
    ]
    for statement in (camt, cfonb):
        assert import_statements([statement], demo.books, demo.entries).entries == []


def test_november_waits_to_be_imported(demo: Workspace) -> None:
    """Exact, of another amount, without a reference, fees: each as the README tells."""
    imported = import_statements([statement_of(TO_IMPORT)], demo.books, demo.entries)
    assert all(line.twin is None for line in imported.lines)
    outcomes = {line.line.bank_reference: line.matches[0] for line in imported.lines}
    settled = {match.settles for match in outcomes.values() if match.outcome is Outcome.SETTLES}
    assert settled == {"F2026-0089", "F2026-0091#1", "F2026-0093", "F2026-0095", "F2026-0096", "F2026-0103"}
    waiting = {match.client: match.named for match in outcomes.values() if match.outcome is Outcome.ON_ACCOUNT}
    assert waiting == {"roche": frozenset({"F2026-0086"}), "phare": frozenset()}
    assert len(imported.lines) == 16
    assert any("COMMISSION" in word for line in imported.lines for word in line.line.label)
    assert [balance.amount.number for balance in imported.balances] == [Decimal("26167.35")]
    assert not imported.remarks


def test_november_names_invoices_both_ways() -> None:
    references = [one for line in statement_of(TO_IMPORT).lines for one in line.payment.references]
    assert len(references) == 2
    assert all(reference.startswith("RF") for reference in references)


def test_nothing_settles_what_does_not_exist(demo: Workspace) -> None:
    found = demo.books.open_items(LAST_DAY)
    assert found.unknown == []
    assert [(part.client, part.amount) for part in found.on_account] == [("roche", Decimal("-500.00"))]


def test_part_payments_and_one_payment_for_two_invoices(demo: Workspace) -> None:
    found = demo.books.open_items(date(2026, 10, 31))
    assert found.balance("F2026-0069") == Decimal("740.00")
    assert found.balance("F2026-0078") == Decimal("1566.00")
    parts = Counter(part.item for part in demo.books.open_items(LAST_DAY).settled)
    assert sum(count > 1 for count in parts.values()) >= 3
    per_entry: dict[int, set[str]] = defaultdict(set)
    for part in found.settled:
        per_entry[id(part.movement.entry)].add(part.item)
    assert {"F2026-0081", "F2026-0088"} in per_entry.values()


def test_the_opening_items_are_taken_over_and_paid(demo: Workspace) -> None:
    opened = {item.number: item.role for item in demo.books.items if item.issued < date(2025, 12, 1)}
    assert opened == {"F2025-0104": "receivable", "F2025-0109": "receivable", "F2025-0021": "retention"}
    found = demo.books.open_items(LAST_DAY)
    assert all(found.balance(number) == ZERO for number in opened)


def test_a_retention_was_released_and_others_wait(demo: Workspace) -> None:
    found = demo.books.open_items(LAST_DAY)
    kept = [item for item in demo.books.items if item.role == "retention"]
    assert {found.remaining[item.id] == ZERO for item in kept} == {True, False}


def test_one_client_pays_late_and_one_is_lost(demo: Workspace) -> None:
    found = demo.books.open_items(LAST_DAY)
    overdue = [item for item in found.open() if item.due is not None and (LAST_DAY - item.due).days > 90]
    assert {item.client for item in overdue} == {"roche"}
    lost = [
        part
        for part in found.settled
        if any(demo.books.roles.of(posting.account).name == "bad-debt" for posting in part.movement.entry.postings)
    ]
    assert {demo.books.roles.of(part.movement.account).name for part in lost} == {"doubtful"}
    assert {(part.movement.client or found.items[part.item].client, found.remaining[part.item]) for part in lost} == {
        ("corsaire", ZERO)
    }


def test_vat_transfers_are_what_fell_due(demo: Workspace) -> None:
    """Cumulatively per document and rate: pending VAT × paid so far / total, rounded, less what moved before."""
    transferred = {
        entry.meta["vat-due"]: {
            posting.meta["vat"]: posting.units.number
            for posting in entry.postings
            if posting.account == "Liabilities:TVA:EnAttente" and posting.meta and isinstance(posting.units, Amount)
        }
        for entry in transactions(demo)
        if "vat-due" in entry.meta
    }
    assert transferred == {month: fallen_due(demo, month) for month in IN_THE_BOOKS}


def test_everything_pending_is_someones(demo: Workspace) -> None:
    """What remains pending is the VAT of what is still owed, credit notes taken off: nothing is stranded."""
    left = -sum((on_account(entry, "Liabilities:TVA:EnAttente") for entry in transactions(demo)), ZERO)
    found = demo.books.open_items(LAST_DAY)
    pending = pending_vat(demo)
    owed = ZERO
    for number, rates in pending.items():
        total = sum((item.amount for item in found.by_number[number]), ZERO)
        owed += sum((half_up(amount * found.balance(number) / total) for amount in rates.values()), ZERO)
    assert left == owed


def pending_vat(demo: Workspace) -> Mapping[str, Mapping[Decimal, Decimal]]:
    """The pending VAT of each invoice, of this program and the one before, by rate."""
    found: dict[str, dict[Decimal, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for document in demo.books.documents:
        if not document.is_credit_note:
            for leg in document.vat_legs:
                if leg.role == "vat-pending":
                    assert isinstance(leg.vat, Decimal)
                    found[document.number][leg.vat] += leg.amount
    for entry in transactions(demo):
        taken_over = [posting.meta["opens"] for posting in entry.postings if posting.meta and "opens" in posting.meta]
        owed = on_account(entry, "Liabilities:TVA:EnAttente")
        if taken_over and owed:
            found[taken_over[0]][Decimal(20)] -= owed
    return found


def fallen_due(demo: Workspace, month: str) -> dict[Decimal, Decimal]:
    """The VAT that fell due in a month, by rate."""
    books = demo.books
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for item in books.items:
        totals[item.number] += item.amount
    paid: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    numbers = {item.id: item.number for item in books.items}
    for part in books.open_items(LAST_DAY).settled:
        if is_payment(demo, part.movement.entry):
            paid[numbers[part.item]][f"{part.movement.day:%Y-%m}"] -= part.amount
    due: dict[Decimal, Decimal] = defaultdict(Decimal)
    for number, rates in pending_vat(demo).items():
        before = sum((amount for day, amount in paid[number].items() if day < month), ZERO)
        until = before + paid[number].get(month, ZERO)
        for rate, amount in rates.items():
            moved = half_up(amount * until / totals[number]) - half_up(amount * before / totals[number])
            if moved:
                due[rate] += moved
    return dict(due)


def is_payment(demo: Workspace, entry: data.Transaction) -> bool:
    """Whether money came: credit notes, doubtful debts and losses make no VAT due."""
    return any(demo.books.roles.of(posting.account).name in MONEY for posting in entry.postings)
