"""Readers of lines: print on security paper, lone figures, engines of several models."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageOps

from tests.workers.visual.made_lines import line
from workers.drawing.fonts import Face
from workers.drawing.paper import guilloche, to_bgr, write
from workers.engines.rapid import RapidReader
from workers.engines.tesseract_reader import Paper, TesseractReader
from workers.engines.text_engine import text_engine
from workers.ports import Image, Layout, Script, StripReading, Tools
from workers.read import local_tools
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.places import Finder
from workers.visual.reading import read_face

LATIN = frozenset({Script.LATIN, Script.DIGITS})


def strip(text: str, seed: int = 5) -> Image:
    """Return a word on paper with wavy lines."""
    paper = guilloche(Random(seed), 60 + 24 * len(text), 48)
    write(paper, (30, 36), text, Face.SANS, 32)
    return to_bgr(paper)


@pytest.mark.parametrize("text", ["FW5J8R", "1537", "AB-123-CD"])
def test_print_on_security_paper_is_read_whitened(text: str) -> None:
    """The lines of the paper are no letters."""
    reader = TesseractReader(text_engine(), ("eng",), LATIN, Paper.WHITENED)

    (reading,) = reader.read([strip(text)])

    assert reading.text.replace(" ", "") == text


def test_a_lone_figure_is_read_with_paper_around_it() -> None:
    """Its place is told in the strip that was given, not in the widened one."""
    (reading,) = RapidReader().read([strip("7")[:, 20:70]])

    assert reading.text == "7"
    assert 0.1 < reading.places[0] < 0.9


@pytest.mark.parametrize("text", ["العبيدي", "هنشيري", "جليلة الحامدي"])
def test_a_word_of_arabic_is_read_whose_dots_stand_below_it(text: str) -> None:
    """They are no line of their own."""
    picture = Picture.new("RGB", (400, 120), "white")
    write(picture, (380, 70), text, Face.ARABIC_GOTHIC, 34, anchor="rs")
    left, top, right, bottom = ImageOps.invert(picture.convert("L")).getbbox() or (0, 0, 400, 120)
    cropped = to_bgr(picture)[top - 3 : bottom + 3, left - 5 : right + 5]
    arabic = frozenset({Script.ARABIC})
    reader = TesseractReader(text_engine(), ("ara",), arabic, layout=Layout.RAW_LINE)

    (reading,) = reader.read([cropped])

    assert reading.text == text
    assert len(reading.confidences) == len(reading.places) == len(text)


class Saying:
    """A reader that says what a test tells it to."""

    scripts = LATIN
    version = "1"

    def __init__(self, name: str, text: str) -> None:
        self.name, self._text = name, text

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return the same for every strip."""
        sure = (0.9,) * len(self._text)
        return tuple(StripReading(self._text, sure, sure) for _ in strips)


@pytest.mark.parametrize(
    ("further", "supported"),
    [("ANNA", True), ("ANN4", False), ("HANNA", False)],
)
def test_a_further_model_of_an_engine_only_confirms(further: str, *, supported: bool) -> None:
    """It is no third witness: what the two models of one engine agree on counts once."""
    tools = local_tools()
    readers = (Saying("first", "ANNA"), Saying("second", "ANN4"), Saying("second", further))
    asking = Tools(tools.blobs, tools.text, tools.mrz, tools.today, None, readers)
    face = DocumentFace("front", (Zone("name", ("Name",), where=(Where.RIGHT,)),))
    lines = [line("Name", 0.1, 0.1), line("ANNA", 0.3, 0.1)]

    page = np.full((1000, 1000, 3), 255, np.uint8)
    read = read_face(Finder(face, lines, 1.0), page, asking)

    verdict = read.fields["name"].verdict
    assert (verdict.value, verdict.supported) == ("ANNA", supported)
