"""Words that Tunisian papers print in Arabic, and which of them a misread word may be.

The list (``words/tunisian.txt``) is general knowledge: names that people bear, places, what
addresses and professions are made of. A word that is not on it is no mistake; one that is on it,
and that two readers see, is seldom one.

>>> is_known("الطرابلسي"), is_known("الطرابلشي")
(True, False)
>>> near("المثلوئي")[0]
'المثلوثي'
"""

from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from workers.text.bidi import has_arabic

LIST = Path(__file__).parent / "words" / "tunisian.txt"

NEAR_MAX = 24
"""So many words like a misread one are held against its print."""

FAR_LETTERS = 4
"""A longer word may differ in two letters, a shorter one in one."""

ORIGIN_LETTERS_MIN = 6
"""Letters of a name of origin with its article: الدوري is one, الهدى is none."""

PART_LETTERS_MIN = 3
"""Shorter parts of a word are known by chance."""

_SERVANT = "عبد"
"""The first word of many given names, of which print and list write some as one."""

_SON = "بن"
"""Stands between two names of a man, as short as it is."""

_BUILDING, _FLAT = "عمارة", "شقة"
"""An address names the building by a letter, between these two."""

_UNJOINED = frozenset("ادذرزوىةءأإآؤ")
_ON_ALEF = str.maketrans(dict.fromkeys("أإآ", "\u0627"))


def is_known(word: str) -> bool:
    """Say whether a word is on the list, with its hamza or without."""
    return word in _known()


def are_known(value: str) -> bool:
    """Say whether all Arabic words of a value are on the list."""
    return all(is_known(word) for word in value.split() if has_arabic(word))


def may_be_another(value: str) -> bool:
    """Say whether a word of a value is not on the list, but one letter from a word that is."""
    words = (word for word in value.split() if has_arabic(word) and not is_known(word))
    return any(Levenshtein.distance(word, one) == 1 for word in words for one in near(word))


def may_lack_hamza(value: str) -> bool:
    """Say whether a word of a value is on the list with a hamza that it has not.

    Papers print it or not; small print loses it first of all.
    """
    return any(is_known(word) and word not in _written() for word in value.split())


def lacks_double(word: str, other: str) -> bool:
    """Say whether a word is no known one, but for a doubled letter that it has once only.

    >>> lacks_double("لنقل", "للنقل"), lacks_double("عنبر", "عنببر")
    (True, False)
    """
    doubled = Levenshtein.distance(word, other) == 1 == len(other) - len(word)
    return doubled and _once(word) == _once(other) and is_known(other) and not is_known(word)


def _once(word: str) -> str:
    return "".join(letter for before, letter in pairwise(" " + word) if letter != before)


def dotted(value: str, *, origins: bool) -> str:
    """Return the value with the dots that some faces leave off a last yeh, as the list has them.

    Args:
        value: words in Arabic.
        origins: it names persons: an unknown word with an article tells of which place or tribe
            one is, and such a word ends in a yeh.

    >>> dotted("حى النصر", origins=False), dotted("ليلى", origins=True)
    ('حي النصر', 'ليلى')
    >>> dotted("على التيجانى", origins=True), dotted("نهج الفصحى", origins=False)
    ('علي التيجاني', 'نهج الفصحى')
    """
    return " ".join(_dotted(word, origins=origins) for word in value.split(" "))


def _dotted(word: str, *, origins: bool) -> str:
    with_dots = word[:-1] + "ي"
    is_bare = word.endswith("ى") and not is_known(word)
    is_origin = origins and word.startswith("ال") and len(word) >= ORIGIN_LETTERS_MIN
    return with_dots if is_bare and (is_origin or is_known(with_dots)) else word


def spaced(text: str) -> str:
    """Return the text with known words apart that a reader joined, and whole that it cut.

    After a letter that does not join the next one, print shows hardly any space, between words or
    within one.

    >>> spaced("عائشة الفر شيشي"), spaced("قصرهلال"), spaced("عبد الرؤوف")
    ('عائشة الفرشيشي', 'قصر هلال', 'عبد الرؤوف')
    >>> spaced("عمارة أشقة 26"), spaced("عبد القادربن الشيخ")
    ('عمارة أ شقة 26', 'عبد القادر بن الشيخ')
    """
    words: list[str] = []
    for word in text.split(" "):
        begun = words[-1] if words else ""
        is_cut = begun not in {"", _SERVANT} and not (is_known(begun) and is_known(word))
        if is_cut and is_known(begun + word):
            words[-1] += word
        elif begun == _BUILDING and word[1:] == _FLAT:
            words += (word[0], _FLAT)
        else:
            words.append(word)
    return " ".join(_apart(word) for word in words)


def _apart(word: str) -> str:
    """Return a word as the two known ones that it holds, if it is none itself."""
    if is_known(word):
        return word
    before = word.removesuffix(_SON)
    if before != word and before[-1:] in _UNJOINED and is_known(before):
        return f"{before} {_SON}"
    for end in range(PART_LETTERS_MIN, len(word) - PART_LETTERS_MIN + 1):
        first, last = word[:end], word[end:]
        if first[-1] in _UNJOINED and is_known(first) and is_known(last):
            return f"{first} {last}"
    return word


@lru_cache(maxsize=256)
def near(word: str) -> tuple[str, ...]:
    """Return the words of the list a letter or two from a word, the nearest first."""
    far = 2 if len(word) > FAR_LETTERS else 1
    found = extract(
        word,
        _listed(),
        scorer=Levenshtein.distance,
        processor=None,
        limit=NEAR_MAX,
        score_cutoff=far,
    )
    return tuple(one for one, _, _ in found if one != word)


@cache
def _written() -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _known() -> frozenset[str]:
    return _written() | {word.translate(_ON_ALEF) for word in _written()}


@cache
def _listed() -> tuple[str, ...]:
    return tuple(sorted(_known()))
