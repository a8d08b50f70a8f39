import numpy as np
import pytest

from schemas.documents import MrzReading
from tests.workers.engines.mrz_pages import CARD, draw_page
from workers.engines.mrz_reader import MrzReader
from workers.imaging.orientation import rotated, turned
from workers.imaging.placing import levelled, quarter_turned

READER = MrzReader()
PAGE = draw_page(CARD, 16)


def corners(reading: MrzReading) -> np.ndarray:
    """Return the corners of all lines."""
    return np.asarray(reading.line_quads)


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_a_zone_follows_its_page_by_quarter_turns(turn_deg: int) -> None:
    """It stands where a reading of the turned page would find it."""
    askew = turned(PAGE, -turn_deg)
    (before,) = READER.read(askew)
    (after,) = READER.read(turned(askew, turn_deg))

    moved = quarter_turned(before, turn_deg)

    assert np.abs(corners(moved) - corners(after)).max() < 0.01
    assert min(moved.turn_deg, 360 - moved.turn_deg) < 1


@pytest.mark.parametrize("skew_deg", [-9.0, 4.0])
def test_a_zone_follows_its_page_by_a_small_angle(skew_deg: float) -> None:
    """The page grows as its corners swing out; the zone's fractions follow."""
    askew = rotated(PAGE, -skew_deg)
    (before,) = READER.read(askew)
    (after,) = READER.read(rotated(askew, skew_deg))

    moved = levelled(before, askew.shape, skew_deg)

    assert np.abs(corners(moved) - corners(after)).max() < 0.01
    assert min(moved.turn_deg, 360 - moved.turn_deg) < 1
