"""Turns pages upright: quarter turns, and the small angle that is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workers.ports import Image

WORK_SIDE_PX = 800
SKEW_MAX_DEG = 12.0
"""Skews beyond this are perspective or design, not a page laid askew."""

SKEW_MIN_DEG = 0.25
"""Skews below this cost more sharpness than they are worth."""

_LINE_SHARE_MIN = 0.06
_VOTES_MIN = 4
_BIN_DEG = 0.25
_QUARTER = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def turned(page: Image, clockwise_deg: int) -> Image:
    """Return the page turned clockwise by quarter turns."""
    code = _QUARTER.get(clockwise_deg % 360)
    return page if code is None else np.asarray(cv2.rotate(page, code), dtype=np.uint8)


def rotated(page: Image, clockwise_deg: float) -> Image:
    """Return the page turned clockwise by a small angle, enlarged so that no corner is lost."""
    matrix, full = rotation(page.shape, clockwise_deg)
    moved = cv2.warpAffine(
        page, matrix, full, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, dtype=np.uint8)


def rotation(
    shape: tuple[int, ...], clockwise_deg: float
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the 2 x 3 matrix of :func:`rotated` and the width and height of its picture."""
    height, width = shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -clockwise_deg, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    full = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    matrix[:, 2] += (full[0] - width) / 2, (full[1] - height) / 2
    return np.asarray(matrix, np.float64), full


def skew_deg(page: Image) -> float:
    """Return the clockwise turn that levels the lines of text; 0 when they do not agree on one.

    Long horizontal strokes (ruled lines, edges of words joined to lines) vote for an angle.
    """
    grey = _reduced_grey(page)
    ink = cv2.morphologyEx(
        grey, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (25, 13))
    )
    joined = cv2.morphologyEx(
        ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (21, 3))
    )
    _, mask = cv2.threshold(joined, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    angles, weights = _line_angles(np.asarray(mask, dtype=np.uint8), grey.shape[1])
    if len(angles) < _VOTES_MIN:
        return 0.0
    return _peak(angles, weights)


def _line_angles(mask: Image, width: int) -> tuple[np.ndarray, np.ndarray]:
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    angles, weights = [], []
    for contour in contours:
        (_, (first, second), _) = box = cv2.minAreaRect(contour)
        long, short = max(first, second), min(first, second)
        if long < width * _LINE_SHARE_MIN or long < 5 * max(short, 1):
            continue
        corners = cv2.boxPoints(box)
        sides = corners[1] - corners[0], corners[2] - corners[1]
        side = max(sides, key=lambda one: float(np.hypot(one[0], one[1])))
        angle = float(np.degrees(np.arctan2(side[1], side[0])))
        angle = (angle + 90) % 180 - 90
        if abs(angle) <= SKEW_MAX_DEG:
            angles.append(angle)
            weights.append(long)
    return np.asarray(angles), np.asarray(weights)


def _peak(angles: np.ndarray, weights: np.ndarray) -> float:
    bins = np.arange(-SKEW_MAX_DEG - _BIN_DEG, SKEW_MAX_DEG + 2 * _BIN_DEG, _BIN_DEG)
    votes, _ = np.histogram(angles, bins, weights=weights)
    votes = np.convolve(votes, np.ones(5), "same")
    best = int(votes.argmax())
    centre = bins[best] + _BIN_DEG / 2
    near = np.abs(angles - centre) <= 5 * _BIN_DEG / 2
    if weights[near].sum() < 0.4 * weights.sum():
        return 0.0
    angle = float(np.average(angles[near], weights=weights[near]))
    return 0.0 if abs(angle) < SKEW_MIN_DEG else -angle


def _reduced_grey(page: Image) -> Image:
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    scale = WORK_SIDE_PX / max(grey.shape)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.uint8)
