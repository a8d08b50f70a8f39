"""Reads the values that Tunisian vehicle registrations print: words of either script and codes."""

import re

from workers.documents.tn_carte_grise.lists import BODIES, CATEGORIES, FUELS, is_fuel, of_list
from workers.text import printed_dates, quantities
from workers.text.arabic import normal_form
from workers.text.bidi import has_arabic
from workers.text.confusions import as_capitals, as_word
from workers.text.makes import known_make
from workers.text.tn_values import parse_holder_number, parse_line, parse_name

POWER_CV_MAX, SEATS_MAX = 99, 120

_EDGES = " \t:;.,،؛|_*-"
_STREETS = frozenset(
    [
        "شارع",
        "نهج",
        "حي",
        "طريق",
        "زنقة",
        "شقة",
        "إقامة",
        "عدد",
        "كلم",
        "ساحة",
        "معتمدية",
        "ولاية",
        "RUE",
        "AVENUE",
        "AV",
        "AV.",
        "BD",
        "BD.",
        "BOULEVARD",
        "CITE",
        "CITÉ",
        "IMPASSE",
        "RESIDENCE",
        "RÉSIDENCE",
        "IMMEUBLE",
        "IMM",
        "APPT",
        "ROUTE",
        "KM",
    ]
)
"""Words that an address begins with, and that names of companies hold one of at most."""

_FIRMS = frozenset(
    [
        "STE",
        "STÉ",
        "SOCIETE",
        "SOCIÉTÉ",
        "SA",
        "SARL",
        "SUARL",
        "ETS",
        "GROUPE",
        "ENTREPRISE",
        "AGENCE",
        "COMPAGNIE",
        "CIE",
        "شركة",
        "الشركة",
        "مؤسسة",
        "مجمع",
        "وكالة",
        "ديوان",
    ]
)
"""Words of companies, whose names alone have figures."""

_OF_LABELS = frozenset(["عدد", "رقم", "نوع", "صنف"])
_PARTED = re.compile(r"\d\s?[./\-]\s?\d")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9/.\-]{1,19}", re.ASCII)
_LATIN = re.compile(r"[A-ZÀÂÇÈÉÊËÎÏÔÙÛÜŒ0-9][A-ZÀÂÇÈÉÊËÎÏÔÙÛÜŒ0-9 .,'/+&()°\-]*")


def parse_word(text: str) -> str | None:
    """Return a make, model or fuel in Latin capitals."""
    plain = normal_form(text.strip(_EDGES))
    return plain.upper() if _is_capital(plain) and _LATIN.fullmatch(plain.upper()) else None


def parse_make(text: str) -> str | None:
    """Return a make, the figures in whose words are letters that look like them."""
    word = parse_word(text)
    if word is None or word.isdigit() or word in BODIES or is_fuel(word):
        return None
    return known_make(" ".join(one if one.isdigit() else as_capitals(one) for one in word.split()))


def parse_code(text: str) -> str | None:
    """Return a maker's code for a type: capitals and figures, nothing else."""
    plain = normal_form(text.strip(_EDGES)).replace(" ", "")
    return plain.upper() if _is_capital(plain) and _CODE.fullmatch(plain.upper()) else None


def parse_power(text: str) -> str | None:
    """Return the fiscal power in its figures."""
    return quantities.parse(text, 1, POWER_CV_MAX)


def parse_seats(text: str) -> str | None:
    """Return the number of seats."""
    return quantities.parse(text, 1, SEATS_MAX)


def parse_either(text: str) -> str | None:
    """Return a line in either script, not in both; figures alone are none."""
    plain = normal_form(text.strip(_EDGES))
    if has_arabic(plain):
        return parse_line(plain)
    letters = sum(symbol.isalpha() for symbol in plain)
    begins = plain[:1].isupper() or plain[:1].isdigit()
    return plain if letters >= 2 and begins and _fits(plain) else None


def parse_holder_name(text: str) -> str | None:
    """Return who holds a vehicle, no address: the rows of both stand close together.

    An address begins with a street or a quarter, or has figures; a company's name may have either.
    """
    value = parse_either(text)
    if value is None:
        return None
    words = value.upper().split()
    has_figures = any(map(str.isdigit, value))
    signs = sum(word in _STREETS for word in words) + has_figures
    is_firm = bool(_FIRMS & set(words))
    if words[0] in _STREETS or (has_figures and not is_firm) or signs > 1:
        return None
    return value


def parse_words(text: str) -> str | None:
    """Return words in either script; in Arabic without any figure, so that no date is a part."""
    plain = normal_form(text.strip(_EDGES))
    return parse_name(plain) if has_arabic(plain) else parse_either(plain)


def parse_category(text: str) -> str | None:
    """Return the category, in the list's spelling where it looks like one of them.

    In French only one of the list: else a make in the next row would be one.
    """
    value = parse_words(text)
    if value is None:
        return None
    known = of_list(value if has_arabic(value) else value.upper(), CATEGORIES)
    return known or (value if has_arabic(value) else None)


def parse_fuel(text: str) -> str | None:
    """Return the fuel, in the list's spelling where it looks like one of it."""
    word = normal_form(text.strip(_EDGES)) if has_arabic(text) else parse_word(text)
    return (of_list(word, FUELS) or word) if word is not None and is_fuel(word) else None


def parse_body(text: str) -> str | None:
    """Return the body, in the list's spelling where it looks like one of it; a fuel is none.

    Nor is what is left of a label: of a chassis the form tells the number.
    """
    value = parse_words(text)
    if value is None or is_fuel(value.upper()) or value in _OF_LABELS:
        return None
    return of_list(value.upper(), BODIES) or value


def parse_model(text: str) -> str | None:
    """Return the name that a vehicle is sold by; bodies and fuels are none."""
    word = parse_word(text)
    if word is None or word in BODIES or is_fuel(word) or sum(map(str.isalnum, word)) < 2:
        return None
    return " ".join(map(as_word, word.split()))


def parse_holder(text: str) -> str | None:
    """Return the holder's number; a day in figures is none, whatever parts them."""
    number = parse_holder_number(text)
    if number is None or not number.isdigit():
        return number
    year_first = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    is_day = number[:2] in {"19", "20"} and printed_dates.parse(year_first) is not None
    return None if is_day or (_PARTED.search(text) and printed_dates.parse(text)) else number


def _is_capital(text: str) -> bool:
    """Say whether a text is in capitals, but for letters that readers take for their small ones."""
    letters = [symbol for symbol in text if symbol.isalpha()]
    return 3 * sum(symbol.islower() for symbol in letters) <= len(letters)


def _fits(text: str) -> bool:
    """Say whether French could print the text: other accents are Arabic read as Latin."""
    return _LATIN.fullmatch(text.upper()) is not None
