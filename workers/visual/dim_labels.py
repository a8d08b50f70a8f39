"""Tells misread labels of a form by what is left of them, in both languages, and by their values.

Labels are printed smaller than values. Where a picture is poor, readers make ``camseueur`` of one
whose value they still read; with its twin on the other side, and by the grammar of what stands
between, it can only be one of those that are missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from workers.ports import StripReading
from workers.text.bidi import has_arabic
from workers.text.folding import fold
from workers.visual.label_likeness import is_no_value
from workers.visual.layout import Where, Zone
from workers.visual.lines import SpottedLine
from workers.visual.places import Finder
from workers.visual.shapes import Shape, distance_to, in_row, shape_of

LETTERS_MIN = 3
"""Labels of so many letters and more are told by what is left of them."""

SCORE_MIN, LEAD_MIN = 0.6, 0.1
"""What speaks for a label and its value, and by how much more than for any other."""

SURE_FROM = 1.1
"""Labels in two languages that are together so much alike leave no doubt."""

ONLY = 0.5
"""What it counts that a value is the only one of the page that its field may have."""

LISTED = 0.4
"""What it counts that a value is of its field's closed list."""

ABOVE_MAX = 3
"""Lines above a value of which one may be its label."""

DIM_SHARE = 0.4
"""Of a face whose labels were read fewer are misread on a poor picture, or it is another face."""

UNSURE_MAX = 3
"""Where more labels are unsure no value of the page is certain to stand beside its own."""

ABOVE_COST = 0.15
"""Labels above their values speak so much less: every label stands below another one."""

PART_MIN = 0.3
"""Print less like a label is nothing of it."""

_RASM = str.maketrans("بتثنيجخذزشضظغف", "\u066e\u066e\u066e\u066e\u066eححدرسصطعق")
"""Arabic letters without the dots that poor pictures lose."""


@dataclass(frozen=True, slots=True)
class _Match:
    """A value and what may be left of its label.

    Args:
        zone: number of the field's zone.
        value: number of the value's line.
        alike: how much the lines beside it are like the labels of both languages.
        made: those lines, and the labels that they are.
    """

    zone: int
    value: int
    alike: float
    made: tuple[tuple[int, str], ...]


def with_dim_labels(finder: Finder, aspect: float) -> tuple[Finder, frozenset[str]]:
    """Return a finder that knows misread labels, and the fields of those that are unsure."""
    zones = finder.face.zones
    missing = _missing(finder) if finder.face.twins else []
    if not missing:
        return finder, frozenset()
    found = list(_best(list(_matches(finder, missing, aspect)), finder))
    made = {number: label for one in found for number, label in one.made}
    lines = tuple(
        _as(line, made[number]) if number in made else line
        for number, line in enumerate(finder.lines)
    )
    unsure = frozenset(
        zones[one.zone].field for one in found if one.alike < SURE_FROM and zones[one.zone].spaced
    )
    if len(unsure) > UNSURE_MAX:
        unsure = frozenset(finder.face.fields)
    return finder.of_lines(lines), unsure


def is_dim(finder: Finder) -> bool:
    """Say whether so few labels of a face were read that it may be another one."""
    labelled = {one.zone for one in finder.labels} - {None}
    return finder.face.twins and len(labelled) < DIM_SHARE * len(finder.face.zones)


def _missing(finder: Finder) -> list[int]:
    """Return the numbers of zones with printed labels of which none was found with a value."""
    return [
        number
        for number, zone in enumerate(finder.face.zones)
        if not zone.anywhere
        and any(_is_word(label) for label in zone.labels)
        and not any(zone.parse(place.text) for place in finder.places[zone.field])
    ]


def _is_word(label: str) -> bool:
    return len(fold(label).text) >= LETTERS_MIN


def _matches(finder: Finder, missing: Sequence[int], aspect: float) -> Iterator[_Match]:
    """Yield every missing field with every line that may be its value."""
    labelled = {id(one.piece.line) for one in finder.labels}
    taken = _taken(finder)
    free = [n for n, line in enumerate(finder.lines) if id(line) not in labelled]
    shapes = {n: shape_of(finder.lines[n].quad, aspect, is_lone=False) for n in free}
    beside_labels = _beside_labels(finder, shapes, aspect)
    for value in free:
        line = finder.lines[value]
        if id(line) in taken or value in beside_labels:
            continue
        fits = [n for n in missing if _fits(finder, finder.face.zones[n], line)]
        if not fits:
            continue
        left, right = _row(value, shapes)
        above = _above(value, shapes)
        for number in fits:
            zone = finder.face.zones[number]
            beside = _alike(zone, left, right, finder.lines)
            over = _alike(zone, above, above, finder.lines)
            alike, made = max(beside, (over[0] - ABOVE_COST, over[1]), key=lambda part: part[0])
            yield _Match(number, value, alike, made)


def _taken(finder: Finder) -> set[int]:
    """Return the lines of values that stand by a label that was found, by their identity."""
    labelled = {one.zone for one in finder.labels}
    found = set()
    for number, zone in enumerate(finder.face.zones):
        if number in labelled:
            places = (place for place in finder.places[zone.field] if zone.parse(place.text))
            found |= {id(piece.line) for place in list(places)[:1] for piece in place.pieces}
    return found


def _beside_labels(finder: Finder, shapes: dict[int, Shape], aspect: float) -> set[int]:
    """Return the lines that stand right behind the label of what is not read."""
    stops = [one.piece for one in finder.labels if one.zone is None and not one.is_title]
    found = set()
    for stop in stops:
        here = shape_of(stop.quad, aspect, is_lone=False)
        for where in (Where.RIGHT, Where.LEFT, Where.BELOW):
            near = [
                (distance, n)
                for n, shape in shapes.items()
                if (distance := distance_to(here, shape, where)) is not None
            ]
            found |= {min(near)[1]} if near else set()
    return found


def _fits(finder: Finder, zone: Zone, line: SpottedLine) -> bool:
    """Say whether a line may be a field's value, and no label that was misread."""
    value = zone.parse(line.text)
    if value is None or is_no_value(finder.face, zone, value):
        return False
    return not any(
        other.anywhere and other is not zone and other.parse(line.text) is not None
        for other in finder.face.zones
        if zone.script is None
    )


def _row(value: int, shapes: dict[int, Shape]) -> tuple[list[int], list[int]]:
    """Return the nearest line left of a value and the nearest one right of it, if there are any."""
    here = shapes[value]
    row = [n for n, shape in shapes.items() if n != value and in_row(shape, here)]
    left = [n for n in row if shapes[n].middle_x < here.left]
    right = [n for n in row if shapes[n].middle_x > here.right]
    return (
        sorted(left, key=lambda n: -shapes[n].right)[:1],
        sorted(right, key=lambda n: shapes[n].left)[:1],
    )


def _above(value: int, shapes: dict[int, Shape]) -> list[int]:
    """Return the nearest lines above a value."""
    here = shapes[value]
    above = [
        (distance, n)
        for n, shape in shapes.items()
        if n != value and (distance := distance_to(shape, here, Where.BELOW)) is not None
    ]
    return [n for _, n in sorted(above)[:ABOVE_MAX]]


def _alike(
    zone: Zone, latin: Sequence[int], arabic: Sequence[int], lines: Sequence[SpottedLine]
) -> tuple[float, tuple[tuple[int, str], ...]]:
    """Return how much lines are like a zone's labels, one of each script, and which are which."""
    total, made = 0.0, []
    for is_arabic, numbers in ((False, latin), (True, arabic)):
        labels = [one for one in zone.labels if has_arabic(one) is is_arabic and _is_word(one)]
        pairs = [(_likeness(label, lines[n].text), n, label) for n in numbers for label in labels]
        likeness, number, label = max(pairs, default=(0.0, 0, ""))
        total += likeness
        if likeness >= PART_MIN:
            made.append((number, label))
    return total, tuple(made)


def _likeness(label: str, text: str) -> float:
    wanted, read = fold(label).text, fold(text).text
    plain = Levenshtein.normalized_similarity(wanted, read)
    if not has_arabic(label):
        return plain
    bare = Levenshtein.normalized_similarity(wanted.translate(_RASM), read.translate(_RASM))
    return max(plain, 0.9 * bare)


def _best(matches: list[_Match], finder: Finder) -> Iterator[_Match]:
    """Yield the matches that lead over every other of their field and of their value."""
    counts: dict[int, int] = {}
    for one in matches:
        counts[one.zone] = counts.get(one.zone, 0) + 1
    scored = []
    for one in matches:
        listed = 0.0 if finder.face.zones[one.zone].spaced else LISTED
        scored.append((one.alike + ONLY / counts[one.zone] + listed, one))
    scored.sort(key=lambda pair: -pair[0])
    while True:
        first = next((pair for pair in scored if _leads(pair, scored)), None)
        if first is None:
            return
        best = first[1]
        yield best
        scored = [
            (score, one) for score, one in scored if one.zone != best.zone and not _share(one, best)
        ]


def _share(one: _Match, other: _Match) -> bool:
    """Say whether two matches take one line for two things."""
    lines = {one.value, *(number for number, _ in one.made)}
    return not lines.isdisjoint((other.value, *(number for number, _ in other.made)))


def _leads(pair: tuple[float, _Match], scored: Sequence[tuple[float, _Match]]) -> bool:
    score, best = pair
    return (
        bool(best.made)
        and score >= SCORE_MIN
        and all(
            score - other >= LEAD_MIN
            for other, one in scored
            if one is not best and (one.zone == best.zone or one.value == best.value)
        )
    )


def _as(line: SpottedLine, label: str) -> SpottedLine:
    """Return a line as the label that it is, no surer than it was read."""
    places = tuple((number + 0.5) / len(label) for number in range(len(label)))
    if has_arabic(label):
        places = places[::-1]
    sure = (line.confidence,) * len(label)
    return replace(line, reading=StripReading(label, sure, places))
