"""Visas, MRV-A and MRV-B. Source: ICAO Doc 9303 part 7."""

from schemas.documents import MrzFormat, Route
from schemas.messages import Request
from workers.documents.document_type import DocumentType, Extracted, LoadedPage
from workers.documents.icao_check import checker, visa_code
from workers.documents.icao_draw import Kind, drawer
from workers.documents.icao_extract import extract_icao
from workers.documents.icao_fields import MACHINE_READABLE, OPTIONAL_DATA, VISUAL_ZONE
from workers.documents.icao_recognise import recogniser
from workers.ports import Tools


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Read the zone of the sticker."""
    return extract_icao("visa", pages, request, tools)


TYPE = DocumentType(
    code="visa",
    title="Visa",
    route=Route.INTL,
    fields=(*MACHINE_READABLE, OPTIONAL_DATA, *VISUAL_ZONE),
    recognise=recogniser({MrzFormat.MRV_A: 1.0, MrzFormat.MRV_B: 1.0}),
    extract=extract,
    check=checker(visa_code),
    draw=drawer(
        "visa",
        (
            Kind(MrzFormat.MRV_A, ("V", "VC", "VB"), "Visa", (1, 2, 5)),
            Kind(MrzFormat.MRV_B, ("V", "VC", "VB"), "Visa", (1, 2, 5)),
        ),
    ),
)
