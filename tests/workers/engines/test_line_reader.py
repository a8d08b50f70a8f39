import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageDraw
from rapidfuzz.distance import Levenshtein

from workers.drawing.fonts import Face, font
from workers.engines.line_reader import OwnLineReader, arabic_reader
from workers.ports import Image, Script, StripReading

LINES = (
    "محمد الهادي",
    "الطرابلسي",
    "05 جانفي 1985",
    "123 تونس 4567",
    "بنت علي بن صالح",
    "سيدي بوزيد",
    "01234567",
    "28/02/1990",
    "نهج الحرية عدد 12",
    "قفصة",
)
READER = arabic_reader()


def strip(text: str, size_px: int = 40, face: Face = Face.ARABIC) -> Image:
    """Draw a line in black on white, as tight as a finder would cut it."""
    letters = font(face, size_px)
    left, top, right, bottom = letters.getbbox(text, direction="rtl")
    size = (round(right - left) + size_px // 2, round(bottom - top) + size_px // 4)
    page = Picture.new("RGB", size, (236, 232, 225))
    place = (size_px // 4 - left, size_px // 8 - top)
    ImageDraw.Draw(page).text(place, text, fill=(25, 25, 30), font=letters, direction="rtl")
    return np.asarray(page, np.uint8)


def test_clean_lines_are_read_in_logical_order() -> None:
    """Names, dates, plates and addresses, numbers inside them the right way round."""
    readings = READER.read([strip(text) for text in LINES])

    wrong = sum(
        Levenshtein.distance(text, one.text) for text, one in zip(LINES, readings, strict=True)
    )
    assert wrong / sum(map(len, LINES)) < 0.1
    assert sum(text == one.text for text, one in zip(LINES, readings, strict=True)) >= 7


def test_every_symbol_has_its_probability_and_its_place() -> None:
    """Arabic runs to the left: the first symbol stands farthest right."""
    (reading,) = READER.read([strip("الطرابلسي")])

    assert len(reading.text) == len(reading.confidences) == len(reading.places)
    assert all(0 < one <= 1 for one in reading.confidences)
    assert reading.places[0] > reading.places[-1]


def test_a_line_reads_the_same_alone_and_among_others() -> None:
    """What runs beside it does not matter."""
    together = arabic_reader().read([strip(text) for text in LINES])
    reader = arabic_reader()
    alone = [reader.read([strip(text)])[0] for text in LINES]

    assert [one.text for one in together] == [one.text for one in alone]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 4000, 3), (300, 2, 3), (48, 64)])
def test_a_strip_of_any_shape_gives_a_reading(shape: tuple[int, ...]) -> None:
    """Finders give what they give."""
    assert len(READER.read([np.zeros(shape, np.uint8)])) == 1


def test_no_strips_give_no_readings() -> None:
    """Nothing to read is nothing read."""
    assert READER.read([]) == ()


def test_it_says_what_it_reads() -> None:
    """Arabic lines, with the figures in them; figures alone are for readers made for them."""
    assert READER.scripts == {Script.ARABIC}


def test_a_strip_that_was_just_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same picture asked for twice, in one call or in two, costs the net one run."""
    reader = arabic_reader()
    runs: list[int] = []
    run = OwnLineReader._run

    def counted(self: OwnLineReader, strips: list[Image], width: int) -> list[StripReading]:
        runs.append(len(strips))
        return run(self, strips, width)

    monkeypatch.setattr(OwnLineReader, "_run", counted)
    first = reader.read([strip(LINES[0]), strip(LINES[0])])
    again = reader.read([strip(LINES[0])])

    assert first == (*again, *again)
    assert sum(runs) == 1
