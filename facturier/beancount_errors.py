"""Violations as beancount and Fava show them: errors of named classes.

Fava prints the class name as the kind of error, so each class is named for its reader. They
live in an installed module of their own because beancount's cache pickles them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from beancount.core import data

from facturier.violations import Violation


class LedgerError(NamedTuple):
    """The ledger's words are not right: a key, a value, a name."""

    source: dict[str, Any]
    message: str
    entry: Any


class NumberingError(NamedTuple):
    """A document's number breaks its series."""

    source: dict[str, Any]
    message: str
    entry: Any


class AmountError(NamedTuple):
    """A figure of a document is not the one its lines make."""

    source: dict[str, Any]
    message: str
    entry: Any


class VatError(NamedTuple):
    """A VAT rate or treatment is not lawful there."""

    source: dict[str, Any]
    message: str
    entry: Any


class MentionError(NamedTuple):
    """A fact or a text that the law wants on a document is missing or wrong."""

    source: dict[str, Any]
    message: str
    entry: Any


class ReferencesError(NamedTuple):
    """What is named does not exist or does not fit."""

    source: dict[str, Any]
    message: str
    entry: Any


class SettlementError(NamedTuple):
    """A payment or another settlement does not fit what is owed."""

    source: dict[str, Any]
    message: str
    entry: Any


class SealError(NamedTuple):
    """A sealed document is not as it was sealed."""

    source: dict[str, Any]
    message: str
    entry: Any


class ClosedPeriodError(NamedTuple):
    """What was closed is not as it was."""

    source: dict[str, Any]
    message: str
    entry: Any


class FacturierError(NamedTuple):
    """Anything else that facturier finds."""

    source: dict[str, Any]
    message: str
    entry: Any


ERROR_CLASSES = (
    LedgerError, NumberingError, AmountError, VatError, MentionError, ReferencesError, SettlementError, SealError,
    ClosedPeriodError, FacturierError,
)  # fmt: skip
_BY_PREFIX = (
    ("LEDGER-", LedgerError),
    ("FR-NUM-", NumberingError),
    ("PAPER-", NumberingError),
    ("AMOUNT-", AmountError),
    ("FR-VAT-", VatError),
    ("FR-MENTION-", MentionError),
    ("FR-ID-", MentionError),
    ("FR-TERMS-", MentionError),
    ("FR-EINVOICE-", MentionError),
    ("REF-", ReferencesError),
    ("FR-CREDIT-", ReferencesError),
    ("FR-DUE-", ReferencesError),
    ("SETTLE-", SettlementError),
    ("BALANCE-", SettlementError),
    ("SEAL-", SealError),
    ("CLOSE-", ClosedPeriodError),
)


def as_beancount_error(violation: Violation, language: str) -> Any:
    """Turn a violation into the error tuple that beancount and Fava expect."""
    kind = next((kind for prefix, kind in _BY_PREFIX if violation.rule.id.startswith(prefix)), FacturierError)
    text = f"{violation.message.text(language)} [{violation.rule.id}]"
    source = {"filename": violation.place.filename, "lineno": violation.place.line}
    entry = violation.entry
    if isinstance(entry, data.Custom) and entry.values is None:
        entry = entry._replace(values=[])  # beancount cannot print a custom whose values are None
    return kind(source, text, entry)
