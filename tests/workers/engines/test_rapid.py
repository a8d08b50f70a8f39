"""Lines are looked for on a copy of the page that is as small as its letters allow."""

from random import Random

import pytest

from workers.drawing.fonts import Face
from workers.drawing.paper import guilloche, to_bgr, write
from workers.engines.rapid import FIND_SIDE_PX, FIND_SIDE_PX_MIN, RapidFinder, find_side_px
from workers.imaging.text_presence import letters_of


@pytest.mark.parametrize(
    ("letter_share", "side_px"),
    [
        (0.0, FIND_SIDE_PX),
        (0.01, FIND_SIDE_PX),
        (0.02, 864),
        (0.05, FIND_SIDE_PX_MIN),
    ],
)
def test_the_larger_the_letters_the_smaller_the_copy(letter_share: float, side_px: int) -> None:
    """Small print and print of an unknown size keep the longest side."""
    assert find_side_px(letter_share) == side_px


def test_large_letters_are_found_on_a_small_copy() -> None:
    """A card's name: its letters tell how small the copy may be, and the line is found there."""
    paper = guilloche(Random(3), 1000, 620)
    write(paper, (100, 330), "MARGUERITE DUPONT", Face.SANS, 60)
    page = to_bgr(paper)

    letters = letters_of(page)
    quads = RapidFinder().find(page, letter_share=letters.small_size)

    assert letters.may_be_text
    assert find_side_px(letters.small_size) == FIND_SIDE_PX_MIN
    assert len(quads) == 1
    assert quads[0][0] == pytest.approx((0.09, 0.44), abs=0.03)
