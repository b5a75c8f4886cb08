"""What a validation says: findings, and a verdict that is "valid" only if every layer of rules ran."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from facturier.einvoice.schemas import Profile
from facturier.messages import Message


class Layer(Enum):
    """A set of rules, in the order in which they run (XP Z12-012, note V1.4.0)."""

    SCHEMA = "XSD"
    EN16931 = "EN 16931"
    FRANCE = "BR-FR"


class Severity(Enum):
    """Fatal findings get an invoice rejected; warnings do not."""

    FATAL = "fatal"
    WARNING = "warning"


class Verdict(Enum):
    """The answer in one word; ``NOT_VALIDATED`` means that some rules did not run, and is never a yes."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_VALIDATED = "not validated"


class Finding(NamedTuple):
    """One thing a layer of rules objects to.

    Attributes:
        rule: The rule's id, such as ``BR-CO-15`` or ``BR-FR-05_BT-22_PMT``; ``XSD`` for the schema,
            ``XML`` or ``PDF`` for a file that cannot be read, ``VALIDATOR`` if the rules could not run.
        severity: Whether it gets the invoice rejected.
        text: The rule's own words, or ours where the file could not be checked.
        location: The path of the element in the file; empty if it concerns the whole file.
        business_term: The business term of EN 16931 concerned, such as ``BT-112``; empty if none is named.
        line: The line of that element in the file; 0 if it concerns the whole file.
    """

    rule: str
    severity: Severity
    text: Message
    location: str = ""
    business_term: str = ""
    line: int = 0


class Report(NamedTuple):
    """The outcome of validating one file.

    Attributes:
        profile: What the file was held to; None if that could not be told.
        checked: The layers of rules that ran to their end.
        findings: What they object to, in the order of the layers.
        not_validated: Why rules were left out although nothing is known to be wrong; None if all ran.
    """

    profile: Profile | None
    checked: tuple[Layer, ...]
    findings: tuple[Finding, ...]
    not_validated: Message | None = None

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """The findings that get the invoice rejected."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.FATAL)

    @property
    def valid(self) -> bool:
        """Whether every layer ran and none objects."""
        return self.verdict is Verdict.VALID

    @property
    def verdict(self) -> Verdict:
        """The answer in one word."""
        if self.fatal:
            return Verdict.INVALID
        return Verdict.VALID if self.checked == tuple(Layer) else Verdict.NOT_VALIDATED


def verbatim(text: str) -> Message:
    """Quote the words of a rule, which are not ours to translate."""
    return Message("{text}", {"text": text})


def fatal(rule: str, text: Message) -> Finding:
    """Object to the whole file."""
    return Finding(rule, Severity.FATAL, text)
