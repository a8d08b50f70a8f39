"""Formula numbers of French registration certificates: the sheet's own number, since 2009.

Eleven symbols: the year of the sheet, two letters, five digits, as ``2017RV48832``. No official
text describes it; the form is that of the ministry's own declaration forms (cerfa 15776).

>>> parse("2O17 RV 48832")
'2017RV48832'
"""

import re

from workers.text.confusions import as_digits, as_letters

_FORM = re.compile(r"20\d{2}[A-HJ-NP-TV-Z]{2}\d{5}", re.ASCII)


def is_valid(number: str) -> bool:
    """Say whether the number has the form; its year is not compared with anything."""
    return _FORM.fullmatch(number) is not None


def parse(text: str) -> str | None:
    """Return the number in what was read, digits and letters repaired by place; else None."""
    plain = re.sub(r"[^A-Za-z0-9|]", "", text)
    if len(plain) != 11:
        return None
    number = as_digits(plain[:4]) + as_letters(plain[4:6]) + as_digits(plain[6:])
    return number if is_valid(number) else None
