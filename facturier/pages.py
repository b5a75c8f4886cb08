"""From a document to the page that shows it: every figure and text, computed, nothing laid out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel import Locale

from facturier.documents import Document, Kind, Line, Totals, vat_in_books
from facturier.einvoice.codes import paid_in_full
from facturier.einvoice.tax_rows import tax_rows
from facturier.law.law import Law
from facturier.mentions import further_mentions, legal_notes, opted_for_debits, printed_language, terms_text
from facturier.money import ZERO
from facturier.parties import Client, Seller
from facturier.pdf.epc_qr import epc_payload
from facturier.pdf.page import (
    Nature,
    Page,
    PageAdjustment,
    PageDeposit,
    PageInstalment,
    PageKind,
    PageLine,
    PagePaid,
    PageParty,
    PagePayment,
    PageReference,
    PageTax,
    PageTotals,
)
from facturier.references import creditor_reference

_EURO = "EUR"
_KINDS: Mapping[Kind, PageKind] = {
    Kind.INVOICE: "invoice",
    Kind.DEPOSIT: "deposit",
    Kind.PROGRESS: "progress",
    Kind.FINAL: "final",
    Kind.SELF_BILLED: "self-billed",
    Kind.CREDIT_NOTE: "credit-note",
    Kind.CLAIM: "invoice",
    Kind.DRAFT: "invoice",
    Kind.QUOTE: "quote",
    Kind.ORDER: "order",
    Kind.DELIVERY: "delivery",
    Kind.PROFORMA: "proforma",
    Kind.AGREEMENT: "quote",
}
_NATURES: Mapping[str, Nature] = {"goods": "goods", "services": "services"}
# Accounts of these roles say how something was paid on the spot.
_METHODS = {"bank": "transfer", "cash": "cash", "cheques": "cheque", "clearing": "card"}


def page_of(document: Document, cited: Mapping[str, date], paid_role: str = "", law: Law | None = None) -> Page:
    """Return everything a document shows.

    Args:
        document: It must have a seller and a client.
        cited: Issue dates of documents it corrects or replaces, by number.
        paid_role: Role of the account on which it was paid on the spot.
        law: The tables of the law; the program's own if None.

    Raises:
        ValueError: The document has no seller or no client.
    """
    seller, client = document.seller, document.client
    if seller is None or client is None:
        raise ValueError(document.number)
    totals = document.totals()
    values = document.values
    language = printed_language(document)
    is_delivery = document.kind is Kind.DELIVERY
    return Page(
        kind=_KINDS[document.kind],
        number=document.number,
        date=document.date,
        language=language,
        currency=document.currency,
        seller=_seller(seller, language),
        client=_client(client, seller, language),
        lines=tuple(_line(line, includes_tax=document.prices_include_tax) for line in document.lines),
        taxes=tuple(
            PageTax(category=row.category, rate=row.percent, base=row.base, amount=row.amount, reason=row.reason)
            for row in tax_rows(totals.taxes, document.date, document.language, law)
        ),
        totals=_totals(document, totals),
        title=document.title,
        draft=document.kind is Kind.DRAFT,
        prices_include_tax=document.prices_include_tax,
        hide_prices=is_delivery,
        due=document.date if paid_in_full(document, totals) else document.due,
        terms=terms_text(document, law),
        valid_until=values.get("valid-until"),
        nature=_NATURES.get(document.nature, "both"),
        vat_on_debits=opted_for_debits(document),
        delivery_date=values.get("delivery-date"),
        delivery_address=_address_lines(values.get("delivery-address") or client.delivery_address),
        period_start=values.get("period-start"),
        period_end=values.get("period-end"),
        order=values.get("order-ref", ""),
        contract=values.get("contract-ref", ""),
        engagement=values.get("engagement", ""),
        service_code=values.get("service-code") or client.service_code,
        quote=values.get("from", ""),
        corrects=_references(values.get("corrects", ""), cited),
        replaces=_references(values.get("replaces", ""), cited),
        adjustments=_adjustments(document),
        deposits=tuple(
            PageDeposit(number=part.number, date=part.issued, net=part.net, vat=part.vat, gross=part.net + part.vat)
            for part in document.deductions
        ),
        paid=_paid(document, paid_role),
        instalments=_instalments(document),
        payment=_payment(document, seller, client, totals),
        notes=_notes(document, law),
    )


def _seller(seller: Seller, language: str) -> PageParty:
    return PageParty(
        name=f"{seller.name} EI" if seller.ei and not seller.name.endswith(" EI") else seller.name,
        trade_name=seller.trade_name,
        address=_address(seller.street, seller.postcode, seller.city),
        country=_country(seller.country, language) if seller.country != "FR" else "",
        contact=seller.contact,
        email=seller.email,
        phone=seller.phone,
        website=seller.website,
        siren=seller.siren,
        siret=seller.siret,
        vat_number=seller.vat_number,
        legal_form=seller.legal_form,
        capital=seller.capital.number if seller.capital else None,
        rcs=seller.rcs,
        rna=seller.rna,
        ape=seller.ape,
    )


def _client(client: Client, seller: Seller, language: str) -> PageParty:
    return PageParty(
        name=client.name,
        address=_address(client.street, client.postcode, client.city),
        country=_country(client.country, language) if client.country != seller.country else "",
        contact=client.contact,
        email=client.email,
        phone=client.phone,
        siren=client.siren,
        siret=client.siret,
        vat_number=client.vat_number,
    )


def _address(street: str, postcode: str, city: str) -> tuple[str, ...]:
    return (*_address_lines(street), *filter(None, (f"{postcode} {city}".strip(),)))


def _address_lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _country(code: str, language: str) -> str:
    name: str = Locale(language).territories.get(code.upper(), code)
    return name


def _line(line: Line, *, includes_tax: bool) -> PageLine:
    return PageLine(
        item=line.item,
        amount=line.gross if includes_tax else line.net,
        description=line.description,
        product=line.product,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        discount=line.discount or None,
        discount_percent=line.discount_percent,
        category=line.tax.category,
        rate=line.tax.percent,
        period_start=line.period_start,
        period_end=line.period_end,
    )


def _totals(document: Document, totals: Totals) -> PageTotals:
    foreign = document.currency != _EURO
    return PageTotals(
        lines=totals.lines,
        net=totals.net,
        vat=totals.vat,
        gross=totals.gross,
        due=totals.payable,
        vat_in_euro=vat_in_books(document, totals) if foreign and totals.vat else None,
        exchange_rate=document.rate if foreign else None,
    )


def _references(text: str, cited: Mapping[str, date]) -> tuple[PageReference, ...]:
    return tuple(PageReference(number=number, date=cited.get(number)) for number in text.split())


def _adjustments(document: Document) -> tuple[PageAdjustment, ...]:
    return tuple(
        PageAdjustment(amount=-part.amount, percent=part.percent, rate=part.tax.percent)
        for part in document.allowances()
    )


def _paid(document: Document, role: str) -> tuple[PagePaid, ...]:
    if not document.paid:
        return ()
    method = document.values.get("method") or _METHODS.get(role, "")
    return (PagePaid(amount=document.paid, date=document.date, method=method),)


def _instalments(document: Document) -> tuple[PageInstalment, ...]:
    if len(document.instalments) < 2:
        return ()
    return tuple(
        PageInstalment(amount=leg.amount, due=leg.due, retention=leg.role == "retention")
        for leg in document.instalments
    )


def _payment(document: Document, seller: Seller, client: Client, totals: Totals) -> PagePayment:
    """How to pay: the account and code only where something is owed and paid by transfer."""
    method = document.values.get("method") or ("direct-debit" if client.mandate else "transfer")
    if totals.payable <= ZERO:
        return PagePayment(method=document.values.get("method", ""))
    if method == "direct-debit":
        return PagePayment(method=method, mandate=client.mandate, creditor_id=seller.creditor_id)
    if method != "transfer":
        return PagePayment(method=method)
    if not document.kind.is_invoice or document.is_credit_note or not seller.iban:
        return PagePayment(method=method)
    reference = creditor_reference(document.number) or document.number
    payable_now = _payable_by_transfer(document, totals.payable)
    payload = (
        epc_payload(seller.name, seller.iban, payable_now, seller.bic, reference)
        if document.currency == _EURO and payable_now > ZERO
        else None
    )
    return PagePayment(
        method=method,
        holder=seller.name,
        iban=seller.iban,
        bic=seller.bic,
        reference=reference,
        epc=payload or "",
    )


def _payable_by_transfer(document: Document, payable: Decimal) -> Decimal:
    """What the payment code asks for: the first instalment where there are several."""
    legs = [leg for leg in document.instalments if leg.role != "retention"]
    return legs[0].amount if len(document.instalments) > 1 and legs else payable


def _notes(document: Document, law: Law | None) -> tuple[str, ...]:
    found = []
    if document.values.get("note"):
        found.append(document.values["note"])
    if document.kind.is_invoice or document.kind is Kind.DRAFT:
        found.append(" ".join(note.text for note in legal_notes(document, law)))
    found += further_mentions(document, law)
    return tuple(found)
