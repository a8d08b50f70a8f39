"""Lines of print on a page, and cutting them out as straight strips.

A line may hang through, as on a curved page, and grow from one end to the other, as on a page
seen from the side; the strip shows it straight and even. Coordinates are page pixels.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]

STRIP_HEIGHT_PX = 32
STRIP_CAP_PX = 17.5
"""Height of a capital letter in a strip, as in the recogniser's training."""
STRIP_WIDTH_MAX_PX = 2400
MARGIN_CAPS = 1.6
HALVINGS_MAX = 6
_SHRINK_MIN = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print by the ends of its middle axis and the height of its capitals.

    Args:
        cap_px: height of a capital in the middle of the line.
        sag_px: how far the middle lies below the straight line between the ends.
        growth: height of a capital at the right end over that at the left end.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    cap_px: float
    sag_px: float = 0.0
    growth: float = 1.0

    @property
    def length(self) -> float:
        """Length between the ends, at least a thousandth of a pixel."""
        return max(float(np.hypot(self.x1 - self.x0, self.y1 - self.y0)), 1e-3)

    @property
    def angle_deg(self) -> float:
        """Angle of the axis, clockwise as the page's y points down."""
        return float(np.degrees(np.arctan2(self.y1 - self.y0, self.x1 - self.x0)))

    @property
    def down(self) -> tuple[float, float]:
        """The unit vector from the line to the one below it."""
        return -(self.y1 - self.y0) / self.length, (self.x1 - self.x0) / self.length

    def reversed(self) -> "Line":
        """Return the same line read from its other end, as on a page upside down."""
        return Line(self.x1, self.y1, self.x0, self.y0, self.cap_px, -self.sag_px, 1 / self.growth)

    def tilted(self, drop_px: float) -> "Line":
        """Return the line with its right end lower and its left end higher by half of it."""
        nx, ny = self.down
        half = drop_px / 2
        return replace(
            self,
            x0=self.x0 - nx * half,
            y0=self.y0 - ny * half,
            x1=self.x1 + nx * half,
            y1=self.y1 + ny * half,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a strip lies on its page."""

    line: Line
    scale: float
    margin_px: float
    half_px: float

    def on_page(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return page coordinates of strip coordinates."""
        line = self.line
        ux, uy = (line.x1 - line.x0) / line.length, (line.y1 - line.y0) / line.length
        along = (x - self.margin_px) / (line.length * self.scale)
        # A plane seen from the side: heights go with 1 / (1 + c u), lengths with its square.
        shrink = 1 / line.growth - 1
        size = (1 + shrink / 2) / np.maximum(1 + shrink * along, 0.2)
        seen = along / line.growth / np.maximum(1 + shrink * along, 0.2)
        across = (y - self.half_px) / self.scale * size
        across = across + line.sag_px * (1 - (2 * seen - 1) ** 2)
        forward = seen * line.length
        return line.x0 + ux * forward - uy * across, line.y0 + uy * forward + ux * across

    def matrix(self) -> NDArray[np.float64]:
        """Return the 2 x 3 matrix to the page of a line that neither sags nor grows."""
        corner, right, below = (
            np.array(self.point(*at)) for at in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
        )
        return np.stack([right - corner, below - corner, corner], axis=1)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return one point's page coordinates."""
        px, py = self.on_page(np.array(x), np.array(y))
        return float(px), float(py)


class Pyramid:
    """A grey page with its halvings, so that strips are cut without aliasing."""

    def __init__(self, grey: Grey) -> None:
        self.grey = grey

    @cached_property
    def _levels(self) -> list[Grey]:
        return [self.grey]

    def level(self, number: int) -> Grey:
        """Return the page halved ``number`` times."""
        while len(self._levels) <= number:
            last = self._levels[-1]
            size = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            self._levels.append(
                np.asarray(cv2.resize(last, size, interpolation=cv2.INTER_AREA), np.uint8)
            )
        return self._levels[number]

    def cut(self, line: Line, *, height_px: int, cap_px: float) -> tuple[Grey, Place]:
        """Return the line as a strip with capitals cap_px high, and where the strip lies."""
        scale = cap_px / line.cap_px
        margin = MARGIN_CAPS * cap_px
        width = int(np.clip(round(line.length * scale + 2 * margin), 64, STRIP_WIDTH_MAX_PX))
        place = Place(line, scale, margin, (height_px - 1) / 2)
        number = 0
        while scale < _SHRINK_MIN and number < HALVINGS_MAX:
            scale, number = scale * 2, number + 1
        source = self.level(number)
        offset = 0.5 * (1 - 0.5**number)
        if line.sag_px == 0 and line.growth == 1:
            to_level = place.matrix() / 2**number
            to_level[:, 2] -= offset
            way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            size = (width, height_px)
            strip = cv2.warpAffine(
                source, to_level, size, flags=way, borderMode=cv2.BORDER_REPLICATE
            )
            return np.asarray(strip, np.uint8), place
        x, y = np.meshgrid(np.arange(width) * 1.0, np.arange(height_px) * 1.0)
        page_x, page_y = place.on_page(x, y)
        strip = cv2.remap(
            source,
            (page_x / 2**number - offset).astype(np.float32),
            (page_y / 2**number - offset).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(strip, np.uint8), place
