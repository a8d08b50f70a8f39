"""Invents what a certificate says of a vehicle and its holder: printed values by code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from random import Random

from workers.drawing.france import DEPARTMENTS, SURNAMES, Home, invent_holder, invent_home
from workers.drawing.people import DRAWN_TODAY
from workers.drawing.vehicles import invent_vehicle

_PLATE = "ABCDEFGHJKLMNPQRSTVWXYZ"
_SERIAL = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


class Era(Enum):
    """Which generation of certificate it is."""

    SIV = "since 2009"
    FNI = "2004 to 2009, with codes"
    OLD = "before 2004, without codes"


_LAST_DAY = {Era.SIV: DRAWN_TODAY, Era.FNI: date(2009, 4, 10), Era.OLD: date(2004, 5, 28)}
_FIRST_DAY = {Era.SIV: date(2009, 4, 20), Era.FNI: date(2004, 6, 5), Era.OLD: date(1990, 1, 8)}


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of vehicle: its categories and how heavy it is.

    Args:
        category: J.
        national: J.1.
        bodies: pairs of J.2 and J.3.
        empty_kg: range of G.1.
        load_kg: range of what may be loaded.
        fuels: P.3.
        displacement_cm3: range of P.1.
        power_kw: range of P.2.
    """

    category: str
    national: str
    bodies: tuple[tuple[str, str], ...]
    empty_kg: tuple[int, int]
    load_kg: tuple[int, int]
    fuels: tuple[str, ...]
    displacement_cm3: tuple[int, int]
    power_kw: tuple[int, int]


_CAR = Sort(
    "M1", "VP", (("AB", "CI"), ("AA", "CI"), ("AC", "BREAK"), ("AF", "CI"), ("AE", "CABR")),
    (820, 1750), (380, 640), ("ES", "GO", "ES", "GO", "EH", "EE", "FE", "EG", "EL"),
    (898, 2993), (44, 210),
)  # fmt: skip
_VAN = Sort(
    "N1", "CTTE", (("BB", "FOURGON"), ("BA", "PLATEAU"), ("BB", "FGTD")),
    (1080, 2100), (500, 1350), ("GO", "GO", "ES", "EL"), (1199, 2488), (55, 130),
)  # fmt: skip
_MOTORCYCLE = Sort(
    "L3e", "MTL", (("", "SOLO"),), (98, 210), (160, 210), ("ES",), (124, 125), (7, 11)
)
_SORTS = ((_CAR, 8), (_VAN, 2), (_MOTORCYCLE, 1))


def invent_certificate(rng: Random, era: Era) -> dict[str, str]:
    """Return code to printed value, empty for codes that are printed without one."""
    sort = rng.choices([one for one, _ in _SORTS], [weight for _, weight in _SORTS])[0]
    vehicle = invent_vehicle(rng)
    first = _day(rng, date(1988, 3, 1) if era is Era.OLD else date(1998, 3, 1), _LAST_DAY[era])
    issued = max(first, _day(rng, max(first, _FIRST_DAY[era]), _LAST_DAY[era]))
    home = invent_home(rng)
    values = {
        "A": _plate(rng, era),
        "B": f"{first:%d/%m/%Y}",
        "C.1": invent_holder(rng),
        "C.3": home.line,
        "C.4.1": rng.choice(SURNAMES) + " ANNE" if rng.random() < 0.15 else "",
        "D.1": vehicle.make,
        "D.2": _variant(rng),
        "D.2.1": _national_type(rng, era),
        "D.3": vehicle.model,
        "E": vehicle.vin,
        "I": f"{issued:%d/%m/%Y}",
        "X.1": _inspection(rng, issued),
    }
    values.update(_masses(rng, sort))
    values.update(_engine(rng, sort, era))
    return values if era is not Era.OLD else _without_new_codes(values)


def address_lines(values: Mapping[str, str]) -> tuple[str, str]:
    """Return an address as the two lines that certificates print: the town on its own."""
    words = values["C.3"].split()
    at = next(n for n in range(len(words) - 1, -1, -1) if len(words[n]) == 5 and words[n].isdigit())
    home = Home(" ".join(words[:at]), " ".join(words[at:]))
    return home.street, home.town


def invent_formula(rng: Random, issued: str) -> str:
    """Return a sheet's number: the year of the certificate, two letters, five digits."""
    return f"{issued[-4:]}{_letters(rng, 2)}{rng.randint(0, 99999):05d}"


def _day(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def _letters(rng: Random, count: int) -> str:
    while True:
        letters = "".join(rng.choice(_PLATE) for _ in range(count))
        if letters not in {"SS", "WW"}:
            return letters


def _plate(rng: Random, era: Era) -> str:
    if era is not Era.SIV:
        letters = _letters(rng, rng.choice((2, 2, 3)))
        number = rng.randint(10, 999 if len(letters) == 3 else 9999)
        return f"{number} {letters} {rng.choice(DEPARTMENTS)}"
    prefix = "WW" if rng.random() < 0.04 else _letters(rng, 2)
    return f"{prefix}-{rng.randint(1, 999):03d}-{_letters(rng, 2)}"


def _variant(rng: Random) -> str:
    parts = ["".join(rng.choice(_SERIAL) for _ in range(rng.randint(3, 6))) for _ in range(3)]
    return rng.choice(("", " ", "-", "/")).join(parts[: rng.randint(1, 3)])


def _national_type(rng: Random, era: Era) -> str:
    if era is Era.SIV:
        return (
            f"M{rng.randint(10, 99)}{_letters(rng, 3)}VP{rng.randint(0, 999):03d}{_serial(rng, 4)}"
        )
    return f"M{_letters(rng, 2)}{rng.randint(1000, 9999)}{_serial(rng, 5)}"


def _serial(rng: Random, length: int) -> str:
    return "".join(rng.choice(_SERIAL) for _ in range(length))


def _inspection(rng: Random, issued: date) -> str:
    if rng.random() < 0.3:
        return ""
    return f"VISITE AVANT LE {issued + timedelta(days=rng.randint(180, 4 * 365)):%d/%m/%Y}"


def _masses(rng: Random, sort: Sort) -> dict[str, str]:
    empty = rng.randint(*sort.empty_kg)
    full = empty + 75 + rng.randint(*sort.load_kg)
    train = "" if sort is _MOTORCYCLE else str(full + rng.choice((0, 400, 750, 1200, 2000)))
    return {
        "F.1": str(full),
        "F.2": str(full - rng.choice((0, 0, 0, 40))),
        "F.3": train,
        "G": str(empty + 75),
        "G.1": str(empty),
    }


def _engine(rng: Random, sort: Sort, era: Era) -> dict[str, str]:
    fuel = rng.choice(sort.fuels if era is Era.SIV else ("ES", "GO"))
    electric, motorcycle = fuel == "EL", sort is _MOTORCYCLE
    power = rng.randint(*sort.power_kw)
    body, national_body = rng.choice(sort.bodies)
    approval = f"e{rng.randint(1, 13)}*{rng.choice(('2001/116', '2007/46', '98/14', '2018/858'))}"
    euro = rng.choice(("70/220*2003/76EC", "715/2007*692/2008EC", "EURO 5", "EURO 6", ""))
    return {
        "J": sort.category,
        "J.1": sort.national,
        "J.2": body,
        "J.3": national_body,
        "K": f"{approval}*{rng.randint(1, 9999):04d}*{rng.randint(0, 30):02d}",
        "P.1": "" if electric else str(rng.randint(*sort.displacement_cm3)),
        "P.2": str(power),
        "P.3": fuel,
        "P.6": str(max(1, power // 13)),
        "Q": f"0,{rng.randint(4, 19):02d}" if motorcycle else "",
        "S.1": "2" if motorcycle else rng.choice(("2", "3", "4", "5", "5", "5", "7", "9")),
        "S.2": "",
        "U.1": "" if electric else str(rng.randint(70, 92)),
        "U.2": "" if electric else str(rng.randrange(2000, 5000, 25)),
        "V.7": "" if motorcycle else ("0" if electric else str(rng.randint(85, 240))),
        "V.9": euro,
    }


def _without_new_codes(values: dict[str, str]) -> dict[str, str]:
    """Return what certificates before 2004 print."""
    never = ("C.4.1", "D.2", "G", "J", "J.2", "K", "P.1", "P.2", "Q", "S.2", "V.7", "V.9", "F.1")
    return {code: "" if code in never else value for code, value in values.items()}
