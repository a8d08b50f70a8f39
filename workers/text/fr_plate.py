"""French registration numbers, of all kinds that a certificate may carry.

Sources: arrêté du 9 février 2009 (DEVS0824995A), annexe VII, for the numbers of the SIV (final,
cyclomotor, W garage, WW, diplomatic CMD, CD, C and K); code de la route R. 322-2 for the numbers
of the FNI, given until 2009. The SIV never uses I, O and U, nor SS; the FNI neither.

>>> parse("AB 123 CD")
'AB-123-CD'
>>> parse("3821XB92")
'3821 XB 92'
>>> is_valid("SS-123-AA")
False
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workers.text.confusions import as_digits, as_letters

REPAIRS_MAX = 2
"""More symbols of the wrong kind than this are no misreading of a number."""

_LETTER = "A-HJ-NP-TV-Z"
_DEPARTMENT = r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6]"


class Kind(StrEnum):
    """What a registration number stands for."""

    SIV = "siv"
    WW = "ww"
    W_GARAGE = "w_garage"
    CYCLOMOTOR = "cyclomotor"
    FNI = "fni"
    DIPLOMATIC = "diplomatic"


_FORMS = {
    Kind.SIV: re.compile(
        rf"(?!SS|WW)[{_LETTER}]{{2}}-(?!000)\d{{3}}-(?!SS)[{_LETTER}]{{2}}", re.ASCII
    ),
    Kind.WW: re.compile(rf"WW-(?!000)\d{{3}}-(?!SS)[{_LETTER}]{{2}}", re.ASCII),
    Kind.W_GARAGE: re.compile(rf"W-(?!000)\d{{3}}-(?!SS)[{_LETTER}]{{2}}", re.ASCII),
    Kind.CYCLOMOTOR: re.compile(rf"[{_LETTER}]{{1,2}} \d{{2,3}} [{_LETTER}]", re.ASCII),
    Kind.DIPLOMATIC: re.compile(
        rf"([UES] )?[1-9]\d{{0,2}} (CMD|CD|C|K) [1-9]\d{{0,3}}([. ]({_DEPARTMENT}|973))?( [ZX])?",
        re.ASCII,
    ),
    Kind.FNI: re.compile(rf"[1-9]\d{{0,3}} [{_LETTER}]{{1,3}} ({_DEPARTMENT})", re.ASCII),
}

_AS_CYCLOMOTOR = re.compile(r"\W*[A-Z]{1,2}[ \-]?\d{2,3}[ \-]?[A-Z]\W*", re.ASCII)
"""A cyclomotor's number has so few symbols that with repairs any print would be one."""


@dataclass(frozen=True, slots=True)
class _Template:
    """How one kind of number is written: groups of digits ``9`` and letters ``A``."""

    kind: Kind
    groups: tuple[str, ...]
    between: str

    def fill(self, symbols: str) -> tuple[int, str] | None:
        """Return how many symbols had to be repaired, and the number; None if it does not fit."""
        if len(symbols) != sum(map(len, self.groups)):
            return None
        filled, start = [], 0
        for group in self.groups:
            part = symbols[start : start + len(group)]
            start += len(group)
            if group.isalpha() and not any(map(str.isalpha, part)):
                return None
            filled.append(_as_written(part, group))
        number = self.between.join(filled)
        if _FORMS[self.kind].fullmatch(number) is None:
            return None
        repaired = "".join(filled)
        return sum(a != b for a, b in zip(symbols, repaired, strict=True)), number


def kind_of(number: str) -> Kind | None:
    """Return what a number in normal form stands for; None when it has no French form."""
    return next((kind for kind, form in _FORMS.items() if form.fullmatch(number)), None)


def is_valid(number: str) -> bool:
    """Say whether the number has one of the French forms, written as on the certificate."""
    return kind_of(number) is not None


def parse(text: str) -> str | None:
    """Return the number in normal form; None where it fits no kind, or two kinds equally well.

    Symbols of the wrong kind for their place are repaired, at most ``REPAIRS_MAX`` of them;
    a group of letters needs one that was read as such.
    """
    plain = " ".join(text.upper().replace("_", "-").split())
    if _FORMS[Kind.DIPLOMATIC].fullmatch(plain):
        return plain
    symbols = re.sub(r"[^A-Z0-9]", "", plain)
    found = sorted(
        fit
        for template in _templates()
        if (fit := template.fill(symbols))
        and fit[0] <= REPAIRS_MAX
        and (template.kind is not Kind.CYCLOMOTOR or _AS_CYCLOMOTOR.fullmatch(plain))
    )
    if not found:
        return None
    best = {number for repairs, number in found if repairs == found[0][0]}
    return best.pop() if len(best) == 1 else None


def _templates() -> Iterator[_Template]:
    yield _Template(Kind.SIV, ("AA", "999", "AA"), "-")
    yield _Template(Kind.WW, ("WW", "999", "AA"), "-")
    yield _Template(Kind.W_GARAGE, ("W", "999", "AA"), "-")
    for digits in range(1, 5):
        for letters in range(1, 4):
            for department in ("99", "2A", "2B", "999"):
                groups = ("9" * digits, "A" * letters, department)
                yield _Template(Kind.FNI, groups, " ")
    for letters in range(1, 3):
        for digits in range(2, 4):
            yield _Template(Kind.CYCLOMOTOR, ("A" * letters, "9" * digits, "A"), " ")


def _as_written(part: str, group: str) -> str:
    """Return a group with every digit where ``9`` stands, every letter where ``A`` does."""
    # A symbol that is written out (WW, 2A) must have been read, at most as its likeness.
    return "".join(
        as_letters(one) if place.isalpha() else as_digits(one)
        for one, place in zip(part, group, strict=True)
    )
