"""Who paid: the client behind a bank line, as far as the ledger says so.

    2026-06-01 custom "payer" "martin" "FR7612345987650123456789014"
    2026-06-01 custom "alias" "martin" "MARTIN BAT"

Only what is written counts: an IBAN of ``payer`` or of the client's ``iban:``, else the
whole name of an ``alias``. Nothing is guessed from names that look alike.
"""

from __future__ import annotations

from datetime import date

from facturier.books import Books
from facturier.parties import Client
from facturier.statements.keys import folded
from facturier.statements.line import Payment


class Payers:
    """Finds the client who paid."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._aliases: dict[str, set[str]] = {}
        for name, client in books.aliases.items():
            self._aliases.setdefault(folded(name), set()).add(client)
        self._of_day: dict[date, dict[str, set[str]]] = {}

    def client(self, payment: Payment, day: date) -> Client | None:
        """Return the client of a payment, or None: not known, or known as several.

        An IBAN outweighs a name: whoever pays from a client's account is that client.
        """
        by_iban = self._by_iban(payment.counterparty_iban, day)
        found = by_iban or self._by_alias(payment)
        return self._books.clients.at(next(iter(found)), day) if len(found) == 1 else None

    def _by_iban(self, iban: str, day: date) -> set[str]:
        if not iban:
            return set()
        stated = self._books.payers.get(iban)
        if stated is not None:
            return {stated}
        return self._ibans(day).get(iban, set())

    def _ibans(self, day: date) -> dict[str, set[str]]:
        """Return the clients by their own ``iban:`` as it stood on a day."""
        known = self._of_day.get(day)
        if known is None:
            known = self._of_day[day] = {}
            for identifier in self._books.clients:
                client = self._books.clients.at(identifier, day)
                if client is not None and client.iban:
                    known.setdefault("".join(client.iban.split()).upper(), set()).add(client.id)
        return known

    def _by_alias(self, payment: Payment) -> set[str]:
        names = (payment.counterparty_name, payment.ultimate_party)
        return set().union(*(self._aliases.get(folded(name), set()) for name in names if name))
