"""Sources of energy under code P.3 of French registration certificates.

Source: arrêté du 9 février 2009 (DEVS0824995A), annexe VI, with the codes of its earlier text.

>>> is_valid("GO")
True
>>> parse("G0")
'GO'
"""

from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AC": "compressed air",
        "EE": "petrol and electricity, rechargeable",
        "EG": "petrol or LPG",
        "EH": "petrol and electricity",
        "EL": "electricity",
        "EM": "petrol or natural gas, and electricity, rechargeable",
        "EN": "petrol or natural gas",
        "EP": "petrol or natural gas, and electricity",
        "EQ": "petrol or LPG, and electricity",
        "ER": "petrol or LPG, and electricity, rechargeable",
        "ES": "petrol",
        "ET": "ethanol",
        "FE": "superethanol",
        "FG": "superethanol or LPG",
        "FH": "superethanol and electricity",
        "FL": "superethanol and electricity, rechargeable",
        "FN": "superethanol or natural gas",
        "GA": "producer gas",
        "GE": "producer gas and petrol",
        "GF": "diesel and natural gas",
        "GG": "producer gas and diesel",
        "GH": "diesel and electricity",
        "GL": "diesel and electricity, rechargeable",
        "GM": "diesel and natural gas, and electricity, rechargeable",
        "GN": "natural gas",
        "GO": "diesel",
        "GP": "LPG",
        "GQ": "diesel and natural gas, and electricity",
        "GZ": "other compressed hydrocarbons",
        "H2": "hydrogen",
        "HE": "hydrogen and electricity, rechargeable",
        "HH": "hydrogen and electricity",
        "NE": "natural gas and electricity, rechargeable",
        "NH": "natural gas and electricity",
        "PE": "LPG and electricity, rechargeable",
        "PH": "LPG and electricity",
        "PL": "kerosene",
    }
)
"""Code to meaning."""

_LOOKS_LIKE = {"0": "O", "Q": "O", "D": "O", "5": "S", "6": "G", "C": "G", "1": "L", "I": "L"}
"""What may have been printed where a code with this symbol is in no list."""


def is_valid(code: str) -> bool:
    """Say whether the code is in the list."""
    return code in NAMES


def parse(text: str) -> str | None:
    """Return the code, its symbols repaired where the list leaves one choice; else None.

    A code that is in no list but has its form is returned too: lists grow.
    """
    code = "".join(text.upper().split()).strip(".,:;-*'")
    if len(code) != 2:
        return None
    if code in NAMES:
        return code
    # "HZ" is hydrogen: Z looks like 2 in no other code.
    repaired = {"H2"} if code == "HZ" else set()
    for first in {code[0], _LOOKS_LIKE.get(code[0], code[0])}:
        for second in {code[1], _LOOKS_LIKE.get(code[1], code[1])}:
            if first + second in NAMES:
                repaired.add(first + second)
    if len(repaired) == 1:
        return repaired.pop()
    return code if code.isascii() and code.isalpha() else None
