"""Finding the lines of a machine readable zone: long, thin, evenly textured, parallel.

Letters are smeared into bars, bars with the proportions of a line are seeds, and around a seed
the rows of the zone are told from a profile. What is a zone is not decided here: that takes
reading. Coordinates are pixels of the grey page given.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging.mrz_strips import Grey, Line, Place, Pyramid, line_through

SEEDS_MAX = 14
SEED_LENGTH_TO_HEIGHT_MIN = 11.0
SEED_LENGTH_SHARE_MIN = 0.12
"""Shortest line looked for, as a share of the page's longer side."""
STRONGER = 1.15
SMEAR_MIN = 9.0
"""A bar's strokes, smeared, are so many times as strong as what lies around, in grey levels."""
FILL_STRAIGHT_MIN = 0.6
BENT_FILL = 0.9
BENT_SLOTS = 24
BENT_DEGREE = 5
BENT_RAGGED_MAX = 0.25
BENT_CAPS_MIN = 0.4
"""Bars that fill less of their rectangle are looked at along a curve through so many slots."""
SCALES_PX = (700, 1300, 2100)
"""Longer side of the page in the first search and in those that follow when it finds nothing."""
FIRST_SIDES_PX = (700, 420)
"""The first search is for large letters, too."""
FURTHER_CAP_MAX_PX = 14
"""Letters that are higher at a further scale were seen at the scale before."""
HAT_PX, SMEAR_PX = 9, 21
"""Side of the square that strokes are told from their ground by, and length of their smear."""
SLOPE_BLOCKS = 16
SLOPE_PX_MAX = 14
_ACROSS = (np.arange(SLOPE_BLOCKS) + 0.5) / SLOPE_BLOCKS - 0.5
_SAMPLED_EACH = 3
SAGS_PX = np.linspace(-12, 12, 17)
SAG_GAIN_MIN = 1.06
"""A bent line must make the profile this much sharper than the straight one."""
GROWTH_LOG_MIN = 0.06
_PATCH_CAP_PX = 10.0
_LEAST_ACROSS = 0.85
"""A bar leans by 30 degrees at most, so it is at least so much of its length wide."""


def seeds(pyramid: Pyramid, long_side_px: int, turn_deg: int = 0) -> tuple[Line, ...]:
    """Return what may be lines of a zone, the likeliest first, at most SEEDS_MAX.

    Lines that lie within 30 degrees of the horizontal once the page is turned clockwise by
    ``turn_deg``, directed as they read then.
    """
    found: list[tuple[float, Line]] = []
    sides_px = FIRST_SIDES_PX if long_side_px == SCALES_PX[0] else (long_side_px,)
    cap_max_px = np.inf if sides_px is FIRST_SIDES_PX else FURTHER_CAP_MAX_PX
    for side_px in sides_px:
        small, ratio = pyramid.sized(side_px)
        small, to_small = _turned(small, turn_deg)
        found.extend(
            (score, _mapped(line, to_small, 1 / ratio))
            for score, line in _bars(small, cap_max_px, bent=turn_deg % 90 == 0)
            if line.cap_px <= cap_max_px
        )
    unique: list[Line] = []
    for _, line in sorted(found, key=lambda pair: -pair[0]):
        if len(unique) == SEEDS_MAX:
            break
        if not any(is_same_line(line, other) for other in unique):
            unique.append(line)
    return tuple(unique)


def _turned(small: Grey, turn_deg: int) -> tuple[Grey, NDArray[np.float64]]:
    """Return the picture turned clockwise, and the 2 x 3 matrix back to the one given."""
    if turn_deg == 0:
        return small, np.array([[1.0, 0, 0], [0, 1.0, 0]])
    height, width = small.shape
    angle = np.radians(turn_deg)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    size = (
        round(abs(cos) * width + abs(sin) * height),
        round(abs(sin) * width + abs(cos) * height),
    )
    back = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    centre = np.array([(size[0] - 1) / 2, (size[1] - 1) / 2])
    back[:, 2] = np.array([(width - 1) / 2, (height - 1) / 2]) - back[:, :2] @ centre
    if turn_deg == 90:
        return np.asarray(cv2.rotate(small, cv2.ROTATE_90_CLOCKWISE), np.uint8), back
    turned = cv2.warpAffine(
        small,
        back,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float(np.median(small)),
    )
    return np.asarray(turned, np.uint8), back


def _mapped(line: Line, to_small: NDArray[np.float64], scale: float) -> Line:
    """Return the line of the turned small picture on the page."""
    x0, y0 = to_small @ np.array([line.x0, line.y0, 1.0])
    x1, y1 = to_small @ np.array([line.x1, line.y1, 1.0])
    ends = [(float(value) + 0.5) * scale - 0.5 for value in (x0, y0, x1, y1)]
    bend = tuple(term * scale for term in line.bend)
    return Line(ends[0], ends[1], ends[2], ends[3], line.cap_px * scale, bend)


def _bars(small: Grey, cap_max_px: float, *, bent: bool) -> Iterator[tuple[float, Line]]:
    """Yield (score, line) for each long bar of vertical strokes; those that bend where wanted.

    Bars that are surely higher than ``cap_max_px`` are left out.
    """
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (HAT_PX, HAT_PX))
    hat = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, square)
    strokes = cv2.convertScaleAbs(cv2.Sobel(hat, cv2.CV_16S, 1, 0, ksize=3), alpha=0.5)
    # Local contrast decides: an MRZ under glare is as much a line as one in full ink.
    level = cv2.blur(strokes, (SMEAR_PX * 4 + 1, SMEAR_PX + 2))
    smear = cv2.blur(strokes, (SMEAR_PX, 3))
    # Rounded down: what is more than that in whole levels is more.
    usual = cv2.convertScaleAbs(level, alpha=STRONGER, beta=-0.49)
    _, enough = cv2.threshold(smear, SMEAR_MIN, 255, cv2.THRESH_BINARY)
    bars: Any = cv2.bitwise_and(cv2.compare(smear, usual, cv2.CMP_GT), enough)
    bars = cv2.morphologyEx(bars, cv2.MORPH_OPEN, np.ones((3, SMEAR_PX), np.uint8))
    contours, _ = cv2.findContours(bars, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    shortest = SEED_LENGTH_SHARE_MIN * max(small.shape)
    for contour in contours:
        _, _, width, _ = cv2.boundingRect(contour)
        if width < shortest * _LEAST_ACROSS:
            continue
        line = _bar(contour)
        if line is None or line.length < shortest:
            continue
        area = float(cv2.contourArea(contour))
        if area > cap_max_px * line.length:
            continue
        fill = area / (line.length * line.cap_px + 1)
        may_bend = (
            bent
            and fill < FILL_STRAIGHT_MIN
            and _is_long(replace(line, cap_px=area / line.length + 1))
        )
        curved = _bent_bar(contour, line, area) if may_bend else None
        if curved is not None and _is_long(curved):
            line, fill = curved, BENT_FILL
        if _is_long(line):
            yield line.length / max(small.shape) * min(1.0, fill), line


def _is_long(line: Line) -> bool:
    return line.length >= SEED_LENGTH_TO_HEIGHT_MIN * line.cap_px


def _bar(contour: Any) -> Line | None:
    (cx, cy), (w, h), turn = cv2.minAreaRect(contour)
    if w < h:
        w, h, turn = h, w, turn - 90
    if h < 2:
        return None
    turn = (turn + 90) % 180 - 90
    if abs(turn) > 30:
        return None
    dx, dy = np.cos(np.radians(turn)) * w / 2, np.sin(np.radians(turn)) * w / 2
    return Line(cx - dx, cy - dy, cx + dx, cy + dy, h)


def _bent_bar(contour: Any, line: Line, area: float) -> Line | None:
    """Return the bar along its own curve; None where it is no band of an even height."""
    left, top, width, height = cv2.boundingRect(contour)
    inside = cv2.drawContours(
        np.zeros((height, width), np.uint8), [contour], -1, 1, cv2.FILLED, offset=(-left, -top)
    )
    ys, xs = np.nonzero(inside)
    (nx, ny), share = line.down, 1 / line.length
    x, y = xs + left - line.x0, ys + top - line.y0
    slot = ((x * ny - y * nx) * share * BENT_SLOTS).astype(int).clip(0, BENT_SLOTS - 1)
    across = x * nx + y * ny
    filled = np.maximum(np.bincount(slot, minlength=BENT_SLOTS), 1)
    middles = np.bincount(slot, across, BENT_SLOTS) / filled
    t = (2 * np.arange(BENT_SLOTS) + 1) / BENT_SLOTS - 1
    shape = np.polynomial.polynomial.polyfit(t, middles, BENT_DEGREE)
    cap = area / line.length + 1
    if (
        float(np.abs(np.polynomial.polynomial.polyval(t, shape) - middles).mean())
        > BENT_RAGGED_MAX * cap
    ):
        return None
    t = np.linspace(-1, 1, 2 * BENT_SLOTS + 1)
    down, along = np.polynomial.polynomial.polyval(t, shape), (t + 1) / 2 * line.length
    points = np.stack([line.x0 + along * ny + down * nx, line.y0 - along * nx + down * ny], axis=1)
    bent = line_through(points, cap)
    depth = float(np.abs(bent.offset_px(t)).max())
    return bent if depth >= BENT_CAPS_MIN * cap else None


def is_same_line(line: Line, other: Line) -> bool:
    """Say whether two bars are one line: close axes, overlapping."""
    mid = np.array(line.middle)
    start = np.array([other.x0, other.y0])
    axis = np.array([other.x1, other.y1]) - start
    length = max(float(np.hypot(*axis)), 1e-6)
    along = float((mid - start) @ axis) / length
    across = float((mid - start) @ np.array([-axis[1], axis[0]])) / length
    if other.bend:
        across -= float(other.offset_px(np.array(2 * along / length - 1)))
    ratio = line.length / length
    return (
        0 < along < length
        and abs(across) < 0.45 * max(line.cap_px, other.cap_px)
        and 0.6 < ratio < 1.6
        and 0.5 < line.cap_px / other.cap_px < 2.0
    )


def rows(pyramid: Pyramid, seed: Line) -> tuple[Line, ...]:
    """Return the rows of print around a seed, parallel to it, from top to bottom."""
    straight = straighten(pyramid, seed)
    half_rows = 100
    patch, place = pyramid.cut(straight, height_px=2 * half_rows + 1, cap_px=_PATCH_CAP_PX)
    energy = np.abs(cv2.Sobel(patch, cv2.CV_32F, 1, 0, ksize=3))
    energy = np.minimum(energy, np.percentile(energy, 98) + 1)
    profile = cv2.GaussianBlur(energy.mean(axis=1)[:, None], (1, 3), 0)[:, 0]
    peak = float(profile[half_rows - 8 : half_rows + 9].max())
    found: list[Line] = []
    for top, bottom in _runs(profile, half_rows, peak):
        height = float(bottom - top)
        if 4.5 <= height <= 22:
            centre = (top + bottom - 1) / 2
            found.append(_row_line(place, patch.shape[1], centre, height))
    return tuple(found)


def converging(pyramid: Pyramid, found: list[Line]) -> list[Line]:
    """Return the rows each tilted by itself, with the sag and growth they show together.

    Their ends must be those of the print: what lies beyond them bends as well.
    """
    if not found:
        return []
    cap = float(np.median([row.cap_px for row in found]))
    pairs = [_tilted(pyramid, replace(row, cap_px=cap)) for row in found]
    straight = [row for row, _ in pairs]
    gains = np.mean([gain for _, gain in pairs], axis=0)
    deepest = int(gains.argmax())
    if gains[deepest] >= SAG_GAIN_MIN:
        sag = float(SAGS_PX[deepest]) * cap / _PATCH_CAP_PX
        straight = [row.sagged(sag) for row in straight]
    straight = [_centred(pyramid, row) for row in straight]
    ratios = []
    for above, below in itertools.pairwise(straight):
        nx, ny = above.down
        left = (below.x0 - above.x0) * nx + (below.y0 - above.y0) * ny
        right = (below.x1 - above.x1) * nx + (below.y1 - above.y1) * ny
        if left > above.cap_px and right > above.cap_px:
            ratios.append(right / left)
    growth = float(np.clip(np.median(ratios), 0.4, 2.5)) if ratios else 1.0
    if abs(np.log(growth)) < GROWTH_LOG_MIN:
        return straight
    return [replace(row, growth=growth) for row in straight]


def _centred(pyramid: Pyramid, row: Line) -> Line:
    """Move the row so that its strokes lie in the middle of its strip."""
    half, reach = 16, 6
    patch, place = pyramid.cut(row, height_px=2 * half + 1, cap_px=_PATCH_CAP_PX)
    profile = np.abs(cv2.Sobel(patch, cv2.CV_32F, 1, 0, ksize=3)).mean(axis=1)
    band = np.convolve(profile, np.ones(9), mode="same")[half - reach : half + reach + 1]
    strong = np.flatnonzero(band >= 0.97 * band.max())
    down = (float(strong.mean()) - reach) / place.scale
    nx, ny = row.down
    return replace(
        row,
        x0=row.x0 + nx * down,
        y0=row.y0 + ny * down,
        x1=row.x1 + nx * down,
        y1=row.y1 + ny * down,
    )


def _row_line(place: Place, width: int, centre: float, height: float) -> Line:
    margin = place.margin_px
    x0, y0 = place.point(margin, centre)
    x1, y1 = place.point(max(margin + 1, width - 1 - margin), centre)
    # The profile's run is a little higher than the letters, by the blur of stroke and gradient.
    cap = max(2.0, (height - 0.5) / place.scale)
    return replace(place.line, x0=x0, y0=y0, x1=x1, y1=y1, cap_px=cap)


def _runs(profile: NDArray[np.float32], middle: int, peak: float) -> list[tuple[int, int]]:
    """Return (top, bottom) of each run of rows that are as textured as the seed's own."""
    floor = float(np.percentile(profile, 10))
    high = profile > floor + 0.42 * (peak - floor)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], high.astype(np.int8), [0]])))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [run for run in runs if abs((run[0] + run[1]) / 2 - middle) < 95]


def straighten(pyramid: Pyramid, seed: Line) -> Line:
    """Tilt the seed until its strokes' profile is sharpest."""
    return _leaning(pyramid, seed)[0]


def _leaning(
    pyramid: Pyramid, seed: Line
) -> tuple[Line, NDArray[np.float64], NDArray[np.float64], float]:
    """Return the seed tilted, its slices' profiles, and their tilts with the sharpness so won."""
    patch, place = pyramid.cut(seed, height_px=2 * 16 + 1, cap_px=_PATCH_CAP_PX)
    energy = np.abs(cv2.Sobel(patch, cv2.CV_32F, 1, 0, ksize=3))
    energy = np.minimum(energy, np.percentile(energy[:, ::_SAMPLED_EACH], 97) + 1)
    blocks = _block_profiles(energy)
    slopes = np.linspace(-SLOPE_PX_MAX, SLOPE_PX_MAX, 2 * SLOPE_PX_MAX + 1)
    tilts = slopes[:, None] * _ACROSS[None, :]
    gains = _sharpness(blocks, tilts)
    best = int(gains.argmax())
    leaning = seed.tilted(float(slopes[best]) / place.scale)
    return leaning, blocks, tilts[best], float(gains[best])


def _tilted(pyramid: Pyramid, seed: Line) -> tuple[Line, NDArray[np.float64]]:
    """Return the seed tilted, and how much sharper than that each of SAGS_PX makes it."""
    line, blocks, tilt, gain = _leaning(pyramid, seed)
    bends = tilt + SAGS_PX[:, None] * (1 - 4 * _ACROSS**2)[None, :]
    return line, _sharpness(blocks, bends) / max(gain, 1e-9)


def _block_profiles(energy: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the row profile of each of SLOPE_BLOCKS upright slices."""
    edges = np.linspace(0, energy.shape[1], SLOPE_BLOCKS + 1).astype(int)
    return np.stack([energy[:, a:b].mean(axis=1) for a, b in itertools.pairwise(edges)])


def _sharpness(blocks: NDArray[np.float64], offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each row of offsets how sharp the summed profile of the shifted slices is."""
    count, height = blocks.shape
    places = np.clip(np.arange(height) + offsets[:, :, None], 0, height - 1.001)
    low = places.astype(np.int64)
    part = places - low
    block = np.arange(count)[None, :, None]
    profiles = (blocks[block, low] * (1 - part) + blocks[block, low + 1] * part).sum(axis=1)
    # The line itself counts most, not a frame or a neighbour at the rim of the window.
    middle = np.hanning(height + 1)[1:-1] + 0.15
    return np.asarray((np.square(np.diff(profiles, axis=1)) * middle).sum(axis=1), np.float64)
