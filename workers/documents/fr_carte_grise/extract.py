"""Reads certificates by their codes, and supports values by others that they must agree with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from schemas.messages import Request
from workers.documents.document_type import Extracted, LoadedPage
from workers.documents.fr_carte_grise.layout import FACES
from workers.documents.fr_carte_grise.recognise import COUNTRY
from workers.findings import finding
from workers.ports import Tools
from workers.text import vin
from workers.visual.extractor import lines_left, visual_extractor

ENDED_MIN = 12
"""Where so many codes of a page have kept their ends, none has lost its own."""

_CODES = re.compile(r"(?<!\S)\(?([A-Z](?:\.\d[a-z]?)*)\)?(?=[\s:.]|$)")
_ENDED_ALWAYS = frozenset("CDPSUV")
"""Letters that stand nowhere without a figure behind them; a lone F is France's sign."""

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


def keeps_ends(texts: Sequence[str]) -> bool:
    """Say whether the codes on lines were read with their ends: many have one, and all that must.

    Those that stand around the masses in service are among them: no shadow took the row of one.
    Where the G.1 stands beside it, with a mass or without, the G is none; no finder may have seen
    it, but who looked for it.

    >>> keeps_ends(["F.2 1645", "G 1136", "J M1", *["P.1 1598"] * 12])
    True
    >>> keeps_ends(["F.2 1645", "G 1136", "J M1", "P 1598"])
    False
    """
    codes = [code for text in texts for code in _CODES.findall(text)]
    ended = sum(len(code) > 1 for code in codes)
    are_around = "J" in codes and any(code.startswith("F.") for code in codes)
    if codes.count("G") > 1:
        return False
    is_ended = ended >= ENDED_MIN and are_around and not _ENDED_ALWAYS & set(codes)
    return "G.1" in codes or ("G" in codes and is_ended)


_read = visual_extractor("fr_carte_grise", FACES, country=COUNTRY, support=supported)


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Return the certificate; a mass in service without an empty one may be that one itself.

    Codes lose their ends where print is poor, and G.1 is then a G.
    """
    read = _read(pages, request, tools)
    first = read.extractions[0]
    if "mass_in_service_kg" not in first.fields or "mass_empty_kg" in first.fields:
        return read
    texts = [line.text for page in pages for line in lines_left(page, tools) or ()]
    if keeps_ends(texts):
        return read
    doubt = finding("field.unsupported", "mass_in_service_kg")
    doubted = replace(first, findings=(*first.findings, doubt))
    return replace(read, extractions=(doubted, *read.extractions[1:]))
