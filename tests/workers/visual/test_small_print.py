"""Marks of letters that small print loses are doubted there."""

import numpy as np
import pytest

from tests.workers.visual.made_lines import LETTER, line
from workers.ports import Script
from workers.visual.evidence import Witness
from workers.visual.layout import Accents, Zone
from workers.visual.lines import whole
from workers.visual.place import Place
from workers.visual.small_print import HAMZA_HEIGHT_PX_MIN, may_lose_accents

NAME = Zone("given_names", script=Script.LATIN)
ACTIVITY = Zone("activity")


def is_doubted(zone: Zone, text: str, height_px: float) -> bool:
    """Say whether a value that two readers surely read is doubted, in print framed so high."""
    side = round(height_px / (2 * LETTER))
    page = np.full((side, side, 3), 235, np.uint8)
    place = Place((whole(line(text, 0.1, 0.5)),), 0.0)
    sure = (0.99,) * len(text)
    voices = [Witness(name, text, text, 0.99, 0.99, sure) for name in ("first", "second")]
    return may_lose_accents(zone, place, text, voices, page)


@pytest.mark.parametrize(
    ("text", "height_px", "doubted"),
    [
        ("تاجير", HAMZA_HEIGHT_PX_MIN - 5, True),
        ("تاجير", HAMZA_HEIGHT_PX_MIN + 5, False),
        ("تأجير", HAMZA_HEIGHT_PX_MIN - 5, False),
        ("علي", HAMZA_HEIGHT_PX_MIN - 5, False),
    ],
)
def test_a_word_without_its_hamza_is_doubted_in_small_print(
    text: str, height_px: float, *, doubted: bool
) -> None:
    """Three readers lost it at once; some papers print none."""
    assert is_doubted(ACTIVITY, text, height_px) is doubted


@pytest.mark.parametrize(
    ("text", "height_px", "doubted"),
    [("Leiria", 20, True), ("LEIRIA", 20, False), ("Leiria", 40, False), ("Marc", 20, False)],
)
def test_a_dot_may_be_an_accent_in_small_print(
    text: str, height_px: float, *, doubted: bool
) -> None:
    """Of an i, however sure its readers are."""
    assert is_doubted(NAME, text, height_px) is doubted


@pytest.mark.parametrize(("text", "doubted"), [("Sofia", True), ("Sofía", False)])
def test_an_accent_whose_letter_another_zone_tells_is_believed_however_small(
    text: str, *, doubted: bool
) -> None:
    """What has none may have lost it."""
    zone = Zone("given_names", script=Script.LATIN, accents=Accents.TOLD)

    assert is_doubted(zone, text, 20) is doubted
