"""The process that runs schematrons: ``python -m facturier.einvoice.schematron_worker``.

It reads one request a line from standard input and writes one answer a line to standard
output, both JSON in ASCII, until its input ends:

* ``{"stylesheet": "FRANCE_CII", "xml": "<…>"}``
* ``{"svrl": "<…>"}`` or ``{"error": "what went wrong"}``

Saxon is a native library of 110 MB that has aborted hosts which fork or use threads, so it
never enters another process of ours. Each stylesheet is compiled once.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from typing import IO

from saxonche import PySaxonApiError, PySaxonProcessor, PyXsltExecutable

from facturier.einvoice.schemas import Stylesheet


class Transformer:
    """Saxon with the stylesheets compiled so far."""

    def __init__(self) -> None:
        self._processor = PySaxonProcessor(license=False)
        self._compiler = self._processor.new_xslt30_processor()
        self._compiled: dict[Stylesheet, PyXsltExecutable] = {}

    def run(self, stylesheet: Stylesheet, xml: str) -> str:
        """Return the SVRL report of a stylesheet on a document.

        Raises:
            PySaxonApiError: If the document cannot be read or the stylesheet fails.
        """
        if stylesheet not in self._compiled:
            # From its path, not its text: the code lists beside it are found that way.
            self._compiled[stylesheet] = self._compiler.compile_stylesheet(stylesheet_file=str(stylesheet.path))
        document = self._processor.parse_xml(xml_text=xml)
        return str(self._compiled[stylesheet].transform_to_string(xdm_node=document) or "")


@cache
def _transformer() -> Transformer:
    return Transformer()


def answer(line: bytes) -> dict[str, str]:
    """Answer one request; whatever Saxon or the request's form object to becomes an error."""
    try:
        request = json.loads(line)
        return {"svrl": _transformer().run(Stylesheet[request["stylesheet"]], request["xml"])}
    except (PySaxonApiError, ValueError, KeyError, TypeError, OSError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    for line in requests:
        answers.write(json.dumps(answer(line)).encode("ascii") + b"\n")
        answers.flush()


if __name__ == "__main__":
    # Whatever the native library prints must not fall among the answers.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as channel:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(sys.stdin.buffer, channel)
