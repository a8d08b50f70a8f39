"""Draws Tunisian identity cards of invented people: both sides, or one of them alone.

The arrangement follows public descriptions of the card under law 93-27 (fields and their labels,
number above, portrait on the left, finger print and bar code behind) and, for the one under
organic law 2024-22, the list of what that law prints on it; its look is our guess.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workers.documents.document_type import Level, Specimen
from workers.documents.tn_cin.pages import draw_back, draw_front
from workers.documents.tn_cin.pages_2024 import draw_back_2024, draw_front_2024
from workers.drawing.people import DRAWN_TODAY
from workers.drawing.photo import photograph
from workers.drawing.tunisia import Tunisian, invent_tunisian
from workers.ports import Image

NEW_CARDS = 0.3
"""Share of cards under the law of 2024."""

ALONE = 0.2
"""Share of fronts that come without their back, and of backs that come without their front."""

_FIRST_ISSUE = date(1995, 1, 1)
_FIRST_NEW_ISSUE = date(2025, 3, 1)


@dataclass(frozen=True, slots=True)
class _Card:
    """What one card says, and how it looks."""

    front: dict[str, str]
    back: dict[str, str]
    pages: tuple[Image, Image]


def draw(rng: Random, level: Level) -> Specimen:
    """Draw one card; four in ten come with one side only."""
    person = invent_tunisian(rng)
    card = _new_card(rng, person) if rng.random() < NEW_CARDS else _old_card(rng, person)
    sides = rng.random()
    fields: dict[str, str] = {**card.front, **card.back}
    pages: tuple[Image, ...] = card.pages
    if sides < ALONE:
        fields, pages = card.back, card.pages[1:]
    elif sides < 2 * ALONE:
        fields, pages = card.front, card.pages[:1]
    return Specimen(
        images=tuple(photograph(rng, page, level) for page in pages),
        document_type="tn_cin",
        country="TUN",
        fields=fields,
    )


def _old_card(rng: Random, person: Tunisian) -> _Card:
    issued = _issued(rng, person, _FIRST_ISSUE, DRAWN_TODAY)
    front = _front(person)
    if person.spouse:
        front["spouse"] = person.spouse
    back = {
        "mother_name": person.mother,
        "profession": person.profession,
        "address": " ".join(person.address),
        "issue_date": issued.isoformat(),
    }
    return _Card(front, back, (draw_front(rng, person), draw_back(rng, person, issued)))


def _new_card(rng: Random, person: Tunisian) -> _Card:
    issued = _issued(rng, person, _FIRST_NEW_ISSUE, DRAWN_TODAY)
    expires = issued.replace(year=issued.year + 10, day=min(issued.day, 28))
    front = {
        **_front(person),
        "surname_latin": person.surname[1],
        "given_names_latin": person.given_names[1],
        "sex": person.sex,
        "expiry_date": expires.isoformat(),
    }
    back = {
        "mother_name": person.mother,
        "address": " ".join(person.address),
        "issue_date": issued.isoformat(),
    }
    pages = (draw_front_2024(rng, person, expires), draw_back_2024(rng, person, issued))
    return _Card(front, back, pages)


def _front(person: Tunisian) -> dict[str, str]:
    return {
        "number": person.number,
        "surname": person.surname[0],
        "given_names": person.given_names[0],
        "filiation": person.filiation,
        "birth_date": person.birth_date.isoformat(),
        "birth_place": person.birth_place[0],
    }


def _issued(rng: Random, person: Tunisian, first: date, last: date) -> date:
    """Return a day of issue: not before the holder is eighteen."""
    grown_up = person.birth_date + timedelta(days=18 * 366)
    start = max(first, grown_up)
    return start + timedelta(days=rng.randint(0, max(0, (last - start).days - 1)))
