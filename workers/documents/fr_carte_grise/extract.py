"""Reads certificates by their codes, and supports values by others that they must agree with."""

from collections.abc import Iterator, Mapping

from workers.documents.fr_carte_grise.layout import FACES
from workers.documents.fr_carte_grise.recognise import COUNTRY
from workers.text import vin
from workers.visual.extractor import visual_extractor

DRIVER_KG = 75
"""Mass in service is the empty one with a driver: regulation 1230/2012 article 2."""


def supported(values: Mapping[str, str]) -> Iterator[str]:
    """Yield the fields whose values others confirm: readings of print apart that fit."""
    number = values.get("vin")
    if number is not None and vin.has_check_digit(number):
        yield "vin"
    service, empty = values.get("mass_in_service_kg"), values.get("mass_empty_kg")
    if service and empty and float(service) - float(empty) == DRIVER_KG:
        yield from ("mass_in_service_kg", "mass_empty_kg")
    if values.get("mass_max_kg", "-") == values.get("mass_max_technical_kg"):
        yield from ("mass_max_kg", "mass_max_technical_kg")
    if values.get("first_registration_date", "-") == values.get("certificate_date"):
        yield from ("first_registration_date", "certificate_date")


extract = visual_extractor("fr_carte_grise", FACES, country=COUNTRY, support=supported)
