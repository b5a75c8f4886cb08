"""The rules of the ledger language itself: how directives and metadata must be typed."""

from __future__ import annotations

from facturier.messages import message
from facturier.violations import Rule

UNKNOWN_KEY = Rule(
    id="LEDGER-KEY",
    title=message("Only declared keys"),
    wants=message("A metadata key is one that facturier knows; a key close to a known one is a slip of typing."),
    law="",
    example='  order-ref: "BC-7917"',
    waivable=False,
)
WRONG_VALUE = Rule(
    id="LEDGER-VALUE",
    title=message("Values of the declared kind"),
    wants=message(
        "Each value is of the kind its key wants: dates as 2026-12-31, amounts with a currency, text quoted."
    ),
    law="",
    example="  due: 2026-12-31",
    waivable=False,
)
KEY_TWICE = Rule(
    id="LEDGER-TWICE",
    title=message("A key once"),
    wants=message("A key stands once on a directive. On a custom or an open beancount keeps the last one in silence."),
    law="",
    example='2026-01-01 custom "client" "martin"\n  name: "Martin Bâtiment SAS"',
    waivable=False,
)
ARGUMENTS = Rule(
    id="LEDGER-ARGUMENTS",
    title=message("The values after a custom"),
    wants=message("A custom directive is followed by the values its kind wants, in their order."),
    law="",
    example='2026-01-01 custom "role" "receivable" Assets:Clients',
    waivable=False,
)
UNKNOWN_DIRECTIVE = Rule(
    id="LEDGER-DIRECTIVE",
    title=message("Known directives"),
    wants=message("A custom directive whose name is close to one of facturier's is a slip of typing."),
    law="",
    example='2026-01-01 custom "client" "martin"',
    waivable=False,
)
SYNTAX = Rule(
    id="LEDGER-SYNTAX",
    title=message("What beancount cannot read"),
    wants=message("Text that beancount drops with a technical message is explained: decimal commas, % signs, accents."),
    law="",
    example="  quantity: 1.5",
    waivable=False,
)
PLUGIN_ORDER = Rule(
    id="LEDGER-PLUGIN-ORDER",
    title=message("facturier's plugin comes first"),
    wants=message("Papers off the books must be gone before another plugin prices or opens something for them."),
    law="",
    example='plugin "facturier.plugins"\nplugin "beancount.plugins.implicit_prices"',
    waivable=False,
)
REFERENCE = Rule(
    id="LEDGER-REFERENCE",
    title=message("What is named exists"),
    wants=message("Every client, product, seller, series and document that is named exists on that date."),
    law="",
    example='2026-01-01 custom "client" "martin"\n  account: Assets:Clients:Martin',
    waivable=False,
)
PAPER = Rule(
    id="LEDGER-PAPER",
    title=message("Papers off the books"),
    wants=message(
        "A draft, quote, order, delivery note or agreement has lines, each with its own amount, and no lots."
    ),
    law="",
    example='2026-11-30 D "martin" "Régie de novembre"\n  Income:Prestations   -2 DEV-DAY',
    waivable=False,
)
INTERNAL = Rule(
    id="FACTURIER-FAULT",
    title=message("A rule failed"),
    wants=message("A rule that cannot finish says so and stops no other; please report it with its text."),
    law="",
    example="",
    waivable=False,
)

FAULTS = (
    UNKNOWN_KEY, WRONG_VALUE, KEY_TWICE, ARGUMENTS, UNKNOWN_DIRECTIVE, SYNTAX, PLUGIN_ORDER, REFERENCE, PAPER, INTERNAL,
)  # fmt: skip
