import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.imaging.trim import trim_rows
from workers.ports import Image


def line(above: int, ink: int, below: int, *, dark: bool = True) -> Image:
    """Draw upright strokes between rows of paper."""
    paper, print_ = (230, 30) if dark else (30, 230)
    strip = np.full((above + ink + below, 200), paper, np.uint8)
    strip[above : above + ink, 10:190:8] = print_
    return strip


@pytest.mark.parametrize("dark", [True, False])
def test_empty_rows_go_and_a_margin_stays(*, dark: bool) -> None:
    """Print of either brightness keeps a tenth of its height around it."""
    trimmed = trim_rows(line(12, 24, 12, dark=dark))

    assert 24 + 2 <= trimmed.shape[0] <= 24 + 10


def test_dots_above_the_letters_stay() -> None:
    """A few dots have little ink and stand off the line, and tell letters apart."""
    strip = line(16, 20, 12)
    strip[11:14, 40:44] = 30
    strip[11:14, 120:124] = 30

    assert (trim_rows(strip)[:6] == 30).any()


def test_a_line_farther_off_goes() -> None:
    """What a neighbour left at the strip's edge is no part of the line."""
    strip = line(14, 24, 14)
    strip[:2, 10:190:8] = 30

    assert trim_rows(strip).shape[0] < 36


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_any_picture_gives_some_of_its_rows(height: int, width: int, seed: int) -> None:
    """Noise, or a single pixel, is cut to no less than two fifths."""
    strip = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    trimmed = trim_rows(strip)

    assert trimmed.shape[1] == width
    assert 0.4 * height <= trimmed.shape[0] <= height


def test_the_dots_of_one_letter_of_a_long_line_stay() -> None:
    """Two dots below are hardly any ink, and another letter without them."""
    strip = np.full((48, 600), 220, np.uint8)
    for x in range(10, 590, 12):
        strip[10:30, x : x + 4] = 30
    strip[35:38, 20:23] = strip[35:38, 26:29] = 30

    assert (trim_rows(strip)[-8:, 20:29] == 30).any()
