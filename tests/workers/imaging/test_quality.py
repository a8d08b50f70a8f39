"""Quality: a clean scan has no issue, and each fault has the one that names it."""

import cv2
import numpy as np
import pytest

from tests.workers.imaging.scenes import card
from workers.imaging.quality import measure, percentile
from workers.ports import Image

SCAN = card(4, (1200, 757))


def scaled(page: Image, gain: float, offset: float = 0.0) -> Image:
    """Return a page darker, lighter or flatter."""
    changed: Image = np.clip(page.astype(np.float32) * gain + offset, 0, 255).astype(np.uint8)
    return changed


def blurred(page: Image, width_px: float) -> Image:
    """Return a page out of focus."""
    return np.asarray(cv2.GaussianBlur(page, (0, 0), width_px), dtype=np.uint8)


def with_glare(page: Image) -> Image:
    """Return a page with a round reflection on it."""
    height, width = page.shape[:2]
    y, x = np.mgrid[:height, :width]
    away = ((x - width * 0.6) / (width * 0.11)) ** 2 + ((y - height * 0.5) / (height * 0.14)) ** 2
    lit = page.astype(np.float32) + 330 * np.exp(-away)[..., None]
    clipped: Image = np.clip(lit, 0, 255).astype(np.uint8)
    return clipped


@pytest.mark.parametrize("seed", range(6))
def test_a_clean_scan_has_no_issue(seed: int) -> None:
    """Good pictures are not complained about."""
    assert measure(card(seed, (1200, 757)), resolution_dpi=300.0).issues == ()


def test_a_white_page_of_text_has_no_issue() -> None:
    """Paper is bright by nature and no glare."""
    page = np.full((1400, 1000, 3), 255, np.uint8)
    for row in range(30):
        cv2.putText(page, "A letter on white paper", (40, 60 + 44 * row), 0, 1.1, (0, 0, 0), 2)

    assert measure(page).issues == ()


def test_a_few_lines_on_a_white_page_are_no_fault() -> None:
    """A copy of a small document is mostly white; washed out, its print is grey."""
    page = np.full((1000, 1400, 3), 255, np.uint8)
    for row in range(7):
        cv2.putText(page, "FEW LINES", (300, 300 + 44 * row), 0, 1.1, (40, 40, 40), 2)

    assert measure(page).issues == ()
    assert {"too_bright", "low_contrast"} <= set(measure(scaled(page, 0.1, 229.5)).issues)


@pytest.mark.parametrize(
    ("issue", "page"),
    [
        ("blurred", blurred(SCAN, 7)),
        ("too_dark", scaled(SCAN, 0.2)),
        ("too_bright", scaled(SCAN, 0.1, 250)),
        ("glare", with_glare(scaled(SCAN, 0.75))),
        ("low_contrast", scaled(SCAN, 0.15, 110)),
        ("low_resolution", np.ascontiguousarray(SCAN[::4, ::4])),
    ],
)
def test_each_fault_is_named(issue: str, page: Image) -> None:
    """The code says what to do better, and the sound scan does not carry it."""
    assert issue in measure(page).issues
    assert issue not in measure(SCAN).issues


def test_resolution_and_missing_parts_come_from_the_outline() -> None:
    """Known sizes decide where they are known."""
    assert "low_resolution" in measure(SCAN, resolution_dpi=80.0).issues
    assert "cut_off" in measure(SCAN, cut_off=True).issues
    assert measure(SCAN, resolution_dpi=300.0).resolution_dpi == 300.0


def test_more_blur_is_less_sharpness() -> None:
    """The figure falls with the width of the blur and does not depend on contrast."""
    figures = [measure(blurred(SCAN, width)).sharpness for width in (1, 3, 5, 8)]

    assert figures == sorted(figures, reverse=True)
    assert measure(scaled(SCAN, 0.6)).sharpness == pytest.approx(measure(SCAN).sharpness, abs=0.1)


def test_measures_are_shares() -> None:
    """Any picture gives figures from 0 to 1, the smallest too."""
    for page in (SCAN, np.zeros((16, 16), np.uint8), np.full((20, 4000, 3), 255, np.uint8)):
        measured = measure(page)
        for figure in (measured.sharpness, measured.brightness, measured.glare, measured.contrast):
            assert 0 <= figure <= 1


@pytest.mark.parametrize("percent", [2, 50, 75, 98])
def test_percentiles_by_counting_are_those_by_sorting(percent: float) -> None:
    """Between two greys, too."""
    random = np.random.default_rng(7)
    for height in range(1, 30):
        grey = random.integers(0, 256, (height, 13), dtype=np.uint8)

        assert percentile(grey, percent) == pytest.approx(float(np.percentile(grey, percent)))
