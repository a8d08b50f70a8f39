"""From text as printed beside each number to the value in its normal form."""

import re
from datetime import date

from workers.text import licence_categories, printed_dates
from workers.text.printed import Parse, as_words, with_last_point, with_post_codes

CENTURY_END = date(2079, 12, 31)
"""No card of this model was issued before 1980."""

_NAME = re.compile(r"[^\W\d_][^\d_@#%&]*")
_AGENCY = re.compile("^ATTT(?=[A-Z]{3})")
"""Tunisia's agency, whose town stands behind it; readers lose the space."""

_POINTED_AGENCY = re.compile(r"^(?=(?:[A-Z]*\.){2})A\.?T\.?T\.?T(?=\W|$)")
_POINTS_LOST = re.compile(r"(?=(?:[^.]*\.){2})(?:[A-Z]{1,2}\.?){2,5}")
"""Single letters with points between them, of which a reader lost one."""

_OFFICE = re.compile(r"(?=(?:\D*\d){2})[\dO]{1,3}/[\dO]{1,3}|\d[\dO]{3,7}")
"""An office by its number, as Spain's and Romania's have it."""

_IN_BRACKETS = re.compile(
    r"(?<=\w)\s*\(\s?(?:([A-Z]{2}|\d[\dAB]\d?)\s?\)?|([^\W\d_][^()\d_]{2,}?)\s?\))\W*$"
)
_FIGURES = re.compile(r"(?=(?:\D*\d){8})[\dO./+-]*\d")
_COMMAS_BELOW = str.maketrans("ŞşŢţ", "ȘșȚț")
_LEAD = re.compile(r"^\s*[1-9]\s?[a-dA-D]?\s?[.:)]+\s*(?=\D)")
"""A field's own number, where it was read with the value."""


def with_commas_below(parse: Parse) -> Parse:
    """Return the parser with Romania's own letters: readers take their commas for cedillas."""
    return lambda text: parse(text.translate(_COMMAS_BELOW))


def no_sign(parse: Parse, sign: str) -> Parse:
    """Return the parser that takes a country's sign in the corner of the card for no value."""
    return lambda text: None if re.sub(r"\W", "", text).upper() == sign else parse(text)


def name(text: str) -> str | None:
    """Return a name: letters, spaces, hyphens, apostrophes, commas and points."""
    value = as_words(re.sub(r",(?=\w)", ", ", _LEAD.sub("", text)))
    if value is None or _NAME.fullmatch(value) is None:
        return None
    return value if sum(map(str.isalpha, value)) >= 2 else None


def day(text: str) -> str | None:
    """Return the date; a year of two digits is of this century until others tell better."""
    return printed_dates.parse(text, newest=CENTURY_END)


def birth_place(text: str) -> str | None:
    """Return what stands beside the date of birth, without brackets around all of it.

    What stands in brackets behind the town is a part of it: the letters of an Italian province, the
    number of a French department, a river.
    """
    span = printed_dates.where(text)
    rest = text if span is None else text[span[1] :] or text[: span[0]]
    if printed_dates.where(rest) is not None:
        return None
    town = re.sub(r"[()\[\]{}]", " ", rest)
    part = _IN_BRACKETS.search(rest)
    if part:
        town = f"{town[: part.start()].rstrip()} ({part[1] or part[2]})"
    value = as_words(town)
    if value is None or not re.match(r"[^\W\d_]", value):
        return None
    return value if sum(map(str.isalpha, value)) >= 2 else None


def authority(text: str) -> str | None:
    """Return the authority as printed: a name, or the number of an office."""
    value = as_words(with_post_codes(re.sub(r"^\s*4\s?[cC]\s?[.:]*\s+", "", text)))
    if value is None or len(re.sub(r"\W", "", value)) < 2:
        return None
    if _OFFICE.fullmatch(value):
        value = value.replace("O", "0")
    value = re.sub(r"(?<=\b[A-Z]\.) (?=[A-Z]\.|[A-Z]$)", "", value)
    if _POINTS_LOST.fullmatch(value):
        value = ".".join(value.replace(".", ""))
    value = _POINTED_AGENCY.sub("A.T.T.T", value)
    value = _AGENCY.sub("ATTT ", value)
    return with_last_point(value, text)


def personal_number(text: str) -> str | None:
    """Return a number without spaces, at least five symbols of it digits or letters.

    Among nothing but figures and signs an O is a nought; a first one may be the letter.
    """
    value = re.sub(r"\s", "", text).upper().strip(".,:;|_'")
    if _FIGURES.fullmatch(value):
        value = value[:1] + value[1:].replace("O", "0")
    is_number = re.fullmatch(r"[A-Z0-9][A-Z0-9/\-.+]{3,18}[A-Z0-9]", value, re.ASCII)
    return value if is_number and any(map(str.isdigit, value)) else None


categories = licence_categories.parse
