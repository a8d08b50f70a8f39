"""Where a picture shows the bars of a barcode, and the region straightened for a decoder.

Bars point one way over a wide area: the structure tensor of the gradient, summed over blocks,
is strong and of one direction there. Lines of letters are strong too, but point many ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

WORK_SIDE_PX = 1800
BLOCK_PX = 8
BLOCKS_BLUR = 7
COHERENCE_MIN = 0.3
"""0 for gradients of all directions, 1 for those of one."""
ENERGY_MIN = 2500.0
AREA_SHARE_MIN = 0.006
REGIONS_MAX = 2
MARGIN_BLOCKS = 2.5


@dataclass(frozen=True, slots=True)
class BarRegion:
    """A rectangle full of bars, along the direction in which they follow one another.

    Args:
        corners: page pixels, clockwise from where a decoder begins to read.
        width_px: along the reading direction.
        height_px: along the bars.
        angle_deg: of the reading direction, clockwise from the page's rows.
    """

    corners: NDArray[np.float32]
    width_px: float
    height_px: float
    angle_deg: float


def bar_regions(grey: Grey) -> tuple[BarRegion, ...]:
    """Return the regions that may be a barcode, the largest first."""
    if min(grey.shape) < 4 * BLOCK_PX:
        return ()
    ratio = min(1.0, WORK_SIDE_PX / max(grey.shape))
    small = (
        grey
        if ratio == 1
        else cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    )
    along_x, along_y, mixed = _tensor(np.asarray(small, np.uint8))
    energy = along_x + along_y
    coherence = np.sqrt((along_x - along_y) ** 2 + 4 * mixed**2) / (energy + 1e-6)
    bars = ((coherence > COHERENCE_MIN) & (energy > ENERGY_MIN)).astype(np.uint8)
    bars = np.asarray(cv2.morphologyEx(bars, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bars)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = [i for i in range(1, count) if areas[i] >= AREA_SHARE_MIN * bars.size]
    large.sort(key=lambda i: -int(areas[i]))
    found = []
    for label in large[:REGIONS_MAX]:
        y, x = np.nonzero(labels == label)
        turn = np.arctan2(2 * mixed[y, x].sum(), (along_x - along_y)[y, x].sum()) / 2
        found.append(_around(x, y, float(turn), BLOCK_PX / ratio))
    return tuple(found)


def cut(
    grey: Grey, region: BarRegion, scale: float, paper: float
) -> tuple[Grey, NDArray[np.float64]]:
    """Return the region straightened, and the 3 x 3 matrix from it back to the page.

    ``paper`` is the grey that stands for the quiet zone where the region runs over the page's edge.
    """
    width, height = round(region.width_px * scale), round(region.height_px * scale)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(region.corners, target)
    size = (max(1, width), max(1, height))
    straight = cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderValue=paper)
    return np.asarray(straight, np.uint8), np.asarray(np.linalg.inv(matrix), np.float64)


def _tensor(
    grey: Grey,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the structure tensor's three parts for each block."""
    x = cv2.Sobel(grey, cv2.CV_16S, 1, 0).astype(np.float32)
    y = cv2.Sobel(grey, cv2.CV_16S, 0, 1).astype(np.float32)
    size = (max(1, grey.shape[1] // BLOCK_PX), max(1, grey.shape[0] // BLOCK_PX))
    parts = [
        cv2.blur(
            cv2.resize(part, size, interpolation=cv2.INTER_AREA), (BLOCKS_BLUR, BLOCKS_BLUR)
        ).astype(np.float32)
        for part in (x * x, y * y, x * y)
    ]
    return parts[0], parts[1], parts[2]


def _around(x: NDArray[np.int64], y: NDArray[np.int64], turn: float, block_px: float) -> BarRegion:
    """Return the rectangle around some blocks, with a margin for the quiet zone."""
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    along, across = x * cos + y * sin, y * cos - x * sin
    left, right = float(along.min()) - MARGIN_BLOCKS, float(along.max()) + MARGIN_BLOCKS
    top, bottom = float(across.min()) - MARGIN_BLOCKS, float(across.max()) + MARGIN_BLOCKS
    corners = [
        ((u * cos - v * sin + 0.5) * block_px, (u * sin + v * cos + 0.5) * block_px)
        for u, v in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    return BarRegion(
        np.array(corners, np.float32),
        (right - left) * block_px,
        (bottom - top) * block_px,
        float(np.degrees(turn)),
    )
