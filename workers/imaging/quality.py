"""Measures what a page picture is worth, with issues that a person can act on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from schemas.documents import Quality

if TYPE_CHECKING:
    from workers.ports import Image

MEASURE_SIDE_PX = 1000
"""Longer side of the copy that is measured, so that figures compare between cameras."""

SHARPNESS_MIN = 0.36
BRIGHTNESS_MIN = 0.25
BRIGHTNESS_MAX = 0.985
CONTRAST_MIN = 0.18
WHITE_CONTRAST = 0.3
"""A page as bright as that with so dark print is white paper."""

GLARE_MAX = 0.04
RESOLUTION_DPI_MIN = 115.0
SIDE_PX_MIN = 450

_PRINT_PERCENT = 0.5
"""So much of a page is print at least, where a few lines stand on white paper."""

_EDGE_WINDOW_PX = 15
_SHARPEST = 0.3
_BLOWN_OUT = 250
_PAPER_WHITE = 205
_GLARE_SPOT_MIN = 0.002
_GLARE_RING_MIN = 190


def measure(page: Image, *, resolution_dpi: float | None = None, cut_off: bool = False) -> Quality:
    """Return what was measured on an upright page.

    Args:
        page: BGR or grey.
        resolution_dpi: where the document's true size is known.
        cut_off: whether the document runs over the picture's edge.
    """
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    grey = _reduced(np.asarray(grey, dtype=np.uint8))
    dark, light = percentile(grey, _PRINT_PERCENT), percentile(grey, 98)
    measured = Quality(
        sharpness=round(sharpness(grey), 4),
        brightness=round(float(grey.mean()) / 255, 4),
        glare=round(glare(grey), 4),
        contrast=round((light - dark) / 255, 4),
        resolution_dpi=resolution_dpi,
    )
    return replace(measured, issues=_issues(measured, max(page.shape[:2]), cut_off=cut_off))


def sharpness(grey: Image) -> float:
    """Return 1 where strong edges are one or two pixels wide, towards 0 as they widen.

    The steepest slope is set against the height of its edge, so that neither contrast nor the
    amount of text counts.
    """
    smooth = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    step_x = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8))
    step_y = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8))
    slope = np.maximum(step_x, step_y)
    window = np.ones((_EDGE_WINDOW_PX, _EDGE_WINDOW_PX), np.uint8)
    height = (cv2.dilate(smooth, window) - cv2.erode(smooth, window)).astype(np.float32)
    edges = slope >= np.percentile(slope, 98)
    edges &= height > 20
    if not edges.any():
        return 0.0
    relative = float(np.median(slope[edges] / height[edges]))
    return min(1.0, relative / _SHARPEST)


def glare(grey: Image) -> float:
    """Return the share of the page that light has blown out.

    White paper and white boxes are no glare: a blown-out spot fades into its surroundings.
    """
    if percentile(grey, 75) >= _PAPER_WHITE:
        return 0.0
    blown = cv2.morphologyEx(
        (grey >= _BLOWN_OUT).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(blown)
    total = 0
    for label in range(1, count):
        area = int(stats[label, cv2.CC_STAT_AREA])
        if area < _GLARE_SPOT_MIN * grey.size:
            continue
        spot = (labels == label).astype(np.uint8)
        ring = cv2.dilate(spot, np.ones((13, 13), np.uint8)) - spot
        if float(np.median(grey[ring > 0])) >= _GLARE_RING_MIN:
            total += area
    return total / grey.size


def percentile(grey: Image, percent: float) -> float:
    """Return what ``np.percentile`` does, by counting greys: that costs a tenth of sorting them."""
    counted = np.cumsum(cv2.calcHist([grey], [0], None, [256], (0, 256)).ravel())
    place = percent / 100 * (grey.size - 1)
    low, high = np.searchsorted(counted, (math.floor(place), math.ceil(place)), side="right")
    return float(low + (high - low) * (place % 1))


def _reduced(grey: Image) -> Image:
    scale = MEASURE_SIDE_PX / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _issues(measured: Quality, side_px: int, *, cut_off: bool) -> tuple[str, ...]:
    dpi = measured.resolution_dpi
    found = {
        "blurred": measured.sharpness < SHARPNESS_MIN,
        "too_dark": measured.brightness < BRIGHTNESS_MIN,
        "too_bright": measured.brightness > BRIGHTNESS_MAX and measured.contrast < WHITE_CONTRAST,
        "glare": measured.glare > GLARE_MAX,
        "low_contrast": measured.contrast < CONTRAST_MIN,
        "low_resolution": side_px < SIDE_PX_MIN if dpi is None else dpi < RESOLUTION_DPI_MIN,
        "cut_off": cut_off,
    }
    return tuple(code for code, holds in found.items() if holds)
