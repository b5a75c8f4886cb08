"""Claiming penalties: the text of a ``claim:`` for what an invoice paid late has cost its payer.

    2026-11-22 * "Martin Bâtiment SAS" "Pénalités de retard, facture F2026-0042" ^PR2026-0001 ^F2026-0042
      claim: "PR2026-0001"
      client: "martin"
      due: 2026-11-22
      Assets:Clients:Martin     476.51 EUR
      Income:Penalites         -436.51 EUR
        item: "Intérêts de retard"
        period-start: 2026-05-16
        period-end: 2026-08-31
      Income:Penalites          -40.00 EUR
        item: "Indemnité forfaitaire pour frais de recouvrement"

Penalties make good a loss and are no price of a supply: a claim bears no VAT and is no invoice (CGI art. 256 I).
Its link names the invoice, ``period-end:`` the last day whose interest it claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from babel.numbers import format_currency

from facturier.documents import Kind
from facturier.draft_text import Leg, money, transaction_text
from facturier.issuing import Issuer, NotIssuableError
from facturier.late_payment import INDEMNITY_CURRENCY, Penalty
from facturier.mentions import Words
from facturier.messages import Message, message
from facturier.next_numbers import NumberRefusedError
from facturier.penalties import Segment
from facturier.text_edit import quoted
from facturier.violations import Place

_TITLES = {
    "fr": "Pénalités de retard, facture {number}",
    "nl": "Verwijlinteresten, factuur {number}",
    "de": "Verzugskosten, Rechnung {number}",
    "en": "Late-payment penalties, invoice {number}",
}
_INTEREST = {
    "fr": "Intérêts de retard",
    "nl": "Verwijlinteresten",
    "de": "Verzugszinsen",
    "en": "Late-payment interest",
}
_INDEMNITY = {
    "fr": "Indemnité forfaitaire pour frais de recouvrement",
    "nl": "Forfaitaire vergoeding voor invorderingskosten",
    "de": "Pauschale für Beitreibungskosten",
    "en": "Fixed compensation for recovery costs",
}
_SEGMENT = {
    "fr": "du {first} au {last} : {days} j à {rate} % sur {principal} = {interest}",
    "nl": "van {first} tot {last}: {days} d aan {rate}% op {principal} = {interest}",
    "de": "vom {first} bis {last}: {days} T zu {rate} % auf {principal} = {interest}",
    "en": "{first} to {last}: {days} days at {rate}% on {principal} = {interest}",
}


def refusal(penalty: Penalty) -> Message | None:
    """Say why a penalty is not claimed, or None."""
    if penalty.disputed:
        return message("{number} is disputed: nothing is claimed for it until the dispute ends.", number=penalty.number)
    if penalty.unknown:
        day = penalty.unknown[0]
        return message(
            'The ECB rate of {day} is not known; add: {day} custom "law" "interest" "ecb" with to:, value:, source:.',
            day=day,
        )
    if penalty.currency != INDEMNITY_CURRENCY:
        return message(
            "{number} is in {currency} and recovery costs are in euros: write its claim by hand.",
            number=penalty.number,
            currency=penalty.currency,
        )
    return None


def claim_text(issuer: Issuer, penalty: Penalty) -> tuple[str, str]:
    """Return the number and the text of the claim for one invoice.

    Raises:
        NotIssuableError: There is no account of role penalties, no series of kind claim, or the text has faults.
    """
    books, place = issuer.books, penalty.items[0].place
    client = books.clients.at(penalty.client, issuer.day)
    language = client.language if client and client.language in _TITLES else "fr"
    account = issuer.account_of("penalties", None, place)
    number = _draw(issuer, place)
    title = _TITLES[language].format(number=penalty.number)
    payee = client.name if client else ""
    words = Words(books.law, issuer.day, language)
    legs = list(_legs(penalty, account, client.account if client else "", words))
    text = transaction_text(
        f"{issuer.day} * {quoted(payee)} {quoted(title)} ^{number} ^{penalty.number}",
        {"claim": number, "client": penalty.client, "due": issuer.day},
        legs,
    )
    issuer.read(text, place)
    return number, text


def _draw(issuer: Issuer, place: Place) -> str:
    sole = issuer.books.sellers.sole
    try:
        return issuer.numbers.draw(Kind.CLAIM, "", sole or "", issuer.day)
    except NumberRefusedError as error:
        raise NotIssuableError(place, error.message) from error


def _legs(penalty: Penalty, account: str, client_account: str, words: Words) -> Iterator[Leg]:
    receivable = next((one.account for one in penalty.items if one.role == "receivable"), client_account)
    yield Leg(receivable or penalty.items[0].account, _typed(penalty.interest + penalty.indemnity))
    if penalty.interest:
        keys = {
            "item": _INTEREST[words.language],
            "description": "\n".join(_segment_text(one, words) for one in penalty.segments),
            "period-start": min(one.first for one in penalty.segments),
            "period-end": max(one.last for one in penalty.segments),
        }
        yield Leg(account, _typed(-penalty.interest), keys=keys)
    if penalty.indemnity:
        yield Leg(account, _typed(-penalty.indemnity), keys={"item": _INDEMNITY[words.language]})


def _segment_text(segment: Segment, words: Words) -> str:
    """Return how the interest of some days was reckoned, for the client to check: it stands on the page."""
    # The no-break spaces that numbers get in print would be unreadable surprises in a ledger.
    text = _SEGMENT[words.language].format(
        first=words.dated(segment.first),
        last=words.dated(segment.last),
        days=segment.days,
        rate=words.number(segment.rate),
        principal=format_currency(segment.principal, INDEMNITY_CURRENCY, locale=words.language),
        interest=format_currency(segment.interest, INDEMNITY_CURRENCY, locale=words.language),
    )
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _typed(amount: Decimal) -> str:
    return money(amount.quantize(Decimal("0.01")), INDEMNITY_CURRENCY)
