"""The two sides of a card as organic law 2024-22 lists its contents, drawn in millimetres."""

from datetime import date
from random import Random

from workers.documents.tn_cin.pages import (
    SUBTITLE,
    TITLE,
    WIDTH_MM,
    Style,
    card,
    print_rows,
    style,
)
from workers.drawing.fonts import Face
from workers.drawing.ornaments import bar_code, chip, flag
from workers.drawing.paper import Colour, portrait
from workers.drawing.pen import Pen
from workers.drawing.tunisia import Tunisian, arabic_date
from workers.ports import Image

_HEADING: Colour = (120, 25, 35)
_LABEL: Colour = (90, 90, 110)
_LEFT_MM, _RIGHT_MM = 28.0, WIDTH_MM - 4.0


def draw_front_2024(rng: Random, person: Tunisian, expires: date) -> Image:
    """Return the front: names in both scripts, number, sex, days of birth and expiry."""
    pen, how = card(rng), style(rng)
    pen.latin((4.0, 5.6), "RÉPUBLIQUE TUNISIENNE", Face.SANS_BOLD, 2.4, _HEADING)
    pen.latin((4.0, 9.0), "CARTE NATIONALE D'IDENTITÉ", Face.SANS, 2.1, _HEADING)
    pen.arabic((_RIGHT_MM, 5.9), TITLE, Face.ARABIC_BOLD, 3.5, _HEADING)
    pen.arabic((_RIGHT_MM, 10.2), SUBTITLE, Face.ARABIC_BOLD, 3.3, _HEADING)
    flag(pen, (41.0, 2.5))
    pen.paste(portrait(rng, pen.px(20), pen.px(26)), (4.0, 13.0))
    chip(pen, (7.5, 41.0))
    _labels(pen, how, 14.4, "N°", "الرقم")
    middle = (_LEFT_MM + _RIGHT_MM) / 2
    pen.latin((middle, 15.6), person.number, Face.SANS_BOLD, 3.9, anchor="ms")
    _pair(pen, how, 19.2, ("Nom", person.surname[1]), ("اللقب", person.surname[0]))
    _pair(pen, how, 26.6, ("Prénom", person.given_names[1]), ("الاسم", person.given_names[0]))
    pen.arabic((_RIGHT_MM, 35.4), person.filiation, how.value, how.size_mm * 0.85)
    _labels(pen, how, 38.6, "Date de naissance / تاريخ الولادة", "مكانها")
    if rng.random() < 0.5:
        born = person.birth_date.strftime(rng.choice(("%d/%m/%Y", "%d.%m.%Y")))
        pen.latin((_LEFT_MM, 42.6), born, Face.SANS_BOLD, 3.1)
    else:
        born = arabic_date(person.birth_date, padded=True)
        pen.arabic((_LEFT_MM, 42.6), born, how.value, 3.4, anchor="ls")
    pen.arabic((_RIGHT_MM, 42.6), person.birth_place[0], how.value, 3.4)
    _labels(pen, how, 46.2, "Date d'expiration / صالحة إلى غاية", "الجنس / Sexe")
    pen.latin((_LEFT_MM, 50.4), expires.strftime("%d/%m/%Y"), Face.SANS_BOLD, 3.1)
    pen.latin((_RIGHT_MM, 50.4), person.sex, Face.SANS_BOLD, 3.1, anchor="rs")
    return pen.finish()


def draw_back_2024(rng: Random, person: Tunisian, issued: date) -> Image:
    """Return the back: mother, address, day of issue, bar code."""
    pen, how = card(rng), style(rng)
    rows = [
        ("اسم ولقب الأم", person.mother),
        ("العنوان", person.address[0]),
        *[("", line) for line in person.address[1:]],
        ("", f"تونس في {arabic_date(issued, padded=True)}"),
    ]
    print_rows(pen, how, rows, (9.0, 34.0))
    bar_code(rng, pen, (8.0, 42.0, WIDTH_MM - 8.0, 50.0))
    return pen.finish()


def _labels(pen: Pen, how: Style, y: float, left: str, right: str) -> None:
    """Print the small labels of one row: French from the left, Arabic from the right."""
    if "/" in left:
        latin, arabic = left.split(" / ")
        width = pen.latin((_LEFT_MM, y), f"{latin} / ", Face.SANS, 2.0, _LABEL)
        pen.arabic((_LEFT_MM + width, y), arabic, how.label, 2.4, _LABEL, anchor="ls")
    else:
        pen.latin((_LEFT_MM, y), left, Face.SANS, 2.0, _LABEL)
    arabic, _, latin = right.partition(" / ")
    if latin:
        width = pen.latin((_RIGHT_MM, y), f" / {latin}", Face.SANS, 2.0, _LABEL, anchor="rs")
        pen.arabic((_RIGHT_MM - width, y), arabic, how.label, 2.4, _LABEL)
    else:
        pen.arabic((_RIGHT_MM, y), arabic, how.label, 2.4, _LABEL)


def _pair(pen: Pen, how: Style, y: float, latin: tuple[str, str], arabic: tuple[str, str]) -> None:
    _labels(pen, how, y, latin[0], arabic[0])
    pen.latin((_LEFT_MM, y + 3.9), latin[1], Face.SANS_BOLD, 3.0)
    pen.arabic((_RIGHT_MM, y + 4.1), arabic[1], how.value, how.size_mm * 0.9)
