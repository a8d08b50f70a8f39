"""The two sides of the bilingual card, drawn in millimetres."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from PIL import Image as Picture

from workers.drawing.fonts import Face
from workers.drawing.ornaments import flag
from workers.drawing.paper import INK, Colour, guilloche
from workers.drawing.pen import Pen
from workers.ports import Image

WIDTH_MM, HEIGHT_MM = 120.0, 78.0
WIDTH_PX = 1600

_HEADING: Colour = (30, 50, 110)
_LABEL: Colour = (60, 75, 110)
_STRIP_MM = 15.0
"""Width of the strip on the left edge along which the number stands."""

_FRONT_LABELS = {
    "holder_number": ("CIN (ou MF)", "ب ت و أو المعرف الجبائي"),
    "holder_name": ("Nom et Prénom", "الاسم واللقب"),
    "holder_address": ("Adresse", "العنوان"),
    "activity": ("Activité", "النشاط"),
    "category": ("Genre", "الصنف"),
    "vin": ("N° série du type", "العدد الرتبي للنوع"),
    "make": ("Constructeur", "الصانع"),
    "model_type": ("Type constructeur", "نوع الصانع"),
    "commercial_name": ("Type commercial", "النوع التجاري"),
    "first_registration_date": ("DPMC", "تاريخ أول إذن بالجولان"),
}
_BACK_LABELS = {
    "body": ("Carrosserie", "الهيكل"),
    "fuel": ("Energie", "الطاقة"),
    "fiscal_power_cv": ("Puissance fiscale", "القوة الجبائية"),
    "seats": ("Nombre de places", "عدد المقاعد"),
    "displacement": ("Cylindrée", "سعة الأسطوانة"),
    "issue_date": ("Date d'établissement", "تاريخ التسليم"),
}


@dataclass(frozen=True, slots=True)
class _Style:
    label: Face
    value: Face
    latin: Face
    below: bool


def draw_front(rng: Random, fields: Mapping[str, str], plate: tuple[str, ...]) -> Image:
    """Return the front: number along the left edge, holder, vehicle."""
    pen = _sheet(rng)
    how = _style(rng)
    left = _STRIP_MM + 4
    pen.latin((left, 6.0), "République Tunisienne", Face.SANS_BOLD, 3.4, _HEADING)
    pen.latin((left, 10.8), "Certificat d'immatriculation", Face.SANS_BOLD, 3.2, _HEADING)
    pen.arabic((WIDTH_MM - 4, 6.4), "الجمهورية التونسية", Face.ARABIC_BOLD, 4.4, _HEADING)
    pen.arabic((WIDTH_MM - 4, 11.6), "شهادة التسجيل", Face.ARABIC_BOLD, 4.2, _HEADING)
    flag(pen, (72.0, 3.5))
    _strip(rng, pen, plate)
    _rows(pen, how, _FRONT_LABELS, fields, (left, 17.5))
    return pen.finish()


def draw_back(rng: Random, fields: Mapping[str, str], displacement_cm3: int) -> Image:
    """Return the back: what the vehicle is, and the day of issue."""
    pen, how = _sheet(rng), _style(rng)
    values = {**fields, "displacement": str(displacement_cm3)}
    _rows(pen, how, _BACK_LABELS, values, (6.0, 9.0))
    note = "Agence Technique des Transports Terrestres"
    pen.latin((WIDTH_MM / 2, 72.0), note, Face.SANS, 2.6, _LABEL, anchor="ms")
    return pen.finish()


def write_plate(
    pen: Pen, place_mm: tuple[float, float], pieces: tuple[str, ...], size_mm: float
) -> None:
    """Print the pieces of a number from left to right, whatever their scripts."""
    x, y = place_mm
    for piece in pieces:
        if piece.isascii():
            x += pen.latin((x, y), piece, Face.SANS_BOLD, size_mm) + size_mm * 0.4
        else:
            x += pen.arabic((x, y), piece, Face.ARABIC_SANS, size_mm, anchor="ls") + size_mm * 0.4


def shown(name: str, value: str) -> str:
    """Return a value as the card prints it: dates from the year on, with strokes."""
    return value.replace("-", "/") if name.endswith("_date") else value


def _sheet(rng: Random) -> Pen:
    scale = WIDTH_PX / WIDTH_MM
    return Pen(guilloche(rng, WIDTH_PX, round(HEIGHT_MM * scale)), scale)


def _style(rng: Random) -> _Style:
    return _Style(
        label=rng.choice((Face.ARABIC, Face.ARABIC_NASKH, Face.ARABIC_PLAIN)),
        value=rng.choice((Face.ARABIC_SANS, Face.ARABIC_NASKH, Face.ARABIC_BOLD)),
        latin=rng.choice((Face.SANS_BOLD, Face.SANS, Face.MONO)),
        below=rng.random() < 0.5,
    )


def _strip(rng: Random, pen: Pen, plate: tuple[str, ...]) -> None:
    """Print number and label along the left edge, read from below or from above."""
    strip = Pen(
        Picture.new("RGB", (pen.px(HEIGHT_MM), pen.px(_STRIP_MM)), (176, 198, 228)), pen.scale
    )
    strip.latin((6.0, 4.6), "N° immatriculation", Face.SANS_BOLD, 2.6, INK)
    strip.arabic((HEIGHT_MM - 6.0, 4.6), "رقم التسجيل", Face.ARABIC_SANS, 2.8, INK)
    write_plate(strip, (18.0, 11.6), plate, 5.2)
    turn = Picture.Transpose.ROTATE_90 if rng.random() < 0.7 else Picture.Transpose.ROTATE_270
    pen.paste(strip.picture.transpose(turn), (0.0, 0.0))


def _rows(
    pen: Pen,
    how: _Style,
    labels: Mapping[str, tuple[str, str]],
    fields: Mapping[str, str],
    start_mm: tuple[float, float],
) -> None:
    """Print a label in French from the left, in Arabic from the right, the value between them."""
    left, top = start_mm
    right = WIDTH_MM - 4
    names = [name for name in labels if name in fields]
    step = min(9.0, (HEIGHT_MM - 3 - top) / len(names))
    size = 1.8 if how.below else 2.3
    for number, name in enumerate(names):
        y = top + number * step + 2.0
        pen.latin((left, y), labels[name][0], Face.SANS, size, _LABEL)
        pen.arabic((right, y), labels[name][1], how.label, size * 1.15, _LABEL)
        value, drop = shown(name, fields[name]), min(3.6, step * 0.5) if how.below else 0.0
        if value.isascii():
            x = left if how.below else left + 32
            pen.latin((x, y + drop), value, how.latin, 2.5 if how.below else 3.3)
        else:
            x = right if how.below else right - 30
            pen.arabic((x, y + drop), value, how.value, 2.7 if how.below else 3.6)
