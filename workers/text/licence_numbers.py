"""Forms of driving licence numbers (field 5), for the countries whose form is known.

No directive sets a form. Those here are the ones that the states' own pages print as examples;
a number of another form is therefore only doubted, and countries not named here are not judged.

>>> is_valid("13AA00002", "FRA")
True
>>> parse("13 AA O0002", "FRA")
'13AA00002'
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from workers.text import look_alikes
from workers.text.confusions import as_capitals, as_digits, as_letters

LENGTH_MIN, LENGTH_MAX = 5, 24

FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "BEL": ("9" * 10,),
        # Since 2013 year, two letters, five digits; before, twelve digits.
        "FRA": ("99AA99999", "9" * 12),
        "ESP": ("99999999A", "99999999-A", "A9999999A"),
        # Letters of the province, or U1 since 2013 and then anything.
        "ITA": ("AA9999999A", "U1*******A"),
        "NLD": ("9" * 10,),
        "POL": ("99999/99/9999",),
        # Both forms are in use; the second is the number of the identity card.
        "TUN": ("99/999999", "9" * 8),
        # Northern Ireland's; Great Britain's is below.
        "GBR": ("9" * 8,),
    }
)
"""Country to forms: ``9`` is a digit, ``A`` a letter, ``*`` either, others stand as they are."""

_BRITISH = re.compile(r"[A-Z9]{5}\d{6}[A-Z9]{2}\d[A-Z]{2}(\d{2})?", re.ASCII)
_INITIAL = 11
_GERMAN = re.compile(r"[A-Z][A-Z0-9]{8}[0-9X][A-Z0-9]", re.ASCII)
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def compact(number: str) -> str:
    """Return the number in upper case without spaces; hyphens and slashes belong to it."""
    return re.sub(r"\s", "", number).upper()


def is_valid(number: str, country: str | None) -> bool:
    """Say whether the number has a form of the country; True where none is known."""
    forms = FORMS.get(country or "")
    if country == "GBR" and _BRITISH.fullmatch(number):
        return True
    return forms is None or any(_fits(number, form) for form in forms)


def has_check_digit(number: str, country: str | None) -> bool:
    """Say whether a German number's tenth symbol is the check digit of those before it.

    No text that is public tells it: nine symbols, letters as 10 to 35, by 9 to 1, modulo 11, ten as
    X, holds on every specimen shown (B072RRE2I55, N0704133K71, J010000SD51). So it confirms, and
    its absence says nothing.
    """
    if country != "DEU" or _GERMAN.fullmatch(number) is None:
        return False
    total = sum(int(one, 36) * weight for one, weight in zip(number, range(9, 0, -1), strict=False))
    return number[9] == ("X" if total % 11 == 10 else str(total % 11))


def open_places(number: str, country: str | None = None) -> frozenset[int]:
    """Return the places of symbols of which no form tells if they are letters or figures."""
    known = [form for form in FORMS.get(country or "", ()) if "*" not in form]
    is_british = country == "GBR" and _BRITISH.fullmatch(number) is not None
    if is_british or any(_fits(number, form) for form in known):
        return frozenset()
    return look_alikes.open_in_code(number)


def has_check_letter(number: str) -> bool | None:
    """Say whether a Spanish number's last letter is right; None where it has not that form.

    Source: Real Decreto 1553/2005: the rest of the number by 23 chooses the letter.
    """
    if not _fits(number.replace("-", ""), "99999999A"):
        return None
    return _SPANISH_LETTERS[int(number[:8]) % 23] == number[-1]


def is_of(number: str, given_names: str, country: str | None) -> bool:
    """Say whether a number may be a holder's; False where a British one has another's initial.

    Only an I or an O is held against the names: a figure that was read there is made one of them.

    >>> is_of("EDWAR507234I90PA", "JOHN", "GBR"), is_of("EDWAR507234J90PA", "JOHN", "GBR")
    (False, True)
    """
    if country != "GBR" or _BRITISH.fullmatch(number) is None or not given_names:
        return True
    if number[_INITIAL] not in "IO":
        return True
    return any(
        word.startswith(number[_INITIAL])
        for word in look_alikes.without_accents(given_names.upper()).split()
    )


def parse(text: str, country: str | None = None) -> str | None:
    """Return the number in what was read, repaired where the country's form says how."""
    number = compact(text.strip(" .,:;|_'\"")).strip(".,:;|_'\"")
    british = _british(number) if country == "GBR" else None
    if british is not None:
        return british
    for form in FORMS.get(country or "", ()):
        repaired = _repaired(number, form)
        if repaired is not None:
            return repaired
    in_bounds = LENGTH_MIN <= len(number) <= LENGTH_MAX
    is_number = re.fullmatch(r"[A-Z0-9][A-Z0-9/\-.]*[A-Z0-9*]", number, re.ASCII) is not None
    return number if in_bounds and is_number and any(map(str.isdigit, number)) else None


def _british(number: str) -> str | None:
    """Return a British number: the holder's initials in it are letters, or 9 for want of one.

    Source: DVLA: five letters of the surname, six figures of birth date and sex, two initials, a
    figure, two letters; some cards print the number of the issue behind it.
    """
    surname, born, initials = as_capitals(number[:5]), number[5:11], as_capitals(number[11:13])
    made = (
        surname + as_digits(born) + initials + as_digits(number[13:14]) + as_capitals(number[14:16])
    )
    made += as_digits(number[16:])
    return made if _BRITISH.fullmatch(made) else None


def _fits(number: str, form: str) -> bool:
    places = {"9": "[0-9]", "A": "[A-Z]", "*": "[A-Z0-9]"}
    pattern = "".join(places.get(place, re.escape(place)) for place in form)
    return re.fullmatch(pattern, number) is not None


def _repaired(number: str, form: str) -> str | None:
    if len(number) != len(form):
        return None
    repaired = "".join(
        as_digits(one) if place == "9" else as_letters(one) if place == "A" else one
        for one, place in zip(number, form, strict=True)
    )
    changed = sum(a != b for a, b in zip(number, repaired, strict=True))
    return repaired if changed <= 2 and _fits(repaired, form) else None
