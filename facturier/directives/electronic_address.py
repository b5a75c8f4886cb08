"""The address of a party on the e-invoicing network (BT-34, BT-49), as it is typed.

    electronic-address: "732829320_ACHATS"          ; French directory, scheme 0225
    electronic-address: "compta@atelier.example"    ; e-mail, scheme EM
    electronic-address: "0208:0123456789"           ; any other scheme, before a colon

Schemes are those of the Electronic Address Scheme list (EAS) of EN 16931; the forms are those of
BR-FR-21 to BR-FR-25 (AFNOR XP Z12-012).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stdnum.fr import siren

from facturier.directives.kinds import TEXT, Kind, Refusal
from facturier.directives.spelling import nearest
from facturier.messages import message

FRENCH_DIRECTORY = "0225"
E_MAIL = "EM"
_EAS = (
    "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190 "
    "0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 "
    "0217 0218 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 "
    "9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 "
    "9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ AS AU EM"
)
SCHEMES = frozenset(_EAS.split())
_LONGEST = 125
_SIREN_LENGTH = 9
_DIRECTORY_CHARACTERS = re.compile(r"[A-Za-z0-9+\-_.]+")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class TypedAddress(NamedTuple):
    """An address as it was typed: its scheme, stated or understood, and the rest."""

    scheme: str
    value: str


def typed_address(text: str) -> TypedAddress:
    """Return scheme and value: with a colon as typed, with an "@" an e-mail, else of the French directory.

    >>> typed_address("0208:0123456789"), typed_address("a@b.example").scheme, typed_address("732 829 320").value
    (TypedAddress(scheme='0208', value='0123456789'), 'EM', '732829320')
    """
    compact = "".join(text.split())
    scheme, colon, rest = compact.partition(":")
    if colon:
        return TypedAddress(scheme, rest)
    return TypedAddress(E_MAIL if "@" in compact else FRENCH_DIRECTORY, compact)


def _refused(text: str) -> Refusal:
    scheme, value = typed_address(text)
    if scheme not in SCHEMES:
        meant = FRENCH_DIRECTORY if _is_slip_of(scheme, FRENCH_DIRECTORY) else nearest(scheme, SCHEMES)
        if meant is not None:
            return message(
                'no electronic address scheme is called "{scheme}"; did you mean "{meant}:{value}"?',
                scheme=scheme,
                meant=meant,
                value=value,
            )
        return message(
            'no electronic address scheme is called "{scheme}"; write a SIREN (French directory), an e-mail address, '
            'or a scheme of the EAS list and a colon, such as "0208:0123456789"',
            scheme=scheme,
        )
    if not value or len(value) > _LONGEST:
        return message(
            'an electronic address has 1 to {longest} characters behind its scheme, "{text}" has {length}',
            longest=_LONGEST,
            text=text[:_LONGEST],
            length=len(value),
        )
    if scheme == FRENCH_DIRECTORY:
        return _refused_by_directory(value)
    if scheme == E_MAIL and not _MAIL.fullmatch(value):
        return message('"{value}" is no e-mail address, such as "compta@atelier.example"', value=value)
    return None


def _is_slip_of(typed: str, scheme: str) -> bool:
    """Tell whether one digit is wrong or two are swapped; numbers are too alike for the comparison of words."""
    if len(typed) != len(scheme):
        return False
    wrong = sum(one != other for one, other in zip(typed, scheme, strict=True))
    return wrong == 1 or (wrong == 2 and sorted(typed) == sorted(scheme))


def _refused_by_directory(value: str) -> Refusal:
    if not _DIRECTORY_CHARACTERS.fullmatch(value):
        odd = _DIRECTORY_CHARACTERS.sub("", value)
        return message(
            'an address of the French directory has letters, digits and + - _ . only, not "{odd}"; write for example '
            '"732829320_ACHATS"',
            odd=odd[0],
        )
    if not siren.is_valid(value[:_SIREN_LENGTH]):
        return message(
            'an address of the French directory begins with a SIREN, "{value}" does not; write for example '
            '"732829320" or "732829320_ACHATS"',
            value=value,
        )
    return None


ELECTRONIC_ADDRESS = Kind(
    name=TEXT.name, types=TEXT.types, example='"732829320"', mistyped=TEXT.mistyped, refuse=_refused
)
