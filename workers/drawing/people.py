"""Invents people and the data of their documents, the same for the same random source."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workers.drawing.names import NAMING, Naming
from workers.text.mrz_transliteration import transliterate

DRAWN_TODAY = date(2026, 6, 1)
"""The day on which drawn documents lie on the table; fixed, so that seeds stay truthful."""

_SERIAL = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Person:
    """An invented holder.

    Args:
        surname: as printed, with accents.
        given_names: as printed, with accents.
        sex: ``M``, ``F`` or ``X``.
        nationality: ISO 3166-1 alpha-3 or an ICAO code.
        birth_date: never in the future of :data:`DRAWN_TODAY`.
        birth_place: as printed.
    """

    surname: str
    given_names: str
    sex: str
    nationality: str
    birth_date: date
    birth_place: str


@dataclass(frozen=True, slots=True)
class Papers:
    """Numbers and dates of one document."""

    number: str
    issue_date: date
    expiry_date: date
    personal_number: str
    authority: str


def invent_person(rng: Random, country: str) -> Person:
    """Return a person whose names fit every machine readable zone untruncated."""
    naming = NAMING[country]
    sex = rng.choices("MFX", (48, 48, 4))[0]
    while True:
        surname, given = rng.choice(naming.surnames), _given_names(rng, naming, sex)
        # The narrowest name field is the one of TD1: 30 cells, two of them between the names.
        if len(transliterate(surname)) + len(transliterate(given)) <= 28:
            break
    age_days = rng.randint(200, 90 * 365)
    return Person(
        surname=surname,
        given_names=given,
        sex=sex,
        nationality=country,
        birth_date=DRAWN_TODAY - timedelta(days=age_days),
        birth_place=rng.choice(naming.places),
    )


def invent_papers(rng: Random, country: str, years: int) -> Papers:
    """Return a document's numbers; about one in eight has expired."""
    age_days = rng.randint(30, years * 365 + years * 50)
    issue = DRAWN_TODAY - timedelta(days=age_days)
    expiry = issue.replace(year=issue.year + years, day=min(issue.day, 28))
    digits = "".join(rng.choice("0123456789") for _ in range(7))
    number = rng.choice((f"{rng.choice(_SERIAL[:23])}{digits}", _serial(rng, 9), f"{digits}12"))
    personal = rng.choice(("", "", _serial(rng, 8), digits + _serial(rng, 4)))
    authority = rng.choice(NAMING[country].places)
    return Papers(number, issue, expiry, personal, authority)


def invent_country(rng: Random) -> str:
    """Return the country of a drawn document; Utopia is as frequent as any."""
    return rng.choice(sorted(NAMING))


def _given_names(rng: Random, naming: Naming, sex: str) -> str:
    pool = {"M": naming.men, "F": naming.women}.get(sex, naming.men + naming.women)
    return " ".join(rng.sample(pool, rng.choice((1, 1, 2))))


def _serial(rng: Random, length: int) -> str:
    return "".join(rng.choice(_SERIAL) for _ in range(length))
