"""Symbols that recognisers take for one another, for places where the grammar says which may stand.

A repair is only allowed where the kind of symbol is known from its place: the year of a date, the
letters of a plate. Elsewhere what was read stays as it is.
"""

_DIGITS = str.maketrans("OoQDIil|!ZzSsGBL", "0000111112255681")
_MARKS = " .,:;=|_-<>«»'\""
_WORD_MIN, _AMID_MIN = 5, 4
_CAPITALS = str.maketrans("01", "OI")
_LETTERS = str.maketrans("824657", "BZAGST")


def as_digits(text: str) -> str:
    """Return the text with letters that look like a digit turned into it."""
    return text.translate(_DIGITS)


def as_figures(text: str) -> str:
    """Return what a reader made of a strip that holds figures alone, without marks at its ends.

    Where most of it was read as letters, nothing is known of the figures.

    >>> as_figures("= 201G ."), as_figures("BOIS")
    ('2016', 'BOIS')
    """
    plain = text.strip(_MARKS)
    return as_digits(plain) if 2 * sum(map(str.isdigit, plain)) > len(plain) else plain


def as_capitals(text: str) -> str:
    """Return the text with the two digits that have the very shape of a capital turned into it."""
    return text.translate(_CAPITALS)


def as_letters(text: str) -> str:
    """Return the text in upper case with digits that look like one letter turned into it.

    Zero and one stay: each looks like several letters.
    """
    return text.upper().translate(_LETTERS)


def as_word(word: str) -> str:
    """Return a word with an O for its only figure, where that is a nought among many letters.

    Between letters it is one in a short word, too.

    >>> as_word("CELERI0"), as_word("XC40"), as_word("LE0N"), as_word("EC0S")
    ('CELERIO', 'XC40', 'LEON', 'ECOS')
    """
    figures = [symbol for symbol in word if symbol.isdigit()]
    least = _WORD_MIN if "0" in {word[:1], word[-1:]} else _AMID_MIN
    is_word = word.isalnum() and figures == ["0"] and len(word) >= least
    return word.replace("0", "O") if is_word else word
