"""Rows of print that were read, and which of them make a zone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.engines.mrz_formats import FORMATS_BY_SHAPE
from workers.engines.mrz_net import STRIDE_PX
from workers.imaging import mrz_grid
from workers.imaging.mrz_sheet import drift_px
from workers.imaging.mrz_strips import (
    STRIP_CAP_PX,
    STRIP_HEIGHT_PX,
    Grey,
    Line,
    Placed,
    line_through,
)

Cells = NDArray[np.float64]
GRID_SCORE_PER_CELL_MIN = 2.0
ROWS_EACH_SIDE_MAX = 2
_MIDDLE_PX = (STRIP_HEIGHT_PX - 1) / 2
_TRACED_POINTS = 33


@dataclass(frozen=True, slots=True)
class Row:
    """One row of print with the recogniser's columns and the grids that fit them."""

    line: Line
    strip: Grey
    log_probs: NDArray[np.float64]
    place: Placed
    grids: dict[int, mrz_grid.Grid]


def nearest(lines: Sequence[Line], line: Line) -> list[Line]:
    """Return a few lines above and below one, about as high as it, in their order."""
    found = [one for one in lines if 0.55 <= one.cap_px / line.cap_px <= 1.7]
    offsets = [
        abs(one.x0 + one.x1 - line.x0 - line.x1) + abs(one.y0 + one.y1 - line.y0 - line.y1)
        for one in found
    ]
    own = int(np.argmin(offsets)) if offsets else 0
    return found[max(0, own - ROWS_EACH_SIDE_MAX) : own + ROWS_EACH_SIDE_MAX + 1]


def best_group(read: list[Row]) -> tuple[list[Row], int] | None:
    """Return the neighbouring rows and the width that make the best zone of any format."""
    best: tuple[list[Row], int] | None = None
    for count, width in FORMATS_BY_SHAPE:
        for first in range(len(read) - count + 1):
            group = read[first : first + count]
            if not is_group(group, width):
                continue
            if best is None or mean_score(group, width) > mean_score(*best):
                best = (group, width)
    return best


def is_group(group: list[Row], width: int) -> bool:
    """Say whether each row holds so many letters, and all are about as high."""
    if any(
        width not in row.grids or row.grids[width].score < GRID_SCORE_PER_CELL_MIN * width
        for row in group
    ):
        return False
    caps = [row.line.cap_px for row in group]
    return max(caps) <= 1.6 * min(caps)


def mean_score(group: list[Row], width: int) -> float:
    """Return how well the grids of this width fit, in nats a row."""
    return sum(row.grids[width].score for row in group) / len(group)


def cells_of(group: list[Row], width: int) -> list[Cells]:
    """Return each row's letters x 37 log-probabilities."""
    return [mrz_grid.cells_of(row.log_probs, row.grids[width]) for row in group]


def sharpness(cells: list[Cells]) -> float:
    """Return the mean probability of each cell's likeliest symbol."""
    return float(np.mean([np.exp(array.max(axis=1)).mean() for array in cells]))


def letter_middles(group: list[Row], width: int) -> NDArray[np.float64]:
    """Return where the letters lie on the page, rows x columns x 2."""
    found = []
    for row in group:
        x = np.asarray((row.grids[width].columns + 0.5) * STRIDE_PX - 0.5, np.float64)
        found.append(np.stack(row.place.on_page(x, _MIDDLE_PX + drift_px(row.strip, x)), axis=1))
    return np.stack(found)


def trimmed(row: Row, width: int) -> Line:
    """Return the row's line between its first and its last letter."""
    grid = row.grids[width]
    first = (grid.columns[0] - grid.pitch / 2 + 0.5) * STRIDE_PX
    last = (grid.columns[-1] + grid.pitch / 2 + 0.5) * STRIDE_PX
    x = np.linspace(first, last, _TRACED_POINTS)
    points = np.stack(row.place.on_page(x, np.full(_TRACED_POINTS, _MIDDLE_PX)), axis=1)
    if row.line.bend:
        return line_through(points, row.line.cap_px)
    (x0, y0), (x1, y1) = points[0], points[-1]
    return Line(float(x0), float(y0), float(x1), float(y1), row.line.cap_px)


def pitch_px(row: Row, width: int) -> float:
    """Return the distance between neighbouring letters on the page."""
    columns = row.grids[width].columns
    x = np.asarray((columns[[0, -1]] + 0.5) * STRIDE_PX - 0.5, np.float64)
    page_x, page_y = row.place.on_page(x, np.full(2, _MIDDLE_PX))
    return float(np.hypot(*np.diff([page_x, page_y], axis=1)[:, 0])) / (width - 1)


def quad(row: Row, width: int) -> NDArray[np.float64]:
    """Return the corners of the print in page pixels."""
    grid = row.grids[width]
    left = (grid.columns[0] - grid.pitch / 2) * STRIDE_PX
    right = (grid.columns[-1] + grid.pitch / 2 + 1) * STRIDE_PX
    half = STRIP_CAP_PX * 0.6
    x = np.array([left, right, right, left])
    y = _MIDDLE_PX + np.array([-half, -half, half, half])
    return np.stack(row.place.on_page(x, y), axis=1)
