"""The creditor reference printed on an invoice, so that a payment names it without a doubt.

ISO 11649: "RF", two check digits, up to 21 letters and digits.

>>> creditor_reference("FA2026-0042")
'RF83FA20260042'
"""

from __future__ import annotations

from functools import lru_cache

from stdnum import iso11649
from stdnum.exceptions import ValidationError

_LONGEST_BODY = 21


@lru_cache(maxsize=65536)
def creditor_reference(number: str) -> str:
    """Derive the RF reference of a document number; empty when it cannot hold the number."""
    body = "".join(character for character in number.upper() if character.isascii() and character.isalnum())
    if not body or len(body) > _LONGEST_BODY:
        return ""
    remainder = int("".join(str(int(character, 36)) for character in f"{body}RF00")) % 97
    return f"RF{98 - remainder:02}{body}"


def is_creditor_reference(text: str) -> bool:
    """Tell whether a text is a valid RF reference, blanks allowed."""
    try:
        iso11649.validate(text)
    except ValidationError:
        return False
    return True
