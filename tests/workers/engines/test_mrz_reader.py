from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.documents import MrzFormat
from tests.workers.engines.mrz_pages import (
    CARD,
    FRENCH_CARD,
    PASSPORT,
    VISA,
    Page,
    bend,
    bend_along,
    draw_page,
    from_the_side,
    move_corner,
    spoil,
)
from workers.engines.mrz_reader import MrzReader

READER = MrzReader()


@pytest.mark.parametrize(
    ("lines", "mrz_format"),
    [
        (PASSPORT, MrzFormat.TD3),
        (CARD, MrzFormat.TD1),
        (VISA, MrzFormat.MRV_A),
        (FRENCH_CARD, MrzFormat.FR_CNI),
    ],
)
def test_a_clean_document_is_read_and_supported(
    lines: tuple[str, ...], mrz_format: MrzFormat
) -> None:
    """Format, lines and evidence all stand."""
    (reading,) = READER.read(draw_page(lines))

    assert reading.format is mrz_format
    assert reading.lines == lines
    assert reading.valid
    assert reading.supported
    assert min(min(row) for row in reading.symbol_confidences) > 0.9


@pytest.mark.parametrize("letter_px", [8, 12, 40, 80])
def test_letters_from_8_to_80_px_are_read(letter_px: int) -> None:
    """Scans of a whole page and close-ups both work."""
    (reading,) = READER.read(draw_page(PASSPORT, letter_px))

    assert reading.lines == PASSPORT


@pytest.mark.parametrize("seed", range(3))
def test_a_blurred_noisy_dim_page_is_read(seed: int) -> None:
    """Ordinary camera damage costs nothing."""
    (reading,) = READER.read(spoil(draw_page(CARD, 16), seed))

    assert reading.lines == CARD


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_and_its_turn_told(turn: int) -> None:
    """turn_deg is the clockwise turn that makes the page upright."""
    page = np.ascontiguousarray(np.rot90(draw_page(PASSPORT, 16), turn // 90))

    (reading,) = READER.read(page)

    assert reading.lines == PASSPORT
    assert abs((reading.turn_deg - turn + 180) % 360 - 180) < 2


@pytest.mark.parametrize("slant_deg", [-40, -17, 8, 33])
def test_a_slanted_page_is_read(slant_deg: int) -> None:
    """Any angle in the plane will do."""
    page = draw_page(CARD, 16)
    height, width = page.shape
    reach = int(np.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), slant_deg, 1.0)
    matrix[:, 2] += (reach - width) / 2, (reach - height) / 2
    slanted = cv2.warpAffine(page, matrix, (reach, reach), borderValue=90)

    (reading,) = READER.read(np.asarray(slanted, np.uint8))

    assert reading.lines == CARD
    assert abs((reading.turn_deg - slant_deg + 180) % 360 - 180) < 2


@pytest.mark.parametrize(
    "page", [bend(draw_page(PASSPORT), 12), from_the_side(draw_page(PASSPORT), 0.1)]
)
def test_a_bent_page_and_one_seen_from_the_side_are_read(page: Page) -> None:
    """Rows may sag and converge."""
    (reading,) = READER.read(page)

    assert reading.lines == PASSPORT


@pytest.mark.parametrize("lines", [PASSPORT, CARD, FRENCH_CARD])
@pytest.mark.parametrize(("waves", "start"), [(0.5, 0.0), (0.5, 0.5), (0.9, 0.2)])
def test_a_page_bent_by_more_than_a_letter_is_read(
    lines: tuple[str, ...], waves: float, start: float
) -> None:
    """Arched, hanging through or wavy by 4 % of its width."""
    page = draw_page(lines, 16)

    (reading,) = READER.read(bend_along(page, 0.04 * page.shape[1], waves, start))

    assert reading.lines == lines
    assert reading.valid


@pytest.mark.parametrize("lines", [PASSPORT, CARD, VISA])
@pytest.mark.parametrize("corner", range(4))
def test_a_page_with_one_corner_drawn_in_is_read(lines: tuple[str, ...], corner: int) -> None:
    """Letters lean, shrink and converge along the line."""
    (reading,) = READER.read(move_corner(draw_page(lines, 16), corner, 0.14))

    assert reading.lines == lines


@pytest.mark.parametrize("lines", [PASSPORT, CARD])
def test_light_print_on_dark_ground_is_read(lines: tuple[str, ...]) -> None:
    """A negative, or a card printed so."""
    (reading,) = READER.read(np.asarray(255 - draw_page(lines, 16), np.uint8))

    assert reading.lines == lines


def test_a_document_lost_on_a_large_page_is_found() -> None:
    """A passport that fills a fifth of a 600 dpi scan."""
    page = np.full((7000, 5000), 240, np.uint8)
    document = draw_page(PASSPORT)
    page[3000 : 3000 + document.shape[0], 1000 : 1000 + document.shape[1]] = document

    (reading,) = READER.read(page)

    assert reading.lines == PASSPORT


def test_line_corners_are_fractions_around_the_print() -> None:
    """The corners hold the ink of each line and little else."""
    page = draw_page(PASSPORT)
    (reading,) = READER.read(page)

    for index, quad in enumerate(reading.line_quads):
        left, right = quad[0][0], quad[1][0]
        top, bottom = quad[0][1], quad[2][1]
        ink_top = (page.shape[0] - 24 * (2.4 + 2.4 * (1 - index))) / page.shape[0]
        assert 0.02 < left < 0.06
        assert 0.94 < right < 0.98
        assert ink_top - 0.01 < top < bottom < ink_top + 0.08


def test_two_documents_in_one_picture_are_two_readings() -> None:
    """A card above a passport: both zones, each with its own format."""
    passport, card = draw_page(PASSPORT, 16), draw_page(CARD, 16)
    wide = np.full((card.shape[0], passport.shape[1]), 225, np.uint8)
    wide[:, : card.shape[1]] = card

    readings = READER.read(np.vstack([wide, passport]))

    assert {reading.lines for reading in readings} == {CARD, PASSPORT}


def test_a_wrong_printed_check_digit_is_read_as_printed() -> None:
    """The reader never makes a document valid that is not."""
    printed = (PASSPORT[0], PASSPORT[1][:19] + "5" + PASSPORT[1][20:])

    (reading,) = READER.read(draw_page(printed))

    assert reading.lines == printed
    assert not reading.valid


def test_a_line_cut_by_the_edge_is_never_both_valid_and_supported_and_wrong() -> None:
    """A passport that lost its right side must not pass for a shorter format."""
    page = draw_page(PASSPORT)
    for cut in (0.8, 0.83, 0.9, 0.95):
        for reading in READER.read(np.ascontiguousarray(page[:, : int(page.shape[1] * cut)])):
            assert not (reading.valid and reading.supported and reading.lines != PASSPORT)


def test_a_page_of_other_print_has_no_zone() -> None:
    """Ordinary lines, even evenly spaced ones, are no zone."""
    page = np.full((900, 1200), 235, np.uint8)
    for row in range(12):
        text = "The quick brown fox jumps over the lazy dog 0123456789" if row % 2 else "XI" * 30
        cv2.putText(page, text, (30, 60 + 65 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 30, 2)

    assert READER.read(page) == ()


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (17, 17), (40, 2000, 3)])
def test_odd_shapes_have_no_zone(shape: tuple[int, ...]) -> None:
    """Slivers and dots are pages too."""
    assert READER.read(np.full(shape, 128, np.uint8)) == ()


@settings(max_examples=15, deadline=None)
@given(
    st.integers(16, 500),
    st.integers(16, 700),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["noise", "stripes", "blocks"]),
)
def test_no_picture_breaks_the_finder(height: int, width: int, seed: int, kind: str) -> None:
    """Noise, stripes and blocks yield nothing, and no error."""
    assert READER.read(_texture(height, width, seed, kind)) == ()


def test_a_picture_of_another_kind_is_refused() -> None:
    """Four channels are no page."""
    with pytest.raises(ValueError, match="height x width"):
        READER.read(np.zeros((50, 50, 4), np.uint8))


def test_the_model_is_small_enough_to_ship() -> None:
    """A few megabytes at most."""
    model = Path("workers/engines/models/mrz.onnx").resolve()

    assert model.stat().st_size < 4_000_000


def _texture(height: int, width: int, seed: int, kind: str) -> Page:
    rng = np.random.default_rng(seed)
    if kind == "noise":
        return np.asarray(rng.integers(0, 256, (height, width)), np.uint8)
    if kind == "stripes":
        wave = np.sin(np.arange(width) * rng.uniform(0.1, 3)) * 100 + 128
        rows = (np.arange(height) // int(rng.integers(4, 40)) % 2)[:, None]
        return np.asarray(wave[None, :] * rows, np.uint8)
    small = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1), np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
