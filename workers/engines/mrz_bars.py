"""Which bars of a page are looked at, in which order, before any of them is read."""

from collections.abc import Iterator, Sequence

import numpy as np

from workers.imaging.mrz_evenness import EVENNESS_MIN, evenness
from workers.imaging.mrz_lines import SCALES_PX
from workers.imaging.mrz_strips import STRIP_CAP_PX, STRIP_HEIGHT_PX, Grey, Line, Pyramid

PROBES_UNEVEN_MAX = 2
SCALE_WORTH_IT = 0.95
"""A search scale is used on pages of at least this part of it: enlarging shows nothing more."""

Bar = tuple[Line, Grey]
"""A line with its strip."""


def even_first(pyramid: Pyramid, lines: Sequence[Line]) -> list[Bar]:
    """Return the lines with their strips; few of those whose strokes repeat at no one pitch."""
    even: list[Bar] = []
    uneven: list[Bar] = []
    for line in lines:
        strip, _ = pyramid.cut(line, height_px=STRIP_HEIGHT_PX, cap_px=STRIP_CAP_PX)
        (even if evenness(strip) >= EVENNESS_MIN else uneven).append((line, strip))
    return [*even, *uneven[:PROBES_UNEVEN_MAX]]


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
