"""Letters and figures of like shape are told by how the page itself prints them."""

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageDraw

from workers.drawing.fonts import Face, font
from workers.ports import Image, Script, StripReading
from workers.visual.evidence import Witness, decide
from workers.visual.glyphs import glyphs_of
from workers.visual.layout import DocumentFace, Zone
from workers.visual.lines import SpottedLine, whole
from workers.visual.place import Place
from workers.visual.reading import FaceRead, FieldRead
from workers.visual.settling import settled

WIDTH_PX, ROW_PX, SIZE_PX = 700, 60, 34
ROWS = ("20/10/2010", "01/02/2000", "PEUGEOT LOUIS", "DOMINO OLIVIER")
"""Values whose symbols are sure: figures in dates, letters in words."""


def page_of(rows: tuple[str, ...], face: Face = Face.SANS) -> Image:
    """Return white paper with rows of print."""
    paper = Picture.new("L", (WIDTH_PX, ROW_PX * len(rows)), 255)
    pen = ImageDraw.Draw(paper)
    for number, row in enumerate(rows):
        pen.text((20, ROW_PX * number + 8), row, font=font(face, SIZE_PX), fill=20)
    return np.asarray(paper.convert("RGB"), np.uint8)


def field_of(zone: Zone, row: int, rows: int, *texts: str) -> FieldRead:
    """Return a row as three readers read it."""
    top, bottom = row / rows, (row + 1) / rows
    quad = ((0.0, top), (1.0, top), (1.0, bottom), (0.0, bottom))
    line = SpottedLine(quad, Script.LATIN, StripReading(texts[0], (0.9,) * len(texts[0])), "a")
    voices = tuple(
        Witness(name, text, zone.parse(text), 0.9) for name, text in zip("abc", texts, strict=False)
    )
    verdict = decide(zone, voices)
    assert verdict is not None
    return FieldRead(zone, verdict, Place((whole(line),), 0.0), voices)


def settled_code(
    printed: str, *read: str, face: Face = Face.SANS, others: tuple[str, ...] = ROWS
) -> tuple[str, bool]:
    """Return a code's value, and whether it is supported, after a page with it was settled."""
    verdict = settled(*coded(printed, *read, face=face, others=others)).fields["code"].verdict
    return verdict.value, verdict.supported


def coded(
    printed: str, *read: str, face: Face = Face.SANS, others: tuple[str, ...]
) -> tuple[FaceRead, Image]:
    """Return a page of some rows and a code below, and what was read of it."""
    rows = (*others, printed)
    fields = {
        str(number): field_of(Zone(str(number)), number, len(rows), row, row)
        for number, row in enumerate(others)
    }
    code = Zone("code", coded=True)
    fields["code"] = field_of(code, len(others), len(rows), *read)
    return FaceRead(DocumentFace("made", ()), fields, 0.0, {}), page_of(rows, face)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("I20", ("I20", "I20", "120")),
        ("120", ("I20", "I20", "120")),
        ("NX1U0K", ("NX1UOK", "NX1U0K", "NX1U0K")),
        ("NX1UOK", ("NX1UOK", "NX1U0K", "NX1U0K")),
        ("320D", ("320D", "320D")),
    ],
)
def test_what_is_printed_wins_over_most_readers(printed: str, read: tuple[str, ...]) -> None:
    """The one reading whose symbols are drawn as their like are elsewhere."""
    assert settled_code(printed, *read) == (printed, True)


def test_what_no_reader_read_is_not_made_up() -> None:
    """All say zero where an O is printed: the value stays open."""
    assert settled_code("32OD", "320D", "320D") == ("320D", False)


@pytest.mark.parametrize("numbers", ["20/10/2010", "VF1BA0K0523801047"])
@pytest.mark.parametrize("printed", ["X70UK", "X7OUK"])
def test_zeros_alone_tell_what_they_are_and_what_is_wider(numbers: str, printed: str) -> None:
    """No O stands in the words of many pages; zeros stand in each chassis number."""
    others = (numbers, "RENAULT", "CLAUDE MARTIN")
    wrong = printed.replace("0", "O") if "0" in printed else printed.replace("O", "0")

    assert settled_code(printed, printed, printed, others=others) == (printed, True)
    assert settled_code(printed, wrong, wrong, others=others) == (wrong, False)


def test_zeros_tell_no_other_where_letters_are_no_wider() -> None:
    """A face with figures as wide as its letters may draw both alike."""
    others = ("20/10/2010", "RENAULT", "CLAUDE MARTIN")

    assert settled_code("X70UK", "X70UK", "X70UK", face=Face.MONO, others=others)[1] is False


@pytest.mark.parametrize(("face", "told"), [(Face.SANS, True), (Face.SERIF_BOLD, False)])
def test_another_page_tells_where_the_same_face_drew_it(face: Face, *, told: bool) -> None:
    """A registration's code stands in front, dates and masses behind."""
    front = coded("X70UK", "X70UK", "X70UK", others=("RENAULT", "CLAUDE MARTIN", "24"))
    back = coded("124", "124", "124", face=face, others=("20/10/2010", "DIESEL", "2400", "MARTIN"))

    assert settled(*front, [back]).fields["code"].verdict.supported is told
    assert not settled(*front).fields["code"].verdict.supported


def test_one_reader_and_the_print_are_not_enough() -> None:
    """Two must have seen these shapes."""
    assert settled_code("320D", "320D") == ("320D", False)


def test_an_i_is_not_told_from_a_small_l() -> None:
    """What is settled is a letter against the figure of its shape."""
    assert settled_code("DOlMO", "DOIMO", "DOlMO") == ("DOIMO", False)


def test_ink_that_does_not_match_the_text_gives_no_glyphs() -> None:
    """A symbol that nobody read, or one too many."""
    page = page_of(("320D",))

    assert len(glyphs_of(page, "3 20D") or ()) == 4
    assert glyphs_of(page, "320") is None
    assert glyphs_of(np.full((48, 300, 3), 255, np.uint8), "320D") is None
