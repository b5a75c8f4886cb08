"""Which account a leg is booked on: by its role, the open one; never by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from beancount.core import data

from facturier.books import Books
from facturier.directives.spelling import nearest
from facturier.messages import message
from facturier.parties import Client
from facturier.payments.faults import PaymentRefusedError
from facturier.roles import MONEY
from facturier.violations import Place

# How a client pays, and the role of the account the money comes to.
ROLE_OF_METHOD: Mapping[str, str] = {"bank": "bank", "cash": "cash", "cheque": "cheques", "card": "clearing"}


class OpenAccounts:
    """The accounts open on a day, by their roles.

    Attributes:
        currencies: By account, those it is opened for; none means all.
    """

    def __init__(self, books: Books, entries: Iterable[data.Directive], day: date) -> None:
        self.books = books
        self.day = day
        self.currencies: dict[str, frozenset[str]] = {}
        for entry in entries:
            if isinstance(entry, data.Open) and entry.date <= day:
                self.currencies[entry.account] = frozenset(entry.currencies or ())
            elif isinstance(entry, data.Close) and entry.date <= day:
                self.currencies.pop(entry.account, None)

    def of_role(self, role: str, vat: Decimal | str | None = None) -> str:
        """Return the open account of a role, the one for a rate before the one for all.

        Raises:
            PaymentRefusedError: There is none.
        """
        found = self._all_of_role(role, vat)
        if not found:
            raise PaymentRefusedError(
                self._ledger,
                message(
                    'No open account has the role "{role}"; add: {day} custom "role" "{role}" ACCOUNT, and open it.',
                    role=role,
                    day=self.day.replace(month=1, day=1),
                ),
            )
        return found[0]

    def of_first_role(self, *roles: str) -> str:
        """Return the open account of the first role that has one; the last role is the one to add.

        Raises:
            PaymentRefusedError: None has one.
        """
        return next((account for role in roles for account in self._all_of_role(role)[:1]), "") or self.of_role(
            roles[-1]
        )

    def money(self, method: str, named: str, currency: str) -> str:
        """Return the account that money comes to or goes from.

        Args:
            method: How it is paid, a key of ``ROLE_OF_METHOD``; used where no account is named.
            named: The account as typed, or "".
            currency: Of what is paid; the currency of the books is fit, too.

        Raises:
            PaymentRefusedError: It is not open or not for money, or there are several or none.
        """
        if named:
            return self._named(named)
        fit = {currency, self.books.currency}
        role = ROLE_OF_METHOD[method]
        found = [
            account
            for account in self._all_of_role(role)
            if not self.currencies[account] or self.currencies[account] & fit
        ]
        if len(found) > 1:
            raise PaymentRefusedError(
                self._ledger,
                message(
                    'There are several accounts of role "{role}"; add --account and one of: {accounts}.',
                    role=role,
                    accounts=", ".join(found),
                ),
            )
        return found[0] if found else self.of_role(role)

    def doubtful(self, client: Client | None, place: Place) -> str:
        """Return the client's own doubtful account, named like his other one, or the one for all.

        Raises:
            PaymentRefusedError: Neither is open.
        """
        stated = self.books.roles.accounts("doubtful")
        leaf = client.account.rpartition(":")[2] if client and client.account else ""
        own = [f"{account}:{leaf}" for account in stated if leaf]
        for account in (*own, *stated):
            if account in self.currencies:
                return account
        if not stated:
            return self.of_role("doubtful")
        raise PaymentRefusedError(
            place,
            message(
                "The account {account} is not open; add: {day} open {account}.",
                account=(own or stated)[0],
                day=self.day.replace(month=1, day=1),
            ),
        )

    def takes(self, account: str, currency: str) -> bool:
        """Tell whether an account may hold a currency."""
        stated = self.currencies.get(account)
        return not stated or currency in stated

    def _named(self, account: str) -> str:
        if account not in self.currencies:
            meant = nearest(account, self.currencies)
            found = message("The account {account} is not open.", account=account)
            if meant is not None:
                found = message(
                    "The account {account} is not open; did you mean {meant}?", account=account, meant=meant
                )
            raise PaymentRefusedError(self._ledger, found)
        if self.books.roles.of(account).name not in MONEY:
            raise PaymentRefusedError(
                self._ledger,
                message(
                    'The account {account} is not for money; name one of role "bank", "cash", "cheques" or "clearing", '
                    'or add: {day} custom "role" "bank" {account}.',
                    account=account,
                    day=self.day.replace(month=1, day=1),
                ),
            )
        return account

    def _all_of_role(self, role: str, vat: Decimal | str | None = None) -> list[str]:
        role_of = self.books.roles.of
        found: list[str] = []
        for stated in self.books.roles.accounts(role, vat):
            below = sorted(name for name in self.currencies if name == stated or name.startswith(f"{stated}:"))
            found += [name for name in below if role_of(name).name == role and name not in found]
        return found

    @property
    def _ledger(self) -> Place:
        return Place(self.books.filename, 0)
