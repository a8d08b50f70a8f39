"""Print that the finder of lines misses is found by its ink, beside labels and before values."""

import numpy as np
import pytest
from PIL import Image as Picture

from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.ports import Image, Script, StripReading
from workers.read import local_tools
from workers.text.folding import fold
from workers.visual.ink import contrast_of, hides_space, print_spans
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import SpottedLine
from workers.visual.places import Finder
from workers.visual.probing import begins_before, probe

ASPECT = 2.0


def form(*print_at: tuple[str, int, int]) -> Image:
    """Draw words on faintly patterned paper."""
    paper = np.full((400, 800, 3), 236, np.uint8)
    paper[:, ::7] = 226
    page = Picture.fromarray(paper)
    for text, left, baseline in print_at:
        write(page, (left, baseline), text, Face.SANS, 30)
    return to_bgr(page)


def at(text: str, box_px: tuple[int, int, int, int]) -> SpottedLine:
    """Return a line that was found on the form at a place."""
    left, top, right, bottom = (
        side / size for side, size in zip(box_px, (800, 400) * 2, strict=True)
    )
    quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    places = tuple((number + 0.5) / len(text) for number in range(len(text)))
    reading = StripReading(text, (0.99,) * len(text), places)
    return SpottedLine(quad, Script.LATIN, reading, "first")


def test_ink_tells_words_from_the_pattern_of_the_paper() -> None:
    """Lines of the paper are fainter than print, whatever stands there."""
    strip = form(("A", 100, 34), ("B 12", 400, 34))[4:44]

    spans = print_spans(strip, contrast_of(strip))

    assert [round(start, -2) for start, _ in spans] == [100, 400]
    assert print_spans(form()[4:44], contrast_of(strip)) == ()


def test_a_lone_letter_before_a_value_is_read_as_its_label() -> None:
    """The reader is shown the place that the finder passed by."""
    page = form(("I", 100, 134), ("18/06/2021", 200, 134))
    face = DocumentFace("front", (Zone("issued", ("I",), where=(Where.RIGHT,)),))
    value = at("18/06/2021", (200, 108, 360, 138))

    found = probe(Finder(face, [value], ASPECT), page, local_tools())

    assert [fold(one.text).text for one in found] == [fold("I").text]
    assert found[0].quad[1][0] < 0.25


def test_a_lone_figure_behind_a_label_is_read_as_its_value() -> None:
    """An empty place beside another label gives nothing."""
    page = form(("P.6", 100, 134), ("7", 200, 134), ("Q", 100, 234))
    face = DocumentFace("front", (Zone("power", ("P.6",)), Zone("ratio", ("Q",))))
    labels = [
        at("P.6", (100, 108, 145, 138)),
        at("Q", (100, 208, 124, 238)),
    ]

    found = probe(Finder(face, labels, ASPECT), page, local_tools())

    assert [one.text.strip() for one in found] == ["7"]


def test_letters_cut_off_before_words_are_seen() -> None:
    """Readers of one strip agree on words whose beginning is not on it."""
    face = DocumentFace("front", (Zone("authority", ("Authority",), where=(Where.BELOW,)),))
    found = (at("Authority", (100, 60, 240, 90)), at("OFFICE", (260, 108, 380, 138)))
    finder = Finder(face, found, ASPECT)
    place = next(one for one in finder.places["authority"] if one.text == "OFFICE")

    assert begins_before(finder, place, form(("PASSPORT", 90, 134), ("OFFICE", 260, 134)))
    assert not begins_before(finder, place, form(("OFFICE", 260, 134)))


@pytest.mark.parametrize("text", ["William Ivo", "Anna Maria"])
def test_a_space_that_no_reader_saw_is_seen_in_the_print(text: str) -> None:
    """Two readers that lose it agree on a wrong name."""
    strip = form((text, 20, 42))[8:56, :300]

    assert not hides_space(strip, text.count(" "))
    assert hides_space(strip, text.count(" ") - 1)


@pytest.mark.parametrize("text", ["TRABELSI", "Jean-Pierre", "Kowalczyk"])
def test_one_word_hides_no_space(text: str) -> None:
    """Letters stand apart by less."""
    assert not hides_space(form((text, 20, 42))[8:56, :300], 0)


@pytest.mark.parametrize(("value", "misspelt"), [("InXs", True), ("Inès", False), ("INES", False)])
def test_a_capital_inside_a_word_is_a_misread_letter(value: str, *, misspelt: bool) -> None:
    """A code may hold it."""
    assert Zone("given_names").is_misspelt(value) is misspelt
    assert not Zone("code", coded=True).is_misspelt(value)


@pytest.mark.parametrize(
    ("zone", "value", "words"),
    [
        (Zone("make"), "AUDI", False),
        (Zone("fuel", spaced=False), "GASOIL", False),
        (Zone("surname"), "AUDIN", True),
        (Zone("number"), "1234", False),
        (Zone("code", coded=True), "AUDIN", False),
    ],
)
def test_only_words_that_no_list_knows_may_hide_a_space(
    zone: Zone, value: str, *, words: bool
) -> None:
    """A make is one word however far apart its letters stand."""
    assert zone.is_words(value) is words
