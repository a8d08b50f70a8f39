"""Which bars of a page are looked at, in which order, before any of them is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workers.imaging.mrz_evenness import EVENNESS_MIN, LIGHTNESS_MAX, evenness, lightness
from workers.imaging.mrz_lines import SCALES_PX, straighten
from workers.imaging.mrz_strips import STRIP_CAP_PX, STRIP_HEIGHT_PX, Grey, Line, Pyramid

READ_MAX = 6
"""Of a search's even bars; a zone's was always among the first three of them."""
SCALE_WORTH_IT = 0.95
"""A search scale is used on pages of at least this part of it: enlarging shows nothing more."""

Bar = tuple[Line, Grey]
"""A line with its strip."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The lines of a search that are worth reading.

    Args:
        dark: straightened, with their strips.
        light: those of light print, which read on the negative of the page.
    """

    dark: list[Bar]
    light: list[Line]


def bars_of(pyramid: Pyramid, lines: Sequence[Line]) -> Bars:
    """Return the lines by their print, an uneven one only where strokes of none are even."""
    even: list[Line] = []
    uneven: list[Line] = []
    light: list[Line] = []
    for line in lines:
        strip = _cut(pyramid, line)
        is_even = evenness(strip) >= EVENNESS_MIN
        if lightness(strip) <= LIGHTNESS_MAX:
            (even if is_even else uneven).append(line)
        elif is_even:
            light.append(line)
    worth = even[:READ_MAX] or uneven[:1]
    straight = [straighten(pyramid, line) for line in worth]
    return Bars([(line, _cut(pyramid, line)) for line in straight], light)


def _cut(pyramid: Pyramid, line: Line) -> Grey:
    strip, _ = pyramid.cut(line, height_px=STRIP_HEIGHT_PX, cap_px=STRIP_CAP_PX)
    return strip


def upside_down(bar: Bar) -> Bar:
    """Return the bar as it reads on the page upside down."""
    line, strip = bar
    return line.reversed(), np.ascontiguousarray(strip[::-1, ::-1])


def searches(grey: Grey, turns: tuple[int, ...], *, thorough: bool) -> Iterator[tuple[int, int]]:
    """Yield (longer side, clockwise turn) of each search, the usual pages first."""
    bases = [base for base in (0, 90) if base in turns or base + 180 in turns]
    if thorough and set(turns) >= {0, 90, 180, 270}:
        bases += [45, 135]
    yield from ((SCALES_PX[0], base) for base in bases)
    for long_side_px in SCALES_PX[1:] if thorough else ():
        if max(grey.shape) >= long_side_px * SCALE_WORTH_IT:
            yield from ((long_side_px, base) for base in bases if base % 90 == 0)
