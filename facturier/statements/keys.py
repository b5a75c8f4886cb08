"""Which lines of a bank file the books already hold.

Every imported transaction carries one key, ``bank-line:``, a fingerprint and a number::

    bank-line: "9c2f0b1e64ad77c3#1"

- The fingerprint is a hash of account, booking date, amount, currency, and of the bank's
  own reference where it gives one, else of every word of the line, folded.
- Lines of another format than camt have its name before it, ``cfonb120:9c2f…#1``: the same
  movement has other words there, and ``known`` tells by the name that it is to be compared.
- The number counts lines of one fingerprint in the order of the file: two identical train
  tickets are two movements, and the nth in a new file is the nth in the books.

So importing twice, overlapping or shuffled files adds nothing and loses nothing. The
booking date is part of it even with a reference, since banks are seen to reuse
references from month to month; the value date and the ledger's account name are not,
so both may be edited freely.

``bank-ref:`` repeats the bank's reference for the reader. On a transaction typed by hand,
without ``bank-line:``, it is recognised as well.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable

from facturier.statements.line import StatementLine

BANK_LINE = "bank-line"
BANK_REFERENCE = "bank-ref"
_LENGTH = 16


def folded(text: str) -> str:
    """Return a text in capitals without accents, blanks and punctuation.

    >>> folded("Virement n. 12, Bâtiment")
    'VIREMENTN12BATIMENT'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum()).upper()


def fingerprint(line: StatementLine) -> str:
    """Return what tells a line from all but its genuine doubles, as 16 hexadecimal digits."""
    if line.bank_reference:
        identity = f"reference\x1f{line.bank_reference}"
    else:
        names = (
            name
            for payment in (line.payment, *line.batch)
            for name in (payment.counterparty_name, payment.counterparty_iban)
        )
        identity = "label\x1f" + "\x1f".join(folded(text) for text in (*names, *line.texts))
    # Normalised, since a bank writes 20.0 in one export and 20.00 in the next.
    amount = f"{line.amount.normalize():f}"
    parts = (line.account, line.booking_date.isoformat(), amount, line.currency, identity)
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:_LENGTH]


def line_keys(lines: Iterable[StatementLine]) -> list[str]:
    """Return the ``bank-line:`` of each line of one file, in the order of the file."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        mark = fingerprint(line)
        seen[mark] += 1
        keys.append(f"{line.format}:{mark}#{seen[mark]}" if line.format else f"{mark}#{seen[mark]}")
    return keys


def key_format(key: str) -> str:
    """Return the format that a key's line was read from; empty for camt."""
    return key.rpartition(":")[0]
