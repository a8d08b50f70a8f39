"""Finds where the values of a face's zones may stand, from its labels and from geometry."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.documents import Point, Quad
from workers.visual.labels import LabelFound, find_labels
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import Piece, SpottedLine, between, words

GAP_MAX = 30.0
"""How far beside its label a value may stand, in heights of its letters."""

BELOW_MAX = 2.6
"""How far below, from middle to middle."""

INDENT_MAX = 6.0
"""How far a value below may begin (or end) beside its label, where they do not overlap."""

NEXT_LINE_MAX = 1.9
"""How far below its first line a value goes on."""

WORDS_MAX = 5
"""The longest run of words that a zone without labels is sought in."""

NEXT_FLUSH_MAX = 2.6
"""The same where both lines begin at the same left: forms have wide rows."""

GAP_NEAR = 12.0
"""A label further away than so many heights of print is another column's."""

PLACES_MAX = 4
"""Places remembered for one zone."""

_EDGE = " \t:;,|"
JOINED_MAX = 3
"""Pieces of one print that a finder may have parted."""

JOINED_GAP_MAX = 3.0
"""The widest gap between them, in heights of print."""

_SAME_DIRECTION = 0.97
_JOINED = 0.05
_LATER_PLACE = 0.35
_PER_GAP = 0.3
_ANYWHERE = 3.0
"""A place that only the grammar names comes after those beside a label."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value may stand: pieces of lines in reading order."""

    pieces: tuple[Piece, ...]
    cost: float = field(compare=False)

    @property
    def text(self) -> str:
        """What was read there first."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def confidence(self) -> float:
        """Mean probability of the symbols."""
        sure = [piece.confidence for piece in self.pieces]
        return sum(sure) / len(sure) if sure else 0.0


@dataclass(frozen=True, slots=True)
class _Shape:
    """A piece's rectangle in heights of print, on a page measured in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return max(1e-6, self.bottom - self.top)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def middle_x(self) -> float:
        return (self.left + self.right) / 2


class Finder:
    """Finds places on one page; the pieces beside labels are worked out once."""

    def __init__(self, face: DocumentFace, lines: Sequence[SpottedLine], aspect: float) -> None:
        self._face = face
        self._lines = lines
        self._aspect = aspect
        self.labels: tuple[LabelFound, ...] = find_labels(face, lines)
        self._label_shapes = tuple(self._shape(label.piece) for label in self.labels)
        self._free = tuple(self._unlabelled())

    def places(self) -> Mapping[str, tuple[Place, ...]]:
        """Return the places of each field, the likeliest first."""
        found: dict[str, tuple[Place, ...]] = {}
        for number, zone in enumerate(self._face.zones):
            here = [
                place
                for label in self.labels
                if label.zone == number
                for place in self._beside(zone, label)
            ]
            if zone.anywhere or not zone.labels:
                here += self._by_grammar(zone)
            ranked = sorted(here, key=lambda place: place.cost)
            unique = {place.pieces: place for place in reversed(ranked)}
            found[zone.field] = tuple(sorted(unique.values(), key=lambda p: p.cost))[:PLACES_MAX]
        return found

    def _unlabelled(self) -> Iterator[Piece]:
        """Yield what is left of the lines between the labels."""
        for line in self._lines:
            spans = sorted(
                (one.piece.start, one.piece.end) for one in self.labels if one.piece.line is line
            )
            start = 0
            for left, right in [*spans, (len(line.text), len(line.text))]:
                piece = _trimmed(Piece(line, start, left))
                if piece is not None:
                    yield piece
                start = right

    def _beside(self, zone: Zone, label: LabelFound) -> Iterator[Place]:
        doubt = 1.0 - label.alike
        for rank, where in enumerate(zone.where):
            for piece, distance in self._at(label.piece, where):
                # What could hardly be read is more often a label in another script.
                cost = doubt + rank * _LATER_PLACE + distance + 1.0 - piece.confidence
                yield Place((piece,), cost)
                if zone.lines_max > 1:
                    pieces = (piece, *self._following(piece, zone.lines_max - 1))
                    if len(pieces) > 1:
                        yield Place(pieces, cost - 0.01)

    def _at(self, label: Piece, where: Where) -> Iterator[tuple[Piece, float]]:
        if where is Where.SAME_LINE:
            for piece in self._free:
                if piece.line is label.line and 0 <= piece.start - label.end <= len(_EDGE):
                    yield piece, 0.0
            return
        here = self._shape(label)
        near = []
        for piece in self._free:
            if self._is_beyond_label(here, piece, where):
                continue
            if piece.line is label.line and where in {Where.BELOW, Where.ABOVE}:
                continue
            distance = _distance(here, self._shape(piece), where)
            if distance is not None:
                near.append((distance, piece))
        for distance, piece in sorted(near, key=lambda one: one[0])[:2]:
            yield piece, distance * 0.1

    def _is_beyond_label(self, label: _Shape, piece: Piece, where: Where) -> bool:
        """Say whether another label of the row stands nearer: then the value is that one's."""
        if where not in {Where.RIGHT, Where.LEFT}:
            return False
        value = self._shape(piece)
        first, last = (label, value) if where is Where.RIGHT else (value, label)
        return any(
            first.right <= other.middle_x <= last.left
            and _in_row(other, value)
            and _in_row(other, label)
            for other in self._label_shapes
        )

    def _following(self, piece: Piece, count: int) -> Iterator[Piece]:
        here = self._shape(piece)
        for _ in range(count):
            below = [
                (distance, other)
                for other in self._free
                if other.line is not piece.line
                and not self._is_labelled(other)
                and (shape := self._shape(other))
                and not self._is_parted(here, shape)
                and (distance := _distance(here, shape, Where.BELOW)) is not None
                and shape.middle - here.middle
                < (NEXT_FLUSH_MAX if _is_flush(here, shape) else NEXT_LINE_MAX) * here.height
            ]
            if not below:
                return
            piece = min(below, key=lambda one: one[0])[1]
            here = self._shape(piece)
            yield piece

    def _is_parted(self, upper: _Shape, lower: _Shape) -> bool:
        """Say whether a label stands between two lines, so that they are not one value."""
        for shape in self._label_shapes:
            shared = min(shape.right, lower.right) - max(shape.left, lower.left)
            if shared > 0 and upper.middle < shape.middle < lower.middle:
                return True
        return False

    def _is_labelled(self, piece: Piece) -> bool:
        """Say whether a piece stands in the row of a label, so that it is that one's value."""
        shape = self._shape(piece)
        for label, here in zip(self.labels, self._label_shapes, strict=True):
            if label.piece.line is piece.line:
                return True
            zone = None if label.zone is None else self._face.zones[label.zone]
            for where in (Where.RIGHT, Where.LEFT):
                if zone is not None and where not in zone.where:
                    continue
                distance = _distance(here, shape, where)
                if distance is not None and distance < GAP_NEAR * _PER_GAP:
                    return True
        return False

    def _by_grammar(self, zone: Zone) -> Iterator[Place]:
        far = _ANYWHERE if zone.labels else 0.0
        for piece in self._free:
            if zone.whole:
                if zone.parse(piece.text) is not None:
                    yield Place((piece,), far + 1.0 - piece.confidence)
                continue
            for joined in self._joined(piece):
                if zone.parse(" ".join(one.text for one in joined)) is not None:
                    yield Place(joined, far + 1.0 - piece.confidence + _JOINED * len(joined))
            parts = list(words(piece))
            for first in range(len(parts)):
                for last in range(first, min(len(parts), first + WORDS_MAX)):
                    run = Piece(piece.line, parts[first].start, parts[last].end)
                    if zone.parse(run.text) is not None:
                        yield Place((run,), far + 1.0 - run.confidence - 0.01 * (last - first))

    def _joined(self, piece: Piece) -> Iterator[tuple[Piece, ...]]:
        """Yield a piece with the one or two that go on where it ends, along its own direction.

        Wide gaps make a finder see several lines where one is printed, on its side as well.
        """
        pieces = [piece]
        for _ in range(JOINED_MAX - 1):
            following = [
                (gap, other)
                for other in self._free
                if other is not pieces[-1]
                and (gap := _gap_along(pieces[-1].quad, other.quad, self._aspect)) is not None
            ]
            if not following:
                return
            pieces.append(min(following, key=lambda one: one[0])[1])
            yield tuple(pieces)

    def _shape(self, piece: Piece) -> _Shape:
        """Return the piece's rectangle; across is measured in page heights, as down is."""
        quad = piece.quad
        across = [x * self._aspect for x, _ in quad]
        down = [y for _, y in quad]
        # Of a line that is not quite level the middle counts, not the box around it.
        height = (
            math.dist((across[0], down[0]), (across[3], down[3]))
            + math.dist((across[1], down[1]), (across[2], down[2]))
        ) / 2
        middle = sum(down) / 4
        return _Shape(min(across), middle - height / 2, max(across), middle + height / 2)


def _gap_along(first: Quad, second: Quad, aspect: float) -> float | None:
    """Return the gap from the end of one line to the start of the next on it, in heights."""
    start, along, height = _axis(first, aspect)
    other, beside, _ = _axis(second, aspect)
    if along[0] * beside[0] + along[1] * beside[1] < _SAME_DIRECTION:
        return None
    length = math.dist(*((x * aspect, y) for x, y in first[:2]))
    across = (other[0] - start[0]) * -along[1] + (other[1] - start[1]) * along[0]
    gap = ((other[0] - start[0]) * along[0] + (other[1] - start[1]) * along[1] - length) / height
    if abs(across) > 0.6 * height or not -1.0 <= gap <= JOINED_GAP_MAX:
        return None
    return gap


def _axis(quad: Quad, aspect: float) -> tuple[Point, Point, float]:
    """Return the middle of a line's left end, its direction, and its height."""
    top_left, top_right, low_right, low_left = ((x * aspect, y) for x, y in quad)
    start = between(top_left, low_left, 0.5)
    end = between(top_right, low_right, 0.5)
    length = max(1e-9, math.dist(start, end))
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    return start, along, max(1e-9, math.dist(top_left, low_left))


def _in_row(one: _Shape, other: _Shape) -> bool:
    return abs(one.middle - other.middle) < 0.6 * max(one.height, other.height)


def _is_flush(above: _Shape, below: _Shape) -> bool:
    return abs(above.left - below.left) < 1.2 * min(above.height, below.height)


def _distance(label: _Shape, value: _Shape, where: Where) -> float | None:
    """Return how far the value stands from its label, in heights; None where it does not."""
    unit = min(label.height, value.height)
    if where in {Where.BELOW, Where.ABOVE}:
        down = (value.middle - label.middle) * (1 if where is Where.BELOW else -1) / unit
        overlap = min(label.right, value.right) - max(label.left, value.left)
        aligned = min(abs(label.left - value.left), abs(label.right - value.right)) / unit
        if not 0.4 <= down <= BELOW_MAX or (overlap <= 0 and aligned > INDENT_MAX):
            return None
        return down + 0.2 * min(aligned, 5.0)
    gap = (value.left - label.right if where is Where.RIGHT else label.left - value.right) / unit
    shared = min(label.bottom, value.bottom) - max(label.top, value.top)
    if not -1.0 <= gap <= GAP_MAX or shared < 0.35 * unit:
        return None
    return max(0.0, gap) * _PER_GAP + abs(value.middle - label.middle) / unit


def _trimmed(piece: Piece) -> Piece | None:
    """Return the piece without spaces and colons at its ends; None where nothing is left."""
    text = piece.line.text
    start, end = piece.start, piece.end
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Piece(piece.line, start, end) if start < end else None
