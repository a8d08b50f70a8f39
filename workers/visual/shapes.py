"""Rectangles of print on a page, and how they stand to one another, in heights of print."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from schemas.documents import Point, Quad
from workers.visual.layout import Where
from workers.visual.lines import between, part_of

GAP_MAX = 30.0
"""How far beside its label a value may stand, in heights of its letters."""

BELOW_MAX = 2.6
"""How far below, from middle to middle."""

INDENT_MAX = 6.0
"""How far a value below may begin (or end) beside its label, where they do not overlap."""

JOINED_GAP_MAX = 3.0
"""The widest gap between pieces of one print."""

PER_GAP = 0.3
"""What a height of gap counts, beside one of height."""

LOWER_SHARE = 0.6
"""Print of so little of another's height is no further line of it."""

LINES_KEPT = 512
"""Pieces of the page at hand: each is held against all others."""

_SAME_DIRECTION = 0.9


@dataclass(frozen=True, slots=True)
class Shape:
    """A piece's rectangle in heights of print, on a page measured in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Height of print, never zero."""
        return max(1e-6, self.bottom - self.top)

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return (self.top + self.bottom) / 2

    @property
    def middle_x(self) -> float:
        """How far across its middle is."""
        return (self.left + self.right) / 2


def shape_of(quad: Quad, aspect: float, *, is_lone: bool) -> Shape:
    """Return the rectangle of some print; a lone symbol may lie on its side.

    Of a line that is not quite level the middle counts, not the box around it.
    """
    across = [x * aspect for x, _ in quad]
    down = [y for _, y in quad]
    height = (
        math.dist((across[0], down[0]), (across[3], down[3]))
        + math.dist((across[1], down[1]), (across[2], down[2]))
    ) / 2
    if is_lone:
        height = max(height, max(down) - min(down))
    middle = sum(down) / 4
    return Shape(min(across), middle - height / 2, max(across), middle + height / 2)


def distance_to(label: Shape, value: Shape, where: Where) -> float | None:
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
    return max(0.0, gap) * PER_GAP + abs(value.middle - label.middle) / unit


def in_row(one: Shape, other: Shape) -> bool:
    """Say whether two pieces stand in one row."""
    return abs(one.middle - other.middle) < 0.6 * max(one.height, other.height)


def is_parted(upper: Shape, lower: Shape, labels: Iterable[Shape]) -> bool:
    """Say whether two lines are two values: a label is between, or the lower is small print."""
    return lower.height < LOWER_SHARE * upper.height or any(
        min(label.right, lower.right) > max(label.left, lower.left)
        and upper.middle + 0.5 * upper.height < label.middle < lower.middle
        for label in labels
    )


def is_under(value: Shape, labels: Iterable[Shape]) -> bool:
    """Say whether a label stands right above some print."""
    return any(
        min(label.right, value.right) > max(label.left, value.left)
        and distance_to(label, value, Where.BELOW) is not None
        for label in labels
    )


def gap_along(first: Quad, second: Quad, aspect: float) -> float | None:
    """Return the gap from the end of one line to the start of the next on it, in heights."""
    start, along, height = _axis(first, aspect)
    other, _, _ = _axis(second, aspect)
    if not same_way(first, second, aspect):
        return None
    length = math.dist(*((x * aspect, y) for x, y in first[:2]))
    across = (other[0] - start[0]) * -along[1] + (other[1] - start[1]) * along[0]
    gap = ((other[0] - start[0]) * along[0] + (other[1] - start[1]) * along[1] - length) / height
    if abs(across) > 0.6 * height or not -1.0 <= gap <= JOINED_GAP_MAX:
        return None
    return gap


def same_way(one: Quad, other: Quad, aspect: float) -> bool:
    """Say whether two lines run in the same direction: a value runs as its label does."""
    (_, first, _), (_, second, _) = _axis(one, aspect), _axis(other, aspect)
    return first[0] * second[0] + first[1] * second[1] >= _SAME_DIRECTION


@lru_cache(maxsize=LINES_KEPT)
def _axis(quad: Quad, aspect: float) -> tuple[Point, Point, float]:
    """Return the middle of a line's left end, its direction, and its height."""
    top_left, top_right, low_right, low_left = ((x * aspect, y) for x, y in quad)
    start = between(top_left, low_left, 0.5)
    end = between(top_right, low_right, 0.5)
    length = max(1e-9, math.dist(start, end))
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    return start, along, max(1e-9, math.dist(top_left, low_left))


def quad_beside(quad: Quad, aspect: float, heights: float) -> Quad:
    """Return the gap beside print: as high as it, so many of its heights long, left if negative.

    A tenth of a height is left free at either end: the print's own edge and its neighbour's.
    """
    top_left, top_right, _, low_left = quad
    ends = ((x * aspect, y) for x, y in (top_left, top_right))
    wide = max(1e-9, math.dist(*ends))
    high = math.dist((top_left[0] * aspect, top_left[1]), (low_left[0] * aspect, low_left[1]))
    near, far = 0.1 * high / wide, (abs(heights) - 0.1) * high / wide
    start, end = (-far, -near) if heights < 0 else (1 + near, 1 + far)
    return part_of(quad, start, end)
