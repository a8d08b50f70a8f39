"""The rules of French registration certificates.

Sources: arrêté du 9 février 2009 (DEVS0824995A), annexes V to VII; directive 1999/37/EC; ISO 3779.
No text says that masses or dates must stand in an order, though on a certificate they do: such
rules warn, and a vehicle number's check digit is told only where its maker must keep it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from schemas.documents import Extraction, Finding, Severity
from workers.findings import finding
from workers.text import fr_fuel, fr_plate, vin

SEATS_MAX = 100
INSPECTION_YEARS_MAX = 10
"""No inspection is due later than this from now."""

_MASSES = ("mass_empty_kg", "mass_in_service_kg", "mass_max_kg", "mass_max_technical_kg")
"""From the lightest to the heaviest: G.1, G, F.2, F.1."""


def check(extraction: Extraction, today: date) -> tuple[Finding, ...]:
    """Return the rules that a certificate breaks."""
    values = {name: field.value for name, field in extraction.fields.items()}
    return (*_numbers(values), *_dates(values, today), *_quantities(values))


def _numbers(values: Mapping[str, str]) -> Iterator[Finding]:
    plate = values.get("registration_number")
    if plate is not None and not fr_plate.is_valid(plate):
        yield _warning("plate.form", "registration_number", "has no form of a French number")
    number = values.get("vin")
    if number is not None and not vin.is_valid(number):
        yield _warning("vin.form", "vin", "has not the form of ISO 3779")
    elif number is not None and not vin.has_check_digit(number):
        must = vin.must_have_check_digit(number)
        yield finding(
            "vin.check_digit",
            "vin",
            severity=Severity.WARNING if must else Severity.INFO,
            message="The ninth symbol of the vehicle number is no check digit of the others.",
        )
    fuel = values.get("fuel")
    if fuel is not None and not fr_fuel.is_valid(fuel):
        yield _warning("fuel.unknown", "fuel", "is in no list")


def _dates(values: Mapping[str, str], today: date) -> Iterator[Finding]:
    first, issued = values.get("first_registration_date"), values.get("certificate_date")
    for name in ("first_registration_date", "certificate_date"):
        if values.get(name, "") > today.isoformat():
            yield finding("date.implausible", name)
    if first and issued and first > issued:
        yield finding("date.order", "first_registration_date", "certificate_date")
    due = values.get("inspection_date")
    if due and int(due[:4]) > today.year + INSPECTION_YEARS_MAX:
        yield finding("date.implausible", "inspection_date")


def _quantities(values: Mapping[str, str]) -> Iterator[Finding]:
    known = [name for name in _MASSES if name in values]
    for lighter, heavier in pairwise(known):
        if float(values[lighter]) > float(values[heavier]):
            message = "A mass is greater than one that it is a part of."
            yield finding(
                "mass.order", lighter, heavier, severity=Severity.WARNING, message=message
            )
    seats = values.get("seats")
    if seats is not None and not 1 <= float(seats) <= SEATS_MAX:
        yield _warning("seats.implausible", "seats", "is no number that a vehicle has")


def _warning(code: str, field: str, what: str) -> Finding:
    name = field.replace("_", " ")
    return finding(code, field, severity=Severity.WARNING, message=f"The {name} {what}.")
