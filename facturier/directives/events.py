"""The directives that say what happened to a document: append-only events, seals, closings."""

from __future__ import annotations

from facturier.directives.declaration import Argument, Directive, Key, keys
from facturier.directives.kinds import AMOUNT, DATE, NUMBER, TEXT, choice
from facturier.messages import Message, message

_SUBJECT = Argument("document or client", TEXT)
_NOTE = Argument("note", TEXT, optional=True)
_EVIDENCE = Key("evidence", TEXT, message("File that proves it, relative to the ledger."))
_OWNER = Key("owner", TEXT, message("Who looks after it."))
_SHA256 = Key("sha256", TEXT, message("SHA-256 of the file."))


def _event(name: str, help_text: Message, example: str, *arguments: Argument, extra: tuple[Key, ...] = ()) -> Directive:
    return Directive(
        name=name,
        arguments=(_SUBJECT, *arguments),
        help=help_text,
        example=example,
        keys=keys(_EVIDENCE, _OWNER, _SHA256, *extra),
    )


_HAPPENED = (
    _event(
        "accepted",
        message("A quote was accepted."),
        '2026-10-20 custom "accepted" "D2026-0017"\n  evidence: "devis/D2026-0017-signe.pdf"',
        _NOTE,
    ),
    _event("refused", message("A quote or an invoice was refused."), '2026-10-20 custom "refused" "D2026-0017"', _NOTE),
    _event(
        "sent",
        message("A document was sent."),
        '2026-11-03 custom "sent" "F2026-0042" "email"',
        Argument("channel", TEXT),
        extra=(
            Key("message-id", TEXT, message("Message-ID of the e-mail.")),
            Key("to", TEXT, message("Address it went to.")),
        ),
    ),
    _event(
        "reminder",
        message("A reminder was sent."),
        '2026-11-28 custom "reminder" "F2026-0042" "prevenance" "email"',
        Argument("step", TEXT),
        Argument("channel", TEXT, optional=True),
        extra=(Key("message-id", TEXT, message("Message-ID of the e-mail.")),),
    ),
    _event(
        "call",
        message("A telephone call."),
        '2026-11-29 custom "call" "martin" "Mme Roy : virement promis pour le 3"',
        Argument("note", TEXT),
    ),
    _event(
        "replied", message("An answer came."), '2026-11-29 custom "replied" "martin" "facture en validation"', _NOTE
    ),
    _event("letter", message("A letter was sent."), '2026-12-29 custom "letter" "F2026-0042" "mise en demeure"', _NOTE),
    _event(
        "promise",
        message("A payment was promised for a day."),
        '2026-11-29 custom "promise" "F2026-0042" 765.00 EUR 2026-12-03',
        Argument("amount", AMOUNT),
        Argument("date", DATE),
    ),
    _event(
        "dispute",
        message("A dispute opens or ends."),
        '2026-11-15 custom "dispute" "F2026-0042" "open" "quantité"\n  amount: 741.00 EUR',
        Argument("state", choice("open", "resolved", "rejected")),
        _NOTE,
        extra=(Key("amount", AMOUNT, message("Disputed amount, if not all.")),),
    ),
    _event(
        "stop",
        message('No more reminders. With the note "penalties", of an insolvent client: none run from that day on.'),
        '2026-11-29 custom "stop" "martin" "médiation"',
        _NOTE,
    ),
    _event(
        "handover", message("Handed over for recovery."), '2027-02-01 custom "handover" "F2026-0042" "huissier"', _NOTE
    ),
    _event("duplicate", message("A duplicate was sent."), '2026-12-01 custom "duplicate" "F2026-0042" "email"', _NOTE),
)
# What is waived and not taken back: nobody ever stated it.
PENALTIES = "penalties"
EVENTS = (
    *_HAPPENED,
    _event(
        "void",
        message("Takes an event back, or waives the penalties of a document or client."),
        '2026-12-01 custom "void" "F2026-0042" "promise"',
        Argument("event", choice(*(one.name for one in _HAPPENED), PENALTIES)),
    ),
)

SEAL = Directive(
    name="seal",
    arguments=(Argument("number", TEXT), Argument("hash", TEXT)),
    help=message("The hash of an issued document and of the seal before it in its series."),
    example='2026-11-03 custom "seal" "F2026-0042" "9f2c…"\n  pdf: "5d0a…"\n  template: "classic 1"',
    keys=keys(
        Key("parts", TEXT, message("Short hashes of the document's parts, which tell what was changed.")),
        Key("seller", TEXT, message("Id of the seller, if there are several.")),
        Key("pdf", TEXT, message("SHA-256 of the archived PDF.")),
        Key("xml", TEXT, message("SHA-256 of the archived XML.")),
        Key("attached", TEXT, message("SHA-256 and name of each file attached, separated by ;.")),
        Key("template", TEXT, message("Template and its version.")),
        Key("made-with", TEXT, message("Versions of the programs that made the files.")),
    ),
)
CLOSE = Directive(
    name="close",
    arguments=(Argument("until", DATE),),
    help=message("Closes a period: any later change to it is an error."),
    example='2027-01-05 custom "close" 2026-12-31\n  entries: 412\n  hash: "7be1…"',
    keys=keys(
        Key("entries", NUMBER, message("How many entries it holds.")),
        Key("hash", TEXT, message("Their hash.")),
        Key(
            "days", TEXT, message("Day by day, how many there are and the beginning of their hash: tells what changed.")
        ),
    ),
)
