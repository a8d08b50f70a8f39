"""Categories of vehicles on driving licences.

Sources: directive 2006/126/EC article 4 (AM to DE); national categories as annex I of the same
directive lets states add them (B1 in some, T, L, M, F, G, H, S); Tunisian décret gouvernemental
2021-510 (A1, A, B, B+E, C, C+E, D, D+E, D1, G, H), with AA of the older decree.

>>> parse("AM / B1 / B")
'AM,B1,B'
>>> parse("8 8E")
'B,BE'
"""

import re

EU = ("AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE")
NATIONAL = ("AA", "F", "G", "H", "K", "L", "M", "S", "T", "TR", "P", "V", "Q", "W")

_KNOWN = frozenset((*EU, *NATIONAL))
_ONE = "|".join(sorted(EU, key=len, reverse=True))
_EU_LONGEST = re.compile(_ONE)
_GLUED = re.compile(f"(?:{_ONE}){{2,8}}")
_LOOKS_LIKE = {"8": "B", "I": "1", "L": "1", "|": "1", "Z": "2", "0": "D", "O": "D", "6": "G"}


def is_valid(category: str) -> bool:
    """Say whether one category is in the directive's list or a known national one."""
    return category in _KNOWN


def parse(text: str) -> str | None:
    """Return the categories in their printed order, parted by commas; None if any is unknown.

    ``B+E`` is ``BE``. A category that is printed twice counts once.
    """
    parts = re.split(r"[\s/,;.:\-]+", text.upper().replace("+", "").strip(" /,;.:-()"))
    found = [one for part in parts if part for one in _apart(part)]
    if not found or None in found:
        return None
    return ",".join(dict.fromkeys(one for one in found if one))


def _apart(part: str) -> list[str | None]:
    """Return the categories of a part; readers lose the spaces: ``AMB`` is AM and B."""
    whole = _repaired(part)
    if whole is not None:
        return [whole]
    glued = _GLUED.fullmatch(part)
    return list(_EU_LONGEST.findall(part)) if glued else [None]


def _repaired(part: str) -> str | None:
    """Return the category that a part is or, symbol by symbol, looks like."""
    if part in _KNOWN:
        return part
    # A letter first, then a figure or a letter: only symbols of the wrong kind are repaired.
    first = _LOOKS_LIKE.get(part[0], part[0]) if not part[0].isalpha() else part[0]
    rest = "".join(_LOOKS_LIKE.get(one, one) if one in "IL|Z8" else one for one in part[1:])
    return first + rest if first + rest in _KNOWN else None
