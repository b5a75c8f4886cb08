"""Pages to render in tests: a seller, a client, and any number of lines whose totals are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from facturier.pdf.epc_qr import epc_payload
from facturier.pdf.page import (
    Page,
    PageAdjustment,
    PageDeposit,
    PageInstalment,
    PageLine,
    PagePaid,
    PageParty,
    PagePayment,
    PageReference,
    PageTax,
    PageTotals,
)
from facturier.pdf.pdfa import Attachment

CENT = Decimal("0.01")
IBAN = "FR7630006000011234567890189"

SELLER = PageParty(
    name="Atelier Numérique",
    address=("12 rue des Lilas", "69003 Lyon"),
    email="compta@atelier.example",
    phone="+33 4 72 00 00 00",
    siren="732829320",
    siret="73282932000074",
    vat_number="FR44732829320",
    legal_form="SARL",
    capital=Decimal(10000),
    rcs="Lyon",
    ape="6201Z",
)
CLIENT = PageParty(
    name="Martin Bâtiment SAS",
    address=("4 quai du Port", "13002 Marseille"),
    siren="552100554",
    vat_number="FR96552100554",
)
FACTUR_X = Attachment("factur-x.xml", b"<?xml version='1.0'?><x/>", description="Factur-X", profile="EN 16931")

_ITEMS = ("Maintenance corrective", "Réunion de cadrage", "Audit de performance", "Migration de données")
_RATES = (Decimal(20), Decimal(10), Decimal("5.5"))


def lines_of(count: int) -> tuple[PageLine, ...]:
    """Return so many lines at three rates; every fifth has a description of two lines."""
    lines: list[PageLine] = []
    for index in range(count):
        quantity, price = Decimal(index % 13 + 1) / 2, Decimal(4945 + 137 * index) / 100
        description = "Conformément au devis accepté le 2 juillet, y compris les tests de charge et le rapport écrit"
        lines.append(
            PageLine(
                item=f"{_ITEMS[index % 4]} n° {index + 1}",
                description=description if index % 5 == 4 else "",
                quantity=quantity,
                unit="day",
                price=price,
                amount=(quantity * price).quantize(CENT, ROUND_HALF_UP),
                rate=_RATES[index % 3],
            )
        )
    return tuple(lines)


def totals_of(lines: Sequence[PageLine]) -> tuple[PageTotals, tuple[PageTax, ...]]:
    """Return totals and VAT breakdown of lines."""
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        bases[line.rate] = bases.get(line.rate, Decimal(0)) + line.amount
    taxes = tuple(
        PageTax(category="S", rate=rate, base=base, amount=(base * rate / 100).quantize(CENT, ROUND_HALF_UP))
        for rate, base in sorted(bases.items())
    )
    net, vat = sum(bases.values(), Decimal(0)), sum((tax.amount for tax in taxes), Decimal(0))
    return PageTotals(lines=net, net=net, vat=vat, gross=net + vat, due=net + vat), taxes


def page_of(count: int = 3, **changes: Any) -> Page:
    """Return an invoice of so many lines, with changes."""
    lines = changes.pop("lines", lines_of(count))
    totals, taxes = totals_of(lines)
    epc = epc_payload(SELLER.name, IBAN, totals.gross, reference="RF83FA20260042") or ""
    page = Page(
        kind="invoice",
        number="F2026-0042",
        date=date(2026, 11, 3),
        language="fr",
        currency="EUR",
        seller=SELLER,
        client=CLIENT,
        lines=lines,
        taxes=taxes,
        totals=totals,
        due=date(2027, 1, 14),
        order="BC-7917",
        nature="services",
        terms="fin de mois + 45 jours",
        payment=PagePayment(method="transfer", iban=IBAN, bic="AGRIFRPP", reference="RF83FA20260042", epc=epc),
        notes=("Pas d’escompte pour paiement anticipé.",),
    )
    return replace(page, **changes)


def all_kinds() -> dict[str, Page]:
    """Return one page of every kind and of every optional part."""
    invoice = page_of()
    gross = invoice.totals.gross
    deposit = PageDeposit(
        number="F2026-0039", date=date(2026, 10, 21), net=Decimal(300), vat=Decimal(60), gross=Decimal(360)
    )
    return {
        "invoice": invoice,
        "english": page_of(language="en", title="Website redesign"),
        "long": page_of(60),
        "deposit": page_of(1, kind="deposit", quote="D2026-0017"),
        "progress": page_of(kind="progress", contract="M-2026-01"),
        "final": page_of(
            kind="final",
            deposits=(deposit,),
            totals=replace(invoice.totals, due=gross - Decimal(360)),
            quote="D2026-0017",
        ),
        "credit-note": page_of(
            1,
            kind="credit-note",
            number="A2026-0012",
            corrects=(PageReference(number="F2026-0042", date=date(2026, 11, 3)),),
            payment=PagePayment(),
        ),
        "self-billed": page_of(kind="self-billed"),
        "quote": page_of(kind="quote", number="D2026-0017", valid_until=date(2026, 11, 12), payment=PagePayment()),
        "order": page_of(kind="order", number="C2026-0003"),
        "delivery": page_of(kind="delivery", number="L2026-0001", hide_prices=True, delivery_date=date(2026, 11, 2)),
        "proforma": page_of(kind="proforma", number="P2026-0001"),
        "draft": page_of(number="", draft=True),
        "duplicate": page_of(duplicate=True),
        "paid": page_of(
            totals=replace(invoice.totals, due=Decimal(0)),
            paid=(PagePaid(amount=gross, date=date(2026, 11, 3), method="card"),),
            payment=PagePayment(method="card"),
        ),
        "instalments": page_of(
            instalments=(
                PageInstalment(amount=Decimal(100), due=date(2026, 11, 3), percent=Decimal(30)),
                PageInstalment(amount=gross - 110, due=date(2026, 12, 3), percent=Decimal(70)),
                PageInstalment(amount=Decimal(10), due=date(2027, 11, 3), retention=True),
            ),
            adjustments=(
                PageAdjustment(amount=Decimal("-12.50"), percent=Decimal(5), rate=Decimal(20)),
                PageAdjustment(amount=Decimal(15), label="Frais de port"),
            ),
        ),
        "dollars": page_of(
            currency="USD",
            language="en",
            client=PageParty(name="Acme Inc", address=("1 Main Street", "New York NY 10001"), country="United States"),
            totals=replace(
                invoice.totals,
                vat_in_euro=Decimal("0.00"),
                exchange_rate=Decimal("0.9214"),
                exchange_source="ECB, 26 November 2026",
            ),
            taxes=(
                PageTax(
                    category="O",
                    rate=Decimal(0),
                    base=invoice.totals.net,
                    amount=Decimal(0),
                    reason="VAT not applicable, art. 259-1 CGI",
                ),
            ),
            payment=PagePayment(method="transfer", iban=IBAN, reference="F2026-0044"),
        ),
        "details": page_of(
            title="Refonte du site vitrine",
            delivery_date=date(2026, 10, 30),
            delivery_name="Chantier Confluence",
            delivery_address=("12 quai Perrache", "69002 Lyon"),
            period_start=date(2026, 10, 1),
            period_end=date(2026, 10, 31),
            contract="C-12",
            engagement="EJ-2026-01",
            service_code="SRV-7",
            replaces=(PageReference(number="F2026-0041", date=date(2026, 10, 31)),),
            vat_on_debits=True,
            prices_include_tax=True,
        ),
    }
