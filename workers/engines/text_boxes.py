"""From a map of text to the corners of its lines.

The map comes from a detector of the DB family (Liao et al., Real-time Scene Text Detection with
Differentiable Binarization, 2019): it marks the core of each line, which is grown again here.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas.documents import Quad
from workers.imaging.placing import quad_of

CORE_MIN = 0.3
SCORE_MIN = 0.5
GROWTH = 1.6
CORE_SIDE_PX_MIN = 3.0
LINES_MAX = 400


def quads_of(heat: NDArray[np.float32]) -> tuple[Quad, ...]:
    """Return the lines on a map of probabilities, corners as fractions of the map."""
    mask = cv2.dilate((heat > CORE_MIN).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    large = sorted(contours, key=cv2.contourArea, reverse=True)[:LINES_MAX]
    return tuple(_quads(heat, large))


def _quads(heat: NDArray[np.float32], contours: Sequence[NDArray[Any]]) -> Iterator[Quad]:
    height, width = heat.shape
    for contour in contours:
        centre, size, angle = cv2.minAreaRect(contour)
        if min(size) < CORE_SIDE_PX_MIN:
            continue
        if _score(heat, cv2.boxPoints((centre, size, angle))) < SCORE_MIN:
            continue
        growth = size[0] * size[1] * GROWTH / (2 * (size[0] + size[1]))
        grown = (size[0] + 2 * growth, size[1] + 2 * growth)
        corners = _clockwise(cv2.boxPoints((centre, grown, angle)))
        yield quad_of(corners / (width, height))


def _score(heat: NDArray[np.float32], corners: NDArray[Any]) -> float:
    """Return the mean probability inside four corners."""
    height, width = heat.shape
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, (width - 1, height - 1)).astype(int)
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, [np.rint(corners - (left, top)).astype(np.int32)], 1)
    return cv2.mean(heat[top : bottom + 1, left : right + 1], inside)[0]


def _clockwise(corners: NDArray[Any]) -> NDArray[Any]:
    """Return the corners so that the first side is the longer one and runs to the right."""
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    if math.hypot(*first) < math.hypot(*second):
        corners = np.roll(corners, -1, axis=0)
    along = corners[1] - corners[0]
    # A line on its side runs downwards.
    backwards = along[0] < 0 if abs(along[0]) >= abs(along[1]) else along[1] < 0
    return np.roll(corners, -2, axis=0) if backwards else corners
