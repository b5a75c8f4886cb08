"""``facturier init``: the books of a business, ready to invoice, in a minute."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

import click
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from facturier.cli.console import beancount_lines, echo, fail, shown_path, today, user_language, violation_line
from facturier.directives.kinds import IBAN, SIREN, SIRET, TERMS, VAT_NUMBER, Kind, choice
from facturier.messages import Message, message
from facturier.rules.pack import check_all
from facturier.starting import (
    COMPANIES,
    GITIGNORE,
    LEDGER,
    LEGAL_FORMS,
    PRE_COMMIT,
    Address,
    Business,
    FirstClient,
    identifier,
    ledger_text,
    read_address,
    read_named_address,
)
from facturier.workspace import LedgerError, open_ledger
from facturier.writer import Change, WriteRefusedError, unified_diff, write

VAT_WAYS = ("receipts", "debits", "franchise")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--name", help="Name of the business.")
@click.option("--legal-form", help=f"One of {', '.join(LEGAL_FORMS)}.")
@click.option("--vat", help="When VAT falls due: receipts, debits, or franchise (art. 293 B).")
@click.option("--siren", help="SIREN, nine digits; taken from the SIRET if that is given.")
@click.option("--siret", help="SIRET, fourteen digits.")
@click.option("--vat-number", help="VAT number; computed from the SIREN if not given.")
@click.option("--capital", help="Share capital of a company, in euro.")
@click.option("--rcs", help="Town of the commercial register; a company's own town if not given.")
@click.option("--address", help='"12 rue des Lilas, 69003 Lyon"; or --street, --postcode and --city.')
@click.option("--street", help="Street and number.")
@click.option("--postcode", help="Postcode.")
@click.option("--city", help="City.")
@click.option("--email", help="E-mail address for clients.")
@click.option("--iban", help="IBAN on which clients pay.")
@click.option("--terms", help='Payment terms, "30 days" if not given.')
@click.option("--client", help='First client: "Martin SAS, 4 quai du Port, 13002 Marseille".')
@click.option("--client-id", help="Its id; made from its name if not given.")
@click.option("--client-kind", help="business, consumer, public or association.")
@click.option("--client-siren", help="Its SIREN.")
@click.option("--yes", is_flag=True, help="Ask nothing; what is not given is left out.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the files that were written as JSON on stdout.")
def init(folder: Path, yes: bool, dry_run: bool, as_json: bool, **given: str | None) -> None:
    """Make books in FOLDER, this one if none is named, and ask what is not given.

    They hold the business, the accounts of the PCG with their roles, the number series and, if you
    like, a first client, and pass bean-check as they are.
    """
    asking = _Asking(given, is_terminal=sys.stdin.isatty() and not yes)
    ledger = folder / LEDGER
    if ledger.exists():
        asking.stop(message("{file} is there already; name another folder.", file=shown_path(str(ledger))))
    business = _business(asking)
    client = _client(asking)
    asking.stop_if_incomplete()
    texts = {LEDGER: ledger_text(business, client, today(), asking.language)}
    texts |= {
        name: text
        for name, text in ((".gitignore", GITIGNORE), ("pre-commit.sample", PRE_COMMIT))
        if not (folder / name).exists()
    }
    # The ledger last: books that are there are complete.
    changes = [Change(folder.absolute() / name, None, text.encode()) for name, text in reversed(texts.items())]
    if dry_run:
        echo(unified_diff(changes, folder.absolute()), err=as_json)
        echo(message("Nothing was written.").text(asking.language), err=as_json)
    else:
        _write(folder, changes, asking.language)
    names = [shown_path(str(folder / name)) for name in texts]
    if as_json:
        click.echo(json.dumps({"files": names, "written": not dry_run}, ensure_ascii=False, indent=2))
    elif not dry_run:
        _tell(folder, names, client.id if client else "CLIENT", asking.language)


def _write(folder: Path, changes: list[Change], language: str) -> None:
    """Write the books, or nothing."""
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(changes, folder.absolute(), lambda: _faults(folder / LEDGER))
    except (WriteRefusedError, OSError) as error:
        if made:
            with suppress(OSError):
                folder.rmdir()
        fail(f"{shown_path(str(folder))}: {_reason(error, language)}")


def _tell(folder: Path, names: list[str], client: str, language: str) -> None:
    for name in names:
        echo(name)
    here = "" if folder.absolute() == Path.cwd() else f"cd {shown_path(str(folder))}; "
    followed = message(
        'The books are ready. Next: {here}facturier new {client} "Conseil 500 EUR", then facturier issue.',
        here=here,
        client=client,
    )
    echo(followed.text(language), bold=True)


Check = Callable[[str], Message | None]


class _Asking:
    """Answers from options, or from questions on a terminal; what is missing is collected and told at once."""

    def __init__(self, given: dict[str, str | None], *, is_terminal: bool) -> None:
        self.language = user_language()
        self._given = given
        self._is_terminal = is_terminal
        self._missing: list[str] = []

    def answer(self, name: str, question: Message, check: Check, *, needed: bool = False, default: str = "") -> str:
        """Return the answer to one question, which passes its check; exit where an option does not."""
        typed = self._given.get(name)
        option = "--" + name.replace("_", "-")
        if typed is not None:
            fault = check(typed) if typed else None
            if fault is not None:
                self.stop(message("{option}: {fault}.", option=option, fault=fault))
            if typed or not needed:
                return typed
        if not self._is_terminal:
            if needed and not default:
                self._missing.append(option)
            return default
        while True:
            typed = str(click.prompt(question.text(self.language), default=default, show_default=bool(default))).strip()
            fault = check(typed) if typed else None
            if fault is None and (typed or not needed):
                return typed
            if fault is not None:
                echo(fault.text(self.language))

    def has(self, name: str) -> bool:
        """Tell whether an option was given."""
        return bool(self._given.get(name))

    def stop_if_incomplete(self) -> None:
        """Exit where what is needed was not given."""
        if self._missing:
            found = message(
                "Missing: {options}. Give them, or run facturier init on a terminal to be asked.",
                options=", ".join(self._missing),
            )
            self.stop(found)

    def stop(self, found: Message) -> NoReturn:
        """Say what is wrong and exit."""
        fail(found.text(self.language))


def _business(asking: _Asking) -> Business:
    name = asking.answer("name", message("Name of the business"), _anything, needed=True)
    legal_form = asking.answer(
        "legal_form", message("Legal form ({forms})", forms=", ".join(LEGAL_FORMS)), _of(*LEGAL_FORMS), needed=True
    )
    vat_on = asking.answer(
        "vat", message("VAT: receipts, debits, or franchise (art. 293 B)"), _of(*VAT_WAYS), needed=True
    )
    siret = _compact(asking.answer("siret", message("SIRET (empty if you do not have it at hand)"), _kind(SIRET)))
    siren = _compact(
        asking.answer(
            "siren", message("SIREN"), _kind(SIREN), needed=True, default=siret_number.to_siren(siret) if siret else ""
        )
    )
    if siret and siren and not siret.startswith(siren):
        asking.stop(
            message("The SIRET {siret} does not begin with the SIREN {siren}: one is wrong.", siret=siret, siren=siren)
        )
    is_company = legal_form in COMPANIES
    capital = _capital(asking) if is_company else None
    address = _address(asking)
    rcs = ""
    if is_company or asking.has("rcs"):
        rcs = asking.answer("rcs", message("Town of the commercial register"), _anything, default=address.city)
    return Business(
        name=name,
        legal_form=legal_form,
        vat_on=vat_on,
        siren=siren,
        siret=siret,
        vat_number=_vat_number(asking, siren, vat_on),
        capital=capital,
        rcs=rcs,
        address=address,
        email=asking.answer("email", message("E-mail address for clients"), _anything),
        iban=_compact(asking.answer("iban", message("IBAN on which clients pay"), _kind(IBAN))),
        terms=asking.answer("terms", message("Payment terms"), _kind(TERMS), default="30 days"),
    )


def _vat_number(asking: _Asking, siren: str, vat_on: str) -> str:
    """Return the VAT number; that of a French business follows from its SIREN (CGI art. 286 ter)."""
    computed = ""
    if vat_on != "franchise" and siren_number.is_valid(siren):
        computed = "FR" + "".join(siren_number.to_tva(siren).split())
    return _compact(asking.answer("vat_number", message("VAT number"), _kind(VAT_NUMBER), default=computed))


def _capital(asking: _Asking) -> Decimal | None:
    typed = asking.answer("capital", message("Share capital, in euro"), _amount, needed=True)
    return _decimal(typed) if typed else None


def _address(asking: _Asking) -> Address:
    if not any(asking.has(name) for name in ("street", "postcode", "city")):
        typed = asking.answer(
            "address",
            message("Address, such as: {example}", example="12 rue des Lilas, 69003 Lyon"),
            _is_address,
            needed=True,
        )
        return read_address(typed) or Address("", "", "")
    return Address(
        asking.answer("street", message("Street and number"), _anything, needed=True),
        asking.answer("postcode", message("Postcode"), _anything, needed=True),
        asking.answer("city", message("City"), _anything, needed=True),
    )


def _client(asking: _Asking) -> FirstClient | None:
    example = "Martin SAS, 4 quai du Port, 13002 Marseille"
    typed = asking.answer(
        "client", message("First client, such as: {example} (empty for none)", example=example), _is_named_address
    )
    found = read_named_address(typed) if typed else None
    if found is None:
        return None
    name, address = found
    kind = asking.answer(
        "client_kind",
        message("What it is: business, consumer, public or association"),
        _of("business", "consumer", "public", "association"),
        default="business",
    )
    siren = "" if kind == "consumer" else _compact(asking.answer("client_siren", message("Its SIREN"), _kind(SIREN)))
    return FirstClient(
        id=asking.answer("client_id", message("Its id in the ledger"), _anything, default=identifier(name)),
        name=name,
        kind=kind,
        siren=siren,
        vat_number="FR" + "".join(siren_number.to_tva(siren).split()) if siren and kind == "business" else "",
        address=address,
    )


def _faults(ledger: Path) -> list[str]:
    try:
        workspace = open_ledger(ledger)
    except LedgerError as error:
        return [error.message.text(user_language())]
    found = [violation_line(violation, workspace.books.language) for violation in check_all(workspace.books)]
    return [*beancount_lines(workspace.errors), *found]


def _reason(error: WriteRefusedError | OSError, language: str) -> str:
    if isinstance(error, WriteRefusedError):
        return error.message.text(language)
    return error.strerror or type(error).__name__


def _anything(_typed: str) -> Message | None:
    return None


def _kind(kind: Kind) -> Check:
    return lambda typed: kind.fault(typed)


def _of(*words: str) -> Check:
    return choice(*words).fault


def _is_address(typed: str) -> Message | None:
    if read_address(typed) is None:
        return message("write street, postcode and town, such as: {example}", example="12 rue des Lilas, 69003 Lyon")
    return None


def _is_named_address(typed: str) -> Message | None:
    if read_named_address(typed) is None:
        example = "Martin SAS, 4 quai du Port, 13002 Marseille"
        return message("write name, street, postcode and town, such as: {example}", example=example)
    return None


def _amount(typed: str) -> Message | None:
    try:
        number = _decimal(typed)
    except InvalidOperation:
        return message("a number is expected, such as 10000")
    return None if number.is_finite() and number >= 0 else message("a number is expected, such as 10000")


def _decimal(typed: str) -> Decimal:
    return Decimal("".join(typed.replace(",", ".").split()).removesuffix("EUR").removesuffix("€"))


def _compact(typed: str) -> str:
    return "".join(typed.split())
