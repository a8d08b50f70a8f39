"""Brings pictures to the size at which Tesseract reads best.

Measured on real documents: pictures 300 to 700 pixels wide give a quarter of their fields as
they are and nearly all once enlarged. Tesseract wants capitals of about 20 to 30 pixels.
"""

import cv2
import numpy as np

from workers.ports import Image, Layout

PAGE_SIDE_PX = 1600
"""Longer side to which smaller pages are enlarged."""

LINE_HEIGHT_PX = 48
"""Height to which pictures of one line are enlarged, letters and air."""

SIDE_PX_MAX = 3200
"""Longer side beyond which a picture is reduced: more pixels cost time and add nothing."""

FACTOR_MAX = 4.0
"""No enlargement beyond this adds anything to read."""


def scaled_for_text(image: Image, layout: Layout) -> Image:
    """Return the picture enlarged or reduced for reading; never both sides apart."""
    height, width = image.shape[:2]
    longer = max(height, width)
    is_line = layout in {Layout.LINE, Layout.RAW_LINE}
    factor = LINE_HEIGHT_PX / height if is_line else PAGE_SIDE_PX / longer
    factor = min(max(factor, 1.0), FACTOR_MAX, SIDE_PX_MAX / longer)
    if abs(factor - 1) < 0.02:
        return image
    way = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
