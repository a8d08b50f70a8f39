"""Lines are read whichever way they run."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from schemas.documents import Quad
from tests.workers.reading_fakes import tools
from workers.ports import Image, Script, StripReading, Tools
from workers.visual.spotting import read_lines


class Inky:
    """Reads a strip as where its ink is: left or right; strips without ink as nothing."""

    name = "inky"
    version = "1"
    scripts = frozenset({Script.LATIN})

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return one word for each strip, surer where the ink comes first."""
        return tuple(map(self._read, strips))

    def _read(self, strip: Image) -> StripReading:
        ink = 255 - strip[..., 0].mean(axis=0)
        half = len(ink) // 2
        first, second = ink[:half].sum(), ink[half:].sum()
        if max(first, second) < 200:
            return StripReading("")
        text, sure = ("left", 0.9) if first > second else ("right", 0.6)
        return StripReading(text, (sure,) * len(text), tuple(np.linspace(0.1, 0.9, len(text))))


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    """Return the corners of a box, as finders give them on an upright page."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def test_a_line_along_an_edge_is_read_upwards_and_downwards() -> None:
    """What reads better counts, and its corners begin where its text begins."""
    page = np.full((400, 400, 3), 255, np.uint8)
    page[300:350, 22:38] = 0  # ink at the lower end: the text begins there and runs up
    page[100:116, 210:250] = 0

    lines = read_lines(
        page,
        (box(0.05, 0.1, 0.1, 0.9), box(0.5, 0.24, 0.9, 0.3)),
        _with(Inky()),
    )

    upward = next(line for line in lines if line.quad[0][0] < 0.2)
    assert [line.text for line in lines] == ["left", "left"]
    assert upward.quad[0][1] == 0.9
    assert upward.quad[1][1] == 0.1


def test_a_lone_digit_is_a_level_line() -> None:
    """It is higher than wide, and still no line that runs up an edge."""
    page = np.full((400, 400, 3), 255, np.uint8)
    page[100:150, 100:110] = 0

    (line,) = read_lines(page, (box(0.24, 0.24, 0.3, 0.38),), _with(Inky()))

    assert line.quad == box(0.24, 0.24, 0.3, 0.38)


def _with(reader: Inky) -> Tools:
    return replace(tools(), readers=(reader,))


def test_pieces_of_a_line_along_an_edge_are_read_as_one() -> None:
    """Finders part such a line; level digits in a column stay what they are."""
    page = np.full((400, 400, 3), 255, np.uint8)
    page[60:110, 22:38] = 0
    parted = (box(0.05, 0.1, 0.1, 0.3), box(0.05, 0.32, 0.1, 0.5), box(0.05, 0.48, 0.1, 0.6))

    lines = read_lines(page, parted, _with(Inky()))

    assert [line.text for line in lines] == ["left"]
    assert {y for _, y in lines[0].quad} == {0.1, 0.6}


@pytest.mark.parametrize(("step", "is_one"), [(0.045, True), (0.1, False)])
def test_figures_on_their_side_are_read_as_one_line_with_the_word_between_them(
    step: float, *, is_one: bool
) -> None:
    """Codes that stand in a column are lines of their own."""
    page = np.full((400, 400, 3), 255, np.uint8)
    page[60:110, 22:38] = 0
    above = [box(0.05, top, 0.1, top + 0.04) for top in (0.1, 0.1 + step, 0.1 + 2 * step)]
    below = [box(0.05, top + 0.3, 0.1, top + 0.34) for top in (0.1 + 2 * step, 0.1 + 3 * step)]
    word = box(0.05, above[-1][0][1] + step, 0.1, below[0][0][1] - step + 0.04)

    found = read_lines(page, (*above, word, *below), _with(Inky()))

    parts = {*above, word, *below}
    assert parts.isdisjoint(one.quad for one in found) is is_one


class Sure:
    """Says one word to every strip, as surely as it was told, and counts what it was asked."""

    version = "1"

    def __init__(self, name: str, script: Script, text: str, sure: float) -> None:
        self.name = name
        self.scripts = frozenset({script})
        self._text, self._sure = text, sure
        self.asked = 0

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return the word for each strip."""
        self.asked += len(strips)
        sure = (self._sure,) * len(self._text)
        places = tuple(np.linspace(0.9, 0.1, len(self._text)))
        return tuple(StripReading(self._text, sure, places) for _ in strips)


def test_a_line_goes_on_to_the_dearer_reader_only_while_it_is_not_read_as_its_own() -> None:
    """An Arabic reader that is sure of Latin letters is asked for a second opinion all the same."""
    page = np.full((400, 400, 3), 255, np.uint8)
    where = (box(0.1, 0.1, 0.6, 0.2),)
    for text, asked in (("تونس", 0), ("12345678", 1), ("SALAH", 1)):
        arabic = Sure("cheap", Script.ARABIC, text, 0.99)
        latin = Sure("dear", Script.LATIN, "OTHER", 0.5)

        (line,) = read_lines(page, where, replace(tools(), readers=(arabic, latin)))

        assert (line.text, latin.asked) == (text, asked)


def test_on_a_page_of_one_script_its_reader_is_asked_first() -> None:
    """A few lines tell; short words and figures are shown to both all the same."""
    page = np.full((400, 400, 3), 255, np.uint8)
    where = [box(0.1, top, 0.6, top + 0.05) for top in np.linspace(0.1, 0.9, 10)]
    for text, asked in (("REPUBLIQUE", 2), ("12.05.2020", 10), ("L", 10)):
        arabic = Sure("cheap", Script.ARABIC, "12345", 0.995)
        latin = Sure("dear", Script.LATIN, text, 0.99)

        lines = read_lines(page, where, replace(tools(), readers=(arabic, latin)))

        assert ({line.text for line in lines}, arabic.asked) == ({text}, asked)


@pytest.mark.parametrize(
    ("seen", "printed"), [("4", "4c."), ("3\u0644", "J.3"), ("ana Helga\u0644", "Jana Helga")]
)
def test_a_code_with_a_letter_is_read_by_the_reader_that_knows_the_letter(
    seen: str, printed: str
) -> None:
    """The Arabic reader is surer of what it knows alone, and takes a J for a lam."""
    page = np.full((400, 400, 3), 255, np.uint8)
    readers = (Sure("cheap", Script.ARABIC, seen, 0.99), Sure("dear", Script.LATIN, printed, 0.95))

    (line,) = read_lines(page, (box(0.1, 0.1, 0.2, 0.2),), replace(tools(), readers=readers))

    assert (line.text, line.reader) == (printed, "dear")


@pytest.mark.parametrize(("elsewhere", "printed"), [("SALAH", "G1 214"), ("تونس", "214 له")])
def test_a_page_without_an_arabic_word_has_no_arabic_codes(elsewhere: str, printed: str) -> None:
    """Two letters are what its reader makes of any small print."""
    page = np.full((400, 400, 3), 255, np.uint8)
    page[40:80] = 0
    where = (box(0.1, 0.1, 0.6, 0.2), box(0.1, 0.5, 0.6, 0.6))
    arabic = Pair("cheap", Script.ARABIC, "تونس" if elsewhere == "تونس" else "س", "214 له", 0.9)
    latin = Pair("dear", Script.LATIN, "SALAH", "G1 214", 0.8)

    lines = read_lines(page, where, replace(tools(), readers=(arabic, latin)))

    assert [line.text for line in lines][1] == printed


@pytest.mark.parametrize(
    ("said", "sure", "read"),
    [("الصفة", 0.99, "الصفة"), ("الصفة", 0.9, "الفة"), ("12", 0.99, "الفة")],
)
def test_a_line_that_was_read_unsurely_is_shown_to_the_other_reader_of_arabic(
    said: str, sure: float, read: str
) -> None:
    """It counts where it surely sees a word: a misread label costs its value."""
    page = np.full((400, 400, 3), 255, np.uint8)
    first = Sure("bitaqa-arabic", Script.ARABIC, "الفة", 0.94)
    latin = Sure("bitaqa-latin", Script.LATIN, "SLJI", 0.6)
    second = Sure("bitaqa-arabic-second", Script.ARABIC, said, sure)
    readers = (first, latin, second)

    (line,) = read_lines(page, (box(0.1, 0.1, 0.6, 0.2),), replace(tools(), readers=readers))

    assert line.text == read


class Pair:
    """Reads dark strips as one text, and light ones as another."""

    version = "1"

    def __init__(self, name: str, script: Script, dark: str, light: str, sure: float) -> None:
        self.name = name
        self.scripts = frozenset({script})
        self._dark = Sure(name, script, dark, sure)
        self._light = Sure(name, script, light, sure)

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return the texts."""
        return tuple(
            (self._dark if strip.mean() < 128 else self._light).read([strip])[0] for strip in strips
        )
