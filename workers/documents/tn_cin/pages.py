"""The two sides of the card under law 93-27, drawn in millimetres."""

from dataclasses import dataclass
from datetime import date
from random import Random

from workers.drawing.fonts import Face
from workers.drawing.ornaments import bar_code, finger_print, flag
from workers.drawing.paper import Colour, guilloche, portrait
from workers.drawing.pen import Pen
from workers.drawing.tunisia import Tunisian, arabic_date
from workers.ports import Image

WIDTH_MM, HEIGHT_MM = 85.6, 54.0
"""ISO/IEC 7810, ID-1."""

WIDTH_PX = 1300
TITLE, SUBTITLE = "الجمهورية التونسية", "بطاقة التعريف الوطنية"

_HEADING: Colour = (60, 40, 60)
_LABEL: Colour = (70, 60, 80)
_VALUES = (Face.ARABIC_SANS, Face.ARABIC_NASKH, Face.ARABIC_BOLD, Face.ARABIC_GOTHIC, Face.ARABIC)
_MOTHER = ("اسم ولقب الأم", "اسم الأم ولقبها", "اسم الأم")


@dataclass(frozen=True, slots=True)
class Style:
    """How one card is printed.

    Args:
        label: face of the labels.
        value: face of the values.
        size_mm: of the values' letters.
        colon: what stands behind a label.
        column_mm: where values begin, left of the right edge; 0 lets them follow their labels.
    """

    label: Face
    value: Face
    size_mm: float
    colon: str
    column_mm: float


def style(rng: Random) -> Style:
    """Return a way to print a card."""
    return Style(
        label=rng.choice((Face.ARABIC, Face.ARABIC_NASKH, Face.ARABIC_PLAIN)),
        value=rng.choice(_VALUES),
        size_mm=rng.uniform(3.6, 4.2),
        colon=rng.choice(("", "", " :", ":")),
        column_mm=rng.choice((0.0, 0.0, 21.0)),
    )


def card(rng: Random) -> Pen:
    """Return a pen over an empty card."""
    scale = WIDTH_PX / WIDTH_MM
    return Pen(guilloche(rng, WIDTH_PX, round(HEIGHT_MM * scale)), scale)


def draw_front(rng: Random, person: Tunisian) -> Image:
    """Return the front: titles, number, portrait, names, birth."""
    pen, how = card(rng), style(rng)
    pen.arabic((WIDTH_MM / 2, 6.4), TITLE, Face.ARABIC_BOLD, 4.0, _HEADING, anchor="ms")
    pen.arabic((WIDTH_MM / 2, 11.6), SUBTITLE, how.value, 4.2, _HEADING, anchor="ms")
    flag(pen, (rng.choice((5.0, 70.0)), 3.0))
    pen.paste(portrait(rng, pen.px(21), pen.px(27)), (4.5, 21.5))
    number = " ".join(person.number) if rng.random() < 0.1 else person.number
    face = rng.choice((Face.SANS_BOLD, Face.SANS, Face.MONO))
    pen.latin((51.0, 18.6), number, face, 4.9, anchor="ms")
    padded = rng.random() < 0.5
    rows = [
        ("اللقب", person.surname[0]),
        ("الاسم", person.given_names[0]),
        ("", person.filiation),
        *([("حرم", person.spouse)] if person.spouse else []),
        ("تاريخ الولادة", arabic_date(person.birth_date, padded=padded)),
        ("مكانها", person.birth_place[0]),
    ]
    print_rows(pen, how, rows, (25.0, 51.5))
    return pen.finish()


def draw_back(rng: Random, person: Tunisian, issued: date) -> Image:
    """Return the back: mother, profession, address, day of issue, finger print, bar code."""
    pen, how = card(rng), style(rng)
    rows = [
        (rng.choice(_MOTHER), person.mother),
        ("المهنة", person.profession),
        ("العنوان", person.address[0]),
        *[("", line) for line in person.address[1:]],
        ("", f"تونس في {arabic_date(issued, padded=rng.random() < 0.5)}"),
    ]
    print_rows(pen, how, rows, (8.0, 36.0))
    finger_print(rng, pen, (12.0, 27.0), 7.0)
    signed = "المدير العام للأمن الوطني" if rng.random() < 0.5 else "مدير الشرطة الفنية والعلمية"
    pen.arabic((44.0, 40.5), signed, how.label, 2.4, _LABEL, anchor="ms")
    bar_code(rng, pen, (8.0, 44.0, WIDTH_MM - 8.0, 50.5))
    return pen.finish()


def print_rows(
    pen: Pen, how: Style, rows: list[tuple[str, str]], span_mm: tuple[float, float]
) -> None:
    """Print labels and values from the right edge, evenly over a part of the height."""
    right = WIDTH_MM - 4.0
    step = min(6.4, (span_mm[1] - span_mm[0]) / max(1, len(rows) - 1))
    for number, (label, value) in enumerate(rows):
        y = span_mm[0] + number * step
        start = right
        if label:
            text = label + how.colon
            width = pen.arabic((right, y), text, how.label, how.size_mm * 0.86, _LABEL)
            start = right - max(width + 1.8, how.column_mm)
        pen.arabic((start, y), value, how.value, how.size_mm)
