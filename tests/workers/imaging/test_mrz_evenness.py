"""How evenly strokes repeat along a strip."""

import numpy as np
import pytest

from workers.imaging.mrz_evenness import EVENNESS_MIN, LIGHTNESS_MAX, evenness, lightness
from workers.imaging.mrz_strips import STRIP_HEIGHT_PX, Grey


def _strokes(places: list[int], width: int = 480) -> Grey:
    strip = np.full((STRIP_HEIGHT_PX, width), 220, np.uint8)
    for place in places:
        strip[8:25, place : place + 3] = 30
    return strip


@pytest.mark.parametrize("pitch", [13, 16, 21])
def test_strokes_at_one_pitch_are_even(pitch: int) -> None:
    """A zone's letters stand at one pitch, whichever it is."""
    strip = _strokes(list(range(20, 450, pitch)))

    assert evenness(strip) > 0.3


def test_strokes_that_stand_anywhere_are_less_even() -> None:
    """Over many lines of strokes at random most lie below what is asked of a zone's line."""
    rng = np.random.default_rng(7)
    strips = [_strokes(sorted(rng.integers(10, 460, 45).tolist())) for _ in range(40)]

    uneven = sum(evenness(strip) < EVENNESS_MIN for strip in strips)

    assert uneven >= len(strips) / 3


def test_a_strip_without_ink_is_not_even() -> None:
    """An empty strip is no line and no error."""
    blank = np.full((STRIP_HEIGHT_PX, 64), 128, np.uint8)

    assert evenness(blank) < EVENNESS_MIN


def test_a_strip_reads_as_evenly_upside_down() -> None:
    """One look serves both ways up."""
    strip = _strokes([20 + 16 * n + n % 3 for n in range(26)])

    assert evenness(np.ascontiguousarray(strip[::-1, ::-1])) == pytest.approx(
        evenness(strip), abs=0.02
    )


def test_light_print_is_told_from_dark_print() -> None:
    """Ground is what most of a strip shows."""
    strip = _strokes(list(range(20, 450, 16)))

    assert lightness(strip) < 0 < LIGHTNESS_MAX < lightness(255 - strip)
