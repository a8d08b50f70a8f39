"""Finds the document's outline in a photo and flattens it.

Several strategies propose quadrilaterals; each is scored by its aspect, by the edge under its
sides and by what it leaves outside. A wrong crop is worse than none: whenever the outline is
unsure, or the document fills the picture already, there is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from workers.imaging.outline_proposals import Quad, propose
from workers.imaging.text_presence import INK_CONTRAST, letters_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workers.ports import Image

WORK_SIDE_PX = 640
MARGIN = 0.025
"""Kept around the document, as a share of its longer side: an MRZ runs near the edge."""

SCORE_MIN = 0.7
AREA_MIN = 0.12
AREA_MAX = 0.78
"""A document that fills more of the picture than this is left in it: a crop gains nothing."""

SHEET_AREA_MAX, SHEET_CONTRAST_MIN = 0.7, 15.0
"""A sheet in a picture whose own frame scores higher: no larger than this share of it, and parted
from what is around it by so much colour (CIE Lab in 8 bits) at each side."""

_SHEET_SUPPORT_MIN = 0.85
_BESIDE = np.asarray([6.0, 10.0, 14.0])
_SIDE_SUPPORT_MIN = 0.55
_ASPECT_ERROR_MAX = 0.14
_LETTERS_OUTSIDE_MAX, _LETTERS_OUTSIDE_UNSURE_MAX = 0.2, 0.08
"""Grain of a table looks like letters. Where a side has gaps, a line of print may have been taken
for the edge, and letters beyond it are the document's."""

_SIDE_SURE_FROM = 0.9
_PLACES = np.linspace(0.04, 0.96, 48)
_REACH = np.arange(-4, 5)
_STEP_MIN = 9.0
_BORDER = 0.015
_CUT_OFF = 0.004

# ISO/IEC 7810 ID-1 (cards), ID-2 and ID-3 (1.42); ISO 216 A4 and an open booklet (1.41).
ASPECTS = (1.586, 1.42)


@dataclass(frozen=True, slots=True)
class Outline:
    """The four corners of a document.

    Args:
        corners: x and y as fractions of width and height: top left, then clockwise.
        score: 0 to 1.
        aspect: longer side over shorter side, as far as the photo shows it.
    """

    corners: tuple[tuple[float, float], ...]
    score: float
    aspect: float

    @property
    def cut_off(self) -> bool:
        """Whether the document runs over the edge of the picture."""
        low, high = _CUT_OFF, 1 - _CUT_OFF
        return sum(not (low < x < high and low < y < high) for x, y in self.corners) >= 2


def find_outline(picture: Image) -> Outline | None:
    """Return the document's outline, None where it fills the picture or nothing is sure."""
    small = _reduced(picture)
    height, width = small.shape[:2]
    gradients = _gradients(small)
    kept: list[tuple[float, Quad]] = []
    tried = set()
    for quad in propose(small):
        about = tuple(np.rint(quad.ravel() / 3).astype(int))
        if about in tried:
            continue
        tried.add(about)
        score = _score(quad, gradients)
        if score >= SCORE_MIN:
            kept.append((score, quad))
    best = max(kept, key=lambda one: one[0], default=None)
    if best is not None and _fills(best[1], width, height):
        # The picture's own frame is an outline too, and the grain of a table has edges everywhere.
        lab = cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2LAB)
        sheets = (one for one in kept if _is_sheet(one[1], lab, gradients))
        best = max(sheets, key=lambda one: one[0], default=None)
    if best is None:
        return None
    score, quad = best
    is_sure = min(_support(quad, gradients)) >= _SIDE_SURE_FROM
    most = _LETTERS_OUTSIDE_MAX if is_sure else _LETTERS_OUTSIDE_UNSURE_MAX
    if _letters_outside(small, quad) > most:
        return None
    corners = tuple((float(x) / width, float(y) / height) for x, y in quad)
    return Outline(corners, round(score, 3), _aspect(quad))


def flatten(picture: Image, outline: Outline) -> Image:
    """Return the document as seen from straight above, with a margin around it."""
    matrix, size = flattening(picture.shape, outline)
    flat = cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, dtype=np.uint8)


def flattening(
    shape: tuple[int, ...], outline: Outline
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the 3 x 3 matrix of :func:`flatten` and the width and height of its picture."""
    height, width = shape[:2]
    corners = np.asarray(outline.corners, np.float32) * np.asarray([width, height], np.float32)
    wide, high = _sides(corners)
    pad = MARGIN * max(wide, high)
    target = np.asarray(
        [[pad, pad], [pad + wide, pad], [pad + wide, pad + high], [pad, pad + high]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(corners, target)
    size = (max(1, round(wide + 2 * pad)), max(1, round(high + 2 * pad)))
    return np.asarray(matrix, np.float64), size


def _sides(quad: Quad) -> tuple[float, float]:
    top, right, bottom, left = (
        float(np.linalg.norm(quad[(index + 1) % 4] - quad[index])) for index in range(4)
    )
    return max(top, bottom), max(left, right)


def _fills(quad: Quad, width: int, height: int) -> bool:
    on_border = int(_on_border(quad, width, height).sum())
    return on_border > 1 or cv2.contourArea(quad) > AREA_MAX * width * height


def _is_sheet(
    quad: Quad, lab: NDArray[np.generic], gradients: tuple[np.ndarray, np.ndarray]
) -> bool:
    """Say whether an outline lies within the picture and parts two colours all around.

    A frame that is printed on a page has the same paper on both sides.

    Args:
        quad: the outline, in pixels.
        lab: the picture, smooth, in CIE Lab.
        gradients: along x and y.
    """
    height, width = lab.shape[:2]
    share = float(cv2.contourArea(quad)) / (width * height)
    if share > SHEET_AREA_MAX or _on_border(quad, width, height).any():
        return False
    if min(_support(quad, gradients)) < _SHEET_SUPPORT_MIN:
        return False
    sides = np.roll(quad, -1, axis=0) - quad
    along = sides / np.maximum(1e-6, np.linalg.norm(sides, axis=1, keepdims=True))
    inwards = np.stack([-along[:, 1], along[:, 0]], axis=1)
    places = quad[:, None] + _PLACES[None, :, None] * sides[:, None]
    inside, outside = (
        np.median(_colours(lab, places, inwards * sign), axis=1) for sign in (1.0, -1.0)
    )
    return bool(np.linalg.norm(inside - outside, axis=1).min() >= SHEET_CONTRAST_MIN)


def _colours(
    lab: NDArray[np.generic], places: NDArray[np.floating], steps: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return the colours beside each side, at a few steps from places along it."""
    height, width = lab.shape[:2]
    moved = places[:, :, None] + _BESIDE[None, None, :, None] * steps[:, None, None]
    x = np.clip(np.rint(moved[..., 0]), 0, width - 1).astype(np.intp)
    y = np.clip(np.rint(moved[..., 1]), 0, height - 1).astype(np.intp)
    return np.asarray(lab[y, x].reshape(len(places), -1, 3), np.float32)


def _on_border(quad: Quad, width: int, height: int) -> NDArray[np.bool_]:
    """Say for each side whether it runs along the picture's own edge."""
    near = _BORDER * max(width, height)
    x, y = quad.T
    beyond = np.stack([x < near, y < near, x > width - near, y > height - near])
    along: NDArray[np.bool_] = (beyond & np.roll(beyond, -1, axis=1)).any(axis=0)
    return along


def _aspect(quad: Quad) -> float:
    wide, high = _sides(quad)
    return max(wide, high) / max(1.0, min(wide, high))


def _score(quad: Quad, gradients: tuple[np.ndarray, np.ndarray]) -> float:
    height, width = gradients[0].shape
    area = float(cv2.contourArea(quad)) / (width * height)
    if area < AREA_MIN or not cv2.isContourConvex(quad):
        return 0.0
    aspect = _aspect(quad)
    error = min(abs(math.log(aspect / known)) for known in ASPECTS)
    if error > _ASPECT_ERROR_MAX or not _angles_fit(quad):
        return 0.0
    support = _support(quad, gradients)
    if min(support) < _SIDE_SUPPORT_MIN:
        return 0.0
    # Of two outlines the outer one is the document, the inner one its print or its photo.
    return 0.65 * sum(support) / 4 + 0.1 * (1 - error / _ASPECT_ERROR_MAX) + 0.25 * math.sqrt(area)


def _angles_fit(quad: Quad) -> bool:
    for index in range(4):
        one = quad[index - 1] - quad[index]
        other = quad[(index + 1) % 4] - quad[index]
        lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
        if lengths == 0 or abs(float(one @ other)) / lengths > math.cos(math.radians(60)):
            return False
    return True


def _gradients(small: Image) -> tuple[np.ndarray, np.ndarray]:
    """Return the strongest slope over the colour channels, along x and along y."""
    smooth = cv2.GaussianBlur(small, (5, 5), 0)
    along_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 4)
    along_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 4)
    return _strongest(along_x), _strongest(along_y)


def _strongest(slopes: np.ndarray) -> np.ndarray:
    """Return the largest of three channels; OpenCV's maximum takes a tenth of numpy's time."""
    one, two, three = cv2.split(np.abs(slopes))
    return np.asarray(cv2.max(cv2.max(one, two), three))


def _support(quad: Quad, gradients: tuple[np.ndarray, np.ndarray]) -> list[float]:
    """Return for each side the share of its length that has an edge right under it."""
    along_x, along_y = gradients
    height, width = along_x.shape
    ends = np.roll(quad, -1, axis=0)
    sides = ends - quad
    direction = sides / np.maximum(1e-6, np.linalg.norm(sides, axis=1, keepdims=True))
    normal = np.stack([-direction[:, 1], direction[:, 0]], axis=1)
    # side x place on the side x step across it x coordinate
    places = quad[:, None] + _PLACES[None, :, None] * sides[:, None]
    moved = places[:, :, None] + _REACH[None, None, :, None] * normal[:, None, None]
    x = np.clip(np.rint(moved[..., 0]), 0, width - 1).astype(np.intp)
    y = np.clip(np.rint(moved[..., 1]), 0, height - 1).astype(np.intp)
    weights = np.abs(normal)[:, :, None, None]
    across = weights[:, 0] * along_x[y, x] + weights[:, 1] * along_y[y, x]
    shares = (across.max(axis=2) >= _STEP_MIN).mean(axis=1)
    shares[_on_border(quad, width, height)] = 1.0
    return [float(share) for share in shares]


def _letters_outside(small: Image, quad: Quad) -> float:
    """Return the share of letter-like shapes that the outline would cut away."""
    places = letters_of(small, INK_CONTRAST).places
    if len(places) < 12:
        return 0.0
    centre = quad.mean(axis=0)
    grown = (centre + (quad - centre) * 1.05).astype(np.float32)
    inside = sum(
        cv2.pointPolygonTest(grown, (float(x), float(y)), measureDist=False) >= 0 for x, y in places
    )
    return 1 - inside / len(places)


def _reduced(picture: Image) -> Image:
    colour = picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    scale = WORK_SIDE_PX / max(colour.shape[:2])
    if scale < 1:
        colour = cv2.resize(colour, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(colour, dtype=np.uint8)
