"""The canonical form of a document: the text whose hash a seal is. docs/seals.md describes it for others.

    facturier-seal 1
    header {"currency":"EUR","date":"2026-11-03","kind":"invoice","number":"F2026-0042"}
    seller {"country":"FR","id":"atelier","name":"Atelier Numérique", …}
    client {…}
    lines [{"item":"Nom de domaine, 1 an","nature":"services","net":"20", …}]
    totals {…}
    texts {…}
    logo "5d0a…"
    template "default 1b9c04de"
    files {"pdf":"5d0a…"}

It holds only what the transaction, the directives in force on its date and the user's own files
say: no wording, format or figure of another document, so that neither a new version of this
program nor a payment changes it. Keys are sorted, empty ones left out, numbers written plainly
as text, letters in Unicode's form NFC. A key that is added to the form one day is left out where
nobody stated it, so the seals of before stay right; anything else needs a second form.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from beancount.core.amount import Amount

from facturier.documents import Document, Kind, Line
from facturier.money import ZERO, percent_of, smallest_unit
from facturier.parties import Client, Party, Seller
from facturier.vat import Tax

FORM = "facturier-seal 1"
PARTS = ("header", "seller", "client", "lines", "totals", "texts", "logo", "template", "files")

HEADER_KEYS = frozenset({
    "attach", "contract-ref", "corrects", "delivery-address", "delivery-date", "due", "engagement", "from", "order-ref",
    "payer", "period-end", "period-start", "replaces", "service-code", "ttc", "vat-country",
})  # fmt: skip
TEXT_KEYS = frozenset({"attestation", "language", "method", "note", "terms", "waste"})
TOTAL_KEYS = frozenset({"charge", "discount"})
_PARTY_FIELDS = (
    "id", "name", "street", "postcode", "city", "country", "siren", "siret", "vat_number", "email", "phone", "contact",
    "iban", "bic", "electronic_address", "terms",
)  # fmt: skip
SELLER_FIELDS = (
    *_PARTY_FIELDS, "trade_name", "legal_form", "capital", "rcs", "rna", "ape", "ei", "vat_on", "escompte",
    "penalty_rate", "website", "insurer", "insurance_area", "mediator", "activity", "creditor_id", "tax_representative",
    "attach",
)  # fmt: skip
CLIENT_FIELDS = (*_PARTY_FIELDS, "language", "kind", "service_code", "delivery_address", "mandate")

# What makes a document more than lines, their VAT and one amount owed on one day.
_UNUSUAL = (HEADER_KEYS | TEXT_KEYS | TOTAL_KEYS) - {"due"}
_FrameKey = tuple[str, str, str, str, int]
_Frame = tuple[str, str, str, str]


class Printed(NamedTuple):
    """How a document was printed.

    Attributes:
        logo: SHA-256 of the logo file in force on its date; "" without one.
        template: Template and version.
        pdf: SHA-256 of the archived PDF; "" where none is.
        xml: SHA-256 of the archived XML; "" where none is.
        attached: SHA-256 and name of each file that goes with it, as its seal states them; "" without one.
    """

    logo: str
    template: str
    pdf: str = ""
    xml: str = ""
    attached: str = ""


class CanonicalForm:
    """Writes documents in their canonical form; what they share, such as a party, is written once.

    The same text is made in two ways: ``parts`` says it plainly, ``canonical`` takes a short way for
    the documents that nearly all are, since the seals of all books are checked at every load.
    """

    def __init__(self) -> None:
        # By identity: the books keep one object for each version of a party and for each tax.
        self._parties: dict[int, tuple[Party | None, str]] = {}
        self._taxes: dict[int, str] = {}
        self._frames: dict[_FrameKey, _Frame] = {}
        self._days: dict[date, str] = {}

    def parts(self, document: Document, printed: Printed) -> tuple[str, ...]:
        """Return the parts of a document as text, in the order of ``PARTS``."""
        return (
            _json(dict(_header(document))),
            self._party(document.seller)[1],
            self._party(document.client)[1],
            _json([dict(_line(line)) for line in document.lines]),
            _json(dict(_totals(document))),
            _json({"title": document.title, **_stated(document, TEXT_KEYS)}),
            _json(printed.logo),
            _json(printed.template),
            _files(printed),
        )

    def canonical(self, document: Document, printed: Printed) -> bytes:
        """Return the whole canonical form."""
        everyday = self._everyday(document)
        if everyday is not None:
            logo, template, pdf, xml, attached = printed
            files = _files(printed) if xml or attached else f'{{"pdf":{_quoted(pdf)}}}' if pdf else "{}"
            return f'{everyday}logo "{logo}"\ntemplate {_quoted(template)}\nfiles {files}\n'.encode()
        lines = (f"{name} {part}\n" for name, part in zip(PARTS, self.parts(document, printed), strict=True))
        return f"{FORM}\n{''.join(lines)}".encode()

    def _everyday(self, document: Document) -> str | None:
        """Write all but the last three parts of an everyday document; None where it is none."""
        (
            kind, number, day, client, seller, title, currency, rate, lines, instalments, vat_legs, deductions, paid, _,
            adjustments, values, further_keys, _,
        ) = document  # fmt: skip
        if len(instalments) != 1 or deductions or paid or adjustments or rate is not None or not lines:
            return None
        if not title or not number or not _UNUSUAL.isdisjoint(further_keys):
            return None
        frames = self._frames
        tax, base, written = lines[0].tax, ZERO, []
        for (
            item, description, product, quantity, unit, price, discount, discount_percent, net, own_tax, nature,
            period_start, period_end, delivery, booked, gross, _, _,
        ) in lines:  # fmt: skip
            if own_tax is not tax or description or discount or discount_percent or period_start or period_end:
                return None
            if booked != net or gross is not net or delivery:
                return None
            base += net
            key = item, product, unit, nature, id(tax)
            start, before_price, before_quantity, end = frames.get(key) or self._frame(key, tax)
            written.append(f"{start}{_plain(net)}{before_price}{_plain(price)}{before_quantity}{_plain(quantity)}{end}")
        vat = percent_of(base, tax.percent, smallest_unit(currency))
        left = vat
        for vat_leg in vat_legs:
            left -= vat_leg.amount
        _, _, role, owed, leg_due, settles, _ = instalments[0]
        if left or settles or role != "receivable":
            return None
        days, due = self._days, values.get("due")
        stated = f',"due":"{days.get(due) or self._day(due)}"' if due else ""
        owed_on = stated if leg_due is due else f',"due":"{self._day(leg_due)}"' if leg_due else ""
        word = "invoice" if kind is Kind.INVOICE else kind.value
        net_text, vat_text, parties = _plain(base), _plain(vat), self._parties
        _, seller_text = parties.get(id(seller)) or self._party(seller)
        _, client_text = parties.get(id(client)) or self._party(client)
        issued = days.get(day) or self._day(day)
        return (
            f'{FORM}\nheader {{"currency":"{currency}","date":"{issued}"{stated},"kind":"{word}",'
            f'"number":{_quoted(number)}}}\nseller {seller_text}\nclient {client_text}\n'
            f'lines [{",".join(written)}]\ntotals {{"gross":"{_plain(base + vat)}","net":"{net_text}",'
            f'"owed":[{{"amount":"{_plain(owed)}"{owed_on}}}],"taxes":[{{"amount":"{vat_text}","base":"{net_text}",'
            f'{self._taxed(tax)}}}],"vat":"{vat_text}"}}\ntexts {{"title":{_quoted(title)}}}\n'
        )

    def _frame(self, key: _FrameKey, tax: Tax) -> _Frame:
        """Write what lines of one item have in common, around their net amount, price and quantity."""
        item, product, unit, nature, _ = key
        frame = self._frames[key] = (
            f'{{"item":{_quoted(item)},"nature":"{nature}","net":"',
            f'","percent":"{plain(tax.percent)}","price":"',
            f'","product":{_quoted(product)},"quantity":"' if product else '","quantity":"',
            '"'
            + (f',"treatment":{_quoted(tax.treatment)}' if tax.treatment else "")
            + (f',"unit":{_quoted(unit)}' if unit else "")
            + "}",
        )
        return frame

    def _taxed(self, tax: Tax) -> str:
        known = self._taxes.get(id(tax))
        if known is None:
            treatment = f',"treatment":{_quoted(tax.treatment)}' if tax.treatment else ""
            known = self._taxes[id(tax)] = f'"percent":"{plain(tax.percent)}"{treatment}'
        return known

    def _party(self, party: Seller | Client | None) -> tuple[Party | None, str]:
        known = self._parties.get(id(party))
        if known is None:
            fields = SELLER_FIELDS if isinstance(party, Seller) else CLIENT_FIELDS if party is not None else ()
            written = _json({field.replace("_", "-"): getattr(party, field) for field in fields})
            known = self._parties[id(party)] = (party, written)
        return known

    def _day(self, day: date) -> str:
        """Write a date that many documents share."""
        written = self._days[day] = day.isoformat()
        return written


def _quoted(text: str) -> str:
    return encode_basestring(text if text.isascii() and "\r" not in text else composed(text))


def _plain(number: Decimal) -> str:
    """Write a number: nearly all amounts are as Python writes them."""
    text = str(number)
    return plain(number) if text[-1] == "0" or "E" in text else text


def plain(number: Decimal) -> str:
    """Write a number without exponent, plus sign or zeros that say nothing.

    >>> plain(Decimal("1506.00")), plain(Decimal("-0.50")), plain(Decimal("1E+3")), plain(Decimal("-0"))
    ('1506', '-0.5', '1000', '0')
    """
    text = str(number)
    if "E" in text:
        text = format(number, "f")
    if text[-1] == "0":
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if text == "-0":
            return "0"
    return text


def composed(text: str) -> str:
    """Return a text in Unicode's form NFC, its lines ended by line feeds."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def part_hashes(parts: Iterable[str]) -> Mapping[str, str]:
    """Return the first eight digits of the SHA-256 of each part's line."""
    return {name: sha256(f"{name} {text}\n".encode()).hexdigest()[:8] for name, text in zip(PARTS, parts, strict=True)}


def _files(printed: Printed) -> str:
    return _json({"attached": printed.attached, "pdf": printed.pdf, "xml": printed.xml})


def _header(document: Document) -> Iterator[tuple[str, Any]]:
    yield "kind", document.kind.value
    yield "number", document.number
    yield "date", document.date
    yield "currency", document.currency
    yield "rate", document.rate
    yield from _stated(document, HEADER_KEYS).items()


def _line(line: Line) -> Iterator[tuple[str, Any]]:
    yield "item", line.item
    yield "description", line.description
    yield "product", line.product
    yield "quantity", line.quantity
    yield "unit", line.unit
    yield "price", line.price
    yield "discount", line.discount or None
    yield "discount-percent", line.discount_percent or None
    yield "net", line.net
    yield "gross", line.gross if line.gross != line.net else None
    yield "booked", line.booked if line.booked != line.net else None
    yield "percent", line.tax.percent
    yield "treatment", line.tax.treatment
    yield "nature", line.nature
    yield "period-start", line.period_start
    yield "period-end", line.period_end
    yield "delivery", line.delivery


def _totals(document: Document) -> Iterator[tuple[str, Any]]:
    """Yield figures of this document alone; what is left to pay would depend on its deposits too."""
    totals = document.totals()
    yield "net", totals.net
    yield "vat", totals.vat
    yield "gross", totals.gross
    yield "taxes", [{"amount": row.amount, "base": row.base, **_taxed(row.tax)} for row in totals.taxes]
    booked = sum((leg.amount for leg in document.vat_legs), ZERO)
    yield "vat-booked", booked if booked != totals.vat else None
    yield "paid", document.paid or None
    yield "adjustments", document.adjustments or None
    yield (
        "owed",
        [
            {
                "amount": leg.amount,
                "due": leg.due,
                "role": leg.role if leg.role != "receivable" else "",
                "settles": leg.settles,
            }
            for leg in document.instalments
        ],
    )
    yield (
        "deposits",
        [{"number": part.number, "net": part.net, **_taxed(part.tax)} for part in document.deductions],
    )
    yield from _stated(document, TOTAL_KEYS).items()


def _taxed(tax: Tax) -> dict[str, Any]:
    return {"percent": tax.percent, "treatment": tax.treatment}


def _stated(document: Document, keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in document.values.items() if key in keys}


def _json(value: Any) -> str:
    return json.dumps(_simple(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _simple(value: Any) -> Any:
    """Return a value as JSON has it: numbers and dates as text; keys that say nothing left out."""
    if isinstance(value, dict):
        simple = {key: _simple(part) for key, part in value.items()}
        return {key: part for key, part in simple.items() if part}
    if isinstance(value, list):
        return [_simple(part) for part in value]
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Amount):
        return f"{plain(value.number or ZERO)} {value.currency}"
    return composed(value) if isinstance(value, str) else value
