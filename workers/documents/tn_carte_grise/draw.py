"""Draws Tunisian vehicle registrations of invented holders, in both layouts.

The arrangement follows public descriptions and parsers: the bilingual card with its number along
the left edge, and the newer one whose fields carry codes.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workers.documents.document_type import Level, Specimen
from workers.documents.tn_carte_grise.pages import draw_back, draw_front
from workers.documents.tn_carte_grise.pages_coded import draw_coded
from workers.drawing.people import DRAWN_TODAY
from workers.drawing.photo import photograph
from workers.drawing.tunisia import Tunisian, invent_tunisian
from workers.drawing.vehicles import Vehicle, invent_vehicle
from workers.ports import Image

CODED = 0.4
"""Share of cards in the newer layout."""

ALONE = 0.5
"""Share of bilingual cards of which only the front is given."""

_CATEGORIES = ("سيارة خاصة", "شاحنة خفيفة", "سيارة أجرة")
_BODIES = ("عربة خاصة", "سيارة مغلقة", "شاحنة")
_FUELS = ("ESSENCE", "GASOIL", "GPL", "HYBRIDE")
_ACTIVITIES = ("استعمال خاص", "نقل لحسابه الخاص", "كراء")


@dataclass(frozen=True, slots=True)
class Plate:
    """A registration number: its normal form, and its pieces from left to right."""

    value: str
    pieces: tuple[str, ...]


def draw(rng: Random, level: Level) -> Specimen:
    """Draw one registration."""
    person, vehicle = invent_tunisian(rng), invent_vehicle(rng)
    plate = _plate(rng)
    issued = vehicle.first_registered + timedelta(
        days=rng.randint(0, (DRAWN_TODAY - vehicle.first_registered).days)
    )
    if rng.random() < CODED:
        fields, pages = _coded(rng, person, vehicle, plate, issued)
    else:
        fields, pages = _bilingual(rng, person, vehicle, plate, issued)
    return Specimen(
        images=tuple(photograph(rng, page, level) for page in pages),
        document_type="tn_carte_grise",
        country="TUN",
        fields=fields,
    )


def _plate(rng: Random) -> Plate:
    """Return a number; most are of the ordinary kind, which prints TUN or its Arabic name."""
    kind = rng.random()
    if kind < 0.07:
        number = rng.randint(1000, 99999)
        return Plate(f"RS {number}", rng.choice((("RS", str(number)), (str(number), "ن ت"))))
    if kind < 0.1:
        value = f"{rng.randint(10, 29)}-{rng.randint(100000, 299999)}"
        return Plate(value, (value,))
    # A number of three digits or fewer leaves the order open, as the type's rules tell.
    number = rng.randint(1000, 9999) if rng.random() < 0.95 else rng.randint(1, 999)
    series = rng.randint(20, 255)
    return Plate(
        f"{series} TUN {number}", (str(series), rng.choice(("تونس", "تونس", "TUN")), str(number))
    )


def _bilingual(
    rng: Random, person: Tunisian, vehicle: Vehicle, plate: Plate, issued: date
) -> tuple[dict[str, str], tuple[Image, ...]]:
    front = {
        "registration_number": plate.value,
        "vin": vehicle.vin,
        "make": vehicle.make,
        "model_type": vehicle.type_code,
        "commercial_name": vehicle.model,
        "category": rng.choice(_CATEGORIES),
        "first_registration_date": vehicle.first_registered.isoformat(),
        "holder_name": f"{person.given_names[0]} {person.surname[0]}",
        "holder_number": person.number,
        "holder_address": person.address[0],
        "activity": rng.choice(_ACTIVITIES),
    }
    back = {
        "body": rng.choice(_BODIES),
        "fuel": rng.choice(_FUELS),
        "fiscal_power_cv": str(vehicle.power_cv),
        "seats": str(vehicle.seats),
        "issue_date": issued.isoformat(),
    }
    first = draw_front(rng, front, plate.pieces)
    if rng.random() < ALONE:
        return front, (first,)
    return {**front, **back}, (first, draw_back(rng, back, vehicle.displacement_cm3))


def _coded(
    rng: Random, person: Tunisian, vehicle: Vehicle, plate: Plate, issued: date
) -> tuple[dict[str, str], tuple[Image, ...]]:
    spelling = rng.choice((0, 1))
    fields = {
        "registration_number": plate.value,
        "vin": vehicle.vin,
        "make": vehicle.make,
        "model_type": vehicle.type_code,
        "commercial_name": vehicle.model,
        "fuel": rng.choice(_FUELS),
        "fiscal_power_cv": str(vehicle.power_cv),
        "seats": str(vehicle.seats),
        "first_registration_date": vehicle.first_registered.isoformat(),
        "issue_date": issued.isoformat(),
        "holder_name": f"{person.given_names[spelling]} {person.surname[spelling]}",
        "holder_address": person.address[0] if spelling == 0 else person.birth_place[1],
    }
    return fields, (draw_coded(rng, fields, plate.pieces, vehicle.displacement_cm3),)
