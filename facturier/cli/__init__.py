"""The command line: ``facturier COMMAND``. One small module per command."""

from __future__ import annotations

import io
import sys

import click

from facturier.cli.check import check
from facturier.cli.close import close
from facturier.cli.credit import credit
from facturier.cli.demo import demo
from facturier.cli.doubtful import doubtful
from facturier.cli.explain import explain
from facturier.cli.import_ import import_
from facturier.cli.init import init
from facturier.cli.issue import issue
from facturier.cli.new import new
from facturier.cli.pay import pay
from facturier.cli.pdf import pdf
from facturier.cli.penalties import penalties_command
from facturier.cli.reallocate import reallocate
from facturier.cli.receivables import receivables
from facturier.cli.refund import refund
from facturier.cli.report import report
from facturier.cli.seal import seal
from facturier.cli.statement import statement
from facturier.cli.template import template
from facturier.cli.vat import vat
from facturier.cli.write_off import write_off
from facturier.cli.xml import xml


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="facturier")
def main() -> None:
    """French invoicing, receivables and VAT in plain text, on beancount and Fava.

    The ledger is named with -f, or $BEANCOUNT_FILE, or is ./main.beancount. Exit codes: 0 done,
    1 violations found, 2 unusable input.
    """
    # A terminal or pipe that is not UTF-8 gets a question mark for a letter it lacks, not a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


for command in (
    demo, init, new, issue, credit, check, explain, import_, pdf, xml, template, seal,
    pay, refund, reallocate, doubtful, write_off, receivables, statement, report, penalties_command, vat, close,
):  # fmt: skip
    main.add_command(command)
