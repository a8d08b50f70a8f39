"""Printed text as a value: as it stands, without what frames it."""

import re
from collections.abc import Callable

from workers.text.arabic import normal_form
from workers.text.confusions import as_digits

Parse = Callable[[str], str | None]
"""From text as printed to a value in its normal form; None where it is no such value."""

_CODE_AND_TOWN = re.compile(r"(?<!\d)(\d{5})(0?[^\W\d_]{3,})")
_ZERO_IN_WORD = re.compile(r"(?<!\w)0?[^\W\d_]+(?:0[^\W\d_]+)+0?(?!\w)|(?<!\w)0[^\W\d_]{2,}(?!\w)")
_WORD_OF_CAPITALS = re.compile(r"(?<!\w)(?=(?:l?[A-ZÀ-ÖØ-Þ]){2})[A-ZÀ-ÖØ-Þlß]+(?!\w)")
_POST_CODE = re.compile(r"(?<!\w)(?=[\dOo]*\d)[\dOo]{5}(?!\w)")
_FRAME = " \t:;.,|_*=-\u2013\u2014'\"«»"


def as_words(text: str) -> str | None:
    """Return a name, a place or a line of an address: in its words a zero is an O.

    In a word of capitals a small L is an I. Where a postal code and its town were read in one, they
    are parted again.
    """
    value = as_text(text)
    if value is None:
        return None
    parted = _CODE_AND_TOWN.sub(r"\1 \2", value)
    whole = _ZERO_IN_WORD.sub(lambda match: match[0].replace("0", "O"), parted)
    return _WORD_OF_CAPITALS.sub(lambda match: match[0].replace("l", "I"), whole)


def with_post_codes(text: str) -> str:
    """Return the text with numbers of five figures whole: an O among them is a zero."""
    return _POST_CODE.sub(lambda code: as_digits(code[0]), text)


def as_text(text: str) -> str | None:
    """Return the text with single spaces and without marks around it; None if nothing is left."""
    value = normal_form(text).strip(_FRAME)
    return value if any(symbol.isalnum() for symbol in value) else None
