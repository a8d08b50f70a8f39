"""The pyramid that strips are cut from."""

import numpy as np

from workers.imaging.mrz_strips import Pyramid


def test_each_level_is_exactly_half_of_the_one_before() -> None:
    """An odd row or column is left out, so that four pixels make one, wherever they lie."""
    grey = np.random.default_rng(3).integers(0, 255, (31, 45), np.uint8)

    half = Pyramid(grey).level(1)

    blocks = grey[:30, :44].reshape(15, 2, 22, 2).mean(axis=(1, 3))
    assert half.shape == (15, 22)
    assert np.abs(half - blocks).max() <= 0.5


def test_a_page_of_one_row_has_levels_too() -> None:
    """The smallest page halves to itself."""
    assert Pyramid(np.zeros((1, 9), np.uint8)).level(2).shape == (1, 2)


def test_the_negative_has_light_and_dark_exchanged_at_every_size() -> None:
    """It is made small anew: the same but for rounding."""
    grey = np.random.default_rng(4).integers(0, 255, (300, 400), np.uint8)
    pyramid = Pyramid(grey)
    small, ratio = pyramid.sized(200)

    other = pyramid.negative()

    assert np.array_equal(other.grey, 255 - grey)
    assert np.abs(other.sized(200)[0].astype(int) - (255 - small)).max() <= 1
    assert other.sized(200)[1] == ratio
