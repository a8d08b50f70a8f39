"""Values of Tunisian papers: numbers of holders, Arabic names and lines, by their grammar.

The number of the national identity card has eight digits and no public check digit; leading
zeros belong to it. A tax number (matricule fiscal) has seven digits and a key letter, then often
letters of the tax's kind and three digits of the establishment.

>>> parse_number("0 1 2 3 4 5 6 7")
'01234567'
>>> parse_filiation("بنت علي بن محمد")
'بنت علي بن محمد'
"""

import re

from workers.text import arabic_words, printed_dates
from workers.text.arabic import normal_form

NUMBER = re.compile(r"\d{8}", re.ASCII)
_TAX_NUMBER = re.compile(r"\d{7}[A-Z](?:[A-Z]{2}\d{3})?")
_LETTERS = "ء-غف-ي" + "ًٌٍَُِّْ" + "ٱڨڢڤڥپ"
_NAME = re.compile(rf"[{_LETTERS}]+(?:[ '\-][{_LETTERS}]+)*")
_LINE = re.compile(rf"[{_LETTERS}0-9 .,،:/()'\-]+")
_CHILD = re.compile(rf"(?:بنت|بن|ابنة|ابن) [{_LETTERS} ]+ بن [{_LETTERS}]+(?: [{_LETTERS}]+)*")
_DESCENT = re.compile(rf"(?:بنت|بن|ابنة|ابن)(?: [{_LETTERS}]+)+")
_BEGINNINGS = frozenset({"بن", "بنت", "ابن", "ابنة", "عبد", "أبو", "ابو", "أم", "ولد", "سيدي"})
_CHILD_WORD = re.compile(r"(?:^| )(?:بنت|بن|ابنة|ابن)(?: |$)")
# Vowel marks: print of cards has none, but for those inside the ligature of God's name.
_ISSUED = re.compile(
    rf"(?:^| )[فقض]ن?[يى]? \d{{1,2}} ?[{_LETTERS}]+ ?\d{{4}}(?!\d)"
    r"|\d{1,2}([-/.])\d{1,2}\1\d{4}"
)
_MARKS = re.compile("[\u064b-\u0652\u0670]")
_LATIN_WORD = "(?:[A-ZÀ-Ý]['A-ZÀ-Ý]*|[A-ZÀ-Ý][a-zà-ÿ]+)"
_LATIN_NAME = re.compile(rf"(?=.*[A-ZÀ-Ýa-zà-ÿ]{{2}}){_LATIN_WORD}(?:[ -]{_LATIN_WORD})*")
_LATIN_LABELS = frozenset({"Nom", "Prénom", "Prénoms", "Prenom", "Date", "Lieu", "Sexe"})
_NUMBER_SIGN = re.compile(r"^(?:N[°ºo]?|رقم)[:.]?", re.IGNORECASE)
_OVERLOOKED = re.compile(r"(?<=[ادذرزوىة])(بنت|بن) (?=\S)")
_EDGES = " \t:;.,،؛_|*'\"`~-()[]{}«»"
_DIGIT_SHAPES = str.maketrans("OQDIl|", "000111")
_FIGURES_MIN = 5
_SEX = {"M": "M", "F": "F", "ذكر": "M", "أنثى": "F", "انثى": "F", "H": "M"}


def spaced(text: str) -> str:
    """Return the text with the spaces that are printed: overlooked ones put in, others out.

    After a letter that does not join the next one, print shows hardly any space, between words or
    within one: that before son of or daughter of is overlooked, and known words come apart.
    """
    return arabic_words.spaced(_OVERLOOKED.sub(r" \1 ", text))


def parse_number(text: str) -> str | None:
    """Return the eight digits of an identity card's number; None where they are not eight.

    Eight digits that are a day of the calendar were more often a date whose points were lost.
    A letter of a digit's shape among them is that digit.

    >>> parse_number("O6808505")
    '06808505'
    """
    number = _NUMBER_SIGN.sub("", re.sub(r"\s", "", normal_form(text)).strip(_EDGES))
    if sum(map(str.isdigit, number)) >= _FIGURES_MIN:
        number = number.translate(_DIGIT_SHAPES)
    if NUMBER.fullmatch(number) is None:
        return None
    day = f"{number[:2]}.{number[2:4]}.{number[4:]}"
    return None if printed_dates.parse(day) and number[4:6] in {"19", "20"} else number


def parse_holder_number(text: str) -> str | None:
    """Return the number of a holder: of the identity card, or of the tax."""
    plain = re.sub(r"[\s./\-]", "", normal_form(text)).strip(_EDGES).upper()
    found = NUMBER.fullmatch(plain) or _TAX_NUMBER.fullmatch(plain)
    return plain if found else None


def parse_name(text: str) -> str | None:
    """Return an Arabic name or word as printed; None where anything else stands there.

    What only begins a name is none: the rest of it was lost.
    """
    name = spaced(_MARKS.sub("", normal_form(text)).strip(_EDGES))
    is_begun = set(name.split()) <= _BEGINNINGS
    return name if len(name) >= 2 and _NAME.fullmatch(name) and not is_begun else None


def parse_surname(text: str) -> str | None:
    """Return a surname, which may begin with son of; a line of descent is none."""
    name = parse_name(text)
    return name if name and parse_filiation(name) is None else None


def parse_given_names(text: str) -> str | None:
    """Return given names, none of which is son of or daughter of."""
    name = parse_name(text)
    return name if name and not _CHILD_WORD.search(name) else None


def parse_mother(text: str) -> str | None:
    """Return a mother's name; None where it begins with daughter of: her own name was lost."""
    name = parse_name(text)
    return name if name and not _CHILD_WORD.match(name) else None


def parse_line(text: str) -> str | None:
    """Return an Arabic line that may hold numbers, as addresses do."""
    line = arabic_words.spaced(_MARKS.sub("", normal_form(text)).strip(_EDGES))
    letters = sum(symbol.isalpha() for symbol in line)
    return line if letters >= 3 and _LINE.fullmatch(line) else None


def parse_address(text: str) -> str | None:
    """Return an Arabic address; None where the line of place and day of issue hangs on it."""
    line = parse_line(text)
    return line if line and not _ISSUED.search(line) else None


def parse_filiation(text: str) -> str | None:
    """Return the line that begins with son of or daughter of, whole; two generations at least.

    One alone cannot be told from a surname such as Ben Salah.
    """
    line = parse_descent(text)
    return line if line and _CHILD.fullmatch(line) else None


def parse_descent(text: str) -> str | None:
    """Return the line that begins with son of or daughter of, of one generation or more."""
    line = spaced(_MARKS.sub("", normal_form(text)).strip(_EDGES))
    words = set(line.split())
    return line if _DESCENT.fullmatch(line) and not words <= _BEGINNINGS else None


def parse_latin_name(text: str) -> str | None:
    """Return a name in Latin letters, each word with a capital; None for anything else."""
    name = " ".join(text.strip(_EDGES).split())
    return name if _LATIN_NAME.fullmatch(name) and name not in _LATIN_LABELS else None


def parse_sex(text: str) -> str | None:
    """Return M or F from the letter or the Arabic word."""
    words = normal_form(text).replace("/", " ").split()
    found = {_SEX[word.strip(_EDGES)] for word in words if word.strip(_EDGES) in _SEX}
    return found.pop() if len(found) == 1 else None


def sex_of_filiation(line: str) -> str | None:
    """Return the sex that the first word of the line tells; None where it tells none."""
    first = line.split(" ", maxsplit=1)[0]
    return {"بن": "M", "ابن": "M", "بنت": "F", "ابنة": "F"}.get(first)
