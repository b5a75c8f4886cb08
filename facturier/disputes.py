"""Disputes: what a client contests, as of a day.

2026-11-15 custom "dispute" "F2026-0042" "open" "quantité"
  amount: 741.00 EUR
2026-11-20 custom "dispute" "F2026-0042" "resolved" "avoir"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from beancount.core.amount import Amount

from facturier.directives.reading import Record
from facturier.violations import Place


class Dispute(NamedTuple):
    """An open dispute.

    Attributes:
        subject: Number of the document, or id of a client who contests all.
        since: The day it was opened.
        reason: As typed, or "".
        amount: What is contested, or None for all of it.
        place: Where it is written.
    """

    subject: str
    since: date
    reason: str
    amount: Amount | None
    place: Place


def open_disputes(events: Iterable[Record], day: date) -> Mapping[str, Dispute]:
    """Return the disputes that are open at the end of a day, by what they are about.

    A later "open" states the dispute anew; "resolved" and "rejected" end it; ``void`` takes the last word back.
    """
    said: dict[str, list[Record]] = {}
    for event in events:
        if event.date > day:
            continue
        subject = event.arguments[0]
        if event.directive.name == "dispute":
            said.setdefault(subject, []).append(event)
        elif event.directive.name == "void" and event.arguments[1:] == ("dispute",) and said.get(subject):
            said[subject].pop()
    return {
        subject: Dispute(
            subject,
            records[-1].date,
            records[-1].arguments[2] if len(records[-1].arguments) > 2 else "",
            records[-1].values.get("amount"),
            records[-1].place,
        )
        for subject, records in said.items()
        if records and records[-1].arguments[1] == "open"
    }
