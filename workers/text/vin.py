"""Vehicle identification numbers.

Sources: ISO 3779 (17 symbols, without I, O and Q; the last four are digits); the check digit in
the ninth place is that of 49 CFR 565.15 (USA), which China (GB 16735) takes over. European makers
do not keep it: ``ZFA1990000P011861`` is a good number whose ninth symbol is no check digit.

>>> is_valid("1M8GDM9AXKP042788")
True
>>> parse("VF1 BBR7CF3561O842")
'VF1BBR7CF35610842'
"""

import re

from workers.text.confusions import as_digits

LENGTH = 17

_FORM = re.compile(r"[A-HJ-NPR-Z0-9]{13}[0-9]{4}")
_NEVER = str.maketrans("IOQ", "100")
_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECKED_REGIONS = frozenset("12345L")
"""First symbols of makers who must keep the check digit: North America and China."""


def compact(number: str) -> str:
    """Return the number in upper case, without what only parts its groups."""
    return re.sub(r"[\s.\-*_]", "", number).upper()


def is_valid(number: str) -> bool:
    """Say whether the number has the form of ISO 3779; the check digit is not asked."""
    return _FORM.fullmatch(number) is not None


def check_digit(number: str) -> str:
    """Return the symbol that the ninth place would hold.

    Raises:
        KeyError: when the number holds a symbol that no such number has.
    """
    total = sum(_VALUES[one] * weight for one, weight in zip(number, _WEIGHTS, strict=True))
    rest = total % 11
    return "X" if rest == 10 else str(rest)


def has_check_digit(number: str) -> bool:
    """Say whether the ninth symbol is the check digit of the others."""
    return is_valid(number) and check_digit(number) == number[8]


def must_have_check_digit(number: str) -> bool:
    """Say whether the maker's region asks for a check digit."""
    return number[:1] in _CHECKED_REGIONS


def parse(text: str) -> str | None:
    """Return the number in what was read, with I, O and Q as the digits they were; else None."""
    number = compact(text).translate(_NEVER)
    if len(number) != LENGTH:
        return None
    number = number[:13] + as_digits(number[13:])
    return number if is_valid(number) else None
