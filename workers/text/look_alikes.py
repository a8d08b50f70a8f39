"""Print in which a letter cannot be told from a figure by its shape, nor by what stands beside it.

Many faces print I and 1, O and 0 alike: every reader says the same of them, and may be wrong.
"""

import re
import unicodedata

_ALIKE = frozenset("I1O0")
_SHORT_NUMBER = re.compile(r"1\d{1,2}")

_SHAPES = str.maketrans("OQDIL|SBZG", "0001115826")


def are_alike(one: str, other: str) -> bool:
    """Say whether two values differ by no more than accents and symbols of like shape."""
    return one != other and _shape(one) == _shape(other)


def _shape(value: str) -> str:
    plain = unicodedata.normalize("NFD", value.upper())
    return "".join(s for s in plain if not unicodedata.combining(s)).translate(_SHAPES)


def is_open(value: str) -> bool:
    """Say whether a name such as I20 or C1 could as well be another one.

    Inside a word a letter is a letter, inside a number a figure is a figure. A short number that
    begins with a one may begin with an I.
    """
    return any(_is_open_word(word) for word in re.split(r"[\s\-/.]+", value.upper()) if word)


def _is_open_word(word: str) -> bool:
    if word.isalpha() and len(word) > 1:
        return False
    if word.isdigit():
        return word in {"0", "1"} or _SHORT_NUMBER.fullmatch(word) is not None
    return any(
        symbol in _ALIKE and not _is_among_its_like(word, place)
        for place, symbol in enumerate(word)
    )


def _is_among_its_like(word: str, place: int) -> bool:
    beside = word[max(0, place - 1) : place] + word[place + 1 : place + 2]
    return len(beside) == 2 and all(one.isdigit() == word[place].isdigit() for one in beside)
