"""The faces of driving licences: numbered fields in front, the table of categories behind."""

from workers.documents.driving_licence import values
from workers.documents.driving_licence.countries import ISSUERS
from workers.documents.driving_licence.fields import NUMBERS
from workers.ports import Script
from workers.text.printed import Parse
from workers.visual.layout import DocumentFace, Where, Zone

_PARSERS: dict[str, Parse] = {
    "surname": values.name,
    "given_names": values.name,
    "birth_date": values.day,
    "birth_place": values.birth_place,
    "issue_date": values.day,
    "expiry_date": values.day,
    "authority": values.authority,
    "personal_number": values.personal_number,
    "licence_number": values.licence_number,
    "categories": values.categories,
}
_TITLES = tuple(
    dict.fromkeys(
        text
        for issuer in ISSUERS.values()
        for text in (*issuer.titles, *issuer.states)
        if len(text) >= 9
    )
)
"""Short names of states are like too many values."""


_CODES = frozenset(
    {"birth_date", "issue_date", "expiry_date", "personal_number", "licence_number", "categories"}
)
"""Fields of figures and codes; the others may have accents."""


def _zone(name: str) -> Zone:
    return Zone(
        name,
        NUMBERS[name],
        script=Script.DIGITS if name in _CODES else Script.LATIN,
        where=(Where.SAME_LINE, Where.RIGHT),
        lines_max=2 if name in {"given_names", "birth_place"} else 1,
        parse=_PARSERS[name],
        shares=name == "birth_place",
    )


FRONT = DocumentFace(
    name="front",
    zones=tuple(_zone(name) for name in _PARSERS),
    titles=_TITLES,
    stops=("6", "7", "8"),
)

BACK = DocumentFace(
    name="back",
    side="back",
    zones=(),
    titles=("AM", "A1", "A2", "B1", "BE", "C1", "C1E", "CE", "D1", "D1E", "DE", "10", "11", "12"),
)
"""Who holds what since when stands behind; the categories themselves are those of the front."""

FACES = (FRONT, BACK)
