"""Formula numbers of French registration certificates: the sheet's own number, since 2009.

Eleven symbols: the year of the sheet, two letters, five digits, as ``2017RV48832``. No official
text describes it; the form is that of the ministry's own declaration forms (cerfa 15776).

>>> parse("2O17 RV 48832")
'2017RV48832'
"""

import re

from workers.text.confusions import as_digits, as_letters

LENGTH = 11

_FORM = re.compile(r"20\d{2}[A-HJ-NP-TV-Z]{2}\d{5}", re.ASCII)


def is_valid(number: str) -> bool:
    """Say whether the number has the form; its year is not compared with anything."""
    return _FORM.fullmatch(number) is not None


def parse_again(text: str) -> str | None:
    """Return the number as another reader's, who may have taken a Q for a zero: it has no O.

    Or a J for a bracket.

    >>> parse_again("20170V36881"), parse_again("2021E)96427")
    ('2017QV36881', '2021EJ96427')
    """
    text = re.sub(r"(?<=[\dA-Z])[)\]}](?=[\dA-Z])", "J", text)
    number = parse(text)
    plain = re.sub(r"[^A-Za-z0-9|]", "", text)
    if number is not None or len(plain) != LENGTH:
        return number
    letters = as_digits(plain[4:6])
    if letters.count("0") != 1:
        return None
    place = 4 + letters.index("0")
    return parse(f"{plain[:place]}Q{plain[place + 1 :]}")


def parse(text: str) -> str | None:
    """Return the number in what was read, digits and letters repaired by place; else None."""
    plain = re.sub(r"[^A-Za-z0-9|]", "", text)
    if len(plain) != LENGTH:
        return None
    number = as_digits(plain[:4]) + as_letters(plain[4:6]) + as_digits(plain[6:])
    return number if is_valid(number) else None
