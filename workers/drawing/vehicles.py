"""Invents vehicles: makes and models that are sold, numbers that belong to nobody."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workers.drawing.people import DRAWN_TODAY

_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

_MODELS: tuple[tuple[str, str, str], ...] = (
    ("FIAT", "PUNTO", "ZFA"),
    ("PEUGEOT", "PARTNER", "VF3"),
    ("PEUGEOT", "208", "VF3"),
    ("RENAULT", "CLIO", "VF1"),
    ("RENAULT", "SYMBOL", "VF1"),
    ("CITROEN", "BERLINGO", "VF7"),
    ("VOLKSWAGEN", "POLO", "WVW"),
    ("VOLKSWAGEN", "GOLF", "WVW"),
    ("KIA", "RIO", "KNA"),
    ("HYUNDAI", "I10", "MAL"),
    ("TOYOTA", "YARIS", "VNK"),
    ("ISUZU", "D-MAX", "MPA"),
    ("SEAT", "IBIZA", "VSS"),
    ("SUZUKI", "SWIFT", "JSA"),
    ("SKODA", "FABIA", "TMB"),
    ("OPEL", "CORSA", "W0L"),
    ("FORD", "FIESTA", "WF0"),
    ("DACIA", "LOGAN", "UU1"),
    ("MERCEDES BENZ", "C 180", "WDD"),
    ("BMW", "316I", "WBA"),
)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """An invented vehicle.

    Args:
        make: as papers print it.
        model: the name that it is sold by.
        type_code: the maker's own.
        vin: seventeen symbols; the check digit holds only by chance, as outside North America.
        first_registered: never in the future of :data:`DRAWN_TODAY`.
        power_cv: for the tax.
        displacement_cm3: of the engine.
        seats: with the driver's.
    """

    make: str
    model: str
    type_code: str
    vin: str
    first_registered: date
    power_cv: int
    displacement_cm3: int
    seats: int


def invent_vehicle(rng: Random) -> Vehicle:
    """Return a car, the same for the same random source."""
    make, model, maker = rng.choice(_MODELS)
    tail = "".join(rng.choice(_VIN_LETTERS) for _ in range(8))
    return Vehicle(
        make=make,
        model=model,
        type_code="".join(rng.choice(_VIN_LETTERS) for _ in range(rng.randint(6, 10))),
        vin=f"{maker}{tail}{rng.randint(0, 999999):06d}",
        first_registered=DRAWN_TODAY - timedelta(days=rng.randint(60, 28 * 365)),
        power_cv=rng.choice((4, 4, 5, 5, 6, 6, 7, 8, 9, 11)),
        displacement_cm3=rng.choice((998, 1149, 1242, 1390, 1461, 1560, 1598, 1995)),
        seats=rng.choice((2, 4, 5, 5, 5, 5, 7, 9)),
    )
