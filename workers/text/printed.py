"""Printed text as a value: as it stands, without what frames it."""

import re
from collections.abc import Callable

from workers.text.arabic import normal_form
from workers.text.confusions import as_digits
from workers.text.look_alikes import without_accents

Parse = Callable[[str], str | None]
"""From text as printed to a value in its normal form; None where it is no such value."""

_CODE_AND_TOWN = re.compile(r"(?<!\d)(\d{5})(0?[^\W\d_]{3,})")
_ZERO_IN_WORD = re.compile(
    r"(?<!\w)0?[^\W\d_]+(?:0[^\W\d_]+)+0?(?!\w)|(?<!\w)0['\u2019]?[^\W\d_]{2,}(?!\w)"
    r"|(?<!\w)[^\W\d_]{4,}0(?!\w)"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_SAME_AS_CAPITALS = frozenset("cosvwxzlß")
_POST_CODE = re.compile(r"(?<!\w)(?=[\dOo]*\d)[\dOo]{5}(?!\w)")
CAPITALS_MIN = 2
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.){2,}$|^(?:[A-Z]{1,2}\.){3,}$")
_FRAME = " \t:;.,|_*=-\u2013\u2014'\"«»"


def as_words(text: str) -> str | None:
    """Return a name, a place or a line of an address: in its words a zero is an O.

    In a word of capitals small letters of their shape are misread, L for I among them. Where a
    postal code and its town were read in one, they are parted again.

    >>> as_words("0'BRIEN"), as_words("PALERM0 (PA)"), as_words("54000NANCY"), as_words("ŁÓDź")
    ("O'BRIEN", 'PALERMO (PA)', '54000 NANCY', 'ŁÓDŹ')
    """
    value = as_text(text)
    if value is None:
        return None
    parted = _CODE_AND_TOWN.sub(r"\1 \2", value)
    whole = _ZERO_IN_WORD.sub(lambda match: match[0].replace("0", "O"), parted)
    return _WORD.sub(lambda match: _as_capitals(match[0]), whole)


def _as_capitals(word: str) -> str:
    """Return a word with two capitals, and none but small letters of their shape, in capitals."""
    small = {without_accents(letter) for letter in word if letter.islower()}
    if not small <= _SAME_AS_CAPITALS or sum(map(str.isupper, word)) < CAPITALS_MIN:
        return word
    return "".join(one if one == "ß" else one.upper() for one in word.replace("l", "I"))


def with_post_codes(text: str) -> str:
    """Return the text with numbers of five figures whole: an O among them is a zero."""
    return _POST_CODE.sub(lambda code: as_digits(code[0]), text)


def with_last_point(value: str, text: str) -> str:
    """Return a value that was stripped of signs with the last point of an abbreviation.

    >>> with_last_point("OHIO, U.S.A", "OHIO, U.S.A. "), with_last_point("PARIS", "PARIS.")
    ('OHIO, U.S.A.', 'PARIS')
    """
    return f"{value}." if _ABBREVIATION.search(text.strip()) else value


def as_text(text: str) -> str | None:
    """Return the text with single spaces and without marks around it; None if nothing is left."""
    value = normal_form(text).strip(_FRAME)
    return value if any(symbol.isalnum() for symbol in value) else None
