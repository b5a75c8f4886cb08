"""The law as one value: all its tables, and what holds on a day.

The rows of the program come first; rows that the ledger states (``custom "law"``) lie over
them. Of one id the last one stated that covers the day counts, so a ledger's row wins on its
own days and the program's rows hold on all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import TypeVar

from facturier.law.rows import Figure, Mention, Row, VatRate, VatTreatment

R = TypeVar("R", bound=Row)
# One table: its rows by id, in the order stated; a later one lies over an earlier one.
Table = Mapping[str, tuple[R, ...]]

FIGURE_TABLES = ("interest", "terms", "franchise", "oss-rate", "duty")
TABLES = ("vat-rate", "vat-treatment", "mention", *FIGURE_TABLES)


@dataclass(frozen=True, eq=False)
class Law:
    """All tables.

    Attributes:
        vat_rates: Rates of French territories, by id.
        treatments: Named VAT treatments, by id.
        mentions: Wordings, by id.
        figures: The tables of numbers, by the name of the table, then by id.
    """

    vat_rates: Table[VatRate]
    treatments: Table[VatTreatment]
    mentions: Table[Mention]
    figures: Mapping[str, Table[Figure]]
    _rates: dict[date, frozenset[Decimal]] = field(default_factory=dict, repr=False)

    def rates_on(self, day: date) -> frozenset[Decimal]:
        """Return the VAT rates, in percent, lawful on a day in some French territory."""
        found = self._rates.get(day)
        if found is None:
            rows = (_in_force(rows, day) for rows in self.vat_rates.values())
            found = self._rates[day] = frozenset(row.percent for row in rows if row is not None)
        return found

    def treatment(self, name: str, day: date) -> VatTreatment | None:
        """Return the row of a treatment that applies on a day, or None."""
        return _in_force(self.treatments.get(name, ()), day)

    def mention(self, identifier: str, day: date) -> Mention | None:
        """Return the wording that applies on a day, or None."""
        return _in_force(self.mentions.get(identifier, ()), day)

    def figure(self, table: str, identifier: str, day: date) -> Decimal | None:
        """Return a number of the law on a day, or None where it is not known."""
        row = _in_force(self.figures[table].get(identifier, ()), day)
        return None if row is None else row.value

    def first_day(self, table: str, identifier: str) -> date | None:
        """Return the first day of a row of figures, or None: the date of a duty."""
        rows = self.figures[table].get(identifier)
        return rows[-1].first if rows else None

    def exemption(self, name: str, day: date, language: str) -> tuple[str, str]:
        """Return text and code of an exemption (BT-120, BT-121) as printed on a day, in a language or in English."""
        row = self.treatment(name, day)
        if row is None:
            return "", ""
        text = row.mention if self.may_cite_cgi(day) or not row.mention_cibs else row.mention_cibs
        return text.get(language) or text.get("en", ""), row.vatex

    def may_cite_cgi(self, day: date) -> bool:
        """Tell whether an invoice of a day may cite articles of the CGI, replaced by the CIBS from 2027."""
        return self.figure("duty", "cite-cgi", day) is not None

    def penalty_rate(self, day: date, *, public: bool = False) -> Decimal | None:
        """Return the late-payment rate that holds where none is stipulated, in percent a year; None if not known.

        ECB rate of the half-year + 10 points (C. com. art. L441-10 II), + 8 for a public buyer (CCP art. R2192-31).
        """
        ecb = self.figure("interest", "ecb", day)
        points = self.figure("interest", "penalty-points-public" if public else "penalty-points", day)
        return None if ecb is None or points is None else ecb + points

    def belgian_penalty_rate(self, day: date) -> Decimal | None:
        """Return the late-payment rate of Belgium where none is stipulated, in percent a year; None if not known.

        ECB rate of the half-year + 8 points, rounded up to the next half point (law of 02/08/2002, art. 5).
        """
        ecb = self.figure("interest", "ecb", day)
        points = self.figure("interest", "penalty-points-belgium", day)
        step = self.figure("interest", "penalty-step-belgium", day)
        if ecb is None or points is None or step is None:
            return None
        return ((ecb + points) / step).to_integral_value(ROUND_CEILING) * step

    def recovery_indemnity(self, day: date, *, belgian: bool = False) -> Decimal | None:
        """Return the fixed compensation for an invoice that is late on a day, in euros; None if there is none.

        C. com. art. D441-5; in Belgium art. 6 of the law of 02/08/2002.
        """
        return self.figure("interest", "recovery-indemnity-belgium" if belgian else "recovery-indemnity", day)

    def penalty_floor(self, day: date) -> Decimal | None:
        """Return the least rate that may be stipulated: three times the legal rate; None if not known."""
        legal = self.figure("interest", "legal-professional", day)
        factor = self.figure("interest", "floor-factor", day)
        return None if legal is None or factor is None else legal * factor

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield every row with the name of its table."""
        for name, table in self.tables().items():
            for rows in table.values():
                for row in rows:
                    yield name, row

    def tables(self) -> Mapping[str, Mapping[str, tuple[Row, ...]]]:
        """Return all tables by name."""
        return {
            "vat-rate": self.vat_rates,
            "vat-treatment": self.treatments,
            "mention": self.mentions,
            **self.figures,
        }

    def with_row(self, table: str, row: Row) -> Law:
        """Return the law with one more row, which lies over those of its id on its own days."""
        if isinstance(row, VatRate):
            return replace(self, vat_rates=_added(self.vat_rates, row), _rates={})
        if isinstance(row, VatTreatment):
            return replace(self, treatments=_added(self.treatments, row), _rates={})
        if isinstance(row, Mention):
            return replace(self, mentions=_added(self.mentions, row), _rates={})
        if isinstance(row, Figure):
            return replace(self, figures={**self.figures, table: _added(self.figures[table], row)}, _rates={})
        raise TypeError(row)


def _in_force(rows: tuple[R, ...], day: date) -> R | None:
    """Return the last row stated that holds on a day."""
    for row in reversed(rows):
        if row.first <= day <= row.last:
            return row
    return None


def _added(table: Table[R], row: R) -> dict[str, tuple[R, ...]]:
    return {**table, row.id: (*table.get(row.id, ()), row)}
