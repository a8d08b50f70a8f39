"""Trims the picture of a line to the height of its print."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.ports import Image

INK_SHARE = 0.05
"""Rows with so much of the strongest row's strokes, above the paper's own, belong to the print."""

MARK_SHARE = 0.35
"""A row with so much of the strongest strokes in one place belongs to it too: the two dots of one
letter are hardly any ink of a long line."""

MARK_WIDTH_SHARE = 0.2
"""How wide such a place is, in heights of the strip."""

GAP_SHARE = 0.12
"""Dots and accents stand off the letters by less than this share of the strip's height."""

MARGIN_SHARE = 0.1
KEPT_MIN_SHARE = 0.4
"""Whatever would leave less than this share of a strip was no line of text."""


def trim_rows(grey: Image) -> Image:
    """Return a grey strip without the empty rows above and below its line.

    Finders leave a quarter of the letters' height on either side, where a recogniser of fixed
    height has better use for its pixels: small letters lose their dots first.
    """
    height, width = grey.shape[:2]
    if height < 8 or width < 2:
        return grey
    strokes = np.abs(np.diff(grey.astype(np.float32), axis=1))
    smooth = np.asarray(cv2.blur(strokes.mean(axis=1)[:, None], (1, 3))).ravel()
    wide = max(3, round(MARK_WIDTH_SHARE * height))
    marks = np.asarray(cv2.blur(strokes, (wide, 3))).max(axis=1)
    inked = np.flatnonzero(_stands_out(smooth, INK_SHARE) | _stands_out(marks, MARK_SHARE))
    if not inked.size:
        return grey
    gap = max(1, int(GAP_SHARE * height))
    bands = np.split(inked, np.flatnonzero(np.diff(inked) > gap) + 1)
    line = max(bands, key=lambda band: float(smooth[band].sum()))
    first, last = int(line[0]), int(line[-1])
    margin = max(1, round(MARGIN_SHARE * (last - first + 1)))
    top, bottom = max(0, first - margin), min(height, last + 1 + margin)
    return grey[top:bottom] if bottom - top >= KEPT_MIN_SHARE * height else grey


def _stands_out(rows: NDArray[np.floating], share: float) -> NDArray[np.bool_]:
    """Say of each row whether it has a share of the strongest one's, above the paper's own."""
    paper, strongest = float(np.percentile(rows, 5)), float(rows.max())
    return np.asarray(rows > paper + share * (strongest - paper), bool)
