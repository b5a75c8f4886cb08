"""Why an entry is not written: it cannot be, or it need not be."""

from __future__ import annotations

from facturier.messages import Message
from facturier.violations import Place


class PaymentRefusedError(Exception):
    """What was asked for cannot be booked; nothing is to be written.

    Attributes:
        place: The line of the ledger that stands against it.
        message: Why, and what to type instead.
    """

    def __init__(self, place: Place, found: Message) -> None:
        super().__init__(str(found))
        self.place = place
        self.message = found


class NothingToDoError(PaymentRefusedError):
    """What was asked for is in the books already: no fault, and nothing to write."""
