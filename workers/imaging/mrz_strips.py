"""Lines of print on a page, and cutting them out as straight strips.

A line may bend, as on a curved page, and grow from one end to the other, as on a page seen from
the side; the strip shows it straight and even. Coordinates are page pixels.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

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
BEND_TERMS = 4
"""A line's bend has so many terms: sag, then what makes an S and what curls one end."""
LENGTHENED_POINTS = 41
ENLARGED_MAX = 4.0
AREA_MAX_PX = 4_000_000
"""Of more pixels the mean over areas costs too much; for less than half linear will do."""
_SHRINK_MIN = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print by the ends of its middle axis and the height of its capitals.

    Args:
        cap_px: height of a capital in the middle of the line.
        bend: how far the line lies below the straight one between its ends, as a polynomial
            in t, -1 at the left end and 1 at the right, times 1 - t * t; in pixels.
        growth: height of a capital at the right end over that at the left end.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    cap_px: float
    bend: tuple[float, ...] = ()
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
        bend = tuple(-term * (-1) ** power for power, term in enumerate(self.bend))
        return Line(self.x1, self.y1, self.x0, self.y0, self.cap_px, bend, 1 / self.growth)

    def lengthened(self, before_px: float, after_px: float) -> "Line":
        """Return the line with its left and right ends further out; what bends goes on straight."""
        ux, uy = (self.x1 - self.x0) / self.length, (self.y1 - self.y0) / self.length
        if not self.bend:
            return replace(
                self,
                x0=self.x0 - ux * before_px,
                y0=self.y0 - uy * before_px,
                x1=self.x1 + ux * after_px,
                y1=self.y1 + uy * after_px,
            )
        along = np.linspace(-before_px, self.length + after_px, LENGTHENED_POINTS)
        down = self.offset_px(2 * along / self.length - 1)
        x, y = self.x0 + along * ux - down * uy, self.y0 + along * uy + down * ux
        return replace(line_through(np.stack([x, y], axis=1), self.cap_px), growth=self.growth)

    @property
    def middle(self) -> tuple[float, float]:
        """The point half way between the ends, on the line itself."""
        (nx, ny), sag = self.down, self.bend[0] if self.bend else 0.0
        return (self.x0 + self.x1) / 2 + nx * sag, (self.y0 + self.y1) / 2 + ny * sag

    def offset_px(self, t: Points) -> Points:
        """Return how far the line lies below the straight one at each t; straight beyond +-1."""
        inside = np.clip(t, -1.0, 1.0)
        shape = np.polynomial.polynomial.polyval(inside, np.array(self.bend or (0.0,)))
        slope = -2 * inside * shape
        return np.asarray((1 - inside**2) * shape + (t - inside) * slope, np.float64)

    def sagged(self, more_px: float) -> "Line":
        """Return the line with its middle lower by this."""
        sag, *others = self.bend or (0.0,)
        return replace(self, bend=(sag + more_px, *others))

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


def line_through(points: Points, cap_px: float) -> Line:
    """Return the line from the first point to the last, bent through those between them."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    straight = Line(float(x0), float(y0), float(x1), float(y1), cap_px)
    along = np.array([x1 - x0, y1 - y0]) / straight.length
    t = 2 * ((points - points[0]) @ along) / straight.length - 1
    across = (points - points[0]) @ np.array(straight.down)
    terms = (1 - t**2)[:, None] * t[:, None] ** np.arange(min(BEND_TERMS, len(points) - 2))
    bend = np.linalg.lstsq(terms, across, rcond=None)[0]
    return replace(straight, bend=tuple(float(term) for term in bend))


class Placed(Protocol):
    """Tells where on the page each point of a strip lies."""

    def on_page(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return page coordinates of strip coordinates."""
        ...


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
        if line.bend:
            across = across + line.offset_px(2 * seen - 1)
        forward = seen * line.length
        return line.x0 + ux * forward - uy * across, line.y0 + uy * forward + ux * across

    def matrix(self) -> NDArray[np.float64]:
        """Return the 2 x 3 matrix to the page of a line that neither bends nor grows."""
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

    @cached_property
    def _sized(self) -> dict[int, tuple[Grey, float]]:
        return {}

    def level(self, number: int) -> Grey:
        """Return the page halved ``number`` times."""
        while len(self._levels) <= number:
            last = self._levels[-1]
            size = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            # Exactly half: an odd row or column is left out, and four pixels make one.
            whole = last[: max(1, 2 * size[1]), : max(1, 2 * size[0])]
            self._levels.append(
                np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
            )
        return self._levels[number]

    def sized(self, long_side_px: int) -> tuple[Grey, float]:
        """Return the page with its longer side so long, and its scale; enlarged 4 times at most."""
        if long_side_px not in self._sized:
            ratio = min(long_side_px / max(self.grey.shape), ENLARGED_MAX)
            height, width = (max(16, round(side * ratio)) for side in self.grey.shape)
            level = int(np.floor(np.log2(1 / ratio))) if ratio < 1 else 0
            large = self.level(level)
            is_even = ratio < 1 and large.size <= AREA_MAX_PX
            way = cv2.INTER_AREA if is_even else cv2.INTER_LINEAR
            small = cv2.resize(large, (width, height), interpolation=way)
            self._sized[long_side_px] = np.asarray(small, np.uint8), ratio
        return self._sized[long_side_px]

    def negative(self) -> "Pyramid":
        """Return the page with light and dark exchanged."""
        return Pyramid(np.asarray(255 - self.grey, np.uint8))

    def cut(self, line: Line, *, height_px: int, cap_px: float) -> tuple[Grey, Place]:
        """Return the line as a strip with capitals cap_px high, and where the strip lies."""
        scale = cap_px / line.cap_px
        margin = MARGIN_CAPS * cap_px
        width = int(np.clip(round(line.length * scale + 2 * margin), 64, STRIP_WIDTH_MAX_PX))
        place = Place(line, scale, margin, (height_px - 1) / 2)
        if line.bend or line.growth != 1:
            return self.laid(place, (width, height_px), scale), place
        number = _halvings(scale)
        to_level = place.matrix() / 2**number
        to_level[:, 2] -= 0.5 * (1 - 0.5**number)
        strip = cv2.warpAffine(
            self.level(number),
            to_level,
            (width, height_px),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(strip, np.uint8), place

    def laid(self, place: Placed, size: tuple[int, int], scale: float) -> Grey:
        """Return the strip (width, height) at a place, about ``scale`` times the page's size."""
        number = _halvings(scale)
        offset = 0.5 * (1 - 0.5**number)
        x, y = np.meshgrid(np.arange(size[0]) * 1.0, np.arange(size[1]) * 1.0)
        page_x, page_y = place.on_page(x, y)
        strip = cv2.remap(
            self.level(number),
            (page_x / 2**number - offset).astype(np.float32),
            (page_y / 2**number - offset).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(strip, np.uint8)


def _halvings(scale: float) -> int:
    """Return how many times the page is halved first so that a strip of this scale is sharp."""
    number = 0
    while scale < _SHRINK_MIN and number < HALVINGS_MAX:
        scale, number = scale * 2, number + 1
    return number
