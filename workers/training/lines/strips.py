"""Damaged strips with what they say: what the net sees and what it shall answer."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.training.lines.arabic_text import worn_spelling
from workers.training.lines.fonts import SIZE_PX, Face
from workers.training.lines.ink import (
    BASELINE_PX,
    Line,
    add_neighbour,
    draw_line,
    lay_out,
    rule,
    wear,
    width_px,
)
from workers.training.mrz.camera import expose, print_on_paper, shake

STRIP_WIDTH_PX = 384
_SYMBOLS_MAX = 60

_CAPITALS_REACH = 0.7
"""Nothing rises above capitals: they are drawn larger, so fewer of them fill a strip."""

_SHARP_SHARE = 0.2
"""Strips of scans and of cameras held still and close."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Grey pixels (height x width) and the visual text, from left to right."""

    pixels: NDArray[np.uint8]
    visual: str


@dataclass(frozen=True, slots=True)
class Script:
    """What a recogniser learns: its faces, its text, the height of its strips."""

    faces: list[Face]
    shares: list[float]
    fallbacks: list[Face]
    sample: Callable[[np.random.Generator], str]
    height_px: int
    capitals_share: float
    """Lines without a small letter: most values in Latin letters are printed so."""


@dataclass(frozen=True, slots=True)
class _Crop:
    left: float
    top: float
    right: float
    bottom: float


def draw_strip(rng: np.random.Generator, script: Script) -> Strip:
    """Draw one strip: a line in one of the fonts, printed, worn, photographed and cut out."""
    face = script.faces[int(rng.choice(len(script.faces), p=script.shares))]
    fallback = script.fallbacks[int(rng.integers(len(script.fallbacks)))]
    spacing = float(rng.uniform(1, 9)) if rng.random() < 0.15 else 0.0
    stretch = float(np.clip(rng.normal(1.0, 0.13), 0.72, 1.35))
    capitals = rng.random() < script.capitals_share
    # An em fills about the strip's height: what is drawn here fits into the width.
    reach = STRIP_WIDTH_PX / script.height_px * SIZE_PX / stretch * float(rng.uniform(0.4, 1.35))
    if capitals:
        reach *= _CAPITALS_REACH
    text = _text(rng, script, face, fallback, spacing, reach, capitals=capitals)
    stroke = 1 if rng.random() < 0.08 else 0
    laid = lay_out(worn_spelling(rng, text), face, fallback)
    line = draw_line(laid, spacing, stroke)
    if not line.visual:
        return draw_strip(rng, script)
    crop = _crop(rng, line)
    rule(rng, line)
    _neighbours(rng, script, line, face, fallback)
    pixels = _photograph(rng, wear(rng, line.ink), crop, script.height_px, stretch)
    return Strip(pixels, line.visual)


def _text(
    rng: np.random.Generator,
    script: Script,
    face: Face,
    fallback: Face,
    spacing: float,
    reach: float,
    *,
    capitals: bool,
) -> str:
    """Return pieces of text as wide as wanted, the last one cut off.

    Whole pieces alone would leave lines of wide letters without a space, and teach just that.
    """
    text = ""
    while len(text) <= _SYMBOLS_MAX and width_px(lay_out(text, face, fallback), spacing) <= reach:
        piece = script.sample(rng)
        text = f"{text} {piece.upper() if capitals else piece}".strip()
    text = text[:_SYMBOLS_MAX]
    while len(text) > 1 and width_px(lay_out(text, face, fallback), spacing) > reach:
        text = text[:-1]
    return text.strip()


def _neighbours(
    rng: np.random.Generator, script: Script, line: Line, face: Face, fallback: Face
) -> None:
    for side in (-1, 1):
        if rng.random() < 0.3:
            text = script.sample(rng) + " " + script.sample(rng)
            other = draw_line(lay_out(text, face, fallback), 0.0)
            add_neighbour(line.ink, other.ink, side * int(SIZE_PX * rng.uniform(1.15, 1.9)))


def _crop(rng: np.random.Generator, line: Line) -> _Crop:
    """Cut as finders of lines do: around the ink or the line's full height, tight or loose."""
    left, top, right, bottom = line.box
    if rng.random() < 0.2:
        top = min(top, BASELINE_PX - round(0.72 * SIZE_PX))
        bottom = max(bottom, BASELINE_PX + round(0.25 * SIZE_PX))
    height = max(bottom - top, 0.4 * SIZE_PX)
    # Readers trim a strip to its ink before they read: see workers/imaging/trim.py.
    above, below = rng.normal(0.1, 0.06, 2) * height
    if rng.random() < 0.2:
        above, below = rng.uniform(-0.05, 0.32, 2) * height
    ends = rng.uniform(-0.03, 0.5, 2) * height
    if rng.random() < 0.25:
        ends = ends * 4
    middle = (top + bottom) / 2
    return _Crop(
        left - ends[0], middle - height / 2 - above, right + ends[1], middle + height / 2 + below
    )


def _photograph(
    rng: np.random.Generator, ink: NDArray[np.float32], crop: _Crop, height_px: int, stretch: float
) -> NDArray[np.uint8]:
    """Warp the crop onto the sensor, expose it, and scale what it gave to the strip."""
    scale = height_px / (crop.bottom - crop.top)
    width = min(STRIP_WIDTH_PX, max(16, round((crop.right - crop.left) * scale * stretch)))
    # A line too long for the strip is squeezed, as a condensed face would be.
    across = width / (crop.right - crop.left)
    sharp = rng.random() < _SHARP_SHARE
    sizes = (40, 90) if sharp else (9.5, 52)
    sensor_px = float(np.exp(rng.uniform(np.log(sizes[0]), np.log(sizes[1]))))
    ratio = min(1.5, sensor_px / (SIZE_PX * scale))
    size = (max(8, round(width * ratio)), max(6, round(height_px * ratio)))
    to_strip = _geometry(rng, crop, across, scale, width, height_px)
    matrix = np.diag([size[0] / width, size[1] / height_px, 1.0]) @ to_strip
    softness = float(np.abs(rng.normal(0, 0.24))) + (0.3 if rng.random() < 0.15 else 0.0)
    page = print_on_paper(rng, ink)
    if rng.random() < 0.06:
        page = 255 - page
    sigma = 0.4 / (scale * ratio) + (0.1 if sharp else 1.0) * softness * 0.08 * SIZE_PX
    page = cv2.GaussianBlur(page, (0, 0), sigma).astype(np.float32)
    sensor = cv2.warpPerspective(
        page, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    exposed = expose(rng, sensor if sharp else shake(rng, sensor, sensor_px * 0.6))
    way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    if ratio > 1.0:
        way = cv2.INTER_AREA
    return cv2.resize(exposed, (width, height_px), interpolation=way).astype(np.uint8)


def _geometry(
    rng: np.random.Generator, crop: _Crop, across: float, down: float, width: int, height_px: int
) -> NDArray[np.float64]:
    """Map canvas pixels to strip pixels, with a little turn, slant and keystone."""
    to_middle = np.array(
        [[1, 0, -(crop.left + crop.right) / 2], [0, 1, -(crop.top + crop.bottom) / 2], [0, 0, 1.0]]
    )
    size = np.diag([across, down, 1.0])
    # A turn moves the ends up and down: the longer the line, the less of it a finder leaves.
    rise = float(rng.normal(0, 0.045)) * height_px / max(width, height_px) * 2
    slant = float(rng.normal(0, 0.1))
    bend = np.array([[1, slant, 0], [rise, 1, 0], [float(rng.normal(0, 0.04)) / width, 0, 1.0]])
    place = np.array([[1, 0, width / 2], [0, 1, height_px / 2], [0, 0, 1.0]])
    return np.asarray(place @ bend @ size @ to_middle, np.float64)
