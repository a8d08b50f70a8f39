"""French identity cards: the laminated one of 1988 to 2021 and the ID-1 card since.

The zone of 1988 is not ICAO's: two lines of 36, layout in ``workers/text/mrz_layouts.py`` after
published specimens. The card of 2021 carries a TD1 zone on its back (regulation (EU) 2019/1157,
ICAO Doc 9303 part 5). Residence permits are ``id_card``.
"""

from dataclasses import replace

from schemas.documents import MrzFormat, Route
from schemas.messages import Request
from workers.documents.document_type import DocumentType, Extracted, FieldSpec, LoadedPage
from workers.documents.fr_cni.check import check
from workers.documents.fr_cni.draw import draw
from workers.documents.fr_cni.layout import FACES
from workers.documents.icao_extract import extract_icao
from workers.documents.icao_fields import (
    MACHINE_READABLE,
    OPTIONAL_DATA,
    PERSONAL_NUMBER,
    VISUAL_ZONE,
)
from workers.documents.icao_recognise import NATIONAL, recogniser
from workers.documents.icao_visual import VisualZone
from workers.ports import Tools

ONLY_SINCE_2021 = frozenset({"nationality", "expiry_date"})
"""The zone of 1988 has no cells for them; for the card of 2021 :func:`check` asks for them."""


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Read the zone, on the front of the old card or on the back of the card of 2021.

    The visual zone is read always: the old card's names are cut in its zone, and its nationality,
    place of birth and day of issue stand in print only.
    """
    return extract_icao("fr_cni", pages, request, tools, VisualZone.ALWAYS, FACES)


TYPE = DocumentType(
    code="fr_cni",
    title="French identity card",
    route=Route.FR,
    fields=(
        *(
            replace(spec, required=spec.required and spec.name not in ONLY_SINCE_2021)
            for spec in MACHINE_READABLE
        ),
        PERSONAL_NUMBER,
        OPTIONAL_DATA,
        *VISUAL_ZONE,
        FieldSpec("department", "Department of issue"),
    ),
    recognise=recogniser(
        {MrzFormat.FR_CNI: NATIONAL, MrzFormat.TD1: NATIONAL},
        prefix="IDFRA",
    ),
    extract=extract,
    check=check,
    draw=draw,
    within="id_card",
)
