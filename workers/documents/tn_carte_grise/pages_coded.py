"""The newer card, whose fields carry codes like those of the European one."""

from collections.abc import Mapping
from random import Random

from workers.documents.tn_carte_grise.pages import shown, write_plate
from workers.drawing.fonts import Face
from workers.drawing.ornaments import flag
from workers.drawing.paper import Colour, guilloche
from workers.drawing.pen import Pen
from workers.ports import Image

WIDTH_MM, HEIGHT_MM = 105.0, 74.0
WIDTH_PX = 1500

_CODES = {
    "registration_number": ("A", "N° d'immatriculation"),
    "first_registration_date": ("B", "Date de 1ère mise en circulation"),
    "holder_name": ("C.1", "Nom et prénom"),
    "holder_address": ("C.3", "Adresse"),
    "make": ("D.1", "Marque"),
    "model_type": ("D.2", "Type"),
    "commercial_name": ("D.3", "Dénomination commerciale"),
    "vin": ("E", "N° de châssis"),
    "issue_date": ("I", "Date du certificat"),
    "fuel": ("J", "Carburant"),
    "displacement": ("P.1", "Cylindrée"),
    "fiscal_power_cv": ("Q", "Puissance fiscale"),
    "seats": ("S.1", "Places assises"),
}
_HALF = frozenset({"issue_date", "fuel", "displacement", "fiscal_power_cv", "seats", "make"})
_HEADING: Colour = (25, 60, 90)
_LABEL: Colour = (70, 70, 100)


def draw_coded(
    rng: Random, fields: Mapping[str, str], plate: tuple[str, ...], displacement_cm3: int
) -> Image:
    """Return the one side of it, codes alone or with the words that they stand for."""
    scale = WIDTH_PX / WIDTH_MM
    pen = Pen(guilloche(rng, WIDTH_PX, round(HEIGHT_MM * scale)), scale)
    pen.latin((4.0, 5.6), "RÉPUBLIQUE TUNISIENNE", Face.SANS_BOLD, 2.9, _HEADING)
    pen.latin((4.0, 9.6), "CERTIFICAT D'IMMATRICULATION", Face.SANS_BOLD, 2.7, _HEADING)
    pen.arabic((WIDTH_MM - 4, 5.9), "الجمهورية التونسية", Face.ARABIC_BOLD, 4.0, _HEADING)
    pen.arabic((WIDTH_MM - 4, 10.6), "شهادة تسجيل", Face.ARABIC_BOLD, 3.8, _HEADING)
    flag(pen, (58.0, 2.5))
    face = rng.choice((Face.SANS_BOLD, Face.SANS, Face.MONO))
    arabic = rng.choice((Face.ARABIC_SANS, Face.ARABIC_NASKH, Face.ARABIC_BOLD))
    words = rng.random() < 0.5
    values = {**fields, "displacement": str(displacement_cm3)}
    y, column = 16.0, 0
    for name, (code, word) in _CODES.items():
        x = 4.0 if column == 0 else WIDTH_MM / 2 + 2
        width = pen.latin((x, y), code, Face.SANS_BOLD, 2.7, _LABEL)
        start = x + max(8.0, width + 2)
        if words:
            start += pen.latin((start, y), word, Face.SANS, 1.9, _LABEL) + 2
        if name == "registration_number":
            write_plate(pen, (start, y), plate, 3.4)
        elif values[name].isascii():
            pen.latin((start, y), shown(name, values[name]), face, 3.0)
        else:
            pen.arabic((start, y), values[name], arabic, 3.6, anchor="ls")
        column = 1 if name in _HALF and column == 0 else 0
        y += 0.0 if column else 5.9
    return pen.finish()
