"""Amounts: lines, VAT per rate and on the right account, deposits deducted, totals.

Each figure of the ledger is compared with the one computed from the lines; the sentence
states the right one. Sources: CGI ann. II art. 242 nonies A I-8° to 11°; CGI art. 269;
EN 16931 BR-CO-10 to BR-CO-17 (VAT is rounded once per rate).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from beancount.core import data

from facturier.books import Books
from facturier.directives.faults import UNKNOWN_KEY, WRONG_VALUE
from facturier.document_faults import READING_FAULTS
from facturier.documents import Deduction, Document, Kind, Totals
from facturier.messages import Message, message
from facturier.money import CENT, HUNDRED, ZERO, half_up, percent_of, share
from facturier.rules import amount_rules
from facturier.vat import Exigibility, exigibility, tax_of
from facturier.violations import Place, Rule, Violation

RULES = amount_rules.RULES

_LEFT_OUT = (UNKNOWN_KEY, WRONG_VALUE)
# Keys that make the amounts of a document more than its lines and their VAT.
_UNUSUAL = frozenset({"ttc", "discount", "charge", "rate"})
# What was deducted so far of each deposit invoice, by its number and the key of its rate.
Deducted = dict[tuple[str, str], Decimal]

PENDING = "vat-pending"
COLLECTED = "vat-collected"


def check(books: Books) -> Iterator[Violation]:
    """Check the amounts of all invoices and credit notes, and the signs of papers."""
    for paper in books.papers:
        yield from _check_paper_sign(paper, books.currency)
    deducted: Deducted = {}
    # A line without price or VAT was reported, or a slip in its keys; figures made from it would only repeat that.
    unread = {fault.document for fault in books.faults if fault.rule in READING_FAULTS}
    with_slips = {id(fault.entry) for fault in books.faults if _is_of_a_leg(fault)}
    for document in books.documents:
        if (
            document.number in unread
            or id(document.entry) in with_slips
            or not document.kind.is_invoice
            or not document.lines
        ):
            continue
        if not _is_plainly_right(document, books.currency):
            yield from _check_document(document, books, deducted)


def _is_of_a_leg(fault: Violation) -> bool:
    """Tell whether a key of a posting of a document was left out for its name or its value."""
    if fault.rule not in _LEFT_OUT or not isinstance(fault.entry, data.Transaction) or not fault.entry.postings:
        return False
    first = fault.entry.postings[0].meta or {}
    return fault.place.line >= int(first.get("lineno", 0))


def _check_document(document: Document, books: Books, deducted: Deducted) -> Iterator[Violation]:
    if any(line.price < ZERO for line in document.lines):
        yield from _negative_prices(document, books.currency)
        return
    yield from _check_lines(document, books.currency)
    if document.deductions:
        yield from _check_deductions(document, books, deducted)
    totals = document.totals()
    yield from _check_vat(document, totals)
    if document.adjustments or "discount" in document.values or "charge" in document.values:
        yield from _check_adjustments(document, totals)
    yield from _check_total(document, totals, books.currency)


def _negative_prices(document: Document, currency: str) -> Iterator[Violation]:
    """A line whose amount is its price and has the wrong sign: all other figures would follow it (BR-27)."""
    for line in document.lines:
        if line.price < ZERO:
            found = message(
                "The amount has the wrong sign: {item} should be {right} {currency}. "
                "What lowers the total has quantity: -1 and a price.",
                item=line.item,
                right=_leg(document, abs(line.booked)),
                currency=currency,
            )
            yield _violation(amount_rules.SIGN, found, document, line.place)


def _check_paper_sign(paper: Document, currency: str) -> Iterator[Violation]:
    """A paper whose lines sum to less than nothing was typed without the minus of a credit."""
    if sum((line.net for line in paper.lines), ZERO) < ZERO:
        line = next(line for line in paper.lines if line.net < ZERO)
        right = f"{line.quantity} {line.product}" if not line.booked else f"{line.booked} {currency}"
        found = message("A sale is a credit, negative for beancount; write {right}.", right=right)
        yield _violation(amount_rules.SIGN, found, paper, line.place)


def _is_plainly_right(document: Document, currency: str) -> bool:
    """Tell at little cost that an everyday document is right.

    One rate, one moment at which its VAT falls due, no deposit, discount or foreign currency:
    nearly all documents of a ledger. What this does not accept, the rules look at in full.
    """
    if document.currency != currency or document.deductions or not _UNUSUAL.isdisjoint(document.further_keys):
        return False
    first = document.lines[0]
    tax, nature, net = first.tax, first.nature, ZERO
    for line in document.lines:
        if line.net != line.booked or line.tax is not tax or line.nature != nature or line.price < ZERO:
            return False
        net += line.net
    vat = left = percent_of(net, tax.percent)
    kind, seller = document.kind, document.seller
    role = _role_for(nature, seller.vat_on if seller else "", kind is Kind.DEPOSIT)
    for leg in document.vat_legs:
        if leg.role != role or leg.vat != tax.percent:
            return False
        left -= leg.amount
    owed = ZERO
    for instalment in document.instalments:
        owed += instalment.amount
    if kind is Kind.CREDIT_NOTE:
        owed = -owed
    return not left and not document.adjustments and owed + document.paid == net + vat


def _check_lines(document: Document, currency: str) -> Iterator[Violation]:
    rate = document.rate
    if document.currency != currency and rate is None:
        found = message(
            "The document is in {currency}; add rate: with the value of 1 {currency} in {books}.",
            currency=document.currency,
            books=currency,
        )
        yield _violation(amount_rules.RATE, found, document)
        return
    for line in document.lines:
        right = line.net if rate is None else half_up(line.net * rate)
        if line.booked == right:
            continue
        if line.booked == -right:
            found = message(
                "The amount has the wrong sign: {item} should be {right} {currency}.",
                item=line.item,
                right=_leg(document, right),
                currency=currency,
            )
            yield _violation(amount_rules.SIGN, found, document, line.place)
        else:
            found = message(
                "{item}: {quantity} × {price}{discount} makes {right} {currency}, and the leg says {booked}. "
                "Write {right_leg} {currency}.",
                item=line.item,
                quantity=_plain(line.quantity),
                price=_plain(line.price),
                discount=f" - {_plain(line.discount)}" if line.discount else "",
                right=right,
                booked=line.booked,
                right_leg=_leg(document, right),
                currency=currency,
            )
            yield _violation(amount_rules.LINE, found, document, line.place)


def _check_deductions(document: Document, books: Books, deducted: Deducted) -> Iterator[Violation]:
    """Each deposit deducted exists, fits, came before, and is not deducted beyond its amount."""
    for part in document.deductions:
        deposit = books.document(part.number)
        if deposit is None or deposit.kind is not Kind.DEPOSIT:
            found = message(
                'deposit: "{number}" is no deposit invoice; name an invoice with kind: "deposit".', number=part.number
            )
            yield _violation(amount_rules.DEPOSIT, found, document, part.place)
        elif deposit.client is not None and document.client is not None and deposit.client.id != document.client.id:
            found = message(
                "The deposit {number} belongs to the client {other}, not {client}.",
                number=part.number,
                other=deposit.client.id,
                client=document.client.id,
            )
            yield _violation(amount_rules.DEPOSIT, found, document, part.place)
        elif deposit.currency != document.currency:
            found = message(
                "The deposit {number} is in {currency}, this document in {other}.",
                number=part.number,
                currency=deposit.currency,
                other=document.currency,
            )
            yield _violation(amount_rules.DEPOSIT, found, document, part.place)
        elif deposit.date > document.date:
            found = message(
                "The deposit {number} is dated {day}, after this document.", number=part.number, day=deposit.date
            )
            yield _violation(amount_rules.DEPOSIT, found, document, part.place)
        else:
            yield from _check_deducted_amount(document, part, deposit, deducted)


def _check_deducted_amount(
    document: Document, part: Deduction, deposit: Document, deducted: Deducted
) -> Iterator[Violation]:
    available = sum((line.net for line in deposit.lines if line.tax.key == part.tax.key), ZERO)
    before = deducted.get((part.number, part.tax.key), ZERO)
    # A credit note on a final invoice gives its deposit back.
    deducted[part.number, part.tax.key] = before - part.net if document.is_credit_note else before + part.net
    if not document.is_credit_note and not ZERO < part.net <= available - before:
        already = message(", {before} of it deducted before", before=before) if before else ""
        found = message(
            "The deposit {number} is {available} net at this rate{already}; {net} cannot be deducted.",
            number=part.number,
            available=available,
            already=already,
            net=part.net,
        )
        yield _violation(amount_rules.DEPOSIT, found, document, part.place)


def _check_vat(document: Document, totals: Totals) -> Iterator[Violation]:
    expected = expected_vat(document, totals)
    booked: dict[tuple[Decimal, str], Decimal] = {}
    places: dict[Decimal, Place] = {}
    taxed = {percent for percent, _ in expected}
    for leg in document.vat_legs:
        percent = _leg_percent(document, leg.vat, taxed)
        if percent is None or percent not in taxed:
            if leg.amount:
                yield _odd_vat_leg(document, leg.place, percent, taxed)
            continue
        key = (percent, leg.role)
        booked[key] = booked.get(key, ZERO) + leg.amount
        places[percent] = leg.place
    if booked == expected:
        return
    for percent in sorted(taxed):
        yield from _compare_rate(document, percent, expected, booked, places.get(percent, document.place))


def _compare_rate(
    document: Document,
    percent: Decimal,
    expected: dict[tuple[Decimal, str], Decimal],
    booked: dict[tuple[Decimal, str], Decimal],
    place: Place,
) -> Iterator[Violation]:
    right = {role: expected.get((percent, role), ZERO) for role in (PENDING, COLLECTED)}
    said = {role: booked.get((percent, role), ZERO) for role in (PENDING, COLLECTED)}
    right_sum, said_sum = sum(right.values(), ZERO), sum(said.values(), ZERO)
    if right_sum != said_sum:
        found = message(
            "The VAT at {percent} % is {right}, and the legs say {said}; write {leg} with vat: {percent}.",
            percent=_plain(percent),
            right=right_sum,
            said=said_sum,
            leg=_leg(document, right_sum),
        )
        yield _violation(amount_rules.VAT, found, document, place)
    elif right != said and not _either_account_is_lawful(document):
        found = message(
            "The VAT at {percent} % is on the wrong account: {pending} belongs on an account of role vat-pending, "
            "{collected} on one of role vat-collected ({why}).",
            percent=_plain(percent),
            pending=_leg(document, right[PENDING]),
            collected=_leg(document, right[COLLECTED]),
            why=message("services are due when paid, goods on delivery, all with the invoice when vat-on is debits"),
        )
        yield _violation(amount_rules.VAT_ACCOUNT, found, document, place)


def expected_vat(document: Document, totals: Totals) -> dict[tuple[Decimal, str], Decimal]:
    """Return the VAT a document must book, in the books' currency, by rate and role of account.

    Per rate, what is due at once (goods, or all on debits) is rounded and what waits for
    payment takes the rest; the VAT of deposits cited is taken off.
    """
    vat_on = document.seller.vat_on if document.seller else "receipts"
    is_deposit = document.kind is Kind.DEPOSIT
    bases: dict[Decimal, dict[str, Decimal]] = {}
    for line in document.lines:
        if line.tax.percent:
            role = _role_for(line.nature, vat_on, is_deposit)
            parts = bases.setdefault(line.tax.percent, {})
            parts[role] = parts.get(role, ZERO) + line.net
    found: dict[tuple[Decimal, str], Decimal] = {}
    for percent, parts in bases.items():
        rows = [row for row in totals.taxes if row.tax.percent == percent]
        vat = sum((row.amount for row in rows), ZERO)
        deducted = sum((part.vat for part in document.deductions if part.tax.percent == percent), ZERO)
        if document.rate is not None:
            vat = half_up(vat * document.rate)
        if len(parts) == 1:
            found[percent, next(iter(parts))] = vat - deducted
            continue
        at_once = percent_of(parts[COLLECTED], percent)
        if document.adjustments:
            # A discount on the whole document lowers both parts alike.
            base, whole = sum((row.base for row in rows), ZERO), sum(parts.values(), ZERO)
            at_once = share(parts[COLLECTED] * percent / HUNDRED, base, whole)
        if document.rate is not None:
            at_once = half_up(at_once * document.rate, CENT)
        # A deposit's VAT was pending; it is taken off what is still pending first.
        pending = vat - at_once
        from_pending = min(deducted, pending) if pending > 0 else ZERO
        found[percent, COLLECTED] = at_once - (deducted - from_pending)
        found[percent, PENDING] = pending - from_pending
    return {key: amount for key, amount in found.items() if amount}


@cache
def _role_for(nature: str, vat_on: str, is_deposit: bool) -> str:
    """Return the role of the account on which the VAT of a line belongs."""
    due = exigibility(nature, vat_on, is_deposit=is_deposit)
    return PENDING if due is Exigibility.RECEIPT else COLLECTED


def _either_account_is_lawful(document: Document) -> bool:
    """A deposit on services with the option for debits: due when booked or when paid, as one reads art. 269."""
    return document.kind is Kind.DEPOSIT and document.seller is not None and document.seller.vat_on == "debits"


def _leg_percent(document: Document, vat: Decimal | str | None, taxed: set[Decimal]) -> Decimal | None:
    if isinstance(vat, Decimal):
        return vat
    if vat is None:
        return next(iter(taxed)) if len(taxed) == 1 else None
    own = next((line.tax for line in document.lines if line.tax.treatment == vat), None)
    tax = own or tax_of(vat, document.date)
    return None if tax is None else tax.percent


def _odd_vat_leg(document: Document, place: Place, percent: Decimal | None, taxed: set[Decimal]) -> Violation:
    rates = ", ".join(_plain(rate) for rate in sorted(taxed))
    if percent is None:
        found = message("Which rate is this VAT leg for? Add vat: with one of {rates}.", rates=rates or "0")
    elif taxed:
        found = message(
            "No line is taxed at {percent} %; the lines are taxed at {rates}.", percent=_plain(percent), rates=rates
        )
    else:
        found = message(
            "No line of this document is taxed; VAT that is shown is owed (CGI art. 283-3): remove this leg."
        )
    return _violation(amount_rules.VAT, found, document, place)


def _check_adjustments(document: Document, totals: Totals) -> Iterator[Violation]:
    right = totals.allowances - totals.charges
    if document.rate is not None:
        right = half_up(right * document.rate)
    if document.adjustments != right:
        found = message(
            "The discount and charge on the whole document make {right}, and the legs on accounts of role allowance "
            "say {said}.",
            right=right,
            said=document.adjustments,
        )
        yield _violation(amount_rules.DISCOUNT, found, document)


def _check_total(document: Document, totals: Totals, currency: str) -> Iterator[Violation]:
    sign = -1 if document.is_credit_note else 1
    owed = sum((leg.amount for leg in document.instalments), ZERO) * sign
    if owed != totals.payable:
        found = message(
            "{number} makes {right} {currency} payable (net {net}, VAT {vat}, already paid {prepaid}), and its "
            "receivable legs say {said}.",
            number=document.number,
            right=totals.payable,
            currency=document.currency or currency,
            net=totals.net,
            vat=totals.vat,
            prepaid=totals.prepaid,
            said=owed,
        )
        yield _violation(amount_rules.TOTAL, found, document)


def _leg(document: Document, amount: Decimal) -> str:
    """Write an amount with the sign it takes on a line or VAT leg of the document."""
    return str(amount if document.is_credit_note else -amount)


def _plain(number: Decimal) -> str:
    return format(number.normalize() if number else ZERO, "f")


def _violation(rule: Rule, found: Message, document: Document, place: Place | None = None) -> Violation:
    return Violation(rule, found, place or document.place, document.entry, document.number)
