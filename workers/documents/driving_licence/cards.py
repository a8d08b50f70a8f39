"""Draws the cards of driving licences, in millimetres.

Source: directive 2006/126/EC annex I, the model's drawing: the numbered fields stand right of the
photograph on page 1, the table of categories with columns 9 to 12 on page 2. The Tunisian card
has the same numbers, the Arabic beside the Latin.
"""

from dataclasses import dataclass
from random import Random

from PIL import Image as Picture

from workers.documents.driving_licence.countries import ISSUERS
from workers.documents.driving_licence.invent import Licence
from workers.drawing.fonts import Face
from workers.drawing.ornaments import flag
from workers.drawing.paper import Colour, guilloche, mix, portrait
from workers.drawing.pen import Pen
from workers.ports import Image
from workers.text.licence_categories import EU

WIDTH_MM, HEIGHT_MM = 85.6, 54.0
WIDTH_PX = 1400

_BLUE: Colour = (20, 60, 150)
_WHITE: Colour = (250, 250, 250)
_PINK = ((236, 200, 208), (240, 214, 214), (228, 206, 214))
_TITLES: tuple[Colour, ...] = ((40, 50, 120), (60, 60, 80), (150, 60, 90))
_LABEL: Colour = (90, 80, 100)
_FAINT: Colour = (216, 196, 204)
"""Barely darker than the paper, as the words in all languages are printed."""
_OTHER_TITLES = (
    "Permiso de Conducción", "Řidičský průkaz", "Kørekort", "Führerschein", "Juhiluba",
    "Driving Licence", "Patente di Guida", "Vadītāja apliecība", "Vezetői engedély", "Rijbewijs",
    "Prawo Jazdy", "Carta de Condução", "Ajokortti", "Körkort",
)  # fmt: skip
_LEGENDS = (
    "1. Nom  2. Prénom(s)  3. Date et lieu de naissance  4a. Date de délivrance",
    "4b. Date d'expiration  4c. Autorité  5. Numéro du permis  8. Domicile",
    "9. Catégorie  10. Délivrée le  11. Valable jusqu'au  12. Restrictions",
)


@dataclass(frozen=True, slots=True)
class _Style:
    """How one card prints."""

    label: Face
    value: Face
    size: float
    dot: str
    left: float
    numbered_rows: tuple[tuple[str, ...], ...]


def draw_front(rng: Random, licence: Licence) -> Image:
    """Return page 1: title, flag, photograph, numbered fields."""
    pen = _card(rng)
    _heading(rng, pen, licence.country)
    photo_left, photo_width = 4.5, rng.uniform(20.5, 23.5)
    photo = portrait(rng, pen.px(photo_width), pen.px(photo_width / 0.78))
    pen.paste(photo, (photo_left, 14.5))
    style = _Style(
        label=rng.choice((Face.SANS, Face.SANS_BOLD)),
        value=rng.choice((Face.SANS, Face.SANS_BOLD, Face.MONO)),
        size=rng.uniform(2.35, 2.75),
        dot=rng.choice((".", ".", "")),
        left=photo_left + photo_width + rng.uniform(3.0, 5.0),
        numbered_rows=_rows(rng, licence),
    )
    bottom = _fields(rng, pen, licence, style)
    if rng.random() < 0.6:
        _signature(rng, pen, (style.left + 2, bottom + 3.0))
    return pen.finish()


def draw_back(rng: Random, licence: Licence) -> Image:
    """Return page 2: the table of categories with the dates of those that are held."""
    pen = _card(rng)
    left, top, step = 24.0, 6.5, 2.6
    columns = dict(
        zip(("9", "10", "11", "12"), (left, left + 12, left + 30, left + 48), strict=True)
    )
    for number, x in columns.items():
        pen.latin((x, top), f"{number}.", Face.SANS_BOLD, 2.1, _LABEL)
    held = set(licence.fields["categories"].split(","))
    issued, until = licence.printed["4a"], licence.printed["4b"]
    for row, category in enumerate(EU):
        y = top + (row + 1) * step
        pen.rule((left - 1, y + 0.7), (WIDTH_MM - 4, y + 0.7), _FAINT)
        pen.latin((columns["9"], y), category, Face.SANS_BOLD, 2.0)
        for column, value in (("10", issued), ("11", until)):
            shown = value if category in held else "-" * 8
            pen.latin((columns[column], y), shown, Face.SANS, 1.9)
    for row, line in enumerate(_LEGENDS if licence.country in {"FRA", "TUN"} else ()):
        pen.latin((3, HEIGHT_MM - 5.6 + 1.9 * row), line, Face.SANS, 1.2, _LABEL)
    return pen.finish()


def _card(rng: Random) -> Pen:
    scale = WIDTH_PX / WIDTH_MM
    paper = guilloche(rng, WIDTH_PX, round(HEIGHT_MM * scale))
    tint = Picture.new("RGB", paper.size, rng.choice(_PINK))
    return Pen(Picture.blend(paper, tint, rng.uniform(0.35, 0.65)), scale)


def _heading(rng: Random, pen: Pen, country: str) -> None:
    issuer = ISSUERS[country]
    ink = mix(_TITLES, rng)
    if country == "TUN":
        flag(pen, (4.0, 3.0))
        pen.latin((16, 5.2), "RÉPUBLIQUE TUNISIENNE", Face.SANS_BOLD, 2.5, ink)
        pen.latin((16, 9.6), "PERMIS DE CONDUIRE", Face.SANS_BOLD, 3.2, ink)
        pen.arabic((WIDTH_MM - 4, 5.4), issuer.states[1], Face.ARABIC_BOLD, 3.0, ink)
        pen.arabic((WIDTH_MM - 4, 10.0), issuer.titles[1], Face.ARABIC_BOLD, 3.6, ink)
        return
    pen.rectangle((4.0, 3.0, 13.0, 9.6), _BLUE, None)
    pen.latin((8.5, 7.8), issuer.sign, Face.SANS_BOLD, 3.4, _WHITE, anchor="ms")
    title = " ".join(issuer.titles[:2]) if country == "BEL" else issuer.titles[0]
    pen.latin((16, 6.8), title, Face.SANS_BOLD, 3.8, ink)
    pen.latin((16, 10.2), issuer.states[0], Face.SANS, 2.2, ink)
    for number, other in enumerate(rng.sample(_OTHER_TITLES, 6)):
        pen.latin((34 + 22 * (number % 2), 15 + 7 * (number // 2)), other, Face.SANS, 1.9, _FAINT)


def _rows(rng: Random, licence: Licence) -> tuple[tuple[str, ...], ...]:
    """Return the numbers of the fields, those of a line together."""
    dates = rng.choice(((("4a", "4b"), ("4c",)), (("4a", "4c"), ("4b",)), (("4a",), ("4b", "4c"))))
    personal = (("4d",),) if licence.printed["4d"] else ()
    fifth = (("5",),) if rng.random() < 0.8 or personal else (("5", "4d"),)
    return (("1",), ("2",), ("3",), *dates, *personal, *fifth, ("9",))


def _fields(rng: Random, pen: Pen, licence: Licence, style: _Style) -> float:
    """Print the numbered fields downwards; return where they end."""
    top, room = 16.5, HEIGHT_MM - 16.5 - 5
    step = min(4.9, room / len(style.numbered_rows))
    right = WIDTH_MM - 4
    baseline = top
    for number, row in enumerate(style.numbered_rows):
        baseline = top + number * step
        if row == ("9",) and rng.random() < 0.5:
            baseline = max(baseline, HEIGHT_MM - 5)
        for column, code in enumerate(row):
            x = style.left + column * (right - style.left) / 2
            _entry(pen, (x, baseline), code, licence.printed.get(code, ""), style)
            if code in licence.arabic:
                arabic = licence.arabic[code]
                pen.arabic((right, baseline), arabic, Face.ARABIC_NASKH, style.size * 1.15)
    return baseline


def _entry(pen: Pen, place_mm: tuple[float, float], code: str, value: str, style: _Style) -> None:
    x, baseline = place_mm
    pen.latin((x, baseline), code + style.dot, style.label, style.size * 0.8, _LABEL)
    indent, size = 5.0, style.size
    room = (WIDTH_MM - 4 - x) if code not in {"4a", "4b", "4c"} else 24.0
    while 0.62 * size * len(value) > room - indent and size > 1.7:
        size *= 0.94
    pen.latin((x + indent, baseline), value, style.value, size)


def _signature(rng: Random, pen: Pen, place_mm: tuple[float, float]) -> None:
    """Draw a scrawl that is nobody's, with the number of its field."""
    x, y = place_mm
    if y > HEIGHT_MM - 3:
        return
    for _ in range(5):
        end = (x + rng.uniform(1.5, 4.0), y + rng.uniform(-1.2, 1.2))
        pen.rule((x, y), end, (40, 40, 90))
        x, y = end
