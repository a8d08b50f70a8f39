"""What other engines' plain text holds of a document's fields: the most that could be made of it.

A field counts as found where its value stands anywhere in the text, in any form that documents
print it in. That flatters the plain engines: nobody has told yet which text is which field.
"""

import re
from collections.abc import Iterable, Iterator

from workers.accuracy import Truth
from workers.text.folding import fold

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SHORT = 3
_MONTHS = (
    ("janvier", "جانفي"),
    ("fevrier", "فيفري"),
    ("mars", "مارس"),
    ("avril", "أفريل"),
    ("mai", "ماي"),
    ("juin", "جوان"),
    ("juillet", "جويلية"),
    ("aout", "أوت"),
    ("septembre", "سبتمبر"),
    ("octobre", "أكتوبر"),
    ("novembre", "نوفمبر"),
    ("decembre", "ديسمبر"),
)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def fields_in(text: str, truth: Truth) -> int:
    """Return how many of a document's fields stand somewhere in a text."""
    whole = fold(text).text
    words = {fold(word).text for word in text.split()}
    return sum(_stands(value, whole, words) for value in truth.fields.values())


def _stands(value: str, whole: str, words: set[str]) -> bool:
    forms = {fold(form).text for form in printed_forms(value)}
    return any(form in words if len(form) <= _SHORT else form in whole for form in forms if form)


def printed_forms(value: str) -> Iterator[str]:
    """Yield the forms in which a value may be printed: itself, and for a date the usual ones."""
    yield value
    date = _ISO_DATE.fullmatch(value)
    if date is None:
        return
    year, month, day = date.groups()
    number = int(month) - 1
    names: Iterable[str] = (*_MONTHS[number], _ENGLISH[number]) if 0 <= number < 12 else ()
    for middle in (month, *names):
        for some_day in (day, day.lstrip("0")):
            yield f"{some_day}{middle}{year}"
            yield f"{some_day}{middle}{year[2:]}"
    yield f"{year}{month}{day}"
    yield f"{year[2:]}{month}{day}"
    yield f"{month}{day}{year}"
