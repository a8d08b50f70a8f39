import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.text.test_aamva import VIRGINIA
from workers.engines.barcodes import BarcodeReader, draw_pdf417
from workers.imaging.orientation import rotated
from workers.ports import Image

READER = BarcodeReader()


def card(module_px: int = 3, ground: int = 205) -> Image:
    """Return the back of a card: a barcode on a white field, lines of print below."""
    modules = draw_pdf417(VIRGINIA)
    bars = cv2.resize(modules, None, fx=module_px, fy=module_px, interpolation=cv2.INTER_NEAREST)
    high, wide = bars.shape
    page = np.full((high * 3, wide + 60 * module_px, 3), ground, np.uint8)
    left, top = 30 * module_px, 15 * module_px
    page[top - 6 : top + high + 6, left - 6 : left + wide + 6] = 255
    page[top : top + high, left : left + wide] = bars[..., None]
    for number in range(3):
        place = (left, top + high + (12 + 14 * number) * module_px)
        cv2.putText(page, "RESTRICTIONS NONE CLASS D 0123", place, 0, 0.35 * module_px, (40,) * 3)
    return page


def blurred(page: Image, sigma_px: float) -> Image:
    """Return the page out of focus."""
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma_px), np.uint8)


@pytest.mark.parametrize("angle_deg", [0, 3, -8, 20, 45, 90, 135, 180, 270])
def test_a_barcode_is_read_at_any_angle(angle_deg: float) -> None:
    """Its corners come back on the page as given, the first one where its rows begin."""
    page = rotated(card(), angle_deg)

    (found,) = READER.read(page)

    assert (found.symbology, found.text) == ("PDF417", VIRGINIA)
    height, width = page.shape[:2]
    (left, top), (right, low), *_ = found.quad
    slope = np.degrees(np.arctan2((low - top) * height, (right - left) * width))
    assert abs((slope - angle_deg + 180) % 360 - 180) < 3


@pytest.mark.parametrize("module_px", [2, 5])
def test_small_and_large_modules_are_read(module_px: int) -> None:
    """A card that fills a small picture, and a close-up."""
    (found,) = READER.read(blurred(card(module_px), 0.35 * module_px))

    assert found.text == VIRGINIA


def test_a_soft_noisy_photo_from_the_side_is_read() -> None:
    """The region is straightened, enlarged and sharpened."""
    page = card()
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + np.array([[9, 30], [-20, 4], [-4, -22], [26, 0]], np.float32)
    away = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(page, away, (width, height), borderValue=(80, 90, 90))
    soft = cv2.GaussianBlur(photo, (0, 0), 1.1).astype(np.float32) * 0.7
    noise = np.random.default_rng(4).normal(0, 5, soft.shape)

    (found,) = READER.read(np.clip(soft + noise, 0, 255).astype(np.uint8))

    assert found.text == VIRGINIA


def test_half_a_barcode_is_none() -> None:
    """What error correction cannot mend is not read."""
    page = card()

    assert READER.read(np.ascontiguousarray(page[:, : page.shape[1] // 2])) == ()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 300), st.integers(1, 400), st.integers(0, 2**32 - 1), st.sampled_from("bn"))
def test_no_picture_breaks_the_reader(height: int, width: int, seed: int, kind: str) -> None:
    """Noise and stripes yield nothing, and no error."""
    rng = np.random.default_rng(seed)
    shape = (1, width) if kind == "b" else (height, width)
    page = np.broadcast_to(rng.integers(0, 256, shape, np.uint8), (height, width))

    assert READER.read(np.ascontiguousarray(page)) == ()
