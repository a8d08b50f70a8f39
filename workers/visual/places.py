"""Finds where the values of a face's zones may stand, from its labels and from geometry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from schemas.documents import Quad
from workers.ports import Script
from workers.visual.cells import cells_of
from workers.visual.label_likeness import is_like_label
from workers.visual.labels import LabelFound, find_labels
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import Piece, SpottedLine, trimmed, words
from workers.visual.misread_codes import misread_codes
from workers.visual.place import Gap, Place, shortened
from workers.visual.shapes import (
    PER_GAP,
    Shape,
    distance_to,
    gap_along,
    in_row,
    is_parted,
    is_under,
    quad_beside,
    same_way,
    shape_of,
)

NEXT_LINE_MAX = 1.9
"""How far below its first line a value goes on."""

WORDS_MAX = 5
"""The longest run of words that a zone without labels is sought in."""

LEADING_MIN = 0.3
"""So far below its label's middle, in heights, stands the second of two lines beside it."""

NEXT_ROW_MAX = 2.6
"""The same where it begins further right than its label: a form's rows are wide."""

GAP_NEAR = 12.0
"""A label further away than so many heights of print is another column's."""

GAP_PROBED_MIN = 0.9
"""Gaps of fewer heights hold nothing."""

BEHIND_MAX = 3.0
"""What stands further behind a value, in heights, is no part of it."""

LONE_MAX = 2
"""Of so few symbols nobody can say which way they run."""

PLACES_MAX = 4
"""Places remembered for one zone."""

WORD_GAP_MAX = 1.2
"""The widest gap between words of one line that a finder took for two, in heights."""

OVERLAP_MAX = {Where.RIGHT: 0.8, Where.LEFT: 0.5}
"""How far into a line, in heights, what goes on with it may begin."""

JOINED_MAX = 3
"""Pieces of one print that a finder may have parted."""

_EDGE = " \t:;,|؛،"
_JOINED = 0.05
_LATER_PLACE = 0.35
_SHORTENED = 0.3
_ANYWHERE = 3.0
"""A place that only the grammar names comes after those beside a label."""


class Finder:
    """Finds places on one page; the pieces beside labels are worked out once."""

    def __init__(self, face: DocumentFace, lines: Sequence[SpottedLine], aspect: float) -> None:
        self.face = face
        self.lines = tuple(lines)
        self._aspect = aspect
        self._shapes: dict[tuple[int, int, int], Shape] = {}
        found = find_labels(face, lines)
        self.labels: tuple[LabelFound, ...] = (*found, *misread_codes(face, lines, found))
        self._label_shapes = tuple(self._shape(label.piece) for label in self.labels)
        self._cells = cells_of(self.labels, self._label_shapes)
        self._free = tuple(self._unlabelled())

    def of_lines(self, lines: tuple[SpottedLine, ...]) -> "Finder":
        """Return a finder of the same face for these lines of the page."""
        return self if lines == self.lines else Finder(self.face, lines, self._aspect)

    @cached_property
    def places(self) -> Mapping[str, tuple[Place, ...]]:
        """The places of each field, the likeliest first."""
        found: dict[str, tuple[Place, ...]] = {}
        for number, zone in enumerate(self.face.zones):
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

    def gaps_before(self) -> tuple[Gap, ...]:
        """Return the gaps left of pieces where a label may stand that no line shows."""
        return tuple(
            Gap(quad_beside(piece.quad, self._aspect, -gap), piece.quad, is_before=True)
            for piece in self._free
            if not self._has_label_before(shape := self._shape(piece))
            and (gap := self._gap(shape, Where.LEFT)) >= GAP_PROBED_MIN
        )

    def gaps_behind(self) -> tuple[Gap, ...]:
        """Return the gaps right of labels without a value, where one may stand."""
        return tuple(
            Gap(quad_beside(label.piece.quad, self._aspect, gap), label.piece.quad, is_before=False)
            for label, shape in zip(self.labels, self._label_shapes, strict=True)
            if label.zone is not None
            and Where.RIGHT in (zone := self.face.zones[label.zone]).where
            and not any(zone.parse(place.text) for place in self.places[zone.field])
            and (gap := self._gap(shape, Where.RIGHT)) >= GAP_PROBED_MIN
        )

    def gap_after(self, piece: Piece) -> Quad | None:
        """Return what lies behind a piece up to the next print, a few heights at most."""
        gap = min(self._gap(self._shape(piece), Where.RIGHT), BEHIND_MAX)
        return quad_beside(piece.quad, self._aspect, gap) if gap >= GAP_PROBED_MIN else None

    def gap_before(self, piece: Piece) -> Quad | None:
        """Return what lies left of a piece up to the next print, a few heights at most."""
        gap = min(self._gap(self._shape(piece), Where.LEFT), BEHIND_MAX)
        return quad_beside(piece.quad, self._aspect, -gap) if gap >= GAP_PROBED_MIN else None

    def texts_beside(self, label: Piece) -> tuple[str, ...]:
        """Return what stands where values of the face stand by their labels."""
        sides = dict.fromkeys(where for zone in self.face.zones for where in zone.where)
        found = [piece for where in sides for piece, _ in self._at(label, where)]
        return tuple(piece.text for piece in found if piece.line is not label.line)

    def _gap(self, shape: Shape, where: Where) -> float:
        """Return how far the next print of the row stands, in heights, at most GAP_NEAR."""
        found = GAP_NEAR
        for other in (*(self._shape(piece) for piece in self._free), *self._label_shapes):
            if not in_row(other, shape):
                continue
            if where is Where.LEFT and other.middle_x < shape.left:
                found = min(found, (shape.left - other.right) / shape.height)
            elif where is Where.RIGHT and other.middle_x > shape.right:
                found = min(found, (other.left - shape.right) / shape.height)
        return found

    def _has_label_before(self, value: Shape) -> bool:
        return any(
            in_row(here, value) and self._is_next(here, value, Where.RIGHT)
            for label, here in zip(self.labels, self._label_shapes, strict=True)
            if not label.is_title
        )

    def _unlabelled(self) -> Iterator[Piece]:
        """Yield what is left of the lines between the labels."""
        for line in self.lines:
            spans = sorted(
                (one.piece.start, one.piece.end) for one in self.labels if one.piece.line is line
            )
            start = 0
            for left, right in [*spans, (len(line.text), len(line.text))]:
                piece = trimmed(Piece(line, start, left), _EDGE)
                if piece is not None:
                    yield from self._cells.parted(piece, self._shape)
                start = right

    def _beside(self, zone: Zone, label: LabelFound) -> Iterator[Place]:
        here = self._shape(label.piece)
        for where, place in self._offers(zone, label):
            value = self._shape(place.pieces[0])
            gap = max(0.0, (value.left - here.right) / value.height)
            yield replace(place, where=where, gap=gap if where is Where.RIGHT else 0.0)

    def _offers(self, zone: Zone, label: LabelFound) -> Iterator[tuple[Where, Place]]:
        doubt = 1.0 - label.alike
        for rank, where in enumerate(zone.where_beside(label.piece.text)):
            for piece, distance in self._at(label.piece, where):
                # What could hardly be read is more often a label in another script.
                cost = doubt + rank * _LATER_PLACE + distance + 1.0 - piece.confidence
                yield where, Place((piece,), cost)
                longer = (piece, *self._going_on(piece))
                if len(longer) > 1:
                    # A value cut short is a wrong one: what goes on is a part of it.
                    yield where, Place(longer, cost - 0.02)
                if zone.parse(piece.text) is None:
                    shorter = shortened(zone, piece, cost + _SHORTENED)
                    yield from ((where, place) for place in shorter)
                row = (piece, *self._along(piece)) if where is not Where.LEFT else (piece,)
                if len(row) > 1:
                    yield where, Place(row, cost - 0.005)
                if zone.lines_max > 1:
                    above = tuple(self._leading(piece, label))
                    if above:
                        yield where, Place((*above, *row), cost - 0.02)
                    more = tuple(self._following(zone, piece, label))
                    for count in range(1, len(more) + 1):
                        yield where, Place((*row, *more[:count]), cost - 0.01 * count)

    def _along(self, piece: Piece) -> Iterator[Piece]:
        """Yield the pieces that go on in the row at a word's distance: a finder parted them."""
        for _ in range(JOINED_MAX):
            if (following := self._next(piece, Where.RIGHT)) is None:
                return
            yield (piece := following)

    def _going_on(self, piece: Piece) -> Iterator[Piece]:
        """Yield the pieces that go on with an Arabic one to its left, as words of a line do."""
        for _ in self._free:
            if piece.line.script is not Script.ARABIC:
                return
            if (following := self._next(piece, Where.LEFT)) is None:
                return
            yield (piece := following)

    def _next(self, piece: Piece, where: Where) -> Piece | None:
        """Return the piece at a word's distance in the row, right or left."""
        here = self._shape(piece)
        near = []
        for other in self._free:
            if other.line is piece.line or not in_row(shape := self._shape(other), here):
                continue
            first, second = (here, shape) if where is Where.RIGHT else (shape, here)
            gap = (second.left - first.right) / here.height
            if -OVERLAP_MAX[where] <= gap <= WORD_GAP_MAX:
                near.append((gap, other))
        return min(near, key=lambda one: one[0])[1] if near else None

    def _at(self, label: Piece, where: Where) -> Iterator[tuple[Piece, float]]:
        if where is Where.SAME_LINE:
            for piece in self._free:
                if piece.line is label.line and 0 <= piece.start - label.end <= len(_EDGE):
                    yield piece, 0.0
            return
        here = self._shape(label)
        near = []
        for piece in self._free:
            if piece.line is label.line and where in {Where.BELOW, Where.ABOVE}:
                continue
            if where is Where.BELOW:
                distance = self._cells.below(label, here, self._shape(piece))
            else:
                distance = distance_to(here, self._shape(piece), where)
            if distance is None or not self._runs_like(label, piece):
                continue
            if not self._is_beyond_label(here, piece, where):
                near.append((distance, piece))
        for distance, piece in sorted(near, key=lambda one: one[0])[:2]:
            yield piece, distance * 0.1

    def _runs_like(self, label: Piece, piece: Piece) -> bool:
        """Say whether both run the same way; a lone symbol may be taller than wide."""
        if min(len(label.line.text), len(piece.line.text)) <= LONE_MAX:
            return True
        return same_way(label.quad, piece.quad, self._aspect)

    def _is_beyond_label(self, label: Shape, piece: Piece, where: Where) -> bool:
        """Say whether another label of the row stands nearer: then the value is that one's."""
        if where not in {Where.RIGHT, Where.LEFT}:
            return False
        value = self._shape(piece)
        first, last = (label, value) if where is Where.RIGHT else (value, label)
        return any(
            first.right <= other.middle_x <= last.left
            and in_row(other, value)
            and in_row(other, label)
            for other in self._label_shapes
        )

    def _following(self, zone: Zone, piece: Piece, label: LabelFound) -> Iterator[Piece]:
        here, left = self._shape(piece), self._shape(label.piece).left
        for _ in range(zone.lines_max - 1):
            if zone.ends(piece.text):
                return
            below = [
                (distance, other, shape)
                for other in self._free
                if other.line is not piece.line
                and (shape := self._shape(other))
                and (distance := distance_to(here, shape, Where.BELOW)) is not None
                and shape.middle - here.middle
                < (NEXT_ROW_MAX if left < shape.left < here.right else NEXT_LINE_MAX) * here.height
            ]
            if not below:
                return
            _, piece, shape = min(below, key=lambda one: one[0])
            # What stands next ends the value where it is another's.
            if self._is_labelled(piece, label) or is_parted(here, shape, self._label_shapes):
                return
            if is_like_label(self.face, piece.text) or self._cells.is_label_row(shape):
                return
            here = shape
            yield piece
            yield from self._along(piece)

    def _leading(self, piece: Piece, label: LabelFound) -> Iterator[Piece]:
        """Yield the line above a value's where the label stands level with the middle of both."""
        here, middle = self._shape(piece), self._shape(label.piece).middle
        if here.middle - middle < LEADING_MIN * here.height:
            return
        for other in self._free:
            shape = self._shape(other)
            aligned = min(abs(shape.left - here.left), abs(shape.right - here.right))
            if (
                shape.middle < middle
                and here.middle - shape.middle < NEXT_LINE_MAX * here.height
                and aligned < here.height
                and not self._is_labelled(other, label)
                and not is_under(shape, self._fields_but(label))
                and not is_like_label(self.face, other.text)
            ):
                yield other

    def _fields_but(self, label: LabelFound) -> Iterator[Shape]:
        """Yield the rectangles of the labels of all fields but a label's own."""
        for other, shape in zip(self.labels, self._label_shapes, strict=True):
            if other.zone not in {None, label.zone} and not other.is_title:
                yield shape

    def _is_labelled(self, piece: Piece, but: LabelFound | None = None) -> bool:
        """Say whether a piece is another label's: it stands in its row, and may be its value.

        What stands beside a title goes on with no value.
        """
        value = self._shape(piece)
        for label, here in zip(self.labels, self._label_shapes, strict=True):
            if label is but or (label.is_title and but is None):
                continue
            if label.piece.line is piece.line:
                return True
            if label.is_title:
                continue
            zone = None if label.zone is None else self.face.zones[label.zone]
            if zone is not None and but is None and zone.parse(piece.text) is None:
                continue
            sides = {Where.RIGHT, Where.LEFT}.intersection(zone.where if zone else Where)
            if any(self._is_next(here, value, where) for where in sides):
                return True
        return False

    def _is_next(self, label: Shape, value: Shape, where: Where) -> bool:
        """Say whether nothing but a gap stands between a label and what is beside it."""
        distance = distance_to(label, value, where)
        if distance is None or distance >= GAP_NEAR * PER_GAP:
            return False
        first, last = (label, value) if where is Where.RIGHT else (value, label)
        row = (one for one in map(self._shape, self._free) if in_row(one, value))
        return not any(first.right <= one.middle_x <= last.left for one in row)

    def _by_grammar(self, zone: Zone) -> Iterator[Place]:
        far = _ANYWHERE if zone.labels else 0.0
        for piece in self._free:
            if zone.whole:
                if zone.parse(piece.text) is not None and not self._is_labelled(piece):
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
                and (gap := gap_along(pieces[-1].quad, other.quad, self._aspect)) is not None
            ]
            if not following:
                return
            pieces.append(min(following, key=lambda one: one[0])[1])
            yield tuple(pieces)

    def _shape(self, piece: Piece) -> Shape:
        """Return the piece's rectangle; across is measured in page heights, as down is."""
        key = (id(piece.line), piece.start, piece.end)
        if key not in self._shapes:
            is_lone = len(piece.line.text) <= LONE_MAX
            self._shapes[key] = shape_of(piece.quad, self._aspect, is_lone=is_lone)
        return self._shapes[key]
