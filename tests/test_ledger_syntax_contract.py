"""The ledger language as promised: every example loads as it stands and means what it says.

tests/data/ledger_syntax.beancount holds the examples word for word. They show documents 39 to
45 of a year without the ones before, so the rules rightly miss F2026-0001 to 0038, 0040 and 0041.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import Ledger, Loaded, balances, bean_check, findings, ledger_of, line_of, load, owed_in_books

from facturier.books import is_paper
from facturier.directives.events import EVENTS
from facturier.directives.reading import DIRECTIVES
from facturier.directives.setup import CLIENT, OPEN_KEYS, ROLES, SELLER, SERIES_KINDS
from facturier.directives.transactions import POSTING_KEYS, TRANSACTION_KEYS
from facturier.law.tables import vat_treatments

SOURCE = Path(__file__).parent / "data" / "ledger_syntax.beancount"
YEAR_END = date(2026, 12, 31)


@pytest.fixture(scope="module")
def contract() -> Ledger:
    return ledger_of(SOURCE)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(SOURCE)


def test_the_examples_give_only_what_their_missing_numbers_explain(contract: Ledger) -> None:
    """The hashes of its seal and of its closing are no hashes; what fell due in December is what it transfers."""
    assert findings(contract.books) == [
        ("FR-NUM-START", "F2026-0039"),
        ("FR-NUM-GAP", "F2026-0042"),
        ("SEAL-BELOW", "F2026-0039"),
        ("SEAL-CHANGED", "F2026-0042"),
        ("CLOSE-CHANGED", ""),
    ]


def test_bean_check_says_the_same_and_nothing_else() -> None:
    run = bean_check(SOURCE)
    places = [line.partition(": ")[0] for line in run.stderr.split("\n") if line.startswith(str(SOURCE))]
    numbers = ('invoice: "F2026-0039"', 'invoice: "F2026-0042"') * 2
    lines = [*(line_of(SOURCE, number) - 1 for number in numbers), line_of(SOURCE, 'custom "close"')]
    assert places == [f"{SOURCE}:{line}" for line in lines]
    assert run.returncode == 1


@pytest.mark.parametrize(
    ("number", "kind", "net", "vat", "payable"),
    [
        ("F2026-0042", "invoice", "1255.00", "251.00", "1506.00"),
        ("A2026-0012", "credit-note", "617.50", "123.50", "741.00"),
        ("F2026-0039", "deposit", "300.00", "60.00", "360.00"),
        ("F2026-0043", "final", "1000.00", "200.00", "840.00"),
        ("F2026-0044", "invoice", "1200.00", "0.00", "1200.00"),
        ("F2026-0045", "invoice", "1000.00", "200.00", "1200.00"),
        ("D2026-0017", "quote", "1000.00", "200.00", "1200.00"),
        ("M-012", "agreement", "100.00", "20.00", "120.00"),
    ],
)
def test_each_document_says_what_its_lines_make(
    contract: Ledger, number: str, kind: str, net: str, vat: str, payable: str
) -> None:
    document = contract.books.document(number)
    assert document is not None
    totals = document.totals()
    assert document.kind.value == kind
    assert (totals.net, totals.vat, totals.payable) == (Decimal(net), Decimal(vat), Decimal(payable))


def test_a_draft_in_quantities_takes_catalogue_prices_and_the_clients_discount(contract: Ledger) -> None:
    draft = next(paper for paper in contract.books.papers if paper.kind.value == "draft")
    assert draft.number == ""
    assert draft.client is not None
    assert draft.client.id == "martin"
    assert [(line.quantity, line.price, line.net) for line in draft.lines] == [
        (Decimal(2), Decimal("650.00"), Decimal("1235.00")),
        (Decimal(1), Decimal("600.00"), Decimal("600.00")),
    ]


@pytest.mark.parametrize(
    ("as_of", "left"),
    [
        (date(2026, 11, 22), {"F2026-0042": "765.00", "F2026-0039": "360.00", "2025-118": "240.00"}),
        (YEAR_END, {"F2026-0045#1": "1020.00", "F2026-0045#2": "60.00", "2025-118": "240.00"}),
    ],
)
def test_what_is_still_owed_follows_from_the_settlements(contract: Ledger, as_of: date, left: dict[str, str]) -> None:
    found = contract.books.open_items(as_of)
    assert {item.id: found.remaining[item.id] for item in found.open()} == {
        identifier: Decimal(amount) for identifier, amount in left.items()
    }
    assert not found.unknown
    assert not found.on_account


def test_open_items_sum_to_the_balance_of_the_accounts(contract: Ledger, loaded: Loaded) -> None:
    found = contract.books.open_items(YEAR_END)
    owed: dict[str, Decimal] = {}
    for item in found.open():
        owed[item.currency] = owed.get(item.currency, Decimal(0)) + found.remaining[item.id]
    assert owed == {"EUR": Decimal("1320.00")}
    assert owed_in_books(loaded.entries, contract.books, YEAR_END) == owed


def test_without_our_plugin_beancount_computes_the_samebalances(loaded: Loaded, tmp_path: Path) -> None:
    plain = tmp_path / "plain.beancount"
    plain.write_text(SOURCE.read_text(encoding="utf-8").replace('plugin "facturier.plugins"', ""), encoding="utf-8")
    entries = [entry for entry in load(plain).entries if not is_paper(entry)]
    assert balances(entries) == balances(loaded.entries)


def test_papers_are_not_among_the_entries(loaded: Loaded) -> None:
    assert not [entry for entry in loaded.entries if is_paper(entry)]


def test_a_party_stands_as_it_was_on_the_day(contract: Ledger) -> None:
    before = contract.books.clients.at("martin", date(2026, 5, 31))
    after = contract.books.clients.at("martin", date(2026, 6, 1))
    assert before is not None
    assert after is not None
    assert (before.street, before.postcode, before.city) == ("4 quai du Port", "13002", "Marseille")
    assert (after.street, after.postcode, after.city) == ("9 avenue du Prado", "13008", "Marseille")
    assert contract.books.clients.at("martin", date(2025, 12, 31)) is None


def test_payers_aliases_series_and_accounts_are_read(contract: Ledger) -> None:
    books = contract.books
    assert books.payers == {"FR7612345987650123456789014": "martin"}
    assert books.aliases == {"MARTIN BAT": "martin"}
    assert [(one.id, one.kind, one.start) for one in books.series] == [
        ("main", "invoice", 1),
        ("credits", "credit-note", 12),
    ]
    assert books.accounts["Assets:Clients:Martin"] == {"pcg": "411000", "aux": "MARTIN"}
    assert books.accounts["Assets:Banque:Qonto"] == {"pcg": "512100", "journal": "BQ"}


def test_events_seals_and_closings_are_kept_in_order(contract: Ledger) -> None:
    # beancount sorts entries by date; on one day by line.
    assert [(one.directive.name, one.arguments[0]) for one in contract.books.events] == [
        ("accepted", "D2026-0017"),
        ("sent", "F2026-0042"),
        ("dispute", "F2026-0042"),
        ("dispute", "F2026-0042"),
        ("reminder", "F2026-0042"),
        ("call", "martin"),
        ("promise", "F2026-0042"),
        ("close", YEAR_END),
    ]
    assert [seal.arguments[0] for seal in contract.books.seals] == ["F2026-0042"]


def _words(text: str) -> list[str]:
    return text.split()


SELLER_ALSO = _words(
    "trade-name ei rna ape phone website insurer insurance-area mediator activity platform electronic-address "
    "language creditor-id"
)
CLIENT_ALSO = _words(
    "siret service-code electronic-address contact delivery-address language currency credit-limit iban mandate group"
)
TRANSACTION_ALSO = _words(
    "invoice client seller kind due terms from delivery-date delivery-address period-start period-end order-ref "
    "contract-ref engagement service-code attestation discount charge method payer rate note language template ttc "
    "corrects replaces waive vat-country vat-due piece piece-date journal"
)
LINE_KEYS = _words("item description product quantity unit price discount vat nature period-start period-end delivery")
ROLES_NAMED = _words(
    "receivable doubtful retention bank clearing deposits vat-collected vat-pending fees rounding escompte bad-debt fx "
    "cash cheques bills disbursements allowance recoveries penalties customer-credit accrued deferred vat-deductible "
    "vat-deductible-assets rounding-gain fx-gain stock cost-of-sales"
)
TREATMENTS_NAMED = _words(
    "franchise intra-eu-goods intra-eu-services export services-outside-eu reverse-charge-construction reverse-charge "
    "works-10 works-5.5 exempt-training exempt-medical exempt-association margin-second-hand margin-travel triangular "
    "dom-export disbursement"
)
EVENTS_NAMED = _words("accepted sent reminder call promise dispute refused replied letter stop handover duplicate void")


def test_every_key_that_is_named_is_declared() -> None:
    assert not set(SELLER_ALSO) - SELLER.keys.keys()
    assert not set(CLIENT_ALSO) - CLIENT.keys.keys()
    assert not set(TRANSACTION_ALSO) - TRANSACTION_KEYS.keys()
    assert not {*LINE_KEYS, "settles", "opens", "issued", "due", "deposit", "client"} - POSTING_KEYS.keys()
    assert not {"pcg", "aux", "journal"} - OPEN_KEYS.keys()


def test_every_role_series_kind_and_event_that_is_named_is_declared() -> None:
    assert set(ROLES_NAMED) == set(ROLES)
    assert set(SERIES_KINDS) == set(
        _words("invoice credit-note deposit self-billed quote order delivery proforma claim")
    )
    assert set(EVENTS_NAMED) == {event.name for event in EVENTS}
    assert {"seal", "close", "journal", "payer", "alias"} <= DIRECTIVES.keys()


@pytest.mark.parametrize("name", TREATMENTS_NAMED)
def test_every_treatment_that_is_named_stands_in_the_law_table(name: str) -> None:
    assert name in vat_treatments()


def test_the_one_stop_shop_stands_in_the_law_table() -> None:
    assert "oss" in vat_treatments()
