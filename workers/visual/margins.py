"""Finds print that runs along an edge of the page where no finder of lines saw it.

Beside level lines a margin holds little else: symbols of one size in one column are a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from schemas.documents import Quad
from workers.imaging.placing import quad_of
from workers.ports import Image
from workers.visual.ink import symbol_boxes

LABEL_PX = 16
"""Height of level print on the margin that is looked at."""

ENLARGED_MAX = 2.0
"""A margin beside lower print is enlarged no more."""

TALL_MIN, TALL_MAX = 0.45, 3.2
WIDE_MAX = 12.0
"""Height and width of symbols, or of joined words, in heights of level print."""

GAP_MAX = 4.5
"""The widest gap inside a line, in heights of its print."""

SYMBOLS_MIN = 3
ROUND_MIN = 2.5
"""A line along an edge has so many symbols and is so many times as long as high."""

SYMBOLS_MAX = 600
"""A margin with more is a pattern; each is held against each."""

_NEAR, _LEANING, _LIKE_MIN = 0.35, 0.04, 0.5
_MARGIN = 0.18


@dataclass(frozen=True, slots=True)
class _Symbol:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def tall(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def lines_in_margins(page: Image, level: Sequence[Quad], contrast: float) -> Iterator[Quad]:
    """Yield the corners of what runs along the left and the right edge, longest line of each.

    The corners follow the line downwards, so that its print may stand on its head.

    Args:
        page: upright, BGR.
        level: lines of the page; a margin is what lies beside all of them.
        contrast: of their print, in grey levels.
    """
    height, width = page.shape[:2]
    print_px = float(np.median([_height(quad) for quad in level])) * height
    lefts = min(x for quad in level for x, _ in quad) * width
    rights = max(x for quad in level for x, _ in quad) * width
    for start, end in ((0, int(lefts)), (int(rights) + 1, width)):
        if print_px < 1 or end - start < print_px:
            continue
        # Turned to the left: along it is down the page, across it from right to left.
        band = np.ascontiguousarray(np.rot90(page[:, start:end]))
        scale = min(LABEL_PX / print_px, ENLARGED_MAX)
        small = cv2.resize(band, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = _longest(_symbols(np.asarray(small, np.uint8), contrast))
        if found is not None:
            yield quad_of(
                ((end - y / scale) / width, x / scale / height) for x, y in _corners(found)
            )


def _symbols(band: Image, contrast: float) -> list[_Symbol]:
    least, most = TALL_MIN * LABEL_PX, TALL_MAX * LABEL_PX
    boxes = (_Symbol(*box) for box in symbol_boxes(band, contrast))
    return [
        one
        for one in boxes
        if least <= one.tall <= most and one.right - one.left <= WIDE_MAX * LABEL_PX
    ]


def _longest(symbols: Sequence[_Symbol]) -> list[_Symbol] | None:
    """Return the symbols of the longest line, from its start; None where none is one."""
    if len(symbols) > SYMBOLS_MAX:
        return None
    lines = [part for seed in symbols for part in _parts(_beside(seed, symbols))]
    lines = [
        line
        for line in lines
        if len(line) >= SYMBOLS_MIN
        and line[-1].right - line[0].left >= ROUND_MIN * max(one.tall for one in line)
    ]
    return max(lines, key=lambda line: sum(one.right - one.left for one in line), default=None)


def _beside(seed: _Symbol, symbols: Sequence[_Symbol]) -> list[_Symbol]:
    """Return the symbols on the line of one of them that are of its size."""
    x, y = seed.middle
    return sorted(
        (
            one
            for one in symbols
            if abs(one.middle[1] - y) <= _NEAR * seed.tall + _LEANING * abs(one.middle[0] - x)
            and min(one.tall, seed.tall) >= _LIKE_MIN * max(one.tall, seed.tall)
        ),
        key=lambda one: one.left,
    )


def _parts(line: Sequence[_Symbol]) -> Iterator[list[_Symbol]]:
    """Yield the parts of a line between gaps that no print has."""
    part = list(line[:1])
    for one, other in pairwise(line):
        if other.left - one.right > GAP_MAX * max(one.tall, other.tall):
            yield part
            part = []
        part.append(other)
    yield part


def _corners(line: Sequence[_Symbol]) -> tuple[tuple[float, float], ...]:
    middles = np.asarray([one.middle for one in line])
    slope, base = np.polyfit(middles[:, 0], middles[:, 1], 1)
    # Ends of letters above and below reach out further than half of the tallest one.
    above = max(slope * x + base - one.top for one, (x, _) in zip(line, middles, strict=True))
    below = max(one.bottom - slope * x - base for one, (x, _) in zip(line, middles, strict=True))
    margin = _MARGIN * (above + below)
    left, right = line[0].left - 2 * margin, line[-1].right + 2 * margin
    start, end = slope * left + base, slope * right + base
    above, below = above + margin, below + margin
    return (left, start - above), (right, end - above), (right, end + below), (left, start + below)


def _height(quad: Quad) -> float:
    return (quad[3][1] - quad[0][1] + quad[2][1] - quad[1][1]) / 2
