"""The reference page of the ledger language, written from the declarations.

    python -m facturier.directives.reference en > docs/reference.md

A test holds that the committed pages are what this gives, so that they cannot lag behind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from facturier.directives.declaration import Argument, Directive, Key
from facturier.directives.events import CLOSE, EVENTS, SEAL
from facturier.directives.markdown import code, ledger_text, page, table
from facturier.directives.setup import OPEN_KEYS, ROLES, SETUP
from facturier.directives.transactions import PAPER_FLAGS, POSTING_KEYS, TRANSACTION_KEYS
from facturier.law.tables import VatTreatment, vat_treatments
from facturier.messages import LANGUAGES, Message, message

_PAPER_NAMES = {
    "draft": message("draft invoice"),
    "quote": message("quote"),
    "order": message("order"),
    "delivery": message("delivery note"),
    "agreement": message("recurring agreement"),
}


def reference_page(language: str) -> str:
    """Return the page that lists every directive and every key, in Markdown."""

    def say(found: Message, heading: int = 0) -> str:
        return f"{'#' * heading} {found.text(language)}".lstrip()

    return page(
        say(message("What to type: every directive and every key"), heading=1),
        say(
            message(
                "This page is written by the program from its own declarations (make docs). A key that is not here "
                "gets an error as soon as it is close to one that is; other keys are yours."
            )
        ),
        say(
            message(
                "Some words are here before what uses them: closed periods, reminders, promises, disputes and "
                "agreements are checked for how they are typed, and nothing else is done with them yet."
            )
        ),
        say(message("Directives that set the books up"), heading=2),
        say(
            message(
                "A later directive of a client, a seller or a product states only what changes from its date on; an "
                "empty text removes a value."
            )
        ),
        *_directives(SETUP, language),
        say(message("Accounts: the roles"), heading=2),
        say(message("A role covers the account and all accounts below it.")),
        table(
            (say(message("role")), say(message("what it means"))),
            ((code(role), say(help_text)) for role, help_text in ROLES.items()),
        ),
        say(message("Keys of an account (on open)"), heading=2),
        _keys(OPEN_KEYS.values(), language),
        say(message("Keys of a transaction"), heading=2),
        _keys(TRANSACTION_KEYS.values(), language),
        say(message("Keys of a posting"), heading=2),
        _keys(POSTING_KEYS.values(), language),
        say(message("Papers off the books"), heading=2),
        say(
            message(
                "A transaction with one of these capitals instead of * or ! never reaches the books; "
                "it needs no balance and no open accounts."
            )
        ),
        table(
            (say(message("flag")), say(message("paper"))),
            ((code(flag), say(_PAPER_NAMES[name])) for flag, name in PAPER_FLAGS.items()),
        ),
        say(message("VAT treatments"), heading=2),
        say(message("After vat: stands a rate in percent, or one of these in quotes.")),
        _treatments(language),
        say(message("What happened to a document: events"), heading=2),
        *_directives(EVENTS, language),
        say(message("Seals and closed periods"), heading=2),
        *_directives((SEAL, CLOSE), language),
    )


def _directives(directives: Iterable[Directive], language: str) -> Iterator[str]:
    for directive in directives:
        yield f"### {directive.name}"
        yield directive.help.text(language)
        yield ledger_text(directive.example)
        yield _arguments(directive.arguments, language)
        yield _keys(directive.keys.values(), language)


def _arguments(arguments: Iterable[Argument], language: str) -> str:
    optional = message("may be left out").text(language)
    return table(
        (message("value, in this order").text(language), message("kind").text(language)),
        (
            (argument.name, f"{argument.kind.name.text(language)}{f' ({optional})' if argument.optional else ''}")
            for argument in arguments
        ),
    )


def _keys(keys: Iterable[Key], language: str) -> str:
    return table(
        (message("key").text(language), message("kind").text(language), message("what it says").text(language)),
        ((code(f"{key.name}:"), key.kind.name.text(language), key.help.text(language)) for key in keys),
    )


def _treatments(language: str) -> str:
    def row(treatment: VatTreatment) -> tuple[str, ...]:
        mention = treatment.mention.get(language, treatment.mention.get("fr", ""))
        return code(f'"{treatment.id}"'), treatment.category, mention, treatment.source

    headings = (
        message("treatment"),
        message("category (BT-151)"),
        message("printed on the document"),
        message("source"),
    )
    rows = (row(treatment) for treatments in vat_treatments().values() for treatment in treatments)
    return table([heading.text(language) for heading in headings], rows)


if __name__ == "__main__":
    sys.stdout.write(reference_page(next(iter(sys.argv[1:]), LANGUAGES[-1])))
