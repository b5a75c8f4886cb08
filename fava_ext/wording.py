"""The words of the pages, in the language of the ledger's user.

English sentences are their own keys; the French ones come from the core's catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from facturier.documents import Kind
from facturier.messages import Message, message
from facturier.statuses import WORDS as STATUSES

REPORT_TITLE = message("Invoices")

WORDS: Mapping[str, Message] = {
    "documents": message("Documents"),
    "aged_balance": message("Aged balance"),
    "views": message("Views of the invoices"),
    "as_of": message("As of"),
    "show": message("Show"),
    "number": message("Number"),
    "kind": message("Kind"),
    "date": message("Date"),
    "client": message("Client"),
    "subject": message("Subject"),
    "net": message("Net"),
    "vat": message("VAT"),
    "total": message("Total"),
    "state": message("State"),
    "balance": message("Balance"),
    "due": message("Due"),
    "valid_until": message("Valid until"),
    "files": message("Files"),
    "on_books": message("Invoices and credit notes"),
    "off_books": message("Off the books: drafts, quotes, orders, delivery notes"),
    "no_number": message("no number"),
    "no_client": message("no client"),
    "entry": message("Show the entry"),
    "journal": message("Show it in the journal, with what settles it"),
    "source": message("Show it in the editor"),
    "download_pdf": message("Download the PDF"),
    "download_xml": message("Download the XML"),
    "deducted": message("deposits deducted:"),
    "filtered_out": message("No document passes Fava's filters."),
    "nothing_booked": message("No invoice is on the books yet."),
    "all_rows": message("Show all"),
    "not_due": message("Not due"),
    "days_1_30": message("1–30 days"),
    "days_31_60": message("31–60 days"),
    "days_61_90": message("61–90 days"),
    "over_90": message("Over 90 days"),
    "on_account": message("On account"),
    "on_account_help": message("Received, but not yet set against a document"),
    "owed_by": message("Owed by client, by days past the due date"),
    "expand": message("Show the documents of this client"),
    "expand_all": message("Show the documents of all clients"),
    "sort_by": message("Sort by this column"),
    "account_page": message("Show the client's account"),
    "nothing_open": message("Nothing is open on that day."),
    "filters_do_not_apply": message(
        "The aged balance counts all entries; Fava's account and text filters do not apply."
    ),
    "see_errors": message("Show the errors"),
    "getting_started": message("This ledger holds no document yet. Three steps to the first invoice:"),
    "step_setup": message(
        "say who you are, who your client is, what your accounts mean and how you number, in the ledger:"
    ),
    "step_draft": message("write a draft, which stays off the books:"),
    "step_issue": message("give it its number on the command line:"),
    "back": message("Back to the invoices"),
}

KINDS: Mapping[Kind, Message] = {
    Kind.INVOICE: message("Invoice"),
    Kind.DEPOSIT: message("Deposit invoice"),
    Kind.PROGRESS: message("Progress invoice"),
    Kind.FINAL: message("Final invoice"),
    Kind.SELF_BILLED: message("Self-billed invoice"),
    Kind.CREDIT_NOTE: message("Credit note"),
    Kind.CLAIM: message("Claim"),
    Kind.DRAFT: message("Draft"),
    Kind.QUOTE: message("Quote"),
    Kind.ORDER: message("Order"),
    Kind.DELIVERY: message("Delivery note"),
    Kind.PROFORMA: message("Proforma"),
    Kind.AGREEMENT: message("Agreement"),
}

STATES: Mapping[str, Message] = {
    # A style sheet's class has no blank.
    **{status.value.replace(" ", "-"): word for status, word in STATUSES.items()},
    "pending": message("pending"),
    "accepted": message("accepted"),
    "refused": message("refused"),
    "expired": message("expired"),
    "invoiced": message("invoiced"),
    "running": message("running"),
    "ended": message("ended"),
}


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the words of the pages in a language, by name."""
    return {name: word.text(language) for name, word in WORDS.items()}


def due_text(due: date | None, days_late: int) -> Message:
    """Return when an amount is due and how late it is, in words."""
    if due is None:
        return message("no due date")
    if days_late <= 0:
        return message("due {date}", date=due)
    if days_late == 1:
        return message("due {date}, 1 day late", date=due)
    return message("due {date}, {days} days late", date=due, days=days_late)
