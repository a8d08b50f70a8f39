"""Trims the picture of a line to the height of its print."""

import cv2
import numpy as np

from workers.ports import Image

INK_SHARE = 0.05
"""Rows with so much of the strongest row's strokes, above the paper's own, belong to the print."""

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
    strokes = np.abs(np.diff(grey.astype(np.float32), axis=1)).mean(axis=1)
    smooth = np.asarray(cv2.blur(strokes[:, None], (1, 3))).ravel()
    paper, strongest = float(np.percentile(smooth, 5)), float(smooth.max())
    inked = np.flatnonzero(smooth > paper + INK_SHARE * (strongest - paper))
    if not inked.size:
        return grey
    gap = max(1, int(GAP_SHARE * height))
    bands = np.split(inked, np.flatnonzero(np.diff(inked) > gap) + 1)
    line = max(bands, key=lambda band: float(smooth[band].sum()))
    first, last = int(line[0]), int(line[-1])
    margin = max(1, round(MARGIN_SHARE * (last - first + 1)))
    top, bottom = max(0, first - margin), min(height, last + 1 + margin)
    return grey[top:bottom] if bottom - top >= KEPT_MIN_SHARE * height else grey
