"""Any sequence of commands and of edits by hand: numbers stay lawful, each broken seal names its document.

The test keeps its own account of what was issued and of what a hand changed since; what the
rules say is compared with it.
"""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from ledgers import HEADER, ledger_of

from facturier.cli import main
from facturier.rules.pack import check_all
from facturier.violations import Severity

FIRST_DAY = date(2026, 6, 1)
NUMBER = re.compile(r'^  (?:invoice|credit-note): "([^"]+)"$', re.MULTILINE)
SEAL = re.compile(r'^\d{4}-\d\d-\d\d custom "seal" "([^"]+)" "([0-9a-f]{64})"', re.MULTILINE)
AMOUNT = re.compile(r"(\d+)\.(\d\d) EUR$", re.MULTILINE)


@dataclass
class Hand:
    """A ledger file, what was issued in it, and what a hand did to it."""

    path: Path
    issued: dict[str, str] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)
    vanished: bool = False
    moved: bool = False
    cents: int = 0

    @property
    def blocks(self) -> list[str]:
        """The directives of the file: blank lines stand between them."""
        return self.path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")

    @blocks.setter
    def blocks(self, blocks: list[str]) -> None:
        self.path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")

    def documents(self) -> dict[str, str]:
        """The documents that stand in the file, by number."""
        return {found[1]: block for block in self.blocks if (found := NUMBER.search(block))}

    def seals(self) -> dict[str, str]:
        """The hashes of the seals that stand in the file, by number, in number order."""
        return dict(sorted(SEAL.findall("\n\n".join(self.blocks))))

    def command(self, *arguments: str) -> None:
        """Run a command in the process; what it refuses it does not write."""
        before = self.path.read_bytes()
        said = io.StringIO()
        code: object = 0
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main([*arguments, "-f", str(self.path), "--yes"], standalone_mode=False)
            except SystemExit as ended:
                code = ended.code
        note(f"{arguments}: {code or 'done'} {said.getvalue() if code else ''}")
        if code:
            assert self.path.read_bytes() == before, said.getvalue()
        seals = self.seals()
        for number, text in self.documents().items():
            if number not in self.issued:
                assert number in seals, f"{number} was issued without a seal"
                self.issued[number] = text
                self.over[number] = self._before(number, seals)

    def _before(self, number: str, seals: dict[str, str]) -> str:
        """The seal that stands before a number in its series."""
        return next((seals[one] for one in sorted(seals, reverse=True) if one[0] == number[0] and one < number), "")

    def _chosen(self, which: int) -> str | None:
        numbers = sorted(self.documents())
        return numbers[which % len(numbers)] if numbers else None

    def change_amount(self, which: int) -> None:
        """Change one amount of a document, to one that no other has."""
        number = self._chosen(which)
        if number is None:
            return
        self.cents += 1
        text = self.documents()[number]
        places = list(AMOUNT.finditer(text))
        place = places[which % len(places)]
        changed = f"{text[: place.start()]}{int(place[1]) + 7000 + self.cents}.{place[2]} EUR{text[place.end() :]}"
        self.blocks = [changed if block == text else block for block in self.blocks]

    def change_date(self, which: int, days: int) -> None:
        """Put another date on a document."""
        number = self._chosen(which)
        if number is None:
            return
        text = self.documents()[number]
        moved = f"{date.fromisoformat(text[:10]) + timedelta(days=days)}{text[10:]}"
        self.moved = True
        self.blocks = [moved if block == text else block for block in self.blocks]

    def delete(self, which: int) -> None:
        """Delete a document, its seal stays."""
        number = self._chosen(which)
        if number is not None:
            text = self.documents()[number]
            self.moved = True
            self.blocks = [block for block in self.blocks if block != text]

    def vanish(self, which: int) -> None:
        """Delete a document and its seal: once in a sequence."""
        number = self._chosen(which)
        if number is not None and not self.vanished:
            text = self.documents()[number]
            self.vanished = self.moved = True
            self.blocks = [block for block in self.blocks if block != text and f'custom "seal" "{number}"' not in block]
            del self.issued[number]

    def reorder(self, which: int) -> None:
        """Move a document or a seal to another place of the file."""
        blocks = self.blocks
        movable = [rank for rank, block in enumerate(blocks) if NUMBER.search(block) or SEAL.match(block)]
        if movable:
            blocks.append(blocks.pop(movable[which % len(movable)]))
            self.blocks = blocks

    def expected(self) -> list[str]:
        """The documents that a broken seal names, from this account alone."""
        documents, seals = self.documents(), self.seals()
        named = []
        for number, text in self.issued.items():
            if number not in documents or documents[number] != text or self._before(number, seals) != self.over[number]:
                named.append(number)
        return sorted(named)


steps = st.lists(
    st.tuples(
        st.sampled_from(["new", "issue", "credit", "issue", "amount", "date", "delete", "vanish", "reorder"]),
        st.integers(0, 9),
        st.sampled_from([-3, -1, 1, 3]),
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(steps)
def test_any_sequence_keeps_numbers_lawful_and_names_each_broken_seal(sequence: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        hand = Hand(Path(folder) / "main.beancount")
        hand.path.write_text(HEADER, encoding="utf-8")
        # Two are there to begin with, so that an edit always finds something.
        _issue(hand, 1, FIRST_DAY, drafts=2)
        for rank, (step, which, days) in enumerate(sequence, start=1):
            note(f"{step} {which} {days}")
            _take(hand, step, which, days, FIRST_DAY + timedelta(days=5 * rank))
        _compare(hand)


def _take(hand: Hand, step: str, which: int, days: int, today: date) -> None:
    match step:
        case "new":
            hand.command("new", "martin", f"Conseil {100 + which} EUR", "--date", str(today))
        case "issue":
            _issue(hand, which, today, drafts=1)
        case "credit":
            numbers = [number for number in sorted(hand.documents()) if number.startswith("F")]
            if numbers:
                hand.command("credit", numbers[which % len(numbers)], "--date", str(today))
        case "amount":
            hand.change_amount(which)
        case "date":
            hand.change_date(which, days)
        case "delete":
            hand.delete(which)
        case "vanish":
            hand.vanish(which)
        case "reorder":
            hand.reorder(which)


def _issue(hand: Hand, which: int, today: date, drafts: int) -> None:
    for rank in range(drafts):
        hand.command("new", "martin", f"{1 + which} x Conseil {rank + 50} EUR", "--date", str(today))
    hand.command("issue", "--all", "--date", str(today))


def _compare(hand: Hand) -> None:
    books = ledger_of(hand.path).books
    numbers = [document.number for document in books.documents]
    assert len(set(numbers)) == len(numbers)
    found = [one for one in check_all(books) if one.rule.severity is Severity.ERROR]
    numbering = [one for one in found if one.rule.id.startswith("FR-NUM-")]
    if not hand.moved:
        assert numbering == []
    seals = [one for one in found if one.rule.id.startswith("SEAL-")]
    said = [(one.document, one.rule.id, str(one.message)) for one in seals]
    assert sorted(one.document for one in seals) == hand.expected(), said
    assert all(one.document in str(one.message) for one in seals)
