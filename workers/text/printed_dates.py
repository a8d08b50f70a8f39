"""Dates in figures as documents print them: day, month, year, parted by anything or nothing.

>>> parse("13.07.1990 (Paris 75)")
'1990-07-13'
>>> parse("O1/O2/2OO9")
'2009-02-01'
>>> parse("19.01.13", newest=date(2026, 6, 1))
'2013-01-19'
"""

import re
from collections.abc import Iterator
from datetime import date

from workers.text.confusions import as_digits

YEAR_FIRST, YEAR_LAST = 1850, 2099
"""No document of ours names a day outside these years."""

_D = "[0-9OoQDIil|!ZzSsGBL]"
_PARTED = r"\s?[./,\-:;' ]\s?"
_EDGE_BEFORE, _EDGE_AFTER = rf"(?<!{_D})", rf"(?!{_D})"
_LONG = tuple(
    re.compile(_EDGE_BEFORE + form + _EDGE_AFTER)
    for form in (
        rf"(?P<d>{_D}{{1,2}}){_PARTED}(?P<m>{_D}{{1,2}}){_PARTED}(?P<y>{_D}{{4}})",
        rf"(?P<y>{_D}{{4}}){_PARTED}(?P<m>{_D}{{1,2}}){_PARTED}(?P<d>{_D}{{1,2}})",
        # One or both of the marks between the parts lost.
        rf"(?P<d>{_D}{{2}})\W{{0,2}}(?P<m>{_D}{{2}})\W{{0,2}}(?P<y>{_D}{{4}})",
    )
)
_SHORT = re.compile(
    rf"{_EDGE_BEFORE}(?P<d>{_D}{{2}}){_PARTED}(?P<m>{_D}{{2}}){_PARTED}(?P<y>{_D}{{2}}){_EDGE_AFTER}"
)


def parse(text: str, *, newest: date | None = None) -> str | None:
    """Return the first date in what was read as YYYY-MM-DD, None where there is none.

    Args:
        text: what an engine read; letters that look like digits count as these.
        newest: the last day that the date may name, from which the century of a year of two
            digits follows; without it such years are not read.
    """
    found = next(_found(text, _LONG), None)
    if found is not None or newest is None:
        return found
    return next((_century(short, newest) for short in _found(text, (_SHORT,))), None)


def where(text: str) -> tuple[int, int] | None:
    """Return where the first date of either form stands in the text, None where there is none."""
    for form in (*_LONG, _SHORT):
        for match in form.finditer(text):
            if _value(match) is not None:
                return match.span()
    return None


def _found(text: str, forms: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    for form in forms:
        for match in form.finditer(text):
            value = _value(match)
            if value is not None:
                yield value


def _value(match: re.Match[str]) -> str | None:
    """Return YYYY-MM-DD, the century as 20 where the year has two digits; None if impossible."""
    parts = [as_digits(match[name]) for name in ("y", "m", "d")]
    # A letter may stand for a digit, but a word is no date.
    if sum(symbol.isdigit() for symbol in match[0]) < sum(map(len, parts)) / 2:
        return None
    year, month, day = (int(part) for part in parts)
    if len(parts[0]) == 2:
        year += 2000
    try:
        value = date(year, month, day)
    except ValueError:
        return None
    return value.isoformat() if YEAR_FIRST <= year <= YEAR_LAST else None


def _century(value: str, newest: date) -> str | None:
    if value <= newest.isoformat():
        return value
    earlier = f"{int(value[:4]) - 100}{value[4:]}"
    try:
        date.fromisoformat(earlier)
    except ValueError:
        return None
    return earlier
