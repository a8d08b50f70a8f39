"""The sheet that a zone is printed on, told from where its letters were seen.

The letters stand in rows and columns. Where they lie on the page tells how the paper bends, how
it lies in perspective and how its letters lean, the same for every row; the strips cut along such
a sheet show the zone as printed. Coordinates are page pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging.mrz_strips import (
    MARGIN_CAPS,
    STRIP_WIDTH_MAX_PX,
    Grey,
    Line,
    Points,
    Pyramid,
    line_through,
)

AXIS_DEGREE = 5
DOWN_DEGREE = 2
"""Of the polynomials along a row that give the middle of the zone, and the step to the next row."""
DRIFT_DEGREE = 4
DRIFT_BLUR_PX = 41
OUTLIER_DEVIATIONS = 3.0
PITCH_CAPS_MIN, PITCH_CAPS_MAX = 0.75, 1.6
"""Letters' pitch in heights of a capital; OCR-B has 1.06, foreshortening changes that."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows and columns of letters on a page.

    Args:
        axis: coefficients x 2, the middle of the zone at t, -1 at the first column, 1 at the last.
        step: coefficients x 2, the step from a row to the next at t.
        rows: number of rows.
        columns: letters in a row.
        cap_steps: height of a capital in steps between rows.
    """

    axis: NDArray[np.float64]
    step: NDArray[np.float64]
    rows: int
    columns: int
    cap_steps: float

    def on_page(self, t: Points, down: Points) -> tuple[Points, Points]:
        """Return page coordinates at t, so many steps below the zone's middle."""
        inside = np.clip(t, -1.0, 1.0)
        x, y = (
            _straight_on(self.axis[:, one], t, inside)
            + down * _straight_on(self.step[:, one], t, inside)
            for one in (0, 1)
        )
        return x, y

    def line(self, row: int) -> Line:
        """Return a row as a line from its first letter to its last."""
        t = np.linspace(-1, 1, 33)
        x, y = self.on_page(t, np.full(33, row - (self.rows - 1) / 2))
        cap = self.cap_steps * float(np.hypot(*self.step[0]))
        return line_through(np.stack([x, y], axis=1), cap)

    def cut(
        self, pyramid: Pyramid, row: int, *, height_px: int, cap_px: float
    ) -> tuple[Grey, "SheetPlace"]:
        """Return a row as a strip with capitals cap_px high, and where the strip lies."""
        middle = float(np.hypot(*self.step[0])) * self.cap_steps
        t = np.linspace(-1, 1, 33)
        x, y = self.on_page(t, np.zeros(33))
        pitch = float(np.hypot(np.diff(x), np.diff(y)).sum()) / (self.columns - 1)
        in_caps = float(np.clip(pitch / middle, PITCH_CAPS_MIN, PITCH_CAPS_MAX))
        place = SheetPlace(
            self, row, cap_px, in_caps * cap_px, (MARGIN_CAPS + 0.5) * cap_px, (height_px - 1) / 2
        )
        width = round(2 * place.margin_px + (self.columns - 1) * place.pitch_px)
        size = (int(np.clip(width, 64, STRIP_WIDTH_MAX_PX)), height_px)
        return pyramid.laid(place, size, cap_px / middle), place


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """Where a strip along a sheet's row lies on the page."""

    sheet: Sheet
    row: int
    cap_px: float
    pitch_px: float
    margin_px: float
    half_px: float

    def on_page(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return page coordinates of strip coordinates."""
        sheet = self.sheet
        t = 2 * (x - self.margin_px) / (self.pitch_px * (sheet.columns - 1)) - 1
        down = self.row - (sheet.rows - 1) / 2
        return sheet.on_page(t, down + (y - self.half_px) / self.cap_px * sheet.cap_steps)


def sheet_through(letters: NDArray[np.float64], cap_px: float) -> Sheet | None:
    """Return the sheet whose letters lie at rows x columns x 2; None where they make none."""
    rows, columns, _ = letters.shape
    down, across = np.meshgrid(
        np.arange(rows) - (rows - 1) / 2, np.linspace(-1, 1, columns), indexing="ij"
    )
    t, down, wanted = across.ravel(), down.ravel(), letters.reshape(-1, 2)
    terms = np.concatenate(
        [
            t[:, None] ** np.arange(AXIS_DEGREE + 1),
            down[:, None] * t[:, None] ** np.arange(DOWN_DEGREE + 1),
        ],
        axis=1,
    )
    kept = np.ones(len(t), np.bool_)
    for _ in range(2):
        found = np.linalg.lstsq(terms[kept], wanted[kept], rcond=None)[0]
        apart = np.hypot(*(terms @ found - wanted).T)
        usual = float(np.median(apart[kept])) * 1.5
        kept = apart <= max(OUTLIER_DEVIATIONS * usual, 1e-6)
    axis, step = found[: AXIS_DEGREE + 1], found[AXIS_DEGREE + 1 :]
    height = float(np.hypot(*step[0]))
    if height < cap_px:
        return None
    return Sheet(axis, step, rows, columns, cap_px / height)


def _straight_on(terms: NDArray[np.float64], t: Points, inside: Points) -> Points:
    """Return a polynomial's values; beyond its ends it goes on straight."""
    shape = np.polynomial.Polynomial(terms)
    return np.asarray(shape(inside) + (t - inside) * shape.deriv()(inside), np.float64)


def drift_px(strip: Grey, x: Points) -> Points:
    """Return how far below the strip's middle the print lies at each x."""
    energy = np.abs(cv2.Sobel(strip, cv2.CV_32F, 1, 0, ksize=3))
    energy = np.minimum(energy, np.percentile(energy, 97) + 1)
    energy = cv2.blur(energy, (DRIFT_BLUR_PX, 1))
    energy -= np.percentile(energy, 20, axis=0)[None, :]
    energy = np.maximum(energy, 0.0)
    ink = energy.sum(axis=0) + 1e-6
    rows = np.arange(len(strip))[:, None] - (len(strip) - 1) / 2
    centre = (energy * rows).sum(axis=0) / ink
    at = np.clip(x.astype(np.int64), 0, strip.shape[1] - 1)
    t = np.linspace(-1, 1, len(x))
    shape = np.polynomial.Polynomial.fit(t, centre[at], DRIFT_DEGREE, w=np.sqrt(ink[at]))
    return np.asarray(shape(t), np.float64)
