"""Registration numbers of Tunisia.

Source: the kinds of plates as encyclopaedias and the press describe them; no official text was
at hand, so what fits none of them is doubted, not refused. Ordinary numbers are a series of up to
three digits, the country's name in Arabic or Latin letters, and a number from 1 to 9999.

The Arabic word turns the line round in some readers and prints and not in others. A number of
four digits shows which is which, and so does one that no series has reached; else the order stays
open unless the name stands in Latin letters.

>>> parse("7995 تونس 227")
'227 TUN 7995'
>>> parse("12345 ن ت")
'RS 12345'
>>> order_is_open("227 تونس 99"), order_is_open("227 TU 99")
(True, False)
"""

import re

from workers.text.arabic import normal_form

_DIGITS = re.compile(r"\d+")
_TUNIS_ARABIC = re.compile(r"ت\s*و\s*ن\s*س|تون|ونس")
_TUNIS_LATIN = re.compile(r"(?<![A-Z])T\s*U\s*N?(?![A-Z])|\bTN\b", re.IGNORECASE)
_TEMPORARY = re.compile(r"\bR\s*S\b|(?<=\d)RS\b|\bRS(?=\d)|ن\s*\.?\s*ت(?!و)", re.IGNORECASE)
_DEALER = re.compile(r"ع\s*\.?\s*ع")
_TOUCHED = re.compile("(?<=[^ 0-9-])[0-9]+|[0-9]+(?=[^ 0-9-])")
"""Figures that something touches, which may be another; the plate's own words are gone."""
_NUMBER_LENGTH, _SERIES_LENGTH = 4, 3
_SERIES_MAX = 400
"""Series follow one another; that of 2026 is some 260, and there are some nine a year."""

_GOVERNMENT = re.compile(r"(\d{2})\s*-\s*(\d{4,6})")
_DIPLOMATIC = re.compile(r"(\d{1,3})\s*(CMD|CD|MD)\D*(\d{1,3})")
_VALID = re.compile(
    r"[1-9]\d{0,2} TUN [1-9]\d{0,3}|RS \d{1,6}|"
    r"\d{2}-\d{4,6}|\d{1,3} (?:CD|MD|CMD) \d{1,3}|\d{1,6} ع ع"
)


def parse(text: str) -> str | None:
    """Return the number in its normal form; None where the text holds no number of any kind."""
    plain = normal_form(text).upper()
    diplomatic = _DIPLOMATIC.search(plain)
    if diplomatic:
        return f"{diplomatic[1]} {diplomatic[2]} {diplomatic[3]}"
    groups = _DIGITS.findall(plain)
    if _TUNIS_ARABIC.search(plain) or _TUNIS_LATIN.search(plain):
        return _ordinary(groups)
    if _TEMPORARY.search(plain):
        return f"RS {groups[0]}" if len(groups) == 1 and len(groups[0]) <= 6 else None
    if _DEALER.search(plain):
        return f"{groups[0]} ع ع" if len(groups) == 1 and len(groups[0]) <= 6 else None
    government = _GOVERNMENT.fullmatch(plain.strip())
    return f"{government[1]}-{government[2]}" if government else None


def parse_beside_label(text: str) -> str | None:
    """Return the number also where the word between its two parts was not read as one.

    Only for text that is known to be a registration number by its place.
    """
    found = parse(text)
    if found is not None:
        return found
    groups = _DIGITS.findall(normal_form(text))
    # A reader of figures makes figures of the word too.
    between = groups[1:-1]
    return _ordinary([groups[0], groups[-1]]) if len(groups) > 1 and len(between) <= 1 else None


def is_valid(number: str) -> bool:
    """Say whether a normal form is that of some kind of plate."""
    return _VALID.fullmatch(number) is not None


def may_lack_its_word(number: str) -> bool:
    """Say whether a number of the form of the State may be an ordinary one with its word unread."""
    return re.fullmatch(r"\d{2}-\d{4}", number) is not None


def may_lack_figures(number: str, raw: str) -> bool:
    """Say whether something touches a figure of a plate that could be a further one, misread.

    A number of four figures is whole, and so is a series of three beside it. What stands between
    both parts of a number is the country's name, however it was read.

    >>> may_lack_figures("11 TUN 159", "11 Juig3 159"), may_lack_figures("1 TUN 159", "x1 TUN 159")
    (False, True)
    """
    rest = normal_form(raw).upper()
    for word in (_TUNIS_ARABIC, _TUNIS_LATIN, _TEMPORARY, _DEALER, _DIPLOMATIC):
        rest = word.sub(" ", rest)
    has_number = any(len(group) == _NUMBER_LENGTH for group in _DIGITS.findall(rest))
    whole = {_NUMBER_LENGTH, _SERIES_LENGTH} if has_number else {_NUMBER_LENGTH}
    parts = _DIGITS.findall(number)
    return any(group in parts and len(group) not in whole for group in _TOUCHED.findall(rest))


def order_is_open(raw: str) -> bool:
    """Say whether series and number of an ordinary plate could be the other way round.

    >>> order_is_open("995 تونس 227"), order_is_open("95 تونس 227"), order_is_open("995 TU 227")
    (False, True, True)
    """
    plain = normal_form(raw).upper()
    groups = _DIGITS.findall(plain)
    if len(groups) != 2 or any(len(group) > _SERIES_LENGTH for group in groups):
        return False
    first, second = (int(group) <= _SERIES_MAX for group in groups)
    # Latin letters turn no line round: what stands first is the series, or was misread.
    return not first if _TUNIS_LATIN.search(plain) else first is second


def _ordinary(groups: list[str]) -> str | None:
    if len(groups) != 2:
        return None
    series, number = groups
    if int(series) > _SERIES_MAX >= int(number):
        series, number = number, series
    value = f"{series} TUN {number}"
    return value if is_valid(value) else None
