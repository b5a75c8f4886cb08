"""What a rule finds: its id, its severity, the sentence with the fix in it, and where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from facturier.messages import Message


class Severity(Enum):
    """How bad a finding is: an error fails ``bean-check``, a notice is shown by ``facturier check`` only."""

    ERROR = "error"
    NOTICE = "notice"


class Rule(NamedTuple):
    """What a rule wants, in the words of ``facturier explain``.

    Attributes:
        id: Its name in messages and in ``waive:``, such as ``FR-NUM-GAP``.
        title: One short sentence.
        wants: What must hold, as a user would say it.
        law: Where it is written: article, doctrine, standard; empty for a rule of bookkeeping.
        example: Ledger text that satisfies it.
        severity: Whether a breach is an error or a notice.
        waivable: Whether ``waive:`` on a document may silence it.
    """

    id: str
    title: Message
    wants: Message
    law: str
    example: str
    severity: Severity = Severity.ERROR
    waivable: bool = True


class Place(NamedTuple):
    """A line of a ledger file, counted from one."""

    filename: str
    line: int

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Place:
        """Return the place written in a directive's or posting's metadata by beancount."""
        return cls(str(meta.get("filename", "<unknown>")), int(meta.get("lineno", 0)))

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}"


class Violation(NamedTuple):
    """One breach of one rule at one place of the ledger.

    Attributes:
        rule: The rule that was broken.
        message: What is wrong and what to type instead.
        place: The file and line to look at.
        entry: The beancount directive concerned, or None.
        document: The number of the document concerned, for ``waive:``; empty if none.
    """

    rule: Rule
    message: Message
    place: Place
    entry: Any = None
    document: str = ""
