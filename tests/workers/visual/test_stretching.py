"""A plate on its edge is found whole, although the finder of lines saw a part of it."""

import cv2
import numpy as np
import pytest
from PIL import Image as Picture

from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.ports import Image, Script, StripReading
from workers.read import local_tools
from workers.text import tn_plates
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import SpottedLine
from workers.visual.margins import lines_in_margins
from workers.visual.places import Finder
from workers.visual.stretching import stretched

FACE = DocumentFace(
    "front",
    (
        Zone(
            "plate",
            ("Immatriculation",),
            Script.DIGITS,
            (Where.BELOW,),
            parse=tn_plates.parse,
            anywhere=True,
            figures_apart=True,
        ),
    ),
)
WIDTH, HEIGHT = 800, 600


def page_with_plate(text: str) -> Image:
    """Draw a page with a title, and a plate that runs from its lower left corner upwards."""
    paper = np.full((WIDTH, HEIGHT, 3), 236, np.uint8)
    edge = Picture.fromarray(np.ascontiguousarray(paper.transpose(1, 0, 2)))
    write(edge, (120, 60), text, Face.SANS_BOLD, 34)
    upright = cv2.rotate(to_bgr(edge), cv2.ROTATE_90_COUNTERCLOCKWISE)
    picture = Picture.fromarray(cv2.cvtColor(upright, cv2.COLOR_BGR2RGB))
    write(picture, (200, 60), "Immatriculation", Face.SANS, 30)
    return to_bgr(picture)


def spotted(text: str, *corners_px: tuple[int, int]) -> SpottedLine:
    """Return a line as a finder would give it, its corners in pixels of the page."""
    page = page_with_plate("")
    quad = tuple((x / page.shape[1], y / page.shape[0]) for x, y in corners_px)
    places = tuple((number + 0.5) / len(text) for number in range(len(text)))
    reading = StripReading(text, (0.99,) * len(text), places)
    return SpottedLine(quad, Script.LATIN, reading, "first")  # type: ignore[arg-type]  # four


def test_the_rest_of_a_plate_on_its_edge_is_read() -> None:
    """What is left of it looks like a plate too."""
    page = page_with_plate("144 TUN 4092")
    bottom = page.shape[0] - 120
    part = spotted("144 TUN 4", (28, bottom), (28, bottom - 160), (66, bottom - 160), (66, bottom))
    title = spotted("Immatriculation", (200, 30), (430, 30), (430, 66), (200, 66))
    finder = Finder(FACE, [part, title], page.shape[1] / page.shape[0])

    whole = stretched(finder, page, local_tools())

    assert tn_plates.parse(finder.places["plate"][0].text) == "144 TUN 4"
    assert tn_plates.parse(whole.places["plate"][0].text) == "144 TUN 4092"
    assert len(whole.lines) == 2


def test_a_plate_whose_figures_do_not_tell_which_way_is_up_is_read_both_ways() -> None:
    """Its other part stands far off, too."""
    page = page_with_plate("203   TUN   668")
    bottom = page.shape[0] - 120
    ends = (bottom - 196, bottom - 270)
    part = spotted("899", (66, ends[1]), (66, ends[0]), (28, ends[0]), (28, ends[1]))
    title = spotted("Immatriculation", (200, 30), (430, 30), (430, 66), (200, 66))
    finder = Finder(FACE, [part, title], page.shape[1] / page.shape[0])

    whole = stretched(finder, page, local_tools())

    assert tn_plates.parse(whole.places["plate"][0].text) == "203 TUN 668"


@pytest.mark.parametrize("text", ["6 TUN 6083", "58 TUN 603"])
@pytest.mark.parametrize("framed", [False, True])
def test_a_plate_of_which_no_line_was_found_is_read(text: str, *, framed: bool) -> None:
    """Its figures stand apart in a margin, in a frame or without."""
    page = page_with_plate(text)
    if framed:
        cv2.rectangle(page, (14, 300), (82, WIDTH - 30), (20, 20, 20), 3)
    title = spotted("Immatriculation", (200, 30), (430, 30), (430, 66), (200, 66))
    finder = Finder(FACE, [title], page.shape[1] / page.shape[0])

    whole = stretched(finder, page, local_tools())

    assert tn_plates.parse(whole.places["plate"][0].text) == text


def test_a_plate_on_the_other_edge_is_read() -> None:
    """Such a page was laid out from right to left."""
    page = np.ascontiguousarray(cv2.rotate(page_with_plate("144 TUN 4092"), cv2.ROTATE_180))
    title = spotted("Immatriculation", (170, 730), (400, 730), (400, 766), (170, 766))
    finder = Finder(FACE, [title], page.shape[1] / page.shape[0])

    whole = stretched(finder, np.asarray(page, np.uint8), local_tools())

    assert tn_plates.parse(whole.places["plate"][0].text) == "144 TUN 4092"


def test_a_number_that_is_known_is_not_sought_in_the_margins() -> None:
    """Nothing but the page's own lines is read where one of them is the number."""
    page = page_with_plate("144 TUN 4092")
    title = spotted("Immatriculation", (200, 30), (430, 30), (430, 66), (200, 66))
    known = spotted("227 TUN 7995", (200, 70), (430, 70), (430, 106), (200, 106))
    finder = Finder(FACE, [title, known], page.shape[1] / page.shape[0])

    assert stretched(finder, page, local_tools()) is finder


def test_a_margin_without_a_number_changes_nothing() -> None:
    """A mark and other words in it are none."""
    page = page_with_plate("VALABLE")
    cv2.circle(page, (45, 120), 25, (40, 40, 40), -1)
    title = spotted("Immatriculation", (200, 30), (430, 30), (430, 66), (200, 66))
    finder = Finder(FACE, [title], page.shape[1] / page.shape[0])

    assert stretched(finder, page, local_tools()) is finder


def test_a_margin_full_of_dots_holds_no_line() -> None:
    """A pattern is not looked through dot by dot."""
    page = page_with_plate("")
    level = [((0.3, 0.03), (0.7, 0.03), (0.7, 0.05), (0.3, 0.05))]
    for x in range(3, 170, 14):
        for y in range(6, page.shape[0] - 8, 14):
            cv2.rectangle(page, (x, y), (x + 8, y + 8), (20, 20, 20), -1)

    dotted = list(lines_in_margins(page, level, 120))
    page[400:, :170] = 255

    assert dotted == []
    assert len(list(lines_in_margins(page, level, 120))) == 1
