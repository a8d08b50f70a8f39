"""Arabic names in Latin letters, as Tunisia writes them, and whether two spellings are one name.

Tunisian papers print a French transcription (ش is CH, و is OU, خ is KH); vowels that Arabic does
not write are anybody's guess, and so are the many customary spellings (Gasmi, Kacemi). So a
transcription is never compared letter by letter: what counts is the consonants that both keep.

>>> transcribe("شكري الخميري")
'Chkri Al Khmiri'
>>> likeness("القاسمي", "GASMI") > ALIKE_MIN
True
>>> likeness("بن عاشور", "Trabelsi") > ALIKE_MIN
False
"""

import unicodedata

from rapidfuzz.distance import Levenshtein

from workers.text.arabic import normal_form

ALIKE_MIN = 0.7
"""From here on two spellings may well be one name; below, they are not."""

_LETTERS = dict(
    zip("اأإآٱىءةعبتجحدرزسصضطفقكلمنهپڤڥڨيئ", "aaaaaaaaabtjhdrzssdtfkklmnhpvvgii", strict=True)
)
_LETTERS |= dict(zip("غثذظخشوؤ", ("gh", "th", "dh", "dh", "kh", "ch", "ou", "ou"), strict=True))
_ARTICLE = "ال"

# What both spellings keep: letters that sound alike share a class; vowels and h come and go.
_SOUNDS = dict(zip("بپتثطجدذضظرزسصشخغقكڨفڤڥلمن", "bbtttjddddrzssckkkkkffflmn", strict=True))
_DIGRAPHS = {"CH": "c", "SH": "c", "KH": "k", "GH": "k", "DH": "d", "TH": "t", "PH": "f", "DJ": "j"}
_DIGRAPHS |= {
    "CE": "s",
    "CI": "s",
    "CY": "s",
    "GE": "j",
    "GI": "j",
    "QU": "k",
    "GU": "k",
    "CK": "k",
}
_LATIN = dict(zip("BPTJDRZSCKQGFVLMN", "bbtjdrzskkkkfflmn", strict=True)) | {"C": "k", "X": "ks"}


def transcribe(text: str) -> str:
    """Return an Arabic name letter by letter in Latin, each word with a capital."""
    words = []
    for word in normal_form(text).split():
        if word.startswith(_ARTICLE) and len(word) > len(_ARTICLE) + 1:
            words.append("Al")
            word = word.removeprefix(_ARTICLE)  # noqa: PLW2901 - the rest of the same word
        letters = "".join(_LETTERS.get(letter, _plain(letter)) for letter in word)
        words.append(letters[:1].upper() + letters[1:])
    return " ".join(word for word in words if word)


def likeness(arabic: str, latin: str) -> float:
    """Return from 0 to 1 how well a Latin spelling fits an Arabic name.

    It can refute that two spellings are one name; it cannot prove it.
    """
    ours, theirs = _arabic_sounds(arabic), _latin_sounds(latin)
    if not ours or not theirs:
        return 1.0 if ours == theirs else 0.0
    return Levenshtein.normalized_similarity(ours, theirs)


def _arabic_sounds(text: str) -> str:
    words = [word.removeprefix(_ARTICLE) or word for word in normal_form(text).split()]
    return "".join(_undoubled("".join(_SOUNDS.get(one, "") for one in word)) for word in words)


def _latin_sounds(text: str) -> str:
    plain = "".join(_plain(symbol) for symbol in text).upper()
    words = [_without_article(word) for word in plain.replace("-", " ").replace("'", " ").split()]
    return "".join(_undoubled(_word_sounds(word)) for word in words)


def _without_article(word: str) -> str:
    return "" if word in {"EL", "AL", "ES", "ER", "EN", "ED", "ET"} else word


def _word_sounds(word: str) -> str:
    sounds, place = "", 0
    while place < len(word):
        pair = word[place : place + 2]
        if pair in _DIGRAPHS:
            sounds += _DIGRAPHS[pair]
            # The vowel of CE or GI is a vowel all the same: it makes no sound here.
            place += 2
            continue
        sounds += _LATIN.get(word[place], "")
        place += 1
    return sounds


def _undoubled(sounds: str) -> str:
    return "".join(
        sound for place, sound in enumerate(sounds) if not place or sounds[place - 1] != sound
    )


def _plain(symbol: str) -> str:
    """Return a Latin letter or mark without its accents; nothing for an Arabic vowel mark."""
    parts = unicodedata.normalize("NFKD", symbol)
    return "".join(part for part in parts if part.isascii() or part.isdigit())
