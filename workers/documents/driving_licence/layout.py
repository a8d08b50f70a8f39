"""The faces of driving licences: numbered fields in front, the table of categories behind."""

from functools import cache, partial

from workers.documents.driving_licence import values
from workers.documents.driving_licence.countries import ISSUERS
from workers.documents.driving_licence.fields import NUMBERS
from workers.ports import Script
from workers.text import licence_numbers
from workers.text.printed import Parse
from workers.visual.layout import Accents, DocumentFace, Where, Zone

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


ACCENTS_LOST = frozenset(
    {"BGR", "CZE", "EST", "HRV", "HUN", "LTU", "LVA", "POL", "ROU", "SVK", "SVN", "TUR"}
)
"""Countries with accents that every reader loses at times: measured, two of a Polish town's."""

_ACCENTS = {
    **dict.fromkeys(ACCENTS_LOST, Accents.LOST),
    "GBR": Accents.NONE,
    "TUN": Accents.NONE,
}
_SCRIPTS = {"TUN": None}
"""Countries that print words in another script than Latin, or in either."""

_ORDER = (
    ("surname",),
    ("given_names",),
    ("birth_date",),
    ("issue_date", "expiry_date", "authority", "personal_number"),
    ("licence_number",),
    ("categories",),
)
"""Down the card, as the directive's annex I numbers them; two of the fourth may share a row."""

_WORDS = frozenset({"surname", "given_names", "birth_place", "authority"})


def _parsers(country: str | None) -> dict[str, Parse]:
    issuer = ISSUERS.get(country or "")
    name = values.no_sign(values.name, issuer.sign) if issuer else values.name
    return {
        "surname": name,
        "given_names": name,
        "birth_date": values.day,
        "birth_place": values.birth_place,
        "issue_date": values.day,
        "expiry_date": values.day,
        "authority": values.authority,
        "personal_number": values.personal_number,
        "licence_number": partial(licence_numbers.parse, country=country),
        "categories": values.categories,
    }


def _zone(name: str, parse: Parse, country: str | None) -> Zone:
    return Zone(
        name,
        NUMBERS[name],
        script=Script.DIGITS if name in _CODES else _SCRIPTS.get(country or "", Script.LATIN),
        where=(Where.SAME_LINE, Where.RIGHT),
        lines_max=2 if name in {"given_names", "birth_place"} else 1,
        parse=values.with_commas_below(parse) if country == "ROU" else parse,
        shares=name == "birth_place",
        coded=name in {"licence_number", "personal_number"},
        open_in=partial(licence_numbers.open_places, country=country),
        accents=_ACCENTS.get(country or "", Accents.SOME) if name in _WORDS else Accents.NONE,
    )


def _front(country: str | None) -> DocumentFace:
    return DocumentFace(
        name="front",
        zones=tuple(_zone(name, parse, country) for name, parse in _parsers(country).items()),
        titles=_TITLES,
        stops=("6", "7", "8"),
        order=_ORDER,
    )


BACK = DocumentFace(
    name="back",
    side="back",
    zones=(),
    titles=("AM", "A1", "A2", "B1", "BE", "C1", "C1E", "CE", "D1", "D1E", "DE", "10", "11", "12"),
)
"""Who holds what since when stands behind; the categories themselves are those of the front."""


@cache
def faces_of(country: str | None) -> tuple[DocumentFace, ...]:
    """Return the sides as a country prints them; its numbers have a form of their own."""
    return (_front(country), BACK)


FACES = faces_of(None)
