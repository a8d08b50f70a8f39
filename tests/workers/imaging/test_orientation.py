"""Turning: quarter turns go clockwise, small angles are found and taken back."""

import numpy as np
import pytest

from tests.workers.imaging.scenes import card
from workers.imaging.orientation import rotated, skew_deg, turned


def test_quarter_turns_go_clockwise() -> None:
    """What was top left is top right after 90 degrees."""
    page = np.zeros((40, 60, 3), np.uint8)
    page[:5, :5] = 255

    assert turned(page, 90)[:5, -5:].min() == 255
    assert turned(page, 180)[-5:, -5:].min() == 255
    assert turned(page, 270)[-5:, :5].min() == 255
    assert turned(page, 0) is page
    assert turned(page, 90).shape == (60, 40, 3)


@pytest.mark.parametrize("angle", [-8.0, -3.5, -1.0, 1.5, 4.0, 9.0])
def test_the_skew_is_found_and_taken_back(angle: float) -> None:
    """A card laid askew is level again within half a degree."""
    askew = rotated(card(1), angle)

    found = skew_deg(askew)

    assert found == pytest.approx(-angle, abs=0.5)
    assert abs(skew_deg(rotated(askew, found))) < 0.5


def test_a_level_page_and_an_empty_one_stay() -> None:
    """No turn is made up."""
    assert skew_deg(card(2)) == 0
    assert skew_deg(np.full((200, 300, 3), 128, np.uint8)) == 0
    assert skew_deg(np.random.default_rng(0).integers(0, 255, (200, 300), dtype=np.uint8)) == 0


def test_a_small_turn_loses_no_corner() -> None:
    """The page grows so that everything stays on it."""
    page = np.full((100, 200, 3), 255, np.uint8)

    assert rotated(page, 10).shape[0] > 100
    assert rotated(page, 10).shape[1] > 200
