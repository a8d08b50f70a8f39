"""Dates as the Maghreb writes them in Arabic: day, name of the month from the French, year.

The names are those of Tunisia; spellings without hamza occur on cards as well.

>>> parse("05 جانفي 1985")
'1985-01-05'
>>> parse("1950 افريل 9")
'1950-04-09'
>>> parse("12 مارش 1990")
'1990-03-12'
"""

import re
from datetime import date

from rapidfuzz.distance import Levenshtein

from workers.text import printed_dates
from workers.text.arabic import normal_form
from workers.text.folding import fold

MONTHS = (
    "جانفي",
    "فيفري",
    "مارس",
    "أفريل",
    "ماي",
    "جوان",
    "جويلية",
    "أوت",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
"""Names of the months, January first."""

_FOLDED = tuple(fold(name).text for name in MONTHS)
_EDGES = " :.,"
_WORDS = re.compile(r"\s+|(?<=\d)(?=[ء-ي]{3})|(?<=[ء-ي]{3})(?=\d)")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


def parse(text: str) -> str | None:
    """Return the one date in what was read as YYYY-MM-DD; None where there is none.

    The order of day and year is free, since lines from right to left get turned round: the year
    has four digits. A name with one letter wrong counts where no other month is as near. Anything
    else that touches a figure is what was read for another one.
    """
    plain = normal_form(text)
    parts = _PARTS.findall(plain)
    numbers = [part for part in parts if part.isdigit()]
    months = [month for part in parts if not part.isdigit() and (month := month_of(part))]
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(months) != 1:
        return printed_dates.parse(plain) if not months else None
    if not all(map(_is_whole, _WORDS.split(plain.strip(_EDGES)))):
        return None
    if len(years) != 1 or len(days) != 1 or len(numbers) != 2:
        return None
    try:
        return date(int(years[0]), months[0], int(days[0])).isoformat()
    except ValueError:
        return None


def _is_whole(word: str) -> bool:
    """Say whether a word is all figures or has none."""
    return word.isdigit() or not any(map(str.isdigit, word))


def month_of(word: str) -> int | None:
    """Return the number of the month that a word names, perhaps with one letter wrong."""
    folded = fold(word).text
    if folded in _FOLDED:
        return _FOLDED.index(folded) + 1
    if len(folded) < 4:
        return None
    near = [
        number
        for number, name in enumerate(_FOLDED, start=1)
        if len(name) > 3 and Levenshtein.distance(folded, name, score_cutoff=1) == 1
    ]
    return near[0] if len(near) == 1 else None
