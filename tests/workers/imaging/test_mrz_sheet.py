from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workers.imaging.mrz_sheet import drift_px, sheet_through
from workers.imaging.mrz_strips import Line, Pyramid, line_through

BENDS = st.lists(st.floats(-30, 30), min_size=4, max_size=4).map(tuple)
CAP_PX = 12.0


def _seen(rows: int, columns: int, corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middles of rows x columns letters between four corners, seen in perspective."""
    flat = np.array([[0, 0], [columns - 1, 0], [columns - 1, rows - 1], [0, rows - 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    x, y = np.meshgrid(np.arange(columns) * 1.0, np.arange(rows) * 1.0)
    points = cv2.perspectiveTransform(np.stack([x, y], axis=2), matrix)
    return np.asarray(points, np.float64)


@given(BENDS, st.floats(-1.3, 1.3))
def test_a_line_read_from_its_other_end_is_the_same_line(bend: tuple[float, ...], t: float) -> None:
    """Its points stay where they are, and so does its middle."""
    line = Line(10, 20, 610, 90, CAP_PX, bend)

    turned = line.reversed()

    assert turned.middle == pytest.approx(line.middle)
    assert float(turned.offset_px(np.array(-t))) == pytest.approx(
        -float(line.offset_px(np.array(t))), abs=1e-6
    )


@given(BENDS)
def test_a_line_through_its_own_points_bends_as_before(bend: tuple[float, ...]) -> None:
    """What is fitted to a line's points is the line."""
    line = Line(0, 0, 600, 0, CAP_PX, bend)
    t = np.linspace(-1, 1, 33)

    found = line_through(np.stack([(t + 1) * 300, line.offset_px(t)], axis=1), CAP_PX)

    assert found.bend == pytest.approx(bend, abs=1e-6)


@given(BENDS, st.floats(0, 80), st.floats(0, 80))
def test_a_lengthened_line_goes_on_from_where_it_was(
    bend: tuple[float, ...], before_px: float, after_px: float
) -> None:
    """Longer by what was asked, straight ends apart."""
    line = replace(Line(0, 0, 600, 0, CAP_PX), bend=bend)

    longer = line.lengthened(before_px, after_px)

    reach = before_px + after_px + 600
    assert reach - 1e-6 <= longer.length <= 1.6 * reach


@given(
    st.sampled_from([(2, 36), (2, 44), (3, 30)]),
    st.lists(st.floats(-0.14, 0.14), min_size=8, max_size=8),
)
def test_a_sheet_follows_letters_seen_in_perspective(
    shape: tuple[int, int], shifts: list[float]
) -> None:
    """Every letter lies within a fraction of its height of where the sheet has it."""
    rows, columns = shape
    width, height = columns * 15.0, (rows - 1) * 36.0
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    # The whole page is 40 letters high: its keystone shears and converges its zone.
    page = np.array([[0, -500], [width, -500], [width, height + 50], [0, height + 50]])
    moved = page + np.array(shifts).reshape(4, 2) * [width, 500]
    matrix = cv2.getPerspectiveTransform(page.astype(np.float32), moved.astype(np.float32))
    seen = cv2.perspectiveTransform(corners[None].astype(np.float32), matrix)[0]
    letters = _seen(rows, columns, seen.astype(np.float64))

    sheet = sheet_through(letters, CAP_PX)

    assert sheet is not None
    for row in range(rows):
        x, y = sheet.on_page(np.linspace(-1, 1, columns), np.full(columns, row - (rows - 1) / 2))
        assert np.abs(np.stack([x, y], axis=1) - letters[row]).max() < 0.15 * CAP_PX


def test_a_letter_seen_out_of_place_does_not_pull_the_sheet() -> None:
    """One wild middle among many is left out."""
    letters = _seen(2, 44, np.array([[0, 0], [660, 30], [650, 70], [-10, 36]]))
    wild = letters.copy()
    wild[1, 20] += 25

    sheet = sheet_through(wild, CAP_PX)

    assert sheet is not None
    x, y = sheet.on_page(np.linspace(-1, 1, 44), np.full(44, 0.5))
    assert np.abs(np.stack([x, y], axis=1) - letters[1]).max() < 1.0


def test_rows_closer_than_their_letters_are_high_make_no_sheet() -> None:
    """Two readings of one line are no zone."""
    letters = _seen(2, 44, np.array([[0, 0], [660, 0], [660, 5], [0, 5]]))

    assert sheet_through(letters, CAP_PX) is None


def test_a_sheet_shows_its_rows_straight_and_upright() -> None:
    """Strokes that lean and rows that bend on the page stand in a strip's middle, at one pitch."""
    page = np.full((300, 900), 230, np.uint8)
    letters = np.empty((2, 44, 2))
    for row in range(2):
        for column in range(44):
            left = 60 + column * 17 + row * 8
            top = 100 + 0.03 * (column - 22) ** 2 + row * 36
            letters[row, column] = left, top
            ends = (left - 1, round(top - 6)), (left + 2, round(top + 6))
            cv2.line(page, *ends, 20, 2)
    sheet = sheet_through(letters, CAP_PX)
    assert sheet is not None

    for row in range(2):
        strip, place = sheet.cut(Pyramid(page), row, height_px=32, cap_px=17.5)
        x = np.asarray(place.margin_px + np.arange(44) * place.pitch_px, np.float64)
        middles = strip[14:18, np.rint(x).astype(int)].astype(float).mean(axis=0)

        assert middles.max() < 120
        assert np.abs(drift_px(strip, x)).max() < 1.5
