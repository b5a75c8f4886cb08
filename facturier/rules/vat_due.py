"""VAT on receipts: each month, what fell due is what was transferred to the VAT collected.

Sources: CGI art. 269-2-a (deposits on goods), 269-2-c (services: on receipt), 272-1 (credit notes and losses);
CGI art. 289-I-1-c (a deposit is owed an invoice).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from beancount.core.amount import Amount

from facturier.books import Books
from facturier.closing import closed_until
from facturier.messages import Message, message
from facturier.money import ZERO
from facturier.open_items import Nature
from facturier.periods import Month, parse_month
from facturier.vat_receipts import Due, ReceiptsVat, Sale, read_receipts_vat
from facturier.vat_receipts.falling_due import unpaid
from facturier.violations import Place, Rule, Severity, Violation

_LAW = "CGI art. 269-2-a, 269-2-c"
_EXAMPLE = (
    '2026-12-31 * "TVA sur encaissements" "Décembre 2026"\n  vat-due: "2026-12"\n'
    "  Liabilities:TVA:EnAttente  326.30 EUR\n    vat: 20\n  Liabilities:TVA:Collectee  -326.30 EUR\n    vat: 20"
)

DUE = Rule(
    id="FR-VAT-DUE",
    title=message("The VAT that fell due on receipts is transferred"),
    wants=message(
        "For each month that is over, the transfers (vat-due:, or a pair of legs beside a payment) are what fell due "
        "by the payments of that month. facturier vat transfer writes them."
    ),
    law=_LAW,
    example=_EXAMPLE,
    severity=Severity.NOTICE,
    waivable=False,
)
CLOSED = Rule(
    id="FR-VAT-DUE-CLOSED",
    title=message("The VAT of a closed month is what fell due"),
    wants=message(
        "The transfers of a closed month are what fell due in it. What differs is corrected by a new entry that names "
        "the month."
    ),
    law=f"{_LAW}; PCG art. 1031-3",
    example=_EXAMPLE,
    waivable=False,
)
MONTH = Rule(
    id="FR-VAT-DUE-MONTH",
    title=message("A transfer names its month"),
    wants=message('vat-due: is a month, such as "2026-12".'),
    law=_LAW,
    example=_EXAMPLE,
    waivable=False,
)
PENDING = Rule(
    id="BALANCE-VAT-PENDING",
    title=message("Pending VAT is the VAT of what is not paid"),
    wants=message(
        "The accounts of role vat-pending hold the VAT of documents that is not paid yet, and what fell due and is "
        "still to be transferred; nothing else."
    ),
    law=f"{_LAW}; PCG art. 1011-3",
    example=_EXAMPLE,
    waivable=False,
)
LEFT = Rule(
    id="FR-VAT-DUE-LEFT",
    title=message("No VAT stays pending of what nobody owes any more"),
    wants=message("An escompte or a loss has a leg for its VAT, so that none stays pending once nothing is owed."),
    law="CGI art. 272-1",
    example="  Expenses:Escomptes          6.00 EUR\n  Liabilities:TVA:EnAttente   1.20 EUR\n    vat: 20",
    severity=Severity.NOTICE,
    waivable=False,
)
ON_ACCOUNT = Rule(
    id="FR-VAT-ON-ACCOUNT",
    title=message("Money received in advance is owed a deposit invoice"),
    wants=message(
        "Money of a client on account at the end of a month settles an invoice, or gets a deposit invoice: the VAT of "
        "an advance falls due on its receipt."
    ),
    law="CGI art. 269-2-a, 269-2-c, 289-I-1-c",
    example='  invoice: "F2026-0039"\n  kind: "deposit"',
    severity=Severity.NOTICE,
    waivable=False,
)
RULES = (MONTH,)
CHECKED = (DUE, PENDING, LEFT, ON_ACCOUNT)


def check(books: Books) -> Iterator[Violation]:
    """Check the words of transfers. The amounts cost more: see ``closed_months`` and ``check_dates``."""
    for entry in books.settling:
        stated = entry.meta.get("vat-due")
        if stated is not None and (not isinstance(stated, str) or parse_month(stated) is None):
            found = message(
                'vat-due: {stated} is no month; write vat-due: "{month}".', stated=stated, month=Month.of(entry.date)
            )
            yield Violation(MONTH, found, Place.of(entry.meta), entry)


def closed_months(books: Books, until: date) -> Iterator[Violation]:
    """Check the months that are closed."""
    found = read_receipts_vat(books)
    for month in found.months:
        if month.last_day <= until:
            yield from _differences(found, month, until, books)


def is_corrected(books: Books, until: date) -> bool:
    """Tell whether an entry of an open day transfers VAT of a closed month."""
    for entry in books.settling:
        if "vat-due" in entry.meta and entry.date > until:
            month = parse_month(str(entry.meta["vat-due"]))
            if month is not None and month.last_day <= until:
                return True
    return False


def check_books(books: Books) -> Iterator[Violation]:
    """Check that nothing else stands on the vat-pending accounts (facturier check only)."""
    found = read_receipts_vat(books)
    for stray in found.strays:
        text = message(
            "This posting on {account} belongs to no document, loss or transfer: {amount} EUR of pending VAT that no "
            "payment will ever make due. Name the document with settles: on the leg of its client, or write vat-due: "
            '"{month}" if it is a transfer.',
            account=stray.posting.account,
            amount=stray.amount,
            month=Month.of(stray.entry.date),
        )
        yield Violation(PENDING, text, stray.place, stray.entry)
    if not found.strays:
        yield from _check_sum(books, found)
    yield from _left(books, found)


def _check_sum(books: Books, found: ReceiptsVat) -> Iterator[Violation]:
    """Compare the accounts with the sum. A document whose legs are not counted is named by its own error, too."""
    roles, balance = books.roles, ZERO
    for entry in (*(document.entry for document in books.documents), *books.settling):
        for posting in entry.postings:
            if roles.of(posting.account).name == "vat-pending" and isinstance(posting.units, Amount):
                balance += posting.units.number or ZERO
    right = -sum((*found.unpaid().values(), *found.to_transfer().values()), ZERO)
    if balance != right:
        text = message(
            "The accounts of role vat-pending stand at {balance}, and the VAT of what is not paid, with what is still "
            "to be transferred, at {right}; put the other errors right first.",
            balance=balance,
            right=right,
        )
        yield Violation(PENDING, text, Place(books.filename, 0))


def check_dates(books: Books, today: date) -> Iterator[Violation]:
    """Check the months that are over and not closed, and money on account (facturier check only)."""
    found, until = read_receipts_vat(books), closed_until(books)
    this_month = Month.of(today)
    for month in found.months:
        if month < this_month and (until is None or month.last_day > until):
            yield from _differences(found, month, None, books)
    yield from _on_account(books, today)


def _differences(found: ReceiptsVat, month: Month, closed: date | None, books: Books) -> Iterator[Violation]:
    """Yield what differs in a month, a rate each, with the entry that puts it right."""
    for rate, missing in found.missing(month).items():
        entered = [one for one in found.transfers if one.month == month and one.rate == rate]
        rows = [row for row in found.rows([month]) if row.rate == rate]
        place = Place.of(entered[-1].meta) if entered else rows[-1].place
        entry = entered[-1].entry if entered else rows[-1].cause
        text = message(
            "VAT on receipts of {month} (rate {rate}): {due} {currency} fell due and {entered} was transferred{why}. "
            "{fix}",
            month=month,
            rate=f"{rate.normalize():f}",
            due=found.due.get((month, rate), ZERO),
            entered=found.transferred.get((month, rate), ZERO),
            currency=books.currency,
            why=_why(rows, missing),
            fix=_fix(month, rate, missing, closed, books),
        )
        yield Violation(CLOSED if closed else DUE, text, place, entry)


def _why(rows: list[Due], missing: Decimal) -> Message | str:
    """Name the payment that makes the whole difference, if one does."""
    row = next((row for row in rows if row.vat == missing), None)
    if row is None:
        return ""
    return message("; the difference is {number}, {day}", number=row.number, day=row.day)


def _fix(month: Month, rate: Decimal, missing: Decimal, closed: date | None, books: Books) -> Message:
    if closed is None:
        return message("Type: facturier vat transfer {month}", month=month)
    pending = next(iter(books.roles.accounts("vat-pending", rate)), "")
    collected = next(iter(books.roles.accounts("vat-collected", rate)), "")
    return message(
        'The month is closed: correct it by a new entry dated after {closed} with vat-due: "{month}", {pending} '
        "{amount} {currency} and {collected} {other} {currency}, both with vat: {rate}; facturier vat transfer "
        "{month} writes it.",
        closed=closed,
        month=month,
        pending=pending,
        amount=missing,
        collected=collected,
        other=-missing,
        currency=books.currency,
        rate=f"{rate.normalize():f}",
    )


def _left(books: Books, found: ReceiptsVat) -> Iterator[Violation]:
    final = books.open_items(date.max)
    for sale in found.sales:
        if final.balance(sale.number) or not final.of_document(sale.number):
            continue
        for rate, amount in unpaid(sale).items():
            if amount:
                last = _last_loss(sale, books)
                text = message(
                    "Nothing is owed of {number} any more, and {amount} {currency} of its VAT (rate {rate}) is still "
                    "pending: what was not paid in money needs a leg for its VAT on the vat-pending account.",
                    number=sale.number,
                    amount=amount,
                    currency=books.currency,
                    rate=f"{rate.normalize():f}",
                )
                yield Violation(LEFT, text, last, sale.changes[0].entry, sale.number)


def _last_loss(sale: Sale, books: Books) -> Place:
    """Return where the last thing that was no payment of a sale is written."""
    natures = (Nature.PAYMENT, Nature.MOVED)
    lost = [one for one in books.settlements.settled_of(sale.number) if one.nature not in natures]
    return lost[-1].movement.place if lost else Place.of(sale.changes[0].entry.meta)


def _on_account(books: Books, today: date) -> Iterator[Violation]:
    """Money of months that are over, which still settles nothing; what names a document has an error of its own."""
    first = Month.of(today).first_day
    told = {fault.movement.place for fault in books.unusual_settlements.faults}
    for one in books.open_items(today).on_account:
        if one.movement.settles or one.movement.place in told:
            continue
        if one.amount < 0 and one.nature is Nature.PAYMENT and one.day < first:
            found = message(
                "{amount} {currency} of the client {client} are on account since {day}. If it pays an invoice, add "
                'settles: "…"; if it is an advance, a deposit invoice is owed (kind: "deposit"), and its VAT fell due '
                "in {month}.",
                amount=-one.amount,
                currency=one.movement.currency,
                client=one.client or "?",
                day=one.day,
                month=Month.of(one.day),
            )
            yield Violation(ON_ACCOUNT, found, one.movement.place, one.movement.entry)
