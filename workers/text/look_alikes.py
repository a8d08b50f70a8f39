"""Print in which a letter cannot be told from a figure by its shape, nor by what stands beside it.

Many faces print I and 1, O and 0 alike: every reader says the same of them, and may be wrong.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from types import MappingProxyType

_ALIKE = frozenset("I1O0")
_WORD = re.compile(r"[^\s\-/.]+")
_PREFIX = re.compile(
    "^(Mc|Mac|Fitz|De|Des|Del|Della|Da|Di|Du|La|Le|Van|Von|[ODL]['\u2019])(?=[A-Z])"
)
_SHORT_NUMBER = re.compile(r"[01]\d{1,2}")

_SHAPES = str.maketrans("OQDIL|SBZG", "0001115826")
_STROKED = str.maketrans("ŁłĐđØøı", "LlDdOoi")

FIGURE_OF = MappingProxyType({"O": "0", "I": "1", "S": "5", "B": "8", "Z": "2", "G": "6"})
"""Letters to the figures that readers take for them."""


def are_alike(one: str, other: str) -> bool:
    """Say whether two values differ by no more than accents and symbols of like shape."""
    return one != other and shape(one) == shape(other)


def lacks_accents(poor: str, rich: str) -> bool:
    """Say whether one value is the other without some of its accents and strokes."""
    return (
        poor != rich
        and len(poor) == len(rich)
        and all(
            one in {other, without_accents(other)} for one, other in zip(poor, rich, strict=True)
        )
    )


def without_accents(text: str) -> str:
    """Return the text without accents and strokes."""
    plain = unicodedata.normalize("NFD", text.translate(_STROKED))
    return "".join(symbol for symbol in plain if not unicodedata.combining(symbol))


def mixes_cases(value: str) -> bool:
    """Say whether a capital stands inside a word of small letters, as in no name but a few.

    >>> mixes_cases("InXs"), mixes_cases("McDonald"), mixes_cases("Jean DUPONT")
    (True, False, False)
    """
    words = (_PREFIX.sub("", word) for word in value.replace("-", " ").split())
    return any(
        small.islower() and capital.isupper() for word in words for small, capital in pairwise(word)
    )


def shape(value: str) -> str:
    """Return a value in capitals without accents, letters of a figure's shape as that figure."""
    return without_accents(value.upper()).translate(_SHAPES)


def is_open(value: str) -> bool:
    """Say whether a name such as I20 or C1 could as well be another one."""
    return bool(open_places(value))


def open_places(value: str) -> frozenset[int]:
    """Return the places of the symbols that could as well be others.

    Inside a word a letter is a letter, inside a number a figure is a figure. A short number that
    begins with a one or a nought may begin with an I, an O or a Q.

    >>> sorted(open_places("Q3")), sorted(open_places("03")), sorted(open_places("508"))
    ([], [0], [])
    """
    return frozenset(
        match.start() + place
        for match in _WORD.finditer(value.upper())
        for place in _open_in_word(match[0])
    )


def open_in_code(value: str) -> frozenset[int]:
    """Return the same of a code that was given out, not named: only in a number are no letters.

    A figure amid figures is one: nobody gives out letters that look like these.

    Measured: in a face whose letters are as wide as its figures two readers took the zero of HY3Y0W
    for a letter.
    """
    return frozenset(
        match.start() + place
        for match in _WORD.finditer(value.upper())
        if not match[0].isdigit() or match[0] in {"0", "1"}
        for place, symbol in enumerate(match[0])
        if symbol in _ALIKE and not (symbol.isdigit() and _is_among_its_like(match[0], place))
    )


def _open_in_word(word: str) -> Iterator[int]:
    if word.isalpha() and len(word) > 1:
        return
    if word.isdigit():
        if word in {"0", "1"} or _SHORT_NUMBER.fullmatch(word) is not None:
            yield 0
        return
    yield from (
        place
        for place, symbol in enumerate(word)
        if symbol in _ALIKE
        and not _is_among_its_like(word, place)
        # No name ends with a number and an O.
        and not (symbol == "0" and place + 1 == len(word) and word[:-1][-1:].isdigit())
    )


def _is_among_its_like(word: str, place: int) -> bool:
    beside = word[max(0, place - 1) : place] + word[place + 1 : place + 2]
    return len(beside) == 2 and all(one.isdigit() == word[place].isdigit() for one in beside)
