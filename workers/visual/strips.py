"""Cuts lines out of a page, straightened and brought to one height."""

import math

import cv2
import numpy as np

from schemas.documents import Quad
from workers.ports import Image

STRIP_HEIGHT_PX = 48
STRIP_WIDTH_PX_MAX = 2400
_WIDTH_PX_MIN = 12


def cut(page: Image, quad: Quad, height_px: int = STRIP_HEIGHT_PX) -> Image:
    """Return the line between four corners as seen from straight above, BGR."""
    corners = pixels(page, quad)
    width, height = size_of(corners)
    wide = round(width * height_px / max(1.0, height))
    wide = min(max(wide, _WIDTH_PX_MIN), STRIP_WIDTH_PX_MAX)
    shrink = height / height_px
    if shrink > 2:
        page, corners = _nearby(page, corners, shrink)
    target = np.asarray([[0, 0], [wide, 0], [wide, height_px], [0, height_px]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    strip = cv2.warpPerspective(
        page, matrix, (wide, height_px), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    colour = strip if strip.ndim == 3 else cv2.cvtColor(strip, cv2.COLOR_GRAY2BGR)
    return np.asarray(colour, np.uint8)


def pixels(page: Image, quad: Quad) -> np.ndarray:
    """Return corners in pixels of the page."""
    height, width = page.shape[:2]
    return np.asarray([(x * width, y * height) for x, y in quad], np.float32)


def size_of(corners: np.ndarray) -> tuple[float, float]:
    """Return the width and height of a line from its corners in pixels."""
    top, right, bottom, left = (
        math.dist(corners[index], corners[(index + 1) % 4]) for index in range(4)
    )
    return max(top, bottom), max(left, right)


def _nearby(page: Image, corners: np.ndarray, shrink: float) -> tuple[Image, np.ndarray]:
    """Return the surroundings, reduced first: a warp alone would skip pixels of large print."""
    height, width = page.shape[:2]
    left, top = np.clip(np.floor(corners.min(axis=0)) - 4, 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)) + 4, 0, (width, height)).astype(int)
    if right - left < shrink or bottom - top < shrink:
        return page, corners
    small = cv2.resize(
        page[top:bottom, left:right],
        None,
        fx=2 / shrink,
        fy=2 / shrink,
        interpolation=cv2.INTER_AREA,
    )
    moved = (corners - np.asarray([left, top], np.float32)) * np.float32(2 / shrink)
    return np.asarray(small, np.uint8), np.asarray(moved, np.float32)
