"""Readers of lines: print on security paper, lone figures, engines of several models."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageOps

from schemas.documents import TextLine, Word
from tests.workers.visual.made_lines import line
from workers.drawing.fonts import Face
from workers.drawing.paper import guilloche, to_bgr, write
from workers.engines.rapid import RapidReader
from workers.engines.tesseract_reader import LEAD_SHARE, Paper, TesseractReader
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
    arabic = frozenset({Script.ARABIC})
    reader = TesseractReader(text_engine(), ("ara",), arabic, layout=Layout.RAW_LINE)

    (reading,) = reader.read([cropped(text, Face.ARABIC_GOTHIC)])

    assert reading.text == text
    assert len(reading.confidences) == len(reading.places) == len(text)


def cropped(text: str, face: Face) -> Image:
    """Return a line in Arabic with hardly any paper around it."""
    picture = Picture.new("RGB", (500, 120), "white")
    write(picture, (480, 70), text, face, 34, anchor="rs")
    left, top, right, bottom = ImageOps.invert(picture.convert("L")).getbbox() or (0, 0, 500, 120)
    return to_bgr(picture)[top - 3 : bottom + 3, left - 5 : right + 5]


@pytest.mark.parametrize("face", [Face.ARABIC, Face.ARABIC_SANS, Face.ARABIC_GOTHIC])
def test_the_first_figure_of_an_arabic_line_is_read(face: Face) -> None:
    """Tesseract loses it where no paper stands before it, on the side where the line begins."""
    arabic, date = frozenset({Script.ARABIC}), "17 أفريل 2010"
    readers = [
        TesseractReader(text_engine(), ("ara",), arabic, Paper.WHITENED, 34, Layout.RAW_LINE, lead)
        for lead in (LEAD_SHARE, None)
    ]

    readings = [reader.read([cropped(date, face)])[0] for reader in readers]

    assert [one.text for one in readings] == [date, date[1:]]
    assert len(readings[0].places) == len(date)


def test_white_beside_a_line_is_no_nought() -> None:
    """Those of a number are."""

    class Noughts:
        name, version = "noughts", "1"

        def read(
            self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
        ) -> tuple[TextLine, ...]:
            """Return a line with points of white at its ends."""
            words = [Word(one, 0.9, (0.1, 0.1, 0.9, 0.9)) for one in ("0", "نهج", "100", "\u0660.")]
            return (TextLine("", 0.9, (0.1, 0.1, 0.9, 0.9), tuple(words)),)

    reader = TesseractReader(Noughts(), ("ara",), frozenset(), layout=Layout.RAW_LINE)

    (reading,) = reader.read([np.full((48, 200, 3), 255, np.uint8)])

    assert reading.text == "نهج 100"
    assert len(reading.confidences) == len(reading.places) == len(reading.text)


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
