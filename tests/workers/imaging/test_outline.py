"""The outline: found where a document lies in a photo, not made up where there is none."""

import cv2
import numpy as np
import pytest

from tests.workers.imaging.scenes import card, overlap, photo
from workers.imaging import outline
from workers.imaging.outline import Outline, find_outline, flatten

SIZES = [(856, 540), (1000, 704), (704, 1000)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fill", [0.5, 0.7])
def test_a_document_on_a_table_is_found(size: tuple[int, int], fill: float) -> None:
    """Of five photos four or more have an outline, and none of these is wrong."""
    overlaps = []
    for seed in range(5):
        picture, corners = photo(seed, card(seed, size), fill)
        outline = find_outline(picture)
        if outline is not None:
            overlaps.append(overlap(np.asarray(outline.corners, np.float32), corners))

    assert len(overlaps) >= 4
    assert min(overlaps) > 0.9


@pytest.mark.parametrize("size", SIZES)
def test_a_document_that_fills_the_picture_is_left_alone(size: tuple[int, int]) -> None:
    """Neither the portrait nor the lines of a scan are taken for the document."""
    for seed in range(5):
        assert find_outline(card(seed, size)) is None


def test_a_page_of_text_with_a_framed_part_is_not_cut() -> None:
    """A frame in a page is no outline: text outside of it would be lost."""
    page = np.full((1000, 800, 3), 245, np.uint8)
    for row in range(22):
        place = (40, 40 + 44 * row)
        cv2.putText(page, "LINES OF A LETTER GO ON", place, 0, 1.0, (20, 20, 20), 2)
    cv2.rectangle(page, (150, 300), (650, 615), (0, 0, 0), 4)

    assert find_outline(page) is None


def test_a_document_in_a_picture_whose_own_frame_is_an_outline_is_found() -> None:
    """A rim around the picture is one, and on tables with grain there are edges everywhere.

    A frame that is printed on the page that fills the picture is no document for all that.
    """
    table = np.full((440, 640, 3), 90, np.uint8)
    cv2.rectangle(table, (3, 3), (636, 436), (240, 240, 240), 2)
    corners = np.asarray([[120, 60], [540, 50], [560, 340], [100, 330]], np.float32)
    sheet, framed = table.copy(), table.copy()
    cv2.fillConvexPoly(sheet, corners.astype(int), (240, 244, 240))
    cv2.polylines(framed, [corners.astype(int)], isClosed=True, color=(240, 244, 240), thickness=3)

    outline = find_outline(sheet)

    assert outline is not None
    found = np.asarray(outline.corners, np.float32) * np.asarray([640, 440], np.float32)
    assert overlap(found, corners) > 0.9
    assert find_outline(framed) is None


@pytest.mark.parametrize(("dash", "found"), [(26, False), (40, True)])
def test_a_line_of_print_is_no_edge_where_letters_stand_beyond_it(
    monkeypatch: pytest.MonkeyPatch, dash: int, *, found: bool
) -> None:
    """An upper edge that melts into the table leaves the line below the title for it.

    A side without gaps is one: then the letters beyond are the table's grain.
    """
    page = np.full((480, 640, 3), 120, np.uint8)
    page[60:401, 100:541] = 150
    for x in range(100, 540, 40):
        cv2.line(page, (x, 140), (x + dash, 140), (40, 40, 40), 2)
    cv2.putText(page, "REPUBLIC OF UTOPIA", (150, 112), 0, 0.55, (30, 30, 30), 1)
    for row in range(6):
        cv2.putText(page, "NAME OF HOLDER", (160, 180 + 36 * row), 0, 0.55, (30, 30, 30), 1)
    quad = np.asarray([[100, 140], [540, 140], [540, 400], [100, 400]], np.float32)
    monkeypatch.setattr(outline, "propose", lambda _: [quad])

    assert (find_outline(page) is not None) is found


def test_an_empty_picture_has_no_outline() -> None:
    """Plain and noisy pictures give none."""
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)

    assert find_outline(np.full((300, 400, 3), 200, np.uint8)) is None
    assert find_outline(noise) is None
    assert find_outline(np.zeros((16, 16), np.uint8)) is None


def test_flattening_gives_the_document_back_with_a_margin() -> None:
    """The flattened card looks like the drawn one, and is a little larger than its outline."""
    drawn = card(3)
    picture, corners = photo(3, drawn, 0.7)
    outline = Outline(tuple((float(x), float(y)) for x, y in corners), 1.0, 1.586)

    flat = flatten(picture, outline)

    pad = round(flat.shape[1] * 0.025 / 1.05)
    inner = cv2.resize(flat[pad:-pad, pad:-pad], (drawn.shape[1], drawn.shape[0]))
    likeness = cv2.matchTemplate(inner, drawn, cv2.TM_CCOEFF_NORMED)
    assert float(np.max(likeness)) > 0.8
    assert abs(flat.shape[1] / flat.shape[0] - 1.586) < 0.15


def test_a_document_over_the_edge_is_called_cut_off() -> None:
    """Two corners at the picture's edge mean that something is missing."""
    inside = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.7), (0.2, 0.7))
    over = ((0.2, 0.2), (1.0, 0.2), (1.0, 0.7), (0.2, 0.7))

    assert not Outline(inside, 1.0, 1.5).cut_off
    assert Outline(over, 1.0, 1.5).cut_off
