"""Identity cards and residence permits, TD1 and TD2. Source: ICAO Doc 9303 parts 5 and 6."""

from schemas.documents import MrzFormat, Route
from schemas.messages import Request
from workers.documents.document_type import DocumentType, Extracted, LoadedPage
from workers.documents.icao_check import card_code, checker
from workers.documents.icao_draw import Kind, drawer
from workers.documents.icao_extract import extract_icao
from workers.documents.icao_fields import (
    MACHINE_READABLE,
    OPTIONAL_DATA,
    PERSONAL_NUMBER,
    VISUAL_ZONE,
)
from workers.documents.icao_recognise import recogniser
from workers.ports import Tools


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Read the zone, on the back of a TD1 card or on the front of a TD2."""
    return extract_icao("id_card", pages, request, tools)


TYPE = DocumentType(
    code="id_card",
    title="Identity card",
    route=Route.INTL,
    fields=(*MACHINE_READABLE, PERSONAL_NUMBER, OPTIONAL_DATA, *VISUAL_ZONE),
    recognise=recogniser({MrzFormat.TD1: 1.0, MrzFormat.TD2: 1.0}),
    extract=extract,
    check=checker(card_code),
    draw=drawer(
        "id_card",
        (
            Kind(MrzFormat.TD1, ("I", "ID", "IR", "C"), "Identity card", (5, 10)),
            Kind(MrzFormat.TD2, ("I", "ID", "IR", "A"), "Identity card", (5, 10)),
        ),
    ),
)
