"""Drafts from a few words: what ``facturier new`` types for its user.

2 DEV-DAY                      a quantity of a product
1 DEV-DAY @ 600 EUR            at another price
Nom de domaine 20 EUR          a text and its net price
3 x Affiche 12,50 € 5.5%       a quantity, a text, the price of one, a rate
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beancount.core.amount import Amount

from facturier.books import Books
from facturier.directives.kinds import VAT
from facturier.directives.spelling import nearest
from facturier.documents import Document
from facturier.draft_text import Keys, Leg, money, transaction_text
from facturier.messages import Message, message
from facturier.money import ZERO, half_up, smallest_unit
from facturier.parties import Client
from facturier.text_edit import quoted

_NUMBER = r"\d{1,12}(?:[.,]\d{1,6})?"
_CURRENCY = r"[A-Z]{3}|€"
_PRODUCT = re.compile(
    rf"(?:(?P<quantity>{_NUMBER})\s+)?(?P<code>[A-Z][A-Z0-9'._-]*[A-Z0-9])"
    rf"(?:\s*@\s*(?P<price>{_NUMBER})\s*(?P<currency>{_CURRENCY})?)?\Z"
)
_ITEM = re.compile(
    rf"(?:(?P<quantity>{_NUMBER})\s*[x×*]\s+)?(?P<item>\S.*?)\s+(?P<price>-?{_NUMBER})\s*(?P<currency>{_CURRENCY})"
    rf"(?:\s+(?P<vat>{_NUMBER})\s*%)?\Z"
)
# The standard rate (CGI art. 278): what a line of a client in France has unless it says otherwise.
_STANDARD = Decimal(20)

_NAMES_IN_TITLE = 2


class DraftRefusedError(Exception):
    """The words make no draft."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


@dataclass(frozen=True, slots=True)
class Drafting:
    """What lines are made with.

    Attributes:
        books: The books.
        client: The client.
        account: Income account of lines that name no product.
        vat: Rate or treatment of such lines, or None for the usual one.
    """

    books: Books
    client: Client
    account: str
    vat: Decimal | str | None

    def draft(self, day: date, title: str, lines: Iterable[str], keys: Keys) -> str:
        """Return the text of a draft.

        Raises:
            DraftRefusedError: A line cannot be understood; the message says how one is typed.
        """
        legs = [self._line(" ".join(line.split()), day) for line in lines]
        names = [str(leg.keys.get("item") or self._name(leg, day)) for leg in legs]
        shown = ", ".join(names[:_NAMES_IN_TITLE]) + (", …" if len(names) > _NAMES_IN_TITLE else "")
        header = f"{day} D {quoted(self.client.id)} {quoted(title or shown)}"
        return transaction_text(header, keys, legs)

    def _line(self, text: str, day: date) -> Leg:
        typed = _PRODUCT.match(text)
        if typed is not None and (typed["code"] in self.books.products or typed["quantity"] or typed["price"]):
            return self._product(typed, day)
        typed = _ITEM.match(text)
        if typed is None:
            raise DraftRefusedError(
                message(
                    "“{line}” is no line; write “2 DEV-DAY”, “1 DEV-DAY @ 600 EUR” or “Nom de domaine 20 EUR”.",
                    line=text,
                )
            )
        return self._item(typed)

    def _product(self, typed: re.Match[str], day: date) -> Leg:
        code = typed["code"]
        product = self.books.products.at(code, day) if code in self.books.products else None
        if product is None:
            meant = nearest(code, self.books.products)
            found = message('There is no product "{code}" on {day}.', code=code, day=day)
            if meant is not None and meant != code:
                found = message('There is no product "{code}"; did you mean "{meant}"?', code=code, meant=meant)
            raise DraftRefusedError(found)
        price = f"@ {money(_number(typed['price']), self._currency(typed['currency']))}" if typed["price"] else ""
        quantity = _number(typed["quantity"] or "1")
        return Leg(product.account or self._income(), f"-{quantity:f} {code}", price)

    def _item(self, typed: re.Match[str]) -> Leg:
        currency = self._currency(typed["currency"])
        step = smallest_unit(currency)
        price, quantity = _number(typed["price"]), _number(typed["quantity"] or "1")
        if price < ZERO:
            price, quantity = -price, -quantity  # what lowers the total is a negative quantity (BR-27)
        price = half_up(price, step) if price == half_up(price, step) else price
        keys: dict[str, object] = {"item": typed["item"]}
        if quantity != 1 or price != half_up(price, step):
            keys |= {"quantity": quantity, "price": Amount(price, currency)}
        vat = _number(typed["vat"]) if typed["vat"] else self._usual_vat()
        if vat is not None:
            fault = VAT.fault(vat)
            if fault is not None:
                raise DraftRefusedError(fault)
            keys["vat"] = vat
        return Leg(self._income(), money(-half_up(quantity * price, step), currency), keys=keys)

    def _usual_vat(self) -> Decimal | str | None:
        if self.vat is not None:
            return self.vat
        sole = self.books.sellers.sole
        seller = self.books.sellers.latest(sole) if sole else None
        if seller is not None and seller.vat_on == "franchise":
            return None
        if self.client.country != "FR":
            raise DraftRefusedError(
                message(
                    "{client} is in {country}: say how these lines are taxed, such as --vat intra-eu-services, "
                    "--vat export or --vat 20.",
                    client=self.client.name or self.client.id,
                    country=self.client.country,
                )
            )
        return _STANDARD

    def _income(self) -> str:
        if not self.account:
            raise DraftRefusedError(
                message("On which income account do these lines go? Add --account Income:… or a product.")
            )
        return self.account

    def _currency(self, typed: str | None) -> str:
        return "EUR" if typed == "€" else typed or self.client.currency or self.books.currency

    def _name(self, leg: Leg, day: date) -> str:
        product = self.books.products.at(leg.amount.split()[-1], day)
        return product.name if product else ""


def usual_account(documents: Iterable[Document], books: Books, opened: Iterable[str]) -> str:
    """Return the income account of the last line sold, else the first one that is open, else ""."""
    latest = ""
    for document in documents:
        for line in document.lines:
            if _is_for_sales(line.account, books):
                latest = line.account
    return latest or next((account for account in opened if _is_for_sales(account, books)), "")


def _is_for_sales(account: str, books: Books) -> bool:
    role = books.roles.of(account)
    return role.income and not role.name


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
