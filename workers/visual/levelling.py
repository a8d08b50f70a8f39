"""Brings a page upright and level by the lines of text on it."""

from dataclasses import dataclass, field

from schemas.documents import Quad, TextLine
from workers.imaging.orientation import SKEW_MIN_DEG, rotated, turned
from workers.imaging.text_presence import letters_of
from workers.ports import Image, Tools
from workers.visual.lines import SpottedLine, text_line
from workers.visual.turning import rotated_quads, skew_of, turn_of, turned_quads

_CONFIDENCE_MIN = 0.5
_LETTERS_MIN = 3
_FILLERS_MIN = 2
_ZONE_SYMBOLS_MIN = 20
_ZONE_SPACES_MAX = 2
_READ_CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Level:
    """A page turned upright and level, with its lines."""

    image: Image = field(repr=False)
    rotation_deg: float
    quads: tuple[Quad, ...]


def level_by_lines(page: Image, tools: Tools) -> Level:
    """Return the page as its lines say that it stands; as it came where it has none."""
    letters = letters_of(page)
    if tools.finder is None or not letters.may_be_text:
        return Level(page, 0.0, ())
    quads = tools.finder.find(page, letter_share=letters.small_size)
    turn = turn_of(page, quads, tools)
    page, quads = turned(page, turn), turned_quads(quads, turn)
    return level_page(page, turn, skew_of(quads, page.shape[1] / page.shape[0]), quads)


def level_page(page: Image, turn: int, skew: float, quads: tuple[Quad, ...]) -> Level:
    """Return a page that was turned already, with the skew that is left taken back."""
    if abs(skew) < SKEW_MIN_DEG:
        return Level(page, turn % 360, quads)
    return Level(rotated(page, skew), (turn + skew) % 360, rotated_quads(quads, page.shape, skew))


def text_lines(spotted: tuple[SpottedLine, ...]) -> tuple[TextLine, ...]:
    """Return the lines that were read well enough to speak for a document.

    Short ones (codes of fields, signs of states) are among them only beside words: alone they are
    what a reader sees in any texture.
    """
    read = [line for line in spotted if line.confidence >= _CONFIDENCE_MIN]
    if not any(sum(map(str.isalnum, line.text)) >= _LETTERS_MIN for line in read):
        return ()
    return tuple(text_line(line) for line in read)


def may_be_zone(line: SpottedLine) -> bool:
    """Say whether a line looks like one of a machine readable zone, which deserves a long look.

    A zone's line is long print without spaces; readers of text make of it fillers, capitals and
    figures without a space, or nothing that they are sure of.
    """
    text = line.text.strip()
    if text.count("<") >= _FILLERS_MIN:
        return True
    if len(text) < _ZONE_SYMBOLS_MIN:
        return False
    if line.confidence < _READ_CONFIDENCE:
        return text.count(" ") <= _ZONE_SPACES_MAX
    return text.isascii() and text.isalnum() and text.isupper()
