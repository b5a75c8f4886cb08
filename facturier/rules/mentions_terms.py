"""When payment is due and what delay costs: due date, ceilings, penalties.

Sources: C. com. art. L441-9, L441-10, L441-11; CCP art. R2192-10. The ceilings and rates are rows
of the law tables, those of the document's day.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from facturier.documents import Kind
from facturier.law.law import Law
from facturier.messages import Message, message
from facturier.rules.mention_case import Case, Found, is_overseas, sector_of
from facturier.terms import TermsError, later, parse_terms
from facturier.violations import Place, Rule, Severity

DUE = Rule(
    id="FR-MENTION-DUE",
    title=message("A due date"),
    wants=message(
        "An invoice to a business says when it is due: due: or terms:, its own, the client's or the seller's."
    ),
    law="C. com. art. L441-9 I",
    example="  due: 2026-12-31",
)
CEILING = Rule(
    id="FR-TERMS-CEILING",
    title=message("Payment terms within the law"),
    wants=message(
        "An invoice to a French business is due within 60 days, or 45 days end of month; one of several deliveries "
        "within 45 days; in transport within 30 days, for food and drink within the days of that trade. "
        'The days are rows of the law (custom "law" "terms").'
    ),
    law="C. com. art. L441-10 I, L441-11 II, L441-16",
    example='  terms: "45 days end of month"',
)
PUBLIC = Rule(
    id="FR-TERMS-PUBLIC",
    title=message("Public buyers pay within 30 days"),
    wants=message(
        "An invoice to a public buyer is due within 30 days; within 50 for a hospital, 60 for a public undertaking "
        "(public-body: of the client)."
    ),
    law="CCP art. L2192-10, R2192-10, R2192-11",
    example='  terms: "30 days"',
    severity=Severity.NOTICE,
)
PENALTY = Rule(
    id="FR-MENTION-PENALTY",
    title=message("A late-payment rate that is not too low"),
    wants=message("A stipulated penalty-rate: is at least three times the legal rate of the half-year."),
    law="C. com. art. L441-10 II",
    example='  penalty-rate: "legal"',
)
RULES = (DUE, CEILING, PUBLIC, PENALTY)

# What is due sooner needs no further look: the shortest ceiling of all is longer, or looked at by sector.
SHORT = 30
# What public buyers are, and the row of their term; the others are administrations.
_PUBLIC_ROWS = {"hospital": "public-hospital", "undertaking": "public-undertaking"}


def terms_faults(case: Case) -> Iterator[Found]:
    """Check the due dates and the penalty rate of one document."""
    document, kind = case.document, case.client.kind
    if kind == "consumer" or document.is_credit_note:
        return
    yield from _penalty(case)
    if document.paid or document.kind is Kind.DEPOSIT:
        return  # paid already, or due as soon as asked for
    dues = [(leg.due, leg.place) for leg in document.instalments if leg.role != "retention"]
    stated = [(due, place) for due, place in dues if due is not None]
    if not stated and document.due is not None:
        stated = [(document.due, document.place)]
    if not stated:
        if kind == "business" and dues:
            yield Found(DUE, _nothing_agreed(case))
        return
    if case.is_domestic:
        yield from _ceiling(case, stated)


def _nothing_agreed(case: Case) -> Message:
    """Say what the law gives where nothing is agreed."""
    days = case.law.figure("terms", "default", case.day)
    if days is None:
        return message('It says nowhere when it is due; add due: or terms: "30 days".')
    return message(
        "It says nowhere when it is due: the law then gives {days} days after delivery or performance; add due: {due} "
        'or terms: "{days} days".',
        days=days,
        due=later(case.day, int(days)),
    )


def _ceiling(case: Case, stated: list[tuple[date, Place]]) -> Iterator[Found]:
    for due, place in stated:
        found: Message | None = None
        if case.client.kind == "public":
            found = _too_late_for_public(case, due)
        elif case.client.kind == "business":
            found = _too_late(case, due)
        if found is not None:
            yield Found(PUBLIC if case.client.kind == "public" else CEILING, found, place)


def _too_late_for_public(case: Case, due: date) -> Message | None:
    row = _PUBLIC_ROWS.get(case.client.public_body, "public")
    days = case.law.figure("terms", row, case.day)
    if days is None or due <= later(case.day, int(days)):
        return None
    if case.client.public_body:
        return message(
            "It is due on {due}; this public buyer owes within {days} days of the request.", due=due, days=days
        )
    return message(
        "It is due on {due}; a public buyer owes within {days} days of the request; if the client is a hospital or a "
        'public undertaking, write public-body: "hospital" or "undertaking" below its directive.',
        due=due,
        days=days,
    )


def _too_late(case: Case, due: date) -> Message | None:
    sector = sector_of(case.seller)
    start = _start(case)
    latest = latest_due(start, sector, case.law, in_days=_is_in_days(case, due))
    special = case.law.figure("terms", sector, start) if sector else None
    periodic = case.law.figure("terms", "periodic", start)
    if periodic is not None and special is None and _is_periodic(case):
        latest = later(start, int(periodic))
        if due > latest:
            return message(
                "It is due on {due}, {days} days after the invoice; for an invoice of several deliveries the law "
                "allows {latest} at the latest.",
                due=due,
                days=(due - case.day).days,
                latest=latest,
            )
    if latest is None or due <= latest:
        return None
    return message(
        "It is due on {due}, {days} days after the invoice; the law allows {latest} at the latest.",
        due=due,
        days=(due - case.day).days,
        latest=latest,
    )


def _start(case: Case) -> date:
    """Return from when the days run: overseas from the receipt of the goods, where it is known and later."""
    stated = case.document.values.get("delivery-date")
    if isinstance(stated, date) and is_overseas(case.client.country, case.client.postcode):
        return max(case.day, stated)
    return case.day


def _is_periodic(case: Case) -> bool:
    """Tell whether an invoice gathers several deliveries (CGI art. 289-I-3): its lines name several delivery notes."""
    return len({line.delivery for line in case.document.lines if line.delivery}) > 1


def _is_in_days(case: Case, due: date) -> bool:
    """Tell whether a due date comes from terms in plain days, to which the end of the month gives no more time."""
    try:
        terms = parse_terms(case.document.terms) if case.document.terms else None
    except TermsError:
        return False
    if terms is None:
        return False
    return any(
        delay.due(case.day) == due and not delay.end_of_month and not delay.day for _, delay in terms.instalments
    )


def latest_due(day: date, sector: str, law: Law, *, in_days: bool = False) -> date | None:
    """Return the latest lawful due date of an invoice between businesses.

    Both readings of "45 days end of month" are admitted (worked case 6). For trades whose days run
    from delivery the invoice's date stands for it, so that only what is surely too late is found.
    """
    special = law.figure("terms", sector, day) if sector else None
    if special is not None:
        start = {"perishable-food": _end_of_decade, "alcohol": _end_of_month}.get(sector, _same)(day)
        return later(start, int(special))
    agreed = law.figure("terms", "agreed", day)
    end_of_month = law.figure("terms", "agreed-end-of-month", day)
    found = [] if agreed is None else [later(day, int(agreed))]
    if end_of_month is not None and not in_days:
        days = int(end_of_month)
        found += [_end_of_month(later(day, days)), later(_end_of_month(day), days)]
    return max(found, default=None)


def _penalty(case: Case) -> Iterator[Found]:
    rate, floor = case.seller.penalty_rate, case.law.penalty_floor(case.day)
    if isinstance(rate, Decimal) and case.client.kind != "public" and floor is not None and rate < floor:
        found = message(
            "The penalty rate ({rate} %) is below three times the legal rate ({floor} %) of this half-year; write "
            'penalty-rate: "legal" or a higher rate.',
            rate=format(rate, "f"),
            floor=format(floor, "f"),
        )
        yield Found(PENALTY, found)


def _same(day: date) -> date:
    return day


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _end_of_decade(day: date) -> date:
    """Return the end of the ten-day period (décade) of a day: the 10th, the 20th or the month's last."""
    return _end_of_month(day) if day.day > 20 else day.replace(day=10 if day.day <= 10 else 20)
