"""Which bars of a page are read."""

import cv2
import numpy as np

from workers.engines.mrz_bars import READ_MAX, bars_of
from workers.imaging.mrz_strips import Grey, Line, Pyramid

PITCH_PX = 12
STEP_PX = 30


def _page(rows: int, *, even: bool = True) -> Grey:
    """Return rows of strokes on light paper, at one pitch or anywhere."""
    rng = np.random.default_rng(5)
    page = np.full((STEP_PX * (rows + 1), 700), 230, np.uint8)
    for row in range(rows):
        top = STEP_PX * row + 20
        places = np.arange(40, 640, PITCH_PX)
        if not even:
            places = np.sort(rng.integers(40, 640, len(places)))
        for place in places:
            page[top : top + 13, place : place + 3] = 40
    return np.asarray(cv2.GaussianBlur(page, (3, 3), 0), np.uint8)


def _lines(rows: int) -> list[Line]:
    middles = [STEP_PX * row + 26.0 for row in range(rows)]
    return [Line(40, y, 640, y, 13) for y in middles]


def test_lines_of_light_print_wait_for_the_negative() -> None:
    """Read as they are they would show no letters; on the negative they are dark print."""
    pyramid, lines = Pyramid(255 - _page(2)), _lines(2)

    found = bars_of(pyramid, lines)
    again = bars_of(pyramid.negative(), found.light)

    assert (len(found.dark), len(found.light)) == (0, 2)
    assert (len(again.dark), len(again.light)) == (2, 0)


def test_few_of_many_even_lines_are_read() -> None:
    """A page full of print is told before much of it is read."""
    found = bars_of(Pyramid(_page(9)), _lines(9))

    assert len(found.dark) == READ_MAX


def test_one_line_is_read_where_none_is_even() -> None:
    """A zone's line that looks uneven still gets its look."""
    found = bars_of(Pyramid(_page(4, even=False)), _lines(4))

    assert len(found.dark) == 1
