"""The demo company's books: right by every rule, and in agreement with the bank to the cent."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
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

from facturier.documents import Document, Kind
from facturier.money import ZERO, half_up
from facturier.rules.pack import check_all
from facturier.statements.entries import import_statements
from facturier.statements.identify import read_statements
from facturier.statements.line import Statement, balance_difference
from facturier.statements.matching import Outcome
from facturier.workspace import Workspace, open_ledger

BOOKS = Path(str(files("facturier.ledger")))
MAIN = BOOKS / "main.beancount"
BANK = "Assets:Banque:Estuaire"
IN_THE_BOOKS = ("2026-09", "2026-10")
TO_IMPORT = "2026-11"
LONGEST_TERM = 60


@pytest.fixture(scope="module")
def demo() -> Workspace:
    return open_ledger(MAIN)


def statement_of(month: str) -> Statement:
    (found,) = read_statements(BOOKS / "bank" / f"camt053-{month}.xml")
    return found


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


def test_it_shows_documents_of_many_kinds(demo: Workspace) -> None:
    books = demo.books
    assert len(books.documents) >= 30
    assert {document.kind for document in books.documents} == {
        Kind.INVOICE, Kind.DEPOSIT, Kind.PROGRESS, Kind.FINAL, Kind.CREDIT_NOTE,
    }  # fmt: skip
    assert {paper.kind for paper in books.papers} == {
        Kind.DRAFT, Kind.QUOTE, Kind.ORDER, Kind.DELIVERY, Kind.PROFORMA, Kind.AGREEMENT,
    }  # fmt: skip
    assert sum(paper.kind is Kind.DRAFT for paper in books.papers) == 2


def test_it_shows_clients_of_many_kinds(demo: Workspace) -> None:
    latest = [demo.books.clients.latest(identifier) for identifier in demo.books.clients]
    clients = [client for client in latest if client is not None]
    assert len(clients) >= 8
    assert {client.kind for client in clients} == {"business", "consumer", "public", "association"}
    assert {client.country for client in clients} == {"FR", "DE", "US"}
    billed = {document.client.id for document in demo.books.documents if document.client is not None}
    assert billed == {client.id for client in clients}


def test_it_shows_every_way_of_taxing_a_firm_like_this_meets(demo: Workspace) -> None:
    lines = [line for document in demo.books.documents for line in document.lines]
    assert {line.tax.treatment or line.tax.percent for line in lines} == {
        Decimal(20), Decimal("5.5"), "works-10", "intra-eu-goods", "intra-eu-services", "export",
        "services-outside-eu", "reverse-charge-construction",
    }  # fmt: skip


def test_it_shows_the_turns_a_document_can_take(demo: Workspace) -> None:
    documents = demo.books.documents
    keys = {key for document in documents for key in document.values}
    assert keys >= {"ttc", "discount", "rate", "engagement", "service-code", "replaces", "corrects", "from", "method"}
    assert any(document.paid and not document.totals().payable for document in documents)
    assert any(len([leg for leg in document.instalments if leg.role == "receivable"]) == 2 for document in documents)
    assert any(leg.role == "retention" for document in documents for leg in document.instalments)
    assert any(document.nature == "both" for document in documents)
    assert {document.currency for document in documents} == {"EUR", "USD"}
    happened = {event.directive.name for event in demo.books.events}
    assert happened >= {"sent", "reminder", "promise", "call", "dispute", "accepted", "refused"}


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
    """C. com. art. L441-10: at most 60 days here; a retention is no term of payment."""
    for document in demo.books.documents:
        due = [leg.due for leg in document.instalments if leg.role == "receivable" and leg.due is not None]
        if document.is_credit_note or not due:
            continue
        assert max(due) == document.due_by_terms, document.number
        assert (max(due) - document.date).days <= LONGEST_TERM, document.number


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


@pytest.mark.parametrize("month", [*IN_THE_BOOKS, TO_IMPORT])
def test_each_bank_file_balances(month: str) -> None:
    statement = statement_of(month)
    assert balance_difference(statement) == 0
    assert statement.remarks == ()
    assert all(line.bank_reference for line in statement.lines)


def test_bank_files_follow_one_another() -> None:
    statements = [statement_of(month) for month in (*IN_THE_BOOKS, TO_IMPORT)]
    for before, after in pairwise(statements):
        assert before.closing is not None
        assert after.opening is not None
        assert before.closing.amount == after.opening.amount


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


def test_the_books_assert_the_closing_balances(demo: Workspace) -> None:
    asserted = {
        entry.amount.number for entry in demo.entries if isinstance(entry, data.Balance) and entry.account == BANK
    }
    closing = [statement_of(month).closing for month in IN_THE_BOOKS]
    assert asserted == {balance.amount for balance in closing if balance is not None}


@pytest.mark.parametrize("month", IN_THE_BOOKS)
def test_importing_a_month_again_adds_nothing(demo: Workspace, month: str) -> None:
    assert import_statements([statement_of(month)], demo.books, demo.entries).entries == []


def test_november_waits_to_be_imported(demo: Workspace) -> None:
    """Exact, of another amount, without a reference, fees: each as the README tells."""
    imported = import_statements([statement_of(TO_IMPORT)], demo.books, demo.entries)
    assert all(line.twin is None for line in imported.lines)
    outcomes = {line.line.bank_reference: line.matches[0] for line in imported.lines}
    settled = {match.settles for match in outcomes.values() if match.outcome is Outcome.SETTLES}
    assert settled == {"F2026-0059", "F2026-0061#1", "F2026-0063", "F2026-0065", "F2026-0066", "F2026-0073"}
    waiting = {match.client: match.named for match in outcomes.values() if match.outcome is Outcome.ON_ACCOUNT}
    assert waiting == {"roche": frozenset({"F2026-0056"}), "phare": frozenset()}
    assert len(imported.lines) == 16
    assert any("COMMISSION" in word for line in imported.lines for word in line.line.label)
    assert [balance.amount.number for balance in imported.balances] == [Decimal("26167.35")]
    assert not imported.remarks


def test_november_names_invoices_both_ways() -> None:
    references = [one for line in statement_of(TO_IMPORT).lines for one in line.payment.references]
    assert len(references) == 2
    assert all(reference.startswith("RF") for reference in references)


def test_nothing_settles_what_does_not_exist(demo: Workspace) -> None:
    found = demo.books.open_items(date(2026, 11, 20))
    assert found.unknown == []
    assert [(part.client, part.amount) for part in found.on_account] == [("roche", Decimal("-500.00"))]


def test_part_payments_and_one_payment_for_two_invoices(demo: Workspace) -> None:
    found = demo.books.open_items(date(2026, 10, 31))
    assert found.balance("F2026-0039") == Decimal("740.00")
    assert found.balance("F2026-0048") == Decimal("1566.00")
    per_entry: dict[int, set[str]] = defaultdict(set)
    for part in found.settled:
        per_entry[id(part.movement.entry)].add(part.item)
    assert {"F2026-0051", "F2026-0058"} in per_entry.values()


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
    found = demo.books.open_items(date(2026, 11, 20))
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
        if taken_over:
            found[taken_over[0]][Decimal(20)] -= on_account(entry, "Liabilities:TVA:EnAttente")
    return found


def fallen_due(demo: Workspace, month: str) -> dict[Decimal, Decimal]:
    """The VAT that fell due in a month, by rate."""
    books = demo.books
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for item in books.items:
        totals[item.number] += item.amount
    paid: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    numbers = {item.id: item.number for item in books.items}
    for part in books.open_items(date(2026, 11, 20)).settled:
        if not is_document(part.movement.entry, books.documents):
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


def is_document(entry: data.Transaction, documents: tuple[Document, ...]) -> bool:
    return any(document.entry is entry for document in documents)
