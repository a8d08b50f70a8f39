"""Tells from the lines of a page which way is up, without reading the whole page."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from schemas.documents import Quad
from workers.imaging.orientation import rotation
from workers.imaging.placing import quad_of
from workers.ports import Image, LineReader, Script, Tools
from workers.text.bidi import has_arabic
from workers.visual.strips import cut

LINES_TRIED = (3, 2)
"""Lines read in both directions: the longest, but none so long that reading it costs much; so many
first, and more only where these do not decide."""

CONFIDENCE_WORTHLESS = 0.6
"""What readers make of lines upside down has this mean probability of symbols and more."""

SURE_SCORE = 12.0
SURE_LEAD = 2.0
"""Letters surely read in one direction, and how many times those of the other, that decide."""

LEAD = 1.1
"""How many times more the other direction must read where all scripts were asked."""

_ELONGATION_MIN = 2.0
_ELONGATION_TRIED_MAX = 12.0
_LETTERS_COUNTED_MAX = 12
_LETTERS_MIN = 3
_SKEW_SHARE = 0.02
_QUARTERS = {0: 0, 90: 1, 180: 2, 270: 3}


def turn_of(page: Image, quads: Sequence[Quad], tools: Tools) -> int:
    """Return the clockwise quarter turn that makes the page upright; 0 where nothing decides."""
    height, width = page.shape[:2]
    long_lines = sorted(
        (quad for quad in quads if _elongation(quad, width, height) >= _ELONGATION_MIN),
        key=lambda quad: -_length(quad, width, height),
    )
    if not long_lines:
        return 0
    lying = sum(_length(q, width, height) for q in long_lines if _is_level(q, width, height))
    standing = sum(_length(q, width, height) for q in long_lines) - lying
    is_level = lying >= standing
    along = [quad for quad in long_lines if _is_level(quad, width, height) is is_level]
    along.sort(key=lambda quad: _elongation(quad, width, height) > _ELONGATION_TRIED_MAX)
    strips = [cut(page, quad) for quad in along[: sum(LINES_TRIED)]]
    backwards = _reads_backwards(strips, tools)
    if is_level:
        return 180 if backwards else 0
    # Lines that stand run downwards as they were found: a quarter turn back lays them level.
    return 90 if backwards else 270


def turned_quads(quads: Sequence[Quad], clockwise_deg: int) -> tuple[Quad, ...]:
    """Return the lines on the page turned by quarter turns, each with its top left first."""
    turns = _QUARTERS[clockwise_deg % 360]
    made = []
    for quad in quads:
        points = list(quad)
        for _ in range(turns):
            points = [(1 - y, x) for x, y in points]
        made.append(_top_left_first(points))
    return tuple(made)


def rotated_quads(
    quads: Sequence[Quad], shape: tuple[int, ...], clockwise_deg: float
) -> tuple[Quad, ...]:
    """Return the lines on their page of this shape after ``rotated`` by a small angle."""
    matrix, full = rotation(shape, clockwise_deg)
    size = np.asarray(shape[1::-1], np.float64)
    return tuple(
        quad_of(((quad * size) @ matrix[:, :2].T + matrix[:, 2]) / np.asarray(full))
        for quad in (np.asarray(one) for one in quads)
    )


def skew_of(quads: Sequence[Quad], aspect: float) -> float:
    """Return the clockwise turn that levels the lines: the median of long lines by length."""
    angles, weights = [], []
    for quad in quads:
        along, length = _direction(quad, aspect), _length(quad, aspect, 1.0)
        if length >= _SKEW_SHARE * aspect and _elongation(quad, aspect, 1.0) >= _ELONGATION_MIN:
            angles.append(along)
            weights.append(length)
    if len(angles) < 2:
        return 0.0
    order = np.argsort(angles)
    total = np.cumsum(np.asarray(weights)[order])
    middle = int(np.searchsorted(total, total[-1] / 2))
    return -float(np.asarray(angles)[order][middle])


def _direction(quad: Quad, aspect: float) -> float:
    rise = (quad[1][1] - quad[0][1] + quad[2][1] - quad[3][1]) / 2
    run = (quad[1][0] - quad[0][0] + quad[2][0] - quad[3][0]) / 2 * aspect
    return math.degrees(math.atan2(rise, run))


def _reads_backwards(strips: Sequence[Image], tools: Tools) -> bool:
    """Say whether the lines read better the other way round, script after script until it is sure.

    Both ways are always read: upside down, some lines make words that a reader is sure of.
    """
    totals = [0.0, 0.0]
    first = 0
    for count in LINES_TRIED:
        tried = strips[first : first + count]
        over = [np.asarray(cv2.rotate(strip, cv2.ROTATE_180), np.uint8) for strip in tried]
        for script in (Script.LATIN, Script.ARABIC):
            for reader in tools.readers_of(script)[:1]:
                for index, way in enumerate((tried, over)):
                    totals[index] += _score(reader, script, way)
            # Latin decides by itself; an Arabic reader makes words of Latin print upside down.
            if max(totals) >= SURE_SCORE and max(totals) >= SURE_LEAD * min(totals):
                return totals[1] > totals[0]
        first += count
    return totals[1] > LEAD * totals[0]


def _score(reader: LineReader, script: Script, strips: Sequence[Image]) -> float:
    """Return how much a reader makes of strips: letters, as far as it is sure of them.

    What an Arabic reader makes of other letters does not count.
    """
    score = 0.0
    for reading in reader.read(strips):
        if script is Script.ARABIC and not has_arabic(reading.text):
            continue
        letters = sum(symbol.isalnum() for symbol in reading.text)
        if letters >= _LETTERS_MIN:
            mean = sum(reading.confidences) / len(reading.confidences)
            share = max(0.0, mean - CONFIDENCE_WORTHLESS) / (1 - CONFIDENCE_WORTHLESS)
            score += share * share * min(letters, _LETTERS_COUNTED_MAX)
    return score


def _top_left_first(points: Sequence[tuple[float, float]]) -> Quad:
    """Return corners of a level line, clockwise, so that its top left comes first."""
    first = min(range(4), key=lambda index: _top_left_rank(points, index))
    return quad_of(points[(first + step) % 4] for step in range(4))


def _top_left_rank(points: Sequence[tuple[float, float]], index: int) -> float:
    """Return how far a corner is from starting a side that runs to the right, on top."""
    start, end = points[index], points[(index + 1) % 4]
    other = points[(index + 2) % 4]
    run = end[0] - start[0]
    return (0.0 if run > 0 and other[1] > end[1] else 1.0) - 1e-3 * run


def _is_level(quad: Quad, width: float, height: float) -> bool:
    return abs(quad[1][0] - quad[0][0]) * width >= abs(quad[1][1] - quad[0][1]) * height


def _length(quad: Quad, width: float, height: float) -> float:
    return math.hypot((quad[1][0] - quad[0][0]) * width, (quad[1][1] - quad[0][1]) * height)


def _elongation(quad: Quad, width: float, height: float) -> float:
    side = math.hypot((quad[3][0] - quad[0][0]) * width, (quad[3][1] - quad[0][1]) * height)
    return _length(quad, width, height) / max(1e-9, side)
