"""Proposes quadrilaterals that may be a document's outline: by edges, by colour, by lines."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.ports import Image

Quad: TypeAlias = NDArray[np.float32]
"""Four corners in pixels: top left, then clockwise."""

_AREA_MIN = 0.1
_CONTOURS_MAX = 4
_LINES_MAX = 6
_FULLNESS_MIN = 0.88
_BORDER_SHARE = 0.03


def propose(small: Image) -> Iterator[Quad]:
    """Yield quadrilaterals of a reduced BGR picture; the same one may come more than once."""
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    for mask in _masks(small, grey):
        yield from _of_mask(mask)
    yield from _of_lines(grey)


def _masks(small: Image, grey: Image) -> Iterator[Image]:
    smooth = cv2.bilateralFilter(grey, 5, 40, 5)
    square = np.ones((5, 5), np.uint8)
    for low, high in ((20, 60), (60, 150)):
        edges = cv2.Canny(smooth, low, high)
        yield np.asarray(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, square), dtype=np.uint8)
    difference = _from_background(small)
    _, differs = cv2.threshold(difference, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    yield _solid(differs)
    _, bright = cv2.threshold(
        cv2.GaussianBlur(grey, (7, 7), 0), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU
    )
    yield _solid(bright)


def _solid(mask: NDArray[np.generic]) -> Image:
    opened = cv2.morphologyEx(
        np.asarray(mask, dtype=np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)
    )
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    return np.asarray(closed, dtype=np.uint8)


def _from_background(small: Image) -> Image:
    """Return how far each pixel's colour is from the colours along the picture's border."""
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2LAB).astype(np.float32)
    rim = max(2, int(_BORDER_SHARE * min(small.shape[:2])))
    border = np.concatenate(
        [
            lab[:rim].reshape(-1, 3),
            lab[-rim:].reshape(-1, 3),
            lab[:, :rim].reshape(-1, 3),
            lab[:, -rim:].reshape(-1, 3),
        ]
    )
    light, red, yellow = cv2.split(lab - np.median(border, axis=0))
    distance = cv2.sqrt(light * light + red * red + yellow * yellow)
    clipped: Image = np.clip(distance * 2, 0, 255).astype(np.uint8)
    return clipped


def _of_mask(mask: Image) -> Iterator[Quad]:
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    hulls = [cv2.convexHull(contour) for contour in contours if len(contour) >= 4]
    enough = _AREA_MIN * mask.shape[0] * mask.shape[1]
    large = [hull for hull in hulls if cv2.contourArea(hull) >= enough]
    for hull in sorted(large, key=cv2.contourArea, reverse=True)[:_CONTOURS_MAX]:
        perimeter = cv2.arcLength(hull, closed=True)
        for tolerance in (0.02, 0.04, 0.06):
            corners = cv2.approxPolyDP(hull, tolerance * perimeter, closed=True)
            if len(corners) == 4:
                yield ordered(corners.reshape(4, 2))
                break
        # Round corners leave no four points: the sides say where they would meet.
        around = cv2.boxPoints(cv2.minAreaRect(hull))
        if cv2.contourArea(hull) >= _FULLNESS_MIN * cv2.contourArea(around):
            yield ordered(around)


def _of_lines(grey: Image) -> Iterator[Quad]:
    edges = cv2.Canny(cv2.GaussianBlur(grey, (5, 5), 0), 30, 90)
    side = min(grey.shape)
    segments = cv2.HoughLinesP(edges, 1, np.pi / 360, 60, minLineLength=side * 0.3, maxLineGap=12)
    if segments is None:
        return
    flat, steep = _families(np.asarray(segments, np.float32).reshape(-1, 4))
    for one, other in combinations(flat, 2):
        for left, right in combinations(steep, 2):
            corners = [_meet(one, left), _meet(one, right), _meet(other, right), _meet(other, left)]
            found = np.asarray([corner for corner in corners if corner is not None], np.float32)
            if len(found) == 4 and _within(found, grey.shape):
                yield ordered(found)


def _families(segments: NDArray[np.float32]) -> tuple[list[Quad], list[Quad]]:
    longest = segments[np.argsort(-np.hypot(*(segments[:, 2:] - segments[:, :2]).T))]
    flat: list[Quad] = []
    steep: list[Quad] = []
    for segment in longest:
        run, rise = np.abs(segment[2:] - segment[:2])
        family = flat if run >= rise else steep
        if len(family) < _LINES_MAX and not any(_same(segment, other) for other in family):
            family.append(segment)
    return flat, steep


def _same(one: Quad, other: Quad) -> bool:
    middle = (one[:2] + one[2:]) / 2
    direction = (other[2:] - other[:2]) / max(1e-6, float(np.hypot(*(other[2:] - other[:2]))))
    offset = middle - other[:2]
    return abs(float(direction[0] * offset[1] - direction[1] * offset[0])) < 6


def _meet(one: Quad, other: Quad) -> Quad | None:
    start, step = one[:2], one[2:] - one[:2]
    origin, stride = other[:2], other[2:] - other[:2]
    cross = float(step[0] * stride[1] - step[1] * stride[0])
    if abs(cross) < 1e-3:
        return None
    offset = origin - start
    share = float(offset[0] * stride[1] - offset[1] * stride[0]) / cross
    return np.asarray(start + share * step, np.float32)


def _within(quad: Quad, shape: tuple[int, ...]) -> bool:
    reach = 0.02 * max(shape)
    return bool(
        (quad >= -reach).all()
        and (quad[:, 0] <= shape[1] + reach).all()
        and (quad[:, 1] <= shape[0] + reach).all()
    )


def ordered(corners: NDArray[np.generic]) -> Quad:
    """Return four corners clockwise from the one nearest to the picture's top left."""
    points = np.asarray(corners, np.float32)
    centre = points.mean(axis=0)
    angles = np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0])
    clockwise = points[np.argsort(angles)]
    first = int(np.argmin(clockwise.sum(axis=1)))
    return np.asarray(np.roll(clockwise, -first, axis=0), np.float32)
