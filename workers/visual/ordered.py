"""Gives a line of a numbered column the label that its place tells, where none was read.

A licence's numbers are printed small, and always in one order: what stands between ``1`` and ``3``
is the ``2``, whatever a reader made of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from workers.ports import Script, StripReading
from workers.text.folding import fold
from workers.visual.code_guesses import COST_MAX, distance
from workers.visual.labels import is_strict
from workers.visual.layout import Zone
from workers.visual.lines import Piece, SpottedLine, whole, words
from workers.visual.places import Finder
from workers.visual.shapes import Shape, in_row, quad_beside, shape_of

HEAD_MAX = 2
"""So many letters and figures a misread label has at most."""

COLUMN_WIDE, VALUE_MAX = 1.0, 3.5
"""So far from where labels begin, in heights, a line begins with one; up to so far with a value."""

STEP_MAX = 1.6
"""So many steps from the last label that was read the next row is no other's."""

LABEL_WIDE = 1.5
"""How wide a label is that no line shows, in heights."""

_DATE = "_date"


@dataclass(frozen=True, slots=True)
class _Row:
    """A label's row.

    Args:
        label: the label as it was read, or what stands in its place: maybe nothing.
        value: what stands behind it.
        shape: where it stands.
        beside: how far it begins from the column of labels, in heights.
        rank: the label's place in the order; None where none was read.
        field: its field.
    """

    label: Piece = field(repr=False)
    value: str = field(repr=False)
    shape: Shape
    beside: float = 0.0
    rank: int | None = None
    field: str | None = None


def with_ordered_labels(finder: Finder, aspect: float) -> tuple[Finder, frozenset[str]]:
    """Return a finder whose lines begin with the labels that their places in the column tell.

    With it the fields whose labels are guesses. What is found bounds what is looked for next.
    """
    unsure: set[str] = set()
    for _ in finder.face.order:
        made: dict[int, tuple[SpottedLine, ...]] = {}
        for row, zone, is_between in _told(finder, _rows(finder, aspect)):
            label = zone.labels[0]
            made[id(row.label.line)] = _labelled(row.label, label, aspect)
            is_near = distance(row.label.text, label) <= COST_MAX
            if not _is_list(zone, row) and not (is_between and is_near):
                unsure.add(zone.field)
        if not made:
            break
        finder = finder.of_lines(
            tuple(one for line in finder.lines for one in made.get(id(line), (line,)))
        )
    return finder, frozenset(unsure)


def _is_list(zone: Zone, row: _Row) -> bool:
    """Say whether a row holds several symbols that one field alone lists."""
    value = zone.parse(row.value) if is_strict(zone.parse) else None
    return value is not None and "," in value


def _told(finder: Finder, rows: Sequence[_Row]) -> Iterator[tuple[_Row, Zone, bool]]:
    """Yield rows with the zones whose labels they lack, and whether both neighbours are known."""
    order = finder.face.order
    zones = {zone.field: zone for zone in finder.face.zones}
    seen = {row.field for row in rows}
    missing = [zones[name] for names in order for name in names if name not in seen]
    dates = [zone for zone in finder.face.zones if zone.field.endswith(_DATE)]
    for rank, names in enumerate(order):
        lacking = [zone for zone in missing if zone.field in names]
        inner, is_between = _stretch(rows, rank, is_last=rank == len(order) - 1)
        if not lacking or not inner:
            continue
        days = [zone for zone in dates if zone.field in names]
        is_group = len(names) > 1
        if is_group and any(zone in lacking for zone in days):
            yield from ((*one, is_between) for one in _in_time(inner, days))
        if is_group and not is_between:
            continue
        free = [row for row in inner if row.rank is None and (is_group or row.beside <= VALUE_MAX)]
        for zone in lacking:
            fitting = [
                row
                for row in free
                if zone.parse(row.value) is not None
                and (zone in dates or not any(one.parse(row.value) for one in dates))
            ]
            is_lone = len(fitting) == 1 and not (is_group and zone in dates)
            if is_lone and _is_own(zone, fitting[0], lacking, missing):
                yield fitting[0], zone, is_between


def _in_time(inner: Sequence[_Row], days: Sequence[Zone]) -> Iterator[tuple[_Row, Zone]]:
    """Yield the rows of two days, the earlier first, with the labels that they lack."""
    names = {zone.field for zone in days}
    dated = {
        day: row
        for row in inner
        if row.rank is None or row.field in names
        if (day := days[0].parse(row.value)) is not None
    }
    read = Counter(row.field for row in dated.values())
    told = [
        (dated[day], zone)
        for day, zone in zip(sorted(dated), days, strict=False)
        if dated[day].field != zone.field
    ]
    is_clear = all(row.field is None or read[row.field] > 1 for row, _ in told)
    if len(dated) == len(days) and is_clear and all(row.label.start == 0 for row, _ in told):
        yield from told


def _is_own(zone: Zone, row: _Row, rivals: Sequence[Zone], missing: Sequence[Zone]) -> bool:
    """Say whether a row is a zone's: by what its label is like, else by its value alone."""
    able = [one for one in missing if one.parse(row.value) is not None]
    near = [
        one
        for one in able
        if min(distance(row.label.text, label) for label in one.labels) <= COST_MAX
    ]
    return near == [zone] or not (near or any(one in able for one in rivals if one is not zone))


def _stretch(rows: Sequence[_Row], rank: int, *, is_last: bool) -> tuple[list[_Row], bool]:
    """Return the rows where labels of a rank stand, and whether both neighbours bound them."""
    known = sorted((row for row in rows if row.rank is not None), key=lambda row: row.shape.middle)
    upper = max((r for r in known if (r.rank or 0) < rank), key=_middle, default=None)
    lower = min((r for r in known if (r.rank or 0) > rank), key=_middle, default=None)
    bounds = [one for one in (upper, lower) if one is not None]
    nears = [one for one in bounds if abs((one.rank or 0) - rank) == 1]
    inner = [
        row
        for row in rows
        if (upper is None or upper.shape.middle < row.shape.middle)
        and (lower is None or row.shape.middle < lower.shape.middle)
        and not any(in_row(row.shape, one.shape) for one in bounds)
        and (row.beside >= -COLUMN_WIDE or is_last)
    ]
    if len(bounds) == 2:
        return inner, len(nears) == 2
    steps = [
        low.shape.middle - high.shape.middle
        for high, low in pairwise(known)
        if not in_row(high.shape, low.shape)
    ]
    if not nears or not steps:
        return [], False
    ends = [row.shape.middle for row in known if row in nears or row.rank == rank]
    return [
        row
        for row in inner
        if is_last or min(abs(row.shape.middle - end) for end in ends) <= STEP_MAX * min(steps)
    ], False


def _middle(row: _Row) -> float:
    return row.shape.middle


def _rows(finder: Finder, aspect: float) -> list[_Row]:
    """Return the rows of labels that stand in their order, and of lines without a label."""
    ranks = {name: rank for rank, names in enumerate(finder.face.order) for name in names}
    known = []
    for label in finder.labels:
        name = None if label.zone is None else finder.face.zones[label.zone].field
        if name is not None and name in ranks:
            shape = shape_of(label.piece.quad, aspect, is_lone=False)
            known.append(_Row(label.piece, "", shape, 0.0, ranks[name], name))
    known = _in_order(known)
    pieces = [row.label for row in known]
    stops = [one.piece for one in finder.labels if one.zone is None]
    known = [replace(row, value=_value(row.label, pieces)) for row in known]
    taken = {id(piece.line) for piece in (*pieces, *stops) if piece.start == 0}
    free = [
        row
        for line in finder.lines
        if line.script is not Script.ARABIC and id(line) not in taken
        for row in _free(line, known, aspect)
    ]
    return [*known, *free]


def _in_order(rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows without those that stand above or below what others say."""
    kept = list(rows)
    while kept:
        wrong = [sum(_is_against(one, other) for other in kept) for one in kept]
        if not (most := max(wrong)):
            break
        kept = [row for row, count in zip(kept, wrong, strict=True) if count < most]
    return kept


def _is_against(one: _Row, other: _Row) -> bool:
    """Say whether of two labels the later stands above the other, or beside it."""
    first, last = sorted((one, other), key=lambda row: row.rank or 0)
    is_later = first.shape.middle > last.shape.middle or in_row(first.shape, last.shape)
    return first.rank != last.rank and is_later


def _free(line: SpottedLine, known: Sequence[_Row], aspect: float) -> Iterator[_Row]:
    """Yield the row of a line without a label at its start."""
    parts = list(words(whole(line)))
    if not parts or not known:
        return
    shape = shape_of(line.quad, aspect, is_lone=False)
    near = min(known, key=lambda row: abs(row.shape.middle - shape.middle))
    column = min(row.shape.left for row in known if in_row(row.shape, near.shape))
    beside = (shape.left - column) / shape.height
    pieces = [row.label for row in known]
    if COLUMN_WIDE < beside <= VALUE_MAX:
        if not _has_label(shape, known):
            piece = Piece(line, 0, 0)
            yield _Row(piece, _value(piece, pieces), shape, beside)
    elif len(parts) > 1 and len(fold(parts[0].text).text) <= HEAD_MAX:
        yield _Row(parts[0], _value(parts[0], pieces), shape, beside)


def _has_label(value: Shape, known: Sequence[_Row]) -> bool:
    """Say whether a label that is alone on its line stands left of a value in its row."""
    return any(
        not row.value and in_row(row.shape, value) and row.shape.left < value.left for row in known
    )


def _value(label: Piece, labels: Sequence[Piece]) -> str:
    """Return what stands on a line behind a label, up to the next."""
    starts = [one.start for one in labels if one.line is label.line and one.start >= label.end]
    return label.line.text[label.end : min(starts, default=None)].strip(" .,:")


def _labelled(piece: Piece, label: str, aspect: float) -> tuple[SpottedLine, ...]:
    """Return a line with a label in the place of some print, or a line before it."""
    line, old = piece.line, piece.line.reading
    sure = min(piece.confidences, default=line.confidence)
    reach = old.places[piece.end] if piece.end and old.places else 1.0
    places = tuple(reach * (number + 0.5) / len(label) for number in range(len(label)))
    made = StripReading(label, (sure,) * len(label), places)
    if not piece.end:
        before = quad_beside(line.quad, aspect, -LABEL_WIDE)
        return replace(line, quad=before, reading=made), line
    return (
        replace(
            line,
            reading=StripReading(
                label + old.text[piece.end :],
                made.confidences + old.confidences[piece.end :],
                made.places + old.places[piece.end :] if old.places else (),
            ),
        ),
    )
