"""Mentions of particular cases: works, builders, consumers, public buyers, deposits, self-billing, what is cited.

Sources: law-by-law in each rule. All of them look at one document.
"""

from __future__ import annotations

from collections.abc import Iterator

from facturier.documents import Document, Kind
from facturier.messages import message
from facturier.rules.mention_case import Case, Found, new_mentions_day, sector_of
from facturier.violations import Rule, Severity

DESIGNATION = Rule(
    id="FR-MENTION-DESIGNATION",
    title=message("Each line says what is sold"),
    wants=message("A line has item:, a product with a name, or the document a title."),
    law="CGI ann. II art. 242 nonies A I-8°; BOI-TVA-DECLA-30-20-20-10 § 190",
    example='    item: "Nom de domaine, 1 an"',
)
SUPPLY_DATE = Rule(
    id="FR-MENTION-SUPPLY-DATE",
    title=message("A period that ends after it begins"),
    wants=message("period-end: is not before period-start:, on the document and on each line."),
    law="CGI ann. II art. 242 nonies A I-10°; EN 16931 BR-29, BR-30",
    example="  period-start: 2026-11-01\n  period-end: 2026-11-30",
)
WORKS = Rule(
    id="FR-MENTION-WORKS",
    title=message("Works at a reduced rate have the client’s word"),
    wants=message(
        "With works-10 or works-5.5 the client certifies the conditions: attestation:. Not asked below 1 000 EUR."
    ),
    law="CGI art. 279-0 bis, 278-0 bis A; loi 2025-127 art. 41; BOI-LETTRE-000280",
    example='  attestation: "Logement achevé depuis plus de deux ans"',
)
INSURANCE = Rule(
    id="FR-MENTION-INSURANCE",
    title=message("Builders state their insurance"),
    wants=message("A seller of building works states insurer: and insurance-area:, on quotes and invoices."),
    law="C. assur. art. L241-1, L243-2; C. artisanat art. L132-1",
    example='2026-01-01 custom "seller" "atelier"\n  insurer: "Mutuelle des bâtisseurs, 69003 Lyon"\n'
    '  insurance-area: "France métropolitaine"',
)
CERTIFICATE = Rule(
    id="FR-MENTION-CERTIFICATE",
    title=message("Builders attach their insurance certificate"),
    wants=message("The certificate of a builder's ten-year insurance goes with each quote and invoice: attach:."),
    law="C. assur. art. L243-2",
    example='2026-01-01 custom "seller" "atelier"\n  attach: "pieces/decennale-2026.pdf"',
    severity=Severity.NOTICE,
)
WASTE = Rule(
    id="FR-MENTION-WASTE",
    title=message("A quote for works states the waste"),
    wants=message("A quote for building works says with waste: how much waste, what it costs and where it goes."),
    law="C. env. art. L541-21-2-3",
    example='  waste: "2 m³ de gravats, 80 EUR, déchèterie de Brest-Guipavas"',
)
MEDIATOR = Rule(
    id="FR-MENTION-MEDIATOR",
    title=message("Consumers are told the mediator"),
    wants=message("A seller to consumers states mediator:, printed on their documents."),
    law="C. conso. art. L612-1, L616-1, R616-1",
    example='2026-01-01 custom "seller" "atelier"\n  mediator: "Médiation Conso, 1 rue du Port, 75001 Paris"',
    severity=Severity.NOTICE,
)
NOTE = Rule(
    id="FR-MENTION-NOTE",
    title=message("A consumer's services are dated"),
    wants=message(
        "From 25 EUR on, services to a consumer state when they were done (delivery-date: or a period), so that the "
        "invoice serves as the note."
    ),
    law="arrêté 83-50/A art. 1, 3",
    example="  delivery-date: 2026-11-02",
    severity=Severity.NOTICE,
)
LANGUAGE = Rule(
    id="FR-MENTION-LANGUAGE",
    title=message("French for French consumers"),
    wants=message("A document for a consumer in France is in French."),
    law="loi 94-665 art. 2",
    example='  language: "fr"',
)
PUBLIC = Rule(
    id="FR-MENTION-ENGAGEMENT",
    title=message("A public buyer's references"),
    wants=message("An invoice to a public buyer states service-code: or engagement:, as the buyer asked for."),
    law="CCP art. D2192-2",
    example='  engagement: "EJ26-00561"\n  service-code: "CULTURE"',
    severity=Severity.NOTICE,
)
ORDER = Rule(
    id="FR-MENTION-ORDER",
    title=message("The buyer's order number"),
    wants=message("An invoice repeats the order-ref: of the quote or order it comes from."),
    law="C. com. art. L441-9 I",
    example='  from: "C2026-0012"\n  order-ref: "BC-7917"',
)
DELIVERY_ADDRESS = Rule(
    id="FR-MENTION-DELIVERY-ADDRESS",
    title=message("Where the goods went"),
    wants=message("An invoice repeats the delivery-address: of the delivery notes it names."),
    law="CGI ann. II art. 242 nonies A I-7° bis",
    example='  delivery-address: "12 quai des Douanes\n    29810 Saint-Tévenn"',
)
DEPOSIT = Rule(
    id="FR-MENTION-DEPOSIT",
    title=message("A final invoice names its deposits"),
    wants=message("A final invoice deducts, with deposit:, each deposit invoiced on the same quote or order."),
    law="BOI-TVA-DECLA-30-20-20-10 § 60",
    example='  Liabilities:Acomptes  300.00 EUR\n    deposit: "F2026-0039"\n    vat: 20',
)
SELF_BILLED = Rule(
    id="FR-MENTION-SELF-BILLED",
    title=message("Self-billing is by a business"),
    wants=message("A self-billed invoice is issued by a business, never by a consumer."),
    law="CGI art. 289-I-2; CGI ann. II art. 242 nonies, 242 nonies A I-14°",
    example='  kind: "self-billed"\n  contract-ref: "MANDAT-2026-01"',
)
MANDATE = Rule(
    id="FR-MENTION-MANDATE",
    title=message("Self-billing has its mandate"),
    wants=message("A self-billed invoice names the written mandate with contract-ref:."),
    law="CGI art. 289-I-2; CGI ann. II art. 242 nonies",
    example='  contract-ref: "MANDAT-2026-01"',
    severity=Severity.NOTICE,
)
RULES = (
    DESIGNATION, SUPPLY_DATE, WORKS, INSURANCE, CERTIFICATE, WASTE, MEDIATOR, NOTE, LANGUAGE, PUBLIC, ORDER,
    DELIVERY_ADDRESS, DEPOSIT, SELF_BILLED, MANDATE,
)  # fmt: skip

_WORKS = ("works-10", "works-5.5")
_QUOTES = frozenset({Kind.QUOTE, Kind.ORDER})


def particular_faults(case: Case) -> Iterator[Found]:
    """Check an invoice, a credit note, or a quote."""
    yield from _works(case)
    if case.client.kind == "consumer":
        yield from _consumer(case)
    if not case.document.kind.is_invoice:
        return
    yield from _lines(case)
    values = case.document.values
    if case.client.kind == "public" and case.is_domestic and not case.document.is_credit_note:
        yield from _public(case)
    if "from" in values:
        yield from _cited(case)
    yield from _delivery_notes(case)
    if case.document.kind is Kind.FINAL:
        yield from _deposits(case)
    if case.document.kind is Kind.SELF_BILLED:
        yield from _self_billed(case)


def _lines(case: Case) -> Iterator[Found]:
    document = case.document
    values = document.values
    spans = [(values.get("period-start"), values.get("period-end"), document.place)]
    for line in document.lines:
        spans.append((line.period_start, line.period_end, line.place))
        if not line.item.strip():
            found = message('This line does not say what is sold; add item: "…".')
            yield Found(DESIGNATION, found, line.place)
    for start, end, place in spans:
        if start is not None and end is not None and end < start:
            found = message("The period ends on {end}, before it begins on {start}.", start=start, end=end)
            yield Found(SUPPLY_DATE, found, place)


def _works(case: Case) -> Iterator[Found]:
    """Building works: the client's certificate, the builder's insurance, the waste."""
    document = case.document
    reduced = case.lines_with(*_WORKS)
    if reduced and not document.values.get("attestation") and document.kind not in _QUOTES | {Kind.CREDIT_NOTE}:
        tolerated = case.law.figure("duty", "works-tolerance", case.day)
        if tolerated is None or document.totals().gross >= tolerated:
            found = message(
                'vat: "{treatment}" needs the client\'s certificate; add for example attestation: "Logement achevé '
                'depuis plus de deux ans".',
                treatment=reduced[0].tax.treatment,
            )
            yield Found(WORKS, found, reduced[0].place)
    if document.kind not in _QUOTES | {Kind.INVOICE, Kind.DEPOSIT, Kind.PROGRESS, Kind.FINAL}:
        return
    # A subcontractor (283-2 nonies) is not bound to the owner of the works: L241-1 does not reach him.
    builder = sector_of(case.seller) == "construction" and "reverse-charge-construction" not in case.treatments
    if (reduced or builder) and not case.seller.insurer:
        found = message(
            'The seller "{seller}" does building works and states no insurance; add insurer: "…" and insurance-area: '
            '"…".',
            seller=case.seller.id,
        )
        yield Found(INSURANCE, found)
    # Works at a reduced rate may be upkeep, which L241-1 does not reach.
    if builder and not case.seller.attach and "attach" not in document.values:
        found = message(
            'The seller "{seller}" does building works and attaches no insurance certificate; add attach: '
            '"pieces/decennale.pdf" to it.',
            seller=case.seller.id,
        )
        yield Found(CERTIFICATE, found)
    if document.kind is Kind.QUOTE and (reduced or builder) and not document.values.get("waste"):
        yield Found(WASTE, message('A quote for building works states the waste; add waste: "…".'))


def _consumer(case: Case) -> Iterator[Found]:
    document, values = case.document, case.document.values
    if not case.seller.mediator:
        found = message('The seller "{seller}" sells to consumers; add mediator: "…".', seller=case.seller.id)
        yield Found(MEDIATOR, found)
    if case.is_domestic and document.language[:2] != "fr" and document.kind is not Kind.DELIVERY:
        found = message('This document for a consumer in France is in "{language}"; write language: "fr".',
                        language=document.language)  # fmt: skip
        yield Found(LANGUAGE, found)
    if not document.kind.is_invoice or document.is_credit_note or document.kind is Kind.DEPOSIT:
        return
    dated = not values.keys().isdisjoint({"delivery-date", "period-start", "period-end"})
    undated = [line for line in document.lines if line.nature == "services" and line.period_start is None]
    least = case.law.figure("duty", "consumer-note", case.day)
    if undated and not dated and least is not None and document.totals().gross >= least:
        found = message("Say when the services were done: add delivery-date: or period-start: and period-end:.")
        yield Found(NOTE, found)


def _public(case: Case) -> Iterator[Found]:
    values = case.document.values
    if not (values.get("service-code") or case.client.service_code or values.get("engagement")):
        found = message("A public buyer usually asks for its references; add service-code: or engagement:.")
        yield Found(PUBLIC, found)


def _cited(case: Case) -> Iterator[Found]:
    """What a quote, order or delivery note said and the invoice must repeat."""
    values = case.document.values
    for number in str(values["from"]).split():
        paper = case.books.document(number)
        if paper is None:
            continue
        reference = paper.values.get("order-ref")
        if reference and reference not in (values.get("order-ref"), values.get("engagement")):
            found = message(
                'The buyer\'s order is "{reference}" on {paper}; add order-ref: "{reference}".',
                reference=reference,
                paper=number,
            )
            yield Found(ORDER, found)


def _delivery_notes(case: Case) -> Iterator[Found]:
    document = case.document
    if case.day < new_mentions_day(case.seller, case.law):
        return
    named = {line.delivery for line in document.lines}
    named.update(str(document.values.get("from", "")).split())
    own = document.values.get("delivery-address") or case.client.delivery_address
    for number in sorted(filter(None, named)):
        note = case.books.document(number)
        if note is None or note.kind is not Kind.DELIVERY:
            continue
        stated = note.values.get("delivery-address")
        if stated and _words(stated) != _words(own):
            found = message(
                "The goods of {note} went elsewhere than the invoice says; add its delivery-address:.", note=number
            )
            yield Found(DELIVERY_ADDRESS, found)


def _deposits(case: Case) -> Iterator[Found]:
    document = case.document
    if document.kind is not Kind.FINAL:
        return  # an order may be invoiced in several parts; the last one deducts
    source = str(document.values.get("from", "")).split()
    deducted = {part.number for part in document.deductions}
    for deposit in _deposits_of(case, source):
        if deposit.number not in deducted:
            found = message(
                'The deposit {number} of {day} on {source} is not deducted here; add a leg with deposit: "{number}".',
                number=deposit.number,
                day=deposit.date,
                source=deposit.values["from"],
            )
            yield Found(DEPOSIT, found)


def _deposits_of(case: Case, source: list[str]) -> list[Document]:
    """Return the deposits invoiced on some papers until this document, those credited since left out."""
    if not source:
        return []
    documents = case.books.documents
    credited = {
        number for one in documents if one.is_credit_note for number in str(one.values.get("corrects", "")).split()
    }
    deducted_before = {
        part.number for one in documents if one.number != case.document.number for part in one.deductions
    }
    return [
        one
        for one in documents
        if one.kind is Kind.DEPOSIT
        and one.date <= case.day
        and not set(source).isdisjoint(str(one.values.get("from", "")).split())
        and one.number not in credited | deducted_before
    ]


def _self_billed(case: Case) -> Iterator[Found]:
    if case.client.kind == "consumer":
        yield Found(SELF_BILLED, message("A consumer issues no invoice; a self-billed one is a business client's."))
    if not case.document.values.get("contract-ref"):
        found = message('Self-billing needs a written mandate; name it with contract-ref: "…".')
        yield Found(MANDATE, found)


def _words(text: object) -> list[str]:
    return str(text).casefold().replace(",", " ").split()
