"""Draws the sheets of French registration certificates, in millimetres.

No official drawing of them is public. The arrangement follows what the ministry's pages and
published specimens show: since 2009 codes without labels in one or two columns under a title in
many languages; from 2004 codes in a frame; before, headings in French without codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from workers.documents.fr_carte_grise.fields import LABELS
from workers.documents.fr_carte_grise.invent import Era, address_lines
from workers.drawing.fonts import Face
from workers.drawing.paper import Colour, guilloche, mix
from workers.drawing.pen import Pen
from workers.ports import Image

Row = tuple[str, ...]
"""Codes printed side by side on one line."""

_HEADINGS: tuple[Colour, ...] = ((30, 60, 110), (60, 60, 70), (110, 40, 50))
_LABEL: Colour = (70, 84, 110)
_FAINT: Colour = (120, 130, 140)

_LEFT: tuple[Row, ...] = (
    ("A", "B"), ("C.1",), ("C.4a",), ("C.4.1",), ("C.3",), ("C.3+",),
    ("D.1",), ("D.2",), ("D.2.1",), ("D.3",), ("E",),
)  # fmt: skip
_RIGHT: tuple[Row, ...] = (
    ("F.1", "F.2", "F.3"), ("G", "G.1"), ("J", "J.1", "J.2", "J.3"), ("K",),
    ("P.1", "P.2", "P.3", "P.6"), ("Q", "S.1", "S.2"), ("U.1", "U.2"), ("V.7", "V.9"),
    ("X.1",), ("H", "I"), ("Y.1", "Y.2", "Y.3"), ("Y.4", "Y.5", "Y.6"), ("Z.1",),
)  # fmt: skip
_WIDE: tuple[Row, ...] = (
    ("A", "B"), ("C.1",), ("C.4a",), ("C.4.1",), ("C.3",), ("C.3+",),
    ("D.1", "D.3"), ("D.2",), ("D.2.1",), ("E",), ("F.1", "F.2", "F.3"), ("G", "G.1"),
    ("J", "J.1", "J.2", "J.3"), ("K",), ("P.1", "P.2", "P.3", "P.6"), ("Q", "S.1", "S.2"),
    ("U.1", "U.2", "V.7"), ("V.9",), ("X.1",), ("Y.1", "Y.2", "Y.3"), ("Y.4", "Y.5", "Y.6"),
    ("H", "I"),
)  # fmt: skip
_OLD: tuple[Row, ...] = (
    ("A", "B"), ("C.1",), ("C.3",), ("C.3+",), ("J.1", "D.1"), ("D.2.1", "E"), ("J.3", "P.3"),
    ("P.6", "S.1"), ("F.2", "F.3"), ("G.1",), ("U.1", "U.2"), ("D.3", "I"), ("X.1",),
)  # fmt: skip
_TITLES = (
    "Permiso de circulación / Osvědčení o registraci / Registreringsattest",
    "Zulassungsbescheinigung / Registreerimistunnistus / Registration certificate",
    "Carta di circolazione / Reģistrācijas apliecība / Forgalmi engedély",
    "Kentekenbewijs / Dowód rejestracyjny / Rekisteröintitodistus",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn sheet and the codes whose values it shows."""

    image: Image
    codes: frozenset[str]
    shows_formula: bool


@dataclass(frozen=True, slots=True)
class _Style:
    """How one sheet prints: faces, sizes in millimetres, labels beside the codes."""

    code: Face
    value: Face
    size: float
    labelled: bool
    dot: str
    tight: bool

    @classmethod
    def drawn(cls, rng: Random, *, labelled: bool) -> "_Style":
        """Return a style."""
        return cls(
            code=rng.choice((Face.SANS, Face.SANS, Face.SERIF)),
            value=rng.choice((Face.SANS, Face.SANS_BOLD, Face.MONO, Face.MONO)),
            size=rng.uniform(2.7, 3.2),
            labelled=labelled,
            dot=rng.choice(("", "", ".", " :")),
            tight=rng.random() < 0.6,
        )


def draw_sheet(rng: Random, era: Era, values: Mapping[str, str], formula: str) -> Sheet:
    """Return a sheet of its era; one in eight current ones is only the part with the codes D on."""
    if era is Era.OLD:
        return _old(rng, values)
    if era is Era.FNI:
        return _columns(rng, values, "", labelled=rng.random() < 0.5)
    kind = rng.random()
    if kind < 0.45:
        return _single(rng, values, formula)
    if kind < 0.85:
        return _columns(rng, values, formula, labelled=rng.random() < 0.35)
    return _part(rng, values)


def _single(rng: Random, values: Mapping[str, str], formula: str) -> Sheet:
    """Return the front of the folded certificate: one column of coded lines."""
    width, height = 148.0, 205.0
    pen = _paper(rng, width, height, 1250)
    below = _heading(rng, pen, width, formula)
    style = _Style.drawn(rng, labelled=False)
    step = (height - below - 8) / (len(_WIDE) + 0.5)
    _rows(rng, pen, (8.0, below + step, width - 6), step, _WIDE, values, style)
    return Sheet(pen.finish(), _codes(_WIDE), shows_formula=bool(formula))


def _columns(rng: Random, values: Mapping[str, str], formula: str, *, labelled: bool) -> Sheet:
    """Return a certificate in two columns, the vehicle's technical data on the right."""
    width, height = 210.0, 148.0
    pen = _paper(rng, width, height, 1754)
    below = _heading(rng, pen, width, formula)
    style = _Style.drawn(rng, labelled=labelled)
    step = (height - below - 6) / (len(_RIGHT) + 0.5)
    top = below + step
    _rows(rng, pen, (8.0, top, width * 0.49), step, _LEFT, values, style)
    pen.rule((width * 0.495, below + 1), (width * 0.495, height - 6), _FAINT)
    _rows(rng, pen, (width * 0.515, top, width - 5), step, _RIGHT, values, style)
    return Sheet(pen.finish(), _codes((*_LEFT, *_RIGHT)), shows_formula=bool(formula))


def _part(rng: Random, values: Mapping[str, str]) -> Sheet:
    """Return what people photograph when they go too near: no title, not all the lines."""
    rows = _WIDE[: rng.randint(14, len(_WIDE))]
    width, height = 140.0, 8.0 * len(rows) + 10
    pen = _paper(rng, width, height, 1250)
    style = _Style.drawn(rng, labelled=False)
    _rows(rng, pen, (7.0, 10.0, width - 5), 8.0, rows, values, style)
    return Sheet(pen.finish(), _codes(rows), shows_formula=False)


def _old(rng: Random, values: Mapping[str, str]) -> Sheet:
    """Return a certificate of before 2004: small French headings over typed values, in boxes."""
    width, height = 150.0, 106.0
    pen = _paper(rng, width, height, 1500)
    ink = mix(_HEADINGS, rng)
    pen.latin((width / 2, 7), "RÉPUBLIQUE FRANÇAISE", Face.SANS_BOLD, 3.4, ink, anchor="ms")
    pen.latin((width / 2, 13), "CARTE GRISE", Face.SANS_BOLD, 5.0, ink, anchor="ms")
    prefecture = f"PREFECTURE DE {rng.choice(('LA GIRONDE', 'POLICE DE PARIS', 'L ISERE'))}"
    pen.latin((8, 13), prefecture, Face.SANS, 2.4, _LABEL)
    face, size = rng.choice((Face.MONO, Face.SANS)), rng.uniform(2.9, 3.3)
    step = (height - 20) / len(_OLD)
    street, town = address_lines(values)
    for number, row in enumerate(_OLD):
        top = 17 + number * step
        for column, code in enumerate(row):
            left = 8 + column * (width - 14) / 2
            value = {"C.3": street, "C.3+": town}.get(code, values.get(code, ""))
            if code != "C.3+":
                pen.latin((left, top + step * 0.36), rng.choice(_old_labels(code)), Face.SANS, 1.9)
            pen.latin((left + 2, top + step * 0.9), value, face, size)
        pen.rule((6, top + step * 1.02), (width - 6, top + step * 1.02), _FAINT)
    return Sheet(pen.finish(), _codes(_OLD), shows_formula=False)


def _old_labels(code: str) -> tuple[str, ...]:
    """Return the headings that had no codes yet: not the harmonised ones, which are longest."""
    labels = LABELS[code]
    return labels[1:] if len(labels) > 1 else labels


def _paper(rng: Random, width_mm: float, height_mm: float, width_px: int) -> Pen:
    scale = width_px / width_mm
    return Pen(guilloche(rng, width_px, round(height_mm * scale)), scale)


def _heading(rng: Random, pen: Pen, width: float, formula: str) -> float:
    """Print the title and, on current sheets, the formula's number; return where it ends."""
    ink = mix(_HEADINGS, rng)
    pen.rectangle((6, 5, 15, 12), (30, 60, 150), None)
    pen.latin((10.5, 10.4), "F", Face.SANS_BOLD, 4.2, (250, 250, 250), anchor="ms")
    pen.latin((19, 8.4), "RÉPUBLIQUE FRANÇAISE", Face.SANS, 2.6, ink)
    pen.latin((19, 12.2), "MINISTÈRE DE L'INTÉRIEUR", Face.SANS, 2.2, ink)
    pen.latin((width - 7, 10), "COMMUNAUTÉ EUROPÉENNE", Face.SANS, 2.2, ink, anchor="rs")
    title = "CERTIFICAT D'IMMATRICULATION"
    pen.latin((width / 2, 18.5), title, Face.SANS_BOLD, 4.6, ink, anchor="ms")
    for number, line in enumerate(_TITLES[: rng.randint(1, 4)]):
        pen.latin((width / 2, 22 + 2.4 * number), line, Face.SANS, 1.7, _FAINT, anchor="ms")
    if formula:
        pen.latin((width / 2, 35), formula, Face.SANS_BOLD, 3.2, anchor="ms")
    return 36.0 if formula else 32.0


def _codes(rows: tuple[Row, ...]) -> frozenset[str]:
    return frozenset(code for row in rows for code in row)


def _rows(
    rng: Random,
    pen: Pen,
    place_mm: tuple[float, float, float],
    step_mm: float,
    rows: tuple[Row, ...],
    values: Mapping[str, str],
    style: _Style,
) -> None:
    """Print coded lines downwards: left edge, first baseline and right edge are given."""
    left, top, right = place_mm
    shown = {**_beside(rng), **values}
    shown["C.3"], shown["C.3+"] = address_lines(values)
    for number, row in enumerate(rows):
        baseline = top + number * step_mm
        if style.tight and row == ("C.3+",):
            # Lines of one value stand nearer to one another than rows do.
            baseline -= 0.35 * step_mm
        for code, x, room in _places(row, left, right):
            _entry(pen, (x, baseline), room, code, shown.get(code, ""), style)


def _places(row: Row, left: float, right: float) -> list[tuple[str, float, float]]:
    """Return each code of a row with its place and its room; a lone one has all of it."""
    room = (right - left) / len(row)
    return [(code, left + number * room, room) for number, code in enumerate(row)]


def _entry(
    pen: Pen,
    place_mm: tuple[float, float],
    room_mm: float,
    code: str,
    value: str,
    style: _Style,
) -> None:
    x, baseline = place_mm
    indent = 13.0 if room_mm > 40 else 8.5
    if code != "C.3+":
        pen.latin(place_mm, code + style.dot, style.code, style.size * 0.82, _LABEL)
        if style.labelled and code in LABELS and room_mm > 40:
            label = LABELS[code][-1]
            size = style.size * 0.62
            indent += 2 + pen.latin((x + 10.0, baseline), label, style.code, size, _FAINT)
    size = style.size
    while value and indent + 0.62 * size * len(value) > room_mm and size > 1.6:
        size *= 0.93
    pen.latin((x + indent, baseline), value, style.value, size)


def _beside(rng: Random) -> dict[str, str]:
    """Return values of codes that no field takes: owner, validity, taxes, remarks."""
    taxes = {f"Y.{n}": f"{rng.randint(0, 300)},{rng.choice(('00', '50'))}" for n in range(1, 7)}
    remark = rng.choice(("", "", "USAGE VEHICULE DE COLLECTION", "VEHICULE ECOLE"))
    return {**taxes, "C.4a": "EST LE PROPRIETAIRE DU VEHICULE", "H": "", "Z.1": remark}
