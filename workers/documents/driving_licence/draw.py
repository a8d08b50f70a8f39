"""Draws licences of invented drivers: the front, or front and back."""

from random import Random

from workers.documents.document_type import Level, Specimen
from workers.documents.driving_licence.cards import draw_back, draw_front
from workers.documents.driving_licence.invent import invent_licence
from workers.drawing.photo import photograph

_COUNTRIES = ("FRA", "TUN", "DEU", "ESP", "POL", "NOR", "ITA", "PRT", "NLD")
_SHARES = (6, 5, 2, 1, 1, 1, 1, 1, 1)

BOTH_SIDES = 0.3
"""Share of specimens with their back."""


def draw(rng: Random, level: Level) -> Specimen:
    """Draw one licence."""
    country = rng.choices(_COUNTRIES, _SHARES)[0]
    licence = invent_licence(rng, country)
    sides = [draw_front(rng, licence)]
    if rng.random() < BOTH_SIDES:
        sides.append(draw_back(rng, licence))
    return Specimen(
        images=tuple(photograph(rng, side, level) for side in sides),
        document_type="driving_licence",
        country=country,
        fields=licence.fields,
    )
