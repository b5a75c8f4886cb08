"""Every kind of document in both syntaxes: valid by all rules, and the same facts in each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from invoice_samples import SAMPLES, sample

from facturier.einvoice.validation import Layer, SchematronEngine, validate
from facturier.structured import Syntax, structured, written


@pytest.fixture(scope="module")
def engine() -> Iterator[SchematronEngine]:
    pytest.importorskip("saxonche", reason="needs the extra facturier[validate]")
    with SchematronEngine() as running:
        yield running


def xml_of(name: str, syntax: Syntax) -> bytes:
    return written(structured(*sample(name)), syntax)


@pytest.mark.parametrize("syntax", Syntax)
@pytest.mark.parametrize("name", SAMPLES)
def test_document_passes_all_rules(name: str, syntax: Syntax, engine: SchematronEngine) -> None:
    report = validate(xml_of(name, syntax), engine)
    assert [f"{found.rule} {found.text} {found.location}" for found in report.findings] == []
    assert report.checked == tuple(Layer)
    assert report.valid
