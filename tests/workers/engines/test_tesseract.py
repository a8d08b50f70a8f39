"""One contract for both ways of calling Tesseract."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from schemas.errors import Misconfigured, Unprocessable
from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.engines import tesseract_data
from workers.engines.tesseract_inprocess import ENGINES_MAX, TesseractInProcess
from workers.engines.tesseract_lines import Row, lines_of
from workers.engines.tesseract_process import TesseractProcess
from workers.engines.text_engine import text_engine
from workers.engines.text_scale import SIDE_PX_MAX, scaled_for_text
from workers.ports import Image, Layout, TextEngine

ENGLISH = ("eng",)
PEACE = "\u0633\u0644\u0627\u0645"


@pytest.fixture(scope="module", params=[TesseractInProcess, TesseractProcess])
def engine(request: pytest.FixtureRequest) -> TextEngine:
    """Return the engine in this process, then the one that is a program."""
    make: Callable[[], TextEngine] = request.param
    return make()


def paper(*lines: str, face: Face = Face.SANS, size_px: int = 32, right: int = 0) -> Image:
    """Return a white page with lines of text on it."""
    picture = Picture.new("RGB", (900, 120 + 70 * len(lines)), "white")
    for number, line in enumerate(lines):
        place = (right or 60, 90 + 70 * number)
        write(picture, place, line, face, size_px, anchor="rs" if right else "ls")
    return to_bgr(picture)


def test_lines_come_in_reading_order_with_their_words(engine: TextEngine) -> None:
    """Each line says its words; confidences are probabilities."""
    lines = engine.read(paper("Trains leave at nine", "Bring two copies"), ENGLISH)

    assert [line.text for line in lines] == ["Trains leave at nine", "Bring two copies"]
    assert [word.text for word in lines[0].words] == ["Trains", "leave", "at", "nine"]
    assert all(0.5 < word.confidence <= 1 for line in lines for word in line.words)


def test_boxes_are_fractions_of_the_picture_given(engine: TextEngine) -> None:
    """However the engine scales the picture, the box stands where the word does."""
    image = paper("Trains", size_px=20)
    ink = np.argwhere(image[:, :, 0] < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0) + 1
    height, width = image.shape[:2]
    expected = (left / width, top / height, right / width, bottom / height)

    (line,) = engine.read(image, ENGLISH)

    assert line.words[0].box == pytest.approx(expected, abs=0.01)


def test_small_letters_are_enlarged_before_they_are_read(engine: TextEngine) -> None:
    """Letters of nine pixels are read as well as those of thirty."""
    small = paper("The bakery sells fresh bread", size_px=13)[60:110, 40:260]

    (line,) = engine.read(small, ENGLISH, Layout.LINE)

    assert line.text == "The bakery sells fresh bread"


def test_a_grey_picture_is_read_too(engine: TextEngine) -> None:
    """Colour is not asked for."""
    grey = np.ascontiguousarray(paper("Good morning")[:, :, 0])

    assert [line.text for line in engine.read(grey, ENGLISH)] == ["Good morning"]


def test_an_empty_page_has_no_lines(engine: TextEngine) -> None:
    """Nothing is invented on white paper."""
    assert engine.read(np.full((300, 400, 3), 255, np.uint8), ENGLISH) == ()


def test_arabic_comes_in_logical_order_without_marks(engine: TextEngine) -> None:
    """The first word read is the one at the right; no invisible character stays in it."""
    image = paper("المكتب مغلق يوم الأحد", face=Face.ARABIC_SANS, size_px=46, right=840)

    (line,) = engine.read(image, ("ara",))

    assert line.text == "المكتب مغلق يوم الأحد"
    first, last = line.words[0], line.words[-1]
    assert first.box[0] > last.box[0]


def test_a_word_that_the_engine_took_to_run_from_left_to_right_is_turned() -> None:
    """It marks such words; their letters stand as they are seen."""
    marked = (" دارط\u200e", "AB\u200e", "12ةنس\u200e")
    rows = [Row((1, 1, 1, 1), text, 90, (0, 0, 9, 9)) for text in marked]

    (line,) = lines_of(rows, 10, 10)

    assert line.text == "طراد AB سنة12"


@pytest.mark.parametrize("languages", [("tlh",), ("eng", "tlh"), (), ("../eng",), ("eng+fra",)])
def test_a_language_without_a_model_is_refused(
    engine: TextEngine, languages: tuple[str, ...]
) -> None:
    """The reason is for machines, the message names what there is."""
    with pytest.raises(Unprocessable) as caught:
        engine.read(paper("Hello"), languages)

    assert caught.value.reason == "language.unknown"
    assert "eng" in caught.value.message


def test_an_engine_says_its_name_and_version(engine: TextEngine) -> None:
    """Every value that comes out names them."""
    assert engine.name == "tesseract"
    assert engine.version[0].isdigit()


def test_language_sets_beyond_the_bound_are_let_go() -> None:
    """A caller who asks for ever other languages does not fill the memory."""
    engine = TesseractInProcess()
    sets = [("eng",), ("fra",), ("ara",), ("eng", "fra"), ("fra", "eng"), ("eng", "ara")]

    for languages in sets:
        engine.read(paper("Hello"), languages)

    assert len(engine._engines) == ENGINES_MAX


def test_the_engine_in_this_process_is_taken_where_there_is_one() -> None:
    """A process for each picture is the portable way, not the first."""
    assert isinstance(text_engine(), TesseractInProcess)


@pytest.mark.parametrize("make", [TesseractInProcess, TesseractProcess])
def test_missing_models_stop_the_start_with_their_cure(
    make: Callable[[], TextEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets a machine up reads what to install."""
    for module in ("tesseract_inprocess", "tesseract_process"):
        monkeypatch.setattr(f"workers.engines.{module}.tessdata_folder", lambda: None)

    with pytest.raises(Misconfigured, match="tesseract-ocr"):
        make()


def test_a_folder_named_by_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TESSDATA_PREFIX may name the folder or the one above it."""
    (tmp_path / "tessdata").mkdir()
    (tmp_path / "tessdata" / "eng.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))

    assert tesseract_data.tessdata_folder.__wrapped__() == tmp_path / "tessdata"


def test_a_huge_page_is_reduced_and_a_good_one_left_alone() -> None:
    """More pixels cost time and add nothing to read."""
    huge, good = np.zeros((5000, 100, 3), np.uint8), np.zeros((1600, 1200, 3), np.uint8)

    assert scaled_for_text(huge, Layout.PAGE).shape[0] == SIDE_PX_MAX
    assert scaled_for_text(good, Layout.PAGE) is good


def test_marks_and_empty_words_never_reach_a_line() -> None:
    """What Tesseract adds for display is taken out; what remains empty is no word."""
    rows = [
        Row((1,), f"\u200f{PEACE}\u200e", 90, (10, 10, 50, 30)),
        Row((1,), "\u200f ", 90, (60, 10, 70, 30)),
        Row((2,), " ", 95, (0, 0, 100, 100)),
    ]

    (line,) = lines_of(rows, 100, 100)

    assert line.text == PEACE
    assert line.words[0].confidence == 0.9
