"""What a document states about its supply and the papers around it: dates, places, references."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TypedDict

from facturier.documents import Document
from facturier.pages.parties import address_lines
from facturier.parties import Client
from facturier.pdf.page import PageReference


class Supply(TypedDict):
    """When and where (BG-13, BG-14, BG-15)."""

    valid_until: datetime.date | None
    delivery_date: datetime.date | None
    delivery_address: tuple[str, ...]
    period_start: datetime.date | None
    period_end: datetime.date | None


class References(TypedDict):
    """Numbers of other papers (BT-10 to BT-13, BG-3)."""

    order: str
    contract: str
    engagement: str
    service_code: str
    quote: str
    corrects: tuple[PageReference, ...]
    replaces: tuple[PageReference, ...]


def page_supply(document: Document, client: Client) -> Supply:
    """Return when and where something is supplied."""
    values = document.values
    return Supply(
        valid_until=values.get("valid-until"),
        delivery_date=values.get("delivery-date"),
        delivery_address=address_lines(values.get("delivery-address") or client.delivery_address),
        period_start=values.get("period-start"),
        period_end=values.get("period-end"),
    )


def page_references(document: Document, client: Client, cited: Mapping[str, datetime.date]) -> References:
    """Return the papers a document names, with the dates of those that are known."""
    values = document.values
    return References(
        order=values.get("order-ref", ""),
        contract=values.get("contract-ref", ""),
        engagement=values.get("engagement", ""),
        service_code=values.get("service-code") or client.service_code,
        quote=values.get("from", ""),
        corrects=_references(values.get("corrects", ""), cited),
        replaces=_references(values.get("replaces", ""), cited),
    )


def _references(text: str, cited: Mapping[str, datetime.date]) -> tuple[PageReference, ...]:
    return tuple(PageReference(number=number, date=cited.get(number)) for number in text.split())
