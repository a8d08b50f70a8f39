"""Draws certificates of invented vehicles: three generations, whole sheets and parts of them."""

from random import Random

from workers.documents.document_type import Level, Specimen
from workers.documents.fr_carte_grise.fields import NAMES
from workers.documents.fr_carte_grise.invent import Era, invent_certificate, invent_formula
from workers.documents.fr_carte_grise.sheets import draw_sheet
from workers.drawing.photo import photograph
from workers.text import printed_dates, quantities

_ERAS = (Era.SIV, Era.FNI, Era.OLD)
_SHARES = (10, 3, 2)
_DATES = frozenset({"B", "I", "X.1"})
_QUANTITIES = frozenset(
    {"F.1", "F.2", "F.3", "G", "G.1", "P.1", "P.2", "P.6", "Q", "S.1", "S.2", "U.1", "U.2", "V.7"}
)


def draw(rng: Random, level: Level) -> Specimen:
    """Draw one certificate; the truth has the codes that the picture shows with a value."""
    era = rng.choices(_ERAS, _SHARES)[0]
    values = invent_certificate(rng, era)
    formula = invent_formula(rng, values["I"]) if era is Era.SIV else ""
    sheet = draw_sheet(rng, era, values, formula)
    fields = {
        NAMES[code]: normal
        for code, value in values.items()
        if code in sheet.codes and (normal := _normal(code, value))
    }
    if formula and sheet.shows_formula:
        fields["formula_number"] = formula
    return Specimen(
        images=(photograph(rng, sheet.image, level),),
        document_type="fr_carte_grise",
        country="FRA",
        fields=fields,
    )


def _normal(code: str, value: str) -> str:
    """Return the normal form of a printed value."""
    if code in _DATES:
        return printed_dates.parse(value) or ""
    if code in _QUANTITIES:
        return quantities.parse(value) or ""
    return value
