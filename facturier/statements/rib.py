"""A French account number as its bank's files write it (RIB), and the IBAN it stands for.

    bank 30006, branch 00001, account 12345678901

CFONB files leave out the key, the two digits at the end. Monaco's accounts are written
alike and begin with MC as an IBAN; such a file does not tell, and is read as French.
"""

from __future__ import annotations

import re
from string import ascii_uppercase

from stdnum.iso7064 import mod_97_10

_RIB = re.compile(r"([0-9]{5})([0-9]{5})([0-9A-Z]{11})", re.ASCII)
# A, J = 1; B, K, S = 2; … I, R, Z = 9.
_LETTERS = str.maketrans(ascii_uppercase, "12345678912345678923456789")


def iban_of(bank: str, branch: str, account: str) -> str:
    """Return the IBAN of an account, or nothing where the three are no RIB.

    >>> iban_of("20041", "01005", "0500013M026")
    'FR1420041010050500013M02606'
    """
    rib = _RIB.fullmatch(bank + branch + account)
    if rib is None:
        return ""
    number = rib[0] + rib_key(*rib.groups())
    return f"FR{mod_97_10.calc_check_digits(number + 'FR')}{number}"


def rib_key(bank: str, branch: str, account: str) -> str:
    """Return the key of a RIB: 97 − (89 × bank + 15 × branch + 3 × account) mod 97, letters as digits."""
    weighted = 89 * int(bank) + 15 * int(branch) + 3 * int(account.translate(_LETTERS))
    return f"{97 - weighted % 97:02}"
