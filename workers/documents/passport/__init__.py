"""Passport booklets with a TD3 zone. Source: ICAO Doc 9303 part 4."""

from schemas.documents import MrzFormat, Route
from schemas.messages import Request
from workers.documents.document_type import DocumentType, Extracted, LoadedPage
from workers.documents.icao_check import checker, passport_code
from workers.documents.icao_draw import Kind, drawer
from workers.documents.icao_extract import extract_icao
from workers.documents.icao_fields import MACHINE_READABLE, PERSONAL_NUMBER, VISUAL_ZONE
from workers.documents.icao_recognise import recogniser
from workers.ports import Tools


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Read the zone of the data page."""
    return extract_icao("passport", pages, request, tools)


TYPE = DocumentType(
    code="passport",
    title="Passport",
    route=Route.INTL,
    fields=(*MACHINE_READABLE, PERSONAL_NUMBER, *VISUAL_ZONE),
    recognise=recogniser({MrzFormat.TD3: 1.0}),
    extract=extract,
    check=checker(passport_code),
    draw=drawer(
        "passport", (Kind(MrzFormat.TD3, ("P", "P", "P", "PD", "PS"), "Passport", (5, 10)),)
    ),
)
